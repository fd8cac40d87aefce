//! Rates: resets, spreads, the one conversion, and days that no publication covers.

use loan::contract::{Index, Indexes, Pricing, Terms};
use loan::event::{ConvertTo, Event, EventKind};
use loan::life::Reason;
use loan::settlement::{quote, replay};

use crate::contract::*;

fn published() -> Indexes {
    Indexes {
        lpr5y: table(&[("2019-08-20", "4.85"), ("2019-11-20", "4.80"), ("2020-04-20", "4.65"), ("2022-08-22", "4.30")]),
        pboc5y: table(&[("2014-11-22", "6.15"), ("2015-10-24", "4.90")]),
    }
}

fn benchmark() -> Terms {
    let mut terms = fixed("6000", "2017-11-20", 2020, 2030, "0");
    terms.pricing = Pricing::Floating { index: Index::Pboc5Y, spread_bp: 0 };
    terms
}

fn convert(day: &str, to: ConvertTo) -> Event {
    on(day, EventKind::Converted { to })
}

fn spread(day: &str, spread_bp: i32) -> Event {
    on(day, EventKind::SpreadChanged { spread_bp })
}

/// The rate of each December row.
fn rates(terms: &Terms, events: &[Event], expected: &[(i32, &str)]) {
    let life = quote(terms, &published(), events).expect("an accepted contract");
    for (year, percent) in expected {
        assert_eq!(row(&life, &format!("{year}-12-20")).rate.to_string(), *percent, "{year} {events:?}");
    }
}

#[test]
fn h094_the_rate_is_reset_on_21_december_and_on_no_other_day() {
    let indexes =
        index(&[("2023-06-20", "4.20"), ("2024-12-20", "3.60"), ("2025-12-21", "3.50"), ("2026-12-22", "3.40")]);
    let terms = floating("6000", "2024-11-20", 2026, 2036, -70);
    let life = quote(&terms, &indexes, &[]).expect("accepted");
    let rate = |due_on: &str| row(&life, due_on).rate.to_string();
    assert_eq!([rate("2024-12-20"), rate("2025-12-20")], ["3.50", "2.90"]);
    assert_eq!([rate("2026-12-20"), rate("2027-12-20"), rate("2028-12-20")], ["2.80", "2.80", "2.70"]);
    proof::proves!["R16.4", "R16.16"];
}

#[test]
fn a_policy_event_moves_the_spread_from_the_first_reset_after_it() {
    let terms = floating("6000", "2023-10-20", 2026, 2036, -60);
    // In the signed spread already, on the day, and after it; of two for one day the later holds.
    rates(&terms, &[spread("2022-12-30", -50)], &[(2023, "3.70"), (2024, "3.80")]);
    rates(&terms, &[spread("2023-01-30", -50)], &[(2023, "3.70"), (2024, "3.80")]);
    rates(&terms, &[spread("2024-12-20", -70)], &[(2024, "3.70"), (2025, "3.60")]);
    rates(&terms, &[spread("2024-12-21", -70)], &[(2025, "3.70"), (2026, "3.60")]);
    rates(&terms, &[spread("2024-02-01", -80), spread("2024-10-31", -70)], &[(2024, "3.70"), (2025, "3.60")]);
    let fixed = fixed("6000", "2023-10-20", 2026, 2036, "4.00");
    let refused = quote(&fixed, &published(), &[spread("2024-10-31", -70)]).map_err(|refused| refused.reason);
    assert_eq!(refused, Err(Reason::SpreadOfFixedRate));
}

