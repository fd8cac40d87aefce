//! Asks the policy about one case: the facts are the office's, the answer and its article are the policy's.

use loan::calendar::Date;
use loan::contract::Terms;
use loan::money::Fen;
use loan::policy::choice::{
    Application, Choice, PreApplicationWay, ReceiptConsequence, Relation, RenewalWay, Strength, Verdict,
};
use loan::policy::id_number::{Fault, IdNumber};
use loan::policy::{
    self, NotCovered, Parameter, Question, StudyLevel, checklist, eligibility, limits, product, receipt,
};
use loan::refusal::Citation;
use store::{Failure, Tx};

use crate::Office;
use crate::application::answers::{Request, Study};
use crate::application::fact::Kind;
use crate::desk::Case;
use crate::terms::{KeptTerms, expected_disbursement};

/// A rule that says no, with its article and figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Stable code of the rule.
    pub code: &'static str,
    /// Where it stands.
    pub why: Vec<Citation>,
    /// Figures its sentence needs.
    pub figures: Vec<(&'static str, String)>,
}

/// What the last day for receipts means for an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptDeadline {
    /// Last day in time.
    pub last_on: Date,
    /// What a missed receipt means.
    pub consequence: Consequence,
    /// Where the day stands.
    pub why: Citation,
}

/// What a missed receipt means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// 谢绝.
    Declined,
    /// 合同无效.
    Invalid,
}

/// An ID number as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadId {
    /// The eighteen characters.
    pub text: String,
    /// Day of birth.
    pub born_on: Date,
    /// `male` or `female`.
    pub sex: &'static str,
}

/// Reads an ID number as people type it, or names what is wrong with it.
pub fn id_number(typed: &str, on: Date, demonstration: bool) -> Result<ReadId, &'static str> {
    let read = IdNumber::read(typed, on, demonstration).map_err(|fault| match fault {
        Fault::Missing => "missing",
        Fault::FifteenDigits => "id_number_has_fifteen_digits",
        Fault::Length => "id_number_length",
        Fault::Form => "id_number_form",
        Fault::AreaUnknown => "id_number_area_unknown",
        Fault::BirthDate => "id_number_birth_date",
        Fault::BirthInFuture => "id_number_birth_in_future",
        Fault::LastDigit => "id_number_last_digit",
    })?;
    let sex = match read.sex() {
        policy::id_number::Sex::Male => "male",
        policy::id_number::Sex::Female => "female",
    };
    Ok(ReadId { text: read.as_str().to_owned(), born_on: read.born_on(), sex })
}

/// The question of a case: the rules of the day it was submitted, of its county and its school (R2.1).
pub fn question(case: &Case) -> Question<'_> {
    Question {
        scheme: policy::Scheme::Origin,
        on: case.row.policy_on,
        county: Some(case.county()),
        school: case.row.school_code.as_deref(),
    }
}

/// A gap of the policy is a failure of the installation, never a guess.
pub(crate) fn gap(gap: NotCovered) -> Failure {
    Failure::corrupt(gap.to_string())
}

/// The last day for the receipt of a case.
pub fn receipt_deadline(office: &Office, case: &Case) -> Result<ReceiptDeadline, Failure> {
    let deadline = receipt::deadline(office.policy, &question(case), case.number.year).map_err(gap)?;
    let consequence = match deadline.consequence {
        ReceiptConsequence::ApplicationDeclined => Consequence::Declined,
        ReceiptConsequence::ContractInvalid => Consequence::Invalid,
    };
    Ok(ReceiptDeadline { last_on: deadline.last_on, consequence, why: deadline.why })
}

/// After the last day for receipts an application of the year leads nowhere.
pub fn season_over(office: &Office, case: &Case, on: Date) -> Result<Option<Broken>, Failure> {
    let deadline = receipt_deadline(office, case)?;
    Ok((on > deadline.last_on).then(|| Broken {
        code: "season_over",
        why: vec![deadline.why],
        figures: vec![("last_on", deadline.last_on.to_string())],
    }))
}

/// The amounts a student may ask for.
pub fn allowed_amounts(
    office: &Office,
    question: &Question<'_>,
    level: StudyLevel,
    fees: Fen,
) -> Result<Result<limits::Allowed, Broken>, Failure> {
    match limits::allowed(office.policy, question, level, Some(fees)) {
        Ok(allowed) => Ok(Ok(allowed)),
        Err(limits::NoAmount::NotCovered(missing)) => Err(gap(missing)),
        Err(limits::NoAmount::FeesBelowMinimum { fees, min, why }) => Ok(Err(Broken {
            code: "fees_below_minimum",
            why: vec![why],
            figures: vec![("fees", fees.to_string()), ("min", min.to_string())],
        })),
    }
}

