//! The anchor values of the money rules, the example of the interface, and the figures printed on the design pages.

use loan::contract::{DayCount, FirstPrincipal};
use loan::event::{Event, EventKind};
use loan::life::{Life, RowKind};
use loan::money::Fen;
use loan::settlement::{self, quote};

use crate::contract::*;

fn plan(terms: &loan::contract::Terms, events: &[Event]) -> Life {
    quote(terms, &no_index(), events).expect("an accepted contract")
}

#[test]
fn stubs_and_whole_years_earn_the_anchor_values() {
    let check = |principal, percent, due_on: &str, days, interest: &str| {
        let mut terms = fixed(principal, "2025-11-20", 2029, 2044, percent);
        terms.grace_years = 20;
        let life = plan(&terms, &[]);
        let row = row(&life, due_on);
        assert_eq!((row.days, row.interest), (days, fen(interest)), "{principal} {percent} {due_on}");
    };
    check("6000", "5.65", "2029-12-20", 111, "104.53");
    check("6000", "5.65", "2030-12-20", 365, "339.00");
    check("20000", "2.80", "2029-12-20", 111, "172.67");
    check("20000", "2.80", "2030-12-20", 365, "560.00");
    check("20000", "2.80", "2032-12-20", 366, "560.00");
    check("20000", "2.80", "2044-09-20", 275, "427.78");
    let mut terms = fixed("20000", "2025-11-20", 2029, 2043, "2.80");
    terms.grace_years = 20;
    let life = plan(&terms, &[]);
    assert_eq!((row(&life, "2043-09-20").days, row(&life, "2043-09-20").interest), (274, fen("426.22")));
    proof::proves!["R16.1", "R16.2", "R16.7"];
}

#[test]
fn the_example_of_the_interface_comes_out_to_the_fen() {
    let terms = floating("16000.00", "2023-11-20", 2027, 2042, -60);
    let indexes = index(&[("2023-06-20", "4.20"), ("2024-02-20", "3.95")]);
    let events = [
        on("2024-10-31", EventKind::SpreadChanged { spread_bp: -70 }),
        prepay("2036-03-10", "3000.00"),
        prepay("2039-10-16", "all"),
        on("2034-01-01", EventKind::Deferred { year: 2034 }),
        on("2028-01-01", EventKind::Waived { year: 2028 }),
    ];
    let life = quote(&terms, &indexes, &events).expect("an accepted contract");
    let graduation = row(&life, "2027-12-20");
    assert_eq!(graduation.debit_on, day("2027-12-21"));
    assert_eq!(graduation.days, 111);
    assert_eq!(graduation.rate.to_string(), "3.25");
    assert!(!graduation.rate_projected);
    assert_eq!(graduation.opening, fen("16000.00"));
    assert_eq!(graduation.principal, Fen::ZERO);
    assert_eq!(graduation.interest, fen("160.33"));
    assert_eq!(graduation.interest_subsidised, fen("366.89"));
    assert_eq!(graduation.total, fen("160.33"));
    let articles: Vec<String> = graduation.why.iter().map(|cited| format!("{} {}", cited.doc, cited.article)).collect();
    assert_eq!(articles, ["sdvcst-2022 22", "sdvcst-2022 11"]);
    // 31 days to the first settlement at 3.60 %.
    assert_eq!(row(&life, "2023-12-20").interest_subsidised, fen("49.60"));
    // The waived year: nothing billed to the borrower, the days still count.
    let waived = row(&life, "2028-12-20");
    assert_eq!((waived.days, waived.interest, waived.interest_subsidised), (366, Fen::ZERO, fen("520.00")));
    // 2032 to 2042 are eleven dates; 2034 is moved into 2035.
    assert_eq!(row(&life, "2032-12-20").principal, fen("1454.54"));
    assert_eq!(row(&life, "2034-12-20").principal, Fen::ZERO);
    assert_eq!(row(&life, "2035-12-20").principal, fen("2909.08"));
    let prepaid = row(&life, "2036-03-20");
    assert_eq!((prepaid.kind, prepaid.days, prepaid.interest), (RowKind::Prepayment, 91, fen("24.65")));
    // All of it, joined to the settlement row of 2039; no row follows the one that closes at 0.00.
    let last = life.rows.last().expect("rows");
    assert_eq!((last.due_on, last.closing), (day("2039-12-20"), Fen::ZERO));
    assert_eq!(life.totals.principal, fen("16000.00"));
    proof::proves!["R16.8", "R16.15", "R18.9"];
}

