//! Chains the records of each book, and closes a day with a signed root over all chains that can be kept elsewhere:
//! a chain alone cannot show that its end was cut off.

use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::keyring::{signature_holds, sm3};
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Store, Tx};

row! {
    /// One link of a book's chain.
    pub(crate) struct Seal in "audit_seal" {
        /// The book.
        pub book: i64,
        /// 1, 2, 3 … without a gap.
        pub seq: i64,
        /// The record sealed.
        pub record: Vec<u8>,
        /// SM3 of the hash before, seq and the record's digest.
        pub hash: Vec<u8>,
    }
}

row! {
    /// A root that closed a day.
    pub struct Root in "audit_root" {
        /// 1, 2, 3 … without a gap.
        pub seq: i64,
        /// Business date it closes.
        pub on_day: Date,
        /// Chains that grew since the root before: book, last seq and its hash, a line each.
        pub heads: String,
        /// SM3 over the root before, seq, day and heads.
        pub root: Vec<u8>,
        /// The exported line.
        pub line: String,
        /// When.
        pub made_at: Instant,
    }
}

/// The hash of a link.
pub(super) fn link(before: &[u8], seq: i64, digest: &[u8]) -> Vec<u8> {
    sm3(&[before, &seq.to_be_bytes(), digest].concat()).to_vec()
}

/// Books with records that no link seals yet; records from before `since` are not looked at when it is given.
pub async fn unsealed_books(tx: &mut Tx<'_>, since: Option<Instant>) -> Result<Vec<i64>, Failure> {
    let sql = "SELECT DISTINCT book FROM audit_record a WHERE record >= $1 AND NOT EXISTS \
               (SELECT 1 FROM audit_seal s WHERE s.book = a.book AND s.record = a.record) ORDER BY book";
    tx.column(sql, values![first_record_of(since)]).await
}

