//! Money in and out: what arrives, what it pays, and what a bounced payment leaves behind.

use super::arrears::{Penalty, Take};
use super::course::{Book, Cause, Course};
use super::days::Day;
use super::deposit::Purpose;
use super::rates::{Denied, Published};
use super::{Stop, days};
use crate::life::{Account, PostingKind, Reason};

/// Who pays an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    Deposit,
    Relief,
    Compensation,
    WriteOff,
}

/// What was taken for items, and the penalty fixed on the way.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    pub(crate) penalty: i64,
    pub(crate) interest: i64,
    pub(crate) principal: i64,
    pub(crate) fixed: Penalty,
}

impl Taken {
    pub(crate) fn sum(&self) -> i64 {
        self.penalty + self.interest + self.principal
    }

    fn add(&mut self, more: Taken) {
        self.penalty += more.penalty;
        self.interest += more.interest;
        self.principal += more.principal;
        self.fixed = self.fixed.plus(more.fixed);
    }

    /// The legs of what was taken from an account.
    pub(crate) fn legs(&self, from: Account) -> [(Account, i64); 6] {
        [
            (from, self.sum()),
            (Account::Principal, -self.principal),
            (Account::InterestOwn, -self.interest),
            (Account::Penalty, self.fixed.own - self.penalty),
            (Account::PenaltyIncome, -(self.fixed.own + self.fixed.state)),
            (Account::InterestState, self.fixed.state),
        ]
    }
}

impl Course {
    pub(crate) fn paid<B: Book>(
        &mut self,
        amount: i64,
        payment: u32,
        channel: u32,
        today: Day,
        event: u32,
        book: &mut B,
    ) -> Result<(), Denied> {
        if let Some(at) = self.deposit.arrival_of(payment) {
            if self.deposit.arrival(at).amount != amount {
                return Err(Denied::Refused(Reason::PaymentDiffers));
            }
            book.already_done(event);
            return Ok(());
        }
        self.deposit.receive(payment, amount, channel);
        self.arrived_on = today;
        let cause = Cause::Event(event);
        let legs = [(Account::Platform, amount), (Account::Deposit, -amount)];
        book.posting(today, PostingKind::Received, cause, Some(channel), &legs);
        let recovered = self.written_off.min(amount);
        if recovered > 0 {
            self.written_off -= recovered;
            self.deposit.draw(recovered, Purpose::Recovery, today);
            let legs = [(Account::Deposit, recovered), (Account::WrittenOff, -recovered)];
            book.posting(today, PostingKind::Recovered, cause, None, &legs);
        }
        Ok(())
    }

    pub(crate) fn refunded<B: Book>(
        &mut self,
        amount: i64,
        today: Day,
        event: u32,
        book: &mut B,
    ) -> Result<(), Denied> {
        if amount > self.deposit.held {
            return Err(Denied::Refused(Reason::RefundAboveDeposit));
        }
        self.refund(amount, today, Cause::Event(event), book);
        Ok(())
    }

    /// A payment is taken back: what it paid is due again from the day it was debited.
    pub(crate) fn bounced<B: Book>(
        &mut self,
        payment: u32,
        today: Day,
        event: u32,
        book: &mut B,
    ) -> Result<(), Denied> {
        let Some(at) = self.deposit.arrival_of(payment) else {
            return Err(Denied::Refused(Reason::PaymentUnknown));
        };
        let arrival = self.deposit.arrival(at);
        if arrival.bounced {
            book.already_done(event);
            return Ok(());
        }
        let (amount, channel) = (arrival.amount, arrival.channel);
        let (left, undone) = self.deposit.bounce(at);
        let (mut principal, mut interest, mut penalty, mut suspense, mut recovered) = (0, 0, 0, 0, 0);
        let mut reopened = self.items.len();
        for used in undone {
            match used.purpose {
                Purpose::Interest(at) => {
                    let item = &mut self.items[at];
                    item.paid_interest -= used.amount;
                    item.open_interest += used.amount;
                    interest += used.amount;
                    self.first_open = self.first_open.min(at);
                    reopened = reopened.min(at);
                }
                Purpose::Principal(at) => {
                    let item = &mut self.items[at];
                    item.paid_principal -= used.amount;
                    item.open_principal += used.amount;
                    principal += used.amount;
                    self.first_open = self.first_open.min(at);
                    reopened = reopened.min(at);
                }
                Purpose::Penalty(at) => {
                    let item = &mut self.items[at];
                    item.paid_penalty -= used.amount;
                    item.open_penalty += used.amount;
                    penalty += used.amount;
                    self.first_open = self.first_open.min(at);
                    reopened = reopened.min(at);
                }
                Purpose::Refund => suspense += used.amount,
                Purpose::Recovery => recovered += used.amount,
            }
        }
        self.written_off += recovered;
        let refixed = self.refix(reopened);
        if principal + interest + penalty > 0 {
            self.closed = false;
        }
        let legs = [
            (Account::Principal, principal),
            (Account::InterestOwn, interest),
            (Account::Penalty, penalty + refixed.owed),
            (Account::PenaltyIncome, -(refixed.owed + refixed.state - refixed.returned)),
            (Account::InterestState, refixed.state),
            (Account::Deposit, left - refixed.returned),
            (Account::Platform, -amount),
            (Account::Suspense, suspense),
            (Account::WrittenOff, recovered),
        ];
        book.posting(today, PostingKind::Bounced, Cause::Event(event), Some(channel), &legs);
        Ok(())
    }

