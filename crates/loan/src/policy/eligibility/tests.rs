//! Each condition is broken alone, and the finding must name the rule, the verdict and the article.

use super::*;
use crate::calendar::date;
use crate::policy::Scheme;

const XIUFENG: Question<'static> = Question::origin(Date::from_ymd_opt(2016, 8, 1).unwrap(), "450302", "4133010335");
const SHANDONG: Question<'static> = Question::origin(Date::from_ymd_opt(2022, 10, 1).unwrap(), "370702", "4137012819");
const CAMPUS: Question<'static> = Question {
    scheme: Scheme::Campus,
    on: Date::from_ymd_opt(2005, 10, 15).unwrap(),
    county: None,
    school: Some("4133010335"),
};

/// Everything in order for a first loan at that place.
fn sound(question: &Question<'_>) -> Facts {
    let level = match (question.scheme, question.school) {
        (Scheme::Campus, _) => StudyLevel::Master,
        (_, Some("4137012819")) => StudyLevel::College,
        _ => StudyLevel::Undergraduate,
    };
    let household = question.county.map(str::to_owned);
    Facts {
        level: Some(level),
        chinese_national: Some(true),
        law_abiding: Some(true),
        admitted: Some(true),
        school_listed: Some(true),
        household: household.clone(),
        hardship_certified: Some(true),
        other_loan_this_year: Some(false),
        declared_true: Some(true),
        pre_applied: Some(true),
        quiz: Some(Quiz { right: 45, asked: 50 }),
        co_borrower: CoBorrower {
            relation: Some(Relation::Mother),
            born_on: Some(date(1953, 3, 1)),
            household,
            capable: Some(true),
            willing: Some(true),
            open_loan: Some(false),
        },
        conduct: Conduct::NONE,
        campus: CampusFacts {
            capable: Some(true),
            studies_hard: Some(true),
            recommended: Some(true),
            lender_satisfied: Some(true),
            punished: Some(false),
            suspended: Some(false),
            poor_results: Some(false),
            wasteful: Some(false),
        },
        ..Facts::unknown(Application::First)
    }
}

fn findings(question: &Question<'_>, facts: &Facts) -> Vec<Finding> {
    check(Book::standard(), question, facts).unwrap()
}

/// The only rule that does not pass after one change to sound facts, with its verdict and article.
fn after(question: &Question<'_>, change: impl FnOnce(&mut Facts)) -> Option<(P, Verdict, String)> {
    let mut facts = sound(question);
    change(&mut facts);
    let mut broken = findings(question, &facts).into_iter().filter(|finding| finding.verdict != Verdict::Pass);
    let first = broken.next()?;
    assert_eq!(broken.next(), None, "one change breaks one rule");
    assert!(!first.bring.is_empty());
    Some((first.rule, first.verdict, first.citation.article.to_string()))
}

fn breaks(question: &Question<'_>, change: impl FnOnce(&mut Facts), rule: P, verdict: Verdict, article: &str) {
    assert_eq!(after(question, change), Some((rule, verdict, article.to_owned())));
}

#[test]
fn sound_facts_pass_everywhere() {
    for question in [XIUFENG, SHANDONG, CAMPUS, XIUFENG.on(date(2026, 11, 23))] {
        assert_eq!(outcome(&findings(&question, &sound(&question))), Outcome::Eligible, "{question:?}");
    }
}

#[test]
fn shandong_asks_all_six_conditions_of_the_student() {
    use Verdict::Fail;
    breaks(&SHANDONG, |f| f.chinese_national = Some(false), P::RuleNationality, Fail, "5(一)");
    breaks(&SHANDONG, |f| f.law_abiding = Some(false), P::RuleLawAbiding, Fail, "5(二)");
    breaks(&SHANDONG, |f| f.admitted = Some(false), P::RuleAdmitted, Fail, "5(三)");
    breaks(&SHANDONG, |f| f.household = Some("370703".into()), P::RuleStudentHousehold, Fail, "5(四)");
    breaks(&SHANDONG, |f| f.hardship_certified = Some(false), P::RuleHardship, Fail, "5(五)");
    breaks(&SHANDONG, |f| f.other_loan_this_year = Some(true), P::RuleNoOtherLoan, Fail, "5(六)");
    breaks(&SHANDONG, |f| f.level = Some(StudyLevel::Undergraduate), P::RuleLevel, Fail, "2");
    breaks(&SHANDONG, |f| f.declared_true = Some(false), P::RuleTruthful, Fail, "29");
    assert_eq!(after(&SHANDONG, |f| f.quiz = None), None, "the college asks for no quiz");
    proof::proves!["R5.1", "R2.15", "R5.14"];
}

