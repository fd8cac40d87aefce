//! Batches and files of an office. A batch is made by one person and checked by another, who saw exactly its digest;
//! every row is one repeatable act, so a batch resumes where it stopped.

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One batch.
    pub struct Batch in "batch" {
        /// The office.
        pub owner: i64,
        /// Number.
        pub batch: String,
        /// `disbursement`, `debit`, `tuition`, `import` …
        pub kind: String,
        /// Business date it is for.
        pub on_day: Date,
        /// Rows.
        pub row_count: i64,
        /// Sum of the rows.
        pub total_fen: i64,
        /// Of it, for schools.
        pub to_school_fen: i64,
        /// SM3 of exactly what was made.
        pub digest: String,
        /// Maker.
        pub made_by: String,
        /// When.
        pub made_at: Instant,
        /// Index of the state.
        pub status: String,
        /// Checker.
        pub checked_by: Option<String>,
        /// The digest the checker saw.
        pub checked_digest: Option<String>,
        /// When.
        pub checked_at: Option<Instant>,
        /// The platform's own number of it.
        pub serial: Option<String>,
        /// JSON.
        pub detail: String,
        /// When the last row was done.
        pub finished_at: Option<Instant>,
    }
}

row! {
    /// One row of a batch.
    pub struct BatchRow in "batch_row" {
        /// The office.
        pub owner: i64,
        /// The batch.
        pub batch: String,
        /// 1, 2, 3 …
        pub row_no: i64,
        /// Where it acts.
        pub book: Option<i64>,
        /// On which application.
        pub application: Option<i64>,
        /// On which contract.
        pub contract: Option<i64>,
        /// Amount.
        pub amount_fen: i64,
        /// Of it, for the school.
        pub to_school_fen: i64,
        /// Our number at the platform.
        pub trade_no: Option<String>,
        /// JSON: the row as received.
        pub detail: String,
        /// `done`, `refused` or `failed`; empty while open.
        pub result: Option<String>,
        /// Why refused or failed.
        pub reason: Option<String>,
        /// When.
        pub done_at: Option<Instant>,
    }
}

/// Makes a batch with its rows.
pub async fn make(tx: &mut Tx<'_>, batch: &Batch, rows: &[BatchRow]) -> Result<(), Failure> {
    use crate::row::Row;
    tx.insert(batch).await?;
    tx.insert_many(BatchRow::TABLE, BatchRow::COLUMNS, rows.iter().map(Row::values).collect()).await
}

/// A batch by its key.
pub async fn by_number(tx: &mut Tx<'_>, owner: i64, batch: &str) -> Result<Option<Batch>, Failure> {
    tx.find("WHERE owner = $1 AND batch = $2", values![owner, batch]).await
}

/// Batches of an office and kind, newest first.
pub async fn list(tx: &mut Tx<'_>, owner: i64, kind: &str, limit: i64) -> Result<Vec<Batch>, Failure> {
    tx.select("WHERE owner = $1 AND kind = $2 ORDER BY made_at DESC, batch DESC LIMIT $3", values![owner, kind, limit])
        .await
}

/// Batches of an office and kind in a state, oldest first.
pub async fn list_of_status(tx: &mut Tx<'_>, owner: i64, kind: &str, status: &str) -> Result<Vec<Batch>, Failure> {
    tx.select("WHERE owner = $1 AND kind = $2 AND status = $3 ORDER BY made_at, batch", values![owner, kind, status])
        .await
}

/// The rows of a batch, in order, from after `after` on.
pub async fn rows(tx: &mut Tx<'_>, owner: i64, batch: &str, after: i64, limit: i64) -> Result<Vec<BatchRow>, Failure> {
    let tail = "WHERE owner = $1 AND batch = $2 AND row_no > $3 ORDER BY row_no LIMIT $4";
    tx.select(tail, values![owner, batch, after, limit]).await
}

/// The rows of a batch that are still open, in order.
pub async fn rows_open(tx: &mut Tx<'_>, owner: i64, batch: &str, limit: i64) -> Result<Vec<BatchRow>, Failure> {
    let tail = "WHERE owner = $1 AND batch = $2 AND result IS NULL ORDER BY row_no LIMIT $3";
    tx.select(tail, values![owner, batch, limit]).await
}

/// Writes the columns that change after a batch was made.
pub async fn change(tx: &mut Tx<'_>, row: &Batch) -> Result<(), Failure> {
    let sql = "UPDATE batch SET status = $3, checked_by = $4, checked_digest = $5, checked_at = $6, serial = $7, \
               detail = $8, finished_at = $9 WHERE owner = $1 AND batch = $2";
    let values = values![
        row.owner,
        row.batch.as_str(),
        row.status.as_str(),
        row.checked_by.clone(),
        row.checked_digest.clone(),
        row.checked_at,
        row.serial.clone(),
        row.detail.as_str(),
        row.finished_at,
    ];
    tx.run_one(sql, values).await
}

/// Notes our number at the platform before the row is sent.
pub async fn row_send(tx: &mut Tx<'_>, owner: i64, batch: &str, row_no: i64, trade_no: &str) -> Result<(), Failure> {
    let sql = "UPDATE batch_row SET trade_no = $4 WHERE owner = $1 AND batch = $2 AND row_no = $3";
    tx.run_one(sql, values![owner, batch, row_no, trade_no]).await
}

/// Closes an open row; false when it was closed before.
pub async fn row_close(
    tx: &mut Tx<'_>,
    row: &BatchRow,
    result: &str,
    reason: Option<&str>,
    at: Instant,
) -> Result<bool, Failure> {
    let sql = "UPDATE batch_row SET result = $4, reason = $5, done_at = $6 \
               WHERE owner = $1 AND batch = $2 AND row_no = $3 AND result IS NULL";
    let values = values![row.owner, row.batch.as_str(), row.row_no, result, reason.map(str::to_owned), at];
    Ok(tx.run(sql, values).await? == 1)
}

/// The row with our number at the platform.
pub async fn row_by_trade(tx: &mut Tx<'_>, owner: i64, trade_no: &str) -> Result<Option<BatchRow>, Failure> {
    tx.find("WHERE owner = $1 AND trade_no = $2", values![owner, trade_no]).await
}

/// Makes a batch anew without one row; the check before is void.
pub async fn remake_without(tx: &mut Tx<'_>, batch: &Batch, row_no: i64) -> Result<(), Failure> {
    let sql = "DELETE FROM batch_row WHERE owner = $1 AND batch = $2 AND row_no = $3 AND trade_no IS NULL";
    tx.run_one(sql, values![batch.owner, batch.batch.as_str(), row_no]).await?;
    let sql = "UPDATE batch SET row_count = $3, total_fen = $4, to_school_fen = $5, digest = $6, made_by = $7, \
               made_at = $8, status = 'made', checked_by = NULL, checked_digest = NULL, checked_at = NULL \
               WHERE owner = $1 AND batch = $2 AND status IN ('made', 'checked')";
    let values = values![
        batch.owner,
        batch.batch.as_str(),
        batch.row_count,
        batch.total_fen,
        batch.to_school_fen,
        batch.digest.as_str(),
        batch.made_by.as_str(),
        batch.made_at,
    ];
    tx.run_one(sql, values).await
}