#[test]
fn an_old_contract_converts_once() {
    rates(&benchmark(), &[], &[(2018, "4.90"), (2023, "4.90")]);
    // LPR - 30 bp with the reset of December 2020, or fixed at the newest value of 2019.
    let floating = convert("2020-10-01", ConvertTo::Floating);
    rates(&benchmark(), std::slice::from_ref(&floating), &[(2020, "4.90"), (2021, "4.35"), (2023, "4.00")]);
    let fixed = convert("2020-08-01", ConvertTo::Fixed);
    rates(&benchmark(), std::slice::from_ref(&fixed), &[(2020, "4.90"), (2021, "4.50"), (2023, "4.50")]);
    rates(&benchmark(), &[floating.clone(), spread("2023-09-15", -60)], &[(2023, "4.00"), (2024, "3.70")]);
    rates(&benchmark(), &[spread("2020-09-01", -80), floating.clone()], &[(2021, "4.35")]);
    rates(&benchmark(), &[floating.clone(), spread("2020-11-01", -40)], &[(2021, "4.25")]);
    let check = |terms: &Terms, events: &[Event], expected: &[&str]| {
        let life = replay(terms, &published(), events, day("2023-12-31")).expect("accepted");
        assert_eq!(refusals(&life), expected);
    };
    let second = convert("2020-11-01", ConvertTo::Fixed);
    check(&benchmark(), &[floating, second], &["2020-11-01 1 pricing_already_converted"]);
    check(&benchmark(), &[convert("2020-07-31", ConvertTo::Fixed)], &["2020-07-31 0 conversion_outside_window"]);
    check(&benchmark(), &[convert("2020-12-21", ConvertTo::Fixed)], &["2020-12-21 0 conversion_outside_window"]);
    check(&benchmark(), &[fixed, spread("2023-09-15", -60)], &["2023-09-15 1 spread_of_fixed_rate"]);
    let new = crate::contract::floating("6000", "2020-01-01", 2022, 2030, -30);
    check(&new, &[convert("2020-10-01", ConvertTo::Fixed)], &["2020-10-01 0 conversion_of_new_contract"]);
    proof::proves!["R16.5", "R16.6"];
}

#[test]
fn a_day_without_a_publication_is_an_error_in_a_life_and_a_projection_in_a_plan() {
    let mut indexes = index(&[("2023-06-20", "4.20")]);
    indexes.lpr5y.known_until = Some(day("2024-12-20"));
    let terms = floating("6000", "2023-10-20", 2026, 2036, -60);
    let life = |as_of: &str| replay(&terms, &indexes, &[], day(as_of)).map_err(|refused| (refused.reason, refused.on));
    assert!(life("2024-12-20").is_ok());
    assert_eq!(life("2024-12-21"), Err((Reason::IndexNotPublished, Some(day("2024-12-21")))));
    let plan = quote(&terms, &indexes, &[]).expect("a plan carries the newest value forward");
    let projected: Vec<bool> = plan.rows.iter().take(3).map(|row| row.rate_projected).collect();
    assert_eq!(projected, [false, false, true]);
    let early = floating("6000", "2023-06-19", 2026, 2036, -60);
    let refused = quote(&early, &indexes, &[]).map_err(|refused| (refused.reason, refused.on));
    assert_eq!(refused, Err((Reason::IndexNotPublished, Some(day("2023-06-19")))));
}

#[test]
fn no_rate_falls_below_nothing() {
    let indexes = index(&[("2023-06-20", "0.50")]);
    let life = quote(&floating("6000", "2023-10-20", 2026, 2036, -60), &indexes, &[]).expect("accepted");
    assert_eq!(life.totals.interest, fen("0"));
}

#[test]
fn the_resets_of_the_benchmark_years_take_the_value_of_the_day() {
    let indexes = Indexes {
        lpr5y: table(&[]),
        pboc5y: table(&[
            ("2008-10-30", "7.20"),
            ("2008-11-27", "6.12"),
            ("2008-12-23", "5.94"),
            ("2010-10-20", "6.14"),
            ("2010-12-26", "6.40"),
        ]),
    };
    let mut terms = fixed("6000", "2008-11-20", 2011, 2021, "0");
    terms.pricing = Pricing::Floating { index: Index::Pboc5Y, spread_bp: 0 };
    let life = quote(&terms, &indexes, &[]).expect("accepted");
    let rates: Vec<String> = life.rows.iter().take(5).map(|row| row.rate.to_string()).collect();
    assert_eq!(rates, ["7.20", "6.12", "5.94", "6.14", "6.40"]);
}
