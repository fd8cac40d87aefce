//! The second way to pay: UnionPay's Cloud QuickPass (云闪付, R17.6), in the form of its interface 5.1.0.
//!
//! Messages are forms both ways; amounts are fen; the signature covers the hex SHA-256 of the sorted parameters.
//! An order is placed, the payer pays it in the app, a notification (or a query) tells the end.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use loan::money::{AMOUNT_MAX, Fen};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fault::{PartnerFault, Refusal};
use crate::form::{self, Form, FormRefused};
use crate::keys::{KeyRefused, OurKey, PlatformKey, Secret};
use crate::line::{AddressRules, Line};
use crate::moment;

/// Path of an order for the app.
pub const ORDER: &str = "/gateway/api/appTransReq.do";
/// Path of back-office trades (refunds).
pub const BACK: &str = "/gateway/api/backTransReq.do";
/// Path of queries.
pub const QUERY: &str = "/gateway/api/queryTrans.do";

/// The answer code of what was done.
pub const DONE: &str = "00";
/// The answer code of a number that was never seen.
pub const NOT_FOUND: &str = "34";
/// Answer codes that leave the end open.
pub const OPEN: [&str; 3] = ["03", "04", "05"];

/// Collects repayments through the QuickPass app.
#[async_trait]
pub trait QuickPass: Send + Sync {
    /// Places an order that the payer's app can pay; the same number with the same content answers the same ticket.
    async fn order(&self, order: &QuickPassOrder) -> Result<String, PartnerFault>;

    /// How an order stands; `None` when it was never placed.
    async fn query(&self, order_no: &str, ordered_at: DateTime<Utc>) -> Result<Option<QuickPassTrade>, PartnerFault>;

    /// Gives a paid order's money back, in part or in whole; answers UnionPay's number of the refund.
    async fn refund(&self, refund: &QuickPassRefund) -> Result<String, PartnerFault>;
}

/// A repayment to be paid in the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickPassOrder {
    /// Our number: 8 to 40 letters and digits.
    pub order_no: String,
    /// When it was placed, part of its key.
    pub ordered_at: DateTime<Utc>,
    /// What is to be paid.
    pub amount: Fen,
    /// What the payer reads.
    pub subject: String,
}

/// An order as UnionPay knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickPassTrade {
    /// Our number.
    pub order_no: String,
    /// UnionPay's number, once it was paid.
    pub query_id: Option<String>,
    /// What it is over.
    pub amount: Fen,
    /// True when it was paid, false when it is still open.
    pub paid: bool,
    /// The day the money counts for, once it was paid.
    pub value_on: Option<loan::calendar::Date>,
}

/// Money back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickPassRefund {
    /// Our number of the refund.
    pub refund_no: String,
    /// When it was asked, part of its key.
    pub asked_at: DateTime<Utc>,
    /// UnionPay's number of the payment.
    pub query_id: String,
    /// At most the payment.
    pub amount: Fen,
}

/// How to reach UnionPay, for a settings file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnionPayConfig {
    /// Without a trailing slash, such as `https://gateway.95516.com`.
    pub base_url: String,
    /// Our merchant number.
    pub mer_id: String,
    /// The serial of our certificate.
    pub cert_id: String,
    /// Our private key.
    pub our_key: Secret,
    /// UnionPay's public key, pinned.
    pub platform_key: String,
    /// Where notifications go.
    pub back_url: String,
}

/// The text that is signed: hex SHA-256 of the sorted parameters without `signature`.
pub fn content_to_sign(form: &Form) -> String {
    hex::encode(Sha256::digest(form::content_to_sign(form, &["signature"])))
}

/// Puts the signature in.
pub fn sign(form: &mut Form, key: &OurKey) {
    let signature = key.sign(content_to_sign(form).as_bytes());
    form.insert("signature".into(), signature);
}

/// Whether the form was signed by this key.
pub fn signed(form: &Form, key: &PlatformKey) -> bool {
    form.get("signature").is_some_and(|signature| key.signed(content_to_sign(form).as_bytes(), signature))
}

/// `20271221003000`, UnionPay's form of a Shanghai time.
pub fn time_text(at: DateTime<Utc>) -> String {
    moment::shanghai_text(at).chars().filter(char::is_ascii_digit).collect()
}

/// Fen as UnionPay writes them: digits, above zero.
pub fn read_amount(text: &str) -> Option<Fen> {
    let plain = !text.is_empty() && text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit());
    let amount = Fen(plain.then(|| text.parse().ok()).flatten()?);
    (amount.is_positive() && amount <= AMOUNT_MAX).then_some(amount)
}

