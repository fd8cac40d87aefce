//! Changes of study, deferral, waiver, relief, compensation, write-off and refunds, each figure worked out by hand.

use loan::contract::Terms;
use loan::event::{Event, EventKind, Relief};
use loan::life::{Life, Reason, RowKind};
use loan::money::Fen;
use loan::settlement::{self, quote};

use crate::contract::*;

/// 12 000.00 at 3.60 %: 432.00 a year, 133.20 of the borrower in the year of graduation.
fn terms() -> Terms {
    fixed("12000", "2022-11-20", 2025, 2035, "3.60")
}

fn plan(terms: &Terms, events: &[Event], today: &str) -> Life {
    settlement::outlook(terms, &no_index(), events, day(today)).expect("accepted")
}

fn principal(life: &Life) -> Vec<(String, String)> {
    let due = life.rows.iter().filter(|row| row.principal.is_positive());
    due.map(|row| (row.due_on.to_string(), row.principal.to_string())).collect()
}

fn change(day_of: &str, graduates_in: i32, effective_on: Option<&str>, matures_in: Option<i32>) -> Event {
    on(day_of, EventKind::StudyChanged { graduates_in, effective_on: effective_on.map(day), matures_in })
}

#[test]
fn longer_study_moves_subsidy_grace_and_instalments_but_not_maturity() {
    let events = [change("2025-08-20", 2028, None, None)];
    let before = principal(&plan(&terms(), &[], "2025-08-19"));
    assert_eq!((before.len(), before[0].0.as_str()), (6, "2030-12-20"));
    let after = plan(&terms(), &events, "2025-08-20");
    assert_eq!((row(&after, "2025-12-20").interest, row(&after, "2025-12-20").days), (Fen::ZERO, 0));
    assert_eq!(row(&after, "2028-12-20").interest, fen("133.20"));
    let dates = principal(&after);
    assert_eq!((dates.len(), dates[0].clone()), (3, ("2033-12-20".into(), "4000.00".into())));
    assert_eq!(dates[2].0, "2035-09-20");
    proof::proves!["R14.2", "R15.1", "R15.8"];
}

#[test]
fn a_change_approved_late_credits_what_was_billed() {
    let paid_in_time = [paid("2025-12-10", "133.20", "a"), change("2026-03-01", 2028, Some("2025-09-01"), None)];
    let life = plan(&terms(), &paid_in_time, "2026-12-20");
    let next = row(&life, "2026-12-20");
    assert_eq!((next.interest, next.credited), (fen("-133.20"), fen("-133.20")));
    // 432.00 of the year, and what the state owes for 2025: a whole year 432.00 less 304.80 that it bore already.
    assert_eq!(row(&life, "2025-12-20").interest_subsidised, fen("304.80"));
    assert_eq!(next.interest_subsidised, fen("432.00") + fen("432.00") - fen("304.80"));
    assert_eq!(life.balances.deposit, fen("133.20"));
    proof::proves!["R16.8", "R15.9"];
}

#[test]
fn a_credit_takes_its_penalty_along() {
    let events = [change("2026-03-01", 2028, Some("2025-09-01"), None)];
    let before = life(&terms(), &events, "2026-02-28").balances;
    // 133.20 x 4.68 % x 70 / 360
    assert_eq!((before.overdue_interest, before.penalty), (fen("133.20"), fen("1.21")));
    let after = life(&terms(), &events, "2026-03-01").balances;
    assert_eq!((after.overdue_interest, after.penalty), (fen("133.20"), Fen::ZERO));
    // On the settlement day the credit reaches the deposit and collects the old bill.
    let settled = life(&terms(), &events, "2026-12-20").balances;
    assert_eq!((settled.overdue_interest, settled.penalty, settled.deposit), (Fen::ZERO, Fen::ZERO, Fen::ZERO));
}

