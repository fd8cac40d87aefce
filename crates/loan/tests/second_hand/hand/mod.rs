//! A life computed by hand: day after day, from the text of money.md alone, slow and plain on purpose.
//!
//! It knows nothing of the engine but its public types. `pricing` finds the rate of a day, `interest` adds the runs of a
//! year, `bills` is what stands open and its penalty, `days` is the end of each day, `happenings` are the events, and
//! `campus` are the periodic plans.

pub mod bills;
pub mod campus;
mod days;
pub mod fraction;
mod happenings;
pub mod interest;
pub mod pricing;
mod study;

pub use happenings::effective_20th;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use bills::{Item, Lot, Payment};
use chrono::{Datelike, NaiveDate};
use interest::Slice;
use loan::contract::{FirstPrincipal, Indexes, Terms};
use loan::event::{Event, PrepayAmount};
use loan::life::{Account, Balances, PostingKind, RowKind};
use pricing::{Decision, Found};

pub type Day = NaiveDate;

pub fn day(year: i32, month: u32, day: u32) -> Day {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

pub fn next(day: Day) -> Day {
    day.succ_opt().unwrap()
}

/// What the hand found; compared field by field with the engine's answer.
#[derive(Clone, Debug, Default)]
pub struct HandLife {
    pub rows: Vec<HandRow>,
    /// What was paid, relieved and overdue, one per row and in the order of rows.
    pub shown: Vec<Shown>,
    pub balances: Balances,
    pub postings: Vec<HandPosting>,
    /// Day, index of the event, name of the reason.
    pub refused: Vec<(Day, usize, &'static str)>,
    pub already_done: Vec<usize>,
}

/// The hand's row.
#[derive(Clone, Debug, PartialEq)]
pub struct HandRow {
    pub due_on: Day,
    pub debit_on: Day,
    pub days: i32,
    pub ppm: i64,
    pub projected: bool,
    pub opening: i64,
    pub principal: i64,
    pub interest: i64,
    pub subsidised: i64,
    pub closing: i64,
    pub kind: RowKind,
    pub waived: i64,
    pub credited: i64,
    /// What the row's interest was counted on, so that a study change can count it again.
    pub slices: Vec<Slice>,
    /// Own and state interest of those slices as billed (waivers applied), without adjustments.
    pub counted: (i64, i64),
    /// Own interest as it was first counted.
    pub billed: i64,
    /// Settlement year of the row.
    pub year: i32,
}

/// What became of a row's bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub row: usize,
    pub paid_principal: i64,
    pub paid_interest: i64,
    pub paid_penalty: i64,
    pub overdue_principal: i64,
    pub overdue_interest: i64,
    pub relieved: i64,
    pub compensated: i64,
    pub written_off: i64,
}

/// The hand's posting.
#[derive(Clone, Debug, PartialEq)]
pub struct HandPosting {
    pub on: Day,
    pub kind: PostingKind,
    pub legs: [i64; Account::COUNT],
    pub channel: Option<String>,
}

/// Why the whole computation has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum NoAnswer {
    /// The terms contradict section 2.
    Terms,
    /// A rate that is not published (section 3).
    Rate(Day),
    /// `quote`: the first refused event.
    Event(usize, &'static str),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mode {
    /// Every bill is paid when due, prepayments are funded, deferrals act on their settlement day.
    Quote,
    Replay,
}

/// Settlement year of the day and number of decisions known: between two of these the rate does not move.
type RateKey = (i32, usize);

#[derive(Clone, Debug)]
struct Request {
    event: usize,
    effective_on: Day,
    amount: PrepayAmount,
    open: bool,
    cancelled: bool,
}

pub struct Hand<'a> {
    terms: &'a Terms,
    indexes: &'a Indexes,
    mode: Mode,
    today: Day,
    graduates_in: i32,
    matures_in: i32,
    /// Half-open intervals in which the state bears the interest.
    subsidised: Vec<(Day, Day)>,
    decisions: Vec<Decision>,
    converted: bool,
    fixed_filed: bool,
    disbursed: bool,
    closed: bool,
    /// Principal not yet due.
    not_due: i64,
    /// First day of the running settlement year's interest.
    year_from: Day,
    /// Principal that left during the running year and whose interest stays in it.
    departed: Vec<Slice>,
    /// Instalment by settlement year; its keys are the instalment dates not yet settled.
    plan: BTreeMap<i32, i64>,
    settled_year: Option<i32>,
    deferred: BTreeSet<i32>,
    quote_deferrals: BTreeMap<i32, usize>,
    waived: BTreeSet<i32>,
    relief_years: BTreeSet<i32>,
    /// Adjustments waiting for the next row: own, state.
    pending: (i64, i64),
    requests: Vec<Request>,
    died_on: Option<Day>,
    decided_on: Option<Day>,
    written_off: i64,
    payments: Vec<Payment>,
    lots: Vec<Lot>,
    /// Money given back, by payment.
    given_back: Vec<(Option<usize>, i64)>,
    /// Money that undid a write-off, by payment.
    recovered: Vec<(usize, i64)>,
    money_arrived: bool,
    school_refund_today: i64,
    items: Vec<Item>,
    found: HandLife,
    missing: Option<Day>,
    refused_in_quote: Option<(usize, &'static str)>,
    rates: RefCell<Vec<(RateKey, Option<Found>)>>,
}

/// `replay`: the life up to the end of `as_of`.
pub fn replay(terms: &Terms, indexes: &Indexes, events: &[Event], as_of: Day) -> Result<HandLife, NoAnswer> {
    live(terms, indexes, events, as_of, Mode::Replay)
}

/// `quote`: the whole plan.
pub fn quote(terms: &Terms, indexes: &Indexes, events: &[Event]) -> Result<HandLife, NoAnswer> {
    live(terms, indexes, events, day(terms.matures_in + 40, 1, 1), Mode::Quote)
}

fn live(terms: &Terms, indexes: &Indexes, events: &[Event], as_of: Day, mode: Mode) -> Result<HandLife, NoAnswer> {
    // Section 2: "disbursement lies before 1 September G, and G before the maturity year".
    let own_from = terms.product.own_interest_from.in_year(terms.graduates_in);
    if terms.principal.0 <= 0 || terms.disbursed_on >= own_from || terms.graduates_in >= terms.matures_in {
        return Err(NoAnswer::Terms);
    }
    let mut by_day: BTreeMap<Day, Vec<usize>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        by_day.entry(event.on).or_default().push(index);
    }
    let first_event = by_day.keys().next().copied().unwrap_or(terms.disbursed_on);
    let mut hand = Hand {
        terms,
        indexes,
        mode,
        today: first_event.min(terms.disbursed_on),
        graduates_in: terms.graduates_in,
        matures_in: terms.matures_in,
        subsidised: vec![(terms.disbursed_on, own_from)],
        decisions: Vec::new(),
        converted: false,
        fixed_filed: false,
        disbursed: false,
        closed: false,
        not_due: 0,
        year_from: terms.disbursed_on,
        departed: Vec::new(),
        plan: BTreeMap::new(),
        settled_year: None,
        deferred: BTreeSet::new(),
        quote_deferrals: BTreeMap::new(),
        waived: BTreeSet::new(),
        relief_years: BTreeSet::new(),
        pending: (0, 0),
        requests: Vec::new(),
        died_on: None,
        decided_on: None,
        written_off: 0,
        payments: Vec::new(),
        lots: Vec::new(),
        given_back: Vec::new(),
        recovered: Vec::new(),
        money_arrived: false,
        school_refund_today: 0,
        items: Vec::new(),
        found: HandLife::default(),
        missing: None,
        refused_in_quote: None,
        rates: Default::default(),
    };
    if mode == Mode::Quote {
        hand.quote_events_known_before(events);
    }
    while hand.today <= as_of {
        if hand.today == terms.disbursed_on {
            hand.disburse();
        }
        if let Some(indexes) = by_day.get(&hand.today) {
            for &index in indexes {
                hand.happen(index, &events[index]);
            }
        }
        hand.end_of_day();
        if let Some(on) = hand.missing {
            return Err(NoAnswer::Rate(on));
        }
        if let Some((event, reason)) = hand.refused_in_quote {
            return Err(NoAnswer::Event(event, reason));
        }
        let waiting = hand.requests.iter().any(|request| request.open);
        if hand.closed && !waiting && by_day.range(next(hand.today)..).next().is_none() {
            break;
        }
        hand.today = next(hand.today);
    }
    if hand.today > as_of || !hand.closed {
        hand.today = as_of;
    }
    // A deferral whose year never came has no instalment.
    if let Some(&event) = hand.quote_deferrals.values().next() {
        return Err(NoAnswer::Event(event, "no_instalment_in_that_year"));
    }
    if mode == Mode::Replay {
        hand.found.balances = hand.balances(as_of);
    }
    hand.show_payments(as_of);
    match hand.missing {
        Some(on) => Err(NoAnswer::Rate(on)),
        None => Ok(hand.found),
    }
}

