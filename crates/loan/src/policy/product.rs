//! What a contract signed on a day agrees: pricing, grace, day count and the values of the product.

use super::book::{Book, NotCovered, Question};
use super::choice::{DayCountRule, FirstPrincipalReading, PenaltyBaseRule, RateIndex, Scheme, ValueDayRule};
use super::parameter::Parameter as P;
use super::value::Value;
use crate::calendar::Date;
use crate::contract::{DayCount, FirstPrincipal, Index, OverdueValueDay, PenaltyBase, Pricing, Product};
use crate::refusal::Citation;

/// Everything of an origin-based contract that follows from its day of signing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Index and spread.
    pub pricing: Pricing,
    /// Years without principal after graduation.
    pub grace_years: u8,
    /// How days become interest.
    pub day_count: DayCount,
    /// Settlement days, penalty and the rest.
    pub product: Product,
    /// Where pricing, grace and settlement days stand.
    pub why: Vec<Citation>,
}

/// A decision that moved the spread of contracts that already ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadDecision {
    /// The day of decision; it acts from the first 21 December after it.
    pub decided_on: Date,
    /// The new spread in basis points.
    pub spread_bp: i32,
    /// Where it stands.
    pub why: Citation,
}

/// What an origin-based contract signed on that day agrees.
///
/// ```
/// use loan::calendar::date;
/// use loan::contract::{Index, Pricing};
/// use loan::policy::{Book, product};
/// let agreed = product::agreed(Book::standard(), date(2024, 10, 31)).unwrap();
/// assert_eq!(agreed.pricing, Pricing::Floating { index: Index::Lpr5Y, spread_bp: -70 });
/// assert_eq!(agreed.grace_years, 5);
/// ```
///
/// # Errors
/// [`NotCovered`] before the scheme began.
pub fn agreed(book: &Book, signed_on: Date) -> Result<Agreed, NotCovered> {
    let question = Question::national(Scheme::Origin, signed_on);
    let small = |parameter| book.count(&question, parameter).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let why = [P::RateSpread, P::RateIndex, P::GraceYears, P::SettlementDay];
    Ok(Agreed {
        pricing: pricing_for(book, signed_on)?,
        grace_years: u8::try_from(small(P::GraceYears)?).unwrap_or(u8::MAX),
        day_count: match book.choice(&question, P::DayCount)? {
            DayCountRule::YearOrDays360 => DayCount::YearOrDays360,
            DayCountRule::Act360 => DayCount::Act360,
            DayCountRule::Act365 => DayCount::Act365,
        },
        product: Product {
            settlement: book.month_day(&question, P::SettlementDay)?,
            final_settlement: book.month_day(&question, P::FinalSettlementDay)?,
            own_interest_from: book.month_day(&question, P::OwnInterestFrom)?,
            first_principal: match book.choice(&question, P::FirstPrincipal)? {
                FirstPrincipalReading::AfterGrace => FirstPrincipal::AfterGrace,
                FirstPrincipalReading::InLastGraceYear => FirstPrincipal::InLastGraceYear,
            },
            penalty_percent: small(P::PenaltyPercent)?,
            penalty_base: match book.choice(&question, P::PenaltyBase)? {
                // The central bank's rule counts the whole overdue amount.
                PenaltyBaseRule::OverdueAmount | PenaltyBaseRule::CentralBankRule => PenaltyBase::OverdueAmount,
                PenaltyBaseRule::OverduePrincipal => PenaltyBase::OverduePrincipal,
            },
            overdue_value_day: match book.choice(&question, P::OverdueValueDay)? {
                ValueDayRule::Collection => OverdueValueDay::Collection,
                ValueDayRule::Receipt => OverdueValueDay::Receipt,
            },
        },
        why: why.into_iter().map(|parameter| book.why(&question, parameter)).collect::<Result<_, _>>()?,
    })
}

/// Index and spread of an origin-based contract signed on that day.
///
/// # Errors
/// [`NotCovered`].
pub fn pricing_for(book: &Book, signed_on: Date) -> Result<Pricing, NotCovered> {
    let question = Question::national(Scheme::Origin, signed_on);
    let index = match book.choice(&question, P::RateIndex)? {
        RateIndex::Lpr5Y => Index::Lpr5Y,
        RateIndex::Pboc5Y | RateIndex::PbocSameTerm => Index::Pboc5Y,
    };
    let spread_bp = i32::try_from(book.count(&question, P::RateSpread)?).unwrap_or(0);
    Ok(Pricing::Floating { index, spread_bp })
}

