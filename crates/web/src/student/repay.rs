//! 还款: the answer first (how much, until when), the reason one tap away, then the whole plan as chart and table,
//! and what was paid. A co-borrower sees the same of the loans he stands in for.

use chrono::Datelike;
use loan::calendar::Date;
use loan::life::Row;
use loan::money::Fen;
use maud::{Markup, html};
use office::view::repayment::{Loan, NextBill, Repayment};
use office::who::Who;

use crate::parts::lists::empty;
use crate::parts::{chart, shell, show};
use crate::plan::{by_year, table};
use crate::visit::{Answer, Visit};
use crate::words;

/// The overview.
pub async fn page(visit: Visit) -> Answer {
    let owed = visit.office().repayment(&visit.actor).await?;
    let here = here(&visit);
    let body = html! {
        div.split {
            div {
                h1 { "还款" }
                @match owed.next_bill() {
                    Some(bill) => { (hero(&owed, &bill, here, false)) (reason(&owed, &bill, here)) }
                    None if owed.loans.is_empty() => { div.mt5 { (empty("还没有放款的贷款，不用还款。", html! { a href="/calc" { "先算一算" } "以后每年还多少。" })) } }
                    None => { p.note.mt5 { b { "都还清了。" } "没有要还的钱。" } }
                }
                @if owed.overdue().is_positive() { (late(&owed)) }
                @if !owed.loans.is_empty() { (plan(&owed)) (past(&owed)) }
            }
            aside.aside {
                @if !owed.loans.is_empty() { (balances(&owed, here)) }
                section { h2 { "怎么还" } p { "把钱存进还款账户（支付宝）。还款日第二天自动扣，不用操作。也可以请别人代还，或用云闪付：点开上面的合同，选“现在还款”。" } }
                section { h2 { "遇到困难" } p { "先看" a href={ (here.trim_end_matches("/repay")) "/change" } { "能办什么" } "：又读书了、家里遭灾、重病，都有办法少还或晚还。" } }
            }
        }
    };
    visit.page("还款").at(here).show(body)
}

fn here(visit: &Visit) -> &'static str {
    if matches!(visit.actor.who, Who::CoBorrower(_)) { "/co/repay" } else { "/student/repay" }
}

/// The bill: how much, until when, and the way to the reason.
pub(crate) fn hero(owed: &Repayment, bill: &NextBill, here: &str, from_home: bool) -> Markup {
    let this_year = bill.due_on.year() == owed.on.year();
    html! {
        section.bill.mt5 aria-labelledby="b" {
            h2.fs-b #b { @if this_year { "本年应还" } @else { (bill.due_on.year()) " 年应还" } }
            p.money { i { "¥" } (show::yuan(bill.total)) }
            p { b { (show::day_week(bill.due_on)) } "前还，" (show::days_left(owed.on, bill.due_on)) "。第二天从你的还款账户自动扣。" }
            @if owed.deposit().is_positive() { p { "账户里已经有 " (show::money(owed.deposit())) "。" } }
            div.btns {
                @if from_home { a.btn href=(here) { "看还款计划" } } @else { a.btn href={ (here.trim_end_matches("/repay")) "/prepay" } { "提前还款" } }
                a href={ (here) "/why" } { "这笔钱怎么算的" }
            }
        }
    }
}

fn due<'l>(owed: &'l Repayment, bill: &'l NextBill) -> impl Iterator<Item = (&'l Loan, &'l Row)> {
    owed.loans
        .iter()
        .flat_map(|loan| loan.rows.iter().map(move |row| (loan, row)))
        .filter(|(_, row)| row.due_on == bill.due_on)
}

fn reason(owed: &Repayment, bill: &NextBill, here: &str) -> Markup {
    html! {
        details.more.mt5 {
            summary { "为什么是 " (show::yuan(bill.total)) " 元" }
            p { @for (loan, row) in due(owed, bill) { (loan.terms.disbursed_on.year()) " 年合同 " (show::yuan(row.total)) " 元；" } "一共 " b { (show::yuan(bill.total)) } " 元。" }
            p { a href={ (here) "/why" } { "看每一份合同、每一步的算法" } }
        }
    }
}

