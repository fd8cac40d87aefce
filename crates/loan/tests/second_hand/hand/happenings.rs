//! What an event does (money.md sections 6 to 9 and 12).

use super::bills::{Lot, Part, Payment, Released, Source, Taken, Took};
use super::days::Recognised;
use super::pricing::{self, Decision, Price};
use super::{Day, Hand, Mode, Request, day, next};
use chrono::Datelike;
use loan::contract::{Index, Pricing};
use loan::event::{ConvertTo, Event, EventKind, PrepayAmount, Relief};
use loan::life::{Account, PostingKind, RowKind};

/// A purse that covers whatever is open.
const EVERYTHING: i64 = i64::MAX / 4;

/// Section 8: the 20th a request filed on a day is for.
pub fn effective_20th(filed_on: Day) -> Day {
    let (year, month, of_month) = (filed_on.year(), filed_on.month(), filed_on.day());
    match (month, of_month) {
        (10, 16..) | (11, _) => day(year, 12, 20),
        (12, 16..) => day(year + 1, 1, 20),
        (_, ..=15) => day(year, month, 20),
        (_, _) => day(year, month + 1, 20),
    }
}

impl Hand<'_> {
    /// In `quote`, waivers hold from the start and a deferral waits for its settlement day.
    pub(super) fn quote_events_known_before(&mut self, events: &[Event]) {
        for (index, event) in events.iter().enumerate() {
            match event.kind {
                EventKind::Waived { year } if !self.waived.insert(year) => {
                    self.refused_in_quote = self.refused_in_quote.or(Some((index, "year_already_waived")));
                }
                EventKind::Deferred { year } => {
                    let running = self.running_year();
                    if (year < running || self.quote_deferrals.insert(year, index).is_some())
                        && self.refused_in_quote.is_none()
                    {
                        self.refused_in_quote = Some((index, "no_instalment_in_that_year"));
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn happen(&mut self, index: usize, event: &Event) {
        // Section 12 of interfaces: "after closing only paid, bounced, refunded and waived are [accepted]".
        let money = matches!(
            event.kind,
            EventKind::Paid { .. } | EventKind::Bounced { .. } | EventKind::Refunded { .. } | EventKind::Waived { .. }
        );
        let settled_today = self.mode == Mode::Replay && self.nothing_left();
        if (self.closed || settled_today) && !money {
            return self.refuse(index, "contract_closed");
        }
        // "Before disbursement everything is zero and payments are accepted"; prices move without it.
        let prices = matches!(event.kind, EventKind::SpreadChanged { .. });
        if !self.disbursed && !money && !prices {
            return self.refuse(index, "not_yet_disbursed");
        }
        match &event.kind {
            EventKind::Paid { amount, channel, reference } => self.paid(index, amount.0, channel, reference),
            EventKind::Bounced { channel, reference } => self.bounced(index, channel, reference),
            EventKind::Refunded { amount } => {
                if amount.0 > self.deposit() {
                    return self.refuse(index, "refund_above_deposit");
                }
                self.give_back(amount.0);
            }
            EventKind::SchoolRefunded { amount } => self.school_refunded(index, amount.0),
            EventKind::PrepayFiled { amount } => self.prepay_filed(index, *amount),
            EventKind::PrepayCancelled { effective_on } => self.prepay_cancelled(index, *effective_on),
            EventKind::StudyChanged { graduates_in, effective_on, matures_in } => {
                self.study_changed(index, *graduates_in, effective_on.unwrap_or(self.today), *matures_in);
            }
            EventKind::StudyResumed { from, graduates_in } => self.study_resumed(index, *from, *graduates_in),
            EventKind::Withdrew | EventKind::Expelled => self.left_school(index),
            EventKind::Died => {
                if self.died_on.is_some() {
                    return self.refuse(index, "already_died");
                }
                self.died_on = Some(self.today);
            }
            EventKind::Converted { to } => self.convert(index, *to),
            EventKind::SpreadChanged { spread_bp } => {
                // Section 3: "spread events beside a fixed rate are refused"; also from the filing of a fixed conversion.
                let signed_fixed = matches!(self.terms.pricing, Pricing::Fixed(_)) && !self.converted;
                if signed_fixed || self.fixed_filed {
                    return self.refuse(index, "spread_of_fixed_rate");
                }
                self.decide(Price::Spread(*spread_bp));
            }
            EventKind::Deferred { year } => {
                if self.mode == Mode::Replay {
                    self.defer(index, *year);
                }
            }
            EventKind::Waived { year } => {
                if self.mode == Mode::Replay {
                    self.waive(index, *year);
                }
            }
            EventKind::Relieved(Relief::Whole) => {
                if self.died_on.is_some() && self.decided_on.is_none() {
                    self.decided_on = Some(self.today);
                }
                self.close_by(Source::Relief, PostingKind::Relieved, Account::ReliefFund);
            }
            EventKind::Relieved(Relief::Bill { year }) => self.relieved_bill(index, *year),
            EventKind::Compensated { amount } => self.compensated(index, amount.0),
            EventKind::WrittenOff => {
                self.written_off = self.close_by(Source::WriteOff, PostingKind::WrittenOff, Account::WrittenOff);
            }
        }
    }

    fn decide(&mut self, what: Price) {
        self.decisions.push(Decision { acts_on: pricing::next_reset_after(self.today), what });
    }

    /// Section 6: the same again changes nothing; with other content it is refused.
    fn paid(&mut self, index: usize, amount: i64, channel: &str, reference: &str) {
        if let Some(known) = self.payments.iter().find(|p| p.channel == channel && p.reference == reference) {
            if known.amount == amount {
                self.found.already_done.push(index);
            } else {
                self.refuse(index, "payment_differs");
            }
            return;
        }
        self.payments.push(Payment {
            channel: channel.to_owned(),
            reference: reference.to_owned(),
            amount,
            bounced: false,
        });
        let payment = self.payments.len() - 1;
        // Section 12: "money that arrives after a write-off reverses the write-off up to its amount".
        let back = amount.min(self.written_off);
        self.written_off -= back;
        if back > 0 {
            self.recovered.push((payment, back));
        }
        if amount > back {
            self.lots.push(Lot { payment: Some(payment), amount: amount - back });
        }
        self.money_arrived = true;
        self.post(
            self.today,
            PostingKind::Received,
            &[(Account::Platform, amount), (Account::Deposit, -amount)],
            Some(channel),
        );
        self.post(self.today, PostingKind::Recovered, &[(Account::Deposit, back), (Account::WrittenOff, -back)], None);
    }

    /// Section 12: "as if it had never been paid".
    fn bounced(&mut self, index: usize, channel: &str, reference: &str) {
        let Some(payment) = self.payments.iter().position(|p| p.channel == channel && p.reference == reference) else {
            return self.refuse(index, "payment_unknown");
        };
        if self.payments[payment].bounced {
            self.found.already_done.push(index);
            return;
        }
        self.payments[payment].bounced = true;
        let amount = self.payments[payment].amount;
        let on_deposit: i64 = self.lots.iter().filter(|l| l.payment == Some(payment)).map(|l| l.amount).sum();
        self.lots.retain(|lot| lot.payment != Some(payment));
        let mut restored = [0; 3];
        let mut fixed = (0, 0);
        for place in 0..self.items.len() {
            for (slot, part) in [Part::Penalty, Part::Interest, Part::Principal].into_iter().enumerate() {
                restored[slot] += self.items[place].by(part, |s| s == Source::Deposit(Some(payment)));
            }
            self.items[place].taken.retain(|t| t.source != Source::Deposit(Some(payment)));
            let more = self.newly_fixed(place);
            fixed = (fixed.0 + more.0, fixed.1 + more.1);
        }
        let suspense: i64 = self.given_back.iter().filter(|g| g.0 == Some(payment)).map(|g| g.1).sum();
        self.given_back.retain(|g| g.0 != Some(payment));
        let written_off: i64 = self.recovered.iter().filter(|r| r.0 == payment).map(|r| r.1).sum();
        self.recovered.retain(|r| r.0 != payment);
        self.written_off += written_off;
        self.post(
            self.today,
            PostingKind::Bounced,
            &[
                (Account::Platform, -amount),
                (Account::Deposit, on_deposit),
                (Account::Penalty, restored[0] + fixed.0),
                (Account::PenaltyIncome, -fixed.0 - fixed.1),
                (Account::InterestState, fixed.1),
                (Account::InterestOwn, restored[1]),
                (Account::Principal, restored[2]),
                (Account::Suspense, suspense),
                (Account::WrittenOff, written_off),
            ],
            Some(channel),
        );
        // "A closed contract reopens."
        if self.closed && self.items.iter().any(|item| self.is_open(item)) {
            self.closed = false;
        }
    }

    /// Section 12: lowers principal not yet due at the end of its day; above that principal it is refused.
    fn school_refunded(&mut self, index: usize, amount: i64) {
        // What is not yet due at the end of today.
        let year = self.running_year();
        let falls_due = match self.plan.get(&year) {
            Some(_) if self.today == self.settlement_day(year) && year == self.matures_in => self.not_due,
            Some(instalment) if self.today == self.settlement_day(year) => *instalment,
            _ => 0,
        };
        let full = amount == self.not_due && self.school_refund_today == 0;
        if !full && amount > self.not_due - falls_due - self.school_refund_today {
            return self.refuse(index, "school_refund_above_principal");
        }
        if full {
            self.close_by(Source::School, PostingKind::SchoolRefunded, Account::School);
            return;
        }
        self.school_refund_today += amount;
        self.post(
            self.today,
            PostingKind::SchoolRefunded,
            &[(Account::School, amount), (Account::Principal, -amount)],
            None,
        );
    }

    fn prepay_filed(&mut self, index: usize, amount: PrepayAmount) {
        let effective_on = effective_20th(self.today);
        if effective_on <= self.terms.disbursed_on {
            return self.refuse(index, "prepayment_before_disbursement");
        }
        if effective_on >= self.settlement_day(self.matures_in) {
            return self.refuse(index, "prepayment_after_maturity");
        }
        if self.requests.iter().any(|r| r.effective_on == effective_on && !r.cancelled) {
            return self.refuse(index, "prepayment_of_that_day_exists");
        }
        self.requests.push(Request { event: index, effective_on, amount, open: true, cancelled: false });
    }

    /// Section 12: "a request can be cancelled up to the 19th; a cancelled one frees its 20th".
    fn prepay_cancelled(&mut self, index: usize, effective_on: Day) {
        let today = self.today;
        let Some(request) = self.requests.iter_mut().find(|r| r.effective_on == effective_on && r.open) else {
            return self.refuse(index, "prepayment_unknown");
        };
        if today >= effective_on {
            return self.refuse(index, "prepayment_already_sent");
        }
        request.open = false;
        request.cancelled = true;
    }

    /// Section 3: once, only contracts signed before 2020, filed in 2020-08-01 to 2020-12-20.
    fn convert(&mut self, index: usize, to: ConvertTo) {
        if self.converted {
            return self.refuse(index, "pricing_already_converted");
        }
        if self.terms.disbursed_on >= day(2020, 1, 1) {
            return self.refuse(index, "conversion_of_new_contract");
        }
        if self.today < day(2020, 8, 1) || self.today > day(2020, 12, 20) {
            return self.refuse(index, "conversion_outside_window");
        }
        self.converted = true;
        match to {
            ConvertTo::Floating => self.decide(Price::Lpr),
            ConvertTo::Fixed => {
                let december = day(self.today.year() - 1, 12, 31);
                let Some(value) = pricing::published(self.indexes, Index::Lpr5Y, december) else {
                    self.missing = Some(december);
                    return;
                };
                self.fixed_filed = true;
                self.decide(Price::Fixed(value.ppm - 3_000));
            }
        }
    }

    /// Section 9: the instalment of that year moves to the next year's settlement day.
    pub(super) fn defer(&mut self, index: usize, year: i32) {
        if year < self.running_year() {
            return self.refuse(index, "year_already_settled");
        }
        let Some(amount) = self.plan.remove(&year) else {
            return self.refuse(index, "no_instalment_in_that_year");
        };
        self.deferred.insert(year);
        if year == self.matures_in {
            self.matures_in += 1;
        }
        *self.plan.entry(year + 1).or_insert(0) += amount;
    }

    /// Section 9 and 12: the own interest of a settlement year, and penalty arising in it, become the state's.
    fn waive(&mut self, index: usize, year: i32) {
        if self.waived.contains(&year) {
            return self.refuse(index, "year_already_waived");
        }
        let today = self.today;
        let (mut state, mut own_open, mut to_deposit) = (0, 0, 0);
        let mut released = Released::default();
        for place in 0..self.items.len() {
            let row = self.items[place].row;
            if self.found.rows[row].year == year {
                let open = self.items[place].open(Part::Interest);
                let paid = self.items[place].by(Part::Interest, |s| matches!(s, Source::Deposit(_)));
                // Money that had paid it goes back to the deposit; it was not overdue meanwhile.
                self.give_paid_back(place, Part::Interest, paid);
                if open > 0 {
                    self.items[place].taken.push(Taken {
                        from: today,
                        part: Part::Interest,
                        amount: open,
                        source: Source::Waiver,
                    });
                }
                self.found.rows[row].waived += open + paid;
                let own = self.found.rows[row].counted.0;
                self.found.rows[row].counted.0 -= own;
                self.found.rows[row].counted.1 += own;
                state += open + paid;
                own_open += open;
                to_deposit += paid;
            }
            // The run before today is over; it is fixed first, then moves with the rest of the year's penalty.
            released.add(self.release_penalty(place, false));
        }
        self.waived.insert(year);
        for place in 0..self.items.len() {
            released.add(self.release_penalty(place, true));
        }
        let mut legs = released.legs().to_vec();
        legs.extend([
            (Account::InterestState, state),
            (Account::InterestOwn, -own_open),
            (Account::Deposit, -to_deposit),
        ]);
        self.post(today, PostingKind::Waived, &legs, None);
    }

    /// Money the borrower had paid for a part goes back to the deposit, in order of arrival. Interest stays off the
    /// bill from the day it was paid; of penalty the run that was fixed stays fixed.
    pub(super) fn give_paid_back(&mut self, place: usize, part: Part, mut amount: i64) {
        let mut back: Vec<Lot> = Vec::new();
        let mut instead: Vec<Taken> = Vec::new();
        for taken in self.items[place].taken.iter_mut().rev() {
            if taken.part == part
                && let Source::Deposit(payment) = taken.source
            {
                let piece = taken.amount.min(amount);
                taken.amount -= piece;
                amount -= piece;
                if piece > 0 {
                    back.push(Lot { payment, amount: piece });
                    let stays = if part == Part::Interest { piece } else { 0 };
                    instead.push(Taken { amount: stays, source: Source::Waiver, ..*taken });
                }
            }
        }
        self.items[place].taken.retain(|t| t.amount > 0 || t.source == Source::Waiver);
        self.items[place].taken.extend(instead);
        self.lots.extend(back);
        self.lots.sort_by_key(|lot| lot.payment.unwrap_or(usize::MAX));
    }

    /// Tier 1 relief, write-off and a full school refund: a row dated today, today included in the interest.
    fn close_by(&mut self, source: Source, kind: PostingKind, account: Account) -> i64 {
        let today = self.today;
        let slices = self.slices_through(today);
        let mut recognised = None;
        if !slices.is_empty() || self.pending != (0, 0) {
            recognised = Some(self.write_row(RowKind::Closing, today, slices, self.not_due));
            if source == Source::School {
                self.credit_to_deposit(recognised.as_mut().expect("just written"));
            }
        }
        self.plan.clear();
        self.departed.clear();
        let mut took = Took::default();
        if source == Source::School {
            // The school gives back principal only.
            let item = self.items.last_mut().expect("a full refund has a closing row");
            let amount = item.open(Part::Principal);
            item.taken.push(Taken { from: next(today), part: Part::Principal, amount, source });
            took.principal = amount;
        } else {
            for place in 0..self.items.len() {
                took.add(self.pay_item(place, next(today), EVERYTHING, Some(source)));
            }
        }
        let mut legs = took.legs(account);
        if let Some(row) = recognised {
            self.post_adjusted(today, &row);
            legs.extend([
                (Account::InterestState, row.state),
                (Account::InterestOwn, row.own),
                (Account::InterestIncome, -row.own - row.state),
            ]);
        }
        self.post(today, kind, &legs, None);
        took.sum()
    }

    /// The school gives back all principal: a credit of the closing row lowers nothing of it and goes to the deposit.
    fn credit_to_deposit(&mut self, recognised: &mut Recognised) {
        let used = std::mem::take(&mut recognised.used);
        recognised.credited += used;
        self.items.last_mut().expect("just written").taken.retain(|t| t.source != Source::Credit);
        self.found.rows.last_mut().expect("just written").credited -= used;
        self.credit_deposit(used);
    }

    /// Tier 2: the open part of that settlement row with its penalty; a future bill waits for its day.
    fn relieved_bill(&mut self, index: usize, year: i32) {
        let place = self.items.iter().position(|item| {
            let row = &self.found.rows[item.row];
            row.kind == RowKind::Settlement && row.year == year
        });
        match place {
            Some(place) => {
                if !self.is_open(&self.items[place]) {
                    return self.refuse(index, "bill_already_paid");
                }
            }
            None => {
                let future = year >= self.running_year() && year <= self.matures_in && self.disbursed;
                if !future {
                    return self.refuse(index, "no_bill_of_that_year");
                }
                if self.relief_years.contains(&year) {
                    return self.refuse(index, "bill_already_relieved");
                }
            }
        }
        if self.died_on.is_some() && self.decided_on.is_none() {
            self.decided_on = Some(self.today);
        }
        match place {
            Some(place) => self.relieve_bill(place),
            None => {
                self.relief_years.insert(year);
            }
        }
    }

    pub(super) fn relieve_bill(&mut self, place: usize) {
        let took = self.pay_item(place, next(self.today), EVERYTHING, Some(Source::Relief));
        self.post(self.today, PostingKind::Relieved, &took.legs(Account::ReliefFund), None);
    }

    /// Overdue items in allocation order, then principal not yet due; above the debt it is refused.
    fn compensated(&mut self, index: usize, amount: i64) {
        let until = next(self.today);
        let overdue: Vec<usize> = (0..self.items.len())
            .filter(|place| self.items[*place].debit_on < self.today && self.is_open(&self.items[*place]))
            .collect();
        let debt: i64 = overdue
            .iter()
            .map(|place| {
                let item = &self.items[*place];
                item.open(Part::Principal) + item.open(Part::Interest) + self.penalty_open(item, until)
            })
            .sum();
        if amount > debt + self.not_due - self.school_refund_today {
            return self.refuse(index, "compensation_above_debt");
        }
        let mut left = amount;
        let mut took = Took::default();
        for place in overdue {
            let part = self.pay_item(place, until, left, Some(Source::Compensation));
            left -= part.sum();
            took.add(part);
        }
        let mut legs = took.legs(Account::RiskFund);
        legs.extend([(Account::RiskFund, left), (Account::Principal, -left)]);
        self.post(self.today, PostingKind::Compensated, &legs, None);
        if left > 0 {
            self.leaves_after_today(left);
        }
    }
}
