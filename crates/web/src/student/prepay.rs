//! 提前还款: choose, see the exact day and the exact sum for a click made today, confirm, take back. Nobody has to
//! approve it; when the money is not there on the day it lapses without harm (R18.1–R18.8).

use chrono::Datelike;
use loan::calendar::Date;
use loan::money::Fen;
use loan::policy::{Parameter, Question, Scheme};
use loan::refusal::Citation;
use maud::{Markup, html};
use office::No;
use office::servicing::prepay::{CancelPrepayment, Cost, FilePrepayment, FilePrepaymentRefusal};

use super::loan::{base, home, name, nav, view};
use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, Text, error_summary, radios};
use crate::parts::lists::{confirmation, empty, figures};
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// Which contract.
pub async fn choose(visit: Visit) -> Answer {
    let owed = visit.office().repayment(&visit.actor).await?;
    let base = base(&visit);
    let open: Vec<_> = owed.loans.iter().filter(|loan| loan.settled_on.is_none()).collect();
    if let [only] = open.as_slice() {
        return see(&format!("{base}/loan/{}/prepay", only.number));
    }
    let body = html! {
        div.col {
            h1 { "提前还哪一份合同" }
            @if open.is_empty() { div.mt5 { (empty("没有可以提前还的合同。", html! { "贷款放款以后、还清以前可以提前还。" })) } }
            @else {
                p.mt3.mut { "一份一份办。先还利率高、到期晚的，省的利息多。" }
                ul.rows.mt5 { @for loan in open { li {
                    div.lr { h2 { a href={ (base) "/loan/" (loan.number) "/prepay" } { (loan.terms.disbursed_on.year()) " 年合同" } }
                        span { "还欠本金 " (show::yuan(loan.balances.principal_not_due + loan.balances.due_principal + loan.balances.overdue_principal)) " 元" } }
                    p { (loan.terms.matures_in) "年9月20日到期" }
                } } }
            }
        }
    };
    let back = if base == "/co" { "/co/repay" } else { "/student/repay" };
    visit.page("提前还款").at(back).back(back, "返回还款").show(body)
}

/// How much.
pub async fn page(visit: Visit) -> Answer {
    let values = visit.query.clone().or([("how", "all")]);
    form(&visit, &values, Mistakes::none()).await
}

async fn form(visit: &Visit, values: &Form, mistakes: Mistakes) -> Answer {
    let view = view(visit).await?;
    let filled = Filled { values, mistakes: &mistakes };
    let least = least(visit);
    let part = Text::new("amount", "还多少本金").hint(&least).shape("w8", "decimal").unit("元").draw(filled);
    let all = visit.office().prepayment_cost(&visit.actor, &view.number, "all").await?;
    let choices = [
        Choice::explained(
            "all",
            "全部还清",
            html! { "一共 " (show::yuan(Fen(all.total_fen))) " 元，还完这份合同就结束" },
        ),
        Choice {
            value: "part".into(), label: html! { b { "还一部分" } "以后每年的应还会变少" }, below: Some(part)
        },
    ];
    let here = home(visit);
    let body = html! {
        form.col method="get" action={ (here) "/prepay/check" } novalidate {
            (error_summary(&mistakes))
            h1 { span.cap { (name(&view)) } "提前还多少" }
            div.bill.mt5 {
                p { "你今天申请，还款日是 " b { (show::day_week(all.effective_on)) } "，" (show::days_left(view.today, all.effective_on)) "。" }
                p.mt2.hint { (window(view.today)) }
            }
            div.mt6 { (radios(filled, "how", "", "", &choices)) }
            div.btns { button.btn { "看一共要多少钱" } }
            p.src.mt3 { "依据：" (words::citation(&Citation::of("sdvcst-2022", "24"))) }
        }
    };
    visit.page("提前还款").at(nav(visit)).back(&here, "返回合同").mistaken(&mistakes).show(body)
}

