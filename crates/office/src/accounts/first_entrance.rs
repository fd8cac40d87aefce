//! 第一次进入: a code for one account, told once by `zhuxue setup`, kept as a digest, good for one day and for one use.
//! Whoever brings it chooses the password of the account. Only the three administrators come in this way: everybody
//! else gets an account from them.

use chrono::{DateTime, TimeDelta, Utc};
use loan::refusal::Citation;
use store::{Failure, Tx};

use super::password;
use crate::Office;
use crate::clock::Chance;
use crate::installation::ADMINISTRATORS;
use crate::no::{No, Refusal};
use crate::number::{code_of_groups, tidy_code};
use crate::who::Role;

/// How long a code works.
pub const TERM: TimeDelta = TimeDelta::hours(24);
/// The portal under which the digest waits; no session opens there.
const PORTAL: &str = "first_entrance";

/// Why a code opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedeemRefusal {
    /// Never given, used, or too old: nobody learns which.
    CodeUnknown,
    /// The password is not good enough; its code says why.
    Unfit(&'static str),
}

impl Refusal for RedeemRefusal {
    fn code(&self) -> &'static str {
        match self {
            RedeemRefusal::CodeUnknown => "first_code_unknown",
            RedeemRefusal::Unfit(how) => how,
        }
    }
    fn why(&self) -> Vec<Citation> {
        Vec::new()
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            RedeemRefusal::CodeUnknown => Some("code"),
            RedeemRefusal::Unfit(_) => Some("password"),
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("first_code_unknown", &[]),
            ("password_too_short", &[]),
            ("password_too_long", &[]),
            ("password_too_common", &[]),
            ("password_guessable", &[]),
        ]
    }
}

/// A new code, in groups of four: 120 bits.
pub(crate) fn new_code(chance: &dyn Chance) -> String {
    code_of_groups(chance, 6)
}

/// What is kept of a code, however it was typed.
pub(crate) fn hash_of(code: &str) -> Vec<u8> {
    store::account::token_hash(tidy_code(code).as_bytes())
}

/// Keeps a code's digest for an account; a code given before works no longer.
pub(crate) async fn keep(tx: &mut Tx<'_>, staff: i64, hash: Vec<u8>, at: DateTime<Utc>) -> Result<(), Failure> {
    store::account::sessions_end_of_portal(tx, staff, PORTAL).await?;
    let session = store::account::Session {
        token_hash: hash,
        person: None,
        staff: Some(staff),
        portal: PORTAL.to_owned(),
        csrf: String::new(),
        created_at: at,
        seen_at: at,
        expires_at: at + TERM,
        stepped_up_at: None,
        agent: String::new(),
        detail: "{}".to_owned(),
    };
    store::account::session_begin(tx, &session).await
}

impl Office {
    /// Gives an administrator's account a new code, for whoever holds the machine: the code is told once. `None` when
    /// no administrator has that login name.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn new_first_entrance(&self, login: &str) -> Result<Option<(String, DateTime<Utc>)>, Failure> {
        let code = new_code(self.chance.as_ref());
        let (hash, at) = (hash_of(&code), self.clock.now());
        let hash = &hash;
        let given: Result<bool, Failure> = self
            .store
            .write("first_entrance_new", |tx| {
                Box::pin(async move {
                    let Some(staff) = store::staff::by_login(tx, login).await? else { return Ok(false) };
                    let roles = store::staff::roles(tx, staff.staff).await?;
                    let administers = |code: &String| Role::of(code).is_some_and(|role| ADMINISTRATORS.contains(&role));
                    if !roles.iter().any(administers) || staff.disabled_on.is_some() {
                        return Ok(false);
                    }
                    keep(tx, staff.staff, hash.clone(), at).await?;
                    note(tx, at, "system:setup", "new_first_entrance", staff.staff).await?;
                    Ok(true)
                })
            })
            .await;
        Ok(given?.then_some((code, at + TERM)))
    }

    /// Redeems a code: the account has the password chosen here, and every older session of it ends. Answers the login
    /// name.
    ///
    /// # Errors
    /// [`RedeemRefusal`]; a password that is not good enough does not use the code up.
    pub async fn redeem_first_entrance(&self, code: &str, chosen: &str) -> Result<String, No<RedeemRefusal>> {
        let hash = hash_of(code);
        let (hash, at) = (hash.as_slice(), self.clock.now());
        let found: Result<Option<store::staff::Staff>, Failure> =
            self.store.read("first_entrance", |tx| Box::pin(holder(tx, hash, at))).await;
        let staff = found?.ok_or(No::Refused(RedeemRefusal::CodeUnknown))?;
        if let Err(refusal) = password::check(chosen, &[&staff.login, &staff.name]) {
            return Err(No::Refused(RedeemRefusal::Unfit(refusal.code())));
        }
        let password_hash = password::hash(self, chosen).await;
        let (password_hash, number) = (password_hash.as_str(), staff.staff);
        let redeemed: Result<bool, Failure> = self
            .store
            .write("first_entrance_redeem", |tx| {
                Box::pin(async move {
                    if holder(tx, hash, at).await?.is_none() {
                        return Ok(false);
                    }
                    store::staff::change_password(tx, number, password_hash, false).await?;
                    // The code is one of the account's sessions: it ends with them.
                    store::account::sessions_end_of_staff(tx, number).await?;
                    note(tx, at, &format!("staff:{number}"), "redeem_first_entrance", number).await?;
                    Ok(true)
                })
            })
            .await;
        if redeemed? { Ok(staff.login) } else { Err(No::Refused(RedeemRefusal::CodeUnknown)) }
    }
}

/// The account a living code belongs to.
async fn holder(tx: &mut Tx<'_>, hash: &[u8], at: DateTime<Utc>) -> Result<Option<store::staff::Staff>, Failure> {
    let waiting = store::account::session_by_token(tx, hash).await?;
    let Some(waiting) = waiting.filter(|row| row.portal == PORTAL && at < row.expires_at) else { return Ok(None) };
    let Some(number) = waiting.staff else { return Ok(None) };
    Ok(store::staff::by_number(tx, number).await?.filter(|staff| staff.disabled_on.is_none()))
}

async fn note(tx: &mut Tx<'_>, at: DateTime<Utc>, actor: &str, act: &str, staff: i64) -> Result<(), Failure> {
    store::audit::begin(tx, 0, at)?;
    let (on_day, subject_id) = (crate::day::business_on(tx, at).await?, staff.to_string());
    let entry = store::audit::Entry { on_day, actor, act, subject: "staff", subject_id: &subject_id, detail: "{}" };
    store::audit::write(tx, entry).await.map(drop)
}
