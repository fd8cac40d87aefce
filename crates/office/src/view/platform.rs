//! What the payment platform's operator reads: every order and payment of a day with its outcome, and the
//! differences nobody settled yet. No names.

use loan::calendar::Date;
use store::Failure;
pub use store::trade::{Difference, Trade};

use super::Seen;
use crate::Office;
use crate::no::No;
use crate::who::{Actor, Role};

/// The trades of one day.
#[derive(Clone, Debug)]
pub struct TradeDay {
    /// The day.
    pub on: Date,
    /// Orders and payments.
    pub trades: Vec<Trade>,
    /// Differences found between the platform's file and our books, of any day.
    pub differences: Vec<Difference>,
}

/// Messages shown at once.
const MESSAGES: i64 = 300;

/// A message of a partner's program with our verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub message: String,
    /// `accepted`, or why not.
    pub verdict: String,
    /// True when the same trade was accepted by an earlier message.
    pub repeated: bool,
    /// The trade it is about.
    pub trade_no: Option<String>,
    /// When it came.
    pub at: chrono::DateTime<chrono::Utc>,
}

fn shown(found: Vec<store::trade::Message>) -> Vec<MessageView> {
    let earlier = |place: usize| {
        let one = &found[place];
        found[place + 1..]
            .iter()
            .any(|old| old.verdict == "accepted" && old.trade_no.is_some() && old.trade_no == one.trade_no)
    };
    let repeated: Vec<bool> = (0..found.len()).map(earlier).collect();
    let view = |(one, repeated): (store::trade::Message, bool)| MessageView {
        message: one.message,
        verdict: one.verdict,
        repeated,
        trade_no: one.trade_no,
        at: one.at,
    };
    found.into_iter().zip(repeated).map(view).collect()
}

fn operator(actor: &Actor) -> Seen<i64> {
    match actor.office() {
        Some(office) if actor.roles().contains(&Role::PlatformOperator) => Ok(office),
        _ => Err(No::Forbidden),
    }
}

impl Office {
    /// The newest messages of partners' programs, or those about one trade.
    pub async fn platform_messages(&self, actor: &Actor, trade_no: &str) -> Seen<Vec<MessageView>> {
        let owner = operator(actor)?;
        let trade_no = Some(trade_no.trim()).filter(|text| !text.is_empty());
        let found: Result<Vec<store::trade::Message>, Failure> = self
            .store
            .read("platform_messages", |tx| {
                Box::pin(async move { store::trade::messages(tx, owner, trade_no, MESSAGES).await })
            })
            .await;
        Ok(shown(found?))
    }

    /// One message with its raw words; the signature is the last thing in it that could be abused, so it is cut off.
    pub async fn platform_message(&self, actor: &Actor, message: &str) -> Seen<(MessageView, String)> {
        let owner = operator(actor)?;
        let found: Result<(Vec<store::trade::Message>, Option<Vec<u8>>), Failure> = self
            .store
            .read("platform_message", |tx| {
                Box::pin(async move {
                    let raw = store::trade::message_raw(tx, owner, message).await?;
                    Ok((store::trade::messages(tx, owner, None, i64::from(u16::MAX)).await?, raw))
                })
            })
            .await;
        let (found, raw) = found?;
        let raw = raw.ok_or(No::NotFound)?;
        let one = shown(found).into_iter().find(|one| one.message == message).ok_or(No::NotFound)?;
        let text = String::from_utf8_lossy(&raw).into_owned();
        let parts = text.split('&').filter(|part| !part.starts_with("sign=") && !part.starts_with("signature="));
        Ok((one, parts.collect::<Vec<_>>().join("&")))
    }

    /// The trades of a day at the actor's platform; of today when no day is named.
    pub async fn platform_day(&self, actor: &Actor, on: Option<Date>) -> Seen<TradeDay> {
        let owner = match actor.office() {
            Some(office) if actor.roles().contains(&Role::PlatformOperator) => office,
            _ => return Err(No::Forbidden),
        };
        let at = self.clock.now();
        let day: Result<TradeDay, Failure> = self
            .store
            .read("platform_day", |tx| {
                Box::pin(async move {
                    let on = match on {
                        Some(on) => on,
                        None => crate::day::business_on(tx, at).await?,
                    };
                    let trades = store::trade::list_of_day(tx, owner, on).await?;
                    let differences = store::trade::differences_open(tx, owner).await?;
                    Ok(TradeDay { on, trades, differences })
                })
            })
            .await;
        Ok(day?)
    }
}
