//! One cell of an uploaded file: what people type (full-width digits, blanks, a leading `'`,
//! Excel's own dates) becomes a typed value, or a sentence that says what to do.

use calamine::{ExcelDateTime, ExcelDateTimeType};
use chrono::Datelike;
use loan::calendar::Date;
use loan::money::{Fen, NotANumber};

use super::{Column, Kind, Value};

/// A cell as the file has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Raw {
    Empty,
    Text(String),
    /// A number; `date` when the cell is formatted as one.
    Number {
        value: f64,
        date: bool,
    },
    Bool(bool),
    /// `#N/A`, `#REF!` and the like.
    Error,
}

impl Raw {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Raw::Empty => true,
            Raw::Text(text) => clean(text).is_empty(),
            _ => false,
        }
    }

    /// The text of a head cell.
    pub(super) fn title(&self) -> Option<String> {
        match self {
            Raw::Text(text) => {
                Some(clean(text).trim_end_matches(['*', '＊']).chars().filter(|c| !c.is_whitespace()).collect())
            }
            _ => None,
        }
    }
}

/// Reads a cell of a column in sheet row `row` (from 1). `epoch_1904`: the workbook's date system.
pub(super) fn value(raw: &Raw, column: &Column, row: u32, epoch_1904: bool) -> Result<Value, String> {
    let title = column.title;
    if raw.is_empty() {
        return if column.required { Err(format!("第 {row} 行没有填{title}")) } else { Ok(Value::Empty) };
    }
    let wrong = |cause: &str| format!("第 {row} 行{title}{cause}");
    if *raw == Raw::Error {
        return Err(wrong("是公式错误，请改成填写的内容"));
    }
    if column.kind.is_code() {
        let text = code_text(raw, column.kind).map_err(|cause| wrong(&cause))?;
        return code(&text, column.kind).map(Value::Text).map_err(|cause| wrong(&cause));
    }
    match column.kind {
        Kind::Amount => amount(raw).map(Value::Amount).map_err(wrong),
        Kind::Day => day(raw, epoch_1904).map(Value::Day).map_err(wrong),
        Kind::Whole { min, max } => match whole(raw) {
            Some(number) if (min..=max).contains(&number) => Ok(Value::Whole(number)),
            Some(_) => Err(wrong(&format!("应在 {min} 到 {max} 之间"))),
            None => Err(wrong("应为整数")),
        },
        Kind::Choice(words) => {
            let text = plain(raw);
            let found = words.iter().find(|word| **word == text);
            found.map(|word| Value::from(*word)).ok_or_else(|| wrong(&format!("应填其中一个：{}", words.join("、"))))
        }
        Kind::Text { chars_max } => {
            let text = plain(raw);
            if text.chars().any(char::is_control) {
                Err(wrong("里有看不见的字符，请重新录入"))
            } else if text.chars().count() > chars_max {
                Err(wrong(&format!("超过 {chars_max} 个字")))
            } else {
                Ok(Value::Text(text))
            }
        }
        Kind::IdNumber | Kind::Phone | Kind::Account | Kind::Code { .. } => unreachable!("read as a code above"),
    }
}

/// Full-width letters and digits to half width, blanks off both ends, one leading `'` off.
fn clean(text: &str) -> String {
    let narrow: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}'))
        .map(|c| match c {
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
                char::from_u32(c as u32 - 0xfee0).expect("full-width letters and digits have half-width twins")
            }
            '\u{3000}' | '\u{a0}' => ' ',
            other => other,
        })
        .collect();
    let trimmed = narrow.trim();
    trimmed.strip_prefix(['\'', '’']).unwrap_or(trimmed).trim().to_owned()
}

fn plain(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) => clean(text),
        Raw::Number { value, .. } => number_text(*value),
        Raw::Bool(true) => "是".into(),
        Raw::Bool(false) => "否".into(),
        Raw::Empty | Raw::Error => String::new(),
    }
}

/// A number as a person would type it: no exponent, at most 15 significant digits as Excel keeps.
fn number_text(value: f64) -> String {
    let text = format!("{value:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Digits of a code. A number cell of more than 15 digits has lost its tail for good; one that is
/// shorter than it must be has lost its leading zeros.
fn code_text(raw: &Raw, kind: Kind) -> Result<String, String> {
    const LOST_TAIL: &str = "被 Excel 转成数字，末 3 位已丢失，请用模板重填";
    const TURNED: &str = "被 Excel 转成数字，末尾几位已丢失，请用模板重填";
    let lost = || String::from(if kind == Kind::IdNumber { LOST_TAIL } else { TURNED });
    let text: String = match raw {
        Raw::Number { date: true, .. } => return Err("被 Excel 转成日期，请用模板重填".into()),
        // A citizen number is longer than Excel's 15 digits, so a number cell never holds it whole.
        Raw::Number { .. } if kind == Kind::IdNumber => return Err(lost()),
        Raw::Number { value, .. } if value.abs() >= 1e15 => return Err(lost()),
        Raw::Number { value, .. } if value.fract() != 0.0 || *value < 0.0 => {
            return Err("不对，请用模板按文本重填".into());
        }
        Raw::Number { value, .. } => {
            let digits = format!("{value:.0}");
            if let Kind::Code { places: Some(places) } = kind
                && digits.len() < usize::from(places)
            {
                return Err("被 Excel 转成数字，前面的 0 已丢失，请用模板重填".into());
            }
            digits
        }
        other => plain(other),
    };
    let upper = text.to_uppercase();
    if let Some((digits, exponent)) = upper.split_once("E+")
        && !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        return Err(lost());
    }
    let kept = if matches!(kind, Kind::Code { places: None } | Kind::Account) { text } else { upper };
    Ok(kept.chars().filter(|c| !c.is_whitespace()).collect())
}

fn code(text: &str, kind: Kind) -> Result<String, String> {
    let digits = || text.chars().filter(|c| *c != '-').collect::<String>();
    match kind {
        Kind::IdNumber => id_number(text),
        Kind::Phone => {
            let number = digits();
            let number = number.strip_prefix("+86").unwrap_or(&number).to_owned();
            if number.len() == 11 && number.starts_with('1') && number.bytes().all(|b| b.is_ascii_digit()) {
                Ok(number)
            } else {
                Err("应为 11 位手机号".into())
            }
        }
        Kind::Account => {
            let account = digits();
            let fits = (4..=32).contains(&account.len())
                && account.bytes().all(|b| b.is_ascii_alphanumeric() || b"@._".contains(&b));
            if fits { Ok(account) } else { Err("不是卡号或账号".into()) }
        }
        Kind::Code { places } => {
            let right = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '(' | ')'));
            match places {
                _ if !right || text.len() > 64 => Err("里有不能用的字符".into()),
                Some(places) if text.chars().count() != usize::from(places) => Err(format!("应为 {places} 位")),
                _ => Ok(text.into()),
            }
        }
        _ => unreachable!("only codes come here"),
    }
}

