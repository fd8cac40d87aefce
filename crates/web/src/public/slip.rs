//! 重设密码: the slip from the counter, or the code the hotline sent, leads to a new password that only its owner
//! knows. Staff have a page of their own for theirs.

use maud::html;
use office::accounts::slip::{BySlip, SlipRefusal, Wanted};
use office::{No, Refusal};

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::stop::Stop;
use crate::visit::{Answer, Visit};
use crate::words;

/// The slip, please.
pub async fn page(visit: Visit) -> Answer {
    question(&visit, &visit.query, &Mistakes::none())
}

fn question(visit: &Visit, values: &Form, mistakes: &Mistakes) -> Answer {
    let filled = Filled { values, mistakes };
    let body = html! {
        div.split {
            form method="post" action="/login/slip" novalidate {
                (error_summary(mistakes))
                h1 { "重设密码" }
                (visit.hidden())
                div.mt6 { (Text::new("id_number", "身份证号").hint("18 位，最后一位可能是字母 X").shape("w18", "text").draw(filled)) }
                (Text::new("slip", "登录条上的码").hint("10 位字母和数字。打热线的，填短信里的一次性登录码").shape("w11", "text").draw(filled))
                div.btns { button.btn { "继续" } a href="/login" { "返回登录" } }
            }
            aside.aside {
                section { h2 { "怎么领登录条" } p { "本人带身份证到县级资助中心，当场领。30 分钟内有效，只能用一次。" } }
                section { h2 { "去不了窗口" } p { "打 95593。核对身份后，一次性登录码发到你登记的手机上。" } }
            }
        }
    };
    visit.page("重设密码").back("/login", "返回登录").mistaken(mistakes).show(body)
}

fn by(visit: &Visit) -> BySlip {
    BySlip {
        id_number: visit.form.text("id_number").to_owned(),
        slip: visit.form.text("slip").to_owned(),
        request: visit.request(),
        caller: visit.place(),
    }
}

fn said(refusal: &SlipRefusal) -> Mistakes {
    let told = words::refused(refusal);
    Mistakes::one(refusal.field().unwrap_or("slip"), format!("{}。{}", told.says, told.remedy))
}

/// Looks at the slip; a code goes to the phone where one is wanted.
pub async fn look(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    reading.text("id_number", "身份证号", 40);
    reading.text("slip", "登录条上的码", 40);
    if let Err(mistakes) = reading.finish(()) {
        return question(&visit, &visit.form, &mistakes);
    }
    match visit.office().try_slip(&visit.actor, &by(&visit)).await {
        Ok((wanted, on_its_way)) => {
            visit.office().hand_over_soon(on_its_way);
            setting(&visit, wanted == Wanted::TextCode, &Mistakes::none())
        }
        Err(No::Refused(refusal)) => question(&visit, &visit.form, &said(&refusal)),
        Err(no) => Err(no.into()),
    }
}

fn setting(visit: &Visit, with_code: bool, mistakes: &Mistakes) -> Answer {
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let body = html! {
        div.col {
            (error_summary(mistakes))
            h1 { "设一个新密码" }
            @if with_code { p.mt3 { "为了保护你的账户，验证码已发到你登记的手机上。手机号换了，请先在窗口改手机号。" } }
            form method="post" action="/login/slip/set" novalidate {
                (visit.hidden())
                input type="hidden" name="id_number" value=(visit.form.text("id_number"));
                input type="hidden" name="slip" value=(visit.form.text("slip"));
                input type="hidden" name="with_code" value=(if with_code { "yes" } else { "" });
                @if with_code { div.mt5 { (Text::new("code", "短信验证码").hint("6 位数字，5 分钟内有效").shape("w8", "numeric").autofill("one-time-code").draw(filled)) } }
                div.mt5 { (Text::new("password", "新密码").hint("至少 8 位，不要用生日、姓名和手机号").shape("w18", "text").autofill("new-password").draw_secret(filled)) }
                div.btns { button.btn { "设好密码" } }
            }
        }
    };
    visit.page("设一个新密码").mistaken(mistakes).show(body)
}

/// Sets the password.
pub async fn set(visit: Visit) -> Answer {
    let with_code = !visit.form.text("with_code").is_empty();
    let mut reading = Reading::of(&visit.form);
    let code = if with_code { reading.text("code", "短信验证码", 20) } else { String::new() };
    let password = reading.secret("password", "新密码");
    if let Err(mistakes) = reading.finish(()) {
        return setting(&visit, with_code, &mistakes);
    }
    match visit.office().set_password_by_slip(&visit.actor, &by(&visit), &code, &password).await {
        Ok(()) => visit.see("/login?reset=yes"),
        Err(No::Refused(refusal @ (SlipRefusal::SlipWrong | SlipRefusal::NotForStaff))) => {
            question(&visit, &visit.form, &said(&refusal))
        }
        Err(No::Refused(refusal)) => setting(&visit, with_code, &said(&refusal)),
        Err(no) => Err(no.into()),
    }
}

/// The slip of a member of staff.
pub async fn staff_page(visit: Visit) -> Answer {
    staff_form(&visit, &visit.query, &Mistakes::none())
}

fn staff_form(visit: &Visit, values: &Form, mistakes: &Mistakes) -> Answer {
    let filled = Filled { values, mistakes };
    let body = html! {
        div.col {
            (error_summary(mistakes))
            h1 { "工作人员设密码" }
            form method="post" action="/staff/slip" novalidate {
                (visit.hidden())
                div.mt6 { (Text::new("login", "登录名").shape("w18", "text").autofill("username").draw(filled)) }
                (Text::new("slip", "登录条上的码").hint("10 位字母和数字，24 小时内有效").shape("w11", "text").draw(filled))
                (Text::new("password", "新密码").hint("至少 8 位，不要用姓名和登录名").shape("w18", "text").autofill("new-password").draw_secret(filled))
                div.btns { button.btn { "设好密码" } a href="/staff" { "返回登录" } }
            }
        }
    };
    visit.page("工作人员设密码").back("/staff", "返回登录").mistaken(mistakes).show(body)
}

/// Sets the password of a member of staff.
pub async fn staff_set(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let login = reading.text("login", "登录名", 40);
    let slip = reading.text("slip", "登录条上的码", 40);
    let password = reading.secret("password", "新密码");
    let (login, slip, password) = match reading.finish((login, slip, password)) {
        Ok(read) => read,
        Err(mistakes) => return staff_form(&visit, &visit.form, &mistakes),
    };
    match visit.office().set_staff_password(&login, &slip, &password).await {
        Ok(()) => visit.see("/staff?reset=yes"),
        Err(No::Refused(refusal)) => staff_form(&visit, &visit.form, &said(&refusal)),
        Err(no) => Err::<_, Stop>(no.into()),
    }
}
