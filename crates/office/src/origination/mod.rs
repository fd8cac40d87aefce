//! From the first form to the day the bank may decide: one file per act, in the order of the story.
//!
//! Before the form: [`enter_pre_application`], [`record_quiz`]. The student: [`open_draft`], [`save_answers`],
//! [`submit`], [`withdraw`], [`book_visit`], [`match_face`]. The school and the county read the renewal
//! statement: [`confirm_statement`], [`return_statement`]. The counter: [`arrive`], [`tick_material`],
//! [`override_rule`], [`certify`], [`return_application`], [`mark_untrue`], [`accept`], [`undo_step`]. The contract:
//! [`generate_contract`], [`confirm_read`], [`sign`], [`e_sign`], [`review_e_contract`], [`void_contract`],
//! [`issue_certificate`]; and who did not sign in time: [`pass_signing`]. The school again: [`enter_receipt`], [`remind`]; and who missed the day: [`pass_deadline`].

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
pub mod pass_signing;
pub mod record_quiz;
pub mod remind;
pub mod return_application;
pub mod return_statement;
pub mod review_e_contract;
pub mod save_answers;
pub mod sign;
pub mod submit;
pub mod tick_material;
pub mod undo_step;
pub mod void_contract;
pub mod withdraw;

#[cfg(test)]
mod names;
#[cfg(test)]
mod pre_application_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod years;

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
pub(crate) async fn release_year(desk: &mut Desk<'_, '_>, case: &Case) -> Result<(), Failure> {
    store::person::release_year(desk.tx, &claim_of(case, desk.at)).await.map(drop)
}

/// The claim of a case to its academic year.
fn claim_of(case: &Case, at: store::Instant) -> store::person::YearClaim {
    store::person::YearClaim {
        person: case.row.person,
        academic_year: i64::from(case.number.year),
        book: case.book(),
        application: case.number.key(),
        claimed_at: at,
    }
}

/// True when a renewal names another co-borrower than the last contract of the student (R7.11).
pub(crate) async fn co_borrower_changed(tx: &mut Tx<'_>, case: &Case) -> Result<bool, Failure> {
    if case.kind != Kind::Renewal {
        return Ok(false);
    }
    let before = contracts_of(tx, case.row.person).await?.into_iter().rfind(|contract| contract.disbursed_on.is_some());
    let Some(before) = before else { return Ok(false) };
    // Before the submission the co-borrower is only an answer.
    let named = match (case.row.co_person, &case.answers.co_borrower) {
        (Some(person), _) => Some(person),
        (None, Some(co)) => store::person::by_id_number(tx, &co.id_number).await?.map(|person| person.person),
        (None, None) => return Ok(false),
    };
    Ok(before.co_person != named)
}

/// True when the person is below 18 on that day: the guardian stands in as co-borrower and signs too (PIPL 31).
pub(crate) async fn is_minor(desk: &mut Desk<'_, '_>, person: i64) -> Result<bool, Failure> {
    is_minor_on(desk.tx, person, desk.on).await
}

/// As [`is_minor`], on a day.
pub(crate) async fn is_minor_on(tx: &mut Tx<'_>, person: i64, on: loan::calendar::Date) -> Result<bool, Failure> {
    let row = store::person::by_number(tx, person).await?;
    Ok(row.is_some_and(|row| loan::policy::id_number::age_on(row.born_on, on) < 18))
}

/// True when the names in the contract are those of the system today, so that what is signed is what is kept (R10.2).
pub(crate) async fn names_agree(tx: &mut Tx<'_>, case: &Case, contract: i64) -> Result<bool, Failure> {
    let Some(row) = store::contract::by_number(tx, case.book(), contract).await? else { return Ok(false) };
    let student = store::person::by_number(tx, case.row.person).await?;
    let co = match case.row.co_person {
        Some(person) => store::person::by_number(tx, person).await?,
        None => None,
    };
    let answered = case.answers.co_borrower.as_ref().map(|co| co.name.as_str());
    let student_agrees = student.is_some_and(|student| student.name == row.student_name);
    Ok(student_agrees && row.co_name.as_deref() == answered && co.is_none_or(|co| Some(co.name.as_str()) == answered))
}

/// True when an earlier loan of the person was paid out.
async fn borrowed_before(tx: &mut Tx<'_>, person: i64) -> Result<bool, Failure> {
    Ok(contracts_of(tx, person).await?.iter().any(|contract| contract.disbursed_on.is_some()))
}

