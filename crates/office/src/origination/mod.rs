//! From the first form to the day the bank may decide: one file per act, in the order of the story.
//!
//! Before the form: [`enter_pre_application`], [`record_quiz`]. The student: [`open_draft`], [`save_answers`],
//! [`submit`], [`withdraw`], [`book_visit`], [`match_face`]. The school and the county read the renewal
//! statement: [`confirm_statement`], [`return_statement`]. The counter: [`arrive`], [`tick_material`],
//! [`override_rule`], [`certify`], [`return_application`], [`mark_untrue`], [`accept`]. The contract:
//! [`generate_contract`], [`confirm_read`], [`sign`], [`e_sign`], [`review_e_contract`], [`void_contract`],
//! [`issue_certificate`]. The school again: [`enter_receipt`]; and who missed the day: [`pass_deadline`].

pub mod accept;
pub mod arrive;
pub mod book_visit;
pub mod certify;
pub mod confirm_read;
pub mod confirm_statement;
pub mod e_sign;
pub mod enter_pre_application;
pub mod enter_receipt;
pub mod generate_contract;
pub mod issue_certificate;
pub mod mark_untrue;
pub mod match_face;
pub mod open_draft;
pub mod override_rule;
pub mod pass_deadline;
pub mod record_quiz;
pub mod return_application;
pub mod return_statement;
pub mod review_e_contract;
pub mod save_answers;
pub mod sign;
pub mod submit;
pub mod tick_material;
pub mod void_contract;
pub mod withdraw;

use store::{Failure, Tx};

use crate::act::Desk;
use crate::application::fact::Kind;
use crate::application::{Progress, Stage};
use crate::desk::Case;

/// True while the county may decide on the application.
fn being_handled(case: &Case) -> bool {
    (Stage::Submitted..=Stage::AtCounter).contains(&case.stage())
}

/// The person's academic year is free again after an exit.
async fn release_year(desk: &mut Desk<'_, '_>, case: &Case) -> Result<(), Failure> {
    store::application::release_year(desk.tx, case.row.person, case.number.year, case.book(), case.number.key()).await
}

/// True when a renewal names another co-borrower than the last contract of the student (R7.11).
async fn co_borrower_changed(tx: &mut Tx<'_>, case: &Case) -> Result<bool, Failure> {
    if case.kind != Kind::Renewal {
        return Ok(false);
    }
    let before = store::contract::last_co_person(tx, case.row.person, case.number.key()).await?;
    Ok(before.is_some_and(|before| Some(before) != case.row.co_person))
}

/// Codes of the materials of the checklist that are not ticked.
pub async fn materials_missing(desk: &mut Desk<'_, '_>, case: &Case) -> Result<Vec<String>, Failure> {
    let ticks = store::material::list(desk.tx, case.book(), case.number.key()).await?;
    let list = crate::rules::materials(desk.tx, desk.office, case).await?;
    let missing = |code: &String| !ticks.iter().any(|tick| tick.material == *code);
    Ok(list.into_iter().map(|material| material.code).filter(missing).collect())
}

/// The living contract of a case.
fn living(progress: &Progress) -> Option<i64> {
    progress.contract.as_ref().map(|living| living.contract)
}

/// A signed contract binds both persons from this day (R5.10) and gets its place in the lists.
async fn bind(desk: &mut Desk<'_, '_>, case: &Case, contract: i64, status: &str) -> Result<(), Failure> {
    let book = case.book();
    store::contract::signed(desk.tx, book, contract, desk.on, status, desk.at).await?;
    store::contract::open_loan(desk.tx, case.row.person, book, contract, "borrower", desk.on).await?;
    if let Some(co) = case.row.co_person {
        store::contract::open_loan(desk.tx, co, book, contract, "co_borrower", desk.on).await?;
    }
    Ok(())
}
