//! Settings of the installation, and counters that hand out numbers and limit attempts.

use crate::row::{row, values};
use crate::{Failure, Instant, Tx};

row! {
    /// One setting.
    pub struct Setting in "setting" {
        /// Name.
        pub name: String,
        /// Value.
        pub value: String,
        /// Last change.
        pub changed_at: Instant,
        /// Who changed it.
        pub changed_by: String,
    }
}

/// The value of a setting.
pub async fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, Failure> {
    tx.value("SELECT value FROM setting WHERE name = $1", values![name]).await
}

/// All settings by name.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Setting>, Failure> {
    tx.select("ORDER BY name", Vec::new()).await
}

/// Sets a setting.
pub async fn put(tx: &mut Tx<'_>, name: &str, value: &str, at: Instant, by: &str) -> Result<(), Failure> {
    let sql = "INSERT INTO setting (name, value, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, \
               changed_by = excluded.changed_by";
    tx.run(sql, values![name, value, at, by]).await.map(drop)
}

/// The next number of a kind in a book: 1, 2, 3 … Two transactions never get the same one.
pub async fn next_number(tx: &mut Tx<'_>, book: i64, name: &str) -> Result<i64, Failure> {
    let sql = "INSERT INTO counter (book, name, value) VALUES ($1, $2, 1) \
               ON CONFLICT (book, name) DO UPDATE SET value = counter.value + 1 RETURNING value";
    tx.value(sql, values![book, name]).await?.ok_or_else(|| Failure::bug("a counter answers its value"))
}

/// The next number of a kind of an office: 1, 2, 3 …
pub async fn next_number_of_owner(tx: &mut Tx<'_>, owner: i64, name: &str) -> Result<i64, Failure> {
    let sql = "INSERT INTO owner_counter (owner, name, value) VALUES ($1, $2, 1) \
               ON CONFLICT (owner, name) DO UPDATE SET value = owner_counter.value + 1 RETURNING value";
    tx.value(sql, values![owner, name]).await?.ok_or_else(|| Failure::bug("a counter answers its value"))
}

/// Counts one attempt in a window and answers how many there were, this one included.
pub async fn count_attempt(tx: &mut Tx<'_>, name: &str, window_at: Instant) -> Result<i64, Failure> {
    let sql = "INSERT INTO rate_count (name, window_at, value) VALUES ($1, $2, 1) \
               ON CONFLICT (name, window_at) DO UPDATE SET value = rate_count.value + 1 RETURNING value";
    tx.value(sql, values![name, window_at]).await?.ok_or_else(|| Failure::bug("a counter answers its value"))
}

/// How many attempts were counted in a window.
pub async fn attempts(tx: &mut Tx<'_>, name: &str, window_at: Instant) -> Result<i64, Failure> {
    let sql = "SELECT value FROM rate_count WHERE name = $1 AND window_at = $2";
    Ok(tx.value(sql, values![name, window_at]).await?.unwrap_or(0))
}

/// Forgets counts of windows that began before `before`.
pub async fn attempts_forget(tx: &mut Tx<'_>, before: Instant) -> Result<u64, Failure> {
    tx.run("DELETE FROM rate_count WHERE window_at < $1", values![before]).await
}
