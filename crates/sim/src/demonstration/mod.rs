//! The demonstration: [`places`] opens offices and desks, then season after season families apply, clerks decide,
//! schools enter receipts and the business day moves on, until the last season stands in the middle of its work.
//! Everything happens through the acts of the office; the sandbox over HTTP is the outside world.

pub mod afterwards;
pub mod hall;
pub mod places;
pub mod renewals;
pub mod season;

use std::time::Duration;

use chrono::Datelike;
use loan::calendar::{Date, date};
use office::Office;
use office::establish::BecomeDemonstration;
use wire::sandbox::client::SandboxClient;

use crate::Stopped;
use crate::census::{self, Census};
use crate::households::Households;
use crate::people::Registry;
use crate::steps::Steps;
use places::Entry;
use season::{Goal, Student};

/// The business day on which the demonstration begins.
pub const BEGINS_ON: Date = match Date::from_ymd_opt(2016, 7, 25) {
    Some(day) => day,
    None => panic!("a day of the calendar"),
};

/// How many come, when, and how far.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The business day on which it begins.
    pub begins_on: Date,
    /// Seed of names, numbers and amounts.
    pub seed: u64,
    /// New students of each season, with how far each gets; the last season stands in the middle of its work.
    pub seasons: Vec<(i32, Vec<Goal>)>,
}

impl Plan {
    /// Three hundred students from 2016 to the September of 2026.
    pub fn full() -> Plan {
        let some = |goal: Goal, count: usize| std::iter::repeat_n(goal, count);
        let mut first = Vec::new();
        for (goal, count) in [(Goal::Missed, 15), (Goal::Withdrawn, 3), (Goal::Failed, 3), (Goal::Disbursed, 17)] {
            first.extend(some(goal, count));
        }
        let mut seasons = vec![(2016, first)];
        for year in 2017..=2025 {
            let mut goals = vec![Goal::Missed, Goal::Withdrawn, Goal::Failed];
            goals.push(if year < 2024 { Goal::Refused } else { Goal::Disbursed });
            goals.extend(some(Goal::Disbursed, if year < 2024 { 15 } else { 21 }));
            seasons.push((year, goals));
        }
        let mut last: Vec<Goal> = Goal::UNDER_WAY.iter().flat_map(|goal| some(*goal, 5)).collect();
        last.extend(some(Goal::Booked, 4));
        seasons.push((2026, last));
        Plan { begins_on: BEGINS_ON, seed: 2016, seasons }
    }

    /// Offices, desks and open counters on that day, and nobody has applied yet.
    pub fn town(begins_on: Date) -> Plan {
        Plan { begins_on, seed: 1, seasons: Vec::new() }
    }

    /// How many families come.
    pub fn newcomers(&self) -> usize {
        self.seasons.iter().map(|(_, goals)| goals.len()).sum()
    }

    /// A first and a last season with one of each, for tests of the walk itself.
    pub fn small() -> Plan {
        let first = vec![Goal::Missed, Goal::Withdrawn, Goal::Failed, Goal::Refused, Goal::Disbursed];
        Plan { begins_on: BEGINS_ON, seed: 7, seasons: vec![(2024, first), (2026, Goal::UNDER_WAY.to_vec())] }
    }
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Report {
    /// One-click entries of staff.
    pub entries: Vec<Entry>,
    /// Students, in the order of their first application.
    pub students: Vec<Student>,
    /// The business day now.
    pub ends_on: Date,
    /// Where everybody stands.
    pub census: Census,
    /// How long each part took.
    pub took: Vec<(String, Duration)>,
}

/// Fills an untouched database. The sandbox must be untouched too: it begins in the past with the office.
pub async fn fill(
    office: &Office,
    sandbox: &SandboxClient,
    plan: &Plan,
    stopwatch: &(dyn Fn() -> Duration + Sync),
) -> Result<Report, Stopped> {
    let steps = Steps::new(office, sandbox);
    let mut took = Vec::new();
    let mut last = stopwatch();
    let mut lap = |what: String| {
        let now = stopwatch();
        took.push((what, now - last));
        last = now;
    };
    let begins_on = plan.begins_on;
    sandbox.move_date(begins_on).await?;
    steps.act(&office::Actor::system("setup"), BecomeDemonstration { begins_on }).await?;
    let places = places::establish(&steps).await?;
    if plan.seasons.is_empty() {
        places.open_season(&steps, begins_on.year()).await?;
    }
    lap("places".to_owned());
    let town = Households::of_everybody(office.clone(), sandbox.clone());
    let mut registry = Registry::new(plan.seed);
    let mut students = Vec::new();
    for (at, (year, goals)) in plan.seasons.iter().enumerate() {
        let mut season = season::Season {
            steps: &steps,
            places: &places,
            town: &town,
            year: *year,
            is_last: at + 1 == plan.seasons.len(),
        };
        season.pass(&mut registry, goals, &mut students).await?;
        lap(format!("season {year}"));
    }
    if let Some(county) = places.counties.first() {
        hall::morning(&steps, county).await?;
        let asking: Vec<office::Actor> =
            students.iter().rev().take(3).map(|student| office::Actor::student(student.person)).collect();
        hall::questions(&steps, county, &asking).await?;
        for county in &places.counties[1..] {
            hall::open(&steps, county).await?;
        }
        lap("hall".to_owned());
    }
    if let Some(last) = students.iter().map(|student| student.person).max() {
        Households::note_through(office, last).await?;
    }
    let census = census::take(office).await?;
    lap("census".to_owned());
    Ok(Report { entries: places.entries, students, ends_on: office.business_on().await?, census, took })
}

/// The days of a season.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    /// Families fill in the form.
    pub forms: Date,
    /// The counters work.
    pub counters: Date,
    /// Schools enter receipts.
    pub receipts: Date,
    /// The bank decides on what came early.
    pub decisions: Date,
    /// The last receipt day is over everywhere, and the bank pays out.
    pub deadline_passed: Date,
    /// The day of the last season on which the demonstration is handed over: final bills are due.
    pub last: Date,
}

impl Days {
    /// Of that year.
    pub fn of(year: i32) -> Days {
        Days {
            forms: date(year, 8, 2),
            counters: date(year, 8, 28),
            receipts: date(year, 9, 8),
            decisions: date(year, 9, 14),
            deadline_passed: date(year, 10, 16),
            last: date(year, 9, 20),
        }
    }
}
