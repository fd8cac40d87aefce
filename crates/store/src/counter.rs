//! Numbers given out one after another inside a book, or by an office.

use crate::row::values;
use crate::{Failure, Tx};

/// The next number of that kind in that book, from 1. Two transactions never get the same one.
pub async fn next(tx: &mut Tx<'_>, book: i64, name: &str) -> Result<i64, Failure> {
    let sql = "INSERT INTO counter (book, name, value) VALUES ($1, $2, 1) \
               ON CONFLICT (book, name) DO UPDATE SET value = counter.value + 1 RETURNING value";
    tx.value(sql, values![book, name]).await?.ok_or_else(|| Failure::bug("a counter gives a number"))
}

/// The next number of that kind of an office, from 1.
pub async fn next_of_owner(tx: &mut Tx<'_>, owner: i64, name: &str) -> Result<i64, Failure> {
    let sql = "INSERT INTO owner_counter (owner, name, value) VALUES ($1, $2, 1) \
               ON CONFLICT (owner, name) DO UPDATE SET value = owner_counter.value + 1 RETURNING value";
    tx.value(sql, values![owner, name]).await?.ok_or_else(|| Failure::bug("a counter gives a number"))
}
