//! The course of one contract, day by day, from disbursement to closing.
//!
//! Only days on which something can happen are visited. On each the facts of the day act first, in the order given;
//! then, at its end: settlement, collection of overdue money, debit, the test of a prepayment, closing. Rows stay here
//! because later days change them; postings go to a [`Book`] as they are made. All buffers are kept from contract to
//! contract, so a settlement of many allocates nothing for each.

use super::arrears::{self, Overdue, Penalty, Take};
use super::days::{self, Day, Turns};
use super::deposit::{Deposit, Purpose};
use super::facts::{Fact, What};
use super::item::Item;
use super::plan::Plan;
use super::rates::{Denied, Pricing, Published};
use super::runs::{self, Stretch, Study, Weight};
use super::{Stop, Terms};
use crate::contract::{DayCount, FirstPrincipal, OverdueValueDay, Product};
use crate::life::{Account, PostingKind, Reason, RowKind};

/// Where postings and refusals of a course are written.
pub trait Book {
    /// A posting: its day, what it follows from, its legs (some may be zero, together they are).
    fn posting(&mut self, on: Day, kind: PostingKind, cause: Cause, channel: Option<u32>, legs: &[(Account, i64)]);
    /// A fact the rules said no to, on the day they did.
    fn refused(&mut self, on: Day, event: u32, reason: Reason);
    /// A repeat that changed nothing.
    fn already_done(&mut self, event: u32);
}

/// What a posting follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The disbursement.
    Disbursement,
    /// A settlement, collection or debit day.
    Day(Day),
    /// The fact with that place among the events given.
    Event(u32),
}

/// What happened to one contract.
#[derive(Clone, Copy, Debug)]
pub struct History<'a> {
    /// In order of their days.
    pub facts: &'a [Fact],
    /// How many different payments they name.
    pub payments: u32,
}

/// What is done with money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Funds {
    /// Bills are paid from what arrived.
    Real,
    /// From the day after this one on every bill is paid when due and every prepayment is funded.
    AssumedAfter(Day),
}

/// Principal that left within a settlement year and whose interest stays in the year.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaving {
    pub(crate) amount: i64,
    pub(crate) to: Day,
}

/// A prepayment that was filed and not yet tested.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) event: u32,
    pub(crate) effective_on: Day,
    pub(crate) amount: i64,
}

/// What one prepayment asks for on its day; see [`super::PrepaymentCost`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    pub(crate) principal: i64,
    pub(crate) interest: i64,
    pub(crate) overdue: i64,
    pub(crate) penalty: i64,
    pub(crate) bill_principal: i64,
    pub(crate) bill_interest: i64,
}

/// One contract on its way.
#[derive(Debug)]
pub struct Course {
    pub(crate) turns: Turns,
    pub(crate) product: Product,
    pub(crate) day_count: DayCount,
    pub(crate) lent: i64,
    pub(crate) disbursed_on: Day,
    pub(crate) graduates_in: i32,
    pub(crate) grace_years: i32,
    pub(crate) matures_in: i32,
    pub(crate) funds: Funds,
    /// The running settlement year and its settlement day.
    pub(crate) year: i32,
    pub(crate) settles_on: Day,
    /// `[first day, first day of the next)` of the running year, were it not the last.
    pub(crate) span: (Day, Day),
    /// Principal not yet due.
    pub(crate) principal: i64,
    pub(crate) pricing: Pricing,
    pub(crate) study: Study,
    pub(crate) plan: Plan,
    pub(crate) items: Vec<Item>,
    /// Items before this one are settled for good.
    pub(crate) first_open: usize,
    pub(crate) leaving: Vec<Leaving>,
    /// The part of `leaving` that belongs to the running year begins here.
    pub(crate) leaving_from: usize,
    /// What was taken off items other than by the deposit.
    pub(crate) takes: Vec<Take>,
    pub(crate) deposit: Deposit,
    pub(crate) requests: Vec<Request>,
    pub(crate) waived: Vec<i32>,
    /// Future bills the relief fund pays, with the fact that said so.
    pub(crate) relief: Vec<(i32, u32)>,
    /// Deferrals that act on their settlement day.
    pub(crate) deferrals: Vec<(i32, u32)>,
    pub(crate) died_on: Day,
    pub(crate) decided_on: Day,
    /// The last day on which money arrived.
    pub(crate) arrived_on: Day,
    /// Principal the school gave back today; it leaves at the end of the day.
    pub(crate) school_refund: i64,
    pub(crate) closed: bool,
    pub(crate) refund_at_closing: bool,
    /// What a write-off took and no later money brought back.
    pub(crate) written_off: i64,
    /// Differences for the past that the next row carries.
    pub(crate) adjust_own: i64,
    pub(crate) adjust_state: i64,
    /// The costs of the prepayment tested last.
    pub(crate) cost: Cost,
}

