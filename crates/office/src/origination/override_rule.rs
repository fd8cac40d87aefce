//! 原则上: a rule that holds "in principle" may be set aside by a clerk who writes down why and what was shown
//! (R5.11). Every other rule stands.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::ApplicationFact;
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Sets one rule aside for one application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OverrideRule {
    /// Number of the application.
    pub number: String,
    /// Code of the rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// What was shown.
    pub evidence: String,
}

refusals! {
    /// Why the rule stands.
    pub enum OverrideRuleRefusal {
        /// The application is not being handled.
        NotAtCounter = "not_at_counter" ["sdvcst-2022" "6"],
        /// The rule is not one of those that may be set aside here, or nobody needs to.
        NotOverridable = "not_overridable" ["sdvcst-2022" "6", "xiufeng-2016" "二.5"] @ "rule",
        /// It was set aside before.
        AlreadyOverridden = "already_overridden" ["sdvcst-2022" "6"] @ "rule",
        /// The reason is missing.
        ReasonMissing = "reason_missing" ["sdvcst-2022" "6"] @ "reason",
        /// What was shown is missing.
        EvidenceMissing = "evidence_missing" ["xiufeng-2016" "四(六)"] @ "evidence",
    }
}

#[async_trait::async_trait]
impl Act for OverrideRule {
    const NAME: &'static str = "override_rule";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = OverrideRuleRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<OverrideRuleRefusal>> {
        use OverrideRuleRefusal as R;
        let mut case = desk.case(&self.number).await?;
        if !super::being_handled(&case) {
            return Err(No::Refused(R::NotAtCounter));
        }
        if !case.progress.to_override.contains(&self.rule) {
            return Err(No::Refused(R::NotOverridable));
        }
        if case.progress.overridden.contains(&self.rule) {
            return Err(No::Refused(R::AlreadyOverridden));
        }
        let (reason, evidence) = (tidy(&self.reason), tidy(&self.evidence));
        if reason.is_empty() {
            return Err(No::Refused(R::ReasonMissing));
        }
        if evidence.is_empty() {
            return Err(No::Refused(R::EvidenceMissing));
        }
        desk.record(&mut case, ApplicationFact::Overridden { rule: self.rule.clone(), reason, evidence }).await?;
        Ok(())
    }
}
