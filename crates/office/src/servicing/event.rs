//! What happened to a contract, as it is kept: the JSON of the `detail` column beside the name of the event.

use loan::calendar::Date;
use loan::event::{ConvertTo, Event, EventKind, PrepayAmount, Relief};
use loan::money::Fen;
use serde::{Deserialize, Serialize};
use store::Failure;

/// The kept form of [`EventKind`]; names and fields never change.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Kept {
    Paid { amount_fen: i64, channel: String, reference: String },
    Bounced { channel: String, reference: String },
    Refunded { amount_fen: i64 },
    SchoolRefunded { amount_fen: i64 },
    PrepayFiled { amount_fen: Option<i64> },
    PrepayCancelled { effective_on: Date },
    StudyChanged { graduates_in: i32, effective_on: Option<Date>, matures_in: Option<i32> },
    StudyResumed { from: Date, graduates_in: i32 },
    Withdrew {},
    Expelled {},
    Died {},
    Converted { to: Pricing },
    SpreadChanged { spread_bp: i32 },
    Deferred { year: i32 },
    Waived { year: i32 },
    Relieved { year: Option<i32> },
    Compensated { amount_fen: i64 },
    WrittenOff {},
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pricing {
    Floating,
    Fixed,
}

/// The `kind` and `detail` columns of an event.
pub fn columns(kind: &EventKind) -> (&'static str, String) {
    let kept = match kind.clone() {
        EventKind::Paid { amount, channel, reference } => Kept::Paid { amount_fen: amount.0, channel, reference },
        EventKind::Bounced { channel, reference } => Kept::Bounced { channel, reference },
        EventKind::Refunded { amount } => Kept::Refunded { amount_fen: amount.0 },
        EventKind::SchoolRefunded { amount } => Kept::SchoolRefunded { amount_fen: amount.0 },
        EventKind::PrepayFiled { amount: PrepayAmount::All } => Kept::PrepayFiled { amount_fen: None },
        EventKind::PrepayFiled { amount: PrepayAmount::Part(part) } => Kept::PrepayFiled { amount_fen: Some(part.0) },
        EventKind::PrepayCancelled { effective_on } => Kept::PrepayCancelled { effective_on },
        EventKind::StudyChanged { graduates_in, effective_on, matures_in } => {
            Kept::StudyChanged { graduates_in, effective_on, matures_in }
        }
        EventKind::StudyResumed { from, graduates_in } => Kept::StudyResumed { from, graduates_in },
        EventKind::Withdrew => Kept::Withdrew {},
        EventKind::Expelled => Kept::Expelled {},
        EventKind::Died => Kept::Died {},
        EventKind::Converted { to: ConvertTo::Floating } => Kept::Converted { to: Pricing::Floating },
        EventKind::Converted { to: ConvertTo::Fixed } => Kept::Converted { to: Pricing::Fixed },
        EventKind::SpreadChanged { spread_bp } => Kept::SpreadChanged { spread_bp },
        EventKind::Deferred { year } => Kept::Deferred { year },
        EventKind::Waived { year } => Kept::Waived { year },
        EventKind::Relieved(Relief::Whole) => Kept::Relieved { year: None },
        EventKind::Relieved(Relief::Bill { year }) => Kept::Relieved { year: Some(year) },
        EventKind::Compensated { amount } => Kept::Compensated { amount_fen: amount.0 },
        EventKind::WrittenOff => Kept::WrittenOff {},
    };
    let mut value = serde_json::to_value(&kept).expect("events are plain data");
    if let Some(map) = value.as_object_mut() {
        map.remove("kind");
    }
    (kind.code(), value.to_string())
}

