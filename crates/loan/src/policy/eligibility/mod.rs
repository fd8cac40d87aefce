//! Who may borrow: every rule of the documents, asked in a fixed order, each with its article and what to bring.
//!
//! The same check runs for a visitor without a login, for the student before submitting and for the clerk at the counter;
//! what is not known yet is `Unknown`, never passed. "In principle" rules are soft: a clerk may set them aside with reason
//! and proof. Facts come from outside; nothing here knows where they were found.

use super::book::{Book, NotCovered, Question};
use super::choice::{Application, Choice, Outcome, Relation, Strength, StudyLevel, Verdict};
use super::id_number::age_on;
use super::parameter::Parameter as P;
use super::value::Value;
use crate::calendar::Date;
use crate::refusal::Citation;

/// What is known about an application. `None` means not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// First loan or renewal.
    pub application: Application,
    /// Level of study.
    pub level: Option<StudyLevel>,
    /// Nationality of the People's Republic.
    pub chinese_national: Option<bool>,
    /// Honest and law-abiding, as declared and not contradicted.
    pub law_abiding: Option<bool>,
    /// Admitted or enrolled, full-time, with a valid admission letter or student card.
    pub admitted: Option<bool>,
    /// The school stands on the ministry's list.
    pub school_listed: Option<bool>,
    /// County code of the household registration before enrolment.
    pub household: Option<String>,
    /// Hardship certified by the competent department.
    pub hardship_certified: Option<bool>,
    /// Another student loan for this academic year, of either scheme.
    pub other_loan_this_year: Option<bool>,
    /// The data are declared true and complete.
    pub declared_true: Option<bool>,
    /// A pre-application was entered.
    pub pre_applied: Option<bool>,
    /// Right answers and questions of the quiz.
    pub quiz: Option<Quiz>,
    /// The student has no parents.
    pub orphan: bool,
    /// Proof that the parents lost working or civil capacity was seen.
    pub parents_unable: bool,
    /// The co-borrower (origin-based loans only).
    pub co_borrower: CoBorrower,
    /// Behaviour that rules out a loan.
    pub conduct: Conduct,
    /// What only campus-based loans ask.
    pub campus: CampusFacts,
}

/// A result of the quiz on the spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quiz {
    /// Right answers.
    pub right: u32,
    /// Questions asked.
    pub asked: u32,
}

impl Quiz {
    /// Whether the share of right answers reaches the percentage. An empty quiz passes nobody.
    pub const fn reaches(self, percent: u32) -> bool {
        self.asked > 0 && self.right as u64 * 100 >= self.asked as u64 * percent as u64
    }

    /// The share of right answers in whole percent, rounded down: a result that does not reach the mark never shows it.
    pub const fn percent(self) -> u32 {
        if self.asked == 0 { 0 } else { (self.right as u64 * 100 / self.asked as u64) as u32 }
    }
}

/// What is known about the co-borrower.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoBorrower {
    /// What the person is to the student.
    pub relation: Option<Relation>,
    /// Day of birth.
    pub born_on: Option<Date>,
    /// County code of the household registration.
    pub household: Option<String>,
    /// Full civil capacity.
    pub capable: Option<bool>,
    /// Volunteers joint liability.
    pub willing: Option<bool>,
    /// Has an unsettled student loan of the same bank.
    pub open_loan: Option<bool>,
}

/// Behaviour that rules out a loan (xiufeng-2016 二.6): `Some(true)` means it was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conduct {
    /// (1) Car, luxurious house, high-grade communication tools.
    pub car_or_luxury_home: Option<bool>,
    /// (2) Expensive computer, without need for the major.
    pub costly_computer: Option<bool>,
    /// (3) Luxuries.
    pub luxuries: Option<bool>,
    /// (4) Hotels and holiday travel, often.
    pub hotels_and_travel: Option<bool>,
    /// (5) Rooms off campus, internet cafés.
    pub off_campus_rent: Option<bool>,
    /// (6) Other luxury.
    pub other_luxury: Option<bool>,
    /// (7) Income that plainly suffices for tuition.
    pub income_suffices: Option<bool>,
    /// (8) Borrowed last year, can pay this year.
    pub improved_since_last_year: Option<bool>,
    /// (8) Could repay within the second year.
    pub could_repay_in_two_years: Option<bool>,
}

impl Conduct {
    /// Nothing of it was found.
    pub const NONE: Conduct = Conduct {
        car_or_luxury_home: Some(false),
        costly_computer: Some(false),
        luxuries: Some(false),
        hotels_and_travel: Some(false),
        off_campus_rent: Some(false),
        other_luxury: Some(false),
        income_suffices: Some(false),
        improved_since_last_year: Some(false),
        could_repay_in_two_years: Some(false),
    };
}

