//! 同意与撤回: each purpose was agreed to by itself and is taken back by itself. What the contract or the law needs goes
//! on after that on its own ground, and the page says so; an application nobody signed yet cannot go on.

use serde::{Deserialize, Serialize};
pub use store::person::Consent;

use crate::Office;
use crate::act::{Act, Desk};
use crate::application::Stage;
use crate::no::No;
use crate::refusals;
use crate::view::Seen;
use crate::who::{Actor, Permission, Role};

/// The purposes a student agrees to with the form.
pub const PURPOSES: &[&str] = &["sensitive_data", "credit_bureau"];

/// Takes the consent for one purpose back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WithdrawConsent {
    /// Of [`PURPOSES`].
    pub purpose: String,
}

/// What goes on without the consent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterWithdrawal {
    /// Loans that are carried out on the ground of their contract.
    pub open_loans: usize,
    /// Applications nobody signed yet: they rest until the consent is given again.
    pub resting: Vec<String>,
}

refusals! {
    /// Why nothing is taken back.
    pub enum WithdrawConsentRefusal {
        /// No such purpose.
        PurposeUnknown = "purpose_unknown" [] @ "purpose",
        /// It was not given, or was taken back before.
        NotGiven = "consent_not_given" [],
    }
}

#[async_trait::async_trait]
impl Act for WithdrawConsent {
    const NAME: &'static str = "withdraw_consent";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    type Done = AfterWithdrawal;
    type Refused = WithdrawConsentRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<AfterWithdrawal, No<WithdrawConsentRefusal>> {
        if !PURPOSES.contains(&self.purpose.as_str()) {
            return Err(No::Refused(WithdrawConsentRefusal::PurposeUnknown));
        }
        let person = desk.actor.person().ok_or(No::Forbidden)?;
        desk.about(0, "person", &desk.actor.name())?;
        if store::person::consent_withdraw(desk.tx, person, &self.purpose, desk.at).await? == 0 {
            return Err(No::Refused(WithdrawConsentRefusal::NotGiven));
        }
        desk.note("purpose", self.purpose.as_str());
        let loans = store::person::open_loans(desk.tx, person).await?;
        let open_loans = loans.iter().filter(|loan| loan.closed_on.is_none()).count();
        let mut resting = Vec::new();
        for row in store::application::list_of_person_anywhere(desk.tx, person).await? {
            let unsigned =
                Stage::of(&row.status).is_some_and(|stage| (Stage::Submitted..=Stage::Accepted).contains(&stage));
            if unsigned {
                resting.push(row.number);
            }
        }
        Ok(AfterWithdrawal { open_loans, resting })
    }
}

/// Gives the consent for one purpose again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GiveConsent {
    /// Of [`PURPOSES`].
    pub purpose: String,
}

refusals! {
    /// Why it is not taken.
    pub enum GiveConsentRefusal {
        /// No such purpose.
        PurposeUnknown = "purpose_unknown" [] @ "purpose",
        /// It stands already.
        AlreadyGiven = "consent_already_given" [],
    }
}

#[async_trait::async_trait]
impl Act for GiveConsent {
    const NAME: &'static str = "give_consent";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    type Done = ();
    type Refused = GiveConsentRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<GiveConsentRefusal>> {
        if !PURPOSES.contains(&self.purpose.as_str()) {
            return Err(No::Refused(GiveConsentRefusal::PurposeUnknown));
        }
        let person = desk.actor.person().ok_or(No::Forbidden)?;
        desk.about(0, "person", &desk.actor.name())?;
        if stands(desk.tx, person, &self.purpose).await? == Some(true) {
            return Err(No::Refused(GiveConsentRefusal::AlreadyGiven));
        }
        let consent = store::person::Consent {
            person,
            purpose: self.purpose.clone(),
            version: crate::origination::submit::CONSENT_VERSION.to_owned(),
            given_at: desk.at,
            withdrawn_at: None,
        };
        if !store::person::consent_give(desk.tx, &consent).await? {
            return Err(No::Failure(store::Failure::bug("a consent given and taken back in the same instant")));
        }
        desk.note("purpose", self.purpose.as_str());
        Ok(())
    }
}

/// Whether the consent for a purpose stands; `None` when it was never asked for.
pub(crate) async fn stands(tx: &mut store::Tx<'_>, person: i64, purpose: &str) -> Result<Option<bool>, store::Failure> {
    let consents = store::person::consents(tx, person).await?;
    let mut of_purpose = consents.iter().filter(|consent| consent.purpose == purpose).peekable();
    if of_purpose.peek().is_none() {
        return Ok(None);
    }
    Ok(Some(of_purpose.any(|consent| consent.withdrawn_at.is_none())))
}

/// True when a consent the application rests on was taken back.
pub(crate) async fn any_withdrawn(tx: &mut store::Tx<'_>, person: i64) -> Result<bool, store::Failure> {
    for purpose in PURPOSES {
        if stands(tx, person, purpose).await? == Some(false) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Office {
    /// What the actor agreed to, oldest first.
    pub async fn my_consents(&self, actor: &Actor) -> Seen<Vec<store::person::Consent>> {
        let person = actor.person().ok_or(No::Forbidden)?;
        let found: Result<Vec<store::person::Consent>, store::Failure> =
            self.store.read("my_consents", |tx| Box::pin(store::person::consents(tx, person))).await;
        Ok(found?)
    }
}
