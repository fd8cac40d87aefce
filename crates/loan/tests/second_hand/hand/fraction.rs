//! Exact fractions and the one rounding of money.md section 1.

use loan::contract::DayCount;
use num_rational::BigRational;

/// A whole number as a fraction.
pub fn whole(number: i64) -> BigRational {
    BigRational::from_integer(number.into())
}

/// `numerator / denominator`.
pub fn ratio(numerator: i64, denominator: i64) -> BigRational {
    BigRational::new(numerator.into(), denominator.into())
}

/// Section 1: half up to the whole fen.
pub fn half_up(exact: &BigRational) -> i64 {
    let floor = (exact + ratio(1, 2)).floor().to_integer();
    i64::try_from(floor).expect("an amount of a test fits i64")
}

/// A year's interest of an amount (fen) at a rate (ppm), exact.
pub fn yearly(amount: i64, ppm: i64) -> BigRational {
    BigRational::new((i128::from(amount) * i128::from(ppm)).into(), 1_000_000.into())
}

/// Days of a year for interest counted in days.
pub fn divisor(day_count: DayCount) -> i64 {
    match day_count {
        DayCount::YearOrDays360 | DayCount::Act360 => 360,
        DayCount::Act365 => 365,
    }
}
