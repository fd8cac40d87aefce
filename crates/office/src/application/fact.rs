//! What can happen to an application. Facts are appended, never changed; [`super::progress`] adds them up.

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use serde::{Deserialize, Serialize};

/// A fact as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Position among the facts of its application, from 1.
    pub seq: i64,
    /// Business day.
    pub on: Date,
    /// Instant of recording.
    pub at: DateTime<Utc>,
    /// Who: [`crate::Actor::name`].
    pub actor: String,
    /// What.
    pub fact: ApplicationFact,
}

/// First loan or a further one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 首次贷款.
    First,
    /// 续贷.
    Renewal,
}

impl Kind {
    /// The name kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::First => "first",
            Kind::Renewal => "renewal",
        }
    }

    /// The kind of that name.
    pub fn of(code: &str) -> Option<Kind> {
        [Kind::First, Kind::Renewal].into_iter().find(|kind| kind.code() == code)
    }
}

/// One of the two who sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// 借款学生.
    Borrower,
    /// 共同借款人.
    CoBorrower,
}

/// A step of the county that can be taken back before anybody signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountyStep {
    /// 登记到场.
    Arrived,
    /// 放行, with the rule.
    Overridden(String),
    /// 困难认定.
    Certified,
    /// 审过续贷声明.
    StatementConfirmed,
    /// 受理.
    Accepted,
}

/// What is wrong with a material on the counter: the original is compared with the copy, the signature and the names
/// with the system and the contract (R9.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// 缺.
    Missing,
    /// 复印件和原件不一致.
    CopyDiffers,
    /// 姓名和系统、合同不一致.
    NameDiffers,
    /// 没有签名.
    NotSigned,
}

impl Flaw {
    /// All of them, in the order in which a page offers them.
    pub const ALL: [Flaw; 4] = [Flaw::Missing, Flaw::CopyDiffers, Flaw::NameDiffers, Flaw::NotSigned];

    /// The name in forms and interfaces.
    pub const fn code(self) -> &'static str {
        match self {
            Flaw::Missing => "missing",
            Flaw::CopyDiffers => "copy_differs",
            Flaw::NameDiffers => "name_differs",
            Flaw::NotSigned => "not_signed",
        }
    }

    /// The flaw of that name.
    pub fn of(code: &str) -> Option<Flaw> {
        Flaw::ALL.into_iter().find(|flaw| flaw.code() == code)
    }
}