impl Default for Course {
    fn default() -> Course {
        Course::new()
    }
}

impl Course {
    /// Empty buffers for contracts to come.
    pub fn new() -> Course {
        let product = Product::default();
        Course {
            turns: Turns::of(&product),
            product,
            day_count: DayCount::default(),
            lent: 0,
            disbursed_on: 0,
            graduates_in: 0,
            grace_years: 0,
            matures_in: 0,
            funds: Funds::Real,
            year: 0,
            settles_on: 0,
            span: (0, 0),
            principal: 0,
            pricing: Pricing::new(),
            study: Study::default(),
            plan: Plan::default(),
            items: Vec::new(),
            first_open: 0,
            leaving: Vec::new(),
            leaving_from: 0,
            takes: Vec::new(),
            deposit: Deposit::default(),
            requests: Vec::new(),
            waived: Vec::new(),
            relief: Vec::new(),
            deferrals: Vec::new(),
            died_on: Day::MAX,
            decided_on: Day::MAX,
            arrived_on: Day::MIN,
            school_refund: 0,
            closed: false,
            refund_at_closing: false,
            written_off: 0,
            adjust_own: 0,
            adjust_state: 0,
            cost: Cost::default(),
        }
    }

    /// The rows so far, in date order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Runs a contract to the end of `as_of`.
    ///
    /// # Errors
    /// Terms that cannot be, and a needed rate that was not published.
    pub fn run<B: Book>(
        &mut self,
        terms: &Terms,
        published: &Published,
        history: History<'_>,
        funds: Funds,
        as_of: Day,
        book: &mut B,
    ) -> Result<(), Stop> {
        super::bounds::check(terms)?;
        self.begin(terms, history.payments, funds);
        let mut facts = history.facts;
        let mut today = Day::MIN;
        loop {
            let next = self.next_day(today, facts.first());
            if next > as_of || next == Day::MAX {
                return Ok(());
            }
            today = next;
            if today == self.disbursed_on {
                let legs = [(Account::Principal, self.lent), (Account::Disbursing, -self.lent)];
                book.posting(today, PostingKind::Disbursed, Cause::Disbursement, None, &legs);
            }
            while let Some((fact, rest)) = facts.split_first().filter(|(fact, _)| fact.day <= today) {
                facts = rest;
                match self.act(fact, published, book) {
                    Ok(()) => {}
                    Err(Denied::Refused(reason)) => book.refused(fact.day, fact.event, reason),
                    Err(Denied::Stop(stop)) => return Err(stop),
                }
            }
            self.end_of_day(today, published, book)?;
        }
    }

    fn begin(&mut self, terms: &Terms, payments: u32, funds: Funds) {
        if self.product != terms.product {
            self.product = terms.product.clone();
            self.turns = Turns::of(&self.product);
        }
        self.day_count = terms.day_count;
        self.lent = terms.principal.0;
        self.disbursed_on = days::number(terms.disbursed_on);
        self.graduates_in = terms.graduates_in;
        self.grace_years = i32::from(terms.grace_years);
        self.matures_in = terms.matures_in;
        self.funds = funds;
        self.year = self.turns.year_of(self.disbursed_on);
        self.settles_on = self.turns.settles_on(self.year, self.matures_in);
        self.span = (self.turns.starts_on(self.year), self.turns.starts_on(self.year + 1));
        self.principal = self.lent;
        self.pricing.begin(&terms.pricing, self.disbursed_on, funds != Funds::Real);
        self.study.begin(self.turns.own_from(self.graduates_in));
        self.plan.begin();
        self.lay_plan(self.year);
        self.items.clear();
        self.first_open = 0;
        self.leaving.clear();
        self.leaving_from = 0;
        self.takes.clear();
        self.deposit.begin(payments);
        self.requests.clear();
        self.waived.clear();
        self.relief.clear();
        self.deferrals.clear();
        self.died_on = Day::MAX;
        self.decided_on = Day::MAX;
        self.arrived_on = Day::MIN;
        self.school_refund = 0;
        self.closed = false;
        self.refund_at_closing = false;
        self.written_off = 0;
        self.adjust_own = 0;
        self.adjust_state = 0;
        self.cost = Cost::default();
    }

