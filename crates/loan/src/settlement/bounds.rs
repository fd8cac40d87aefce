//! What an accepted contract is: bounds that keep every product inside its integer, refused by name beyond them.

use chrono::Datelike;

use super::days;
use super::facts::YEARS;
use super::rates::{RATE_LIMIT, SPREAD_LIMIT};
use super::{Stop, stop};
use crate::contract::{Pricing, Terms};
use crate::life::Reason;
use crate::money::AMOUNT_MAX;

/// The longest accepted term, and the longest accepted grace, in years.
const TERM_LIMIT: i32 = 100;
const GRACE_LIMIT: u8 = 30;
/// The last day of a month on which a year may be settled: the day before prepayments are tested.
const LAST_SETTLEMENT: u32 = 20;
/// The highest penalty rate in percent of the contract rate.
const PENALTY_LIMIT: u32 = 1000;

/// Refuses terms that cannot be.
pub(crate) fn check(terms: &Terms) -> Result<(), Stop> {
    let product = &terms.product;
    let refuse = |reason| Err(stop(reason, None));
    if !terms.principal.is_positive() || terms.principal > AMOUNT_MAX {
        return refuse(Reason::PrincipalOutOfRange);
    }
    let disbursed_in = terms.disbursed_on.year();
    let years = [disbursed_in, terms.graduates_in, terms.matures_in];
    // Ten years of room for maturities that are moved.
    if !years.iter().all(|year| (*YEARS.start()..=*YEARS.end() - 10).contains(year))
        || terms.matures_in - disbursed_in > TERM_LIMIT
    {
        return refuse(Reason::DateOutOfRange);
    }
    if terms.graduates_in >= terms.matures_in {
        return refuse(Reason::GraduationNotBeforeMaturity);
    }
    let own_from = product.own_interest_from;
    if !(1..=12).contains(&own_from.month)
        || !(1..=28).contains(&own_from.day)
        || [product.settlement, product.final_settlement]
            .iter()
            .any(|day| !(1..=12).contains(&day.month) || !(1..=LAST_SETTLEMENT).contains(&day.day))
        || product.final_settlement > product.settlement
    {
        return refuse(Reason::SettlementDayOutOfRange);
    }
    if days::number(terms.disbursed_on) >= days::of(terms.graduates_in, own_from.month, own_from.day) {
        return refuse(Reason::DisbursedAfterGraduation);
    }
    if terms.grace_years > GRACE_LIMIT {
        return refuse(Reason::GraceOutOfRange);
    }
    let possible = match terms.pricing {
        Pricing::Fixed(rate) => (0..=RATE_LIMIT).contains(&rate.0),
        Pricing::Floating { spread_bp, .. } => (-SPREAD_LIMIT..=SPREAD_LIMIT).contains(&spread_bp),
    };
    if !possible || product.penalty_percent > PENALTY_LIMIT {
        return refuse(Reason::RateOutOfRange);
    }
    Ok(())
}