fn late(owed: &Repayment) -> Markup {
    html! {
        p.note.note-warn.mt5 { b { "已逾期 " (show::money(owed.overdue())) "。" }
            "每月 20 日可以还（11 月除外），不用申请。罚息按逾期的钱每天计，早一天还就少一天。还不上时先问县级资助中心能办什么。" }
    }
}

fn plan(owed: &Repayment) -> Markup {
    let years = years(owed, |row| row.due_on >= owed.on);
    let words = match (years.iter().max_by_key(|year| year.principal.0 + year.own.0), years.last()) {
        (Some(peak), Some(last)) => {
            format!("{} 年还得最多，为 {} 元；{} 年还清", peak.year, show::yuan(crate::plan::paid(peak)), last.year)
        }
        _ => String::new(),
    };
    let left: Fen = years.iter().map(|year| year.principal).sum();
    let rows = || owed.loans.iter().flat_map(|loan| &loan.rows);
    let (projected, synthetic) = (rows().any(|row| row.rate_projected), rows().any(|row| row.rate_synthetic));
    html! {
        section.sec aria-labelledby="p" {
            h2 #p { "还款计划" }
            figure.stack { (shell::hatch()) (chart::plan(&years, &words)) }
            div.mt5 { (table(&years, left, Some(owed.on.year()))) }
            p.hint.mt3 { "最后一年是 9 月 20 日前。" @if projected { "还没有公布的利率，按最近一次公布的推算。" } @if synthetic { (show::SYNTHETIC_RATE) } }
        }
    }
}

fn years(owed: &Repayment, wanted: impl Fn(&Row) -> bool) -> Vec<chart::Year> {
    let mut rows: Vec<Row> = owed.loans.iter().flat_map(|loan| &loan.rows).filter(|row| wanted(row)).cloned().collect();
    rows.sort_by_key(|row| row.due_on);
    by_year(&rows)
}

fn past(owed: &Repayment) -> Markup {
    let mut done: Vec<(&Loan, &Row)> = owed
        .loans
        .iter()
        .flat_map(|loan| loan.rows.iter().map(move |row| (loan, row)))
        .filter(|(_, row)| row.due_on < owed.on && (row.total.is_positive() || row.interest_subsidised.is_positive()))
        .collect();
    done.sort_by_key(|(_, row)| std::cmp::Reverse(row.due_on));
    html! {
        section.sec aria-labelledby="h" {
            h2 #h { "以前的" }
            @if done.is_empty() { p.mut { "还没有到过结息日。" } } @else {
                table.data.cards {
                    caption.vh { "历年结息和还款" }
                    thead { tr { th scope="col" { "日期" } th scope="col" { "合同" } th.n scope="col" { "应还（元）" } th.n scope="col" { "已还（元）" } th.n scope="col" { "国家付（元）" } } }
                    tbody { @for (loan, row) in done { tr {
                        td.nw { (show::iso(row.due_on)) }
                        td { (loan.terms.disbursed_on.year()) " 年" }
                        td.n data-l="应还" { (show::yuan(row.total)) }
                        td.n data-l="已还" { (show::yuan(row.paid_principal + row.paid_interest)) }
                        td.n data-l="国家付" { (show::yuan(row.interest_subsidised)) }
                    } } }
                }
            }
        }
    }
}

