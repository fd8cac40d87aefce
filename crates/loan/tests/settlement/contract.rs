//! Contracts to test with, and short words for what happens to them.

use loan::calendar::Date;
use loan::contract::{DayCount, Index, IndexTable, Indexes, Pricing, Product, Terms};
use loan::event::{Event, EventKind, PrepayAmount};
use loan::life::{Life, Row};
use loan::money::{Fen, Rate};
use loan::settlement;

/// A day as `2027-12-20`.
pub fn day(text: &str) -> Date {
    text.parse().expect("a day of the table")
}

/// An amount as `160.33`, or `-5.00`.
pub fn fen(text: &str) -> Fen {
    match text.strip_prefix('-') {
        Some(owed) => -owed.parse::<Fen>().expect("an amount of the table"),
        None => text.parse().expect("an amount of the table"),
    }
}

/// A contract at one fixed rate: G + 15 years, 5 years of grace, unless changed.
pub fn fixed(principal: &str, disbursed_on: &str, graduates_in: i32, matures_in: i32, percent: &str) -> Terms {
    Terms {
        principal: fen(principal),
        disbursed_on: day(disbursed_on),
        graduates_in,
        matures_in,
        grace_years: 5,
        pricing: Pricing::Fixed(percent.parse::<Rate>().expect("a rate of the table")),
        day_count: DayCount::YearOrDays360,
        product: Product::default(),
    }
}

/// The same at the loan prime rate plus a spread.
pub fn floating(principal: &str, disbursed_on: &str, graduates_in: i32, matures_in: i32, spread_bp: i32) -> Terms {
    let mut terms = fixed(principal, disbursed_on, graduates_in, matures_in, "0");
    terms.pricing = Pricing::Floating { index: Index::Lpr5Y, spread_bp };
    terms
}

/// Published values that hold for ever after the last.
pub fn index(points: &[(&str, &str)]) -> Indexes {
    Indexes { lpr5y: table(points), pboc5y: table(&[("2015-10-24", "4.90")]) }
}

/// One series.
pub fn table(points: &[(&str, &str)]) -> IndexTable {
    let points = points.iter().map(|&(on, percent)| (day(on), percent.parse().expect("a rate of the table"))).collect();
    IndexTable { points, known_until: None, synthetic_from: None }
}

/// No published value at all, for fixed rates.
pub fn no_index() -> Indexes {
    index(&[])
}

/// An event on a day.
pub fn on(text: &str, kind: EventKind) -> Event {
    Event { on: day(text), kind }
}

/// Money by Alipay.
pub fn paid(text: &str, amount: &str, reference: &str) -> Event {
    on(text, EventKind::Paid { amount: fen(amount), channel: "alipay".into(), reference: reference.into() })
}

/// A prepayment of part of the principal, or of `all`.
pub fn prepay(text: &str, amount: &str) -> Event {
    let amount = if amount == "all" { PrepayAmount::All } else { PrepayAmount::Part(fen(amount)) };
    on(text, EventKind::PrepayFiled { amount })
}

/// The life of a contract to a day.
pub fn life(terms: &Terms, events: &[Event], as_of: &str) -> Life {
    settlement::replay(terms, &no_index(), events, day(as_of)).expect("an accepted contract")
}

/// The row due on a day.
pub fn row<'a>(life: &'a Life, due_on: &str) -> &'a Row {
    life.rows.iter().find(|row| row.due_on == day(due_on)).expect("a row of that day")
}

/// `on kind account amount …` of every posting, the way the interface prints them.
pub fn postings(life: &Life) -> Vec<String> {
    life.postings
        .iter()
        .map(|posting| {
            let legs: Vec<String> =
                posting.legs.iter().map(|(account, fen)| format!("{} {fen}", account.code())).collect();
            format!("{} {}: {}", posting.on, posting.kind.code(), legs.join(", "))
        })
        .collect()
}

/// `on event reason` of every refusal.
pub fn refusals(life: &Life) -> Vec<String> {
    life.refused.iter().map(|refused| format!("{} {} {}", refused.on, refused.event, refused.reason.code())).collect()
}
