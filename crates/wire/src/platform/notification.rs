//! What the platform tells us on its own: a signed form, sent again until the answer is exactly [`SUCCESS`].
//!
//! Answer [`SUCCESS`] only after the commit of what followed from it; answer anything else and the platform sends it
//! again, up to eight times in 25 hours. The same news may come many times and in any order: [`TradeStatus::follow`]
//! and the key (`trade_no`, status) decide what is new, never the time.
//!
//! [`TradeStatus::follow`]: super::TradeStatus::follow

use chrono::{DateTime, Utc};
use loan::money::Fen;

use super::Trade;
use crate::form::{self, Form, FormRefused};
use crate::keys::{OurKey, PlatformKey};
use crate::moment;

/// The one answer that ends the repeating, seven bytes.
pub const SUCCESS: &str = "success";

/// News with its envelope, after all checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The platform's number of this news; repeats carry the same.
    pub notify_id: String,
    /// When this copy was sent.
    pub notify_at: DateTime<Utc>,
    /// What happened.
    pub news: News,
}

/// What happened at the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A trade began or moved on.
    Trade(Trade),
    /// The borrower changed the first password: the account can be used (R1.7).
    AccountActivated {
        /// The account.
        account: String,
    },
}

/// Who we are and what time it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient<'a> {
    /// Our application.
    pub app_id: &'a str,
    /// Our merchant number.
    pub seller_id: &'a str,
    /// When the message arrived.
    pub received_at: DateTime<Utc>,
}

