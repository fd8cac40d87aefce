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
                (visit.hidden())
                input type="hidden" name="back" value=(values.text("back"));
                div.mt6 { (doors) }
                (Text::new("login", "身份证号或手机号").shape("w18", "text").autofill("username").draw(filled))
                (Text::new("password", "密码").shape("w18", "text").autofill("current-password").draw_secret(filled))
                div.btns { button.btn { "登录" } a href="/register" { "没有账户，去注册" } }
            }
            aside.aside {
                section { h2 { "忘记密码" } p { "带身份证到县级资助中心，工作人员给你一张 30 分钟有效的登录条，自己设新密码。工作人员看不到你的密码。" } }
                section { h2 { "老人家不会用手机" } p { "共同借款人可以不登录，到窗口由志愿者帮忙办理。" } }
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
    match visit.office().log_in(LogIn { login, password, door, agent: String::new() }).await {
        Ok(opened) => Ok(Ok(opened)),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            let field = if matches!(refusal, LogInRefusal::Wait(_)) { "login" } else { "password" };
            Ok(Err(Mistakes::one(field, format!("{}。{}", told.says, told.remedy))))
        }
        Err(no) => Err(no.into()),
    }
}

fn opened_page(visit: &Visit, opened: &Opened) -> Answer {
    let back = visit.form.text("back");
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    entered(visit, opened, if ours { back } else { home_of(&opened.actor) })
}

/// Sends the reader on with the new session's cookie; the visitor's own token ends here.
fn entered(visit: &Visit, opened: &Opened, to: &str) -> Answer {
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
                (visit.hidden())
                input type="hidden" name="back" value=(values.text("back"));
                div.mt6 { (Text::new("login", "登录名").shape("w18", "text").autofill("username").draw(filled)) }
                (Text::new("password", "密码").shape("w18", "text").autofill("current-password").draw_secret(filled))
                div.btns { button.btn { "登录" } }
            }
            aside.aside { section { h2 { "登录不了" } p { "请联系本单位的系统管理员。离开座位请退出；一段时间不操作会自动退出。" } }
                section { h2 { "刚装好系统" } p { "三位管理员先用一次性口令" a href="/setup" { "设密码" } "。" } } }
        }
    };
    visit.page("工作人员登录").mistaken(&mistakes).show(body)
}

/// A member of staff comes through the door.
pub async fn staff_log_in(visit: Visit) -> Answer {
    match try_log_in(&visit, Door::Staff, "登录名").await? {
        Ok(opened) => opened_page(&visit, &opened),
        Err(mistakes) => staff_page(&visit, &visit.form, mistakes),
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
    match visit.office().log_in(LogIn { login, password, door: Door::Student, agent: String::new() }).await {
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
