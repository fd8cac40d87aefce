//! Interest of a stretch of time: cut into runs of one rate and one bearer, added exactly, rounded once.

use super::days::Day;
use super::rates::Step;
use crate::contract::DayCount;
use crate::money::round_half_up;

/// Parts per million in one.
const PPM: i64 = 1_000_000;

/// The days on which the state bears the interest.
#[derive(Debug, Default)]
pub(crate) struct Study {
    /// Subsidised intervals `[from, to)`, ascending, none touching the next.
    intervals: Vec<(Day, Day)>,
}

impl Study {
    pub(crate) fn begin(&mut self, own_from: Day) {
        self.intervals.clear();
        self.intervals.push((Day::MIN, own_from));
    }

    pub(crate) fn subsidised_on(&self, day: Day) -> bool {
        self.intervals.iter().any(|&(from, to)| from <= day && day < to)
    }

    /// The day after the last subsidised one.
    pub(crate) fn ends_on(&self) -> Day {
        self.intervals.last().map_or(Day::MIN, |&(_, to)| to)
    }

    /// From `effective_on` on, but not before the last interval, the state bears every day before `own_from` and none
    /// after; earlier days stay.
    pub(crate) fn change(&mut self, effective_on: Day, own_from: Day) {
        let from = self.intervals.last().map_or(effective_on, |&(from, _)| effective_on.max(from));
        self.cut(from);
        self.add(from, own_from);
    }

    /// A further subsidised interval, after all others.
    pub(crate) fn add(&mut self, from: Day, to: Day) {
        if from >= to {
            return;
        }
        match self.intervals.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => self.intervals.push((from, to)),
        }
    }

    /// No day from `day` on is subsidised any more.
    pub(crate) fn cut(&mut self, day: Day) {
        self.intervals.retain(|&(from, _)| from < day);
        if let Some(last) = self.intervals.last_mut() {
            last.1 = last.1.min(day);
        }
    }

    /// Who bears a day, and the next day on which that changes.
    fn bearer_of(&self, day: Day) -> (bool, Day) {
        for &(from, to) in &self.intervals {
            if day < from {
                return (false, from);
            }
            if day < to {
                return (true, to);
            }
        }
        (false, Day::MAX)
    }
}

/// What one fen earns over a stretch, in ppm-days of each bearer, and the borrower's days in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) own: i64,
    pub(crate) state: i64,
    pub(crate) own_days: i32,
}

/// The stretch `[from, to)` of a slice inside its settlement year.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub(crate) from: Day,
    pub(crate) to: Day,
    /// The whole settlement year, `[21 December, 21 December)`.
    pub(crate) year: (Day, Day),
}

/// Weighs a stretch. Neighbouring steps differ and neighbouring intervals do not touch, so every piece is a maximal run.
pub(crate) fn weigh(stretch: Stretch, steps: &[Step], study: &Study, day_count: DayCount) -> Weight {
    let mut weight = Weight::default();
    if stretch.from >= stretch.to {
        return weight;
    }
    let mut day = stretch.from;
    let mut at = steps.iter().rposition(|step| step.from <= day).unwrap_or(0);
    while day < stretch.to {
        let (subsidised, turn) = study.bearer_of(day);
        let reset = steps.get(at + 1).map_or(Day::MAX, |step| step.from);
        let end = stretch.to.min(turn).min(reset);
        let days = end - day;
        let whole = day_count == DayCount::YearOrDays360 && (day, end) == stretch.year;
        let earned = steps[at].rate * i64::from(if whole { 360 } else { days });
        if subsidised {
            weight.state += earned;
        } else {
            weight.own += earned;
            weight.own_days += days;
        }
        if end == reset {
            at += 1;
        }
        day = end;
    }
    weight
}

/// Days of the year in the divisor.
pub(crate) fn basis(day_count: DayCount) -> i64 {
    match day_count {
        DayCount::YearOrDays360 | DayCount::Act360 => 360,
        DayCount::Act365 => 365,
    }
}

/// A sum of `fen × ppm × days`, not below zero, as fen: rounded half up, once.
pub(crate) fn rounded(sum: i128, day_count: DayCount) -> i64 {
    const HALF: i64 = 1 << 60;
    // Nearly every sum fits; a division by a constant is then a multiplication.
    if sum < HALF as i128 {
        let sum = sum as i64;
        return match day_count {
            DayCount::YearOrDays360 | DayCount::Act360 => (2 * sum + 360 * PPM) / (720 * PPM),
            DayCount::Act365 => (2 * sum + 365 * PPM) / (730 * PPM),
        };
    }
    round_half_up(sum, i128::from(basis(day_count) * PPM)) as i64
}

/// `fen × weight` without loss.
pub(crate) fn earned(fen: i64, weight: i64) -> i128 {
    i128::from(fen) * i128::from(weight)
}
