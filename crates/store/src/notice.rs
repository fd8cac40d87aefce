//! Notices between offices and articles for everybody, with attachments and receipts; and how often a page was read.

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// A notice or an article.
    pub struct Notice in "notice" {
        /// Office that publishes.
        pub owner: i64,
        /// Number inside the office.
        pub notice: i64,
        /// `notice` or `article`.
        pub kind: String,
        /// `counties`, `schools`, `colleges` or `everybody`.
        pub audience: String,
        /// Headline.
        pub title: String,
        /// Text.
        pub body: String,
        /// Business date it was published.
        pub on_day: Date,
        /// Last day for the receipt.
        pub answer_by: Option<Date>,
        /// Who.
        pub published_by: String,
        /// When.
        pub published_at: Instant,
        /// When it was taken back.
        pub withdrawn_at: Option<Instant>,
    }
}

row! {
    /// An attachment, or a picture with its caption.
    pub struct NoticeFile in "notice_file" {
        /// Office that publishes.
        pub owner: i64,
        /// Which notice.
        pub notice: i64,
        /// 1, 2, 3 …
        pub row_no: i64,
        /// Name of the file, or the caption.
        pub name: String,
        /// Type found by its first bytes.
        pub media_type: String,
        /// The file.
        pub content: Vec<u8>,
    }
}

row! {
    /// A receipt.
    pub struct NoticeReceipt in "notice_receipt" {
        /// Office that published.
        pub owner: i64,
        /// Which notice.
        pub notice: i64,
        /// Office that read it.
        pub receiver: i64,
        /// Who read it.
        pub reader: String,
        /// What was answered.
        pub note: String,
        /// When.
        pub at: Instant,
    }
}

/// An attachment without its content.
#[derive(Clone, Debug, sea_orm::FromQueryResult, PartialEq, Eq)]
pub struct FileHead {
    /// 1, 2, 3 …
    pub row_no: i64,
    /// Name or caption.
    pub name: String,
    /// Type.
    pub media_type: String,
}

/// Publishes.
pub async fn enter(tx: &mut Tx<'_>, notice: &Notice) -> Result<(), Failure> {
    tx.insert(notice).await
}

/// Adds an attachment.
pub async fn file_enter(tx: &mut Tx<'_>, file: &NoticeFile) -> Result<(), Failure> {
    tx.insert(file).await
}

/// One notice.
pub async fn by_number(tx: &mut Tx<'_>, owner: i64, notice: i64) -> Result<Option<Notice>, Failure> {
    tx.find("WHERE owner = $1 AND notice = $2", values![owner, notice]).await
}

/// What an office published, newest first.
pub async fn list_of_owner(tx: &mut Tx<'_>, owner: i64, limit: i64) -> Result<Vec<Notice>, Failure> {
    tx.select("WHERE owner = $1 ORDER BY notice DESC LIMIT $2", values![owner, limit]).await
}

/// What was published for an audience and not taken back, newest first.
pub async fn list_of_audience(tx: &mut Tx<'_>, audience: &str, limit: i64) -> Result<Vec<Notice>, Failure> {
    let tail = "WHERE audience = $1 AND withdrawn_at IS NULL ORDER BY on_day DESC, owner, notice DESC LIMIT $2";
    tx.select(tail, values![audience, limit]).await
}

/// Takes a notice back.
pub async fn withdraw(tx: &mut Tx<'_>, owner: i64, notice: i64, at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE notice SET withdrawn_at = $3 WHERE owner = $1 AND notice = $2";
    tx.run_one(sql, values![owner, notice, at]).await
}

/// The attachments of a notice, without their content.
pub async fn files(tx: &mut Tx<'_>, owner: i64, notice: i64) -> Result<Vec<FileHead>, Failure> {
    let sql = "SELECT row_no, name, media_type FROM notice_file WHERE owner = $1 AND notice = $2 ORDER BY row_no";
    tx.rows(sql, values![owner, notice]).await
}

/// One attachment.
pub async fn file(tx: &mut Tx<'_>, owner: i64, notice: i64, row_no: i64) -> Result<Option<NoticeFile>, Failure> {
    tx.find("WHERE owner = $1 AND notice = $2 AND row_no = $3", values![owner, notice, row_no]).await
}

/// Notes a receipt; the second of the same reader changes nothing.
pub async fn receipt_enter(tx: &mut Tx<'_>, receipt: &NoticeReceipt) -> Result<bool, Failure> {
    tx.insert_new(receipt).await
}

/// The receipts of a notice, in the order they came.
pub async fn receipts(tx: &mut Tx<'_>, owner: i64, notice: i64) -> Result<Vec<NoticeReceipt>, Failure> {
    tx.select("WHERE owner = $1 AND notice = $2 ORDER BY at, receiver, reader", values![owner, notice]).await
}

/// A page was read once more; answers how often it now was.
pub async fn page_read(tx: &mut Tx<'_>, page: &str) -> Result<i64, Failure> {
    let sql = "INSERT INTO page_count (page, value) VALUES ($1, 1) \
               ON CONFLICT (page) DO UPDATE SET value = page_count.value + 1 RETURNING value";
    tx.value(sql, values![page]).await?.ok_or_else(|| Failure::bug("a count gives a number"))
}
