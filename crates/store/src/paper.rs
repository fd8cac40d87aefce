//! Papers printed, and the files they and the scans are kept in. A file is named by the digest of its content and
//! sealed with the key of the person it is about.

use crate::keyring::{Place, sm3};
use crate::row::{row, values};
use crate::{Date, Failure, FailureKind, Instant, Tx};

row! {
    /// One print.
    pub struct Paper in "paper" {
        /// The book.
        pub book: i64,
        /// Number inside the book.
        pub paper: i64,
        /// `application_form`, `contract`, `acceptance_certificate` …
        pub kind: String,
        /// Number printed on it.
        pub number: String,
        /// Version of the print.
        pub version: i64,
        /// `application`, `contract`, `request` …
        pub subject: String,
        /// Which.
        pub subject_id: i64,
        /// SM3 of what it says.
        pub digest: String,
        /// Code of the QR link.
        pub code: String,
        /// Stored PDF.
        pub file_digest: Option<String>,
        /// Who.
        pub printed_by: String,
        /// When.
        pub printed_at: Instant,
        /// Business date.
        pub on_day: Date,
        /// When it lost its force.
        pub voided_at: Option<Instant>,
        /// Why.
        pub void_reason: Option<String>,
    }
}

row! {
    /// What a file is attached to.
    pub struct FileLink in "file_link" {
        /// The book.
        pub book: i64,
        /// `application`, `contract`, `request` …
        pub subject: String,
        /// Which.
        pub subject_id: i64,
        /// Which material.
        pub kind: String,
        /// The file.
        pub digest: String,
        /// Whose key seals it.
        pub person: i64,
        /// Who attached it.
        pub linked_by: String,
        /// When.
        pub linked_at: Instant,
        /// When it was taken off.
        pub removed_at: Option<Instant>,
    }
}

row! {
    /// One copy of a paper that left a printer.
    pub struct PaperCopy in "paper_copy" {
        /// The book.
        pub book: i64,
        /// The print.
        pub paper: i64,
        /// 1, 2, 3 …
        pub copy: i64,
        /// Who.
        pub printed_by: String,
        /// When.
        pub printed_at: Instant,
        /// Business date.
        pub on_day: Date,
        /// Why once more; empty for the first.
        pub reason: String,
    }
}

/// Notes a copy.
pub async fn copy_note(tx: &mut Tx<'_>, copy: &PaperCopy) -> Result<(), Failure> {
    tx.insert(copy).await
}

/// The number of the last copy of a print.
pub async fn copies(tx: &mut Tx<'_>, book: i64, paper: i64) -> Result<i64, Failure> {
    let sql = "SELECT max(copy) FROM paper_copy WHERE book = $1 AND paper = $2";
    let last: Option<Option<i64>> = tx.value(sql, values![book, paper]).await?;
    Ok(last.flatten().unwrap_or(0))
}

/// Notes a print.
pub async fn enter(tx: &mut Tx<'_>, paper: &Paper) -> Result<(), Failure> {
    tx.insert(paper).await
}

/// A print by its key.
pub async fn by_number(tx: &mut Tx<'_>, book: i64, paper: i64) -> Result<Option<Paper>, Failure> {
    tx.find("WHERE book = $1 AND paper = $2", values![book, paper]).await
}

/// A print by the code of its QR link.
pub async fn by_code(tx: &mut Tx<'_>, book: i64, code: &str) -> Result<Option<Paper>, Failure> {
    tx.find("WHERE book = $1 AND code = $2", values![book, code]).await
}

/// All prints about a subject, newest first.
pub async fn list_of_subject(
    tx: &mut Tx<'_>,
    book: i64,
    subject: &str,
    subject_id: i64,
) -> Result<Vec<Paper>, Failure> {
    tx.select(
        "WHERE book = $1 AND subject = $2 AND subject_id = $3 ORDER BY paper DESC",
        values![book, subject, subject_id],
    )
    .await
}

/// Takes their force from all prints of a kind about a subject; answers how many had it.
pub async fn void(
    tx: &mut Tx<'_>,
    book: i64,
    kind: &str,
    subject: (&str, i64),
    reason: &str,
    at: Instant,
) -> Result<u64, Failure> {
    let sql = "UPDATE paper SET voided_at = $5, void_reason = $6 WHERE book = $1 AND kind = $2 AND subject = $3 \
               AND subject_id = $4 AND voided_at IS NULL";
    tx.run(sql, values![book, kind, subject.0, subject.1, at, reason]).await
}

