//! The hand's own anchors: sums that money.md, interfaces.md and the requirements print. They keep the hand honest.

use crate::dice::{Case, Dice, Family};
use crate::hand::{self, HandLife, day};
use loan::contract::{DayCount, Index, IndexTable, Indexes, PenaltyBase, Pricing, Product, Terms};
use loan::event::{Event, EventKind, PrepayAmount};
use loan::life::{Account, RowKind};
use loan::money::{Fen, Rate};

fn table(points: &[(hand::Day, i64)]) -> IndexTable {
    IndexTable {
        points: points.iter().map(|(on, ppm)| (*on, Rate(*ppm))).collect(),
        known_until: None,
        synthetic_from: None,
    }
}

fn no_tables() -> Indexes {
    Indexes { lpr5y: table(&[]), pboc5y: table(&[]) }
}

fn fixed(principal: i64, ppm: i64, graduates_in: i32, matures_in: i32) -> Terms {
    Terms {
        principal: Fen(principal),
        disbursed_on: day(graduates_in - 3, 10, 15),
        graduates_in,
        matures_in,
        grace_years: 3,
        pricing: Pricing::Fixed(Rate(ppm)),
        day_count: DayCount::YearOrDays360,
        product: Product::default(),
    }
}

#[test]
fn the_anchors_of_section_4() {
    // 6000.00 at 5.65 %: stub 111 days 104.53, whole year 339.00.
    let life = hand::quote(&fixed(600_000, 56_500, 2018, 2030), &no_tables(), &[]).unwrap();
    let own = |year: i32| life.rows.iter().find(|r| r.due_on == day(year, 12, 20)).map(|r| (r.days, r.interest));
    assert_eq!(own(2018), Some((111, 10_453)));
    assert_eq!(own(2019), Some((365, 33_900)));
    assert_eq!(own(2020), Some((366, 33_900)));

    // 20000.00 at 2.80 %: stub 172.67, whole year 560.00, last stub 274 days 426.22.
    let terms = Terms { grace_years: 20, ..fixed(2_000_000, 28_000, 2026, 2041) };
    let life = hand::quote(&terms, &no_tables(), &[]).unwrap();
    let own = |year: i32| life.rows.iter().find(|r| r.due_on == day(year, 12, 20)).map(|r| r.interest);
    assert_eq!(own(2026), Some(17_267));
    assert_eq!(own(2027), Some(56_000));
    let last = life.rows.last().unwrap();
    assert_eq!((last.due_on, last.days, last.interest, last.principal), (day(2041, 9, 20), 274, 42_622, 2_000_000));
    assert_eq!(last.closing, 0);
}

#[test]
fn the_example_of_the_interface() {
    let terms = Terms {
        principal: Fen(1_600_000),
        disbursed_on: day(2023, 11, 20),
        graduates_in: 2027,
        matures_in: 2042,
        grace_years: 5,
        pricing: Pricing::Floating { index: Index::Lpr5Y, spread_bp: -60 },
        day_count: DayCount::YearOrDays360,
        product: Product::default(),
    };
    let indexes =
        Indexes { lpr5y: table(&[(day(2023, 6, 20), 42_000), (day(2024, 2, 20), 39_500)]), pboc5y: table(&[]) };
    let event = |on, kind| Event { on, kind };
    let events = [
        event(day(2024, 10, 31), EventKind::SpreadChanged { spread_bp: -70 }),
        event(day(2028, 1, 1), EventKind::Waived { year: 2028 }),
        event(day(2034, 1, 1), EventKind::Deferred { year: 2034 }),
        event(day(2036, 3, 10), EventKind::PrepayFiled { amount: PrepayAmount::Part(Fen(300_000)) }),
        event(day(2039, 10, 16), EventKind::PrepayFiled { amount: PrepayAmount::All }),
    ];
    let life = hand::quote(&terms, &indexes, &events).unwrap();
    let row = |on| life.rows.iter().find(|r| r.due_on == on).unwrap();
    let graduation = row(day(2027, 12, 20));
    assert_eq!((graduation.days, graduation.interest, graduation.subsidised), (111, 16_033, 36_689));
    assert_eq!(graduation.ppm, 32_500);
    // First row: 31 days at 3.60 %: 16000 x 3.6 % x 31 / 360.
    assert_eq!((life.rows[0].due_on, life.rows[0].subsidised), (day(2023, 12, 20), 4_960));
    // Waived 2028: the state is billed.
    assert_eq!((row(day(2028, 12, 20)).interest, row(day(2028, 12, 20)).subsidised), (0, 52_000));
    // Eleven instalments from 2032; that of 2034 moves to 2035.
    assert_eq!(row(day(2032, 12, 20)).principal, 145_454);
    assert_eq!(row(day(2034, 12, 20)).principal, 0);
    assert_eq!(row(day(2035, 12, 20)).principal, 290_908);
    let prepaid = row(day(2036, 3, 20));
    // 21 December 2035 to 20 March 2036: 91 days of 3000.00 at 3.25 %.
    assert_eq!((prepaid.days, prepaid.interest, prepaid.principal), (91, 2_465, 300_000));
    assert_eq!(prepaid.kind, RowKind::Prepayment);
    let last = life.rows.last().unwrap();
    assert_eq!((last.due_on, last.closing), (day(2039, 12, 20), 0));
    assert_eq!(life.rows.iter().map(|r| r.principal).sum::<i64>(), 1_600_000);
}

