//! 已阅读并理解: before signing, each signatory confirms to have read the contract and to understand rights,
//! duties and what default means (R4.12, R10.7). At the counter the clerk records it; online the student does.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::Party;
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role, Scope, Who};

/// Records one confirmation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConfirmRead {
    /// Number of the application.
    pub number: String,
    /// Who confirms.
    pub by: Party,
}

refusals! {
    /// Why it is not recorded.
    pub enum ConfirmReadRefusal {
        /// There is no contract waiting to be signed.
        NothingToSign = "nothing_to_sign" ["sdvcst-2022" "32"],
        /// A person confirms only for himself.
        NotYours = "not_yours" ["sdvcst-2022" "32"] @ "by",
        /// It was confirmed before.
        AlreadyConfirmed = "already_confirmed" ["sdvcst-2022" "32"],
    }
}

#[async_trait::async_trait]
impl Act for ConfirmRead {
    const NAME: &'static str = "confirm_read";
    const PERMISSION: Permission =
        Permission { roles: &[Role::Student, Role::CoBorrower, Role::CountyClerk], scope: Scope::OwnOrOffice };
    type Done = ();
    type Refused = ConfirmReadRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ConfirmReadRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let Some(living) = case.progress.contract.clone().filter(|_| case.stage() == Stage::Accepted) else {
            return Err(No::Refused(ConfirmReadRefusal::NothingToSign));
        };
        let himself = match desk.actor.who {
            Who::Student(_) => self.by == Party::Borrower,
            Who::CoBorrower(_) => self.by == Party::CoBorrower,
            // The clerk records it for those who stand before him.
            _ => case.progress.present.contains(&self.by),
        };
        if !himself {
            return Err(No::Refused(ConfirmReadRefusal::NotYours));
        }
        if living.read_by.contains(&self.by) {
            return Err(No::Refused(ConfirmReadRefusal::AlreadyConfirmed));
        }
        desk.record(&mut case, ApplicationFact::ReadAndUnderstood { contract: living.contract, by: self.by }).await?;
        Ok(())
    }
}
