//! Which yearly rate holds on each day: fixed, or a published index of the reset day plus a spread.

use super::days::{self, Day};
use super::{Stop, stop};
use crate::calendar::{Date, date};
use crate::contract::{Index, IndexTable, Indexes, Pricing as Agreed};
use crate::event::ConvertTo;
use crate::life::Reason;

/// Parts per million in a basis point.
const BASIS_POINT: i64 = 100;
/// The spread of a converted contract: 30 basis points below the index.
const CONVERTED_SPREAD: i64 = -30 * BASIS_POINT;
/// Rates stay at or below 100 %: then the penalty on the largest debt until the last accepted day fits an `i64`.
pub(crate) const RATE_LIMIT: i64 = 1_000_000;
/// Basis points a spread may have.
pub(crate) const SPREAD_LIMIT: i32 = 10_000;

/// The published series, read once and shared by every contract.
#[derive(Clone, Debug)]
pub struct Published {
    lpr: Series,
    benchmark: Series,
}

#[derive(Clone, Debug)]
struct Series {
    points: Vec<(Day, i64)>,
    known_until: Day,
    /// From this day on values are invented for a demonstration.
    synthetic_from: Day,
    /// The newest value of each reset day, from [`FIRST_RESET`] on; looked up millions of times.
    resets: Vec<Option<i64>>,
}

/// Years of the reset days that are looked up beforehand: all a contract can have.
const FIRST_RESET: i32 = *super::facts::YEARS.start();
const LAST_RESET: i32 = *super::facts::YEARS.end() + 1;

impl Published {
    /// Reads both tables.
    ///
    /// # Errors
    /// [`Reason::IndexTableOutOfOrder`] when a table is not strictly ascending or holds an impossible rate.
    pub fn of(indexes: &Indexes) -> Result<Published, Stop> {
        Ok(Published { lpr: Series::of(&indexes.lpr5y)?, benchmark: Series::of(&indexes.pboc5y)? })
    }

    fn series(&self, index: Index) -> &Series {
        match index {
            Index::Lpr5Y => &self.lpr,
            Index::Pboc5Y => &self.benchmark,
        }
    }
}

impl Series {
    fn of(table: &IndexTable) -> Result<Series, Stop> {
        let points: Vec<(Day, i64)> = table.points.iter().map(|&(on, rate)| (days::number(on), rate.0)).collect();
        let ascending = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let possible = points.iter().all(|&(_, rate)| (0..=RATE_LIMIT).contains(&rate));
        if !ascending || !possible {
            return Err(stop(Reason::IndexTableOutOfOrder, None));
        }
        let mut published = 0;
        let resets = (FIRST_RESET..=LAST_RESET)
            .map(|year| {
                let day = days::reset_day(year);
                published += points[published..].iter().take_while(|&&(on, _)| on <= day).count();
                points[..published].last().map(|&(_, value)| value)
            })
            .collect();
        let known_until = table.known_until.map_or(Day::MAX, days::number);
        let synthetic_from = table.synthetic_from.map_or(Day::MAX, days::number);
        Ok(Series { points, known_until, synthetic_from, resets })
    }

    /// The value of a reset day, as [`Series::value_on`] has it.
    fn value_of_reset(&self, year: i32, day: Day, project: bool) -> Result<(i64, bool), Stop> {
        let projected = day > self.known_until;
        match self.resets.get((year - FIRST_RESET) as usize) {
            Some(&Some(value)) if project || !projected => Ok((value, projected)),
            _ => Err(stop(Reason::IndexNotPublished, Some(day))),
        }
    }

    /// The newest value published on or before a day, and whether a newer one may still come out.
    fn value_on(&self, day: Day, project: bool) -> Result<(i64, bool), Stop> {
        let projected = day > self.known_until;
        let published = self.points.partition_point(|&(on, _)| on <= day);
        if published == 0 || (projected && !project) {
            return Err(stop(Reason::IndexNotPublished, Some(day)));
        }
        Ok((self.points[published - 1].1, projected))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Price {
    Fixed(i64),
    Floating { index: Index, spread: i64 },
}

/// A rate from a day on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) from: Day,
    pub(crate) rate: i64,
}

/// The pricing of one contract as it unfolds.
#[derive(Debug)]
pub(crate) struct Pricing {
    price: Price,
    /// What a decision put in its place from the next reset on.
    next: Option<Price>,
    next_reset: Day,
    /// The year of the next 21 December.
    reset_year: i32,
    converted: bool,
    disbursed_on: Day,
    /// Rates in order of their days; neighbours differ.
    pub(crate) steps: Vec<Step>,
    projected_from: Day,
    synthetic_from: Day,
    /// Whether a value that is not published yet may be carried forward.
    pub(crate) project: bool,
}

impl Pricing {
    pub(crate) fn new() -> Pricing {
        Pricing {
            price: Price::Fixed(0),
            next: None,
            next_reset: Day::MAX,
            reset_year: 0,
            converted: false,
            disbursed_on: 0,
            steps: Vec::new(),
            projected_from: Day::MAX,
            synthetic_from: Day::MAX,
            project: false,
        }
    }

