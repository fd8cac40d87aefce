//! The day after the last day for receipts: an application without one is declined (谢绝) or its contract is
//! invalid (合同无效), as the policy it was made under says (R11.4, R11.5, R10.9). A job asks for every
//! application still on its way; asking again changes nothing.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::rules::Consequence;
use crate::who::Permission;

/// Lets the deadline act on one application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PassDeadline {
    /// Number of the application.
    pub number: String,
}

refusals! {
    /// Why nothing happens.
    pub enum PassDeadlineRefusal {
        /// The receipt is entered, or the application is over.
        NotWaiting = "not_waiting" ["sdvcst-2022" "13"],
        /// The last day is not over yet.
        NotYet = "not_yet" ["sdvcst-2022" "13", "xiufeng-2016" "三(一)3(4)"],
    }
}

#[async_trait::async_trait]
impl Act for PassDeadline {
    const NAME: &'static str = "pass_deadline";
    const PERMISSION: Permission = Permission::SYSTEM;
    type Done = ();
    type Refused = PassDeadlineRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<PassDeadlineRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if !(Stage::Returned..=Stage::CertificateIssued).contains(&case.stage()) {
            return Err(No::Refused(PassDeadlineRefusal::NotWaiting));
        }
        let deadline = crate::rules::receipt_deadline(desk.office, &case)?;
        if desk.on <= deadline.last_on {
            return Err(No::Refused(PassDeadlineRefusal::NotYet));
        }
        super::void_contract::void_living(desk, &case, "receipt_deadline").await?;
        let fact = match deadline.consequence {
            Consequence::Declined => ApplicationFact::Declined { deadline_on: deadline.last_on },
            Consequence::Invalid => ApplicationFact::Invalidated { deadline_on: deadline.last_on },
        };
        desk.record(&mut case, fact).await?;
        super::release_year(desk, &case).await?;
        super::tell_school(desk, &case).await?;
        Ok(())
    }
}
