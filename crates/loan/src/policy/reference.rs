//! Reference lists compiled in from `policy/reference/`: divisions, schools, holidays. A deployment imports newer ones
//! into its database; these are the lists a new installation starts with.

use std::collections::HashMap;
use std::sync::OnceLock;

use chrono::Datelike;

use crate::calendar::Date;

const DIVISIONS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/reference/divisions.csv"));
const SCHOOLS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/reference/schools.csv"));
const HOLIDAYS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policy/reference/holidays.csv"));

/// An administrative division.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// Six digits, nine for a township.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// `province`, `city`, `county` or `township`.
    pub level: &'static str,
    /// Code of the division above; empty for a province.
    pub parent: &'static str,
}

/// A school of the ministry's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct School {
    /// Ten digits.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Competent authority, such as `教育部` or a province.
    pub authority: &'static str,
    /// City.
    pub city: &'static str,
    /// `本科` or `专科`.
    pub level: &'static str,
    /// Remark, such as `民办`.
    pub remark: &'static str,
}

/// A day that the calendar of the State Council moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub on: Date,
    /// False for a weekend day that is worked instead.
    pub free: bool,
    /// The festival.
    pub name: &'static str,
}

/// Every division, in the order of its list.
pub fn divisions() -> &'static [Division] {
    static LIST: OnceLock<Vec<Division>> = OnceLock::new();
    LIST.get_or_init(|| {
        rows(DIVISIONS).map(|[code, name, level, parent]| Division { code, name, level, parent }).collect()
    })
}

/// Every school, in the order of its list.
pub fn schools() -> &'static [School] {
    static LIST: OnceLock<Vec<School>> = OnceLock::new();
    LIST.get_or_init(|| {
        rows(SCHOOLS)
            .map(|[code, name, authority, city, level, remark]| School { code, name, authority, city, level, remark })
            .collect()
    })
}

/// Every moved day, in date order.
pub fn holidays() -> &'static [Holiday] {
    static LIST: OnceLock<Vec<Holiday>> = OnceLock::new();
    LIST.get_or_init(|| {
        rows(HOLIDAYS)
            .map(|[on, kind, name]| {
                let on = on.parse().expect("a test reads every row of holidays.csv");
                Holiday { on, free: kind == "holiday", name }
            })
            .collect()
    })
}

/// The division of that code.
pub fn division(code: &str) -> Option<&'static Division> {
    static BY_CODE: OnceLock<HashMap<&'static str, &'static Division>> = OnceLock::new();
    BY_CODE.get_or_init(|| divisions().iter().map(|division| (division.code, division)).collect()).get(code).copied()
}

/// The provinces, which head the list of divisions.
pub fn provinces() -> &'static [Division] {
    static LIST: OnceLock<Vec<Division>> = OnceLock::new();
    LIST.get_or_init(|| {
        rows(DIVISIONS)
            .map(|[code, name, level, parent]| Division { code, name, level, parent })
            .take_while(|division| division.level == "province")
            .collect()
    })
}

/// The name of the province of that six-digit code. Taiwan, Hong Kong and Macao have codes without a list below them.
pub fn province_name(code: &str) -> Option<&'static str> {
    match code {
        "710000" => Some("台湾省"),
        "810000" => Some("香港特别行政区"),
        "820000" => Some("澳门特别行政区"),
        _ => provinces().iter().find(|province| province.code == code).map(|province| province.name),
    }
}

/// The school of that code.
pub fn school(code: &str) -> Option<&'static School> {
    static BY_CODE: OnceLock<HashMap<&'static str, &'static School>> = OnceLock::new();
    BY_CODE.get_or_init(|| schools().iter().map(|school| (school.code, school)).collect()).get(code).copied()
}

/// No list of holidays covers the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the holidays of {0} are not known")]
pub struct HolidaysUnknown(pub i32);

/// Whether people work on that day.
///
/// # Errors
/// [`HolidaysUnknown`] for a year without a list.
pub fn is_working_day(on: Date) -> Result<bool, HolidaysUnknown> {
    let list = holidays();
    if !list.iter().any(|day| day.on.year() == on.year()) {
        return Err(HolidaysUnknown(on.year()));
    }
    match list.binary_search_by_key(&on, |day| day.on) {
        Ok(position) => Ok(!list[position].free),
        Err(_) => Ok(on.weekday().num_days_from_monday() < 5),
    }
}

/// The `count`-th working day after a day, which itself does not count.
///
/// ```
/// use loan::{calendar::date, policy::reference::working_days_after};
/// // Found work on Monday 3 July 2023; twenty working days to tell the bank.
/// assert_eq!(working_days_after(date(2023, 7, 3), 20), Ok(date(2023, 7, 31)));
/// ```
///
/// # Errors
/// [`HolidaysUnknown`] when the days reach a year without a list.
pub fn working_days_after(start: Date, count: u32) -> Result<Date, HolidaysUnknown> {
    let (mut on, mut left) = (start, count);
    while left > 0 {
        on = on.succ_opt().ok_or(HolidaysUnknown(on.year()))?;
        if is_working_day(on)? {
            left -= 1;
        }
    }
    Ok(on)
}

/// The rows below the heading, each cut into exactly `N` cells; none of the lists quotes a cell.
fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().skip(1).filter(|line| !line.is_empty()).map(|line| {
        let mut cells = line.split(',');
        std::array::from_fn(|_| cells.next().expect("a test counts the cells of every row"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    #[test]
    fn every_row_of_every_list_is_read() {
        for (text, cells, rows) in [(DIVISIONS, 4, 44_703), (SCHOOLS, 6, 2_631), (HOLIDAYS, 3, 769)] {
            let lines: Vec<&str> = text.lines().skip(1).filter(|line| !line.is_empty()).collect();
            assert_eq!(lines.len(), rows);
            assert!(lines.iter().all(|line| line.split(',').count() == cells));
        }
        assert_eq!((divisions().len(), schools().len(), holidays().len()), (44_703, 2_631, 769));
        let plain = |text: &str| !text.contains(['\\', '、', ' ', '"']);
        assert!(schools().iter().all(|school| plain(school.name) && plain(school.city)), "no torn name");
        assert!(
            divisions().iter().filter(|division| division.level != "township").all(|division| plain(division.name))
        );
        assert!(holidays().is_sorted_by_key(|day| day.on));
        assert_eq!(provinces().len(), divisions().iter().filter(|division| division.level == "province").count());
        assert_eq!(division("450302").map(|d| d.name), Some("秀峰区"));
        assert_eq!(school("4137012819").map(|s| s.name), Some("山东科技职业学院"));
        assert_eq!(school("4133010335").map(|s| s.name), Some("浙江大学"));
        assert_eq!(division("999999"), None);
    }

    #[test]
    fn working_days_follow_the_state_councils_calendar() {
        let check = |on, expected| assert_eq!(is_working_day(on), expected, "{on}");
        check(date(2023, 7, 1), Ok(false));
        check(date(2023, 7, 3), Ok(true));
        check(date(2023, 10, 2), Ok(false));
        check(date(2023, 10, 7), Ok(true));
        check(date(2026, 10, 10), Ok(true));
        check(date(1999, 1, 4), Err(HolidaysUnknown(1999)));
        assert_eq!(working_days_after(date(2023, 9, 28), 1), Ok(date(2023, 10, 7)));
        assert_eq!(working_days_after(date(2023, 7, 3), 20), Ok(date(2023, 7, 31)));
        proof::proves!["R20.10"];
    }
}
