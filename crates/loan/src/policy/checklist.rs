//! What a family brings: the checklist of the place and day, cut to the case, each item with its article.

use super::book::{Book, NotCovered, Question};
use super::choice::{Application, RenewalWay, When};
use super::parameter::Parameter as P;
use super::value::Material;
use crate::refusal::Citation;

/// What of a case the lists ask. `None` means not known yet: the item is listed with its condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// First loan or renewal.
    pub application: Application,
    /// The co-borrower is another person than last year; first-time rules apply then.
    pub co_borrower_changed: bool,
    /// A freshman, not yet enrolled.
    pub freshman: Option<bool>,
    /// Student and co-borrower stand in two household books.
    pub separate_books: Option<bool>,
    /// A pre-application was entered.
    pub pre_applied: Option<bool>,
    /// The family has a certificate of minimum living allowance, unemployment or disability.
    pub hardship_certificate: Option<bool>,
    /// The card of identity was lost.
    pub id_card_lost: Option<bool>,
}

impl Case {
    /// Nothing is known but the kind of application.
    pub const fn unknown(application: Application) -> Case {
        Case {
            application,
            co_borrower_changed: false,
            freshman: None,
            separate_books: None,
            pre_applied: None,
            hardship_certificate: None,
            id_card_lost: None,
        }
    }
}

/// One item of a case's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The material.
    pub material: Material,
    /// False when it depends on something not known yet; `material.when` tells on what.
    pub certain: bool,
    /// Document and article.
    pub citation: Citation,
}

/// The materials of a case, in the order of the document.
///
/// ```
/// use loan::calendar::date;
/// use loan::policy::choice::Application;
/// use loan::policy::{Book, Question, checklist};
/// let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
/// let case = checklist::Case { freshman: Some(true), ..checklist::Case::unknown(Application::First) };
/// let items = checklist::items(Book::standard(), &xiufeng, &case).unwrap();
/// assert!(items.iter().any(|item| item.material.code == "admission_letter"));
/// assert!(!items.iter().any(|item| item.material.code == "student_card"));
/// ```
///
/// # Errors
/// [`NotCovered`].
pub fn items(book: &Book, question: &Question<'_>, case: &Case) -> Result<Vec<Item>, NotCovered> {
    let list = match case.application {
        Application::Renewal if !case.co_borrower_changed => P::ChecklistRenewal,
        Application::First | Application::Renewal => P::ChecklistFirst,
    };
    let doc = book.why(question, list)?.doc;
    let materials = book.materials(question, list)?.into_iter();
    Ok(materials
        .filter_map(|material| {
            let falls = falls_on(material.when, case);
            let citation = Citation { doc: doc.clone(), article: material.article.clone().into() };
            (falls != Some(false)).then(|| Item { material, certain: falls == Some(true), citation })
        })
        .collect())
}

/// Whether an item falls on the case.
fn falls_on(when: When, case: &Case) -> Option<bool> {
    let renewal = case.application == Application::Renewal;
    let not_pre_applied = if renewal { Some(false) } else { case.pre_applied.map(|entered| !entered) };
    let and = |one: Option<bool>, other: Option<bool>| match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    };
    match when {
        When::Always => Some(true),
        When::Freshman => case.freshman,
        When::Enrolled => case.freshman.map(|freshman| !freshman),
        When::SeparateBooks => case.separate_books,
        When::IdCardLost => case.id_card_lost,
        When::NotPreApplied => not_pre_applied,
        When::NotPreAppliedWithCertificate => and(not_pre_applied, case.hardship_certificate),
        When::NotPreAppliedNoCertificate => and(not_pre_applied, case.hardship_certificate.map(|has| !has)),
    }
}

