//! 再核对一次身份: before something that cannot be undone or that shows everything, whoever sits at the screen gives
//! the password once more. It holds for ten minutes of this session. A session that a demonstration opened without a
//! password is asked for none.

use chrono::TimeDelta;
use loan::refusal::Citation;
use store::Failure;

use crate::Office;
use crate::accounts::password;
use crate::no::{No, Refusal};
use crate::who::Who;

/// How long a proof holds.
pub const PROOF_HOLDS: TimeDelta = TimeDelta::minutes(10);

/// Why nothing is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProveRefusal {
    /// The session is over.
    NotLoggedIn,
    /// The password is another.
    WrongPassword,
    /// Too many wrong ones: log in again.
    TooManyProofs,
}

impl Refusal for ProveRefusal {
    fn code(&self) -> &'static str {
        match self {
            ProveRefusal::NotLoggedIn => "not_logged_in",
            ProveRefusal::WrongPassword => "wrong_password",
            ProveRefusal::TooManyProofs => "too_many_proofs",
        }
    }
    fn why(&self) -> Vec<Citation> {
        Vec::new()
    }
    fn field(&self) -> Option<&'static str> {
        Some("password")
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[("not_logged_in", &[]), ("wrong_password", &[]), ("too_many_proofs", &[])]
    }
}

/// Wrong passwords of one session before it ends.
const WRONG_MAX: i64 = 5;

impl Office {
    /// Proves the holder of a session again by the password.
    pub async fn prove_again(&self, token: &str, typed: &str) -> Result<(), No<ProveRefusal>> {
        let session = self.session(token).await?.ok_or(No::Refused(ProveRefusal::NotLoggedIn))?;
        let at = self.clock.now();
        let hash = store::account::token_hash(token.as_bytes());
        let (hash, who) = (hash.as_slice(), &session.actor.who);
        // The password's hash; none for a demonstration's one-click session.
        let found: Result<Option<Option<String>>, Failure> = self
            .store
            .read("prove_again_find", |tx| {
                Box::pin(async move {
                    let Some(row) = store::account::session_by_token(tx, hash).await? else { return Ok(None) };
                    if row.agent == "demonstration" && crate::day::is_demonstration(tx).await? {
                        return Ok(Some(None));
                    }
                    let password = match who {
                        Who::Student(person) | Who::CoBorrower(person) => {
                            store::account::by_person(tx, *person).await?.map(|account| account.password_hash)
                        }
                        Who::Staff { staff, .. } => {
                            store::staff::by_number(tx, *staff).await?.map(|staff| staff.password_hash)
                        }
                        Who::Public | Who::System(_) => None,
                    };
                    Ok(Some(Some(password.unwrap_or_default())))
                })
            })
            .await;
        let password = found?.ok_or(No::Refused(ProveRefusal::NotLoggedIn))?;
        let right = match password {
            Some(hash) => password::verify(typed, Some(hash)).await,
            None => true,
        };
        let limit = format!("prove:{}", hex::encode(&hash[..8.min(hash.len())]));
        let limit = limit.as_str();
        let outcome: Result<bool, Failure> = self
            .store
            .write("prove_again", |tx| {
                Box::pin(async move {
                    if right {
                        store::account::session_step_up(tx, hash, at).await?;
                        return Ok(true);
                    }
                    if store::rate::add(tx, limit, super::reveal::hour_of(at)).await? >= WRONG_MAX {
                        store::account::session_end(tx, hash).await?;
                        return Ok(false);
                    }
                    Ok(true)
                })
            })
            .await;
        match (right, outcome?) {
            (true, _) => Ok(()),
            (false, true) => Err(No::Refused(ProveRefusal::WrongPassword)),
            (false, false) => Err(No::Refused(ProveRefusal::TooManyProofs)),
        }
    }

    /// True while the holder of the session has proved himself again.
    pub async fn has_proved(&self, token: &str) -> Result<bool, Failure> {
        let at = self.clock.now();
        let hash = store::account::token_hash(token.as_bytes());
        let hash = hash.as_slice();
        let row: Option<store::account::Session> = self
            .store
            .read("has_proved", |tx| Box::pin(async move { store::account::session_by_token(tx, hash).await }))
            .await?;
        Ok(row.and_then(|row| row.stepped_up_at).is_some_and(|proved| at < proved + PROOF_HOLDS))
    }
}