/// The event of a kept row.
///
/// # Errors
/// Corrupt, when the row was not written by [`columns`].
pub fn read(row: &store::contract::ContractEvent) -> Result<Event, Failure> {
    let broken = |why: String| {
        Failure::corrupt(format!("event {} of contract {} in book {}: {why}", row.seq, row.contract, row.book))
    };
    let mut map: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&row.detail).map_err(|error| broken(error.to_string()))?;
    map.insert("kind".to_owned(), row.kind.clone().into());
    let kept: Kept = serde_json::from_value(map.into()).map_err(|error| broken(error.to_string()))?;
    let kind = match kept {
        Kept::Paid { amount_fen, channel, reference } => {
            EventKind::Paid { amount: Fen(amount_fen), channel, reference }
        }
        Kept::Bounced { channel, reference } => EventKind::Bounced { channel, reference },
        Kept::Refunded { amount_fen } => EventKind::Refunded { amount: Fen(amount_fen) },
        Kept::SchoolRefunded { amount_fen } => EventKind::SchoolRefunded { amount: Fen(amount_fen) },
        Kept::PrepayFiled { amount_fen } => {
            EventKind::PrepayFiled { amount: amount_fen.map_or(PrepayAmount::All, |fen| PrepayAmount::Part(Fen(fen))) }
        }
        Kept::PrepayCancelled { effective_on } => EventKind::PrepayCancelled { effective_on },
        Kept::StudyChanged { graduates_in, effective_on, matures_in } => {
            EventKind::StudyChanged { graduates_in, effective_on, matures_in }
        }
        Kept::StudyResumed { from, graduates_in } => EventKind::StudyResumed { from, graduates_in },
        Kept::Withdrew {} => EventKind::Withdrew,
        Kept::Expelled {} => EventKind::Expelled,
        Kept::Died {} => EventKind::Died,
        Kept::Converted { to: Pricing::Floating } => EventKind::Converted { to: ConvertTo::Floating },
        Kept::Converted { to: Pricing::Fixed } => EventKind::Converted { to: ConvertTo::Fixed },
        Kept::SpreadChanged { spread_bp } => EventKind::SpreadChanged { spread_bp },
        Kept::Deferred { year } => EventKind::Deferred { year },
        Kept::Waived { year } => EventKind::Waived { year },
        Kept::Relieved { year } => EventKind::Relieved(year.map_or(Relief::Whole, |year| Relief::Bill { year })),
        Kept::Compensated { amount_fen } => EventKind::Compensated { amount: Fen(amount_fen) },
        Kept::WrittenOff {} => EventKind::WrittenOff,
    };
    Ok(Event { on: row.on_day, kind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    #[test]
    fn every_event_comes_back_from_its_columns() {
        let check = |kind: EventKind| {
            let (name, detail) = columns(&kind);
            let row = store::contract::ContractEvent {
                book: 1,
                contract: 7,
                seq: 1,
                on_day: date(2026, 12, 21),
                kind: name.to_owned(),
                detail,
                at: Default::default(),
                actor: "system:test".to_owned(),
            };
            assert_eq!(read(&row).unwrap(), Event { on: row.on_day, kind });
            assert!(read(&store::contract::ContractEvent { kind: "paid_twice".to_owned(), ..row }).is_err());
        };
        let amount = Fen(1);
        let (channel, reference) = ("alipay".to_owned(), "2026".to_owned());
        check(EventKind::Paid { amount, channel: channel.clone(), reference: reference.clone() });
        check(EventKind::Bounced { channel, reference });
        check(EventKind::Refunded { amount });
        check(EventKind::SchoolRefunded { amount });
        check(EventKind::PrepayFiled { amount: PrepayAmount::All });
        check(EventKind::PrepayFiled { amount: PrepayAmount::Part(amount) });
        check(EventKind::PrepayCancelled { effective_on: date(2026, 12, 20) });
        check(EventKind::StudyChanged { graduates_in: 2031, effective_on: None, matures_in: Some(2045) });
        check(EventKind::StudyResumed { from: date(2031, 9, 1), graduates_in: 2034 });
        for kind in [EventKind::Withdrew, EventKind::Expelled, EventKind::Died, EventKind::WrittenOff] {
            check(kind);
        }
        check(EventKind::Converted { to: ConvertTo::Fixed });
        check(EventKind::Converted { to: ConvertTo::Floating });
        check(EventKind::SpreadChanged { spread_bp: -70 });
        check(EventKind::Deferred { year: 2025 });
        check(EventKind::Waived { year: 2025 });
        check(EventKind::Relieved(Relief::Whole));
        check(EventKind::Relieved(Relief::Bill { year: 2025 }));
        check(EventKind::Compensated { amount });
    }
}
