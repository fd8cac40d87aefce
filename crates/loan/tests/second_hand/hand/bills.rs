//! What stands open: bills, the borrower's money, and penalty (money.md sections 6 and 7).

use super::fraction::{half_up, ratio, whole};
use super::{Day, Hand, next};
use chrono::Datelike;
use loan::contract::{DayCount, OverdueValueDay, PenaltyBase};
use loan::life::Account;

/// One arrival of money.
#[derive(Clone, Debug)]
pub struct Payment {
    pub channel: String,
    pub reference: String,
    pub amount: i64,
    pub bounced: bool,
}

/// Money on the deposit, in order of arrival.
#[derive(Clone, Copy, Debug)]
pub struct Lot {
    /// `None` for a credit that no payment brought.
    pub payment: Option<usize>,
    pub amount: i64,
}

/// Who gave what is taken off a bill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// The deposit; the payment the money came with.
    Deposit(Option<usize>),
    Relief,
    Compensation,
    WriteOff,
    Waiver,
    /// A credit of a study change.
    Credit,
    School,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part {
    Penalty,
    Interest,
    Principal,
}

/// An amount taken off a bill. From `from` on it no longer bears penalty.
#[derive(Clone, Copy, Debug)]
pub struct Taken {
    pub from: Day,
    pub part: Part,
    pub amount: i64,
    pub source: Source,
}

/// The bill of one row.
#[derive(Clone, Debug)]
pub struct Item {
    pub row: usize,
    pub debit_on: Day,
    pub principal: i64,
    pub interest: i64,
    pub taken: Vec<Taken>,
    /// Interest of the bill that a later study change credited: no penalty on it.
    pub credited: i64,
    /// Penalty of a year waived later that another than the borrower had paid: it stays as it was.
    pub kept: (i64, i64),
    /// Interest billed on the row after its debit day, and the day from which it bears penalty.
    pub added: Vec<(Day, i64)>,
    /// Fixed penalty in the ledger: own, state.
    pub posted: (i64, i64),
}

/// An overdue amount through `[from, to)`.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    pub from: Day,
    pub to: Day,
    pub base: i64,
}

/// What a purse paid of an item, and the penalty that was fixed on the way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Took {
    pub penalty: i64,
    pub interest: i64,
    pub principal: i64,
    pub own: i64,
    pub state: i64,
}

impl Took {
    pub fn sum(self) -> i64 {
        self.penalty + self.interest + self.principal
    }

    pub fn add(&mut self, other: Took) {
        self.penalty += other.penalty;
        self.interest += other.interest;
        self.principal += other.principal;
        self.own += other.own;
        self.state += other.state;
    }

    /// The legs of a taking when `payer` pays.
    pub fn legs(self, payer: Account) -> Vec<(Account, i64)> {
        vec![
            (payer, self.sum()),
            (Account::Penalty, self.own - self.penalty),
            (Account::PenaltyIncome, -self.own - self.state),
            (Account::InterestState, self.state),
            (Account::InterestOwn, -self.interest),
            (Account::Principal, -self.principal),
        ]
    }
}

impl Item {
    pub fn taken_before(&self, part: Part, day: Day) -> i64 {
        self.taken.iter().filter(|t| t.part == part && t.from <= day).map(|t| t.amount).sum()
    }

    pub fn taken(&self, part: Part) -> i64 {
        self.taken.iter().filter(|t| t.part == part).map(|t| t.amount).sum()
    }

    pub fn open(&self, part: Part) -> i64 {
        match part {
            Part::Principal => self.principal - self.taken(part),
            Part::Interest => self.interest - self.taken(part),
            Part::Penalty => unreachable!("penalty grows by the day"),
        }
    }

    pub fn by(&self, part: Part, wanted: impl Fn(Source) -> bool) -> i64 {
        self.taken.iter().filter(|t| t.part == part && wanted(t.source)).map(|t| t.amount).sum()
    }
}

/// What a waiver or a credit moves of an item's fixed penalty.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Released {
    /// Change of the borrower's fixed penalty.
    own: i64,
    /// Change of the state's.
    state: i64,
    /// What the borrower had paid of it and gets back.
    back: i64,
}

impl Released {
    pub(super) fn add(&mut self, other: Released) {
        self.own += other.own;
        self.state += other.state;
        self.back += other.back;
    }

