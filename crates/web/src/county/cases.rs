//! 查找和清单: by name, number or last four; by where it stands. And the electronic contracts to review today.

use maud::html;
use office::application::Stage;
use office::view::county::SEARCH_MAX;

use super::desk::{find, rows};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show::iso;
use crate::staff::{crumb, words};
use crate::visit::{Answer, Visit};

/// Rows of one page.
const PAGE: i64 = 50;

/// What was looked for, or the applications of one stage.
pub async fn page(visit: Visit) -> Answer {
    let typed = visit.query.text("q").to_owned();
    let stage = Stage::of(visit.query.text("stage")).filter(|stage| *stage != Stage::Draft);
    let at = visit.query.text("page").parse::<i64>().unwrap_or(1).clamp(1, 10_000);
    let office = visit.office();
    let (found, more) = if !typed.is_empty() {
        (office.county_search(&visit.actor, &typed).await?, false)
    } else {
        let stage = stage.unwrap_or(Stage::AtCounter);
        let mut found = office.county_list(&visit.actor, stage, PAGE + 1, (at - 1) * PAGE).await?;
        let more = found.len() as i64 > PAGE;
        found.truncate(PAGE as usize);
        (found, more)
    };
    // One hit is what the clerk wanted: no list in between.
    if let ([only], false) = (found.as_slice(), typed.is_empty()) {
        return visit.see(&format!("/county/case/{}", only.number));
    }
    let shown = stage.unwrap_or(Stage::AtCounter);
    let title = if typed.is_empty() { words::stage(shown).1.to_owned() } else { format!("查找“{typed}”") };
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台")], "申请"))
            div.title { h1 { (title) } (find(&typed)) }
            section.panel aria-label="申请" {
                form.filter method="get" action="/county/cases" {
                    div {
                        label for="stage" { "现在到哪一步" }
                        select id="stage" name="stage" {
                            @for one in Stage::ALL.into_iter().filter(|one| *one != Stage::Draft) {
                                option value=(one.code()) selected[one == shown && typed.is_empty()] { (words::stage(one).1) }
                            }
                        }
                    }
                    div { button.btn.btn-2 { "筛选" } " " a href="/county/cases" { "清除" } }
                }
                @if found.is_empty() {
                    div.mt3 {
                        @if typed.is_empty() {
                            (empty("这一步没有申请。", html! { "换一步看看，或者用查找框按姓名、后四位找。" }))
                        } @else {
                            (empty("没有找到。", html! { "核对姓名和后四位；学生还没提交的申请，窗口看不到。别的县的学生，请他到户籍所在县办。" }))
                        }
                    }
                } @else {
                    (rows(&found, &title))
                }
                @if !typed.is_empty() && found.len() as i64 >= SEARCH_MAX {
                    p.hint.mt3 { "只显示前 " (SEARCH_MAX) " 条，请写得更具体些。" }
                }
                @if typed.is_empty() {
                    nav.pager aria-label="分页" {
                        span { "第 " (at) " 页，本页 " (found.len()) " 条" }
                        span {
                            @if at > 1 { a href={ "/county/cases?stage=" (shown.code()) "&page=" (at - 1) } { "上一页" } }
                            @if more { a href={ "/county/cases?stage=" (shown.code()) "&page=" (at + 1) } { "下一页" } }
                        }
                    }
                }
            }
        }
    };
    visit.desk(&title).at("/county/cases").show(body)
}

/// Electronic contracts to review on the day they were signed.
pub async fn review(visit: Visit) -> Answer {
    let desk = visit.office().county_desk(&visit.actor).await?;
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台")], "复核"))
            div.title { h1 { "电子合同复核" } }
            section.panel aria-label="待复核" {
                (crate::staff::done(if visit.query.text("done") == "all" { "复核通过。今天的都复核完了。" } else { "" }))
                p.hint { "电子合同当天复核，发现问题当天解决。受理人不能复核自己受理的。" }
                @if desk.to_review.is_empty() {
                    div.mt3 { (empty("没有等着复核的电子合同。", html! { a href="/county" { "回到工作台" } })) }
                } @else {
                    div.scroll tabindex="0" role="region" aria-label="待复核的电子合同" {
                        table.data {
                            caption.vh { "待复核的电子合同" }
                            thead { tr { th scope="col" { "姓名" } th scope="col" { "申请编号" } th scope="col" { "学校" } th scope="col" { "签名日期" } th scope="col" { "期限" } } }
                            tbody {
                                @for waiting in &desk.to_review {
                                    tr {
                                        th scope="row" { a href={ "/county/case/" (waiting.summary.number) } { (waiting.summary.student_name) } }
                                        td { (waiting.summary.number) }
                                        td { (waiting.summary.school_name) }
                                        td { (iso(waiting.signed_on)) }
                                        td {
                                            @if waiting.days > 0 { (bare_tag(Tone::Bad, &format!("已过 {} 天", waiting.days))) }
                                            @else { (bare_tag(Tone::Act, "今天")) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    visit.desk("电子合同复核").at("/county/review").show(body)
}
