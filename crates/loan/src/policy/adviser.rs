//! A reasonable amount and term from what a family says about itself (随县 2024). Advice only: family and clerk may
//! choose anything the rules allow.

use super::choice::FeeRule;
use super::limits::Allowed;
use super::terms::{Range, Study};
use crate::money::Fen;

/// What a family says about one academic year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Tuition and accommodation.
    pub fees: Fen,
    /// Living costs.
    pub living: Fen,
    /// What the family can pay.
    pub can_pay: Fen,
    /// Grants and other help.
    pub other_help: Fen,
    /// Principal the borrower expects to be able to repay in a year after study.
    pub can_repay: Fen,
}

/// A proposal and the burden it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Amount for this year; zero when no loan is needed.
    pub amount: Fen,
    /// Term in years; zero when no loan is needed.
    pub term: u32,
    /// What stays uncovered because the rules allow no more.
    pub uncovered: Fen,
    /// Principal of all years' loans together, if every year left is like this one.
    pub total: Fen,
    /// Principal of one year of repayment.
    pub yearly_principal: Fen,
    /// Whether `yearly_principal` is what the borrower expects to manage.
    pub bearable: bool,
}

/// Proposes the amount the family lacks, and the shortest term whose yearly principal it can bear.
///
/// ```
/// use loan::calendar::date;
/// use loan::money::Fen;
/// use loan::policy::{Book, Question, Scheme, StudyLevel, adviser, limits, terms};
/// let today = Question::national(Scheme::Origin, date(2026, 8, 1));
/// let study = terms::Study { length: 4, grade: 1 };
/// let family = adviser::Family {
///     fees: Fen::yuan(7_200), living: Fen::yuan(12_000), can_pay: Fen::yuan(9_000), other_help: Fen::ZERO,
///     can_repay: Fen::yuan(6_000),
/// };
/// let allowed = limits::allowed(Book::standard(), &today, StudyLevel::Undergraduate, Some(family.fees)).unwrap();
/// let range = terms::range(Book::standard(), &today, study).unwrap();
/// let advice = adviser::advise(&allowed, &range, study, 5, family);
/// assert_eq!((advice.amount, advice.term), (Fen::yuan(10_200), 15));
/// ```
pub fn advise(allowed: &Allowed, range: &Range, study: Study, grace_years: u32, family: Family) -> Advice {
    let living_counts = !matches!(allowed.fee_rule, FeeRule::Ceiling);
    let costs = family.fees + if living_counts { family.living } else { Fen::ZERO };
    let lacking = costs - family.can_pay - family.other_help;
    if !lacking.is_positive() {
        return Advice {
            amount: Fen::ZERO,
            term: 0,
            uncovered: Fen::ZERO,
            total: Fen::ZERO,
            yearly_principal: Fen::ZERO,
            bearable: true,
        };
    }
    let whole_steps = Fen((lacking.0 + allowed.step.0 - 1) / allowed.step.0 * allowed.step.0);
    let amount = whole_steps.clamp(allowed.min, allowed.max);
    let total = Fen(amount.0 * i64::from(study.remaining()));
    let yearly = |term: u32| {
        let years = (term + 1).saturating_sub(study.remaining() + grace_years).max(1);
        Fen(total.0.div_euclid(i64::from(years)))
    };
    let term = (range.min..=range.max).find(|term| yearly(*term) <= family.can_repay).unwrap_or(range.max);
    Advice {
        amount,
        term,
        uncovered: Fen((lacking.0 - amount.0).max(0)),
        total,
        yearly_principal: yearly(term),
        bearable: yearly(term) <= family.can_repay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;
    use crate::policy::{Book, Question, Scheme, StudyLevel, limits, terms};

    const FAMILY: Family = Family {
        fees: Fen::yuan(7_200),
        living: Fen::yuan(12_000),
        can_pay: Fen::yuan(9_000),
        other_help: Fen::ZERO,
        can_repay: Fen::yuan(6_000),
    };

    fn today(family: Family) -> Advice {
        advised(&Question::national(Scheme::Origin, date(2026, 8, 1)), 5, family)
    }

    fn advised(question: &Question<'_>, grace_years: u32, family: Family) -> Advice {
        let study = Study { length: 4, grade: 1 };
        let allowed =
            limits::allowed(Book::standard(), question, StudyLevel::Undergraduate, Some(family.fees)).unwrap();
        let range = terms::range(Book::standard(), question, study).unwrap();
        let advice = advise(&allowed, &range, study, grace_years, family);
        if !advice.amount.is_zero() {
            assert_eq!(allowed.accept(advice.amount), Ok(()));
            assert_eq!(range.accept(advice.term), Ok(()));
        }
        advice
    }

    #[test]
    fn the_proposal_covers_what_lacks_at_a_bearable_yearly_principal() {
        let check = |family: Family, amount: i64, term: u32, uncovered: i64, bearable: bool| {
            let advice = today(family);
            assert_eq!((advice.amount, advice.term), (Fen::yuan(amount), term), "{family:?}");
            assert_eq!((advice.uncovered, advice.bearable), (Fen::yuan(uncovered), bearable), "{family:?}");
        };
        check(FAMILY, 10_200, 15, 0, true);
        check(Family { can_repay: Fen::yuan(50_000), ..FAMILY }, 10_200, 5, 0, true);
        check(Family { can_repay: Fen::yuan(2_000), ..FAMILY }, 10_200, 19, 0, false);
        check(Family { can_pay: Fen::ZERO, living: Fen::yuan(15_000), ..FAMILY }, 20_000, 19, 2_200, false);
        check(Family { can_pay: Fen::yuan(19_150), ..FAMILY }, 1_000, 5, 0, true);
        check(Family { other_help: Fen::yuan(150), ..FAMILY }, 10_100, 15, 0, true);
        assert_eq!(today(Family { can_pay: Fen::yuan(19_200), ..FAMILY }).amount, Fen::ZERO);
        proof::proves!["R2.21"];
    }

    #[test]
    fn where_the_money_is_for_fees_only_living_costs_do_not_count() {
        let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
        let advice = advised(&xiufeng, 3, Family { can_pay: Fen::yuan(3_000), ..FAMILY });
        assert_eq!((advice.amount, advice.total), (Fen::yuan(4_200), Fen::yuan(16_800)));
    }
}