/// GB 11643: a birthday that exists and the check digit over the first 17 places.
fn id_number(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
    if !shape {
        return Err("应为 18 位，请对照证件再看一遍".into());
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().expect("these places are digits");
    if Date::from_ymd_opt(number(6..10) as i32, number(10..12), number(12..14)).is_none() {
        return Err("里的出生日期不存在，请对照证件再看一遍".into());
    }
    let sum: u32 = (0..17u32).map(|i| u32::from(bytes[i as usize] - b'0') * (2u32.pow(17 - i) % 11)).sum();
    if b"10X98765432"[(sum % 11) as usize] != bytes[17] {
        return Err("最后一位不对，请对照证件再看一遍".into());
    }
    Ok(text.into())
}

fn amount(raw: &Raw) -> Result<Fen, &'static str> {
    const DECIMALS: &str = "最多两位小数";
    let text = match raw {
        Raw::Number { date: true, .. } => return Err("被 Excel 转成日期，请重填金额"),
        Raw::Number { value, .. } => {
            // Excel's own noise is far below a ten-thousandth of a fen; a third decimal is above it.
            let rounded = format!("{value:.2}");
            let exact: f64 = rounded.parse().map_err(|_| "不是金额")?;
            if (exact - value).abs() > 1e-9 * value.abs().max(1.0) {
                return Err(DECIMALS);
            }
            rounded
        }
        other => {
            let text = plain(other).replace('，', ",").replace('．', ".");
            let text = text.trim_start_matches(['¥', '￥']).trim_end_matches('元').trim().to_owned();
            if well_grouped(&text) { text.replace(',', "") } else { text }
        }
    };
    if text.starts_with('-') && text != "-0.00" {
        return Err("不能是负数");
    }
    text.trim_start_matches('-').parse().map_err(|cause| match cause {
        NotANumber::Form => "不是金额，请填数字，例如 5200.00",
        NotANumber::Decimals => DECIMALS,
        NotANumber::Range => "太大",
    })
}

/// Commas only between groups of three digits, so that `1,5` is not read as fifteen.
fn well_grouped(text: &str) -> bool {
    let mut groups = text.split('.').next().unwrap_or(text).split(',');
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()) || !text.contains(','));
    first && groups.all(|group| group.len() == 3)
}

fn day(raw: &Raw, epoch_1904: bool) -> Result<Date, &'static str> {
    const FORM: &str = "不是日期，请按 2026-09-01 的样子填写";
    let found = match raw {
        // 20260901 typed as a number is no serial of this era.
        Raw::Number { value, date: false } if (19_000_101.0..21_001_231.5).contains(value) && value.fract() == 0.0 => {
            let number = *value as u32;
            Date::from_ymd_opt((number / 10_000) as i32, number / 100 % 100, number % 100)
        }
        Raw::Number { value, .. } if (0.0..100_000.0).contains(value) => {
            let serial = ExcelDateTime::new(*value, ExcelDateTimeType::DateTime, epoch_1904);
            let (year, month, day, ..) = serial.to_ymd_hms_milli();
            Date::from_ymd_opt(year.into(), month.into(), day.into())
        }
        Raw::Number { .. } => None,
        other => {
            let text = plain(other);
            let text = text.split([' ', 'T']).next().unwrap_or_default();
            let parts: Vec<&str> =
                text.trim_end_matches(['日', '号']).split(['-', '/', '.', '年', '月', '．', '－', '／']).collect();
            let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit()));
            match parts[..] {
                [year, month, day] if year.len() == 4 => match (number(year), number(month), number(day)) {
                    (Some(year), Some(month), Some(day)) => Date::from_ymd_opt(year as i32, month, day),
                    _ => None,
                },
                [all] if all.len() == 8 => {
                    number(all).and_then(|all| Date::from_ymd_opt((all / 10_000) as i32, all / 100 % 100, all % 100))
                }
                _ => None,
            }
        }
    };
    found.filter(|day| (1900..=2100).contains(&day.year())).ok_or(FORM)
}

fn whole(raw: &Raw) -> Option<i64> {
    match raw {
        Raw::Number { value, date: false } if value.fract() == 0.0 && value.abs() < 1e15 => Some(*value as i64),
        Raw::Text(_) => plain(raw).replace(',', "").parse().ok(),
        _ => None,
    }
}
