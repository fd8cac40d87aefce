//! Interest of slices of principal (money.md section 4) and who bears it.

use super::fraction::{divisor, half_up, ratio, whole, yearly};
use super::{Day, Hand, next};
use chrono::Datelike;
use loan::contract::DayCount;
use num_rational::BigRational;

/// Principal that stays outstanding through `[from, to)`, inside one settlement year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    pub amount: i64,
    pub from: Day,
    pub to: Day,
}

impl Hand<'_> {
    /// Section 2: true when the state bears the interest of that day.
    pub(super) fn state_bears(&self, day: Day) -> bool {
        self.subsidised.iter().any(|(from, to)| *from <= day && day < *to)
    }

    /// Days of the borrower's own interest in `[from, to)`.
    pub(super) fn own_days(&self, from: Day, to: Day) -> i32 {
        let mut count = 0;
        let mut day = from;
        while day < to {
            if !self.state_bears(day) {
                count += 1;
            }
            day = next(day);
        }
        count
    }

    /// Exact interest of one run `[from, to)` of one slice, at one rate, for one bearer.
    fn run(&self, amount: i64, from: Day, days: i64, ppm: i64) -> BigRational {
        let a_year = yearly(amount, ppm);
        // "A run that covers the whole settlement year [Y-1-12-21, Y-12-21) earns slice x rate."
        let to = from + chrono::Days::new(days as u64);
        let whole_year = from.month() == 12 && from.day() == 21 && to == super::day(from.year() + 1, 12, 21);
        if self.terms.day_count == DayCount::YearOrDays360 && whole_year {
            return a_year;
        }
        a_year * ratio(days, divisor(self.terms.day_count))
    }

    /// The sum of the runs of some slices, exact: own and state.
    pub(super) fn exact(&self, slices: &[Slice]) -> (BigRational, BigRational) {
        let (mut own, mut state) = (whole(0), whole(0));
        for slice in slices {
            let mut day = slice.from;
            while day < slice.to {
                // A maximal stretch with one rate and one bearer.
                let (from, bearer, ppm) = (day, self.state_bears(day), self.rate(day).ppm);
                let mut days = 0;
                while day < slice.to && self.state_bears(day) == bearer && (day == from || !is_reset(day)) {
                    days += 1;
                    day = next(day);
                }
                let earned = self.run(slice.amount, from, days, ppm);
                if bearer {
                    state += earned;
                } else {
                    own += earned;
                }
            }
        }
        (own, state)
    }

    /// "Add the runs exactly, then round half up once. One figure per contract, year and bearer."
    pub(super) fn figure(&self, slices: &[Slice]) -> (i64, i64) {
        let (own, state) = self.exact(slices);
        (half_up(&own), half_up(&state))
    }

    /// The slices of the running year if it is cut after the day `through`.
    pub(super) fn slices_through(&self, through: Day) -> Vec<Slice> {
        let to = next(through);
        let mut slices: Vec<Slice> = self
            .departed
            .iter()
            .map(|slice| Slice { to: slice.to.min(to), ..*slice })
            .filter(|slice| slice.from < slice.to)
            .collect();
        if self.not_due > 0 && self.year_from < to {
            slices.push(Slice { amount: self.not_due, from: self.year_from, to });
        }
        slices
    }

    /// "Accrued interest shown for a day inside a year is the sum of the runs up to and including that day, and never
    /// more than the year's figure."
    pub(super) fn accrued(&mut self, on: Day) -> (i64, i64) {
        if self.not_due == 0 && self.departed.is_empty() || self.year_from > on {
            return (0, 0);
        }
        self.needed_rate(on);
        if self.missing.is_some() {
            return (0, 0);
        }
        let end = self.settlement_day(self.running_year());
        let so_far = self.figure(&self.slices_through(on));
        let year = self.figure(&self.slices_through(end));
        (so_far.0.min(year.0), so_far.1.min(year.1))
    }
}

/// The reset day, 21 December, begins a new rate.
fn is_reset(day: Day) -> bool {
    day.month() == 12 && day.day() == 21
}
