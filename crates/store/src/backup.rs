//! A consistent copy of everything, and back, also from one kind of database to the other.
//!
//! A copy is lines of JSON: a head naming the schema, then per table its name and columns and a line per row, then a
//! foot with the number of rows and the SM3 of all lines before. Sealed columns stay sealed, so a copy is worth
//! nothing without the key file, which is to be kept elsewhere.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sea_orm::QueryResult;
use sea_orm::sea_query::Value;
use serde_json::{Value as Json, json};
use sm3::{Digest, Sm3};

use crate::migrate::{self, Column, Table};
use crate::{Date, Failure, Instant, Store, Tx};

/// Rows read or written at a time.
const PAGE: usize = 2_000;

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Tables.
    pub tables: usize,
    /// Rows of all tables.
    pub rows: u64,
}

/// Writes a copy of one unchanging picture of the database to a new file. `progress` is told each table and its rows.
pub async fn write(
    store: &Store,
    path: &Path,
    now: Instant,
    progress: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<Copied, Failure> {
    store
        .read("backup", |tx| {
            Box::pin(async move {
                let file = File::create(path).map_err(|error| on_disk(path, error))?;
                let mut out = Lines { out: BufWriter::new(file), digest: Sm3::new(), path };
                let at = now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
                out.put(&json!({"zhuxue": "backup", "schema": migrate::schema_digest(), "written_at": at}))?;
                let mut copied = Copied { tables: 0, rows: 0 };
                for table in migrate::tables() {
                    let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
                    out.put(&json!({"table": table.name, "columns": columns}))?;
                    let rows = write_table(tx, table, &mut out).await?;
                    progress(&table.name, rows);
                    copied.tables += 1;
                    copied.rows += rows;
                }
                let digest = hex::encode(out.digest.clone().finalize());
                out.put(&json!({"rows": copied.rows, "sm3": digest}))?;
                let file = out.out.into_inner().map_err(|error| on_disk(path, error.into_error()))?;
                file.sync_all().map_err(|error| on_disk(path, error))?;
                Ok(copied)
            })
        })
        .await
}

/// Lines written so far, and their digest.
struct Lines<'p> {
    out: BufWriter<File>,
    digest: Sm3,
    path: &'p Path,
}

impl Lines<'_> {
    fn put(&mut self, line: &Json) -> Result<(), Failure> {
        let mut text = line.to_string();
        text.push('\n');
        self.digest.update(text.as_bytes());
        self.out.write_all(text.as_bytes()).map_err(|error| on_disk(self.path, error))
    }
}

fn on_disk(path: &Path, error: std::io::Error) -> Failure {
    Failure::unavailable(format!("{} cannot be read or written", path.display())).because(error)
}

/// Pages through a table in the order of its key.
async fn write_table(tx: &mut Tx<'_>, table: &Table, out: &mut Lines<'_>) -> Result<u64, Failure> {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let key: Vec<usize> =
        table.primary_key.iter().filter_map(|name| names.iter().position(|column| column == name)).collect();
    let order = table.primary_key.join(", ");
    let mut after: Vec<Value> = Vec::new();
    let mut count = 0;
    loop {
        let places: Vec<String> = (1..=after.len()).map(|place| format!("${place}")).collect();
        let bound = match after.is_empty() {
            true => String::new(),
            false => format!("WHERE ({order}) > ({})", places.join(", ")),
        };
        let sql = format!("SELECT {} FROM {} {bound} ORDER BY {order} LIMIT {PAGE}", names.join(", "), table.name);
        let page = tx.raw_rows(&sql, after).await?;
        let full = page.len() == PAGE;
        after = Vec::new();
        for row in &page {
            let values = table.columns.iter().map(|column| value_of(row, column)).collect::<Result<Vec<Value>, _>>()?;
            out.put(&Json::Array(values.iter().map(to_json).collect()))?;
            after = key.iter().map(|index| values[*index].clone()).collect();
        }
        count += page.len() as u64;
        if !full {
            return Ok(count);
        }
    }
}

fn value_of(row: &QueryResult, column: &Column) -> Result<Value, Failure> {
    let name = column.name.as_str();
    match column.kind.as_str() {
        "BIGINT" => row.try_get::<Option<i64>>("", name).map(Value::from),
        "BOOLEAN" => row.try_get::<Option<bool>>("", name).map(Value::from),
        "TEXT" => row.try_get::<Option<String>>("", name).map(Value::from),
        "BYTEA" => row.try_get::<Option<Vec<u8>>>("", name).map(Value::from),
        "DATE" => row.try_get::<Option<Date>>("", name).map(Value::from),
        _ => row.try_get::<Option<Instant>>("", name).map(Value::from),
    }
    .map_err(|error| Failure::shape("backup", error))
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::BigInt(Some(number)) => json!(number),
        Value::Bool(Some(truth)) => json!(truth),
        Value::String(Some(text)) => json!(text),
        Value::Bytes(Some(bytes)) => json!(BASE64.encode(bytes)),
        Value::ChronoDate(Some(day)) => json!(day.to_string()),
        Value::ChronoDateTimeUtc(Some(at)) => json!(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)),
        _ => Json::Null,
    }
}

