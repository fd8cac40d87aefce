//! The branch's calendar of settlement: every day on which something falls due, with how many contracts, how much
//! principal, how much of whose interest, and what of it is paid.

use std::collections::BTreeMap;

use chrono::Datelike;
use loan::calendar::Date;
use loan::life::RowKind;
use loan::money::Fen;
use store::Failure;

use super::Seen;
use crate::Office;
use crate::no::No;
use crate::servicing::books;
use crate::who::{Actor, Role};

/// Contracts read at once.
const CHUNK: i64 = 500;

/// One day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDay {
    /// The 20th.
    pub due_on: Date,
    /// The day of the debit.
    pub debit_on: Date,
    /// Contracts with a row on that day.
    pub contracts: usize,
    /// Of them prepayments.
    pub prepayments: usize,
    /// Principal falling due.
    pub principal: Fen,
    /// The borrowers' interest.
    pub interest: Fen,
    /// The state's interest.
    pub subsidy: Fen,
    /// What is paid so far.
    pub paid: Fen,
    /// What is overdue.
    pub overdue: Fen,
    /// True when a rate in it is not published yet.
    pub projected: bool,
}

impl Office {
    /// The days from the first of last year to the end of next year, over the contracts the actor's branch services.
    pub async fn due_days(&self, actor: &Actor) -> Seen<(Date, Vec<DueDay>)> {
        let office = match actor.office() {
            Some(office) if actor.roles().iter().any(|role| matches!(role, Role::BankMaker | Role::BankChecker)) => {
                office
            }
            _ => return Err(No::Forbidden),
        };
        let at = self.clock.now();
        let found: Result<(Date, Vec<DueDay>), Failure> = self
            .store
            .read("due_days", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let indexes = books::indexes(tx, self).await?;
                    let day = books::open(tx, on).await?.day();
                    let years = day.year() - 1..=day.year() + 1;
                    let mut days: BTreeMap<Date, DueDay> = BTreeMap::new();
                    for book in store::office_place::books_served(tx, office, "bank", on).await? {
                        let mut after = 0;
                        loop {
                            let rows = store::contract::list_paid_out(tx, book, after, CHUNK).await?;
                            let Some(last) = rows.last().map(|row| row.contract) else { break };
                            after = last;
                            for ledger in books::load_all(tx, book, rows).await? {
                                for row in ledger.life(&indexes, day)?.rows {
                                    if !years.contains(&row.due_on.year()) {
                                        continue;
                                    }
                                    let one = days.entry(row.due_on).or_insert_with(|| DueDay {
                                        due_on: row.due_on,
                                        debit_on: row.debit_on,
                                        contracts: 0,
                                        prepayments: 0,
                                        principal: Fen::ZERO,
                                        interest: Fen::ZERO,
                                        subsidy: Fen::ZERO,
                                        paid: Fen::ZERO,
                                        overdue: Fen::ZERO,
                                        projected: false,
                                    });
                                    one.contracts += 1;
                                    one.prepayments += usize::from(row.kind == RowKind::Prepayment);
                                    one.principal += row.principal;
                                    one.interest += row.interest;
                                    one.subsidy += row.interest_subsidised;
                                    // Rows of days to come assume that they are paid.
                                    if row.due_on <= day {
                                        one.paid += row.paid_principal + row.paid_interest;
                                        one.overdue += row.overdue_principal + row.overdue_interest;
                                    }
                                    one.projected |= row.rate_projected;
                                }
                            }
                        }
                    }
                    Ok((on, days.into_values().collect()))
                })
            })
            .await;
        Ok(found?)
    }
}
