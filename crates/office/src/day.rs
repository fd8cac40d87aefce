//! The business day: the Shanghai day of the clock, and in a demonstration so many stored days further. The
//! offset is set when the demonstration is made and only ever grows.

use chrono::{DateTime, Days, Utc};
use loan::calendar::Date;
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
    let today = shanghai_on(at);
    if !is_demonstration(tx).await? {
        return Ok(today);
    }
    let Some(offset) = store::setting::by_name(tx, OFFSET_DAYS).await? else { return Ok(today) };
    let offset: i64 = offset.parse().map_err(|_| Failure::corrupt("the offset is no number of days"))?;
    shifted(today, offset).ok_or_else(|| Failure::corrupt("the offset leaves the calendar"))
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
    use super::shifted;
    use loan::calendar::date;

    #[test]
    fn days_shift_both_ways() {
        assert_eq!(shifted(date(2026, 11, 23), -90), Some(date(2026, 8, 25)));
        assert_eq!(shifted(date(2026, 11, 23), 0), Some(date(2026, 11, 23)));
        assert_eq!(shifted(date(2026, 11, 23), 365), Some(date(2027, 11, 23)));
    }
}
