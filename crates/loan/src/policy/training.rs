//! The training and the quiz before a first loan: what is taught, when, and who passes.

use chrono::{Datelike, Weekday};

use super::book::{Book, NotCovered, Question};
use super::choice::TrainingPart;
use super::eligibility::Quiz;
use super::parameter::Parameter as P;
use crate::calendar::Date;

/// The parts of the training, in order.
///
/// # Errors
/// [`NotCovered`] where no rule asks for training.
pub fn parts(book: &Book, question: &Question<'_>) -> Result<Vec<TrainingPart>, NotCovered> {
    book.choices(question, P::TrainingParts)
}

/// The days of the season that fall on a weekday, such as every Monday.
///
/// # Errors
/// [`NotCovered`] where no rule sets a season.
pub fn sessions(book: &Book, question: &Question<'_>, weekday: Weekday) -> Result<Vec<Date>, NotCovered> {
    let (from, to) = (book.date(question, P::TrainingFrom)?, book.date(question, P::TrainingTo)?);
    Ok(from.iter_days().take_while(|day| *day <= to).filter(|day| day.weekday() == weekday).collect())
}

/// Whether a quiz is passed.
///
/// # Errors
/// [`NotCovered`] where no rule asks for a quiz.
pub fn passed(book: &Book, question: &Question<'_>, quiz: Quiz) -> Result<bool, NotCovered> {
    Ok(quiz.reaches(u32::try_from(book.count(question, P::QuizPassPercent)?).unwrap_or(100)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    fn xiufeng() -> Question<'static> {
        Question::origin(date(2016, 8, 1), "450302", "4133010335")
    }

    #[test]
    fn forty_of_fifty_passes_and_thirty_nine_fails() {
        let check = |right: u32, asked: u32, expected: bool| {
            assert_eq!(passed(Book::standard(), &xiufeng(), Quiz { right, asked }), Ok(expected), "{right}/{asked}");
        };
        check(40, 50, true);
        check(39, 50, false);
        check(50, 50, true);
        check(4, 5, true);
        check(7, 9, false);
        check(0, 0, false);
        proof::proves!["R4.2"];
    }

    #[test]
    fn the_season_of_2016_has_eight_mondays_and_six_parts() {
        let mondays = sessions(Book::standard(), &xiufeng(), Weekday::Mon).unwrap();
        let expected = [(8, 1), (8, 8), (8, 15), (8, 22), (8, 29), (9, 5), (9, 12), (9, 19)];
        assert_eq!(mondays, expected.map(|(month, day)| date(2016, month, day)));
        assert_eq!(parts(Book::standard(), &xiufeng()).unwrap(), TrainingPart::ALL);
        assert_eq!(TrainingPart::ALL.len(), 6);
        let national = Question::origin(date(2026, 8, 1), "450302", "4133010335");
        assert!(sessions(Book::standard(), &national, Weekday::Mon).is_err(), "no season is invented");
        proof::proves!["R4.1"];
    }
}
