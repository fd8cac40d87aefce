//! The acceptance certificate: the family leaves the counter with it, the school types its code.
//! Below the dashed line is what only the borrower may keep.

use loan::calendar::Date;
use loan::money::Fen;
use serde::Serialize;

use super::{ACCEPTANCE_CERTIFICATE, Form, Party};
use crate::Paper;

/// 受理证明.
#[derive(Clone, Debug, Serialize)]
pub struct AcceptanceCertificate {
    /// Number and version of the contract it belongs to.
    pub contract_number: String,
    /// Version of that contract.
    pub contract_version: u32,
    /// Day the contract was signed.
    #[serde(serialize_with = "super::day")]
    pub signed_on: Date,
    /// Borrower.
    pub borrower: Party,
    /// Name of the co-borrower.
    pub co_borrower: String,
    /// School that enters the receipt.
    pub school: String,
    /// First calendar year of the academic year.
    #[serde(serialize_with = "super::academic_year")]
    pub academic_year: i32,
    /// Principal of the contract.
    #[serde(serialize_with = "super::amount")]
    pub principal: Fen,
    /// County aid centre that accepted the application.
    pub agency: String,
    /// Its phone number.
    pub agency_phone: String,
    /// Lender.
    pub lender: String,
    /// Last day for the school to enter the code.
    #[serde(serialize_with = "super::day")]
    pub receipt_due_on: Date,
    /// Receipt verification code (回执校验码). Kept out of the digest.
    #[serde(skip)]
    pub receipt_code: String,
    /// Payment account and its first password, printed below the cut line. Kept out of the digest.
    #[serde(skip)]
    pub first_password: Option<FirstPassword>,
}

/// The payment account opened for the borrower. Print it once; the platform never shows it again.
#[derive(Clone, Serialize)]
pub struct FirstPassword {
    /// Name of the payment platform, such as 支付宝.
    pub platform: String,
    /// Account name.
    pub account: String,
    /// Random password, to be changed at the first login.
    pub password: String,
}

impl std::fmt::Debug for FirstPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstPassword").field("platform", &self.platform).finish_non_exhaustive()
    }
}

impl Paper for AcceptanceCertificate {
    fn form(&self) -> &'static Form {
        &ACCEPTANCE_CERTIFICATE
    }

    fn secrets(&self) -> serde_json::Value {
        serde_json::json!({ "receipt_code": self.receipt_code, "account": self.first_password })
    }
}
