//! One contract after its money moved: how it stands, every year of it, what was asked for and what can be asked. A
//! co-borrower sees the same page of the loans he stands in for.

use loan::event::EventKind;
use maud::{Markup, html};
use office::servicing::PrepaymentRequest;
use office::view::owed::{LoanView, Overdue, RowView};
use office::view::relief::ReliefView;

use crate::parts::lists::{Tone, bare_tag, figures, note, tag, warning};
use crate::parts::show;
use crate::staff::loans::{event, state};
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The first part of the path: whose pages these are.
pub(super) fn base(visit: &Visit) -> &'static str {
    if visit.path.starts_with("/co/") { "/co" } else { "/student" }
}

/// The contract of the path.
pub(super) async fn view(visit: &Visit) -> Result<LoanView, Stop> {
    Ok(visit.office().owed_view(&visit.actor, visit.param("number")).await?)
}

/// Where this contract's pages are.
pub(super) fn home(visit: &Visit) -> String {
    format!("{}/loan/{}", base(visit), visit.param("number"))
}

/// The navigation entry of repaying.
pub(super) fn nav(visit: &Visit) -> &'static str {
    if base(visit) == "/co" { "/co/repay" } else { "/student/repay" }
}

/// The name of a contract for a person: the year of its money.
pub(super) fn name(view: &LoanView) -> String {
    view.terms.as_ref().map_or_else(
        || format!("合同 {}", view.number),
        |terms| format!("{} 年合同", chrono::Datelike::year(&terms.disbursed_on)),
    )
}

/// The page.
pub async fn page(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let relief = visit.office().relief_of(&visit.actor, &view.number).await?;
    let here = home(&visit);
    let (tone, word) = state(&view.status);
    let open = &view.balances;
    let owed = open.principal_not_due + open.due_principal + open.overdue_principal;
    let body = html! {
        div.split {
            div {
                h1 { span.cap { "合同 " (view.number) } (name(&view)) "　" (tag(tone, word)) }
                @if view.terms.is_none() { div.mt5 { (note("还没有放款。", html! { "放款以后才有还款计划。" })) } }
                @else if let Some(on) = view.settled_on {
                    section.bill.mt5 { h2.fs-b { "已经还清" } p { (show::day(on)) "还清，不再欠任何钱。" }
                        div.btns { a.btn href={ (here) "/settled" } { "结清证明" } } }
                }
                @else {
                    section.bill.mt5 aria-labelledby="b" {
                        h2.fs-b #b { "还欠本金" }
                        p.money { i { "¥" } (show::yuan(owed)) }
                        @if let Some(terms) = &view.terms { p { "最后一次还款是 " b { (terms.matures_in) "年9月20日" } "前。" } }
                        div.btns { a.btn href={ (here) "/pay" } { "现在还款" } a.btn.btn-2 href={ (here) "/prepay" } { "提前还款" } }
                    }
                }
                @for late in &view.overdue { (overdue(late)) }
                @for request in &view.requests { (asked(request, &here)) }
                @for on in &view.lapsed { p.note.mt3 { b { (show::day(*on)) "的提前还款没有办成。" } "扣款日账户里的钱不够，申请自动作废，没有影响。" } }
                @for request in relief.iter().take(3) { (helped(request)) }
                @if !view.rows.is_empty() { (rows(&view)) }
                (past(&view))
            }
            aside.aside {
                @if view.terms.is_some() { section { h2 { "现在" } (figures(&[
                    (html! { "还没到期的本金" }, html! { (show::yuan(open.principal_not_due)) " 元" }),
                    (html! { "等扣款" }, html! { (show::yuan(open.due_principal + open.due_interest)) " 元" }),
                    (html! { "逾期" }, html! { (show::yuan(open.overdue_principal + open.overdue_interest)) " 元" }),
                    (html! { "罚息" }, html! { (show::yuan(open.penalty)) " 元" }),
                    (html! { "账户里已经有" }, html! { (show::yuan(open.deposit)) " 元" }),
                ])) } }
                @if view.settled_on.is_none() && view.terms.is_some() { (choices(&here)) }
                @if view.terms.is_some() { section { h2 { "打印和保存" } (super::settled::buttons(&visit, &here)) } }
            }
        }
    };
    visit.page(&name(&view)).at(nav(&visit)).back(nav(&visit), "返回还款").show(body)
}

