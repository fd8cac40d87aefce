//! 登录、注册、退出: one door for students and co-borrowers, one for staff; in a demonstration, one click for each role.

use axum::http::{HeaderValue, header};
use maud::{Markup, html};
use office::accounts::entrance::{Door, LogIn, LogInRefusal, Opened};
use office::accounts::register::{RegisterRefusal, Registration};
use office::{No, Refusal};

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, Text, error_summary, radios};
use crate::serve::set_cookie;
use crate::session::{cookie, names, removal};
use crate::site::home_of;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// The door of students and co-borrowers.
pub async fn login(visit: Visit) -> Answer {
    if let Some(session) = &visit.session {
        return see(home_of(&session.actor));
    }
    login_page(&visit, &visit.query, Mistakes::none())
}

fn login_page(visit: &Visit, values: &Form, mistakes: Mistakes) -> Answer {
    let filled = Filled { values, mistakes: &mistakes };
    let doors = [Choice::new("student", "我是学生"), Choice::new("co", "我是共同借款人（家长）")];
    let values_or = values.clone().or([("door", "student")]);
    let doors = radios(Filled { values: &values_or, mistakes: &mistakes }, "door", "你是谁", "", &doors);
    let body = html! {
        div.split {
            form method="post" action="/login" novalidate {
                (error_summary(&mistakes))
                h1 { "登录" }
                @if visit.query.has("reset") { p.note.mt3 role="status" { "新密码已经设好，请用它登录。" } }
                (visit.hidden())
                input type="hidden" name="back" value=(values.text("back"));
                div.mt6 { (doors) }
                (Text::new("login", "身份证号或手机号").shape("w18", "text").autofill("username").draw(filled))
                (Text::new("password", "密码").shape("w18", "text").autofill("current-password").draw_secret(filled))
                div.btns { button.btn { "登录" } a href="/login/code" { "用短信验证码登录" } a href="/register" { "没有账户，去注册" } }
            }
            aside.aside {
                section { h2 { "忘记密码" }
                    p { "手机还在：" a href="/login/code" { "用短信验证码登录" } "。" }
                    p.mt2 { "想重设密码：带身份证到县级资助中心领一张一次性登录条，或打 95593。拿到以后，" a href="/login/slip" { "在这里设新密码" } "。工作人员看不到你的密码。" } }
                section { h2 { "手机号换了" } p { "带身份证到县级资助中心或学校资助中心改手机号，当场生效。" } }
                section { h2 { "共同借款人（家长）" } p { "不用注册、不用密码：打开学生发来的短信链接，或用短信验证码登录。到窗口办也行。" } }
            }
        }
    };
    visit.page("登录").mistaken(&mistakes).show(body)
}

/// Somebody comes through the door.
pub async fn log_in(visit: Visit) -> Answer {
    let door = if visit.form.text("door") == "co" { Door::CoBorrower } else { Door::Student };
    match try_log_in(&visit, door, "身份证号或手机号").await? {
        Ok(opened) => opened_page(&visit, &opened),
        Err(mistakes) => login_page(&visit, &visit.form, mistakes),
    }
}

async fn try_log_in(visit: &Visit, door: Door, name: &str) -> Result<Result<Opened, Mistakes>, Stop> {
    let mut reading = Reading::of(&visit.form);
    let login = reading.text("login", name, 60);
    let password = reading.secret("password", "密码");
    if let Err(mistakes) = reading.finish(()) {
        return Ok(Err(mistakes));
    }
    let typed = LogIn { login, password, door, agent: visit.agent.clone() };
    match visit.office().log_in_from(typed, visit.place().as_deref()).await {
        Ok(opened) => Ok(Ok(opened)),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            let field = if matches!(refusal, LogInRefusal::Wait(_)) { "login" } else { "password" };
            Ok(Err(Mistakes::one(field, format!("{}。{}", told.says, told.remedy))))
        }
        Err(no) => Err(no.into()),
    }
}

pub(super) fn opened_page(visit: &Visit, opened: &Opened) -> Answer {
    let back = visit.form.text("back");
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    entered(visit, opened, if ours { back } else { home_of(&opened.actor) })
}

/// Sends the reader on with the new session's cookie; the visitor's own token ends here.
pub(super) fn entered(visit: &Visit, opened: &Opened, to: &str) -> Answer {
    let tls = visit.site.tls();
    let mut response = see(to)?;
    set_cookie(&mut response, cookie(names(tls).session, opened.token.clone(), tls));
    set_cookie(&mut response, removal(names(tls).form, tls));
    Ok(response)
}

