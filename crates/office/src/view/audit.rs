//! What the audit reads: the newest records of a book, the whole timeline of one thing, and whether the chain holds.
//! Nothing here changes anything.

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use store::audit::{Fault, Record};
use store::{Failure, Tx};

use super::{Names, Seen};
use crate::Office;
use crate::no::No;
use crate::number::{ApplicationNumber, ContractNumber};
use crate::who::{Actor, Role};

/// Who reads the record of everybody.
const AUDIT: &[Role] = &[Role::Auditor, Role::AuditAdmin];
/// Records of one page.
pub const PAGE: i64 = 100;

/// One record in words a page can look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordView {
    /// Its id; newer ones are greater.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Business day.
    pub on: Date,
    /// Who, by name.
    pub by: String,
    /// Which act.
    pub act: String,
    /// On what: kind and number.
    pub subject: (String, String),
    /// Figures, as JSON.
    pub detail: String,
    /// Rows the record answers for.
    pub rows: i64,
}

/// A loan book the audit may look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookView {
    /// Its number; 0 is the system's.
    pub book: i64,
    /// Its county; none for the system's.
    pub county: Option<String>,
}

/// Whether the chain of one book holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainView {
    /// The book.
    pub book: BookView,
    /// Records looked at.
    pub records: usize,
    /// Records not sealed yet.
    pub unsealed: usize,
    /// Rows looked at.
    pub rows: usize,
    /// What is wrong, the first broken place first.
    pub faults: Vec<Fault>,
}

impl Office {
    /// The books, the system's first.
    pub async fn audit_books(&self, actor: &Actor) -> Seen<Vec<BookView>> {
        auditor(actor)?;
        let books: Result<Vec<BookView>, Failure> = self.store.read("audit_books", |tx| Box::pin(books(tx))).await;
        Ok(books?)
    }

    /// The newest records of a book.
    pub async fn audit_records(&self, actor: &Actor, book: i64) -> Seen<Vec<RecordView>> {
        auditor(actor)?;
        let records: Result<Vec<RecordView>, Failure> = self
            .store
            .read("audit_records", |tx| {
                Box::pin(async move {
                    let records = store::audit::records_of_book(tx, book, None, PAGE).await?;
                    views(tx, records).await
                })
            })
            .await;
        Ok(records?)
    }

    /// Everything that was done to one application, contract, account or batch, oldest first; `typed` is its number.
    pub async fn audit_timeline(&self, actor: &Actor, typed: &str) -> Seen<Vec<RecordView>> {
        auditor(actor)?;
        let text = crate::application::answers::tidy(typed);
        let mut places: Vec<(i64, &'static str, String)> = Vec::new();
        if let Ok(number) = text.parse::<ApplicationNumber>() {
            places.push((number.book, "application", number.to_string()));
        }
        if let Ok(number) = text.parse::<ContractNumber>() {
            places.push((number.book, "contract", number.to_string()));
            places.push((number.book, "contract", number.key().to_string()));
        }
        if places.is_empty() {
            places.push((0, "batch", text.clone()));
            places.push((0, "staff", text));
        }
        let records: Result<Vec<RecordView>, Failure> = self
            .store
            .read("audit_timeline", |tx| {
                let places = places.clone();
                Box::pin(async move {
                    let mut found = Vec::new();
                    for (book, subject, id) in &places {
                        found.extend(store::audit::records_of_subject(tx, *book, subject, id).await?);
                    }
                    views(tx, found).await
                })
            })
            .await;
        Ok(records?)
    }

    /// Walks the chain of every book.
    pub async fn audit_chain(&self, actor: &Actor) -> Seen<Vec<ChainView>> {
        auditor(actor)?;
        let chains: Result<Vec<ChainView>, Failure> = self
            .store
            .read("audit_chain", |tx| {
                Box::pin(async move {
                    let mut chains = Vec::new();
                    for book in books(tx).await? {
                        let report = store::audit::verify_book(tx, book.book).await?;
                        let (records, unsealed, rows) = (report.records, report.unsealed, report.rows);
                        chains.push(ChainView { book, records, unsealed, rows, faults: report.faults });
                    }
                    Ok(chains)
                })
            })
            .await;
        Ok(chains?)
    }
}

fn auditor(actor: &Actor) -> Seen<()> {
    if actor.roles().iter().any(|role| AUDIT.contains(role)) { Ok(()) } else { Err(No::Forbidden) }
}

async fn books(tx: &mut Tx<'_>) -> Result<Vec<BookView>, Failure> {
    let mut found = vec![BookView { book: 0, county: None }];
    for book in store::office_place::books(tx).await? {
        let division = book.division_code.as_deref().and_then(loan::policy::reference::division);
        found.push(BookView { book: book.book, county: division.map(|division| division.name.to_owned()) });
    }
    Ok(found)
}

async fn views(tx: &mut Tx<'_>, records: Vec<Record>) -> Result<Vec<RecordView>, Failure> {
    let (mut found, mut names) = (Vec::new(), Names::default());
    for record in records {
        let by = names.of(tx, &record.actor).await?;
        found.push(RecordView {
            id: record.id().to_string(),
            at: record.at,
            on: record.on_day,
            by,
            act: record.act,
            subject: (record.subject, record.subject_id),
            detail: record.detail,
            rows: record.row_count,
        });
    }
    Ok(found)
}
