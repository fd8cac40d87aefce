//! Visits to the hall and the queue.

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One visit, booked or walked in.
    pub struct Visit in "hall_visit" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub visit: i64,
        /// `first`, `renewal` or `service`.
        pub business: String,
        /// Who comes, when known.
        pub person: Option<i64>,
        /// About which application.
        pub application: Option<i64>,
        /// Name called.
        pub name: String,
        /// Township, when known.
        pub town: String,
        /// The day.
        pub on_day: Date,
        /// Half-hour booked.
        pub slot: Option<String>,
        /// Shown at the reception.
        pub code: String,
        /// Number on the screen.
        pub ticket: Option<String>,
        /// Order in the queue.
        pub place: Option<i64>,
        /// `booked`, `waiting`, `called`, `missed`, `done` or `cancelled`.
        pub status: String,
        /// Window that called.
        pub window_no: Option<i64>,
        /// How often it was called.
        pub calls: i64,
        /// When it was booked.
        pub booked_at: Option<Instant>,
        /// When the ticket was given.
        pub arrived_at: Option<Instant>,
        /// When it was first called.
        pub called_at: Option<Instant>,
        /// When it ended.
        pub done_at: Option<Instant>,
        /// How it ended.
        pub outcome: Option<String>,
    }
}

/// Enters a visit.
pub async fn enter(tx: &mut Tx<'_>, visit: &Visit) -> Result<(), Failure> {
    tx.insert(visit).await
}

/// Keeps what changed of a visit.
pub async fn change(tx: &mut Tx<'_>, visit: &Visit) -> Result<(), Failure> {
    let sql = "UPDATE hall_visit SET business = $3, person = $4, application = $5, name = $6, town = $7, on_day = $8, \
               slot = $9, code = $10, ticket = $11, place = $12, status = $13, window_no = $14, calls = $15, \
               booked_at = $16, arrived_at = $17, called_at = $18, done_at = $19, outcome = $20 \
               WHERE book = $1 AND visit = $2";
    tx.run_one(sql, crate::row::Row::values(visit)).await
}

/// A visit by number.
pub async fn find(tx: &mut Tx<'_>, book: i64, visit: i64) -> Result<Option<Visit>, Failure> {
    tx.find("WHERE book = $1 AND visit = $2", values![book, visit]).await
}

/// The newest visit with that code.
pub async fn by_code(tx: &mut Tx<'_>, book: i64, code: &str) -> Result<Option<Visit>, Failure> {
    tx.find("WHERE book = $1 AND code = $2 ORDER BY visit DESC", values![book, code]).await
}

/// The visit with a ticket of that day.
pub async fn by_ticket(tx: &mut Tx<'_>, book: i64, on: Date, ticket: &str) -> Result<Option<Visit>, Failure> {
    tx.find("WHERE book = $1 AND on_day = $2 AND ticket = $3", values![book, on, ticket]).await
}

/// All visits of a day, in the order of the queue.
pub async fn list_of_day(tx: &mut Tx<'_>, book: i64, on: Date) -> Result<Vec<Visit>, Failure> {
    tx.select(
        "WHERE book = $1 AND on_day = $2 ORDER BY coalesce(place, 99999999), coalesce(slot, ''), visit",
        values![book, on],
    )
    .await
}

/// All visits of a number of days.
pub async fn list_between(tx: &mut Tx<'_>, book: i64, from: Date, to: Date) -> Result<Vec<Visit>, Failure> {
    tx.select("WHERE book = $1 AND on_day >= $2 AND on_day <= $3 ORDER BY visit", values![book, from, to]).await
}

/// All visits of a person, newest first, wherever they were.
pub async fn list_of_person(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Visit>, Failure> {
    tx.select("WHERE person = $1 ORDER BY on_day DESC, visit DESC", values![person]).await
}

/// The next one in the queue for a window that serves these kinds of business.
pub async fn next(tx: &mut Tx<'_>, book: i64, on: Date, serves: &[&str]) -> Result<Option<Visit>, Failure> {
    let [first, rest @ ..] = serves else { return Ok(None) };
    let kind = |place: usize| rest.get(place).copied().unwrap_or(first);
    let tail = "WHERE book = $1 AND on_day = $2 AND status = 'waiting' AND business IN ($3, $4, $5) \
                ORDER BY place, visit LIMIT 1";
    tx.find(tail, values![book, on, *first, kind(0), kind(1)]).await
}

/// Who is at a window now.
pub async fn at_window(tx: &mut Tx<'_>, book: i64, on: Date, window_no: i64) -> Result<Option<Visit>, Failure> {
    let tail = "WHERE book = $1 AND on_day = $2 AND status = 'called' AND window_no = $3 ORDER BY visit";
    tx.find(tail, values![book, on, window_no]).await
}
