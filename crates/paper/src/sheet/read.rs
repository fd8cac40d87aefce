//! From an uploaded file to typed rows. The file is read once as a stream; a sheet that claims a
//! million columns costs nothing.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use loan::calendar::Date;
use loan::money::Fen;
use sm3::{Digest as _, Sm3};

use super::cell::{self, Raw};
use super::upload::{Content, Limits, recognise};
use super::{Column, FileDigest, Kind, Sheet, Value};

/// How many rows from the top the head row may stand below a title, a watermark and filters.
const HEAD_WITHIN: usize = 20;

/// What a file held.
#[derive(Clone, Debug)]
pub struct Import {
    /// Rows without a mistake, in order.
    pub rows: Vec<Row>,
    /// Every wrong cell of the other rows, in order.
    pub errors: Vec<RowError>,
    /// Rows with something in them.
    pub total: usize,
    /// SM3 of the file.
    pub file_digest: FileDigest,
}

impl Import {
    /// Columns of the list of mistakes that goes back to the person.
    pub const ERROR_COLUMNS: &'static [Column] = &[
        Column::required("行号", Kind::Whole { min: 1, max: 1_048_576 }),
        Column::required("列", Kind::Text { chars_max: 40 }),
        Column::required("问题", Kind::Text { chars_max: 400 }),
    ];

    /// The list of mistakes as rows for an [`Export`](super::Export).
    pub fn error_rows(&self) -> impl Iterator<Item = Vec<Value>> + '_ {
        let cells = |error: &RowError| {
            vec![Value::Whole(error.row.into()), error.column.into(), Value::Text(error.message.clone())]
        };
        self.errors.iter().map(cells)
    }
}

/// One right row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Number as the spreadsheet shows it, from 1.
    pub number: u32,
    sheet: &'static [Column],
    values: Vec<Value>,
}

impl Row {
    /// The value of a column.
    ///
    /// # Panics
    /// When the sheet has no column of that title.
    pub fn value(&self, title: &str) -> &Value {
        let index = self.sheet.iter().position(|column| column.title == title);
        &self.values[index.expect("the caller names a column of the sheet")]
    }

    /// Text of a text, code or choice column; empty when nothing was filled in.
    pub fn text(&self, title: &str) -> &str {
        if let Value::Text(text) = self.value(title) { text } else { "" }
    }

    /// Money, if filled in.
    pub fn amount(&self, title: &str) -> Option<Fen> {
        if let Value::Amount(amount) = self.value(title) { Some(*amount) } else { None }
    }

    /// A day, if filled in.
    pub fn day(&self, title: &str) -> Option<Date> {
        if let Value::Day(day) = self.value(title) { Some(*day) } else { None }
    }

    /// A whole number, if filled in.
    pub fn whole(&self, title: &str) -> Option<i64> {
        if let Value::Whole(number) = self.value(title) { Some(*number) } else { None }
    }

    /// All values in column order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

/// One wrong cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Row number as the spreadsheet shows it, from 1.
    pub row: u32,
    /// Title of the column.
    pub column: &'static str,
    /// What is wrong and what to do, a whole Chinese sentence that names row and column.
    pub message: String,
}

