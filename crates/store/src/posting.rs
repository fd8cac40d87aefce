//! The ledger and the bills. Rows are appended, never touched again; what was wrong is reversed by its opposite.

use chrono::Datelike;
use loan::life::{Account, Cause, Legs, RowKind};
use loan::money::Fen;
use sea_orm::sea_query::Value;
use sea_orm::{DbErr, FromQueryResult, QueryResult};

use crate::audit::Witnessed;
use crate::row::{Row, row, values};
use crate::tx::CopyRow;
use crate::{Date, Failure, Instant, Tx};

/// One posting: signed amounts per account, together zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The book.
    pub book: i64,
    /// Of which contract.
    pub contract: i64,
    /// 1, 2, 3 … without a gap: the place in [`loan::life::Life::postings`], from 1.
    pub seq: i64,
    /// Business date.
    pub on_day: Date,
    /// Code of [`loan::life::PostingKind`].
    pub kind: String,
    /// What it follows from: `disbursement`, `day:2027-12-20`, or `event:3` for the contract event of that `seq`.
    pub cause: String,
    /// Signed legs.
    pub legs: Legs,
}

impl Posting {
    /// The row of a posting of the replayed life; `index` is its place there, from 0.
    pub fn of(book: i64, contract: i64, index: usize, posting: &loan::life::Posting) -> Posting {
        Posting {
            book,
            contract,
            seq: index as i64 + 1,
            on_day: posting.on,
            kind: posting.kind.code().to_owned(),
            cause: match posting.cause {
                Cause::Disbursement => "disbursement".to_owned(),
                Cause::Day(day) => format!("day:{day}"),
                Cause::Event(event) => format!("event:{}", event + 1),
            },
            legs: posting.legs.clone(),
        }
    }
}

const POSTING_COLUMNS: [&str; 7 + Account::COUNT] = {
    let mut columns = [""; 7 + Account::COUNT];
    let head = ["book", "contract", "seq", "on_day", "kind", "cause", "channel"];
    let mut at = 0;
    while at < head.len() {
        columns[at] = head[at];
        at += 1;
    }
    while at < columns.len() {
        columns[at] = Account::ALL[at - head.len()].code();
        at += 1;
    }
    columns
};

impl Row for Posting {
    const TABLE: &'static str = "posting";
    const COLUMNS: &'static [&'static str] = &POSTING_COLUMNS;

    fn values(&self) -> Vec<Value> {
        let mut values = Vec::with_capacity(POSTING_COLUMNS.len() + 2);
        values.push(Value::from(self.book));
        values.push(Value::from(self.contract));
        values.push(Value::from(self.seq));
        values.push(Value::from(self.on_day));
        values.push(Value::from(self.kind.as_str()));
        values.push(Value::from(self.cause.as_str()));
        values.push(Value::from(self.legs.channel.clone()));
        values.extend(self.legs.amounts.iter().map(|fen| Value::from(fen.0)));
        values
    }
}

impl FromQueryResult for Posting {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Posting, DbErr> {
        let mut legs = Legs { channel: row.try_get(pre, "channel")?, ..Legs::default() };
        for account in Account::ALL {
            legs.amounts[account as usize] = Fen(row.try_get(pre, account.code())?);
        }
        Ok(Posting {
            book: row.try_get(pre, "book")?,
            contract: row.try_get(pre, "contract")?,
            seq: row.try_get(pre, "seq")?,
            on_day: row.try_get(pre, "on_day")?,
            kind: row.try_get(pre, "kind")?,
            cause: row.try_get(pre, "cause")?,
            legs,
        })
    }
}

impl Witnessed for Posting {
    const KEY: &'static [&'static str] = &["book", "contract", "seq"];

    fn book(&self) -> i64 {
        self.book
    }

    fn key(&self) -> Vec<Value> {
        values![self.book, self.contract, self.seq]
    }

    fn place_in_order(&self) -> Option<(String, i64)> {
        Some((format!("contract {}", self.contract), self.seq))
    }

    fn absurd(&self) -> Option<&'static str> {
        (!self.legs.sum().is_zero()).then_some("its legs do not sum to zero")
    }

    fn short_form(&self, into: &mut Vec<u8>) -> bool {
        into.push(b'p');
        for number in [self.book, self.contract, self.seq] {
            into.extend_from_slice(&number.to_be_bytes());
        }
        into.extend_from_slice(&self.on_day.num_days_from_ce().to_be_bytes());
        text(into, &self.kind);
        text(into, &self.cause);
        into.push(u8::from(self.legs.channel.is_some()));
        text(into, self.legs.channel.as_deref().unwrap_or_default());
        // Which accounts move, then by how much.
        let moved = |account: &Account| !self.legs.amounts[*account as usize].is_zero();
        let mask: u32 = Account::ALL.iter().filter(|account| moved(account)).map(|&account| 1 << account as u32).sum();
        into.extend_from_slice(&mask.to_be_bytes());
        for account in Account::ALL.iter().filter(|account| moved(account)) {
            into.extend_from_slice(&self.legs.amounts[*account as usize].0.to_be_bytes());
        }
        true
    }

    fn copied(&self, into: &mut CopyRow<'_>) -> bool {
        for number in [self.book, self.contract, self.seq] {
            into.number(number);
        }
        into.day(self.on_day);
        into.bytes(self.kind.as_bytes());
        into.bytes(self.cause.as_bytes());
        match &self.legs.channel {
            Some(channel) => into.bytes(channel.as_bytes()),
            None => into.null(),
        }
        for fen in self.legs.amounts {
            into.number(fen.0);
        }
        true
    }
}

