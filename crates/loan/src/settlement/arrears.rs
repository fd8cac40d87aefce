//! Penalty on overdue money (罚息): simple, a pure function of what was overdue when. Money taken for an item cuts
//! its time into stretches; each stretch is rounded once per bearer.

use super::days::{Day, Turns};
use super::rates::Step;
use crate::contract::PenaltyBase;

/// An amount that stops being overdue from a day on; below zero it begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Take {
    pub(crate) item: usize,
    pub(crate) day: Day,
    pub(crate) interest: i64,
    pub(crate) principal: i64,
}

/// Penalty by bearer, in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Penalty {
    pub(crate) own: i64,
    /// What a waiver moved to the state.
    pub(crate) state: i64,
}

impl Penalty {
    pub(crate) fn plus(self, more: Penalty) -> Penalty {
        Penalty { own: self.own + more.own, state: self.state + more.state }
    }

    pub(crate) fn minus(self, less: Penalty) -> Penalty {
        Penalty { own: self.own - less.own, state: self.state - less.state }
    }
}

/// What of one item is overdue from its debit day on, and what was taken of it since.
#[derive(Debug)]
pub(crate) struct Overdue {
    pub(crate) from: Day,
    pub(crate) interest: i64,
    pub(crate) principal: i64,
    pub(crate) takes: Vec<Take>,
}

/// How the penalty of a contract is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) steps: &'a [Step],
    pub(crate) turns: &'a Turns,
    /// Settlement years whose penalty is the state's.
    pub(crate) waived: &'a [i32],
    /// No penalty from the day of death to the decision.
    pub(crate) spared: (Day, Day),
    pub(crate) base: PenaltyBase,
    /// Percent of the contract rate.
    pub(crate) percent: i64,
    /// Days of the year in the divisor.
    pub(crate) basis: i64,
}

impl Overdue {
    /// The penalty fixed by money taken so far, and the one that runs up to, not including, a day.
    pub(crate) fn penalty(&mut self, to: Day, terms: &Terms<'_>) -> (Penalty, Penalty) {
        self.takes.sort_by_key(|take| take.day);
        let mut fixed = Penalty::default();
        let (mut from, mut interest, mut principal) = (self.from, self.interest, self.principal);
        for take in &self.takes {
            if take.day > from {
                fixed = fixed.plus(terms.stretch(interest, principal, from, take.day));
                from = take.day;
            }
            interest -= take.interest;
            principal -= take.principal;
        }
        (fixed, terms.stretch(interest, principal, from, to))
    }
}

impl Terms<'_> {
    /// The penalty of one amount over one stretch, rounded once per bearer.
    fn stretch(&self, interest: i64, principal: i64, from: Day, to: Day) -> Penalty {
        let amount = match self.base {
            PenaltyBase::OverdueAmount => interest.max(0) + principal,
            PenaltyBase::OverduePrincipal => principal,
        };
        let (own, state) = self.weigh(from, to);
        Penalty { own: self.rounded(amount, own), state: self.rounded(amount, state) }
    }

    /// Ppm-days of the contract rate over `[from, to)` by bearer, without the spared days.
    fn weigh(&self, from: Day, to: Day) -> (i64, i64) {
        let (spared_from, spared_to) = self.spared;
        let mut weights = (0, 0);
        self.weigh_part(from, to.min(spared_from), &mut weights);
        self.weigh_part(from.max(spared_to), to, &mut weights);
        weights
    }

    fn weigh_part(&self, from: Day, to: Day, weights: &mut (i64, i64)) {
        let mut day = from;
        while day < to {
            let at = self.steps.iter().rposition(|step| step.from <= day).unwrap_or(0);
            let mut end = self.steps.get(at + 1).map_or(to, |next| next.from.min(to));
            let mut waived = false;
            if !self.waived.is_empty() {
                let year = self.turns.year_of(day);
                end = end.min(self.turns.starts_on(year + 1));
                waived = self.waived.contains(&year);
            }
            let earned = self.steps[at].rate * i64::from(end - day);
            if waived {
                weights.1 += earned;
            } else {
                weights.0 += earned;
            }
            day = end;
        }
    }

    fn rounded(&self, amount: i64, weight: i64) -> i64 {
        let sum = i128::from(amount) * i128::from(weight) * i128::from(self.percent);
        crate::money::round_half_up(sum, i128::from(self.basis) * 1_000_000 * 100) as i64
    }
}
