//! Campus-based plans worked out by hand.

use loan::life::{Life, Reason};
use loan::money::{Fen, Rate};
use loan::periodic::{self, Method, PeriodicDayCount, PeriodicTerms};

use crate::contract::*;

fn terms(method: Method, periods: u32) -> PeriodicTerms {
    PeriodicTerms {
        principal: fen("5000"),
        starts_on: day("2022-11-01"),
        annual_rate: Rate(120_000),
        periods,
        every_months: 1,
        method,
        day_count: PeriodicDayCount::Thirty360,
        grace_periods: 0,
        interest_from: None,
        instalment_unit: Fen(1),
        rate_changes: Vec::new(),
    }
}

fn plan(terms: &PeriodicTerms) -> Life {
    periodic::plan(terms).expect("an accepted plan")
}

#[test]
fn equal_principal_takes_the_rest_last_and_merges_interest_before_the_start() {
    let mut terms = terms(Method::EqualPrincipal, 18);
    terms.interest_from = Some(day("2022-08-01"));
    terms.rate_changes = vec![(7, Rate(40_000))];
    let life = plan(&terms);
    assert_eq!(life.rows.len(), 18);
    // 5000 x 12 % x 3 / 12 before the start, and 1 % of the first month.
    assert_eq!((life.rows[0].principal, life.rows[0].interest), (fen("277.78"), fen("200.00")));
    // 3333.32 x 4 % / 12
    assert_eq!((life.rows[6].opening, life.rows[6].interest), (fen("3333.32"), fen("11.11")));
    assert_eq!((life.rows[17].principal, life.rows[17].closing), (fen("277.74"), Fen::ZERO));
    proof::proves!["R23.26", "R23.27"];
}

#[test]
fn an_equal_instalment_is_exact() {
    // 5000 at 1 % a month in 12: 444.2439..., the closed form of the annuity.
    let life = plan(&terms(Method::EqualInstalment, 12));
    assert!(life.rows[..11].iter().all(|row| row.total == fen("444.24")));
    assert_eq!(life.rows[11].closing, Fen::ZERO);
    // The last instalment carries what twelve roundings left.
    assert_eq!(life.rows[11].total, fen("444.29"));
    let mut rounded = terms(Method::EqualInstalment, 12);
    rounded.instalment_unit = Fen::yuan(1);
    assert!(plan(&rounded).rows[..11].iter().all(|row| row.total == fen("444.00")));
    // Without interest it is equal principal.
    let mut free = terms(Method::EqualInstalment, 7);
    free.annual_rate = Rate(0);
    assert!(plan(&free).rows[..6].iter().all(|row| row.total == fen("714.29")));
}

#[test]
fn a_rate_change_recomputes_the_instalment_over_what_remains() {
    let mut terms = terms(Method::EqualInstalment, 12);
    terms.rate_changes = vec![(7, Rate(0))];
    let life = plan(&terms);
    let opening = life.rows[6].opening;
    assert_eq!(life.rows[6].total, Fen((opening.0 * 2 + 6) / 12));
    assert_eq!(life.rows[11].closing, Fen::ZERO);
}

#[test]
fn grace_bears_interest_and_no_principal() {
    let mut terms = terms(Method::EqualPrincipal, 4);
    terms.grace_periods = 2;
    let life = plan(&terms);
    let principal: Vec<Fen> = life.rows.iter().map(|row| row.principal).collect();
    assert_eq!(principal, ["0", "0", "2500", "2500"].map(fen));
    assert_eq!(life.rows[1].interest, fen("50.00"));
}

#[test]
fn once_with_interest_is_one_row_rounded_once() {
    let mut terms = terms(Method::Bullet, 3);
    terms.day_count = PeriodicDayCount::Act360;
    let life = plan(&terms);
    assert_eq!(life.rows.len(), 1);
    // 92 days at 12 % / 360
    assert_eq!((life.rows[0].days, life.rows[0].interest), (92, fen("153.33")));
}

#[test]
fn h081_month_ends_clamp_and_never_drift() {
    let mut terms = terms(Method::EqualPrincipal, 4);
    terms.starts_on = day("2024-01-31");
    let due: Vec<String> = plan(&terms).rows.iter().map(|row| row.due_on.to_string()).collect();
    assert_eq!(due, ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]);
}

#[test]
fn own_interest_starts_on_the_1st_after_the_formalities() {
    let check = |formalities: &str, from: &str| assert_eq!(periodic::own_interest_from(day(formalities)), day(from));
    check("2006-06-30", "2006-07-01");
    check("2006-07-01", "2006-08-01");
    check("2006-03-15", "2006-04-01");
    check("2006-12-31", "2007-01-01");
    proof::proves!["R23.12"];
}

#[test]
fn impossible_plans_are_refused_by_name() {
    let check = |change: fn(&mut PeriodicTerms), reason| {
        let mut terms = terms(Method::EqualInstalment, 12);
        change(&mut terms);
        assert_eq!(periodic::plan(&terms).map_err(|refused| refused.reason), Err(reason));
    };
    check(|terms| terms.principal = Fen::ZERO, Reason::PrincipalOutOfRange);
    check(|terms| terms.interest_from = Some(day("2022-11-02")), Reason::DateOutOfRange);
    check(|terms| terms.annual_rate = Rate(10_000_000), Reason::RateOutOfRange);
    check(|terms| terms.periods = 0, Reason::PeriodsOutOfRange);
    check(|terms| terms.every_months = 101, Reason::PeriodsOutOfRange);
    check(|terms| terms.grace_periods = 12, Reason::GraceNotShorterThanPlan);
    check(|terms| terms.rate_changes = vec![(3, Rate(1)), (3, Rate(2))], Reason::RateChangesOutOfOrder);
    check(|terms| terms.rate_changes = vec![(13, Rate(1))], Reason::RateChangesOutOfOrder);
    check(|terms| terms.instalment_unit = Fen::ZERO, Reason::InstalmentUnitOutOfRange);
}

#[test]
fn h099_the_largest_plan_neither_wraps_nor_panics() {
    for method in [Method::EqualPrincipal, Method::EqualInstalment, Method::Bullet] {
        let mut terms = terms(method, 1_200);
        terms.principal = loan::money::AMOUNT_MAX;
        terms.annual_rate = Rate(9_999_999);
        let life = plan(&terms);
        assert_eq!(life.totals.principal, terms.principal);
        assert!(life.rows.iter().all(|row| row.interest >= Fen::ZERO && row.closing >= Fen::ZERO));
    }
}

#[test]
fn repayment_starts_within_24_and_ends_within_72_months() {
    let check = |starts_on: &str, periods, expected| {
        let mut terms = terms(Method::EqualPrincipal, periods);
        terms.starts_on = day(starts_on);
        assert_eq!(periodic::keeps_the_window(&terms, day("2006-06-30"), 24, 72), expected, "{starts_on} {periods}");
    };
    check("2008-06-30", 48, Ok(()));
    check("2008-07-01", 47, Err(Reason::RepaymentStartsTooLate));
    check("2008-06-30", 49, Err(Reason::RepaymentEndsTooLate));
    check("2006-07-01", 71, Ok(()));
    check("2006-07-01", 72, Err(Reason::RepaymentEndsTooLate));
    proof::proves!["R23.25"];
}
