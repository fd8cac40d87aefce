//! 受理: the materials are complete, every rule is met or set aside, the statement of a renewal is confirmed
//! twice. From here the contract can be made.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::{Kind, Party};
use crate::application::progress::Statement;
use crate::application::{ApplicationFact, Stage};
use crate::no::{No, Refusal};
use crate::rules::{self, Broken};
use crate::who::{Permission, Role};
use loan::refusal::Citation;

/// Accepts one application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Accept {
    /// Number of the application.
    pub number: String,
}

/// Why it is not accepted, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptRefusal {
    /// It is not at the counter, nor an online renewal both offices confirmed.
    NotReady,
    /// A consent the application rests on was taken back.
    ConsentWithdrawn,
    /// A renewal's statement is not confirmed by school and county.
    StatementNotConfirmed,
    /// Someone who must be there is not.
    PartyMissing,
    /// Materials that are not ticked.
    MaterialsMissing(Vec<String>),
    /// A rule no clerk may set aside is broken now.
    RuleBroken(Broken),
    /// "In principle" rules nobody set aside yet.
    RuleNotOverridden(String),
    /// The hardship is not certified.
    NotCertified,
}

impl Refusal for AcceptRefusal {
    fn code(&self) -> &'static str {
        match self {
            AcceptRefusal::NotReady => "not_ready",
            AcceptRefusal::ConsentWithdrawn => "consent_withdrawn",
            AcceptRefusal::StatementNotConfirmed => "statement_not_confirmed",
            AcceptRefusal::PartyMissing => "party_missing",
            AcceptRefusal::MaterialsMissing(_) => "materials_missing",
            AcceptRefusal::RuleBroken(_) => "rule_broken",
            AcceptRefusal::RuleNotOverridden(_) => "rule_not_overridden",
            AcceptRefusal::NotCertified => "not_certified",
        }
    }
    fn why(&self) -> Vec<Citation> {
        if let AcceptRefusal::RuleBroken(broken) = self {
            return broken.why.clone();
        }
        let code = self.code();
        let fixed = Self::all().iter().find(|(name, _)| *name == code).map_or(&[][..], |(_, cited)| cited);
        fixed.iter().map(|(doc, article)| Citation::of(doc, article)).collect()
    }
    fn figures(&self) -> Vec<(&'static str, String)> {
        match self {
            AcceptRefusal::MaterialsMissing(missing) => vec![("materials", missing.join(","))],
            AcceptRefusal::RuleBroken(broken) => broken.figures.clone(),
            AcceptRefusal::RuleNotOverridden(rule) => vec![("rule", rule.clone())],
            _ => Vec::new(),
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("not_ready", &[("sdvcst-2022", "12(二)")]),
            ("consent_withdrawn", &[("sdvcst-2022", "27")]),
            ("statement_not_confirmed", &[("sdvcst-2022", "12(四)")]),
            ("party_missing", &[("sdvcst-2022", "12(二)"), ("xiufeng-2016", "三(一)3(3)")]),
            ("materials_missing", &[("sdvcst-2022", "12(二)"), ("xiufeng-2016", "四")]),
            ("rule_broken", &[]),
            ("rule_not_overridden", &[("sdvcst-2022", "6")]),
            ("not_certified", &[("sdvcst-2022", "5(五)")]),
        ]
    }
}

#[async_trait::async_trait]
impl Act for Accept {
    const NAME: &'static str = "accept";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = AcceptRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<AcceptRefusal>> {
        use AcceptRefusal as R;
        let mut case = desk.case(&self.number).await?;
        let online = case.progress.online;
        let ready = case.stage() == Stage::AtCounter
            || (online
                && matches!(case.stage(), Stage::FaceMatched | Stage::ConfirmedBySchool | Stage::ConfirmedByCounty));
        if !ready {
            return Err(No::Refused(R::NotReady));
        }
        if crate::rights::consent::any_withdrawn(desk.tx, case.row.person).await? {
            return Err(No::Refused(R::ConsentWithdrawn));
        }
        let statement_needed =
            case.kind == Kind::Renewal && rules::statement_needed(desk.office, &case, case.row.policy_on)?;
        if (statement_needed || online) && case.progress.statement != Statement::ConfirmedByCounty {
            return Err(No::Refused(R::StatementNotConfirmed));
        }
        if !online {
            if case.kind == Kind::First && !case.progress.both_present() {
                return Err(No::Refused(R::PartyMissing));
            }
            if case.progress.present.iter().all(|party| !matches!(party, Party::Borrower | Party::CoBorrower)) {
                return Err(No::Refused(R::PartyMissing));
            }
            let missing = super::materials_missing(desk, &case).await?;
            if !missing.is_empty() {
                return Err(No::Refused(R::MaterialsMissing(missing)));
            }
        }
        // The facts may have changed since the submission: the co-borrower may have signed for somebody else.
        let known = rules::known_facts(desk.tx, &case, desk.on).await?;
        let findings = rules::findings(desk.office, &case, &known)?;
        if let Some(broken) = findings.iter().find_map(rules::Finding::hard_failure) {
            return Err(No::Refused(R::RuleBroken(broken)));
        }
        if let Some(rule) = case.progress.open_overrides().first() {
            return Err(No::Refused(R::RuleNotOverridden((*rule).to_owned())));
        }
        if !case.progress.certified && rules::certification_needed(desk.office, &case, &known)? {
            return Err(No::Refused(R::NotCertified));
        }
        desk.record(&mut case, ApplicationFact::Accepted).await?;
        Ok(())
    }
}