#[test]
fn restudy_is_a_second_subsidised_time_without_instalments() {
    let events = [on("2031-07-01", EventKind::StudyResumed { from: day("2031-09-01"), graduates_in: 2033 })];
    let mut terms = terms();
    terms.grace_years = 1;
    let life = plan(&terms, &events, "2031-07-01");
    assert_eq!(row(&life, "2032-12-20").days, 0);
    assert_eq!(row(&life, "2033-12-20").days, 111);
    let dates: Vec<String> = principal(&life).into_iter().map(|(day, _)| day).skip(4).collect();
    assert_eq!(dates, ["2030-12-20", "2034-12-20", "2035-09-20"]);
    proof::proves!["R16.8"];
}

#[test]
fn leaving_school_ends_the_subsidy_with_the_month() {
    for kind in [EventKind::Withdrew, EventKind::Expelled] {
        let life = plan(&terms(), &[on("2024-03-15", kind)], "2024-03-15");
        // 1 April to 20 December 2024: 264 days.
        assert_eq!((row(&life, "2024-12-20").days, row(&life, "2024-12-20").interest), (264, fen("316.80")));
        assert_eq!(principal(&life)[0].0, "2029-12-20");
    }
    let after = life(&terms(), &[on("2025-09-01", EventKind::Withdrew)], "2025-09-01");
    assert_eq!(refusals(&after), ["2025-09-01 0 not_in_study"]);
}

#[test]
fn impossible_changes_are_refused_in_their_order() {
    let check = |event: Event, reason: &str| {
        let life = life(&terms(), &[event], "2036-12-31");
        let refused: Vec<&str> = life.refused.iter().map(|refused| refused.reason.code()).collect();
        assert_eq!(refused, [reason]);
    };
    check(change("2025-01-01", 2035, None, None), "graduation_not_before_maturity");
    check(change("2025-01-01", 2022, None, None), "disbursed_after_graduation");
    check(change("2030-12-21", 2026, None, Some(2030)), "maturity_in_the_past");
    let resumed =
        |from: &str, graduates_in| on("2026-01-01", EventKind::StudyResumed { from: day(from), graduates_in });
    check(resumed("2026-09-01", 2035), "graduation_not_before_maturity");
    check(resumed("2025-08-31", 2028), "study_resumed_too_early");
    check(resumed("2027-09-01", 2027), "study_ends_before_it_starts");
}

#[test]
fn a_deferral_moves_the_principal_of_a_year_and_at_the_end_the_maturity() {
    let deferred = |year: i32| on(&format!("{year}-06-01"), EventKind::Deferred { year });
    let life = quote(&terms(), &no_index(), &[deferred(2031), deferred(2032), deferred(2035)]).expect("accepted");
    let dates = principal(&life);
    let expected =
        [("2030-12-20", "2000.00"), ("2033-12-20", "6000.00"), ("2034-12-20", "2000.00"), ("2036-09-20", "2000.00")];
    assert_eq!(dates, expected.map(|(day, sum)| (day.to_owned(), sum.to_owned())));
    // The former last year is an ordinary one.
    assert_eq!((row(&life, "2035-12-20").days, row(&life, "2035-12-20").interest), (365, fen("72.00")));
    let events = [
        deferred(2030),
        on("2030-12-20", EventKind::Deferred { year: 2040 }),
        on("2030-12-21", EventKind::Deferred { year: 2030 }),
    ];
    let refused = refusals(&crate::contract::life(&terms(), &events, "2031-01-01"));
    assert_eq!(refused, ["2030-12-20 1 no_instalment_in_that_year", "2030-12-21 2 year_already_settled"]);
    let quote_refused = quote(&terms(), &no_index(), &[deferred(2029)]).map_err(|refused| refused.reason);
    assert_eq!(quote_refused, Err(Reason::NoInstalmentInThatYear));
    proof::proves!["R15.4"];
}

