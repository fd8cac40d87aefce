//! Files of rows: what was uploaded, and what became of every row. The cells may hold ID numbers, so they are sealed.

use sea_orm::FromQueryResult;

use crate::keyring::Place;
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// An uploaded file.
    pub struct Roster in "roster" {
        /// The office.
        pub owner: i64,
        /// Id, ordered by time.
        pub roster: String,
        /// What the rows are.
        pub kind: String,
        /// SM3 of the file and of what was said with it, hexadecimal.
        pub file_digest: String,
        /// Name it was uploaded under.
        pub file_name: String,
        /// JSON: what was said with the file.
        pub about: String,
        /// Rows with something in them.
        pub row_count: i64,
        /// Who.
        pub uploaded_by: String,
        /// When.
        pub uploaded_at: Instant,
        /// Business date.
        pub on_day: Date,
        /// Who let the right rows be done.
        pub confirmed_by: Option<String>,
        /// When.
        pub confirmed_at: Option<Instant>,
        /// When the last right row was done.
        pub finished_at: Option<Instant>,
    }
}

/// A row of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRow {
    /// Number as the spreadsheet shows it.
    pub row_no: i64,
    /// JSON: the cells; none where a cell could not be read.
    pub content: Option<String>,
    /// `wrong`, `open`, `right`, `refused` or `done`.
    pub verdict: String,
    /// JSON: what is wrong, why refused, or what was done.
    pub reason: String,
}

/// The verdict on one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which row.
    pub row_no: i64,
    /// `right`, `refused` or `done`.
    pub verdict: &'static str,
    /// JSON.
    pub reason: String,
}

/// A new id.
pub fn id(tx: &Tx<'_>, at: Instant) -> String {
    tx.keyring().uuid7(at).to_string()
}

/// Keeps a file with its rows.
pub async fn keep(tx: &mut Tx<'_>, roster: &Roster, rows: &[RosterRow]) -> Result<(), Failure> {
    tx.insert(roster).await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let cipher = match &row.content {
            Some(content) => {
                let name = row_name(&roster.roster, row.row_no);
                Some(tx.keyring().seal_system(&content_place(roster.owner, &name), content.as_bytes())?)
            }
            None => None,
        };
        all.push(values![
            roster.owner,
            roster.roster.as_str(),
            row.row_no,
            cipher,
            row.verdict.as_str(),
            row.reason.as_str(),
            roster.uploaded_at,
        ]);
    }
    let columns = ["owner", "roster", "row_no", "content_cipher", "verdict", "reason", "settled_at"];
    tx.insert_many("roster_row", &columns, all).await
}

/// A file of an office.
pub async fn by_number(tx: &mut Tx<'_>, owner: i64, roster: &str) -> Result<Option<Roster>, Failure> {
    tx.find("WHERE owner = $1 AND roster = $2", values![owner, roster]).await
}

/// The file of that content, if the office uploaded it before.
pub async fn by_digest(tx: &mut Tx<'_>, owner: i64, kind: &str, digest: &str) -> Result<Option<Roster>, Failure> {
    tx.find("WHERE owner = $1 AND kind = $2 AND file_digest = $3", values![owner, kind, digest]).await
}

/// Files of an office, newest first.
pub async fn list(tx: &mut Tx<'_>, owner: i64, kind: &str, limit: i64) -> Result<Vec<Roster>, Failure> {
    tx.select("WHERE owner = $1 AND kind = $2 ORDER BY roster DESC LIMIT $3", values![owner, kind, limit]).await
}

/// How many rows of a file have each verdict.
pub async fn counts(tx: &mut Tx<'_>, owner: i64, roster: &str) -> Result<Vec<(String, i64)>, Failure> {
    #[derive(FromQueryResult)]
    struct Count {
        verdict: String,
        many: i64,
    }
    let sql = "SELECT verdict, CAST(count(*) AS BIGINT) AS many FROM roster_row \
               WHERE owner = $1 AND roster = $2 GROUP BY verdict ORDER BY verdict";
    let counts: Vec<Count> = tx.rows(sql, values![owner, roster]).await?;
    Ok(counts.into_iter().map(|count| (count.verdict, count.many)).collect())
}

