//! Counts of attempts within a window of time, for limits.

use crate::row::values;
use crate::{Failure, Instant, Tx};

/// How often it happened in the window that began then.
pub async fn count(tx: &mut Tx<'_>, name: &str, window_at: Instant) -> Result<i64, Failure> {
    let sql = "SELECT value FROM rate_count WHERE name = $1 AND window_at = $2";
    Ok(tx.value(sql, values![name, window_at]).await?.unwrap_or(0))
}

/// It happened once more; answers how often it now has.
pub async fn add(tx: &mut Tx<'_>, name: &str, window_at: Instant) -> Result<i64, Failure> {
    let sql = "INSERT INTO rate_count (name, window_at, value) VALUES ($1, $2, 1) \
               ON CONFLICT (name, window_at) DO UPDATE SET value = rate_count.value + 1 RETURNING value";
    tx.value(sql, values![name, window_at]).await?.ok_or_else(|| Failure::bug("a count gives a number"))
}

/// The begin of the newest window in which it happened.
pub async fn last(tx: &mut Tx<'_>, name: &str) -> Result<Option<Instant>, Failure> {
    tx.value("SELECT window_at FROM rate_count WHERE name = $1 ORDER BY window_at DESC LIMIT 1", values![name]).await
}

/// Forgets windows that began before `before`.
pub async fn forget(tx: &mut Tx<'_>, before: Instant) -> Result<u64, Failure> {
    tx.run("DELETE FROM rate_count WHERE window_at < $1", values![before]).await
}
