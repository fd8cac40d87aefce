//! The last paper of a loan: everything is paid, the contract is closed.

use loan::calendar::Date;
use loan::money::Fen;
use serde::Serialize;

use super::{CoBorrower, Form, Party, SETTLEMENT_CERTIFICATE};
use crate::Paper;

/// 结清证明.
#[derive(Clone, Debug, Serialize)]
pub struct SettlementCertificate {
    /// Number of the contract.
    pub contract_number: String,
    /// Borrower.
    pub borrower: Party,
    /// Co-borrower at the end of the contract.
    pub co_borrower: CoBorrower,
    /// Lender.
    pub lender: String,
    /// County aid centre.
    pub agency: String,
    /// School the loan was for.
    pub school: String,
    /// Day of disbursement.
    #[serde(serialize_with = "super::day")]
    pub disbursed_on: Date,
    /// Principal of the contract.
    #[serde(serialize_with = "super::amount")]
    pub principal: Fen,
    /// Principal the borrowers paid back.
    #[serde(serialize_with = "super::figures")]
    pub paid_principal: Fen,
    /// Interest the borrowers paid.
    #[serde(serialize_with = "super::figures")]
    pub paid_interest: Fen,
    /// Penalty the borrowers paid.
    #[serde(serialize_with = "super::figures")]
    pub paid_penalty: Fen,
    /// Waived, relieved or compensated: borne by others.
    #[serde(serialize_with = "super::figures")]
    pub borne_by_others: Fen,
    /// Day the last fen was paid.
    #[serde(serialize_with = "super::day")]
    pub settled_on: Date,
}

impl Paper for SettlementCertificate {
    fn form(&self) -> &'static Form {
        &SETTLEMENT_CERTIFICATE
    }
}
