//! What must hold in every life the engine tells, whoever computes it (money.md section 11); needs no second answer.

use crate::compare::literal;
use crate::dice::{Case, Dice, Family};
use loan::contract::Terms;
use loan::life::{Account, Life, RowKind};
use loan::money::Fen;
use loan::settlement;
use proptest::prelude::*;

/// The first identity a life breaks.
fn broken(terms: &Terms, life: &Life) -> Option<String> {
    for posting in &life.postings {
        if !posting.legs.sum().is_zero() || posting.legs.iter().next().is_none() {
            return Some(format!("a posting is empty or not zero: {posting:?}"));
        }
    }
    for row in &life.rows {
        if row.total != row.principal + row.interest || row.closing != row.opening - row.principal {
            return Some(format!("a row does not add up: {row:?}"));
        }
    }
    for pair in life.rows.windows(2) {
        if pair[0].closing.is_zero() || pair[0].due_on > pair[1].due_on {
            return Some(format!("a row follows 0.00 or a later one: {pair:?}"));
        }
    }
    let sum = |pick: fn(&loan::life::Row) -> Fen| life.rows.iter().map(pick).sum::<Fen>();
    let totals = [
        (life.totals.principal, sum(|r| r.principal)),
        (life.totals.interest, sum(|r| r.interest)),
        (life.totals.interest_subsidised, sum(|r| r.interest_subsidised)),
        (life.totals.total, sum(|r| r.total)),
    ];
    if let Some((total, rows)) = totals.into_iter().find(|(total, rows)| total != rows) {
        return Some(format!("a total is {total}, its rows add up to {rows}"));
    }
    let account = |account: Account| life.postings.iter().map(|p| p.legs.amounts[account as usize]).sum::<Fen>();
    let b = &life.balances;
    let ledger = [
        ("principal", account(Account::Principal), b.principal_not_due + b.due_principal + b.overdue_principal),
        ("interest_own", account(Account::InterestOwn), b.due_interest + b.overdue_interest),
        ("deposit", -account(Account::Deposit), b.deposit),
        ("interest", -account(Account::InterestIncome), sum(|r| r.interest + r.interest_subsidised)),
    ];
    if let Some((name, ledger, shown)) = ledger.into_iter().find(|(_, ledger, shown)| ledger != shown) {
        return Some(format!("{name} is {ledger} in the ledger, {shown} in the figures"));
    }
    let below = [b.principal_not_due, b.due_principal, b.overdue_principal, b.overdue_interest, b.penalty, b.deposit]
        .into_iter()
        .any(|fen| fen < Fen::ZERO);
    if below || sum(|r| r.principal) > terms.principal {
        return Some(format!("an amount is below zero or above the principal: {b:?}"));
    }
    None
}

fn hold(family: Family, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let case = Dice::of(seed).case(family);
        if let Ok(life) = settlement::replay(&case.terms, &case.indexes, &case.events, case.as_of)
            && let Some(what) = broken(&case.terms, &life)
        {
            panic!("seed {seed} of {family:?}: {what}\n{}", literal(&case));
        }
    }
}

#[test]
fn every_life_adds_up() {
    for family in [Family::Payments, Family::Prepayments, Family::Studies, Family::Aid, Family::Everything] {
        hold(family, 1_000_000..1_003_000);
    }
    proof::proves!["R26.5", "R15.9"];
}

/// A life told up to one day is the beginning of the life told up to a later day: the ledger only grows.
#[test]
fn the_ledger_only_grows() {
    for seed in 2_000_000..2_001_500 {
        let Case { terms, indexes, events, as_of } = Dice::of(seed).case(Family::Everything);
        let earlier = terms.disbursed_on + chrono::Days::new(seed % 7 * 211);
        if earlier >= as_of {
            continue;
        }
        let told = settlement::replay(&terms, &indexes, &events, earlier);
        let whole = settlement::replay(&terms, &indexes, &events, as_of);
        if let (Ok(told), Ok(whole)) = (told, whole) {
            assert!(whole.postings.starts_with(&told.postings), "seed {seed}: a posting changed after {earlier}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Splitting a principal into instalments never loses a fen, and all but the last are equal.
    #[test]
    fn splitting_never_loses_a_fen(seed in 0u64..1_000_000, principal in 1i64..100_000_000) {
        let case = Dice::of(seed).case(Family::Plans);
        let terms = Terms { principal: Fen(principal), ..case.terms };
        if let Ok(life) = settlement::quote(&terms, &case.indexes, &[]) {
            prop_assert_eq!(life.rows.iter().map(|row| row.principal).sum::<Fen>(), Fen(principal));
            let instalments: Vec<Fen> = life
                .rows
                .iter()
                .filter(|row| row.kind == RowKind::Settlement && row.principal.is_positive())
                .map(|row| row.principal)
                .collect();
            let (last, equal) = instalments.split_last().expect("somebody pays");
            prop_assert!(equal.iter().all(|fen| *fen == equal[0] && *fen <= *last));
        }
    }
}
