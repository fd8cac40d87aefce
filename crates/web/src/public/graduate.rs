//! 从研究生管理信息系统进入: the university has logged its student in and sends him here. The page tells nothing about him
//! before the last four of the ID number are given.

use maud::html;
use office::No;

use super::entrance::entered;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::visit::{Answer, Visit};
use crate::words;

/// Is it you?
pub async fn page(visit: Visit) -> Answer {
    question(&visit, &Mistakes::none())
}

fn question(visit: &Visit, mistakes: &Mistakes) -> Answer {
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let body = html! {
        div.col {
            (error_summary(mistakes))
            h1 { "从研究生系统进入" }
            p.mt3 { "你已经在学校的研究生管理信息系统登录。再填身份证号后四位，确认是你本人。" }
            form method="post" action=(visit.path) novalidate {
                (visit.hidden())
                div.mt6 { (Text::new("tail", "你的身份证号后四位").hint("最后一位可能是字母 X").shape("w8", "text").draw(filled)) }
                div.btns { button.btn { "进入" } a href="/login" { "用密码登录" } }
            }
            p.hint.mt5 { "五分钟内有效，只能用一次。过了时间，请回学校的系统再点一次。" }
            p.src { "依据：" (words::citation(&loan::refusal::Citation::of("zju-2005", "四.2"))) }
        }
    };
    visit.page("从研究生系统进入").mistaken(mistakes).show(body)
}

/// Comes in.
pub async fn enter(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let tail = reading.text("tail", "身份证号后四位", 10);
    let tail = match reading.finish(tail) {
        Ok(tail) => tail,
        Err(mistakes) => return question(&visit, &mistakes),
    };
    match visit.office().enter_by_graduate_system(visit.param("token"), &tail, &visit.agent).await {
        Ok(opened) => entered(&visit, &opened, "/student"),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            question(&visit, &Mistakes::one("tail", format!("{}。{}", told.says, told.remedy)))
        }
        Err(no) => Err(no.into()),
    }
}
