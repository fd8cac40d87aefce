//! How long a loan may run: shortest and longest term by what is left of the programme.

use super::book::{Book, NotCovered, Question};
use super::choice::{ExtensionRule, TermReading};
use super::parameter::Parameter as P;
use crate::refusal::Citation;

/// Where a student stands in the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Study {
    /// Years of the whole programme, continued study included.
    pub length: u32,
    /// School year for which the loan is asked, from 1.
    pub grade: u32,
}

impl Study {
    /// School years left, the one of the loan included; at least one.
    pub const fn remaining(self) -> u32 {
        let left = (self.length + 1).saturating_sub(self.grade);
        if left == 0 { 1 } else { left }
    }
}

/// The terms a student may choose from, in whole years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Shortest; always beyond the end of study.
    pub min: u32,
    /// Longest.
    pub max: u32,
    /// Where shortest, longest and the years after study stand.
    pub why: Vec<Citation>,
}

/// Why a term is refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TermRefusal {
    /// Shorter than the shortest.
    #[error("term_below_minimum")]
    TooShort {
        /// The shortest.
        min: u32,
        /// Where it stands.
        why: Citation,
    },
    /// Longer than the longest.
    #[error("term_above_maximum")]
    TooLong {
        /// The longest.
        max: u32,
        /// Where it stands.
        why: Citation,
    },
}

/// The terms open to a student.
///
/// ```
/// use loan::calendar::date;
/// use loan::policy::{Book, Question, terms};
/// let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
/// let range = terms::range(Book::standard(), &college, terms::Study { length: 3, grade: 2 }).unwrap();
/// assert_eq!((range.min, range.max), (5, 17));
/// ```
///
/// # Errors
/// [`NotCovered`].
pub fn range(book: &Book, question: &Question<'_>, study: Study) -> Result<Range, NotCovered> {
    let reading = book.choice(question, P::TermReading)?;
    range_read(book, question, study, reading)
}

/// [`range`] under a named reading of how longer study shortens the years after it (xiufeng-2016 一(三)).
///
/// # Errors
/// [`NotCovered`].
pub fn range_read(
    book: &Book,
    question: &Question<'_>,
    study: Study,
    reading: TermReading,
) -> Result<Range, NotCovered> {
    let years = |parameter| book.count(question, parameter).map(|years| u32::try_from(years).unwrap_or(0));
    let after = match reading {
        TermReading::A => years(P::TermAfterStudy)?,
        TermReading::B => years(P::TermAfterStudy)?.saturating_sub(study.length.saturating_sub(4)),
    };
    let max = years(P::TermMax)?.min(study.remaining() + after);
    let why = [P::TermMin, P::TermMax, P::TermAfterStudy];
    let why = why.into_iter().map(|parameter| book.why(question, parameter)).collect::<Result<_, _>>()?;
    Ok(Range { min: years(P::TermMin)?.max(study.remaining() + 1), max, why })
}

impl Range {
    /// Whether a term may be chosen.
    ///
    /// # Errors
    /// [`TermRefusal`].
    pub fn accept(&self, years: u32) -> Result<(), TermRefusal> {
        if years < self.min {
            return Err(TermRefusal::TooShort { min: self.min, why: self.why[0].clone() });
        }
        if years > self.max {
            return Err(TermRefusal::TooLong { max: self.max, why: self.why[1].clone() });
        }
        Ok(())
    }
}

/// Year of maturity of a loan applied for in that year: its last settlement day ends the term.
pub const fn matures_in(applied_in: i32, term: u32) -> i32 {
    applied_in + term as i32
}

/// Year of graduation of a student who applies in the autumn of that year.
pub const fn graduates_in(applied_in: i32, study: Study) -> i32 {
    applied_in + study.remaining() as i32
}