/// Rows of a file after a number, in order; only those with that verdict, if one is given.
pub async fn rows(
    tx: &mut Tx<'_>,
    owner: i64,
    roster: &str,
    verdict: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<RosterRow>, Failure> {
    #[derive(FromQueryResult)]
    struct Kept {
        row_no: i64,
        content_cipher: Option<Vec<u8>>,
        verdict: String,
        reason: String,
    }
    let head = "SELECT row_no, content_cipher, verdict, reason FROM roster_row \
                WHERE owner = $1 AND roster = $2 AND row_no > $3";
    let kept: Vec<Kept> = match verdict {
        Some(verdict) => {
            let sql = format!("{head} AND verdict = $5 ORDER BY row_no LIMIT $4");
            tx.rows(&sql, values![owner, roster, after, limit, verdict]).await?
        }
        None => tx.rows(&format!("{head} ORDER BY row_no LIMIT $4"), values![owner, roster, after, limit]).await?,
    };
    let mut rows = Vec::with_capacity(kept.len());
    for Kept { row_no, content_cipher, verdict, reason } in kept {
        let content = match content_cipher {
            Some(cipher) => {
                let name = row_name(roster, row_no);
                let plain = tx.keyring().open_system(&content_place(owner, &name), &cipher)?;
                Some(String::from_utf8(plain).map_err(|_| Failure::corrupt("a kept row is no text"))?)
            }
            None => None,
        };
        rows.push(RosterRow { row_no, content, verdict, reason });
    }
    Ok(rows)
}

/// Writes verdicts down. A row that is done stays done.
pub async fn settle(
    tx: &mut Tx<'_>,
    owner: i64,
    roster: &str,
    verdicts: &[Verdict],
    at: Instant,
) -> Result<(), Failure> {
    for part in verdicts.chunks(200) {
        let (mut places, mut values) = (Vec::new(), values![owner, roster, at]);
        for verdict in part {
            let before = values.len();
            places.push(format!("(CAST(${} AS BIGINT), ${}, ${})", before + 1, before + 2, before + 3));
            values.extend(values![verdict.row_no, verdict.verdict, verdict.reason.as_str()]);
        }
        let sql = format!(
            "UPDATE roster_row SET verdict = given.column2, reason = given.column3, settled_at = $3 \
             FROM (VALUES {}) AS given \
             WHERE owner = $1 AND roster = $2 AND row_no = given.column1 AND verdict <> 'done'",
            places.join(", ")
        );
        tx.run(&sql, values).await?;
    }
    Ok(())
}

/// Rows that were looked at and not done are looked at again.
pub async fn reopen(tx: &mut Tx<'_>, owner: i64, roster: &str, at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE roster_row SET verdict = 'open', settled_at = $3 \
               WHERE owner = $1 AND roster = $2 AND verdict IN ('right', 'refused')";
    tx.run(sql, values![owner, roster, at]).await.map(drop)
}

/// Lets the right rows be done.
pub async fn confirm(tx: &mut Tx<'_>, owner: i64, roster: &str, by: &str, at: Instant) -> Result<(), Failure> {
    let sql =
        "UPDATE roster SET confirmed_by = $3, confirmed_at = $4, finished_at = NULL WHERE owner = $1 AND roster = $2";
    tx.run_one(sql, values![owner, roster, by, at]).await
}

/// Notes that no right row is left.
pub async fn finish(tx: &mut Tx<'_>, owner: i64, roster: &str, at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE roster SET finished_at = $3 WHERE owner = $1 AND roster = $2 AND finished_at IS NULL";
    tx.run(sql, values![owner, roster, at]).await.map(drop)
}

fn row_name(roster: &str, row_no: i64) -> String {
    format!("{roster}|{row_no}")
}

fn content_place(owner: i64, row: &str) -> Place<'_> {
    Place { table: "roster_row", column: "content_cipher", tenant: owner, row }
}
