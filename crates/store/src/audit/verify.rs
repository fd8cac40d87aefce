//! Looks whether anything that must only grow was changed, removed, inserted or put in another order by hand.
//!
//! Every row's keyed digest proves that the program wrote it; numbers without a gap show a row taken from the middle;
//! the audit record's count and digest show one taken from the end, or added; the chain shows a record touched, and
//! the exported roots show a chain, or the whole database, set back.

use std::collections::HashMap;
use std::fmt;

use sea_orm::sea_query::Value;
use sea_orm::{DbErr, FromQueryResult, QueryResult};

use super::seal::{Root, Seal, heads_until, link, record_name, root_hash, roots};
use super::{ExportedRoot, Record, Witnessed, row_tag_checked, rows_digest};
use crate::contract::ContractEvent;
use crate::fact::Fact;
use crate::paper::files_verify;
use crate::posting::{Bill, Posting};
use crate::row::values;
use crate::{Failure, Store, Tx, keyring};

/// Rows read at a time.
const PAGE: i64 = 5_000;

/// What was found in one book, or among the roots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Audit records looked at.
    pub records: usize,
    /// Records not sealed yet: the window in which a change of a record itself would go unseen.
    pub unsealed: usize,
    /// Rows of fact, contract event, posting and bill looked at.
    pub rows: usize,
    /// Files whose content is what their name says.
    pub files: u64,
    /// Files of people whose key was deleted, which nobody can read.
    pub shredded: u64,
    /// What is wrong, in the order found; the first is the first broken place.
    pub faults: Vec<Fault>,
}

/// One broken place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Table.
    pub table: &'static str,
    /// Book, 0 for the system's.
    pub book: i64,
    /// The row: its key in words, or the record's id.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "book {}, {} {}: {}", self.book, self.table, self.place, self.what)
    }
}

/// A row with the record that answers for it.
struct Stored<T> {
    row: T,
    record: Vec<u8>,
    tag: Vec<u8>,
}

impl<T: FromQueryResult> FromQueryResult for Stored<T> {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, DbErr> {
        Ok(Stored {
            row: T::from_query_result(row, pre)?,
            record: row.try_get(pre, "record")?,
            tag: row.try_get(pre, "tag")?,
        })
    }
}

/// Rows seen so far, by the record that answers for them.
#[derive(Default)]
struct Seen {
    rows: Vec<(Vec<u8>, [u8; 32])>,
    faults: Vec<Fault>,
}

/// Re-checks everything: each book on its own picture of the database, its files, then the roots. `progress` is told
/// every book and what was found in it.
pub async fn verify_all(
    store: &Store,
    exported: &[ExportedRoot],
    progress: &(dyn Fn(i64, &Report) + Send + Sync),
) -> Result<Report, Failure> {
    let books: Vec<i64> = store
        .read("verify_books", |tx| {
            Box::pin(async move {
                let sql = "SELECT book FROM book UNION SELECT book FROM audit_record UNION SELECT book FROM audit_seal \
                           UNION SELECT book FROM posting UNION SELECT book FROM fact ORDER BY book";
                tx.column(sql, Vec::new()).await
            })
        })
        .await?;
    let mut whole = Report::default();
    for book in books {
        let report: Report =
            store.read("verify_book", |tx| Box::pin(async move { verify_book(tx, book).await })).await?;
        progress(book, &report);
        whole.add(report);
    }
    let roots: Report =
        store.read("verify_roots", |tx| Box::pin(async move { verify_roots(tx, exported).await })).await?;
    whole.faults.extend(roots.faults);
    Ok(whole)
}

impl Report {
    fn add(&mut self, other: Report) {
        self.records += other.records;
        self.unsealed += other.unsealed;
        self.rows += other.rows;
        self.files += other.files;
        self.shredded += other.shredded;
        self.faults.extend(other.faults);
    }
}

/// Re-checks one book and its files. Memory grows with the rows of the book (about 60 bytes each), not of the database.
pub async fn verify_book(tx: &mut Tx<'_>, book: i64) -> Result<Report, Failure> {
    let mut seen = Seen::default();
    walk::<Fact>(tx, book, &mut seen).await?;
    walk::<ContractEvent>(tx, book, &mut seen).await?;
    walk::<Posting>(tx, book, &mut seen).await?;
    walk::<Bill>(tx, book, &mut seen).await?;
    let mut report = Report { rows: seen.rows.len(), faults: seen.faults, ..Report::default() };
    let digests = check_records(tx, book, seen.rows, &mut report).await?;
    check_chain(tx, book, digests, &mut report).await?;
    let files = files_verify(tx, book).await?;
    (report.files, report.shredded) = (files.whole, files.shredded);
    for (person, digest) in files.broken {
        let place = format!("digest {digest} person {person}");
        report.faults.push(Fault {
            table: "file",
            book,
            place,
            what: "its content is not what its name says".to_owned(),
        });
    }
    Ok(report)
}

