//! The dates of campus-based loans: when to apply, when to begin and to finish repaying, when the plan may be adjusted.

use chrono::{Datelike, Months};

use super::book::{Book, NotCovered, Question};
use super::parameter::Parameter as P;
use crate::calendar::Date;
use crate::refusal::Citation;

/// The latest dates of repayment after the end of study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepaymentWindow {
    /// Latest first day of repayment.
    pub start_by: Date,
    /// Latest last day; `None` where the term of the contract bounds it instead.
    pub end_by: Option<Date>,
    /// Where the start stands.
    pub why: Citation,
}

/// The window for a student whose study ended on that day, under the rules of the question (its day is that of signing).
///
/// ```
/// use loan::calendar::date;
/// use loan::policy::{Book, Question, Scheme, campus};
/// let zju = Question { scheme: Scheme::Campus, on: date(2005, 10, 15), county: None, school: Some("4133010335") };
/// let window = campus::repayment_window(Book::standard(), &zju, date(2006, 6, 30)).unwrap();
/// assert_eq!((window.start_by, window.end_by), (date(2008, 6, 30), Some(date(2012, 6, 30))));
/// ```
///
/// # Errors
/// [`NotCovered`].
pub fn repayment_window(
    book: &Book,
    question: &Question<'_>,
    study_ended_on: Date,
) -> Result<RepaymentWindow, NotCovered> {
    let start = book.count(question, P::RepayStartWithin)?;
    let end = book.count(question, P::RepayEndWithin).ok();
    Ok(RepaymentWindow {
        start_by: after(study_ended_on, start),
        end_by: end.map(|months| after(study_ended_on, months)),
        why: book.why(question, P::RepayStartWithin)?,
    })
}

/// Last day on which the one adjustment of the plan may be asked for.
///
/// # Errors
/// [`NotCovered`].
pub fn plan_adjustable_until(book: &Book, question: &Question<'_>, study_ended_on: Date) -> Result<Date, NotCovered> {
    Ok(after(study_ended_on, book.count(question, P::PlanAdjustWithin)?))
}

/// Whether applications are open on the question's day: May and June for enrolled students, September and October for
/// new ones (zju-2005 四.1).
///
/// # Errors
/// [`NotCovered`] where no rule sets windows.
pub fn applications_open(book: &Book, question: &Question<'_>, freshman: bool) -> Result<bool, NotCovered> {
    let (from, to) =
        if freshman { (P::FreshmanApplyFrom, P::FreshmanApplyTo) } else { (P::EnrolledApplyFrom, P::EnrolledApplyTo) };
    let year = question.on.year();
    let open = book.month_day(question, from)?.in_year(year)..=book.month_day(question, to)?.in_year(year);
    Ok(open.contains(&question.on))
}

fn after(day: Date, months: i64) -> Date {
    day + Months::new(u32::try_from(months).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;
    use crate::policy::Scheme;
    use crate::policy::choice::{OwnInterestStart, PublicationCase, RateIndex, RepaymentForm, SubsidyRule};

    fn zhejiang(on: Date) -> Question<'static> {
        Question { scheme: Scheme::Campus, on, county: None, school: Some("4133010335") }
    }

    #[test]
    fn repayment_starts_within_24_and_ends_within_72_months() {
        let book = Book::standard();
        let check = |ended_on, start_by, end_by| {
            let window = repayment_window(book, &zhejiang(date(2005, 10, 15)), ended_on).unwrap();
            assert_eq!((window.start_by, window.end_by), (start_by, Some(end_by)), "{ended_on}");
        };
        check(date(2006, 6, 30), date(2008, 6, 30), date(2012, 6, 30));
        check(date(2006, 8, 31), date(2008, 8, 31), date(2012, 8, 31));
        check(date(2008, 2, 29), date(2010, 2, 28), date(2014, 2, 28));
        let adjustable = plan_adjustable_until(book, &zhejiang(date(2005, 10, 15)), date(2006, 6, 30));
        assert_eq!(adjustable, Ok(date(2007, 6, 30)));
        let forms: Vec<RepaymentForm> = book.choices(&zhejiang(date(2005, 10, 15)), P::RepaymentForms).unwrap();
        assert_eq!(forms, RepaymentForm::ALL);
        let later = repayment_window(book, &zhejiang(date(2021, 10, 1)), date(2022, 6, 30)).unwrap();
        assert_eq!((later.start_by, later.end_by), (date(2027, 6, 30), None));
        proof::proves!["R23.25", "R23.26", "R23.30"];
    }

    #[test]
    fn applications_open_in_spring_for_the_enrolled_and_in_autumn_for_the_new() {
        let check = |on, freshman, expected| {
            assert_eq!(applications_open(Book::standard(), &zhejiang(on), freshman), Ok(expected), "{on} {freshman}");
        };
        check(date(2006, 4, 30), false, false);
        check(date(2006, 5, 1), false, true);
        check(date(2006, 6, 30), false, true);
        check(date(2006, 7, 1), false, false);
        check(date(2006, 8, 31), true, false);
        check(date(2006, 9, 1), true, true);
        check(date(2006, 10, 31), true, true);
        check(date(2006, 11, 1), true, false);
        proof::proves!["R23.15"];
    }

    #[test]
    fn campus_interest_and_publication_follow_their_own_articles() {
        let (book, question) = (Book::standard(), zhejiang(date(2005, 10, 15)));
        assert_eq!(book.choice(&question, P::SubsidyInStudy), Ok(SubsidyRule::Full));
        assert_eq!(book.choice(&question, P::RateIndex), Ok(RateIndex::PbocSameTerm));
        assert_eq!(book.choice(&question, P::OwnInterestStart), Ok(OwnInterestStart::MonthAfterFormalities));
        let cases: Vec<PublicationCase> = book.choices(&question, P::PublicationCases).unwrap();
        assert_eq!(cases.len(), 3);
        proof::proves!["R23.11", "R23.13", "R23.33"];
    }

    #[test]
    fn a_suspension_ends_the_subsidy_of_one_scheme_and_keeps_that_of_the_other() {
        let book = Book::standard();
        let origin = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        assert_eq!(book.choice(&origin, P::SubsidySuspension), Ok(SubsidyRule::OnApproval));
        let campus = zhejiang(date(2005, 10, 15));
        assert_eq!(book.choice(&campus, P::SubsidySuspension), Ok(SubsidyRule::EndsNextMonth));
        proof::proves!["R13.8"];
    }
}
