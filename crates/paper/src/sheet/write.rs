//! Lists that leave the platform. Each says who took it out, when and by which filter; codes are
//! text, and nothing a person once typed is ever run as a formula.

use chrono::{Datelike, NaiveDateTime, Timelike};
use loan::calendar::Date;
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{Column, Kind, Sheet, Value};

/// A workbook could not be written: a value too long for a cell, or no room for its temporary file.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the workbook: {0}")]
pub struct WriteError(#[from] XlsxError);

/// A list to take out.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// Title, first line of the sheet.
    pub title: &'a str,
    /// Columns; a row has one value for each.
    pub columns: &'a [Column],
    /// Filters that made the list, in words: `("学年", "2026–2027")`.
    pub filters: &'a [(&'a str, &'a str)],
    /// Who took it out; part of the watermark.
    pub exported_by: &'a str,
    /// When, China Standard Time; part of the watermark.
    pub exported_at: NaiveDateTime,
}

impl Export<'_> {
    fn watermark(&self) -> String {
        let at = self.exported_at.format("%Y-%m-%d %H:%M:%S");
        format!("导出：{}　{at}　仅限工作使用，不得外传", self.exported_by)
    }

    fn filter_line(&self) -> String {
        let filters: Vec<String> = self.filters.iter().map(|(name, value)| format!("{name}：{value}")).collect();
        format!("筛选：{}", if filters.is_empty() { "全部".into() } else { filters.join("；") })
    }

    /// Writes an xlsx. Rows are streamed: memory does not grow with their number.
    ///
    /// # Errors
    /// [`WriteError`] when a text is over 32 767 characters or the temporary file fails.
    pub fn xlsx(&self, rows: impl IntoIterator<Item = Vec<Value>>) -> Result<Vec<u8>, WriteError> {
        let mut book = book(self.exported_at, self.exported_by)?;
        let tab = book.add_worksheet_with_constant_memory()?;
        tab.set_name("数据")?;
        set_widths(tab, self.columns)?;
        let looks = Looks::new();
        tab.set_freeze_panes(4, 0)?;
        tab.write_string_with_format(0, 0, self.title, &looks.title)?;
        tab.write_string_with_format(1, 0, self.watermark(), &looks.quiet)?;
        tab.write_string_with_format(2, 0, self.filter_line(), &looks.quiet)?;
        write_head(tab, 3, self.columns, &looks)?;
        for (at, row) in (4..).zip(rows) {
            for (place, (value, column)) in row.iter().zip(self.columns).enumerate() {
                write_cell(tab, at, place as u16, value, column, &looks)?;
            }
        }
        Ok(book.save_to_buffer()?)
    }

    /// Writes a csv in UTF-8 with a mark, which Excel opens as it is.
    pub fn csv(&self, rows: impl IntoIterator<Item = Vec<Value>>) -> Vec<u8> {
        let mut out = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(vec![]);
        let mut line = |fields: &[String]| out.write_record(fields).expect("writing into memory does not fail");
        line(&[harmless(self.title)]);
        line(&[harmless(&self.watermark())]);
        line(&[harmless(&self.filter_line())]);
        line(&self.columns.iter().map(|column| column.title.to_owned()).collect::<Vec<_>>());
        for row in rows {
            line(&row.iter().map(csv_field).collect::<Vec<_>>());
        }
        let body = out.into_inner().expect("writing into memory does not fail");
        [b"\xef\xbb\xbf".as_slice(), &body].concat()
    }
}

impl Sheet {
    /// An empty workbook to fill in: code columns are text, a second tab says what to type.
    ///
    /// # Errors
    /// [`WriteError`] when the title is no name for a tab.
    pub fn template(&self) -> Result<Vec<u8>, WriteError> {
        let mut book = book(NaiveDateTime::default(), "")?;
        let looks = Looks::new();
        let tab = book.add_worksheet();
        tab.set_name(self.title)?;
        set_widths(tab, self.columns)?;
        for (place, column) in self.columns.iter().enumerate() {
            tab.set_column_format(place as u16, looks.of(column.kind))?;
        }
        write_head(tab, 0, self.columns, &looks)?;
        tab.set_freeze_panes(1, 0)?;
        for (place, column) in self.columns.iter().enumerate() {
            if let Kind::Choice(words) = column.kind {
                let list = DataValidation::new().allow_list_strings(words)?;
                tab.add_data_validation(1, place as u16, LAST_ROW, place as u16, &list)?;
            }
        }

        let help = book.add_worksheet();
        help.set_name("填写说明")?;
        for (place, (title, width)) in [("列名", 24.0), ("必填", 8.0), ("怎么填", 60.0)].into_iter().enumerate()
        {
            help.set_column_width(place as u16, width)?;
            help.write_string_with_format(0, place as u16, title, &looks.head)?;
        }
        for (index, column) in self.columns.iter().enumerate() {
            let row = index as u32 + 1;
            help.write_string(row, 0, column.title)?;
            help.write_string(row, 1, if column.required { "是" } else { "否" })?;
            help.write_string(row, 2, column.kind.hint())?;
        }
        Ok(book.save_to_buffer()?)
    }
}