/// A text with its length before it.
fn text(into: &mut Vec<u8>, text: &str) {
    into.extend_from_slice(&(text.len() as u32).to_be_bytes());
    into.extend_from_slice(text.as_bytes());
}

row! {
    /// What fell due on a day.
    pub struct Bill in "bill" {
        /// The book.
        pub book: i64,
        /// Of which contract.
        pub contract: i64,
        /// Settlement or prepayment day.
        pub due_on: Date,
        /// `settlement`, `prepayment`, `closing` or `period`.
        pub kind: String,
        /// Day it is collected.
        pub debit_on: Date,
        /// Days of the borrower's own interest.
        pub days: i64,
        /// Contract rate at the end of the row's time.
        pub rate_ppm: i64,
        /// Principal not yet due before.
        pub opening_fen: i64,
        /// Principal falling due.
        pub principal_fen: i64,
        /// Borrower's interest falling due.
        pub interest_fen: i64,
        /// The state's interest.
        pub subsidised_fen: i64,
        /// What the borrower pays.
        pub total_fen: i64,
        /// Principal not yet due after.
        pub closing_fen: i64,
    }
}

impl Bill {
    /// The bill of a row of the replayed life.
    pub fn of(book: i64, contract: i64, row: &loan::life::Row) -> Bill {
        Bill {
            book,
            contract,
            due_on: row.due_on,
            kind: match row.kind {
                RowKind::Settlement => "settlement",
                RowKind::Prepayment => "prepayment",
                RowKind::Closing => "closing",
                RowKind::Period => "period",
            }
            .to_owned(),
            debit_on: row.debit_on,
            days: i64::from(row.days),
            rate_ppm: row.rate.0,
            opening_fen: row.opening.0,
            principal_fen: row.principal.0,
            interest_fen: row.interest.0,
            subsidised_fen: row.interest_subsidised.0,
            total_fen: row.total.0,
            closing_fen: row.closing.0,
        }
    }
}

impl Bill {
    /// Everything that is a number, in the order of the columns.
    fn figures(&self) -> [i64; 8] {
        [
            self.days,
            self.rate_ppm,
            self.opening_fen,
            self.principal_fen,
            self.interest_fen,
            self.subsidised_fen,
            self.total_fen,
            self.closing_fen,
        ]
    }
}

impl Witnessed for Bill {
    const KEY: &'static [&'static str] = &["book", "contract", "due_on", "kind"];

    fn book(&self) -> i64 {
        self.book
    }

    fn key(&self) -> Vec<Value> {
        values![self.book, self.contract, self.due_on, self.kind.as_str()]
    }

    fn place_in_order(&self) -> Option<(String, i64)> {
        None
    }

    fn short_form(&self, into: &mut Vec<u8>) -> bool {
        into.push(b'b');
        for number in [self.book, self.contract] {
            into.extend_from_slice(&number.to_be_bytes());
        }
        for day in [self.due_on, self.debit_on] {
            into.extend_from_slice(&day.num_days_from_ce().to_be_bytes());
        }
        text(into, &self.kind);
        for number in self.figures() {
            into.extend_from_slice(&number.to_be_bytes());
        }
        true
    }

    fn copied(&self, into: &mut CopyRow<'_>) -> bool {
        into.number(self.book);
        into.number(self.contract);
        into.day(self.due_on);
        into.bytes(self.kind.as_bytes());
        into.day(self.debit_on);
        for number in self.figures() {
            into.number(number);
        }
        true
    }
}

row! {
    /// A chunk of a settlement day that is done.
    pub struct SettlementDone in "settlement_done" {
        /// The book.
        pub book: i64,
        /// The settlement day.
        pub on_day: Date,
        /// First contract number of the chunk.
        pub chunk: i64,
        /// Last contract number of the chunk.
        pub until: i64,
        /// How many contracts were settled.
        pub contracts: i64,
        /// Sum of their bills.
        pub total_fen: i64,
        /// When.
        pub done_at: Instant,
    }
}

/// Appends postings under the audit record begun.
pub async fn append(tx: &mut Tx<'_>, postings: &[Posting]) -> Result<(), Failure> {
    tx.append(postings).await
}

/// Appends bills under the audit record begun.
pub async fn bills_append(tx: &mut Tx<'_>, bills: &[Bill]) -> Result<(), Failure> {
    tx.append(bills).await
}

