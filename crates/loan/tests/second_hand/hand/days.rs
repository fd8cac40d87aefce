//! The end of each day (money.md section 12, "Order of a day"), rows and balances.

use super::bills::{Item, Part, Source, Taken, Took};
use super::interest::Slice;
use super::{Day, Hand, HandRow, Mode, next};
use chrono::Datelike;
use loan::event::PrepayAmount;
use loan::life::{Account, Balances, PostingKind, RowKind};
use loan::money::Fen;

/// What a row brings into the ledger.
pub(super) struct Recognised {
    pub own: i64,
    pub state: i64,
    /// Differences for the past that joined the row: own, state.
    pub adjusted: (i64, i64),
    /// Of a credit, what lowered the row's own bill.
    pub used: i64,
    /// Of a credit, what went to the deposit.
    pub credited: i64,
}

impl Hand<'_> {
    pub(super) fn disburse(&mut self) {
        self.disbursed = true;
        self.not_due = self.terms.principal.0;
        let years = self.instalment_years(self.first_principal_year());
        self.spread(self.not_due, &years);
        self.post(
            self.today,
            PostingKind::Disbursed,
            &[(Account::Principal, self.not_due), (Account::Disbursing, -self.not_due)],
            None,
        );
    }

    pub(super) fn end_of_day(&mut self) {
        if !self.disbursed {
            self.money_arrived = false;
            return;
        }
        let today = self.today;
        let year = self.running_year();
        if today.day() == 20 && year <= self.matures_in && today == self.settlement_day(year) {
            self.settle();
        }
        // Section 7: overdue money is collected on the 20th of every month except November.
        let collection_day = today.day() == 20 && today.month() != 11;
        if self.by_receipt() && self.money_arrived {
            // It works at the end of the day it arrived, and penalty stops the day before.
            self.collect(today);
        } else if collection_day {
            self.collect(next(today));
        }
        self.debit();
        self.test_prepayments();
        if self.school_refund_today > 0 {
            let amount = std::mem::take(&mut self.school_refund_today);
            self.leaves_after_today(amount);
        }
        self.close_if_paid();
        self.money_arrived = false;
    }

    /// Principal that leaves after today; its run's interest stays in the year; the rest is spread again.
    pub(super) fn leaves_after_today(&mut self, amount: i64) {
        let to = next(self.today);
        if self.year_from < to {
            self.departed.push(Slice { amount, from: self.year_from, to });
        }
        self.not_due -= amount;
        self.spread_again();
    }

    fn settle(&mut self) {
        let today = self.today;
        let year = self.running_year();
        if self.mode == Mode::Quote
            && let Some(event) = self.quote_deferrals.remove(&year)
        {
            self.defer(event, year);
            if today != self.settlement_day(year) {
                // The last instalment was deferred: this year has become an ordinary one.
                return;
            }
        }
        let slices = self.slices_through(today);
        let last = year >= self.matures_in;
        let principal = if last { self.not_due } else { self.plan.get(&year).copied().unwrap_or(0) };
        self.plan.remove(&year);
        if !slices.is_empty() || self.pending != (0, 0) {
            let recognised = self.write_row(RowKind::Settlement, today, slices, principal);
            self.post(
                today,
                PostingKind::Settled,
                &[
                    (Account::InterestOwn, recognised.own),
                    (Account::InterestState, recognised.state),
                    (Account::InterestIncome, -recognised.own - recognised.state),
                ],
                None,
            );
            self.post_adjusted(today, &recognised);
            if self.relief_years.remove(&year) {
                self.relieve_bill(self.items.len() - 1);
            }
        }
        self.settled_year = Some(year);
        self.departed.clear();
        self.year_from = next(today);
    }

    /// A row of a settlement day or a closing and its bill; gives back what it recognises: own and state interest,
    /// and the adjustments that joined it.
    pub(super) fn write_row(&mut self, kind: RowKind, due_on: Day, slices: Vec<Slice>, principal: i64) -> Recognised {
        let year = self.year_of(due_on).min(self.matures_in);
        let counted = self.figure_billed(&slices, year);
        let from = slices.iter().map(|s| s.from).min().unwrap_or(due_on);
        let to = slices.iter().map(|s| s.to).max().unwrap_or(due_on);
        let days = self.own_days(from, to);
        self.push_row(kind, due_on, days, slices, counted, principal)
    }

    fn push_row(
        &mut self,
        kind: RowKind,
        due_on: Day,
        days: i32,
        slices: Vec<Slice>,
        counted: (i64, i64),
        principal: i64,
    ) -> Recognised {
        let rate = self.needed_rate(due_on);
        let year = self.year_of(due_on).min(self.matures_in);
        let mut adjusted = std::mem::take(&mut self.pending);
        if self.waived.contains(&year) && adjusted.0 > 0 {
            // What is billed for the past falls due in the waived year as well.
            adjusted = (0, adjusted.0 + adjusted.1);
        }
        let interest = counted.0 + adjusted.0;
        let opening = self.not_due;
        self.not_due -= principal;
        // Section 12: a credit lowers the bill; its rest goes to the deposit on the settlement day.
        let credited = (-(principal + interest)).max(0);
        self.found.rows.push(HandRow {
            due_on,
            debit_on: next(due_on),
            days,
            ppm: rate.ppm,
            projected: rate.projected,
            opening,
            principal,
            interest,
            subsidised: counted.1 + adjusted.1,
            closing: self.not_due,
            kind,
            waived: 0,
            credited: -credited,
            slices,
            counted,
            billed: counted.0,
            year,
        });
        let mut item = Item {
            row: self.found.rows.len() - 1,
            debit_on: next(due_on),
            principal,
            interest: interest.max(0),
            taken: Vec::new(),
            credited: 0,
            kept: (0, 0),
            added: Vec::new(),
            posted: (0, 0),
        };
        let used = (-interest).max(0) - credited;
        if used > 0 {
            item.taken.push(Taken { from: due_on, part: Part::Principal, amount: used, source: Source::Credit });
        }
        self.credit_deposit(credited);
        self.items.push(item);
        Recognised { own: counted.0, state: counted.1, adjusted, used, credited }
    }

    /// The difference for the past, beside the row it joins.
    pub(super) fn post_adjusted(&mut self, on: Day, recognised: &Recognised) {
        let (own, state) = recognised.adjusted;
        let (used, credited) = (recognised.used, recognised.credited);
        self.post(
            on,
            PostingKind::Adjusted,
            &[
                (Account::InterestOwn, own + used + credited),
                (Account::InterestState, state),
                (Account::InterestIncome, -own - state),
                (Account::Principal, -used),
                (Account::Deposit, -credited),
            ],
            None,
        );
    }

    /// Section 9: a waiver changes who is billed, after runs, bearers and rounding.
    pub(super) fn figure_billed(&self, slices: &[Slice], year: i32) -> (i64, i64) {
        let (own, state) = self.figure(slices);
        if self.waived.contains(&year) { (0, own + state) } else { (own, state) }
    }

    /// Collects overdue amounts, oldest due date first, with what is on the deposit now.
    pub(super) fn collect(&mut self, from: Day) {
        if self.deposit() == 0 {
            return;
        }
        let mut took = Took::default();
        for place in 0..self.items.len() {
            if self.items[place].debit_on < self.today && self.deposit() > 0 && self.is_open(&self.items[place]) {
                took.add(self.pay_item(place, from, self.deposit(), None));
            }
        }
        self.post(self.today, PostingKind::Collected, &took.legs(Account::Deposit), None);
    }

    /// Section 6: bills take from the deposit at the end of their debit day, and only the bills of that debit day.
    fn debit(&mut self) {
        if !self.items.iter().any(|item| item.debit_on == self.today) {
            return;
        }
        let mut took = Took::default();
        for place in 0..self.items.len() {
            if self.items[place].debit_on == self.today {
                took.add(self.pay_item(place, self.today, self.deposit(), None));
            }
        }
        self.post(self.today, PostingKind::Debited, &took.legs(Account::Deposit), None);
    }

    /// Section 8: tested at the end of the debit day.
    fn test_prepayments(&mut self) {
        let today = self.today;
        for place in 0..self.requests.len() {
            let request = self.requests[place].clone();
            if !request.open || next(request.effective_on) != today {
                continue;
            }
            self.requests[place].open = false;
            if !self.prepay(&request) {
                self.refuse(request.event, "prepayment_lapsed");
            }
        }
    }

    fn prepay(&mut self, request: &super::Request) -> bool {
        let outstanding = self.not_due;
        if outstanding == 0 {
            return false;
        }
        let amount = match request.amount {
            PrepayAmount::All => outstanding,
            PrepayAmount::Part(Fen(part)) => part.min(outstanding),
        };
        let on = request.effective_on;
        let joins = self.settled_year.is_some_and(|year| {
            self.found
                .rows
                .last()
                .is_some_and(|row| row.due_on == on && row.kind == RowKind::Settlement && row.year == year)
        });
        let mut slices = Vec::new();
        if !joins {
            slices.push(Slice { amount, from: self.year_from, to: self.today });
            if amount == outstanding {
                // No row follows the one that closes: what stayed in the year falls due with it.
                slices.extend(self.departed.iter().copied());
            }
        }
        let year = self.year_of(on);
        let counted = self.figure_billed(&slices, year);
        if self.mode == Mode::Replay {
            // Overdue with penalty to the 20th included, the rest of that day's bill, the principal and its interest.
            // A credit that joins the row lowers what falls due with it; what is overdue it does not pay.
            let waived = self.waived.contains(&year) && self.pending.0 > 0;
            let adjusted = if joins || waived { 0 } else { self.pending.0 };
            let mut needed = (amount + counted.0 + adjusted).max(0);
            for item in &self.items {
                if item.debit_on < self.today {
                    needed += item.open(Part::Interest) + item.open(Part::Principal);
                    if self.is_open(item) {
                        needed += self.penalty_open(item, self.today);
                    }
                } else {
                    needed += item.open(Part::Interest) + item.open(Part::Principal);
                }
            }
            if self.deposit() < needed {
                return false;
            }
            let mut took = Took::default();
            for place in 0..self.items.len() {
                if self.items[place].debit_on < self.today && self.is_open(&self.items[place]) {
                    took.add(self.pay_item(place, self.today, self.deposit(), None));
                }
            }
            self.post(on, PostingKind::Collected, &took.legs(Account::Deposit), None);
        }
        let mut recognised = Recognised { own: 0, state: 0, adjusted: (0, 0), used: 0, credited: 0 };
        if joins {
            let row = self.found.rows.len() - 1;
            self.not_due -= amount;
            self.found.rows[row].principal += amount;
            self.found.rows[row].closing -= amount;
            self.items.last_mut().expect("each row has its bill").principal += amount;
        } else {
            if amount == outstanding {
                self.departed.clear();
            }
            let days = self.own_days(self.year_from, self.today);
            recognised = self.push_row(RowKind::Prepayment, on, days, slices, counted, amount);
        }
        self.spread_again();
        if self.mode == Mode::Replay {
            let place = self.items.len() - 1;
            self.post_adjusted(on, &recognised);
            let open = self.items[place].open(Part::Interest) + self.items[place].open(Part::Principal);
            let purse = open.min(self.deposit());
            let took = self.pay_item(place, self.today, purse, None);
            self.post(
                on,
                PostingKind::Prepaid,
                &[
                    (Account::Deposit, took.sum()),
                    (Account::InterestState, recognised.state),
                    (Account::InterestIncome, -recognised.own - recognised.state),
                    (Account::InterestOwn, recognised.own - took.interest),
                    (Account::Principal, -took.principal),
                ],
                None,
            );
        }
        true
    }

    pub(super) fn credit_deposit(&mut self, amount: i64) {
        if amount > 0 {
            self.lots.push(super::bills::Lot { payment: None, amount });
        }
    }

    /// Nothing is owed and nothing accrues any more.
    pub(super) fn nothing_left(&self) -> bool {
        let accrues = self.not_due > 0 || !self.departed.is_empty() || self.pending != (0, 0);
        if accrues || !self.disbursed {
            return false;
        }
        if self.mode == Mode::Quote {
            // Every bill counts as paid on its debit day.
            return self.items.last().is_none_or(|item| self.today >= item.debit_on);
        }
        let unpaid = |item: &Item| item.open(Part::Principal) + item.open(Part::Interest) > 0;
        !self.items.iter().any(unpaid) && !self.items.iter().any(|item| self.is_open(item))
    }

    /// Paid in full is settled: what is left on the deposit goes back once, at closing.
    fn close_if_paid(&mut self) {
        if self.closed || !self.nothing_left() {
            return;
        }
        self.closed = true;
        let left = self.deposit();
        if left > 0 {
            self.give_back(left);
        }
    }

    pub(super) fn give_back(&mut self, amount: i64) {
        for (payment, part) in self.leave_deposit(amount) {
            self.given_back.push((payment, part));
        }
        self.post(self.today, PostingKind::Refunded, &[(Account::Deposit, amount), (Account::Platform, -amount)], None);
    }

    pub(super) fn balances(&mut self, as_of: Day) -> Balances {
        let mut balances = Balances { deposit: Fen(self.deposit()), ..Balances::default() };
        if !self.disbursed {
            return balances;
        }
        balances.principal_not_due = Fen(self.not_due);
        for item in &self.items {
            let (principal, interest) = (item.open(Part::Principal), item.open(Part::Interest));
            if item.debit_on > as_of {
                balances.due_principal += Fen(principal);
                balances.due_interest += Fen(interest);
            } else if self.is_open(item) {
                balances.overdue_principal += Fen(principal);
                balances.overdue_interest += Fen(interest);
                balances.penalty += Fen(self.penalty_open(item, next(as_of)));
            }
        }
        let (own, state) = self.accrued(as_of);
        balances.accrued_interest_own = Fen(own);
        balances.accrued_interest_state = Fen(state);
        balances
    }

    /// What became of each row's bill.
    pub(super) fn show_payments(&mut self, as_of: Day) {
        let items = std::mem::take(&mut self.items);
        self.found.shown = items
            .iter()
            .map(|item| {
                let deposit = |source| matches!(source, Source::Deposit(_));
                let bill = |item: &Item, payer: Source| {
                    item.by(Part::Principal, |s| s == payer) + item.by(Part::Interest, |s| s == payer)
                };
                let overdue = item.debit_on <= as_of;
                super::Shown {
                    row: item.row,
                    paid_principal: item.by(Part::Principal, deposit),
                    paid_interest: item.by(Part::Interest, deposit),
                    paid_penalty: item.by(Part::Penalty, deposit),
                    overdue_principal: if overdue { item.open(Part::Principal) } else { 0 },
                    overdue_interest: if overdue { item.open(Part::Interest) } else { 0 },
                    relieved: bill(item, Source::Relief),
                    compensated: bill(item, Source::Compensation),
                    written_off: bill(item, Source::WriteOff),
                }
            })
            .collect();
        self.items = items;
    }
}
