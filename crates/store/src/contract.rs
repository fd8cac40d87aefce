//! Contracts and what happened to them. The events are the whole truth; bills, postings and the index columns of the
//! contract's row follow from them by [`loan::settlement`].

use sea_orm::sea_query::Value;

use crate::audit::Witnessed;
use crate::row::{row, values};
use crate::{Date, Engine, Failure, Instant, Tx};

row! {
    /// One contract.
    pub struct Contract in "contract" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub contract: i64,
        /// Number shown to people.
        pub number: String,
        /// From which application.
        pub application: i64,
        /// 1, or more after a correction.
        pub version: i64,
        /// The borrower.
        pub person: i64,
        /// The co-borrower.
        pub co_person: Option<i64>,
        /// Day whose rules it was made under.
        pub policy_on: Date,
        /// Where the borrower studies.
        pub school_code: String,
        /// Amount agreed.
        pub principal_fen: i64,
        /// Year of maturity agreed.
        pub matures_in: i64,
        /// JSON: all terms the arithmetic reads.
        pub terms: String,
        /// Business date it was drawn up.
        pub generated_on: Date,
        /// The borrower's name.
        pub student_name: String,
        /// The co-borrower's name.
        pub co_name: Option<String>,
        /// Blind index of the last four of the ID number, made by [`Keyring::tail_index`](crate::Keyring::tail_index)
        /// with place `application` and the book.
        pub id_tail: Vec<u8>,
        /// Business date of the last signature.
        pub signed_on: Option<Date>,
        /// Day the money moved.
        pub disbursed_on: Option<Date>,
        /// Index of the state computed from facts and events.
        pub status: String,
        /// Index: next settlement or prepayment day with something to do.
        pub next_due_on: Option<Date>,
        /// Index: principal not yet repaid.
        pub outstanding_fen: i64,
        /// Index: overdue principal and interest.
        pub overdue_fen: i64,
        /// Index: day everything was paid.
        pub settled_on: Option<Date>,
        /// Last change.
        pub changed_at: Instant,
    }
}

row! {
    /// One event of a contract; the codes and the JSON are those of [`loan::event`].
    pub struct ContractEvent in "contract_event" {
        /// The book.
        pub book: i64,
        /// Of which contract.
        pub contract: i64,
        /// 1, 2, 3 … without a gap.
        pub seq: i64,
        /// The day it acts.
        pub on_day: Date,
        /// What happened.
        pub kind: String,
        /// JSON.
        pub detail: String,
        /// Instant of recording.
        pub at: Instant,
        /// Who.
        pub actor: String,
    }
}

impl Witnessed for ContractEvent {
    const KEY: &'static [&'static str] = &["book", "contract", "seq"];

    fn book(&self) -> i64 {
        self.book
    }

    fn key(&self) -> Vec<Value> {
        values![self.book, self.contract, self.seq]
    }

    fn place_in_order(&self) -> Option<(String, i64)> {
        Some((format!("contract {}", self.contract), self.seq))
    }
}

/// Enters a contract drawn up.
pub async fn enter(tx: &mut Tx<'_>, contract: &Contract) -> Result<(), Failure> {
    tx.insert(contract).await
}