/// The postings of a contract, in order.
pub async fn list(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<Vec<Posting>, Failure> {
    tx.select("WHERE book = $1 AND contract = $2 ORDER BY seq", values![book, contract]).await
}

/// How many postings a contract has.
pub async fn count(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<i64, Failure> {
    let sql = "SELECT max(seq) FROM posting WHERE book = $1 AND contract = $2";
    let last: Option<Option<i64>> = tx.value(sql, values![book, contract]).await?;
    Ok(last.flatten().unwrap_or(0))
}

/// How many postings each contract of a range has, by contract; contracts without one are left out.
pub async fn counts_range(tx: &mut Tx<'_>, book: i64, first: i64, last: i64) -> Result<Vec<(i64, i64)>, Failure> {
    #[derive(FromQueryResult)]
    struct Counted {
        contract: i64,
        last: i64,
    }
    let sql = "SELECT contract, max(seq) AS last FROM posting WHERE book = $1 AND contract >= $2 AND contract <= $3 \
               GROUP BY contract ORDER BY contract";
    let rows: Vec<Counted> = tx.rows(sql, values![book, first, last]).await?;
    Ok(rows.into_iter().map(|row| (row.contract, row.last)).collect())
}

/// The postings of many contracts, by contract and order; `first` and `last` are included.
pub async fn list_range(tx: &mut Tx<'_>, book: i64, first: i64, last: i64) -> Result<Vec<Posting>, Failure> {
    let tail = "WHERE book = $1 AND contract >= $2 AND contract <= $3 ORDER BY contract, seq";
    tx.select(tail, values![book, first, last]).await
}

/// The postings of a book on the days from one to another, both included, by day.
pub async fn list_of_days(tx: &mut Tx<'_>, book: i64, from: Date, to: Date) -> Result<Vec<Posting>, Failure> {
    let tail = "WHERE book = $1 AND on_day >= $2 AND on_day <= $3 ORDER BY on_day, contract, seq";
    tx.select(tail, values![book, from, to]).await
}

/// The bills of a contract, in order.
pub async fn bills(tx: &mut Tx<'_>, book: i64, contract: i64) -> Result<Vec<Bill>, Failure> {
    tx.select("WHERE book = $1 AND contract = $2 ORDER BY due_on, kind", values![book, contract]).await
}

/// The bills of many contracts, by contract and day; `first` and `last` are included.
pub async fn bills_range(tx: &mut Tx<'_>, book: i64, first: i64, last: i64) -> Result<Vec<Bill>, Failure> {
    let tail = "WHERE book = $1 AND contract >= $2 AND contract <= $3 ORDER BY contract, due_on, kind";
    tx.select(tail, values![book, first, last]).await
}

/// A leg of a posting, as on an account card.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct PostingLeg {
    /// Number of the posting.
    pub seq: i64,
    /// Business date.
    pub on_day: Date,
    /// Code of [`loan::life::PostingKind`].
    pub kind: String,
    /// Code of [`Account`].
    pub account: String,
    /// Signed amount.
    pub amount_fen: i64,
}

/// The legs of a contract's postings on one account, in order: its account card.
pub async fn account_card(
    tx: &mut Tx<'_>,
    book: i64,
    contract: i64,
    account: Account,
) -> Result<Vec<PostingLeg>, Failure> {
    let sql = "SELECT seq, on_day, kind, account, amount_fen FROM posting_leg \
               WHERE book = $1 AND contract = $2 AND account = $3 ORDER BY seq";
    tx.rows(sql, values![book, contract, account.code()]).await
}

/// Sum of every account over a book, or over all books: the trial balance up to a day.
pub async fn trial_balance(tx: &mut Tx<'_>, book: Option<i64>, until: Date) -> Result<[Fen; Account::COUNT], Failure> {
    let sums: Vec<String> =
        Account::ALL.iter().map(|a| format!("CAST(coalesce(sum({0}), 0) AS BIGINT) AS {0}", a.code())).collect();
    let sql = format!("SELECT {} FROM posting WHERE on_day <= $1 AND ($2 = 0 OR book = $3)", sums.join(", "));
    struct Sums([Fen; Account::COUNT]);
    impl FromQueryResult for Sums {
        fn from_query_result(row: &QueryResult, pre: &str) -> Result<Sums, DbErr> {
            let mut sums = [Fen::ZERO; Account::COUNT];
            for account in Account::ALL {
                sums[account as usize] = Fen(row.try_get(pre, account.code())?);
            }
            Ok(Sums(sums))
        }
    }
    let values = values![until, i64::from(book.is_some()), book.unwrap_or(0)];
    let sums: Option<Sums> = tx.one(&sql, values).await?;
    Ok(sums.map_or([Fen::ZERO; Account::COUNT], |sums| sums.0))
}

/// Marks a chunk as settled; false when it already was.
pub async fn settlement_mark(tx: &mut Tx<'_>, done: &SettlementDone) -> Result<bool, Failure> {
    tx.insert_new(done).await
}

/// The chunks of a settlement day that are done, by contract number.
pub async fn settlement_marks(tx: &mut Tx<'_>, book: i64, on_day: Date) -> Result<Vec<SettlementDone>, Failure> {
    tx.select("WHERE book = $1 AND on_day = $2 ORDER BY chunk", values![book, on_day]).await
}
