//! Until when the school must enter the receipt, and what a missed one means.

use super::book::{Book, NotCovered, Question};
use super::choice::{DeadlineReading, ReceiptConsequence};
use super::parameter::Parameter as P;
use crate::calendar::Date;
use crate::refusal::Citation;

/// The deadline of one loan year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Last day in time, that whole day included.
    pub last_on: Date,
    /// What happens from the next day on.
    pub consequence: ReceiptConsequence,
    /// Where the day stands.
    pub why: Citation,
}

/// The deadline in that year for a loan under the rules of the question's day, county and school.
///
/// ```
/// use loan::calendar::date;
/// use loan::policy::{Book, Question, receipt};
/// let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
/// assert_eq!(receipt::deadline(Book::standard(), &college, 2022).unwrap().last_on, date(2022, 10, 15));
/// ```
///
/// # Errors
/// [`NotCovered`].
pub fn deadline(book: &Book, question: &Question<'_>, year: i32) -> Result<Deadline, NotCovered> {
    let day = book.month_day(question, P::ReceiptBy)?.in_year(year);
    let last_on = match book.choice(question, P::ReceiptReading)? {
        DeadlineReading::Included => day,
        DeadlineReading::Excluded => day.pred_opt().unwrap_or(day),
    };
    let consequence = book.choice(question, P::ReceiptConsequence)?;
    Ok(Deadline { last_on, consequence, why: book.why(question, P::ReceiptBy)? })
}

impl Deadline {
    /// The consequence for a receipt entered on that day, none when it is in time.
    pub fn missed_on(&self, entered_on: Date) -> Option<ReceiptConsequence> {
        (entered_on > self.last_on).then_some(self.consequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;
    use crate::policy::Scheme;

    #[test]
    fn h097_each_rule_has_its_own_last_day_and_consequence() {
        use ReceiptConsequence::{ApplicationDeclined, ContractInvalid};
        let shandong = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
        let national = Question::national(Scheme::Origin, date(2026, 8, 1));
        let check = |question: &Question<'_>, entered_on, expected| {
            let deadline = deadline(Book::standard(), question, chrono::Datelike::year(&question.on)).unwrap();
            assert_eq!(deadline.missed_on(entered_on), expected, "{entered_on}");
        };
        check(&shandong, date(2022, 10, 14), None);
        check(&shandong, date(2022, 10, 15), None);
        check(&shandong, date(2022, 10, 16), Some(ApplicationDeclined));
        check(&xiufeng, date(2016, 9, 29), None);
        check(&xiufeng, date(2016, 9, 30), None);
        check(&xiufeng, date(2016, 10, 1), Some(ContractInvalid));
        check(&national, date(2026, 10, 10), None);
        check(&national, date(2026, 10, 11), Some(ApplicationDeclined));
        proof::proves!["R11.4", "R11.5", "R10.9"];
    }

    #[test]
    fn the_thirtieth_of_september_itself_is_a_stated_decision() {
        let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
        let answer = Book::standard().ask(&xiufeng, P::ReceiptReading).unwrap();
        assert_eq!(answer.code(), "included");
        assert!(answer.note.is_some(), "the reading carries its reason");
    }
}