/// Fills an empty database of this program's schema from a copy; all of it or nothing.
pub async fn restore(
    store: &Store,
    path: &Path,
    progress: &(dyn Fn(&str, u64) + Send + Sync),
) -> Result<Copied, Failure> {
    store
        .write("restore", |tx| {
            Box::pin(async move {
                refuse_filled(tx).await?;
                let file = File::open(path).map_err(|error| on_disk(path, error))?;
                let mut lines = Reading { lines: BufReader::new(file), digest: Sm3::new(), path, number: 0 };
                let head = lines.next()?;
                if head["zhuxue"] != "backup" || head["schema"] != migrate::schema_digest() {
                    return Err(Failure::corrupt("this is no backup of a database with this program's schema"));
                }
                let mut copied = Copied { tables: 0, rows: 0 };
                loop {
                    let before = hex::encode(lines.digest.clone().finalize());
                    let line = lines.next()?;
                    let Some(name) = line["table"].as_str() else {
                        if line["sm3"] != before || line["rows"] != copied.rows {
                            return Err(Failure::corrupt("the backup is damaged: its digest is another"));
                        }
                        return Ok(copied);
                    };
                    let table = migrate::tables().iter().find(|table| table.name == name);
                    let table = table.ok_or_else(|| lines.damaged())?;
                    let rows = read_table(tx, table, &mut lines).await?;
                    progress(name, rows);
                    copied.tables += 1;
                    copied.rows += rows;
                }
            })
        })
        .await
}

async fn refuse_filled(tx: &mut Tx<'_>) -> Result<(), Failure> {
    for table in migrate::tables() {
        let filled: Option<i64> =
            tx.value(&format!("SELECT CAST(1 AS BIGINT) FROM {} LIMIT 1", table.name), Vec::new()).await?;
        if filled.is_some() {
            return Err(Failure::unavailable(format!(
                "only an empty database can be restored: {} has rows",
                table.name
            )));
        }
    }
    Ok(())
}

/// Lines read so far, and their digest.
struct Reading<'p> {
    lines: BufReader<File>,
    digest: Sm3,
    path: &'p Path,
    number: u64,
}

impl Reading<'_> {
    fn next(&mut self) -> Result<Json, Failure> {
        let mut line = String::new();
        self.lines.read_line(&mut line).map_err(|error| on_disk(self.path, error))?;
        self.number += 1;
        self.digest.update(line.as_bytes());
        serde_json::from_str(&line).map_err(|error| self.damaged().because(error))
    }

    /// Whether the next line is a row.
    fn at_row(&mut self) -> Result<bool, Failure> {
        let bytes = self.lines.fill_buf().map_err(|error| on_disk(self.path, error))?;
        Ok(bytes.first() == Some(&b'['))
    }

    fn damaged(&self) -> Failure {
        Failure::corrupt(format!("line {} of the backup cannot be read", self.number))
    }
}

async fn read_table(tx: &mut Tx<'_>, table: &Table, lines: &mut Reading<'_>) -> Result<u64, Failure> {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let mut count = 0;
    let mut rows = Vec::with_capacity(PAGE);
    while lines.at_row()? {
        let line = lines.next()?;
        let fields = line.as_array().filter(|fields| fields.len() == names.len()).ok_or_else(|| lines.damaged())?;
        let row: Option<Vec<Value>> =
            fields.iter().zip(&table.columns).map(|(field, column)| from_json(field, column)).collect();
        rows.push(row.ok_or_else(|| lines.damaged())?);
        count += 1;
        if rows.len() == PAGE {
            tx.insert_many(&table.name, &names, std::mem::take(&mut rows)).await?;
        }
    }
    if !rows.is_empty() {
        tx.insert_many(&table.name, &names, rows).await?;
    }
    Ok(count)
}

fn from_json(field: &Json, column: &Column) -> Option<Value> {
    let text = field.as_str();
    let value = match column.kind.as_str() {
        "BIGINT" => Value::BigInt(field.as_i64()),
        "BOOLEAN" => Value::Bool(field.as_bool()),
        "TEXT" => Value::from(text.map(str::to_owned)),
        "BYTEA" => Value::from(text.map(|text| BASE64.decode(text)).transpose().ok()?),
        "DATE" => Value::from(text.map(str::parse::<Date>).transpose().ok()?),
        _ => Value::from(text.map(str::parse::<Instant>).transpose().ok()?),
    };
    // A field of another type must not slip in as empty.
    (field.is_null() || to_json(&value) != Json::Null).then_some(value)
}
