//! 缴费收据: one for every student of a posted serial; the aid teacher hands them out and writes it down (R12.5, R12.6).

use std::collections::BTreeMap;

use loan::money::Fen;
use maud::{Markup, html};
use office::Role;
use office::servicing::school_money::HandOut;
use office::view::finance::ReceiptView;

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{day_week, iso, yuan};
use crate::staff::{button, perform, refusal};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// The hand-out list, by faculty.
pub async fn page(visit: Visit) -> Answer {
    draw(&visit, None).await
}

async fn draw(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let receipts = visit.office().fee_receipts(&visit.actor).await?;
    let waiting = receipts.iter().filter(|receipt| receipt.handed_out.is_none()).count();
    let hands = visit.is(Role::Counsellor) || visit.is(Role::SchoolOfficer);
    let mut colleges: BTreeMap<&str, Vec<&ReceiptView>> = BTreeMap::new();
    for receipt in &receipts {
        colleges.entry(&receipt.college).or_default().push(receipt);
    }
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "缴费收据 " small.mut.fw4 { (day_week(visit.today())) } } div.btns { button.btn.btn-2 type="button" data-print hidden { "打印发放清单" } } }
            (refusal(refused))
            (counters(&[
                ("收据", html! { (receipts.len()) small { "张" } }),
                ("合计", html! { (yuan(receipts.iter().map(|receipt| Fen(receipt.amount_fen)).sum())) small { "元" } }),
                ("待发放", html! { (waiting) small { "张" } }),
            ]))
            @if receipts.is_empty() { (empty("还没有收据。", html! { "财务处在“到账核对”里入账以后，每名学生有一张。" })) }
            @for (place, (college, rows)) in colleges.iter().enumerate() { (one(visit, place, college, rows, hands)) }
        }
    };
    visit.desk("缴费收据").at("/school/receipts").show(body)
}

fn one(visit: &Visit, place: usize, college: &str, rows: &[&ReceiptView], hands: bool) -> Markup {
    let id = format!("c{place}");
    html! {
        section.panel aria-labelledby=(id) {
            div.lr { h2 id=(id) { @if college.is_empty() { "没有写院系" } @else { (college) } } span { (rows.len()) " 张，" (yuan(rows.iter().map(|row| Fen(row.amount_fen)).sum())) " 元" } }
            div.scroll tabindex="0" role="region" aria-labelledby=(id) {
                table.data.dense {
                    caption.vh { "收据" }
                    thead { tr { th.n scope="col" { "收据号" } th scope="col" { "姓名" } th scope="col" { "申请编号" } th.n scope="col" { "金额（元）" } th scope="col" { "开出" } th scope="col" { "发放" } } }
                    tbody { @for row in rows { tr {
                        td.n { (row.receipt) } th scope="row" { (row.student_name) } td { (row.number) } td.n { (yuan(Fen(row.amount_fen))) } td.nw { (iso(row.given_on)) }
                        td { @match row.handed_out {
                            Some(on) => { (bare_tag(Tone::Done, "已发")) " " (iso(on)) }
                            None if hands => (button(visit, &format!("/school/receipts/{}", row.number), "btn-2", "登记已发", &[])),
                            None => (bare_tag(Tone::Wait, "待发")),
                        } }
                    } } }
                }
            }
        }
    }
}

/// Writes a hand-out down.
pub async fn hand_out(visit: Visit) -> Answer {
    let act = HandOut { number: visit.param("number").to_owned() };
    match perform(&visit, "", act).await? {
        Ok(()) => visit.see("/school/receipts"),
        Err(no) => draw(&visit, Some(&no)).await,
    }
}
