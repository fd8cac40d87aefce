//! From terms and events to bills, balances and postings (money.md is the law of this folder).
//!
//! Read: [`days`] on which years turn, [`rates`] and `runs` for what a day earns and who bears it, `plan` for the
//! instalments to come, [`item`] for a row and its bill, [`course`] for the life of a contract day by day, and beside it `payments`, `arrears`,
//! `prepayment`, `changes` and `care` for what may happen on the way; `statement` writes the answer.

mod arrears;
mod bounds;
mod care;
mod changes;
pub mod course;
pub mod days;
mod deposit;
pub mod facts;
pub mod item;
mod payments;
mod plan;
mod prepayment;
pub mod rates;
mod runs;
mod statement;

use crate::calendar::Date;
use crate::contract::{Indexes, Terms};
use crate::event::{Event, EventKind, PrepayAmount};
use crate::life::{Life, Reason};
use crate::money::Fen;
use crate::refusal::Citation;
use course::{Course, Funds};
use days::Day;
use facts::{Facts, What};
use rates::Published;

/// Why a whole computation was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractRefused {
    /// The named reason.
    pub reason: Reason,
    /// A day the reason speaks of, such as the reset without a publication.
    pub on: Option<Date>,
    /// The articles it rests on.
    pub why: Vec<Citation>,
}

/// Why a course cannot go on: the reason and a day it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The named reason.
    pub reason: Reason,
    /// The day, such as the reset without a publication.
    pub on: Option<Day>,
}

pub(crate) fn stop(reason: Reason, on: Option<Day>) -> Stop {
    Stop { reason, on }
}

impl From<Stop> for ContractRefused {
    fn from(stop: Stop) -> ContractRefused {
        ContractRefused { reason: stop.reason, on: stop.on.map(days::civil), why: stop.reason.why() }
    }
}

/// The life of one contract up to the end of `as_of`: rows, balances, postings as they stood then.
///
/// # Errors
/// Terms, tables or events out of bounds; a day that needs a rate which was not published.
pub fn replay(terms: &Terms, indexes: &Indexes, events: &[Event], as_of: Date) -> Result<Life, ContractRefused> {
    run(terms, indexes, events, Funds::Real, facts::number(as_of)?).map(|(_, life)| life)
}

/// The whole plan of one contract, with every bill paid when due (`paid_…` equals what is due; no postings, zero balances).
/// Prepayments are taken as funded, a deferral acts on its settlement day, a waiver is known from the first day; the first
/// refused event refuses the quote.
///
/// # Errors
/// Terms, tables or events out of bounds, and the first event the rules refuse.
pub fn quote(terms: &Terms, indexes: &Indexes, events: &[Event]) -> Result<Life, ContractRefused> {
    let published = Published::of(indexes)?;
    let mut facts = Facts::of(events)?;
    let first_day = facts.ordered.first().map_or(Day::MAX, |fact| fact.day).min(days::number(terms.disbursed_on));
    for fact in &mut facts.ordered {
        match fact.what {
            What::Deferred { .. } | What::Waived { .. } => fact.day = first_day,
            What::PrepayFiled { .. }
            | What::PrepayCancelled { .. }
            | What::StudyChanged { .. }
            | What::StudyResumed { .. }
            | What::Withdrew
            | What::Expelled
            | What::Converted { .. }
            | What::SpreadChanged { .. } => {}
            _ => return Err(stop(Reason::NotOfAPlan, Some(fact.day)).into()),
        }
    }
    facts.ordered.sort_by_key(|fact| fact.day);
    let mut course = Course::new();
    let mut book = statement::Pages::without_postings();
    let funds = Funds::AssumedAfter(Day::MIN);
    course.run(terms, &published, facts.history(), funds, Day::MAX - 1, &mut book)?;
    course.refuse_deferrals(course.maturity(), &mut book);
    if let Some(&(on, _, reason)) = book.refused.iter().min_by_key(|(on, event, _)| (*on, *event)) {
        return Err(stop(reason, Some(on)).into());
    }
    Ok(statement::life(&course, book, &facts, None))
}

