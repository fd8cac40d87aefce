//! From the bank's desk to the last fen: one file per act, in the order of the story.
//!
//! The bank: [`review`] and [`decide`] on an application, [`batch`] puts approved ones together and has them checked
//! by another person, [`pay_out`] sends them to the platform. The books: [`books`]
//! writes the ledger from [`event`]s. Money in: [`collect`] on debit days, [`receive`] whenever somebody pays.
//! The calendar of all this is [`crate::calendar`].

pub mod batch;
pub mod books;
pub mod collect;
pub mod decide;
pub mod event;
pub mod pay_out;
pub mod receive;
pub mod review;

use store::Failure;

use crate::act::Desk;
use crate::desk::Case;

/// The bank branch that serves the book of a case now.
async fn bank_of(desk: &mut Desk<'_, '_>, case: &Case) -> Result<i64, Failure> {
    let serving = store::office_place::office_serving(desk.tx, case.book(), "bank", desk.on).await?;
    serving.ok_or_else(|| Failure::corrupt(format!("book {} has no bank on {}", case.book(), desk.on)))
}

/// What the bank and the school see of a case after its state changed.
async fn show_state(desk: &mut Desk<'_, '_>, case: &Case, batch: Option<&str>) -> Result<(), Failure> {
    let bank = bank_of(desk, case).await?;
    let key = (case.book(), case.number.key());
    store::owner_case::bank_status(desk.tx, bank, key, &case.row.status, batch, desk.at).await?;
    let school = case.row.school_code.clone().unwrap_or_default();
    if let Some(school) = store::office_place::by_school(desk.tx, &school).await? {
        store::owner_case::school_status(desk.tx, school.office_id, key, &case.row.status, desk.at).await?;
    }
    Ok(())
}

/// SM3 as lower-case hex.
fn sm3_hex(bytes: &[u8]) -> String {
    use sm3::Digest;
    hex::encode(sm3::Sm3::digest(bytes))
}
