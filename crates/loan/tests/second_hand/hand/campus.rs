//! Campus-based plans by hand (money.md section 10).

use super::Day;
use super::fraction::{half_up, ratio, whole, yearly};
use chrono::{Datelike, Months};
use loan::periodic::{Method, PeriodicDayCount, PeriodicTerms};
use num_rational::BigRational;

#[derive(Clone, Debug, PartialEq)]
pub struct CampusRow {
    pub due_on: Day,
    pub days: i32,
    pub ppm: i64,
    pub opening: i64,
    pub principal: i64,
    pub interest: i64,
    pub closing: i64,
}

/// n times months after the start, clamped to the end of the month and never drifting.
fn due_date(terms: &PeriodicTerms, period: u32) -> Day {
    terms.starts_on + Months::new(period * terms.every_months)
}

/// The part of a year `[from, to)` is; `months` when it is a whole number of them.
fn part_of_year(terms: &PeriodicTerms, from: Day, to: Day, months: Option<u32>) -> BigRational {
    let days = (to - from).num_days();
    match (terms.day_count, months) {
        (PeriodicDayCount::Thirty360, Some(months)) => ratio(i64::from(months), 12),
        (PeriodicDayCount::Thirty360, None) => {
            let days = |d: Day| i64::from(d.year()) * 360 + i64::from(d.month()) * 30 + i64::from(d.day().min(30));
            ratio(days(to) - days(from), 360)
        }
        (PeriodicDayCount::Act360, _) => ratio(days, 360),
        (PeriodicDayCount::Act365, _) => ratio(days, 365),
    }
}

fn rate_of(terms: &PeriodicTerms, period: u32) -> i64 {
    let mut ppm = terms.annual_rate.0;
    for (from, rate) in &terms.rate_changes {
        if *from <= period {
            ppm = rate.0;
        }
    }
    ppm
}

/// `opening / sum_j 1 / prod_{k<=j} (1 + i_k)` over the periods `first..=last`, rounded half up to the unit.
fn equal_instalment(terms: &PeriodicTerms, opening: i64, first: u32) -> i64 {
    let rate = ratio(rate_of(terms, first), 1_000_000);
    let mut growth = whole(1);
    let mut sum = whole(0);
    for period in first..=terms.periods {
        let part = part_of_year(terms, due_date(terms, period - 1), due_date(terms, period), Some(terms.every_months));
        growth *= whole(1) + &rate * part;
        sum += growth.recip();
    }
    let unit = terms.instalment_unit.0;
    half_up(&(whole(opening) / sum / whole(unit))) * unit
}

pub fn plan(terms: &PeriodicTerms) -> Option<Vec<CampusRow>> {
    let possible = terms.principal.0 > 0
        && terms.periods > 0
        && terms.every_months > 0
        && terms.grace_periods < terms.periods
        && terms.interest_from.is_none_or(|from| from <= terms.starts_on);
    if !possible {
        return None;
    }
    // Simple interest before the first period, rounded for itself.
    let before = terms.interest_from.map_or(0, |from| {
        half_up(&(yearly(terms.principal.0, terms.annual_rate.0) * part_of_year(terms, from, terms.starts_on, None)))
    });
    let mut rows = Vec::new();
    let mut balance = terms.principal.0;
    if terms.method == Method::Bullet {
        let mut exact = whole(0);
        for period in 1..=terms.periods {
            let part =
                part_of_year(terms, due_date(terms, period - 1), due_date(terms, period), Some(terms.every_months));
            exact += yearly(balance, rate_of(terms, period)) * part;
        }
        let due_on = due_date(terms, terms.periods);
        let from = terms.interest_from.unwrap_or(terms.starts_on);
        rows.push(CampusRow {
            due_on,
            days: (due_on - from).num_days() as i32,
            ppm: rate_of(terms, terms.periods),
            opening: balance,
            principal: balance,
            interest: half_up(&exact) + before,
            closing: 0,
        });
        return Some(rows);
    }
    let paying = i64::from(terms.periods - terms.grace_periods);
    let equal_principal = half_up(&ratio(balance, paying));
    let mut instalment = 0;
    for period in 1..=terms.periods {
        let (from, due_on) = (due_date(terms, period - 1), due_date(terms, period));
        let ppm = rate_of(terms, period);
        let interest = half_up(&(yearly(balance, ppm) * part_of_year(terms, from, due_on, Some(terms.every_months))));
        let first_paying = period == terms.grace_periods + 1;
        let changed = period > 1 && ppm != rate_of(terms, period - 1);
        if period > terms.grace_periods && (first_paying || changed) && terms.method == Method::EqualInstalment {
            instalment = equal_instalment(terms, balance, period);
        }
        let principal = if period <= terms.grace_periods {
            0
        } else if period == terms.periods {
            balance
        } else {
            let wanted = match terms.method {
                Method::EqualPrincipal => equal_principal,
                _ => (instalment - interest).max(0),
            };
            wanted.min(balance)
        };
        let first = if period == 1 { terms.interest_from.unwrap_or(from) } else { from };
        rows.push(CampusRow {
            due_on,
            days: (due_on - first).num_days() as i32,
            ppm,
            opening: balance,
            principal,
            interest: interest + if period == 1 { before } else { 0 },
            closing: balance - principal,
        });
        balance -= principal;
        if balance == 0 {
            break;
        }
    }
    Some(rows)
}
