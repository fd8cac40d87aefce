//! 放款批次: a maker puts approved loans together, totals and digest are fixed; a checker, another person, approves
//! exactly that digest (H040, H070). Taking a row out makes a new digest and asks for a new check.

use loan::money::Fen;
use serde::{Deserialize, Serialize};
use store::batch::{Batch, BatchRow};
use store::{Failure, Tx};

use crate::act::{Act, Desk};
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::refusals;
use crate::who::{Permission, Role};

/// The kind of these batches.
pub const KIND: &str = "disbursement";
/// Rows of one batch.
pub const ROWS_MAX: usize = 5_000;

/// Puts every approved loan of the branch into a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BuildBatch {
    /// Contract numbers to take; all approved ones when empty.
    pub contracts: Vec<String>,
}

/// Takes one row out of a batch that was not sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemoveRow {
    /// The batch.
    pub batch: String,
    /// The row.
    pub row_no: i64,
}

/// Approves a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckBatch {
    /// The batch.
    pub batch: String,
    /// The digest the checker saw.
    pub digest: String,
}

/// A batch as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its number.
    pub batch: String,
    /// Rows.
    pub rows: i64,
    /// Sum in fen.
    pub total_fen: i64,
    /// Of it, for schools.
    pub to_school_fen: i64,
    /// What a checker approves.
    pub digest: String,
}

refusals! {
    /// Why no batch is made, in order of precedence.
    pub enum BuildBatchRefusal {
        /// No approved loan waits.
        NothingApproved = "nothing_approved" ["sdvcst-2022" "14"],
    }
}

refusals! {
    /// Why a row stays, in order of precedence.
    pub enum RemoveRowRefusal {
        /// The batch went to the platform.
        AlreadySent = "already_sent" ["sdvcst-2022" "15"],
        /// There is no such row.
        RowUnknown = "row_unknown" ["sdvcst-2022" "15"] @ "row_no",
    }
}

refusals! {
    /// Why a batch is not approved, in order of precedence.
    pub enum CheckBatchRefusal {
        /// It was checked or sent before.
        NotWaiting = "not_waiting" ["sdvcst-2022" "15"],
        /// The maker does not check the own batch, also not through a second account.
        SameHuman = "same_human" ["sdvcst-2022" "15"],
        /// It is not what the checker saw, or somebody changed it behind the maker's back.
        DigestDiffers = "digest_differs" ["sdvcst-2022" "15"] @ "digest",
    }
}

/// SM3 of exactly what will be paid: every row with its place, contract and amounts, then the totals.
pub fn digest(batch: &Batch, rows: &[BatchRow]) -> String {
    let mut text = format!("{}|{}|{}|{}\n", batch.owner, batch.batch, batch.kind, batch.on_day);
    for row in rows {
        let key = |part: Option<i64>| part.map(|part| part.to_string()).unwrap_or_default();
        text.push_str(&format!(
            "{}|{}|{}|{}|{}|{}|{}\n",
            row.row_no,
            key(row.book),
            key(row.application),
            key(row.contract),
            row.amount_fen,
            row.to_school_fen,
            row.detail
        ));
    }
    text.push_str(&format!("{}|{}|{}", batch.row_count, batch.total_fen, batch.to_school_fen));
    super::sm3_hex(text.as_bytes())
}

/// All rows of a batch, in order.
pub async fn rows(tx: &mut Tx<'_>, owner: i64, batch: &str) -> Result<Vec<BatchRow>, Failure> {
    store::batch::rows(tx, owner, batch, 0, ROWS_MAX as i64).await
}

/// True when totals and digest are those of the rows.
pub fn is_whole(batch: &Batch, rows: &[BatchRow]) -> bool {
    let total: i64 = rows.iter().map(|row| row.amount_fen).sum();
    let to_school: i64 = rows.iter().map(|row| row.to_school_fen).sum();
    (batch.row_count, batch.total_fen, batch.to_school_fen) == (rows.len() as i64, total, to_school)
        && batch.digest == digest(batch, rows)
}

fn made(batch: &Batch) -> Made {
    Made {
        batch: batch.batch.clone(),
        rows: batch.row_count,
        total_fen: batch.total_fen,
        to_school_fen: batch.to_school_fen,
        digest: batch.digest.clone(),
    }
}