/// Why a file as a whole was not read. `Display` is the sentence for the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// Nothing in it.
    #[error("文件是空的，请选择填好的表格")]
    Empty,
    /// Not an xlsx or csv by its contents.
    #[error("{0}。只接受 xlsx 和 csv，请用模板另存后再上传")]
    OtherFormat(&'static str),
    /// Over a limit.
    #[error("{what}超过 {limit}，请拆成几份再上传")]
    TooLarge {
        /// Which thing.
        what: &'static str,
        /// How much is accepted.
        limit: String,
    },
    /// No head row with these columns in the first rows of any tab.
    #[error("表头缺少：{}。请下载模板，不要改动表头", .0.join("、"))]
    MissingColumns(Vec<&'static str>),
    /// One title stands twice in the head row.
    #[error("表头里“{0}”出现了两次，请删掉一列")]
    RepeatedColumn(&'static str),
}

impl Sheet {
    /// Reads an uploaded xlsx or csv file.
    ///
    /// # Errors
    /// [`NotRead`] when nothing can be read; wrong rows are in [`Import::errors`].
    pub fn read(&self, file: &[u8], limits: &Limits) -> Result<Import, NotRead> {
        let file_digest = Sm3::digest(file).into();
        let mut missing = None;
        let tabs = match recognise(file, limits)? {
            Content::Csv(text) => vec![(csv_rows(&text, limits)?, false)],
            Content::Xlsx => xlsx_tabs(file, limits)?,
        };
        for (rows, epoch_1904) in tabs {
            match self.head(&rows) {
                Ok((at, places)) => {
                    let mut import = Import { rows: Vec::new(), errors: Vec::new(), total: 0, file_digest };
                    self.take_rows(&rows[at + 1..], &places, epoch_1904, &mut import);
                    return Ok(import);
                }
                Err(NotRead::MissingColumns(titles)) => {
                    // Report the tab that came nearest.
                    if missing.as_ref().is_none_or(|best: &Vec<_>| titles.len() < best.len()) {
                        missing = Some(titles);
                    }
                }
                Err(other) => return Err(other),
            }
        }
        Err(missing.map_or(NotRead::Empty, NotRead::MissingColumns))
    }

    /// Finds the head row and where each column stands in it.
    fn head(&self, rows: &[(u32, Vec<Raw>)]) -> Result<(usize, Vec<Option<usize>>), NotRead> {
        let mut nearest: Vec<&'static str> =
            self.columns.iter().filter(|column| column.required).map(|column| column.title).collect();
        for (at, (_, cells)) in rows.iter().take(HEAD_WITHIN).enumerate() {
            let titles: Vec<Option<String>> = cells.iter().map(Raw::title).collect();
            let place = |title: &str| titles.iter().position(|found| found.as_deref() == Some(title));
            let missing: Vec<&'static str> =
                self.columns.iter().filter(|c| c.required && place(c.title).is_none()).map(|c| c.title).collect();
            if missing.is_empty() {
                let twice = |title: &str| titles.iter().filter(|found| found.as_deref() == Some(title)).count() > 1;
                if let Some(column) = self.columns.iter().find(|column| twice(column.title)) {
                    return Err(NotRead::RepeatedColumn(column.title));
                }
                let places: Vec<Option<usize>> = self.columns.iter().map(|column| place(column.title)).collect();
                if places.iter().any(Option::is_some) {
                    return Ok((at, places));
                }
            } else if missing.len() < nearest.len() {
                nearest = missing;
            }
        }
        Err(NotRead::MissingColumns(nearest))
    }

    fn take_rows(&self, rows: &[(u32, Vec<Raw>)], places: &[Option<usize>], epoch_1904: bool, import: &mut Import) {
        for (number, cells) in rows {
            let cell = |place: &Option<usize>| place.and_then(|index| cells.get(index)).unwrap_or(&Raw::Empty);
            if places.iter().all(|place| cell(place).is_empty()) {
                continue;
            }
            import.total += 1;
            let mut values = Vec::with_capacity(self.columns.len());
            let errors_before = import.errors.len();
            for (column, place) in self.columns.iter().zip(places) {
                match cell::value(cell(place), column, *number, epoch_1904) {
                    Ok(value) => values.push(value),
                    Err(message) => import.errors.push(RowError { row: *number, column: column.title, message }),
                }
            }
            if import.errors.len() == errors_before {
                import.rows.push(Row { number: *number, sheet: self.columns, values });
            }
        }
    }
}

type Rows = Vec<(u32, Vec<Raw>)>;

fn too_many_rows(limits: &Limits) -> NotRead {
    NotRead::TooLarge { what: "行数", limit: format!("{} 行", limits.rows) }
}
fn too_many_columns(limits: &Limits) -> NotRead {
    NotRead::TooLarge { what: "列数", limit: format!("{} 列", limits.columns) }
}
fn too_long_cell(limits: &Limits) -> NotRead {
    NotRead::TooLarge { what: "一格的文字", limit: format!("{} 个字", limits.cell_chars) }
}

fn csv_rows(text: &str, limits: &Limits) -> Result<Rows, NotRead> {
    let first_line = text.lines().next().unwrap_or_default();
    let delimiter = if first_line.contains('\t') && !first_line.contains(',') { b'\t' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Rows::new();
    for record in reader.records() {
        let record = record.map_err(|_| NotRead::OtherFormat("文件不是正常的 csv"))?;
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if rows.len() > limits.rows + HEAD_WITHIN {
            return Err(too_many_rows(limits));
        }
        if record.len() > limits.columns {
            return Err(too_many_columns(limits));
        }
        if record.iter().any(|field| field.chars().count() > limits.cell_chars) {
            return Err(too_long_cell(limits));
        }
        let line = record.position().map_or(0, |position| position.line());
        let cells = record.iter().map(|field| Raw::Text(field.to_owned())).collect();
        rows.push((u32::try_from(line).unwrap_or(u32::MAX), cells));
    }
    Ok(rows)
}

/// The rows of each tab with the workbook's date system; tabs without cells are left out.
fn xlsx_tabs(file: &[u8], limits: &Limits) -> Result<Vec<(Rows, bool)>, NotRead> {
    let damaged = |_| NotRead::OtherFormat("文件已损坏，打不开");
    let mut book = Xlsx::new(Cursor::new(file)).map_err(damaged)?;
    let epoch_1904 = book.has_1904_epoch();
    let mut tabs = Vec::new();
    let mut rows_left = limits.rows + HEAD_WITHIN;
    for name in book.sheet_names() {
        // Chart tabs have no cells to read.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        let mut rows = Rows::new();
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let raw = match cell.get_value() {
                DataRef::Empty => continue,
                DataRef::Int(value) => Raw::Number { value: *value as f64, date: false },
                DataRef::Float(value) => Raw::Number { value: *value, date: false },
                DataRef::DateTime(at) => Raw::Number { value: at.as_f64(), date: true },
                DataRef::String(text) => Raw::Text(text.clone()),
                DataRef::SharedString(text) => Raw::Text((*text).to_owned()),
                DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Raw::Text(text.clone()),
                DataRef::Bool(value) => Raw::Bool(*value),
                DataRef::Error(_) => Raw::Error,
            };
            if raw.is_empty() {
                continue;
            }
            if let Raw::Text(text) = &raw
                && text.chars().count() > limits.cell_chars
            {
                return Err(too_long_cell(limits));
            }
            let (row, column) = cell.get_position();
            let (number, column) = (row.saturating_add(1), column as usize);
            if column >= limits.columns {
                return Err(too_many_columns(limits));
            }
            if rows.last().is_none_or(|(last, _)| *last != number) {
                rows_left = rows_left.checked_sub(1).ok_or_else(|| too_many_rows(limits))?;
                rows.push((number, Vec::new()));
            }
            let cells = &mut rows.last_mut().expect("a row was just pushed").1;
            if cells.len() <= column {
                cells.resize(column + 1, Raw::Empty);
            }
            cells[column] = raw;
        }
        if !rows.is_empty() {
            tabs.push((rows, epoch_1904));
        }
    }
    Ok(tabs)
}
