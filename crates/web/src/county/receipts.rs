//! 回执倒计时: students of the county whose school has not entered the receipt; what the last day means here, and a
//! reminder with one button.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::origination::remind::RemindOfReceipt;
use office::rules::Consequence;
use office::view::receipts::Waiting;

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{day_week, iso};
use crate::staff::{self, button, crumb, perform};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};
use crate::words::citation;

/// The list.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

/// Reminds one student.
pub async fn remind(visit: Visit) -> Answer {
    match perform(&visit, "", RemindOfReceipt { number: visit.param("number").to_owned() }).await? {
        Ok(()) => visit.see("/county/receipts?done=yes"),
        Err(refused) => show(&visit, Some(&refused)).await,
    }
}

async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let missing = visit.office().county_receipts(&visit.actor).await?;
    let soon = missing.waiting.iter().filter(|one| (0..=7).contains(&one.days_left)).count();
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台")], "等学校回执"))
            div.title { h1 { "等学校回执 " small.mut.fw4 { (day_week(missing.on)) } } }
            (staff::refusal(refused))
            (staff::done(if visit.query.has("done") { "已提醒，学生会收到短信和站内消息。" } else { "" }))
            (counters(&[
                ("没录回执", html! { (missing.waiting.len()) small { "人" } }),
                ("七天内截止", html! { (soon) small { "人" } }),
            ]))
            section.panel aria-label="名单" {
                @if missing.waiting.is_empty() {
                    (empty("没有等回执的学生。", html! { "发了受理证明、学校还没录回执的学生会到这里。" }))
                } @else {
                    div.scroll tabindex="0" role="region" aria-label="等学校回执" {
                        table.data {
                            caption.vh { "等学校回执的学生，先截止的在前" }
                            thead { tr { th scope="col" { "姓名" } th scope="col" { "学校" } th scope="col" { "申请编号" } th scope="col" { "截止" } th scope="col" { "还剩" } th scope="col" { "过了会怎样" } th scope="col" { "提醒" } } }
                            tbody { @for one in &missing.waiting { (row(visit, one)) } }
                        }
                    }
                }
            }
        }
    };
    let page = visit.desk("等学校回执").at("/county");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn row(visit: &Visit, one: &Waiting) -> Markup {
    let summary = &one.summary;
    let means = match one.deadline.consequence {
        Consequence::Declined => "申请谢绝",
        Consequence::Invalid => "合同无效",
    };
    html! {
        tr {
            th scope="row" { a href={ "/county/case/" (summary.number) } { (summary.student_name) } }
            td { (summary.school_name) }
            td { (summary.number) }
            td { (iso(one.deadline.last_on)) }
            td { (left(one.days_left)) }
            td { (means) "（" (citation(&one.deadline.why)) "）" }
            td { (button(visit, &format!("/county/receipts/{}/remind", summary.number), "btn-2", "提醒", &[])) }
        }
    }
}

/// Days left in a word.
pub fn left(days: i64) -> Markup {
    match days {
        0 => bare_tag(Tone::Bad, "今天截止"),
        days if days < 0 => bare_tag(Tone::End, &format!("过了 {} 天", -days)),
        days if days <= 7 => bare_tag(Tone::Act, &format!("{days} 天")),
        days => html! { (days) " 天" },
    }
}
