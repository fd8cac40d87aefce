//! Units of money: whole fen and whole parts per million. No floating point, one rounding rule.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

/// The largest amount an input may name: 100 000 000 000.00 yuan. It keeps every product of an
/// amount, a rate and a number of days inside `i128`, and every sum of a contract inside `i64`.
pub const AMOUNT_MAX: Fen = Fen(10_000_000_000_000);

/// An amount of money in fen (1/100 yuan). Yuan appear only at the edges, as text.
///
/// ```
/// use loan::money::Fen;
/// let amount: Fen = "12000.5".parse().unwrap();
/// assert_eq!(amount, Fen(1_200_050));
/// assert_eq!(amount.to_string(), "12000.50");
/// assert!("12000.505".parse::<Fen>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fen(pub i64);

impl Fen {
    /// No money.
    pub const ZERO: Fen = Fen(0);

    /// Whole yuan.
    pub const fn yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    /// The sum, or `None` when it does not fit.
    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    /// True for an amount above zero.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// True for exactly nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Fen {
    type Output = Fen;
    fn add(self, other: Fen) -> Fen {
        Fen(self.0 + other.0)
    }
}
impl Sub for Fen {
    type Output = Fen;
    fn sub(self, other: Fen) -> Fen {
        Fen(self.0 - other.0)
    }
}
impl Neg for Fen {
    type Output = Fen;
    fn neg(self) -> Fen {
        Fen(-self.0)
    }
}
impl AddAssign for Fen {
    fn add_assign(&mut self, other: Fen) {
        self.0 += other.0;
    }
}
impl SubAssign for Fen {
    fn sub_assign(&mut self, other: Fen) {
        self.0 -= other.0;
    }
}
impl Sum for Fen {
    fn sum<I: Iterator<Item = Fen>>(amounts: I) -> Fen {
        amounts.fold(Fen::ZERO, Add::add)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", magnitude / 100, magnitude % 100)
    }
}

/// Why a text is not an amount or a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotANumber {
    /// Not digits with at most one decimal point.
    #[error("is not a plain decimal number such as \"12000.00\"")]
    Form,
    /// More decimals than the unit has.
    #[error("has too many decimals")]
    Decimals,
    /// Below zero, or above the largest value accepted.
    #[error("is out of range")]
    Range,
}

/// Reads an unsigned decimal text into whole units of `10^-decimals`.
fn decimal(text: &str, decimals: usize) -> Result<i64, NotANumber> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(NotANumber::Form),
        None => (text, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(NotANumber::Form);
    }
    if fraction.len() > decimals {
        return Err(NotANumber::Decimals);
    }
    if whole.len() > 15 {
        return Err(NotANumber::Range);
    }
    let padded = format!("{whole}{fraction:0<decimals$}");
    padded.parse().map_err(|_| NotANumber::Range)
}

impl FromStr for Fen {
    type Err = NotANumber;

    /// Reads `"12000"`, `"12000.5"` or `"12000.00"`; never negative, never more than [`AMOUNT_MAX`].
    fn from_str(text: &str) -> Result<Fen, NotANumber> {
        let fen = Fen(decimal(text, 2)?);
        if fen > AMOUNT_MAX { Err(NotANumber::Range) } else { Ok(fen) }
    }
}

/// A yearly rate in parts per million: 2.80 % is 28 000, one basis point is 100. Never below zero.
///
/// ```
/// use loan::money::Rate;
/// let rate: Rate = "3.95".parse().unwrap();
/// assert_eq!(rate, Rate(39_500));
/// assert_eq!(rate.to_string(), "3.95");
/// assert_eq!(Rate(36_550).to_string(), "3.655");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub i64);

impl Rate {
    /// The rate moved by basis points; `None` below zero.
    pub fn plus_basis_points(self, basis_points: i32) -> Option<Rate> {
        let moved = self.0 + i64::from(basis_points) * 100;
        (moved >= 0).then_some(Rate(moved))
    }
}

impl fmt::Display for Rate {
    /// Percent with two to four decimals and no further trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        let cut = text.len() - 2;
        let kept = text[..cut].len() + text[cut..].trim_end_matches('0').len();
        f.write_str(&text[..kept])
    }
}

impl FromStr for Rate {
    type Err = NotANumber;

    /// Reads percent with at most four decimals, below 1000 %.
    fn from_str(text: &str) -> Result<Rate, NotANumber> {
        let rate = Rate(decimal(text, 4)?);
        if rate.0 >= 10_000_000 { Err(NotANumber::Range) } else { Ok(rate) }
    }
}

/// `numerator / denominator` rounded half up (towards plus infinity at the half), the one rounding of the platform.
///
/// ```
/// assert_eq!(loan::money::round_half_up(104_525, 1_000), 105);
/// assert_eq!(loan::money::round_half_up(5, 2), 3);
/// assert_eq!(loan::money::round_half_up(-5, 2), -2);
/// ```
pub const fn round_half_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_refused() {
        let check = |text: &str, expected: Result<i64, NotANumber>| {
            assert_eq!(text.parse::<Fen>(), expected.map(Fen), "{text}");
        };
        check("0", Ok(0));
        check("12000", Ok(1_200_000));
        check("12000.5", Ok(1_200_050));
        check("0.01", Ok(1));
        check("100000000000.00", Ok(10_000_000_000_000));
        check("100000000000.01", Err(NotANumber::Range));
        check("1000.005", Err(NotANumber::Decimals));
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e4", "NaN", "0x10", "1,000", "１２", " 1"] {
            check(text, Err(NotANumber::Form));
        }
        check("9223372036854775808", Err(NotANumber::Range));
    }

    #[test]
    fn rates_print_two_to_four_decimals() {
        for (ppm, text) in [(28_000, "2.80"), (0, "0.00"), (36_550, "3.655"), (36_555, "3.6555"), (120_000, "12.00")] {
            assert_eq!(Rate(ppm).to_string(), text);
            assert_eq!(text.parse(), Ok(Rate(ppm)));
        }
        assert_eq!("999.9999".parse(), Ok(Rate(9_999_999)));
        assert_eq!("1000".parse::<Rate>(), Err(NotANumber::Range));
    }
}
