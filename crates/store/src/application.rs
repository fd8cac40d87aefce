//! Applications: the row that finds them. What happened to them is in [`crate::fact`].

use crate::keyring::Place;
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One application, without its sealed answers.
    pub struct Application in "application" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub application: i64,
        /// Number shown to people.
        pub number: String,
        /// The student.
        pub person: i64,
        /// The co-borrower.
        pub co_person: Option<i64>,
        /// Year the academic year begins in.
        pub academic_year: i64,
        /// `origin` or `campus`.
        pub scheme: String,
        /// `first` or `renewal`.
        pub kind: String,
        /// Day whose rules it is judged by.
        pub policy_on: Date,
        /// When the draft was opened.
        pub created_at: Instant,
        /// The student's name.
        pub student_name: String,
        /// The co-borrower's name.
        pub co_name: Option<String>,
        /// Blind index of the last four of the ID number, made by [`Keyring::tail_index`](crate::Keyring::tail_index)
        /// with place `application` and the book.
        pub id_tail: Vec<u8>,
        /// Blind index of the last four of the phone, made likewise.
        pub phone_tail: Option<Vec<u8>>,
        /// Where the student studies.
        pub school_code: Option<String>,
        /// Faculty and class.
        pub college: Option<String>,
        /// Asked for.
        pub amount_fen: Option<i64>,
        /// Tuition of the year.
        pub tuition_fen: Option<i64>,
        /// Lodging of the year.
        pub lodging_fen: Option<i64>,
        /// Year of graduation.
        pub graduates_in: Option<i64>,
        /// Year of maturity.
        pub matures_in: Option<i64>,
        /// Index of the state computed from facts.
        pub status: String,
        /// Last change.
        pub changed_at: Instant,
    }
}

/// Opens a draft.
pub async fn enter(tx: &mut Tx<'_>, application: &Application) -> Result<(), Failure> {
    tx.insert(application).await
}

/// An application by its key.
pub async fn by_number(tx: &mut Tx<'_>, book: i64, application: i64) -> Result<Option<Application>, Failure> {
    tx.find("WHERE book = $1 AND application = $2", values![book, application]).await
}

/// An application by the number shown to people.
pub async fn by_public_number(tx: &mut Tx<'_>, book: i64, number: &str) -> Result<Option<Application>, Failure> {
    tx.find("WHERE book = $1 AND number = $2", values![book, number]).await
}

/// Writes all changing columns; the key, the number, the person and the scheme stay.
pub async fn change(tx: &mut Tx<'_>, row: &Application) -> Result<(), Failure> {
    let sql = "UPDATE application SET co_person = $3, kind = $4, policy_on = $5, student_name = $6, co_name = $7, \
               phone_tail = $8, school_code = $9, college = $10, amount_fen = $11, tuition_fen = $12, \
               lodging_fen = $13, graduates_in = $14, matures_in = $15, status = $16, changed_at = $17, \
               id_tail = $18 WHERE book = $1 AND application = $2";
    let values = values![
        row.book,
        row.application,
        row.co_person,
        row.kind.as_str(),
        row.policy_on,
        row.student_name.as_str(),
        row.co_name.clone(),
        row.phone_tail.clone(),
        row.school_code.clone(),
        row.college.clone(),
        row.amount_fen,
        row.tuition_fen,
        row.lodging_fen,
        row.graduates_in,
        row.matures_in,
        row.status.as_str(),
        row.changed_at,
        row.id_tail.clone(),
    ];
    tx.run_one(sql, values).await
}

/// Sets the index of the state.
pub async fn set_status(
    tx: &mut Tx<'_>,
    book: i64,
    application: i64,
    status: &str,
    at: Instant,
) -> Result<(), Failure> {
    let sql = "UPDATE application SET status = $3, changed_at = $4 WHERE book = $1 AND application = $2";
    tx.run_one(sql, values![book, application, status, at]).await
}