    /// Begins a contract. Its first rate is looked up when it is first needed.
    pub(crate) fn begin(&mut self, agreed: &Agreed, disbursed_on: Day, project: bool) {
        self.price = match *agreed {
            Agreed::Fixed(rate) => Price::Fixed(rate.0),
            Agreed::Floating { index, spread_bp } => {
                Price::Floating { index, spread: i64::from(spread_bp) * BASIS_POINT }
            }
        };
        self.next = None;
        self.next_reset = disbursed_on;
        self.reset_year = days::year_of_first_reset_after(disbursed_on);
        self.converted = false;
        self.disbursed_on = disbursed_on;
        self.steps.clear();
        self.projected_from = Day::MAX;
        self.synthetic_from = Day::MAX;
        self.project = project;
    }

    /// Makes the rates known up to and including a day.
    pub(crate) fn advance(&mut self, to: Day, published: &Published) -> Result<(), Stop> {
        while self.next_reset <= to {
            let day = self.next_reset;
            let signed = day == self.disbursed_on;
            // What was decided before the disbursement waits for the first reset after it.
            if !signed && let Some(next) = self.next.take() {
                self.price = next;
            }
            let rate = match self.price {
                Price::Fixed(rate) => rate,
                Price::Floating { index, spread } => {
                    let series = published.series(index);
                    let (value, projected) = if signed {
                        series.value_on(day, self.project)?
                    } else {
                        series.value_of_reset(self.reset_year, day, self.project)?
                    };
                    if projected {
                        self.projected_from = self.projected_from.min(day);
                    }
                    if day >= series.synthetic_from {
                        self.synthetic_from = self.synthetic_from.min(day);
                    }
                    (value + spread).max(0)
                }
            };
            if self.steps.last().is_none_or(|last| last.rate != rate) {
                self.steps.push(Step { from: day, rate });
            }
            self.reset_year += i32::from(!signed);
            self.next_reset = days::reset_day(self.reset_year);
        }
        Ok(())
    }

    /// The rate of a day that is known.
    pub(crate) fn rate_on(&self, day: Day) -> i64 {
        self.steps[self.step_on(day)].rate
    }

    /// The index of the step that holds on a day.
    pub(crate) fn step_on(&self, day: Day) -> usize {
        self.steps.iter().rposition(|step| step.from <= day).unwrap_or(0)
    }

    /// Whether the rate of a day rests on a publication that is not known yet.
    pub(crate) fn projected_on(&self, day: Day) -> bool {
        day >= self.projected_from
    }

    /// Whether the rate of a day rests on a value invented for a demonstration.
    pub(crate) fn synthetic_on(&self, day: Day) -> bool {
        day >= self.synthetic_from
    }

    /// A policy event moves the spread of existing contracts from the first reset day after its decision.
    pub(crate) fn spread_changed(
        &mut self,
        on: Day,
        maturity: Day,
        spread_bp: i32,
        published: &Published,
    ) -> Result<(), Denied> {
        let target = self.next.unwrap_or(self.price);
        let Price::Floating { index, .. } = target else { return Err(Denied::Refused(Reason::SpreadOfFixedRate)) };
        if !(-SPREAD_LIMIT..=SPREAD_LIMIT).contains(&spread_bp) {
            return Err(Denied::Refused(Reason::SpreadOutOfRange));
        }
        // On or before the disbursement it is in the signed spread; a benchmark rate knows no spread events.
        if days::first_reset_after(on) <= self.disbursed_on || index == Index::Pboc5Y {
            return Ok(());
        }
        self.advance(on.min(maturity), published).map_err(Denied::Stop)?;
        self.next = Some(Price::Floating { index, spread: i64::from(spread_bp) * BASIS_POINT });
        Ok(())
    }

    /// The one conversion of a contract signed before 2020 (定价方式转换).
    pub(crate) fn converted(
        &mut self,
        on: Day,
        maturity: Day,
        to: ConvertTo,
        published: &Published,
    ) -> Result<(), Denied> {
        if self.converted {
            return Err(Denied::Refused(Reason::PricingAlreadyConverted));
        }
        if self.disbursed_on >= days::of(2020, 1, 1) {
            return Err(Denied::Refused(Reason::ConversionOfNewContract));
        }
        if !conversion_window().contains(&days::civil(on)) {
            return Err(Denied::Refused(Reason::ConversionOutsideWindow));
        }
        self.advance(on.min(maturity), published).map_err(Denied::Stop)?;
        self.converted = true;
        self.next = Some(match to {
            ConvertTo::Floating => Price::Floating { index: Index::Lpr5Y, spread: CONVERTED_SPREAD },
            ConvertTo::Fixed => {
                // The window lies in one year, so "December of the year before filing" is one day.
                let december = days::of(2019, 12, 31);
                let (value, _) = published.lpr.value_on(december, self.project).map_err(Denied::Stop)?;
                Price::Fixed((value + CONVERTED_SPREAD).max(0))
            }
        });
        Ok(())
    }
}

/// Why an event did not act: the rules refused it, or the computation cannot go on.
pub(crate) enum Denied {
    Refused(Reason),
    Stop(Stop),
}

/// The days on which a conversion could be filed.
fn conversion_window() -> std::ops::RangeInclusive<Date> {
    date(2020, 8, 1)..=date(2020, 12, 20)
}
