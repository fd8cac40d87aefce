//! The counter: the materials ticked at the desk. Who comes when, and the queue, are in [`crate::hall`].

use sea_orm::FromQueryResult;

use crate::row::values;
use crate::{Date, Failure, Instant, Tx};

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
