//! Time and chance come in from outside: only the program itself holds the real ones.

use chrono::{DateTime, FixedOffset, Utc};
use loan::calendar::Date;

/// Tells real instants. Business days are the office's own matter, see [`crate::Office::business_on`].
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> DateTime<Utc>;
}

/// Gives random bytes for codes, tokens and salts.
pub trait Chance: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, bytes: &mut [u8]);
}

/// The civil day of an instant in China Standard Time, whatever the zone of the machine (H087).
pub fn shanghai_on(at: DateTime<Utc>) -> Date {
    let zone = FixedOffset::east_opt(8 * 3600).expect("eight hours are less than a day");
    at.with_timezone(&zone).date_naive()
}

/// The academic year a business day belongs to, named by its autumn: applications of one season open in
/// April (年初 renewals, 预申请) and the receipts close in October, so the year turns on 1 April.
pub fn academic_year(on: Date) -> i32 {
    use chrono::Datelike;
    if on.month() >= 4 { on.year() } else { on.year() - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use loan::calendar::date;

    #[test]
    fn h087_the_day_turns_in_shanghai() {
        let check = |hour, minute, on| {
            let at = Utc.with_ymd_and_hms(2026, 12, 20, hour, minute, 0).unwrap();
            assert_eq!(shanghai_on(at), on);
        };
        check(15, 59, date(2026, 12, 20));
        check(16, 0, date(2026, 12, 21));
    }

    #[test]
    fn the_academic_year_turns_in_april() {
        assert_eq!(academic_year(date(2026, 3, 31)), 2025);
        assert_eq!(academic_year(date(2026, 4, 1)), 2026);
        assert_eq!(academic_year(date(2027, 1, 1)), 2026);
    }
}
