//! Payments, arrears and prepayments, each figure worked out by hand.

use loan::contract::{OverdueValueDay, PenaltyBase, Terms};
use loan::event::{Event, EventKind};
use loan::life::{Account, RowKind};
use loan::money::Fen;
use loan::settlement;

use crate::contract::*;

/// 12 000.00 at 4 %, in study until 2030: own interest of 2030 is 148.00, of each later year 480.00.
fn terms() -> Terms {
    fixed("12000", "2026-11-20", 2030, 2045, "4.00")
}

fn bounced(day: &str, reference: &str) -> Event {
    on(day, EventKind::Bounced { channel: "alipay".into(), reference: reference.into() })
}

#[test]
fn a_bill_paid_on_the_debit_day_is_on_time() {
    let events = [paid("2030-12-21", "148.00", "a")];
    let before = life(&terms(), &events, "2030-12-20");
    assert_eq!(before.balances.due_interest, fen("148.00"));
    let after = life(&terms(), &events, "2030-12-21");
    assert_eq!(row(&after, "2030-12-20").paid_interest, fen("148.00"));
    assert_eq!(after.balances.overdue_interest, Fen::ZERO);
    assert_eq!(
        postings(&after)[..2],
        [
            "2026-11-20 disbursed: principal 12000.00, disbursing -12000.00",
            "2026-12-20 settled: interest_state 41.33, interest_income -41.33",
        ]
    );
    assert_eq!(
        postings(&after)[5..],
        [
            "2030-12-20 settled: interest_own 148.00, interest_state 338.67, interest_income -486.67",
            "2030-12-21 received: deposit -148.00, platform 148.00",
            "2030-12-21 debited: interest_own -148.00, deposit 148.00",
        ]
    );
    proof::proves!["R17.1", "R17.9"];
}

#[test]
fn unpaid_money_is_overdue_from_the_21st_and_collected_on_a_20th() {
    let events = [paid("2031-01-05", "1000", "a"), on("2031-01-06", EventKind::Refunded { amount: fen("100") })];
    let overdue = life(&terms(), &[], "2031-01-19");
    // 148.00 x 5.20 % x 30 / 360
    assert_eq!((overdue.balances.overdue_interest, overdue.balances.penalty), (fen("148.00"), fen("0.64")));
    let collected = life(&terms(), &events, "2031-01-20");
    // 31 days, the 20th included
    assert_eq!(row(&collected, "2030-12-20").paid_penalty, fen("0.66"));
    assert_eq!(collected.balances.deposit, fen("751.34"));
    proof::proves!["R19.1", "R19.8"];
}

#[test]
fn h092_penalty_is_130_percent_and_simple() {
    let check = |percent: &str, amount: &str, penalty: &str| {
        let mut terms = fixed(amount, "2024-11-20", 2025, 2028, percent);
        terms.grace_years = 0;
        terms.product.penalty_base = PenaltyBase::OverduePrincipal;
        let life = life(&terms, &[], "2026-01-19");
        assert_eq!(row(&life, "2025-12-20").principal, fen("1000"), "{percent}");
        assert_eq!(life.balances.penalty, fen(penalty));
        // A year later it is still counted on the same amount: nothing on the penalty itself.
        let later = crate::contract::life(&terms, &[], "2026-12-20");
        assert_eq!(row(&later, "2025-12-20").overdue_principal, fen("1000"));
    };
    check("3.65", "4000", "3.95");
    check("4.00", "4000", "4.33");
}

#[test]
fn h085_november_collects_nothing() {
    let events = [paid("2031-10-21", "500", "a")];
    let november = life(&terms(), &events, "2031-11-30");
    assert_eq!((november.balances.deposit, november.balances.overdue_interest), (fen("500"), fen("148.00")));
    // 364 days to 20 December, that day included, then the bill of that year takes what is left.
    let december = life(&terms(), &events, "2031-12-20");
    assert_eq!(row(&december, "2030-12-20").paid_penalty, fen("7.80"));
    assert_eq!(december.balances.deposit, fen("344.20"));
    proof::proves!["R19.2"];
}

