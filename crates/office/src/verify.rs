//! Whether the books are true: every contract is replayed from its terms and events, and every stored posting, bill
//! and index column must be what the replay says. The first row that is not is named.

use loan::life::Account;
use loan::money::Fen;
use serde::Serialize;
use store::{Failure, Tx};

use crate::Office;
use crate::servicing::books::{self, Through};
use crate::servicing::collect::CHUNK;

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerReport {
    /// Contracts replayed.
    pub contracts: usize,
    /// Postings compared.
    pub postings: usize,
    /// Bills compared.
    pub bills: usize,
    /// The first thing that is wrong.
    pub fault: Option<LedgerFault>,
}

/// A row that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerFault {
    /// The book.
    pub book: i64,
    /// Number of the contract.
    pub contract: String,
    /// Position of the posting, when it is one.
    pub seq: Option<i64>,
    /// What is wrong.
    pub what: String,
}

impl Office {
    /// Replays every contract of every book and compares.
    ///
    /// # Errors
    /// A failure of our own; a wrong row is in the report.
    pub async fn verify_ledger(&self) -> Result<LedgerReport, Failure> {
        let today = self.business_on().await?;
        let mut report = LedgerReport::default();
        for book in self.books().await? {
            let mut after = 0;
            loop {
                let (part, last) = self
                    .store
                    .read("verify_ledger", |tx| {
                        Box::pin(async move { verify_chunk(tx, self, book, after, today).await })
                    })
                    .await?;
                report.contracts += part.contracts;
                report.postings += part.postings;
                report.bills += part.bills;
                if part.fault.is_some() {
                    report.fault = part.fault;
                    return Ok(report);
                }
                match last {
                    Some(last) => after = last,
                    None => break,
                }
            }
        }
        Ok(report)
    }
}

async fn verify_chunk(
    tx: &mut Tx<'_>,
    office: &Office,
    book: i64,
    after: i64,
    today: loan::calendar::Date,
) -> Result<(LedgerReport, Option<i64>), Failure> {
    let rows = store::contract::list_paid_out(tx, book, after, CHUNK).await?;
    let last = rows.last().map(|row| row.contract).filter(|_| rows.len() as i64 == CHUNK);
    let indexes = books::indexes(tx, office).await?;
    let through = books::open(tx, today).await?;
    let mut report = LedgerReport::default();
    for ledger in books::load_all(tx, book, rows).await? {
        let row = &ledger.row;
        let fault = |seq: Option<i64>, what: &str| {
            Some(LedgerFault { book, contract: row.number.clone(), seq, what: what.to_owned() })
        };
        let stored = store::posting::list(tx, book, row.contract).await?;
        let (life, firm) = books::firm(&indexes, &ledger, through)?;
        let expected: Vec<store::posting::Posting> = life.postings[..firm]
            .iter()
            .enumerate()
            .map(|(index, posting)| store::posting::Posting::of(book, row.contract, index, posting))
            .collect();
        let same = stored.iter().zip(&expected).take_while(|(stored, expected)| stored == expected).count();
        report.contracts += 1;
        report.postings += same;
        if same < stored.len().max(expected.len()) {
            let what = match (stored.get(same), expected.get(same)) {
                (Some(_), Some(_)) => "the stored posting is not the replayed one",
                (Some(_), None) => "a posting that no event explains",
                _ => "a posting is missing",
            };
            report.fault = fault(Some(same as i64 + 1), what);
            return Ok((report, None));
        }
        if let Some(what) = broken_identity(&stored, &life.balances, through) {
            report.fault = fault(None, what);
            return Ok((report, None));
        }
        let bills = store::posting::bills(tx, book, row.contract).await?;
        for bill in &bills {
            let replayed = life.rows.iter().map(|row| store::posting::Bill::of(book, ledger.row.contract, row));
            if !replayed.into_iter().any(|replayed| replayed == *bill) {
                report.fault = fault(None, &format!("the bill of {} is not the replayed one", bill.due_on));
                return Ok((report, None));
            }
            report.bills += 1;
        }
        let due = life.rows.iter().filter(|row| row.debit_on <= through.closed()).count();
        if due != bills.len() {
            report.fault = fault(None, "a bill is missing");
            return Ok((report, None));
        }
    }
    Ok((report, last))
}

/// The identities that hold whatever happened.
fn broken_identity(
    stored: &[store::posting::Posting],
    balances: &loan::life::Balances,
    through: Through,
) -> Option<&'static str> {
    let sum = |account: Account| -> Fen { stored.iter().map(|posting| posting.legs.amounts[account as usize]).sum() };
    if stored.iter().any(|posting| !posting.legs.sum().is_zero()) {
        return Some("a posting does not sum to zero");
    }
    if sum(Account::Principal) < Fen::ZERO {
        return Some("more principal was paid than lent");
    }
    if sum(Account::Deposit) > Fen::ZERO {
        return Some("the deposit is overdrawn");
    }
    let open = balances.principal_not_due + balances.due_principal + balances.overdue_principal;
    if matches!(through, Through::Closed(_)) && sum(Account::Principal) != open {
        return Some("outstanding principal is not what the postings leave");
    }
    None
}
