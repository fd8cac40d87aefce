//! Tests only: the points the documents leave open are values. Each is changed here in the data alone.

use chrono::{Datelike, Months};

use super::choice::{FirstPrincipalReading, TermReading};
use super::limits::{self, NoAmount};
use super::parameter::Parameter as P;
use super::{Book, Question, Scheme, StudyLevel, book, product, receipt, terms};
use crate::calendar::{Date, date};
use crate::contract::{DayCount, FirstPrincipal, OverdueValueDay, PenaltyBase};
use crate::money::Fen;

/// The standard rules with one text of one file replaced everywhere in it.
fn with(file: &'static str, from: &str, to: &str) -> Book {
    let changed: Vec<(&'static str, String)> = book::RULES
        .iter()
        .map(|(name, text)| {
            assert!(*name != file || text.contains(from), "{file} has no {from}");
            (*name, if *name == file { text.replace(from, to) } else { (*text).to_owned() })
        })
        .collect();
    let rules: Vec<(&'static str, &str)> = changed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Book::read(book::REGISTER, &rules, book::SERIES).unwrap()
}

const NATIONAL: &str = "origin/national.toml";

fn xiufeng() -> Question<'static> {
    Question::origin(date(2016, 8, 1), "450302", "4133010335")
}

#[test]
fn fees_below_the_floor_lend_nothing_or_the_floor() {
    let lend = with(NATIONAL, "below_minimum = \"refuse\"", "below_minimum = \"lend_minimum\"");
    let ask = |book: &Book, fees| limits::allowed(book, &xiufeng(), StudyLevel::College, Some(Fen::yuan(fees)));
    assert!(matches!(ask(Book::standard(), 999), Err(NoAmount::FeesBelowMinimum { .. })));
    let allowed = ask(&lend, 999).unwrap();
    assert_eq!((allowed.min, allowed.max, allowed.suggested), (Fen::yuan(1_000), Fen::yuan(1_000), Fen::yuan(1_000)));
    assert!(allowed.accept(Fen::yuan(1_000)).is_ok() && allowed.accept(Fen::yuan(1_100)).is_err());
    assert_eq!(ask(&lend, 1_000).unwrap().max, Fen::yuan(1_000));
    proof::proves!["R2.26"];
}

#[test]
fn the_reading_of_longer_study_is_configured() {
    let b = with("origin/xiufeng-2016.toml", "term_reading = \"a\"", "term_reading = \"b\"");
    let longest = |book: &Book| terms::range(book, &xiufeng(), terms::Study { length: 8, grade: 1 }).unwrap().max;
    assert_eq!((longest(Book::standard()), longest(&b)), (20, 17));
    assert_eq!(b.choice(&xiufeng(), P::TermReading), Ok(TermReading::B));
    proof::proves!["R2.8"];
}

#[test]
fn the_day_of_a_deadline_is_configured() {
    let excluded = with("origin/xiufeng-2016.toml", "receipt_reading = \"included\"", "receipt_reading = \"excluded\"");
    let last = |book: &Book| receipt::deadline(book, &xiufeng(), 2016).unwrap().last_on;
    assert_eq!((last(Book::standard()), last(&excluded)), (date(2016, 9, 30), date(2016, 9, 29)));
}

#[test]
fn grace_boundary_day_count_and_penalty_are_configured() {
    let signed_on = date(2022, 10, 1);
    let agreed = |from: &str, to: &str| product::agreed(&with(NATIONAL, from, to), signed_on).unwrap();
    let last = agreed("first_principal = \"after_grace\"", "first_principal = \"in_last_grace_year\"");
    assert_eq!(last.product.first_principal, FirstPrincipal::InLastGraceYear);
    assert_eq!(FirstPrincipalReading::ALL.len(), 2);
    let from = "day_count = \"year_or_days_360\"";
    assert_eq!(agreed(from, "day_count = \"act_360\"").day_count, DayCount::Act360);
    assert_eq!(agreed(from, "day_count = \"act_365\"").day_count, DayCount::Act365);
    let principal = agreed("penalty_base = \"overdue_amount\"", "penalty_base = \"overdue_principal\"");
    assert_eq!(principal.product.penalty_base, PenaltyBase::OverduePrincipal);
    let receipt = agreed("overdue_value_day = \"collection\"", "overdue_value_day = \"receipt\"");
    assert_eq!(receipt.product.overdue_value_day, OverdueValueDay::Receipt);
    proof::proves!["R16.12"];
}

/// Every pair of a registered document and an article that stands in the code of any crate names a registered article.
#[test]
fn citations_in_code_are_registered() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in a folder");
    let (mut folders, mut seen, mut unknown) = (vec![crates.to_owned()], 0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                let quoted: Vec<&str> = text.split('"').collect();
                for (position, doc) in quoted.iter().enumerate() {
                    // `"doc", "article"` in code, `"doc", "article": "22"` in JSON.
                    let after = |steps: usize| quoted.get(position + steps).map_or("", |text| text.trim());
                    let article = if after(2) == "article" && after(3) == ":" { after(4) } else { after(2) };
                    // An article is a number or Chinese; plain English beside an id is something else.
                    let english = article.chars().all(|c| c.is_ascii_alphabetic() || " _-.:".contains(c));
                    if after(1) != "," || english || article.contains(['\n', '{']) || article.chars().count() > 12 {
                        continue;
                    }
                    // `zhuxue` is also the name of the program.
                    let Some(document) = Book::standard().document(doc).filter(|document| document.id != "zhuxue")
                    else {
                        continue;
                    };
                    seen += 1;
                    if !document.articles.iter().any(|known| known == article)
                        && !Book::standard().documents().iter().any(|d| d.id == *article)
                    {
                        unknown.push(format!("{}: {doc} {article}", path.display()));
                    }
                }
            }
        }
    }
    assert!(seen > 20, "the scan finds citations");
    assert_eq!(unknown, Vec::<String>::new());
}

/// The arithmetic has the prepayment calendar in code; here the dated values lead to the same day for every filing day.
#[test]
fn the_prepayment_calendar_of_the_arithmetic_is_that_of_the_rules() {
    let book = Book::standard();
    let question = |on| Question::national(Scheme::Origin, on);
    let effective_on = |filed_on: Date| {
        let closed = book.months(&question(filed_on), P::ClosedMonths).unwrap();
        let last = u32::try_from(book.count(&question(filed_on), P::PrepaymentFileBy).unwrap()).unwrap();
        let settlement = book.month_day(&question(filed_on), P::SettlementDay).unwrap().day;
        let mut month = filed_on.with_day(1).unwrap();
        if filed_on.day() > last {
            month = month + Months::new(1);
        }
        while closed.contains(&month.month()) {
            month = month + Months::new(1);
        }
        month.with_day(settlement).unwrap()
    };
    for filed_on in date(2022, 1, 1).iter_days().take_while(|day| *day <= date(2024, 12, 31)) {
        assert_eq!(crate::settlement::prepayment_effective_on(filed_on), effective_on(filed_on), "{filed_on}");
    }
}
