//! 下载我的资料: everything known about a person in one file, by a link that works once, within a day, for nobody but the
//! person who proved himself again (H119).

use chrono::{DateTime, TimeDelta, Utc};
use loan::refusal::Citation;
use serde_json::{Value, json};
use store::{Failure, Tx};

use crate::Office;
use crate::no::{No, Refusal};
use crate::number::token;
use crate::who::Actor;

/// How long a link is worth something.
pub const LINK_HOLDS: TimeDelta = TimeDelta::hours(24);
/// Copies of one person within a day.
const COPIES_A_DAY: usize = 3;

/// Why there is no copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyRefusal {
    /// The password once more.
    ProveAgain,
    /// Enough for today.
    TooManyCopies,
    /// Nobody's link, another's, or a mistyped one.
    LinkUnknown,
    /// The link was used.
    LinkUsed,
    /// The day is over.
    LinkExpired,
}

impl Refusal for CopyRefusal {
    fn code(&self) -> &'static str {
        match self {
            CopyRefusal::ProveAgain => "prove_again",
            CopyRefusal::TooManyCopies => "too_many_copies",
            CopyRefusal::LinkUnknown => "copy_link_unknown",
            CopyRefusal::LinkUsed => "copy_link_used",
            CopyRefusal::LinkExpired => "copy_link_expired",
        }
    }
    fn why(&self) -> Vec<Citation> {
        Vec::new()
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("prove_again", &[]),
            ("too_many_copies", &[]),
            ("copy_link_unknown", &[]),
            ("copy_link_used", &[]),
            ("copy_link_expired", &[]),
        ]
    }
}

/// A link to a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyLink {
    /// The token of the link.
    pub token: String,
    /// Worth nothing from then on.
    pub expires_at: DateTime<Utc>,
}

impl Office {
    /// Makes a link to a copy of the actor's own data.
    pub async fn ask_for_copy(&self, actor: &Actor, session: &str) -> Result<CopyLink, No<CopyRefusal>> {
        let person = actor.person().ok_or(No::Forbidden)?;
        if !self.has_proved(session).await? {
            return Err(No::Refused(CopyRefusal::ProveAgain));
        }
        let (at, secret, name) = (self.clock.now(), token(self.chance.as_ref()), actor.name());
        let copy = store::rights::DataCopy {
            person,
            copy: format!("{}-{}", at.format("%Y%m%d%H%M%S%6f"), &token(self.chance.as_ref())[..8]),
            token_hash: store::account::token_hash(secret.as_bytes()),
            asked_at: at,
            expires_at: at + LINK_HOLDS,
            fetched_at: None,
        };
        let (copy, name) = (&copy, name.as_str());
        let made: Result<bool, Failure> = self
            .store
            .write("ask_for_copy", |tx| {
                Box::pin(async move {
                    let earlier = store::rights::copies(tx, person).await?;
                    if earlier.iter().filter(|one| one.asked_at > at - LINK_HOLDS).count() >= COPIES_A_DAY {
                        return Ok(false);
                    }
                    store::rights::copy_enter(tx, copy).await?;
                    recorded(tx, name, "ask_for_copy", at).await?;
                    Ok(true)
                })
            })
            .await;
        match made? {
            true => Ok(CopyLink { token: secret, expires_at: at + LINK_HOLDS }),
            false => Err(No::Refused(CopyRefusal::TooManyCopies)),
        }
    }

    /// The copy behind a link, as JSON; the link is used up.
    pub async fn fetch_copy(&self, actor: &Actor, session: &str, link: &str) -> Result<Value, No<CopyRefusal>> {
        let person = actor.person().ok_or(No::Forbidden)?;
        let at = self.clock.now();
        let hash = store::account::token_hash(link.as_bytes());
        let copies: Vec<store::rights::DataCopy> =
            self.store.read("fetch_copy_find", |tx| Box::pin(store::rights::copies(tx, person))).await?;
        let Some(copy) = copies.into_iter().find(|copy| copy.token_hash == hash) else {
            return Err(No::Refused(CopyRefusal::LinkUnknown));
        };
        if copy.fetched_at.is_some() {
            return Err(No::Refused(CopyRefusal::LinkUsed));
        }
        if at >= copy.expires_at {
            return Err(No::Refused(CopyRefusal::LinkExpired));
        }
        if !self.has_proved(session).await? {
            return Err(No::Refused(CopyRefusal::ProveAgain));
        }
        let (id, name) = (copy.copy.as_str(), actor.name());
        let name = name.as_str();
        let taken: Result<Option<Value>, Failure> = self
            .store
            .write("fetch_copy", |tx| {
                Box::pin(async move {
                    if !store::rights::copy_take(tx, person, id, at).await? {
                        return Ok(None);
                    }
                    recorded(tx, name, "fetch_copy", at).await?;
                    everything(tx, actor, person, at).await.map(Some)
                })
            })
            .await;
        taken?.ok_or(No::Refused(CopyRefusal::LinkUsed))
    }
}

