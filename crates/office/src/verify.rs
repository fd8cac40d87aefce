//! Whether the books are true: every contract is replayed from its terms and events, and every stored posting, bill
//! and index column must be what the replay says. The first row of a contract that is not is named.

use loan::calendar::Date;
use loan::contract::Indexes;
use loan::life::{Account, Balances};
use loan::money::Fen;
use loan::policy::Book;
use loan::settlement;
use serde::Serialize;
use store::{Failure, FailureKind, Instant, Store, Tx};

use crate::Office;
use crate::servicing::books::{self, Ledger, Through};
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
    /// What is wrong, at most one place for each contract, by book and contract.
    pub faults: Vec<LedgerFault>,
}

/// A row that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerFault {
    /// Table of the row.
    pub table: &'static str,
    /// The book.
    pub book: i64,
    /// Number of the contract.
    pub contract: String,
    /// Position of the posting, when it is one.
    pub seq: Option<i64>,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for LedgerFault {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "book {}, {} of contract {}", self.book, self.table, self.contract)?;
        if let Some(seq) = self.seq {
            write!(to, " seq {seq}")?;
        }
        write!(to, ": {}", self.what)
    }
}

impl LedgerReport {
    fn add(&mut self, part: LedgerReport) {
        self.contracts += part.contracts;
        self.postings += part.postings;
        self.bills += part.bills;
        self.faults.extend(part.faults);
    }
}

impl Office {
    /// Replays every contract of every book and compares.
    ///
    /// # Errors
    /// A failure of our own; a wrong row is in the report.
    pub async fn verify_ledger(&self) -> Result<LedgerReport, Failure> {
        verify_ledger(&self.store, self.policy, self.clock.now(), &|_| {}).await
    }
}