/// What only campus-based loans ask (zju-2005 二).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CampusFacts {
    /// Full civil capacity of the student.
    pub capable: Option<bool>,
    /// Studies hard and can finish.
    pub studies_hard: Option<bool>,
    /// Recommended by school and college.
    pub recommended: Option<bool>,
    /// The lender's further conditions are met.
    pub lender_satisfied: Option<bool>,
    /// Punished for a breach of school rules.
    pub punished: Option<bool>,
    /// Resting from study.
    pub suspended: Option<bool>,
    /// Poor results from a wrong attitude.
    pub poor_results: Option<bool>,
    /// Smoking, drinking, waste.
    pub wasteful: Option<bool>,
}

impl Facts {
    /// Nothing is known but what kind of application it is.
    pub fn unknown(application: Application) -> Facts {
        Facts {
            application,
            level: None,
            chinese_national: None,
            law_abiding: None,
            admitted: None,
            school_listed: None,
            household: None,
            hardship_certified: None,
            other_loan_this_year: None,
            declared_true: None,
            pre_applied: None,
            quiz: None,
            orphan: false,
            parents_unable: false,
            co_borrower: CoBorrower::default(),
            conduct: Conduct::default(),
            campus: CampusFacts::default(),
        }
    }
}

/// What the check of one rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule; its words and code are the parameter's.
    pub rule: P,
    /// The result.
    pub verdict: Verdict,
    /// How binding the rule is.
    pub strength: Strength,
    /// Where it stands.
    pub citation: Citation,
    /// What to bring or to do when the rule is not passed, in words for people.
    pub bring: &'static str,
    /// Why it passed without being met, such as an exemption; empty otherwise.
    pub remark: &'static str,
}

/// Rules a visitor can answer without a login, in the order they are asked.
pub const PUBLIC: &[P] = &[
    P::RuleNationality,
    P::RuleAdmitted,
    P::RuleSchoolListed,
    P::RuleLevel,
    P::RuleStudentHousehold,
    P::RuleHardship,
    P::RuleNoOtherLoan,
    P::PreApplicationGate,
    P::QuizGate,
    P::RuleCoParent,
    P::RuleCoAge,
    P::RuleCoHousehold,
    P::RuleCoNoOpenLoan,
];

/// Every rule, in order of precedence: the first that fails is the reason of a refusal.
pub const RULES: &[P] = &[
    P::RuleNationality,
    P::RuleStudentCapacity,
    P::RuleLawAbiding,
    P::RuleAdmitted,
    P::RuleSchoolListed,
    P::RuleLevel,
    P::RuleStudentHousehold,
    P::RuleHardship,
    P::RuleStudiesHard,
    P::RuleRecommended,
    P::RuleLenderConditions,
    P::RuleNotPunished,
    P::RuleNotSuspended,
    P::RuleGoodResults,
    P::RuleNoWaste,
    P::RuleNoOtherLoan,
    P::RuleNoCarOrLuxuryHome,
    P::RuleNoCostlyComputer,
    P::RuleNoLuxuries,
    P::RuleNoHotelsAndTravel,
    P::RuleNoOffCampusRent,
    P::RuleNoOtherLuxury,
    P::RuleIncomeInsufficient,
    P::RuleNotImproved,
    P::RuleNoEarlyRepayer,
    P::PreApplicationGate,
    P::QuizGate,
    P::RuleCoParent,
    P::RuleCoAge,
    P::RuleCoHousehold,
    P::RuleCoCapacity,
    P::RuleCoNoOpenLoan,
    P::RuleTruthful,
];

/// Asks every rule that holds at the question's place and day. Rules a document does not ask for are left out.
///
/// ```
/// use loan::calendar::date;
/// use loan::policy::choice::{Application, Verdict};
/// use loan::policy::{Book, Parameter, Question, eligibility};
/// let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
/// let mut facts = eligibility::Facts::unknown(Application::First);
/// facts.quiz = Some(eligibility::Quiz { right: 39, asked: 50 });
/// let findings = eligibility::check(Book::standard(), &xiufeng, &facts).unwrap();
/// let quiz = findings.iter().find(|finding| finding.rule == Parameter::QuizGate).unwrap();
/// assert_eq!(quiz.verdict, Verdict::Fail);
/// ```
///
/// # Errors
/// [`NotCovered`] when the scheme has no rules on that day, or a rule in force lacks a value it needs.
pub fn check(book: &Book, question: &Question<'_>, facts: &Facts) -> Result<Vec<Finding>, NotCovered> {
    let open_in = book.provinces(question, P::OpenIn)?;
    let mut findings = Vec::new();
    if !open_in.is_empty() {
        let here = question.county.map(|county| open_in.iter().any(|province| province.get(..2) == county.get(..2)));
        findings.push(Finding {
            rule: P::OpenIn,
            verdict: verdict(here, Strength::Hard),
            strength: Strength::Hard,
            citation: book.why(question, P::OpenIn)?,
            bring: "请到户籍所在地县级学生资助管理中心咨询开办时间",
            remark: "",
        });
    }
    for &rule in RULES {
        let Ok(answer) = book.ask(question, rule) else { continue };
        let Value::Choice(code) = answer.value else { unreachable!("every rule has a strength") };
        let strength = Strength::from_code(code).expect("the form was checked when the file was read");
        if strength == Strength::NotAsked {
            continue;
        }
        let (met, remark) = met(book, question, facts, rule)?;
        findings.push(Finding {
            rule,
            verdict: verdict(met, strength),
            strength,
            citation: answer.citation.clone(),
            bring: bring(rule),
            remark,
        });
    }
    Ok(findings)
}

