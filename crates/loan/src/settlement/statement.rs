//! The answer: rows with the articles they rest on, balances of a day, postings and refusals under their own names.

use super::course::{Book, Cause as Follows, Course};
use super::days::{self, Day};
use super::facts::Facts;
use super::item::Item;
use super::rates::Published;
use super::{Stop, runs};
use crate::life::{Account, Balances, Cause, Legs, Life, Posting, PostingKind, Reason, Refused, Row, RowKind, Totals};
use crate::money::{Fen, Rate};
use crate::refusal::Citation;

/// The book of one contract as its course writes it.
#[derive(Debug, Default)]
pub(crate) struct Pages {
    postings: Vec<(Posting, Option<u32>)>,
    pub(crate) refused: Vec<(Day, u32, Reason)>,
    already_done: Vec<u32>,
    silent: bool,
}

impl Pages {
    /// For plans, which move no money.
    pub(crate) fn without_postings() -> Pages {
        Pages { silent: true, ..Pages::default() }
    }
}

impl Book for Pages {
    fn posting(&mut self, on: Day, kind: PostingKind, cause: Follows, channel: Option<u32>, legs: &[(Account, i64)]) {
        if self.silent || legs.iter().all(|&(_, fen)| fen == 0) {
            return;
        }
        let mut posted = Legs::default();
        for &(account, fen) in legs {
            posted.amounts[account as usize] += Fen(fen);
        }
        let cause = match cause {
            Follows::Disbursement => Cause::Disbursement,
            Follows::Day(day) => Cause::Day(days::civil(day)),
            Follows::Event(event) => Cause::Event(event as usize),
        };
        self.postings.push((Posting { on: days::civil(on), kind, cause, legs: posted }, channel));
    }

    fn refused(&mut self, on: Day, event: u32, reason: Reason) {
        self.refused.push((on, event, reason));
    }

    fn already_done(&mut self, event: u32) {
        self.already_done.push(event);
    }
}

/// Writes a life from a course and its book; `balances_on` is the day of the balances, none for a plan.
pub(crate) fn life(course: &Course, pages: Pages, facts: &Facts<'_>, balances_on: Option<Day>) -> Life {
    let rows: Vec<Row> = course.items().iter().map(row).collect();
    let totals = rows.iter().fold(Totals::default(), |sums, row| Totals {
        principal: sums.principal + row.principal,
        interest: sums.interest + row.interest,
        interest_subsidised: sums.interest_subsidised + row.interest_subsidised,
        total: sums.total + row.total,
    });
    let named = |(mut posting, channel): (Posting, Option<u32>)| {
        posting.legs.channel = channel.and_then(|number| facts.channel(number)).map(str::to_owned);
        posting
    };
    let refused = |(on, event, reason): (Day, u32, Reason)| Refused {
        on: days::civil(on),
        event: event as usize,
        reason,
        why: reason.why(),
    };
    Life {
        rows,
        balances: balances_on.map(|day| course.balances(day)).unwrap_or_default(),
        postings: pages.postings.into_iter().map(named).collect(),
        refused: pages.refused.into_iter().map(refused).collect(),
        already_done: pages.already_done.into_iter().map(|event| event as usize).collect(),
        totals,
    }
}

fn row(item: &Item) -> Row {
    let open = |fen: i64| Fen(if item.debited { fen } else { 0 });
    Row {
        due_on: days::civil(item.due_on),
        debit_on: days::civil(item.due_on + 1),
        days: item.days,
        rate: Rate(item.rate),
        rate_projected: item.projected,
        rate_synthetic: item.synthetic,
        opening: Fen(item.opening),
        principal: Fen(item.principal),
        interest: Fen(item.interest),
        interest_subsidised: Fen(item.interest_subsidised),
        total: Fen(item.principal + item.interest),
        closing: Fen(item.closing),
        kind: item.kind,
        paid_principal: Fen(item.paid_principal),
        paid_interest: Fen(item.paid_interest),
        paid_penalty: Fen(item.paid_penalty),
        overdue_principal: open(item.open_principal),
        overdue_interest: open(item.open_interest),
        waived: Fen(item.waived),
        relieved: Fen(item.relieved),
        compensated: Fen(item.compensated),
        written_off: Fen(item.written_off),
        school_refunded: Fen(item.school_refunded),
        credited: Fen(item.credited),
        why: why(item),
    }
}

/// The articles of a row: settlement first, then who bears the interest or why principal falls due, then what came upon it.
fn why(item: &Item) -> Vec<Citation> {
    let mut articles = vec!["22"];
    articles.push(match item.kind {
        RowKind::Prepayment => "24",
        _ if item.principal > 0 => "23",
        _ if item.days > 0 => "11",
        _ => "10",
    });
    if item.prepaid && item.kind != RowKind::Prepayment {
        articles.push("24");
    }
    if item.adjusted {
        articles.push("21");
    }
    if item.paid_penalty > 0 || item.is_overdue() {
        articles.push("28");
    }
    let mut why: Vec<Citation> = articles.into_iter().map(|article| Citation::of("sdvcst-2022", article)).collect();
    if item.in_waived_year {
        why.extend(waiver(item.year));
    }
    why
}

/// The circular that waived the interest of a year.
fn waiver(year: i32) -> Option<Citation> {
    let document = match year {
        2022 => "waiver-2022-110",
        2023 => "waiver-2023-63",
        2024 => "waiver-2024-2",
        2025 => "waiver-2025-69",
        _ => return None,
    };
    Some(Citation::of(document, "免息"))
}

impl Course {
    /// Makes known the rates the balances of a day need.
    pub(crate) fn know_rates_of_balances(&mut self, day: Day, published: &Published) -> Result<(), Stop> {
        let accrues = self.row_expected() && day >= self.year_from();
        let overdue = self.items[self.first_open..].iter().any(Item::is_overdue);
        if accrues || overdue { self.know_rates(day, published) } else { Ok(()) }
    }

    /// What stands open at the end of a day.
    fn balances(&self, day: Day) -> Balances {
        let mut balances = Balances { deposit: Fen(self.deposit.held), ..Balances::default() };
        if day < self.disbursed_on {
            return balances;
        }
        let (overdue_interest, overdue_principal, penalty) = self.overdue(day + 1);
        balances.principal_not_due = Fen(self.principal);
        balances.overdue_interest = Fen(overdue_interest);
        balances.overdue_principal = Fen(overdue_principal);
        balances.penalty = Fen(penalty);
        for item in self.items.iter().skip(self.first_open).filter(|item| !item.debited) {
            balances.due_interest += Fen(item.open_interest);
            balances.due_principal += Fen(item.open_principal);
        }
        let from = self.year_from();
        if self.row_expected() && day >= from {
            let (own, state) = self.accrued(from, day + 1);
            let (most_own, most_state) = self.accrued(from, self.settles_on + 1);
            balances.accrued_interest_own = Fen(own.min(most_own));
            balances.accrued_interest_state = Fen(state.min(most_state));
        }
        balances
    }

    /// Interest of the running year up to, not including, a day.
    fn accrued(&self, from: Day, to: Day) -> (i64, i64) {
        let weight = self.weigh(from, to, self.year);
        let (mut own, mut state) =
            (runs::earned(self.principal, weight.own), runs::earned(self.principal, weight.state));
        for left in &self.leaving[self.leaving_from..] {
            let weight = self.weigh(from, left.to.min(to), self.year);
            own += runs::earned(left.amount, weight.own);
            state += runs::earned(left.amount, weight.state);
        }
        (runs::rounded(own, self.day_count), runs::rounded(state, self.day_count))
    }
}
