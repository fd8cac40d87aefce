//! What the state and the school do for a borrower: deferral, waiver, relief, compensation, write-off, refunds, and
//! the mercy of no penalty after a death.

use super::arrears::Take;
use super::course::{Book, Cause, Course, Funds, Leaving};
use super::days::Day;
use super::deposit::Purpose;
use super::item::Item;
use super::payments::{Payer, Taken};
use super::rates::{Denied, Published};
use crate::event::Relief;
use crate::life::{Account, PostingKind, Reason, RowKind};

impl Course {
    /// 本金延期偿还. In a plan it waits for its settlement day; in a life it acts at once.
    pub(crate) fn deferred(&mut self, year: i32, event: u32) -> Result<(), Denied> {
        if self.funds == Funds::AssumedAfter(Day::MIN) {
            self.deferrals.push((year, event));
            return Ok(());
        }
        self.defer(year)
    }

    fn defer(&mut self, year: i32) -> Result<(), Denied> {
        if year < self.year {
            return Err(Denied::Refused(Reason::YearAlreadySettled));
        }
        if self.principal == 0 || !self.plan.has(year) {
            return Err(Denied::Refused(Reason::NoInstalmentInThatYear));
        }
        self.plan.defer(year);
        if year == self.matures_in {
            self.matures_in += 1;
            self.settles_on = self.turns.settles_on(self.year, self.matures_in);
        }
        Ok(())
    }

    /// The deferrals of a plan that act on this settlement day.
    pub(crate) fn act_deferrals<B: Book>(&mut self, book: &mut B) {
        let today = self.settles_on;
        while let Some(at) = self.deferrals.iter().position(|&(year, _)| year == self.year) {
            let (year, event) = self.deferrals.remove(at);
            if let Err(Denied::Refused(reason)) = self.defer(year) {
                book.refused(today, event, reason);
            }
        }
    }

    /// Deferrals of a plan whose settlement day never came.
    pub(crate) fn refuse_deferrals<B: Book>(&mut self, today: Day, book: &mut B) {
        for (year, event) in std::mem::take(&mut self.deferrals) {
            let reason = if year < self.year { Reason::YearAlreadySettled } else { Reason::NoInstalmentInThatYear };
            book.refused(today, event, reason);
        }
    }

    /// 免息: own interest falling due in a settlement year, and penalty arising in it, is claimed from the state.
    pub(crate) fn waived<B: Book>(
        &mut self,
        year: i32,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        if self.is_waived(year) {
            return Err(Denied::Refused(Reason::YearAlreadyWaived));
        }
        if self.items[self.first_open..].iter().any(Item::is_overdue) {
            self.know_rates(today, published).map_err(Denied::Stop)?;
        }
        self.waived.push(year);
        let (mut open, mut paid) = (0, 0);
        for at in 0..self.items.len() {
            let item = &mut self.items[at];
            if item.year != year {
                continue;
            }
            item.in_waived_year = true;
            item.bears_state += std::mem::take(&mut item.bears_own);
            let (was_open, was_paid) =
                (std::mem::take(&mut item.open_interest), std::mem::take(&mut item.paid_interest));
            item.waived += was_open + was_paid;
            open += was_open;
            paid += was_paid;
            let takes = &mut self.takes;
            if was_open > 0 {
                // The overdue amount changes with the day's events: the run up to here is over, and its penalty stays.
                item.was_overdue |= item.debited;
                let day = today.max(item.due_on + 1);
                takes.push(Take { item: at, day, interest: was_open, principal: 0 });
            }
            // What had been paid stays off the overdue amount from its day.
            self.deposit.give_back(was_paid, Purpose::Interest(at), |day, returned| {
                takes.push(Take { item: at, day, interest: returned, principal: 0 });
            });
        }
        let refixed = self.refix(0);
        let legs = [
            (Account::InterestOwn, -open),
            (Account::Deposit, -(paid + refixed.returned)),
            (Account::InterestState, open + paid + refixed.state),
            (Account::Penalty, refixed.owed),
            (Account::PenaltyIncome, -(refixed.owed + refixed.state - refixed.returned)),
        ];
        book.posting(today, PostingKind::Waived, Cause::Event(event), None, &legs);
        self.pass_settled();
        Ok(())
    }