/// What all findings together mean. A broken hard rule goes before everything, an open question before a soft rule.
pub fn outcome(findings: &[Finding]) -> Outcome {
    let any = |verdict| findings.iter().any(|finding| finding.verdict == verdict);
    if any(Verdict::Fail) {
        Outcome::NotEligible
    } else if any(Verdict::Unknown) {
        Outcome::Incomplete
    } else if any(Verdict::NeedsOverride) {
        Outcome::NeedsOverride
    } else {
        Outcome::Eligible
    }
}

/// Whether the application form needs a certification of eligibility: renewals and pre-applied students are exempt
/// where the rules say so (xiufeng-2016 五(二)).
///
/// # Errors
/// [`NotCovered`].
pub fn certification_needed(book: &Book, question: &Question<'_>, facts: &Facts) -> Result<bool, NotCovered> {
    let exempt = facts.application == Application::Renewal || facts.pre_applied == Some(true);
    Ok(!(exempt && book.flag(question, P::CertificationExempt)?))
}

fn verdict(met: Option<bool>, strength: Strength) -> Verdict {
    match (met, strength) {
        (Some(true), _) => Verdict::Pass,
        (Some(false), Strength::Hard) => Verdict::Fail,
        (Some(false), Strength::Soft) => Verdict::NeedsOverride,
        (Some(false), Strength::Advice | Strength::NotAsked) => Verdict::Advised,
        // Advice that nobody asked about blocks nothing.
        (None, Strength::Advice | Strength::NotAsked) => Verdict::Pass,
        (None, Strength::Hard | Strength::Soft) => Verdict::Unknown,
    }
}

