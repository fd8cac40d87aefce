//! The terms of a contract as they are kept: everything the arithmetic reads but the day of disbursement, which
//! the bank adds. Fixed at signing and never asked from a policy again.

use loan::calendar::{Date, MonthDay, date};
use loan::contract::{DayCount, FirstPrincipal, Index, OverdueValueDay, PenaltyBase, Pricing, Product, Terms};
use loan::money::{Fen, Rate};
use serde::{Deserialize, Serialize};

/// Kept terms; the JSON of the `terms` column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptTerms {
    /// In fen.
    pub principal_fen: i64,
    /// Year of graduation.
    pub graduates_in: i32,
    /// Year of maturity.
    pub matures_in: i32,
    /// Years without principal after graduation.
    pub grace_years: u8,
    /// How the rate is found.
    pub rate: KeptRate,
    /// Day count: `year_or_days_360`, `act_360`, `act_365`.
    pub day_count: String,
    /// 结息日 as (month, day).
    pub settlement: (u32, u32),
    /// 结息日 of the last year.
    pub final_settlement: (u32, u32),
    /// First day of own interest in the graduation year.
    pub own_interest_from: (u32, u32),
    /// `after_grace` or `in_last_grace_year`.
    pub first_principal: String,
    /// Percent of the contract rate.
    pub penalty_percent: u32,
    /// `overdue_amount` or `overdue_principal`.
    pub penalty_base: String,
    /// `collection` or `receipt`.
    pub overdue_value_day: String,
}

/// How the rate is found, as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptRate {
    /// One rate for good, in parts per million.
    Fixed(i64),
    /// A published index plus basis points.
    Floating {
        /// `LPR5Y` or `PBOC5Y`.
        index: String,
        /// Basis points.
        spread_bp: i32,
    },
}

const fn month_day(day: MonthDay) -> (u32, u32) {
    (day.month, day.day)
}

impl KeptTerms {
    /// The terms to keep.
    pub fn of(terms: &Terms) -> KeptTerms {
        let product = &terms.product;
        KeptTerms {
            principal_fen: terms.principal.0,
            graduates_in: terms.graduates_in,
            matures_in: terms.matures_in,
            grace_years: terms.grace_years,
            rate: match &terms.pricing {
                Pricing::Fixed(rate) => KeptRate::Fixed(rate.0),
                Pricing::Floating { index, spread_bp } => {
                    let index = match index {
                        Index::Lpr5Y => "LPR5Y",
                        Index::Pboc5Y => "PBOC5Y",
                    };
                    KeptRate::Floating { index: index.to_owned(), spread_bp: *spread_bp }
                }
            },
            day_count: match terms.day_count {
                DayCount::YearOrDays360 => "year_or_days_360",
                DayCount::Act360 => "act_360",
                DayCount::Act365 => "act_365",
            }
            .to_owned(),
            settlement: month_day(product.settlement),
            final_settlement: month_day(product.final_settlement),
            own_interest_from: month_day(product.own_interest_from),
            first_principal: match product.first_principal {
                FirstPrincipal::AfterGrace => "after_grace",
                FirstPrincipal::InLastGraceYear => "in_last_grace_year",
            }
            .to_owned(),
            penalty_percent: product.penalty_percent,
            penalty_base: match product.penalty_base {
                PenaltyBase::OverdueAmount => "overdue_amount",
                PenaltyBase::OverduePrincipal => "overdue_principal",
            }
            .to_owned(),
            overdue_value_day: match product.overdue_value_day {
                OverdueValueDay::Collection => "collection",
                OverdueValueDay::Receipt => "receipt",
            }
            .to_owned(),
        }
    }

