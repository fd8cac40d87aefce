//! Windows of the hall and its announcements.

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One window.
    pub struct Window in "hall_window" {
        /// The book.
        pub book: i64,
        /// Number over the window.
        pub window_no: i64,
        /// Kinds of business, blanks between.
        pub serves: String,
        /// Opened and closed by load.
        pub tidal: bool,
        /// `open`, `paused` or `closed`.
        pub status: String,
        /// People at work there.
        pub staffed: i64,
        /// Last change.
        pub changed_at: Instant,
    }
}

row! {
    /// An announcement.
    pub struct Notice in "hall_notice" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub notice: i64,
        /// Head.
        pub title: String,
        /// Text.
        pub words: String,
        /// Where else it is published.
        pub media: String,
        /// First day it is shown.
        pub from_on: Date,
        /// Last day it is shown.
        pub to_on: Date,
    }
}

/// Sets a window up, or changes it.
pub async fn set(tx: &mut Tx<'_>, window: &Window) -> Result<(), Failure> {
    let sql = "INSERT INTO hall_window (book, window_no, serves, tidal, status, staffed, changed_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (book, window_no) DO UPDATE SET \
               serves = excluded.serves, tidal = excluded.tidal, status = excluded.status, \
               staffed = excluded.staffed, changed_at = excluded.changed_at";
    tx.run_one(sql, crate::row::Row::values(window)).await
}

/// A window by number.
pub async fn find(tx: &mut Tx<'_>, book: i64, window_no: i64) -> Result<Option<Window>, Failure> {
    tx.find("WHERE book = $1 AND window_no = $2", values![book, window_no]).await
}

/// All windows.
pub async fn list(tx: &mut Tx<'_>, book: i64) -> Result<Vec<Window>, Failure> {
    tx.select("WHERE book = $1 ORDER BY window_no", values![book]).await
}

/// Puts an announcement up.
pub async fn announce(tx: &mut Tx<'_>, notice: &Notice) -> Result<(), Failure> {
    tx.insert(notice).await
}

/// Announcements shown on a day, newest first.
pub async fn notices(tx: &mut Tx<'_>, book: i64, on: Date) -> Result<Vec<Notice>, Failure> {
    tx.select("WHERE book = $1 AND from_on <= $2 AND to_on >= $2 ORDER BY notice DESC", values![book, on]).await
}