    pub(crate) fn died(&mut self, today: Day) -> Result<(), Denied> {
        if self.died_on != Day::MAX {
            return Err(Denied::Refused(Reason::AlreadyDied));
        }
        self.died_on = today;
        Ok(())
    }

    /// 还款救助: the relief fund pays the whole debt, or the bill of one year.
    pub(crate) fn relieved<B: Book>(
        &mut self,
        relief: Relief,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        match relief {
            Relief::Whole => {
                self.decide(today);
                self.pay_off(Payer::Relief, today, event, published, book)
            }
            Relief::Bill { year } => self.relieve_year(year, today, event, published, book),
        }
    }

    /// The first decision after a death ends the time without penalty.
    fn decide(&mut self, today: Day) {
        if self.died_on <= today && self.decided_on == Day::MAX {
            self.decided_on = today;
        }
    }

    fn relieve_year<B: Book>(
        &mut self,
        year: i32,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        if self.relief.iter().any(|&(relieved, _)| relieved == year) {
            return Err(Denied::Refused(Reason::BillAlreadyRelieved));
        }
        let settled = self.items.iter().position(|item| item.year == year && item.kind == RowKind::Settlement);
        let Some(at) = settled else {
            if year < self.year || year > self.matures_in || !self.row_expected() {
                return Err(Denied::Refused(Reason::NoBillOfThatYear));
            }
            self.decide(today);
            self.relief.push((year, event));
            return Ok(());
        };
        if !self.items[at].is_open() {
            return Err(Denied::Refused(Reason::BillAlreadyPaid));
        }
        self.decide(today);
        self.know_rates(today, published).map_err(Denied::Stop)?;
        let taken = self.pay_item(at, Payer::Relief, i64::MAX, today + 1);
        self.pass_settled();
        let legs = taken.legs(Account::ReliefFund);
        book.posting(today, PostingKind::Relieved, Cause::Event(event), None, &legs);
        Ok(())
    }

    /// A bill the relief fund promised to pay is paid on its settlement day, before the deposit.
    pub(crate) fn relieve_bill<B: Book>(&mut self, item: &mut Item, event: u32, book: &mut B) {
        let (interest, principal) = (std::mem::take(&mut item.open_interest), std::mem::take(&mut item.open_principal));
        item.relieved += interest + principal;
        self.takes.push(Take { item: self.items.len(), day: item.due_on, interest, principal });
        let legs = [
            (Account::ReliefFund, interest + principal),
            (Account::Principal, -principal),
            (Account::InterestOwn, -interest),
        ];
        book.posting(item.due_on, PostingKind::Relieved, Cause::Event(event), None, &legs);
    }

    /// 核销.
    pub(crate) fn write_off<B: Book>(
        &mut self,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        self.pay_off(Payer::WriteOff, today, event, published, book)
    }

    /// Everything open is paid by a fund, with penalty and interest to the end of the day; the contract closes.
    fn pay_off<B: Book>(
        &mut self,
        payer: Payer,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        self.know_rates(today, published).map_err(Denied::Stop)?;
        let cause = Cause::Event(event);
        let taken = self.pay_items(payer, i64::MAX, today + 1, true);
        let (mut billed_own, mut billed_state, mut interest, mut principal) = (0, 0, 0, 0);
        if self.row_expected() {
            let mut item = self.closing_row(today, false, cause, book);
            (billed_own, billed_state) = (item.bears_own, item.bears_state);
            interest = std::mem::take(&mut item.open_interest);
            principal = std::mem::take(&mut item.open_principal);
            match payer {
                Payer::WriteOff => item.written_off = interest + principal,
                _ => item.relieved = interest + principal,
            }
            let (at, day) = (self.items.len(), today + 1);
            self.takes.push(Take { item: at, day, interest, principal });
            item.debited = true;
            self.items.push(item);
            self.pass_settled();
        }
        let (fund, kind) = match payer {
            Payer::WriteOff => (Account::WrittenOff, PostingKind::WrittenOff),
            _ => (Account::ReliefFund, PostingKind::Relieved),
        };
        let sum = taken.sum() + interest + principal;
        if payer == Payer::WriteOff {
            self.written_off += sum;
        }
        let legs = closing_legs(fund, sum, taken, principal, (billed_own, interest), billed_state);
        book.posting(today, kind, cause, None, &legs);
        self.closed = true;
        self.refund_at_closing = true;
        Ok(())
    }

