//! Random campus-based plans, and their comparison.

use crate::dice::Dice;
use crate::hand::campus::{self, CampusRow};
use crate::hand::{day, next};
use chrono::Days;
use loan::money::{Fen, Rate};
use loan::periodic::{self, Method, PeriodicDayCount, PeriodicTerms};

impl Dice {
    /// A plan: month ends, leap days, zero rates, units, rate changes, grace to the last period but one.
    pub fn campus(&mut self) -> PeriodicTerms {
        let starts_on = if self.chance(30) {
            self.pick(&[day(2023, 1, 31), day(2024, 2, 29), day(2023, 8, 31), day(2022, 12, 31), day(2023, 3, 30)])
        } else {
            day(2004, 9, 1) + Days::new(self.between(0, 8_000) as u64)
        };
        let every_months = self.pick(&[1, 1, 3, 6, 12]);
        let periods = self.between(1, if every_months == 1 { 72 } else { 24 }) as u32;
        let grace_periods = if self.chance(30) { self.between(0, i64::from(periods) - 1) as u32 } else { 0 };
        let rate = |dice: &mut Dice| match dice.between(0, 9) {
            0 => Rate(0),
            1 => Rate(dice.between(0, 300_000)),
            _ => Rate(dice.between(200, 800) * 100),
        };
        let annual_rate = rate(self);
        let mut rate_changes = Vec::new();
        let mut from = 1;
        for _ in 0..self.pick(&[0, 0, 1, 2, 3]) {
            from += self.between(1, 12) as u32;
            if from <= periods {
                rate_changes.push((from, rate(self)));
            }
        }
        let principal = match self.between(0, 9) {
            0 => Fen(self.between(1, 100)),
            1..=5 => Fen(self.between(10, 600) * 10_000),
            _ => Fen(self.between(1_000, 5_000_000)),
        };
        PeriodicTerms {
            principal,
            starts_on,
            annual_rate,
            periods,
            every_months,
            method: self.pick(&[
                Method::EqualPrincipal,
                Method::EqualInstalment,
                Method::EqualInstalment,
                Method::Bullet,
            ]),
            day_count: self.pick(&[PeriodicDayCount::Thirty360, PeriodicDayCount::Act360, PeriodicDayCount::Act365]),
            grace_periods,
            interest_from: self.chance(40).then(|| starts_on - Days::new(self.between(0, 800) as u64)),
            instalment_unit: Fen(self.pick(&[1, 1, 1, 10, 100, 1_000])),
            rate_changes,
        }
    }
}

fn difference(terms: &PeriodicTerms) -> Option<String> {
    let hand = campus::plan(terms);
    let engine = periodic::plan(terms);
    let (engine, hand) = match (engine, hand) {
        (Ok(engine), Some(hand)) => (engine, hand),
        (Err(_), None) => return None,
        (engine, hand) => return Some(format!("one side refuses\n engine {engine:?}\n hand {hand:?}")),
    };
    let theirs: Vec<CampusRow> = engine
        .rows
        .iter()
        .map(|row| CampusRow {
            due_on: row.due_on,
            days: row.days,
            ppm: row.rate.0,
            opening: row.opening.0,
            principal: row.principal.0,
            interest: row.interest.0,
            closing: row.closing.0,
        })
        .collect();
    for place in 0..theirs.len().max(hand.len()) {
        if theirs.get(place) != hand.get(place) {
            return Some(format!("row {place}\n engine {:?}\n hand   {:?}", theirs.get(place), hand.get(place)));
        }
    }
    let interest: i64 = hand.iter().map(|row| row.interest).sum();
    let sums = engine.totals.interest.0 == interest
        && engine.totals.principal == terms.principal
        && engine.totals.total.0 == interest + terms.principal.0
        && engine.totals.interest_subsidised == Fen(0);
    if !sums {
        return Some(format!("totals {:?}, interest by hand {interest}", engine.totals));
    }
    let edges = engine.rows.iter().all(|row| {
        row.debit_on == row.due_on && row.interest_subsidised == Fen(0) && row.total == row.principal + row.interest
    });
    (!edges).then(|| "a row's debit day, subsidy or total".to_owned())
}

/// Compares many plans; the first difference is printed with its seed.
pub fn agree(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let terms = Dice::of(seed).campus();
        if let Some(what) = difference(&terms) {
            panic!("seed {seed}: {what}\n{terms:#?}");
        }
    }
}

#[test]
fn a_year_of_twelve_by_hand() {
    // 5000.00 at 12 %, 18 months, equal principal, three months before: 1 % a month.
    let terms = PeriodicTerms {
        principal: Fen(500_000),
        starts_on: day(2022, 11, 1),
        annual_rate: Rate(120_000),
        periods: 18,
        every_months: 1,
        method: Method::EqualPrincipal,
        day_count: PeriodicDayCount::Thirty360,
        grace_periods: 0,
        interest_from: Some(day(2022, 8, 1)),
        instalment_unit: Fen(1),
        rate_changes: vec![(7, Rate(40_000))],
    };
    let rows = campus::plan(&terms).unwrap();
    assert_eq!(rows.len(), 18);
    // Before: 5000 x 12 % x 3/12 = 150.00; first month 50.00.
    assert_eq!((rows[0].interest, rows[0].principal), (20_000, 27_778));
    // From the 7th period 4 %: 3333.32 x 4 % / 12 = 11.11.
    assert_eq!((rows[6].opening, rows[6].interest), (333_332, 1_111));
    assert_eq!(rows[17].closing, 0);
    // Month ends never drift.
    let terms = PeriodicTerms { starts_on: day(2023, 1, 31), interest_from: None, ..terms };
    let rows = campus::plan(&terms).unwrap();
    assert_eq!(
        (rows[0].due_on, rows[1].due_on, rows[2].due_on),
        (day(2023, 2, 28), day(2023, 3, 31), day(2023, 4, 30))
    );
    assert!(rows[1].days == 31 && next(rows[0].due_on) == day(2023, 3, 1));
}
