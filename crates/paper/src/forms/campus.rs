//! The campus scheme's own papers (zju-2005): an audit form sealed by the college, one voucher for
//! each drawing inside the credit line, and the agreement that opens the door at graduation.

use loan::calendar::Date;
use loan::money::{Fen, Rate};
use serde::Serialize;

use super::{AUDIT_FORM, Form, Instalment, Party, REPAYMENT_AGREEMENT, VOUCHER};
use crate::Paper;

/// 审核表.
#[derive(Clone, Debug, Serialize)]
pub struct AuditForm {
    /// Applicant.
    pub applicant: Party,
    /// School.
    pub school: String,
    /// College.
    pub college: String,
    /// Major.
    pub major: String,
    /// 硕士, 博士 …
    pub level: String,
    /// Student number.
    pub student_number: String,
    /// Year of enrolment.
    pub enrolled_in: i32,
    /// Expected day of graduation.
    #[serde(serialize_with = "super::day")]
    pub graduates_on: Date,
    /// First calendar year of the academic year.
    #[serde(serialize_with = "super::academic_year")]
    pub academic_year: i32,
    /// Tuition loan asked for.
    #[serde(serialize_with = "super::figures")]
    pub tuition_loan: Fen,
    /// Living loan asked for.
    #[serde(serialize_with = "super::figures")]
    pub living_loan: Fen,
    /// Both together.
    #[serde(serialize_with = "super::amount")]
    pub total: Fen,
    /// The applicant's own account of the family's hardship.
    pub hardship: String,
    /// Parents or spouse, one line each.
    pub family: Vec<String>,
}

impl Paper for AuditForm {
    fn form(&self) -> &'static Form {
        &AUDIT_FORM
    }
}

/// 借款凭证: one drawing inside the credit line.
#[derive(Clone, Debug, Serialize)]
pub struct Voucher {
    /// Number of the loan contract.
    pub contract_number: String,
    /// Borrower.
    pub borrower: Party,
    /// Lending bank.
    pub lender: String,
    /// School whose account receives the tuition loan.
    pub school: String,
    /// First calendar year of the academic year.
    #[serde(serialize_with = "super::academic_year")]
    pub academic_year: i32,
    /// 学费贷款 or 生活费贷款.
    pub purpose: String,
    /// How it is paid out: 一次汇入学校账户 or 按月汇入本人账户.
    pub payout: String,
    /// Amount of this drawing.
    #[serde(serialize_with = "super::amount")]
    pub amount: Fen,
    /// Credit line of the contract.
    #[serde(serialize_with = "super::figures")]
    pub credit_line: Fen,
    /// Drawn before this voucher.
    #[serde(serialize_with = "super::figures")]
    pub drawn_before: Fen,
    /// Yearly rate.
    #[serde(serialize_with = "super::percent")]
    pub rate: Rate,
    /// Day of drawing.
    #[serde(serialize_with = "super::day")]
    pub drawn_on: Date,
    /// Last day of the loan.
    #[serde(serialize_with = "super::day")]
    pub matures_on: Date,
}

impl Paper for Voucher {
    fn form(&self) -> &'static Form {
        &VOUCHER
    }
}

/// 还款协议, signed before leaving the school.
#[derive(Clone, Debug, Serialize)]
pub struct RepaymentAgreement {
    /// Number of the loan contract.
    pub contract_number: String,
    /// Borrower.
    pub borrower: Party,
    /// Lending bank.
    pub lender: String,
    /// School.
    pub school: String,
    /// College that confirms and seals.
    pub college: String,
    /// Day the certificate was obtained or study ended.
    #[serde(serialize_with = "super::day")]
    pub left_on: Date,
    /// First destination after graduation: employer and place.
    pub destination: String,
    /// How to reach the borrower there.
    pub contact: String,
    /// A relative who always knows the way.
    pub relative: String,
    /// Outstanding principal.
    #[serde(serialize_with = "super::amount")]
    pub principal: Fen,
    /// First day of the borrower's own interest.
    #[serde(serialize_with = "super::day")]
    pub own_interest_from: Date,
    /// 一次利随本清, 按年, 按季 or 按月.
    pub method: String,
    /// Yearly rate on signing.
    #[serde(serialize_with = "super::percent")]
    pub rate: Rate,
    /// Instalments in date order.
    pub plan: Vec<Instalment>,
}

impl Paper for RepaymentAgreement {
    fn form(&self) -> &'static Form {
        &REPAYMENT_AGREEMENT
    }
}
