//! 放款批次: made by one, checked by another against the same digest and the same total, then sent; every row says
//! what became of it.

use axum::http::StatusCode;
use loan::money::Fen;
use maud::{Markup, html};
use office::servicing::batch::{BuildBatch, CheckBatch, RemoveRow};
use office::view::bank::{Batch, BatchRow, BatchView};
use office::who::Role;

use super::desk::sum;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::parts::lists::{Tone, bare_tag, empty, figures};
use crate::parts::show::{groups, iso, yuan};
use crate::staff::{self, button, crumb, perform, settle};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// The batches, and what a new one would hold.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let desk = visit.office().bank_desk(&visit.actor).await?;
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/bank", "工作台")], "放款"))
            div.title { h1 { "放款批次" } }
            (staff::refusal(refused))
            section.panel aria-labelledby="nw" {
                h2 #nw { "可以放款" }
                p { b { (desk.approved.len()) } " 件，合计 " b { (yuan(sum(&desk.approved))) } " 元，其中到学校 "
                    b { (yuan(desk.approved.iter().map(|one| Fen(one.case.to_school_fen)).sum())) } " 元" }
                @if desk.approved.is_empty() { p.hint { "批准以后的申请会到这里。" } }
                @else if visit.is(Role::BankMaker) { div.btns { (button(visit, "/bank/batches", "", "全部放进一个批次", &[])) } }
                @else { p.hint { "由银行经办生成批次，你来复核。" } }
            }
            section.panel aria-labelledby="bt" { h2 #bt { "批次" } (table(&desk.batches)) }
        }
    };
    let page = visit.desk("放款").at("/bank/batches");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// Puts everything approved into a batch.
pub async fn build(visit: Visit) -> Answer {
    match perform(&visit, "", BuildBatch { contracts: Vec::new() }).await? {
        Ok(made) => visit.see(&format!("/bank/batch/{}", made.batch)),
        Err(refused) => show(&visit, Some(&refused)).await,
    }
}

