//! Logins: accounts of students and co-borrowers, sessions of everybody, answers already given.

use crate::keyring::Place;
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx, keyring};

row! {
    /// Login of a person.
    pub struct Account in "account" {
        /// Whose.
        pub person: i64,
        /// Argon2id string.
        pub password_hash: String,
        /// Must be changed before anything else.
        pub must_change: bool,
        /// Wrong passwords since the last right one.
        pub failed_count: i64,
        /// When the last wrong one came.
        pub failed_at: Option<Instant>,
        /// When it was opened.
        pub opened_at: Instant,
        /// The person, or the desk that opened it.
        pub opened_by: String,
        /// Last change of the password.
        pub changed_at: Instant,
        /// Day it was closed.
        pub disabled_on: Option<Date>,
    }
}

row! {
    /// A browser that is logged in, or about to be.
    pub struct Session in "session" {
        /// SM3 of the token.
        pub token_hash: Vec<u8>,
        /// The person logged in.
        pub person: Option<i64>,
        /// The member of staff logged in.
        pub staff: Option<i64>,
        /// Portal: `student`, `co`, `county` …
        pub portal: String,
        /// Secret of its forms.
        pub csrf: String,
        /// When it began.
        pub created_at: Instant,
        /// Last request.
        pub seen_at: Instant,
        /// Absolute end.
        pub expires_at: Instant,
        /// Last time the person proved himself again.
        pub stepped_up_at: Option<Instant>,
        /// Browser, shortened.
        pub agent: String,
        /// JSON.
        pub detail: String,
    }
}

row! {
    /// The last days a person logged in.
    pub struct LastLogin in "last_login" {
        /// Who.
        pub person: i64,
        /// The last login.
        pub on_day: Date,
        /// The login on an earlier day.
        pub before_on: Option<Date>,
    }
}

/// Whether a request was answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Never seen.
    No,
    /// The same request; this was the answer.
    Same(String),
    /// The key was used for something else.
    Other,
}

/// Opens an account; false when the person has one.
pub async fn open(tx: &mut Tx<'_>, account: &Account) -> Result<bool, Failure> {
    tx.insert_new(account).await
}

/// The account of a person.
pub async fn by_person(tx: &mut Tx<'_>, person: i64) -> Result<Option<Account>, Failure> {
    tx.find("WHERE person = $1", values![person]).await
}

/// Sets a password and ends every session of the person but one.
pub async fn change_password(
    tx: &mut Tx<'_>,
    person: i64,
    password_hash: &str,
    must_change: bool,
    at: Instant,
    keep: Option<&[u8]>,
) -> Result<(), Failure> {
    let sql = "UPDATE account SET password_hash = $2, must_change = $3, changed_at = $4, failed_count = 0 \
               WHERE person = $1";
    tx.run_one(sql, values![person, password_hash, must_change, at]).await?;
    let sql = "DELETE FROM session WHERE person = $1 AND token_hash <> $2";
    tx.run(sql, values![person, keep.unwrap_or_default().to_vec()]).await.map(drop)
}

/// Notes a wrong password; answers how many there were in a row.
pub async fn note_wrong_password(tx: &mut Tx<'_>, person: i64, at: Instant) -> Result<i64, Failure> {
    let sql = "UPDATE account SET failed_count = failed_count + 1, failed_at = $2 WHERE person = $1 \
               RETURNING failed_count";
    Ok(tx.value(sql, values![person, at]).await?.unwrap_or(0))
}

/// Notes a right password.
pub async fn note_right_password(tx: &mut Tx<'_>, person: i64) -> Result<(), Failure> {
    tx.run("UPDATE account SET failed_count = 0 WHERE person = $1 AND failed_count > 0", values![person])
        .await
        .map(drop)
}

/// Closes the account and ends its sessions.
pub async fn disable(tx: &mut Tx<'_>, person: i64, on: Date) -> Result<(), Failure> {
    tx.run_one("UPDATE account SET disabled_on = $2 WHERE person = $1", values![person, on]).await?;
    tx.run("DELETE FROM session WHERE person = $1", values![person]).await.map(drop)
}

/// What is stored of a token.
pub fn token_hash(token: &[u8]) -> Vec<u8> {
    keyring::sm3(token).to_vec()
}

/// Begins a session.
pub async fn session_begin(tx: &mut Tx<'_>, session: &Session) -> Result<(), Failure> {
    tx.insert(session).await
}

/// Notes the day a person logged in; the day before it stays known.
pub async fn note_login(tx: &mut Tx<'_>, person: i64, on: Date) -> Result<(), Failure> {
    let sql = "INSERT INTO last_login (person, on_day, before_on) VALUES ($1, $2, NULL) \
               ON CONFLICT (person) DO UPDATE SET on_day = excluded.on_day, before_on = \
               CASE WHEN last_login.on_day = excluded.on_day THEN last_login.before_on ELSE last_login.on_day END";
    tx.run_one(sql, values![person, on]).await
}

/// The last days a person logged in; none for somebody who never did.
pub async fn last_login(tx: &mut Tx<'_>, person: i64) -> Result<Option<LastLogin>, Failure> {
    tx.find("WHERE person = $1", values![person]).await
}