fn balances(owed: &Repayment, here: &str) -> Markup {
    let base = here.trim_end_matches("/repay");
    html! {
        section { h2 { "合同" }
            table.data.tight {
                caption.vh { "合同和未还本金" }
                thead { tr { th scope="col" { "合同" } th scope="col" { "到期" } th.n scope="col" { "未还本金（元）" } } }
                tbody { @for loan in &owed.loans { tr {
                    th scope="row" { a href={ (base) "/loan/" (loan.number) } { (loan.terms.disbursed_on.year()) " 年" } }
                    td.nw { @if let Some(on) = loan.settled_on { (show::iso(on)) "还清" } @else { (loan.terms.matures_in) "-09-20" } }
                    td.n { (show::yuan(loan.balances.principal_not_due + loan.balances.due_principal + loan.balances.overdue_principal)) }
                } } }
                tfoot { tr { th scope="row" colspan="2" { "合计" } td.n { (show::yuan(owed.outstanding())) } } }
            }
        }
    }
}

/// How the next bill is computed, contract by contract.
pub async fn why(visit: Visit) -> Answer {
    let owed = visit.office().repayment(&visit.actor).await?;
    let Some(bill) = owed.next_bill() else { return visit.see(here(&visit)) };
    let here = here(&visit);
    let rows: Vec<(&Loan, &Row)> = due(&owed, &bill).collect();
    let subsidy: Fen = rows.iter().map(|(_, row)| row.interest_subsidised).sum();
    let mut articles: Vec<loan::refusal::Citation> = rows.iter().flat_map(|(_, row)| row.why.iter().cloned()).collect();
    articles.sort();
    articles.dedup();
    let body = html! {
        div.split {
            div {
                h1 { span.cap { (bill.due_on.year()) " 年应还" } (show::yuan(bill.total)) " 元是怎么算的" }
                p.lead.mt3 { "每份合同的本金乘以年利率，算到结息日，再加上今年到期的本金。" }
                section.sec aria-labelledby="w1" { h2 #w1 { "第一步　每份合同的利息" }
                    dl.calc {
                        @for (loan, row) in &rows { div { dt { (loan.terms.disbursed_on.year()) " 年合同"
                            small { "本金 " (show::yuan(row.opening)) " 元，年利率 " (row.rate) "%" @if row.rate_synthetic { "（演示利率）" } "，你付 " (row.days) " 天" } } dd { (show::yuan(row.interest)) } } }
                        div.eq { dt { "利息合计" } dd { (show::yuan(bill.interest)) } }
                    } }
                section.sec aria-labelledby="w2" { h2 #w2 { "第二步　今年到期的本金" }
                    dl.calc {
                        @for (loan, row) in &rows { div { dt { (loan.terms.disbursed_on.year()) " 年合同" small { (principal_words(loan, bill.due_on)) } } dd { (show::yuan(row.principal)) } } }
                        div.eq { dt { "本金合计" } dd { (show::yuan(bill.principal)) } }
                    } }
                section.sec aria-labelledby="w3" { h2 #w3 { "第三步　加起来" }
                    dl.calc {
                        div { dt { "利息" } dd { (show::yuan(bill.interest)) } }
                        div { dt { "本金" } dd { "+ " (show::yuan(bill.principal)) } }
                        @if subsidy.is_positive() { div { dt { "国家替你付的利息" small { "不用你还" } } dd { (show::yuan(subsidy)) } } }
                        div.eq.last { dt { (bill.due_on.year()) " 年应还" } dd { (show::money(bill.total)) } }
                    } }
                section.sec aria-labelledby="w4" { h2 #w4 { "用到的规则" } p.src { (words::citations(&articles)) } }
            }
            aside.aside { section { h2 { "你觉得不对" } p { "打电话给县级资助中心，会和银行核对每一步。结果出来前，仍请按时还款。" } } }
        }
    };
    visit.page("这笔钱怎么算的").at(here).back(here, "返回还款").show(body)
}

fn principal_words(loan: &Loan, due_on: Date) -> String {
    match loan.rows.iter().find(|row| row.principal.is_positive()) {
        Some(first) if first.due_on > due_on => format!("还在宽限期，第一次还本金是 {}", show::day_text(first.due_on)),
        Some(_) => "按等额本金，每年还一份".to_owned(),
        None => "没有要还的本金".to_owned(),
    }
}
