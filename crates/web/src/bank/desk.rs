//! 工作台: what waits for the branch, in the order in which money leaves.

use loan::money::Fen;
use maud::{Markup, html};
use office::view::bank::{BankDesk, BankWaiting};

use crate::parts::lists::{counters, empty};
use crate::parts::show::{day_week, yuan};
use crate::visit::{Answer, Visit};

use super::batches;

/// The desk.
pub async fn page(visit: Visit) -> Answer {
    let desk = visit.office().bank_desk(&visit.actor).await?;
    let unusual = desk.reviewed.iter().filter(|one| !one.exceptions.is_empty()).count();
    let to_check = desk.batches.iter().filter(|batch| batch.status == "made").count();
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "工作台 " small.mut.fw4 { (day_week(desk.on)) } } }
            (counters(&[
                ("待审查", html! { a href="/bank/approve" { (desk.received.len()) } small { "回执已录" } }),
                ("待批准", html! { a href="/bank/approve" { (desk.reviewed.len()) } small { "其中要细看 " (unusual) } }),
                ("待放款", html! { a href="/bank/batches" { (desk.approved.len()) } small { (yuan(sum(&desk.approved))) " 元" } }),
                ("批次待复核", html! { a href="/bank/batches" { (to_check) } }),
            ]))
            div.grid.g-main {
                section.panel aria-labelledby="bt" {
                    div.lr { h2 #bt { "最近的放款批次" } a href="/bank/batches" { "全部批次" } }
                    (batches::table(&desk.batches[..desk.batches.len().min(8)]))
                }
                section.panel aria-labelledby="nx" { h2 #nx { "接下来" } (next(&desk)) }
            }
        }
    };
    visit.desk("工作台").at("/bank").show(body)
}

/// Sum asked for.
pub fn sum(waiting: &[BankWaiting]) -> Fen {
    waiting.iter().map(|one| Fen(one.case.amount_fen)).sum()
}

fn next(desk: &BankDesk) -> Markup {
    html! {
        @if desk.received.is_empty() && desk.reviewed.is_empty() && desk.approved.is_empty() {
            (empty("没有等着办的。", html! { "学校录入回执以后，申请会到这里。" }))
        } @else {
            ul.bul {
                @if !desk.received.is_empty() { li { (desk.received.len()) " 件等经办审查，" a href="/bank/approve" { "去审查" } } }
                @if !desk.reviewed.is_empty() { li { (desk.reviewed.len()) " 件等另一个人批准，" a href="/bank/approve" { "去批准" } } }
                @if !desk.approved.is_empty() { li { (desk.approved.len()) " 件可以放款，" a href="/bank/batches" { "生成批次" } } }
            }
        }
    }
}
