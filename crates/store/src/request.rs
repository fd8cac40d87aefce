//! Requests of borrowers after signing: changes of study or identity, deferral, relief, complaints.

use crate::keyring::Place;
use crate::row::{row, values};
use crate::{Date, Failure, Tx};

row! {
    /// One request, without its sealed text. What happened to it is in [`crate::fact`].
    pub struct Request in "request" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub request: i64,
        /// Number shown to people.
        pub number: String,
        /// What is asked for.
        pub kind: String,
        /// Who asks.
        pub person: i64,
        /// About which application.
        pub application: Option<i64>,
        /// About which contract.
        pub contract: Option<i64>,
        /// Index of the state computed from facts.
        pub status: String,
        /// Business date.
        pub filed_on: Date,
        /// By when it must be answered.
        pub due_on: Option<Date>,
        /// Business date.
        pub decided_on: Option<Date>,
    }
}

/// Files a request with what was written, JSON, sealed with the person's key.
pub async fn file(tx: &mut Tx<'_>, request: &Request, detail: &str) -> Result<(), Failure> {
    tx.insert(request).await?;
    let row = request.request.to_string();
    let cipher = tx.seal(request.person, detail_place(request.book, &row), detail).await?;
    let sql = "UPDATE request SET detail_cipher = $3 WHERE book = $1 AND request = $2";
    tx.run_one(sql, values![request.book, request.request, cipher]).await
}

fn detail_place(book: i64, row: &str) -> Place<'_> {
    Place { table: "request", column: "detail_cipher", tenant: book, row }
}

/// A request by its key.
pub async fn by_number(tx: &mut Tx<'_>, book: i64, request: i64) -> Result<Option<Request>, Failure> {
    tx.find("WHERE book = $1 AND request = $2", values![book, request]).await
}

/// What was written.
pub async fn detail(tx: &mut Tx<'_>, request: &Request) -> Result<Option<String>, Failure> {
    let sql = "SELECT detail_cipher FROM request WHERE book = $1 AND request = $2";
    let cipher: Option<Option<Vec<u8>>> = tx.value(sql, values![request.book, request.request]).await?;
    match cipher.flatten() {
        Some(cipher) => {
            let row = request.request.to_string();
            tx.open_text(request.person, detail_place(request.book, &row), &cipher).await.map(Some)
        }
        None => Ok(None),
    }
}

/// Requests of a book in a state, oldest first.
pub async fn list_of_status(tx: &mut Tx<'_>, book: i64, status: &str, limit: i64) -> Result<Vec<Request>, Failure> {
    tx.select("WHERE book = $1 AND status = $2 ORDER BY filed_on, request LIMIT $3", values![book, status, limit]).await
}

/// Requests of a person in a book, newest first.
pub async fn list_of_person(tx: &mut Tx<'_>, book: i64, person: i64) -> Result<Vec<Request>, Failure> {
    tx.select("WHERE book = $1 AND person = $2 ORDER BY request DESC", values![book, person]).await
}

/// Requests about a contract, newest first.
pub async fn list_of_contract(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<Vec<Request>, Failure> {
    tx.select("WHERE book = $1 AND contract = $2 ORDER BY request DESC", values![book, contract]).await
}

/// Sets the index of the state, and the day of the decision when there is one.
pub async fn set_status(
    tx: &mut Tx<'_>,
    book: i64,
    request: i64,
    status: &str,
    decided_on: Option<Date>,
) -> Result<(), Failure> {
    let sql = "UPDATE request SET status = $3, decided_on = $4 WHERE book = $1 AND request = $2";
    tx.run_one(sql, values![book, request, status, decided_on]).await
}