/// The first limit an amount breaks.
pub fn amount_broken(
    office: &Office,
    case: &Case,
    study: &Study,
    request: &Request,
) -> Result<Option<Broken>, Failure> {
    let allowed = match allowed_amounts(office, &question(case), study.level(), study.fees())? {
        Ok(allowed) => allowed,
        Err(broken) => return Ok(Some(broken)),
    };
    use limits::AmountRefusal as A;
    let (code, why, figures) = match allowed.accept(Fen(request.amount_fen)) {
        Ok(()) => return Ok(None),
        Err(A::BelowMinimum { min, why }) => ("amount_below_minimum", why, ("min", min.to_string())),
        Err(A::AboveMaximum { max, why }) => ("amount_above_maximum", why, ("max", max.to_string())),
        Err(A::NotAMultiple { step, why }) => ("amount_not_a_multiple", why, ("step", step.to_string())),
    };
    Ok(Some(Broken { code, why: vec![why], figures: vec![figures] }))
}

/// The terms open to a student, in whole years from the academic year.
pub fn allowed_terms(office: &Office, question: &Question<'_>, study: &Study) -> Result<policy::terms::Range, Failure> {
    let place = policy::terms::Study {
        length: u32::try_from(study.programme_years).unwrap_or(0),
        grade: u32::try_from(study.grade).unwrap_or(0),
    };
    policy::terms::range(office.policy, question, place).map_err(gap)
}

/// The first limit a year of maturity breaks.
pub fn term_broken(office: &Office, case: &Case, study: &Study, request: &Request) -> Result<Option<Broken>, Failure> {
    let range = allowed_terms(office, &question(case), study)?;
    let years = u32::try_from(request.matures_in - case.number.year).unwrap_or(0);
    use policy::terms::TermRefusal as T;
    let (code, why, figures) = match range.accept(years) {
        Ok(()) => return Ok(None),
        Err(T::TooShort { min, why }) => ("term_below_minimum", why, ("min", min.to_string())),
        Err(T::TooLong { max, why }) => ("term_above_maximum", why, ("max", max.to_string())),
    };
    Ok(Some(Broken { code, why: vec![why], figures: vec![figures] }))
}

/// Whether a renewal may be done online (R7.2).
pub fn online_renewal(office: &Office, case: &Case) -> Result<bool, Failure> {
    Ok(renewal_ways(office, case)?.contains(&RenewalWay::OnlineFace))
}

/// Whether both parties come to a renewal (R7.10).
pub fn renewal_needs_both(office: &Office, case: &Case) -> Result<bool, Failure> {
    Ok(!renewal_ways(office, case)?.contains(&RenewalWay::EitherParty))
}

fn renewal_ways(office: &Office, case: &Case) -> Result<Vec<RenewalWay>, Failure> {
    office.policy.choices(&question(case), Parameter::RenewalWays).map_err(gap)
}

/// Whether a renewal needs a statement confirmed by school and county, by the rules of a day.
pub fn statement_needed(office: &Office, case: &Case, on: Date) -> Result<bool, Failure> {
    office.policy.flag(&question(case).on(on), Parameter::RenewalStatement).map_err(gap)
}

/// Shortest and longest statement, in characters.
pub fn statement_lengths(office: &Office, case: &Case, on: Date) -> Result<(usize, usize), Failure> {
    let question = question(case).on(on);
    let length = |parameter| {
        office.policy.count(&question, parameter).map(|count| usize::try_from(count).unwrap_or(0)).map_err(gap)
    };
    Ok((length(Parameter::StatementMin)?, length(Parameter::StatementMax)?))
}

/// Right answers needed, in percent; none where the rules ask for no quiz.
pub fn quiz_pass_percent(office: &Office, county: &str, on: Date) -> Option<i64> {
    let question = Question { scheme: policy::Scheme::Origin, on, county: Some(county), school: None };
    office.policy.count(&question, Parameter::QuizPassPercent).ok()
}

