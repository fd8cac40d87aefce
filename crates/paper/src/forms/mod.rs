//! The form register: every legal paper, its template version and how many copies are signed.
//!
//! Follow a loan through them: [`ApplicationForm`], [`LoanContract`], [`AcceptanceCertificate`],
//! [`RepaymentPlan`], [`Statement`], [`ChangeForm`] for what life does in between, and at the end
//! the [`SettlementCertificate`]. The campus scheme has its own three: [`AuditForm`], [`Voucher`]
//! and [`RepaymentAgreement`]. A paper is plain facts; wording and look stand in `templates/`.

mod acceptance;
mod application;
mod campus;
mod change;
mod contract;
mod plain;
mod settled;
mod statement;

#[cfg(test)]
mod tests;

pub use acceptance::{AcceptanceCertificate, FirstPassword};
pub use application::{Applicant, ApplicationForm, CoApplicant, Contact, Eligibility, LoanRequest, Studies};
pub use campus::{AuditForm, RepaymentAgreement, Voucher};
pub use change::{Change, ChangeForm, ChangeKind};
pub use contract::{CoBorrower, Instalment, LoanContract, Party, PrepaymentRule, WindowCheck};
pub use plain::{PlainKind, PlainPaper};
pub use settled::SettlementCertificate;
pub use statement::{PlanRow, PlanTotals, RepaymentPlan, Statement, StatementLine};

use chrono::{Datelike, NaiveDateTime};
use loan::calendar::{Date, MonthDay};
use loan::money::{Fen, Rate};
use loan::refusal::Citation;
use serde::{Serialize, Serializer};

/// One row of the form register.
#[derive(Debug, Serialize)]
pub struct Form {
    /// Stable code, also the name of its template.
    pub code: &'static str,
    /// Title as printed.
    pub title: &'static str,
    /// Raised whenever the wording or the fields of the template change.
    pub template_version: &'static str,
    /// How many copies are signed or handed out.
    pub copies: u8,
    /// Who keeps them, in the words of the counter.
    pub keepers: &'static str,
    /// The article that asks for it.
    #[serde(skip)]
    pub source: Citation,
    /// The template's text.
    #[serde(skip)]
    pub(crate) template: &'static str,
}

