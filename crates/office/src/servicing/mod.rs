//! From the bank's desk to the last fen: one file per act, in the order of the story.
//!
//! The bank: [`review`] and [`decide`] on an application, [`batch`] puts approved ones together and has them checked
//! by another person, [`pay_out`] sends them to the platform. The books: [`books`]
//! writes the ledger from [`event`]s. Money in: [`collect`] on debit days, [`receive`] and
//! [`quick_pass`] whenever somebody pays.
//! The borrower: [`prepay`], [`care`], [`study`], [`relief`]. The school: [`school_money`]. The calendar of all this is [`crate::calendar`].

pub mod batch;
pub mod books;
pub mod care;
pub mod collect;
pub mod decide;
pub mod event;
pub mod pay_out;
pub mod prepay;
pub mod quick_pass;
pub mod receive;
pub mod relief;
pub mod review;
pub mod school_money;
pub mod study;

#[cfg(test)]
mod borrower_tests;
#[cfg(test)]
mod tests;

use loan::calendar::Date;
use loan::event::{EventKind, PrepayAmount};
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use crate::act::Desk;
use crate::desk::Case;
use crate::no::No;
use crate::number::ContractNumber;
use crate::who::{Actor, Permission};

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

/// The contract of that number, if the act's permission reaches it.
async fn ledger_of<R>(desk: &mut Desk<'_, '_>, number: &str) -> Result<books::Ledger, No<R>> {
    let ledger = seen(desk.tx, desk.actor, desk.permission, number, desk.on).await?.ok_or(No::NotFound)?;
    desk.about(ledger.row.book, "contract", &ledger.row.number)?;
    Ok(ledger)
}

/// A contract that the permission lets the actor see on that day.
pub(crate) async fn seen(
    tx: &mut Tx<'_>,
    actor: &Actor,
    permission: Permission,
    number: &str,
    on: Date,
) -> Result<Option<books::Ledger>, Failure> {
    let Ok(number) = number.trim().parse::<ContractNumber>() else { return Ok(None) };
    let Some(ledger) = books::load(tx, number.book, number.key()).await? else { return Ok(None) };
    let application = store::application::by_number(tx, number.book, ledger.row.application).await?;
    let Some(application) = application else { return Ok(None) };
    let visible = crate::desk::in_scope(tx, actor, permission, &application, on).await?;
    Ok(visible.then_some(ledger))
}

/// A prepayment that was filed and not yet tested or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrepaymentRequest {
    /// Day of filing.
    pub filed_on: Date,
    /// Its 20th.
    pub effective_on: Date,
    /// Principal in fen; `None` for all of it.
    pub amount_fen: Option<i64>,
}

/// Every request that was not taken back, in order of filing.
pub fn requests(ledger: &books::Ledger) -> Vec<PrepaymentRequest> {
    let mut requests: Vec<PrepaymentRequest> = Vec::new();
    for event in &ledger.events {
        match event.kind {
            EventKind::PrepayFiled { amount } => requests.push(PrepaymentRequest {
                filed_on: event.on,
                effective_on: loan::settlement::prepayment_effective_on(event.on),
                amount_fen: match amount {
                    PrepayAmount::All => None,
                    PrepayAmount::Part(part) => Some(part.0),
                },
            }),
            EventKind::PrepayCancelled { effective_on } => {
                requests.retain(|request| request.effective_on != effective_on);
            }
            _ => {}
        }
    }
    requests
}
