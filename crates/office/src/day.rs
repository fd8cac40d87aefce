//! The business day: the Shanghai day of the clock, and in a demonstration so many stored days further. The
//! offset is set when the demonstration is made and only ever grows.

use chrono::{DateTime, Days, Utc};
use loan::calendar::Date;
use loan::contract::Indexes;
use loan::policy::Book;
use store::{Failure, Tx};

use crate::Office;
use crate::clock::shanghai_on;

/// Name of the setting that makes a database a demonstration; written once, when it is made.
pub const DEMONSTRATION: &str = "demonstration";
/// Name of the setting with the days a demonstration is ahead of (or behind) the clock.
pub const OFFSET_DAYS: &str = "business_offset_days";

/// Whether the database is a demonstration.
pub async fn is_demonstration(tx: &mut Tx<'_>) -> Result<bool, Failure> {
    Ok(store::setting::by_name(tx, DEMONSTRATION).await?.as_deref() == Some("yes"))
}

/// The business day of an instant.
pub async fn business_on(tx: &mut Tx<'_>, at: DateTime<Utc>) -> Result<Date, Failure> {
    today(tx, at).await.map(|today| today.on)
}

/// The day pages speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// Business day.
    pub on: Date,
    /// True for a demonstration: its data is invented and its day may be moved.
    pub demonstration: bool,
}

impl Today {
    /// The published rates; in a demonstration carried to its day by invented, marked entries.
    pub fn indexes(&self, policy: &Book) -> Indexes {
        if self.demonstration { policy.indexes_carried_to(self.on) } else { policy.indexes() }
    }
}

/// The day of an instant, and whether this is a demonstration. Every page and every act asks, so it is one question.
pub async fn today(tx: &mut Tx<'_>, at: DateTime<Utc>) -> Result<Today, Failure> {
    let real = shanghai_on(at);
    let [demonstration, offset] = store::setting::both(tx, [DEMONSTRATION, OFFSET_DAYS]).await?;
    let demonstration = demonstration.as_deref() == Some("yes");
    let Some(offset) = offset.filter(|_| demonstration) else { return Ok(Today { on: real, demonstration }) };
    let offset: i64 = offset.parse().map_err(|_| Failure::corrupt("the offset is no number of days"))?;
    let on = shifted(real, offset).ok_or_else(|| Failure::corrupt("the offset leaves the calendar"))?;
    Ok(Today { on, demonstration })
}

/// So many days later, or earlier when negative.
fn shifted(today: Date, days: i64) -> Option<Date> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { today.checked_sub_days(count) } else { today.checked_add_days(count) }
}

/// Why the business day of a demonstration does not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMoved {
    /// A real database follows the clock.
    NotADemonstration,
    /// Days go forward only.
    Backwards,
}

impl Office {
    /// Whether the database was made as a demonstration.
    pub async fn is_demonstration(&self) -> Result<bool, Failure> {
        self.store.read("is_demonstration", |tx| Box::pin(is_demonstration(tx))).await
    }

    /// The business day now.
    pub async fn business_on(&self) -> Result<Date, Failure> {
        let at = self.clock.now();
        self.store.read("business_on", |tx| Box::pin(business_on(tx, at))).await
    }

    /// Puts the business day of a demonstration to a later day; what is due on the way is the caller's to do, day
    /// by day.
    pub async fn move_business_day(&self, to: Date, by: &str) -> Result<Result<(), NotMoved>, Failure> {
        let at = self.clock.now();
        self.store
            .write("move_business_day", |tx| {
                Box::pin(async move {
                    if !is_demonstration(tx).await? {
                        return Ok(Err(NotMoved::NotADemonstration));
                    }
                    if to < business_on(tx, at).await? {
                        return Ok(Err(NotMoved::Backwards));
                    }
                    let offset = (to - shanghai_on(at)).num_days();
                    store::setting::put(tx, OFFSET_DAYS, &offset.to_string(), at, by).await?;
                    Ok(Ok(()))
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::{Today, shifted};
    use crate::calculation::{NotCalculated, replay};
    use loan::calendar::date;
    use loan::policy::Book;

    #[test]
    fn days_shift_both_ways() {
        assert_eq!(shifted(date(2026, 11, 23), -90), Some(date(2026, 8, 25)));
        assert_eq!(shifted(date(2026, 11, 23), 0), Some(date(2026, 11, 23)));
        assert_eq!(shifted(date(2026, 11, 23), 365), Some(date(2027, 11, 23)));
    }

    /// A loan of 2025, asked after on a day of 2031: the rate of every December from 2026 on was never published.
    const ASKED: &str = r#"{"contract": {"kind": "origin", "principal": "12000.00", "disbursed_on": "2025-11-20",
        "graduates_in": 2029, "matures_in": 2044, "grace_years": 5,
        "rate": {"floating": {"index": "LPR5Y", "spread_bp": -70}}}, "events": [], "as_of": "2031-12-21"}"#;

    #[test]
    fn a_real_database_refuses_a_day_without_a_published_rate() {
        let real = Today { on: date(2031, 12, 21), demonstration: false };
        let refused = replay(ASKED, &real.indexes(Book::standard())).unwrap_err();
        let NotCalculated::Refused { reason, on, .. } = refused else { panic!("{refused}") };
        assert_eq!((reason, on), ("index_not_published", Some(date(2026, 12, 21))));
    }

    #[test]
    fn a_demonstration_goes_on_and_marks_every_figure_that_rests_on_an_invented_rate() {
        let check = |today: loan::calendar::Date, marked_from: Option<i32>| {
            let demonstration = Today { on: today, demonstration: true };
            let asked = ASKED.replace("2031-12-21", &today.to_string());
            let life = replay(&asked, &demonstration.indexes(Book::standard())).unwrap();
            for row in life["rows"].as_array().unwrap() {
                let year: i32 = row["due_on"].as_str().unwrap()[..4].parse().unwrap();
                let marked = row.get("synthetic").is_some_and(|mark| mark == true);
                assert_eq!(marked, marked_from.is_some_and(|from| year >= from), "{today}: {row}");
                assert_eq!(row["rate_projected"], false, "{today}: what happened is not a projection: {row}");
            }
        };
        // The rate of the bill of 2026 was set in December 2025, when it was published.
        check(date(2026, 6, 19), None);
        check(date(2026, 12, 20), None);
        check(date(2027, 12, 20), Some(2027));
        check(date(2031, 12, 21), Some(2027));
        let published = Today { on: date(2026, 6, 19), demonstration: true }.indexes(Book::standard());
        assert_eq!(published, Book::standard().indexes(), "nothing is invented while the table reaches");
    }
}
