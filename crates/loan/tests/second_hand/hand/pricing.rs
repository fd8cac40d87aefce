//! Which rate a day has (money.md section 3).

use chrono::{Datelike, NaiveDate};
use loan::contract::{Index, Indexes, Pricing, Terms};

/// A decision about the price of the contract, in the order they were made.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The first 21 December after the day of decision.
    pub acts_on: NaiveDate,
    pub what: Price,
}

#[derive(Clone, Copy, Debug)]
pub enum Price {
    /// The spread of an existing contract moves.
    Spread(i32),
    /// Converted to LPR - 30 bp.
    Lpr,
    /// Converted to a fixed rate.
    Fixed(i64),
}

/// A rate of a day; `None` in the result of [`rate_of`] means a missing publication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub ppm: i64,
    pub projected: bool,
}

/// The first 21 December after a day.
pub fn next_reset_after(day: NaiveDate) -> NaiveDate {
    let mut day = day.succ_opt().unwrap();
    while !(day.month() == 12 && day.day() == 21) {
        day = day.succ_opt().unwrap();
    }
    day
}

/// The last 21 December on or before a day, or the disbursement if that is later.
pub fn reset_of(day: NaiveDate, disbursed_on: NaiveDate) -> NaiveDate {
    let this_year = NaiveDate::from_ymd_opt(day.year(), 12, 21).unwrap();
    let reset = if this_year <= day { this_year } else { NaiveDate::from_ymd_opt(day.year() - 1, 12, 21).unwrap() };
    reset.max(disbursed_on)
}

/// The newest value published on or before a day, and whether the table says nothing about that day any more.
pub fn published(indexes: &Indexes, index: Index, on: NaiveDate) -> Option<Found> {
    let table = match index {
        Index::Lpr5Y => &indexes.lpr5y,
        Index::Pboc5Y => &indexes.pboc5y,
    };
    let newest = table.points.iter().rfind(|(from, _)| *from <= on)?;
    Some(Found { ppm: newest.1.0, projected: table.known_until.is_some_and(|last| on > last) })
}

/// The contract rate of a reset day.
pub fn rate_of(terms: &Terms, indexes: &Indexes, decisions: &[Decision], reset: NaiveDate) -> Option<Found> {
    // "Of two events that act on one day the later decision holds": later ones simply overwrite.
    let (mut index, mut spread_bp, mut fixed) = match terms.pricing {
        Pricing::Fixed(rate) => (Index::Lpr5Y, 0, Some(rate.0)),
        Pricing::Floating { index, spread_bp } => (index, spread_bp, None),
    };
    for decision in decisions {
        if decision.acts_on > reset || decision.acts_on <= terms.disbursed_on {
            continue;
        }
        match decision.what {
            // "Spread events beside a pre-2020 benchmark rate act only after conversion."
            Price::Spread(bp) => {
                if index == Index::Lpr5Y {
                    spread_bp = bp;
                }
            }
            Price::Lpr => {
                index = Index::Lpr5Y;
                spread_bp = -30;
                fixed = None;
            }
            Price::Fixed(ppm) => fixed = Some(ppm),
        }
    }
    if let Some(ppm) = fixed {
        return Some(Found { ppm, projected: false });
    }
    let value = published(indexes, index, reset)?;
    Some(Found { ppm: value.ppm + i64::from(spread_bp) * 100, projected: value.projected })
}
