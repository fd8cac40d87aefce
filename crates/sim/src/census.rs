//! Where everybody stands: how many applications, statements, contracts and receipts are in each state of
//! requirements b3 to b6, computed from their facts.

use std::collections::BTreeMap;

use office::Office;
use office::application::Stage;
use office::application::progress::ContractState;
use office::desk::Case;
use store::Failure;

use crate::Stopped;

/// Counts by state machine and state.
pub type Census = BTreeMap<(&'static str, String), usize>;

/// States of the renewal statement (b4).
const STATEMENTS: &[&str] =
    &["none", "written", "school_returned", "school_confirmed", "county_returned", "county_confirmed"];
/// States of a contract (b5) up to the day it is paid out.
const CONTRACTS: &[&str] = &["generated", "signed", "under_review", "problem", "reviewed", "voided", "in_force"];
/// States of a receipt (b6).
const RECEIPTS: &[&str] = &["certificate_issued", "sent_to_bank", "used_for_split", "expired"];

/// Every state of requirements b3 to b6, by machine.
pub fn states() -> Vec<(&'static str, &'static str)> {
    let stages = Stage::ALL.iter().map(|stage| ("application", stage.code()));
    let statements = STATEMENTS.iter().map(|state| ("statement", *state));
    let contracts = CONTRACTS.iter().map(|state| ("contract", *state));
    let receipts = RECEIPTS.iter().map(|state| ("receipt", *state));
    stages.chain(statements).chain(contracts).chain(receipts).collect()
}

/// Counts.
pub async fn take(office: &Office) -> Result<Census, Stopped> {
    let cases: Result<Vec<Case>, Failure> = office
        .store
        .read("census", |tx| {
            Box::pin(async move {
                let mut cases = Vec::new();
                for book in store::office_place::books(tx).await? {
                    for row in store::application::list_of_book(tx, book.book).await? {
                        cases.push(office::desk::of_row(tx, row).await?);
                    }
                }
                Ok(cases)
            })
        })
        .await;
    let mut census = Census::new();
    let mut count = |machine: &'static str, state: &str| {
        *census.entry((machine, state.to_owned())).or_default() += 1;
    };
    for case in cases? {
        let progress = &case.progress;
        count("application", progress.stage.code());
        count("statement", progress.statement.code());
        if let Some(living) = &progress.contract {
            count("contract", living.state.code());
        }
        for _ in &progress.voided {
            count("contract", ContractState::Voided(String::new()).code());
        }
        match progress.stage {
            Stage::CertificateIssued => count("receipt", "certificate_issued"),
            Stage::ReceiptEntered | Stage::BankReviewed | Stage::Approved => count("receipt", "sent_to_bank"),
            Stage::Disbursed => count("receipt", "used_for_split"),
            Stage::Declined | Stage::Invalid if progress.certificates > 0 => count("receipt", "expired"),
            _ => {}
        }
    }
    Ok(census)
}

/// States with fewer than so many.
pub fn missing(census: &Census, at_least: usize) -> Vec<String> {
    let too_few = |(machine, state): (&'static str, &'static str)| {
        let count = census.get(&(machine, state.to_owned())).copied().unwrap_or(0);
        (count < at_least).then(|| format!("{machine} {state}: {count}"))
    };
    states().into_iter().filter_map(too_few).collect()
}
