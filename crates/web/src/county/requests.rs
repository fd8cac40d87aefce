//! 群众来件: corrections, complaints, appeals and requests for information, the most urgent first; the province sees
//! what is late.

use axum::http::StatusCode;
use maud::html;
use office::Role;
use office::rights::ask::{Answer as Answering, RequestView};

use crate::form::Reading;
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show::iso;
use crate::staff::{self, perform};
use crate::stop::Refused;
use crate::student::ask::word;
use crate::visit::{Answer, Visit};

/// The list.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

async fn show(visit: &Visit, refused: Option<(&str, &Refused)>) -> Answer {
    let waiting = visit.office().requests_to_answer(&visit.actor).await?;
    let county = !visit.is(Role::Province);
    let (home, title) = if county { ("/county", "来件") } else { ("/province", "逾期未答复的来件") };
    let body = html! {
        main.main.wrap #main {
            (staff::crumb(&[(home, "工作台")], title))
            div.title { h1 { (title) } p.mut { "更正、投诉 15 天，申诉 30 天，申请公开 20 个工作日内答复。办过那份申请的人不答复对它的投诉和申诉。" } }
            (staff::refusal(refused.map(|(_, refused)| refused)))
            (staff::done(if visit.query.text("done") == "yes" { "已答复，本人在“我提过的”里能看到。" } else { "" }))
            @if waiting.is_empty() { (empty(if county { "没有等着答复的来件。" } else { "没有逾期的来件。" }, html! { a href=(home) { "回到工作台" } })) }
            @for one in &waiting {
                section.panel aria-label=(one.number) {
                    (head(one, county))
                    p.mt2 { (one.text) }
                    @if county {
                        @let typed = refused.filter(|(number, _)| *number == one.number).map_or("", |_| visit.form.text("text"));
                        form.mt3 method="post" action={ "/county/requests/" (one.number) } data-keep {
                            (visit.hidden())
                            label for={ "t" (one.number) } { "答复（本人会看到）" }
                            textarea.in id={ "t" (one.number) } name="text" rows="2" { (typed) }
                            div.btns {
                                button.btn name="upheld" value="yes" { "采纳，答复" }
                                button.btn.btn-2 name="upheld" value="no" { "不采纳，答复" }
                            }
                        }
                    }
                }
            }
        }
    };
    let page = visit.desk(title).at(home);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn head(one: &RequestView, county: bool) -> maud::Markup {
    html! {
        div.lr {
            h2 {
                (word(one.asked)) "　" span.mut.fw4 { @if county { (one.name) "　" } (one.number) }
                @if let Some(number) = one.application.as_ref().filter(|_| county) { "　" a href={ "/county/case/" (number) } { "看办件" } }
            }
            span {
                span.hint { (iso(one.filed_on)) " 来，" (iso(one.due_on)) " 到期　" }
                @if one.days_left < 0 { (bare_tag(Tone::Bad, &format!("逾期 {} 天", -one.days_left))) }
                @else { (bare_tag(Tone::Act, &format!("还有 {} 天", one.days_left))) }
            }
        }
    }
}

/// Answers one.
pub async fn answer(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let mut reading = Reading::of(&visit.form);
    let text = reading.optional("text", "答复", 2_000).unwrap_or_default();
    let upheld = visit.form.text("upheld") == "yes";
    let act = Answering { number: number.clone(), upheld, text };
    match perform(&visit, "", act).await? {
        Ok(()) => visit.see("/county/requests?done=yes"),
        Err(refused) => show(&visit, Some((&number, &refused))).await,
    }
}