/// The door of staff.
pub async fn staff(visit: Visit) -> Answer {
    if let Some(session) = &visit.session {
        return see(home_of(&session.actor));
    }
    staff_page(&visit, &visit.query, Mistakes::none())
}

fn staff_page(visit: &Visit, values: &Form, mistakes: Mistakes) -> Answer {
    let filled = Filled { values, mistakes: &mistakes };
    let body = html! {
        div.split {
            form method="post" action="/staff" novalidate {
                (error_summary(&mistakes))
                @if values.has("ready") { p.note role="status" { "密码设好了。以后用登录名 " b { (values.text("ready")) } " 和新密码登录。" } }
                @if values.has("changed") { p.note role="status" { "密码改好了，请用新密码登录。" } }
                h1 { "工作人员登录" }
                @if visit.query.has("reset") { p.note.mt3 role="status" { "新密码已经设好，请用它登录。" } }
                (visit.hidden())
                input type="hidden" name="back" value=(values.text("back"));
                div.mt6 { (Text::new("login", "登录名").shape("w18", "text").autofill("username").draw(filled)) }
                (Text::new("password", "密码").shape("w18", "text").autofill("current-password").draw_secret(filled))
                div.btns { button.btn { "登录" } }
            }
            aside.aside {
                section { h2 { "第一次登录，或者忘了密码" } p { "请系统管理员给你一张一次性登录条，" a href="/staff/slip" { "在这里自己设密码" } "。" } }
                section { h2 { "刚装好系统" } p { "三位管理员先用一次性口令" a href="/setup" { "设密码" } "。" } }
                section { h2 { "离开座位" } p { "请退出。15 分钟不操作会自动退出。" } }
            }
        }
    };
    visit.page("工作人员登录").mistaken(&mistakes).show(body)
}

/// A member of staff comes through the door.
pub async fn staff_log_in(visit: Visit) -> Answer {
    match try_log_in(&visit, Door::Staff, "登录名").await? {
        Ok(opened) if opened.code_wanted => code_page(&visit, &opened.token, Mistakes::none()),
        Ok(opened) => opened_page(&visit, &opened),
        Err(mistakes) => staff_page(&visit, &visit.form, mistakes),
    }
}

/// The second step: the code of the own device. The ticket stands in the form, never in an address.
fn code_page(visit: &Visit, ticket: &str, mistakes: Mistakes) -> Answer {
    let values = Form::default();
    let filled = Filled { values: &values, mistakes: &mistakes };
    let body = html! {
        div.split {
            form method="post" action="/staff/code" novalidate {
                (error_summary(&mistakes))
                h1 { "输入动态口令" }
                (visit.hidden())
                input type="hidden" name="back" value=(visit.form.text("back"));
                input type="hidden" name="ticket" value=(ticket);
                div.mt6 { (Text::new("code", "动态口令").hint("打开手机上的验证器，输入现在显示的 6 位数字").shape("w8", "numeric").autofill("one-time-code").draw(filled)) }
                div.btns { button.btn { "登录" } a href="/staff" { "重新输入密码" } }
            }
            aside.aside { section { h2 { "手机不在身边" } p { "可以输入一个恢复码，每个只能用一次。恢复码也没有，请联系安全管理员。" } } }
        }
    };
    visit.page("输入动态口令").mistaken(&mistakes).show(body)
}

/// The code of the device opens the session.
pub async fn staff_code(visit: Visit) -> Answer {
    let ticket = visit.form.text("ticket").to_owned();
    let mut reading = Reading::of(&visit.form);
    let code = reading.text("code", "动态口令", 20);
    let code = match reading.finish(code) {
        Ok(code) => code,
        Err(mistakes) => return code_page(&visit, &ticket, mistakes),
    };
    match visit.office().second_factor(&ticket, &code, &visit.agent).await {
        Ok(opened) => opened_page(&visit, &opened),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            let says = format!("{}。{}", told.says, told.remedy);
            if refusal == LogInRefusal::CodeWrong {
                return code_page(&visit, &ticket, Mistakes::one("code", says));
            }
            staff_page(&visit, &Form::default(), Mistakes::one("login", says))
        }
        Err(no) => Err(no.into()),
    }
}