/// The smallest part, as the rules of today have it.
fn least(visit: &Visit) -> String {
    let on = Question { scheme: Scheme::Origin, on: visit.today(), county: None, school: None };
    match visit.office().policy.amount(&on, Parameter::PrepaymentMin) {
        Ok(min) => format!("最少 {} 元。利息另算，下一页告诉你一共要多少", show::yuan_brief(min)),
        Err(_) => "利息另算，下一页告诉你一共要多少".to_owned(),
    }
}

/// What filing a few days later would mean.
fn window(today: Date) -> Markup {
    let later = loan::settlement::prepayment_effective_on;
    let now = later(today);
    let next = today.iter_days().take(62).find(|day| later(*day) != now);
    html! {
        @match next.and_then(|day| Some((day.pred_opt()?, later(day)))) {
            Some((last, then)) => { (show::month_day(last)) "以前（含当天）申请都是这一天；再晚就是 " (show::month_day(then)) "。11 月不能提前还款。" }
            None => { "11 月不能提前还款。" }
        }
    }
}

fn typed(values: &Form) -> String {
    if values.text("how") == "part" { values.text("amount").to_owned() } else { "all".to_owned() }
}

/// The sum, to be checked.
pub async fn check(visit: Visit) -> Answer {
    let values = visit.query.clone();
    let typed = typed(&values);
    let cost = match visit.office().prepayment_cost(&visit.actor, visit.param("number"), &typed).await {
        Ok(cost) => cost,
        Err(No::Refused(refusal)) if office::Refusal::field(&refusal).is_some() => {
            return form(&visit, &values, mistake(&refusal)).await;
        }
        Err(no) => return Err(no.into()),
    };
    let view = view(&visit).await?;
    let here = home(&visit);
    let back = format!("{here}/prepay?{}", values.query());
    let body = html! {
        form.col method="post" action={ (here) "/prepay" } {
            h1 { span.cap { (name(&view)) } "核对提前还款" }
            div.bill.mt5 {
                h2.fs-b { "一共要准备" }
                p.money { i { "¥" } (show::yuan(Fen(cost.to_bring_fen))) }
                p { b { (show::day_week(cost.pay_by)) } "结束以前存进还款账户，" (show::days_left(view.today, cost.pay_by)) "。" }
            }
            div.mt5 { (sums(&cost)) }
            ul.bul.mt5 {
                li { "不用谁批准，提交就算数。" }
                li { (show::month_day(cost.effective_on)) "的前一天以前都可以撤销。" }
                li { "到那天钱不够，申请自动作废，没有影响，也不算逾期。" }
            }
            (visit.hidden())
            input type="hidden" name="amount" value=(typed);
            div.btns { button.btn { "提交提前还款申请" } a.btn.btn-2 href=(back) { "改金额" } }
            p.src.mt3 { "依据：" (words::citation(&Citation::of("sdvcst-2022", "24"))) }
        }
    };
    visit.page("核对提前还款").at(nav(&visit)).back(&back, "返回改金额").show(body)
}

fn mistake(refusal: &FilePrepaymentRefusal) -> Mistakes {
    let told = words::refused(refusal);
    Mistakes::one("amount", format!("{}，{}", told.says, told.remedy.trim_end_matches('。')))
}

fn sums(cost: &Cost) -> Markup {
    let yuan = |fen: i64| html! { (show::yuan(Fen(fen))) " 元" };
    let lines = [
        ("提前还的本金", cost.principal_fen),
        ("算到还款日的利息", cost.interest_fen),
        ("先还清的逾期", cost.overdue_fen),
        ("逾期的罚息", cost.penalty_fen),
        ("当天到期的账", cost.bill_fen),
    ];
    let mut shown: Vec<(Markup, Markup)> =
        lines.iter().filter(|(_, fen)| *fen != 0).map(|(name, fen)| (html! { (name) }, yuan(*fen))).collect();
    shown.push((html! { b { "合计" } }, html! { b { (yuan(cost.total_fen)) } }));
    if cost.deposit_fen > 0 {
        shown.push((html! { "账户里已经有" }, html! { "− " (yuan(cost.deposit_fen)) }));
        shown.push((html! { b { "还要准备" } }, html! { b { (yuan(cost.to_bring_fen)) } }));
    }
    figures(&shown)
}