/// The form's answers, JSON.
pub async fn answers(tx: &mut Tx<'_>, book: i64, application: i64) -> Result<Option<String>, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Sealed {
        person: i64,
        answers_cipher: Option<Vec<u8>>,
    }
    let sql = "SELECT person, answers_cipher FROM application WHERE book = $1 AND application = $2";
    let sealed: Option<Sealed> = tx.one(sql, values![book, application]).await?;
    match sealed {
        Some(Sealed { person, answers_cipher: Some(cipher) }) => {
            let row = application.to_string();
            tx.open_text(person, answers_place(book, &row), &cipher).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// Keeps the form's answers, sealed with the student's key.
pub async fn keep_answers(
    tx: &mut Tx<'_>,
    book: i64,
    application: i64,
    person: i64,
    answers: &str,
    at: Instant,
) -> Result<(), Failure> {
    let row = application.to_string();
    let cipher = tx.seal(person, answers_place(book, &row), answers).await?;
    let sql = "UPDATE application SET answers_cipher = $4, changed_at = $5 \
               WHERE book = $1 AND application = $2 AND person = $3";
    tx.run_one(sql, values![book, application, person, cipher, at]).await
}

fn answers_place(book: i64, row: &str) -> Place<'_> {
    Place { table: "application", column: "answers_cipher", tenant: book, row }
}

/// All applications of a book, in the order of their numbers: for a count of everything, never for a page.
pub async fn list_of_book(tx: &mut Tx<'_>, book: i64) -> Result<Vec<Application>, Failure> {
    tx.select("WHERE book = $1 ORDER BY application", values![book]).await
}

/// The applications of a student in a book, newest year first.
pub async fn list_of_person(tx: &mut Tx<'_>, book: i64, person: i64) -> Result<Vec<Application>, Failure> {
    let tail = "WHERE book = $1 AND person = $2 ORDER BY academic_year DESC, application DESC";
    tx.select(tail, values![book, person]).await
}

/// The applications of a student in all books, newest year first.
pub async fn list_of_person_anywhere(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Application>, Failure> {
    tx.select("WHERE person = $1 ORDER BY academic_year DESC, book, application DESC", values![person]).await
}

/// The applications a person is co-borrower of, in all books.
pub async fn list_of_co_person(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Application>, Failure> {
    tx.select("WHERE co_person = $1 ORDER BY academic_year DESC, book, application DESC", values![person]).await
}

/// Applications of a school in a year and of a kind, in all books, by number.
pub async fn list_of_school(
    tx: &mut Tx<'_>,
    school_code: &str,
    academic_year: i64,
    kind: &str,
) -> Result<Vec<Application>, Failure> {
    let tail = "WHERE school_code = $1 AND academic_year = $2 AND kind = $3 ORDER BY number";
    tx.select(tail, values![school_code, academic_year, kind]).await
}

/// Applications of a book in a state, longest waiting first.
pub async fn list_of_status(
    tx: &mut Tx<'_>,
    book: i64,
    status: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<Application>, Failure> {
    let tail = "WHERE book = $1 AND status = $2 ORDER BY changed_at, application LIMIT $3 OFFSET $4";
    tx.select(tail, values![book, status, limit, offset]).await
}

/// How many applications of a book and year stand in each state.
pub async fn counts_of_status(tx: &mut Tx<'_>, book: i64, academic_year: i64) -> Result<Vec<(String, i64)>, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Counted {
        status: String,
        many: i64,
    }
    let sql = "SELECT status, CAST(count(*) AS BIGINT) AS many FROM application \
               WHERE book = $1 AND academic_year = $2 GROUP BY status ORDER BY status";
    let rows: Vec<Counted> = tx.rows(sql, values![book, academic_year]).await?;
    Ok(rows.into_iter().map(|row| (row.status, row.many)).collect())
}

/// What the desk may search by.
#[derive(Clone, Copy, Debug)]
pub enum Search<'a> {
    /// The number shown to people.
    Number(&'a str),
    /// The beginning of the student's or co-borrower's name.
    Name(&'a str),
    /// The whole ID number or its last four characters.
    IdTail(&'a str),
    /// The whole phone number or its last four digits.
    PhoneTail(&'a str),
}

/// Applications of a book found by one thing, newest first. Every character means itself.
pub async fn search(tx: &mut Tx<'_>, book: i64, by: Search<'_>, limit: i64) -> Result<Vec<Application>, Failure> {
    let order = "ORDER BY academic_year DESC, application DESC LIMIT $3";
    match by {
        Search::Number(number) => {
            tx.select(&format!("WHERE book = $1 AND number = $2 {order}"), values![book, number, limit]).await
        }
        Search::Name(name) => {
            // Texts stand in the order of their bytes, so a beginning is a range, which an index answers whatever the
            // plan; no character of it means anything else.
            let tail =
                "WHERE book = $1 AND (student_name >= $2 AND student_name < $4 OR co_name >= $2 AND co_name < $4)";
            let beyond = format!("{name}{}", char::MAX);
            tx.select(&format!("{tail} {order}"), values![book, name, limit, beyond]).await
        }
        Search::IdTail(text) => {
            let index = tx.keyring.tail_index("application", book, text);
            tx.select(&format!("WHERE book = $1 AND id_tail = $2 {order}"), values![book, index, limit]).await
        }
        Search::PhoneTail(text) => {
            let index = tx.keyring.tail_index("application", book, text);
            tx.select(&format!("WHERE book = $1 AND phone_tail = $2 {order}"), values![book, index, limit]).await
        }
    }
}

/// Applications of a book between submission and receipt, oldest first: those a receipt deadline can end.
pub async fn list_under_way(tx: &mut Tx<'_>, book: i64) -> Result<Vec<Application>, Failure> {
    let tail = "WHERE book = $1 AND status NOT IN ('draft', 'receipt_entered', 'bank_reviewed', 'approved', 'disbursed', \
                'declined', 'invalid', 'refused', 'withdrawn', 'failed') ORDER BY application";
    tx.select(tail, values![book]).await
}