impl Hand<'_> {
    /// Section 2: the settlement year a day lies in. The 20th itself still counts.
    fn year_of(&self, day: Day) -> i32 {
        let settlement = self.terms.product.settlement;
        let after = (day.month(), day.day()) > (settlement.month, settlement.day);
        day.year() + i32::from(after)
    }

    /// The settlement day of a settlement year; 20 September in the year of maturity.
    fn settlement_day(&self, year: i32) -> Day {
        if year >= self.matures_in {
            self.terms.product.final_settlement.in_year(year)
        } else {
            self.terms.product.settlement.in_year(year)
        }
    }

    /// The settlement year whose settlement comes next.
    fn running_year(&self) -> i32 {
        match self.settled_year {
            Some(year) => year + 1,
            None => self.year_of(self.terms.disbursed_on),
        }
    }

    fn rate(&self, on: Day) -> Found {
        // All days between two resets have one rate; looked up once, until a decision is added.
        let key = (self.year_of(on), self.decisions.len());
        let cached = self.rates.borrow().iter().rev().find(|c| c.0 == key).map(|c| c.1);
        let found = cached.unwrap_or_else(|| {
            let reset = pricing::reset_of(on, self.terms.disbursed_on);
            let found = pricing::rate_of(self.terms, self.indexes, &self.decisions, reset);
            self.rates.borrow_mut().push((key, found));
            found
        });
        found.unwrap_or(Found { ppm: i64::MIN, projected: true })
    }

    /// The rate of a day the life really uses: a missing publication ends it.
    fn needed_rate(&mut self, on: Day) -> Found {
        let found = self.rate(on);
        let unpublished = found.ppm == i64::MIN || (found.projected && self.mode == Mode::Replay);
        if unpublished {
            self.missing = Some(pricing::reset_of(on, self.terms.disbursed_on));
            return Found { ppm: 0, projected: true };
        }
        found
    }

    /// Section 2: the year of the first principal instalment.
    fn first_principal_year(&self) -> i32 {
        let after_grace = self.graduates_in + i32::from(self.terms.grace_years);
        match self.terms.product.first_principal {
            FirstPrincipal::AfterGrace => after_grace,
            FirstPrincipal::InLastGraceYear => after_grace - 1,
        }
    }

    /// Section 2 and 12: instalment dates from a first year on that are not settled and not deferred; at least maturity.
    fn instalment_years(&self, first: i32) -> Vec<i32> {
        let running = self.running_year();
        let mut years = Vec::new();
        for year in running..=self.matures_in {
            let maturity = year == self.matures_in;
            if year >= first && (maturity || !self.deferred.contains(&year)) {
                years.push(year);
            }
        }
        if years.is_empty() {
            years.push(self.matures_in);
        }
        years
    }

    /// Section 2: equal principal, each the floor, the last takes the rest.
    fn spread(&mut self, amount: i64, years: &[i32]) {
        let each = amount / years.len() as i64;
        for (place, year) in years.iter().enumerate() {
            let last = place + 1 == years.len();
            let part = if last { amount - each * (years.len() as i64 - 1) } else { each };
            *self.plan.entry(*year).or_insert(0) += part;
        }
    }

    /// Section 8: the remaining principal over the instalment dates that remain, whatever stood on them.
    fn spread_again(&mut self) {
        let years: Vec<i32> = self.plan.keys().copied().collect();
        self.plan.clear();
        if self.not_due > 0 {
            let years = if years.is_empty() { vec![self.matures_in] } else { years };
            self.spread(self.not_due, &years);
        }
    }

    fn post(&mut self, on: Day, kind: PostingKind, legs: &[(Account, i64)], channel: Option<&str>) {
        let mut amounts = [0i64; Account::COUNT];
        for (account, fen) in legs {
            amounts[*account as usize] += fen;
        }
        assert_eq!(amounts.iter().sum::<i64>(), 0, "the hand's own posting of {on} {kind:?} is not zero: {legs:?}");
        // Section 12: an event without money writes no posting.
        if amounts.iter().all(|fen| *fen == 0) || self.mode == Mode::Quote {
            return;
        }
        self.found.postings.push(HandPosting { on, kind, legs: amounts, channel: channel.map(str::to_owned) });
    }

    fn refuse(&mut self, event: usize, reason: &'static str) {
        self.found.refused.push((self.today, event, reason));
        if self.mode == Mode::Quote && self.refused_in_quote.is_none() {
            self.refused_in_quote = Some((event, reason));
        }
    }
}