#[test]
fn xiufeng_asks_hardship_household_and_no_other_loan() {
    use Verdict::Fail;
    breaks(&XIUFENG, |f| f.hardship_certified = Some(false), P::RuleHardship, Fail, "二.1");
    breaks(&XIUFENG, |f| f.household = Some("450303".into()), P::RuleStudentHousehold, Fail, "二.2");
    breaks(&XIUFENG, |f| f.co_borrower.household = Some("450303".into()), P::RuleCoHousehold, Fail, "二.2");
    breaks(&XIUFENG, |f| f.other_loan_this_year = Some(true), P::RuleNoOtherLoan, Fail, "二.3");
    breaks(&XIUFENG, |f| f.school_listed = Some(false), P::RuleSchoolListed, Fail, "一(一)");
    breaks(&XIUFENG, |f| f.level = Some(StudyLevel::Preparatory), P::RuleLevel, Fail, "一(一)");
    proof::proves!["R5.2", "R5.7", "R2.14"];
}

#[test]
fn the_other_scheme_in_the_same_year_is_refused_both_ways() {
    for question in [XIUFENG, SHANDONG, CAMPUS] {
        let broken = after(&question, |facts| facts.other_loan_this_year = Some(true)).unwrap();
        assert_eq!((broken.0, broken.1), (P::RuleNoOtherLoan, Verdict::Fail));
    }
    proof::proves!["R2.2"];
}

#[test]
fn pre_application_is_soft_and_the_quiz_is_hard_for_first_loans_only() {
    use Verdict::{Fail, NeedsOverride, Unknown};
    breaks(&XIUFENG, |f| f.pre_applied = Some(false), P::PreApplicationGate, NeedsOverride, "二.5");
    breaks(&XIUFENG, |f| f.quiz = Some(Quiz { right: 39, asked: 50 }), P::QuizGate, Fail, "五(三)");
    breaks(&XIUFENG, |f| f.quiz = None, P::QuizGate, Unknown, "五(三)");
    assert_eq!(after(&XIUFENG, |f| f.quiz = Some(Quiz { right: 40, asked: 50 })), None);
    let renewal = |facts: &mut Facts| {
        facts.application = Application::Renewal;
        (facts.quiz, facts.pre_applied) = (None, None);
    };
    assert_eq!(after(&XIUFENG, renewal), None);
    let mut facts = sound(&XIUFENG);
    renewal(&mut facts);
    let quiz = findings(&XIUFENG, &facts).into_iter().find(|finding| finding.rule == P::QuizGate).unwrap();
    assert_eq!((quiz.verdict, quiz.remark), (Verdict::Pass, "续贷学生不需要"));
    proof::proves!["R3.4", "R4.4", "R4.5"];
}

#[test]
fn certification_is_needed_unless_renewed_or_pre_applied() {
    let check = |question: &Question<'_>, application, pre_applied, expected: bool| {
        let facts = Facts { pre_applied, ..Facts::unknown(application) };
        assert_eq!(certification_needed(Book::standard(), question, &facts), Ok(expected));
    };
    check(&XIUFENG, Application::First, Some(false), true);
    check(&XIUFENG, Application::First, None, true);
    check(&XIUFENG, Application::First, Some(true), false);
    check(&XIUFENG, Application::Renewal, None, false);
    proof::proves!["R3.6", "R9.13"];
}

