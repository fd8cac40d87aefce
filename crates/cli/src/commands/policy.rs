//! `zhuxue policy`: which dated rules hold, from which article, and whether they are complete.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use loan::policy::choice::Choice;
use loan::policy::{Book, Question, Scheme, check, list as documents_of, show};
use serde_json::{Value, json};

use crate::stop::Stop;

/// The dated rules: which hold, from which article; whether they are complete.
#[derive(Args)]
#[command(after_help = "Examples:\n  zhuxue policy list\n  \
    zhuxue policy show --scheme origin --county 450302 --on 2016-08-01\n  zhuxue policy check")]
pub struct Policy {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The documents the rules rest on, with their ids.
    List {
        /// JSON for machines.
        #[arg(long)]
        json: bool,
    },
    /// Everything that holds at a place on a day.
    Show(Show),
    /// Proves that no day is uncovered or covered twice, and that every citation is registered.
    Check {
        /// JSON for machines.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct Show {
    /// `origin` (生源地) or `campus` (校园地).
    #[arg(long, default_value = "origin")]
    scheme: String,
    /// Six-digit code of the county.
    #[arg(long)]
    county: Option<String>,
    /// Ten-digit code of the school.
    #[arg(long)]
    school: Option<String>,
    /// The day, such as 2016-08-01.
    #[arg(long, value_name = "DATE")]
    on: NaiveDate,
    /// JSON for machines.
    #[arg(long)]
    json: bool,
}

impl Policy {
    pub fn run(self) -> Result<(), Stop> {
        let book = Book::standard();
        match self.what {
            What::List { json } => list(book, json),
            What::Show(asked) => asked.run(book),
            What::Check { json } => prove(book, json),
        }
    }
}

fn list(book: &Book, json: bool) -> Result<(), Stop> {
    let documents = documents_of(book);
    if json {
        let rows: Vec<Value> = documents
            .iter()
            .map(|document| {
                json!({
                    "id": document.id, "title": document.title, "number": document.number, "issuer": document.issuer,
                    "published_on": document.published_on.map(|day| day.to_string()), "in_force": document.in_force,
                    "scope": document.scope, "interpreted_by": document.interpreted_by,
                    "kind": document.kind.words(), "mark": document.mark.code(), "articles": document.articles,
                    "note": document.note,
                })
            })
            .collect();
        return print(&Value::Array(rows));
    }
    for document in documents {
        println!("{:<22} {} {}", document.id, document.title, document.number.as_deref().unwrap_or(""));
    }
    Ok(())
}

impl Show {
    fn run(self, book: &Book) -> Result<(), Stop> {
        let scheme = Scheme::from_code(&self.scheme).ok_or_else(|| {
            Stop::Wrong(format!("--scheme: \"{}\" is neither \"origin\" nor \"campus\"", self.scheme))
        })?;
        let question = Question { scheme, on: self.on, county: self.county.as_deref(), school: self.school.as_deref() };
        let shown = show(book, &question).map_err(|uncovered| Stop::Refused(uncovered.to_string()))?;
        if self.json {
            let answers: Vec<Value> = shown
                .answers
                .iter()
                .map(|answer| {
                    json!({
                        "parameter": answer.parameter.code(), "words": answer.parameter.words(),
                        "value": answer.code(), "value_words": answer.words(),
                        "from": answer.from.to_string(), "to": answer.to.map(|day| day.to_string()),
                        "level": answer.level.code(), "mark": answer.mark.code(),
                        "doc": answer.citation.doc, "article": answer.citation.article, "note": answer.note,
                        "printed_not_applied": answer.printed.iter().filter(|printed| !printed.agrees).map(|printed| json!({
                            "value": printed.value.code(), "doc": printed.citation.doc,
                            "article": printed.citation.article, "note": printed.note,
                        })).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let silent: Vec<&str> = shown.silent.iter().map(|parameter| parameter.code()).collect();
            return print(
                &json!({ "on": self.on.to_string(), "scheme": self.scheme, "answers": answers, "silent": silent }),
            );
        }
        for answer in &shown.answers {
            let until = answer.to.map_or_else(String::new, |day| day.to_string());
            println!(
                "{:<34} {}  [{} {} | {}～{}{}]",
                answer.parameter.code(),
                answer.words(),
                answer.citation.doc,
                answer.citation.article,
                answer.from,
                until,
                match answer.mark.code() {
                    "official" => String::new(),
                    mark => format!(" | {mark}"),
                }
            );
            for printed in answer.printed.iter().filter(|printed| !printed.agrees) {
                println!(
                    "{:<34}   printed, not applied: {}  [{} {}]",
                    "",
                    printed.value.words(answer.parameter),
                    printed.citation.doc,
                    printed.citation.article
                );
            }
        }
        Ok(())
    }
}

fn prove(book: &Book, json: bool) -> Result<(), Stop> {
    let faults = check(book);
    if json {
        let rows: Vec<Value> = faults
            .iter()
            .map(|fault| json!({ "file": fault.file, "subject": fault.subject, "what": fault.what }))
            .collect();
        print(&json!({ "documents": book.documents().len(), "entries": book.entries().len(), "faults": rows }))?;
    } else {
        for fault in &faults {
            println!("{}: {}: {}", fault.file, fault.subject, fault.what);
        }
        println!("{} documents, {} entries, {} faults", book.documents().len(), book.entries().len(), faults.len());
    }
    if faults.is_empty() { Ok(()) } else { Err(Stop::Refused(format!("{} faults in the rules", faults.len()))) }
}

fn print(value: &Value) -> Result<(), Stop> {
    println!("{}", serde_json::to_string_pretty(value).expect("a value of ours is JSON"));
    Ok(())
}
