//! 受理证明 with its receipt code, the receipt the school enters, and the payment account of the borrower.

use sea_orm::FromQueryResult;

use crate::keyring::Place;
use crate::row::values;
use crate::{Date, Failure, Instant, Tx};

/// A certificate to issue.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// The book.
    pub book: i64,
    /// Of which application.
    pub application: i64,
    /// 1, or more after a correction.
    pub version: i64,
    /// The student, whose key seals it.
    pub person: i64,
    /// Receipt code.
    pub code: &'a str,
    /// First password of a payment account just opened.
    pub first_password: Option<&'a str>,
    /// Who.
    pub issued_by: &'a str,
    /// Business day.
    pub issued_on: Date,
    /// Instant.
    pub at: Instant,
}

/// A certificate as printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    /// 1, or more after a correction.
    pub version: i64,
    /// Receipt code.
    pub code: String,
    /// First password of the payment account, on the certificate it was opened for.
    pub first_password: Option<String>,
    /// Business day.
    pub issued_on: Date,
    /// Instant.
    pub issued_at: Instant,
    /// When it lost its force.
    pub voided_at: Option<Instant>,
}

#[derive(FromQueryResult)]
struct Kept {
    version: i64,
    code_cipher: Vec<u8>,
    first_password_cipher: Option<Vec<u8>>,
    issued_on: Date,
    issued_at: Instant,
    voided_at: Option<Instant>,
}

fn row(book: i64, application: i64, version: i64) -> String {
    format!("{book}|{application}|{version}")
}

/// Issues a certificate.
pub async fn issue(tx: &mut Tx<'_>, new: New<'_>) -> Result<(), Failure> {
    let row = row(new.book, new.application, new.version);
    let place = |column| Place { table: "certificate", column, tenant: new.person, row: &row };
    let code_cipher = tx.seal(new.person, place("code_cipher"), new.code).await?;
    let password_cipher = match new.first_password {
        Some(password) => Some(tx.seal(new.person, place("first_password_cipher"), password).await?),
        None => None,
    };
    let code_index = tx.keyring().blind_index("receipt_code", new.code);
    let sql = "INSERT INTO certificate (book, application, version, code_index, code_cipher, first_password_cipher, \
               issued_by, issued_on, issued_at, voided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)";
    let row = values![
        new.book,
        new.application,
        new.version,
        code_index,
        code_cipher,
        password_cipher,
        new.issued_by,
        new.issued_on,
        new.at,
    ];
    tx.run_one(sql, row).await
}

/// One certificate of an application, opened with the student's key.
pub async fn find(tx: &mut Tx<'_>, key: (i64, i64), version: i64, person: i64) -> Result<Option<Certificate>, Failure> {
    let sql = "SELECT version, code_cipher, first_password_cipher, issued_on, issued_at, voided_at FROM certificate \
               WHERE book = $1 AND application = $2 AND version = $3";
    let Some(kept) = tx.one::<Kept>(sql, values![key.0, key.1, version]).await? else { return Ok(None) };
    let row = row(key.0, key.1, version);
    let place = |column| Place { table: "certificate", column, tenant: person, row: &row };
    let code = tx.open_text(person, place("code_cipher"), &kept.code_cipher).await?;
    let first_password = match &kept.first_password_cipher {
        Some(sealed) => Some(tx.open_text(person, place("first_password_cipher"), sealed).await?),
        None => None,
    };
    Ok(Some(Certificate {
        version: kept.version,
        code,
        first_password,
        issued_on: kept.issued_on,
        issued_at: kept.issued_at,
        voided_at: kept.voided_at,
    }))
}

/// Takes the force from every living certificate of an application.
pub async fn void(tx: &mut Tx<'_>, book: i64, application: i64, at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE certificate SET voided_at = $3 WHERE book = $1 AND application = $2 AND voided_at IS NULL";
    tx.run(sql, values![book, application, at]).await.map(|_| ())
}