/// Walks one table of a book in the order of its key.
async fn walk<T: Witnessed>(tx: &mut Tx<'_>, book: i64, seen: &mut Seen) -> Result<(), Failure> {
    let mut after: Option<Vec<Value>> = None;
    let mut order: Option<(String, i64)> = None;
    loop {
        let (bound, mut values) = match after.take() {
            None => (String::new(), values![book]),
            Some(key) => {
                let places: Vec<String> = (2..2 + key.len()).map(|place| format!("${place}")).collect();
                let bound = format!("AND ({}) > ({})", T::KEY.join(", "), places.join(", "));
                (bound, [values![book], key].concat())
            }
        };
        values.push(Value::from(PAGE));
        let sql = format!(
            "SELECT {}, record, tag FROM {} WHERE book = $1 {bound} ORDER BY {} LIMIT ${}",
            T::COLUMNS.join(", "),
            T::TABLE,
            T::KEY.join(", "),
            values.len()
        );
        let page: Vec<Stored<T>> = tx.rows(&sql, values).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.row.key());
        let full = page.len() as i64 == PAGE;
        for stored in page {
            check_row(&tx.keyring, book, stored, &mut order, seen);
        }
        if !full {
            return Ok(());
        }
    }
}

fn check_row<T: Witnessed>(
    keyring: &keyring::Keyring,
    book: i64,
    stored: Stored<T>,
    order: &mut Option<(String, i64)>,
    seen: &mut Seen,
) {
    let Stored { row, record, tag } = stored;
    let mut fault = |what: String| {
        seen.faults.push(Fault { table: T::TABLE, book, place: key_in_words(&row), what });
    };
    let (expected, holds) = row_tag_checked(keyring, &row, &record, &tag);
    if !holds {
        fault("was not written by the program as it stands".to_owned());
    }
    if let Some(absurd) = row.absurd() {
        fault(absurd.to_owned());
    }
    if let Some((chain, number)) = row.place_in_order() {
        let before = order.take().filter(|(name, _)| *name == chain).map_or(0, |(_, before)| before);
        if number != before + 1 {
            fault(format!("follows number {before}: {} missing", number - before - 1));
        }
        *order = Some((chain, number));
    }
    seen.rows.push((record, expected));
}

