//! The repayment plan as it stands on a day, and the statement of what happened in a period.

use loan::calendar::{Date, MonthDay};
use loan::life::Row;
use loan::money::{Fen, Rate};
use serde::Serialize;

use super::{Form, Party, REPAYMENT_PLAN, STATEMENT};
use crate::Paper;

/// 还款计划表.
#[derive(Clone, Debug, Serialize)]
pub struct RepaymentPlan {
    /// Number of the contract.
    pub contract_number: String,
    /// Borrower.
    pub borrower: Party,
    /// Lender.
    pub lender: String,
    /// Principal of the contract.
    #[serde(serialize_with = "super::amount")]
    pub principal: Fen,
    /// The day the plan describes.
    #[serde(serialize_with = "super::day")]
    pub as_of: Date,
    /// Yearly settlement day; the debit follows on the next day.
    #[serde(serialize_with = "super::month_day")]
    pub settlement: MonthDay,
    /// Settlement day of the last year.
    #[serde(serialize_with = "super::month_day")]
    pub final_settlement: MonthDay,
    /// Settlement days in date order.
    pub rows: Vec<PlanRow>,
    /// Sum of principal, own interest, interest of the state, and what the borrower pays.
    pub totals: PlanTotals,
}

/// One settlement day.
#[derive(Clone, Debug, Serialize)]
pub struct PlanRow {
    /// Settlement day.
    #[serde(serialize_with = "super::day")]
    pub due_on: Date,
    /// Yearly rate.
    #[serde(serialize_with = "super::percent")]
    pub rate: Rate,
    /// True when the rate is a projection; printed with a mark.
    pub projected: bool,
    /// True when the rate was invented for a demonstration; printed with a mark.
    pub synthetic: bool,
    /// Principal due.
    #[serde(serialize_with = "super::figures")]
    pub principal: Fen,
    /// Interest the borrower pays.
    #[serde(serialize_with = "super::figures")]
    pub interest: Fen,
    /// Interest the state pays.
    #[serde(serialize_with = "super::figures")]
    pub interest_subsidised: Fen,
    /// Principal and own interest.
    #[serde(serialize_with = "super::figures")]
    pub total: Fen,
    /// Principal not yet due afterwards.
    #[serde(serialize_with = "super::figures")]
    pub closing: Fen,
}

impl From<&Row> for PlanRow {
    fn from(row: &Row) -> PlanRow {
        PlanRow {
            due_on: row.due_on,
            rate: row.rate,
            projected: row.rate_projected,
            synthetic: row.rate_synthetic,
            principal: row.principal,
            interest: row.interest,
            interest_subsidised: row.interest_subsidised,
            total: row.total,
            closing: row.closing,
        }
    }
}

/// Column sums of a plan.
#[derive(Clone, Debug, Serialize)]
pub struct PlanTotals {
    #[serde(serialize_with = "super::figures")]
    principal: Fen,
    #[serde(serialize_with = "super::figures")]
    interest: Fen,
    #[serde(serialize_with = "super::figures")]
    interest_subsidised: Fen,
    #[serde(serialize_with = "super::figures")]
    total: Fen,
}

impl PlanTotals {
    /// Adds the rows up.
    pub fn of(rows: &[PlanRow]) -> PlanTotals {
        let sum = |column: fn(&PlanRow) -> Fen| rows.iter().map(column).sum();
        PlanTotals {
            principal: sum(|row| row.principal),
            interest: sum(|row| row.interest),
            interest_subsidised: sum(|row| row.interest_subsidised),
            total: sum(|row| row.total),
        }
    }
}

impl Paper for RepaymentPlan {
    fn form(&self) -> &'static Form {
        &REPAYMENT_PLAN
    }
}

/// 对账单.
#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    /// Number of the contract.
    pub contract_number: String,
    /// Borrower.
    pub borrower: Party,
    /// Lender.
    pub lender: String,
    /// First day of the period.
    #[serde(serialize_with = "super::day")]
    pub from: Date,
    /// Last day of the period.
    #[serde(serialize_with = "super::day")]
    pub to: Date,
    /// What was owed before the first day, principal not due included.
    #[serde(serialize_with = "super::figures")]
    pub opening: Fen,
    /// What happened, in order.
    pub lines: Vec<StatementLine>,
    /// What is owed after the last day.
    #[serde(serialize_with = "super::amount")]
    pub closing: Fen,
    /// Part of it that is overdue.
    #[serde(serialize_with = "super::figures")]
    pub overdue: Fen,
    /// Money waiting for the next debit.
    #[serde(serialize_with = "super::figures")]
    pub deposit: Fen,
}

/// One posting as a borrower reads it.
#[derive(Clone, Debug, Serialize)]
pub struct StatementLine {
    /// Day it counts for.
    #[serde(serialize_with = "super::day")]
    pub on: Date,
    /// In plain words: 放款, 年度利息, 银行扣款, 提前还款.
    pub what: String,
    /// Channel and reference; may be empty.
    pub reference: String,
    /// What it adds to the debt; negative when it pays.
    #[serde(serialize_with = "super::figures")]
    pub amount: Fen,
    /// Owed afterwards.
    #[serde(serialize_with = "super::figures")]
    pub balance: Fen,
}

impl Paper for Statement {
    fn form(&self) -> &'static Form {
        &STATEMENT
    }
}