/// Files it.
pub async fn file(visit: Visit) -> Answer {
    let contract = visit.param("number").to_owned();
    let act = FilePrepayment { contract, amount: visit.form.text("amount").to_owned() };
    let cost = visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    see(&format!("{}/prepay/done?on={}", home(&visit), cost.effective_on))
}

/// The request of the 20th in the address.
fn asked_on(visit: &Visit) -> Result<Date, Stop> {
    visit.query.text("on").parse().map_err(|_| Stop::NotFound)
}

/// What was filed, and what comes next; it stays reachable until the day.
pub async fn done(visit: Visit) -> Answer {
    let on = asked_on(&visit)?;
    let view = view(&visit).await?;
    let Some(request) = view.requests.iter().find(|request| request.effective_on == on) else {
        return Err(Stop::NotFound);
    };
    let here = home(&visit);
    let row = view.rows.iter().find(|row| row.row.due_on == on);
    let late: Fen = view.overdue.iter().map(|late| late.principal + late.interest).sum();
    let total = row.map_or(Fen::ZERO, |row| row.row.total) + late + view.balances.penalty;
    let missing = (total - view.balances.deposit).max(Fen::ZERO);
    let pay_by = on.succ_opt().unwrap_or(on);
    let steps = [
        html! { "在 " (show::day_week(pay_by)) "结束以前，把 " b { (show::yuan(missing)) " 元" } "存进还款账户（支付宝），或用" a href={ (here) "/pay" } { "别的办法还款" } "。" },
        html! { (show::month_day(pay_by)) "自动扣款，短信告诉你结果。" },
        html! { "改主意了，" (show::month_day(on)) "以前可以" a href={ (here) "/prepay/cancel?on=" (on) } { "撤销" } "。" },
    ];
    let amount = match request.amount_fen {
        Some(fen) => format!("本金 {} 元", show::yuan_brief(Fen(fen))),
        None => "全部还清".to_owned(),
    };
    let head = format!("已申请 {} 提前还款", show::day_text(on));
    let body = html! {
        div.col {
            (confirmation(&head, Some(("申请", &amount)), &steps))
            p.mt5 { a href=(here) { "返回这份合同" } "　" a href=(nav(&visit)) { "还款首页" } }
        }
    };
    visit.page("提前还款已申请").at(nav(&visit)).back(&here, "返回合同").show(body)
}

/// Asks once before it is taken back.
pub async fn ask_cancel(visit: Visit) -> Answer {
    let on = asked_on(&visit)?;
    let view = view(&visit).await?;
    if !view.requests.iter().any(|request| request.effective_on == on) {
        return Err(Stop::NotFound);
    }
    let here = home(&visit);
    let body = html! {
        form.col.stack method="post" action={ (here) "/prepay/cancel" } {
            h1 { "撤销 " (show::day(on)) "的提前还款？" }
            p { "撤销以后按原来的计划还。已经存进账户的钱还在账户里。" }
            (visit.hidden())
            input type="hidden" name="on" value=(on);
            div.btns { button.btn.btn-err { "撤销提前还款" } a.btn.btn-2 href=(here) { "不撤销" } }
        }
    };
    visit.page("撤销提前还款").at(nav(&visit)).back(&here, "返回合同").show(body)
}

/// Takes it back.
pub async fn cancel(visit: Visit) -> Answer {
    let Ok(effective_on) = visit.form.text("on").parse() else { return Err(Stop::NotFound) };
    let act = CancelPrepayment { contract: visit.param("number").to_owned(), effective_on };
    visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    see(&home(&visit))
}