/// Whether a rule is met, and the remark when it is met by exemption.
fn met(
    book: &Book,
    question: &Question<'_>,
    facts: &Facts,
    rule: P,
) -> Result<(Option<bool>, &'static str), NotCovered> {
    let not = |found: Option<bool>| found.map(|found| !found);
    let here =
        |household: &Option<String>| household.as_deref().and_then(|code| question.county.map(|county| code == county));
    let (co, conduct, campus) = (&facts.co_borrower, &facts.conduct, &facts.campus);
    let renewal = facts.application == Application::Renewal;
    let parent = co.relation.map(|relation| matches!(relation, Relation::Father | Relation::Mother));
    let met = match rule {
        P::RuleNationality => facts.chinese_national,
        P::RuleLawAbiding => facts.law_abiding,
        P::RuleAdmitted => facts.admitted,
        P::RuleSchoolListed => facts.school_listed,
        P::RuleLevel => {
            let levels: Vec<StudyLevel> = book.choices(question, P::EligibleLevels)?;
            facts.level.map(|level| levels.contains(&level))
        }
        P::RuleStudentHousehold => here(&facts.household),
        P::RuleHardship => facts.hardship_certified,
        P::RuleNoOtherLoan => not(facts.other_loan_this_year),
        P::RuleTruthful => facts.declared_true,
        P::PreApplicationGate | P::QuizGate if renewal => return Ok((Some(true), "续贷学生不需要")),
        P::PreApplicationGate => facts.pre_applied,
        P::QuizGate => {
            let percent = u32::try_from(book.count(question, P::QuizPassPercent)?).unwrap_or(100);
            facts.quiz.map(|quiz| quiz.reaches(percent))
        }
        P::RuleCoParent => match co.relation {
            Some(Relation::CloseRelative) if facts.parents_unable => {
                return Ok((Some(true), "父母丧失劳动能力或民事行为能力，由其他近亲属共同借款"));
            }
            Some(Relation::Guardian | Relation::Volunteer) if facts.orphan => {
                return Ok((Some(true), "学生为孤儿，由其他法定监护人或自愿承担还款责任的人共同借款"));
            }
            _ => parent,
        },
        P::RuleCoAge if parent == Some(true) => return Ok((Some(true), "父母不受年龄限制")),
        P::RuleCoAge => {
            let (youngest, oldest) = (book.count(question, P::CoAgeMin)?, book.count(question, P::CoAgeMax)?);
            co.born_on.map(|born_on| (youngest..=oldest).contains(&i64::from(age_on(born_on, question.on))))
        }
        P::RuleCoHousehold => here(&co.household),
        P::RuleCoCapacity if parent == Some(true) && co.capable.is_none() => {
            return Ok((Some(true), "只核对父母以外的共同借款人"));
        }
        P::RuleCoCapacity => both(co.capable, if parent == Some(true) { Some(true) } else { co.willing }),
        P::RuleCoNoOpenLoan => not(co.open_loan),
        P::RuleNoCarOrLuxuryHome => not(conduct.car_or_luxury_home),
        P::RuleNoCostlyComputer => not(conduct.costly_computer),
        P::RuleNoLuxuries => not(conduct.luxuries),
        P::RuleNoHotelsAndTravel => not(conduct.hotels_and_travel),
        P::RuleNoOffCampusRent => not(conduct.off_campus_rent),
        P::RuleNoOtherLuxury => not(conduct.other_luxury),
        P::RuleIncomeInsufficient => not(conduct.income_suffices),
        P::RuleNotImproved if !renewal && conduct.improved_since_last_year.is_none() => {
            return Ok((Some(true), "去年没有贷款"));
        }
        P::RuleNotImproved => not(conduct.improved_since_last_year),
        P::RuleNoEarlyRepayer => not(conduct.could_repay_in_two_years),
        P::RuleStudentCapacity => campus.capable,
        P::RuleStudiesHard => campus.studies_hard,
        P::RuleRecommended => campus.recommended,
        P::RuleLenderConditions => campus.lender_satisfied,
        P::RuleNotPunished => not(campus.punished),
        P::RuleNotSuspended => not(campus.suspended),
        P::RuleGoodResults => not(campus.poor_results),
        P::RuleNoWaste => not(campus.wasteful),
        _ => unreachable!("{} is not in RULES", rule.code()),
    };
    Ok((met, ""))
}

/// Both, false as soon as one is false.
fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// What to bring or do, in words for people.
fn bring(rule: P) -> &'static str {
    match rule {
        P::RuleNationality => "请带本人居民身份证",
        P::RuleAdmitted => "新生带录取通知书，在校生带学生证",
        P::RuleSchoolListed => "请核对学校名称；不在教育部名单内的学校不能贷款",
        P::RuleLevel => "请核对学历层次；该办法不包括的层次请咨询学校资助部门",
        P::RuleStudentHousehold => "请带户口簿；户籍不在本县的，请到入学前户籍所在地县级资助中心办理",
        P::RuleCoHousehold => "请带共同借款人的户口簿；户籍不在本县的，请更换共同借款人",
        P::RuleHardship => "请带家庭经济困难的证明材料；详见办理材料清单",
        P::RuleNoOtherLoan => "同一学年只能办理一种助学贷款；如已申请另一种，请先撤回",
        P::RuleTruthful => "请核对并更正申请信息后再提交",
        P::PreApplicationGate => {
            "没有预申请的，请带低保、下岗失业、残障等证件；都没有的，带街道办和民政局盖章的村（居）委会贫困证明"
        }
        P::QuizGate => "请参加贷前培训和现场答题，可在下一场重考",
        P::RuleCoParent => "父母不能共同借款的，请带说明原因的证明材料（如残疾证、病历、监护关系证明）",
        P::RuleCoAge => "请更换年龄符合的共同借款人，或带说明原因的材料由经办人核实",
        P::RuleCoCapacity => "请共同借款人本人到场，自愿签字并具备完全民事行为能力",
        P::RuleCoNoOpenLoan => "请更换共同借款人，或待其本人助学贷款结清后再办理",
        P::RuleNoEarlyRepayer => "能在第二年内还清的，建议不申请；是否申请由你决定",
        P::RuleStudentCapacity => "请带本人居民身份证；未成年的由法定监护人书面同意",
        P::RuleStudiesHard | P::RuleGoodResults => "请带历年学业成绩证明",
        P::RuleRecommended => "请先取得所在学院和学校的推荐意见",
        P::RuleLenderConditions => "请向经办银行了解还需要什么条件",
        P::RuleNotSuspended => "复学后再申请",
        _ => "如认为认定有误，请带证明材料到资助中心说明",
    }
}

#[cfg(test)]
mod tests;