/// The last row of a worksheet, counted from 0.
const LAST_ROW: u32 = 1_048_575;

/// Formats of one workbook.
struct Looks {
    title: Format,
    quiet: Format,
    head: Format,
    head_required: Format,
    text: Format,
    quoted: Format,
    amount: Format,
    day: Format,
    whole: Format,
}

impl Looks {
    fn new() -> Looks {
        let head = Format::new().set_bold().set_background_color(0xE8F1FB).set_border(FormatBorder::Thin);
        Looks {
            title: Format::new().set_bold().set_font_size(14.0),
            quiet: Format::new().set_font_color(0x4D5560),
            head_required: head.clone().set_font_color(0x0A4F9E),
            head,
            text: Format::new().set_num_format("@"),
            quoted: Format::new().set_num_format("@").set_quote_prefix(),
            amount: Format::new().set_num_format("#,##0.00").set_align(FormatAlign::Right),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            whole: Format::new().set_num_format("0"),
        }
    }

    fn of(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Amount => &self.amount,
            Kind::Day => &self.day,
            Kind::Whole { .. } => &self.whole,
            _ => &self.text,
        }
    }
}

fn book(at: NaiveDateTime, by: &str) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(at.year().clamp(1970, 9_999) as u16, at.month() as u8, at.day() as u8)?
        .and_hms(at.hour() as u16, at.minute() as u8, at.second() as f64)?;
    book.set_properties(&DocProperties::new().set_author(by).set_creation_datetime(&created));
    Ok(book)
}

fn set_widths(tab: &mut Worksheet, columns: &[Column]) -> Result<(), XlsxError> {
    for (place, column) in columns.iter().enumerate() {
        let width = match column.kind {
            Kind::IdNumber | Kind::Account => 22.0,
            Kind::Text { chars_max } => (chars_max as f64).clamp(12.0, 30.0),
            _ => 16.0,
        };
        tab.set_column_width(place as u16, width)?;
    }
    Ok(())
}

fn write_head(tab: &mut Worksheet, row: u32, columns: &[Column], looks: &Looks) -> Result<(), XlsxError> {
    for (place, column) in columns.iter().enumerate() {
        let look = if column.required { &looks.head_required } else { &looks.head };
        tab.write_string_with_format(row, place as u16, column.title, look)?;
    }
    Ok(())
}

fn write_cell(
    tab: &mut Worksheet,
    row: u32,
    place: u16,
    value: &Value,
    column: &Column,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match value {
        Value::Empty => {}
        // Written as a string, a formula is only text; the quote keeps it text after an edit.
        Value::Text(text) if is_dangerous(text) => {
            tab.write_string_with_format(row, place, text, &looks.quoted)?;
        }
        Value::Text(text) => {
            tab.write_string_with_format(row, place, text, looks.of(column.kind))?;
        }
        // Excel counts in doubles: exact for fen up to 15 digits, and only shown here, never added up by us.
        Value::Amount(amount) => {
            tab.write_number_with_format(row, place, amount.0 as f64 / 100.0, &looks.amount)?;
        }
        Value::Day(day) => {
            tab.write_datetime_with_format(row, place, excel_day(*day)?, &looks.day)?;
        }
        Value::Whole(number) => {
            tab.write_number_with_format(row, place, *number as f64, &looks.whole)?;
        }
    }
    Ok(())
}

fn excel_day(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(day.year().clamp(0, 9_999) as u16, day.month() as u8, day.day() as u8)
}

/// True for text that a spreadsheet might run.
fn is_dangerous(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn harmless(text: &str) -> String {
    if is_dangerous(text) || text.starts_with('\'') { format!("'{text}") } else { text.to_owned() }
}

fn csv_field(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => harmless(text),
        Value::Amount(amount) => amount.to_string(),
        Value::Day(day) => day.to_string(),
        Value::Whole(number) => number.to_string(),
    }
}