#[test]
fn the_20th_a_request_is_for() {
    for (filed_on, effective_on) in [
        (day(2022, 1, 15), day(2022, 1, 20)),
        (day(2022, 1, 16), day(2022, 2, 20)),
        (day(2022, 9, 15), day(2022, 9, 20)),
        (day(2022, 9, 16), day(2022, 10, 20)),
        (day(2022, 10, 1), day(2022, 10, 20)),
        (day(2022, 10, 15), day(2022, 10, 20)),
        (day(2022, 10, 16), day(2022, 12, 20)),
        (day(2022, 11, 1), day(2022, 12, 20)),
        (day(2022, 11, 30), day(2022, 12, 20)),
        (day(2022, 12, 15), day(2022, 12, 20)),
        (day(2022, 12, 16), day(2023, 1, 20)),
    ] {
        assert_eq!(hand::effective_20th(filed_on), effective_on, "filed on {filed_on}");
    }
}

#[test]
fn h092_penalty_of_a_thousand_for_thirty_days() {
    // The whole principal falls due on 20 September 2022; 30 days to the collection of 20 October.
    let check = |ppm: i64, day_count: DayCount, expected: i64| {
        let product = Product { penalty_base: PenaltyBase::OverduePrincipal, ..Product::default() };
        let terms = Terms { disbursed_on: day(2020, 12, 19), day_count, product, ..fixed(100_000, ppm, 2021, 2022) };
        let life = hand::replay(&terms, &no_tables(), &[], day(2022, 10, 20)).unwrap();
        assert_eq!(life.balances.overdue_principal, Fen(100_000));
        assert_eq!(life.balances.penalty, Fen(expected), "{ppm} {day_count:?}");
    };
    check(40_000, DayCount::Act360, 433);
    check(40_000, DayCount::Act365, 427);
    check(36_500, DayCount::YearOrDays360, 395);
}

#[test]
fn h089_equal_principal_of_twelve_thousand_in_seven() {
    let terms = Terms { grace_years: 0, ..fixed(1_200_000, 30_000, 2024, 2030) };
    let life = hand::quote(&terms, &no_tables(), &[]).unwrap();
    let principal: Vec<i64> = life.rows.iter().map(|r| r.principal).filter(|p| *p > 0).collect();
    assert_eq!(principal, [171_428, 171_428, 171_428, 171_428, 171_428, 171_428, 171_432]);
}

/// What must hold in every life, whoever computes it (money.md section 11).
fn holds_together(case: &Case, life: &HandLife) {
    let account = |account: Account| life.postings.iter().map(|p| p.legs[account as usize]).sum::<i64>();
    let b = &life.balances;
    let outstanding = b.principal_not_due.0 + b.due_principal.0 + b.overdue_principal.0;
    assert_eq!(account(Account::Principal), outstanding, "principal in the ledger and in the balances");
    assert_eq!(account(Account::InterestOwn), b.due_interest.0 + b.overdue_interest.0, "own interest");
    assert_eq!(account(Account::Deposit), -b.deposit.0, "the deposit");
    assert!(outstanding >= 0 && b.deposit.0 >= 0 && b.penalty.0 >= 0, "nothing below zero: {b:?}");
    assert!(life.rows.is_sorted_by_key(|row| row.due_on), "rows in date order");
    assert!(life.rows.iter().rev().skip(1).all(|row| row.closing > 0) || life.rows.len() < 2, "no row after 0.00");
    assert!(case.terms.principal.0 >= life.rows.iter().map(|row| row.principal).sum::<i64>());
}

#[test]
fn hand_made_lives_hold_together() {
    for family in [Family::Payments, Family::Prepayments, Family::Studies, Family::Aid, Family::Everything] {
        for seed in 0..400 {
            let case = Dice::of(seed).case(family);
            if let Ok(life) = hand::replay(&case.terms, &case.indexes, &case.events, case.as_of) {
                let told = std::panic::catch_unwind(|| holds_together(&case, &life));
                assert!(told.is_ok(), "seed {seed} of {family:?}\n{}", crate::compare::literal(&case));
            }
        }
    }
}
