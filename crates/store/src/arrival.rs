//! Loan money that reached a school, by the platform's serial, and the fee receipts the school gives out for it.

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// Money for one student.
    pub struct Arrival in "school_arrival" {
        /// Office of the school.
        pub owner: i64,
        /// 批次流水号.
        pub serial: String,
        /// Row in it.
        pub row_no: i64,
        /// Where the application is.
        pub book: i64,
        /// Which.
        pub application: i64,
        /// Money for the school.
        pub amount_fen: i64,
        /// Business date.
        pub arrived_on: Date,
        /// Who confirmed it.
        pub matched_by: Option<String>,
        /// When.
        pub matched_at: Option<Instant>,
    }
}

row! {
    /// A fee receipt.
    pub struct TuitionReceipt in "tuition_receipt" {
        /// Office of the school.
        pub owner: i64,
        /// Number.
        pub receipt: i64,
        /// Where the application is.
        pub book: i64,
        /// Which.
        pub application: i64,
        /// `tuition`, `lodging` or `refund`.
        pub kind: String,
        /// Amount.
        pub amount_fen: i64,
        /// Who.
        pub given_by: String,
        /// Business date.
        pub given_on: Date,
    }
}

/// Notes money that reached a school, once, and shows it in the school's list.
pub async fn enter(tx: &mut Tx<'_>, arrival: &Arrival, at: Instant) -> Result<(), Failure> {
    if !tx.insert_new(arrival).await? {
        return Ok(());
    }
    let sql = "UPDATE school_case SET arrived_fen = $4, arrived_on = $5, changed_at = $6 \
               WHERE owner = $1 AND book = $2 AND application = $3";
    let (book, application) = (arrival.book, arrival.application);
    let values = values![arrival.owner, book, application, arrival.amount_fen, arrival.arrived_on, at];
    tx.run(sql, values).await.map(drop)
}

/// The rows of a serial, in order.
pub async fn of_serial(tx: &mut Tx<'_>, owner: i64, serial: &str) -> Result<Vec<Arrival>, Failure> {
    tx.select("WHERE owner = $1 AND serial = $2 ORDER BY row_no", values![owner, serial]).await
}

/// The rows of an application, oldest first.
pub async fn of_application(tx: &mut Tx<'_>, owner: i64, key: (i64, i64)) -> Result<Vec<Arrival>, Failure> {
    let tail = "WHERE owner = $1 AND book = $2 AND application = $3 ORDER BY arrived_on, serial, row_no";
    tx.select(tail, values![owner, key.0, key.1]).await
}

/// The newest fee receipts of a school.
pub async fn receipts_of_school(tx: &mut Tx<'_>, owner: i64, limit: i64) -> Result<Vec<TuitionReceipt>, Failure> {
    tx.select("WHERE owner = $1 ORDER BY receipt DESC LIMIT $2", values![owner, limit]).await
}

/// What reached a school, newest first.
pub async fn list(tx: &mut Tx<'_>, owner: i64, limit: i64) -> Result<Vec<Arrival>, Failure> {
    tx.select("WHERE owner = $1 ORDER BY arrived_on DESC, serial, row_no LIMIT $2", values![owner, limit]).await
}

/// Confirms every row of a serial that is not confirmed; answers how many.
pub async fn confirm(tx: &mut Tx<'_>, owner: i64, serial: &str, by: &str, at: Instant) -> Result<u64, Failure> {
    let sql = "UPDATE school_arrival SET matched_by = $3, matched_at = $4 \
               WHERE owner = $1 AND serial = $2 AND matched_at IS NULL";
    tx.run(sql, values![owner, serial, by, at]).await
}

/// Gives out a fee receipt.
pub async fn receipt_give(tx: &mut Tx<'_>, receipt: &TuitionReceipt) -> Result<(), Failure> {
    tx.insert(receipt).await
}

/// The fee receipts of an application, by number.
pub async fn receipts(tx: &mut Tx<'_>, owner: i64, key: (i64, i64)) -> Result<Vec<TuitionReceipt>, Failure> {
    let tail = "WHERE owner = $1 AND book = $2 AND application = $3 ORDER BY receipt";
    tx.select(tail, values![owner, key.0, key.1]).await
}
