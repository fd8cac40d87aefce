//! The counter: places of the appointment book and the materials ticked at the desk.

use sea_orm::FromQueryResult;

use crate::row::values;
use crate::{Date, Failure, Instant, Tx};

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

/// A material found complete.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct Tick {
    /// The book.
    pub book: i64,
    /// Of which application.
    pub application: i64,
    /// Code of the material.
    pub material: String,
    /// How many copies are kept.
    pub copies: i64,
    /// What the clerk noticed.
    pub note: String,
    /// Who.
    pub ticked_by: String,
    /// When.
    pub ticked_at: Instant,
    /// Business day.
    pub on_day: Date,
}

/// Ticks a material; a second tick replaces the first.
pub async fn material_tick(tx: &mut Tx<'_>, tick: Tick) -> Result<(), Failure> {
    let sql = "INSERT INTO material_tick (book, application, material, copies, note, ticked_by, ticked_at, on_day) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (book, application, material) DO UPDATE SET \
               copies = excluded.copies, note = excluded.note, ticked_by = excluded.ticked_by, \
               ticked_at = excluded.ticked_at, on_day = excluded.on_day";
    let Tick { book, application, material, copies, note, ticked_by, ticked_at, on_day } = tick;
    tx.run_one(sql, values![book, application, material, copies, note, ticked_by, ticked_at, on_day]).await
}

/// Takes a tick back.
pub async fn material_untick(tx: &mut Tx<'_>, book: i64, application: i64, material: &str) -> Result<(), Failure> {
    let sql = "DELETE FROM material_tick WHERE book = $1 AND application = $2 AND material = $3";
    tx.run(sql, values![book, application, material]).await.map(|_| ())
}

/// Takes all ticks of an application back.
pub async fn material_clear(tx: &mut Tx<'_>, book: i64, application: i64) -> Result<(), Failure> {
    let sql = "DELETE FROM material_tick WHERE book = $1 AND application = $2";
    tx.run(sql, values![book, application]).await.map(|_| ())
}

/// The ticks of an application.
pub async fn material_list(tx: &mut Tx<'_>, book: i64, application: i64) -> Result<Vec<Tick>, Failure> {
    let sql = "SELECT book, application, material, copies, note, ticked_by, ticked_at, on_day FROM material_tick \
               WHERE book = $1 AND application = $2 ORDER BY material";
    tx.rows(sql, values![book, application]).await
}
