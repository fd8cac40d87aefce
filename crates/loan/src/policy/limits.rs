//! How much a student may borrow in one academic year: limit, floor, step, and what the fees do to them.

use super::book::{Book, NotCovered, Question};
use super::choice::{BelowMinimum, FeeRule, StudyLevel};
use super::parameter::Parameter as P;
use crate::money::Fen;
use crate::refusal::Citation;

/// The amounts a student may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Smallest amount.
    pub min: Fen,
    /// Largest amount: a multiple of `step`, not below `min`.
    pub max: Fen,
    /// Amounts are multiples of it.
    pub step: Fen,
    /// The limit of the level of study, before the fees spoke.
    pub limit: Fen,
    /// What the rules lead to without a wish: the fees, inside `min` and `max`; the largest amount if they are unknown.
    pub suggested: Fen,
    /// What the fees do.
    pub fee_rule: FeeRule,
    /// True when the fees, not the limit, are the ceiling.
    pub capped_by_fees: bool,
    /// Where limit, floor, step and fee rule stand, in that order.
    pub why: Vec<Citation>,
}

/// Why no amount at all may be lent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAmount {
    /// The rules have a gap.
    #[error(transparent)]
    NotCovered(#[from] NotCovered),
    /// The ceiling lies below the smallest amount and the rules say to lend nothing.
    #[error("the fees of {fees} lie below the smallest amount {min}")]
    FeesBelowMinimum {
        /// The fees.
        fees: Fen,
        /// The smallest amount.
        min: Fen,
        /// Where the outcome stands.
        why: Citation,
    },
}

/// Why an amount is refused, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AmountRefusal {
    /// Below the floor.
    #[error("amount_below_minimum")]
    BelowMinimum {
        /// The floor.
        min: Fen,
        /// Where it stands.
        why: Citation,
    },
    /// Above the limit or the fees.
    #[error("amount_above_maximum")]
    AboveMaximum {
        /// The ceiling.
        max: Fen,
        /// Where it stands.
        why: Citation,
    },
    /// Between two steps.
    #[error("amount_not_a_multiple")]
    NotAMultiple {
        /// The step.
        step: Fen,
        /// Where it stands.
        why: Citation,
    },
}

/// The amounts open to a student of that level whose yearly tuition and accommodation sum to `fees` (if known).
///
/// ```
/// use loan::calendar::date;
/// use loan::money::Fen;
/// use loan::policy::{Book, Question, StudyLevel, limits};
/// let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
/// let allowed = limits::allowed(Book::standard(), &xiufeng, StudyLevel::Undergraduate, Some(Fen::yuan(7_350))).unwrap();
/// assert_eq!(allowed.max, Fen::yuan(7_300)); // the fees are the ceiling, in whole hundreds
/// ```
///
/// # Errors
/// [`NoAmount`]: a day without a rule, or fees below the floor where the rules lend nothing.
pub fn allowed(
    book: &Book,
    question: &Question<'_>,
    level: StudyLevel,
    fees: Option<Fen>,
) -> Result<Allowed, NoAmount> {
    let cap = if level.is_graduate() { P::AmountMaxGraduate } else { P::AmountMaxUndergraduate };
    let limit = book.amount(question, cap)?;
    let fee_rule: FeeRule = book.choice(question, P::FeeRule)?;
    // The campus rules of 2005 name neither floor nor step: any whole fen above zero.
    let min = book.amount(question, P::AmountMin).unwrap_or(Fen(1));
    let step = book.amount(question, P::AmountStep).unwrap_or(Fen(1));
    let why = [cap, P::AmountMin, P::AmountStep, P::FeeRule]
        .into_iter()
        .filter_map(|parameter| book.why(question, parameter).ok())
        .collect();

    let floor_to_step = |amount: Fen| Fen(amount.0.max(0) / step.0 * step.0);
    let from_fees = fees.map(floor_to_step);
    let ceiling = from_fees.filter(|_| fee_rule == FeeRule::Ceiling);
    let max = ceiling.map_or(limit, |fees| fees.min(limit));
    let capped_by_fees = max < limit;
    if max < min {
        let why = book.why(question, P::BelowMinimum)?;
        match book.choice(question, P::BelowMinimum)? {
            BelowMinimum::Refuse => {
                return Err(NoAmount::FeesBelowMinimum { fees: fees.unwrap_or(Fen::ZERO), min, why });
            }
            BelowMinimum::LendMinimum => {
                return Ok(Allowed {
                    min,
                    max: min,
                    step,
                    limit,
                    suggested: min,
                    fee_rule,
                    capped_by_fees,
                    why: vec![why],
                });
            }
        }
    }
    let suggested = from_fees.map_or(max, |fees| fees.clamp(min, max));
    Ok(Allowed { min, max, step, limit, suggested, fee_rule, capped_by_fees, why })
}

