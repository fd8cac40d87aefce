//! Lives with arrears, prepayments and changes, each row worked out by hand.

use loan::event::EventKind;
use loan::money::Fen;

use crate::contract::*;

#[test]
fn a_bill_paid_on_the_debit_day_is_on_time() {
    let terms = fixed("12000", "2026-11-20", 2030, 2045, "2.80");
    let events = [paid("2030-12-21", "103.60", "a")];
    let before = life(&terms, &events, "2030-12-20");
    assert_eq!(before.balances.due_interest, fen("103.60"));
    let after = life(&terms, &events, "2030-12-21");
    assert_eq!(row(&after, "2030-12-20").paid_interest, fen("103.60"));
    assert_eq!(after.balances.overdue_interest, Fen::ZERO);
    assert_eq!(
        postings(&after)[..3],
        [
            "2026-11-20 disbursed: principal 12000.00, disbursing -12000.00",
            "2026-12-20 settled: interest_state 28.93, interest_income -28.93",
            "2027-12-20 settled: interest_state 336.00, interest_income -336.00",
        ]
    );
    assert_eq!(
        postings(&after)[5..],
        [
            "2030-12-20 settled: interest_own 103.60, interest_state 237.07, interest_income -340.67",
            "2030-12-21 received: deposit -103.60, platform 103.60",
            "2030-12-21 debited: interest_own -103.60, deposit 103.60",
        ]
    );
}

#[test]
fn unpaid_money_is_overdue_from_the_21st_and_collected_on_a_20th() {
    let terms = fixed("12000", "2026-11-20", 2030, 2045, "4.00");
    let events = [paid("2031-01-05", "1000", "a"), on("2031-01-06", EventKind::Refunded { amount: fen("100") })];
    let overdue = life(&terms, &events[..0], "2031-01-19");
    // 148.00 x 5.20 % x 30 / 360
    assert_eq!(overdue.balances.overdue_interest, fen("148.00"));
    assert_eq!(overdue.balances.penalty, fen("0.64"));
    let collected = life(&terms, &events, "2031-01-20");
    assert_eq!(row(&collected, "2030-12-20").paid_penalty, fen("0.66"));
    assert_eq!(collected.balances.deposit, fen("751.34"));
}