#[test]
fn a_waiver_changes_who_is_billed() {
    let waived = |day: &str| on(day, EventKind::Waived { year: 2026 });
    let known = life(&terms(), &[waived("2026-01-26")], "2026-12-21");
    let year = row(&known, "2026-12-20");
    assert_eq!((year.days, year.interest, year.interest_subsidised), (365, Fen::ZERO, fen("432.00")));
    let events =
        [paid("2025-12-01", "133.20", "a"), paid("2026-12-01", "432", "b"), waived("2027-03-01"), waived("2027-03-02")];
    let late = life(&terms(), &events, "2027-03-02");
    let year = row(&late, "2026-12-20");
    assert_eq!((year.interest, year.waived, year.paid_interest), (fen("432.00"), fen("432.00"), Fen::ZERO));
    assert_eq!(late.balances.deposit, fen("432.00"));
    assert_eq!(refusals(&late), ["2027-03-02 3 year_already_waived"]);
    assert!(postings(&late).contains(&"2027-03-01 waived: interest_state 432.00, deposit -432.00".to_owned()));
}

#[test]
fn penalty_of_a_waived_year_is_the_states() {
    let events = [on("2026-01-26", EventKind::Waived { year: 2026 }), paid("2027-01-05", "200", "a")];
    let life = life(&terms(), &events, "2027-01-20");
    // 133.20 x 4.68 %: 365 days of 2026 the state, 31 days the borrower.
    assert_eq!(row(&life, "2025-12-20").paid_penalty, fen("0.54"));
    let collected =
        "2027-01-20 collected: interest_own -133.20, interest_state 6.32, penalty_income -6.86, deposit 133.74";
    assert_eq!(postings(&life).last().map(String::as_str), Some(collected));
}

#[test]
fn relief_pays_the_whole_debt_or_one_bill() {
    let whole = life(&terms(), &[on("2026-03-20", EventKind::Relieved(Relief::Whole))], "2026-03-31");
    let closing = row(&whole, "2026-03-20");
    // 90 days of interest; the old bill with 90 days of penalty.
    assert_eq!((closing.kind, closing.interest, closing.relieved), (RowKind::Closing, fen("108.00"), fen("12108.00")));
    assert_eq!(row(&whole, "2025-12-20").relieved, fen("133.20"));
    assert_eq!(whole.balances, loan::life::Balances::default());
    let tier_two = |day: &str, year| on(day, EventKind::Relieved(Relief::Bill { year }));
    let events = [
        paid("2025-12-01", "100", "a"),
        tier_two("2026-01-10", 2025),
        tier_two("2026-01-11", 2025),
        tier_two("2026-01-12", 2026),
        tier_two("2026-01-13", 2026),
        tier_two("2026-01-14", 2036),
    ];
    let bills = life(&terms(), &events, "2026-12-21");
    assert_eq!(
        (row(&bills, "2025-12-20").relieved, row(&bills, "2025-12-20").paid_interest),
        (fen("33.20"), fen("100"))
    );
    assert_eq!(row(&bills, "2026-12-20").relieved, fen("432.00"));
    let expected =
        ["2026-01-11 2 bill_already_paid", "2026-01-13 4 bill_already_relieved", "2026-01-14 5 no_bill_of_that_year"];
    assert_eq!(refusals(&bills), expected);
}

#[test]
fn no_penalty_from_death_to_the_decision() {
    let died = on("2026-01-20", EventKind::Died);
    let penalty = |events: &[Event], as_of: &str| life(&terms(), events, as_of).balances.penalty;
    // 30 days before, nothing after: 133.20 x 4.68 % x 30 / 360
    assert_eq!(penalty(std::slice::from_ref(&died), "2026-12-01"), fen("0.52"));
    let decided = on("2026-03-01", EventKind::Relieved(Relief::Bill { year: 2026 }));
    // And 10 days from the decision on.
    assert_eq!(penalty(&[died, decided], "2026-03-10"), fen("0.69"));
}

