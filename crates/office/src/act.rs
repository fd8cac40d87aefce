//! How an act of a person or of the calendar happens, whoever asks for it: a page, the API, a spreadsheet row
//! or a job. [`Office::perform`] checks the role, looks whether the same key was answered before, opens one
//! transaction, lets the act decide at a [`Desk`], and keeps in that same transaction the facts, the audit
//! record and the answer. An act is one file: its input, its refusals, its permission, one function, its tests.

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Failure, Tx};

use crate::Office;
use crate::no::{No, Refusal};
use crate::who::{Actor, Permission};

/// One thing somebody may ask for.
#[async_trait::async_trait]
pub trait Act: Serialize + Send + Sync {
    /// Name in audit records and metrics.
    const NAME: &'static str;
    /// Who may, and on whose files.
    const PERMISSION: Permission;
    /// What the asker learns.
    type Done: Serialize + DeserializeOwned + Send;
    /// Why not.
    type Refused: Refusal;

    /// A crowd that wants the same row stands in one lane, so that it waits here and does not collide in the
    /// database again and again. Other processes have lanes of their own; the database still decides.
    fn lane(&self, _actor: &Actor) -> Option<String> {
        None
    }

    /// Decides and records. Runs again from its beginning when another transaction came first, so it touches
    /// nothing but the desk.
    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Self::Done, No<Self::Refused>>;

    /// What a refusal leaves behind although the act did not happen, such as the count of wrong receipt codes.
    async fn refused(&self, _office: &Office, _actor: &Actor, _refusal: &Self::Refused) -> Result<(), store::Failure> {
        Ok(())
    }
}

/// An act as listed for the permission table and the documents.
#[derive(Clone, Copy, Debug)]
pub struct Listed {
    /// Its name.
    pub name: &'static str,
    /// Who may.
    pub permission: Permission,
    /// Its refusals with their fixed citations, in order of precedence.
    pub refusals: &'static [(&'static str, &'static [(&'static str, &'static str)])],
}

/// The list entry of an act.
pub fn listed<A: Act>() -> Listed {
    Listed { name: A::NAME, permission: A::PERMISSION, refusals: A::Refused::all() }
}

/// What makes a repeated request the same request: the form's hidden token or the `Idempotency-Key` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A key of 8 to 128 visible ASCII characters.
    pub fn new(text: &str) -> Option<Key> {
        let fits = (8..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Key(text.to_owned()))
    }

    /// The text of the key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where an act decides: the open transaction, the day, who asks, and what will be audited.
pub struct Desk<'d, 'env> {
    /// The transaction.
    pub tx: &'d mut Tx<'env>,
    /// The office with its partners, clock and chance.
    pub office: &'d Office,
    /// Who asks.
    pub actor: &'d Actor,
    /// Business day.
    pub on: Date,
    /// Real instant.
    pub at: DateTime<Utc>,
    /// Permission of the act, for the scope checks.
    pub permission: Permission,
    /// What the audit record will say.
    pub(crate) audit: Said,
}

/// What an act says about itself in its audit record.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// On what, once known.
    pub about: Option<(&'static str, String)>,
    /// Figures, never sealed data.
    pub detail: serde_json::Map<String, serde_json::Value>,
}

impl Office {
    /// Performs one act. The same actor, key and content get the answer given before; other content under the
    /// same key is refused.
    pub async fn perform<A: Act>(&self, actor: &Actor, key: &Key, act: A) -> Result<A::Done, No<A::Refused>> {
        if !A::PERMISSION.allows(actor) {
            tracing::warn!(act = A::NAME, actor = actor.name(), "forbidden");
            return Err(No::Forbidden);
        }
        let _turn = match act.lane(actor) {
            Some(name) => Some(lane(&name).lock().await),
            None => None,
        };
        let outcome = self.attempt(actor, key, &act).await;
        if let Err(No::Refused(refusal)) = &outcome {
            tracing::info!(act = A::NAME, actor = actor.name(), refusal = refusal.code(), "refused");
            act.refused(self, actor, refusal).await?;
        }
        outcome
    }

    async fn attempt<A: Act>(&self, actor: &Actor, key: &Key, act: &A) -> Result<A::Done, No<A::Refused>> {
        let name = actor.name();
        let name = name.as_str();
        self.store.write(A::NAME, |tx| Box::pin(self.happen(tx, actor, name, key, act, None))).await
    }