macro_rules! register {
    ($($(#[$doc:meta])* $name:ident = $code:literal from $template:literal, $title:literal, $version:literal, $copies:literal, $keepers:literal, $doc_id:literal, $article:literal;)+) => {
        $($(#[$doc])* pub static $name: Form = Form {
            code: $code, title: $title, template_version: $version, copies: $copies, keepers: $keepers,
            source: Citation::of($doc_id, $article),
            template: include_str!(concat!("../../templates/", $template, ".typ")),
        };)+
        /// All forms, in the order a loan meets them.
        pub static REGISTER: &[&Form] = &[$(&$name),+];
    };
}

register! {
    /// Application form, exported from the system and signed in two copies.
    APPLICATION_FORM = "application-form" from "application-form", "国家开发银行生源地信用助学贷款申请表", "2026.1", 2, "县级资助中心、借款学生各一份", "sdvcst-2022", "12";
    /// What to bring to the counter, by the policy version of the application.
    MATERIAL_LIST = "material-list" from "plain", "生源地信用助学贷款办理材料清单", "2026.1", 1, "借款学生带回", "xiufeng-2016", "四";
    /// Half hour booked at the hall, for a receipt printer.
    APPOINTMENT_SLIP = "appointment-slip" from "slip", "预约凭条", "2026.1", 1, "借款学生带来", "hubei-2024", "枣阳";
    /// Number drawn at the hall, for a receipt printer.
    QUEUE_TICKET = "queue-ticket" from "slip", "叫号小票", "2026.1", 1, "到场的人", "hubei-2024", "枣阳";
    /// What the student wrote before a further loan, confirmed by school and county.
    RENEWAL_STATEMENT = "renewal-statement" from "plain", "生源地信用助学贷款续贷声明", "2026.1", 1, "县级资助中心", "sdvcst-2022", "12(四)";
    /// Loan contract between borrowers, bank and county centre.
    LOAN_CONTRACT = "loan-contract" from "loan-contract", "国家开发银行生源地信用助学贷款借款合同", "2026.1", 3, "甲、乙、丙三方各一份", "sdvcst-2022", "11";
    /// Acceptance certificate with the receipt verification code for the school.
    ACCEPTANCE_CERTIFICATE = "acceptance-certificate" from "acceptance-certificate", "生源地信用助学贷款受理证明", "2026.1", 1, "借款学生交就读高校", "sdvcst-2022", "13";
    /// Repayment plan as it stands on a day.
    REPAYMENT_PLAN = "repayment-plan" from "repayment-plan", "生源地信用助学贷款还款计划表", "2026.1", 1, "借款学生", "sdvcst-2022", "23";
    /// What was agreed and where to be reached, confirmed before leaving the school.
    GRADUATION_CONFIRMATION = "graduation-confirmation" from "plain", "生源地信用助学贷款毕业确认表", "2026.1", 2, "县级资助中心、借款学生各一份", "hubei-grad-2023", "二";
    /// Receipt of a prepayment filed.
    PREPAYMENT_RECEIPT = "prepayment-receipt" from "plain", "提前还款申请回单", "2026.1", 1, "借款学生", "sdvcst-2022", "24";
    /// Proof of one payment.
    PAYMENT_RECEIPT = "payment-receipt" from "plain", "还款凭证", "2026.1", 1, "借款学生", "sdvcst-2022", "25";
    /// Statement of account over a period.
    STATEMENT = "statement" from "statement", "生源地信用助学贷款对账单", "2026.1", 1, "借款学生", "sdvcst-2022", "20";
    /// Change of account.
    ACCOUNT_CHANGE = "account-change" from "change", "国家开发银行助学贷款账户信息变更单", "2026.1", 2, "县级资助中心、借款学生各一份", "sdvcst-2022", "21";
    /// Change of identity or of the co-borrower; one form serves both.
    IDENTITY_CHANGE = "identity-change" from "change", "国家开发银行助学贷款身份信息变更单", "2026.1", 2, "县级资助中心、借款学生各一份", "sdvcst-2022", "21";
    /// Change of school, enrolment year, length of study or graduation year.
    STUDY_CHANGE = "study-change" from "change", "生源地信用助学贷款就学信息变更单", "2026.1", 2, "县级资助中心、借款学生各一份", "sdvcst-2022", "21";
    /// Change of subsidy end, grace period or plan.
    PLAN_CHANGE = "plan-change" from "change", "生源地信用助学贷款还款计划变更单", "2026.1", 2, "县级资助中心、借款学生各一份", "sdvcst-2022", "21";
    /// Certificate that everything is paid.
    SETTLEMENT_CERTIFICATE = "settlement-certificate" from "settlement-certificate", "生源地信用助学贷款结清证明", "2026.1", 1, "借款学生", "sdvcst-2022", "23";
    /// The rules on one card, for families without a phone.
    POLICY_CARD = "policy-card" from "card", "助学贷款政策明白卡", "2026.1", 1, "学生和家长", "hubei-2024", "郧阳";
    /// Poster of an office for its window.
    WINDOW_POSTER = "window-poster" from "poster", "窗口二维码海报", "2026.1", 1, "办理大厅张贴", "hubei-2024", "郧阳";
    /// Campus scheme: audit form signed by the applicant, sealed by the college.
    AUDIT_FORM = "audit-form" from "audit-form", "国家助学贷款审核表", "2026.1", 2, "研究生院、经办银行各一份", "zju-2005", "四";
    /// Campus scheme: voucher for one drawing inside the credit line.
    VOUCHER = "voucher" from "voucher", "国家助学贷款借款凭证", "2026.1", 2, "经办银行、借款学生各一份", "zju-2005", "三";
    /// Campus scheme: repayment agreement signed before leaving the school.
    REPAYMENT_AGREEMENT = "repayment-agreement" from "repayment-agreement", "国家助学贷款还款协议", "2026.1", 3, "银行、借款人、学院（存入个人档案）各一份", "zju-2005", "六";
}

/// Money as `{"figures": "12,000.00", "words": "壹万贰仟元整"}`.
pub(crate) fn amount<S: Serializer>(amount: &Fen, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Amount {
        figures: String,
        words: String,
    }
    Amount { figures: crate::amount_in_figures(*amount), words: crate::amount_in_words(*amount) }.serialize(to)
}

/// Money as figures only, for table cells.
pub(crate) fn figures<S: Serializer>(amount: &Fen, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&crate::amount_in_figures(*amount))
}

/// A rate as percent with its sign: `2.80%`.
pub(crate) fn percent<S: Serializer>(rate: &Rate, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{rate}%"))
}

/// A day as `{"iso": "2045-09-20", "han": "2045 年 9 月 20 日"}`.
pub(crate) fn day<S: Serializer>(day: &Date, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Day {
        iso: String,
        han: String,
    }
    Day { iso: day.to_string(), han: format!("{} 年 {} 月 {} 日", day.year(), day.month(), day.day()) }.serialize(to)
}

/// A day of the year as `12 月 20 日`.
pub(crate) fn month_day<S: Serializer>(day: &MonthDay, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{} 月 {} 日", day.month, day.day))
}

/// A minute as `2026-08-12 10:27`.
pub(crate) fn minute<S: Serializer>(at: &NaiveDateTime, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.format("%Y-%m-%d %H:%M").to_string())
}

/// An academic year by its first calendar year: `2026–2027 学年`.
pub(crate) fn academic_year<S: Serializer>(first: &i32, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{first}–{} 学年", first + 1))
}
