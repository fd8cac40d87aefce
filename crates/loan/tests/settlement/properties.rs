//! What must hold in every life, whatever happens in it (money.md section 11), and at the bounds of what is accepted.

use loan::calendar::{Date, MonthDay, date};
use loan::contract::{DayCount, FirstPrincipal, Indexes, OverdueValueDay, PenaltyBase, Pricing, Product, Terms};
use loan::event::{ConvertTo, Event, EventKind, PrepayAmount, Relief};
use loan::life::{Account, Life, RowKind};
use loan::money::{AMOUNT_MAX, Fen, Rate, round_half_up};
use loan::settlement::{outlook, quote, replay};
use proptest::prelude::*;

use crate::contract::*;

fn terms_strategy() -> impl Strategy<Value = Terms> {
    let amount = prop_oneof![4 => 100_000i64..2_500_000, 1 => 1i64..100, 1 => Just(AMOUNT_MAX.0)];
    let rate = prop_oneof![4 => 0i64..80_000, 1 => Just(1_000_000i64)];
    let counts = prop_oneof![Just(DayCount::YearOrDays360), Just(DayCount::Act360), Just(DayCount::Act365)];
    let settled = prop_oneof![
        6 => Just(Product::default().settlement),
        1 => (10u32..=12, 1u32..=20).prop_map(|(month, day)| MonthDay { month, day }),
    ];
    let last = prop_oneof![
        6 => Just(Product::default().final_settlement),
        1 => (1u32..9, 1u32..=20).prop_map(|(month, day)| MonthDay { month, day }),
    ];
    let choices = (any::<bool>(), any::<bool>(), any::<bool>(), settled, last);
    let product = choices.prop_map(|(reading, base, receipt, settlement, final_settlement)| Product {
        settlement,
        final_settlement,
        first_principal: if reading { FirstPrincipal::AfterGrace } else { FirstPrincipal::InLastGraceYear },
        penalty_base: if base { PenaltyBase::OverdueAmount } else { PenaltyBase::OverduePrincipal },
        overdue_value_day: if receipt { OverdueValueDay::Collection } else { OverdueValueDay::Receipt },
        ..Product::default()
    });
    (amount, 0u64..2_000, 1i32..5, 1i32..17, 0u8..8, rate, counts, product).prop_map(
        |(amount, days, study, after, grace_years, rate, day_count, product)| {
            let disbursed_on = date(2019, 1, 1) + chrono::Days::new(days);
            let graduates_in = chrono::Datelike::year(&disbursed_on) + study;
            Terms {
                principal: Fen(amount),
                disbursed_on,
                graduates_in,
                matures_in: graduates_in + after,
                grace_years,
                pricing: Pricing::Fixed(Rate(rate)),
                day_count,
                product,
            }
        },
    )
}

fn kind_strategy() -> impl Strategy<Value = EventKind> {
    let amount = || prop_oneof![3 => 100i64..1_500_000, 1 => Just(AMOUNT_MAX.0), 1 => Just(0i64)].prop_map(Fen);
    let name = || (0u8..6).prop_map(|number| number.to_string());
    let year = || 2018i32..2045;
    let day = || (0u64..8_000).prop_map(|days| date(2019, 1, 1) + chrono::Days::new(days));
    let channel = || prop_oneof![Just("alipay".to_owned()), Just("unionpay".to_owned())];
    prop_oneof![
        8 => (amount(), channel(), name())
            .prop_map(|(amount, channel, reference)| EventKind::Paid { amount, channel, reference }),
        3 => (channel(), name()).prop_map(|(channel, reference)| EventKind::Bounced { channel, reference }),
        1 => amount().prop_map(|amount| EventKind::Refunded { amount }),
        1 => amount().prop_map(|amount| EventKind::SchoolRefunded { amount }),
        4 => amount().prop_map(|amount| EventKind::PrepayFiled { amount: PrepayAmount::Part(amount) }),
        1 => Just(EventKind::PrepayFiled { amount: PrepayAmount::All }),
        1 => day().prop_map(|effective_on| EventKind::PrepayCancelled { effective_on }),
        2 => (year(), proptest::option::of(day()), proptest::option::of(year())).prop_map(
            |(graduates_in, effective_on, matures_in)| EventKind::StudyChanged { graduates_in, effective_on, matures_in }
        ),
        1 => (day(), year()).prop_map(|(from, graduates_in)| EventKind::StudyResumed { from, graduates_in }),
        1 => prop_oneof![Just(EventKind::Withdrew), Just(EventKind::Expelled), Just(EventKind::Died)],
        1 => Just(EventKind::Converted { to: ConvertTo::Fixed }),
        1 => (-200i32..0).prop_map(|spread_bp| EventKind::SpreadChanged { spread_bp }),
        3 => year().prop_map(|year| EventKind::Deferred { year }),
        3 => year().prop_map(|year| EventKind::Waived { year }),
        2 => year().prop_map(|year| EventKind::Relieved(Relief::Bill { year })),
        1 => Just(EventKind::Relieved(Relief::Whole)),
        1 => amount().prop_map(|amount| EventKind::Compensated { amount }),
        1 => Just(EventKind::WrittenOff),
    ]
}

