//! What a borrower or co-borrower owes and when: every contract replayed to today with its plan from there on. All
//! figures come from `loan::settlement`; this view only finds them.

use loan::calendar::Date;
use loan::contract::Terms;
use loan::life::{Balances, Row};
use loan::money::Fen;
use store::Failure;

use super::Seen;
use crate::Office;
use crate::no::No;
use crate::servicing::books::{Ledger, indexes};
use crate::who::{Actor, Who};

/// Everything a person repays.
#[derive(Clone, Debug)]
pub struct Repayment {
    /// Business day.
    pub on: Date,
    /// Contracts that were paid out, oldest first.
    pub loans: Vec<Loan>,
}

/// One contract.
#[derive(Clone, Debug)]
pub struct Loan {
    /// Its number.
    pub number: String,
    /// Its terms.
    pub terms: Terms,
    /// Rows up to today, then the plan.
    pub rows: Vec<Row>,
    /// What stands open today.
    pub balances: Balances,
    /// Day everything was paid.
    pub settled_on: Option<Date>,
}

/// The bill a person faces next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextBill {
    /// Last day to pay.
    pub due_on: Date,
    /// Of all contracts together.
    pub total: Fen,
    /// Of it principal.
    pub principal: Fen,
    /// Of it interest.
    pub interest: Fen,
}

impl Repayment {
    /// The next day on which something is owed, with its sum over all contracts.
    pub fn next_bill(&self) -> Option<NextBill> {
        let ahead = || {
            self.loans.iter().flat_map(|loan| &loan.rows).filter(|row| row.due_on >= self.on && row.total.is_positive())
        };
        let due_on = ahead().map(|row| row.due_on).min()?;
        let sum = |part: fn(&Row) -> Fen| -> Fen { ahead().filter(|row| row.due_on == due_on).map(part).sum() };
        Some(NextBill {
            due_on,
            total: sum(|row| row.total),
            principal: sum(|row| row.principal),
            interest: sum(|row| row.interest),
        })
    }

    /// Overdue principal, interest and penalty of all contracts.
    pub fn overdue(&self) -> Fen {
        self.loans
            .iter()
            .map(|loan| loan.balances.overdue_principal + loan.balances.overdue_interest + loan.balances.penalty)
            .sum()
    }

    /// Principal not yet repaid.
    pub fn outstanding(&self) -> Fen {
        self.loans
            .iter()
            .map(|loan| loan.balances.principal_not_due + loan.balances.due_principal + loan.balances.overdue_principal)
            .sum()
    }

    /// Money on the account not yet used.
    pub fn deposit(&self) -> Fen {
        self.loans.iter().map(|loan| loan.balances.deposit).sum()
    }
}

impl Office {
    /// What the person repays: his own loans, or those he stands in for as a co-borrower.
    pub async fn repayment(&self, actor: &Actor) -> Seen<Repayment> {
        let (person, part) = match actor.who {
            Who::Student(person) => (person, "borrower"),
            Who::CoBorrower(person) => (person, "co_borrower"),
            _ => return Err(No::Forbidden),
        };
        let at = self.clock.now();
        let found: Result<Repayment, Failure> = self
            .store
            .read("repayment", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let indexes = indexes(tx, self).await?;
                    let mut loans = Vec::new();
                    for loan in store::person::open_loans(tx, person).await? {
                        if loan.part != part {
                            continue;
                        }
                        let Some(row) = store::contract::by_number(tx, loan.book, loan.contract).await? else {
                            continue;
                        };
                        let events = store::contract::events(tx, loan.book, loan.contract).await?;
                        let ledger = Ledger::of(row, &events)?;
                        let Some(terms) = ledger.terms.clone() else { continue };
                        let life = ledger.life(&indexes, on)?;
                        let Ledger { row, .. } = ledger;
                        loans.push(Loan {
                            number: row.number,
                            terms,
                            rows: life.rows,
                            balances: life.balances,
                            settled_on: row.settled_on,
                        });
                    }
                    loans.sort_by_key(|loan| (loan.terms.disbursed_on, loan.number.clone()));
                    Ok(Repayment { on, loans })
                })
            })
            .await;
        Ok(found?)
    }
}
