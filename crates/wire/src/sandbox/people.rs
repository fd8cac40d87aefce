//! What people do at the partners: log in for the first time, put money in, pay for somebody, look into a camera.

use chrono::TimeDelta;
use loan::calendar::Date;
use loan::money::Fen;

use super::platform::{complete_processing, new_row, salted, succeed};
use super::world::{Act, Fact, OUTSIDE, SentMessage, Told, lender};
use crate::fault::Refusal;
use crate::identity::FaceAnswer;
use crate::keys::random_text;
use crate::platform::{AccountStatus, Trade, TradeKind, TradeStatus, mask_name, refusals};

fn refuse<T>(code: &str, detail: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(code, detail))
}

fn positive(amount: Fen) -> Result<(), Refusal> {
    if amount.is_positive() { Ok(()) } else { refuse(refusals::AMOUNT_INVALID, "金额应大于零") }
}

/// The borrower logs in with the first password and must choose another: the account is active (R1.7).
pub fn activate(act: &mut Act<'_>, account: &str, first: &str, chosen: &str) -> Result<(), Refusal> {
    let mut account = act.world.find_account(account)?.clone();
    if account.status == AccountStatus::Active {
        return refuse(refusals::ACCOUNT_ALREADY_ACTIVE, "账户已激活");
    }
    if account.password_digest != salted(act.world, first) {
        return refuse("PASSWORD_WRONG", "初始密码不正确");
    }
    if chosen == first || chosen.chars().count() < 8 {
        return refuse("PASSWORD_WEAK", "新密码至少 8 位，且不能与初始密码相同");
    }
    account.password_digest = salted(act.world, chosen);
    account.status = AccountStatus::Active;
    let (app_id, name) = (account.app_id.clone(), account.account.clone());
    act.record(Fact::Account(account));
    act.tell(&app_id, Told::Activated(name));
    Ok(())
}

/// Direct top-up: money into the borrower's own account, by himself or anybody (R17.1). It stays the borrower's.
pub fn top_up(act: &mut Act<'_>, account: &str, amount: Fen) -> Result<Trade, Refusal> {
    positive(amount)?;
    let app_id = act.world.find_account(account)?.app_id.clone();
    let row = new_row(act, &app_id, (TradeKind::TopUp, None, account), amount, String::new());
    let trade = succeed(act, row, OUTSIDE.to_owned(), account.to_owned());
    act.tell(&app_id, Told::Trade(trade.clone()));
    Ok(trade)
}

/// The "student-loan repayment" function: anybody pays for one borrower, straight to the lender (R17.3).
pub fn repay(act: &mut Act<'_>, account: &str, payer: &str, amount: Fen) -> Result<Trade, Refusal> {
    positive(amount)?;
    let app_id = act.world.find_account(account)?.app_id.clone();
    let mut row = new_row(act, &app_id, (TradeKind::Repayment, None, account), amount, String::new());
    row.trade.payer_masked = (!payer.is_empty()).then(|| mask_name(payer));
    let trade = succeed(act, row, OUTSIDE.to_owned(), lender(&app_id));
    act.tell(&app_id, Told::Trade(trade.clone()));
    Ok(trade)
}

/// The channel takes a repayment back, such as a cheque or a disputed transfer.
pub fn bounce(act: &mut Act<'_>, trade_no: &str) -> Result<Trade, Refusal> {
    let payment = act.world.trades.get(trade_no).cloned();
    let Some(mut payment) = payment.filter(|row| row.trade.kind == TradeKind::Repayment) else {
        return refuse(refusals::TRADE_NOT_EXIST, "没有这笔还款");
    };
    let left = payment.trade.settled_amount - payment.returned;
    if payment.trade.trade_status != TradeStatus::Success || !left.is_positive() {
        return refuse(refusals::TRADE_STATUS_ERROR, "这笔还款已全部退回");
    }
    payment.returned += left;
    let app_id = payment.app_id.clone();
    let what = (TradeKind::Bounce, None, payment.trade.account.as_str());
    let mut row = new_row(act, &app_id, what, left, String::new());
    row.trade.original_trade_no = Some(trade_no.to_owned());
    act.record(Fact::Trade { row: Box::new(payment), moves: Vec::new() });
    let trade = succeed(act, row, lender(&app_id), OUTSIDE.to_owned());
    act.tell(&app_id, Told::Trade(trade.clone()));
    Ok(trade)
}

/// The payer confirms a QuickPass order in the app.
pub fn pay_quick_pass(act: &mut Act<'_>, tn: &str) -> Result<(), Refusal> {
    let Some(mut order) = act.world.orders.values().find(|order| order.tn == tn).cloned() else {
        return refuse("34", "没有这笔订单");
    };
    if order.paid.is_some() {
        return refuse("12", "订单已支付");
    }
    let query_id = format!("{}{:013}", act.today.format("%Y%m%d"), act.number());
    order.paid = Some((query_id, act.today));
    let moves = vec![(OUTSIDE.to_owned(), -order.amount.0), (lender(&order.app_id), order.amount.0)];
    let (app_id, order_no) = (order.app_id.clone(), order.order_no.clone());
    act.record(Fact::Order { row: order, moves });
    act.tell(&app_id, Told::QuickPass(order_no));
    Ok(())
}

/// The person was in front of the camera.
pub fn decide_face(act: &mut Act<'_>, session: &str, matched: bool) -> Result<(), Refusal> {
    let Some(mut face) = act.world.faces.get(session).cloned() else {
        return refuse("SESSION_NOT_EXIST", "没有这次核验");
    };
    if face.answer != FaceAnswer::Waiting {
        return refuse("SESSION_DECIDED", "这次核验已有结果");
    }
    face.answer = if matched { FaceAnswer::Matched } else { FaceAnswer::NotMatched };
    face.token = Some(random_text(act.chance, 24));
    act.record(Fact::Face(face));
    Ok(())
}

/// Moves the business date forward: trades in processing end, and who has a bill in five days is reminded (R17.7).
/// Before anybody has an account a demonstration may let the sandbox begin in the past.
pub fn move_date(act: &mut Act<'_>, to: Date) -> Result<(), Refusal> {
    if to < act.today && !act.world.accounts.is_empty() {
        return refuse("DATE_IN_PAST", format!("业务日期只能向前，现在是 {}", act.today));
    }
    let from = act.today;
    let days_ahead = act.world.days_ahead + (to - from).num_days();
    act.record(Fact::DateMoved(days_ahead));
    act.today = to;
    complete_processing(act);
    let reminders: Vec<(Date, String, String)> = act
        .world
        .bills
        .values()
        .map(|bill| (bill.repay_date - TimeDelta::days(5), bill))
        .filter(|(on, _)| from < *on && *on <= to)
        .filter_map(|(on, bill)| {
            let phone = act.world.accounts.get(&bill.account)?.phone.clone();
            let day = bill.repay_date.format("%-m月%-d日");
            let text = format!("您的国家助学贷款{day}应还{}元，请在此前存入还款账户。", bill.should_amount);
            Some((on, phone, text))
        })
        .collect();
    for (on, phone, text) in reminders {
        let message_no = format!("M{:010}", act.number());
        let sign_name = String::from("【支付平台】");
        act.record(Fact::Message(SentMessage { message_no, sent_at: act.now, on, phone, sign_name, text }));
    }
    Ok(())
}