/// The form of a new account.
pub async fn register(visit: Visit) -> Answer {
    if let Some(session) = &visit.session {
        return see(home_of(&session.actor));
    }
    register_page(&visit, &visit.query, Mistakes::none(), None)
}

fn register_page(visit: &Visit, values: &Form, mistakes: Mistakes, above: Option<Markup>) -> Answer {
    let filled = Filled { values, mistakes: &mistakes };
    let body = html! {
        div.split {
            form method="post" action="/register" novalidate data-keep="1" {
                (error_summary(&mistakes))
                @if let Some(above) = above { (above) }
                h1 { "注册账户" }
                p.mt3.mut { "一个身份证号一个账户，从申请到还清都用它。" }
                (visit.hidden())
                div.mt6 { (Text::new("name", "姓名").hint("和身份证上一致").shape("w11", "text").autofill("name").draw(filled)) }
                (Text::new("id_number", "身份证号").hint("18 位，最后一位可能是字母 X").shape("w18", "text").draw(filled))
                (Text::new("phone", "手机号").hint("自己的号码，用来收还款提醒").shape("w11", "tel").autofill("tel").draw(filled))
                (Text::new("password", "设一个密码").hint("至少 8 位，不要用生日、姓名和手机号").shape("w18", "text").autofill("new-password").draw_secret(filled))
                div.btns { button.btn { "注册并登录" } a href="/login" { "已有账户，去登录" } }
            }
            aside.aside { section { h2 { "为什么要身份证号" } p { "用来核对户籍和年龄，防止同一个人重复贷款。页面和短信里只显示首尾几位。" a href="/about/privacy" { "隐私说明" } "。" } } }
        }
    };
    visit.page("注册账户").mistaken(&mistakes).show(body)
}

/// A new account; whoever registers is logged in at once.
pub async fn registered(visit: Visit) -> Answer {
    let form = &visit.form;
    let typed = Registration {
        name: form.text("name").to_owned(),
        id_number: form.text("id_number").to_owned(),
        phone: form.text("phone").to_owned(),
        password: form.get("password").unwrap_or_default().to_owned(),
    };
    let (login, password) = (typed.id_number.clone(), typed.password.clone());
    match visit.office().register(&visit.key()?, typed).await {
        Ok(_) => {}
        Err(No::Refused(RegisterRefusal::Mistakes(found))) => {
            let mut mistakes = Mistakes::none();
            for mistake in &found {
                mistakes.add(mistake.field, words::mistake(field_name(mistake.field), mistake));
            }
            return register_page(&visit, form, mistakes, None);
        }
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            return register_page(
                &visit,
                form,
                Mistakes::one("id_number", format!("{}。{}", told.says, told.remedy)),
                None,
            );
        }
        Err(no) => return Err(no.into()),
    }
    match visit.office().log_in(LogIn { login, password, door: Door::Student, agent: visit.agent.clone() }).await {
        Ok(opened) => entered(&visit, &opened, "/student"),
        Err(no) => Err(no.into()),
    }
}

fn field_name(field: &str) -> &'static str {
    match field {
        "name" => "姓名",
        "id_number" => "身份证号",
        "phone" => "手机号",
        _ => "密码",
    }
}

/// Ends the session here and in the browser.
pub async fn log_out(visit: Visit) -> Answer {
    if let Some(session) = &visit.session {
        visit.office().log_out(&session.token).await.map_err(Stop::failure)?;
    }
    let tls = visit.site.tls();
    let mut response = see("/")?;
    set_cookie(&mut response, removal(names(tls).session, tls));
    // The pages seen so far hold personal data: the browser forgets them.
    response
        .headers_mut()
        .insert(header::HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// One click into a demonstration, for the address `/demo/{who}/{number}`.
pub async fn demonstration(visit: Visit) -> Answer {
    let number: i64 = visit.param("number").parse().map_err(|_| Stop::NotFound)?;
    let opened = match visit.param("who") {
        "student" => visit.office().enter_as_person(number, Door::Student).await,
        "co" => visit.office().enter_as_person(number, Door::CoBorrower).await,
        "staff" => visit.office().enter_as_staff(number).await,
        _ => return Err(Stop::NotFound),
    };
    let opened = opened.map_err(|no| match no {
        No::Refused(refusal) if refusal.code() == "not_a_demonstration" => Stop::NotFound,
        no => no.into(),
    })?;
    entered(&visit, &opened, home_of(&opened.actor))
}