/// Why a notification is not believed. In order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuickPassRefused {
    /// Not a form, or a parameter twice.
    #[error(transparent)]
    Form(#[from] FormRefused),
    /// Not signed by the pinned key.
    #[error("the signature is not UnionPay's")]
    Signature,
    /// For another merchant.
    #[error("merId {0:?} is not ours")]
    OtherMerchant(String),
    /// Another currency than 156.
    #[error("currencyCode {0:?} is not 156")]
    OtherCurrency(String),
    /// A value that is missing or cannot be read.
    #[error("parameter {0} is missing or not of the form")]
    Value(&'static str),
}

/// Checks who wrote a notification and for whom, then reads it. Answer HTTP 200 only after the commit.
pub fn verify_quick_pass(
    raw_body: &[u8],
    platform_key: &PlatformKey,
    mer_id: &str,
) -> Result<QuickPassTrade, QuickPassRefused> {
    let form = form::read(raw_body)?;
    if !signed(&form, platform_key) {
        return Err(QuickPassRefused::Signature);
    }
    let field = |name: &'static str| form.get(name).map(String::as_str).unwrap_or_default();
    if field("merId") != mer_id {
        return Err(QuickPassRefused::OtherMerchant(field("merId").into()));
    }
    if field("currencyCode") != "156" {
        return Err(QuickPassRefused::OtherCurrency(field("currencyCode").into()));
    }
    read_trade(&form, "respCode").map_err(QuickPassRefused::Value)
}

fn read_trade(form: &Form, code: &'static str) -> Result<QuickPassTrade, &'static str> {
    let field = |name: &'static str| form.get(name).map(String::as_str).filter(|text| !text.is_empty()).ok_or(name);
    let paid = match field(code)? {
        DONE => true,
        open if OPEN.contains(&open) => false,
        _ => return Err(code),
    };
    Ok(QuickPassTrade {
        order_no: field("orderId")?.into(),
        query_id: if paid { Some(field("queryId")?.into()) } else { None },
        amount: field("txnAmt").ok().and_then(read_amount).ok_or("txnAmt")?,
        paid,
        value_on: if paid { Some(field("settleDate")?.parse().map_err(|_| "settleDate")?) } else { None },
    })
}

/// The adapter.
#[derive(Clone)]
pub struct UnionPay {
    line: Line,
    config: UnionPayConfig,
    our_key: OurKey,
    platform_key: PlatformKey,
}

impl UnionPay {
    /// Reads the keys and builds the line; nothing is sent.
    pub fn new(config: &UnionPayConfig, rules: &AddressRules) -> Result<UnionPay, PartnerFault> {
        let unusable = |which: &str, reason: KeyRefused| PartnerFault::Request(format!("{which}: {reason}"));
        rules.check(&config.base_url)?;
        Ok(UnionPay {
            line: Line::new(rules.clone(), Duration::from_secs(30))?,
            our_key: OurKey::read(config.our_key.reveal()).map_err(|reason| unusable("our key", reason))?,
            platform_key: PlatformKey::read(&config.platform_key)
                .map_err(|reason| unusable("UnionPay's key", reason))?,
            config: config.clone(),
        })
    }

    async fn ask(&self, path: &str, parameters: &[(&str, &str)]) -> Result<Form, PartnerFault> {
        let fixed = [
            ("version", "5.1.0"),
            ("encoding", "UTF-8"),
            ("signMethod", "01"),
            ("accessType", "0"),
            ("merId", &self.config.mer_id),
            ("certId", &self.config.cert_id),
            ("bizType", "000201"),
        ];
        let mut question: Form =
            fixed.iter().chain(parameters).map(|(n, v)| (String::from(*n), String::from(*v))).collect();
        sign(&mut question, &self.our_key);
        let answer = self.line.post_form(&format!("{}{path}", self.config.base_url), form::write(&question)).await?;
        let answer = form::read(&answer.body).map_err(|reason| PartnerFault::Unreachable(reason.to_string()))?;
        if !signed(&answer, &self.platform_key) {
            return Err(PartnerFault::Forged);
        }
        for name in ["merId", "orderId", "txnTime"] {
            if answer.get(name) != question.get(name) {
                return Err(PartnerFault::Contradiction(format!("the answer has another {name}")));
            }
        }
        let code = answer.get("respCode").cloned().unwrap_or_default();
        let words = answer.get("respMsg").cloned().unwrap_or_default();
        match code.as_str() {
            DONE => Ok(answer),
            open if open.is_empty() || OPEN.contains(&open) => {
                Err(PartnerFault::Unreachable(format!("respCode {open:?}")))
            }
            _ => Err(PartnerFault::Refused(Refusal::new(code, words))),
        }
    }
}

fn member(answer: &Form, name: &'static str) -> Result<String, PartnerFault> {
    answer.get(name).cloned().ok_or_else(|| PartnerFault::Contradiction(format!("the answer has no {name}")))
}

#[async_trait]
impl QuickPass for UnionPay {
    async fn order(&self, order: &QuickPassOrder) -> Result<String, PartnerFault> {
        let answer = self
            .ask(
                ORDER,
                &[
                    ("txnType", "01"),
                    ("txnSubType", "01"),
                    ("channelType", "08"),
                    ("currencyCode", "156"),
                    ("orderId", &order.order_no),
                    ("txnTime", &time_text(order.ordered_at)),
                    ("txnAmt", &order.amount.0.to_string()),
                    ("orderDesc", &order.subject),
                    ("backUrl", &self.config.back_url),
                ],
            )
            .await?;
        member(&answer, "tn")
    }

    async fn query(&self, order_no: &str, ordered_at: DateTime<Utc>) -> Result<Option<QuickPassTrade>, PartnerFault> {
        let time = time_text(ordered_at);
        let asked = self
            .ask(QUERY, &[("txnType", "00"), ("txnSubType", "00"), ("orderId", order_no), ("txnTime", &time)])
            .await;
        match asked {
            Ok(answer) => read_trade(&answer, "origRespCode")
                .map(Some)
                .map_err(|name| PartnerFault::Contradiction(format!("the answer has no good {name}"))),
            Err(PartnerFault::Refused(refusal)) if refusal.code == NOT_FOUND => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn refund(&self, refund: &QuickPassRefund) -> Result<String, PartnerFault> {
        let answer = self
            .ask(
                BACK,
                &[
                    ("txnType", "04"),
                    ("txnSubType", "00"),
                    ("channelType", "07"),
                    ("currencyCode", "156"),
                    ("orderId", &refund.refund_no),
                    ("txnTime", &time_text(refund.asked_at)),
                    ("txnAmt", &refund.amount.0.to_string()),
                    ("origQryId", &refund.query_id),
                    ("backUrl", &self.config.back_url),
                ],
            )
            .await?;
        member(&answer, "queryId")
    }
}
