//! What schools and bank branches see of the applications that concern them: rows under their own key, written
//! by the acts that change an application, so that no list walks through all books.

use sea_orm::FromQueryResult;

use crate::row::values;
use crate::{Date, Failure, Instant, Tx};

/// A student's application as the school sees it.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct SchoolCase {
    /// Office of the school.
    pub owner: i64,
    /// Where the application is.
    pub book: i64,
    /// Which.
    pub application: i64,
    /// Number shown to people.
    pub number: String,
    /// Name.
    pub student_name: String,
    /// Faculty and class.
    pub college: Option<String>,
    /// Academic year.
    pub academic_year: i64,
    /// Amount of the loan.
    pub amount_fen: i64,
    /// State as the school sees it.
    pub status: String,
    /// Last day for the receipt.
    pub receipt_due_on: Option<Date>,
    /// Day the receipt was entered.
    pub entered_on: Option<Date>,
    /// Fees owed.
    pub owed_fen: Option<i64>,
    /// Contract, once signed.
    pub contract: Option<i64>,
    /// Money that reached the school.
    pub arrived_fen: Option<i64>,
    /// When.
    pub arrived_on: Option<Date>,
}

/// A student's application to show to the school.
#[derive(Clone, Debug)]
pub struct SchoolNew<'a> {
    /// Office of the school.
    pub owner: i64,
    /// Where the application is.
    pub book: i64,
    /// Which.
    pub application: i64,
    /// Number shown to people.
    pub number: &'a str,
    /// Name.
    pub student_name: &'a str,
    /// Last four characters of the ID number, kept as a blind index of this school only.
    pub id_tail: &'a str,
    /// Faculty and class.
    pub college: Option<&'a str>,
    /// Academic year.
    pub academic_year: i64,
    /// Amount of the loan.
    pub amount_fen: i64,
    /// State.
    pub status: &'a str,
    /// Receipt code of the living certificate, kept as a blind index only.
    pub code: Option<&'a str>,
    /// Last day for the receipt.
    pub receipt_due_on: Option<Date>,
    /// Contract, once signed.
    pub contract: Option<i64>,
    /// Now.
    pub at: Instant,
}

const SCHOOL: &str = "owner, book, application, number, student_name, college, academic_year, amount_fen, status, \
                      receipt_due_on, entered_on, owed_fen, contract, arrived_fen, arrived_on";

/// Shows an application to its school, or brings what it sees up to date. A new code replaces the one before.
pub async fn school_show(tx: &mut Tx<'_>, new: SchoolNew<'_>) -> Result<(), Failure> {
    let tail = tx.keyring().tail_index("school_case", new.owner, new.id_tail);
    let code = new.code.map(|code| tx.keyring().blind_index("receipt_code", code));
    let sql = "INSERT INTO school_case (owner, book, application, number, student_name, id_tail, college, academic_year, \
               amount_fen, code_index, status, receipt_due_on, contract, changed_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
               ON CONFLICT (owner, book, application) DO UPDATE SET number = excluded.number, \
               student_name = excluded.student_name, id_tail = excluded.id_tail, college = excluded.college, \
               amount_fen = excluded.amount_fen, code_index = excluded.code_index, status = excluded.status, \
               receipt_due_on = excluded.receipt_due_on, contract = excluded.contract, changed_at = excluded.changed_at";
    let row = values![
        new.owner,
        new.book,
        new.application,
        new.number,
        new.student_name,
        tail,
        new.college.map(str::to_owned),
        new.academic_year,
        new.amount_fen,
        code,
        new.status,
        new.receipt_due_on,
        new.contract,
        new.at,
    ];
    tx.run_one(sql, row).await
}

/// The application of this school whose living certificate has that code. A code that served is still found.
pub async fn school_by_code(tx: &mut Tx<'_>, owner: i64, code: &str) -> Result<Option<SchoolCase>, Failure> {
    let index = tx.keyring().blind_index("receipt_code", code);
    let sql = format!("SELECT {SCHOOL} FROM school_case WHERE owner = $1 AND code_index = $2");
    tx.one(&sql, values![owner, index]).await
}

/// What a school sees of one application.
pub async fn school_find(tx: &mut Tx<'_>, owner: i64, key: (i64, i64)) -> Result<Option<SchoolCase>, Failure> {
    let sql = format!("SELECT {SCHOOL} FROM school_case WHERE owner = $1 AND book = $2 AND application = $3");
    tx.one(&sql, values![owner, key.0, key.1]).await
}

