//! A row of a contract and its bill: what fell due, what was paid of it and by whom, what is open, and the runs it was
//! computed from, so that it can be counted again when bearers change.

use super::arrears::Penalty;
use super::days::Day;
use crate::life::RowKind;

/// A row and its bill, in fen and day numbers; see [`crate::life::Row`].
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Item {
    pub kind: RowKind,
    pub due_on: Day,
    pub year: i32,
    pub days: i32,
    pub rate: i64,
    pub projected: bool,
    pub synthetic: bool,
    pub opening: i64,
    pub principal: i64,
    pub interest: i64,
    pub interest_subsidised: i64,
    pub closing: i64,
    pub paid_principal: i64,
    pub paid_interest: i64,
    pub paid_penalty: i64,
    pub open_principal: i64,
    pub open_interest: i64,
    /// Fixed and unpaid.
    pub open_penalty: i64,
    /// What the row asked of the borrower.
    pub(crate) billed_principal: i64,
    pub(crate) billed_interest: i64,
    /// Penalty that was posted, once money was taken for the overdue item.
    pub(crate) fixed: Penalty,
    pub(crate) was_overdue: bool,
    /// Penalty a fund paid before a waiver would have moved it to the state.
    pub(crate) kept_penalty: Penalty,
    /// The debit day is over: what is open is overdue.
    pub debited: bool,
    pub waived: i64,
    pub relieved: i64,
    pub compensated: i64,
    pub written_off: i64,
    pub school_refunded: i64,
    pub credited: i64,
    /// A prepayment is part of the row.
    pub prepaid: bool,
    /// A study change left a difference in the row.
    pub adjusted: bool,
    /// The year's own interest is the state's.
    pub in_waived_year: bool,
    /// The runs of the row: a slice of principal over a stretch, and what left within it.
    pub(crate) slice: i64,
    pub(crate) from: Day,
    pub(crate) to: Day,
    pub(crate) leaving: (u32, u32),
    /// What borrower and state bear of these runs as last computed.
    pub(crate) bears_own: i64,
    pub(crate) first_own: i64,
    pub(crate) bears_state: i64,
    /// Overdue interest that bears no penalty since a study change credited it.
    pub(crate) spared_interest: i64,
}

impl Item {
    /// A row without money in it yet.
    pub(crate) fn new(kind: RowKind, due_on: Day, year: i32) -> Item {
        Item {
            kind,
            due_on,
            year,
            days: 0,
            rate: 0,
            projected: false,
            synthetic: false,
            opening: 0,
            principal: 0,
            interest: 0,
            interest_subsidised: 0,
            closing: 0,
            paid_principal: 0,
            paid_interest: 0,
            paid_penalty: 0,
            open_principal: 0,
            open_interest: 0,
            open_penalty: 0,
            billed_principal: 0,
            billed_interest: 0,
            fixed: Penalty::default(),
            was_overdue: false,
            kept_penalty: Penalty::default(),
            debited: false,
            waived: 0,
            relieved: 0,
            compensated: 0,
            written_off: 0,
            school_refunded: 0,
            credited: 0,
            prepaid: false,
            adjusted: false,
            in_waived_year: false,
            slice: 0,
            from: 0,
            to: 0,
            leaving: (0, 0),
            bears_own: 0,
            first_own: 0,
            bears_state: 0,
            spared_interest: 0,
        }
    }

    /// Something of the bill or its penalty is unpaid.
    pub fn is_open(&self) -> bool {
        self.open_principal + self.open_interest + self.open_penalty > 0
    }

    /// Bills a row: its interest and `principal`, less what a credit covers of it. Returns the rest of the credit.
    pub(crate) fn bill(&mut self, principal: i64) -> i64 {
        let credit = (-self.interest).max(0);
        let covered = credit.min(principal);
        self.credited = covered - credit;
        self.billed_interest = self.interest.max(0);
        self.billed_principal = principal - covered;
        self.open_interest = self.billed_interest;
        self.open_principal = self.billed_principal;
        credit - covered
    }

    /// Something is unpaid after the debit day.
    pub fn is_overdue(&self) -> bool {
        self.debited && self.is_open()
    }
}
