//! What the platform is going to ask of borrowers on a day: the reminder before the repayment day (R17.7, R17.12) and
//! the families of a demonstration go by it. Contract by contract, with the account it will be taken from.

use loan::calendar::Date;
use loan::money::Fen;
use store::Failure;

use super::Seen;
use crate::Office;
use crate::no::No;
use crate::servicing::books;
use crate::servicing::collect::CHUNK;
use crate::who::{Actor, Who};

/// What one contract still lacks on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The borrower.
    pub person: i64,
    /// Number of the contract.
    pub contract: String,
    /// The borrower's account at the platform, when there is one.
    pub account: Option<String>,
    /// What must be there so that nothing is overdue, beyond what the deposit holds.
    pub amount: Fen,
    /// What a prepayment on file asks beyond that.
    pub prepayment: Fen,
}

impl Office {
    /// Everything that is asked on that day, by contract. For jobs of the program only.
    ///
    /// # Errors
    /// Forbidden for people.
    pub async fn dues(&self, actor: &Actor, day: Date) -> Seen<Vec<Due>> {
        if !matches!(actor.who, Who::System(_)) {
            return Err(No::Forbidden);
        }
        let mut dues = Vec::new();
        for book in self.books().await? {
            let mut after = 0;
            loop {
                let found: Result<(Vec<Due>, Option<i64>), Failure> = self
                    .store
                    .read("dues", |tx| {
                        Box::pin(async move {
                            let rows = store::contract::list_due(tx, book, day, after, CHUNK).await?;
                            let last = rows.last().map(|row| row.contract).filter(|_| rows.len() as i64 == CHUNK);
                            let indexes = books::indexes_of_day(tx, self, day).await?;
                            let mut dues = Vec::new();
                            for ledger in books::load_all(tx, book, rows).await? {
                                let missing = ledger.shortfall(&indexes, day)?;
                                if missing.due.is_zero() && missing.prepayment.is_zero() {
                                    continue;
                                }
                                let person = ledger.row.person;
                                let account = store::certificate::account(tx, person).await?;
                                dues.push(Due {
                                    person,
                                    contract: ledger.row.number.clone(),
                                    account: account.map(|account| account.account),
                                    amount: missing.due,
                                    prepayment: missing.prepayment,
                                });
                            }
                            Ok((dues, last))
                        })
                    })
                    .await;
                let (found, last) = found?;
                dues.extend(found);
                match last {
                    Some(last) => after = last,
                    None => break,
                }
            }
        }
        Ok(dues)
    }
}
