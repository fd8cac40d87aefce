//! Many rows at once into PostgreSQL, in the binary form of COPY: five times as fast as INSERT.

use chrono::NaiveDate;
use sea_orm::sea_query::Value;
use sqlx::PgConnection;

/// Sent to the server at a time.
const CHUNK_BYTES: usize = 1 << 18;
/// What stands before the rows.
const HEAD: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// Rows in the form of COPY.
pub(crate) struct CopyBytes {
    columns: i16,
    bytes: Vec<u8>,
}

/// One row on its way into them: every column once, in order.
pub(crate) struct CopyRow<'a>(&'a mut Vec<u8>);

impl CopyBytes {
    /// No rows yet, of so many columns.
    pub(crate) fn new(columns: usize) -> CopyBytes {
        CopyBytes { columns: columns as i16, bytes: HEAD.to_vec() }
    }

    /// The next row.
    pub(crate) fn row(&mut self) -> CopyRow<'_> {
        self.bytes.extend_from_slice(&self.columns.to_be_bytes());
        CopyRow(&mut self.bytes)
    }
}

impl CopyRow<'_> {
    /// A text or bytes.
    pub(crate) fn bytes(&mut self, content: &[u8]) {
        self.0.extend_from_slice(&(content.len() as i32).to_be_bytes());
        self.0.extend_from_slice(content);
    }

    /// A whole number.
    pub(crate) fn number(&mut self, number: i64) {
        self.0.extend_from_slice(&8i32.to_be_bytes());
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    /// A day.
    pub(crate) fn day(&mut self, day: NaiveDate) {
        self.bytes(&days_since_2000(day).to_be_bytes());
    }

    /// Nothing.
    pub(crate) fn null(&mut self) {
        self.0.extend_from_slice(&(-1i32).to_be_bytes());
    }
}

/// Sends finished rows.
pub(super) async fn send(
    connection: &mut PgConnection,
    table: &str,
    columns: &[&str],
    mut rows: CopyBytes,
) -> Result<(), sqlx::Error> {
    let sql = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", columns.join(", "));
    let mut copy = connection.copy_in_raw(&sql).await?;
    rows.bytes.extend_from_slice(&(-1i16).to_be_bytes());
    for part in rows.bytes.chunks(CHUNK_BYTES) {
        copy.send(part).await?;
    }
    copy.finish().await.map(drop)
}

/// Copies rows into a table; the columns have the types of the values.
pub(super) async fn copy_in(
    connection: &mut PgConnection,
    table: &str,
    columns: &[&str],
    rows: &[Vec<Value>],
) -> Result<(), sqlx::Error> {
    let sql = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", columns.join(", "));
    let mut copy = connection.copy_in_raw(&sql).await?;
    let mut bytes = Vec::with_capacity(CHUNK_BYTES + 4096);
    bytes.extend_from_slice(HEAD);
    for row in rows {
        bytes.extend_from_slice(&(row.len() as i16).to_be_bytes());
        for value in row {
            put(&mut bytes, value);
        }
        if bytes.len() >= CHUNK_BYTES {
            copy.send(bytes.as_slice()).await?;
            bytes.clear();
        }
    }
    bytes.extend_from_slice(&(-1i16).to_be_bytes());
    copy.send(bytes.as_slice()).await?;
    copy.finish().await.map(drop)
}

/// One field: its length, then its bytes; length -1 is null.
fn put(bytes: &mut Vec<u8>, value: &Value) {
    let mut field = |content: &[u8]| {
        bytes.extend_from_slice(&(content.len() as i32).to_be_bytes());
        bytes.extend_from_slice(content);
    };
    match value {
        Value::BigInt(Some(number)) => field(&number.to_be_bytes()),
        Value::Bool(Some(truth)) => field(&[u8::from(*truth)]),
        Value::String(Some(text)) => field(text.as_bytes()),
        Value::Bytes(Some(content)) => field(content),
        Value::ChronoDate(Some(day)) => field(&days_since_2000(*day).to_be_bytes()),
        Value::ChronoDateTimeUtc(Some(at)) => field(&(at.timestamp_micros() - MICROS_2000).to_be_bytes()),
        _ => bytes.extend_from_slice(&(-1i32).to_be_bytes()),
    }
}

/// 2000-01-01T00:00:00Z, where PostgreSQL's calendar begins.
const MICROS_2000: i64 = 946_684_800_000_000;

fn days_since_2000(day: NaiveDate) -> i32 {
    /// Days from 1 January of year 1, which is day 1, to 1 January 2000.
    const DAYS_2000: i32 = 730_120;
    chrono::Datelike::num_days_from_ce(&day) - DAYS_2000
}
