//! Trainings and who was there; the quiz drawn for one person.

use sea_orm::FromQueryResult;

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// A training.
    pub struct Training in "training" {
        /// Office that holds it.
        pub owner: i64,
        /// Number at the office.
        pub training: i64,
        /// `borrowers`, `briefing`, `leavers`, `aid_teachers`, `head_teachers` or `staff`.
        pub kind: String,
        /// What it is called.
        pub title: String,
        /// The day.
        pub on_day: Date,
        /// Such as 09:00.
        pub from_time: String,
        /// Such as 12:00.
        pub to_time: String,
        /// Room, or the class group.
        pub place: String,
        /// Who teaches.
        pub held_by: String,
        /// JSON: codes of what is taught.
        pub parts: String,
        /// JSON: what was handed out.
        pub materials: String,
        /// Who entered it.
        pub planned_by: String,
        /// When.
        pub planned_at: Instant,
        /// Business date, when everything was done.
        pub closed_on: Option<Date>,
    }
}

row! {
    /// Somebody on the list of a training.
    pub struct Attendee in "training_attendee" {
        /// Office that holds it.
        pub owner: i64,
        /// Which training.
        pub training: i64,
        /// Number on the list.
        pub attendee: i64,
        /// The borrower; empty for teachers and staff.
        pub person: Option<i64>,
        /// Name.
        pub name: String,
        /// School, class or department.
        pub belongs_to: String,
        /// Was there.
        pub attended: bool,
        /// Knows when and how to repay.
        pub knows: bool,
        /// Who wrote it down.
        pub marked_by: String,
        /// When.
        pub marked_at: Instant,
    }
}

/// A quiz drawn for one person.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct QuizPaper {
    /// Who.
    pub person: i64,
    /// Id, ordered by time.
    pub paper: String,
    /// By whose rules.
    pub county: String,
    /// JSON: codes of the questions.
    pub questions: String,
    /// JSON: the answers, once given.
    pub answers: Option<String>,
    /// When it was drawn.
    pub opened_at: Instant,
    /// When it was answered.
    pub answered_at: Option<Instant>,
}

/// Enters a training.
pub async fn plan(tx: &mut Tx<'_>, training: &Training) -> Result<(), Failure> {
    tx.insert(training).await
}

/// A training by its key.
pub async fn by_number(tx: &mut Tx<'_>, owner: i64, training: i64) -> Result<Option<Training>, Failure> {
    tx.find("WHERE owner = $1 AND training = $2", values![owner, training]).await
}

/// Trainings of an office from a day on, newest first.
pub async fn list(tx: &mut Tx<'_>, owner: i64, from_on: Date) -> Result<Vec<Training>, Failure> {
    tx.select("WHERE owner = $1 AND on_day >= $2 ORDER BY on_day DESC, training DESC", values![owner, from_on]).await
}

/// Notes what was handed out.
pub async fn set_materials(tx: &mut Tx<'_>, owner: i64, training: i64, materials: &str) -> Result<(), Failure> {
    let sql = "UPDATE training SET materials = $3 WHERE owner = $1 AND training = $2";
    tx.run_one(sql, values![owner, training, materials]).await
}

/// Notes the day on which everything was done.
pub async fn close(tx: &mut Tx<'_>, owner: i64, training: i64, on: Date) -> Result<(), Failure> {
    let sql = "UPDATE training SET closed_on = $3 WHERE owner = $1 AND training = $2";
    tx.run_one(sql, values![owner, training, on]).await
}

/// Puts somebody on the list.
pub async fn attendee_enter(tx: &mut Tx<'_>, attendee: &Attendee) -> Result<(), Failure> {
    tx.insert(attendee).await
}

/// The list of a training, in its order.
pub async fn attendees(tx: &mut Tx<'_>, owner: i64, training: i64) -> Result<Vec<Attendee>, Failure> {
    tx.select("WHERE owner = $1 AND training = $2 ORDER BY attendee", values![owner, training]).await
}

/// The places of a person on lists of every office.
pub async fn attendances_of(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Attendee>, Failure> {
    tx.select("WHERE person = $1 ORDER BY owner, training", values![person]).await
}

/// Writes down who was there and what he knows.
pub async fn attendee_mark(tx: &mut Tx<'_>, attendee: &Attendee) -> Result<(), Failure> {
    let sql = "UPDATE training_attendee SET attended = $4, knows = $5, marked_by = $6, marked_at = $7 \
               WHERE owner = $1 AND training = $2 AND attendee = $3";
    let row = values![
        attendee.owner,
        attendee.training,
        attendee.attendee,
        attendee.attended,
        attendee.knows,
        attendee.marked_by.as_str(),
        attendee.marked_at,
    ];
    tx.run_one(sql, row).await
}

const PAPER: &str = "person, paper, county, questions, answers, opened_at, answered_at";

/// Draws a quiz for a person; answers its id.
pub async fn paper_open(
    tx: &mut Tx<'_>,
    person: i64,
    county: &str,
    questions: &str,
    at: Instant,
) -> Result<String, Failure> {
    let paper = tx.keyring().uuid7(at).to_string();
    let sql = "INSERT INTO quiz_paper (person, paper, county, questions, answers, opened_at, answered_at) \
               VALUES ($1, $2, $3, $4, NULL, $5, NULL)";
    tx.run_one(sql, values![person, paper.as_str(), county, questions, at]).await?;
    Ok(paper)
}

/// A quiz of a person.
pub async fn paper_by_number(tx: &mut Tx<'_>, person: i64, paper: &str) -> Result<Option<QuizPaper>, Failure> {
    let sql = format!("SELECT {PAPER} FROM quiz_paper WHERE person = $1 AND paper = $2");
    tx.one(&sql, values![person, paper]).await
}

/// The quizzes of a person, newest first.
pub async fn papers_of(tx: &mut Tx<'_>, person: i64) -> Result<Vec<QuizPaper>, Failure> {
    let sql = format!("SELECT {PAPER} FROM quiz_paper WHERE person = $1 ORDER BY paper DESC");
    tx.rows(&sql, values![person]).await
}

/// Keeps the answers; answers whether there were none before.
pub async fn paper_answer(
    tx: &mut Tx<'_>,
    person: i64,
    paper: &str,
    answers: &str,
    at: Instant,
) -> Result<bool, Failure> {
    let sql = "UPDATE quiz_paper SET answers = $3, answered_at = $4 \
               WHERE person = $1 AND paper = $2 AND answers IS NULL";
    Ok(tx.run(sql, values![person, paper, answers, at]).await? == 1)
}
