//! 到账核对: the loan money that reached the school, by the platform's serial; owed and arrived side by side, every
//! difference in words.

use loan::money::Fen;
use maud::{Markup, html};
use office::Role;
use office::servicing::school_money::PostSerial;
use office::view::finance::{ArrivalView, SerialView};

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{iso, yuan};
use crate::staff::{button, perform, refusal};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// The serials, newest first.
pub async fn page(visit: Visit) -> Answer {
    draw(&visit, None).await
}

/// Finance posts a serial: every student of it gets a fee receipt.
pub async fn post_serial(visit: Visit) -> Answer {
    let act = PostSerial { serial: visit.param("serial").to_owned() };
    match perform(&visit, "", act).await? {
        Ok(posted) => visit.see(&format!("/school/batches?posted={}", posted.receipts.len())),
        Err(no) => draw(&visit, Some(&no)).await,
    }
}

async fn draw(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let posts = visit.is(Role::SchoolFinance);
    let posted = visit.query.text("posted").parse::<usize>().ok();
    let serials = visit.office().school_arrivals(&visit.actor).await?;
    let open = serials.iter().filter(|serial| !serial.matched).count();
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "到账核对" } }
            (refusal(refused))
            @if let Some(posted) = posted { p.note { b { "已入账，开出 " (posted) " 张收据。" } "到“缴费收据”里打印发放清单。" a href="/school/receipts" { "去看收据" } } }
            (counters(&[
                ("批次", html! { (serials.len()) }),
                ("待核对", html! { (open) }),
                ("到账合计", html! { (yuan(serials.iter().map(sum).sum())) small { "元" } }),
                ("学生", html! { (serials.iter().map(|serial| serial.rows.len()).sum::<usize>()) small { "人次" } }),
            ]))
            @if serials.is_empty() { (empty("还没有到账。", html! { "银行放款后，平台把抵欠费的部分转到学校，这里按批次流水号列出。" })) }
            @for (place, serial) in serials.iter().enumerate() { (one(visit, place, serial, posts)) }
        }
    };
    visit.desk("到账核对").at("/school/batches").show(body)
}

fn sum(serial: &SerialView) -> Fen {
    serial.rows.iter().map(|row| Fen(row.amount_fen)).sum()
}

fn one(visit: &Visit, place: usize, serial: &SerialView, posts: bool) -> Markup {
    let id = format!("s{place}");
    html! {
        section.panel aria-labelledby=(id) {
            div.lr {
                h2 id=(id) { "批次流水号 " (serial.serial) }
                span { (iso(serial.arrived_on)) "　" b { (yuan(sum(serial))) } " 元　" @if serial.matched { (bare_tag(Tone::Done, "已核对")) } @else { (bare_tag(Tone::Act, "待核对")) } }
            }
            @if posts && !serial.matched {
                div.btns { (button(visit, &format!("/school/batches/{}", serial.serial), "", "这一批都对，入账并开收据", &[])) }
            }
            div.scroll tabindex="0" role="region" aria-labelledby=(id) {
                table.data.dense {
                    caption.vh { "这一批到账" }
                    thead { tr { th scope="col" { "姓名" } th scope="col" { "院系" } th scope="col" { "申请编号" } th.n scope="col" { "欠费（元）" } th.n scope="col" { "到账（元）" } th.n scope="col" { "还欠（元）" } th scope="col" { "判断" } } }
                    tbody { @for row in &serial.rows { (student(row)) } }
                    tfoot { tr.total { th scope="row" colspan="4" { "合计 " (serial.rows.len()) " 人" } td.n { (yuan(sum(serial))) } td colspan="2" {} } }
                }
            }
        }
    }
}

fn student(row: &ArrivalView) -> Markup {
    let arrived = Fen(row.amount_fen);
    let owed = row.owed_fen.map(Fen);
    html! {
        tr {
            th scope="row" { (row.student_name) } td { (row.college) } td { (row.number) }
            td.n { (owed.map_or("--".to_owned(), yuan)) } td.n { (yuan(arrived)) }
            td.n { (owed.map_or("--".to_owned(), |owed| yuan(owed - arrived))) }
            td {
                @match owed {
                    Some(owed) if owed == arrived => (bare_tag(Tone::Done, "抵清")),
                    Some(owed) if owed > arrived => (bare_tag(Tone::Act, "贷款不够抵，学生补缴")),
                    Some(_) => (bare_tag(Tone::Bad, "多到，要退给学生")),
                    None => (bare_tag(Tone::Act, "没有回执")),
                }
            }
        }
    }
}
