//! Messages and notices of a person, kept for good: what a text message said can be read again.

use chrono::{DateTime, Utc};
use store::Failure;

use super::Seen;
use crate::Office;
use crate::no::No;
use crate::who::Actor;

/// How many are shown.
const SHOWN: i64 = 50;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it was written.
    pub at: DateTime<Utc>,
    /// `sms` or `notice`.
    pub channel: String,
    /// What it says.
    pub text: String,
    /// True until the person opened it.
    pub fresh: bool,
}

impl Office {
    /// The newest messages of the person who asks.
    pub async fn messages(&self, actor: &Actor) -> Seen<Vec<Told>> {
        let person = actor.person().ok_or(No::Forbidden)?;
        let told: Result<Vec<Told>, Failure> = self
            .store
            .read("messages", |tx| {
                Box::pin(async move {
                    let mut told = Vec::new();
                    for row in store::message::list(tx, person, SHOWN).await? {
                        let text = store::message::body(tx, person, &row.message).await?.unwrap_or_default();
                        told.push(Told {
                            at: row.written_at,
                            channel: row.channel,
                            text,
                            fresh: row.read_at.is_none(),
                        });
                    }
                    Ok(told)
                })
            })
            .await;
        Ok(told?)
    }
}