/// One item of the checklist an application was given back for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// Code of the material.
    pub material: String,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What happened. The serialised name is the `kind` column, the rest is `detail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ApplicationFact {
    /// 新增: the student opened an application.
    Drafted,
    /// The student submitted it; the policy of that day is bound.
    Submitted {
        /// In fen.
        amount_fen: i64,
        /// Year of maturity.
        matures_in: i32,
        /// Year of graduation.
        graduates_in: i32,
        /// Codes of "in principle" rules a clerk must still override (R5.11).
        to_override: Vec<String>,
    },
    /// A counter time was booked.
    Booked {
        /// The day.
        for_on: Date,
        /// Such as `09:30`.
        slot: String,
    },
    /// The booked time was given back; the family still has to come.
    BookingGivenBack,
    /// The family stands at the counter; whoever was seen with the own ID card (R1.11).
    Arrived {
        /// Who was seen in person.
        present: Vec<Party>,
    },
    /// 退回: with the defect named (R6.4).
    Returned {
        /// Code of the canned reason.
        reason: String,
        /// What to put right.
        note: String,
        /// Which materials, and what is wrong with each (R9.16); empty in files older than this list.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        defects: Vec<Defect>,
    },
    /// A clerk set an "in principle" rule aside (R5.11).
    Overridden {
        /// The rule.
        rule: String,
        /// Why.
        reason: String,
        /// What was shown.
        evidence: String,
    },
    /// The county certified the hardship on the form (R9.13).
    Certified {
        /// What it rests on.
        basis: String,
    },
    /// 受理: the materials are complete.
    Accepted,
    /// 撤销: the county took its last step back, before anybody signed.
    StepUndone {
        /// What was taken back.
        step: CountyStep,
    },
    /// 续贷声明 written (b4).
    StatementWritten {
        /// SM3 of the text; the text stands in the answers.
        digest: String,
    },
    /// The school confirmed the statement.
    StatementConfirmedBySchool,
    /// The school gave the statement back.
    StatementReturnedBySchool {
        /// Why.
        reason: String,
    },
    /// The county confirmed the statement.
    StatementConfirmedByCounty,
    /// The county gave the statement back.
    StatementReturnedByCounty {
        /// Why.
        reason: String,
    },
    /// The student's face matched the ID card (R1.5); only the partner's token is kept.
    FaceMatched {
        /// The partner's reference of its yes.
        token: String,
    },
    /// A contract was generated with its plan.
    ContractGenerated {
        /// Key of the contract.
        contract: i64,
    },
    /// Read and understood, before signing (R10.7, R4.12).
    ReadAndUnderstood {
        /// The contract.
        contract: i64,
        /// Who confirmed.
        by: Party,
        /// Codes of the chapters that were confirmed one by one; empty in facts from before they were.
        #[serde(default)]
        chapters: Vec<String>,
    },
    /// One of the two signed electronically; the contract is signed when all who must have done so.
    ESignatureGiven {
        /// The contract.
        contract: i64,
        /// Who signed.
        by: Party,
        /// The certificate authority's number of the signature.
        reference: String,
        /// SM3 of the PDF with the signature inside.
        file: String,
    },
    /// Signed on paper at the counter with fingerprints.
    ContractSigned {
        /// The contract.
        contract: i64,
        /// Who signed.
        by: Vec<Party>,
        /// True when every fingerprint was taken.
        fingerprints: bool,
    },
    /// Signed electronically.
    ContractESigned {
        /// The contract.
        contract: i64,
        /// The certificate authority's time stamp or reference.
        reference: String,
    },
    /// The electronic contract was looked at by another person (R10.4).
    EContractReviewed {
        /// The contract.
        contract: i64,
    },
    /// The review found something to solve the same day.
    EContractProblem {
        /// The contract.
        contract: i64,
        /// What.
        problem: String,
    },
    /// The contract is void; a new one follows (R10.3, R10.12).
    ContractVoided {
        /// The contract.
        contract: i64,
        /// Why.
        reason: String,
    },
    /// 受理证明 issued.
    CertificateIssued {
        /// The contract.
        contract: i64,
        /// Number of the certificate within the application, from 1.
        certificate: i64,
    },
    /// 电子回执 entered by the school.
    ReceiptEntered {
        /// Outstanding fees.
        owed_fen: i64,
    },
    /// The bank looked at it.
    BankReviewed,
    /// The bank approved it.
    Approved,
    /// The bank refused it.
    BankRefused {
        /// Why.
        reason: String,
    },
    /// The bank paid it out.
    Disbursed {
        /// The contract.
        contract: i64,
        /// Interest counts from here.
        disbursed_on: Date,
    },
    /// 谢绝 at the receipt deadline.
    Declined {
        /// The deadline that passed.
        deadline_on: Date,
    },
    /// 合同无效 at the receipt deadline.
    Invalidated {
        /// The deadline that passed.
        deadline_on: Date,
    },
    /// Withdrawn by the student before signing.
    Withdrawn,
    /// Untrue data (R5.14).
    Failed {
        /// What was untrue.
        reason: String,
    },
}

impl ApplicationFact {
    /// The `kind` column and the `detail` column.
    pub fn columns(&self) -> (String, serde_json::Value) {
        let mut value = serde_json::to_value(self).expect("facts are plain data");
        let map = value.as_object_mut().expect("an internally tagged enum is an object");
        let kind = map.remove("kind").and_then(|kind| kind.as_str().map(str::to_owned)).expect("the tag is a text");
        (kind, value)
    }

    /// The fact of the two columns.
    pub fn from_columns(kind: &str, detail: serde_json::Value) -> Result<ApplicationFact, serde_json::Error> {
        let mut value = match detail {
            serde_json::Value::Object(map) => map,
            _ => serde_json::Map::new(),
        };
        value.insert("kind".to_owned(), kind.into());
        serde_json::from_value(serde_json::Value::Object(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    #[test]
    fn a_fact_comes_back_from_its_columns() {
        let check = |fact: ApplicationFact, kind: &str| {
            let (column, detail) = fact.columns();
            assert_eq!(column, kind);
            assert_eq!(ApplicationFact::from_columns(&column, detail).unwrap(), fact);
        };
        check(ApplicationFact::Drafted, "drafted");
        check(ApplicationFact::Arrived { present: vec![Party::Borrower, Party::CoBorrower] }, "arrived");
        check(ApplicationFact::Declined { deadline_on: date(2022, 10, 15) }, "declined");
        check(ApplicationFact::StatementConfirmedBySchool, "statement_confirmed_by_school");
        let defects = Flaw::ALL.map(|flaw| Defect { material: "student_id".into(), flaw }).to_vec();
        check(ApplicationFact::Returned { reason: "other".into(), note: "x".into(), defects }, "returned");
        let old = serde_json::json!({ "reason": "other", "note": "x" });
        let returned = ApplicationFact::Returned { reason: "other".into(), note: "x".into(), defects: Vec::new() };
        assert_eq!(ApplicationFact::from_columns("returned", old.clone()).unwrap(), returned);
        assert_eq!(returned.columns().1, old, "a return without a list keeps its bytes");
        for flaw in Flaw::ALL {
            assert_eq!(Flaw::of(flaw.code()), Some(flaw));
        }
        check(ApplicationFact::StepUndone { step: CountyStep::Overridden("quiz_gate".into()) }, "step_undone");
        assert!(ApplicationFact::from_columns("paid_twice", serde_json::json!({})).is_err());
    }
}
