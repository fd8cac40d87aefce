//! 预申请 and the quiz: what a first loan must have before its form.

use sea_orm::FromQueryResult;

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

/// An entry of the pre-application list.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub person: i64,
    /// For which year.
    pub academic_year: i64,
    /// Book of the county.
    pub book: i64,
    /// Where it comes from.
    pub source: String,
    /// JSON: the proof.
    pub detail: String,
    /// Where it stands.
    pub status: String,
    /// Who entered it.
    pub entered_by: String,
    /// When.
    pub entered_on: Date,
}

/// An entry to make.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// Who.
    pub person: i64,
    /// For which year.
    pub academic_year: i32,
    /// Book of the county.
    pub book: i64,
    /// Where it comes from.
    pub source: &'a str,
    /// JSON: the proof.
    pub detail: &'a str,
    /// Where it stands.
    pub status: &'a str,
    /// Who enters it.
    pub entered_by: &'a str,
    /// When.
    pub entered_on: Date,
}

const COLUMNS: &str = "person, academic_year, book, source, detail, status, entered_by, entered_on";

/// The entry of a person for a year.
pub async fn find(tx: &mut Tx<'_>, person: i64, year: i32) -> Result<Option<Row>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM pre_application WHERE person = $1 AND academic_year = $2");
    tx.one(&sql, values![person, i64::from(year)]).await
}

/// Entries of a county for a year, newest first.
pub async fn list(tx: &mut Tx<'_>, book: i64, year: i32) -> Result<Vec<Row>, Failure> {
    let sql = format!(
        "SELECT {COLUMNS} FROM pre_application WHERE book = $1 AND academic_year = $2 ORDER BY entered_on DESC, person"
    );
    tx.rows(&sql, values![book, i64::from(year)]).await
}

/// Enters one.
pub async fn enter(tx: &mut Tx<'_>, new: New<'_>) -> Result<(), Failure> {
    let sql = "INSERT INTO pre_application \
               (person, academic_year, book, source, detail, status, entered_by, entered_on, reviewed_by, reviewed_on) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8)";
    let row = values![
        new.person,
        i64::from(new.academic_year),
        new.book,
        new.source,
        new.detail,
        new.status,
        new.entered_by,
        new.entered_on,
    ];
    tx.run_one(sql, row).await
}

row! {
    /// What an office sees of a pre-application it has to do with.
    pub struct Seen in "pre_application_seen" {
        /// County, university or school of origin.
        pub owner: i64,
        /// For which year.
        pub academic_year: i64,
        /// Who.
        pub person: i64,
        /// Book of the county.
        pub book: i64,
        /// Name.
        pub student_name: String,
        /// School the student comes from.
        pub origin_school: String,
        /// Where the entry comes from.
        pub source: String,
        /// Papers seen.
        pub proof: String,
        /// `certified` or `refused`.
        pub status: String,
        /// Why decided so.
        pub reason: String,
        /// Who decided.
        pub reviewed_by: String,
        /// Business date.
        pub reviewed_on: Date,
    }
}

/// Shows an office a pre-application, or its new standing.
pub async fn show(tx: &mut Tx<'_>, seen: &Seen) -> Result<(), Failure> {
    let sql = "DELETE FROM pre_application_seen WHERE owner = $1 AND academic_year = $2 AND person = $3";
    tx.run(sql, values![seen.owner, seen.academic_year, seen.person]).await?;
    tx.insert(seen).await
}

/// The pre-applications an office has to do with, newest first.
pub async fn seen_by(tx: &mut Tx<'_>, owner: i64, year: i32) -> Result<Vec<Seen>, Failure> {
    tx.select(
        "WHERE owner = $1 AND academic_year = $2 ORDER BY reviewed_on DESC, student_name, person",
        values![owner, i64::from(year)],
    )
    .await
}

/// Puts another decision in the place of one.
pub async fn decide_anew(tx: &mut Tx<'_>, new: New<'_>) -> Result<(), Failure> {
    let sql = "DELETE FROM pre_application WHERE person = $1 AND academic_year = $2";
    tx.run_one(sql, values![new.person, i64::from(new.academic_year)]).await?;
    enter(tx, new).await
}

/// A sitting of the quiz to keep.
#[derive(Clone, Debug)]
pub struct Sitting<'a> {
    /// Who.
    pub person: i64,
    /// The day.
    pub on_day: Date,
    /// The instant; names the sitting.
    pub at: Instant,
    /// Place and session.
    pub session: &'a str,
    /// Who watched.
    pub invigilator: &'a str,
    /// Right answers in percent.
    pub score: i64,
    /// Enough.
    pub passed: bool,
    /// JSON: counts or answers.
    pub detail: &'a str,
}

/// A kept sitting.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct QuizResult {
    /// The day.
    pub on_day: Date,
    /// Place and session.
    pub session: String,
    /// Right answers in percent.
    pub score: i64,
    /// Enough.
    pub passed: bool,
    /// Who watched.
    pub invigilator: String,
    /// JSON: counts or answers.
    pub detail: String,
}

impl QuizResult {
    /// True when that paper was answered here.
    pub fn of_paper(&self, paper: &str) -> bool {
        self.detail.contains(&format!("\"paper\":\"{paper}\""))
    }
}

/// Keeps a sitting.
pub async fn quiz_record(tx: &mut Tx<'_>, new: Sitting<'_>) -> Result<(), Failure> {
    let quiz = tx.keyring().uuid7(new.at).to_string();
    let sql = "INSERT INTO quiz_result (person, quiz, on_day, session, invigilator, score, passed, detail) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let row = values![new.person, quiz, new.on_day, new.session, new.invigilator, new.score, new.passed, new.detail];
    tx.run_one(sql, row).await
}

/// The sittings of a person, oldest first.
pub async fn quiz_list(tx: &mut Tx<'_>, person: i64) -> Result<Vec<QuizResult>, Failure> {
    let sql =
        "SELECT on_day, session, score, passed, invigilator, detail FROM quiz_result WHERE person = $1 ORDER BY quiz";
    tx.rows(sql, values![person]).await
}