/// As [`Office::verify_ledger`], for a database without a house around it. `progress` is told how many contracts were
/// replayed so far.
///
/// # Errors
/// When the database cannot be read; a wrong row is in the report.
pub async fn verify_ledger(
    store: &Store,
    policy: &Book,
    at: Instant,
    progress: &(dyn Fn(usize) + Send + Sync),
) -> Result<LedgerReport, Failure> {
    let books: Vec<i64> = store
        .read("verify_books", |tx| Box::pin(store::office_place::books(tx)))
        .await?
        .into_iter()
        .map(|book| book.book)
        .collect();
    let mut report = LedgerReport::default();
    for book in books {
        let mut after = 0;
        loop {
            let (part, last): (LedgerReport, Option<i64>) =
                store.read("verify_ledger", |tx| Box::pin(verify_chunk(tx, policy, book, after, at))).await?;
            report.add(part);
            progress(report.contracts);
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
    }
    Ok(report)
}

async fn verify_chunk(
    tx: &mut Tx<'_>,
    policy: &Book,
    book: i64,
    after: i64,
    at: Instant,
) -> Result<(LedgerReport, Option<i64>), Failure> {
    let rows = store::contract::list_paid_out(tx, book, after, CHUNK).await?;
    let (Some(first), Some(last)) = (rows.first().map(|row| row.contract), rows.last().map(|row| row.contract)) else {
        return Ok((LedgerReport::default(), None));
    };
    let next = (rows.len() as i64 == CHUNK).then_some(last);
    let indexes = books::indexes_on(tx, policy, at).await?;
    let today = crate::day::business_on(tx, at).await?;
    let through = books::open(tx, today).await?;
    let events = store::contract::events_range(tx, book, first, last).await?;
    let postings = store::posting::list_range(tx, book, first, last).await?;
    let bills = store::posting::bills_range(tx, book, first, last).await?;
    let mut report = LedgerReport::default();
    for row in rows {
        report.contracts += 1;
        let events = of_contract(&events, row.contract, |event| event.contract);
        let postings = of_contract(&postings, row.contract, |posting| posting.contract);
        let bills = of_contract(&bills, row.contract, |bill| bill.contract);
        let number = row.number.clone();
        let compared = Ledger::of(row, events)
            .and_then(|ledger| compare(&ledger, &indexes, through, postings, bills, &mut report));
        let fault = match compared {
            Ok(fault) => fault,
            // What cannot even be replayed was not written by the program as it stands.
            Err(failure) if failure.kind() == FailureKind::Corrupt => {
                Some(Wrong { table: "contract_event", seq: None, what: failure.to_string() })
            }
            Err(failure) => return Err(failure),
        };
        if let Some(Wrong { table, seq, what }) = fault {
            report.faults.push(LedgerFault { table, book, contract: number, seq, what });
        }
    }
    Ok((report, next))
}

/// The rows of one contract among those of many, which stand in its order.
fn of_contract<T>(rows: &[T], contract: i64, number: fn(&T) -> i64) -> &[T] {
    let from = rows.partition_point(|row| number(row) < contract);
    let to = rows.partition_point(|row| number(row) <= contract);
    &rows[from..to]
}

struct Wrong {
    table: &'static str,
    seq: Option<i64>,
    what: String,
}

fn compare(
    ledger: &Ledger,
    indexes: &Indexes,
    through: Through,
    stored: &[store::posting::Posting],
    bills: &[store::posting::Bill],
    report: &mut LedgerReport,
) -> Result<Option<Wrong>, Failure> {
    let (book, contract) = (ledger.row.book, ledger.row.contract);
    let (life, firm) = books::firm(indexes, ledger, through)?;
    let expected: Vec<store::posting::Posting> = life.postings[..firm]
        .iter()
        .enumerate()
        .map(|(index, posting)| store::posting::Posting::of(book, contract, index, posting))
        .collect();
    let same = stored.iter().zip(&expected).take_while(|(stored, expected)| stored == expected).count();
    report.postings += same;
    if same < stored.len().max(expected.len()) {
        let what = match (stored.get(same), expected.get(same)) {
            (Some(_), Some(_)) => "the stored posting is not the replayed one",
            (Some(_), None) => "a posting that no event explains",
            _ => "a posting is missing",
        };
        return Ok(Some(Wrong { table: "posting", seq: Some(same as i64 + 1), what: what.to_owned() }));
    }
    if let Some(what) = broken_identity(stored, &life.balances, through) {
        return Ok(Some(Wrong { table: "posting", seq: None, what: what.to_owned() }));
    }
    let wrong_bill = |what: String| Some(Wrong { table: "bill", seq: None, what });
    for bill in bills {
        let mut replayed = life.rows.iter().map(|row| store::posting::Bill::of(book, contract, row));
        if !replayed.any(|replayed| replayed == *bill) {
            return Ok(wrong_bill(format!("the bill of {} is not the replayed one", bill.due_on)));
        }
        report.bills += 1;
    }
    let mut due = life.rows.iter().filter(|row| row.debit_on <= through.closed());
    if let Some(missing) = due.find(|row| !bills.iter().any(|bill| bill.due_on == row.due_on)) {
        return Ok(wrong_bill(format!("the bill of {} is missing", missing.due_on)));
    }
    Ok(wrong_index(ledger, indexes, through, &life.balances)?.map(|column| Wrong {
        table: "contract",
        seq: None,
        what: format!("{column} is not what the events leave"),
    }))
}

/// The identities that hold whatever happened.
fn broken_identity(stored: &[store::posting::Posting], balances: &Balances, through: Through) -> Option<&'static str> {
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
    if matches!(through, Through::Closed(_)) && sum(Account::Principal) != outstanding(balances) {
        return Some("outstanding principal is not what the postings leave");
    }
    None
}

fn outstanding(balances: &Balances) -> Fen {
    balances.principal_not_due + balances.due_principal + balances.overdue_principal
}

/// The columns of the row by which lists are made. They are of the day on which the contract was last touched: a day
/// that is closed, or today.
fn wrong_index(
    ledger: &Ledger,
    indexes: &Indexes,
    through: Through,
    today: &Balances,
) -> Result<Option<&'static str>, Failure> {
    let figures =
        |balances: &Balances| (outstanding(balances).0, (balances.overdue_principal + balances.overdue_interest).0);
    let kept = (ledger.row.outstanding_fen, ledger.row.overdue_fen);
    if kept == figures(today) {
        return Ok(None);
    }
    let closed = at_the_end_of(ledger, indexes, through.closed())?;
    let wrong = figures(&closed);
    Ok(match kept {
        kept if kept == wrong => None,
        (outstanding, _) if outstanding != wrong.0 => Some("outstanding_fen"),
        _ => Some("overdue_fen"),
    })
}

fn at_the_end_of(ledger: &Ledger, indexes: &Indexes, day: Date) -> Result<Balances, Failure> {
    let life = settlement::replay(ledger.terms()?, indexes, &ledger.events, day)
        .map_err(|no| books::stopped(&ledger.row, &no))?;
    Ok(life.balances)
}
