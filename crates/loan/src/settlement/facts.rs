//! Facts as the course of a contract reads them: in order of their days, with names of channels and payments as numbers.

use std::collections::HashMap;

use super::days::{self, Day};
use super::{Stop, stop};
use crate::calendar::Date;
use crate::event::{ConvertTo, Event, EventKind, PrepayAmount, Relief};
use crate::life::Reason;
use crate::money::{AMOUNT_MAX, Fen};

/// How many events one contract may have.
pub(crate) const EVENTS_LIMIT: usize = 100_000;
/// Years of days and of anything an event names.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1990..=2200;

/// A dated fact.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// The day it acts.
    pub day: Day,
    /// Its place among the events given.
    pub event: u32,
    /// What happened.
    pub what: What,
}

/// What happened, as in [`EventKind`]; payments are numbered per channel and reference, amounts are fen.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum What {
    Paid { amount: i64, payment: u32, channel: u32 },
    Bounced { payment: u32 },
    Refunded { amount: i64 },
    SchoolRefunded { amount: i64 },
    PrepayFiled { amount: PrepayAmount },
    PrepayCancelled { effective_on: Day },
    StudyChanged { graduates_in: i32, effective_on: Option<Day>, matures_in: Option<i32> },
    StudyResumed { from: Day, graduates_in: i32 },
    Withdrew,
    Expelled,
    Died,
    Converted { to: ConvertTo },
    SpreadChanged { spread_bp: i32 },
    Deferred { year: i32 },
    Waived { year: i32 },
    Relieved(Relief),
    Compensated { amount: i64 },
    WrittenOff,
}

/// The facts of one contract and the names behind their numbers.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// In order of their days; those of one day in the order given.
    pub ordered: Vec<Fact>,
    /// How many different payments are named.
    pub payments: u32,
    channels: Vec<&'a str>,
}

impl<'a> Facts<'a> {
    /// Reads the events of a contract.
    ///
    /// # Errors
    /// [`Reason::EventsOutOfRange`] for too many events or a day outside the calendar of the engine.
    pub fn of(events: &'a [Event]) -> Result<Facts<'a>, Stop> {
        if events.len() > EVENTS_LIMIT {
            return Err(stop(Reason::EventsOutOfRange, None));
        }
        let mut facts = Facts { ordered: Vec::with_capacity(events.len()), ..Facts::default() };
        let mut payments: HashMap<(&str, &str), u32> = HashMap::new();
        let mut channels: HashMap<&str, u32> = HashMap::new();
        let mut numbered = |channel: &'a str, reference: &'a str| {
            let next = payments.len() as u32;
            *payments.entry((channel, reference)).or_insert(next)
        };
        for (event, Event { on, kind }) in events.iter().enumerate() {
            let what = match kind {
                EventKind::Paid { amount, channel, reference } => {
                    let next = channels.len() as u32;
                    let number = *channels.entry(channel).or_insert_with(|| {
                        facts.channels.push(channel);
                        next
                    });
                    What::Paid { amount: amount.0, payment: numbered(channel, reference), channel: number }
                }
                EventKind::Bounced { channel, reference } => What::Bounced { payment: numbered(channel, reference) },
                EventKind::Refunded { amount } => What::Refunded { amount: amount.0 },
                EventKind::SchoolRefunded { amount } => What::SchoolRefunded { amount: amount.0 },
                EventKind::PrepayFiled { amount } => What::PrepayFiled { amount: *amount },
                EventKind::PrepayCancelled { effective_on } => {
                    What::PrepayCancelled { effective_on: number(*effective_on)? }
                }
                EventKind::StudyChanged { graduates_in, effective_on, matures_in } => What::StudyChanged {
                    graduates_in: year(*graduates_in)?,
                    effective_on: effective_on.map(number).transpose()?,
                    matures_in: matures_in.map(year).transpose()?,
                },
                EventKind::StudyResumed { from, graduates_in } => {
                    What::StudyResumed { from: number(*from)?, graduates_in: year(*graduates_in)? }
                }
                EventKind::Withdrew => What::Withdrew,
                EventKind::Expelled => What::Expelled,
                EventKind::Died => What::Died,
                EventKind::Converted { to } => What::Converted { to: *to },
                EventKind::SpreadChanged { spread_bp } => What::SpreadChanged { spread_bp: *spread_bp },
                EventKind::Deferred { year: of } => What::Deferred { year: year(*of)? },
                EventKind::Waived { year: of } => What::Waived { year: year(*of)? },
                EventKind::Relieved(relief) => {
                    if let Relief::Bill { year: of } = relief {
                        year(*of)?;
                    }
                    What::Relieved(*relief)
                }
                EventKind::Compensated { amount } => What::Compensated { amount: amount.0 },
                EventKind::WrittenOff => What::WrittenOff,
            };
            facts.ordered.push(Fact { day: number(*on)?, event: event as u32, what });
        }
        facts.payments = payments.len() as u32;
        facts.ordered.sort_by_key(|fact| fact.day);
        Ok(facts)
    }

    /// What the course of the contract reads.
    pub fn history(&self) -> super::course::History<'_> {
        super::course::History { facts: &self.ordered, payments: self.payments }
    }

    /// The name of a channel.
    pub fn channel(&self, number: u32) -> Option<&'a str> {
        self.channels.get(number as usize).copied()
    }
}

/// The number of a day the engine accepts.
pub(crate) fn number(day: Date) -> Result<Day, Stop> {
    use chrono::Datelike;
    if YEARS.contains(&day.year()) {
        Ok(days::number(day))
    } else {
        Err(stop(Reason::EventsOutOfRange, Some(days::number(day))))
    }
}

fn year(year: i32) -> Result<i32, Stop> {
    if YEARS.contains(&year) { Ok(year) } else { Err(stop(Reason::EventsOutOfRange, None)) }
}

/// True for an amount an event may name.
pub(crate) fn is_amount(amount: i64) -> bool {
    let Fen(most) = AMOUNT_MAX;
    (1..=most).contains(&amount)
}
