//! Penalty on overdue money (罚息): simple, on pieces of overdue amount over pieces of time, rounded once per item
//! and bearer when it is fixed.

use super::days::{Day, Turns};
use super::rates::Step;
use crate::contract::PenaltyBase;

/// The mark of a piece whose penalty is not fixed yet.
const RUNNING: u32 = u32::MAX;

/// An overdue amount over `[from, to)`.
#[derive(Clone, Copy, Debug)]
struct Piece {
    item: u32,
    fix: u32,
    interest: i64,
    principal: i64,
    from: Day,
    to: Day,
}

/// A penalty that was fixed for an item.
#[derive(Clone, Copy, Debug)]
struct Fix {
    item: u32,
    penalty: Penalty,
}

/// Penalty by bearer, in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Penalty {
    pub(crate) own: i64,
    /// What a waiver moved to the state.
    pub(crate) state: i64,
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

/// The overdue pieces of one contract.
#[derive(Debug, Default)]
pub(crate) struct Arrears {
    pieces: Vec<Piece>,
    fixes: Vec<Fix>,
}

impl Arrears {
    pub(crate) fn begin(&mut self) {
        self.pieces.clear();
        self.fixes.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// An amount is overdue from a day on.
    pub(crate) fn open(&mut self, item: usize, interest: i64, principal: i64, from: Day) {
        if interest > 0 || principal > 0 {
            self.pieces.push(Piece { item: item as u32, fix: RUNNING, interest, principal, from, to: Day::MAX });
        }
    }

    /// The running penalty of an item up to, not including, a day.
    pub(crate) fn running(&self, item: usize, to: Day, terms: &Terms<'_>) -> Penalty {
        self.sum(|piece| piece.item == item as u32 && piece.fix == RUNNING, to, terms)
    }

    /// Fixes the running penalty of an item; nothing runs afterwards until [`Arrears::open`].
    pub(crate) fn fix(&mut self, item: usize, to: Day, terms: &Terms<'_>) -> Penalty {
        let penalty = self.running(item, to, terms);
        let fix = self.fixes.len() as u32;
        for piece in self.pieces.iter_mut().filter(|piece| piece.item == item as u32 && piece.fix == RUNNING) {
            piece.fix = fix;
            piece.to = to;
        }
        self.fixes.push(Fix { item: item as u32, penalty });
        penalty
    }

    /// Takes up to `interest` out of every piece of an item, as if it had never been overdue.
    pub(crate) fn forgive_interest(&mut self, item: usize, interest: i64) {
        for piece in self.pieces.iter_mut().filter(|piece| piece.item == item as u32) {
            piece.interest -= piece.interest.min(interest);
        }
    }

    /// Counts every fixed penalty anew and hands `(item, old, new)` of those that changed to the caller.
    pub(crate) fn refix(&mut self, terms: &Terms<'_>, mut changed: impl FnMut(usize, Penalty, Penalty)) {
        for at in 0..self.fixes.len() {
            let Fix { item, penalty: old } = self.fixes[at];
            let new = self.sum(|piece| piece.fix == at as u32, Day::MAX, terms);
            if new != old {
                self.fixes[at].penalty = new;
                changed(item as usize, old, new);
            }
        }
    }

    fn sum(&self, counts: impl Fn(&Piece) -> bool, to: Day, terms: &Terms<'_>) -> Penalty {
        let (mut own, mut state) = (0i128, 0i128);
        for piece in self.pieces.iter().filter(|piece| counts(piece)) {
            let amount = match terms.base {
                PenaltyBase::OverdueAmount => piece.interest + piece.principal,
                PenaltyBase::OverduePrincipal => piece.principal,
            };
            let (weight_own, weight_state) = terms.weigh(piece.from, piece.to.min(to));
            own += i128::from(amount) * weight_own;
            state += i128::from(amount) * weight_state;
        }
        Penalty { own: terms.rounded(own), state: terms.rounded(state) }
    }
}

impl Terms<'_> {
    /// Ppm-days of the contract rate over `[from, to)` by bearer, without the spared days.
    fn weigh(&self, from: Day, to: Day) -> (i128, i128) {
        let (spared_from, spared_to) = self.spared;
        let mut weights = (0, 0);
        self.weigh_part(from, to.min(spared_from), &mut weights);
        self.weigh_part(from.max(spared_to), to, &mut weights);
        weights
    }

    fn weigh_part(&self, from: Day, to: Day, weights: &mut (i128, i128)) {
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
            let earned = i128::from(self.steps[at].rate) * i128::from(end - day);
            if waived {
                weights.1 += earned;
            } else {
                weights.0 += earned;
            }
            day = end;
        }
    }

    fn rounded(&self, sum: i128) -> i64 {
        let divisor = i128::from(self.basis) * 1_000_000 * 100;
        crate::money::round_half_up(sum * i128::from(self.percent), divisor) as i64
    }
}
