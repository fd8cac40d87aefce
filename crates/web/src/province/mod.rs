//! 省级中心: every county by counts, no person's data.

use maud::html;
use office::application::Stage;
use office::view::county::Signed;
use office::view::province::{Board, CountyRow};
use office::who::Role;

use crate::parts::lists::{counters, empty};
use crate::parts::show::day_week;
use crate::route::{Reach, Route, Rule, get};
use crate::to;
use crate::visit::{Answer, Visit};

const PROVINCE: Rule = Rule::only([(Role::Province, Reach::SameOffice)]);

/// Addresses of the province.
pub const ROUTES: &[Route] =
    &[get("/province", PROVINCE, to!(board)), get("/province/late", PROVINCE, to!(crate::county::requests::page))];

/// Columns of the board: a word and the stages it counts.
type Column = (&'static str, fn(Stage) -> bool);

const COLUMNS: &[Column] = &[
    ("等着办", |stage| (Stage::Submitted..=Stage::AtCounter).contains(&stage)),
    ("退回待补", |stage| stage == Stage::Returned),
    ("已受理", |stage| (Stage::Accepted..=Stage::EContractReviewed).contains(&stage)),
    ("等回执", |stage| stage == Stage::CertificateIssued),
    ("在银行", |stage| (Stage::ReceiptEntered..=Stage::Approved).contains(&stage)),
    ("已放款", |stage| stage == Stage::Disbursed),
    ("没有办成", |stage| stage > Stage::Disbursed),
];

/// The board.
async fn board(visit: Visit) -> Answer {
    let board = visit.office().province_board(&visit.actor).await?;
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { (board.academic_year) "–" (board.academic_year + 1) " 学年进度 " small.mut.fw4 { "到 " (day_week(board.on)) } } }
            (totals(&board))
            section.panel aria-labelledby="ct" {
                h2 #ct { "各县" }
                @if board.counties.is_empty() {
                    (empty("本省还没有开通的县。", html! { "县级中心开通以后会到这里。" }))
                } @else {
                    div.scroll tabindex="0" role="region" aria-labelledby="ct" {
                        table.data {
                            caption.vh { "各县进度" }
                            thead { tr { th scope="col" { "县级中心" } @for (word, _) in COLUMNS { th.n scope="col" { (word) } } th.n scope="col" { "合计" } th.n scope="col" { "退回率" } th.n scope="col" { "签首贷" } th.n scope="col" { "签续贷" } } }
                            tbody { @for row in &board.counties { tr { th scope="row" { (row.name) } (cells(&|fits| row.sum(fits))) (signed(row.contracts)) } } }
                            tfoot { tr.total { th scope="row" { "合计" } (cells(&|fits| board.counties.iter().map(|row| row.sum(fits)).sum())) (signed(all_signed(&board))) } }
                        }
                    }
                }
            }
        }
    };
    visit.desk("进度看板").at("/province").show(body)
}

/// Contracts signed in the academic year, first loans and renewals apart (R10.8).
fn signed(signed: Signed) -> maud::Markup {
    html! { td.n { (signed.first.many) } td.n { (signed.renewal.many) } }
}

fn all_signed(board: &Board) -> Signed {
    board.counties.iter().fold(Signed::default(), |all, row| all.and(row.contracts))
}

fn totals(board: &Board) -> maud::Markup {
    let sum = |fits: fn(Stage) -> bool| -> i64 { board.counties.iter().map(|row: &CountyRow| row.sum(fits)).sum() };
    let lines: Vec<(&str, maud::Markup)> = COLUMNS.iter().map(|(word, fits)| (*word, html! { (sum(*fits)) })).collect();
    counters(&lines)
}

fn cells(sum: &dyn Fn(fn(Stage) -> bool) -> i64) -> maud::Markup {
    let all = sum(|_| true);
    let returned = sum(|stage| stage == Stage::Returned);
    html! {
        @for (_, fits) in COLUMNS { td.n { (sum(*fits)) } }
        td.n { b { (all) } }
        td.n { @if all > 0 { (returned * 1000 / all / 10) "." (returned * 1000 / all % 10) "%" } @else { "--" } }
    }
}