/// The contracts a person was bound by as a borrower, oldest first.
pub(crate) async fn contracts_of(tx: &mut Tx<'_>, person: i64) -> Result<Vec<store::contract::Contract>, Failure> {
    let mut contracts = Vec::new();
    for loan in store::person::open_loans(tx, person).await? {
        if loan.part == "borrower"
            && let Some(contract) = store::contract::by_number(tx, loan.book, loan.contract).await?
        {
            contracts.push(contract);
        }
    }
    Ok(contracts)
}

/// Codes of the materials of the checklist that are not ticked.
pub async fn materials_missing(desk: &mut Desk<'_, '_>, case: &Case) -> Result<Vec<String>, Failure> {
    let ticks = store::visit::material_list(desk.tx, case.book(), case.number.key()).await?;
    let known = crate::rules::known_facts(desk.tx, case, desk.on).await?;
    let list = crate::rules::checklist(desk.office, case, &known)?;
    let missing = |code: &String| !ticks.iter().any(|tick| tick.material == *code);
    Ok(list.into_iter().filter(|item| item.certain).map(|item| item.material.code).filter(missing).collect())
}

/// The living contract of a case.
fn living(progress: &Progress) -> Option<i64> {
    progress.contract.as_ref().map(|living| living.contract)
}

/// The row of a contract that must be there.
async fn contract_row(desk: &mut Desk<'_, '_>, book: i64, contract: i64) -> Result<store::contract::Contract, Failure> {
    let row = store::contract::by_number(desk.tx, book, contract).await?;
    let mut row = row.ok_or_else(|| Failure::corrupt(format!("contract {contract} of book {book} has no row")))?;
    row.changed_at = desk.at;
    Ok(row)
}

/// Sets the index of a contract's state.
async fn contract_status(desk: &mut Desk<'_, '_>, book: i64, contract: i64, status: &str) -> Result<(), Failure> {
    let mut row = contract_row(desk, book, contract).await?;
    row.status = status.to_owned();
    store::contract::change(desk.tx, &row).await
}

/// A signed contract binds both persons from this day (R5.10) and gets its place in the lists.
async fn bind(desk: &mut Desk<'_, '_>, case: &Case, contract: i64, status: &str) -> Result<(), Failure> {
    let book = case.book();
    let mut row = contract_row(desk, book, contract).await?;
    (row.signed_on, row.status) = (Some(desk.on), status.to_owned());
    store::contract::change(desk.tx, &row).await?;
    let parties = [(Some(case.row.person), "borrower"), (case.row.co_person, "co_borrower")];
    for (person, part) in parties {
        let Some(person) = person else { continue };
        let part = part.to_owned();
        let loan = store::person::OpenLoan { person, book, contract, part, opened_on: desk.on, closed_on: None };
        store::person::open_loan_enter(desk.tx, &loan).await?;
    }
    Ok(())
}

/// A person is no longer bound by a contract; one that was never signed bound nobody.
async fn unbind(desk: &mut Desk<'_, '_>, person: i64, book: i64, contract: i64) -> Result<(), Failure> {
    let loans = store::person::open_loans(desk.tx, person).await?;
    if loans.iter().any(|loan| (loan.book, loan.contract) == (book, contract)) {
        store::person::open_loan_close(desk.tx, person, book, contract, desk.on).await?;
    }
    Ok(())
}

/// Brings what the school sees of a case up to date.
async fn tell_school(desk: &mut Desk<'_, '_>, case: &Case) -> Result<(), Failure> {
    let school = case.row.school_code.clone().unwrap_or_default();
    let Some(school) = store::office_place::by_school(desk.tx, &school).await? else { return Ok(()) };
    let key = (case.book(), case.number.key());
    store::owner_case::school_status(desk.tx, school.office_id, key, &case.row.status, desk.at).await
}

/// With the receipt the application lies before the bank that serves its book.
async fn hand_to_bank(desk: &mut Desk<'_, '_>, case: &Case, to_school: loan::money::Fen) -> Result<(), Failure> {
    let Some(owner) = store::office_place::office_serving(desk.tx, case.book(), "bank", desk.on).await? else {
        return Err(Failure::corrupt(format!("book {} has no bank on {}", case.book(), desk.on)));
    };
    let contract = living(&case.progress).ok_or_else(|| Failure::bug("a receipt without a contract"))?;
    let shown = store::owner_case::BankCase {
        owner,
        book: case.book(),
        application: case.number.key(),
        contract,
        number: crate::number::ContractNumber::of(case.book(), contract).to_string(),
        student_name: case.row.student_name.clone(),
        school_code: case.row.school_code.clone().unwrap_or_default(),
        academic_year: case.row.academic_year,
        amount_fen: case.row.amount_fen.unwrap_or_default(),
        to_school_fen: to_school.0,
        status: case.row.status.clone(),
        batch: None,
    };
    store::owner_case::bank_show(desk.tx, &shown, desk.at).await
}
