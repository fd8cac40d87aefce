//! 工作台: what waits, what must be done today, and one box to find anybody.

use maud::{Markup, html};
use office::application::Stage;
use office::view::county::{Desk, Sum};

use crate::parts::lists::{bare_tag, counters, empty};
use crate::parts::show::{day_week, yuan_brief};
use crate::staff::words;
use crate::visit::{Answer, Visit};
use crate::words::stages;
use office::view::student::Summary;

/// The desk.
pub async fn page(visit: Visit) -> Answer {
    let desk = visit.office().county_desk(&visit.actor).await?;
    // An office that serves no book yet has a desk but no hall.
    let hall = match visit.office().hall_board(&visit.actor).await {
        Ok(hall) => Some(hall),
        Err(office::No::NotFound) => None,
        Err(no) => return Err(no.into()),
    };
    let body = html! {
        main.main.wrap #main {
            div.title {
                h1 { "工作台 " small.mut.fw4 { (day_week(desk.on)) } }
                (find(""))
            }
            (counted(&desk))
            div.grid.g-main {
                section.panel aria-labelledby="q" {
                    div.lr { h2 #q { "等着办" } a href="/county/cases" { "全部申请" } }
                    @if desk.waiting.is_empty() {
                        (empty("现在没有等着办的申请。", html! { "学生提交以后会到这里；也可以用上面的查找框，找以前办过的。" }))
                    } @else {
                        (rows(&desk.waiting, "等着办的申请"))
                    }
                }
                div {
                    (next(&desk))
                    @if let Some(hall) = &hall { (queue(hall)) }
                    (reminders(&desk))
                    (signed(&desk))
                }
            }
        }
    };
    visit.desk("工作台").at("/county").show(body)
}

/// The one box that finds a person or a case.
pub fn find(typed: &str) -> Markup {
    html! {
        form.unit.find method="get" action="/county/cases" role="search" {
            label.vh for="find" { "查人查件" }
            input.in id="find" name="q" value=(typed) placeholder="姓名、身份证后四位、手机后四位、申请编号" data-key="/";
            span { button.btn.btn-2 { "查找" } }
        }
    }
}

fn counted(desk: &Desk) -> Markup {
    let sum = |stages: &[Stage]| -> i64 {
        desk.counts.iter().filter(|(stage, _)| stages.contains(stage)).map(|(_, many)| many).sum()
    };
    let linked = |stage: Stage, stages: &[Stage], small: &str| {
        html! { a href={ "/county/cases?stage=" (stage.code()) } { (sum(stages)) } @if !small.is_empty() { small { (small) } } }
    };
    let review = html! { a href="/county/review" { (desk.to_review.len()) } small { "须当天复核完" } };
    counters(&[
        ("等着来", linked(Stage::Submitted, &[Stage::Submitted, Stage::Booked], "已提交、已预约")),
        ("窗口在办", linked(Stage::AtCounter, &[Stage::AtCounter], "")),
        ("待签合同", linked(Stage::Accepted, &[Stage::Accepted], "已受理")),
        ("待复核", review),
        ("退回待补", linked(Stage::Returned, &[Stage::Returned], "")),
        ("等学校回执", linked(Stage::CertificateIssued, &[Stage::CertificateIssued], "")),
    ])
}

/// The next one to serve: whoever stands at the counter first, then whoever waits longest.
fn next(desk: &Desk) -> Markup {
    html! {
        section.panel aria-labelledby="nx" {
            h2 #nx { "下一件" }
            @match desk.waiting.first() {
                Some(first) => {
                    p.mt2 { b { (first.student_name) } "　" (stages::kind(first.kind)) "　" (first.school_name) }
                    div.btns { a.btn.big-btn href={ "/county/case/" (first.number) } data-key="N" { "打开 " kbd { "N" } } }
                }
                None => p.hint { "没有等着的人。" }
            }
        }
    }
}

/// The hall in four figures; the queue itself is a page of its own.
fn queue(hall: &office::hall::board::Board) -> Markup {
    let at_work = hall.windows.iter().filter(|one| one.visit.is_some()).count();
    html! {
        section.panel aria-labelledby="hl" {
            div.lr { h2 #hl { "办理大厅" } a href="/county/hall" { "去叫号" } }
            p.mt2 { "等候 " b { (hall.waiting.len()) } " 家，在办 " b { (at_work) } " 家，已办 " b { (hall.done) } " 家。今天预约 " b { (hall.booked) } " 家，已到 " b { (hall.arrived) } " 家。" }
        }
    }
}

fn reminders(desk: &Desk) -> Markup {
    let late = desk.to_review.iter().filter(|waiting| waiting.days > 0).count();
    html! {
        section.panel aria-labelledby="al" {
            h2 #al { "提醒" }
            ul.bul {
                @if late > 0 { li { "有 " (late) " 份电子合同过了当天还没复核，" a href="/county/review" { "现在复核" } } }
                @else if !desk.to_review.is_empty() { li { (desk.to_review.len()) " 份电子合同今天要复核完，" a href="/county/review" { "去复核" } } }
                @if desk.counts.iter().any(|(stage, _)| *stage == Stage::CertificateIssued) { li { "看" a href="/county/receipts" { "哪些学生还在等学校回执" } "，可以提醒。" } }
                li { "看" a href="/county/logins" { "哪些借款人很久没有登录" } "，提醒他们更新工作和电话。" }
                li { a href="/county/requests" { "群众来件" } "：更正、投诉、申诉按期限答复；" a href="/notices" { "通知和动态" } "。" }
                li { "合同不能手改。写错了，作废再打印一份。" }
                li { "第一次贷款，两个人都要到，不能代办。" }
            }
        }
    }
}

/// Contracts of the academic year, first loans and renewals apart.
fn signed(desk: &Desk) -> Markup {
    let line = |word: &'static str, sum: Sum| {
        html! { tr { th scope="row" { (word) } td.n { (sum.many) } td.n { (yuan_brief(sum.principal)) } } }
    };
    html! {
        section.panel aria-labelledby="sg" {
            h2 #sg { "本学年签的合同" }
            table.data {
                caption.vh { "首贷和续贷合同" }
                thead { tr { th scope="col" { "业务" } th.n scope="col" { "份" } th.n scope="col" { "金额（元）" } } }
                tbody { (line("首贷", desk.contracts.first)) (line("续贷", desk.contracts.renewal)) }
                tfoot { (line("合计", desk.contracts.all())) }
            }
        }
    }
}

/// A table of applications.
pub fn rows(applications: &[Summary], caption: &str) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.data {
                caption.vh { (caption) }
                thead { tr {
                    th scope="col" { "姓名" } th scope="col" { "业务" } th scope="col" { "学校" }
                    th.n scope="col" { "金额（元）" } th scope="col" { "申请编号" } th scope="col" { "现在" }
                } }
                tbody {
                    @for one in applications {
                        @let (tone, word) = words::stage(one.stage);
                        tr {
                            th scope="row" { a href={ "/county/case/" (one.number) } { (one.student_name) } }
                            td { (stages::kind(one.kind)) }
                            td { (one.school_name) }
                            td.n { (one.amount_fen.map_or("--".to_owned(), |fen| yuan_brief(loan::money::Fen(fen)))) }
                            td { (one.number) }
                            td { (bare_tag(tone, word)) }
                        }
                    }
                }
            }
        }
    }
}
