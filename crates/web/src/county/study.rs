//! 就学信息变更 at the counter: the new study, what it does to the plan shown to the one who came, then the record of
//! who came, what was shown and that he agrees to the new plan (R14.2–R14.4).

use loan::refusal::Citation;
use maud::{Markup, html};
use office::application::fact::Party;
use office::servicing::study::{ChangeStudy, NewStudy};
use office::view::what_if::Compared;

use crate::form::{Form, Mistakes};
use crate::parts::compare;
use crate::parts::fields::{Choice, Filled, Text, error_summary, radios, ticks};
use crate::staff::{crumb, perform, refusal};
use crate::stop::{Refused, Stop};
use crate::student::{care, study};
use crate::visit::{Answer, Visit};
use crate::words;
use crate::words::studies::{cause, papers};

/// The form, and below it what it would do.
pub async fn page(visit: Visit) -> Answer {
    let values = visit.query.clone();
    let (new, mistakes) = if values.has("cause") { study::read(&values) } else { (None, Mistakes::none()) };
    draw(&visit, &values, new, &mistakes, None).await
}

async fn draw(
    visit: &Visit,
    values: &Form,
    new: Option<NewStudy>,
    mistakes: &Mistakes,
    refused: Option<&Refused>,
) -> Answer {
    let view = visit.office().loan_view(&visit.actor, visit.param("number"), None).await?;
    let number = &view.row.number;
    let effect = match new {
        Some(new) => Some((new, effect(visit, number, new).await?)),
        None => None,
    };
    let filled = Filled { values, mistakes };
    let loan = format!("/county/loan/{number}");
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台"), ("/county/loans", "贷后"), (&loan, &view.row.student_name)], "就学信息变更"))
            div.title { h1 { "就学信息变更　" span.mut.fw4 { (view.row.student_name) " " (number) } } }
            (refusal(refused))
            (error_summary(mistakes))
            div.grid.g-2 {
                form.panel method="get" action={ (loan) "/study" } novalidate {
                    h2 { "第一步　新的就学信息" }
                    (study::fields(filled))
                    div.btns { button.btn { "看还款计划怎么变" } }
                }
                @if let Some((new, effect)) = &effect {
                    section.panel aria-labelledby="ef" {
                        h2 #ef { "第二步　给来人看，他同意再办" }
                        @match effect {
                            Err(no) => (refusal(Some(no))),
                            Ok(compared) => { (compare::plans(compared)) (record(visit, filled, &loan, *new)) }
                        }
                    }
                }
            }
        }
    };
    visit.desk("就学信息变更").at("/county/loans").mistaken(mistakes).show(body)
}

async fn effect(visit: &Visit, number: &str, new: NewStudy) -> Result<Result<Compared, Refused>, Stop> {
    let asked = visit.office().what_if(&visit.actor, number, new.event()).await?;
    Ok(asked.map_err(care::refused))
}

fn record(visit: &Visit, filled: Filled<'_>, loan: &str, new: NewStudy) -> Markup {
    let parties = [Choice::new("borrower", "借款学生本人"), Choice::new("co_borrower", "共同借款人")];
    let agreed = [Choice::new("yes", "已经告诉来人：还款计划跟着变，上面的新计划他看过、同意")];
    let proof = format!("应看{}", papers(new.cause));
    html! {
        form.mt5 method="post" action={ (loan) "/study" } novalidate {
            (visit.hidden())
            @for name in ["cause", "year", "resumes"] { input type="hidden" name=(name) value=(filled.values.text(name)); }
            p { b { (cause(new.cause)) } }
            (radios(filled, "asked_by", "谁来办的", "", &parties))
            (Text::new("proof", "看过什么材料").hint(&proof).draw(filled))
            (ticks(filled, "agreed", "", "", &agreed))
            div.btns { button.btn { "办理就学信息变更" } }
            p.src { "这名学生在本县的全部未结清合同一起变。依据：" (words::citations(&[Citation::of("sdvcst-2022", "21(一)1"), Citation::of("sdvcst-2022", "21(二)")])) }
        }
    }
}

/// Writes the change down.
pub async fn change(visit: Visit) -> Answer {
    let values = visit.form.clone();
    let (new, mut mistakes) = study::read(&values);
    let asked_by = match values.text("asked_by") {
        "borrower" => Some(Party::Borrower),
        "co_borrower" => Some(Party::CoBorrower),
        _ => None,
    };
    if asked_by.is_none() {
        mistakes.add("asked_by", "请选谁来办的");
    }
    if values.text("proof").is_empty() {
        mistakes.add("proof", "请写明看过什么材料");
    }
    let (Some(study), Some(asked_by), true) = (new, asked_by, mistakes.is_empty()) else {
        return draw(&visit, &values, new, &mistakes, None).await;
    };
    let act = ChangeStudy {
        contract: visit.param("number").to_owned(),
        study,
        asked_by,
        proof: values.text("proof").to_owned(),
        plan_change_agreed: values.text("agreed") == "yes",
    };
    match perform(&visit, "", act).await? {
        Ok(_) => visit.see(&format!("/county/loan/{}?done=study", visit.param("number"))),
        Err(no) => draw(&visit, &values, Some(study), &mistakes, Some(&no)).await,
    }
}