#[test]
fn the_plan_of_a_new_student_is_the_one_on_the_page() {
    let life = plan(&fixed("12000", "2026-11-20", 2030, 2045, "2.80"), &[]);
    let principal = ["0.00", "1090.90", "1091.00"].map(fen);
    let check = |due_on: &str, principal: Fen, interest: &str, closing: &str| {
        let row = row(&life, due_on);
        assert_eq!((row.principal, row.interest, row.closing), (principal, fen(interest), fen(closing)), "{due_on}");
    };
    check("2030-12-20", principal[0], "103.60", "12000.00");
    check("2031-12-20", principal[0], "336.00", "12000.00");
    check("2034-12-20", principal[0], "336.00", "12000.00");
    check("2035-12-20", principal[1], "336.00", "10909.10");
    check("2036-12-20", principal[1], "305.45", "9818.20");
    check("2039-12-20", principal[1], "213.82", "6545.50");
    check("2044-12-20", principal[1], "61.09", "1091.00");
    check("2045-09-20", principal[2], "23.25", "0.00");
    assert_eq!(life.totals.interest, fen("3456.30"));
    assert_eq!(life.totals.interest_subsidised, fen("1274.00"));
    assert_eq!(life.totals.total, fen("15456.30"));
    proof::proves!["R16.9", "R16.11", "R16.3"];
}

#[test]
fn the_plan_of_a_graduate_with_four_contracts_is_the_one_on_the_page() {
    let contracts = [("9800", 2021), ("9800", 2022), ("11600", 2023), ("12300", 2024)];
    let plans: Vec<Life> = contracts
        .iter()
        .map(|(sum, year)| plan(&fixed(sum, &format!("{year}-11-20"), 2025, 2040, "2.80"), &[]))
        .collect();
    let check = |due_on: &str, principal: &str, interest: &str| {
        let sums =
            plans.iter().map(|plan| row(plan, due_on)).fold((Fen::ZERO, Fen::ZERO), |(principal, interest), row| {
                (principal + row.principal, interest + row.interest)
            });
        assert_eq!(sums, (fen(principal), fen(interest)), "{due_on}");
    };
    check("2026-12-20", "0.00", "1218.00");
    check("2030-12-20", "3954.52", "1218.00");
    check("2031-12-20", "3954.52", "1107.26");
    check("2035-12-20", "3954.52", "664.35");
    check("2039-12-20", "3954.52", "221.46");
    check("2040-09-20", "3954.80", "84.60");
}

#[test]
fn a_prepayment_asked_for_today_costs_what_the_page_says() {
    let terms = fixed("43500", "2024-11-20", 2025, 2040, "2.80");
    let all = loan::event::PrepayAmount::All;
    let events = [on("2025-03-31", EventKind::Waived { year: 2025 })];
    let cost = settlement::prepayment_cost(&terms, &no_index(), &events, day("2026-11-22"), all).expect("accepted");
    assert_eq!(cost.effective_on, day("2026-12-20"));
    assert_eq!((cost.principal, cost.bill_interest, cost.interest), (fen("43500"), fen("1218.00"), Fen::ZERO));
    assert_eq!(cost.total, fen("44718.00"));
    assert_eq!(cost.after.rows.last().map(|row| row.closing), Some(Fen::ZERO));
}

#[test]
fn both_readings_of_grace_are_data() {
    let check = |reading, first: &str, count: usize| {
        let mut terms = fixed("12000", "2022-11-20", 2023, 2038, "4.00");
        terms.grace_years = 3;
        terms.product.first_principal = reading;
        let life = plan(&terms, &[]);
        let due: Vec<_> = life.rows.iter().filter(|row| row.principal.is_positive()).collect();
        assert_eq!((due[0].due_on, due.len()), (day(first), count));
    };
    check(FirstPrincipal::AfterGrace, "2026-12-20", 13);
    check(FirstPrincipal::InLastGraceYear, "2025-12-20", 14);
    proof::proves!["R16.12"];
}

