//! Published rates: the loan prime rate and the central bank's benchmark, each point a span of days.

use serde::Deserialize;

use super::book::Book;
use super::choice::{Choice, Mark};
use super::value::whole_date;
use crate::calendar::Date;
use crate::contract::{IndexTable, Indexes};
use crate::money::Rate;
use crate::refusal::Citation;

/// One published series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The file, such as `index/lpr.toml`.
    pub file: &'static str,
    /// `LPR5Y` or `PBOC5Y`.
    pub index: String,
    /// First day of the series.
    pub known_from: Date,
    /// Last day for which it is known to be complete.
    pub known_until: Date,
    /// When a person last compared it with the source.
    pub last_checked_on: Date,
    /// The values, in date order.
    pub points: Vec<Point>,
}

/// One value of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Day of publication, from which it holds.
    pub from: Date,
    /// The day before the next value; `None` for the newest one.
    pub to: Option<Date>,
    /// The value.
    pub rate: Rate,
    /// Where it stands.
    pub citation: Citation,
    /// How well the source is known.
    pub mark: Mark,
    /// The doubtful point, if there is one.
    pub note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesFile {
    index: String,
    doc: String,
    article: String,
    known_from: toml::value::Datetime,
    known_until: toml::value::Datetime,
    last_checked: toml::value::Datetime,
    point: Vec<RawPoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPoint {
    from: toml::value::Datetime,
    to: Option<toml::value::Datetime>,
    percent: String,
    mark: String,
    note: Option<String>,
}

/// Reads one series.
///
/// # Errors
/// One sentence that says what is wrong.
pub(super) fn read(name: &'static str, text: &str) -> Result<Series, String> {
    let file: SeriesFile = toml::from_str(text).map_err(|error| error.to_string())?;
    let day = |raw: &toml::value::Datetime| whole_date(raw).ok_or_else(|| format!("{raw} is no civil date"));
    let citation = Citation { doc: file.doc.into(), article: file.article.into() };
    let points = file.point.iter().map(|raw| {
        Ok(Point {
            from: day(&raw.from)?,
            to: raw.to.as_ref().map(day).transpose()?,
            rate: raw.percent.parse().map_err(|error| format!("percent {:?} {error}", raw.percent))?,
            citation: citation.clone(),
            mark: Mark::from_code(&raw.mark).ok_or_else(|| format!("unknown mark {:?}", raw.mark))?,
            note: raw.note.clone(),
        })
    });
    Ok(Series {
        file: name,
        index: file.index,
        known_from: day(&file.known_from)?,
        known_until: day(&file.known_until)?,
        last_checked_on: day(&file.last_checked)?,
        points: points.collect::<Result<_, String>>()?,
    })
}

impl Book {
    /// Both series in the shape the arithmetic needs, with the last day each is known to be complete.
    ///
    /// ```
    /// use loan::policy::Book;
    /// use loan::{calendar::date, money::Rate};
    /// let lpr = Book::standard().indexes().lpr5y;
    /// assert_eq!(lpr.points.last(), Some(&(date(2025, 5, 20), Rate(35_000))));
    /// assert_eq!(lpr.known_until, Some(date(2026, 6, 19)));
    /// ```
    ///
    /// # Panics
    /// Never in a tested build: both series are in `policy/index/`.
    pub fn indexes(&self) -> Indexes {
        let table = |index: &str| {
            let series =
                self.series.iter().find(|series| series.index == index).expect("policy/index/ has both series");
            IndexTable {
                points: series.points.iter().map(|point| (point.from, point.rate)).collect(),
                known_until: Some(series.known_until),
                synthetic_from: None,
            }
        };
        Indexes { lpr5y: table("LPR5Y"), pboc5y: table("PBOC5Y") }
    }

    /// Both series as a demonstration has them whose day is `today`: where the published values end before, an
    /// invented entry carries the last one on up to that day, and every figure that rests on it says so. Never for a
    /// real database, where a day without a publication is an error.
    ///
    /// ```
    /// use loan::policy::Book;
    /// use loan::calendar::date;
    /// let lpr = Book::standard().indexes_carried_to(date(2031, 12, 21)).lpr5y;
    /// assert_eq!(lpr.synthetic_from, Some(date(2026, 6, 20)));
    /// assert_eq!(lpr.known_until, Some(date(2031, 12, 21)));
    /// ```
    pub fn indexes_carried_to(&self, today: Date) -> Indexes {
        let carried = |mut table: IndexTable| {
            let known_until = table.known_until.unwrap_or(today);
            if known_until < today
                && let (Some(first), Some(&(_, last))) = (known_until.succ_opt(), table.points.last())
            {
                table.points.push((first, last));
                table.known_until = Some(today);
                table.synthetic_from = Some(first);
            }
            table
        };
        let Indexes { lpr5y, pboc5y } = self.indexes();
        Indexes { lpr5y: carried(lpr5y), pboc5y: carried(pboc5y) }
    }
}

#[cfg(test)]
mod tests {
    use crate::calendar::date;
    use crate::money::Rate;
    use crate::policy::Book;

    /// The value that holds on a day.
    fn on(points: &[(crate::calendar::Date, Rate)], day: crate::calendar::Date) -> Option<Rate> {
        points.iter().rev().find(|(from, _)| *from <= day).map(|(_, rate)| *rate)
    }

    #[test]
    fn every_december_fixing_is_the_published_one() {
        let indexes = Book::standard().indexes();
        let check = |year: i32, lpr: Option<i64>, benchmark: Option<i64>| {
            let reset = date(year, 12, 21);
            if let Some(ppm) = lpr {
                assert_eq!(on(&indexes.lpr5y.points, reset), Some(Rate(ppm)), "LPR5Y {year}");
            }
            if let Some(ppm) = benchmark {
                assert_eq!(on(&indexes.pboc5y.points, reset), Some(Rate(ppm)), "PBOC5Y {year}");
            }
        };
        check(2007, None, Some(78_300));
        check(2008, None, Some(61_200));
        check(2009, None, Some(59_400));
        check(2010, None, Some(61_400));
        check(2011, None, Some(70_500));
        check(2012, None, Some(65_500));
        check(2013, None, Some(65_500));
        check(2014, None, Some(61_500));
        check(2015, None, Some(49_000));
        check(2018, None, Some(49_000));
        check(2019, Some(48_000), Some(49_000));
        check(2020, Some(46_500), None);
        check(2021, Some(46_500), None);
        check(2022, Some(43_000), None);
        check(2023, Some(42_000), None);
        check(2024, Some(36_000), None);
        check(2025, Some(35_000), None);
        assert_eq!(on(&indexes.lpr5y.points, date(2019, 8, 19)), None, "before the first publication");
        proof::proves!["R16.16"];
    }
}
