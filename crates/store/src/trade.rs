//! Orders given to payment platforms and payments they told us of, the raw messages, and what the daily file showed.
//! An order is recorded before it is sent; its outcome is known once and never goes back from success.

use crate::keyring::Place;
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One order or payment.
    pub struct Trade in "trade" {
        /// Office of the platform.
        pub owner: i64,
        /// Our number, or the platform's for money that came by itself.
        pub trade_no: String,
        /// `out` or `in`.
        pub direction: String,
        /// `payout`, `debit`, `top_up`, `repayment`, `refund`.
        pub kind: String,
        /// Where it acts.
        pub book: Option<i64>,
        /// On which contract.
        pub contract: Option<i64>,
        /// Whose account.
        pub person: Option<i64>,
        /// Amount asked or told.
        pub amount_fen: i64,
        /// SM3 of the request.
        pub digest: String,
        /// When it was recorded.
        pub asked_at: Instant,
        /// Business date.
        pub on_day: Date,
        /// `pending`, `success` or `failed`.
        pub state: String,
        /// Amount that really moved.
        pub moved_fen: i64,
        /// The platform's number.
        pub partner_no: Option<String>,
        /// When the outcome was known.
        pub answered_at: Option<Instant>,
        /// Day the money moved by the platform's word.
        pub value_on: Option<Date>,
        /// JSON.
        pub detail: String,
    }
}

row! {
    /// A difference between the platform's file and our books.
    pub struct Difference in "reconciliation" {
        /// Office of the platform.
        pub owner: i64,
        /// Day of the file.
        pub on_day: Date,
        /// The trade.
        pub trade_no: String,
        /// `matched`, `long`, `short`, `amount` or `state`.
        pub class: String,
        /// Amount in our books.
        pub ours_fen: Option<i64>,
        /// Amount in the file.
        pub theirs_fen: Option<i64>,
        /// When found.
        pub found_at: Instant,
        /// Who settled it.
        pub resolved_by: Option<String>,
        /// When.
        pub resolved_on: Option<Date>,
        /// How.
        pub note: String,
    }
}

/// What the platform said became of an order.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'a> {
    /// `success` or `failed`.
    pub state: &'a str,
    /// Amount that really moved.
    pub moved_fen: i64,
    /// The platform's number.
    pub partner_no: Option<&'a str>,
    /// Day the money moved.
    pub value_on: Option<Date>,
    /// When we learned it.
    pub at: Instant,
}

/// Records an order or a payment once; answers the one that stands. The caller compares digests: the same number with
/// another content is refused.
pub async fn record(tx: &mut Tx<'_>, trade: &Trade) -> Result<(Trade, bool), Failure> {
    let new = tx.insert_new(trade).await?;
    let standing = by_number(tx, trade.owner, &trade.trade_no).await?;
    Ok((standing.ok_or_else(|| Failure::bug("a trade stands after it was recorded"))?, new))
}

/// A trade by number.
pub async fn by_number(tx: &mut Tx<'_>, owner: i64, trade_no: &str) -> Result<Option<Trade>, Failure> {
    tx.find("WHERE owner = $1 AND trade_no = $2", values![owner, trade_no]).await
}

/// Notes the outcome of a pending order; false when its outcome was known before, which then stands.
pub async fn settle(tx: &mut Tx<'_>, owner: i64, trade_no: &str, outcome: Outcome<'_>) -> Result<bool, Failure> {
    let sql = "UPDATE trade SET state = $3, moved_fen = $4, partner_no = $5, value_on = $6, answered_at = $7 \
               WHERE owner = $1 AND trade_no = $2 AND state = 'pending'";
    let partner_no = outcome.partner_no.map(str::to_owned);
    let values = values![owner, trade_no, outcome.state, outcome.moved_fen, partner_no, outcome.value_on, outcome.at];
    Ok(tx.run(sql, values).await? == 1)
}

/// Orders whose outcome is unknown, asked before an instant, oldest first: to be queried, never guessed.
pub async fn list_pending(tx: &mut Tx<'_>, owner: i64, before: Instant, limit: i64) -> Result<Vec<Trade>, Failure> {
    let tail = "WHERE owner = $1 AND state = 'pending' AND asked_at < $2 ORDER BY asked_at, trade_no LIMIT $3";
    tx.select(tail, values![owner, before, limit]).await
}

