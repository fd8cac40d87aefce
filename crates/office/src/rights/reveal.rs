//! 看完整证件号: a clerk sees a whole ID number only when asking for it and saying why. Every look is recorded and
//! shown to the person. Thirty in an hour ask for the password again, a hundred close the hour and call the security
//! administrator (H045).

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::looks::{self, Looked};
use crate::Office;
use crate::act::{Act, Desk, Key};
use crate::application::answers::prose;
use crate::application::fact::Party;
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission, Role, Who};

/// Looks of one account in an hour before it must prove itself again.
pub const ASK_AGAIN_FROM: i64 = 30;
/// Looks of one account in an hour, and no more.
pub const CLOSED_FROM: i64 = 100;

/// Shows the whole ID number of one of the two people of an application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RevealId {
    /// Number of the application.
    pub number: String,
    /// Whose.
    pub of: Party,
    /// Why it must be seen.
    pub reason: String,
    /// The account proved itself again within this session.
    pub proved: bool,
}

refusals! {
    /// Why it stays hidden.
    pub enum RevealIdRefusal {
        /// The reason is missing.
        ReasonMissing = "reason_missing" [] @ "reason",
        /// A hundred were seen in this hour.
        TooManySeen = "too_many_ids_seen" [],
        /// Thirty were seen in this hour: the password once more.
        ProveAgain = "prove_again" [],
        /// There is no such number.
        NoIdNumber = "no_id_number" [],
    }
}

/// The begin of the hour.
pub(crate) fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at)
}

/// Two accounts of one human share one count.
fn counted(actor: &Actor) -> String {
    match &actor.who {
        Who::Staff { person_index, .. } if !person_index.is_empty() => format!("reveal:{person_index}"),
        _ => format!("reveal:{}", actor.name()),
    }
}

/// The count of looks that the security administrator reads.
pub(crate) const ALERT: &str = "alert:id_numbers";

#[async_trait::async_trait]
impl Act for RevealId {
    const NAME: &'static str = "reveal_id";
    const PERMISSION: Permission =
        Permission::same_office(&[Role::CountyClerk, Role::CountyReviewer, Role::HallManager]);
    /// Nothing: an answer is kept for repeated requests, and a whole ID number must not be.
    type Done = ();
    type Refused = RevealIdRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<RevealIdRefusal>> {
        let case = desk.case(&self.number).await?;
        let reason = prose(&self.reason);
        if reason.is_empty() {
            return Err(No::Refused(RevealIdRefusal::ReasonMissing));
        }
        let seen = store::rate::add(desk.tx, &counted(desk.actor), hour_of(desk.at)).await?;
        if seen > CLOSED_FROM {
            return Err(No::Refused(RevealIdRefusal::TooManySeen));
        }
        if seen > ASK_AGAIN_FROM && !self.proved {
            return Err(No::Refused(RevealIdRefusal::ProveAgain));
        }
        let person = match self.of {
            Party::Borrower => Some(case.row.person),
            Party::CoBorrower => case.row.co_person,
        };
        let Some(person) = person else { return Err(No::Refused(RevealIdRefusal::NoIdNumber)) };
        looks::note(desk.tx, desk.actor, person, Looked::IdNumber, &reason, desk.at).await?;
        desk.note("of", if self.of == Party::Borrower { "borrower" } else { "co_borrower" });
        desk.note("reason", reason);
        desk.note("seen_this_hour", seen);
        Ok(())
    }

    /// Whoever runs into the wall is told to the security administrator.
    async fn refused(&self, office: &Office, actor: &Actor, refusal: &RevealIdRefusal) -> Result<(), store::Failure> {
        if *refusal != RevealIdRefusal::TooManySeen {
            return Ok(());
        }
        let (at, name) = (office.clock.now(), actor.name());
        let name = name.as_str();
        tracing::error!(actor = name, "a hundred whole ID numbers in an hour");
        office
            .store
            .write("reveal_alert", |tx| {
                Box::pin(async move {
                    // One alert an hour and account, whatever is tried further.
                    let first = store::rate::add(tx, &format!("{ALERT}:{name}"), hour_of(at)).await? == 1;
                    if !first {
                        return Ok(());
                    }
                    store::audit::begin(tx, 0, at)?;
                    let entry = store::audit::Entry {
                        on_day: crate::day::business_on(tx, at).await?,
                        actor: name,
                        act: "alert_id_numbers",
                        subject: "staff",
                        subject_id: name,
                        detail: "{\"limit\":100}",
                    };
                    store::audit::write(tx, entry).await.map(drop)
                })
            })
            .await
    }
}

/// An alert for the security administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertView {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account.
    pub name: String,
    /// Number of the account.
    pub actor: String,
}

impl Office {
    /// Shows a whole ID number after the act that counts it; `token` is the session's.
    pub async fn reveal_id(
        &self,
        actor: &Actor,
        token: &str,
        key: &Key,
        number: &str,
        of: Party,
        reason: &str,
    ) -> Result<String, No<RevealIdRefusal>> {
        let proved = self.has_proved(token).await?;
        let act = RevealId { number: number.to_owned(), of, reason: reason.to_owned(), proved };
        self.perform(actor, key, act).await?;
        let Ok(number) = number.parse::<crate::number::ApplicationNumber>() else { return Err(No::NotFound) };
        let shown: Option<String> = self
            .store
            .read("reveal_id", |tx| {
                Box::pin(async move {
                    let row = store::application::by_number(tx, number.book, number.key()).await?;
                    let person = row.and_then(|row| match of {
                        Party::Borrower => Some(row.person),
                        Party::CoBorrower => row.co_person,
                    });
                    match person {
                        Some(person) => store::person::id_number(tx, person).await,
                        None => Ok(None),
                    }
                })
            })
            .await?;
        shown.ok_or(No::Refused(RevealIdRefusal::NoIdNumber))
    }

    /// The alerts, newest first, for the security administrator.
    pub async fn security_alerts(&self, actor: &Actor) -> crate::view::Seen<Vec<AlertView>> {
        if !actor.roles().contains(&Role::SecurityAdmin) {
            return Err(No::Forbidden);
        }
        let found: Result<Vec<AlertView>, store::Failure> = self
            .store
            .read("security_alerts", |tx| {
                Box::pin(async move {
                    let mut alerts = Vec::new();
                    for record in store::audit::records_of_act(tx, 0, "alert_id_numbers", 100).await? {
                        let name = crate::view::actor_name(tx, &record.actor).await?;
                        alerts.push(AlertView { at: record.at, name, actor: record.actor });
                    }
                    Ok(alerts)
                })
            })
            .await;
        Ok(found?)
    }
}
