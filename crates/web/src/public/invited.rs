//! 共同借款人的链接: the page behind the link in a text message. It says nothing about anybody before the last four
//! characters of the ID number are given.

use maud::html;
use office::No;
use office::accounts::entrance::LogInRefusal;

use super::entrance::entered;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::visit::{Answer, Visit};
use crate::words;

/// Who are you?
pub async fn page(visit: Visit) -> Answer {
    question(&visit, &Mistakes::none())
}

fn question(visit: &Visit, mistakes: &Mistakes) -> Answer {
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let body = html! {
        div.col {
            (error_summary(mistakes))
            h1 { "共同借款人进入" }
            p.mt3 { "有学生申请助学贷款，请你作共同借款人。进去看要承担什么、办到哪一步。" }
            form method="post" action=(visit.path) novalidate {
                (visit.hidden())
                div.mt6 { (Text::new("tail", "你的身份证号后四位").hint("最后一位可能是字母 X").shape("w8", "text").draw(filled)) }
                div.btns { button.btn { "进入" } a href="/login/code" { "用短信验证码登录" } }
            }
            p.hint.mt5 { "不用注册，也不用密码。不是你本人收到的短信，请不要打开。" }
        }
    };
    visit.page("共同借款人进入").mistaken(mistakes).show(body)
}

/// Comes in.
pub async fn enter(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let tail = reading.text("tail", "身份证号后四位", 10);
    let tail = match reading.finish(tail) {
        Ok(tail) => tail,
        Err(mistakes) => return question(&visit, &mistakes),
    };
    match visit.office().enter_by_invitation(visit.param("token"), &tail, &visit.agent).await {
        Ok(opened) => entered(&visit, &opened, "/co"),
        Err(No::Refused(refusal @ (LogInRefusal::TailWrong | LogInRefusal::LinkOver))) => {
            let told = words::refused(&refusal);
            question(&visit, &Mistakes::one("tail", format!("{}。{}", told.says, told.remedy)))
        }
        Err(no) => Err(no.into()),
    }
}