/// Why a notification is not believed. In order of precedence; none of them may be answered with [`SUCCESS`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotificationRefused {
    /// Not a form, or a parameter twice.
    #[error(transparent)]
    Form(#[from] FormRefused),
    /// A parameter is missing or empty.
    #[error("parameter {0} is missing")]
    Missing(&'static str),
    /// Signed in a way we do not take.
    #[error("sign_type {0:?} is not RSA2")]
    SignType(String),
    /// Not signed by the pinned key.
    #[error("the signature is not the platform's")]
    Signature,
    /// For another application.
    #[error("app_id {0:?} is not ours")]
    OtherApp(String),
    /// For another payee.
    #[error("seller_id {0:?} is not ours")]
    OtherPayee(String),
    /// Written more than five minutes away from now: a repeat carries a new time, an old copy does not.
    #[error("notify_time {0:?} is not within five minutes of now")]
    Stale(String),
    /// Another currency than CNY.
    #[error("currency {0:?} is not CNY")]
    OtherCurrency(String),
    /// A kind of news we do not know.
    #[error("notify_type {0:?} is not known")]
    Kind(String),
    /// A value that cannot be read.
    #[error("parameter {name}: {reason}")]
    Value {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// About a number that is not the one expected.
    #[error("out_trade_no {0:?} is not the expected one")]
    OtherOrder(String),
    /// About another account.
    #[error("account {0:?} is not the expected one")]
    OtherAccount(String),
    /// Another amount than ours; the platform's in fen.
    #[error("the amount {0} is not the expected one")]
    OtherAmount(Fen),
}

const TRADE: &str = "trade_status_sync";
const ACCOUNT: &str = "account_status_sync";
const UNSIGNED: [&str; 2] = ["sign", "sign_type"];

/// Checks who wrote the raw body and for whom, then reads it. The signature is checked over the parameters as sent,
/// before any of them is believed.
pub fn verify_notification(
    raw_body: &[u8],
    platform_key: &PlatformKey,
    recipient: &Recipient<'_>,
) -> Result<Notification, NotificationRefused> {
    let form = form::read(raw_body)?;
    let field = |name: &'static str| -> Result<&str, NotificationRefused> {
        form.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or(NotificationRefused::Missing(name))
    };
    let sign = field("sign")?;
    let sign_type = field("sign_type")?;
    if sign_type != "RSA2" {
        return Err(NotificationRefused::SignType(sign_type.into()));
    }
    if !platform_key.signed(form::content_to_sign(&form, &UNSIGNED).as_bytes(), sign) {
        return Err(NotificationRefused::Signature);
    }
    let app_id = field("app_id")?;
    if app_id != recipient.app_id {
        return Err(NotificationRefused::OtherApp(app_id.into()));
    }
    let seller_id = field("seller_id")?;
    if seller_id != recipient.seller_id {
        return Err(NotificationRefused::OtherPayee(seller_id.into()));
    }
    let notify_time = field("notify_time")?;
    let notify_at = moment::read_shanghai(notify_time)
        .filter(|written_at| moment::is_fresh(*written_at, recipient.received_at))
        .ok_or_else(|| NotificationRefused::Stale(notify_time.into()))?;
    let news = match field("notify_type")? {
        TRADE => {
            let currency = field("currency")?;
            if currency != "CNY" {
                return Err(NotificationRefused::OtherCurrency(currency.into()));
            }
            News::Trade(read_trade(&form)?)
        }
        ACCOUNT => News::AccountActivated { account: field("account")?.into() },
        other => return Err(NotificationRefused::Kind(other.into())),
    };
    Ok(Notification { notify_id: field("notify_id")?.into(), notify_at, news })
}

/// A trade's parameters carry the names and texts of its JSON form, one by one.
fn read_trade(form: &Form) -> Result<Trade, NotificationRefused> {
    const FIELDS: [&str; 12] = [
        "out_trade_no",
        "trade_no",
        "kind",
        "trade_status",
        "account",
        "total_amount",
        "settled_amount",
        "value_on",
        "batch_serial",
        "original_trade_no",
        "payer_masked",
        "reason",
    ];
    for required in &FIELDS[..8] {
        if form.get(*required).is_none_or(String::is_empty) {
            return Err(NotificationRefused::Missing(required));
        }
    }
    let members = FIELDS.iter().filter_map(|name| Some((String::from(*name), form.get(*name)?.clone().into())));
    serde_json::from_value(serde_json::Value::Object(members.collect())).map_err(|reason| {
        let reason = reason.to_string();
        let name = FIELDS.iter().find(|name| reason.contains(*name)).copied().unwrap_or("trade");
        NotificationRefused::Value { name: name.into(), reason }
    })
}

/// Writes and signs a notification; the platform's side of [`verify_notification`].
pub fn write_notification(notification: &Notification, app_id: &str, seller_id: &str, platform_key: &OurKey) -> Form {
    let mut form: Form = [
        ("notify_id", notification.notify_id.clone()),
        ("notify_time", moment::shanghai_text(notification.notify_at)),
        ("app_id", app_id.to_owned()),
        ("seller_id", seller_id.to_owned()),
        ("charset", "utf-8".to_owned()),
        ("version", "1.0".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    match &notification.news {
        News::Trade(trade) => {
            form.insert("notify_type".into(), TRADE.into());
            form.insert("currency".into(), "CNY".into());
            let members = serde_json::to_value(trade).expect("a trade is plain data");
            for (name, value) in members.as_object().expect("a trade is an object") {
                form.insert(name.clone(), value.as_str().expect("every member of a trade is text").into());
            }
        }
        News::AccountActivated { account } => {
            form.insert("notify_type".into(), ACCOUNT.into());
            form.insert("account".into(), account.clone());
        }
    }
    sign(&mut form, platform_key);
    form
}

/// Puts the signature of the other parameters in.
pub fn sign(form: &mut Form, platform_key: &OurKey) {
    let sign = platform_key.sign(form::content_to_sign(form, &UNSIGNED).as_bytes());
    form.insert("sign".into(), sign);
    form.insert("sign_type".into(), "RSA2".into());
}

impl Trade {
    /// Compares news about an act of ours with what we asked for (H063): number, account, amount.
    pub fn agrees_with(&self, out_trade_no: &str, account: &str, amount: Fen) -> Result<(), NotificationRefused> {
        if self.out_trade_no != out_trade_no {
            return Err(NotificationRefused::OtherOrder(self.out_trade_no.clone()));
        }
        if self.account != account {
            return Err(NotificationRefused::OtherAccount(self.account.clone()));
        }
        if self.total_amount != amount {
            return Err(NotificationRefused::OtherAmount(self.total_amount));
        }
        if self.settled_amount > amount {
            return Err(NotificationRefused::OtherAmount(self.settled_amount));
        }
        Ok(())
    }
}