    /// The terms of a loan paid out on that day; `None` when a kept word is unknown.
    pub fn disbursed_on(&self, disbursed_on: Date) -> Option<Terms> {
        let day = |(month, day)| MonthDay { month, day };
        Some(Terms {
            principal: Fen(self.principal_fen),
            disbursed_on,
            graduates_in: self.graduates_in,
            matures_in: self.matures_in,
            grace_years: self.grace_years,
            pricing: match &self.rate {
                KeptRate::Fixed(ppm) => Pricing::Fixed(Rate(*ppm)),
                KeptRate::Floating { index, spread_bp } => Pricing::Floating {
                    index: match index.as_str() {
                        "LPR5Y" => Index::Lpr5Y,
                        "PBOC5Y" => Index::Pboc5Y,
                        _ => return None,
                    },
                    spread_bp: *spread_bp,
                },
            },
            day_count: match self.day_count.as_str() {
                "year_or_days_360" => DayCount::YearOrDays360,
                "act_360" => DayCount::Act360,
                "act_365" => DayCount::Act365,
                _ => return None,
            },
            product: Product {
                settlement: day(self.settlement),
                final_settlement: day(self.final_settlement),
                own_interest_from: day(self.own_interest_from),
                first_principal: match self.first_principal.as_str() {
                    "after_grace" => FirstPrincipal::AfterGrace,
                    "in_last_grace_year" => FirstPrincipal::InLastGraceYear,
                    _ => return None,
                },
                penalty_percent: self.penalty_percent,
                penalty_base: match self.penalty_base.as_str() {
                    "overdue_amount" => PenaltyBase::OverdueAmount,
                    "overdue_principal" => PenaltyBase::OverduePrincipal,
                    _ => return None,
                },
                overdue_value_day: match self.overdue_value_day.as_str() {
                    "collection" => OverdueValueDay::Collection,
                    "receipt" => OverdueValueDay::Receipt,
                    _ => return None,
                },
            },
        })
    }
}

/// The day a plan is shown with before the bank has paid: 20 November of the academic year, or a month after
/// today when that is over. The executed plan follows the real day.
pub fn expected_disbursement(academic_year: i32, on: Date) -> Date {
    let usual = date(academic_year, 11, 20);
    if on <= usual { usual } else { on + chrono::Days::new(30) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_terms_come_back_whole() {
        let check = |pricing, day_count, first_principal| {
            let product =
                Product { first_principal, penalty_base: PenaltyBase::OverduePrincipal, ..Product::default() };
            let terms = Terms {
                principal: Fen::yuan(12_000),
                disbursed_on: date(2026, 11, 20),
                graduates_in: 2030,
                matures_in: 2045,
                grace_years: 5,
                pricing,
                day_count,
                product,
            };
            let text = serde_json::to_string(&KeptTerms::of(&terms)).unwrap();
            let kept: KeptTerms = serde_json::from_str(&text).unwrap();
            assert_eq!(kept.disbursed_on(terms.disbursed_on), Some(terms));
        };
        check(Pricing::Fixed(Rate(43_500)), DayCount::Act365, FirstPrincipal::AfterGrace);
        check(
            Pricing::Floating { index: Index::Lpr5Y, spread_bp: -70 },
            DayCount::YearOrDays360,
            FirstPrincipal::InLastGraceYear,
        );
        check(Pricing::Floating { index: Index::Pboc5Y, spread_bp: 0 }, DayCount::Act360, FirstPrincipal::AfterGrace);
    }

    #[test]
    fn a_word_nobody_knows_is_not_guessed() {
        let terms = Terms {
            principal: Fen::yuan(1_000),
            disbursed_on: date(2026, 11, 20),
            graduates_in: 2030,
            matures_in: 2045,
            grace_years: 5,
            pricing: Pricing::Fixed(Rate(43_500)),
            day_count: DayCount::Act360,
            product: Product::default(),
        };
        let kept = KeptTerms { day_count: "act_364".into(), ..KeptTerms::of(&terms) };
        assert_eq!(kept.disbursed_on(terms.disbursed_on), None);
    }

    #[test]
    fn a_plan_is_shown_from_the_usual_day_or_a_month_on() {
        assert_eq!(expected_disbursement(2026, date(2026, 8, 1)), date(2026, 11, 20));
        assert_eq!(expected_disbursement(2026, date(2026, 11, 20)), date(2026, 11, 20));
        assert_eq!(expected_disbursement(2026, date(2026, 11, 21)), date(2026, 12, 21));
    }
}
