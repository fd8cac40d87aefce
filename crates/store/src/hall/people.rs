//! People of the hall: shifts, volunteers, calls to the duty telephone, visits to homes.

use crate::row::{Row, row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// Somebody on duty.
    pub struct Shift in "hall_shift" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub shift: i64,
        /// The day it begins.
        pub on_day: Date,
        /// Such as `08:00`.
        pub begins: String,
        /// Such as `20:00`; not after the beginning means the next day.
        pub ends: String,
        /// `phone`, `window` or `volunteer`.
        pub duty: String,
        /// Name.
        pub who: String,
        /// Number called during the shift.
        pub phone: String,
        /// Which volunteer.
        pub volunteer: Option<i64>,
        /// Service area, or the family guided.
        pub area: String,
        /// Served, once it is over.
        pub minutes: Option<i64>,
    }
}

row! {
    /// A call to the duty telephone.
    pub struct PhoneCall in "hall_call" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub phone_call: i64,
        /// Business date.
        pub on_day: Date,
        /// When.
        pub at: Instant,
        /// How the caller wants to be addressed.
        pub caller: String,
        /// Last four of the caller's number.
        pub tail: String,
        /// What was asked.
        pub about: String,
        /// What was said.
        pub answer: String,
        /// Who took it.
        pub taken_by: String,
    }
}

row! {
    /// A volunteer.
    pub struct Volunteer in "hall_volunteer" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub volunteer: i64,
        /// Name.
        pub name: String,
        /// Where the volunteer studies.
        pub school: String,
        /// First day.
        pub from_on: Date,
        /// Last day.
        pub to_on: Option<Date>,
    }
}

row! {
    /// A visit to a family's home.
    pub struct HomeVisit in "home_visit" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub home_visit: i64,
        /// The day.
        pub on_day: Date,
        /// Township.
        pub town: String,
        /// Village.
        pub village: String,
        /// Name of the student.
        pub family: String,
        /// About which application.
        pub application: Option<i64>,
        /// Who goes.
        pub staff: String,
        /// Who helps.
        pub volunteer: Option<i64>,
        /// Number on the paper pack.
        pub paper_no: String,
        /// `planned`, `travelling`, `done` or `failed`.
        pub status: String,
        /// What was found.
        pub note: String,
        /// When the papers were entered.
        pub entered_at: Option<Instant>,
    }
}

/// Plans a shift.
pub async fn shift_plan(tx: &mut Tx<'_>, shift: &Shift) -> Result<(), Failure> {
    tx.insert(shift).await
}

/// A shift by number.
pub async fn shift(tx: &mut Tx<'_>, book: i64, shift: i64) -> Result<Option<Shift>, Failure> {
    tx.find("WHERE book = $1 AND shift = $2", values![book, shift]).await
}

/// Shifts that begin from one day to another.
pub async fn shifts(tx: &mut Tx<'_>, book: i64, from: Date, to: Date) -> Result<Vec<Shift>, Failure> {
    let tail = "WHERE book = $1 AND on_day >= $2 AND on_day <= $3 ORDER BY on_day, begins, shift";
    tx.select(tail, values![book, from, to]).await
}

/// Writes down how long a shift was served.
pub async fn shift_served(tx: &mut Tx<'_>, book: i64, shift: i64, minutes: i64) -> Result<(), Failure> {
    tx.run_one("UPDATE hall_shift SET minutes = $3 WHERE book = $1 AND shift = $2", values![book, shift, minutes]).await
}

/// Minutes a volunteer served so far.
pub async fn minutes_served(tx: &mut Tx<'_>, book: i64, volunteer: i64) -> Result<i64, Failure> {
    let sql = "SELECT CAST(coalesce(sum(minutes), 0) AS BIGINT) FROM hall_shift WHERE book = $1 AND volunteer = $2";
    Ok(tx.value(sql, values![book, volunteer]).await?.unwrap_or(0))
}

/// Keeps a call.
pub async fn call_keep(tx: &mut Tx<'_>, call: &PhoneCall) -> Result<(), Failure> {
    tx.insert(call).await
}

/// Calls from one day to another, newest first.
pub async fn calls(tx: &mut Tx<'_>, book: i64, from: Date, to: Date) -> Result<Vec<PhoneCall>, Failure> {
    let tail = "WHERE book = $1 AND on_day >= $2 AND on_day <= $3 ORDER BY phone_call DESC";
    tx.select(tail, values![book, from, to]).await
}

/// Takes a volunteer in.
pub async fn volunteer_enter(tx: &mut Tx<'_>, volunteer: &Volunteer) -> Result<(), Failure> {
    tx.insert(volunteer).await
}

/// All volunteers.
pub async fn volunteers(tx: &mut Tx<'_>, book: i64) -> Result<Vec<Volunteer>, Failure> {
    tx.select("WHERE book = $1 ORDER BY volunteer", values![book]).await
}

/// Plans a visit to a home.
pub async fn home_visit_plan(tx: &mut Tx<'_>, visit: &HomeVisit) -> Result<(), Failure> {
    tx.insert(visit).await
}

/// A visit to a home by number.
pub async fn home_visit(tx: &mut Tx<'_>, book: i64, number: i64) -> Result<Option<HomeVisit>, Failure> {
    tx.find("WHERE book = $1 AND home_visit = $2", values![book, number]).await
}

/// Keeps what changed of a visit to a home.
pub async fn home_visit_change(tx: &mut Tx<'_>, visit: &HomeVisit) -> Result<(), Failure> {
    let sql = "UPDATE home_visit SET on_day = $3, town = $4, village = $5, family = $6, application = $7, staff = $8, \
               volunteer = $9, paper_no = $10, status = $11, note = $12, entered_at = $13 \
               WHERE book = $1 AND home_visit = $2";
    tx.run_one(sql, visit.values()).await
}

/// Visits to homes from one day to another, by township.
pub async fn home_visits(tx: &mut Tx<'_>, book: i64, from: Date, to: Date) -> Result<Vec<HomeVisit>, Failure> {
    let tail = "WHERE book = $1 AND on_day >= $2 AND on_day <= $3 ORDER BY on_day, town, village, home_visit";
    tx.select(tail, values![book, from, to]).await
}