fn events_strategy() -> impl Strategy<Value = Vec<Event>> {
    let event = (0u64..8_500, kind_strategy())
        .prop_map(|(days, kind)| Event { on: date(2019, 1, 1) + chrono::Days::new(days), kind });
    proptest::collection::vec(event, 0..14)
}

/// One value for ever: what a conversion needs.
fn one_value() -> Indexes {
    index(&[("2019-01-01", "4.20")])
}

fn account(life: &Life, account: Account) -> Fen {
    life.postings.iter().map(|posting| posting.legs.amounts[account as usize]).sum()
}

/// The identities of the ledger between postings, rows and balances of one life.
fn identities(life: &Life) {
    for posting in &life.postings {
        assert_eq!(posting.legs.sum(), Fen::ZERO, "{posting:?}");
        assert!(posting.legs.iter().next().is_some(), "an event without money writes no posting");
    }
    let balances = &life.balances;
    let outstanding = balances.principal_not_due + balances.due_principal + balances.overdue_principal;
    assert_eq!(account(life, Account::Principal), outstanding, "principal is disbursed less everything that left");
    assert_eq!(account(life, Account::InterestOwn), balances.due_interest + balances.overdue_interest);
    assert_eq!(account(life, Account::Deposit), -balances.deposit);
    for amount in [balances.principal_not_due, balances.overdue_principal, balances.overdue_interest, balances.deposit]
    {
        assert!(amount >= Fen::ZERO, "{balances:?}");
    }
    assert!(balances.penalty >= Fen::ZERO && balances.due_principal >= Fen::ZERO, "{balances:?}");
    // Own and state interest are what accrued: all of it is income, and all income is claimed from somebody.
    let rows = life.rows.iter().map(|row| row.interest + row.interest_subsidised).sum::<Fen>();
    assert_eq!(account(life, Account::InterestIncome), -rows);
    let due: Fen = life.rows.iter().map(|row| row.overdue_principal + row.overdue_interest).sum();
    assert_eq!(due, balances.overdue_principal + balances.overdue_interest);
    let mut previous: Option<(Date, Fen)> = None;
    for row in &life.rows {
        assert_eq!(row.closing, row.opening - row.principal);
        assert_eq!(row.total, row.principal + row.interest);
        assert!(row.principal >= Fen::ZERO && row.closing >= Fen::ZERO, "{row:?}");
        let settled = row.paid_principal + row.paid_interest + row.overdue_principal + row.overdue_interest;
        let by_others =
            row.waived + row.relieved + row.compensated + row.written_off + row.school_refunded + row.credited;
        let not_yet = if row.debit_on > row.due_on { row.total - settled - by_others } else { Fen::ZERO };
        let waits = balances.due_principal + balances.due_interest;
        assert!(not_yet.is_zero() || not_yet == waits, "a bill is the sum of its parts: {row:?}");
        if let Some((due_on, closing)) = previous {
            assert!(row.due_on > due_on, "rows stand in date order");
            // Principal also leaves between rows: the school and the risk fund take it.
            assert!(row.opening <= closing);
        }
        previous = Some((row.due_on, row.closing));
    }
}

fn sums(life: &Life) {
    let add = |what: fn(&loan::life::Row) -> Fen| life.rows.iter().map(what).sum::<Fen>();
    assert_eq!(life.totals.principal, add(|row| row.principal));
    assert_eq!(life.totals.interest, add(|row| row.interest));
    assert_eq!(life.totals.interest_subsidised, add(|row| row.interest_subsidised));
    assert_eq!(life.totals.total, life.totals.principal + life.totals.interest);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn the_identities_hold_in_every_life(terms in terms_strategy(), events in events_strategy(), days in 0u64..9_500) {
        let as_of = date(2019, 1, 1) + chrono::Days::new(days);
        let life = replay(&terms, &one_value(), &events, as_of).expect("accepted terms");
        identities(&life);
        sums(&life);
        for refused in &life.refused {
            prop_assert!(events[refused.event].on <= as_of);
        }
        let plan = outlook(&terms, &one_value(), &events, as_of).expect("accepted terms");
        sums(&plan);
        prop_assert_eq!(plan.balances, life.balances);
    }

    #[test]
    fn a_later_day_only_adds_postings(terms in terms_strategy(), events in events_strategy(), days in 0u64..9_000, more in 0u64..500) {
        let as_of = date(2019, 1, 1) + chrono::Days::new(days);
        let before = replay(&terms, &one_value(), &events, as_of).expect("accepted terms");
        let later = replay(&terms, &one_value(), &events, as_of + chrono::Days::new(more)).expect("accepted terms");
        prop_assert_eq!(&later.postings[..before.postings.len()], &before.postings[..]);
        prop_assert_eq!(&later.refused[..before.refused.len()], &before.refused[..]);
    }

    #[test]
    fn a_plan_pays_back_exactly_what_was_lent(terms in terms_strategy()) {
        let life = quote(&terms, &one_value(), &[]).expect("accepted terms");
        sums(&life);
        prop_assert_eq!(life.totals.principal, terms.principal);
        prop_assert_eq!(life.rows.last().map(|row| row.closing), Some(Fen::ZERO));
        for pair in life.rows.windows(2) {
            prop_assert_eq!(pair[0].closing, pair[1].opening);
        }
        // Paid in time as the plan says, a life has the rows of the plan and nothing is left.
        let events: Vec<Event> = life
            .rows
            .iter()
            .filter(|row| row.total.is_positive() && row.total <= AMOUNT_MAX)
            .map(|row| Event {
                on: row.debit_on,
                kind: EventKind::Paid { amount: row.total, channel: "bank".into(), reference: row.due_on.to_string() },
            })
            .collect();
        prop_assume!(events.len() == life.rows.iter().filter(|row| row.total.is_positive()).count());
        let lived = replay(&terms, &one_value(), &events, date(2060, 1, 1)).expect("accepted terms");
        prop_assert_eq!(&lived.rows, &life.rows);
        prop_assert_eq!(lived.balances, loan::life::Balances::default());
    }
}