#[test]
fn allocation_takes_penalty_then_interest_then_principal_oldest_first() {
    let mut terms = fixed("4000", "2024-11-20", 2025, 2028, "3.60");
    terms.grace_years = 0;
    let events = [paid("2027-01-10", "1050", "a")];
    let life = life(&terms, &events, "2027-01-20");
    let oldest = row(&life, "2025-12-20");
    // 1044.40 x 4.68 % x 396 / 360 = 53.77 of penalty, then 44.40 of interest, then principal.
    assert_eq!(oldest.paid_penalty, fen("53.77"));
    assert_eq!(oldest.paid_interest, fen("44.40"));
    assert_eq!(oldest.paid_principal, fen("951.83"));
    assert_eq!(oldest.overdue_principal, fen("48.17"));
    assert_eq!(row(&life, "2026-12-20").paid_interest, Fen::ZERO);
}

#[test]
fn on_receipt_money_works_on_the_day_it_arrives() {
    let mut terms = terms();
    terms.product.overdue_value_day = OverdueValueDay::Receipt;
    let life = life(&terms, &[paid("2030-12-31", "200", "a")], "2030-12-31");
    // 148.00 x 5.20 % x 10 / 360
    assert_eq!(row(&life, "2030-12-20").paid_penalty, fen("0.21"));
    assert_eq!(life.balances.deposit, fen("51.79"));
}

#[test]
fn h072_the_same_payment_twice_changes_nothing_and_another_content_is_refused() {
    let events =
        [paid("2030-12-01", "148.00", "a"), paid("2030-12-02", "148.00", "a"), paid("2030-12-03", "149.00", "a")];
    let life = life(&terms(), &events, "2030-12-21");
    assert_eq!(life.already_done, [1]);
    assert_eq!(refusals(&life), ["2030-12-03 2 payment_differs"]);
    assert_eq!(life.balances.deposit, Fen::ZERO);
    let tiny = crate::contract::life(&terms(), &[paid("2030-12-01", "0.01", "b")], "2030-12-21");
    assert_eq!(row(&tiny, "2030-12-20").paid_interest, fen("0.01"));
}

#[test]
fn a_bounced_payment_is_due_again_from_the_day_it_was_debited() {
    let events = [paid("2030-12-01", "148.00", "a"), bounced("2031-01-10", "a"), bounced("2031-01-11", "a")];
    let life = life(&terms(), &events, "2031-01-19");
    assert_eq!(life.balances.overdue_interest, fen("148.00"));
    assert_eq!(life.balances.penalty, fen("0.64"));
    assert_eq!(life.already_done, [2]);
    assert!(postings(&life).contains(&"2031-01-10 bounced: interest_own 148.00, platform -148.00".to_owned()));
}

#[test]
fn a_bounce_after_closing_reopens_and_a_bounced_refund_is_in_suspense() {
    let terms = fixed("4000", "2024-11-20", 2025, 2026, "3.60");
    let events = [
        paid("2025-12-01", "44.40", "a"),
        paid("2026-09-01", "4200", "b"),
        on("2026-10-01", EventKind::Waived { year: 2025 }),
        bounced("2026-10-05", "b"),
        bounced("2026-10-06", "c"),
    ];
    let life = life(&terms, &events, "2026-10-06");
    // 4000 and 274 days of interest; 90.40 was refunded at closing; the waived 44.40 came back to the deposit.
    assert_eq!(row(&life, "2026-09-20").interest, fen("109.60"));
    assert_eq!((life.balances.overdue_principal, life.balances.overdue_interest), (fen("4000"), fen("109.60")));
    assert_eq!(life.balances.deposit, fen("44.40"));
    let suspense: Fen = life.postings.iter().map(|posting| posting.legs.amounts[Account::Suspense as usize]).sum();
    assert_eq!(suspense, fen("90.40"));
    assert_eq!(refusals(&life), ["2026-10-06 4 payment_unknown"]);
}

#[test]
fn a_prepayment_is_a_row_of_its_own_and_the_rest_is_spread_again() {
    let terms = fixed("12000", "2022-11-20", 2023, 2034, "3.60");
    let mut events: Vec<Event> =
        (2023..=2027).map(|year| paid(&format!("{year}-12-10"), "600", &year.to_string())).collect();
    events.push(prepay("2028-03-15", "6000"));
    events.push(paid("2028-03-21", "6000", "p"));
    let life = life(&terms, &events, "2028-03-21");
    let prepaid = row(&life, "2028-03-20");
    assert_eq!(prepaid.kind, RowKind::Prepayment);
    // 6000 x 3.60 % x 91 / 360
    assert_eq!((prepaid.days, prepaid.interest, prepaid.closing), (91, fen("54.60"), fen("6000")));
    let plan = settlement::outlook(&terms, &no_index(), &events, day("2028-03-21")).expect("accepted");
    // 2028 to 2034 are seven dates.
    assert_eq!(row(&plan, "2028-12-20").principal, fen("857.14"));
    assert_eq!(row(&plan, "2034-09-20").principal, fen("857.16"));
    proof::proves!["R18.9", "R15.9"];
}

