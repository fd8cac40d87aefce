//! 资料不实: data found untrue ends the application (R5.14).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Ends an application because its data is untrue.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MarkUntrue {
    /// Number of the application.
    pub number: String,
    /// What was found.
    pub reason: String,
}

refusals! {
    /// Why it does not end.
    pub enum MarkUntrueRefusal {
        /// The bank has it already, or it is over.
        NotBeingHandled = "not_being_handled" ["sdvcst-2022" "29"],
        /// What was found is missing.
        ReasonMissing = "reason_missing" ["sdvcst-2022" "29"] @ "reason",
    }
}

#[async_trait::async_trait]
impl Act for MarkUntrue {
    const NAME: &'static str = "mark_untrue";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = MarkUntrueRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<MarkUntrueRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if case.stage() >= Stage::ReceiptEntered {
            return Err(No::Refused(MarkUntrueRefusal::NotBeingHandled));
        }
        let reason = tidy(&self.reason);
        if reason.is_empty() {
            return Err(No::Refused(MarkUntrueRefusal::ReasonMissing));
        }
        super::void_contract::void_living(desk, &case, "untrue_data").await?;
        desk.record(&mut case, ApplicationFact::Failed { reason }).await?;
        super::release_year(desk, &case).await?;
        Ok(())
    }
}
