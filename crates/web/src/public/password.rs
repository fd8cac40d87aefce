//! 设密码: an administrator redeems the code of the installation, and whoever has a password that somebody else made
//! chooses another before anything else.

use maud::html;
use office::accounts::change_password::ChangePasswordRefusal;
use office::accounts::entrance::Duty;
use office::accounts::first_entrance::RedeemRefusal;
use office::application::answers::Mistake;
use office::who::Who;
use office::{No, Refusal};

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::serve::set_cookie;
use crate::session::{names, removal};
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// The address of the page on which a password is changed.
pub const CHANGE: &str = "/password";

/// The form for a code.
pub async fn first(visit: Visit) -> Answer {
    first_page(&visit, &Form::default(), &Mistakes::none())
}

fn first_page(visit: &Visit, values: &Form, mistakes: &Mistakes) -> Answer {
    let filled = Filled { values, mistakes };
    let body = html! {
        div.split {
            form method="post" action="/setup" novalidate {
                (error_summary(mistakes))
                h1 { "管理员第一次进入" }
                p.mt3.mut { "安装系统时，屏幕上给三位管理员各显示了一个一次性口令。用它设自己的密码。" }
                (visit.hidden())
                div.mt6 { (Text::new("code", "一次性口令").hint("6 组，每组 4 位，横线可以不填").shape("w18", "text").autofill("one-time-code").draw(filled)) }
                (Text::new("password", "设一个密码").hint("至少 8 位，建议 15 位以上；不要用姓名和登录名").shape("w18", "text").autofill("new-password").draw_secret(filled))
                div.btns { button.btn { "设好密码" } }
            }
            aside.aside {
                section { h2 { "口令用不了" } p { "口令 24 小时内有效，只能用一次。过期或丢了，请管服务器的同事再给一个；旧的随即作废。" } }
                section { h2 { "不是管理员" } p { "用发给你的登录名和初始密码" a href="/staff" { "登录" } "，第一次登录会请你改密码。" } }
            }
        }
    };
    visit.page("管理员第一次进入").mistaken(mistakes).show(body)
}

/// A code is redeemed.
pub async fn redeem(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let code = reading.text("code", "一次性口令", 60);
    let password = reading.secret("password", "密码");
    if let Err(mistakes) = reading.finish(()) {
        return first_page(&visit, &visit.form, &mistakes);
    }
    match visit.office().redeem_first_entrance(&code, &password).await {
        Ok(login) => {
            let query = Form::of([("ready", login)]).query();
            see(&format!("/staff?{query}"))
        }
        Err(No::Refused(RedeemRefusal::Unfit(how))) => {
            let says = words::mistake("密码", &Mistake::of("password", how));
            first_page(&visit, &visit.form, &Mistakes::one("password", says))
        }
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            let mistakes = Mistakes::one("code", format!("{}。{}", told.says, told.remedy));
            first_page(&visit, &visit.form, &mistakes)
        }
        Err(no) => Err(no.into()),
    }
}

/// The form for another password.
pub async fn change(visit: Visit) -> Answer {
    change_page(&visit, &Mistakes::none())
}

fn change_page(visit: &Visit, mistakes: &Mistakes) -> Answer {
    // Passwords are never shown again, not even to the one who typed them.
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let must = visit.session.as_ref().is_some_and(|session| session.duty == Some(Duty::NewPassword));
    let body = html! {
        div.col {
            form method="post" action=(CHANGE) novalidate {
                (error_summary(mistakes))
                h1 { "修改密码" }
                @if must { p.mt3 { "你现在的密码是别人替你设的，只能用这一次。请设一个只有自己知道的密码，再继续。" } }
                (visit.hidden())
                div.mt6 { (Text::new("old_password", "现在的密码").shape("w18", "text").autofill("current-password").draw_secret(filled)) }
                (Text::new("new_password", "新密码").hint("至少 8 位，建议 15 位以上；不要用生日、姓名和登录名").shape("w18", "text").autofill("new-password").draw_secret(filled))
                div.btns { button.btn { "改密码" } }
            }
        }
    };
    visit.page("修改密码").mistaken(mistakes).show(body)
}

/// Another password is set. Staff log in again with it; citizens stay.
pub async fn changed(visit: Visit) -> Answer {
    let Some(session) = &visit.session else { return Err(Stop::LogIn) };
    let mut reading = Reading::of(&visit.form);
    let old = reading.secret("old_password", "现在的密码");
    let new = reading.secret("new_password", "新密码");
    if let Err(mistakes) = reading.finish(()) {
        return change_page(&visit, &mistakes);
    }
    match visit.office().change_password(&session.token, &old, &new).await {
        Ok(()) if matches!(session.actor.who, Who::Staff { .. }) => {
            let mut response = see("/staff?changed=yes")?;
            set_cookie(&mut response, removal(names(visit.site.tls()).session, visit.site.tls()));
            Ok(response)
        }
        Ok(()) => see("/account?changed=yes"),
        Err(No::Refused(ChangePasswordRefusal::NotLoggedIn)) => Err(Stop::LogIn),
        Err(No::Refused(ChangePasswordRefusal::Unfit(how))) => {
            let says = words::mistake("新密码", &Mistake::of("new_password", how));
            change_page(&visit, &Mistakes::one("new_password", says))
        }
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            let field = refusal.field().unwrap_or("new_password");
            change_page(&visit, &Mistakes::one(field, format!("{}。{}", told.says, told.remedy)))
        }
        Err(no) => Err(no.into()),
    }
}
