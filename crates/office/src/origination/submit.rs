//! 提交: the rules of the day are bound, the year is claimed, and the application leaves the student's hands.
//! The person's claim for the academic year and the application are written in one transaction, so that two
//! submissions can never both hold the year (R6.13).

use loan::calendar::date;
use loan::refusal::Citation;
use serde::{Deserialize, Serialize};

use super::save_answers::open_sections;
use crate::act::{Act, Desk};
use crate::application::ApplicationFact;
use crate::application::answers::Section;
use crate::no::{No, Refusal};
use crate::rules::{self, Broken};
use crate::who::{Permission, Role};

/// Submits a finished draft with the student's declarations, each one ticked by itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submit {
    /// Number of the application.
    pub number: String,
    /// The data is true, complete, accurate and valid.
    pub truthful: bool,
    /// Sensitive data may be used for this loan.
    pub consent_sensitive: bool,
    /// The credit bureau may be asked and told.
    pub consent_credit: bool,
}

/// Submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The application number.
    pub number: String,
    /// "In principle" rules a clerk will have to decide on.
    pub to_override: Vec<String>,
}

/// Why an application is not taken, in the order in which it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmitRefusal {
    /// It was submitted before.
    AlreadySubmitted,
    /// A section is still open.
    SectionOpen(Section),
    /// The declaration of truth is missing.
    NotDeclaredTruthful,
    /// A consent is missing.
    ConsentMissing,
    /// The last day for the school's receipt of this academic year is over.
    SeasonOver(Broken),
    /// Study ends before the money could be paid out.
    GraduationNotAfterDisbursement,
    /// The amount breaks a limit.
    Amount(Broken),
    /// The term breaks a limit.
    Term(Broken),
    /// The person has an application or a campus loan of this academic year.
    OtherLoanThisYear,
    /// Somebody below 18 needs a parent or guardian as co-borrower.
    GuardianWanted,
    /// A rule no clerk may set aside.
    RuleBroken(Broken),
}

impl SubmitRefusal {
    fn broken(&self) -> Option<&Broken> {
        match self {
            SubmitRefusal::SeasonOver(broken)
            | SubmitRefusal::Amount(broken)
            | SubmitRefusal::Term(broken)
            | SubmitRefusal::RuleBroken(broken) => Some(broken),
            _ => None,
        }
    }
}

impl Refusal for SubmitRefusal {
    fn code(&self) -> &'static str {
        match self {
            SubmitRefusal::AlreadySubmitted => "already_submitted",
            SubmitRefusal::SectionOpen(_) => "section_open",
            SubmitRefusal::NotDeclaredTruthful => "not_declared_truthful",
            SubmitRefusal::ConsentMissing => "consent_missing",
            SubmitRefusal::SeasonOver(_) => "season_over",
            SubmitRefusal::GraduationNotAfterDisbursement => "graduation_not_after_disbursement",
            SubmitRefusal::Amount(broken) | SubmitRefusal::Term(broken) => broken.code,
            SubmitRefusal::GuardianWanted => "guardian_wanted",
            SubmitRefusal::RuleBroken(_) => "rule_broken",
            SubmitRefusal::OtherLoanThisYear => "other_loan_this_year",
        }
    }
    fn why(&self) -> Vec<Citation> {
        if let Some(broken) = self.broken() {
            return broken.why.clone();
        }
        let code = self.code();
        let fixed = Self::all().iter().find(|(name, _)| *name == code).map_or(&[][..], |(_, cited)| cited);
        fixed.iter().map(|(doc, article)| Citation::of(doc, article)).collect()
    }
    fn field(&self) -> Option<&'static str> {
        match self {
            SubmitRefusal::NotDeclaredTruthful => Some("truthful"),
            SubmitRefusal::ConsentMissing => Some("consent_sensitive"),
            SubmitRefusal::Amount(_) => Some("amount"),
            SubmitRefusal::Term(_) => Some("matures_in"),
            _ => None,
        }
    }
    fn figures(&self) -> Vec<(&'static str, String)> {
        match self {
            SubmitRefusal::SectionOpen(section) => vec![("section", section.code().to_owned())],
            other => other.broken().map(|broken| broken.figures.clone()).unwrap_or_default(),
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("already_submitted", &[("sdvcst-2022", "5(六)")]),
            ("section_open", &[("sdvcst-2022", "29")]),
            ("not_declared_truthful", &[("sdvcst-2022", "29")]),
            ("consent_missing", &[("sdvcst-2022", "27")]),
            ("season_over", &[]),
            ("graduation_not_after_disbursement", &[("sdvcst-2022", "5(三)")]),
            ("other_loan_this_year", &[("sdvcst-2022", "5(六)"), ("xiufeng-2016", "二.3")]),
            ("guardian_wanted", &[("sdvcst-2022", "6(一)")]),
            ("rule_broken", &[]),
        ]
    }
}