/// The session of a token, whether or not it still holds.
pub async fn session_by_token(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<Option<Session>, Failure> {
    tx.find("WHERE token_hash = $1", values![token_hash.to_vec()]).await
}

/// Notes a request.
pub async fn session_touch(tx: &mut Tx<'_>, token_hash: &[u8], at: Instant) -> Result<(), Failure> {
    tx.run("UPDATE session SET seen_at = $2 WHERE token_hash = $1", values![token_hash.to_vec(), at]).await.map(drop)
}

/// Keeps something with the session, JSON.
pub async fn session_keep(tx: &mut Tx<'_>, token_hash: &[u8], detail: &str) -> Result<(), Failure> {
    let sql = "UPDATE session SET detail = $2 WHERE token_hash = $1";
    tx.run(sql, values![token_hash.to_vec(), detail]).await.map(drop)
}

/// Notes that the person proved himself again.
pub async fn session_step_up(tx: &mut Tx<'_>, token_hash: &[u8], at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE session SET stepped_up_at = $2 WHERE token_hash = $1";
    tx.run(sql, values![token_hash.to_vec(), at]).await.map(drop)
}

/// Ends a session; false when it was gone.
pub async fn session_end(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<bool, Failure> {
    Ok(tx.run("DELETE FROM session WHERE token_hash = $1", values![token_hash.to_vec()]).await? == 1)
}

/// Ends all sessions of a member of staff, after a change of roles, password or account.
pub async fn sessions_end_of_staff(tx: &mut Tx<'_>, staff: i64) -> Result<u64, Failure> {
    tx.run("DELETE FROM session WHERE staff = $1", values![staff]).await
}

/// Ends the sessions of a member of staff on one portal.
pub async fn sessions_end_of_portal(tx: &mut Tx<'_>, staff: i64, portal: &str) -> Result<u64, Failure> {
    tx.run("DELETE FROM session WHERE staff = $1 AND portal = $2", values![staff, portal]).await
}

/// Ends all sessions of a person but one, after a change of what proves who he is.
pub async fn sessions_end_of_person(tx: &mut Tx<'_>, person: i64, keep: Option<&[u8]>) -> Result<u64, Failure> {
    let sql = "DELETE FROM session WHERE person = $1 AND token_hash <> $2";
    tx.run(sql, values![person, keep.unwrap_or_default().to_vec()]).await
}

/// Sessions of a person, newest first.
pub async fn sessions_of_person(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Session>, Failure> {
    tx.select("WHERE person = $1 ORDER BY created_at DESC", values![person]).await
}

/// Sessions of a member of staff, newest first.
pub async fn sessions_of_staff(tx: &mut Tx<'_>, staff: i64) -> Result<Vec<Session>, Failure> {
    tx.select("WHERE staff = $1 ORDER BY created_at DESC", values![staff]).await
}

/// Removes sessions that ended by themselves.
pub async fn sessions_sweep(tx: &mut Tx<'_>, now: Instant, idle_before: Instant) -> Result<u64, Failure> {
    tx.run("DELETE FROM session WHERE expires_at <= $1 OR seen_at < $2", values![now, idle_before]).await
}

/// Whether the actor used this key before, and for the same content.
pub async fn earlier_answer(tx: &mut Tx<'_>, actor: &str, key: &str, digest: &[u8]) -> Result<Earlier, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Kept {
        digest_index: Vec<u8>,
        answer_cipher: Vec<u8>,
    }
    let sql = "SELECT digest_index, answer_cipher FROM idempotency WHERE actor = $1 AND key = $2";
    let Some(kept) = tx.one::<Kept>(sql, values![actor, key]).await? else { return Ok(Earlier::No) };
    if kept.digest_index != content_index(tx, digest) {
        return Ok(Earlier::Other);
    }
    let row = format!("{actor} {key}");
    let answer = tx.keyring.open_system(&answer_place(&row), &kept.answer_cipher)?;
    let answer = String::from_utf8(answer).map_err(|_| Failure::corrupt("a kept answer is no text"))?;
    Ok(Earlier::Same(answer))
}

/// Keeps an answer for repeats of the request; in the transaction of the act itself.
pub async fn keep_answer(
    tx: &mut Tx<'_>,
    actor: &str,
    key: &str,
    digest: &[u8],
    answer: &str,
    at: Instant,
) -> Result<(), Failure> {
    let row = format!("{actor} {key}");
    let cipher = tx.keyring.seal_system(&answer_place(&row), answer.as_bytes())?;
    let index = content_index(tx, digest);
    let sql = "INSERT INTO idempotency (actor, key, digest_index, answer_cipher, at) VALUES ($1, $2, $3, $4, $5)";
    tx.run_one(sql, values![actor, key, index, cipher, at]).await
}

/// What was asked may be little else than an ID number, so its digest is kept as a blind index only.
fn content_index(tx: &Tx<'_>, digest: &[u8]) -> Vec<u8> {
    tx.keyring.blind_index("idempotency", &hex::encode(digest))
}

fn answer_place(row: &str) -> Place<'_> {
    Place { table: "idempotency", column: "answer_cipher", tenant: 0, row }
}

/// Forgets answers older than `before`.
pub async fn forget_answers(tx: &mut Tx<'_>, before: Instant) -> Result<u64, Failure> {
    tx.run("DELETE FROM idempotency WHERE at < $1", values![before]).await
}