#[test]
fn each_disqualifying_behaviour_is_a_flag_of_its_own() {
    let check = |change: fn(&mut Conduct), rule, article: &str| {
        breaks(&XIUFENG, |facts| change(&mut facts.conduct), rule, Verdict::Fail, article);
        assert_eq!(after(&SHANDONG, |facts| change(&mut facts.conduct)), None, "the college does not ask");
    };
    check(|c| c.car_or_luxury_home = Some(true), P::RuleNoCarOrLuxuryHome, "二.6(1)");
    check(|c| c.costly_computer = Some(true), P::RuleNoCostlyComputer, "二.6(2)");
    check(|c| c.luxuries = Some(true), P::RuleNoLuxuries, "二.6(3)");
    check(|c| c.hotels_and_travel = Some(true), P::RuleNoHotelsAndTravel, "二.6(4)");
    check(|c| c.off_campus_rent = Some(true), P::RuleNoOffCampusRent, "二.6(5)");
    check(|c| c.other_luxury = Some(true), P::RuleNoOtherLuxury, "二.6(6)");
    check(|c| c.income_suffices = Some(true), P::RuleIncomeInsufficient, "二.6(7)");
    check(|c| c.improved_since_last_year = Some(true), P::RuleNotImproved, "二.6(8)");
    proof::proves!["R5.12", "R5.13"];
}

#[test]
fn who_could_repay_in_two_years_is_advised_and_not_stopped() {
    let mut facts = sound(&XIUFENG);
    facts.conduct.could_repay_in_two_years = Some(true);
    let findings = findings(&XIUFENG, &facts);
    let advice = findings.iter().find(|finding| finding.rule == P::RuleNoEarlyRepayer).unwrap();
    assert_eq!(advice.verdict, Verdict::Advised);
    assert_eq!(outcome(&findings), Outcome::Eligible);
    proof::proves!["R2.20"];
}

#[test]
fn parents_come_first_and_others_need_a_reason() {
    use Verdict::NeedsOverride;
    let relation = |relation: Relation| {
        move |facts: &mut Facts| {
            facts.co_borrower.relation = Some(relation);
            facts.co_borrower.born_on = Some(date(1980, 1, 1));
        }
    };
    assert_eq!(after(&SHANDONG, relation(Relation::Father)), None);
    breaks(&SHANDONG, relation(Relation::CloseRelative), P::RuleCoParent, NeedsOverride, "6(一)");
    let unable = |facts: &mut Facts| {
        relation(Relation::CloseRelative)(facts);
        facts.parents_unable = true;
    };
    assert_eq!(after(&SHANDONG, unable), None);
    breaks(&SHANDONG, relation(Relation::Guardian), P::RuleCoParent, NeedsOverride, "6(一)");
    let orphan = |of| {
        move |facts: &mut Facts| {
            relation(of)(facts);
            facts.orphan = true;
        }
    };
    assert_eq!(after(&SHANDONG, orphan(Relation::Guardian)), None);
    assert_eq!(after(&SHANDONG, orphan(Relation::Volunteer)), None);
    proof::proves!["R5.4", "R5.5", "R5.6"];
}

#[test]
fn h096_the_age_of_a_co_borrower_who_is_no_parent_is_counted_in_completed_years() {
    let relative = |question: &Question<'_>, born_on: Date| {
        after(question, |facts| {
            facts.orphan = true;
            facts.co_borrower.relation = Some(Relation::Guardian);
            facts.co_borrower.born_on = Some(born_on);
        })
        .map(|(rule, verdict, _)| (rule, verdict))
    };
    let soft = Some((P::RuleCoAge, Verdict::NeedsOverride));
    for question in [XIUFENG, SHANDONG] {
        let (year, month) = (chrono::Datelike::year(&question.on), chrono::Datelike::month(&question.on));
        assert_eq!(relative(&question, date(year - 25, month, 2)), soft, "24 years and 364 days");
        assert_eq!(relative(&question, date(year - 25, month, 1)), None, "the 25th birthday");
        assert_eq!(relative(&question, date(year - 61, month, 2)), None, "60 years and 364 days");
        assert_eq!(relative(&question, date(year - 61, month, 1)), soft, "the 61st birthday");
        let parent = after(&question, |facts| facts.co_borrower.born_on = Some(date(year - 63, 1, 1)));
        assert_eq!(parent, None, "a parent of 63 has no age test");
    }
    breaks(&SHANDONG, |f| f.co_borrower.household = Some("370703".into()), P::RuleCoHousehold, Verdict::Fail, "6(四)");
    breaks(&SHANDONG, |f| f.co_borrower.open_loan = Some(true), P::RuleCoNoOpenLoan, Verdict::Fail, "6(六)");
    proof::proves!["R5.8", "R5.10"];
}

