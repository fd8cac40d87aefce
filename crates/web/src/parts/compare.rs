//! Two plans beside each other: what a change would do, in a few lines first, then year by year.

use std::collections::BTreeSet;

use chrono::Datelike;
use loan::calendar::Date;
use loan::money::Fen;
use maud::{Markup, html};
use office::view::what_if::{Compared, Course};

use super::show;

/// A line: what it is, how it is now, how it would be.
type Line = (&'static str, Markup, Markup);

/// Subsidy, grace, term and cost before and after, then every year that differs.
pub fn plans(compared: &Compared) -> Markup {
    let (before, after) = (&compared.before, &compared.after);
    let day = |day: Option<Date>| html! { @match day { Some(day) => (show::day(day)), None => "--" } };
    let yuan = |amount: Fen| html! { (show::yuan(amount)) };
    let lines: [Line; 5] = [
        ("自己开始付利息", day(before.own_interest_from()), day(after.own_interest_from())),
        ("开始还本金", day(before.principal_from()), day(after.principal_from())),
        ("还清", day(before.ends_on()), day(after.ends_on())),
        ("以后自己付的利息（元）", yuan(before.interest()), yuan(after.interest())),
        ("以后国家付的利息（元）", yuan(before.subsidy()), yuan(after.subsidy())),
    ];
    html! {
        div.scroll tabindex="0" role="region" aria-label="变更前后" {
            table.data.tight {
                caption.vh { "变更前后" }
                thead { tr { th scope="col" { "" span.vh { "项目" } } th.n scope="col" { "现在" } th.n scope="col" { "变更后" } } }
                tbody { @for (name, now, then) in lines { tr {
                    th scope="row" { (name) }
                    td.n { (now) }
                    td.n { @if now.0 == then.0 { (then) } @else { b { (then) } } }
                } } }
            }
        }
        (years(before, after))
    }
}

fn years(before: &Course, after: &Course) -> Markup {
    let all: BTreeSet<i32> = before.rows.iter().chain(&after.rows).map(|row| row.due_on.year()).collect();
    let changed: Vec<(i32, Fen, Fen)> = all
        .into_iter()
        .map(|year| (year, before.total_of(year), after.total_of(year)))
        .filter(|(_, now, then)| now != then)
        .collect();
    html! {
        @if changed.is_empty() { p.hint.mt3 { "每年应还的钱都不变。" } } @else {
            details.more.mt3 open[changed.len() <= 6] {
                summary { "有 " (changed.len()) " 年的应还会变" }
                table.data.tight.slim {
                    caption.vh { "每年应还，变更前后" }
                    thead { tr { th scope="col" { "年份" } th.n scope="col" { "现在（元）" } th.n scope="col" { "变更后（元）" } } }
                    tbody { @for (year, now, then) in changed { tr {
                        th scope="row" { (year) } td.n { (show::cell(now)) } td.n { b { (show::cell(then)) } }
                    } } }
                }
            }
        }
    }
}
