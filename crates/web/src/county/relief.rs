//! 还款救助: what families wrote, and the decision of somebody who did not write it down (R15.5).

use maud::{Markup, html};
use office::Role;
use office::servicing::relief::DecideRelief;
use office::view::relief::ReliefView;

use crate::parts::lists::{counters, empty};
use crate::parts::show::{day_week, iso};
use crate::staff::{perform, refusal};
use crate::stop::Refused;
use crate::student::care::blow;
use crate::visit::{Answer, Visit};

/// The list of those that wait.
pub async fn page(visit: Visit) -> Answer {
    draw(&visit, None).await
}

async fn draw(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let waiting = visit.office().relief_waiting(&visit.actor).await?;
    let decides = visit.is(Role::HallManager) || visit.is(Role::CountyReviewer);
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "还款救助 " small.mut.fw4 { (day_week(visit.today())) } } }
            (refusal(refused))
            @if visit.query.has("done") { p.note { b { "已经决定。" } "申请人会在合同页面看到结果。" } }
            (counters(&[("等决定", html! { (waiting.len()) small { "份" } })]))
            @if waiting.is_empty() { (empty("没有等着决定的救助申请。", html! { "学生、共同借款人在网上申请，或者由窗口代为登记。" })) }
            @for (place, one) in waiting.iter().enumerate() { (request(visit, place, one, decides)) }
        }
    };
    visit.desk("还款救助").at("/county/relief").show(body)
}

fn request(visit: &Visit, place: usize, one: &ReliefView, decides: bool) -> Markup {
    let reads = visit.is(Role::CountyClerk) || visit.is(Role::HallManager);
    let (id, note) = (format!("r{place}"), format!("note{place}"));
    html! {
        section.panel aria-labelledby=(id) {
            div.lr {
                h2 id=(id) { @if reads { a href={ "/county/loan/" (one.contract) } { (one.student_name) } } @else { (one.student_name) } "　" span.mut.fw4 { (one.number) "，" (one.written.year) " 年的账" } }
                span { (iso(one.filed_on)) "　" (one.filed_by) "登记" }
            }
            p { b { (blow(one.written.blow)) "。" } (one.written.words) }
            @if decides {
                form method="post" action={ "/county/relief/" (one.contract) "/" (one.number) } {
                    (visit.hidden())
                    div.field { label for=(note) { "看过什么材料，或者为什么不同意（申请人可见）" } input.in id=(note) name="note"; }
                    div.btns { button.btn name="granted" value="yes" { "同意，由救助金付这一年" } button.btn.btn-2 name="granted" value="no" { "不同意" } }
                }
            } @else { p.hint { "由大厅负责人或复核专人决定。" } }
        }
    }
}

/// Decides.
pub async fn decide(visit: Visit) -> Answer {
    let act = DecideRelief {
        contract: visit.param("contract").to_owned(),
        request: visit.param("request").to_owned(),
        granted: visit.form.text("granted") == "yes",
        note: visit.form.text("note").to_owned(),
    };
    match perform(&visit, "", act).await? {
        Ok(()) => visit.see("/county/relief?done=yes"),
        Err(no) => draw(&visit, Some(&no)).await,
    }
}
