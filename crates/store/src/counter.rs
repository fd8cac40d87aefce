//! Numbers given out one after another inside a book.

use crate::tx::values;
use crate::{Failure, Tx};

/// The next number of that kind in that book, from 1. Two transactions never get the same one.
pub async fn next(tx: &mut Tx<'_>, book: i64, name: &str) -> Result<i64, Failure> {
    let sql = "INSERT INTO counter (book, name, value) VALUES ($1, $2, 1) \
               ON CONFLICT (book, name) DO UPDATE SET value = counter.value + 1 RETURNING value";
    tx.value(sql, values![book, name]).await?.ok_or_else(|| Failure::bug("a counter gives a number"))
}
