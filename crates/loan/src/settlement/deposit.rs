//! The borrower's money not yet used, in order of arrival, and a memory of what each arrival paid, so that a
//! bounced payment can be taken back as if it had never come.

use super::days::Day;

/// A payment no event names: a credit of the bank itself.
const CREDIT: u32 = u32::MAX;

/// Money that arrived.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) amount: i64,
    pub(crate) left: i64,
    pub(crate) channel: u32,
    pub(crate) bounced: bool,
}

/// What money was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Interest(usize),
    Principal(usize),
    Penalty(usize),
    Refund,
    Recovery,
}

/// A part of an arrival that was used.
#[derive(Debug)]
pub(crate) struct Use {
    arrival: u32,
    pub(crate) purpose: Purpose,
    pub(crate) amount: i64,
    /// The day from which the amount would be overdue again.
    pub(crate) since: Day,
}

/// The deposit of one contract.
#[derive(Debug, Default)]
pub(crate) struct Deposit {
    arrivals: Vec<Arrival>,
    uses: Vec<Use>,
    /// Arrival of each numbered payment, plus one; zero while unseen.
    seen: Vec<u32>,
    /// Arrivals before this one are used up.
    first: usize,
    pub(crate) held: i64,
}

impl Deposit {
    pub(crate) fn begin(&mut self, payments: u32) {
        self.arrivals.clear();
        self.uses.clear();
        self.seen.clear();
        self.seen.resize(payments as usize, 0);
        self.first = 0;
        self.held = 0;
    }

    /// The arrival of a payment, if it came.
    pub(crate) fn arrival_of(&self, payment: u32) -> Option<usize> {
        (self.seen[payment as usize] as usize).checked_sub(1)
    }

    pub(crate) fn arrival(&self, at: usize) -> &Arrival {
        &self.arrivals[at]
    }

    pub(crate) fn receive(&mut self, payment: u32, amount: i64, channel: u32) {
        self.push(amount, channel);
        self.seen[payment as usize] = self.arrivals.len() as u32;
    }

    /// Money the bank owes the borrower.
    pub(crate) fn credit(&mut self, amount: i64) {
        self.push(amount, CREDIT);
    }

    fn push(&mut self, amount: i64, channel: u32) {
        self.arrivals.push(Arrival { amount, left: amount, channel, bounced: false });
        self.held += amount;
    }

    /// Uses money, the oldest first. The caller asks for no more than is held.
    pub(crate) fn draw(&mut self, amount: i64, purpose: Purpose, since: Day) {
        let mut wanted = amount;
        self.held -= amount;
        while wanted > 0 {
            let arrival = &mut self.arrivals[self.first];
            let taken = arrival.left.min(wanted);
            if taken > 0 {
                arrival.left -= taken;
                wanted -= taken;
                self.uses.push(Use { arrival: self.first as u32, purpose, amount: taken, since });
            }
            if arrival.left == 0 {
                self.first += 1;
            }
        }
    }

    /// What was used for an item, and from which day on.
    pub(crate) fn uses_of(&self, item: usize) -> impl Iterator<Item = &Use> {
        let for_item = [Purpose::Interest(item), Purpose::Principal(item), Purpose::Penalty(item)];
        self.uses.iter().filter(move |used| used.amount > 0 && for_item.contains(&used.purpose))
    }

    /// Gives back up to `amount` of what was used for a purpose, to the arrivals it came from, and tells the caller
    /// how much had been used from which day on.
    pub(crate) fn give_back(&mut self, mut amount: i64, purpose: Purpose, mut told: impl FnMut(Day, i64)) {
        for used in self.uses.iter_mut().rev().filter(|used| used.purpose == purpose) {
            let returned = used.amount.min(amount);
            used.amount -= returned;
            amount -= returned;
            let at = used.arrival as usize;
            self.arrivals[at].left += returned;
            self.held += returned;
            if returned > 0 {
                self.first = self.first.min(at);
                told(used.since, returned);
            }
        }
    }

    /// Takes an arrival back: what is left of it, and an iteration over what it had been used for.
    pub(crate) fn bounce(&mut self, at: usize) -> (i64, impl Iterator<Item = Use>) {
        let arrival = &mut self.arrivals[at];
        arrival.bounced = true;
        let left = std::mem::take(&mut arrival.left);
        self.held -= left;
        let undone = self
            .uses
            .iter_mut()
            .filter(move |used| used.arrival == at as u32)
            .map(|used| Use { amount: std::mem::take(&mut used.amount), ..*used });
        (left, undone.filter(|used| used.amount > 0))
    }
}
