//! Proves that the rules are complete: every declared span is tiled without gap or overlap, every citation names a
//! registered document and one of its articles, and no document sets what its level may not set.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::book::Book;
use super::choice::Mark;
use super::parameter::Parameter;
use super::questions::{self, QuestionBank};
use super::reference;
use crate::calendar::Date;
use crate::refusal::Citation;

/// One fault of the data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub file: String,
    /// The parameter, document or series.
    pub subject: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy/{}: {}: {}", self.file, self.subject, self.what)
    }
}

/// A span of days; an absent end is open.
type Span = (Date, Option<Date>);

/// Every fault of a book and of the question bank that rests on its register, none when both are sound.
pub fn check(book: &Book) -> Vec<Fault> {
    let mut faults = rules(book);
    faults.extend(questions::check(book, QuestionBank::standard()));
    faults
}

/// Every fault of the rules alone.
fn rules(book: &Book) -> Vec<Fault> {
    let mut faults = Vec::new();
    documents(book, &mut faults);
    citations(book, &mut faults);
    levels(book, &mut faults);
    spans(book, &mut faults);
    series(book, &mut faults);
    faults.sort();
    faults.dedup();
    faults
}

pub(super) fn fault(faults: &mut Vec<Fault>, file: &str, subject: impl Into<String>, what: impl Into<String>) {
    faults.push(Fault { file: file.to_owned(), subject: subject.into(), what: what.into() });
}

fn documents(book: &Book, faults: &mut Vec<Fault>) {
    let file = "register.toml";
    let mut ids = BTreeSet::new();
    for document in &book.documents {
        if !ids.insert(&document.id) {
            fault(faults, file, &document.id, "is registered twice");
        }
        if document.articles.is_empty()
            || document.articles.iter().collect::<BTreeSet<_>>().len() != document.articles.len()
        {
            fault(faults, file, &document.id, "names no article, or one twice");
        }
        if document.published_on.is_none() && document.published.is_none() {
            fault(faults, file, &document.id, "does not say when it was published");
        }
    }
}

/// Reports a citation that names no registered document, or none of its articles.
pub(super) fn cited(book: &Book, faults: &mut Vec<Fault>, file: &str, subject: &str, citation: &Citation) {
    match book.document(&citation.doc) {
        None => fault(faults, file, subject, format!("cites {}, which is not registered", citation.doc)),
        Some(document) if !document.articles.iter().any(|article| *article == citation.article) => {
            fault(
                faults,
                file,
                subject,
                format!("cites {} article {}, which is not registered", citation.doc, citation.article),
            );
        }
        Some(_) => {}
    }
}

fn citations(book: &Book, faults: &mut Vec<Fault>) {
    for entry in &book.entries {
        let subject = entry.parameter.code();
        cited(book, faults, entry.file, subject, &entry.citation);
        if let super::Value::Materials(items) = &entry.value {
            for item in items {
                let citation = Citation { doc: entry.citation.doc.clone(), article: item.article.clone().into() };
                cited(book, faults, entry.file, subject, &citation);
            }
        }
        let document_mark = book.document(&entry.citation.doc).map(|document| document.mark);
        if entry.mark == Mark::Official && document_mark.is_some_and(|mark| mark != Mark::Official) {
            fault(faults, entry.file, subject, "is marked official although its document was not read in full");
        }
        if entry.mark == Mark::Unverified && entry.note.is_none() {
            fault(faults, entry.file, subject, "is unverified and has no note that says why");
        }
    }
    for series in &book.series {
        for point in &series.points {
            cited(book, faults, series.file, &series.index, &point.citation);
        }
    }
}

/// An entry is applied exactly when its level may set the parameter, and its place is one we know.
fn levels(book: &Book, faults: &mut Vec<Fault>) {
    use super::book::Place;
    for entry in &book.entries {
        let level = entry.place.level();
        let may = entry.parameter.levels().contains(&level);
        match (may, entry.applied) {
            (false, true) => fault(
                faults,
                entry.file,
                entry.parameter.code(),
                format!("may not be set by a {}; keep it as printed", level.code()),
            ),
            (true, false) => {
                fault(
                    faults,
                    entry.file,
                    entry.parameter.code(),
                    format!("is printed only, but a {} may set it", level.code()),
                );
            }
            (true, true) | (false, false) => {}
        }
        let known = match &entry.place {
            Place::Nation => true,
            Place::Province(code) => reference::province_name(code).is_some(),
            Place::County(code) => reference::division(code).is_some_and(|division| division.level == "county"),
            Place::School(code) => reference::school(code).is_some(),
        };
        if !known {
            fault(faults, entry.file, entry.parameter.code(), "holds for a place that no reference list knows");
        }
    }
}

