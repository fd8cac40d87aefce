//! The payment platform played: reads signed questions, checks them as strictly as we check its answers, acts.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use loan::calendar::Date;
use loan::money::Fen;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::world::{Account, Act, Answered, BillFaultKind, Fact, Told, TradeRow, World, lender, school};
use super::{Sandbox, faulty};
use crate::fault::Refusal;
use crate::form::{self, Form};
use crate::keys::{PlatformKey, random_text, sm3_hex};
use crate::moment;
use crate::platform::alipay::{BillPlace, ItemAnswer, methods};
use crate::platform::bill::{self, BillLine};
use crate::platform::{
    AccountStatus, Debit, DueBill, ITEMS_MAX, OpenAccount, OpenedAccount, PayOut, Refund, SchoolShare, Trade,
    TradeKind, TradeStatus, openapi, refusals,
};

/// How many daily bills wait to be fetched; whoever waits longer asks again.
const DOWNLOADS_MAX: usize = 64;

/// `POST /gateway.do`
pub async fn gateway(State(sandbox): State<Arc<Sandbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let faults = sandbox.look(|world| world.faults.clone());
    if faults.platform_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let question = form::read(&body).unwrap_or_default();
    let method = question.get("method").cloned().unwrap_or_default();
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let answered = match sandbox.admit(&question) {
        Ok(app_id) => sandbox.act(|act| answer(act, &app_id, &method, &question, host, &sandbox)).await,
        Err(refusal) => Ok(Err(refusal)),
    };
    let mut content = match answered {
        Ok(Ok(mut content)) => {
            content["code"] = openapi::DONE.into();
            content["msg"] = "Success".into();
            content
        }
        Ok(Err(refusal)) => json!({
            "code": openapi::REFUSED, "msg": "Business Failed", "sub_code": refusal.code, "sub_msg": refusal.detail,
        }),
        Err(broken) => json!({ "code": openapi::UNKNOWN, "msg": broken }),
    };
    faulty::lie(&mut content, faults.lie_on_amount_fen);
    let mut text = openapi::write_answer(&method, &content, &sandbox.keys.platform);
    if faults.corrupt_signature {
        text = faulty::spoil_sign(&text);
    }
    faulty::send(&faults, ([("content-type", "application/json;charset=utf-8")], text).into_response()).await
}