/// Whether a loan may be extended, and where that stands.
///
/// # Errors
/// [`NotCovered`].
pub fn extension(book: &Book, question: &Question<'_>) -> Result<(ExtensionRule, Citation), NotCovered> {
    Ok((book.choice(question, P::Extension)?, book.why(question, P::Extension)?))
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

    #[test]
    fn h095_shandong_table_1_and_its_bounds() {
        let book = Book::standard();
        let check = |grade: u32, longest: u32| {
            let range = range(book, &shandong(), Study { length: 3, grade }).unwrap();
            assert_eq!((range.min, range.max), (5, longest), "grade {grade}");
        };
        check(1, 18);
        check(2, 17);
        check(3, 16);
        let range = range(book, &shandong(), Study { length: 8, grade: 1 }).unwrap();
        assert_eq!((range.min, range.max), (9, 22), "a long programme reaches the longest term");
        let refusal = |years| range.accept(years).map_err(|refusal| refusal.to_string());
        assert_eq!(refusal(8), Err("term_below_minimum".to_owned()));
        assert_eq!(refusal(9), Ok(()));
        assert_eq!(refusal(22), Ok(()));
        assert_eq!(refusal(23), Err("term_above_maximum".to_owned()));
        proof::proves!["R2.9", "R2.10"];
    }

    #[test]
    fn the_shortest_term_of_shandong_is_five_years() {
        let range = range(Book::standard(), &shandong(), Study { length: 3, grade: 3 }).unwrap();
        assert!(matches!(range.accept(4), Err(TermRefusal::TooShort { min: 5, .. })));
        assert_eq!(range.accept(5), Ok(()));
    }

    #[test]
    fn xiufeng_longer_study_shortens_the_years_after_it_in_two_readings() {
        let check = |length: u32, a: u32, b: u32| {
            let read =
                |reading| range_read(Book::standard(), &xiufeng(), Study { length, grade: 1 }, reading).unwrap().max;
            assert_eq!((read(TermReading::A), read(TermReading::B)), (a, b), "{length} years of study");
        };
        check(3, 16, 16);
        check(4, 17, 17);
        check(5, 18, 17);
        check(8, 20, 17);
        let default = range(Book::standard(), &xiufeng(), Study { length: 8, grade: 1 }).unwrap();
        assert_eq!((default.min, default.max), (9, 20), "reading A is the stated default");
        let short = range(Book::standard(), &xiufeng(), Study { length: 4, grade: 4 }).unwrap();
        assert_eq!((short.min, short.max), (6, 14));
        proof::proves!["R2.8"];
    }

    #[test]
    fn the_nation_changed_terms_with_the_contract_years_2015_and_2020() {
        let check = |on, expected: (u32, u32)| {
            let question = Question::national(Scheme::Origin, on);
            let range = range(Book::standard(), &question, Study { length: 4, grade: 1 }).unwrap();
            assert_eq!((range.min, range.max), expected, "{on}");
        };
        check(date(2014, 12, 31), (6, 14));
        check(date(2015, 1, 1), (6, 17));
        check(date(2019, 12, 31), (6, 17));
        check(date(2020, 1, 1), (5, 19));
        check(date(2026, 11, 23), (5, 19));
    }

    #[test]
    fn extension_is_a_flag_of_the_rules_of_each_scheme() {
        let check = |question: Question<'_>, expected| {
            assert_eq!(extension(Book::standard(), &question).unwrap().0, expected);
        };
        check(shandong(), ExtensionRule::Forbidden);
        check(Question::origin(date(2024, 9, 1), "421122", "4133010335"), ExtensionRule::Forbidden);
        let campus =
            Question { scheme: Scheme::Campus, on: date(2005, 10, 15), county: None, school: Some("4133010335") };
        check(campus, ExtensionRule::WithBankApproval);
        let hongan = Question::origin(date(2024, 9, 1), "421122", "4133010335");
        let printed = Book::standard().ask(&hongan, P::Extension).unwrap().printed;
        assert_eq!(printed.len(), 1);
        assert_eq!(printed[0].citation, &Citation::of("hubei-2024", "红安"));
        proof::proves!["R2.11"];
    }
}