/// A receipt.
#[derive(Clone, Debug, FromQueryResult, PartialEq, Eq)]
pub struct Receipt {
    /// The book.
    pub book: i64,
    /// Of which application.
    pub application: i64,
    /// Version of the certificate whose code was used.
    pub certificate: i64,
    /// The school.
    pub school_code: String,
    /// Tuition still owed.
    pub owed_tuition_fen: i64,
    /// Accommodation still owed.
    pub owed_lodging_fen: i64,
    /// Who.
    pub entered_by: String,
    /// Business day.
    pub entered_on: Date,
    /// Instant.
    pub entered_at: Instant,
}

/// Enters a receipt; one per application.
pub async fn receipt_enter(tx: &mut Tx<'_>, receipt: &Receipt) -> Result<(), Failure> {
    let sql = "INSERT INTO receipt (book, application, certificate, school_code, owed_tuition_fen, owed_lodging_fen, \
               entered_by, entered_on, entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let row = values![
        receipt.book,
        receipt.application,
        receipt.certificate,
        receipt.school_code.as_str(),
        receipt.owed_tuition_fen,
        receipt.owed_lodging_fen,
        receipt.entered_by.as_str(),
        receipt.entered_on,
        receipt.entered_at,
    ];
    tx.run_one(sql, row).await
}

/// The receipt of an application.
pub async fn receipt(tx: &mut Tx<'_>, book: i64, application: i64) -> Result<Option<Receipt>, Failure> {
    let sql = "SELECT book, application, certificate, school_code, owed_tuition_fen, owed_lodging_fen, entered_by, \
               entered_on, entered_at FROM receipt WHERE book = $1 AND application = $2";
    tx.one(sql, values![book, application]).await
}

/// A payment account of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentAccount {
    /// The platform.
    pub platform: String,
    /// The account's name there.
    pub account: String,
    /// Business day.
    pub opened_on: Date,
}

#[derive(FromQueryResult)]
struct KeptAccount {
    platform: String,
    account_index: Vec<u8>,
    account_cipher: Vec<u8>,
    opened_on: Date,
}

fn account_row(platform: &str, index: &[u8]) -> String {
    format!("{platform}|{}", hex::encode(index))
}

/// Keeps a payment account just opened for a person.
pub async fn account_open(
    tx: &mut Tx<'_>,
    person: i64,
    platform: &str,
    account: &str,
    on: Date,
) -> Result<(), Failure> {
    let index = tx.keyring().blind_index("payment_account", account);
    let row = account_row(platform, &index);
    let place = Place { table: "payment_account", column: "account_cipher", tenant: person, row: &row };
    let cipher = tx.seal(person, place, account).await?;
    let sql = "INSERT INTO payment_account (person, platform, account_index, account_cipher, password_cipher, opened_on, \
               closed_on) VALUES ($1, $2, $3, $4, NULL, $5, NULL)";
    tx.run_one(sql, values![person, platform, index, cipher, on]).await
}

/// The living payment account of a person.
pub async fn account(tx: &mut Tx<'_>, person: i64) -> Result<Option<PaymentAccount>, Failure> {
    let sql = "SELECT platform, account_index, account_cipher, opened_on FROM payment_account \
               WHERE person = $1 AND closed_on IS NULL ORDER BY opened_on DESC, platform";
    let Some(kept) = tx.one::<KeptAccount>(sql, values![person]).await? else { return Ok(None) };
    let row = account_row(&kept.platform, &kept.account_index);
    let place = Place { table: "payment_account", column: "account_cipher", tenant: person, row: &row };
    let account = tx.open_text(person, place, &kept.account_cipher).await?;
    Ok(Some(PaymentAccount { platform: kept.platform, account, opened_on: kept.opened_on }))
}

/// Whose payment account that is.
pub async fn account_holder(tx: &mut Tx<'_>, platform: &str, account: &str) -> Result<Option<i64>, Failure> {
    let index = tx.keyring().blind_index("payment_account", account);
    let sql = "SELECT person FROM payment_account WHERE account_index = $1 AND platform = $2 AND closed_on IS NULL";
    tx.value(sql, values![index, platform]).await
}