/// A key such as `contract 5 seq 3`.
fn key_in_words<T: Witnessed>(row: &T) -> String {
    let words = T::KEY.iter().zip(row.key()).skip(1).map(|(column, value)| match value {
        Value::BigInt(Some(number)) => format!("{column} {number}"),
        Value::String(Some(text)) => format!("{column} {text}"),
        Value::ChronoDate(Some(day)) => format!("{column} {day}"),
        other => format!("{column} {other:?}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Every record answers for exactly the rows that name it. Gives back the records' digests.
async fn check_records(
    tx: &mut Tx<'_>,
    book: i64,
    mut rows: Vec<(Vec<u8>, [u8; 32])>,
    report: &mut Report,
) -> Result<HashMap<Vec<u8>, Vec<u8>>, Failure> {
    rows.sort_unstable();
    let mut rows = rows.into_iter().peekable();
    let mut digests = HashMap::new();
    let mut after: Vec<u8> = Vec::new();
    loop {
        let tail = "WHERE book = $1 AND record > $2 ORDER BY record LIMIT $3";
        let page: Vec<Record> = tx.select(tail, values![book, after.clone(), PAGE]).await?;
        let Some(last) = page.last() else { break };
        after = last.record.clone();
        for record in page {
            report.records += 1;
            while let Some((orphan, _)) = rows.next_if(|(name, _)| *name < record.record) {
                let what = "rows answer to this record, which is not there".to_owned();
                push_once(report, Fault { table: Record::TABLE_NAME, book, place: record_name(&orphan), what });
            }
            let mut own: Vec<[u8; 32]> = Vec::new();
            while let Some((_, tag)) = rows.next_if(|(name, _)| *name == record.record) {
                own.push(tag);
            }
            check_record(&record, &mut own, report);
            digests.insert(record.record, record.digest);
        }
    }
    for (orphan, _) in rows {
        let what = "rows answer to this record, which is not there".to_owned();
        push_once(report, Fault { table: Record::TABLE_NAME, book, place: record_name(&orphan), what });
    }
    Ok(digests)
}

fn check_record(record: &Record, own: &mut [[u8; 32]], report: &mut Report) {
    let place = format!("{} ({} of {} {})", record.id(), record.act, record.subject, record.subject_id);
    let mut fault = |what: String| {
        report.faults.push(Fault { table: Record::TABLE_NAME, book: record.book, place: place.clone(), what });
    };
    if record.computed_digest() != record.digest {
        fault("was changed".to_owned());
    }
    let count = own.len() as i64;
    if count != record.row_count {
        fault(format!("wrote {} rows, {count} are there", record.row_count));
    } else if rows_digest(own) != record.row_digest {
        fault("wrote other rows than are there".to_owned());
    }
}

fn push_once(report: &mut Report, fault: Fault) {
    if report.faults.last() != Some(&fault) {
        report.faults.push(fault);
    }
}

/// The chain: links without a gap, each over the record it names.
async fn check_chain(
    tx: &mut Tx<'_>,
    book: i64,
    mut digests: HashMap<Vec<u8>, Vec<u8>>,
    report: &mut Report,
) -> Result<(), Failure> {
    let (mut before, mut hash) = (0, Vec::new());
    let mut after = 0;
    loop {
        let tail = "WHERE book = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let page: Vec<Seal> = tx.select(tail, values![book, after, PAGE]).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for seal in page {
            let place = format!("seq {} (record {})", seal.seq, record_name(&seal.record));
            let mut fault =
                |what: String| report.faults.push(Fault { table: "audit_seal", book, place: place.clone(), what });
            if seal.seq != before + 1 {
                fault(format!("follows number {before}: {} missing", seal.seq - before - 1));
            }
            match digests.remove(&seal.record) {
                None => fault("seals a record that is not there, or was sealed before".to_owned()),
                Some(digest) => {
                    if link(&hash, seal.seq, &digest) != seal.hash {
                        fault("does not continue the chain".to_owned());
                    }
                }
            }
            // Going on from the stored hash names every broken link, not only the first.
            (before, hash) = (seal.seq, seal.hash);
        }
    }
    report.unsealed = digests.len();
    Ok(())
}

/// Re-checks the roots, and that every chain still reaches the heads they cover. `exported` are the lines kept
/// elsewhere: one that the database does not know shows that it was set back.
pub async fn verify_roots(tx: &mut Tx<'_>, exported: &[ExportedRoot]) -> Result<Report, Failure> {
    let roots = roots(tx).await?;
    let mut report = Report { records: roots.len(), ..Report::default() };
    let mut fault = |place: String, what: &str| {
        report.faults.push(Fault { table: "audit_root", book: 0, place, what: what.to_owned() });
    };
    let public_key = tx.keyring.public_key();
    let (mut before, mut hash) = (0, Vec::new());
    for Root { seq, on_day, heads, root, line, .. } in &roots {
        let place = format!("seq {seq} of {on_day}");
        if *seq != before + 1 {
            fault(place.clone(), "does not follow the root before");
        }
        let told = format!("zhuxue-root {seq} {on_day} {} ", hex::encode(root));
        if root_hash(&hash, *seq, *on_day, heads) != *root
            || !line.starts_with(&told)
            || ExportedRoot::read(line, &public_key).is_none()
        {
            fault(place, "was changed");
        }
        (before, hash) = (*seq, root.clone());
    }
    for line in exported {
        if !roots.iter().any(|root| root.line == line.line) {
            let place = format!("seq {} of {}", line.seq, line.on_day);
            fault(place, "was exported and is not there: the database was set back");
        }
    }
    for (book, (seq, hash)) in heads_until(&roots) {
        let sql = "SELECT hash FROM audit_seal WHERE book = $1 AND seq = $2";
        let stored: Option<Vec<u8>> = tx.value(sql, values![book, seq]).await?;
        if stored.is_none_or(|stored| hex::encode(stored) != hash) {
            let what = "a root covers this link, which is not there or another".to_owned();
            report.faults.push(Fault { table: "audit_seal", book, place: format!("seq {seq}"), what });
        }
    }
    Ok(report)
}

impl Record {
    const TABLE_NAME: &'static str = "audit_record";
}
