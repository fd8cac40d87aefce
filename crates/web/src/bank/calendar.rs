//! 结息与扣款日历: what falls due on which day, in sums, before anything is debited.

use loan::money::Fen;
use maud::{Markup, html};
use office::view::due_days::DueDay;

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{day_week, iso, thousands, yuan};
use crate::visit::{Answer, Visit};

/// The calendar.
pub async fn page(visit: Visit) -> Answer {
    let (on, days) = visit.office().due_days(&visit.actor).await?;
    let next = days.iter().find(|day| day.due_on >= on);
    let overdue: Fen = days.iter().map(|day| day.overdue).sum();
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "结息与扣款日历 " small.mut.fw4 { (day_week(on)) } } }
            @if let Some(next) = next { (counters(&[
                ("下一个结息日", html! { (iso(next.due_on)) }),
                ("合同", html! { (thousands(next.contracts as u64)) small { "份" } }),
                ("本金", html! { (yuan(next.principal)) }),
                ("学生利息", html! { (yuan(next.interest)) }),
                ("国家贴息", html! { (yuan(next.subsidy)) }),
                ("逾期（近三年）", html! { (yuan(overdue)) }),
            ])) }
            section.panel aria-labelledby="cal" {
                div.lr { h2 #cal { "去年到明年" } span.hint { "过去的按账，将来的按现在的利率预计" } }
                @if days.is_empty() { (empty("还没有放款的合同。", html! { "放款以后，每个结息日的合计会在这里。" })) } @else { (table(&days, on)) }
            }
        }
    };
    visit.desk("结息与扣款日历").at("/bank/calendar").show(body)
}

fn table(days: &[DueDay], on: loan::calendar::Date) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="cal" {
            table.data {
                caption.vh { "每个结息日的合计" }
                thead { tr {
                    th scope="col" { "结息日" } th scope="col" { "扣款日" } th.n scope="col" { "合同" } th.n scope="col" { "提前还款" }
                    th.n scope="col" { "本金（元）" } th.n scope="col" { "学生利息（元）" } th.n scope="col" { "国家贴息（元）" }
                    th.n scope="col" { "已收（元）" } th.n scope="col" { "逾期（元）" } th scope="col" { "现在" }
                } }
                tbody { @for day in days { tr {
                    th.nw scope="row" { (iso(day.due_on)) } td.nw { (iso(day.debit_on)) }
                    td.n { (day.contracts) } td.n { @if day.prepayments > 0 { (day.prepayments) } @else { "--" } }
                    td.n { (yuan(day.principal)) } td.n { (yuan(day.interest)) } td.n { (yuan(day.subsidy)) }
                    td.n { @if day.due_on <= on { (yuan(day.paid)) } @else { "--" } }
                    td.n { @if day.overdue.is_positive() { b { (yuan(day.overdue)) } } @else { "--" } }
                    td { (state(day, on)) }
                } } }
            }
        }
    }
}

fn state(day: &DueDay, on: loan::calendar::Date) -> Markup {
    if day.debit_on < on {
        return if day.overdue.is_positive() {
            bare_tag(Tone::Bad, "有逾期")
        } else {
            bare_tag(Tone::Done, "已结清")
        };
    }
    if day.due_on <= on {
        return bare_tag(Tone::Act, "等扣款");
    }
    bare_tag(Tone::Wait, if day.projected { "预计" } else { "未到" })
}