impl Allowed {
    /// Whether an amount may be asked for; the first broken rule answers.
    ///
    /// # Errors
    /// [`AmountRefusal`].
    pub fn accept(&self, amount: Fen) -> Result<(), AmountRefusal> {
        let why = |position: usize| self.why.get(position).or(self.why.first()).cloned().unwrap_or(OWN);
        if amount < self.min {
            return Err(AmountRefusal::BelowMinimum { min: self.min, why: why(1) });
        }
        if amount > self.max {
            let position = if self.capped_by_fees { self.why.len().saturating_sub(1) } else { 0 };
            return Err(AmountRefusal::AboveMaximum { max: self.max, why: why(position) });
        }
        if amount.0 % self.step.0 != 0 {
            return Err(AmountRefusal::NotAMultiple { step: self.step, why: why(2) });
        }
        Ok(())
    }
}

/// Where this project's own decisions stand.
const OWN: Citation = Citation::of("zhuxue", "额度低于最低额");

/// The time one drawing of a campus-based loan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drawing {
    /// A whole academic year.
    Year,
    /// Half of one.
    HalfYear,
}

/// The two parts of a campus-based loan under the rules of 2005 (zju-2005 三.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Ceiling of the tuition loan; zero for a student who pays no tuition.
    pub tuition_max: Fen,
    /// Ceiling of the living loan by itself; zero when tuition reaches the limit.
    pub living_max: Fen,
    /// Ceiling of both together.
    pub total_max: Fen,
    /// Where it stands.
    pub why: Citation,
}

/// Why the two parts are refused, in order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PartsRefusal {
    /// The tuition loan is too large.
    #[error("tuition_loan_above_maximum")]
    Tuition {
        /// Its ceiling.
        max: Fen,
    },
    /// The living loan is too large.
    #[error("living_loan_above_maximum")]
    Living {
        /// Its ceiling.
        max: Fen,
    },
    /// Both together are too large.
    #[error("total_above_maximum")]
    Total {
        /// What is left for living beside that tuition loan.
        living_max: Fen,
    },
}

/// What a graduate student who pays `tuition` for that time (zero: tuition-free) may draw.
///
/// # Errors
/// [`NotCovered`] where no rule splits the loan.
pub fn parts(book: &Book, question: &Question<'_>, tuition: Fen, drawing: Drawing) -> Result<Parts, NotCovered> {
    let (tuition_cap, living_cap, share) = match drawing {
        Drawing::Year => (P::TuitionLoanMax, P::LivingLoanMax, 1),
        Drawing::HalfYear => (P::TuitionLoanMaxHalfYear, P::LivingLoanMaxHalfYear, 2),
    };
    let (tuition_cap, living_cap) = (book.amount(question, tuition_cap)?, book.amount(question, living_cap)?);
    Ok(Parts {
        tuition_max: tuition.min(tuition_cap).max(Fen::ZERO),
        living_max: if tuition < tuition_cap { living_cap } else { Fen::ZERO },
        total_max: Fen(book.amount(question, P::AmountMaxGraduate)?.0 / share),
        why: book.why(question, P::TuitionLoanMax)?,
    })
}

