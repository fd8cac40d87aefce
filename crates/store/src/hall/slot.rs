//! Half-hours that can be booked, the opening hours of single days, and who waits for a place.

use sea_orm::FromQueryResult;

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// A half-hour of one side of the hall.
    pub struct Slot in "hall_slot" {
        /// The book.
        pub book: i64,
        /// The day.
        pub on_day: Date,
        /// `loan` or `service`.
        pub side: String,
        /// Such as `09:30`.
        pub slot: String,
        /// Families the windows can serve.
        pub places: i64,
        /// Of them, kept for those who come without booking.
        pub kept: i64,
        /// How many are booked.
        pub booked: i64,
    }
}

impl Slot {
    /// Places that can still be booked.
    pub fn free(&self) -> i64 {
        self.places - self.kept - self.booked
    }
}

row! {
    /// Hours and townships of one day.
    pub struct Day in "hall_day" {
        /// The book.
        pub book: i64,
        /// The day.
        pub on_day: Date,
        /// When the hall opens; nothing on a day without service.
        pub opens: Option<String>,
        /// When it closes.
        pub closes: Option<String>,
        /// Townships whose day it is, blanks between; none means all.
        pub towns: String,
        /// What the public should know.
        pub note: String,
    }
}

row! {
    /// Somebody who waits for a place.
    pub struct Wait in "hall_wait" {
        /// The book.
        pub book: i64,
        /// The day.
        pub on_day: Date,
        /// `loan` or `service`.
        pub side: String,
        /// Who.
        pub person: i64,
        /// About which application.
        pub application: Option<i64>,
        /// Since when.
        pub asked_at: Instant,
    }
}

/// One half-hour.
pub async fn find(tx: &mut Tx<'_>, book: i64, on: Date, side: &str, slot: &str) -> Result<Option<Slot>, Failure> {
    tx.find("WHERE book = $1 AND on_day = $2 AND side = $3 AND slot = $4", values![book, on, side, slot]).await
}

/// The half-hours of one side, from one day to another, in order.
pub async fn list(tx: &mut Tx<'_>, book: i64, side: &str, from: Date, to: Date) -> Result<Vec<Slot>, Failure> {
    let tail = "WHERE book = $1 AND side = $2 AND on_day >= $3 AND on_day <= $4 ORDER BY on_day, slot";
    tx.select(tail, values![book, side, from, to]).await
}

/// Opens a half-hour, or changes how many may come; those who are booked keep their place.
pub async fn open(
    tx: &mut Tx<'_>,
    (book, on, side, slot): (i64, Date, &str, &str),
    places: i64,
    kept: i64,
) -> Result<(), Failure> {
    let sql = "INSERT INTO hall_slot (book, on_day, side, slot, places, kept, booked) VALUES ($1, $2, $3, $4, $5, $6, 0) \
               ON CONFLICT (book, on_day, side, slot) DO UPDATE SET kept = $6, places = \
               CASE WHEN hall_slot.booked + $6 > $5 THEN hall_slot.booked + $6 ELSE $5 END";
    tx.run_one(sql, values![book, on, side, slot, places, kept]).await
}

/// Takes a place; false when none is left.
pub async fn take(tx: &mut Tx<'_>, book: i64, on: Date, side: &str, slot: &str) -> Result<bool, Failure> {
    let sql = "UPDATE hall_slot SET booked = booked + 1 WHERE book = $1 AND on_day = $2 AND side = $3 AND slot = $4 \
               AND booked + kept < places";
    Ok(tx.run(sql, values![book, on, side, slot]).await? == 1)
}

/// Gives a place back.
pub async fn give_back(tx: &mut Tx<'_>, book: i64, on: Date, side: &str, slot: &str) -> Result<(), Failure> {
    let sql = "UPDATE hall_slot SET booked = booked - 1 WHERE book = $1 AND on_day = $2 AND side = $3 AND slot = $4";
    tx.run_one(sql, values![book, on, side, slot]).await
}

/// Says when a day is open and for whom.
pub async fn set_day(tx: &mut Tx<'_>, day: &Day) -> Result<(), Failure> {
    let sql = "INSERT INTO hall_day (book, on_day, opens, closes, towns, note) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (book, on_day) DO UPDATE SET opens = excluded.opens, closes = excluded.closes, \
               towns = excluded.towns, note = excluded.note";
    let Day { book, on_day, opens, closes, towns, note } = day.clone();
    tx.run_one(sql, values![book, on_day, opens, closes, towns, note]).await
}

/// The days with hours of their own, from one day to another.
pub async fn days(tx: &mut Tx<'_>, book: i64, from: Date, to: Date) -> Result<Vec<Day>, Failure> {
    tx.select("WHERE book = $1 AND on_day >= $2 AND on_day <= $3 ORDER BY on_day", values![book, from, to]).await
}

/// Puts somebody on the wait list of a day; false when already there.
pub async fn wait(tx: &mut Tx<'_>, wait: &Wait) -> Result<bool, Failure> {
    tx.insert_new(wait).await
}

/// Who has waited longest for that day.
pub async fn first_waiting(tx: &mut Tx<'_>, book: i64, on: Date, side: &str) -> Result<Option<Wait>, Failure> {
    let tail = "WHERE book = $1 AND on_day = $2 AND side = $3 ORDER BY asked_at, person LIMIT 1";
    tx.find(tail, values![book, on, side]).await
}

/// Takes somebody off all wait lists of a book.
pub async fn wait_no_more(tx: &mut Tx<'_>, book: i64, person: i64) -> Result<(), Failure> {
    tx.run("DELETE FROM hall_wait WHERE book = $1 AND person = $2", values![book, person]).await.map(drop)
}

/// The lists somebody waits on.
pub async fn waits_of(tx: &mut Tx<'_>, book: i64, person: i64) -> Result<Vec<Wait>, Failure> {
    tx.select("WHERE book = $1 AND person = $2 ORDER BY on_day", values![book, person]).await
}

/// How many wait, by day.
pub async fn waiting_counts(tx: &mut Tx<'_>, book: i64, side: &str, from: Date) -> Result<Vec<(Date, i64)>, Failure> {
    #[derive(FromQueryResult)]
    struct Counted {
        on_day: Date,
        many: i64,
    }
    let sql = "SELECT on_day, count(*) AS many FROM hall_wait WHERE book = $1 AND side = $2 AND on_day >= $3 \
               GROUP BY on_day ORDER BY on_day";
    let rows: Vec<Counted> = tx.rows(sql, values![book, side, from]).await?;
    Ok(rows.into_iter().map(|row| (row.on_day, row.many)).collect())
}
