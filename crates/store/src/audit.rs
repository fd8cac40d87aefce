//! Who did what. An act writes its record in its own transaction; the record answers, by a digest, for every row of
//! fact, contract event, posting and bill the act wrote. [`seal`] chains the records afterwards, [`verify`] looks
//! whether anything was changed since.

use sea_orm::sea_query::Value;
use uuid::Uuid;

mod seal;
mod verify;

pub use seal::{ExportedRoot, Root, root_close, roots, seal, seal_all, unsealed_books};
pub use verify::{Fault, Report, verify_all, verify_book, verify_roots};

use crate::row::{Row, canonical, row, values};
use crate::tx::{COPY_ROWS_MIN, CopyBytes, CopyRow};
use crate::{Date, Engine, Failure, Instant, Tx, keyring};

row! {
    /// One record, as stored.
    pub struct Record in "audit_record" {
        /// The book, 0 for acts without one.
        pub book: i64,
        /// UUID version 7.
        pub record: Vec<u8>,
        /// Instant.
        pub at: Instant,
        /// Business date.
        pub on_day: Date,
        /// Who.
        pub actor: String,
        /// Which act.
        pub act: String,
        /// On what: `application`, `contract`, `person` …
        pub subject: String,
        /// Which.
        pub subject_id: String,
        /// JSON: what was decided, never sealed data in clear.
        pub detail: String,
        /// Rows the act wrote into append-only tables.
        pub row_count: i64,
        /// SM3 over their keyed digests, sorted.
        pub row_digest: Vec<u8>,
        /// SM3 over all columns before.
        pub digest: Vec<u8>,
    }
}

/// What an act says about itself.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Business date.
    pub on_day: Date,
    /// Who.
    pub actor: &'a str,
    /// Which act.
    pub act: &'a str,
    /// On what: `application`, `contract`, `person` …
    pub subject: &'a str,
    /// Which.
    pub subject_id: &'a str,
    /// JSON: what was decided, never sealed data in clear.
    pub detail: &'a str,
}

/// The record under way: rows appended from now on are its own.
pub(crate) struct Witness {
    book: i64,
    at: Instant,
    record: Uuid,
    tags: Vec<[u8; 32]>,
}

/// Begins the record of an act in a book (0 for none): everything appended to that book belongs to it until [`write`].
pub fn begin(tx: &mut Tx<'_>, book: i64, at: Instant) -> Result<(), Failure> {
    tx.check_witnessed()?;
    let record = tx.keyring.uuid7(at);
    tx.witness = Some(Witness { book, at, record, tags: Vec::new() });
    Ok(())
}

/// Writes the record begun and answers its id.
pub async fn write(tx: &mut Tx<'_>, entry: Entry<'_>) -> Result<Uuid, Failure> {
    let Some(mut witness) = tx.witness.take() else {
        return Err(Failure::bug("an audit record is written that was not begun"));
    };
    let row_digest = rows_digest(&mut witness.tags);
    let mut record = Record {
        book: witness.book,
        record: witness.record.as_bytes().to_vec(),
        at: chrono::SubsecRound::trunc_subsecs(witness.at, 6),
        on_day: entry.on_day,
        actor: entry.actor.to_owned(),
        act: entry.act.to_owned(),
        subject: entry.subject.to_owned(),
        subject_id: entry.subject_id.to_owned(),
        detail: entry.detail.to_owned(),
        row_count: i64::try_from(witness.tags.len()).map_err(|_| Failure::bug("too many rows for one act"))?,
        row_digest,
        digest: Vec::new(),
    };
    record.digest = record.computed_digest();
    tx.insert(&record).await?;
    Ok(witness.record)
}

/// Drops the record begun, in a transaction that is going to be rolled back.
pub fn forget(tx: &mut Tx<'_>) {
    tx.witness = None;
}

/// The records of a book, newest first, from before a record on.
pub async fn records_of_book(
    tx: &mut Tx<'_>,
    book: i64,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Record>, Failure> {
    let before = before.unwrap_or(Uuid::max()).as_bytes().to_vec();
    tx.select("WHERE book = $1 AND record < $2 ORDER BY record DESC LIMIT $3", values![book, before, limit]).await
}

/// The records about one thing, oldest first.
pub async fn records_of_subject(
    tx: &mut Tx<'_>,
    book: i64,
    subject: &str,
    subject_id: &str,
) -> Result<Vec<Record>, Failure> {
    tx.select(
        "WHERE book = $1 AND subject = $2 AND subject_id = $3 ORDER BY record",
        values![book, subject, subject_id],
    )
    .await
}

/// The records of one act in a book, newest first.
pub async fn records_of_act(tx: &mut Tx<'_>, book: i64, act: &str, limit: i64) -> Result<Vec<Record>, Failure> {
    tx.select("WHERE book = $1 AND act = $2 ORDER BY record DESC LIMIT $3", values![book, act, limit]).await
}

impl Record {
    /// The digest as it must be.
    pub(crate) fn computed_digest(&self) -> Vec<u8> {
        let mut values = self.values();
        values.pop();
        keyring::sm3(&canonical(Self::TABLE, &values)).to_vec()
    }

    /// The id as a UUID.
    pub fn id(&self) -> Uuid {
        Uuid::from_slice(&self.record).unwrap_or_default()
    }
}

/// SM3 over keyed digests in sorted order, so that the order of writing does not matter.
pub(crate) fn rows_digest(tags: &mut [[u8; 32]]) -> Vec<u8> {
    tags.sort_unstable();
    keyring::sm3(tags.as_flattened()).to_vec()
}

/// A table whose rows only grow and whose every row an audit record answers for.
pub(crate) trait Witnessed: Row {
    /// The columns of its primary key.
    const KEY: &'static [&'static str];
    /// The book of the row.
    fn book(&self) -> i64;
    /// The values of its primary key.
    fn key(&self) -> Vec<Value>;
    /// What is numbered 1, 2, 3 … without a gap, and the row's number in it.
    fn place_in_order(&self) -> Option<(String, i64)>;
    /// What cannot be true of any row, whoever wrote it.
    fn absurd(&self) -> Option<&'static str> {
        None
    }
    /// The short form of the bytes a keyed digest is made of, for tables of millions of rows: as unambiguous as the
    /// long one, which rows written before it keep.
    fn short_form(&self, _into: &mut Vec<u8>) -> bool {
        false
    }
    /// The row in the form of PostgreSQL's binary COPY; false when the table has no such form of its own.
    fn copied(&self, _into: &mut CopyRow<'_>) -> bool {
        false
    }
}