    /// Pays one item, penalty first, then interest, then principal. Money taken for an overdue item fixes its
    /// penalty up to, not including, `to`; the rest runs on from there.
    pub(crate) fn pay_item(&mut self, at: usize, payer: Payer, budget: i64, to: Day) -> Taken {
        let mut taken = Taken::default();
        if self.items[at].debited {
            let (fixed, _) = self.penalty_of(at, Some(to), to);
            taken.fixed = fixed.minus(self.items[at].fixed);
            self.items[at].fixed = fixed;
            self.items[at].was_overdue = true;
        }
        let item = &mut self.items[at];
        item.open_penalty += taken.fixed.own;
        taken.penalty = item.open_penalty.min(budget);
        taken.interest = item.open_interest.min(budget - taken.penalty);
        taken.principal = item.open_principal.min(budget - taken.penalty - taken.interest);
        item.open_penalty -= taken.penalty;
        item.open_interest -= taken.interest;
        item.open_principal -= taken.principal;
        match payer {
            Payer::Deposit => {
                item.paid_penalty += taken.penalty;
                item.paid_interest += taken.interest;
                item.paid_principal += taken.principal;
                self.deposit.draw(taken.penalty, Purpose::Penalty(at), to);
                self.deposit.draw(taken.interest, Purpose::Interest(at), to);
                self.deposit.draw(taken.principal, Purpose::Principal(at), to);
            }
            Payer::Relief => item.relieved += taken.interest + taken.principal,
            Payer::Compensation => item.compensated += taken.interest + taken.principal,
            Payer::WriteOff => item.written_off += taken.interest + taken.principal,
        }
        if payer != Payer::Deposit {
            let day = if item.debited { to } else { item.due_on + 1 };
            self.takes.push(Take { item: at, day, interest: taken.interest, principal: taken.principal });
        }
        taken
    }

    /// Pays open items in the order of their due dates; bills whose debit day is not over only when `with_due`.
    pub(crate) fn pay_items(&mut self, payer: Payer, budget: i64, to: Day, with_due: bool) -> Taken {
        let mut taken = Taken::default();
        for at in self.first_open..self.items.len() {
            let item = &self.items[at];
            if !item.is_open() || !(item.debited || with_due) {
                continue;
            }
            if taken.sum() == budget {
                break;
            }
            let more = self.pay_item(at, payer, budget - taken.sum(), to);
            taken.add(more);
        }
        self.pass_settled();
        taken
    }

    /// 逾期扣收: the deposit pays overdue items, with penalty up to, not including, `to`.
    pub(crate) fn collect<B: Book>(
        &mut self,
        to: Day,
        posted_on: Day,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Stop> {
        self.know_rates(to - 1, published)?;
        let taken = self.pay_items(Payer::Deposit, self.deposit.held, to, false);
        let legs = taken.legs(Account::Deposit);
        book.posting(posted_on, PostingKind::Collected, Cause::Day(posted_on), None, &legs);
        Ok(())
    }

    /// Open interest and principal of overdue items, and their penalty up to, not including, a day.
    pub(crate) fn overdue(&self, to: Day) -> (i64, i64, i64) {
        let (mut interest, mut principal, mut penalty) = (0, 0, 0);
        for (at, item) in self.items.iter().enumerate().skip(self.first_open).filter(|(_, item)| item.debited) {
            interest += item.open_interest;
            principal += item.open_principal;
            penalty += item.open_penalty;
            if item.is_open() {
                let (fixed, running) = self.penalty_of(at, None, to);
                penalty += fixed.minus(item.fixed).own + running.own;
            }
        }
        (interest, principal, penalty)
    }
}

/// The 20th on which a prepayment filed on a day is settled (sdvcst-2022 article 24).
pub(crate) fn prepayment_day(filed_on: crate::calendar::Date) -> Day {
    use chrono::Datelike;
    let (year, month, day) = (filed_on.year(), filed_on.month(), filed_on.day());
    let (year, month) = match (month, day) {
        (10, 16..) | (11, _) => (year, 12),
        (12, 16..) => (year + 1, 1),
        (_, 16..) => (year, month + 1),
        _ => (year, month),
    };
    days::of(year, month, 20)
}
