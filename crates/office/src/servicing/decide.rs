//! 银行审批: after the review another person of the branch approves or refuses (R12.1, H040). A refused application
//! ends with its contract; the student sees the reason.

use serde::{Deserialize, Serialize};
use store::Failure;

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::application::{ApplicationFact, Stage};
use crate::desk::Case;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// 批准.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Approve {
    /// Application number.
    pub number: String,
}

/// 不予批准.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refuse {
    /// Application number.
    pub number: String,
    /// Why, for the student.
    pub reason: String,
}

refusals! {
    /// Why it is not approved now, in order of precedence.
    pub enum ApproveRefusal {
        /// Not reviewed, or decided already.
        NotReviewed = "not_reviewed" ["sdvcst-2022" "14"],
        /// The reviewer does not approve the own work, also not through a second account.
        SameHuman = "same_human" ["sdvcst-2022" "14"],
    }
}

refusals! {
    /// Why it is not refused now, in order of precedence.
    pub enum RefuseRefusal {
        /// Nothing of this application waits for the bank.
        NotWaiting = "not_waiting" ["sdvcst-2022" "14"],
        /// The student must learn why.
        ReasonMissing = "reason_missing" ["sdvcst-2022" "14"] @ "reason",
    }
}

#[async_trait::async_trait]
impl Act for Approve {
    const NAME: &'static str = "bank_approve";
    const PERMISSION: Permission = Permission::same_office(&[Role::BankChecker]);
    type Done = ();
    type Refused = ApproveRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ApproveRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if case.stage() != Stage::BankReviewed {
            return Err(No::Refused(ApproveRefusal::NotReviewed));
        }
        if reviewed_by_same_human(desk, &case).await? {
            return Err(No::Refused(ApproveRefusal::SameHuman));
        }
        desk.record(&mut case, ApplicationFact::Approved).await?;
        super::show_state(desk, &case, None).await?;
        Ok(())
    }
}

async fn reviewed_by_same_human(desk: &mut Desk<'_, '_>, case: &Case) -> Result<bool, Failure> {
    let reviewed = case.facts.iter().rev().find(|recorded| recorded.fact == ApplicationFact::BankReviewed);
    let Some(reviewed) = reviewed else { return Ok(false) };
    let index = crate::accounts::staff_index(desk.tx, &reviewed.actor).await?;
    Ok(desk.actor.same_human(&reviewed.actor, index.as_deref()))
}

#[async_trait::async_trait]
impl Act for Refuse {
    const NAME: &'static str = "bank_refuse";
    const PERMISSION: Permission = Permission::same_office(&[Role::BankMaker, Role::BankChecker]);
    type Done = ();
    type Refused = RefuseRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<RefuseRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if !matches!(case.stage(), Stage::ReceiptEntered | Stage::BankReviewed) {
            return Err(No::Refused(RefuseRefusal::NotWaiting));
        }
        let reason = tidy(&self.reason);
        if reason.is_empty() {
            return Err(No::Refused(RefuseRefusal::ReasonMissing));
        }
        crate::origination::void_contract::void_living(desk, &case, &reason).await?;
        desk.record(&mut case, ApplicationFact::BankRefused { reason }).await?;
        crate::origination::release_year(desk, &case).await?;
        super::show_state(desk, &case, None).await?;
        Ok(())
    }
}