#[test]
fn h090_one_rounding_per_row_and_bearer_stays_within_half_a_fen() {
    for fen in 100_000..100_400 {
        let mut terms = fixed("1", "2024-11-20", 2025, 2040, "3.47");
        terms.principal = Fen(fen);
        let life = quote(&terms, &no_index(), &[]).expect("accepted");
        for row in life.rows.iter().filter(|row| row.kind == RowKind::Settlement && row.days >= 365) {
            let exact = i128::from(row.opening.0) * 34_700;
            assert!((i128::from(row.interest.0) * 1_000_000 - exact).abs() * 2 <= 1_000_000);
        }
    }
    proof::proves!["R26.5"];
}

#[test]
fn splitting_a_sum_never_loses_a_fen() {
    for total in 0..2_000i64 {
        for share in [0i128, 1, 50, 333_333, 500_000, 999_999, 1_000_000] {
            let central = round_half_up(i128::from(total) * share, 1_000_000) as i64;
            assert!((0..=total).contains(&central));
            assert_eq!(central + (total - central), total);
        }
    }
}

#[test]
fn h099_the_bounds_are_accepted_and_the_first_step_beyond_is_refused() {
    use loan::life::Reason;
    let largest = || {
        let mut terms = fixed("1", "2020-11-20", 2022, 2120, "0");
        terms.principal = AMOUNT_MAX;
        terms.pricing = Pricing::Fixed(Rate(1_000_000));
        terms.product.penalty_percent = 1_000;
        terms.grace_years = 30;
        terms
    };
    let life = replay(&largest(), &no_index(), &[], date(2200, 12, 31)).expect("the bounds are accepted");
    assert!(life.balances.penalty > life.balances.overdue_principal);
    let check = |change: fn(&mut Terms), reason| {
        let mut terms = largest();
        change(&mut terms);
        let refused = quote(&terms, &no_index(), &[]).map_err(|refused| refused.reason);
        assert_eq!(refused, Err(reason));
    };
    check(|terms| terms.principal = Fen(AMOUNT_MAX.0 + 1), Reason::PrincipalOutOfRange);
    check(|terms| terms.principal = Fen::ZERO, Reason::PrincipalOutOfRange);
    check(|terms| terms.matures_in = 2121, Reason::DateOutOfRange);
    check(|terms| terms.disbursed_on = date(1989, 12, 31), Reason::DateOutOfRange);
    check(|terms| terms.graduates_in = 2120, Reason::GraduationNotBeforeMaturity);
    check(|terms| terms.graduates_in = 2020, Reason::DisbursedAfterGraduation);
    check(|terms| terms.grace_years = 31, Reason::GraceOutOfRange);
    check(|terms| terms.pricing = Pricing::Fixed(Rate(1_000_001)), Reason::RateOutOfRange);
    check(|terms| terms.product.penalty_percent = 1_001, Reason::RateOutOfRange);
    check(|terms| terms.product.settlement.day = 21, Reason::SettlementDayOutOfRange);
    let mut unordered: Indexes = no_index();
    unordered.lpr5y = table(&[("2024-01-20", "4.20"), ("2024-01-20", "4.10")]);
    let refused = quote(&largest(), &unordered, &[]).map_err(|refused| refused.reason);
    assert_eq!(refused, Err(Reason::IndexTableOutOfOrder));
    let late = Event { on: date(2201, 1, 1), kind: EventKind::Died };
    assert_eq!(
        quote(&largest(), &no_index(), &[late]).map_err(|refused| refused.reason),
        Err(Reason::EventsOutOfRange)
    );
}