#[test]
fn a_prepayment_that_is_not_funded_lapses_and_one_twentieth_takes_one() {
    let terms = fixed("12000", "2026-11-20", 2030, 2045, "4.00");
    let events = [
        prepay("2028-03-01", "500"),
        prepay("2028-03-02", "600"),
        prepay("2028-04-01", "500"),
        on("2028-04-19", EventKind::PrepayCancelled { effective_on: day("2028-04-20") }),
        prepay("2028-05-01", "500"),
        on("2028-05-20", EventKind::PrepayCancelled { effective_on: day("2028-05-20") }),
        on("2028-06-20", EventKind::PrepayCancelled { effective_on: day("2028-06-20") }),
        paid("2028-05-21", "499.99", "a"),
        prepay("2026-11-10", "all"),
        prepay("2045-09-10", "all"),
    ];
    let life = life(&terms, &events, "2045-09-10");
    let expected = [
        "2026-11-10 8 not_yet_disbursed",
        "2028-03-02 1 prepayment_of_that_day_exists",
        "2028-03-21 0 prepayment_lapsed",
        "2028-05-20 5 prepayment_already_sent",
        "2028-05-21 4 prepayment_lapsed",
        "2028-06-20 6 prepayment_unknown",
        "2045-09-10 9 prepayment_after_maturity",
    ];
    assert_eq!(refusals(&life), expected);
    assert_eq!(life.balances.principal_not_due + life.balances.overdue_principal, fen("12000"));
    proof::proves!["R18.1", "R18.2"];
}

#[test]
fn in_study_a_prepayment_asks_for_principal_only_and_paid_in_full_closes() {
    let events = [prepay("2028-03-01", "all"), paid("2028-03-21", "12100", "a")];
    let life = life(&terms(), &events, "2028-03-21");
    let last = life.rows.last().expect("rows");
    assert_eq!((last.interest, last.closing), (Fen::ZERO, Fen::ZERO));
    // 91 days of the state: 12 000 x 4 % x 91 / 360
    assert_eq!(last.interest_subsidised, fen("121.33"));
    assert_eq!(
        postings(&life)[4..],
        [
            "2028-03-20 prepaid: principal -12000.00, interest_state 121.33, interest_income -121.33, deposit 12000.00",
            "2028-03-21 refunded: deposit 100.00, platform -100.00",
        ]
    );
}

#[test]
fn h100_a_later_run_repeats_the_earlier_one_and_only_adds() {
    let mut events: Vec<Event> =
        (2030..=2045).map(|year| paid(&format!("{year}-12-15"), "700", &year.to_string())).collect();
    events.push(prepay("2037-10-16", "3000"));
    events.sort_by_key(|event| event.on);
    let mut before = life(&terms(), &events, "2026-11-19").postings;
    for year in 2027..=2047 {
        for month in [1, 9, 12] {
            for date in [19, 20, 21] {
                let now = life(&terms(), &events, &format!("{year}-{month:02}-{date}"));
                assert_eq!(now.postings[..before.len()], before);
                assert_eq!(now, life(&terms(), &events, &format!("{year}-{month:02}-{date}")));
                before = now.postings;
            }
        }
    }
}

#[test]
fn accrued_interest_grows_by_the_day_and_never_passes_the_year() {
    let check = |as_of: &str, own: &str, state: &str| {
        let balances = life(&terms(), &[], as_of).balances;
        assert_eq!((balances.accrued_interest_own, balances.accrued_interest_state), (fen(own), fen(state)), "{as_of}");
    };
    check("2026-11-19", "0", "0");
    check("2026-11-20", "0", "1.33");
    check("2026-12-20", "0", "0");
    check("2026-12-21", "0", "1.33");
    // 354 days / 360, then 480.00 is reached five days early.
    check("2027-12-09", "0", "472.00");
    check("2027-12-19", "0", "480.00");
    check("2027-12-20", "0", "0");
    check("2030-08-31", "0", "338.67");
    check("2030-09-01", "1.33", "338.67");
}