    /// Lays the principal not yet due over the dates that follow from the year of graduation.
    pub(crate) fn lay_plan(&mut self, keep_before: i32) {
        let first = self.graduates_in
            + self.grace_years
            + match self.product.first_principal {
                FirstPrincipal::AfterGrace => 0,
                FirstPrincipal::InLastGraceYear => -1,
            };
        self.plan.lay(self.principal, first.max(self.year), self.matures_in, keep_before.max(self.year));
    }

    /// The next day on which something can happen.
    fn next_day(&self, today: Day, fact: Option<&Fact>) -> Day {
        let mut next = fact.map_or(Day::MAX, |fact| fact.day);
        if today < self.disbursed_on {
            return next.min(self.disbursed_on);
        }
        if self.row_expected() {
            next = next.min(self.settles_on);
        }
        let mut overdue = false;
        for item in &self.items[self.first_open..] {
            if !item.debited {
                next = next.min(item.due_on + 1);
            }
            overdue |= item.is_overdue();
        }
        if overdue && self.deposit.held > 0 {
            next = next.min(days::first_collection_after(today));
        }
        for request in &self.requests {
            next = next.min(request.effective_on + 1);
        }
        next
    }

    /// A settlement row is still to come: principal not yet due, or interest of what left within the year.
    pub(crate) fn row_expected(&self) -> bool {
        self.principal > 0 || self.leaving.len() > self.leaving_from
    }

    /// First day of the running settlement year on which the contract bears interest.
    pub(crate) fn year_from(&self) -> Day {
        self.span.0.max(self.disbursed_on)
    }

    pub(crate) fn maturity(&self) -> Day {
        self.turns.maturity(self.matures_in)
    }

    /// Makes rates known up to a day; after maturity the rate of the maturity day stays.
    pub(crate) fn know_rates(&mut self, to: Day, published: &Published) -> Result<(), Stop> {
        self.pricing.advance(to.min(self.maturity()), published)
    }

    pub(crate) fn assumed(&self, today: Day) -> bool {
        matches!(self.funds, Funds::AssumedAfter(day) if today > day)
    }

    fn end_of_day<B: Book>(&mut self, today: Day, published: &Published, book: &mut B) -> Result<(), Stop> {
        if self.row_expected() && today == self.settles_on {
            self.act_deferrals(book);
            if today == self.settles_on {
                self.settle(today, published, book)?;
            }
        }
        if self.deposit.held > 0 && self.first_open < self.items.len() {
            let receipt = self.product.overdue_value_day == OverdueValueDay::Receipt && self.arrived_on == today;
            if self.items[self.first_open..].iter().any(Item::is_overdue) && (receipt || days::is_collection(today)) {
                let to = if receipt { today } else { today + 1 };
                self.collect(to, today, published, book)?;
            }
        }
        if self.first_open < self.items.len() {
            self.debit(today, book);
        }
        if !self.requests.is_empty() {
            self.test_prepayments(today, published, book)?;
        }
        if self.school_refund > 0 {
            let leaves = std::mem::take(&mut self.school_refund);
            self.leave(leaves, today);
        }
        if self.principal == 0 {
            self.close(today, book);
        }
        Ok(())
    }

    /// Whether own interest falling due in a settlement year is the state's.
    pub(crate) fn is_waived(&self, year: i32) -> bool {
        !self.waived.is_empty() && self.waived.contains(&year)
    }