/// Codes of the ways into the pre-application list; none where the rules leave them open.
pub fn pre_application_ways(office: &Office, question: &Question<'_>) -> Option<Vec<&'static str>> {
    let ways: Vec<PreApplicationWay> = office.policy.choices(question, Parameter::PreApplicationWays).ok()?;
    Some(ways.into_iter().map(PreApplicationWay::code).collect())
}

/// Months in which the pre-application list is made; none where the rules leave them open.
pub fn pre_application_months(office: &Office, question: &Question<'_>) -> Option<Vec<u32>> {
    office.policy.months(question, Parameter::PreApplicationMonths).ok()
}

/// The terms of a contract signed today for a case.
pub fn terms(office: &Office, case: &Case, signed_on: Date) -> Result<KeptTerms, Failure> {
    let agreed = product::agreed(office.policy, signed_on).map_err(gap)?;
    let (Some(study), Some(request)) = (&case.answers.study, &case.answers.request) else {
        return Err(Failure::corrupt("an accepted application lacks its study or its amount"));
    };
    Ok(KeptTerms::of(&Terms {
        principal: Fen(request.amount_fen),
        disbursed_on: expected_disbursement(case.number.year, signed_on),
        graduates_in: study.graduates_in,
        matures_in: request.matures_in,
        grace_years: agreed.grace_years,
        pricing: agreed.pricing,
        day_count: agreed.day_count,
        product: agreed.product,
    }))
}

/// What the office knows about a case beyond the student's answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// A pre-application of the year was entered.
    pub pre_applied: bool,
    /// Best sitting of the quiz, in percent.
    pub quiz_score: Option<i64>,
    /// The person has another application or loan of the year.
    pub other_loan: bool,
    /// Day of birth of the co-borrower.
    pub co_born_on: Option<Date>,
    /// The co-borrower is bound by an own student loan.
    pub co_open_loan: bool,
    /// A renewal names another co-borrower than the contract before.
    pub co_changed: bool,
}

/// Whether a pre-application of the year was entered and not refused.
pub async fn pre_applied(tx: &mut Tx<'_>, person: i64, year: i32) -> Result<bool, Failure> {
    let found = store::pre_application::find(tx, person, year).await?;
    Ok(found.is_some_and(|entry| entry.status != crate::origination::enter_pre_application::REFUSED))
}

/// Looks up what the office knows about a case on a day.
pub async fn known_facts(tx: &mut Tx<'_>, case: &Case, on: Date) -> Result<Known, Failure> {
    let year = i64::from(case.number.year);
    let person = case.row.person;
    let pre_applied = pre_applied(tx, person, case.number.year).await?;
    let quiz_score = store::pre_application::quiz_list(tx, person).await?.into_iter().map(|sat| sat.score).max();
    let claim = store::person::year_claim(tx, person, year).await?;
    let other_loan = claim.is_some_and(|claim| (claim.book, claim.application) != (case.book(), case.number.key()));
    let mut known = Known {
        pre_applied,
        quiz_score,
        other_loan,
        co_born_on: None,
        co_open_loan: false,
        co_changed: crate::origination::co_borrower_changed(tx, case).await?,
    };
    if let Some(co) = &case.answers.co_borrower {
        let demonstration = crate::day::is_demonstration(tx).await?;
        known.co_born_on = id_number(&co.id_number, on, demonstration).ok().map(|read| read.born_on);
        if let Some(person) = store::person::by_id_number(tx, &co.id_number).await? {
            let loans = store::person::open_loans(tx, person.person).await?;
            known.co_open_loan = loans.iter().any(|loan| loan.part == "borrower" && loan.closed_on.is_none());
        }
    }
    Ok(known)
}

/// One rule with its verdict, as the student's and the clerk's page show it (R5.15).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Code of the rule.
    pub code: &'static str,
    /// The rule in words.
    pub words: &'static str,
    /// The verdict; an overridden rule is one.
    pub verdict: Verdict,
    /// True when a clerk set the rule aside.
    pub overridden: bool,
    /// How binding the rule is.
    pub strength: Strength,
    /// Where it stands.
    pub why: Citation,
    /// What to bring or to do.
    pub bring: &'static str,
    /// Why it passed without being met.
    pub remark: &'static str,
}

impl Finding {
    /// The refusal, when the rule is broken and nobody may set it aside.
    pub fn hard_failure(&self) -> Option<Broken> {
        (self.verdict == Verdict::Fail).then(|| Broken {
            code: self.code,
            why: vec![self.why.clone()],
            figures: vec![
                ("rule", self.code.to_owned()),
                ("words", self.words.to_owned()),
                ("bring", self.bring.to_owned()),
            ],
        })
    }