#[async_trait::async_trait]
impl Act for BuildBatch {
    const NAME: &'static str = "build_batch";
    const PERMISSION: Permission = Permission::same_office(&[Role::BankMaker]);
    type Done = Made;
    type Refused = BuildBatchRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Made, No<BuildBatchRefusal>> {
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        let mut cases = store::owner_case::bank_list(desk.tx, owner, "approved").await?;
        cases.retain(|case| self.contracts.is_empty() || self.contracts.contains(&case.number));
        cases.retain(|case| case.batch.is_none());
        cases.truncate(ROWS_MAX);
        if cases.is_empty() {
            return Err(No::Refused(BuildBatchRefusal::NothingApproved));
        }
        let sequence = store::counter::next_of_owner(desk.tx, owner, "batch").await?;
        let number = format!("F{owner}-{}-{sequence:04}", desk.on.format("%Y%m%d"));
        let rows: Vec<BatchRow> = cases
            .iter()
            .zip(1..)
            .map(|(case, row_no)| BatchRow {
                owner,
                batch: number.clone(),
                row_no,
                book: Some(case.book),
                application: Some(case.application),
                contract: Some(case.contract),
                amount_fen: case.amount_fen,
                to_school_fen: case.to_school_fen.min(case.amount_fen),
                trade_no: None,
                detail: serde_json::json!({
                    "number": case.number,
                    "application": ApplicationNumber::of(case.book, case.application).to_string(),
                    "school_code": case.school_code,
                })
                .to_string(),
                result: None,
                reason: None,
                done_at: None,
            })
            .collect();
        let mut batch = Batch {
            owner,
            batch: number.clone(),
            kind: KIND.to_owned(),
            on_day: desk.on,
            row_count: rows.len() as i64,
            total_fen: rows.iter().map(|row| row.amount_fen).sum(),
            to_school_fen: rows.iter().map(|row| row.to_school_fen).sum(),
            digest: String::new(),
            made_by: desk.actor.name(),
            made_at: desk.at,
            status: "made".to_owned(),
            checked_by: None,
            checked_digest: None,
            checked_at: None,
            serial: None,
            detail: "{}".to_owned(),
            finished_at: None,
        };
        batch.digest = digest(&batch, &rows);
        store::batch::make(desk.tx, &batch, &rows).await?;
        for case in &cases {
            let key = (case.book, case.application);
            store::owner_case::bank_status(desk.tx, owner, key, "approved", Some(&number), desk.at).await?;
        }
        desk.about(0, "batch", &number)?;
        desk.note("rows", batch.row_count);
        desk.note("total", Fen(batch.total_fen).to_string());
        desk.note("digest", batch.digest.clone());
        Ok(made(&batch))
    }
}

/// A batch of the actor's own branch.
async fn own_batch<R>(desk: &mut Desk<'_, '_>, number: &str) -> Result<(Batch, Vec<BatchRow>), No<R>> {
    let owner = desk.actor.office().ok_or(No::Forbidden)?;
    let found = store::batch::by_number(desk.tx, owner, number).await?;
    let batch = found.filter(|batch| batch.kind == KIND).ok_or(No::NotFound)?;
    let rows = rows(desk.tx, owner, number).await?;
    desk.about(0, "batch", number)?;
    Ok((batch, rows))
}

#[async_trait::async_trait]
impl Act for RemoveRow {
    const NAME: &'static str = "remove_batch_row";
    const PERMISSION: Permission = Permission::same_office(&[Role::BankMaker]);
    type Done = Made;
    type Refused = RemoveRowRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Made, No<RemoveRowRefusal>> {
        let (mut batch, mut rows) = own_batch(desk, &self.batch).await?;
        if !matches!(batch.status.as_str(), "made" | "checked") {
            return Err(No::Refused(RemoveRowRefusal::AlreadySent));
        }
        let Some(at) = rows.iter().position(|row| row.row_no == self.row_no) else {
            return Err(No::Refused(RemoveRowRefusal::RowUnknown));
        };
        let removed = rows.remove(at);
        batch.row_count = rows.len() as i64;
        batch.total_fen -= removed.amount_fen;
        batch.to_school_fen -= removed.to_school_fen;
        batch.digest = digest(&batch, &rows);
        batch.made_by = desk.actor.name();
        batch.made_at = desk.at;
        store::batch::remake_without(desk.tx, &batch, self.row_no).await?;
        if let (Some(book), Some(application)) = (removed.book, removed.application) {
            store::owner_case::bank_status(desk.tx, batch.owner, (book, application), "approved", None, desk.at)
                .await?;
        }
        desk.note("digest", batch.digest.clone());
        Ok(made(&batch))
    }
}

#[async_trait::async_trait]
impl Act for CheckBatch {
    const NAME: &'static str = "check_batch";
    const PERMISSION: Permission = Permission::same_office(&[Role::BankChecker]);
    type Done = ();
    type Refused = CheckBatchRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<CheckBatchRefusal>> {
        let (mut batch, rows) = own_batch(desk, &self.batch).await?;
        if batch.status != "made" {
            return Err(No::Refused(CheckBatchRefusal::NotWaiting));
        }
        let index = crate::accounts::staff_index(desk.tx, &batch.made_by).await?;
        if desk.actor.same_human(&batch.made_by, index.as_deref()) {
            return Err(No::Refused(CheckBatchRefusal::SameHuman));
        }
        if self.digest != batch.digest || !is_whole(&batch, &rows) {
            tracing::warn!(batch = batch.batch, "the digest of a batch differs");
            return Err(No::Refused(CheckBatchRefusal::DigestDiffers));
        }
        batch.status = "checked".to_owned();
        batch.checked_by = Some(desk.actor.name());
        batch.checked_digest = Some(batch.digest.clone());
        batch.checked_at = Some(desk.at);
        store::batch::change(desk.tx, &batch).await?;
        desk.note("digest", batch.digest.clone());
        Ok(())
    }
}
