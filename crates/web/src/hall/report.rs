//! 日报: today, or any days, beside an earlier period, so that "shorter" is a figure.

use loan::calendar::Date;
use maud::{Markup, html};
use office::hall::Business;
use office::hall::report::{Figures, Report};

use super::{tabs, word};
use crate::form::Reading;
use crate::parts::fields::{Filled, Text};
use crate::parts::lists::counters;
use crate::parts::show;
use crate::visit::{self, Answer, Visit};
use crate::words::stages;

/// The days asked for; today when none are.
fn days(visit: &Visit, from: &str, to: &str) -> Option<(Date, Date)> {
    let mut reading = Reading::of(&visit.query);
    let days = (reading.day(from, ""), reading.day(to, ""));
    reading.finish(days).ok().filter(|(from, to)| from <= to)
}

/// The report.
pub async fn page(visit: Visit) -> Answer {
    let today = visit.today();
    let (from, to) = days(&visit, "from", "to").unwrap_or((today, today));
    let report = visit.office().hall_report(&visit.actor, from, to).await?;
    let before = match days(&visit, "before_from", "before_to") {
        Some((from, to)) => Some(visit.office().hall_report(&visit.actor, from, to).await?),
        None => None,
    };
    let filled = Filled::fresh(&visit.query);
    let sheet = format!("/county/hall/report/sheet?from={from}&to={to}");
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "日报 " small.mut.fw4 { (show::day(report.from)) @if report.to != report.from { "到" (show::day(report.to)) } } } a.btn.btn-2 href=(sheet) { "下载表格" } }
            (tabs("/county/hall/report"))
            (head(&report))
            div.grid.g-main {
                section.panel aria-labelledby="rp" { h2 #rp { "等候和办理" } (table(&report)) }
                div {
                    section.panel aria-labelledby="pr" { h2 #pr { "看别的日子" }
                        form.stack method="get" action="/county/hall/report" {
                            (Text::new("from", "从哪天").hint("例如 2026-08-03").shape("w11", "text").draw(filled))
                            (Text::new("to", "到哪天").shape("w11", "text").draw(filled))
                            (Text::new("before_from", "和以前比：从哪天").hint("可以空着").shape("w11", "text").draw(filled))
                            (Text::new("before_to", "到哪天").shape("w11", "text").draw(filled))
                            button.btn.btn-2 { "查看" }
                        }
                    }
                    @if let Some(before) = &before { (compared(&report, before)) }
                    section.panel aria-labelledby="rt" { h2 #rt { "退回原因" }
                        @if report.returns.is_empty() { p.hint { "没有退回。" } }
                        @else { dl.figs { @for (reason, many) in &report.returns { div { dt { (stages::return_reason(reason)) } dd { (many) " 件" } } } } } }
                }
            }
        }
    };
    visit.desk("日报").at("/county/hall").show(body)
}

fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

fn head(report: &Report) -> Markup {
    counters(&[
        ("办结", html! { (report.all.served) small { (report.families) " 家" } }),
        ("平均等候", html! { (tenths(report.all.wait_tenths)) small { "分钟，最久 " (report.all.longest_minutes) } }),
        ("平均办理", html! { (tenths(report.all.service_tenths)) small { "分钟" } }),
        (
            "约号半小时内叫到",
            html! { @match report.all.on_time_percent { Some(percent) => { (percent) "%" } None => { "--" } } },
        ),
        ("每家来几次", html! { (tenths(report.trips_tenths)) }),
        (
            "首次贷款只来一次",
            html! { @match report.first_loans.one_visit_percent() {
                Some(percent) => { (percent) "%" small { "签成 " (report.first_loans.applications) " 件，平均来 " (tenths(report.first_loans.mean_tenths().unwrap_or_default())) " 次" } }
                None => { "--" }
            } },
        ),
        ("开过的窗口", html! { (report.windows) small { "过号 " (report.missed) "，没来 " (report.absent) } }),
    ])
}

fn table(report: &Report) -> Markup {
    let line = |name: &str, figures: &Figures| {
        html! { tr { th scope="row" { (name) } td.n { (figures.served) } td.n { (tenths(figures.wait_tenths)) } td.n { (tenths(figures.service_tenths)) } td.n { (figures.longest_minutes) } } }
    };
    html! {
        table.data { caption.vh { "按业务、窗口和经办人" }
            thead { tr { th scope="col" { "项目" } th.n scope="col" { "办结" } th.n scope="col" { "等候（分）" } th.n scope="col" { "办理（分）" } th.n scope="col" { "最久（分）" } } }
            tbody {
                @for one in &report.by_business { (line(Business::of(&one.what).map_or("其他", word), &one.figures)) }
                @for one in report.by_window.iter().chain(&report.by_clerk) { (line(&one.what, &one.figures)) }
            }
            tfoot { (line("合计", &report.all)) }
        }
    }
}

/// The two periods beside each other.
fn compared(now: &Report, before: &Report) -> Markup {
    let line =
        |name: &str, was: String, is: String| html! { tr { th scope="row" { (name) } td.n { (was) } td.n { (is) } } };
    html! {
        section.panel aria-labelledby="cp" { h2 #cp { "前后对比" }
            table.data { caption.vh { "前后对比" }
                thead { tr { th scope="col" { "每家" } th.n scope="col" { "以前" } th.n scope="col" { "现在" } } }
                tbody {
                    (line("等候（分）", tenths(before.all.wait_tenths), tenths(now.all.wait_tenths)))
                    (line("办理（分）", tenths(before.all.service_tenths), tenths(now.all.service_tenths)))
                    (line("来几次", tenths(before.trips_tenths), tenths(now.trips_tenths)))
                } }
            p.hint { "以前：" (show::day(before.from)) "到" (show::day(before.to)) }
        }
    }
}

/// The same as a spreadsheet.
pub async fn sheet(visit: Visit) -> Answer {
    let today = visit.today();
    let (from, to) = days(&visit, "from", "to").unwrap_or((today, today));
    let bytes = visit.office().hall_report_sheet(&visit.actor, from, to).await?;
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    visit::file(&format!("大厅日报-{from}.xlsx"), XLSX, bytes)
}