/// A life up to today and the plan from there on: rows after the end of `today` assume every bill paid when due and every
/// prepayment on file funded; balances, postings and refusals are those of `today`. Events after `today` are ignored.
///
/// # Errors
/// As [`replay`]; rows of the future rest on projected rates.
pub fn outlook(terms: &Terms, indexes: &Indexes, events: &[Event], today: Date) -> Result<Life, ContractRefused> {
    let today_number = facts::number(today)?;
    let so_far = replay(terms, indexes, events, today)?;
    let known: Vec<Event> = events.iter().filter(|event| event.on <= today).cloned().collect();
    let (_, whole) = run(terms, indexes, &known, Funds::AssumedAfter(today_number), Day::MAX - 1)?;
    Ok(Life { rows: whole.rows, totals: whole.totals, ..so_far })
}

fn run(
    terms: &Terms,
    indexes: &Indexes,
    events: &[Event],
    funds: Funds,
    as_of: Day,
) -> Result<(Course, Life), ContractRefused> {
    let published = Published::of(indexes)?;
    let facts = Facts::of(events)?;
    let mut course = Course::new();
    let mut book = statement::Pages::default();
    course.run(terms, &published, facts.history(), funds, as_of, &mut book)?;
    let balances_on = if funds == Funds::Real { Some(as_of) } else { None };
    if let Some(day) = balances_on {
        course.know_rates_of_balances(day, &published)?;
    }
    let life = statement::life(&course, book, &facts, balances_on);
    Ok((course, life))
}

/// The 20th on which a prepayment filed on a day is settled (sdvcst-2022 article 24): the 1st to the 15th of January to
/// September and December the 20th of that month, later the 20th of the next; 1 to 15 October 20 October; 16 October to
/// 30 November 20 December.
///
/// ```
/// use loan::{calendar::date, settlement::prepayment_effective_on};
/// assert_eq!(prepayment_effective_on(date(2022, 10, 16)), date(2022, 12, 20));
/// ```
pub fn prepayment_effective_on(filed_on: Date) -> Date {
    days::civil(payments::prepayment_day(filed_on))
}

/// The exact day and sum of a prepayment that is filed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepaymentCost {
    /// Its 20th; the money must be there by the end of the day after.
    pub effective_on: Date,
    /// Prepaid principal.
    pub principal: Fen,
    /// The borrower's own interest on it that falls due with it.
    pub interest: Fen,
    /// Overdue principal and interest that are paid first.
    pub overdue: Fen,
    /// Their penalty up to the 20th, that day included.
    pub penalty: Fen,
    /// Principal of that day's bill, when the 20th is a settlement day.
    pub bill_principal: Fen,
    /// Interest of that day's bill.
    pub bill_interest: Fen,
    /// Everything together: what the deposit must hold.
    pub total: Fen,
    /// What the deposit holds now.
    pub deposit: Fen,
    /// The plan after it.
    pub after: Life,
}

/// What a prepayment filed on `filed_on` costs, after the events up to that day.
///
/// # Errors
/// As [`replay`], and the reason why the request is refused.
pub fn prepayment_cost(
    terms: &Terms,
    indexes: &Indexes,
    events: &[Event],
    filed_on: Date,
    amount: PrepayAmount,
) -> Result<PrepaymentCost, ContractRefused> {
    let today = facts::number(filed_on)?;
    let mut known: Vec<Event> = events.iter().filter(|event| event.on <= filed_on).cloned().collect();
    let deposit = replay(terms, indexes, &known, filed_on)?.balances.deposit;
    let asked = known.len();
    known.push(Event { on: filed_on, kind: EventKind::PrepayFiled { amount } });
    let effective_on = payments::prepayment_day(filed_on);
    let funds = Funds::AssumedAfter(today);
    let (course, life) = run(terms, indexes, &known, funds, effective_on + 1)?;
    if let Some(refused) = life.refused.iter().find(|refused| refused.event == asked) {
        return Err(ContractRefused { reason: refused.reason, on: Some(refused.on), why: refused.why.clone() });
    }
    let cost = course.cost;
    let (_, after) = run(terms, indexes, &known, funds, Day::MAX - 1)?;
    let total = cost.principal + cost.interest + cost.overdue + cost.penalty + cost.bill_principal + cost.bill_interest;
    Ok(PrepaymentCost {
        effective_on: days::civil(effective_on),
        principal: Fen(cost.principal),
        interest: Fen(cost.interest),
        overdue: Fen(cost.overdue),
        penalty: Fen(cost.penalty),
        bill_principal: Fen(cost.bill_principal),
        bill_interest: Fen(cost.bill_interest),
        total: Fen(total),
        deposit,
        after,
    })
}