    pub(crate) fn weigh(&self, from: Day, to: Day, year: i32) -> Weight {
        let year =
            if year == self.year { self.span } else { (self.turns.starts_on(year), self.turns.starts_on(year + 1)) };
        runs::weigh(Stretch { from, to, year }, &self.pricing.steps, &self.study, self.day_count)
    }

    /// Interest of both bearers on a slice over a stretch of a year and on what left within it.
    pub(crate) fn interest(&self, slice: i64, weight: Weight, leaving: &[Leaving], from: Day, year: i32) -> (i64, i64) {
        let (mut own, mut state) = (runs::earned(slice, weight.own), runs::earned(slice, weight.state));
        for left in leaving {
            let weight = self.weigh(from, left.to, year);
            own += runs::earned(left.amount, weight.own);
            state += runs::earned(left.amount, weight.state);
        }
        (runs::rounded(own, self.day_count), runs::rounded(state, self.day_count))
    }

    /// Interest of a row as the bearers are known now.
    pub(crate) fn bears(&self, item: &Item) -> (i64, i64) {
        let weight = self.weigh(item.from, item.to, item.year);
        let leaving = &self.leaving[item.leaving.0 as usize..item.leaving.1 as usize];
        let (own, state) = self.interest(item.slice, weight, leaving, item.from, item.year);
        if item.in_waived_year { (0, own + state) } else { (own, state) }
    }

    /// Makes a row on the running year: its runs, its interest with pending differences, its principal.
    /// What left within the year goes into it when `with_leaving`.
    pub(crate) fn row(&mut self, kind: RowKind, today: Day, slice: i64, principal: i64, with_leaving: bool) -> Item {
        let mut item = Item::new(kind, today, self.year);
        let from = self.year_from();
        item.slice = slice;
        item.from = from;
        item.to = today + 1;
        let end = self.leaving.len();
        item.leaving = (if with_leaving { self.leaving_from } else { end } as u32, end as u32);
        item.rate = self.pricing.rate_on(today);
        item.projected = self.pricing.projected_on(today);
        item.synthetic = self.pricing.synthetic_on(today);
        item.in_waived_year = self.is_waived(item.year);
        let last = if slice > 0 {
            item.to
        } else {
            self.leaving[item.leaving.0 as usize..].iter().map(|left| left.to).max().unwrap_or(from)
        };
        if slice > 0 && item.leaving.0 == item.leaving.1 {
            // The common row, weighed once.
            let weight = self.weigh(from, item.to, item.year);
            item.days = weight.own_days;
            let (own, state) = self.interest(slice, weight, &[], from, item.year);
            (item.bears_own, item.bears_state) = if item.in_waived_year { (0, own + state) } else { (own, state) };
        } else {
            item.days = self.weigh(from, last, item.year).own_days;
            (item.bears_own, item.bears_state) = self.bears(&item);
        }
        item.opening = self.principal;
        item.principal = principal;
        item.closing = self.principal - principal;
        item.interest = item.bears_own;
        item.first_own = item.bears_own;
        item.interest_subsidised = item.bears_state;
        item
    }

    /// Bills a row and `principal` with the differences that are pending and posts these. A credit lowers what the row asks; the rest
    /// of it goes to the deposit.
    pub(crate) fn bill<B: Book>(&mut self, item: &mut Item, principal: i64, cause: Cause, book: &mut B) {
        if self.adjust_own == 0 && self.adjust_state == 0 {
            item.bill(principal);
            return;
        }
        let (mut own, mut state) = (std::mem::take(&mut self.adjust_own), std::mem::take(&mut self.adjust_state));
        if item.in_waived_year && own > 0 {
            state += std::mem::take(&mut own);
        }
        item.adjusted = true;
        item.interest += own;
        item.interest_subsidised += state;
        let rest = item.bill(principal);
        let covered = principal - item.billed_principal;
        if rest > 0 {
            self.deposit.credit(rest);
        }
        let legs = [
            (Account::InterestOwn, own + covered + rest),
            (Account::InterestState, state),
            (Account::InterestIncome, -(own + state)),
            (Account::Principal, -covered),
            (Account::Deposit, -rest),
        ];
        book.posting(item.due_on, PostingKind::Adjusted, cause, None, &legs);
    }

