//! 续贷声明: the school reads what a student writes about the past year, and confirms it or gives it back.

use axum::http::StatusCode;
use maud::html;
use office::origination::confirm_statement::ConfirmStatement;
use office::origination::return_statement::ReturnStatement;

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, area, error_summary};
use crate::parts::lists::empty;
use crate::staff::{self, crumb, perform};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// The statements that wait, one after the other.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None).await
}

/// Confirms a statement, or gives it back with the reason.
pub async fn decide(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let outcome = match visit.param("verdict") {
        "confirm" => perform(&visit, "", ConfirmStatement { number }).await?,
        "return" => {
            let mut reading = Reading::of(&visit.form);
            let reason = reading.text("reason", "退回的原因", 300);
            match reading.finish(ReturnStatement { number, reason }) {
                Ok(act) => perform(&visit, "", act).await?,
                Err(mistakes) => return show(&visit, &visit.form, &mistakes, None).await,
            }
        }
        _ => return Err(Stop::NotFound),
    };
    match outcome {
        Ok(()) => visit.see("/school/statements?done=yes"),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let waiting = visit.office().school_statements(&visit.actor).await?;
    let asked = visit.param("number");
    let blank = Form::default();
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/school", "工作台")], "续贷声明"))
            div.title { h1 { "续贷声明 " small.mut.fw4 { (waiting.len()) " 份待审" } } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            (staff::done(if visit.query.has("done") { "已登记。" } else { "" }))
            @if waiting.is_empty() {
                (empty("没有等着审的声明。", html! { a href="/school" { "回到工作台" } }))
            }
            @for one in &waiting {
                @let mine = one.number == asked;
                @let filled = if mine { Filled { values, mistakes } } else { Filled::fresh(&blank) };
                section.panel aria-label=(one.student_name) {
                    div.lr { h2 { (one.student_name) } span.mut { (one.college) "　" (one.number) } }
                    blockquote.box { (one.text) }
                    div.btns { (staff::button(visit, &format!("/school/statements/{}/confirm", one.number), "", "情况属实，审过", &[])) }
                    details.more open[mine] {
                        summary { "退回给学生" }
                        form method="post" action={ "/school/statements/" (one.number) "/return" } {
                            (visit.hidden())
                            (area(filled, "reason", "为什么退回", "学生会看到这句话。", 2))
                            div.btns { button.btn.btn-err { "退回声明" } }
                        }
                    }
                }
            }
        }
    };
    let page = visit.desk("续贷声明").at("/school/statements").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}
