//! One value of a rule, read from TOML by the form its parameter declares.

use super::choice::When;
use super::parameter::{Form, Parameter};
use crate::calendar::{Date, MonthDay};
use crate::money::Fen;

/// A typed value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Fen.
    Amount(Fen),
    /// A whole number; the unit is the parameter's.
    Count(i64),
    /// A day of every year.
    MonthDay(MonthDay),
    /// One day.
    Date(Date),
    /// Yes or no.
    Flag(bool),
    /// The code of one named answer.
    Choice(&'static str),
    /// The codes of several named answers.
    Choices(Vec<&'static str>),
    /// Months.
    Months(Vec<u32>),
    /// Codes of provinces.
    Provinces(Vec<String>),
    /// A checklist.
    Materials(Vec<Material>),
    /// An address in the web.
    Address(String),
}

/// One item a family brings to the counter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Stable code.
    pub code: String,
    /// What it is, in words for people.
    pub name: String,
    /// The original is shown and given back.
    #[serde(default)]
    pub show_original: bool,
    /// The original is handed in.
    #[serde(default)]
    pub hand_in_original: bool,
    /// Copies to hand in.
    #[serde(default)]
    pub copies: u32,
    /// Which pages are copied, in words; empty means the whole of it.
    #[serde(default)]
    pub pages: Vec<String>,
    /// On whom it falls.
    #[serde(default = "always")]
    pub when: When,
    /// The article of the list's document.
    pub article: String,
    /// What else to watch, in words.
    #[serde(default)]
    pub remark: String,
}

fn always() -> When {
    When::Always
}

