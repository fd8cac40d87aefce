//! One contract after its money moved, for the borrower, the county and the bank: the plan with the state of every
//! row, what stands open today, what is overdue with its parts, prepayments on file, and what a new one would cost.

use loan::calendar::Date;
use loan::contract::Terms;
use loan::event::Event;
use loan::life::{Balances, Posting, Reason, Row};
use loan::money::{Fen, Rate};

use crate::Office;
use crate::no::No;
use crate::servicing::prepay::{Cost, FilePrepaymentRefusal};
use crate::servicing::{PrepaymentRequest, books, requests, seen};
use crate::who::Actor;

use super::{READERS, Seen};

/// One contract.
#[derive(Clone, Debug)]
pub struct LoanView {
    /// Its number.
    pub number: String,
    /// Application number.
    pub application: String,
    /// The borrower.
    pub student_name: String,
    /// State (b5): `in_study`, `in_grace`, `in_repayment`, `overdue`, `settled`, or that before the pay-out.
    pub status: String,
    /// Today's business day.
    pub today: Date,
    /// Terms; `None` before the pay-out.
    pub terms: Option<Terms>,
    /// Rows settled and to come, each with its state.
    pub rows: Vec<RowView>,
    /// What stands open at the end of today.
    pub balances: Balances,
    /// Overdue rows with their parts (R19.8).
    pub overdue: Vec<Overdue>,
    /// Prepayments on file whose day has not passed.
    pub requests: Vec<PrepaymentRequest>,
    /// The 20ths of prepayments that lapsed because the money was not there.
    pub lapsed: Vec<Date>,
    /// What happened, oldest first.
    pub events: Vec<Event>,
    /// Postings up to now.
    pub postings: Vec<Posting>,
    /// The next day with something to do.
    pub next_due_on: Option<Date>,
    /// Day everything was paid.
    pub settled_on: Option<Date>,
}

/// A row of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// Its figures.
    pub row: Row,
    /// State (b8): `future`, `interest_only`, `due`, `overdue`, `settled`.
    pub state: &'static str,
}

/// An overdue row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// Due day.
    pub due_on: Date,
    /// Overdue principal.
    pub principal: Fen,
    /// Overdue interest.
    pub interest: Fen,
    /// Days from the day after the due day to today, both included.
    pub days: i64,
    /// Penalty rate of today.
    pub rate: Rate,
}

/// The state of a row on a day (b8).
pub fn state_of(row: &Row, today: Date) -> &'static str {
    if row.due_on > today {
        return if row.principal.is_zero() { "interest_only" } else { "future" };
    }
    if row.debit_on > today {
        return "due";
    }
    if row.overdue_principal + row.overdue_interest > Fen::ZERO { "overdue" } else { "settled" }
}

impl Office {
    /// A contract as it stands today.
    pub async fn owed_view(&self, actor: &Actor, number: &str) -> Seen<LoanView> {
        let at = self.clock.now();
        self.store
            .read("owed_view", |tx| {
                Box::pin(async move {
                    let today = crate::day::business_on(tx, at).await?;
                    let ledger = seen(tx, actor, READERS, number, today).await?.ok_or(No::NotFound)?;
                    let mut view = LoanView {
                        number: ledger.row.number.clone(),
                        application: crate::number::ApplicationNumber::of(ledger.row.book, ledger.row.application)
                            .to_string(),
                        student_name: ledger.row.student_name.clone(),
                        status: ledger.row.status.clone(),
                        today,
                        terms: ledger.terms.clone(),
                        rows: Vec::new(),
                        balances: Balances::default(),
                        overdue: Vec::new(),
                        requests: requests(&ledger).into_iter().filter(|asked| asked.effective_on >= today).collect(),
                        lapsed: Vec::new(),
                        events: ledger.events.clone(),
                        postings: Vec::new(),
                        next_due_on: ledger.row.next_due_on,
                        settled_on: ledger.row.settled_on,
                    };
                    let Some(terms) = &ledger.terms else { return Ok(view) };
                    let indexes = books::indexes(tx, self).await?;
                    let day = books::open(tx, today).await?.day();
                    let life = ledger.life(&indexes, day)?;
                    let percent = i64::from(terms.product.penalty_percent);
                    view.overdue = life
                        .rows
                        .iter()
                        .filter(|row| row.overdue_principal + row.overdue_interest > Fen::ZERO && row.debit_on <= day)
                        .map(|row| Overdue {
                            due_on: row.due_on,
                            principal: row.overdue_principal,
                            interest: row.overdue_interest,
                            days: (day - row.due_on).num_days(),
                            rate: Rate(row.rate.0 * percent / 100),
                        })
                        .collect();
                    view.rows =
                        life.rows.iter().map(|row| RowView { row: row.clone(), state: state_of(row, day) }).collect();
                    if ledger.row.settled_on.is_none() {
                        // The index is as of the last event; graduation and the end of grace come without one.
                        view.status = books::standing(&ledger, &life.balances, day)?.to_owned();
                    }
                    let lapses = life.refused.iter().filter(|no| no.reason == Reason::PrepaymentLapsed);
                    view.lapsed = lapses.map(|no| no.on.pred_opt().unwrap_or(no.on)).collect();
                    view.balances = life.balances;
                    view.postings = life.postings;
                    Ok(view)
                })
            })
            .await
    }

    /// What a prepayment filed now costs: `all`, or an amount of principal in yuan.
    ///
    /// # Errors
    /// Not found for anybody the contract does not concern; the refusals of filing.
    pub async fn prepayment_cost(
        &self,
        actor: &Actor,
        number: &str,
        amount: &str,
    ) -> Result<Cost, No<FilePrepaymentRefusal>> {
        let at = self.clock.now();
        self.store
            .read("prepayment_cost", |tx| {
                Box::pin(async move {
                    let today = crate::day::business_on(tx, at).await?;
                    let ledger = seen(tx, actor, READERS, number, today).await?.ok_or(No::NotFound)?;
                    let indexes = books::indexes(tx, self).await?;
                    let day = books::open(tx, today).await?.day();
                    let asked = crate::servicing::prepay::cost(self.policy, &indexes, &ledger, amount, day)?;
                    asked.map(|(_, cost)| cost).map_err(No::Refused)
                })
            })
            .await
    }
}