/// `GET /platform/bills/{ticket}`: the file of a daily bill, once.
pub async fn download(State(sandbox): State<Arc<Sandbox>>, Path(ticket): Path<String>) -> Response {
    match sandbox.downloads.lock().expect("no act panics").remove(&ticket) {
        Some(bytes) => ([("content-type", "text/csv")], bytes).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Sandbox {
    /// Who asks, if the envelope is right.
    fn admit(&self, question: &Form) -> Result<String, Refusal> {
        let field = |name: &str| question.get(name).map(String::as_str).unwrap_or_default();
        let app_id = field("app_id");
        let merchant = self
            .look(|world| world.merchants.get(app_id).cloned())
            .ok_or_else(|| Refusal::new(refusals::INVALID_APP_ID, format!("没有应用 {app_id}")))?;
        let key = PlatformKey::read(&merchant.public_key)
            .map_err(|_| Refusal::new(refusals::INVALID_APP_ID, "该应用没有可用的公钥"))?;
        let signed = field("sign_type") == "RSA2"
            && key.signed(form::content_to_sign(question, &["sign"]).as_bytes(), field("sign"));
        if !signed {
            return Err(Refusal::new(refusals::INVALID_SIGNATURE, "签名不正确"));
        }
        let fresh = moment::read_shanghai(field("timestamp"))
            .is_some_and(|written_at| moment::is_fresh(written_at, (self.clock)()));
        if !fresh {
            return Err(Refusal::new(refusals::INVALID_TIMESTAMP, "请求时间与当前时间相差超过五分钟"));
        }
        Ok(merchant.app_id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAccount {
    account: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAccounts {
    accounts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPhone {
    account: String,
    phone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTrade {
    out_trade_no: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items<I> {
    items: Vec<I>,
}

#[derive(Deserialize)]
struct OfDay {
    bill_date: Date,
}

fn answer(
    act: &mut Act<'_>,
    app_id: &str,
    method: &str,
    question: &Form,
    host: &str,
    sandbox: &Sandbox,
) -> Result<Value, Refusal> {
    let text = question.get("biz_content").map(String::as_str).unwrap_or_default();
    let to_value = |trade: &Trade| serde_json::to_value(trade).expect("a trade is plain data");
    match method {
        methods::ACCOUNT_OPEN => open_account(act, app_id, &read(text)?),
        methods::ACCOUNT_PASSWORD_RENEW => renew_password(act, &read::<OfAccount>(text)?.account),
        methods::ACCOUNT_ACTIVATE => {
            let asked: OfAccounts = read(text)?;
            for account in &asked.accounts {
                act.world.find_account(account)?;
            }
            let mut views = Vec::new();
            for account in &asked.accounts {
                let mut account = act.world.find_account(account)?.clone();
                if account.status != AccountStatus::Active {
                    account.status = AccountStatus::Active;
                    act.record(Fact::Account(account.clone()));
                }
                views.push(account.view());
            }
            Ok(json!({ "accounts": views }))
        }
        methods::ACCOUNT_QUERY => Ok(json!(act.world.find_account(&read::<OfAccount>(text)?.account)?.view())),
        methods::ACCOUNT_PHONE_MODIFY => {
            let asked: NewPhone = read(text)?;
            let account = Account { phone: asked.phone, ..act.world.find_account(&asked.account)?.clone() };
            let view = account.view();
            act.record(Fact::Account(account));
            Ok(json!(view))
        }
        methods::BILL_PUBLISH => {
            let bill: DueBill = read(text)?;
            act.world.find_account(&bill.account)?;
            let lines: Fen = bill.repay_list.iter().map(|line| line.capital_amount + line.interest_amount).sum();
            if lines != bill.should_amount {
                return Err(Refusal::new(refusals::AMOUNT_INVALID, "账单合计与明细不符"));
            }
            act.record(Fact::Bill(app_id.to_owned(), bill));
            Ok(json!({}))
        }
        methods::PAY_OUT => each(act, text, |act, item| pay_out(act, app_id, item)),
        methods::DEBIT => each(act, text, |act, item| debit(act, app_id, item)),
        methods::TRADE_QUERY => {
            let asked: OfTrade = read(text)?;
            Ok(to_value(&known_trade(act.world, app_id, &asked.out_trade_no)?.trade))
        }
        methods::TRADE_REFUND => Ok(to_value(&refund(act, app_id, &read(text)?)?)),
        methods::TRADE_CLOSE => {
            let asked: OfTrade = read(text)?;
            let mut row = known_trade(act.world, app_id, &asked.out_trade_no)?.clone();
            match row.trade.trade_status {
                TradeStatus::Closed => {}
                TradeStatus::Processing => {
                    row.trade.trade_status = TradeStatus::Closed;
                    act.record(Fact::Trade { row: Box::new(row.clone()), moves: Vec::new() });
                }
                TradeStatus::Success | TradeStatus::Failed => {
                    return Err(Refusal::new(refusals::TRADE_STATUS_ERROR, "交易已有最终结果，不能关闭"));
                }
            }
            Ok(to_value(&row.trade))
        }
        methods::BILL_DOWNLOAD => {
            let asked: OfDay = read(text)?;
            let (bytes, digest) = daily_bill(act, app_id, asked.bill_date)?;
            let ticket = random_text(act.chance, 32);
            let mut downloads = sandbox.downloads.lock().expect("no act panics");
            if downloads.len() >= DOWNLOADS_MAX {
                downloads.clear();
            }
            downloads.insert(ticket.clone(), bytes);
            let bill_download_url = format!("http://{host}/platform/bills/{ticket}");
            Ok(json!(BillPlace { bill_download_url, bill_digest: digest }))
        }
        _ => Err(Refusal::new(refusals::INVALID_METHOD, format!("没有接口 {method}"))),
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|reason| Refusal::new(refusals::INVALID_PARAMETER, reason.to_string()))
}

trait Numbered {
    fn number(&self) -> &str;
}
impl Numbered for PayOut {
    fn number(&self) -> &str {
        &self.out_trade_no
    }
}
impl Numbered for Debit {
    fn number(&self) -> &str {
        &self.out_trade_no
    }
}

/// Each item on its own: one that is refused does not stop the others.
fn each<I: DeserializeOwned + Numbered>(
    act: &mut Act<'_>,
    text: &str,
    mut one: impl FnMut(&mut Act<'_>, &I) -> Result<Trade, Refusal>,
) -> Result<Value, Refusal> {
    let asked: Items<I> = read(text)?;
    if asked.items.len() > ITEMS_MAX {
        return Err(Refusal::new(refusals::INVALID_PARAMETER, format!("一次最多 {ITEMS_MAX} 笔")));
    }
    let answers: Vec<ItemAnswer> = asked
        .items
        .iter()
        .map(|item| match one(act, item) {
            Ok(trade) => ItemAnswer::Trade(trade),
            Err(refused) => ItemAnswer::Refused { out_trade_no: item.number().to_owned(), refused },
        })
        .collect();
    Ok(json!({ "items": answers }))
}

fn digest(request: &impl serde::Serialize) -> String {
    sm3_hex(&serde_json::to_vec(request).expect("a request is plain data"))
}

fn conflict(number: &str) -> Refusal {
    Refusal::new(refusals::REQUEST_CONFLICT, format!("编号 {number} 已用于内容不同的请求"))
}

fn known_trade<'a>(world: &'a World, app_id: &str, out_trade_no: &str) -> Result<&'a TradeRow, Refusal> {
    let unknown = || Refusal::new(refusals::TRADE_NOT_EXIST, format!("没有交易 {out_trade_no}"));
    world.find_trade(app_id, out_trade_no).ok_or_else(unknown)
}

/// The digest of a secret text of this world.
pub fn salted(world: &World, text: &str) -> String {
    sm3_hex(format!("{}\n{text}", world.salt).as_bytes())
}

fn open_account(act: &mut Act<'_>, app_id: &str, request: &OpenAccount) -> Result<Value, Refusal> {
    let key = format!("open|{app_id}|{}", request.out_request_no);
    // Salted, because the request holds the ID number.
    let digest = salted(act.world, &digest(request));
    if let Some(answered) = act.world.answered.get(&key) {
        return if answered.digest == digest {
            Ok(answered.answer.clone())
        } else {
            Err(conflict(&request.out_request_no))
        };
    }
    if request.name.is_empty() || request.cert_no.len() != 18 {
        return Err(Refusal::new(refusals::INVALID_PARAMETER, "姓名或证件号码不完整"));
    }
    let cert_digest = salted(act.world, &request.cert_no);
    let held = act.world.by_person.get(&cert_digest).and_then(|held| act.world.accounts.get(held)).cloned();
    let opened = match held {
        Some(account) if account.name != request.name => {
            return Err(Refusal::new(refusals::ACCOUNT_NAME_MISMATCH, "该证件号码已用另一姓名开户"));
        }
        Some(account) => OpenedAccount { view: account.view(), first_password: None },
        None => {
            let password = random_text(act.chance, 10);
            let account = Account {
                account: format!("dk{:08}@zhifu.example", act.number()),
                app_id: app_id.to_owned(),
                name: request.name.clone(),
                cert_digest,
                phone: request.phone.clone(),
                password_digest: salted(act.world, &password),
                status: AccountStatus::Opened,
            };
            let view = account.view();
            act.record(Fact::Account(account));
            OpenedAccount { view, first_password: Some(crate::keys::Secret::new(password)) }
        }
    };
    // The password is told once and not kept: a repeated question hears the account only.
    let kept = OpenedAccount { first_password: None, ..opened.clone() };
    act.record(Fact::Answered(key, Answered { digest, answer: json!(kept) }));
    Ok(json!(opened))
}

fn renew_password(act: &mut Act<'_>, account: &str) -> Result<Value, Refusal> {
    let mut account = act.world.find_account(account)?.clone();
    if account.status == AccountStatus::Active {
        return Err(Refusal::new(refusals::ACCOUNT_ALREADY_ACTIVE, "账户已激活，请持有人自行找回密码"));
    }
    let password = random_text(act.chance, 10);
    account.password_digest = salted(act.world, &password);
    act.record(Fact::Account(account));
    Ok(json!({ "first_password": password }))
}

/// The trade of that number if it was asked before, or the refusal if it was asked otherwise.
fn asked_before(act: &Act<'_>, app_id: &str, number: &str, digest: &str) -> Result<Option<Trade>, Refusal> {
    match act.world.find_trade(app_id, number) {
        Some(row) if row.digest == digest => Ok(Some(row.trade.clone())),
        Some(_) => Err(conflict(number)),
        None => Ok(None),
    }
}

/// A trade that has not moved anything yet.
pub fn new_row(
    act: &mut Act<'_>,
    app_id: &str,
    (kind, out_trade_no, account): (TradeKind, Option<&str>, &str),
    amount: Fen,
    digest: String,
) -> TradeRow {
    let trade_no = act.trade_no();
    TradeRow {
        app_id: app_id.to_owned(),
        trade: Trade {
            out_trade_no: out_trade_no.unwrap_or(&trade_no).to_owned(),
            trade_no,
            kind,
            trade_status: TradeStatus::Processing,
            account: account.to_owned(),
            total_amount: amount,
            settled_amount: Fen::ZERO,
            value_on: act.today,
            batch_serial: None,
            original_trade_no: None,
            payer_masked: None,
            reason: None,
        },
        digest,
        made_at: act.now,
        school: None,
        batch_no: String::new(),
        partial_allowed: false,
        returned: Fen::ZERO,
    }
}

/// Books a trade that succeeded in full.
pub fn succeed(act: &mut Act<'_>, mut row: TradeRow, from: String, to: String) -> Trade {
    let amount = row.trade.total_amount;
    row.trade.trade_status = TradeStatus::Success;
    row.trade.settled_amount = amount;
    let trade = row.trade.clone();
    act.record(Fact::Trade { row: Box::new(row), moves: vec![(from, -amount.0), (to, amount.0)] });
    trade
}

fn pay_out(act: &mut Act<'_>, app_id: &str, item: &PayOut) -> Result<Trade, Refusal> {
    let digest = digest(item);
    if let Some(trade) = asked_before(act, app_id, &item.out_trade_no, &digest)? {
        return Ok(trade);
    }
    let share_fits = item.school.as_ref().is_none_or(|share| share.amount.is_positive() && share.amount <= item.amount);
    if !item.amount.is_positive() || !share_fits {
        return Err(Refusal::new(refusals::AMOUNT_INVALID, "金额应大于零，划转学校的金额不得超过放款金额"));
    }
    let account = act.world.find_account(&item.account)?;
    if account.name != item.name {
        return Err(Refusal::new(refusals::ACCOUNT_NAME_MISMATCH, "户名与账户不符"));
    }
    if account.status != AccountStatus::Active {
        return Err(Refusal::new(refusals::ACCOUNT_NOT_ACTIVE, "账户尚未激活"));
    }
    let what = (TradeKind::PayOut, Some(item.out_trade_no.as_str()), item.account.as_str());
    let mut row = new_row(act, app_id, what, item.amount, digest);
    row.school.clone_from(&item.school);
    row.batch_no.clone_from(&item.batch_no);
    Ok(begin(act, row))
}

fn debit(act: &mut Act<'_>, app_id: &str, item: &Debit) -> Result<Trade, Refusal> {
    let digest = digest(item);
    if let Some(trade) = asked_before(act, app_id, &item.out_trade_no, &digest)? {
        return Ok(trade);
    }
    if !item.amount.is_positive() {
        return Err(Refusal::new(refusals::AMOUNT_INVALID, "金额应大于零"));
    }
    act.world.find_account(&item.account)?;
    let what = (TradeKind::Debit, Some(item.out_trade_no.as_str()), item.account.as_str());
    let mut row = new_row(act, app_id, what, item.amount, digest);
    row.partial_allowed = item.partial_allowed;
    Ok(begin(act, row))
}

fn begin(act: &mut Act<'_>, row: TradeRow) -> Trade {
    if act.world.faults.answer_processing {
        let trade = row.trade.clone();
        act.record(Fact::Trade { row: Box::new(row), moves: Vec::new() });
        return trade;
    }
    settle(act, row)
}

/// Decides a pay-out or debit by what the accounts hold now.
fn settle(act: &mut Act<'_>, mut row: TradeRow) -> Trade {
    row.trade.value_on = act.today;
    let (borrower, ours) = (row.trade.account.clone(), lender(&row.app_id));
    if row.trade.kind == TradeKind::PayOut {
        if let Some(share) = row.school.clone() {
            row.trade.batch_serial = Some(batch_serial(act, &row, &share));
        }
        let paid = succeed(act, row.clone(), ours, borrower.clone());
        if let (Some(share), Some(serial)) = (row.school, paid.batch_serial.clone()) {
            let what = (TradeKind::SchoolTransfer, Some(paid.out_trade_no.as_str()), borrower.as_str());
            let mut onward = new_row(act, &row.app_id, what, share.amount, String::new());
            onward.trade.batch_serial = Some(serial);
            onward.trade.original_trade_no = Some(paid.trade_no.clone());
            succeed(act, onward, borrower, school(&share.school_account));
        }
        return paid;
    }
    let held = act.world.balance(&borrower).max(Fen::ZERO);
    let due = row.trade.total_amount;
    let taken = match held {
        held if held >= due => due,
        held if row.partial_allowed => held,
        _ => Fen::ZERO,
    };
    row.trade.settled_amount = taken;
    row.trade.trade_status = if taken.is_zero() { TradeStatus::Failed } else { TradeStatus::Success };
    row.trade.reason = (taken < due).then(|| refusals::BALANCE_NOT_ENOUGH.to_owned());
    let moves = if taken.is_zero() { Vec::new() } else { vec![(borrower, -taken.0), (ours, taken.0)] };
    let trade = row.trade.clone();
    act.record(Fact::Trade { row: Box::new(row), moves });
    trade
}

/// One serial for all transfers of a batch to one school: its finance office books them together (R12.5).
fn batch_serial(act: &mut Act<'_>, row: &TradeRow, share: &SchoolShare) -> String {
    let key = (row.app_id.clone(), row.batch_no.clone(), share.school_account.clone());
    if let Some(serial) = act.world.serials.get(&key) {
        return serial.clone();
    }
    let serial = format!("PL{}{:06}", act.today.format("%Y%m%d"), act.number());
    act.record(Fact::Serial(key, serial.clone()));
    serial
}

/// Ends every trade that was answered "processing", and tells its lender.
pub fn complete_processing(act: &mut Act<'_>) -> usize {
    let open: Vec<TradeRow> =
        act.world.trades.values().filter(|row| !row.trade.trade_status.is_final()).cloned().collect();
    let count = open.len();
    for row in open {
        let app_id = row.app_id.clone();
        let trade = settle(act, row);
        act.tell(&app_id, Told::Trade(trade));
    }
    count
}

fn refund(act: &mut Act<'_>, app_id: &str, asked: &Refund) -> Result<Trade, Refusal> {
    let digest = digest(asked);
    if let Some(trade) = asked_before(act, app_id, &asked.out_request_no, &digest)? {
        return Ok(trade);
    }
    let unknown = || Refusal::new(refusals::TRADE_NOT_EXIST, format!("没有交易 {}", asked.trade_no));
    let mut payment =
        act.world.trades.get(&asked.trade_no).filter(|row| row.app_id == app_id).cloned().ok_or_else(unknown)?;
    let back_to = match payment.trade.kind {
        TradeKind::Debit => payment.trade.account.clone(),
        TradeKind::Repayment => super::world::OUTSIDE.to_owned(),
        _ => return Err(Refusal::new(refusals::TRADE_STATUS_ERROR, "只有收到的款项可以退款")),
    };
    if payment.trade.trade_status != TradeStatus::Success {
        return Err(Refusal::new(refusals::TRADE_STATUS_ERROR, "交易没有成功，不能退款"));
    }
    if !asked.amount.is_positive() {
        return Err(Refusal::new(refusals::AMOUNT_INVALID, "金额应大于零"));
    }
    if asked.amount > payment.trade.settled_amount - payment.returned {
        return Err(Refusal::new(refusals::REFUND_AMOUNT_EXCEEDED, "退款金额超过可退金额"));
    }
    payment.returned += asked.amount;
    let what = (TradeKind::Refund, Some(asked.out_request_no.as_str()), payment.trade.account.as_str());
    let mut row = new_row(act, app_id, what, asked.amount, digest);
    row.trade.original_trade_no = Some(asked.trade_no.clone());
    act.record(Fact::Trade { row: Box::new(payment), moves: Vec::new() });
    Ok(succeed(act, row, lender(app_id), back_to))
}

/// The file of a past day and what the answer says its digest is.
fn daily_bill(act: &Act<'_>, app_id: &str, on: Date) -> Result<(Vec<u8>, String), Refusal> {
    if on >= act.today {
        return Err(Refusal::new(refusals::BILL_NOT_EXIST, "账单在业务日结束后生成"));
    }
    let fault = act.world.faults.bill;
    let shown = if fault == BillFaultKind::Yesterday { on - chrono::TimeDelta::days(1) } else { on };
    let more =
        |kind| if fault == BillFaultKind::OtherAmounts && kind == TradeKind::PayOut { Fen(1) } else { Fen::ZERO };
    let lines: Vec<BillLine> = act
        .world
        .trades
        .values()
        .filter(|row| row.app_id == app_id && row.trade.value_on == shown)
        .filter(|row| row.trade.trade_status == TradeStatus::Success)
        .map(|TradeRow { trade, .. }| BillLine {
            trade_no: trade.trade_no.clone(),
            out_trade_no: trade.out_trade_no.clone(),
            kind: trade.kind,
            account: trade.account.clone(),
            amount: trade.settled_amount + more(trade.kind),
            batch_serial: trade.batch_serial.clone().unwrap_or_default(),
            original_trade_no: trade.original_trade_no.clone().unwrap_or_default(),
        })
        .collect();
    let merchant = act.world.merchants.get(app_id).expect("only a known lender asks");
    let whole = bill::write(&merchant.seller_id, shown, &lines);
    let bytes = faulty::spoil_bill(fault, &whole);
    let digest = bill::digest(if fault == BillFaultKind::Truncated { &whole } else { &bytes });
    Ok((bytes, digest))
}