    pub(super) fn legs(self) -> [(Account, i64); 4] {
        [
            (Account::Penalty, self.own + self.back),
            (Account::InterestState, self.state),
            (Account::PenaltyIncome, -self.own - self.state),
            (Account::Deposit, -self.back),
        ]
    }
}

impl Hand<'_> {
    pub(super) fn deposit(&self) -> i64 {
        self.lots.iter().map(|lot| lot.amount).sum()
    }

    /// Money leaves the deposit in order of arrival.
    pub(super) fn leave_deposit(&mut self, mut amount: i64) -> Vec<(Option<usize>, i64)> {
        let mut left = Vec::new();
        for lot in &mut self.lots {
            let part = lot.amount.min(amount);
            if part > 0 {
                lot.amount -= part;
                amount -= part;
                left.push((lot.payment, part));
            }
        }
        assert_eq!(amount, 0, "more left the deposit than was on it");
        self.lots.retain(|lot| lot.amount > 0);
        left
    }

    /// What bears penalty on a day.
    fn penalty_base(&self, item: &Item, day: Day) -> i64 {
        let principal = item.principal - item.taken_before(Part::Principal, day);
        let later: i64 = item.added.iter().filter(|a| day < a.0).map(|a| a.1).sum();
        let interest = item.interest - later - item.taken_before(Part::Interest, day);
        match self.terms.product.penalty_base {
            PenaltyBase::OverdueAmount => principal + (interest - item.credited.max(0)).max(0),
            PenaltyBase::OverduePrincipal => principal,
        }
    }

    /// No penalty from the day of death to the first later relief.
    fn spared(&self, day: Day) -> bool {
        self.died_on.is_some_and(|died| died <= day) && self.decided_on.is_none_or(|decided| day < decided)
    }

    /// Penalty of some stretches, one rounding per bearer: own, state.
    fn penalty_of(&self, stretches: &[Stretch]) -> (i64, i64) {
        let maturity = self.settlement_day(self.matures_in);
        let divisor = if self.terms.day_count == DayCount::Act365 { 365 } else { 360 };
        let percent = i64::from(self.terms.product.penalty_percent);
        let (mut own, mut state) = (whole(0), whole(0));
        for stretch in stretches {
            let mut day = stretch.from;
            while day < stretch.to {
                // Days with one rate and bearer are counted together.
                let (year, from) = (self.year_of(day), day);
                // "After maturity the rate of the maturity day stays."
                let ppm = self.rate(day.min(maturity)).ppm;
                let mut days = 0;
                while day < stretch.to && (day == from || !(day.month() == 12 && day.day() == 21)) {
                    days += i64::from(!self.spared(day));
                    day = next(day);
                }
                let rate = ratio(ppm, 1_000_000) * ratio(percent, 100);
                let earned = whole(stretch.base) * rate * ratio(days, divisor);
                if self.waived.contains(&year) {
                    state += earned;
                } else {
                    own += earned;
                }
            }
        }
        (half_up(&own), half_up(&state))
    }

    /// The overdue amount in `[from, to)`, cut where it changed.
    fn stretches(&self, item: &Item, from: Day, to: Day) -> Vec<Stretch> {
        let mut edges = vec![from, to];
        edges.extend(item.taken.iter().map(|t| t.from).filter(|edge| from < *edge && *edge < to));
        edges.extend(item.added.iter().map(|a| a.0).filter(|edge| from < *edge && *edge < to));
        edges.sort();
        edges.dedup();
        edges
            .windows(2)
            .map(|pair| Stretch { from: pair[0], to: pair[1], base: self.penalty_base(item, pair[0]) })
            .filter(|stretch| stretch.base != 0)
            .collect()
    }

    /// Days on which taking money fixed the penalty of an item and started a new run. A bounce takes its own away again.
    fn cuts(&self, item: &Item) -> Vec<Day> {
        let changed = item.taken.iter().map(|t| t.from).chain(item.added.iter().map(|a| a.0));
        let mut cuts: Vec<Day> = changed.filter(|from| *from > item.debit_on).collect();
        cuts.sort();
        cuts.dedup();
        cuts
    }

    /// Penalty fixed so far, each run rounded once per bearer: own, state.
    pub(super) fn fixed(&self, item: &Item) -> (i64, i64) {
        let mut from = item.debit_on;
        let mut sum = (item.kept.0, -item.kept.1);
        for cut in self.cuts(item) {
            let run = self.penalty_of(&self.stretches(item, from, cut));
            sum = (sum.0 + run.0, sum.1 + run.1);
            from = cut;
        }
        sum
    }

    /// All penalty of an item to the end of the day before `until`: fixed, and the running one.
    pub(super) fn penalty_until(&self, item: &Item, until: Day) -> (i64, i64) {
        let fixed = self.fixed(item);
        let from = self.cuts(item).last().copied().unwrap_or(item.debit_on);
        if from >= until {
            return fixed;
        }
        let running = self.penalty_of(&self.stretches(item, from, until));
        (fixed.0 + running.0, fixed.1 + running.1)
    }

    /// What the ledger lacks of the item's fixed penalty: own, state.
    pub(super) fn newly_fixed(&mut self, place: usize) -> (i64, i64) {
        let fixed = self.fixed(&self.items[place]);
        let posted = std::mem::replace(&mut self.items[place].posted, fixed);
        (fixed.0 - posted.0, fixed.1 - posted.1)
    }

    pub(super) fn penalty_open(&self, item: &Item, until: Day) -> i64 {
        self.penalty_until(item, until).0 - item.taken(Part::Penalty)
    }

    /// Something of principal, interest or fixed penalty is unpaid.
    pub(super) fn is_open(&self, item: &Item) -> bool {
        item.open(Part::Principal) > 0
            || item.open(Part::Interest) > 0
            || self.fixed(item).0 > item.taken(Part::Penalty)
    }

    /// Pays one item from a purse: penalty (to the day before `from`), interest, principal. Gives back what it took and
    /// the penalty it fixed, own and state: taking money fixes it.
    pub(super) fn pay_item(&mut self, place: usize, from: Day, purse: i64, source: Option<Source>) -> Took {
        let mut item = self.items[place].clone();
        // Events act before the debit: on its debit day a bill is not overdue yet.
        let from = if item.debit_on >= self.today { from.min(item.debit_on) } else { from };
        let mut left = purse;
        let mut took = [0; 3];
        let penalty = if purse > 0 { self.penalty_open(&item, from) } else { 0 };
        let parts = [Part::Penalty, Part::Interest, Part::Principal];
        // All three are fixed before anything is taken.
        let open = [penalty, item.open(Part::Interest), item.open(Part::Principal)];
        for (slot, part) in parts.into_iter().enumerate() {
            let amount = open[slot].min(left).max(0);
            left -= amount;
            took[slot] = amount;
            if amount == 0 {
                continue;
            }
            match source {
                Some(source) => item.taken.push(Taken { from, part, amount, source }),
                None => {
                    for (payment, amount) in self.leave_deposit(amount) {
                        item.taken.push(Taken { from, part, amount, source: Source::Deposit(payment) });
                    }
                }
            }
        }
        self.items[place] = item;
        let fixed = self.newly_fixed(place);
        Took { penalty: took[0], interest: took[1], principal: took[2], own: fixed.0, state: fixed.1 }
    }

    /// Penalty that is nobody's or another's now, after a waiver or a credit: what is open of it goes, what the
    /// borrower had paid goes back to the deposit, what a fund had paid stays as it was.
    pub(super) fn release_penalty(&mut self, place: usize, to_state: bool) -> Released {
        let (own, claim) = self.newly_fixed(place);
        let paid = self.items[place].by(Part::Penalty, |s| matches!(s, Source::Deposit(_)));
        let too_much = self.items[place].taken(Part::Penalty) - self.fixed(&self.items[place]).0;
        let back = too_much.clamp(0, paid);
        self.give_paid_back(place, Part::Penalty, back);
        let kept = too_much.max(0) - back;
        // Where a fund had paid, only what the borrower is released of moves to the state, and only by a waiver.
        let kept_state = if to_state && kept > 0 { claim + own + kept } else { 0 };
        self.items[place].kept.0 += kept;
        self.items[place].kept.1 += kept_state;
        self.items[place].posted = self.fixed(&self.items[place]);
        Released { own: own + kept, state: claim - kept_state, back }
    }

    /// In `receipt` mode money works at the end of the day it arrived and penalty stops the day before.
    pub(super) fn by_receipt(&self) -> bool {
        self.terms.product.overdue_value_day == OverdueValueDay::Receipt
    }
}
