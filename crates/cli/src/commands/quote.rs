//! `zhuxue quote` and `zhuxue replay`: calculations without a database.

use std::io::{Read, Write};
use std::path::PathBuf;

use clap::Args;
use loan::contract::Indexes;
use loan::policy::Book;
use office::calculation::{self, NotCalculated};
use serde_json::Value;

use crate::stop::Stop;

/// The repayment plan of one loan.
#[derive(Args)]
#[command(
    after_help = "Example:\n  echo '{\"kind\":\"origin\",\"principal\":\"12000.00\",\"disbursed_on\":\"2026-11-20\",\"graduates_in\":2030,\n  \
    \"matures_in\":2045,\"grace_years\":5,\"rate\":{\"floating\":{\"index\":\"LPR5Y\",\"spread_bp\":-70}}}' | zhuxue quote -"
)]
pub struct Quote {
    /// A JSON file; `-` reads the standard input.
    file: PathBuf,
    /// JSON for machines.
    #[arg(long)]
    json: bool,
}

/// The published rates; a day without a publication is an error here, never a guess.
fn published() -> Indexes {
    Book::standard().indexes()
}

impl Quote {
    pub fn run(self) -> Result<(), Stop> {
        let quoted = calculation::quote(&read(&self.file)?, &published()).map_err(|error| stop(&self.file, error))?;
        let value = quoted.to_json();
        print(if self.json { render(&value) } else { table(&value, PLAN_COLUMNS) })
    }
}

/// A contract's life from its dated events.
#[derive(Args)]
#[command(after_help = "Example:\n  zhuxue replay life.json --json")]
pub struct Replay {
    /// A JSON file; `-` reads the standard input.
    file: PathBuf,
    /// JSON for machines.
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub fn run(self) -> Result<(), Stop> {
        let value = calculation::replay(&read(&self.file)?, &published()).map_err(|error| stop(&self.file, error))?;
        if self.json {
            return print(render(&value));
        }
        let mut text = table(&value, LIFE_COLUMNS);
        for (name, amount) in value["balances"].as_object().expect("balances are an object") {
            text.push_str(&format!("{name:>24} {:>14}\n", amount.as_str().unwrap_or_default()));
        }
        for refused in value["refused"].as_array().expect("refused is a list") {
            text.push_str(&format!(
                "refused on {}: {} ({})\n",
                refused["on"].as_str().unwrap_or_default(),
                refused["event"].as_str().unwrap_or_default(),
                refused["reason"].as_str().unwrap_or_default()
            ));
        }
        print(text)
    }
}

fn read(file: &PathBuf) -> Result<String, Stop> {
    let mut text = String::new();
    let result = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(file).map(|content| text = content)
    };
    match result {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(Stop::Wrong(format!("{}: the file is not UTF-8 text", file.display())))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Stop::Wrong(format!("{}: there is no such file", file.display())))
        }
        Err(error) => Err(Stop::failed(file.display(), error)),
    }
}

fn stop(file: &std::path::Path, error: NotCalculated) -> Stop {
    match error {
        NotCalculated::Misformed(misformed) => Stop::Wrong(format!("{}: {misformed}", file.display())),
        refused => Stop::Refused(format!("{}: {refused}", file.display())),
    }
}

fn render(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a value of ours is JSON");
    text.push('\n');
    text
}

fn print(text: String) -> Result<(), Stop> {
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| Stop::failed("standard output", error))
}

const PLAN_COLUMNS: &[(&str, usize)] = &[
    ("due_on", 10),
    ("days", 5),
    ("rate_percent", 12),
    ("opening", 14),
    ("principal", 14),
    ("interest", 12),
    ("interest_subsidised", 19),
    ("total", 14),
    ("closing", 14),
];

const LIFE_COLUMNS: &[(&str, usize)] = &[
    ("due_on", 10),
    ("opening", 14),
    ("principal", 14),
    ("interest", 12),
    ("interest_subsidised", 19),
    ("paid_principal", 14),
    ("paid_interest", 13),
    ("overdue_principal", 17),
    ("overdue_interest", 16),
];

/// Rows as right-aligned columns, then the totals.
fn table(value: &Value, columns: &[(&str, usize)]) -> String {
    let mut text = String::new();
    let mut line = |cells: Vec<String>| {
        let padded: Vec<String> =
            cells.iter().zip(columns).map(|(cell, (_, width))| format!("{cell:>width$}", width = *width)).collect();
        text.push_str(padded.join(" ").trim_end());
        text.push('\n');
    };
    line(columns.iter().map(|(name, _)| (*name).to_owned()).collect());
    let cell = |row: &Value, name: &str| match &row[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    for row in value["rows"].as_array().expect("rows are a list") {
        line(columns.iter().map(|(name, _)| cell(row, name)).collect());
    }
    line(
        columns
            .iter()
            .map(|(name, _)| if *name == "due_on" { "total".to_owned() } else { cell(&value["totals"], name) })
            .collect(),
    );
    text
}
