//! 贷前考核: the result of one sitting, entered by the clerk where the rules of the county ask for it; each is one act.
//! Many results come as a file ([`crate::staff::rosters`]).

use axum::http::StatusCode;
use maud::html;
use office::origination::record_quiz::RecordQuiz;

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::staff::{self, crumb, perform};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// Most questions a sitting has.
const QUESTIONS_MAX: i64 = 500;

/// The form.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None)
}

/// Enters the result of one sitting.
pub async fn enter(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let id_number = crate::form::half_width(&reading.text("id_number", "身份证号", 30));
    let session = reading.text("session", "场次", 100);
    let questions = reading.number("questions", "一共几题", 1..=QUESTIONS_MAX);
    let right = reading.number("right", "答对几题", 0..=QUESTIONS_MAX);
    let act = match reading.finish(RecordQuiz { id_number, session, questions, right }) {
        Ok(act) => act,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None),
    };
    match perform(&visit, "", act).await? {
        Ok(sitting) if sitting.passed => visit.see("/county/quiz?done=passed"),
        Ok(_) => visit.see("/county/quiz?done=failed"),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)),
    }
}

fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let filled = Filled { values, mistakes };
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台"), ("/county/pre", "预申请")], "考核成绩"))
            div.title { h1 { "登记考核成绩" } a.btn.btn-2 href="/county/import/quiz_results" { "批量导入" } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            (staff::done(done(visit.query.text("done"))))
            div.grid.g-main {
                section.panel aria-label="成绩" {
                    form method="post" action="/county/quiz" data-keep {
                        (visit.hidden())
                        (Text::new("id_number", "学生身份证号").hint("学生要先注册，或者已在预申请名单里。").shape("w18", "text").draw(filled))
                        (Text::new("session", "场次").hint("时间和地点，例如：8 月第一周周一，二楼会议室。").draw(filled))
                        (Text::new("questions", "一共几题").shape("w8", "numeric").draw(filled))
                        (Text::new("right", "答对几题").shape("w8", "numeric").draw(filled))
                        div.btns { button.btn { "登记成绩" } }
                    }
                }
                section.panel aria-labelledby="qz" {
                    h2 #qz { "怎样算合格" }
                    ul.bul {
                        li { "答对的比例够不够，由系统按" a href="/policy" { "县里的办法" } "判断。" }
                        li { "县里的办法要求考核的，考过才能提交申请；没有要求的不用登记。" }
                        li { "不合格可以再考，每一次都记下来。" }
                    }
                }
            }
        }
    };
    let page = visit.desk("登记考核成绩").at("/county/pre").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn done(code: &str) -> &'static str {
    match code {
        "passed" => "考核成绩已登记：合格。学生可以提交申请了。",
        "failed" => "考核成绩已登记：不合格。请安排再考一次，考过才能提交申请。",
        _ => "",
    }
}