/// Keeps which file was made of a print, once it is signed.
pub async fn keep_signed(tx: &mut Tx<'_>, paper: &Paper) -> Result<(), Failure> {
    let sql = "UPDATE paper SET file_digest = $3 WHERE book = $1 AND paper = $2";
    tx.run(sql, values![paper.book, paper.paper, paper.file_digest.clone()]).await.map(drop)
}

/// Keeps a file and answers its digest. The same content of the same person is kept once.
pub async fn file_keep(
    tx: &mut Tx<'_>,
    book: i64,
    person: i64,
    media_type: &str,
    content: &[u8],
    at: Instant,
) -> Result<String, Failure> {
    let digest = hex::encode(sm3(content));
    let cipher = tx.seal_bytes(person, file_place(book, &digest), content).await?;
    let size = i64::try_from(content.len()).map_err(|_| Failure::bug("a file is larger than memory"))?;
    let sql = "INSERT INTO file (book, digest, person, size, media_type, cipher, stored_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    tx.run(sql, values![book, digest.as_str(), person, size, media_type, cipher, at]).await?;
    Ok(digest)
}

/// A file's type and content; `None` when there is no such file. Content that does not match its name is corrupt.
pub async fn file_read(
    tx: &mut Tx<'_>,
    book: i64,
    person: i64,
    digest: &str,
) -> Result<Option<(String, Vec<u8>)>, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Kept {
        media_type: String,
        cipher: Vec<u8>,
    }
    let sql = "SELECT media_type, cipher FROM file WHERE book = $1 AND digest = $2 AND person = $3";
    let kept: Option<Kept> = tx.one(sql, values![book, digest, person]).await?;
    let Some(Kept { media_type, cipher }) = kept else { return Ok(None) };
    let content = tx.open_bytes(person, file_place(book, digest), &cipher).await?;
    if hex::encode(sm3(&content)) != digest {
        return Err(Failure::corrupt(format!("the content of file {digest} in book {book} is another's")));
    }
    Ok(Some((media_type, content)))
}

fn file_place(book: i64, digest: &str) -> Place<'_> {
    Place { table: "file", column: "cipher", tenant: book, row: digest }
}

/// What re-reading the files of a book found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilesRead {
    /// Files whose content is what their name says.
    pub whole: u64,
    /// Files of people whose key was deleted.
    pub shredded: u64,
    /// Files that do not open, or hold something else: person and digest.
    pub broken: Vec<(i64, String)>,
}

/// Opens every file of a book and compares its content with its name.
pub async fn files_verify(tx: &mut Tx<'_>, book: i64) -> Result<FilesRead, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Named {
        digest: String,
        person: i64,
        has_key: bool,
    }
    let sql = "SELECT digest, person, EXISTS (SELECT 1 FROM person_key k WHERE k.person = f.person) AS has_key \
               FROM file f WHERE book = $1 ORDER BY digest, person";
    let mut read = FilesRead::default();
    for Named { digest, person, has_key } in tx.rows::<Named>(sql, values![book]).await? {
        if !has_key {
            read.shredded += 1;
            continue;
        }
        match file_read(tx, book, person, &digest).await {
            Ok(_) => read.whole += 1,
            Err(failure) if failure.kind() == FailureKind::Corrupt => read.broken.push((person, digest)),
            Err(failure) => return Err(failure),
        }
    }
    Ok(read)
}

/// Attaches a file; attaching it twice changes nothing.
pub async fn file_attach(tx: &mut Tx<'_>, link: &FileLink) -> Result<bool, Failure> {
    tx.insert_new(link).await
}

/// The files attached to a subject, oldest first, those taken off included.
pub async fn files_of_subject(
    tx: &mut Tx<'_>,
    book: i64,
    subject: &str,
    subject_id: i64,
) -> Result<Vec<FileLink>, Failure> {
    tx.select(
        "WHERE book = $1 AND subject = $2 AND subject_id = $3 ORDER BY linked_at, kind, digest",
        values![book, subject, subject_id],
    )
    .await
}

/// Takes a file off a subject.
pub async fn file_detach(tx: &mut Tx<'_>, link: &FileLink, at: Instant) -> Result<bool, Failure> {
    let sql = "UPDATE file_link SET removed_at = $6 WHERE book = $1 AND subject = $2 AND subject_id = $3 \
               AND kind = $4 AND digest = $5 AND removed_at IS NULL";
    let values =
        values![link.book, link.subject.as_str(), link.subject_id, link.kind.as_str(), link.digest.as_str(), at];
    Ok(tx.run(sql, values).await? == 1)
}
