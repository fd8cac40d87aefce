//! Small gateways (text messages, identity, credit files, certificates): JSON over HTTP, both directions sealed with
//! HMAC-SM3 under a shared secret.
//!
//! The seal of a question covers `path, key id, time, body`, that of an answer `question seal, body`, so that an
//! answer belongs to its question.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::fault::{PartnerFault, Refusal};
use crate::keys::{Secret, seal_holds, seal_of};
use crate::line::{AddressRules, Line};
use crate::moment::{self, Clock};

/// Header with our name at the gateway.
pub const KEY_ID: &str = "x-key-id";
/// Header with the Shanghai time of the question.
pub const TIME: &str = "x-time";
/// Header with the seal.
pub const SEAL: &str = "x-seal";

/// How to reach a gateway, for a settings file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayConfig {
    /// Without a trailing slash.
    pub base_url: String,
    /// Our name there.
    pub key_id: String,
    /// The shared secret.
    pub secret: Secret,
}

/// A gateway that answers sealed JSON.
#[derive(Clone)]
pub struct SealedGateway {
    line: Line,
    config: GatewayConfig,
    clock: Clock,
}

/// Every answer: done with its content, or refused by name.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedAnswer<T> {
    /// It was done.
    Done(T),
    /// It was not.
    Refused(Refusal),
}

/// What the seal of a question covers.
pub fn question_content(path: &str, key_id: &str, time: &str, body: &[u8]) -> Vec<u8> {
    [path.as_bytes(), b"\n", key_id.as_bytes(), b"\n", time.as_bytes(), b"\n", body].concat()
}

/// What the seal of an answer covers.
pub fn answer_content(question_seal: &str, body: &[u8]) -> Vec<u8> {
    [question_seal.as_bytes(), b"\n", body].concat()
}

/// True when the question was sealed with this secret, for this path, just now.
pub fn question_holds(
    (path, key_id, time, body): (&str, &str, &str, &[u8]),
    seal: &str,
    secret: &Secret,
    now: DateTime<Utc>,
) -> bool {
    let fresh = moment::read_shanghai(time).is_some_and(|written_at| moment::is_fresh(written_at, now));
    fresh && seal_holds(secret, &question_content(path, key_id, time, body), seal)
}

impl SealedGateway {
    /// Checks the address and builds the line; nothing is sent.
    pub fn new(config: &GatewayConfig, rules: &AddressRules, clock: Clock) -> Result<SealedGateway, PartnerFault> {
        rules.check(&config.base_url)?;
        let line = Line::new(rules.clone(), Duration::from_secs(15))?;
        Ok(SealedGateway { line, config: config.clone(), clock })
    }

    /// One question, one answer.
    pub async fn ask<T: DeserializeOwned>(&self, path: &str, question: &impl Serialize) -> Result<T, PartnerFault> {
        let body = serde_json::to_vec(question).map_err(|reason| PartnerFault::Request(reason.to_string()))?;
        let time = moment::shanghai_text((self.clock)());
        let key_id = self.config.key_id.as_str();
        let seal = seal_of(&self.config.secret, &question_content(path, key_id, &time, &body));
        let headers =
            [("content-type", "application/json"), (KEY_ID, key_id), (TIME, time.as_str()), (SEAL, seal.as_str())];
        let answer = self.line.post(&format!("{}{path}", self.config.base_url), &headers, body).await?;
        let sealed: Sealed = serde_json::from_slice(&answer.body)
            .map_err(|_| PartnerFault::Unreachable("the answer is not of the form".into()))?;
        if !seal_holds(&self.config.secret, &answer_content(&seal, sealed.content.as_bytes()), &sealed.seal) {
            tracing::warn!(path, "a gateway's answer is not sealed with our secret");
            return Err(PartnerFault::Forged);
        }
        match serde_json::from_str(&sealed.content) {
            Ok(SealedAnswer::Done(content)) => Ok(content),
            Ok(SealedAnswer::Refused(refusal)) => Err(PartnerFault::Refused(refusal)),
            Err(reason) => Err(PartnerFault::Contradiction(reason.to_string())),
        }
    }
}

/// An answer as it travels: its text and the seal over it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sealed {
    /// JSON of a [`SealedAnswer`].
    pub content: String,
    /// See [`answer_content`].
    pub seal: String,
}

impl Sealed {
    /// Seals an answer; the gateway's side.
    pub fn write(answer: &SealedAnswer<serde_json::Value>, question_seal: &str, secret: &Secret) -> Sealed {
        let content = serde_json::to_string(answer).expect("an answer is plain data");
        let seal = seal_of(secret, &answer_content(question_seal, content.as_bytes()));
        Sealed { content, seal }
    }
}