#[test]
fn compensation_pays_overdue_items_then_principal_not_yet_due() {
    let compensated = |amount: &str| on("2026-01-10", EventKind::Compensated { amount: fen(amount) });
    let life = crate::contract::life(&terms(), &[compensated("2133.56")], "2026-12-20");
    // 133.20 and 21 days of penalty 0.36, then 2000.00 of principal with its 21 days of interest in the year.
    assert_eq!(row(&life, "2025-12-20").compensated, fen("133.20"));
    assert_eq!(row(&life, "2026-12-20").opening, fen("10000"));
    assert_eq!(row(&life, "2026-12-20").interest, fen("364.20"));
    let too_much = crate::contract::life(&terms(), &[compensated("12133.57")], "2026-01-10");
    assert_eq!(refusals(&too_much), ["2026-01-10 0 compensation_above_debt"]);
    // All of it: the interest of the year still gets its row.
    let all = crate::contract::life(&terms(), &[compensated("12133.56"), paid("2026-12-01", "30", "a")], "2026-12-21");
    let last = row(&all, "2026-12-20");
    assert_eq!((last.opening, last.interest, last.closing), (Fen::ZERO, fen("25.20"), Fen::ZERO));
    assert_eq!(all.balances, loan::life::Balances::default());
}

#[test]
fn a_write_off_closes_and_later_money_recovers_it() {
    let events =
        [on("2026-03-20", EventKind::WrittenOff), paid("2026-05-01", "100", "a"), paid("2026-06-01", "13000", "b")];
    let life = life(&terms(), &events, "2026-06-01");
    assert_eq!(row(&life, "2026-03-20").written_off, fen("12108.00"));
    let last: Vec<String> = postings(&life).into_iter().skip(6).collect();
    // 12 108.00, 133.20 and 90 days of penalty 1.56 were written off.
    let expected = [
        "2026-05-01 received: deposit -100.00, platform 100.00",
        "2026-05-01 recovered: deposit 100.00, written_off -100.00",
        "2026-06-01 received: deposit -13000.00, platform 13000.00",
        "2026-06-01 recovered: deposit 12142.76, written_off -12142.76",
    ];
    assert_eq!(last, expected);
}

#[test]
fn a_school_refund_lowers_the_principal_and_in_full_it_closes() {
    let refund = |amount: &str| on("2023-03-20", EventKind::SchoolRefunded { amount: fen(amount) });
    let part = life(&terms(), &[refund("5000")], "2023-12-20");
    // 7000.00 for the whole year, 5000.00 for 90 days.
    assert_eq!(row(&part, "2023-12-20").interest_subsidised, fen("252.00") + fen("45.00"));
    assert_eq!(row(&part, "2023-12-20").opening, fen("7000"));
    let full = life(&terms(), &[refund("12000"), on("2023-03-21", EventKind::Died)], "2023-12-20");
    let closing = full.rows.last().expect("rows");
    assert_eq!(
        (closing.due_on, closing.school_refunded, closing.interest_subsidised),
        (day("2023-03-20"), fen("12000"), fen("108.00"))
    );
    assert_eq!(refusals(&full), ["2023-03-21 1 contract_closed"]);
    let above = life(&terms(), &[refund("12000.01")], "2023-12-20");
    assert_eq!(refusals(&above), ["2023-03-20 0 school_refund_above_principal"]);
}

#[test]
fn after_closing_only_money_its_reversal_and_waivers_act() {
    let mut events = vec![on("2026-03-20", EventKind::WrittenOff)];
    let kinds = [
        EventKind::Died,
        EventKind::Withdrew,
        EventKind::WrittenOff,
        EventKind::Deferred { year: 2030 },
        EventKind::SpreadChanged { spread_bp: -70 },
        EventKind::Compensated { amount: fen("1") },
        EventKind::Relieved(Relief::Whole),
    ];
    let count = kinds.len();
    events.extend(kinds.into_iter().map(|kind| on("2026-04-01", kind)));
    events.push(on("2026-04-01", EventKind::Waived { year: 2025 }));
    let life = life(&terms(), &events, "2026-04-01");
    assert_eq!(life.refused.iter().filter(|refused| refused.reason == Reason::ContractClosed).count(), count);
    assert_eq!(life.refused.len(), count);
}