    /// One act in a transaction that is open: the earlier answer, or the decision with its record and its answer. `on`
    /// is the business day where the transaction asked for it before.
    async fn happen<A: Act>(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        name: &str,
        key: &Key,
        act: &A,
        on: Option<Date>,
    ) -> Result<A::Done, No<A::Refused>> {
        let digest = digest(A::NAME, act);
        match store::account::earlier_answer(tx, name, key.as_str(), &digest).await? {
            store::account::Earlier::Same(answer) => {
                return serde_json::from_str(&answer).map_err(|error| {
                    No::Failure(store::Failure::corrupt("a kept answer cannot be read").because(error))
                });
            }
            store::account::Earlier::Other => return Err(No::KeyReused),
            store::account::Earlier::No => {}
        }
        let at = self.clock.now();
        let on = match on {
            Some(on) => on,
            None => crate::day::business_on(tx, at).await?,
        };
        let audit = Said::default();
        let mut desk = Desk { tx, office: self, actor, on, at, permission: A::PERMISSION, audit };
        let done = act.decide(&mut desk).await?;
        if desk.audit.about.is_none() {
            desk.about(0, "system", A::NAME)?;
        }
        let Desk { tx, audit, .. } = desk;
        let (subject, subject_id) = audit.about.unwrap_or_default();
        let detail = serde_json::Value::Object(audit.detail).to_string();
        let entry = store::audit::Entry {
            on_day: on,
            actor: name,
            act: A::NAME,
            subject,
            subject_id: &subject_id,
            detail: &detail,
        };
        store::audit::write(tx, entry).await?;
        let answer = serde_json::to_string(&done).expect("answers are plain data");
        store::account::keep_answer(tx, name, key.as_str(), &digest, &answer, at).await?;
        Ok(done)
    }

    /// Performs acts of one actor in a single transaction: all of them happen, each with its own record and answer, or
    /// none. `None` when a rule said no to one, or when they could not happen together: the caller asks for one after the
    /// other, so that every one gets the answer it would have got alone. For acts without a [`lane`](Act::lane).
    pub(crate) async fn perform_together<A: Act>(&self, actor: &Actor, acts: &[(Key, A)]) -> Option<Vec<A::Done>> {
        if !A::PERMISSION.allows(actor) {
            return None;
        }
        let name = actor.name();
        let name = name.as_str();
        let happened: Result<Vec<A::Done>, No<A::Refused>> = self
            .store
            .write(A::NAME, |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, self.clock.now()).await?;
                    let mut done = Vec::with_capacity(acts.len());
                    for (key, act) in acts {
                        done.push(self.happen(tx, actor, name, key, act, Some(on)).await?);
                    }
                    Ok(done)
                })
            })
            .await;
        happened.ok()
    }
}

/// Why a rehearsal ends: always, because nothing of it may stay.
enum Over<T> {
    Answers(Vec<T>),
    Failed(Failure),
}

impl<T> From<Failure> for Over<T> {
    fn from(failure: Failure) -> Over<T> {
        Over::Failed(failure)
    }
}

/// What an act answers.
type Answer<A> = Result<<A as Act>::Done, No<<A as Act>::Refused>>;

impl Office {
    /// What acts would answer, one after the other, without doing them: they decide in a transaction that is rolled
    /// back, and [`Act::refused`] is not called.
    ///
    /// # Errors
    /// The first failure; a rule's no is an answer.
    pub(crate) async fn rehearse<A: Act>(&self, actor: &Actor, acts: &[A]) -> Result<Vec<Answer<A>>, Failure> {
        if !A::PERMISSION.allows(actor) {
            return Ok(acts.iter().map(|_| Err(No::Forbidden)).collect());
        }
        let rehearsed: Result<(), Over<Answer<A>>> = self
            .store
            .write_locked("rehearse", |tx| {
                Box::pin(async move {
                    let at = self.clock.now();
                    let on = crate::day::business_on(tx, at).await?;
                    let mut answers = Vec::with_capacity(acts.len());
                    for act in acts {
                        let (audit, permission) = (Said::default(), A::PERMISSION);
                        let mut desk = Desk { tx: &mut *tx, office: self, actor, on, at, permission, audit };
                        let answer = act.decide(&mut desk).await;
                        store::audit::forget(tx);
                        match answer {
                            Err(No::Failure(failure)) => return Err(Over::Failed(failure)),
                            answer => answers.push(answer),
                        }
                    }
                    Err(Over::Answers(answers))
                })
            })
            .await;
        match rehearsed {
            Ok(()) => Ok(Vec::new()),
            Err(Over::Answers(answers)) => Ok(answers),
            Err(Over::Failed(failure)) => Err(failure),
        }
    }
}

/// One of a fixed number of lanes; two names may share one.
fn lane(name: &str) -> &'static tokio::sync::Mutex<()> {
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
    static LANES: [tokio::sync::Mutex<()>; 64] = [const { tokio::sync::Mutex::const_new(()) }; 64];
    let hashed = BuildHasherDefault::<DefaultHasher>::new().hash_one(name);
    &LANES[(hashed % LANES.len() as u64) as usize]
}

/// SM3 of the act's name and content.
fn digest<A: Act>(name: &str, act: &A) -> [u8; 32] {
    use sm3::Digest;
    let content = serde_json::to_vec(act).expect("inputs are plain data");
    sm3::Sm3::new().chain_update(name.as_bytes()).chain_update([0]).chain_update(content).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_is_short_visible_text() {
        let check = |text: &str, taken: bool| assert_eq!(Key::new(text).is_some(), taken, "{text:?}");
        check("", false);
        check("1234567", false);
        check("12345678", true);
        check("with blank", false);
        check("键键键键键键键键", false);
        check(&"k".repeat(128), true);
        check(&"k".repeat(129), false);
    }
}