/// The ways in which a case may be handled. A first loan, and a renewal with another co-borrower, needs both people in
/// person; nobody may stand in for them (sdvcst-2022 article 12, xiufeng-2016 三).
///
/// # Errors
/// [`NotCovered`].
pub fn ways(book: &Book, question: &Question<'_>, case: &Case) -> Result<Vec<RenewalWay>, NotCovered> {
    if case.application == Application::First || case.co_borrower_changed {
        return Ok(vec![RenewalWay::BothTogether]);
    }
    book.choices(question, P::RenewalWays)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;
    use crate::policy::Scheme;

    fn xiufeng() -> Question<'static> {
        Question::origin(date(2016, 8, 1), "450302", "4133010335")
    }

    fn shandong() -> Question<'static> {
        Question::origin(date(2022, 10, 1), "370702", "4137012819")
    }

    fn codes(question: &Question<'_>, case: &Case) -> Vec<String> {
        let items = items(Book::standard(), question, case).unwrap();
        items.into_iter().map(|item| item.material.code).collect()
    }

    fn item(question: &Question<'_>, case: &Case, code: &str) -> Item {
        let items = items(Book::standard(), question, case).unwrap();
        items.into_iter().find(|item| item.material.code == code).unwrap()
    }

    const FRESHMAN: Case = Case {
        freshman: Some(true),
        separate_books: Some(false),
        pre_applied: Some(true),
        ..Case::unknown(Application::First)
    };

    #[test]
    fn shandong_2022_shows_originals_and_hands_in_copies() {
        let freshman = codes(&shandong(), &FRESHMAN);
        let expected = ["application_form", "student_id", "co_borrower_id", "admission_letter", "household_book"];
        assert_eq!(freshman, expected);
        let enrolled = Case { freshman: Some(false), separate_books: Some(true), ..FRESHMAN };
        let expected = [
            "application_form",
            "student_id",
            "co_borrower_id",
            "student_card",
            "household_book",
            "second_household_book",
        ];
        assert_eq!(codes(&shandong(), &enrolled), expected);
        let check = |code: &str, show: bool, hand_in: bool, copies: u32| {
            let material = item(&shandong(), &enrolled, code).material;
            let found = (material.show_original, material.hand_in_original, material.copies);
            assert_eq!(found, (show, hand_in, copies), "{code}");
        };
        check("application_form", false, true, 0);
        check("student_id", true, false, 1);
        check("co_borrower_id", true, false, 1);
        check("student_card", true, false, 1);
        check("household_book", true, false, 0);
        proof::proves!["R9.1", "R9.2", "R9.3"];
    }

    #[test]
    fn xiufeng_2016_items_one_to_three() {
        let form = item(&xiufeng(), &FRESHMAN, "application_form");
        assert_eq!(form.citation, Citation::of("xiufeng-2016", "四(一)"));
        assert!(form.material.hand_in_original && form.material.remark.contains("一式两份"));
        assert_eq!(Book::standard().count(&xiufeng(), P::FormCopies), Ok(2));
        for code in ["student_id", "co_borrower_id"] {
            let card = item(&xiufeng(), &FRESHMAN, code).material;
            assert!(card.show_original && card.copies == 1);
        }
        let book = item(&xiufeng(), &FRESHMAN, "household_book").material;
        assert_eq!(book.pages, ["首页", "贷款学生页", "共同借款人页"]);
        assert_eq!((book.show_original, book.copies), (true, 1));
        let renewal = Case { freshman: Some(false), ..Case::unknown(Application::Renewal) };
        let book = item(&xiufeng(), &renewal, "household_book").material;
        assert_eq!((book.show_original, book.copies), (true, 0), "a renewal shows the book and leaves no copy");
        proof::proves!["R9.4", "R9.5", "R9.6"];
    }

    #[test]
    fn xiufeng_2016_items_four_and_five() {
        let enrolled = Case { freshman: Some(false), ..FRESHMAN };
        let card = item(&xiufeng(), &enrolled, "student_card").material;
        assert_eq!(card.pages, ["有学生详细情况的相片页", "注册页"]);
        assert!(item(&xiufeng(), &FRESHMAN, "admission_letter").material.show_original);
        for code in ["no_campus_loan_certificate", "fee_list"] {
            assert!(item(&xiufeng(), &enrolled, code).material.hand_in_original);
        }
        proof::proves!["R9.7", "R9.8"];
    }

    #[test]
    fn a_first_loan_without_pre_application_brings_the_stricter_set() {
        let pre_applied = codes(&xiufeng(), &FRESHMAN);
        assert!(!pre_applied.iter().any(|code| code == "hardship_certificate" || code == "sealed_poverty_proof"));
        let certificate = Case { pre_applied: Some(false), hardship_certificate: Some(true), ..FRESHMAN };
        let with = codes(&xiufeng(), &certificate);
        assert!(with.contains(&"hardship_certificate".to_owned()));
        assert!(!with.contains(&"sealed_poverty_proof".to_owned()));
        let without = codes(&xiufeng(), &Case { hardship_certificate: Some(false), ..certificate });
        assert!(!without.contains(&"hardship_certificate".to_owned()));
        let sealed =
            item(&xiufeng(), &Case { hardship_certificate: Some(false), ..certificate }, "sealed_poverty_proof");
        assert!(sealed.material.name.contains("情况属实") && sealed.certain);
        let open = Case { hardship_certificate: None, ..certificate };
        assert!(
            !item(&xiufeng(), &open, "sealed_poverty_proof").certain,
            "listed with its condition until it is known"
        );
        proof::proves!["R3.5", "R9.9"];
    }

    #[test]
    fn a_changed_co_borrower_makes_a_renewal_a_first_loan_again() {
        use RenewalWay::{BothTogether, EitherParty, OnlineFace};
        let renewal = Case { freshman: Some(false), ..Case::unknown(Application::Renewal) };
        let changed = Case { co_borrower_changed: true, ..renewal };
        let check = |question: &Question<'_>, case: &Case, expected: &[RenewalWay]| {
            assert_eq!(ways(Book::standard(), question, case).unwrap(), expected);
        };
        check(&xiufeng(), &FRESHMAN, &[BothTogether]);
        check(&xiufeng(), &renewal, &[BothTogether]);
        check(&shandong(), &renewal, &[OnlineFace, EitherParty]);
        check(&shandong(), &changed, &[BothTogether]);
        let household = item(&xiufeng(), &changed, "household_book").material;
        assert_eq!(household.copies, 1, "the list of a first loan");
        proof::proves!["R7.11", "R7.2"];
    }

    #[test]
    fn campus_2005_asks_seven_materials() {
        let question =
            Question { scheme: Scheme::Campus, on: date(2005, 10, 15), county: None, school: Some("4133010335") };
        let case = Case { freshman: Some(false), id_card_lost: Some(false), ..Case::unknown(Application::First) };
        let list = items(Book::standard(), &question, &case).unwrap();
        let articles: Vec<_> = list.iter().map(|item| item.citation.article.to_string()).collect();
        assert_eq!(articles, (1..=7).map(|number| format!("四.4({number})")).collect::<Vec<_>>());
        let lost = Case { id_card_lost: Some(true), freshman: Some(true), ..case };
        let list = codes(&question, &lost);
        assert!(list.contains(&"police_certificate".to_owned()) && list.contains(&"admission_stub".to_owned()));
        assert!(!list.contains(&"results".to_owned()));
        proof::proves!["R23.18"];
    }
}