/// The keyed digest of a row written under a record, by its long form.
pub(crate) fn row_tag<T: Witnessed>(keyring: &keyring::Keyring, row: &T, record: &[u8]) -> [u8; 32] {
    let mut values = row.values();
    values.push(Value::from(record.to_vec()));
    keyring.row_tag(&canonical(T::TABLE, &values))
}

/// How much of the keyed digest a row keeps.
pub(crate) const TAG_LENGTH: usize = 16;
/// Before a digest of the short form.
const SHORT: u8 = 2;

/// The keyed digest of a row as it is written now, and what the row keeps of it.
fn row_tag_now<T: Witnessed>(
    keyring: &keyring::Keyring,
    row: &T,
    record: &[u8],
    bytes: &mut Vec<u8>,
) -> ([u8; 32], Vec<u8>) {
    bytes.clear();
    if !row.short_form(bytes) {
        let tag = row_tag(keyring, row, record);
        return (tag, tag[..TAG_LENGTH].to_vec());
    }
    bytes.extend_from_slice(record);
    let tag = keyring.row_tag(bytes);
    let mut kept = Vec::with_capacity(TAG_LENGTH + 1);
    kept.push(SHORT);
    kept.extend_from_slice(&tag[..TAG_LENGTH]);
    (tag, kept)
}

/// The digest a stored row must have, and whether what it keeps is of it: the row tells by the length which form it
/// was written in.
pub(crate) fn row_tag_checked<T: Witnessed>(
    keyring: &keyring::Keyring,
    row: &T,
    record: &[u8],
    kept: &[u8],
) -> ([u8; 32], bool) {
    let (tag, expected) = if kept.len() == TAG_LENGTH {
        let tag = row_tag(keyring, row, record);
        (tag, tag[..TAG_LENGTH].to_vec())
    } else {
        row_tag_now(keyring, row, record, &mut Vec::new())
    };
    (tag, kept == expected)
}

impl Tx<'_> {
    /// Appends rows under the record begun.
    pub(crate) async fn append<T: Witnessed>(&mut self, rows: &[T]) -> Result<(), Failure> {
        let Some(witness) = &mut self.witness else {
            return Err(Failure::bug(format!("a row of {} without an audit record begun", T::TABLE)));
        };
        if rows.iter().any(|row| row.book() != witness.book) {
            return Err(Failure::bug(format!("a row of {} in another book than its audit record", T::TABLE)));
        }
        let record = witness.record.as_bytes().to_vec();
        let mut bytes = Vec::new();
        let columns: Vec<&str> = T::COLUMNS.iter().copied().chain(["record", "tag"]).collect();
        if self.connection.engine() == Engine::Postgres && rows.len() >= COPY_ROWS_MIN {
            let mut copy = CopyBytes::new(columns.len());
            let mut whole = true;
            for row in rows {
                let (tag, kept) = row_tag_now(&self.keyring, row, &record, &mut bytes);
                witness.tags.push(tag);
                let mut field = copy.row();
                whole &= row.copied(&mut field);
                field.bytes(&record);
                field.bytes(&kept);
            }
            if whole {
                return self.copy_bytes(T::TABLE, &columns, copy).await;
            }
            witness.tags.truncate(witness.tags.len() - rows.len());
        }
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let (tag, kept) = row_tag_now(&self.keyring, row, &record, &mut bytes);
            witness.tags.push(tag);
            let mut values = row.values();
            values.push(Value::from(record.clone()));
            values.push(Value::from(kept));
            all.push(values);
        }
        self.insert_many(T::TABLE, &columns, all).await
    }

    /// Fails when rows were appended and their record was not written.
    pub(crate) fn check_witnessed(&self) -> Result<(), Failure> {
        match &self.witness {
            Some(_) => Err(Failure::bug("an audit record was begun and not written")),
            None => Ok(()),
        }
    }
}
