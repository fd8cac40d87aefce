//! The sandbox's own interface: what a demonstration, a test or a person at its page does. JSON or a browser's form.
//!
//! None of it exists at a real partner.

use std::sync::Arc;

use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use loan::calendar::Date;
use loan::money::Fen;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::world::{Act, Fact, Faults, Merchant};
use super::{Sandbox, people, platform};
use crate::fault::Refusal;
use crate::keys::PlatformKey;
use crate::yuan;

type House = State<Arc<Sandbox>>;

/// The public keys of all partners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKeys {
    /// Of the payment platform, one line of Base64.
    pub platform: String,
    /// Of UnionPay, one line of Base64.
    pub unionpay: String,
    /// Root certificate of the certificate authority, one line of Base64.
    pub authority: String,
}

/// Every route under `/sandbox`.
pub fn routes() -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/sandbox/keys", get(keys))
        .route("/sandbox/merchants", post(register))
        .route("/sandbox/date", get(date).post(move_date))
        .route("/sandbox/faults", get(faults).post(set_faults))
        .route("/sandbox/accounts", get(accounts))
        .route("/sandbox/accounts/{account}/top-up", post(top_up))
        .route("/sandbox/accounts/{account}/activate", post(activate))
        .route("/sandbox/repay", post(repay))
        .route("/sandbox/trades", get(trades))
        .route("/sandbox/trades/{trade_no}/bounce", post(bounce))
        .route("/sandbox/processing/complete", post(complete))
        .route("/sandbox/messages", get(messages))
        .route("/sandbox/notifications", get(notifications))
        .route("/sandbox/notifications/flush", post(flush))
        .route("/sandbox/unionpay/pay", post(pay_quick_pass))
        .route("/sandbox/face", post(face))
}

/// A request as JSON or as a browser's form; a browser is sent back to the page afterwards.
pub struct Asked<T> {
    content: T,
    by_form: bool,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Asked<T>, Response> {
        let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            let Form(content) = Form::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            Ok(Asked { content, by_form: true })
        } else {
            let Json(content) = Json::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            Ok(Asked { content, by_form: false })
        }
    }
}

/// Does it, and answers in the manner it was asked.
async fn act<T: Serialize>(
    sandbox: &Sandbox,
    by_form: bool,
    deed: impl FnOnce(&mut Act<'_>) -> Result<T, Refusal>,
) -> Response {
    match sandbox.act(deed).await {
        Ok(Ok(_)) if by_form => Redirect::to("/").into_response(),
        Ok(Ok(outcome)) => Json(outcome).into_response(),
        Ok(Err(refusal)) if by_form => super::page::refused(&refusal).into_response(),
        Ok(Err(refusal)) => (StatusCode::CONFLICT, Json(refusal)).into_response(),
        Err(broken) => (StatusCode::INTERNAL_SERVER_ERROR, broken).into_response(),
    }
}

async fn keys(State(sandbox): House) -> Json<PublicKeys> {
    let keys = &sandbox.keys;
    Json(PublicKeys {
        platform: keys.platform.public().to_base64().to_owned(),
        unionpay: keys.unionpay.public().to_base64().to_owned(),
        authority: keys.authority.root(),
    })
}

async fn register(State(sandbox): House, Json(merchant): Json<Merchant>) -> Response {
    if !sandbox.open_registration {
        return StatusCode::FORBIDDEN.into_response();
    }
    act(&sandbox, false, |act| {
        PlatformKey::read(&merchant.public_key).map_err(|reason| Refusal::new("INVALID_KEY", reason.to_string()))?;
        if act.world.merchants.get(&merchant.app_id) != Some(&merchant) {
            act.record(Fact::Registered(merchant));
        }
        Ok(())
    })
    .await
}

/// A business date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessDate {
    /// The day.
    pub date: Date,
}

async fn date(State(sandbox): House) -> Json<BusinessDate> {
    let now = (sandbox.clock)();
    Json(BusinessDate { date: sandbox.look(|world| world.today(now)) })
}

async fn move_date(State(sandbox): House, asked: Asked<BusinessDate>) -> Response {
    act(&sandbox, asked.by_form, |act| people::move_date(act, asked.content.date).map(|()| asked.content)).await
}

async fn faults(State(sandbox): House) -> Json<Faults> {
    Json(sandbox.look(|world| world.faults.clone()))
}

