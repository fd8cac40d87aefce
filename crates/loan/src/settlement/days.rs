//! Days as numbers, and the days on which the years of a loan turn. The course of a contract counts in day
//! numbers; civil dates appear only where facts come in and rows go out.

use chrono::Datelike;

use crate::calendar::{Date, MonthDay};
use crate::contract::Product;

/// A civil day as the number of days since 1 January of year 1 (that day is 1).
pub type Day = i32;

/// The number of a civil date.
pub fn number(date: Date) -> Day {
    date.num_days_from_ce()
}

/// The civil date of a number.
///
/// # Panics
/// Outside the calendar; every day of an accepted contract is inside.
pub fn civil(day: Day) -> Date {
    Date::from_num_days_from_ce_opt(day).expect("a day of an accepted contract is in the calendar")
}

/// The number of a day named by year, month and day, without a way through the calendar's tables.
pub fn of(year: i32, month: u32, day: u32) -> Day {
    // Years that begin in March put the leap day last.
    let (month, day) = (month as i32, day as i32);
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = if month > 2 { month - 3 } else { month + 9 };
    year * 365 + year / 4 - year / 100 + year / 400 + (153 * since_march + 2) / 5 + day - 306
}

/// 21 December: the day on which floating rates are reset (重定价日).
pub fn reset_day(year: i32) -> Day {
    of(year, 12, 21)
}

/// The first reset day after a day.
pub fn first_reset_after(day: Day) -> Day {
    reset_day(year_of_first_reset_after(day))
}

/// The year of the first reset day after a day.
pub fn year_of_first_reset_after(day: Day) -> i32 {
    let year = civil(day).year();
    if reset_day(year) > day { year } else { year + 1 }
}

/// The first 20th after a day on which overdue money is collected: every month but November.
pub fn first_collection_after(day: Day) -> Day {
    let date = civil(day);
    let (mut year, mut month) = (date.year(), date.month());
    loop {
        let collection = of(year, month, 20);
        if month != 11 && collection > day {
            return collection;
        }
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
}

/// True on a 20th of any month but November.
pub fn is_collection(day: Day) -> bool {
    let date = civil(day);
    date.day() == 20 && date.month() != 11
}

/// The last day of the month of a day.
pub fn end_of_month(day: Day) -> Day {
    let date = civil(day);
    let (year, month) = if date.month() == 12 { (date.year() + 1, 1) } else { (date.year(), date.month() + 1) };
    of(year, month, 1) - 1
}

/// The days of a product on which its years turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turns {
    settlement: MonthDay,
    last: MonthDay,
    own_interest: MonthDay,
}

impl Turns {
    pub(crate) fn of(product: &Product) -> Turns {
        Turns {
            settlement: product.settlement,
            last: product.final_settlement,
            own_interest: product.own_interest_from,
        }
    }

    /// The settlement day of a year that is not the last.
    pub(crate) fn ordinary(&self, year: i32) -> Day {
        of(year, self.settlement.month, self.settlement.day)
    }

    /// The day the contract matures.
    pub(crate) fn maturity(&self, matures_in: i32) -> Day {
        of(matures_in, self.last.month, self.last.day)
    }

    /// The settlement day of a year of a contract.
    pub(crate) fn settles_on(&self, year: i32, matures_in: i32) -> Day {
        if year == matures_in { self.maturity(year) } else { self.ordinary(year) }
    }

    /// First day of a settlement year.
    pub(crate) fn starts_on(&self, year: i32) -> Day {
        self.ordinary(year - 1) + 1
    }

    /// The settlement year a day belongs to.
    pub(crate) fn year_of(&self, day: Day) -> i32 {
        let year = civil(day).year();
        if day > self.ordinary(year) { year + 1 } else { year }
    }

    /// First day of the borrower's own interest in the year of graduation.
    pub(crate) fn own_from(&self, graduates_in: i32) -> Day {
        of(graduates_in, self.own_interest.month, self.own_interest.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    #[test]
    fn every_day_has_the_number_of_the_calendar() {
        let mut day = date(1899, 12, 30);
        while day < date(2401, 3, 2) {
            assert_eq!(of(day.year(), day.month(), day.day()), number(day), "{day}");
            assert_eq!(civil(number(day)), day);
            day = day.succ_opt().expect("the calendar goes on");
        }
    }

    #[test]
    fn november_has_no_collection() {
        let check = |after: Date, expected: Date| assert_eq!(civil(first_collection_after(number(after))), expected);
        check(date(2028, 10, 19), date(2028, 10, 20));
        check(date(2028, 10, 20), date(2028, 12, 20));
        check(date(2028, 11, 19), date(2028, 12, 20));
        check(date(2028, 12, 20), date(2029, 1, 20));
        assert!(!is_collection(number(date(2028, 11, 20))));
        assert!(is_collection(number(date(2028, 12, 20))));
        proof::proves!["R19.2"];
    }
}
