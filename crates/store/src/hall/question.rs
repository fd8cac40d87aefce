//! Questions put online, with what was written to and fro.

use crate::office_place::like_literal;
use crate::row::{Row, row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One question.
    pub struct Question in "hall_question" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub question: i64,
        /// Who asks.
        pub person: i64,
        /// In one line.
        pub title: String,
        /// `open`, `answered` or `closed`.
        pub status: String,
        /// Who answers.
        pub assigned_to: Option<String>,
        /// Name of who answers.
        pub assigned_name: Option<String>,
        /// Business date.
        pub asked_on: Date,
        /// When.
        pub asked_at: Instant,
        /// First answer.
        pub answered_at: Option<Instant>,
    }
}

row! {
    /// What one side wrote.
    pub struct Entry in "hall_entry" {
        /// The book.
        pub book: i64,
        /// Of which question.
        pub question: i64,
        /// 1, 2, 3 …
        pub seq: i64,
        /// When.
        pub at: Instant,
        /// An answer, not a question.
        pub by_staff: bool,
        /// Who wrote it.
        pub name: String,
        /// What was written.
        pub words: String,
    }
}

/// Keeps a new question.
pub async fn enter(tx: &mut Tx<'_>, question: &Question) -> Result<(), Failure> {
    tx.insert(question).await
}

/// Keeps what changed of a question.
pub async fn change(tx: &mut Tx<'_>, question: &Question) -> Result<(), Failure> {
    let sql = "UPDATE hall_question SET person = $3, title = $4, status = $5, assigned_to = $6, assigned_name = $7, \
               asked_on = $8, asked_at = $9, answered_at = $10 WHERE book = $1 AND question = $2";
    tx.run_one(sql, question.values()).await
}

/// A question by number.
pub async fn find(tx: &mut Tx<'_>, book: i64, question: i64) -> Result<Option<Question>, Failure> {
    tx.find("WHERE book = $1 AND question = $2", values![book, question]).await
}

/// Adds what was written.
pub async fn write(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), Failure> {
    tx.insert(entry).await
}

/// The thread of a question.
pub async fn thread(tx: &mut Tx<'_>, book: i64, question: i64) -> Result<Vec<Entry>, Failure> {
    tx.select("WHERE book = $1 AND question = $2 ORDER BY seq", values![book, question]).await
}

/// Questions of a person, newest first, wherever they were put.
pub async fn list_of_person(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Question>, Failure> {
    tx.select("WHERE person = $1 ORDER BY asked_at DESC, question DESC", values![person]).await
}

/// Questions of a book that hold the text in title or thread, the open ones first; an empty text finds all.
pub async fn search(tx: &mut Tx<'_>, book: i64, text: &str, limit: i64) -> Result<Vec<Question>, Failure> {
    let inside = format!("%{}%", like_literal(text));
    let tail = "WHERE book = $1 AND (title LIKE $2 ESCAPE '!' OR EXISTS (SELECT 1 FROM hall_entry e \
                WHERE e.book = hall_question.book AND e.question = hall_question.question \
                AND e.words LIKE $2 ESCAPE '!')) \
                ORDER BY CASE status WHEN 'open' THEN 0 ELSE 1 END, asked_at DESC LIMIT $3";
    tx.select(tail, values![book, inside, limit]).await
}