    /// The row of a contract that ends on a day that is no settlement day: all principal, interest to that day.
    fn closing_row<B: Book>(&mut self, today: Day, by_school: bool, cause: Cause, book: &mut B) -> Item {
        let left_today = std::mem::take(&mut self.school_refund);
        self.leave(left_today, today);
        let mut item = self.row(RowKind::Closing, today, self.principal, self.principal, true);
        let billed = if by_school { 0 } else { item.principal };
        self.bill(&mut item, billed, cause, book);
        self.principal = 0;
        self.leaving_from = self.leaving.len();
        self.plan.spread_again(0);
        item
    }

    /// 学校退款: principal not yet due goes back; all of it closes the contract.
    pub(crate) fn school_refunded<B: Book>(
        &mut self,
        amount: i64,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        let cause = Cause::Event(event);
        let (mut own, mut state) = (0, 0);
        let not_due = self.principal - self.school_refund;
        let due_today = if today == self.settles_on { self.plan.due_in(self.year) } else { 0 };
        if amount != not_due && amount + due_today > not_due {
            return Err(Denied::Refused(Reason::SchoolRefundAbovePrincipal));
        }
        if amount == not_due {
            self.know_rates(today, published).map_err(Denied::Stop)?;
            let mut item = self.closing_row(today, true, cause, book);
            (own, state) = (item.bears_own, item.bears_state);
            item.school_refunded = amount;
            item.debited = !item.is_open();
            self.items.push(item);
            self.pass_settled();
        } else {
            self.school_refund += amount;
        }
        let legs = [
            (Account::School, amount),
            (Account::Principal, -amount),
            (Account::InterestOwn, own),
            (Account::InterestState, state),
            (Account::InterestIncome, -(own + state)),
        ];
        book.posting(today, PostingKind::SchoolRefunded, cause, None, &legs);
        Ok(())
    }

    /// Principal not yet due leaves after this day; its interest stays in the year, the rest is spread again.
    pub(crate) fn leave(&mut self, amount: i64, today: Day) {
        let amount = amount.min(self.principal);
        if amount > 0 {
            if today >= self.year_from() {
                self.leaving.push(Leaving { amount, to: today + 1 });
            }
            self.principal -= amount;
            self.plan.spread_again(self.principal);
        }
    }

    /// 代偿: the risk fund pays overdue items in their order, then principal not yet due.
    pub(crate) fn compensated<B: Book>(
        &mut self,
        amount: i64,
        today: Day,
        event: u32,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Denied> {
        self.know_rates(today, published).map_err(Denied::Stop)?;
        let (interest, principal, penalty) = self.overdue(today + 1);
        if amount > interest + principal + penalty + self.principal - self.school_refund {
            return Err(Denied::Refused(Reason::CompensationAboveDebt));
        }
        let taken = self.pay_items(Payer::Compensation, amount, today + 1, false);
        let rest = amount - taken.sum();
        self.leave(rest, today);
        let legs = closing_legs(Account::RiskFund, amount, taken, rest, (0, 0), 0);
        book.posting(today, PostingKind::Compensated, Cause::Event(event), None, &legs);
        Ok(())
    }
}

/// Legs of a fund that pays items and principal not yet due; `own` is what was billed to the borrower and paid of it.
fn closing_legs(
    fund: Account,
    sum: i64,
    taken: Taken,
    principal: i64,
    own: (i64, i64),
    state: i64,
) -> [(Account, i64); 7] {
    let (billed, paid) = own;
    [
        (fund, sum),
        (Account::Principal, -(taken.principal + principal)),
        (Account::InterestOwn, billed - paid - taken.interest),
        (Account::InterestState, state + taken.fixed.state),
        (Account::Penalty, taken.fixed.own - taken.penalty),
        (Account::InterestIncome, -(billed + state)),
        (Account::PenaltyIncome, -(taken.fixed.own + taken.fixed.state)),
    ]
}
