//! Dated facts. The state of an application, a request or a visit is the fold of its facts, never a stored word.

use sea_orm::sea_query::Value;

use crate::audit::Witnessed;
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One fact.
    pub struct Fact in "fact" {
        /// The book.
        pub book: i64,
        /// About what: `application`, `contract`, `request` …
        pub subject: String,
        /// Which.
        pub subject_id: i64,
        /// 1, 2, 3 … without a gap.
        pub seq: i64,
        /// What happened.
        pub kind: String,
        /// Business date.
        pub on_day: Date,
        /// Instant of recording.
        pub at: Instant,
        /// Who.
        pub actor: String,
        /// JSON.
        pub detail: String,
    }
}

impl Witnessed for Fact {
    const KEY: &'static [&'static str] = &["book", "subject", "subject_id", "seq"];

    fn book(&self) -> i64 {
        self.book
    }

    fn key(&self) -> Vec<Value> {
        values![self.book, self.subject.as_str(), self.subject_id, self.seq]
    }

    fn place_in_order(&self) -> Option<(String, i64)> {
        Some((format!("{} {}", self.subject, self.subject_id), self.seq))
    }
}

/// A fact to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct NewFact<'a> {
    /// The book.
    pub book: i64,
    /// About what.
    pub subject: &'a str,
    /// Which.
    pub subject_id: i64,
    /// What happened.
    pub kind: &'a str,
    /// Business date.
    pub on_day: Date,
    /// Instant of recording.
    pub at: Instant,
    /// Who.
    pub actor: &'a str,
    /// JSON.
    pub detail: &'a str,
}

/// Subjects to which something happened on a day, by number.
pub async fn subjects_of_day(
    tx: &mut Tx<'_>,
    book: i64,
    subject: &str,
    kind: &str,
    on: Date,
) -> Result<Vec<i64>, Failure> {
    let sql = "SELECT DISTINCT subject_id FROM fact WHERE book = $1 AND subject = $2 AND kind = $3 AND on_day = $4 \
               ORDER BY subject_id";
    tx.column(sql, values![book, subject, kind, on]).await
}

/// Records a fact after the last one of its subject, under the audit record begun; answers its number.
pub async fn append(tx: &mut Tx<'_>, new: NewFact<'_>) -> Result<i64, Failure> {
    let sql = "SELECT max(seq) FROM fact WHERE book = $1 AND subject = $2 AND subject_id = $3";
    let last: Option<Option<i64>> = tx.value(sql, values![new.book, new.subject, new.subject_id]).await?;
    let seq = last.flatten().unwrap_or(0) + 1;
    let fact = Fact {
        book: new.book,
        subject: new.subject.to_owned(),
        subject_id: new.subject_id,
        seq,
        kind: new.kind.to_owned(),
        on_day: new.on_day,
        at: chrono::SubsecRound::trunc_subsecs(new.at, 6),
        actor: new.actor.to_owned(),
        detail: new.detail.to_owned(),
    };
    tx.append(&[fact]).await?;
    Ok(seq)
}

/// The facts of a subject, in order.
pub async fn list(tx: &mut Tx<'_>, book: i64, subject: &str, subject_id: i64) -> Result<Vec<Fact>, Failure> {
    tx.select("WHERE book = $1 AND subject = $2 AND subject_id = $3 ORDER BY seq", values![book, subject, subject_id])
        .await
}

/// The facts of one kind recorded from one day to another, both included.
pub async fn list_of_days(
    tx: &mut Tx<'_>,
    book: i64,
    subject: &str,
    kind: &str,
    from: Date,
    to: Date,
) -> Result<Vec<Fact>, Failure> {
    let tail = "WHERE book = $1 AND on_day >= $2 AND on_day <= $3 AND subject = $4 AND kind = $5 \
                ORDER BY subject_id, seq";
    tx.select(tail, values![book, from, to, subject, kind]).await
}

/// The facts of many subjects of a kind, by subject and order; `first` and `last` are included.
pub async fn list_range(
    tx: &mut Tx<'_>,
    book: i64,
    subject: &str,
    first: i64,
    last: i64,
) -> Result<Vec<Fact>, Failure> {
    let tail = "WHERE book = $1 AND subject = $2 AND subject_id >= $3 AND subject_id <= $4 ORDER BY subject_id, seq";
    tx.select(tail, values![book, subject, first, last]).await
}

/// The last day on which a fact of that kind was recorded of each of these subjects; those without one are left out.
pub async fn last_days(
    tx: &mut Tx<'_>,
    book: i64,
    subject: &str,
    kind: &str,
    subjects: &[i64],
) -> Result<Vec<(i64, Date)>, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Last {
        subject_id: i64,
        on_day: Date,
    }
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let listed: Vec<String> = subjects.iter().map(i64::to_string).collect();
    let sql = format!(
        "SELECT subject_id, max(on_day) AS on_day FROM fact \
         WHERE book = $1 AND subject = $2 AND kind = $3 AND subject_id IN ({}) GROUP BY subject_id",
        listed.join(", ")
    );
    let rows: Vec<Last> = tx.rows(&sql, values![book, subject, kind]).await?;
    Ok(rows.into_iter().map(|row| (row.subject_id, row.on_day)).collect())
}