impl Parts {
    /// Whether a tuition loan and a living loan may be drawn together.
    ///
    /// # Errors
    /// [`PartsRefusal`].
    pub fn accept(&self, tuition: Fen, living: Fen) -> Result<(), PartsRefusal> {
        if tuition > self.tuition_max {
            return Err(PartsRefusal::Tuition { max: self.tuition_max });
        }
        if living > self.living_max {
            return Err(PartsRefusal::Living { max: self.living_max });
        }
        if tuition + living > self.total_max {
            return Err(PartsRefusal::Total { living_max: self.total_max - tuition });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Date, date};
    use crate::policy::Scheme;

    const XIUFENG: &str = "450302";
    const COLLEGE: &str = "4137012819";
    const ZHEJIANG: &str = "4133010335";

    fn xiufeng() -> Question<'static> {
        Question::origin(date(2016, 8, 1), XIUFENG, ZHEJIANG)
    }

    fn shandong() -> Question<'static> {
        Question::origin(date(2022, 10, 1), "370702", COLLEGE)
    }

    fn accept(question: &Question<'_>, level: StudyLevel, fees: i64, amount: i64) -> Result<(), String> {
        let allowed = allowed(Book::standard(), question, level, Some(Fen::yuan(fees))).map_err(|no| no.to_string())?;
        allowed.accept(Fen::yuan(amount)).map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn xiufeng_2016_lends_whole_hundreds_up_to_the_fees() {
        let check = |fees: i64, max: i64| {
            let allowed =
                allowed(Book::standard(), &xiufeng(), StudyLevel::Undergraduate, Some(Fen::yuan(fees))).unwrap();
            assert_eq!((allowed.max, allowed.suggested), (Fen::yuan(max), Fen::yuan(max)), "fees {fees}");
        };
        check(6_500, 6_500);
        check(7_350, 7_300);
        check(7_900, 7_900);
        check(8_000, 8_000);
        check(8_001, 8_000);
        check(9_300, 8_000);
        check(1_000, 1_000);
        proof::proves!["R2.4", "R2.25"];
    }

    #[test]
    fn h012_an_amount_meets_floor_ceiling_and_step_in_this_order() {
        use StudyLevel::{Doctor, Master, Undergraduate};
        let check = |level, fees, amount, expected: Result<(), &str>| {
            let expected = expected.map_err(str::to_owned);
            assert_eq!(accept(&xiufeng(), level, fees, amount), expected, "{level:?} {fees} {amount}");
        };
        check(Undergraduate, 9_300, 900, Err("amount_below_minimum"));
        check(Undergraduate, 9_300, 999, Err("amount_below_minimum"));
        check(Undergraduate, 9_300, 1_000, Ok(()));
        check(Undergraduate, 9_300, 1_050, Err("amount_not_a_multiple"));
        check(Undergraduate, 9_300, 7_950, Err("amount_not_a_multiple"));
        check(Undergraduate, 9_300, 8_000, Ok(()));
        check(Undergraduate, 9_300, 8_100, Err("amount_above_maximum"));
        check(Undergraduate, 6_500, 6_600, Err("amount_above_maximum"));
        check(Master, 15_000, 12_000, Ok(()));
        check(Doctor, 15_000, 12_100, Err("amount_above_maximum"));
        check(Master, 15_000, 11_950, Err("amount_not_a_multiple"));
        check(Undergraduate, 900, 1_000, Err("the fees of 900.00 lie below the smallest amount 1000.00"));
        proof::proves!["R2.3", "R2.5", "R2.26"];
    }

    #[test]
    fn a_refused_amount_names_the_article_that_refuses_it() {
        let allowed = allowed(Book::standard(), &xiufeng(), StudyLevel::Undergraduate, Some(Fen::yuan(6_500))).unwrap();
        let refusal = allowed.accept(Fen::yuan(6_600)).unwrap_err();
        let why = Citation::of("xiufeng-2016", "一(二)");
        assert_eq!(refusal, AmountRefusal::AboveMaximum { max: Fen::yuan(6_500), why });
    }

    #[test]
    fn shandong_2022_may_follow_the_fees_but_is_not_bound_by_them() {
        let check = |fees: i64, suggested: i64| {
            let allowed = allowed(Book::standard(), &shandong(), StudyLevel::College, Some(Fen::yuan(fees))).unwrap();
            assert_eq!((allowed.min, allowed.max), (Fen::yuan(1_000), Fen::yuan(12_000)), "fees {fees}");
            assert_eq!(allowed.suggested, Fen::yuan(suggested), "fees {fees}");
        };
        check(7_000, 7_000);
        check(12_000, 12_000);
        check(13_000, 12_000);
        check(500, 1_000);
        assert_eq!(accept(&shandong(), StudyLevel::College, 7_000, 12_000), Ok(()));
        assert_eq!(accept(&shandong(), StudyLevel::College, 7_000, 12_100), Err("amount_above_maximum".to_owned()));
        proof::proves!["R2.6"];
    }

    #[test]
    fn h098_the_limit_is_that_of_the_day_the_day_before_and_after_a_circular() {
        let check = |on: Date, undergraduate: i64, graduate: i64| {
            let question = Question::national(Scheme::Origin, on);
            let limit = |level| allowed(Book::standard(), &question, level, None).unwrap().limit;
            assert_eq!(limit(StudyLevel::College), Fen::yuan(undergraduate), "{on}");
            assert_eq!(limit(StudyLevel::Doctor), Fen::yuan(graduate), "{on}");
        };
        check(date(2007, 8, 13), 6_000, 6_000);
        check(date(2014, 7, 24), 6_000, 6_000);
        check(date(2014, 7, 25), 8_000, 12_000);
        check(date(2021, 9, 13), 8_000, 12_000);
        check(date(2021, 9, 14), 12_000, 16_000);
        check(date(2023, 9, 14), 12_000, 16_000);
        check(date(2023, 9, 15), 16_000, 20_000);
        check(date(2024, 10, 30), 16_000, 20_000);
        check(date(2024, 10, 31), 20_000, 25_000);
        check(date(2026, 11, 23), 20_000, 25_000);
        let before = Question::national(Scheme::Origin, date(2007, 8, 12));
        assert!(matches!(
            allowed(Book::standard(), &before, StudyLevel::College, None),
            Err(NoAmount::NotCovered(NotCovered { parameter: P::AmountMaxUndergraduate, .. }))
        ));
        proof::proves!["R2.1", "R2.23"];
    }

    #[test]
    fn campus_2005_splits_tuition_and_living_below_one_total() {
        let question =
            Question { scheme: Scheme::Campus, on: date(2005, 10, 15), county: None, school: Some(ZHEJIANG) };
        let check = |tuition: i64, drawing, asked: (i64, i64), expected: Result<(), PartsRefusal>| {
            let parts = parts(Book::standard(), &question, Fen::yuan(tuition), drawing).unwrap();
            assert_eq!(parts.accept(Fen::yuan(asked.0), Fen::yuan(asked.1)), expected, "{tuition} {asked:?}");
        };
        check(5_000, Drawing::Year, (5_000, 2_500), Err(PartsRefusal::Total { living_max: Fen::yuan(1_000) }));
        check(5_000, Drawing::Year, (5_000, 1_000), Ok(()));
        check(5_000, Drawing::Year, (5_100, 0), Err(PartsRefusal::Tuition { max: Fen::yuan(5_000) }));
        check(0, Drawing::Year, (0, 2_500), Ok(()));
        check(0, Drawing::Year, (100, 2_500), Err(PartsRefusal::Tuition { max: Fen::ZERO }));
        check(0, Drawing::Year, (0, 2_501), Err(PartsRefusal::Living { max: Fen::yuan(2_500) }));
        check(6_000, Drawing::Year, (6_000, 0), Ok(()));
        check(6_000, Drawing::Year, (5_000, 1_000), Err(PartsRefusal::Living { max: Fen::ZERO }));
        check(9_000, Drawing::Year, (6_001, 0), Err(PartsRefusal::Tuition { max: Fen::yuan(6_000) }));
        check(2_999, Drawing::HalfYear, (0, 1_250), Ok(()));
        check(3_000, Drawing::HalfYear, (0, 1), Err(PartsRefusal::Living { max: Fen::ZERO }));
        check(4_000, Drawing::HalfYear, (3_001, 0), Err(PartsRefusal::Tuition { max: Fen::yuan(3_000) }));
        proof::proves!["R23.9", "R2.7"];
    }
}