/// The smallest record id of an instant.
fn first_record_of(since: Option<Instant>) -> Vec<u8> {
    let millis = since.and_then(|at| u64::try_from(at.timestamp_millis()).ok()).unwrap_or(0);
    let mut id = vec![0u8; 16];
    id[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    id
}

/// Seals up to `limit` records of a book, oldest first, behind what is sealed; answers how many. A record that was
/// committed late is sealed late: the chain tells the order of sealing.
pub async fn seal(tx: &mut Tx<'_>, book: i64, since: Option<Instant>, limit: i64) -> Result<usize, Failure> {
    #[derive(FromQueryResult)]
    struct Unsealed {
        record: Vec<u8>,
        digest: Vec<u8>,
    }
    let head: Option<Seal> = tx.find("WHERE book = $1 ORDER BY seq DESC LIMIT 1", values![book]).await?;
    let (mut seq, mut hash) = head.map_or((0, Vec::new()), |head| (head.seq, head.hash));
    let sql = "SELECT record, digest FROM audit_record a WHERE book = $1 AND record >= $2 AND NOT EXISTS \
               (SELECT 1 FROM audit_seal s WHERE s.book = a.book AND s.record = a.record) ORDER BY record LIMIT $3";
    let unsealed: Vec<Unsealed> = tx.rows(sql, values![book, first_record_of(since), limit]).await?;
    let count = unsealed.len();
    let mut rows = Vec::with_capacity(count);
    for Unsealed { record, digest } in unsealed {
        seq += 1;
        hash = link(&hash, seq, &digest);
        rows.push(values![book, seq, record, hash.clone()]);
    }
    tx.insert_many("audit_seal", &["book", "seq", "record", "hash"], rows).await?;
    Ok(count)
}

/// Records sealed in one transaction.
const SEAL_PAGE: i64 = 1_000;

/// Seals what is unsealed in every book, in small transactions; answers how many records. Safe to stop at any time.
pub async fn seal_all(store: &Store, since: Option<Instant>) -> Result<usize, Failure> {
    let books: Vec<i64> =
        store.read("audit_unsealed", |tx| Box::pin(async move { unsealed_books(tx, since).await })).await?;
    let mut sealed = 0;
    for book in books {
        loop {
            let page: usize =
                store.write("audit_seal", |tx| Box::pin(async move { seal(tx, book, since, SEAL_PAGE).await })).await?;
            sealed += page;
            if page < SEAL_PAGE as usize {
                break;
            }
        }
    }
    Ok(sealed)
}

/// Closes a day: a root over every chain that grew since the root before. Answers it with its exported line, which is
/// to be kept where the database's administrator cannot reach it.
pub async fn root_close(tx: &mut Tx<'_>, on_day: Date, at: Instant) -> Result<Root, Failure> {
    let last: Option<Root> = tx.find("ORDER BY seq DESC LIMIT 1", Vec::new()).await?;
    let known = heads_until(&roots(tx).await?);
    let heads: Vec<Seal> = tx
        .select("s WHERE seq = (SELECT max(seq) FROM audit_seal h WHERE h.book = s.book) ORDER BY book", Vec::new())
        .await?;
    let grown: String = heads
        .iter()
        .filter(|head| known.get(&head.book).is_none_or(|(seq, _)| *seq < head.seq))
        .map(|head| format!("{} {} {}\n", head.book, head.seq, hex::encode(&head.hash)))
        .collect();
    let (seq, before) = last.map_or((1, Vec::new()), |root| (root.seq + 1, root.root));
    let root = root_hash(&before, seq, on_day, &grown);
    let text = format!("zhuxue-root {seq} {on_day} {}", hex::encode(&root));
    let signature = hex::encode(tx.keyring.sign(text.as_bytes()));
    let line = format!("{text} {signature} {}", tx.keyring.public_key());
    let made_at = chrono::SubsecRound::trunc_subsecs(at, 6);
    let root = Root { seq, on_day, heads: grown, root, line, made_at };
    tx.insert(&root).await?;
    Ok(root)
}

/// All roots in order.
pub async fn roots(tx: &mut Tx<'_>) -> Result<Vec<Root>, Failure> {
    tx.select("ORDER BY seq", Vec::new()).await
}

pub(super) fn root_hash(before: &[u8], seq: i64, on_day: Date, heads: &str) -> Vec<u8> {
    sm3(&[before, &seq.to_be_bytes(), on_day.to_string().as_bytes(), heads.as_bytes()].concat()).to_vec()
}

/// The last head of every book that some root covers.
pub(super) fn heads_until(roots: &[Root]) -> std::collections::BTreeMap<i64, (i64, String)> {
    let mut heads = std::collections::BTreeMap::new();
    for line in roots.iter().flat_map(|root| root.heads.lines()) {
        let mut words = line.split(' ');
        if let (Some(Ok(book)), Some(Ok(seq)), Some(hash)) =
            (words.next().map(str::parse), words.next().map(str::parse), words.next())
        {
            heads.insert(book, (seq, hash.to_owned()));
        }
    }
    heads
}

/// An exported line, read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedRoot {
    /// Number of the root.
    pub seq: i64,
    /// Day it closed.
    pub on_day: Date,
    /// The whole line.
    pub line: String,
}

impl ExportedRoot {
    /// Reads a line; `None` when it has another form or its signature is not by the key of `public_key`.
    pub fn read(line: &str, public_key: &str) -> Option<ExportedRoot> {
        let line = line.trim();
        let words: Vec<&str> = line.split(' ').collect();
        let ["zhuxue-root", seq, on_day, root, signature, key] = words[..] else { return None };
        let text = format!("zhuxue-root {seq} {on_day} {root}");
        let holds = key == public_key && signature_holds(key, text.as_bytes(), &hex::decode(signature).ok()?);
        let root = ExportedRoot { seq: seq.parse().ok()?, on_day: on_day.parse().ok()?, line: line.to_owned() };
        holds.then_some(root)
    }
}

/// The id of a record for people.
pub(super) fn record_name(record: &[u8]) -> String {
    Uuid::from_slice(record).map_or_else(|_| hex::encode(record), |id| id.to_string())
}