    /// 结息: the year's interest and the instalment of that day fall due.
    fn settle<B: Book>(&mut self, today: Day, published: &Published, book: &mut B) -> Result<(), Stop> {
        self.know_rates(today, published)?;
        let instalment = if self.year == self.matures_in { self.principal } else { self.plan.take(self.year) };
        let mut item = self.row(RowKind::Settlement, today, self.principal, instalment, true);
        let legs = [
            (Account::InterestOwn, item.interest),
            (Account::InterestState, item.interest_subsidised),
            (Account::InterestIncome, -(item.interest + item.interest_subsidised)),
        ];
        let cause = Cause::Day(today);
        book.posting(today, PostingKind::Settled, cause, None, &legs);
        self.bill(&mut item, instalment, cause, book);
        self.principal -= instalment;
        self.leaving_from = self.leaving.len();
        self.turn_year();
        if let Some(at) = self.relief.iter().position(|&(year, _)| year == item.year) {
            let (_, event) = self.relief.remove(at);
            self.relieve_bill(&mut item, event, book);
        }
        item.debited = !item.is_open();
        self.items.push(item);
        self.pass_settled();
        Ok(())
    }

    /// The next settlement year begins.
    fn turn_year(&mut self) {
        self.year += 1;
        self.settles_on = self.turns.settles_on(self.year, self.matures_in);
        self.span = (self.span.1, self.turns.starts_on(self.year + 1));
    }

    /// 扣息: on the debit day the deposit pays the bill of the day before, interest first; the rest is overdue.
    fn debit<B: Book>(&mut self, today: Day, book: &mut B) {
        for at in self.first_open..self.items.len() {
            let item = &mut self.items[at];
            if item.debited || item.due_on + 1 != today {
                continue;
            }
            item.debited = true;
            if matches!(self.funds, Funds::AssumedAfter(day) if today > day) {
                item.paid_interest += std::mem::take(&mut item.open_interest);
                item.paid_principal += std::mem::take(&mut item.open_principal);
                continue;
            }
            let interest = item.open_interest.min(self.deposit.held);
            let principal = item.open_principal.min(self.deposit.held - interest);
            let due_on = item.due_on;
            item.open_interest -= interest;
            item.open_principal -= principal;
            item.paid_interest += interest;
            item.paid_principal += principal;
            self.deposit.draw(interest, Purpose::Interest(at), today);
            self.deposit.draw(principal, Purpose::Principal(at), today);
            let legs = [
                (Account::Deposit, interest + principal),
                (Account::Principal, -principal),
                (Account::InterestOwn, -interest),
            ];
            book.posting(today, PostingKind::Debited, Cause::Day(due_on), None, &legs);
        }
        self.pass_settled();
    }

    /// Moves the mark of open items over those that are settled for good.
    pub(crate) fn pass_settled(&mut self) {
        while self.items.get(self.first_open).is_some_and(|item| !item.is_open()) {
            self.first_open += 1;
        }
    }

    /// A contract with nothing outstanding closes, and what is left of the deposit goes back.
    fn close<B: Book>(&mut self, today: Day, book: &mut B) {
        if !self.closed {
            if today < self.disbursed_on || self.row_expected() || self.items.iter().any(Item::is_open) {
                return;
            }
            self.closed = true;
            self.refund_at_closing = true;
        }
        if std::mem::take(&mut self.refund_at_closing) && self.deposit.held > 0 {
            self.refund(self.deposit.held, today, Cause::Day(today), book);
        }
    }

    pub(crate) fn refund<B: Book>(&mut self, amount: i64, today: Day, cause: Cause, book: &mut B) {
        self.deposit.draw(amount, Purpose::Refund, today);
        let legs = [(Account::Deposit, amount), (Account::Platform, -amount)];
        book.posting(today, PostingKind::Refunded, cause, None, &legs);
    }