/// A table of batches.
pub fn table(batches: &[Batch]) -> Markup {
    html! {
        @if batches.is_empty() { (empty("还没有批次。", html! { "批准以后，从“放款”生成第一个批次。" })) } @else {
            div.scroll tabindex="0" role="region" aria-label="放款批次" {
                table.data {
                    caption.vh { "放款批次" }
                    thead { tr { th scope="col" { "批次" } th scope="col" { "日期" } th.n scope="col" { "笔数" } th.n scope="col" { "金额（元）" } th.n scope="col" { "到学校（元）" } th scope="col" { "现在" } } }
                    tbody {
                        @for batch in batches {
                            @let (tone, word) = state(&batch.status);
                            tr {
                                th scope="row" { a href={ "/bank/batch/" (batch.batch) } { (batch.batch) } }
                                td { (iso(batch.on_day)) }
                                td.n { (batch.row_count) }
                                td.n { (yuan(Fen(batch.total_fen))) }
                                td.n { (yuan(Fen(batch.to_school_fen))) }
                                td { (bare_tag(tone, word)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn state(status: &str) -> (Tone, &'static str) {
    match status {
        "made" => (Tone::Act, "待复核"),
        "checked" => (Tone::Now, "已复核"),
        "sending" => (Tone::Now, "正在发送"),
        "done" => (Tone::Done, "已完成"),
        _ => (Tone::Wait, "其他"),
    }
}

/// One batch.
pub async fn batch(visit: Visit) -> Answer {
    one(&visit, &Form::default(), &Mistakes::none(), None).await
}

async fn one(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let view = visit.office().bank_batch(&visit.actor, visit.param("number")).await?;
    let batch = &view.batch;
    let (tone, word) = state(&batch.status);
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/bank", "工作台"), ("/bank/batches", "放款")], &batch.batch))
            div.title { h1 { "放款批次 " (batch.batch) } p { (bare_tag(tone, word)) } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            @if let (Some(paid), Some(open)) = (visit.query.get("paid"), visit.query.get("unknown")) {
                @if let (Ok(paid), Ok(open)) = (paid.parse::<usize>(), open.parse::<usize>()) {
                    (staff::done(&format!("放出 {paid} 笔；{open} 笔平台还没有答复，可以再发一次，不会重复放款。")))
                }
            }
            (steps(&batch.status))
            div.grid.g-main.mt3 {
                section.panel aria-labelledby="rw" {
                    div.lr { h2 #rw { "逐笔" } span.mut { (batch.row_count) " 笔" } }
                    (rows(visit, &view))
                }
                div {
                    (people(&view))
                    (next(visit, &view, Filled { values, mistakes }))
                }
            }
        }
    };
    let page = visit.desk(&batch.batch).at("/bank/batches").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn steps(status: &str) -> Markup {
    let at = match status {
        "made" => 1,
        "checked" => 2,
        "sending" => 3,
        _ => 4,
    };
    html! {
        ol.strip.panel {
            @for (place, word) in ["经办生成", "另一人复核", "发给平台", "逐笔回执"].iter().enumerate() {
                @if place < at { li.done { (word) } } @else if place == at { li.now aria-current="step" { (word) } } @else { li { (word) } }
            }
        }
    }
}

fn people(view: &BatchView) -> Markup {
    let batch = &view.batch;
    html! {
        section.panel aria-labelledby="mk" {
            h2 #mk { "双人复核" }
            (figures(&[
                (html! { "合计" }, html! { b { (yuan(Fen(batch.total_fen))) } " 元" }),
                (html! { "其中到学校" }, html! { (yuan(Fen(batch.to_school_fen))) " 元" }),
                (html! { "经办" }, html! { (view.made_by) }),
                (html! { "复核" }, html! { (view.checked_by.as_deref().unwrap_or("还没有")) }),
                (html! { "批次摘要" }, groups(&batch.digest.chars().take(12).collect::<String>())),
            ]))
            @if !view.whole { p.note.note-warn { b { "总数或摘要和逐笔对不上。" } "不要复核，也不要发送，请马上报告。" } }
        }
    }
}

fn next(visit: &Visit, view: &BatchView, filled: Filled<'_>) -> Markup {
    let batch = &view.batch;
    let at = |step: &str| format!("/bank/batch/{}/{step}", batch.batch);
    html! {
        section.panel aria-labelledby="nx" {
            h2 #nx { "下一步" }
            @match batch.status.as_str() {
                "made" if visit.is(Role::BankChecker) => {
                    form method="post" action=(at("check")) {
                        (visit.hidden())
                        input type="hidden" name="digest" value=(batch.digest);
                        (Text::new("total", "输入合计，确认你看过").hint("照着合计输入，到分。").shape("", "decimal").draw(filled))
                        div.btns { button.btn { "复核通过" } }
                        p.hint.mt2 { "复核后批次里的任何改动，都要重新复核。" }
                    }
                }
                "made" => { p { "等另一个人复核。经办不能复核自己做的批次。" } }
                "checked" => { (button(visit, &at("send"), "", "发给支付平台放款", &[])) p.hint.mt2 { "每一笔只会放一次。中途断了，再点一次接着做。" } }
                "sending" => { (button(visit, &at("send"), "", "接着发送", &[])) p.hint.mt2 { "先问平台前面的结果，再发没有发过的。" } }
                _ => { p { "这个批次已经完成。" } }
            }
        }
    }
}

fn rows(visit: &Visit, view: &BatchView) -> Markup {
    let open = matches!(view.batch.status.as_str(), "made" | "checked") && visit.is(Role::BankMaker);
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="rw" {
            table.data {
                caption.vh { "批次里的每一笔" }
                thead { tr { th.n scope="col" { "序号" } th scope="col" { "申请编号" } th.n scope="col" { "金额（元）" } th.n scope="col" { "到学校" } th.n scope="col" { "给学生" } th scope="col" { "结果" } @if open { th scope="col" { "操作" } } } }
                tbody {
                    @for row in &view.rows {
                        tr {
                            td.n { (row.row_no) }
                            th scope="row" { (application(row)) }
                            td.n { (yuan(Fen(row.amount_fen))) }
                            td.n { (yuan(Fen(row.to_school_fen))) }
                            td.n { (yuan(Fen(row.amount_fen - row.to_school_fen))) }
                            td { (result(row)) }
                            @if open { td { (button(visit, &format!("/bank/batch/{}/remove", view.batch.batch), "btn-2 btn-s", "移出", &[("row", &row.row_no.to_string())])) } }
                        }
                    }
                }
                tfoot { tr.total {
                    td {} th scope="row" { "合计" }
                    td.n { (yuan(view.rows.iter().map(|row| Fen(row.amount_fen)).sum())) }
                    td.n { (yuan(view.rows.iter().map(|row| Fen(row.to_school_fen)).sum())) }
                    td.n { (yuan(view.rows.iter().map(|row| Fen(row.amount_fen - row.to_school_fen)).sum())) }
                    td {} @if open { td {} }
                } }
            }
        }
    }
}

fn application(row: &BatchRow) -> Markup {
    let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
    match detail["application"].as_str() {
        Some(number) => html! { a href={ "/bank/case/" (number) } { (number) } },
        None => html! { "--" },
    }
}

fn result(row: &BatchRow) -> Markup {
    match row.result.as_deref() {
        Some("done") => bare_tag(Tone::Done, "已放款"),
        Some(_) => {
            html! { (bare_tag(Tone::Bad, "没放成")) " " span.mut { (why_not(row.reason.as_deref().unwrap_or_default())) } }
        }
        None if row.trade_no.is_some() => bare_tag(Tone::Now, "等平台答复"),
        None => bare_tag(Tone::Wait, "还没发"),
    }
}

/// The platform's reason in words; one we do not know is shown as it came.
fn why_not(reason: &str) -> &str {
    match reason {
        "ACCOUNT_NOT_ACTIVE" => "学生还没有激活支付账户，提醒他激活，再放进下一批",
        "ACCOUNT_NOT_FOUND" => "平台没有这个支付账户，请县中心核对",
        "NAME_MISMATCH" => "户名和学生姓名不一样，请县中心核对",
        "SCHOOL_NOT_FOUND" => "平台没有这所学校的账户",
        other => other,
    }
}

/// Takes a row out, checks, or sends.
pub async fn act(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let address = format!("/bank/batch/{number}");
    let outcome = match visit.param("step") {
        "remove" => {
            let Ok(row_no) = visit.form.text("row").parse() else { return Err(Stop::NotFound) };
            perform(&visit, "", RemoveRow { batch: number, row_no }).await?.map(drop)
        }
        "check" => {
            let view = visit.office().bank_batch(&visit.actor, &number).await?;
            let mut reading = Reading::of(&visit.form);
            let total = reading.amount("total", "合计");
            if reading.mistakes().is_empty() && total != Fen(view.batch.total_fen) {
                reading.mistake("total", "和批次的合计不一样，请照着合计再看一遍");
            }
            let digest = visit.form.text("digest").to_owned();
            match reading.finish(CheckBatch { batch: number, digest }) {
                Ok(act) => perform(&visit, "", act).await?.map(drop),
                Err(mistakes) => return one(&visit, &visit.form, &mistakes, None).await,
            }
        }
        "send" => {
            let owner = visit.actor.office().ok_or(Stop::Forbidden)?;
            match settle(visit.office().send_batch(&visit.actor, owner, &number).await)? {
                Ok(sent) => return visit.see(&format!("{address}?paid={}&unknown={}", sent.paid, sent.unknown)),
                Err(refused) => Err(refused),
            }
        }
        _ => return Err(Stop::NotFound),
    };
    match outcome {
        Ok(()) => visit.see(&address),
        Err(refused) => one(&visit, &Form::default(), &Mistakes::none(), Some(&refused)).await,
    }
}