/// A contract by its key.
pub async fn by_number(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<Option<Contract>, Failure> {
    tx.find("WHERE book = $1 AND contract = $2", values![book, contract]).await
}

/// A contract by the number shown to people.
pub async fn by_public_number(tx: &mut Tx<'_>, book: i64, number: &str) -> Result<Option<Contract>, Failure> {
    tx.find("WHERE book = $1 AND number = $2", values![book, number]).await
}

/// The contracts drawn up for an application, newest version first.
pub async fn list_of_application(tx: &mut Tx<'_>, book: i64, application: i64) -> Result<Vec<Contract>, Failure> {
    tx.select("WHERE book = $1 AND application = $2 ORDER BY version DESC", values![book, application]).await
}

/// The contracts of a borrower in a book, newest first.
pub async fn list_of_person(tx: &mut Tx<'_>, book: i64, person: i64) -> Result<Vec<Contract>, Failure> {
    tx.select("WHERE book = $1 AND person = $2 ORDER BY contract DESC", values![book, person]).await
}

/// Contracts of a book in a state, by key, from after `after` on.
pub async fn list_of_status(
    tx: &mut Tx<'_>,
    book: i64,
    status: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Contract>, Failure> {
    let tail = "WHERE book = $1 AND status = $2 AND contract > $3 ORDER BY contract LIMIT $4";
    tx.select(tail, values![book, status, after, limit]).await
}

/// How many contracts of an academic year are signed and not void, with their principal, by the kind of their
/// application: first loan or renewal.
pub async fn counts_of_kind(tx: &mut Tx<'_>, book: i64, academic_year: i64) -> Result<Vec<Counted>, Failure> {
    let sql = "SELECT a.kind AS kind, CAST(count(*) AS BIGINT) AS many, \
               CAST(COALESCE(sum(c.principal_fen), 0) AS BIGINT) AS principal_fen \
               FROM contract c JOIN application a ON a.book = c.book AND a.application = c.application \
               WHERE c.book = $1 AND a.academic_year = $2 AND c.signed_on IS NOT NULL AND c.status <> 'voided' \
               GROUP BY a.kind ORDER BY a.kind";
    tx.rows(sql, values![book, academic_year]).await
}

/// Contracts of one kind.
#[derive(Clone, Debug, sea_orm::FromQueryResult, PartialEq, Eq)]
pub struct Counted {
    /// `first` or `renewal`.
    pub kind: String,
    /// How many.
    pub many: i64,
    /// Their principal together.
    pub principal_fen: i64,
}

/// The people whose loan of a book was paid out and is not settled, none twice.
pub async fn borrowers_with_debt(tx: &mut Tx<'_>, book: i64) -> Result<Vec<i64>, Failure> {
    let sql = "SELECT DISTINCT person FROM contract \
               WHERE book = $1 AND disbursed_on IS NOT NULL AND settled_on IS NULL ORDER BY person";
    tx.column(sql, values![book]).await
}

/// Contracts of a book with something to do up to a day, by key, from after `after` on: one chunk of a settlement.
pub async fn list_due(
    tx: &mut Tx<'_>,
    book: i64,
    until: Date,
    after: i64,
    limit: i64,
) -> Result<Vec<Contract>, Failure> {
    let tail = "WHERE book = $1 AND contract > $3 AND next_due_on <= $2 ORDER BY contract LIMIT $4";
    tx.select(tail, values![book, until, after, limit]).await
}

/// Contracts of a book with money overdue, largest first.
pub async fn list_overdue(tx: &mut Tx<'_>, book: i64, limit: i64, offset: i64) -> Result<Vec<Contract>, Failure> {
    let tail = "WHERE book = $1 AND overdue_fen > 0 ORDER BY overdue_fen DESC, contract LIMIT $2 OFFSET $3";
    tx.select(tail, values![book, limit, offset]).await
}

/// Contracts of a book from one key to another, both included.
pub async fn list_range(tx: &mut Tx<'_>, book: i64, first: i64, last: i64) -> Result<Vec<Contract>, Failure> {
    let tail = "WHERE book = $1 AND contract >= $2 AND contract <= $3 ORDER BY contract";
    tx.select(tail, values![book, first, last]).await
}

/// Keeps other transactions from changing contracts of a book, from one key to another, until this one ends; answers
/// how many there are. SQLite has one writer, who holds them all.
pub async fn lock_range(tx: &mut Tx<'_>, book: i64, first: i64, last: i64) -> Result<usize, Failure> {
    let lock = if tx.engine() == Engine::Postgres { "FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT contract FROM contract WHERE book = $1 AND contract >= $2 AND contract <= $3 ORDER BY contract {lock}"
    );
    let locked: Vec<i64> = tx.column(&sql, values![book, first, last]).await?;
    Ok(locked.len())
}

/// Contracts of a book found by the beginning of a name, a whole number, or the last four of an ID number.
pub async fn search(tx: &mut Tx<'_>, book: i64, text: &str, limit: i64) -> Result<Vec<Contract>, Failure> {
    let begin = format!("{}%", crate::office_place::like_literal(text));
    let tail_index = tx.keyring.tail_index("application", book, text);
    let tail = "WHERE book = $1 AND (number = $2 OR student_name LIKE $3 ESCAPE '!' OR id_tail = $4) \
                ORDER BY contract DESC LIMIT $5";
    tx.select(tail, values![book, text, begin, tail_index, limit]).await
}

/// Writes the columns that change: terms until signing, days, state and indexes.
pub async fn change(tx: &mut Tx<'_>, row: &Contract) -> Result<(), Failure> {
    let sql = "UPDATE contract SET terms = $3, signed_on = $4, disbursed_on = $5, status = $6, next_due_on = $7, \
               outstanding_fen = $8, overdue_fen = $9, settled_on = $10, changed_at = $11, student_name = $12, \
               co_name = $13 WHERE book = $1 AND contract = $2";
    let values = values![
        row.book,
        row.contract,
        row.terms.as_str(),
        row.signed_on,
        row.disbursed_on,
        row.status.as_str(),
        row.next_due_on,
        row.outstanding_fen,
        row.overdue_fen,
        row.settled_on,
        row.changed_at,
        row.student_name.as_str(),
        row.co_name.clone(),
    ];
    tx.run_one(sql, values).await
}

/// The events of a contract, in order.
pub async fn events(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<Vec<ContractEvent>, Failure> {
    tx.select("WHERE book = $1 AND contract = $2 ORDER BY seq", values![book, contract]).await
}

/// The events of many contracts, by contract and order; `first` and `last` are included.
pub async fn events_range(tx: &mut Tx<'_>, book: i64, first: i64, last: i64) -> Result<Vec<ContractEvent>, Failure> {
    let tail = "WHERE book = $1 AND contract >= $2 AND contract <= $3 ORDER BY contract, seq";
    tx.select(tail, values![book, first, last]).await
}

/// Appends events under the audit record begun. Their `seq` continues what is stored.
pub async fn events_append(tx: &mut Tx<'_>, events: &[ContractEvent]) -> Result<(), Failure> {
    tx.append(events).await
}

/// How many events a contract has.
pub async fn event_count(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<i64, Failure> {
    let sql = "SELECT max(seq) FROM contract_event WHERE book = $1 AND contract = $2";
    let last: Option<Option<i64>> = tx.value(sql, values![book, contract]).await?;
    Ok(last.flatten().unwrap_or(0))
}

/// The first day on which anything falls due in any book.
pub async fn first_due(tx: &mut Tx<'_>) -> Result<Option<Date>, Failure> {
    let first: Option<Option<Date>> = tx.value("SELECT min(next_due_on) FROM contract", Vec::new()).await?;
    Ok(first.flatten())
}

/// Contracts of a book whose money moved, by number from after `after` on.
pub async fn list_paid_out(tx: &mut Tx<'_>, book: i64, after: i64, limit: i64) -> Result<Vec<Contract>, Failure> {
    let tail = "WHERE book = $1 AND contract > $2 AND disbursed_on IS NOT NULL ORDER BY contract LIMIT $3";
    tx.select(tail, values![book, after, limit]).await
}
