//! Random contracts with random events, realistic and nasty, from one seed.

use crate::hand::{self, Day, day, next};
use chrono::{Datelike, Days};
use loan::contract::{
    DayCount, FirstPrincipal, Index, IndexTable, Indexes, OverdueValueDay, PenaltyBase, Pricing, Product, Terms,
};
use loan::event::{ConvertTo, Event, EventKind, PrepayAmount, Relief};
use loan::money::{Fen, Rate};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a family of lives is rich in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// `quote`: prepayments, deferrals, waivers, spread changes, conversion.
    Plans,
    /// Payments early, late, partial, doubled, conflicting, bounced; refunds.
    Payments,
    /// Prepayments in every window, cancellations, beside payments.
    Prepayments,
    /// Study changes, restudy, withdrawal.
    Studies,
    /// Death, waiver, deferral, relief, compensation, write-off, school refund.
    Aid,
    /// All of it at once.
    Everything,
}

/// One contract and what happens to it.
#[derive(Clone, Debug)]
pub struct Case {
    pub terms: Terms,
    pub indexes: Indexes,
    pub events: Vec<Event>,
    pub as_of: Day,
}

pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn of(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())].clone()
    }

    fn day_of(&mut self, year: i32) -> Day {
        if self.chance(25) {
            let (month, of_month) = self.pick(&[
                (12, 19),
                (12, 20),
                (12, 21),
                (12, 22),
                (9, 1),
                (8, 31),
                (1, 1),
                (9, 20),
                (9, 21),
                (2, 28),
            ]);
            return day(year, month, of_month);
        }
        if self.chance(2) && day(year, 12, 31).ordinal() == 366 {
            return day(year, 2, 29);
        }
        day(year, 1, 1) + Days::new(self.between(0, 364) as u64)
    }

    fn day_between(&mut self, from: Day, to: Day) -> Day {
        let span = (to - from).num_days().max(0);
        let found = from + Days::new(self.between(0, span) as u64);
        if self.chance(12) {
            let (month, of_month) =
                self.pick(&[(12, 20), (12, 21), (9, 20), (9, 21), (12, 19), (1, 20), (11, 20), (3, 21)]);
            let nasty = day(found.year(), month, of_month);
            if from <= nasty && nasty <= to {
                return nasty;
            }
        }
        found
    }

    fn table(&mut self, from: Day) -> IndexTable {
        let mut points = vec![(from, Rate(self.between(300, 700) * 100))];
        let mut on = from;
        while on.year() < 2055 {
            on = on + Days::new(self.between(20, 900) as u64);
            points.push((on, Rate(self.between(250, 700) * 100)));
        }
        if self.chance(20) {
            points.truncate(2);
        }
        IndexTable { points, known_until: None, synthetic_from: None }
    }

    fn terms(&mut self) -> Terms {
        let disbursed_on = match self.between(0, 9) {
            0..=2 => {
                let year = self.between(2010, 2019) as i32;
                self.day_of(year)
            }
            3 => {
                self.pick(&[day(2019, 12, 20), day(2019, 12, 21), day(2019, 12, 31), day(2020, 1, 1), day(2020, 2, 29)])
            }
            _ => {
                let year = self.between(2020, 2028) as i32;
                self.day_of(year)
            }
        };
        let first_year =
            if disbursed_on >= day(disbursed_on.year(), 9, 1) { disbursed_on.year() + 1 } else { disbursed_on.year() };
        let graduates_in = first_year + self.pick(&[0, 0, 1, 2, 3, 3, 3, 4, 5, 7]);
        let matures_in = graduates_in + self.pick(&[1, 2, 3, 4, 5, 6, 8, 10, 13, 15, 15, 15, 20]);
        let first_principal =
            if self.chance(20) { FirstPrincipal::InLastGraceYear } else { FirstPrincipal::AfterGrace };
        let least = i64::from(first_principal == FirstPrincipal::InLastGraceYear);
        let grace_years = if self.chance(50) { self.pick(&[2, 3, 3, 5, 5]) } else { self.between(least, 7) as u8 };
        let pricing = if self.chance(20) {
            Pricing::Fixed(Rate(self.between(0, 70_000) * if self.chance(50) { 1 } else { 0 } + 20_000))
        } else if disbursed_on < day(2020, 1, 1) {
            Pricing::Floating { index: Index::Pboc5Y, spread_bp: 0 }
        } else {
            Pricing::Floating { index: Index::Lpr5Y, spread_bp: self.pick(&[-30, -60, -70, 0, 15]) }
        };
        let mut product = Product { first_principal, ..Product::default() };
        if self.chance(20) {
            product.penalty_base = PenaltyBase::OverduePrincipal;
        }
        if self.chance(20) {
            product.overdue_value_day = OverdueValueDay::Receipt;
        }
        if self.chance(10) {
            product.penalty_percent = self.pick(&[100, 150, 130]);
        }
        let principal = match self.between(0, 9) {
            0 => Fen(self.between(1, 50)),
            1..=4 => Fen(self.between(10, 200) * 10_000),
            5..=8 => Fen(self.between(100_000, 2_500_000)),
            _ => Fen(self.between(1, 100_000_000)),
        };
        Terms {
            principal,
            disbursed_on,
            graduates_in,
            matures_in,
            grace_years,
            pricing,
            day_count: self.pick(&[
                DayCount::YearOrDays360,
                DayCount::YearOrDays360,
                DayCount::Act360,
                DayCount::Act365,
            ]),
            product,
        }
    }

    pub fn case(&mut self, family: Family) -> Case {
        let terms = self.terms();
        let indexes = Indexes { lpr5y: self.table(day(2019, 8, 20)), pboc5y: self.table(day(2004, 10, 29)) };
        let mut events = Vec::new();
        let ends = day(terms.matures_in + 2, 12, 31);
        let as_of = if self.chance(40) { ends } else { self.day_between(terms.disbursed_on, ends) };
        if family == Family::Plans {
            self.plan_events(&terms, &mut events);
        } else {
            self.prices(&terms, &mut events);
            self.payments(&terms, &indexes, &mut events, family);
            let many = self.between(0, if family == Family::Everything { 8 } else { 4 });
            for _ in 0..many {
                let family = match family {
                    Family::Everything => self.pick(&[Family::Prepayments, Family::Studies, Family::Aid]),
                    _ => family,
                };
                let event = match family {
                    Family::Prepayments => self.prepayment(&terms),
                    Family::Studies => self.study(&terms),
                    Family::Aid => self.aid(&terms),
                    _ => continue,
                };
                events.push(event);
            }
            if self.chance(3) {
                self.cancel_something(&mut events);
            }
        }
        events.sort_by_key(|event| event.on);
        Case { terms, indexes, events, as_of }
    }

    fn prices(&mut self, terms: &Terms, events: &mut Vec<Event>) {
        if terms.disbursed_on < day(2020, 1, 1) && self.chance(40) {
            let filed_on = match self.between(0, 9) {
                0 => self.pick(&[day(2020, 7, 31), day(2020, 8, 1), day(2020, 12, 20), day(2020, 12, 21)]),
                _ => self.day_between(day(2020, 8, 1), day(2020, 12, 20)),
            };
            let to = self.pick(&[ConvertTo::Floating, ConvertTo::Fixed]);
            events.push(Event { on: filed_on, kind: EventKind::Converted { to } });
            if self.chance(10) {
                events.push(Event { on: filed_on + Days::new(1), kind: EventKind::Converted { to } });
            }
        }
        let many = self.pick(&[0, 0, 0, 1, 1, 2]);
        for _ in 0..many {
            let on = self.day_between(terms.disbursed_on, day(terms.matures_in, 12, 31));
            let spread_bp = self.pick(&[-30, -60, -70, 10]);
            events.push(Event { on, kind: EventKind::SpreadChanged { spread_bp } });
        }
    }

    fn payments(&mut self, terms: &Terms, indexes: &Indexes, events: &mut Vec<Event>, family: Family) {
        let bills: Vec<(Day, i64)> = hand::quote(terms, indexes, &[])
            .map(|life| life.rows.iter().map(|r| (r.due_on, r.principal + r.interest)).collect())
            .unwrap_or_default();
        let diligent = self.pick(&[10, 40, 70, 90, 98, 100]);
        let mut number = 0;
        let mut known: Vec<(Day, String, String, i64)> = Vec::new();
        for (due_on, total) in bills {
            if total <= 0 {
                continue;
            }
            let mut arrivals = Vec::new();
            if self.chance(diligent) {
                arrivals.push((due_on - Days::new(self.between(0, 40) as u64), total));
                if self.chance(5) {
                    arrivals[0].0 = next(due_on);
                }
            } else if self.chance(60) {
                let late = due_on + Days::new(self.between(1, 200) as u64);
                let part = if self.chance(50) { self.between(1, total) } else { total + self.between(0, total) };
                arrivals.push((late, part));
                if self.chance(30) {
                    let again = late + Days::new(self.between(0, 90) as u64);
                    arrivals.push((again, self.between(1, total + 1)));
                }
            }
            if self.chance(8) {
                arrivals.push((due_on - Days::new(self.between(0, 300) as u64), self.between(1, 3 * total)));
            }
            for (on, amount) in arrivals {
                number += 1;
                let channel = self.pick(&["alipay", "alipay", "unionpay", "counter"]).to_owned();
                known.push((on, channel, format!("R{number}"), amount));
            }
        }
        if self.chance(10) {
            number += 1;
            let on = self.day_between(terms.disbursed_on - Days::new(60), day(terms.matures_in + 1, 6, 1));
            known.push((on, "school".to_owned(), format!("R{number}"), self.between(1, terms.principal.0 + 1)));
        }
        for (on, channel, reference, amount) in &known {
            events.push(Event {
                on: *on,
                kind: EventKind::Paid { amount: Fen(*amount), channel: channel.clone(), reference: reference.clone() },
            });
        }
        let wild = matches!(family, Family::Payments | Family::Everything);
        if !wild {
            return;
        }
        let mischief = self.pick(&[0, 0, 1, 2, 3]);
        for _ in 0..mischief {
            if known.is_empty() {
                break;
            }
            let (on, channel, reference, amount) = self.pick(&known);
            let later = on + Days::new(self.pick(&[0, 1, 5, 20, 30, 60, 200, 700]));
            let kind = match self.between(0, 9) {
                0 | 1 => EventKind::Paid { amount: Fen(amount), channel, reference },
                2 => EventKind::Paid { amount: Fen(amount + 1), channel, reference },
                3 => EventKind::Bounced { channel, reference: "unknown".to_owned() },
                4..=7 => EventKind::Bounced { channel, reference },
                _ => EventKind::Refunded { amount: Fen(self.between(1, amount)) },
            };
            events.push(Event { on: later, kind });
        }
    }

    fn prepayment(&mut self, terms: &Terms) -> Event {
        let on = self.day_between(terms.disbursed_on, day(terms.matures_in, 9, 25));
        if self.chance(10) {
            let effective_on = hand::effective_20th(on);
            return Event { on, kind: EventKind::PrepayCancelled { effective_on } };
        }
        Event { on, kind: EventKind::PrepayFiled { amount: self.prepaid(terms) } }
    }

    fn prepaid(&mut self, terms: &Terms) -> PrepayAmount {
        match self.between(0, 9) {
            0 | 1 => PrepayAmount::All,
            2 => PrepayAmount::Part(Fen(terms.principal.0 + 1)),
            _ => PrepayAmount::Part(Fen(self.between(1, (terms.principal.0 / 3).max(1)))),
        }
    }

    fn cancel_something(&mut self, events: &mut Vec<Event>) {
        let filed: Vec<Day> = events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::PrepayFiled { .. }))
            .map(|event| event.on)
            .collect();
        if let Some(on) = filed.first() {
            let effective_on = hand::effective_20th(*on);
            let cancelled_on = self.day_between(*on, effective_on);
            events.push(Event { on: cancelled_on, kind: EventKind::PrepayCancelled { effective_on } });
        }
    }

    fn study(&mut self, terms: &Terms) -> Event {
        let on = self.day_between(terms.disbursed_on, day(terms.matures_in, 3, 1));
        let kind = match self.between(0, 9) {
            0..=4 => {
                let graduates_in = terms.graduates_in + self.pick(&[-1, 1, 1, 2, 3]);
                let effective_on = self.chance(50).then(|| self.day_between(terms.disbursed_on, on));
                let matures_in = self.chance(20).then(|| terms.matures_in + self.pick(&[-1, 1, 2]));
                EventKind::StudyChanged { graduates_in, effective_on, matures_in }
            }
            5..=7 => {
                let from = on + Days::new(self.pick(&[0, 1, 30, 100]));
                let from = if self.chance(30) { from - Days::new(400) } else { from };
                EventKind::StudyResumed { from, graduates_in: on.year() + self.pick(&[1, 2, 3, 4]) }
            }
            8 => EventKind::Withdrew,
            _ => EventKind::Expelled,
        };
        Event { on, kind }
    }

    fn aid(&mut self, terms: &Terms) -> Event {
        let on = self.day_between(terms.disbursed_on, day(terms.matures_in + 1, 12, 31));
        let year = on.year() + self.pick(&[-3, -2, -1, 0, 0, 0, 1, 2]);
        let amount = Fen(self.between(1, (terms.principal.0 / 2).max(1)));
        let kind = match self.between(0, 19) {
            0 => EventKind::Died,
            1..=5 => EventKind::Waived { year },
            6..=10 => EventKind::Deferred { year },
            11 => EventKind::Relieved(Relief::Whole),
            12..=14 => EventKind::Relieved(Relief::Bill { year }),
            15 | 16 => EventKind::Compensated { amount },
            17 => EventKind::WrittenOff,
            18 => EventKind::SchoolRefunded { amount },
            _ => EventKind::SchoolRefunded { amount: if self.chance(30) { terms.principal } else { amount } },
        };
        Event { on, kind }
    }

    fn plan_events(&mut self, terms: &Terms, events: &mut Vec<Event>) {
        self.prices(terms, events);
        let last = day(terms.matures_in, 9, 20);
        let many = self.pick(&[0, 0, 1, 1, 2, 3]);
        for _ in 0..many {
            let on = self.day_between(terms.disbursed_on, last);
            let amount = self.prepaid(terms);
            events.push(Event { on, kind: EventKind::PrepayFiled { amount } });
        }
        let many = self.pick(&[0, 0, 1, 2]);
        for _ in 0..many {
            let year = self.between(i64::from(terms.graduates_in), i64::from(terms.matures_in)) as i32;
            events.push(Event { on: day(year, 1, 1).max(terms.disbursed_on), kind: EventKind::Deferred { year } });
        }
        let many = self.pick(&[0, 0, 1, 2]);
        for _ in 0..many {
            let year = self.between(i64::from(terms.disbursed_on.year()), i64::from(terms.matures_in)) as i32;
            events.push(Event { on: day(year, 1, 1).max(terms.disbursed_on), kind: EventKind::Waived { year } });
        }
    }
}