async fn recorded(tx: &mut Tx<'_>, name: &str, act: &str, at: DateTime<Utc>) -> Result<(), Failure> {
    store::audit::begin(tx, 0, at)?;
    let on_day = crate::day::business_on(tx, at).await?;
    let entry = store::audit::Entry { on_day, actor: name, act, subject: "person", subject_id: name, detail: "{}" };
    store::audit::write(tx, entry).await.map(drop)
}

/// Everything known about a person. Of the other one who signed there is the name and no more.
async fn everything(tx: &mut Tx<'_>, actor: &Actor, person: i64, at: DateTime<Utc>) -> Result<Value, Failure> {
    let row =
        store::person::by_number(tx, person).await?.ok_or_else(|| Failure::corrupt("a login without a person"))?;
    let borrower = matches!(actor.who, crate::who::Who::Student(_));
    let rows = if borrower {
        store::application::list_of_person_anywhere(tx, person).await?
    } else {
        store::application::list_of_co_person(tx, person).await?
    };
    let mut applications = Vec::new();
    for application in rows {
        let case = crate::desk::of_row(tx, application).await?;
        let mut answers = serde_json::to_value(&case.answers)
            .map_err(|error| Failure::bug("answers are plain data").because(error))?;
        if !borrower {
            // The co-borrower's own part of the form, and nothing of the student's family.
            answers = json!({ "co_borrower": answers.get("co_borrower"), "request": answers.get("request") });
        } else if let Some(co) = answers.get_mut("co_borrower").and_then(Value::as_object_mut) {
            co.retain(|field, _| matches!(field.as_str(), "name" | "relation"));
        }
        let facts: Vec<Value> = case
            .facts
            .iter()
            .map(|recorded| {
                let (kind, detail) = recorded.fact.columns();
                json!({ "on": recorded.on, "what": kind, "detail": detail })
            })
            .collect();
        let mut contracts = Vec::new();
        for contract in store::contract::list_of_application(tx, case.book(), case.number.key()).await? {
            let postings = store::posting::list(tx, contract.book, contract.contract).await?;
            contracts.push(json!({
                "number": contract.number, "signed_on": contract.signed_on, "disbursed_on": contract.disbursed_on,
                "principal_fen": contract.principal_fen, "outstanding_fen": contract.outstanding_fen,
                "overdue_fen": contract.overdue_fen, "settled_on": contract.settled_on,
                "postings": postings.iter().map(|posting| {
                    let legs: serde_json::Map<String, Value> =
                        posting.legs.iter().map(|(account, fen)| (account.code().to_owned(), json!(fen.0))).collect();
                    json!({ "on": posting.on_day, "kind": posting.kind, "fen": legs })
                }).collect::<Vec<Value>>(),
            }));
        }
        applications.push(json!({
            "number": case.number.to_string(), "academic_year": case.number.year, "stage": case.stage().code(),
            "answers": answers, "facts": facts, "contracts": contracts,
        }));
    }
    let consents: Vec<Value> = store::person::consents(tx, person)
        .await?
        .into_iter()
        .map(|consent| {
            json!({ "purpose": consent.purpose, "version": consent.version, "given_at": consent.given_at,
                    "withdrawn_at": consent.withdrawn_at })
        })
        .collect();
    let mut messages = Vec::new();
    for message in store::message::list(tx, person, 10_000).await? {
        let text = store::message::body(tx, person, &message.message).await?;
        messages.push(json!({ "at": message.written_at, "channel": message.channel, "text": text }));
    }
    let looks: Vec<Value> = super::looks::looks_of(tx, person)
        .await?
        .into_iter()
        .map(|look| {
            json!({ "on": look.on, "office": look.office, "name": look.name, "what": look.what.code(),
                    "times": look.times, "reason": look.reason })
        })
        .collect();
    Ok(json!({
        "made_at": at,
        "person": {
            "name": row.name, "id_number": store::person::id_number(tx, person).await?,
            "phone": store::person::phone(tx, person).await?, "born_on": row.born_on, "sex": row.sex,
            "contact": store::person::contact(tx, person).await?,
        },
        "applications": applications, "consents": consents, "messages": messages, "who_looked": looks,
    }))
}
