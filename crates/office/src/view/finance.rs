//! What a school's finance office reads: the loan money that arrived, by the platform's serial, row by row.

use std::collections::HashMap;

use loan::calendar::Date;
use store::Failure;

use super::Seen;
use crate::Office;
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::who::{Actor, Role};

/// Rows read at once.
const ROWS: i64 = 5_000;

/// The money of one serial.
#[derive(Clone, Debug)]
pub struct SerialView {
    /// 批次流水号.
    pub serial: String,
    /// The day it arrived.
    pub arrived_on: Date,
    /// Its rows.
    pub rows: Vec<ArrivalView>,
    /// True when somebody compared it with the bank account.
    pub matched: bool,
}

/// The money of one student.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivalView {
    /// Number of the application.
    pub number: String,
    /// The student's name.
    pub student_name: String,
    /// Faculty and class.
    pub college: String,
    /// What the school said was owed, in fen.
    pub owed_fen: Option<i64>,
    /// What arrived, in fen.
    pub amount_fen: i64,
}

/// A fee receipt and whether the student has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptView {
    /// Number of the receipt.
    pub receipt: i64,
    /// Number of the application.
    pub number: String,
    /// The student's name.
    pub student_name: String,
    /// Faculty and class.
    pub college: String,
    /// Amount in fen.
    pub amount_fen: i64,
    /// Day it was written.
    pub given_on: Date,
    /// Day the student got it.
    pub handed_out: Option<Date>,
}

impl Office {
    /// The newest fee receipts of the actor's school, by name.
    pub async fn fee_receipts(&self, actor: &Actor) -> Seen<Vec<ReceiptView>> {
        let may = [Role::SchoolFinance, Role::SchoolOfficer, Role::Counsellor];
        let owner = match actor.office() {
            Some(office) if actor.roles().iter().any(|role| may.contains(role)) => office,
            _ => return Err(No::Forbidden),
        };
        let found: Result<Vec<ReceiptView>, Failure> = self
            .store
            .read("fee_receipts", |tx| {
                Box::pin(async move {
                    let mut receipts = Vec::new();
                    for receipt in store::arrival::receipts_of_school(tx, owner, ROWS).await? {
                        let key = (receipt.book, receipt.application);
                        let case = store::application::by_number(tx, key.0, key.1).await?;
                        let case = case.ok_or_else(|| Failure::corrupt("a receipt for no application"))?;
                        let facts = store::fact::list(tx, key.0, "fee_receipt", key.1).await?;
                        receipts.push(ReceiptView {
                            receipt: receipt.receipt,
                            number: ApplicationNumber::of(key.0, key.1).to_string(),
                            student_name: case.student_name,
                            college: case.college.unwrap_or_default(),
                            amount_fen: receipt.amount_fen,
                            given_on: receipt.given_on,
                            handed_out: facts.iter().find(|fact| fact.kind == "handed_out").map(|fact| fact.on_day),
                        });
                    }
                    receipts.sort_by(|a, b| (&a.college, &a.student_name).cmp(&(&b.college, &b.student_name)));
                    Ok(receipts)
                })
            })
            .await;
        Ok(found?)
    }

    /// The money that reached the actor's school, newest first.
    pub async fn school_arrivals(&self, actor: &Actor) -> Seen<Vec<SerialView>> {
        let owner = match actor.office() {
            Some(office)
                if actor.roles().iter().any(|role| matches!(role, Role::SchoolFinance | Role::SchoolOfficer)) =>
            {
                office
            }
            _ => return Err(No::Forbidden),
        };
        let serials: Result<Vec<SerialView>, Failure> = self
            .store
            .read("school_arrivals", |tx| {
                Box::pin(async move {
                    let mut serials: Vec<SerialView> = Vec::new();
                    let mut years: HashMap<i64, Vec<store::owner_case::SchoolCase>> = HashMap::new();
                    for arrival in store::arrival::list(tx, owner, ROWS).await? {
                        let case = store::application::by_number(tx, arrival.book, arrival.application).await?;
                        let case = case.ok_or_else(|| Failure::corrupt("money arrived for no application"))?;
                        if let std::collections::hash_map::Entry::Vacant(year) = years.entry(case.academic_year) {
                            let rows = store::owner_case::school_list(tx, owner, case.academic_year, None).await?;
                            year.insert(rows);
                        }
                        let key = (arrival.book, arrival.application);
                        let shown = years[&case.academic_year].iter().find(|row| (row.book, row.application) == key);
                        let row = ArrivalView {
                            number: ApplicationNumber::of(arrival.book, arrival.application).to_string(),
                            student_name: case.student_name,
                            college: case.college.unwrap_or_default(),
                            owed_fen: shown.and_then(|row| row.owed_fen),
                            amount_fen: arrival.amount_fen,
                        };
                        let matched = arrival.matched_at.is_some();
                        match serials.iter_mut().find(|serial| serial.serial == arrival.serial) {
                            Some(serial) => {
                                serial.matched &= matched;
                                serial.rows.push(row);
                            }
                            None => serials.push(SerialView {
                                serial: arrival.serial,
                                arrived_on: arrival.arrived_on,
                                rows: vec![row],
                                matched,
                            }),
                        }
                    }
                    Ok(serials)
                })
            })
            .await;
        Ok(serials?)
    }
}