    /// How the penalty of this contract is counted.
    pub(crate) fn penalty_terms(&self) -> arrears::Terms<'_> {
        arrears::Terms {
            steps: &self.pricing.steps,
            turns: &self.turns,
            waived: &self.waived,
            spared: (self.died_on, self.decided_on),
            base: self.product.penalty_base,
            percent: i64::from(self.product.penalty_percent),
            basis: runs::basis(self.day_count),
        }
    }

    /// What of an item is overdue from its debit day on, and what was taken of it.
    pub(crate) fn overdue_of(&self, at: usize) -> Overdue {
        let item = &self.items[at];
        let by_deposit = self.deposit.uses_of(at).map(|used| {
            let (interest, principal) = match used.purpose {
                Purpose::Interest(_) => (used.amount, 0),
                Purpose::Principal(_) => (0, used.amount),
                _ => (0, 0),
            };
            Take { item: at, day: used.since, interest, principal }
        });
        let by_others = self.takes.iter().filter(|take| take.item == at).copied();
        Overdue {
            from: item.due_on + 1,
            interest: item.billed_interest - item.spared_interest,
            principal: item.billed_principal,
            takes: by_deposit.chain(by_others).collect(),
        }
    }

    /// The penalty of an item that is fixed by what was taken, and the one that runs up to, not including, a day.
    /// With a cut more, as if money were taken from that day on.
    pub(crate) fn penalty_of(&self, at: usize, cut: Option<Day>, to: Day) -> (Penalty, Penalty) {
        let mut overdue = self.overdue_of(at);
        overdue.takes.extend(cut.map(|day| Take { item: at, day, interest: 0, principal: 0 }));
        let (fixed, running) = overdue.penalty(to, &self.penalty_terms());
        (fixed.plus(self.items[at].kept_penalty), running)
    }

    fn act<B: Book>(&mut self, fact: &Fact, published: &Published, book: &mut B) -> Result<(), Denied> {
        if let What::Paid { amount, .. }
        | What::Refunded { amount }
        | What::SchoolRefunded { amount }
        | What::Compensated { amount } = fact.what
            && !super::facts::is_amount(amount)
        {
            return Err(Denied::Refused(Reason::AmountOutOfRange));
        }
        let outlives =
            matches!(fact.what, What::Paid { .. } | What::Bounced { .. } | What::Refunded { .. } | What::Waived { .. });
        if self.closed && !outlives {
            return Err(Denied::Refused(Reason::ContractClosed));
        }
        // A plan knows its deferrals from the first day.
        let foreseen = matches!(fact.what, What::SpreadChanged { .. })
            || (matches!(fact.what, What::Deferred { .. }) && self.funds == Funds::AssumedAfter(Day::MIN));
        if fact.day < self.disbursed_on && !outlives && !foreseen {
            return Err(Denied::Refused(Reason::NotYetDisbursed));
        }
        let (today, event) = (fact.day, fact.event);
        match fact.what {
            What::Paid { amount, payment, channel } => self.paid(amount, payment, channel, today, event, book),
            What::Bounced { payment } => self.bounced(payment, today, event, book),
            What::Refunded { amount } => self.refunded(amount, today, event, book),
            What::SchoolRefunded { amount } => self.school_refunded(amount, today, event, published, book),
            What::PrepayFiled { amount } => self.prepay_filed(amount, today, event),
            What::PrepayCancelled { effective_on } => self.prepay_cancelled(effective_on, today),
            What::StudyChanged { graduates_in, effective_on, matures_in } => {
                let effective_on = effective_on.unwrap_or(today);
                self.study_changed(graduates_in, effective_on, matures_in, fact, published, book)
            }
            What::StudyResumed { from, graduates_in } => {
                self.study_resumed(from, graduates_in, today, event, published, book)
            }
            What::Withdrew | What::Expelled => self.left_school(today, event, published, book),
            What::Died => self.died(today),
            What::Converted { to } => {
                let maturity = self.maturity();
                self.pricing.converted(today, maturity, to, published)
            }
            What::SpreadChanged { spread_bp } => {
                let maturity = self.maturity();
                self.pricing.spread_changed(today, maturity, spread_bp, published)
            }
            What::Deferred { year } => self.deferred(year, event),
            What::Waived { year } => self.waived(year, today, event, published, book),
            What::Relieved(relief) => self.relieved(relief, today, event, published, book),
            What::Compensated { amount } => self.compensated(amount, today, event, published, book),
            What::WrittenOff => self.write_off(today, event, published, book),
        }
    }
}