async fn set_faults(State(sandbox): House, asked: Asked<Faults>) -> Response {
    act(&sandbox, asked.by_form, |act| {
        act.record(Fact::Faults(asked.content.clone()));
        Ok(asked.content)
    })
    .await
}

/// An account with its balance, as the sandbox shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBalance {
    /// Whose it is.
    pub account: String,
    /// Holder, empty for accounts that are no borrower's.
    pub name: String,
    /// What it holds, in fen; negative where money came from.
    pub balance_fen: i64,
}

async fn accounts(State(sandbox): House) -> Json<Vec<AccountBalance>> {
    Json(sandbox.look(|world| {
        let borrowers = world.accounts.keys();
        let others = world.balances.keys().filter(|account| !world.accounts.contains_key(*account));
        let shown = |account: &String| AccountBalance {
            account: account.clone(),
            name: world.accounts.get(account).map(|known| known.name.clone()).unwrap_or_default(),
            balance_fen: world.balance(account).0,
        };
        borrowers.chain(others).map(shown).collect()
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Amount {
    #[serde(with = "yuan")]
    amount: Fen,
}

async fn top_up(State(sandbox): House, Path(account): Path<String>, asked: Asked<Amount>) -> Response {
    act(&sandbox, asked.by_form, |act| people::top_up(act, &account, asked.content.amount)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Passwords {
    first_password: String,
    new_password: String,
}

async fn activate(State(sandbox): House, Path(account): Path<String>, asked: Asked<Passwords>) -> Response {
    let Passwords { first_password, new_password } = asked.content;
    act(&sandbox, asked.by_form, |act| people::activate(act, &account, &first_password, &new_password)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repayment {
    account: String,
    #[serde(default)]
    payer: String,
    #[serde(with = "yuan")]
    amount: Fen,
}

async fn repay(State(sandbox): House, asked: Asked<Repayment>) -> Response {
    let Repayment { account, payer, amount } = asked.content;
    act(&sandbox, asked.by_form, |act| people::repay(act, &account, &payer, amount)).await
}

#[derive(Deserialize)]
struct OfAccount {
    account: Option<String>,
}

async fn trades(State(sandbox): House, Query(of): Query<OfAccount>) -> Json<Value> {
    Json(sandbox.look(|world| {
        let mut found = Vec::new();
        for row in world.trades.values() {
            if of.account.as_ref().is_none_or(|account| *account == row.trade.account) {
                found.push(&row.trade);
            }
        }
        json!(found)
    }))
}

#[derive(Deserialize)]
struct Nothing {}

async fn bounce(State(sandbox): House, Path(trade_no): Path<String>, asked: Asked<Nothing>) -> Response {
    act(&sandbox, asked.by_form, |act| people::bounce(act, &trade_no)).await
}

async fn complete(State(sandbox): House, asked: Asked<Nothing>) -> Response {
    act(&sandbox, asked.by_form, |act| Ok(json!({ "completed": platform::complete_processing(act) }))).await
}

#[derive(Deserialize)]
struct OfPhone {
    phone: Option<String>,
}

async fn messages(State(sandbox): House, Query(of): Query<OfPhone>) -> Json<Value> {
    Json(sandbox.look(|world| {
        let to = |phone: &str| of.phone.as_deref().is_none_or(|asked| asked == phone);
        json!(world.messages.iter().filter(|message| to(&message.phone)).collect::<Vec<_>>())
    }))
}

async fn notifications(State(sandbox): House) -> Json<Value> {
    Json(sandbox.look(|world| json!(world.outgoing.values().collect::<Vec<_>>())))
}

async fn flush(State(sandbox): House, asked: Asked<Nothing>) -> Response {
    let delivery = sandbox.deliver(true).await;
    if asked.by_form { Redirect::to("/").into_response() } else { Json(delivery).into_response() }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ticket {
    tn: String,
}

async fn pay_quick_pass(State(sandbox): House, asked: Asked<Ticket>) -> Response {
    act(&sandbox, asked.by_form, |act| people::pay_quick_pass(act, &asked.content.tn)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Face {
    session: String,
    matched: bool,
}

async fn face(State(sandbox): House, asked: Asked<Face>) -> Response {
    act(&sandbox, asked.by_form, |act| people::decide_face(act, &asked.content.session, asked.content.matched)).await
}