/// Trades of a business date, by number.
pub async fn list_of_day(tx: &mut Tx<'_>, owner: i64, on_day: Date) -> Result<Vec<Trade>, Failure> {
    tx.select("WHERE owner = $1 AND on_day = $2 ORDER BY trade_no", values![owner, on_day]).await
}

/// Trades of a contract, oldest first.
pub async fn list_of_contract(tx: &mut Tx<'_>, owner: i64, book: i64, contract: i64) -> Result<Vec<Trade>, Failure> {
    let tail = "WHERE owner = $1 AND book = $2 AND contract = $3 ORDER BY asked_at, trade_no";
    tx.select(tail, values![owner, book, contract]).await
}

/// Keeps a message as it was, sealed; answers its id.
pub async fn message_keep(
    tx: &mut Tx<'_>,
    owner: i64,
    direction: &str,
    raw: &[u8],
    verdict: &str,
    trade_no: Option<&str>,
    at: Instant,
) -> Result<String, Failure> {
    let message = tx.keyring.uuid7(at).to_string();
    let place = Place { table: "wire_message", column: "raw_cipher", tenant: owner, row: &message };
    let cipher = tx.keyring.seal_system(&place, raw)?;
    let sql = "INSERT INTO wire_message (owner, message, direction, raw_cipher, verdict, trade_no, at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let trade_no = trade_no.map(str::to_owned);
    tx.run_one(sql, values![owner, message.as_str(), direction, cipher, verdict, trade_no, at]).await?;
    Ok(message)
}

/// A kept message without its raw bytes.
#[derive(Clone, Debug, PartialEq, Eq, sea_orm::FromQueryResult)]
pub struct Message {
    /// Its id.
    pub message: String,
    /// `in` or `out`.
    pub direction: String,
    /// What we made of it.
    pub verdict: String,
    /// The trade it is about, where it could be read.
    pub trade_no: Option<String>,
    /// When it came.
    pub at: Instant,
}

/// The newest messages, or those about one trade.
pub async fn messages(
    tx: &mut Tx<'_>,
    owner: i64,
    trade_no: Option<&str>,
    limit: i64,
) -> Result<Vec<Message>, Failure> {
    let sql = "SELECT message, direction, verdict, trade_no, at FROM wire_message \
               WHERE owner = $1 AND ($2 = '' OR trade_no = $2) ORDER BY at DESC, message DESC LIMIT $3";
    tx.rows(sql, values![owner, trade_no.unwrap_or(""), limit]).await
}

/// The raw bytes of a message.
pub async fn message_raw(tx: &mut Tx<'_>, owner: i64, message: &str) -> Result<Option<Vec<u8>>, Failure> {
    let sql = "SELECT raw_cipher FROM wire_message WHERE owner = $1 AND message = $2";
    let cipher: Option<Vec<u8>> = tx.value(sql, values![owner, message]).await?;
    let place = Place { table: "wire_message", column: "raw_cipher", tenant: owner, row: message };
    cipher.map(|cipher| tx.keyring.open_system(&place, &cipher)).transpose()
}

/// Notes what a daily file showed for a trade; a file read again changes nothing.
pub async fn difference_note(tx: &mut Tx<'_>, difference: &Difference) -> Result<bool, Failure> {
    tx.insert_new(difference).await
}

/// Differences not yet settled, oldest first.
pub async fn differences_open(tx: &mut Tx<'_>, owner: i64) -> Result<Vec<Difference>, Failure> {
    let tail = "WHERE owner = $1 AND class <> 'matched' AND resolved_on IS NULL ORDER BY on_day, trade_no";
    tx.select(tail, values![owner]).await
}

/// Settles a difference; false when it was settled before.
pub async fn difference_resolve(
    tx: &mut Tx<'_>,
    owner: i64,
    key: (Date, &str),
    by: &str,
    on: Date,
    note: &str,
) -> Result<bool, Failure> {
    let sql = "UPDATE reconciliation SET resolved_by = $4, resolved_on = $5, note = $6 \
               WHERE owner = $1 AND on_day = $2 AND trade_no = $3 AND resolved_on IS NULL";
    Ok(tx.run(sql, values![owner, key.0, key.1, by, on, note]).await? == 1)
}