#[test]
fn a_co_borrower_who_is_no_parent_must_be_capable_and_willing() {
    let other = |capable, willing| {
        move |facts: &mut Facts| {
            facts.orphan = true;
            facts.co_borrower.relation = Some(Relation::Guardian);
            facts.co_borrower.born_on = Some(date(1980, 1, 1));
            (facts.co_borrower.capable, facts.co_borrower.willing) = (capable, willing);
        }
    };
    let check = |capable, willing, verdict| {
        breaks(&XIUFENG, other(capable, willing), P::RuleCoCapacity, verdict, "二.4");
    };
    check(Some(false), Some(true), Verdict::Fail);
    check(Some(true), Some(false), Verdict::Fail);
    check(Some(true), None, Verdict::Unknown);
    check(None, None, Verdict::Unknown);
    assert_eq!(after(&XIUFENG, other(Some(true), Some(true))), None);
    proof::proves!["R5.9"];
}

#[test]
fn soft_rules_wait_for_a_clerk_and_hard_rules_do_not() {
    let check = |change: fn(&mut Facts), expected| {
        let mut facts = sound(&XIUFENG);
        change(&mut facts);
        assert_eq!(outcome(&findings(&XIUFENG, &facts)), expected);
    };
    check(|_| {}, Outcome::Eligible);
    check(|f| f.pre_applied = Some(false), Outcome::NeedsOverride);
    check(|f| (f.pre_applied, f.hardship_certified) = (Some(false), None), Outcome::Incomplete);
    check(
        |f| (f.pre_applied, f.hardship_certified, f.law_abiding) = (Some(false), None, Some(false)),
        Outcome::NotEligible,
    );
    proof::proves!["R5.11"];
}

#[test]
fn a_visitor_without_facts_is_told_every_open_question_and_its_article() {
    for question in [XIUFENG, SHANDONG] {
        let findings = findings(&question, &Facts::unknown(Application::First));
        assert_eq!(outcome(&findings), Outcome::Incomplete);
        let document = Book::standard();
        for finding in &findings {
            let doc = document.document(&finding.citation.doc).unwrap();
            assert!(doc.articles.iter().any(|article| *article == finding.citation.article));
        }
        assert!(findings.iter().all(|finding| finding.verdict != Verdict::Fail));
        assert!(PUBLIC.iter().all(|rule| RULES.contains(rule)));
    }
    proof::proves!["R5.15", "R5.16", "R6.16"];
}

#[test]
fn campus_2005_has_seven_conditions_and_four_exclusions() {
    use Verdict::Fail;
    breaks(&CAMPUS, |f| f.chinese_national = Some(false), P::RuleNationality, Fail, "二.1(1)");
    breaks(&CAMPUS, |f| f.campus.capable = Some(false), P::RuleStudentCapacity, Fail, "二.1(2)");
    breaks(&CAMPUS, |f| f.law_abiding = Some(false), P::RuleLawAbiding, Fail, "二.1(3)");
    breaks(&CAMPUS, |f| f.campus.studies_hard = Some(false), P::RuleStudiesHard, Fail, "二.1(4)");
    breaks(&CAMPUS, |f| f.hardship_certified = Some(false), P::RuleHardship, Fail, "二.1(5)");
    breaks(&CAMPUS, |f| f.campus.recommended = Some(false), P::RuleRecommended, Fail, "二.1(6)");
    breaks(&CAMPUS, |f| f.campus.lender_satisfied = Some(false), P::RuleLenderConditions, Fail, "二.1(7)");
    breaks(&CAMPUS, |f| f.campus.punished = Some(true), P::RuleNotPunished, Fail, "二.2(1)");
    breaks(&CAMPUS, |f| f.campus.suspended = Some(true), P::RuleNotSuspended, Fail, "二.2(2)");
    breaks(&CAMPUS, |f| f.campus.poor_results = Some(true), P::RuleGoodResults, Fail, "二.2(3)");
    breaks(&CAMPUS, |f| f.campus.wasteful = Some(true), P::RuleNoWaste, Fail, "二.2(4)");
    breaks(&CAMPUS, |f| f.level = Some(StudyLevel::Undergraduate), P::RuleLevel, Fail, "二.1(1)");
    let asked = findings(&CAMPUS, &sound(&CAMPUS));
    assert!(asked.iter().all(|finding| finding.rule != P::RuleCoParent), "no co-borrower");
    proof::proves!["R23.6", "R23.7"];
}

