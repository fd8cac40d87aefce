//! Spreadsheets of schools and county centres: rosters, receipts, fees in; lists and ledgers out.
//!
//! A [`Sheet`] names its columns and what each may hold. `template` gives an empty workbook whose
//! code columns are text; `read` takes an uploaded xlsx or csv and answers with typed rows and, for
//! every wrong cell, its row, column and cause; [`Export`] writes a list that no program mistakes
//! for formulas. [`Limits`] are checked before a parser sees the file.

mod cell;
mod read;
mod upload;
mod write;

#[cfg(test)]
mod tests;

pub use read::{Import, NotRead, Row, RowError};
pub use upload::Limits;
pub use write::{Export, WriteError};

use loan::calendar::Date;
use loan::money::Fen;

/// A kind of table: its title and columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Title, also the name of the template's first tab: at most 31 characters, none of `[]:*?/\`.
    pub title: &'static str,
    /// Columns in template order; a file may have them in any order, and others besides.
    pub columns: &'static [Column],
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Title in the head row.
    pub title: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a row without it is refused.
    pub required: bool,
}

impl Column {
    /// A column every row must fill.
    pub const fn required(title: &'static str, kind: Kind) -> Column {
        Column { title, kind, required: true }
    }

    /// A column that may stay empty.
    pub const fn optional(title: &'static str, kind: Kind) -> Column {
        Column { title, kind, required: false }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Free text of at most so many characters.
    Text {
        /// Longest text accepted.
        chars_max: usize,
    },
    /// Citizen identity number: 18 places with a right check digit.
    IdNumber,
    /// Mobile phone: 11 digits.
    Phone,
    /// Bank card or account: digits and letters, at most 32.
    Account,
    /// A code of exactly so many places, such as a receipt verification code, read in upper case; or a
    /// number of any length, such as a student or batch number, read as typed.
    Code {
        /// Number of places; `None` when it varies.
        places: Option<u8>,
    },
    /// Yuan with at most two decimals, not negative.
    Amount,
    /// A day, typed as text or as Excel's date.
    Day,
    /// A whole number in a range.
    Whole {
        /// Smallest value accepted.
        min: i64,
        /// Largest value accepted.
        max: i64,
    },
    /// One of a few words.
    Choice(&'static [&'static str]),
}

impl Kind {
    /// Kinds whose digits are names, not numbers: Excel must never count with them.
    fn is_code(self) -> bool {
        matches!(self, Kind::IdNumber | Kind::Phone | Kind::Account | Kind::Code { .. })
    }

    /// What to type, for the instruction tab of a template.
    fn hint(self) -> String {
        match self {
            Kind::Text { chars_max } => format!("文字，最多 {chars_max} 个字"),
            Kind::IdNumber => "18 位身份证号，按文本填写".into(),
            Kind::Phone => "11 位手机号，按文本填写".into(),
            Kind::Account => "卡号或账号，按文本填写".into(),
            Kind::Code { places: Some(places) } => format!("{places} 位编码，按文本填写"),
            Kind::Code { places: None } => "编号，按文本填写".into(),
            Kind::Amount => "金额（元），最多两位小数".into(),
            Kind::Day => "日期，例如 2026-09-01".into(),
            Kind::Whole { min, max } => format!("整数，{min} 到 {max}"),
            Kind::Choice(words) => format!("填其中一个：{}", words.join("、")),
        }
    }
}

/// A typed cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Text, codes and choices.
    Text(String),
    /// Money.
    Amount(Fen),
    /// A day.
    Day(Date),
    /// A whole number.
    Whole(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.into())
    }
}

/// SM3 of an uploaded file: the same file uploaded twice is one import.
pub type FileDigest = [u8; 32];
