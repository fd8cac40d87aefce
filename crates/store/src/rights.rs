//! What belongs to the rights of a person: who opened the file, the copies asked for, and the end of everything known.

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// Somebody opened the file of a person, once or more on a day.
    pub struct DataView in "data_view" {
        /// Whose file.
        pub person: i64,
        /// Business date.
        pub on_day: Date,
        /// Who.
        pub actor: String,
        /// `case`, `scans` or `id_number`.
        pub what: String,
        /// Office of the reader.
        pub office: Option<i64>,
        /// Why, where it must be said.
        pub reason: String,
        /// How often that day.
        pub times: i64,
        /// The last time.
        pub at: Instant,
    }
}

row! {
    /// A copy of the own data.
    pub struct DataCopy in "data_copy" {
        /// Whose data.
        pub person: i64,
        /// Id, ordered by time.
        pub copy: String,
        /// SM3 of the link's token.
        pub token_hash: Vec<u8>,
        /// When it was asked for.
        pub asked_at: Instant,
        /// Worth nothing from then on.
        pub expires_at: Instant,
        /// When it was taken.
        pub fetched_at: Option<Instant>,
    }
}

/// Notes a look; a further one of the same day counts up and keeps the newest reason.
pub async fn view_note(tx: &mut Tx<'_>, view: &DataView) -> Result<(), Failure> {
    let sql = "INSERT INTO data_view (person, on_day, actor, what, office, reason, times, at) \
               VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (person, on_day, actor, what) \
               DO UPDATE SET times = data_view.times + 1, at = excluded.at, reason = excluded.reason";
    let (actor, what, reason) = (view.actor.as_str(), view.what.as_str(), view.reason.as_str());
    tx.run_one(sql, values![view.person, view.on_day, actor, what, view.office, reason, view.at]).await
}

/// True when that reader opened that part of the file on that day already.
pub async fn viewed(tx: &mut Tx<'_>, person: i64, on: Date, actor: &str, what: &str) -> Result<bool, Failure> {
    let found: Option<DataView> = tx
        .find("WHERE person = $1 AND on_day = $2 AND actor = $3 AND what = $4", values![person, on, actor, what])
        .await?;
    Ok(found.is_some())
}

/// Who opened the file of a person, newest first.
pub async fn views(tx: &mut Tx<'_>, person: i64, limit: i64) -> Result<Vec<DataView>, Failure> {
    tx.select("WHERE person = $1 ORDER BY at DESC, actor, what LIMIT $2", values![person, limit]).await
}

/// Notes a copy asked for.
pub async fn copy_enter(tx: &mut Tx<'_>, copy: &DataCopy) -> Result<(), Failure> {
    tx.insert(copy).await
}

/// The copies a person asked for, newest first.
pub async fn copies(tx: &mut Tx<'_>, person: i64) -> Result<Vec<DataCopy>, Failure> {
    tx.select("WHERE person = $1 ORDER BY asked_at DESC, copy DESC", values![person]).await
}

/// Marks a copy as taken; false when somebody was faster.
pub async fn copy_take(tx: &mut Tx<'_>, person: i64, copy: &str, at: Instant) -> Result<bool, Failure> {
    let sql = "UPDATE data_copy SET fetched_at = $3 WHERE person = $1 AND copy = $2 AND fetched_at IS NULL";
    Ok(tx.run(sql, values![person, copy, at]).await? == 1)
}

/// Loses everything known about a person for ever: the key of all sealed cells, names in clear, and the indexes of
/// the last four. What the chain of records needs stays: that something was done, not about whom.
pub async fn forget(tx: &mut Tx<'_>, person: i64, at: Instant) -> Result<(), Failure> {
    crate::person::shred(tx, person, at).await?;
    let sql = "UPDATE application SET student_name = '', id_tail = $2, phone_tail = NULL, answers_cipher = NULL, \
               college = NULL WHERE person = $1";
    tx.run(sql, values![person, Vec::<u8>::new()]).await?;
    tx.run("UPDATE application SET co_name = NULL WHERE co_person = $1", values![person]).await?;
    tx.run("UPDATE contract SET student_name = '', id_tail = $2 WHERE person = $1", values![person, Vec::<u8>::new()])
        .await?;
    tx.run("UPDATE contract SET co_name = NULL WHERE co_person = $1", values![person]).await?;
    for case in crate::application::list_of_person_anywhere(tx, person).await? {
        let of_case = values![case.book, case.application];
        let sql = "UPDATE bank_case SET student_name = '' WHERE book = $1 AND application = $2";
        tx.run(sql, of_case.clone()).await?;
        let sql = "UPDATE school_case SET student_name = '', id_tail = $3, college = NULL \
                   WHERE book = $1 AND application = $2";
        tx.run(sql, [of_case, values![Vec::<u8>::new()]].concat()).await?;
    }
    for table in ["account", "data_copy", "last_login", "payment_account", "session"] {
        tx.run(&format!("DELETE FROM {table} WHERE person = $1"), values![person]).await?;
    }
    Ok(())
}