/// Decisions that moved the spread of running contracts, in date order.
pub fn spread_decisions(book: &Book, scheme: Scheme) -> Vec<SpreadDecision> {
    let decisions = book.entries().iter().filter(|entry| entry.scheme == scheme && entry.applied);
    let mut decisions: Vec<SpreadDecision> = decisions
        .filter_map(|entry| match (entry.parameter, &entry.value) {
            (P::ExistingSpread, Value::Count(spread)) => Some(SpreadDecision {
                decided_on: entry.from,
                spread_bp: i32::try_from(*spread).unwrap_or(0),
                why: entry.citation.clone(),
            }),
            _ => None,
        })
        .collect();
    decisions.sort_by_key(|decision| decision.decided_on);
    decisions
}

/// First and last day on which a contract of before 2020 could be converted (sdvcst-2022 article 9).
///
/// # Errors
/// [`NotCovered`] when asked before the window was announced.
pub fn conversion_window(book: &Book, on: Date) -> Result<(Date, Date), NotCovered> {
    let question = Question::national(Scheme::Origin, on);
    Ok((book.date(&question, P::ConversionFrom)?, book.date(&question, P::ConversionTo)?))
}

/// Whether the state bears the own interest that falls due in a settlement year, and where that stands.
///
/// # Errors
/// [`NotCovered`].
pub fn interest_waived(book: &Book, scheme: Scheme, year: i32) -> Result<(bool, Citation), NotCovered> {
    yearly(book, scheme, year, P::InterestWaiver)
}

/// Whether the principal of a settlement year may be deferred, and where that stands.
///
/// # Errors
/// [`NotCovered`].
pub fn deferral_allowed(book: &Book, scheme: Scheme, year: i32) -> Result<(bool, Citation), NotCovered> {
    yearly(book, scheme, year, P::PrincipalDeferral)
}

fn yearly(book: &Book, scheme: Scheme, year: i32, parameter: P) -> Result<(bool, Citation), NotCovered> {
    let end_of_year = Date::from_ymd_opt(year, 12, 31).unwrap_or(Date::MAX);
    let question = Question::national(scheme, end_of_year);
    Ok((book.flag(&question, parameter)?, book.why(&question, parameter)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    #[test]
    fn the_values_of_today_are_the_defaults_of_the_money_rules() {
        let agreed = agreed(Book::standard(), date(2026, 11, 23)).unwrap();
        assert_eq!(agreed.product, Product::default());
        assert_eq!(agreed.day_count, DayCount::default());
        assert_eq!(agreed.grace_years, 5);
    }

    #[test]
    fn pricing_and_grace_turn_on_the_day_of_each_circular() {
        let check = |on, index, spread_bp, grace| {
            let agreed = agreed(Book::standard(), on).unwrap();
            assert_eq!(agreed.pricing, Pricing::Floating { index, spread_bp }, "{on}");
            assert_eq!(agreed.grace_years, grace, "{on}");
        };
        check(date(2008, 10, 1), Index::Pboc5Y, 0, 2);
        check(date(2014, 12, 31), Index::Pboc5Y, 0, 2);
        check(date(2015, 1, 1), Index::Pboc5Y, 0, 3);
        check(date(2019, 12, 31), Index::Pboc5Y, 0, 3);
        check(date(2020, 1, 1), Index::Lpr5Y, -30, 5);
        check(date(2023, 9, 14), Index::Lpr5Y, -30, 5);
        check(date(2023, 9, 15), Index::Lpr5Y, -60, 5);
        check(date(2024, 10, 30), Index::Lpr5Y, -60, 5);
        check(date(2024, 10, 31), Index::Lpr5Y, -70, 5);
        assert!(agreed(Book::standard(), date(2007, 8, 12)).is_err());
        proof::proves!["R16.4", "R10.6"];
    }

    #[test]
    fn decisions_waivers_and_the_conversion_window_are_dated_rules() {
        let book = Book::standard();
        let decisions: Vec<_> = spread_decisions(book, Scheme::Origin)
            .into_iter()
            .map(|decision| (decision.decided_on, decision.spread_bp, decision.why.doc))
            .collect();
        let expected =
            [(date(2023, 9, 15), -60, "caijiao-2023-4".into()), (date(2024, 10, 31), -70, "caijiao-2024-188".into())];
        assert_eq!(decisions, expected);
        let window = conversion_window(book, date(2020, 8, 1)).unwrap();
        assert_eq!(window, (date(2020, 8, 1), date(2020, 12, 20)));
        for (year, waived) in [(2021, false), (2022, true), (2023, true), (2024, true), (2025, true), (2026, false)] {
            for scheme in [Scheme::Origin, Scheme::Campus] {
                assert_eq!(interest_waived(book, scheme, year).unwrap().0, waived, "{year}");
                assert_eq!(deferral_allowed(book, scheme, year).unwrap().0, waived, "{year}");
            }
        }
        proof::proves!["R2.18"];
    }
}
