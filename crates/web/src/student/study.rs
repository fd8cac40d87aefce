//! 就学信息变更, the borrower's side: what another year of graduation would do to the plan, and what to bring to the
//! county, where it is written down (R14.2, R14.3).

use chrono::Datelike;
use loan::calendar::date;
use loan::refusal::Citation;
use maud::{Markup, html};
use office::servicing::study::{NewStudy, StudyCause};

use super::loan::{home, name, nav, view};
use crate::form::{Form, Mistakes, Reading};
use crate::parts::compare;
use crate::parts::fields::{Filled, Text, error_summary, radios};
use crate::visit::{Answer, Visit};
use crate::words;
use crate::words::studies::{NO_YEAR, choices, papers};

/// The form, and below it what the answers would mean.
pub async fn page(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let here = home(&visit);
    let asked = visit.query.has("cause");
    let (study, mistakes) = if asked { read(&visit.query) } else { (None, Mistakes::none()) };
    let filled = Filled { values: &visit.query, mistakes: &mistakes };
    let effect = match study {
        Some(study) => Some((study, visit.office().what_if(&visit.actor, &view.number, study.event()).await?)),
        None => None,
    };
    let body = html! {
        form.col method="get" novalidate {
            (error_summary(&mistakes))
            h1 { span.cap { (name(&view)) } "就学有变化" }
            p.mt3 { "先看变更以后怎么还。看好了，带材料到县级资助中心办，学生或共同借款人去一个人就行。" }
            div.mt6 { (fields(filled)) }
            div.btns { button.btn { "看变更以后怎么还" } }
        }
        @if let Some((study, effect)) = &effect {
            section.sec.col aria-labelledby="e" {
                h2 #e { "变更以后" }
                @match effect {
                    Ok(compared) => { (compare::plans(compared)) (next(study.cause)) }
                    Err(reason) => {
                        @let refused = super::care::refused(*reason);
                        p.note.note-warn { b { (refused.says) "。" } (refused.remedy) }
                        p.src.mt2 { "依据：" (words::citations(&refused.why)) }
                    }
                }
            }
        }
    };
    visit.page("就学有变化").at(nav(&visit)).back(&here, "返回合同").mistaken(&mistakes).show(body)
}

/// The questions; the county's form asks the same.
pub(crate) fn fields(filled: Filled<'_>) -> Markup {
    let year = Text::new("year", "新的毕业年份").hint("退学、开除的不用填").shape("w8", "numeric").unit("年");
    let resumes =
        Text::new("resumes", "又读书的入学日期").hint("已经毕业、又考上的才填，例如 2027-09-01").shape("w11", "text");
    html! {
        (radios(filled, "cause", "发生了什么", "", &choices()))
        (year.draw(filled))
        (resumes.draw(filled))
    }
}

/// What was answered; every mistake at once.
pub(crate) fn read(form: &Form) -> (Option<NewStudy>, Mistakes) {
    let mut reading = Reading::of(form);
    let cause = StudyCause::of(form.text("cause"));
    if cause.is_none() {
        reading.mistake("cause", "请选发生了什么");
    }
    let leaves = cause.is_some_and(|cause| NO_YEAR.contains(&cause));
    let year = form.text("year");
    let graduates_in = match year.parse::<i32>() {
        _ if leaves => 0,
        Ok(year) if (2000..=2100).contains(&year) => year,
        _ => {
            reading.mistake("year", "毕业年份是四位数，例如 2029");
            0
        }
    };
    let resumes = form.text("resumes");
    let resumes_on = match (resumes, resumes.parse::<loan::calendar::Date>()) {
        ("", _) => None,
        (_, Ok(day)) if (2000..=2100).contains(&day.year()) => Some(day),
        _ => {
            reading.mistake("resumes", format!("入学日期的写法是 {}", date(2027, 9, 1)));
            None
        }
    };
    match reading.finish(cause) {
        Ok(cause) => (cause.map(|cause| NewStudy { cause, graduates_in, resumes_on }), Mistakes::none()),
        Err(mistakes) => (None, mistakes),
    }
}

fn next(cause: StudyCause) -> Markup {
    html! {
        h2.mt5 { "怎么办" }
        ol.steps.mt3 {
            li { "准备材料：身份证，" (papers(cause)) "。" }
            li { "学生或共同借款人到县级资助中心，办就学信息变更和还款计划变更。" a href="/offices" { "查电话和地址" } }
            li { "办完当场打印，以后的账按新计划走；以前结过的账不变。" }
        }
        @if cause == StudyCause::FurtherStudy { p.note.mt3 { "要在 " b { "8月31日" } "以前办好，今年的利息才由国家付。" } }
        p.src.mt3 { "依据：" (words::citations(&[Citation::of("sdvcst-2022", "21(一)1"), Citation::of("sdvcst-2022", "21(二)"), Citation::of("sdvcst-2022", "10")])) }
    }
}
