//! A stored contract in the form that `replay` reads (interfaces: `replay`), so that an auditor can do the sum of a page
//! again without the database.

use loan::calendar::Date;
use loan::contract::{DayCount, Index, IndexTable, Indexes, Pricing, Product, Terms};
use loan::event::{ConvertTo, Event, EventKind, PrepayAmount, Relief};
use serde_json::{Map, Value, json};

/// Terms and events as the input of `replay` for the end of a day. The rates are written down only where they are not
/// the published ones. `None` when the contract holds a value of the product that the form has no field for.
pub fn life_file(terms: &Terms, indexes: &Indexes, events: &[Event], as_of: Date) -> Option<Value> {
    if terms.product != Product::default() {
        return None;
    }
    let mut contract = Map::new();
    contract.insert("kind".to_owned(), json!("origin"));
    contract.insert("principal".to_owned(), json!(terms.principal.to_string()));
    contract.insert("disbursed_on".to_owned(), json!(terms.disbursed_on.to_string()));
    contract.insert("graduates_in".to_owned(), json!(terms.graduates_in));
    contract.insert("matures_in".to_owned(), json!(terms.matures_in));
    contract.insert("grace_years".to_owned(), json!(terms.grace_years));
    match &terms.pricing {
        Pricing::Fixed(rate) => {
            contract.insert("rate".to_owned(), json!({ "fixed": rate.to_string() }));
        }
        Pricing::Floating { index, spread_bp } => {
            let (name, table, after) = match index {
                Index::Lpr5Y => ("LPR5Y", &indexes.lpr5y, None),
                Index::Pboc5Y => ("PBOC5Y", &indexes.pboc5y, Some(&indexes.lpr5y)),
            };
            contract.insert("rate".to_owned(), json!({ "floating": { "index": name, "spread_bp": spread_bp } }));
            if [Some(table), after].into_iter().flatten().any(|table| table.synthetic_from.is_some()) {
                contract.insert("index".to_owned(), points(table));
                if let Some(after) = after {
                    contract.insert("index_after".to_owned(), points(after));
                }
            }
        }
    }
    let day_count = match terms.day_count {
        DayCount::YearOrDays360 => "year_or_days_360",
        DayCount::Act360 => "act_360",
        DayCount::Act365 => "act_365",
    };
    contract.insert("day_count".to_owned(), json!(day_count));
    let events: Vec<Value> = events.iter().filter(|event| event.on <= as_of).map(event).collect();
    Some(json!({ "contract": contract, "events": events, "as_of": as_of.to_string() }))
}

fn points(table: &IndexTable) -> Value {
    table.points.iter().map(|(from, rate)| json!({ "from": from.to_string(), "percent": rate.to_string() })).collect()
}

fn event(event: &Event) -> Value {
    let body = match &event.kind {
        EventKind::Paid { amount, channel, reference } => {
            json!({ "amount": amount.to_string(), "channel": channel, "reference": reference })
        }
        EventKind::Bounced { channel, reference } => json!({ "channel": channel, "reference": reference }),
        EventKind::Refunded { amount }
        | EventKind::SchoolRefunded { amount }
        | EventKind::Compensated { amount }
        | EventKind::PrepayFiled { amount: PrepayAmount::Part(amount) } => json!({ "amount": amount.to_string() }),
        EventKind::PrepayFiled { amount: PrepayAmount::All } => json!({ "amount": "all" }),
        EventKind::PrepayCancelled { effective_on } => json!({ "effective_on": effective_on.to_string() }),
        EventKind::StudyChanged { graduates_in, effective_on, matures_in } => {
            let mut body = json!({ "graduates_in": graduates_in });
            if let Some(on) = effective_on {
                body["effective_on"] = json!(on.to_string());
            }
            if let Some(year) = matures_in {
                body["matures_in"] = json!(year);
            }
            body
        }
        EventKind::StudyResumed { from, graduates_in } => {
            json!({ "from": from.to_string(), "graduates_in": graduates_in })
        }
        EventKind::Converted { to: ConvertTo::Floating } => json!({ "to": "floating" }),
        EventKind::Converted { to: ConvertTo::Fixed } => json!({ "to": "fixed" }),
        EventKind::SpreadChanged { spread_bp } => json!({ "spread_bp": spread_bp }),
        EventKind::Deferred { year } | EventKind::Waived { year } => json!({ "year": year }),
        EventKind::Relieved(Relief::Whole) => json!({ "tier": 1 }),
        EventKind::Relieved(Relief::Bill { year }) => json!({ "tier": 2, "year": year }),
        EventKind::Withdrew | EventKind::Expelled | EventKind::Died | EventKind::WrittenOff => json!({}),
    };
    json!({ "on": event.on.to_string(), (event.kind.code()): body })
}
