//! Prepayment (提前还款): filed on any day, tested at the end of its debit day, a row of its own when it is funded.

use super::course::{Book, Cause, Cost, Course, Request};
use super::days::{self, Day};
use super::deposit::Purpose;
use super::item::Item;
use super::payments::prepayment_day;
use super::rates::{Denied, Published};
use super::{Stop, facts};
use crate::event::PrepayAmount;
use crate::life::{Account, PostingKind, Reason, RowKind};

impl Course {
    pub(crate) fn prepay_filed(&mut self, amount: PrepayAmount, today: Day, event: u32) -> Result<(), Denied> {
        let amount = match amount {
            PrepayAmount::All => i64::MAX,
            PrepayAmount::Part(part) if facts::is_amount(part.0) => part.0,
            PrepayAmount::Part(_) => return Err(Denied::Refused(Reason::AmountOutOfRange)),
        };
        let effective_on = prepayment_day(days::civil(today));
        if effective_on <= self.disbursed_on {
            return Err(Denied::Refused(Reason::PrepaymentBeforeDisbursement));
        }
        if effective_on >= self.maturity() {
            return Err(Denied::Refused(Reason::PrepaymentAfterMaturity));
        }
        if self.requests.iter().any(|request| request.effective_on == effective_on) {
            return Err(Denied::Refused(Reason::PrepaymentOfThatDayExists));
        }
        self.requests.push(Request { event, effective_on, amount });
        Ok(())
    }

    pub(crate) fn prepay_cancelled(&mut self, effective_on: Day, today: Day) -> Result<(), Denied> {
        let Some(at) = self.requests.iter().position(|request| request.effective_on == effective_on) else {
            return Err(Denied::Refused(Reason::PrepaymentUnknown));
        };
        if today >= effective_on {
            return Err(Denied::Refused(Reason::PrepaymentAlreadySent));
        }
        self.requests.remove(at);
        Ok(())
    }

    pub(crate) fn test_prepayments<B: Book>(
        &mut self,
        today: Day,
        published: &Published,
        book: &mut B,
    ) -> Result<(), Stop> {
        let Some(at) = self.requests.iter().position(|request| request.effective_on + 1 == today) else {
            return Ok(());
        };
        let request = self.requests.remove(at);
        self.know_rates(request.effective_on, published)?;
        let principal = request.amount.min(self.principal - self.school_refund);
        if principal == 0 {
            book.refused(today, request.event, Reason::PrepaymentLapsed);
            return Ok(());
        }
        // The row it joins on a settlement day, else one of its own, with everything the year left when all is prepaid.
        let joins =
            self.items.iter().rposition(|item| item.due_on == request.effective_on && item.kind == RowKind::Settlement);
        let own = match joins {
            Some(_) => None,
            None => {
                let all = principal == self.principal;
                Some(self.row(RowKind::Prepayment, request.effective_on, principal, principal, all))
            }
        };
        // A credit that waits for this row lowers what it asks.
        let interest = own.as_ref().map_or(0, |item| (item.interest + self.pending_own(item)).max(-principal));
        self.cost = self.cost_of(request, principal, interest, joins);
        let assumed = self.assumed(today);
        if !assumed && self.cost.overdue + self.cost.penalty + principal + interest > self.deposit.held {
            book.refused(today, request.event, Reason::PrepaymentLapsed);
            return Ok(());
        }
        if !assumed && self.cost.overdue + self.cost.penalty > 0 {
            self.collect(today, request.effective_on, published, book)?;
        }
        self.prepay(request, principal, own, joins, book);
        Ok(())
    }

    /// The part of a pending difference that the borrower bears in a row.
    fn pending_own(&self, item: &Item) -> i64 {
        if item.in_waived_year { self.adjust_own.min(0) } else { self.adjust_own }
    }

    fn cost_of(&self, request: Request, principal: i64, interest: i64, joins: Option<usize>) -> Cost {
        let (overdue_interest, overdue_principal, penalty) = self.overdue(request.effective_on + 1);
        let bill = joins.map(|at| &self.items[at]);
        Cost {
            principal,
            interest,
            overdue: overdue_interest + overdue_principal,
            penalty,
            bill_principal: bill.map_or(0, |item| item.principal),
            bill_interest: bill.map_or(0, |item| item.interest.max(0)),
        }
    }

    fn prepay<B: Book>(
        &mut self,
        request: Request,
        principal: i64,
        own: Option<Item>,
        joins: Option<usize>,
        book: &mut B,
    ) {
        let cause = Cause::Event(request.event);
        let since = request.effective_on + 1;
        let (at, billed_own, state) = match (own, joins) {
            (Some(mut item), _) => {
                let (billed_own, state) = (item.interest, item.interest_subsidised);
                self.bill(&mut item, principal, cause, book);
                item.prepaid = true;
                item.debited = true;
                if principal == self.principal {
                    self.leaving_from = self.leaving.len();
                }
                self.items.push(item);
                (self.items.len() - 1, billed_own, state)
            }
            (None, Some(at)) => {
                let item = &mut self.items[at];
                item.principal += principal;
                item.closing -= principal;
                item.billed_principal += principal;
                item.open_principal += principal;
                item.prepaid = true;
                (at, 0, 0)
            }
            (None, None) => return,
        };
        let assumed = self.assumed(since);
        let item = &mut self.items[at];
        let interest = std::mem::take(&mut item.open_interest);
        let paid = std::mem::take(&mut item.open_principal);
        item.paid_interest += interest;
        item.paid_principal += paid;
        if !assumed {
            self.deposit.draw(interest, Purpose::Interest(at), since);
            self.deposit.draw(paid, Purpose::Principal(at), since);
        }
        let legs = [
            (Account::Deposit, interest + paid),
            (Account::Principal, -paid),
            (Account::InterestOwn, billed_own - interest),
            (Account::InterestState, state),
            (Account::InterestIncome, -(billed_own + state)),
        ];
        book.posting(request.effective_on, PostingKind::Prepaid, cause, None, &legs);
        self.principal -= principal;
        self.plan.spread_again(self.principal);
        self.pass_settled();
    }
}
