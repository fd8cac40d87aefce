//! The calendar of a loan year: every dated duty of a place, in date order, with its article.

use chrono::Days;

use super::book::{Book, NotCovered, Question};
use super::choice::Duty;
use super::parameter::Parameter as P;
use super::receipt;
use crate::calendar::Date;
use crate::refusal::Citation;

/// One day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The day.
    pub on: Date,
    /// What it is for.
    pub duty: Duty,
    /// Where it stands.
    pub why: Citation,
}

/// The days of that year under the rules of the question; duties that no rule sets are left out.
///
/// # Errors
/// [`NotCovered`] when a settlement day is set without its days of reminder or debit.
pub fn of_year(book: &Book, question: &Question<'_>, year: i32) -> Result<Vec<Dated>, NotCovered> {
    let mut calendar = Vec::new();
    let mut note = |on: Date, duty, parameter| -> Result<(), NotCovered> {
        calendar.push(Dated { on, duty, why: book.why(question, parameter)? });
        Ok(())
    };
    for (duty, parameter) in [
        (Duty::Confirmation, P::ConfirmationBy),
        (Duty::ConfirmationReview, P::ConfirmationReviewBy),
        (Duty::StudyChange, P::StudyChangeBy),
        (Duty::BillVisible, P::BillVisibleFrom),
        (Duty::RemindersBegin, P::RemindersFrom),
        (Duty::Deposit, P::DepositBy),
        (Duty::RemindersEnd, P::RemindersTo),
    ] {
        if let Ok(day) = book.month_day(question, parameter) {
            note(day.in_year(year), duty, parameter)?;
        }
    }
    for (duty, parameter) in [(Duty::TrainingBegins, P::TrainingFrom), (Duty::TrainingEnds, P::TrainingTo)] {
        if let Some(on) = book.date(question, parameter).ok().filter(|on| chrono::Datelike::year(on) == year) {
            note(on, duty, parameter)?;
        }
    }
    for (parameter, settlement, reminder, debit) in [
        (P::FinalSettlementDay, Duty::FinalSettlement, Duty::FinalReminder, Duty::FinalDebit),
        (P::SettlementDay, Duty::Settlement, Duty::Reminder, Duty::Debit),
    ] {
        let Ok(day) = book.month_day(question, parameter) else { continue };
        let on = day.in_year(year);
        note(on, settlement, parameter)?;
        let days = |parameter| book.count(question, parameter).map(|days| Days::new(u64::try_from(days).unwrap_or(0)));
        if let Ok(before) = days(P::ReminderBefore) {
            note(on - before, reminder, P::ReminderBefore)?;
        }
        note(on + days(P::DebitAfter)?, debit, P::DebitAfter)?;
    }
    if let Ok(deadline) = receipt::deadline(book, question, year) {
        note(deadline.last_on, Duty::Receipt, P::ReceiptBy)?;
    }
    calendar.sort_by_key(|dated| (dated.on, dated.duty));
    Ok(calendar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    fn on(question: &Question<'_>, year: i32, duty: Duty) -> Option<Date> {
        let calendar = of_year(Book::standard(), question, year).unwrap();
        calendar.iter().find(|dated| dated.duty == duty).map(|dated| dated.on)
    }

    #[test]
    fn each_policy_version_has_its_own_calendar() {
        let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
        let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        assert_eq!(on(&xiufeng, 2016, Duty::Receipt), Some(date(2016, 9, 30)));
        assert_eq!(on(&college, 2022, Duty::Receipt), Some(date(2022, 10, 15)));
        assert_eq!(on(&xiufeng, 2016, Duty::TrainingBegins), Some(date(2016, 8, 1)));
        assert_eq!(on(&xiufeng, 2017, Duty::TrainingBegins), None);
        assert_eq!(on(&college, 2022, Duty::StudyChange), Some(date(2022, 8, 31)));
        let calendar = of_year(Book::standard(), &college, 2022).unwrap();
        assert!(calendar.is_sorted_by_key(|dated| dated.on) && calendar.len() == 14);
        proof::proves!["R26.2"];
    }

    #[test]
    fn the_reminder_comes_five_days_before_and_the_debit_the_day_after() {
        let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        let check = |duty, expected| assert_eq!(on(&college, 2022, duty), Some(expected), "{duty:?}");
        check(Duty::FinalReminder, date(2022, 9, 15));
        check(Duty::FinalSettlement, date(2022, 9, 20));
        check(Duty::FinalDebit, date(2022, 9, 21));
        check(Duty::Reminder, date(2022, 12, 15));
        check(Duty::Deposit, date(2022, 12, 15));
        check(Duty::Settlement, date(2022, 12, 20));
        check(Duty::Debit, date(2022, 12, 21));
        proof::proves!["R17.12", "R17.8", "R16.10"];
    }

    #[test]
    fn the_season_of_reminders_is_dated() {
        let today = Question::national(crate::policy::Scheme::Origin, date(2026, 11, 23));
        assert_eq!(on(&today, 2026, Duty::BillVisible), Some(date(2026, 11, 1)));
        assert_eq!(on(&today, 2026, Duty::RemindersBegin), Some(date(2026, 11, 20)));
        assert_eq!(on(&today, 2026, Duty::RemindersEnd), Some(date(2026, 12, 20)));
        proof::proves!["R21.5"];
    }
}