#[async_trait::async_trait]
impl Act for Submit {
    const NAME: &'static str = "submit";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = Submitted;
    type Refused = SubmitRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Submitted, No<SubmitRefusal>> {
        use SubmitRefusal as R;
        let mut case = desk.case(&self.number).await?;
        if !case.stage().is_with_student() {
            return Err(No::Refused(R::AlreadySubmitted));
        }
        if let Some(section) = open_sections(desk.office, &case, desk.on)?.first() {
            return Err(No::Refused(R::SectionOpen(*section)));
        }
        if !self.truthful {
            return Err(No::Refused(R::NotDeclaredTruthful));
        }
        if !self.consent_sensitive || !self.consent_credit {
            return Err(No::Refused(R::ConsentMissing));
        }
        let (Some(study), Some(request), Some(co)) =
            (case.answers.study.clone(), case.answers.request.clone(), case.answers.co_borrower.clone())
        else {
            return Err(No::Failure(store::Failure::bug("no section is open and yet one is missing")));
        };
        // The rules of the day of submission are the rules of the application (R2.1).
        case.row.policy_on = desk.on;
        if let Some(broken) = rules::season_over(desk.office, &case, desk.on)? {
            return Err(No::Refused(R::SeasonOver(broken)));
        }
        if date(study.graduates_in, 9, 1) <= desk.on {
            return Err(No::Refused(R::GraduationNotAfterDisbursement));
        }
        if let Some(broken) = rules::amount_broken(desk.office, &case, &study, &request)? {
            return Err(No::Refused(R::Amount(broken)));
        }
        if let Some(broken) = rules::term_broken(desk.office, &case, &study, &request)? {
            return Err(No::Refused(R::Term(broken)));
        }
        let known = rules::known_facts(desk.tx, &case, desk.on).await?;
        if known.other_loan {
            return Err(No::Refused(R::OtherLoanThisYear));
        }
        let guardian = matches!(co.relation.as_str(), "father" | "mother" | "guardian");
        if !guardian && super::is_minor(desk, case.row.person).await? {
            return Err(No::Refused(R::GuardianWanted));
        }
        let findings = rules::findings(desk.office, &case, &known)?;
        if let Some(broken) = findings.iter().find_map(rules::Finding::hard_failure) {
            return Err(No::Refused(R::RuleBroken(broken)));
        }
        let to_override: Vec<String> = findings.iter().filter_map(rules::Finding::to_override).collect();
        let claim = super::claim_of(&case, desk.at);
        let standing = store::person::claim_year(desk.tx, &claim).await?;
        if (standing.book, standing.application) != (claim.book, claim.application) {
            return Err(No::Refused(R::OtherLoanThisYear));
        }

        let co_person = crate::accounts::person_of(desk, &co.name, &co.id_number, &co.phone).await?;
        case.row.co_person = Some(co_person);
        desk.keep_answers(&mut case).await?;
        for purpose in ["sensitive_data", "credit_bureau"] {
            let consent = store::person::Consent {
                person: case.row.person,
                purpose: purpose.to_owned(),
                version: CONSENT_VERSION.to_owned(),
                given_at: desk.at,
                withdrawn_at: None,
            };
            store::person::consent_give(desk.tx, &consent).await?;
        }
        let fact = ApplicationFact::Submitted {
            amount_fen: request.amount_fen,
            matures_in: request.matures_in,
            graduates_in: study.graduates_in,
            to_override: to_override.clone(),
        };
        desk.record(&mut case, fact).await?;
        Ok(Submitted { number: case.number.to_string(), to_override })
    }
}

/// Version of the consent texts shown with the form.
pub const CONSENT_VERSION: &str = "2026-11";
