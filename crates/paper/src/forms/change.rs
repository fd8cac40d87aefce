//! Contract changes between signing and the last payment (sdvcst-2022 article 21): one sheet says
//! what was, what is now, what proves it, and what else has to change.

use loan::calendar::Date;
use serde::Serialize;

use super::{ACCOUNT_CHANGE, Form, IDENTITY_CHANGE, PLAN_CHANGE, Party, STUDY_CHANGE};
use crate::Paper;

/// 变更单.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeForm {
    /// What is changed; decides the form.
    #[serde(skip)]
    pub kind: ChangeKind,
    /// Number of the contract.
    pub contract_number: String,
    /// Borrower as before the change.
    pub borrower: Party,
    /// County aid centre.
    pub agency: String,
    /// Lender.
    pub lender: String,
    /// Who files it: 借款学生 or 共同借款人, with name.
    pub filed_by: String,
    /// Why.
    pub reason: String,
    /// Day it takes effect.
    #[serde(serialize_with = "super::day")]
    pub effective_on: Date,
    /// Changed fields.
    pub changes: Vec<Change>,
    /// Proofs handed in.
    pub proofs: Vec<String>,
    /// What the borrower has to change next, such as 请同时办理还款计划变更; may be empty.
    pub next: String,
}

/// Which change form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// 账户信息变更.
    Account,
    /// 身份信息变更.
    Identity,
    /// 共同借款人变更, on the identity form.
    CoBorrower,
    /// 就学信息变更.
    Study,
    /// 还款计划变更.
    Plan,
}

/// One changed field.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// Field in plain words.
    pub field: String,
    /// As it was.
    pub before: String,
    /// As it is from the effective day on.
    pub after: String,
}

impl Paper for ChangeForm {
    fn form(&self) -> &'static Form {
        match self.kind {
            ChangeKind::Account => &ACCOUNT_CHANGE,
            ChangeKind::Identity | ChangeKind::CoBorrower => &IDENTITY_CHANGE,
            ChangeKind::Study => &STUDY_CHANGE,
            ChangeKind::Plan => &PLAN_CHANGE,
        }
    }
}
