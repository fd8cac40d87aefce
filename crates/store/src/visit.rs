//! The counter's appointment book.

use sea_orm::FromQueryResult;

use crate::row::values;
use crate::{Date, Failure, Tx};

/// A half-hour of the counter.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct Slot {
    /// The day.
    pub on_day: Date,
    /// Such as `09:30`.
    pub slot: String,
    /// How many may come.
    pub capacity: i64,
    /// How many will.
    pub booked: i64,
}

/// One half-hour.
pub async fn slot(tx: &mut Tx<'_>, book: i64, on_day: Date, slot: &str) -> Result<Option<Slot>, Failure> {
    let sql =
        "SELECT on_day, slot, capacity, booked FROM appointment_slot WHERE book = $1 AND on_day = $2 AND slot = $3";
    tx.one(sql, values![book, on_day, slot]).await
}

/// The half-hours of a book from a day on, in order.
pub async fn slots(tx: &mut Tx<'_>, book: i64, from_on: Date, to_on: Date) -> Result<Vec<Slot>, Failure> {
    let sql = "SELECT on_day, slot, capacity, booked FROM appointment_slot \
               WHERE book = $1 AND on_day >= $2 AND on_day <= $3 ORDER BY on_day, slot";
    tx.rows(sql, values![book, from_on, to_on]).await
}

/// Opens a half-hour, or changes how many may come; never below those who will.
pub async fn open_slot(tx: &mut Tx<'_>, book: i64, on_day: Date, slot: &str, capacity: i64) -> Result<(), Failure> {
    let sql = "INSERT INTO appointment_slot (book, on_day, slot, capacity, booked) VALUES ($1, $2, $3, $4, 0) \
               ON CONFLICT (book, on_day, slot) DO UPDATE SET capacity = \
               CASE WHEN appointment_slot.booked > $4 THEN appointment_slot.booked ELSE $4 END";
    tx.run_one(sql, values![book, on_day, slot, capacity]).await
}

/// Takes a place; the table refuses one more than there are.
pub async fn take(tx: &mut Tx<'_>, book: i64, on_day: Date, slot: &str) -> Result<(), Failure> {
    let sql = "UPDATE appointment_slot SET booked = booked + 1 WHERE book = $1 AND on_day = $2 AND slot = $3";
    tx.run_one(sql, values![book, on_day, slot]).await
}

/// Gives a place back.
pub async fn give_back(tx: &mut Tx<'_>, book: i64, on_day: Date, slot: &str) -> Result<(), Failure> {
    let sql = "UPDATE appointment_slot SET booked = booked - 1 WHERE book = $1 AND on_day = $2 AND slot = $3";
    tx.run_one(sql, values![book, on_day, slot]).await
}
