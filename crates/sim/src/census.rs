//! Where everybody stands: how many students are in each state of requirements b3 to b8, computed from facts, events
//! and trades; a student with two loans may be in two states.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use loan::calendar::Date;
use loan::contract::Indexes;
use loan::event::EventKind;
use loan::life::PostingKind;
use office::Office;
use office::application::Stage;
use office::application::progress::ContractState;
use office::desk::Case;
use office::servicing::books::{self, Ledger};
use store::{Failure, Tx};

use crate::Stopped;

/// Students by state machine and state.
pub type Census = BTreeMap<(&'static str, String), usize>;

/// States of the renewal statement (b4).
const STATEMENTS: &[&str] =
    &["none", "written", "school_returned", "school_confirmed", "county_returned", "county_confirmed"];
/// States of a contract (b5).
const CONTRACTS: &[&str] = &[
    "generated",
    "signed",
    "under_review",
    "problem",
    "reviewed",
    "voided",
    "in_force",
    "in_study",
    "in_grace",
    "in_repayment",
    "overdue",
    "changed",
    "pricing_converted",
    "settled",
];
/// States of a receipt (b6).
const RECEIPTS: &[&str] = &["certificate_issued", "sent_to_bank", "used_for_split", "expired"];
/// States of a pay-out (b7).
const PAY_OUTS: &[&str] = &[
    "approved",
    "batch_created",
    "paid_to_platform",
    "fee_to_school",
    "remainder_in_account",
    "arrived",
    "posted",
    "handed_out",
    "payment_failed",
    "amount_mismatch",
];
/// States of a repayment plan (b8).
const PLANS: &[&str] = &["generated", "active", "superseded", "closed"];
/// States of its rows (b8).
const ROWS: &[&str] =
    &["future", "interest_only", "due", "deducted_full", "deducted_partial", "not_deducted", "row_settled", "overdue"];

/// Every state of requirements b3 to b8, by machine.
pub fn states() -> Vec<(&'static str, &'static str)> {
    let of = |machine: &'static str, states: &'static [&'static str]| states.iter().map(move |state| (machine, *state));
    let stages = Stage::ALL.iter().map(|stage| ("application", stage.code()));
    stages
        .chain(of("statement", STATEMENTS))
        .chain(of("contract", CONTRACTS))
        .chain(of("receipt", RECEIPTS))
        .chain(of("pay_out", PAY_OUTS))
        .chain(of("plan", PLANS))
        .chain(of("row", ROWS))
        .collect()
}

/// Who is in which state.
#[derive(Default)]
struct Roll(BTreeMap<(&'static str, String), BTreeSet<i64>>);

impl Roll {
    fn note(&mut self, machine: &'static str, state: &str, person: i64) {
        self.0.entry((machine, state.to_owned())).or_default().insert(person);
    }
}

/// Counts.
pub async fn take(office: &Office) -> Result<Census, Stopped> {
    let on = office.business_on().await?;
    let roll: Result<Roll, Failure> = office
        .store
        .read("census", |tx| {
            Box::pin(async move {
                let mut roll = Roll::default();
                let indexes = books::indexes(tx, office).await?;
                for book in store::office_place::books(tx).await? {
                    let platform = store::office_place::office_serving(tx, book.book, "platform", on).await?;
                    for row in store::application::list_of_book(tx, book.book).await? {
                        let case = office::desk::of_row(tx, row).await?;
                        from_application(&mut roll, &case);
                        pay_out(tx, &mut roll, &case, platform.unwrap_or_default()).await?;
                        if let Some(living) = &case.progress.contract
                            && let Some(ledger) = books::load(tx, book.book, living.contract).await?
                        {
                            contract(&mut roll, &ledger, &indexes, on)?;
                        }
                    }
                    if let Some(platform) = platform {
                        differences(tx, &mut roll, platform).await?;
                    }
                }
                Ok(roll)
            })
        })
        .await;
    Ok(roll?.0.into_iter().map(|(state, people)| (state, people.len())).collect())
}

/// b3 to b6: what the facts of an application tell.
fn from_application(roll: &mut Roll, case: &Case) {
    let (progress, person) = (&case.progress, case.row.person);
    roll.note("application", progress.stage.code(), person);
    roll.note("statement", progress.statement.code(), person);
    if let Some(living) = &progress.contract {
        roll.note("contract", living.state.code(), person);
    }
    if !progress.voided.is_empty() {
        roll.note("contract", ContractState::Voided(String::new()).code(), person);
    }
    match progress.stage {
        Stage::CertificateIssued => roll.note("receipt", "certificate_issued", person),
        Stage::ReceiptEntered | Stage::BankReviewed | Stage::Approved => roll.note("receipt", "sent_to_bank", person),
        Stage::Disbursed => roll.note("receipt", "used_for_split", person),
        Stage::Declined | Stage::Invalid if progress.certificates > 0 => roll.note("receipt", "expired", person),
        _ => {}
    }
}

/// b7: from the approval to the fee receipt in the student's hand; and what became of every debit.
async fn pay_out(tx: &mut Tx<'_>, roll: &mut Roll, case: &Case, platform: i64) -> Result<(), Failure> {
    let (key, person) = ((case.book(), case.number.key()), case.row.person);
    let Some(living) = &case.progress.contract else { return Ok(()) };
    let trades = store::trade::list_of_contract(tx, platform, key.0, living.contract).await?;
    for debit in trades.iter().filter(|trade| trade.kind == "debit" && trade.state != "pending") {
        let state = match debit.moved_fen {
            0 => "not_deducted",
            moved if moved < debit.amount_fen => "deducted_partial",
            _ => "deducted_full",
        };
        roll.note("row", state, person);
    }
    let mut orders = trades.iter().filter(|trade| trade.kind == "payout");
    if case.progress.stage == Stage::Approved {
        let in_batch = bank_case(tx, case).await?.is_some_and(|row| row.batch.is_some());
        let state = match (in_batch, orders.next_back().map(|order| order.state.as_str())) {
            (_, Some("pending")) => "paid_to_platform",
            (true, _) => "batch_created",
            (false, Some(_)) => "payment_failed",
            (false, None) => "approved",
        };
        roll.note("pay_out", state, person);
    }
    if case.progress.stage != Stage::Disbursed {
        return Ok(());
    }
    let school = case.row.school_code.as_deref().unwrap_or_default();
    let Some(school) = store::office_place::by_school(tx, school).await? else { return Ok(()) };
    let arrivals = store::arrival::of_application(tx, school.office_id, key).await?;
    let to_school: i64 = arrivals.iter().map(|arrival| arrival.amount_fen).sum();
    if to_school < case.row.amount_fen.unwrap_or_default() {
        roll.note("pay_out", "remainder_in_account", person);
    }
    if arrivals.is_empty() {
        return Ok(());
    }
    roll.note("pay_out", "fee_to_school", person);
    let handed_out = store::fact::list(tx, key.0, "fee_receipt", key.1).await?;
    let state = match arrivals.iter().all(|arrival| arrival.matched_at.is_some()) {
        true if handed_out.iter().any(|fact| fact.kind == "handed_out") => "handed_out",
        true => "posted",
        false => "arrived",
    };
    roll.note("pay_out", state, person);
    Ok(())
}

async fn bank_case(tx: &mut Tx<'_>, case: &Case) -> Result<Option<store::owner_case::BankCase>, Failure> {
    let banks = store::office_place::list_of_kind(tx, "bank").await?;
    for bank in banks {
        let rows = store::owner_case::bank_list(tx, bank.office_id, Stage::Approved.code()).await?;
        let own = |row: &store::owner_case::BankCase| (row.book, row.application) == (case.book(), case.number.key());
        if let Some(row) = rows.into_iter().find(own) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Pay-outs that the platform's file names with another amount.
async fn differences(tx: &mut Tx<'_>, roll: &mut Roll, platform: i64) -> Result<(), Failure> {
    for difference in store::trade::differences_open(tx, platform).await? {
        let trades = store::trade::list_moved_on(tx, platform, difference.on_day).await?;
        let same = trades.iter().find(|trade| trade.partner_no.as_deref() == Some(difference.trade_no.as_str()));
        if let Some(person) = same.and_then(|trade| trade.person)
            && difference.class == "amount"
        {
            roll.note("pay_out", "amount_mismatch", person);
        }
    }
    Ok(())
}

/// b5 and b8: what the life of a contract tells.
fn contract(roll: &mut Roll, ledger: &Ledger, indexes: &Indexes, on: Date) -> Result<(), Failure> {
    let person = ledger.row.person;
    let Some(terms) = &ledger.terms else {
        roll.note("plan", "generated", person);
        return Ok(());
    };
    let life = ledger.life(indexes, on)?;
    if ledger.row.settled_on.is_some() {
        roll.note("contract", "settled", person);
        roll.note("plan", "closed", person);
    } else {
        roll.note("contract", books::standing(ledger, &life.balances, on)?, person);
        roll.note("plan", "active", person);
    }
    let mut superseded = life.postings.iter().any(|posting| posting.kind == PostingKind::Prepaid);
    for event in &ledger.events {
        match event.kind {
            EventKind::Converted { .. } => roll.note("contract", "pricing_converted", person),
            EventKind::StudyChanged { .. }
            | EventKind::StudyResumed { .. }
            | EventKind::Withdrew
            | EventKind::Expelled => roll.note("contract", "changed", person),
            EventKind::Deferred { .. } => {}
            _ => continue,
        }
        superseded = true;
    }
    if superseded {
        roll.note("plan", "superseded", person);
    }
    for row in &life.rows {
        let paid = row.paid_principal + row.paid_interest;
        let overdue = row.overdue_principal + row.overdue_interest;
        if row.due_on > on && row.principal.is_positive() {
            roll.note("row", "future", person);
        }
        if row.interest.is_positive() && row.principal.is_zero() && row.due_on.year() < terms.matures_in {
            roll.note("row", "interest_only", person);
        }
        if row.due_on <= on && on < row.debit_on && row.total.is_positive() {
            roll.note("row", "due", person);
        }
        if row.debit_on <= on && row.total.is_positive() && overdue.is_zero() && paid >= row.total {
            roll.note("row", "row_settled", person);
        }
        if overdue.is_positive() {
            roll.note("row", "overdue", person);
        }
    }
    Ok(())
}
