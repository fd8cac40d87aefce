//! When a message was written: instants come from outside, partners read them as Shanghai wall time.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use loan::calendar::Date;

/// The present instant, given by the program: no part of this crate asks the machine for the time.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How far the time of a message may lie from the present: five minutes, both ways.
pub const MESSAGE_WINDOW: TimeDelta = TimeDelta::minutes(5);

const WRITTEN_FORM: &str = "%Y-%m-%d %H:%M:%S";

fn china() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).expect("eight hours are a valid offset")
}

/// The Shanghai date of an instant.
pub fn shanghai_date(at: DateTime<Utc>) -> Date {
    at.with_timezone(&china()).date_naive()
}

/// `2027-12-21 00:30:00`, the Shanghai wall time partners write into their messages.
pub fn shanghai_text(at: DateTime<Utc>) -> String {
    at.with_timezone(&china()).format(WRITTEN_FORM).to_string()
}

/// Reads [`shanghai_text`] back; `None` for anything else.
pub fn read_shanghai(text: &str) -> Option<DateTime<Utc>> {
    let wall = NaiveDateTime::parse_from_str(text, WRITTEN_FORM).ok()?;
    let at = wall.and_local_timezone(china()).single()?.with_timezone(&Utc);
    // The parser is lenient about padding; a message is not.
    (shanghai_text(at) == text).then_some(at)
}

/// True when a message written then may still be believed now.
pub fn is_fresh(written_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (now - written_at).abs() <= MESSAGE_WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    #[test]
    fn the_shanghai_day_begins_at_sixteen_hours_utc() {
        let check = |utc: &str, day: Date, text: &str| {
            let at: DateTime<Utc> = utc.parse().unwrap();
            assert_eq!(shanghai_date(at), day);
            assert_eq!(shanghai_text(at), text);
            assert_eq!(read_shanghai(text), Some(at));
        };
        check("2026-12-20T15:59:59Z", date(2026, 12, 20), "2026-12-20 23:59:59");
        check("2026-12-20T16:00:00Z", date(2026, 12, 21), "2026-12-21 00:00:00");
        for text in ["2026-12-20", "2026-12-20T00:00:00", "2026-2-30 00:00:00", "2026-12-1 00:00:00", ""] {
            assert_eq!(read_shanghai(text), None, "{text}");
        }
    }

    #[test]
    fn a_message_is_fresh_for_five_minutes_both_ways() {
        let now: DateTime<Utc> = "2026-12-20T16:00:00Z".parse().unwrap();
        for (seconds, fresh) in [(-301, false), (-300, true), (0, true), (300, true), (301, false)] {
            assert_eq!(is_fresh(now + TimeDelta::seconds(seconds), now), fresh, "{seconds}");
        }
    }
}