/// The school's rows of a year, by name; `status` narrows them.
pub async fn school_list(
    tx: &mut Tx<'_>,
    owner: i64,
    year: i64,
    status: Option<&str>,
) -> Result<Vec<SchoolCase>, Failure> {
    let sql = format!(
        "SELECT {SCHOOL} FROM school_case WHERE owner = $1 AND academic_year = $2 AND ($3 = '' OR status = $3) \
         ORDER BY student_name, number"
    );
    tx.rows(&sql, values![owner, year, status.unwrap_or("")]).await
}

/// The receipt was entered.
pub async fn school_entered(
    tx: &mut Tx<'_>,
    owner: i64,
    key: (i64, i64),
    on: Date,
    owed_fen: i64,
    at: Instant,
) -> Result<(), Failure> {
    let sql = "UPDATE school_case SET entered_on = $4, owed_fen = $5, status = 'receipt_entered', changed_at = $6 \
               WHERE owner = $1 AND book = $2 AND application = $3";
    tx.run_one(sql, values![owner, key.0, key.1, on, owed_fen, at]).await
}

/// Brings the state up to date wherever a school sees the application.
pub async fn school_status(
    tx: &mut Tx<'_>,
    owner: i64,
    key: (i64, i64),
    status: &str,
    at: Instant,
) -> Result<(), Failure> {
    let sql = "UPDATE school_case SET status = $4, changed_at = $5 WHERE owner = $1 AND book = $2 AND application = $3";
    tx.run(sql, values![owner, key.0, key.1, status, at]).await.map(|_| ())
}

/// A void certificate's code is found no more.
pub async fn school_forget_code(tx: &mut Tx<'_>, owner: i64, key: (i64, i64), at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE school_case SET code_index = NULL, changed_at = $4 \
               WHERE owner = $1 AND book = $2 AND application = $3";
    tx.run(sql, values![owner, key.0, key.1, at]).await.map(|_| ())
}

/// An application as a bank branch sees it.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct BankCase {
    /// Office of the branch.
    pub owner: i64,
    /// Where the application is.
    pub book: i64,
    /// Which.
    pub application: i64,
    /// Contract to decide on.
    pub contract: i64,
    /// Contract number shown to people.
    pub number: String,
    /// Name.
    pub student_name: String,
    /// Where the borrower studies.
    pub school_code: String,
    /// Academic year.
    pub academic_year: i64,
    /// Amount of the loan.
    pub amount_fen: i64,
    /// Part that goes to the school.
    pub to_school_fen: i64,
    /// State as the bank sees it.
    pub status: String,
    /// Batch it was put into.
    pub batch: Option<String>,
}

/// Hands an application to the bank, or replaces what it sees.
pub async fn bank_show(tx: &mut Tx<'_>, case: &BankCase, at: Instant) -> Result<(), Failure> {
    let sql = "INSERT INTO bank_case (owner, book, application, contract, number, student_name, school_code, academic_year, \
               amount_fen, to_school_fen, status, batch, changed_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
               ON CONFLICT (owner, book, application) DO UPDATE SET contract = excluded.contract, \
               number = excluded.number, student_name = excluded.student_name, school_code = excluded.school_code, \
               amount_fen = excluded.amount_fen, to_school_fen = excluded.to_school_fen, status = excluded.status, \
               batch = excluded.batch, changed_at = excluded.changed_at";
    let row = values![
        case.owner,
        case.book,
        case.application,
        case.contract,
        case.number.as_str(),
        case.student_name.as_str(),
        case.school_code.as_str(),
        case.academic_year,
        case.amount_fen,
        case.to_school_fen,
        case.status.as_str(),
        case.batch.clone(),
        at,
    ];
    tx.run_one(sql, row).await
}

/// The branch's rows in a state, by number.
pub async fn bank_list(tx: &mut Tx<'_>, owner: i64, status: &str) -> Result<Vec<BankCase>, Failure> {
    let sql = "SELECT owner, book, application, contract, number, student_name, school_code, academic_year, amount_fen, \
               to_school_fen, status, batch FROM bank_case WHERE owner = $1 AND status = $2 ORDER BY number";
    tx.rows(sql, values![owner, status]).await
}

/// Brings one row's state and batch up to date.
pub async fn bank_status(
    tx: &mut Tx<'_>,
    owner: i64,
    key: (i64, i64),
    status: &str,
    batch: Option<&str>,
    at: Instant,
) -> Result<(), Failure> {
    let sql = "UPDATE bank_case SET status = $4, batch = $5, changed_at = $6 \
               WHERE owner = $1 AND book = $2 AND application = $3";
    tx.run_one(sql, values![owner, key.0, key.1, status, batch.map(str::to_owned), at]).await
}
