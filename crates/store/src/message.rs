//! Messages to a person, kept sealed, and codes sent by SMS.

use crate::keyring::Place;
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One message, without its text.
    pub struct Message in "message" {
        /// To whom.
        pub person: i64,
        /// Id, ordered by time.
        pub message: String,
        /// Which template.
        pub kind: String,
        /// `sms` or `notice`.
        pub channel: String,
        /// About what book.
        pub book: Option<i64>,
        /// `application`, `contract` …
        pub subject: Option<String>,
        /// Which.
        pub subject_id: Option<i64>,
        /// When it was written.
        pub written_at: Instant,
        /// Business date.
        pub on_day: Date,
        /// When the gateway took it.
        pub sent_at: Option<Instant>,
        /// When the person opened it.
        pub read_at: Option<Instant>,
        /// What the gateway said.
        pub failure: Option<String>,
    }
}

/// A message to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// To whom.
    pub person: i64,
    /// Which template.
    pub kind: &'a str,
    /// `sms` or `notice`.
    pub channel: &'a str,
    /// The text.
    pub body: &'a str,
    /// About what: book, subject, which.
    pub about: Option<(i64, &'a str, i64)>,
    /// Now.
    pub at: Instant,
    /// Business date.
    pub on_day: Date,
}

/// Writes a message; answers its id.
pub async fn write(tx: &mut Tx<'_>, new: NewMessage<'_>) -> Result<String, Failure> {
    let message = tx.keyring.uuid7(new.at).to_string();
    let cipher = tx.seal(new.person, body_place(new.person, &message), new.body).await?;
    let sql = "INSERT INTO message (person, message, kind, channel, body_cipher, book, subject, subject_id, \
               written_at, on_day) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = values![
        new.person,
        message.as_str(),
        new.kind,
        new.channel,
        cipher,
        new.about.map(|about| about.0),
        new.about.map(|about| about.1.to_owned()),
        new.about.map(|about| about.2),
        new.at,
        new.on_day,
    ];
    tx.run_one(sql, values).await?;
    Ok(message)
}

fn body_place(person: i64, message: &str) -> Place<'_> {
    Place { table: "message", column: "body_cipher", tenant: person, row: message }
}

/// The text of a message.
pub async fn body(tx: &mut Tx<'_>, person: i64, message: &str) -> Result<Option<String>, Failure> {
    let sql = "SELECT body_cipher FROM message WHERE person = $1 AND message = $2";
    let cipher: Option<Vec<u8>> = tx.value(sql, values![person, message]).await?;
    match cipher {
        Some(cipher) => tx.open_text(person, body_place(person, message), &cipher).await.map(Some),
        None => Ok(None),
    }
}

/// The messages of a person, newest first.
pub async fn list(tx: &mut Tx<'_>, person: i64, limit: i64) -> Result<Vec<Message>, Failure> {
    tx.select("WHERE person = $1 ORDER BY message DESC LIMIT $2", values![person, limit]).await
}

/// Text messages nobody handed to the gateway yet, oldest first; those it refused are left out.
pub async fn list_unsent(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Message>, Failure> {
    let tail = "WHERE channel = 'sms' AND sent_at IS NULL AND failure IS NULL ORDER BY message LIMIT $1";
    tx.select(tail, values![limit]).await
}

/// A text message of a person that nobody handed to the gateway yet.
pub async fn unsent_by_id(tx: &mut Tx<'_>, person: i64, message: &str) -> Result<Option<Message>, Failure> {
    let tail = "WHERE person = $1 AND message = $2 AND channel = 'sms' AND sent_at IS NULL AND failure IS NULL";
    tx.find(tail, values![person, message]).await
}

/// How many notices a person has not opened.
pub async fn unread(tx: &mut Tx<'_>, person: i64) -> Result<i64, Failure> {
    let sql = "SELECT CAST(count(*) AS BIGINT) FROM message WHERE person = $1 AND read_at IS NULL";
    Ok(tx.value(sql, values![person]).await?.unwrap_or(0))
}

/// Notes what the gateway did with a message.
pub async fn note_sent(
    tx: &mut Tx<'_>,
    person: i64,
    message: &str,
    sent_at: Option<Instant>,
    failure: Option<&str>,
) -> Result<(), Failure> {
    let sql = "UPDATE message SET sent_at = $3, failure = $4 WHERE person = $1 AND message = $2";
    tx.run_one(sql, values![person, message, sent_at, failure.map(str::to_owned)]).await
}

/// Notes that the person opened a message.
pub async fn note_read(tx: &mut Tx<'_>, person: i64, message: &str, at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE message SET read_at = $3 WHERE person = $1 AND message = $2 AND read_at IS NULL";
    tx.run(sql, values![person, message, at]).await.map(drop)
}

/// What became of a code typed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeAnswer {
    /// Right; it is used up now.
    Right,
    /// Wrong; so many tries are left.
    Wrong(i64),
    /// None was sent for this request, or it is used, expired or tried too often.
    Dead,
}

/// Wrong tries after which a code is dead.
const TRIES_MAX: i64 = 3;

/// Keeps a code sent for a purpose and a request; an earlier one of the same request is dead.
pub async fn code_keep(
    tx: &mut Tx<'_>,
    key: (i64, &str, &[u8]),
    code: &str,
    at: Instant,
    expires_at: Instant,
) -> Result<(), Failure> {
    let index = tx.keyring.blind_index("sms code", code);
    let sql = "INSERT INTO sms_code (person, purpose, request, code_index, sent_at, expires_at, wrong_count) \
               VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (person, purpose, request) DO UPDATE SET \
               code_index = excluded.code_index, sent_at = excluded.sent_at, expires_at = excluded.expires_at, \
               wrong_count = 0, used_at = NULL";
    tx.run_one(sql, values![key.0, key.1, key.2.to_vec(), index, at, expires_at]).await
}

/// Tries a code for the request it was asked by.
pub async fn code_try(
    tx: &mut Tx<'_>,
    key: (i64, &str, &[u8]),
    code: &str,
    now: Instant,
) -> Result<CodeAnswer, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Sent {
        code_index: Vec<u8>,
        expires_at: Instant,
        wrong_count: i64,
        used_at: Option<Instant>,
    }
    let index = tx.keyring.blind_index("sms code", code);
    let place = "WHERE person = $1 AND purpose = $2 AND request = $3";
    let sql = format!("SELECT code_index, expires_at, wrong_count, used_at FROM sms_code {place}");
    let sent: Option<Sent> = tx.one(&sql, values![key.0, key.1, key.2.to_vec()]).await?;
    let Some(sent) = sent else { return Ok(CodeAnswer::Dead) };
    if sent.used_at.is_some() || sent.wrong_count >= TRIES_MAX || sent.expires_at <= now {
        return Ok(CodeAnswer::Dead);
    }
    if sent.code_index == index {
        let sql = format!("UPDATE sms_code SET used_at = $4 {place}");
        tx.run_one(&sql, values![key.0, key.1, key.2.to_vec(), now]).await?;
        return Ok(CodeAnswer::Right);
    }
    let sql = format!("UPDATE sms_code SET wrong_count = wrong_count + 1 {place}");
    tx.run_one(&sql, values![key.0, key.1, key.2.to_vec()]).await?;
    Ok(CodeAnswer::Wrong(TRIES_MAX - sent.wrong_count - 1))
}