/// One numbered clause of a requirement: broken alone, it fails with its own article.
macro_rules! clauses {
    ($($name:ident: $question:ident, $change:expr, $rule:ident, $article:literal, $requirement:literal;)*) => {$(
        #[test]
        fn $name() {
            breaks(&$question, $change, P::$rule, Verdict::Fail, $article);
            proof::proves![$requirement];
        }
    )*};
}

clauses! {
    clause_nationality: SHANDONG, |f| f.chinese_national = Some(false), RuleNationality, "5(一)", "R5.1(1)";
    clause_law_abiding: SHANDONG, |f| f.law_abiding = Some(false), RuleLawAbiding, "5(二)", "R5.1(2)";
    clause_admitted: SHANDONG, |f| f.admitted = Some(false), RuleAdmitted, "5(三)", "R5.1(3)";
    clause_household: SHANDONG, |f| f.household = Some("370703".into()), RuleStudentHousehold, "5(四)", "R5.1(4)";
    clause_hardship: SHANDONG, |f| f.hardship_certified = Some(false), RuleHardship, "5(五)", "R5.1(5)";
    clause_no_other_loan: SHANDONG, |f| f.other_loan_this_year = Some(true), RuleNoOtherLoan, "5(六)", "R5.1(6)";
    flag_car_or_luxury_home: XIUFENG, |f| f.conduct.car_or_luxury_home = Some(true), RuleNoCarOrLuxuryHome, "二.6(1)", "R5.12(1)";
    flag_costly_computer: XIUFENG, |f| f.conduct.costly_computer = Some(true), RuleNoCostlyComputer, "二.6(2)", "R5.12(2)";
    flag_luxuries: XIUFENG, |f| f.conduct.luxuries = Some(true), RuleNoLuxuries, "二.6(3)", "R5.12(3)";
    flag_hotels_and_travel: XIUFENG, |f| f.conduct.hotels_and_travel = Some(true), RuleNoHotelsAndTravel, "二.6(4)", "R5.12(4)";
    flag_off_campus_rent: XIUFENG, |f| f.conduct.off_campus_rent = Some(true), RuleNoOffCampusRent, "二.6(5)", "R5.12(5)";
    flag_other_luxury: XIUFENG, |f| f.conduct.other_luxury = Some(true), RuleNoOtherLuxury, "二.6(6)", "R5.12(6)";
    flag_income_suffices: XIUFENG, |f| f.conduct.income_suffices = Some(true), RuleIncomeInsufficient, "二.6(7)", "R5.12(7)";
    campus_nationality: CAMPUS, |f| f.chinese_national = Some(false), RuleNationality, "二.1(1)", "R23.6(1)";
    campus_capacity: CAMPUS, |f| f.campus.capable = Some(false), RuleStudentCapacity, "二.1(2)", "R23.6(2)";
    campus_law_abiding: CAMPUS, |f| f.law_abiding = Some(false), RuleLawAbiding, "二.1(3)", "R23.6(3)";
    campus_studies_hard: CAMPUS, |f| f.campus.studies_hard = Some(false), RuleStudiesHard, "二.1(4)", "R23.6(4)";
    campus_hardship: CAMPUS, |f| f.hardship_certified = Some(false), RuleHardship, "二.1(5)", "R23.6(5)";
    campus_recommended: CAMPUS, |f| f.campus.recommended = Some(false), RuleRecommended, "二.1(6)", "R23.6(6)";
    campus_lender: CAMPUS, |f| f.campus.lender_satisfied = Some(false), RuleLenderConditions, "二.1(7)", "R23.6(7)";
    campus_punished: CAMPUS, |f| f.campus.punished = Some(true), RuleNotPunished, "二.2(1)", "R23.7(1)";
    campus_suspended: CAMPUS, |f| f.campus.suspended = Some(true), RuleNotSuspended, "二.2(2)", "R23.7(2)";
    campus_poor_results: CAMPUS, |f| f.campus.poor_results = Some(true), RuleGoodResults, "二.2(3)", "R23.7(3)";
    campus_wasteful: CAMPUS, |f| f.campus.wasteful = Some(true), RuleNoWaste, "二.2(4)", "R23.7(4)";
}