    /// The code, when a clerk has to decide on the rule.
    pub fn to_override(&self) -> Option<String> {
        (self.verdict == Verdict::NeedsOverride).then(|| self.code.to_owned())
    }
}

fn application_kind(case: &Case) -> Application {
    match case.kind {
        Kind::First => Application::First,
        Kind::Renewal => Application::Renewal,
    }
}

/// Every rule of the case with pass, fail or override (R5.15), in order of precedence.
pub fn findings(office: &Office, case: &Case, known: &Known) -> Result<Vec<Finding>, Failure> {
    let facts = facts(case, known);
    let found = eligibility::check(office.policy, &question(case), &facts).map_err(gap)?;
    let finding = |found: eligibility::Finding| {
        let code = found.rule.code();
        Finding {
            code,
            words: found.rule.words(),
            verdict: found.verdict,
            overridden: case.progress.overridden.iter().any(|rule| rule == code),
            strength: found.strength,
            why: found.citation,
            bring: found.bring,
            remark: found.remark,
        }
    };
    Ok(found.into_iter().map(finding).collect())
}

/// The facts of a case as the policy asks for them.
fn facts(case: &Case, known: &Known) -> eligibility::Facts {
    let mut facts = eligibility::Facts::unknown(application_kind(case));
    // A registered person has a citizen's ID number, and declares the rest with the submission.
    facts.chinese_national = Some(true);
    facts.law_abiding = Some(true);
    facts.declared_true = Some(true);
    facts.household = Some(case.county().to_owned());
    facts.pre_applied = Some(known.pre_applied);
    facts.other_loan_this_year = Some(known.other_loan);
    // Who never sat has no right answer: the gate is closed, not unknown.
    let score = known.quiz_score.unwrap_or(0);
    facts.quiz = Some(eligibility::Quiz { right: u32::try_from(score).unwrap_or(0), asked: 100 });
    if let Some(study) = &case.answers.study {
        facts.admitted = Some(true);
        facts.level = Some(study.level());
        facts.school_listed = Some(policy::reference::school(&study.school_code).is_some());
    }
    if let Some(family) = &case.answers.family {
        let hardship = family.hardship != "none";
        facts.hardship_certified = Some(hardship || case.progress.certified);
        facts.orphan = family.orphan;
        let found = |code: &str| Some(family.circumstances.iter().any(|circumstance| circumstance == code));
        facts.conduct = eligibility::Conduct {
            car_or_luxury_home: found("rule_no_car_or_luxury_home"),
            costly_computer: found("rule_no_costly_computer"),
            luxuries: found("rule_no_luxuries"),
            hotels_and_travel: found("rule_no_hotels_and_travel"),
            off_campus_rent: found("rule_no_off_campus_rent"),
            other_luxury: found("rule_no_other_luxury"),
            income_suffices: found("rule_income_insufficient"),
            improved_since_last_year: found("rule_not_improved"),
            could_repay_in_two_years: None,
        };
    }
    if let Some(co) = &case.answers.co_borrower {
        facts.parents_unable = co.reason == "parents_lost_capacity";
        facts.co_borrower = eligibility::CoBorrower {
            relation: Relation::from_code(&co.relation),
            born_on: known.co_born_on,
            household: Some(co.household_county.clone()),
            capable: Some(co.willing_and_capable),
            willing: Some(co.willing_and_capable),
            open_loan: Some(known.co_open_loan),
        };
    }
    facts
}

/// The checklist of a case (R9.1): what to show, what to hand in.
pub fn checklist(office: &Office, case: &Case, known: &Known) -> Result<Vec<checklist::Item>, Failure> {
    let family = case.answers.family.as_ref();
    let certificates = ["minimum_living_allowance", "laid_off", "disability"];
    let list = checklist::Case {
        application: application_kind(case),
        co_borrower_changed: known.co_changed,
        freshman: case.answers.study.as_ref().map(|study| study.grade == 1),
        separate_books: family.map(|family| !family.one_household_book),
        pre_applied: Some(known.pre_applied),
        hardship_certificate: family.map(|family| certificates.contains(&family.hardship.as_str())),
        id_card_lost: Some(false),
    };
    checklist::items(office.policy, &question(case), &list).map_err(gap)
}

/// Whether the county must certify the hardship on the form (R9.13).
pub fn certification_needed(office: &Office, case: &Case, known: &Known) -> Result<bool, Failure> {
    eligibility::certification_needed(office.policy, &question(case), &facts(case, known)).map_err(gap)
}
