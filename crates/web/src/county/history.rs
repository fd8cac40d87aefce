//! 全部记录: what happened to one application, who did it, when; its prints and its plan.

use chrono::{FixedOffset, TimeDelta};
use maud::html;

use crate::parts::lists::{Tone, bare_tag};
use crate::parts::show::{iso, yuan};
use crate::staff::{crumb, words};
use crate::visit::{Answer, Visit};

/// The record.
pub async fn page(visit: Visit) -> Answer {
    let case = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let address = format!("/county/case/{}", case.number);
    let zone =
        FixedOffset::east_opt(TimeDelta::hours(8).num_seconds() as i32).expect("eight hours are less than a day");
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台"), (&address, &case.student.name)], "全部记录"))
            div.title { h1 { (case.student.name) "　全部记录" } p.mut { (case.number) @if !case.progress.visits.is_empty() { "　到窗口 " (case.progress.visits.len()) " 次" } } }
            div.grid.g-wide {
                section.panel aria-labelledby="hp" {
                    h2 #hp { "经过" }
                    div.scroll tabindex="0" role="region" aria-labelledby="hp" {
                        table.data {
                            caption.vh { "经过，按时间" }
                            thead { tr { th scope="col" { "业务日期" } th scope="col" { "登记时间" } th scope="col" { "谁" } th scope="col" { "做了什么" } } }
                            tbody {
                                @for one in &case.history {
                                    tr {
                                        td.nw { (iso(one.on)) }
                                        td.nw.mut { (one.at.with_timezone(&zone).format("%m-%d %H:%M")) }
                                        td.nw { (one.by) }
                                        td { (words::fact(&one.fact)) }
                                    }
                                }
                            }
                        }
                    }
                }
                div {
                    section.panel aria-labelledby="pr" {
                        h2 #pr { "打印过的文书" }
                        @if case.prints.is_empty() { p.hint { "还没有打印过。" } }
                        ul.bul {
                            @for print in &case.prints {
                                li {
                                    @if print.valid { a href={ "/county/paper/" (print.code) } { (words::paper(&print.kind)) } } @else { (words::paper(&print.kind)) }
                                    " 第 " (print.version) " 版，" (iso(print.printed_on)) "　"
                                    @if print.void_reason.is_some() { (bare_tag(Tone::End, "已作废")) } @else { (bare_tag(Tone::Done, "有效")) }
                                }
                            }
                        }
                    }
                    @if let Some(contract) = &case.contract {
                        section.panel aria-labelledby="pl" {
                            h2 #pl { "还款计划" }
                            p.hint { @if contract.disbursed { "从放款日 " } @else { "按预计放款日 " } (iso(contract.counts_from)) " 计算" }
                            div.scroll tabindex="0" role="region" aria-labelledby="pl" {
                                table.data.dense {
                                    caption.vh { "还款计划" }
                                    thead { tr { th scope="col" { "日期" } th.n scope="col" { "本金" } th.n scope="col" { "利息" } th.n scope="col" { "合计" } } }
                                    tbody {
                                        @for row in contract.rows.iter().filter(|row| row.total.is_positive()) {
                                            tr { td.nw { (iso(row.due_on)) } td.n { (yuan(row.principal)) } td.n { (yuan(row.interest)) } td.n { (yuan(row.total)) } }
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
    visit.desk("全部记录").at("/county/cases").show(body)
}