/// Entries against the spans their files declare, and the declared spans of one parameter against each other.
fn spans(book: &Book, faults: &mut Vec<Fault>) {
    let key =
        |scheme, place: &super::Place, parameter: Parameter, applied: bool| (scheme, place.clone(), parameter, applied);
    let mut entries: BTreeMap<_, Vec<(Span, &'static str)>> = BTreeMap::new();
    for entry in &book.entries {
        let key = key(entry.scheme, &entry.place, entry.parameter, entry.applied);
        entries.entry(key).or_default().push(((entry.from, entry.to), entry.file));
    }
    let mut covers: BTreeMap<_, Vec<(Span, &'static str)>> = BTreeMap::new();
    for cover in &book.covers {
        let key = key(cover.scheme, &cover.place, cover.parameter, cover.applied);
        covers.entry(key).or_default().push(((cover.from, cover.to), cover.file));
    }
    for (key, declared) in &mut covers {
        let (subject, file) = (key.2.code(), declared[0].1);
        declared.sort();
        let whole = (declared[0].0.0, declared.last().expect("a key has a span").0.1);
        for what in tiling(&declared.iter().map(|(span, _)| *span).collect::<Vec<_>>(), whole) {
            fault(faults, file, subject, format!("declared spans: {what}"));
        }
        for (span, file) in declared.iter() {
            let mut found: Vec<Span> = entries
                .get(key)
                .map_or(&[][..], Vec::as_slice)
                .iter()
                .filter(|(_, of)| of == file)
                .map(|(entry, _)| *entry)
                .filter(|entry| overlap(*entry, *span))
                .collect();
            found.sort();
            for what in tiling(&found, *span) {
                fault(faults, file, subject, what);
            }
        }
    }
    for (key, found) in &entries {
        for (entry, file) in found {
            let declared = covers.get(key).map_or(&[][..], Vec::as_slice);
            if !declared.iter().any(|(span, of)| of == file && overlap(*entry, *span)) {
                fault(faults, file, key.2.code(), format!("from {}: lies in no declared span", entry.0));
            }
        }
    }
}

/// What keeps sorted spans from covering `whole` exactly.
fn tiling(spans: &[Span], whole: Span) -> Vec<String> {
    let mut what = Vec::new();
    let mut expected = Some(whole.0);
    for (from, to) in spans {
        match expected {
            None => what.push(format!("{from} overlaps an open span")),
            Some(expected) if *from > expected => what.push(format!("gap from {expected} to the day before {from}")),
            Some(expected) if *from < expected => what.push(format!("{from} overlaps; {expected} was expected")),
            Some(_) => {}
        }
        if to.is_some_and(|to| to < *from) {
            what.push(format!("{from} ends before it begins"));
        }
        expected = to.and_then(|to| to.succ_opt());
    }
    let end = whole.1.and_then(|to| to.succ_opt());
    if spans.is_empty() {
        what.push("has no entry".to_owned());
    } else if expected != end {
        what.push(format!("ends on another day than the span of {} declares", whole.0));
    }
    what
}

fn overlap(one: Span, other: Span) -> bool {
    let starts_before_end = |start: Date, end: Option<Date>| end.is_none_or(|end| start <= end);
    starts_before_end(one.0, other.1) && starts_before_end(other.0, one.1)
}

fn series(book: &Book, faults: &mut Vec<Fault>) {
    for index in ["LPR5Y", "PBOC5Y"] {
        if book.series.iter().filter(|series| series.index == index).count() != 1 {
            fault(faults, "index", index, "must stand in exactly one file");
        }
    }
    for series in &book.series {
        let spans: Vec<Span> = series.points.iter().map(|point| (point.from, point.to)).collect();
        for what in tiling(&spans, (series.known_from, None)) {
            fault(faults, series.file, &series.index, what);
        }
        if series.points.last().is_some_and(|point| point.from > series.known_until) {
            fault(faults, series.file, &series.index, "has a point after the day it is known until");
        }
        if series.last_checked_on < series.known_until {
            fault(faults, series.file, &series.index, "is known beyond the day it was last checked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Cover, Entry, Point};

    /// A name and a change of one row of a list.
    type Mutation<T> = (&'static str, fn(&mut Vec<T>, usize));

    #[test]
    fn the_rules_are_complete() {
        let faults = check(Book::standard());
        assert!(faults.is_empty(), "{}", faults.iter().map(|fault| format!("{fault}\n")).collect::<String>());
        assert!(Book::standard().entries().len() > 300);
    }

    fn rebuilt(change: impl FnOnce(&mut Vec<Entry>, &mut Vec<Cover>)) -> Book {
        let book = Book::standard();
        let (mut entries, mut covers) = (book.entries.clone(), book.covers.clone());
        change(&mut entries, &mut covers);
        Book::of(book.documents.clone(), entries, covers, book.series.clone())
    }

    fn day_after(day: Date) -> Date {
        day.succ_opt().expect("no rule holds on the last day of the calendar")
    }

    fn day_before(day: Date) -> Date {
        day.pred_opt().expect("no rule holds on the first day of the calendar")
    }

    #[test]
    fn no_entry_can_be_lost_or_moved_by_a_day_unnoticed() {
        let book = Book::standard();
        for position in 0..book.entries.len() {
            let mutations: [Mutation<Entry>; 6] = [
                ("deleted", |entries, at| drop(entries.remove(at))),
                ("begins a day later", |entries, at| entries[at].from = day_after(entries[at].from)),
                ("begins a day earlier", |entries, at| entries[at].from = day_before(entries[at].from)),
                ("ends a day later", |entries, at| {
                    entries[at].to = Some(entries[at].to.map_or(entries[at].from, day_after))
                }),
                ("ends a day earlier", |entries, at| {
                    entries[at].to = Some(entries[at].to.map_or(entries[at].from, day_before))
                }),
                ("stands twice", |entries, at| entries.push(entries[at].clone())),
            ];
            for (name, mutate) in mutations {
                let changed = rebuilt(|entries, _| mutate(entries, position));
                assert!(!rules(&changed).is_empty(), "unnoticed: {name}: {:?}", book.entries[position]);
            }
        }
    }

    #[test]
    fn no_declared_span_can_be_lost_or_moved_unnoticed() {
        let book = Book::standard();
        for position in 0..book.covers.len() {
            let mutations: [Mutation<Cover>; 3] = [
                ("deleted", |covers, at| drop(covers.remove(at))),
                ("begins a day later", |covers, at| covers[at].from = day_after(covers[at].from)),
                ("ends a day later", |covers, at| {
                    covers[at].to = Some(covers[at].to.map_or(covers[at].from, day_after))
                }),
            ];
            for (name, mutate) in mutations {
                let changed = rebuilt(|_, covers| mutate(covers, position));
                assert!(!rules(&changed).is_empty(), "unnoticed: {name}: {:?}", book.covers[position]);
            }
        }
    }

    #[test]
    fn no_published_rate_can_be_lost_or_moved_unnoticed() {
        let book = Book::standard();
        for (which, series) in book.series.iter().enumerate() {
            for position in 0..series.points.len() {
                let mutations: [Mutation<Point>; 3] = [
                    ("deleted", |points, at| drop(points.remove(at))),
                    ("begins a day later", |points, at| points[at].from = day_after(points[at].from)),
                    ("ends a day later", |points, at| {
                        points[at].to = Some(points[at].to.map_or(points[at].from, day_after));
                    }),
                ];
                for (name, mutate) in mutations {
                    let mut changed = book.clone();
                    mutate(&mut changed.series[which].points, position);
                    assert!(!rules(&changed).is_empty(), "unnoticed: {name}: {} {position}", series.file);
                }
            }
        }
    }

    #[test]
    fn every_citation_must_name_a_registered_article() {
        let book = Book::standard();
        for position in 0..book.entries.len() {
            let changed = rebuilt(|entries, _| entries[position].citation.article = "无此条".into());
            assert!(!rules(&changed).is_empty());
            let changed = rebuilt(|entries, _| entries[position].citation.doc = "no-such-document".into());
            assert!(!rules(&changed).is_empty());
        }
    }

    #[test]
    fn a_document_cannot_set_what_its_level_may_not_set() {
        let book = Book::standard();
        for position in 0..book.entries.len() {
            let changed = rebuilt(|entries, _| entries[position].applied = !entries[position].applied);
            assert!(!rules(&changed).is_empty(), "unnoticed: {:?}", book.entries[position]);
        }
    }
}
