//! 工作台和未录名单: whose receipt is missing, how many days are left, what is done.

use axum::http::StatusCode;
use loan::money::Fen;
use maud::{Markup, html};
use office::origination::remind::RemindOfReceipt;
use office::view::school::{Missing, Season};

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{day_week, iso, yuan};
use crate::staff::{self, button, crumb, perform};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// Rows on the desk; the whole list has its own page.
const FIRST: usize = 15;

/// The desk of the season.
pub async fn page(visit: Visit) -> Answer {
    let season = visit.office().school_season(&visit.actor).await?;
    let statements = visit.office().school_statements(&visit.actor).await?.len();
    let body = html! {
        main.main.wrap #main {
            div.title {
                h1 { "工作台 " small.mut.fw4 { (day_week(season.on)) } }
                div.btns {
                    a.btn href="/school/receipt" data-key="A" { "录入回执 " kbd { "A" } }
                    a.btn.btn-2 href="/school/import/receipts" { "批量导入" }
                }
            }
            (counted(&season, statements))
            div.grid.g-main {
                section.panel aria-labelledby="ms" {
                    div.lr { h2 #ms { "还没录回执的学生" } a href="/school/missing" { "全部名单" } }
                    (list(&visit, &season.missing[..season.missing.len().min(FIRST)]))
                }
                section.panel aria-labelledby="do" {
                    h2 #do { "怎么录" }
                    ol.steps {
                        li { "学生本人提出，出示借款合同和受理证明。" }
                        li { "照受理证明输入校验码，填欠的学费和住宿费。" }
                        li { "录完就生效，贷款先抵欠费，余下的给学生。" }
                    }
                    p.hint.mt2 { "过了截止日期没有录的，这一年的申请就不算了。" }
                }
            }
        }
    };
    visit.desk("工作台").at("/school").show(body)
}

fn counted(season: &Season, statements: usize) -> Markup {
    let all = season.missing.len() + season.entered.len();
    let soon =
        season.missing.iter().filter(|missing| missing.days_left.is_some_and(|left| (0..=7).contains(&left))).count();
    let owed: i64 = season.entered.iter().filter_map(|row| row.owed_fen).sum();
    counters(&[
        ("未录", html! { a href="/school/missing" { (season.missing.len()) } small { "共 " (all) " 人" } }),
        ("七天内截止", html! { (soon) small { "人" } }),
        ("已录", html! { (season.entered.len()) small { "人" } }),
        ("已录欠费", html! { (yuan(Fen(owed))) small { "元" } }),
        ("续贷声明待审", html! { a href="/school/statements" { (statements) } small { "份" } }),
    ])
}

/// The whole list, to be printed and worked through.
pub async fn missing(visit: Visit) -> Answer {
    show_missing(&visit, None).await
}

/// Reminds one student.
pub async fn remind(visit: Visit) -> Answer {
    match perform(&visit, "", RemindOfReceipt { number: visit.param("number").to_owned() }).await? {
        Ok(()) => visit.see("/school/missing?done=yes"),
        Err(refused) => show_missing(&visit, Some(&refused)).await,
    }
}

async fn show_missing(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let season = visit.office().school_season(&visit.actor).await?;
    let body = html! {
        main.main.wrap #main {
            @if visit.is(office::Role::SchoolOfficer) { (crumb(&[("/school", "工作台")], "未录名单")) }
            div.title {
                h1 { "还没录回执的学生 " small.mut.fw4 { (season.missing.len()) " 人，" (day_week(season.on)) } }
                div.btns { button.btn.btn-2 type="button" data-print hidden { "打印名单" } }
            }
            (staff::refusal(refused))
            (staff::done(if visit.query.has("done") { "已提醒，学生会收到短信和站内消息。" } else { "" }))
            section.panel aria-label="未录名单" { (list(visit, &season.missing)) }
            section.panel.mt3 aria-labelledby="en" {
                h2 #en { "已录 " (season.entered.len()) " 人" }
                @if season.entered.is_empty() { p.hint { "还没有录过。" } } @else {
                    div.scroll tabindex="0" role="region" aria-labelledby="en" {
                        table.data.dense {
                            caption.vh { "已录回执" }
                            thead { tr { th scope="col" { "姓名" } th scope="col" { "院系" } th scope="col" { "申请编号" } th.n scope="col" { "贷款（元）" } th.n scope="col" { "欠费（元）" } th scope="col" { "录入日期" } } }
                            tbody {
                                @for row in &season.entered {
                                    tr {
                                        th scope="row" { (row.student_name) }
                                        td { (row.college.as_deref().unwrap_or("--")) }
                                        td { (row.number) }
                                        td.n { (yuan(Fen(row.amount_fen))) }
                                        td.n { (row.owed_fen.map_or("--".to_owned(), |fen| yuan(Fen(fen)))) }
                                        td { (row.entered_on.map_or("--".to_owned(), iso)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    let page = visit.desk("未录名单").at("/school/missing");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn list(visit: &Visit, missing: &[Missing]) -> Markup {
    // A loan assistant reads the list; the officer reminds.
    let reminds = visit.is(office::Role::SchoolOfficer);
    html! {
        @if missing.is_empty() {
            (empty("没有未录的学生。", html! { "学生在县里签好合同、拿到受理证明后会到这里。" }))
        } @else {
            div.scroll tabindex="0" role="region" aria-label="未录名单" {
                table.data {
                    caption.vh { "还没录回执的学生，先截止的在前" }
                    thead { tr { th scope="col" { "姓名" } th scope="col" { "院系" } th scope="col" { "申请编号" } th.n scope="col" { "贷款（元）" } th scope="col" { "截止" } th scope="col" { "还剩" } @if reminds { th scope="col" { "提醒" } } } }
                    tbody {
                        @for one in missing {
                            tr {
                                th scope="row" { (one.row.student_name) }
                                td { (one.row.college.as_deref().unwrap_or("--")) }
                                td { (one.row.number) }
                                td.n { (yuan(Fen(one.row.amount_fen))) }
                                td { (one.row.receipt_due_on.map_or("--".to_owned(), iso)) }
                                td { (left(one.days_left)) }
                                @if reminds { td { (button(visit, &format!("/school/missing/{}/remind", one.row.number), "btn-2", "提醒", &[])) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn left(days: Option<i64>) -> Markup {
    match days {
        None => html! { "--" },
        Some(0) => bare_tag(Tone::Bad, "今天截止"),
        Some(days) if days < 0 => bare_tag(Tone::End, &format!("过了 {} 天", -days)),
        Some(days) if days <= 7 => bare_tag(Tone::Act, &format!("{days} 天")),
        Some(days) => html! { (days) " 天" },
    }
}