#[test]
fn h079_first_own_interest_is_111_days_by_each_day_count() {
    let check = |day_count, interest: &str| {
        let mut terms = fixed("12000", "2022-11-20", 2026, 2041, "3.65");
        terms.day_count = day_count;
        let life = plan(&terms, &[]);
        assert_eq!((row(&life, "2026-12-20").days, row(&life, "2026-12-20").interest), (111, fen(interest)));
    };
    check(DayCount::YearOrDays360, "135.05");
    check(DayCount::Act360, "135.05");
    check(DayCount::Act365, "133.20");
}

#[test]
fn h080_a_leap_year_is_whole_or_366_days_by_the_contract() {
    let check = |day_count, interest: &str| {
        let mut terms = fixed("12000", "2022-11-20", 2026, 2041, "3.65");
        terms.day_count = day_count;
        let life = plan(&terms, &[]);
        assert_eq!((row(&life, "2028-12-20").days, row(&life, "2028-12-20").interest), (366, fen(interest)));
    };
    check(DayCount::YearOrDays360, "438.00");
    check(DayCount::Act365, "439.20");
    check(DayCount::Act360, "445.30");
}

#[test]
fn h081_a_loan_of_29_february_is_due_on_twentieths() {
    let life = plan(&fixed("6000", "2024-02-29", 2024, 2030, "4.20"), &[]);
    let due: Vec<String> = life.rows.iter().map(|row| row.due_on.to_string()).collect();
    let years = ["2024-12-20", "2025-12-20", "2026-12-20", "2027-12-20", "2028-12-20", "2029-12-20", "2030-09-20"];
    assert_eq!(due, years);
    // 29 February to 31 August: 185 days of the state.
    assert_eq!(life.rows[0].interest_subsidised, fen("129.50"));
}

#[test]
fn h082_the_last_year_ends_on_20_september_and_closes_at_nothing() {
    for (matures_in, days) in [(2031, 274), (2032, 275)] {
        let mut terms = fixed("12000", "2022-11-20", 2026, matures_in, "3.65");
        terms.grace_years = 10;
        let life = plan(&terms, &[]);
        let last = life.rows.last().expect("rows");
        assert_eq!((last.due_on, last.days), (day(&format!("{matures_in}-09-20")), days));
        assert_eq!((last.principal, last.closing), (fen("12000"), Fen::ZERO));
    }
    proof::proves!["R16.11"];
}

#[test]
fn h083_holidays_move_neither_settlement_nor_debit() {
    let life = plan(&fixed("12000", "2022-11-20", 2026, 2031, "3.65"), &[]);
    for (due_on, debit_on) in [("2026-12-20", "2026-12-21"), ("2031-09-20", "2031-09-21")] {
        assert_eq!(row(&life, due_on).debit_on, day(debit_on));
    }
    proof::proves!["R16.3"];
}

#[test]
fn h084_every_filing_day_has_its_twentieth() {
    let check = |filed: &str, effective: &str| {
        assert_eq!(settlement::prepayment_effective_on(day(filed)), day(effective), "{filed}");
    };
    check("2022-01-15", "2022-01-20");
    check("2022-01-16", "2022-02-20");
    check("2022-09-15", "2022-09-20");
    check("2022-09-16", "2022-10-20");
    check("2022-09-30", "2022-10-20");
    check("2022-10-01", "2022-10-20");
    check("2022-10-15", "2022-10-20");
    check("2022-10-16", "2022-12-20");
    check("2022-11-01", "2022-12-20");
    check("2022-11-30", "2022-12-20");
    check("2022-12-15", "2022-12-20");
    check("2022-12-16", "2023-01-20");
    check("2022-12-31", "2023-01-20");
    check("2024-02-29", "2024-03-20");
    proof::proves!["R18.4", "R18.5", "R18.6"];
}

#[test]
fn one_prepayment_a_month_but_never_in_november() {
    let mut day = crate::contract::day("2023-01-01");
    while day < crate::contract::day("2028-01-01") {
        let effective = settlement::prepayment_effective_on(day);
        let (month, of_month) = (chrono::Datelike::month(&effective), chrono::Datelike::day(&effective));
        assert_eq!(of_month, 20);
        assert_ne!(month, 11);
        assert!(effective >= day && (effective - day).num_days() <= 65, "{day}");
        day = day.succ_opt().expect("the calendar goes on");
    }
    proof::proves!["R18.1", "R18.3", "R18.7"];
}
