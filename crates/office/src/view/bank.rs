//! The branch's desk: what waits for review and approval with everything unusual about it, the batches, and the
//! lists of contracts behind them.

use loan::calendar::Date;
pub use store::batch::{Batch, BatchRow};
use store::owner_case::BankCase;
use store::{Failure, Tx};

use super::{Seen, actor_name};
use crate::Office;
use crate::application::Stage;
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::servicing::batch::{self, KIND};
use crate::who::{Actor, Role};

/// Roles of a branch.
const BANK: &[Role] = &[Role::BankMaker, Role::BankChecker];
/// Batches on the desk.
const BATCHES: i64 = 50;

/// What waits at a branch.
#[derive(Clone, Debug)]
pub struct BankDesk {
    /// Business day.
    pub on: Date,
    /// Receipt entered: the maker reviews.
    pub received: Vec<BankWaiting>,
    /// Reviewed: another person approves; the unusual ones first.
    pub reviewed: Vec<BankWaiting>,
    /// Approved and in no batch yet.
    pub approved: Vec<BankWaiting>,
    /// The newest batches.
    pub batches: Vec<Batch>,
}

/// One application before the bank.
#[derive(Clone, Debug)]
pub struct BankWaiting {
    /// The row.
    pub case: BankCase,
    /// Number of the application, by which the acts know it.
    pub application: String,
    /// Name of the school.
    pub school_name: String,
    /// Codes of what the review found unusual.
    pub exceptions: Vec<String>,
}

/// A batch with its rows.
#[derive(Clone, Debug)]
pub struct BatchView {
    /// The batch.
    pub batch: Batch,
    /// Its rows.
    pub rows: Vec<BatchRow>,
    /// Name of the maker.
    pub made_by: String,
    /// Name of the checker.
    pub checked_by: Option<String>,
    /// True when totals and digest are those of the rows.
    pub whole: bool,
}

impl Office {
    /// The desk of the actor's branch.
    pub async fn bank_desk(&self, actor: &Actor) -> Seen<BankDesk> {
        let owner = branch_of(actor)?;
        let at = self.clock.now();
        let desk: Result<BankDesk, Failure> = self
            .store
            .read("bank_desk", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let received = waiting(tx, owner, Stage::ReceiptEntered).await?;
                    let mut reviewed = waiting(tx, owner, Stage::BankReviewed).await?;
                    reviewed.sort_by_key(|one| one.exceptions.is_empty());
                    let mut approved = waiting(tx, owner, Stage::Approved).await?;
                    approved.retain(|one| one.case.batch.is_none());
                    let batches = store::batch::list(tx, owner, KIND, BATCHES).await?;
                    Ok(BankDesk { on, received, reviewed, approved, batches })
                })
            })
            .await;
        Ok(desk?)
    }

    /// One batch of the actor's branch.
    pub async fn bank_batch(&self, actor: &Actor, number: &str) -> Seen<BatchView> {
        let owner = branch_of(actor)?;
        let found: Result<Option<BatchView>, Failure> = self
            .store
            .read("bank_batch", |tx| {
                Box::pin(async move {
                    let Some(found) = store::batch::by_number(tx, owner, number).await? else { return Ok(None) };
                    let rows = batch::rows(tx, owner, number).await?;
                    let made_by = actor_name(tx, &found.made_by).await?;
                    let checked_by = match &found.checked_by {
                        Some(name) => Some(actor_name(tx, name).await?),
                        None => None,
                    };
                    let whole = batch::is_whole(&found, &rows);
                    Ok(Some(BatchView { batch: found, rows, made_by, checked_by, whole }))
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }
}

fn branch_of(actor: &Actor) -> Seen<i64> {
    match actor.office() {
        Some(office) if actor.roles().iter().any(|role| BANK.contains(role)) => Ok(office),
        _ => Err(No::Forbidden),
    }
}

async fn waiting(tx: &mut Tx<'_>, owner: i64, stage: Stage) -> Result<Vec<BankWaiting>, Failure> {
    let mut found = Vec::new();
    for case in store::owner_case::bank_list(tx, owner, stage.code()).await? {
        let school = loan::policy::reference::school(&case.school_code);
        let exceptions = if stage == Stage::ReceiptEntered { Vec::new() } else { exceptions(tx, &case).await? };
        let school_name = school.map_or_else(|| case.school_code.clone(), |school| school.name.to_owned());
        let application = ApplicationNumber::of(case.book, case.application).to_string();
        found.push(BankWaiting { case, application, school_name, exceptions });
    }
    Ok(found)
}

/// What the review found, as its audit record keeps it.
async fn exceptions(tx: &mut Tx<'_>, case: &BankCase) -> Result<Vec<String>, Failure> {
    let number = ApplicationNumber::of(case.book, case.application).to_string();
    let records = store::audit::records_of_subject(tx, case.book, "application", &number).await?;
    let review = records.iter().rev().find(|record| record.act == "bank_review");
    let detail: serde_json::Value =
        review.and_then(|record| serde_json::from_str(&record.detail).ok()).unwrap_or_default();
    let codes = detail["exceptions"].as_array().into_iter().flatten();
    Ok(codes.filter_map(|code| code.as_str().map(str::to_owned)).collect())
}