fn choices(here: &str) -> Markup {
    html! {
        section { h2 { "可以办的" }
            ul.rows {
                li { a href={ (here) "/prepay" } { "提前还款" } }
                li { a href={ (here) "/defer" } { "今年的本金延后一年" } }
                li { a href={ (here) "/study" } { "又读书、休学、退学" } }
                li { a href={ (here) "/relief" } { "遭灾、重病，申请救助" } }
                li { a href={ (here) "/convert" } { "2020 年前的合同换计息方式" } }
            }
        }
    }
}

fn overdue(late: &Overdue) -> Markup {
    html! { div.mt3 { (warning(&format!("{} 的账逾期 {} 天。", show::day_text(late.due_on), late.days), html! {
        "本金 " (show::yuan(late.principal)) " 元，利息 " (show::yuan(late.interest)) " 元，罚息按年 " (late.rate) "% 每天计。每月 20 日可以还（11 月除外）。"
    })) } }
}

fn asked(request: &PrepaymentRequest, here: &str) -> Markup {
    let amount = request.amount_fen.map(|fen| show::yuan_brief(loan::money::Fen(fen)));
    html! {
        p.note.mt3 {
            b { "已经申请提前还款。" }
            @match amount { Some(amount) => { "还本金 " (amount) " 元，" } None => "全部还清，" }
            "还款日是 " (show::day_week(request.effective_on)) "。"
            a href={ (here) "/prepay/done?on=" (request.effective_on) } { "看金额" } "　"
            a href={ (here) "/prepay/cancel?on=" (request.effective_on) } { "撤销" }
        }
    }
}

fn helped(request: &ReliefView) -> Markup {
    let head = match request.status.as_str() {
        "granted" => "还款救助已经同意。",
        "declined" => "还款救助没有同意。",
        _ => "还款救助正在办。",
    };
    html! { div.mt3 { (note(head, html! {
        (request.written.year) " 年的账，" (show::day(request.filed_on)) "申请，编号 " (request.number) "。"
        @if !request.note.is_empty() { "县里说：" (request.note) }
    })) } }
}

/// Word and tone of a row.
fn row_state(row: &RowView) -> Markup {
    match row.state {
        "overdue" => bare_tag(Tone::Bad, "逾期"),
        "due" => bare_tag(Tone::Act, "等扣款"),
        "settled" if row.row.relieved.is_positive() => bare_tag(Tone::Done, "救助已付"),
        "settled" => bare_tag(Tone::Done, "已付"),
        "interest_only" if row.row.total.is_zero() => bare_tag(Tone::Wait, "国家付息"),
        "interest_only" => bare_tag(Tone::Wait, "只还利息"),
        _ => bare_tag(Tone::Wait, "还本付息"),
    }
}

fn rows(view: &LoanView) -> Markup {
    let projected = view.rows.iter().any(|row| row.row.rate_projected);
    html! {
        section.sec aria-labelledby="p" {
            h2 #p { "每一期" }
            table.data.cards {
                caption.vh { "每一期应还，过去的按账，将来的按现在的利率" }
                thead { tr { th scope="col" { "日期" } th.n scope="col" { "本金（元）" } th.n scope="col" { "利息（元）" } th.n scope="col" { "国家付（元）" } th.n scope="col" { "合计（元）" } th scope="col" { "状态" } } }
                tbody { @for row in &view.rows { tr {
                    td.nw { (show::iso(row.row.due_on)) }
                    td.n data-l="本金" { (show::cell(row.row.principal)) }
                    td.n data-l="利息" { (show::cell(row.row.interest)) }
                    td.n data-l="国家付" { (show::cell(row.row.interest_subsidised)) }
                    td.n data-l="合计" { b { (show::yuan(row.row.total)) } }
                    td { (row_state(row)) }
                } } }
            }
            @if projected { p.hint.mt3 { "还没有公布的利率，按最近一次公布的推算。" } }
        }
    }
}

fn past(view: &LoanView) -> Markup {
    let told = |kind: &EventKind| !matches!(kind, EventKind::SpreadChanged { .. });
    html! {
        section.sec aria-labelledby="h" {
            h2 #h { "发生过什么" }
            @if view.events.iter().any(|one| told(&one.kind)) {
                ul.rows { @for one in view.events.iter().rev().filter(|one| told(&one.kind)).take(30) {
                    li { div.lr { span { (event(&one.kind)) } span.hint.nw { (show::iso(one.on)) } } }
                } }
            } @else { p.mut { "放款以后还没有发生过什么。" } }
        }
    }
}
