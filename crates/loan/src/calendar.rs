//! Civil dates in China Standard Time and the days a loan turns on. A period is half-open: `[from, to)`.

pub use chrono::NaiveDate as Date;

/// A civil date that is known to exist, for tables and tests.
///
/// # Panics
/// When the date does not exist.
pub fn date(year: i32, month: u32, day: u32) -> Date {
    Date::from_ymd_opt(year, month, day).expect("the caller names a day that exists")
}

/// A day of a year without the year, such as 20 December.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDay {
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31, a day every year has (never 29 February).
    pub day: u32,
}

impl MonthDay {
    /// The day of that year.
    ///
    /// # Panics
    /// When the year has no such day.
    pub fn in_year(self, year: i32) -> Date {
        date(year, self.month, self.day)
    }
}
