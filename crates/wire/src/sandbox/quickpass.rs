//! UnionPay played: orders for the app, queries, refunds, in the form of interface 5.1.0.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use loan::money::Fen;

use super::world::{Act, Fact, Merchant, OUTSIDE, QuickPassRow, lender};
use super::{Sandbox, faulty};
use crate::form::{self, Form};
use crate::keys::{PlatformKey, random_text, sm3_hex};
use crate::unionpay::{BACK, DONE, NOT_FOUND, ORDER, QUERY, read_amount, sign, signed};

/// Every `POST` of UnionPay's gateway.
pub async fn ask(State(sandbox): State<Arc<Sandbox>>, uri: Uri, body: Bytes) -> Response {
    let faults = sandbox.look(|world| world.faults.clone());
    if faults.gateways_down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let question = form::read(&body).unwrap_or_default();
    let field = |name: &str| question.get(name).map(String::as_str).unwrap_or_default();
    let merchant = sandbox
        .look(|world| world.merchants.values().find(|merchant| merchant.mer_id == field("merId")).cloned())
        .filter(|merchant| PlatformKey::read(&merchant.public_key).is_ok_and(|key| signed(&question, &key)));
    let answered = match merchant {
        None => Ok(Err(("11", "验证签名失败"))),
        Some(merchant) => sandbox.act(|act| answer(act, &merchant, uri.path(), &question)).await,
    };
    let mut answer: Form = ["merId", "orderId", "txnTime"].map(|name| (name.to_owned(), field(name).to_owned())).into();
    match answered {
        Ok(Ok(told)) => answer.extend(told.into_iter().chain([("respCode".to_owned(), DONE.to_owned())])),
        Ok(Err((code, words))) => {
            answer.extend([("respCode".to_owned(), code.to_owned()), ("respMsg".to_owned(), words.to_owned())]);
        }
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
    sign(&mut answer, &sandbox.keys.unionpay);
    if faults.corrupt_signature {
        faulty::spoil_form(&mut answer, "signature");
    }
    faulty::send(&faults, form::write(&answer).into_response()).await
}

type Refused = (&'static str, &'static str);
const FORM_WRONG: Refused = ("10", "报文格式错误");
const REPEATED: Refused = ("12", "重复交易");

fn answer(act: &mut Act<'_>, merchant: &Merchant, path: &str, question: &Form) -> Result<Form, Refused> {
    let field = |name: &str| question.get(name).map(String::as_str).filter(|text| !text.is_empty()).ok_or(FORM_WRONG);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let order_no = field("orderId")?;
    let key = (merchant.app_id.clone(), order_no.to_owned());
    let held = act.world.orders.get(&key).cloned();
    match path {
        QUERY => {
            let order =
                held.filter(|order| field("txnTime") == Ok(&order.txn_time)).ok_or((NOT_FOUND, "查无此交易"))?;
            Ok(told(&order))
        }
        ORDER => {
            let amount = read_amount(field("txnAmt")?).ok_or(FORM_WRONG)?;
            // The signature differs from time to time with the envelope; what is ordered is number, time, amount, words.
            let digest =
                sm3_hex(format!("{order_no}|{}|{amount}|{}", field("txnTime")?, field("orderDesc")?).as_bytes());
            let tn = match held {
                Some(order) if order.digest == digest => order.tn,
                Some(_) => return Err(REPEATED),
                None => {
                    let tn = random_text(act.chance, 21);
                    let row = QuickPassRow {
                        app_id: merchant.app_id.clone(),
                        order_no: order_no.to_owned(),
                        txn_time: field("txnTime")?.to_owned(),
                        amount,
                        subject: field("orderDesc")?.to_owned(),
                        tn: tn.clone(),
                        digest,
                        paid: None,
                        returned: Fen::ZERO,
                    };
                    act.record(Fact::Order { row, moves: Vec::new() });
                    tn
                }
            };
            Ok([pair("tn", &tn)].into())
        }
        BACK if field("txnType") == Ok("04") => refund(act, merchant, question),
        _ => Err(FORM_WRONG),
    }
}

fn refund(act: &mut Act<'_>, merchant: &Merchant, question: &Form) -> Result<Form, Refused> {
    let field = |name: &str| question.get(name).map(String::as_str).filter(|text| !text.is_empty()).ok_or(FORM_WRONG);
    let amount = read_amount(field("txnAmt")?).ok_or(FORM_WRONG)?;
    let paid_as =
        |order: &&QuickPassRow| order.paid.as_ref().map(|(query_id, _)| query_id.as_str()) == field("origQryId").ok();
    let mine = |order: &&QuickPassRow| order.app_id == merchant.app_id;
    let mut payment = act.world.orders.values().filter(mine).find(paid_as).cloned().ok_or((NOT_FOUND, "查无此交易"))?;
    let key = format!("quick-pass-refund|{}|{}", merchant.app_id, field("orderId")?);
    let digest = sm3_hex(format!("{}|{amount}", field("origQryId")?).as_bytes());
    if let Some(answered) = act.world.answered.get(&key) {
        let query_id = answered.answer.as_str().unwrap_or_default().to_owned();
        return if answered.digest == digest { Ok([("queryId".to_owned(), query_id)].into()) } else { Err(REPEATED) };
    }
    if amount > payment.amount - payment.returned {
        return Err(("61", "退款金额超过原交易金额"));
    }
    payment.returned += amount;
    let moves = vec![(lender(&merchant.app_id), -amount.0), (OUTSIDE.to_owned(), amount.0)];
    act.record(Fact::Order { row: payment, moves });
    let query_id = format!("{}{:013}", act.today.format("%Y%m%d"), act.number());
    act.record(Fact::Answered(key, super::world::Answered { digest, answer: query_id.clone().into() }));
    Ok([("queryId".to_owned(), query_id)].into())
}

/// What a query or a notification says about an order.
fn told(order: &QuickPassRow) -> Form {
    let mut told: Form = [
        ("txnAmt".to_owned(), order.amount.0.to_string()),
        ("currencyCode".to_owned(), "156".to_owned()),
        ("origRespCode".to_owned(), String::from(if order.paid.is_some() { DONE } else { "05" })),
    ]
    .into();
    if let Some((query_id, on)) = &order.paid {
        told.insert("queryId".to_owned(), query_id.clone());
        told.insert("settleDate".to_owned(), on.to_string());
    }
    told
}

/// The unsigned notification about a paid order.
pub fn notification(order: &QuickPassRow, mer_id: &str) -> Form {
    let mut form = told(order);
    let code = form.remove("origRespCode").expect("an order has a code");
    form.insert("respCode".to_owned(), code);
    form.insert("merId".to_owned(), mer_id.to_owned());
    form.insert("orderId".to_owned(), order.order_no.clone());
    form.insert("txnTime".to_owned(), order.txn_time.clone());
    form.insert("txnType".to_owned(), "01".to_owned());
    form
}