impl Value {
    /// Reads what stands in a file as a value of that parameter.
    ///
    /// # Errors
    /// One sentence that says what form was expected.
    pub fn read(parameter: Parameter, raw: &toml::Value) -> Result<Value, String> {
        let bad = |expected: &str| format!("{} must be {expected}, not {raw}", parameter.code());
        let code = |raw: &toml::Value, table: &'static [(&'static str, &'static str)]| {
            let text = raw.as_str()?;
            table.iter().map(|(code, _)| *code).find(|code| *code == text)
        };
        let one_of = |table: &[(&str, &str)]| {
            format!("one of {}", table.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", "))
        };
        match parameter.form() {
            Form::Amount => raw
                .as_str()
                .and_then(|text| text.parse().ok())
                .map(Value::Amount)
                .ok_or_else(|| bad("yuan in a string such as \"8000.00\"")),
            Form::Count(_) => raw.as_integer().map(Value::Count).ok_or_else(|| bad("a whole number")),
            Form::MonthDay => raw
                .as_str()
                .and_then(month_day)
                .map(Value::MonthDay)
                .ok_or_else(|| bad("a day of every year such as \"12-20\"")),
            Form::Date => raw
                .as_datetime()
                .and_then(whole_date)
                .map(Value::Date)
                .ok_or_else(|| bad("a date such as 2020-08-01 without quotes")),
            Form::Flag => raw.as_bool().map(Value::Flag).ok_or_else(|| bad("true or false")),
            Form::Choice(table) => code(raw, table).map(Value::Choice).ok_or_else(|| bad(&one_of(table))),
            Form::Choices(table) => distinct(raw, |raw| code(raw, table))
                .map(Value::Choices)
                .ok_or_else(|| bad(&format!("a list, none twice, of {}", one_of(table)))),
            Form::Months => distinct(raw, |raw| {
                raw.as_integer().and_then(|m| u32::try_from(m).ok()).filter(|m| (1..=12).contains(m))
            })
            .map(Value::Months)
            .ok_or_else(|| bad("a list of months 1 to 12, none twice")),
            Form::Provinces => distinct(raw, |raw| raw.as_str().filter(|code| is_province(code)).map(str::to_owned))
                .map(Value::Provinces)
                .ok_or_else(|| bad("a list of six-digit codes of provinces, none twice")),
            Form::Address => raw
                .as_str()
                .filter(|text| is_address(text))
                .map(|text| Value::Address(text.to_owned()))
                .ok_or_else(|| bad("an address such as \"https://sls.cdb.com.cn\"")),
            Form::Materials => {
                let list: Vec<Material> =
                    raw.clone().try_into().map_err(|error| bad(&format!("a checklist ({error})")))?;
                let codes: std::collections::BTreeSet<_> = list.iter().map(|item| &item.code).collect();
                let handled = list.iter().all(|item| item.show_original || item.hand_in_original || item.copies > 0);
                if list.is_empty() || codes.len() != list.len() || !handled {
                    return Err(bad("a checklist without repeated codes whose items are shown or handed in"));
                }
                Ok(Value::Materials(list))
            }
        }
    }

    /// The value in words for people, with its unit.
    pub fn words(&self, parameter: Parameter) -> String {
        let label = |code: &str| match parameter.form() {
            Form::Choice(table) | Form::Choices(table) => {
                table.iter().find(|(known, _)| *known == code).map_or(String::new(), |(_, words)| (*words).to_owned())
            }
            _ => code.to_owned(),
        };
        match self {
            Value::Amount(fen) => format!("{fen} 元"),
            Value::Count(count) => match parameter.form() {
                Form::Count(unit) => format!("{count} {unit}"),
                _ => count.to_string(),
            },
            Value::MonthDay(day) => format!("{}月{}日", day.month, day.day),
            Value::Date(day) => day.format("%Y年%-m月%-d日").to_string(),
            Value::Flag(yes) => if *yes { "是" } else { "否" }.to_owned(),
            Value::Choice(code) => label(code),
            Value::Choices(codes) => codes.iter().map(|code| label(code)).collect::<Vec<_>>().join("；"),
            Value::Months(months) => months.iter().map(|m| format!("{m}月")).collect::<Vec<_>>().join("、"),
            Value::Provinces(codes) if codes.is_empty() => "全国".to_owned(),
            Value::Provinces(codes) => codes
                .iter()
                .map(|code| super::reference::province_name(code).unwrap_or(code))
                .collect::<Vec<_>>()
                .join("、"),
            Value::Materials(items) => items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>().join("；"),
            Value::Address(text) => text.clone(),
        }
    }

    /// The value for machines: amounts as yuan text, dates as ISO text, named answers as codes.
    pub fn code(&self) -> String {
        match self {
            Value::Amount(fen) => fen.to_string(),
            Value::Count(count) => count.to_string(),
            Value::MonthDay(day) => format!("{:02}-{:02}", day.month, day.day),
            Value::Date(day) => day.to_string(),
            Value::Flag(yes) => yes.to_string(),
            Value::Choice(code) => (*code).to_owned(),
            Value::Choices(codes) => codes.join(","),
            Value::Months(months) => months.iter().map(u32::to_string).collect::<Vec<_>>().join(","),
            Value::Provinces(codes) => codes.join(","),
            Value::Materials(items) => items.iter().map(|item| item.code.as_str()).collect::<Vec<_>>().join(","),
            Value::Address(text) => text.clone(),
        }
    }
}

/// Every item read, or `None` when one is of another form or stands twice.
fn distinct<T: PartialEq>(raw: &toml::Value, read: impl Fn(&toml::Value) -> Option<T>) -> Option<Vec<T>> {
    let items: Vec<T> = raw.as_array()?.iter().map(read).collect::<Option<_>>()?;
    let repeated = items.iter().enumerate().any(|(index, item)| items[..index].contains(item));
    (!repeated).then_some(items)
}

/// Letters, digits, dots and dashes with at least one dot, behind the protocol if it is written.
fn is_address(text: &str) -> bool {
    let name = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    let whole =
        name.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    whole && name.contains('.')
}

fn is_province(code: &str) -> bool {
    super::reference::province_name(code).is_some()
}

/// `"12-20"`; 29 February is no day of every year.
pub(super) fn month_day(text: &str) -> Option<MonthDay> {
    let (month, day) = text.split_once('-')?;
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    Date::from_ymd_opt(2001, month, day).map(|_| MonthDay { month, day })
}

/// The civil date of a TOML date; a date with a time of day is none.
pub(super) fn whole_date(raw: &toml::value::Datetime) -> Option<Date> {
    let date = raw.date.filter(|_| raw.time.is_none() && raw.offset.is_none())?;
    Date::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}
