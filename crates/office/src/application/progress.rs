//! Where an application stands, computed from its facts (requirements b3 to b6). The status column of the
//! database is only an index of [`Progress::stage`]. A fact that does not fit is an error: acts ask
//! [`Progress::then`] before they write, `verify` folds the whole list again.

use loan::calendar::Date;

use super::fact::{ApplicationFact, CountyStep, Defect, Kind, Party, Recorded};

/// The stage of an application, in the order of its life; the last six are exits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// 草稿.
    Draft,
    /// 已退回, back in the student's hands.
    Returned,
    /// 已提交.
    Submitted,
    /// 已预约.
    Booked,
    /// 网上续贷: face matched.
    FaceMatched,
    /// 网上续贷: statement confirmed by the school.
    ConfirmedBySchool,
    /// 网上续贷: statement confirmed by the county.
    ConfirmedByCounty,
    /// 窗口办理中.
    AtCounter,
    /// 已受理.
    Accepted,
    /// 合同已签 on paper.
    ContractSigned,
    /// 电子合同已签.
    ContractESigned,
    /// 电子合同已复核.
    EContractReviewed,
    /// 受理证明已发.
    CertificateIssued,
    /// 回执已录入.
    ReceiptEntered,
    /// 银行审查.
    BankReviewed,
    /// 已批准.
    Approved,
    /// 已发放.
    Disbursed,
    /// 谢绝 at the receipt deadline.
    Declined,
    /// 合同无效 at the receipt deadline.
    Invalid,
    /// 银行不予批准.
    Refused,
    /// 学生撤回.
    Withdrawn,
    /// 资料不实.
    Failed,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Stage; 22] = [
        Stage::Draft,
        Stage::Returned,
        Stage::Submitted,
        Stage::Booked,
        Stage::FaceMatched,
        Stage::ConfirmedBySchool,
        Stage::ConfirmedByCounty,
        Stage::AtCounter,
        Stage::Accepted,
        Stage::ContractSigned,
        Stage::ContractESigned,
        Stage::EContractReviewed,
        Stage::CertificateIssued,
        Stage::ReceiptEntered,
        Stage::BankReviewed,
        Stage::Approved,
        Stage::Disbursed,
        Stage::Declined,
        Stage::Invalid,
        Stage::Refused,
        Stage::Withdrawn,
        Stage::Failed,
    ];

    /// The name in the status index and the interfaces.
    pub const fn code(self) -> &'static str {
        match self {
            Stage::Draft => "draft",
            Stage::Returned => "returned",
            Stage::Submitted => "submitted",
            Stage::Booked => "appointment_booked",
            Stage::FaceMatched => "face_matched",
            Stage::ConfirmedBySchool => "statement_confirmed_school",
            Stage::ConfirmedByCounty => "statement_confirmed_county",
            Stage::AtCounter => "at_counter",
            Stage::Accepted => "accepted",
            Stage::ContractSigned => "contract_signed",
            Stage::ContractESigned => "contract_e_signed",
            Stage::EContractReviewed => "e_contract_reviewed",
            Stage::CertificateIssued => "certificate_issued",
            Stage::ReceiptEntered => "receipt_entered",
            Stage::BankReviewed => "bank_reviewed",
            Stage::Approved => "approved",
            Stage::Disbursed => "disbursed",
            Stage::Declined => "declined",
            Stage::Invalid => "invalid",
            Stage::Refused => "refused",
            Stage::Withdrawn => "withdrawn",
            Stage::Failed => "failed",
        }
    }

    /// The stage of that name.
    pub fn of(code: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// True when nothing more can happen to the application itself.
    pub const fn is_over(self) -> bool {
        matches!(
            self,
            Stage::Disbursed | Stage::Declined | Stage::Invalid | Stage::Refused | Stage::Withdrawn | Stage::Failed
        )
    }

    /// True while the application holds the person's one place of the academic year (R6.13).
    pub const fn holds_the_year(self) -> bool {
        !matches!(
            self,
            Stage::Draft | Stage::Declined | Stage::Invalid | Stage::Refused | Stage::Withdrawn | Stage::Failed
        )
    }

    /// True while the student may change the answers.
    pub const fn is_with_student(self) -> bool {
        matches!(self, Stage::Draft | Stage::Returned)
    }
}

/// 续贷声明 (b4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Statement {
    /// Not written.
    #[default]
    None,
    /// Written, the school reads it.
    Written,
    /// The school gave it back.
    ReturnedBySchool(String),
    /// The school confirmed it, the county reads it.
    ConfirmedBySchool,
    /// The county gave it back.
    ReturnedByCounty(String),
    /// Both confirmed it.
    ConfirmedByCounty,
}

impl Statement {
    /// The name in the interfaces.
    pub const fn code(&self) -> &'static str {
        match self {
            Statement::None => "none",
            Statement::Written => "written",
            Statement::ReturnedBySchool(_) => "school_returned",
            Statement::ConfirmedBySchool => "school_confirmed",
            Statement::ReturnedByCounty(_) => "county_returned",
            Statement::ConfirmedByCounty => "county_confirmed",
        }
    }
}

/// The contract of an application, as far as the application knows it (b5 up to the disbursement).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractProgress {
    /// Its key in the book.
    pub contract: i64,
    /// Who confirmed to have read and understood it.
    pub read_by: Vec<Party>,
    /// Who signed it electronically; the others still have to.
    pub e_signed_by: Vec<Party>,
    /// The day of the first electronic signature.
    pub e_signed_on: Option<Date>,
    /// Its state.
    pub state: ContractState,
}

/// Where a contract stands before it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContractState {
    /// 已生成.
    Generated,
    /// 已签 on paper.
    Signed,
    /// 电子合同待复核.
    UnderReview {
        /// The day of signing: review is due the same day (R10.4).
        signed_on: Date,
        /// Who accepted or generated it: may not review it.
        signed_by: String,
    },
    /// 复核发现问题.
    Problem(String),
    /// 复核通过.
    Reviewed,
    /// 作废.
    Voided(String),
    /// 已生效: paid out.
    InForce,
}

impl ContractState {
    /// The name in the status index.
    pub const fn code(&self) -> &'static str {
        match self {
            ContractState::Generated => "generated",
            ContractState::Signed => "signed",
            ContractState::UnderReview { .. } => "under_review",
            ContractState::Problem(_) => "problem",
            ContractState::Reviewed => "reviewed",
            ContractState::Voided(_) => "voided",
            ContractState::InForce => "in_force",
        }
    }
}

/// Everything the facts of one application add up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// First loan or renewal.
    pub kind: Kind,
    /// Where it stands.
    pub stage: Stage,
    /// The last submission.
    pub submitted_on: Option<Date>,
    /// Day and slot booked.
    pub booked: Option<(Date, String)>,
    /// Who was seen at the counter.
    pub present: Vec<Party>,
    /// True once the student chose the online way by matching the face.
    pub online: bool,
    /// The renewal statement.
    pub statement: Statement,
    /// Rules still to be overridden.
    pub to_override: Vec<String>,
    /// Rules overridden.
    pub overridden: Vec<String>,
    /// True once the county certified the hardship.
    pub certified: bool,
    /// The last return: reason code and note.
    pub returned: Option<(String, String)>,
    /// Materials the last return named; kept until the application is accepted, so that the counter looks there again.
    pub defects: Vec<Defect>,
    /// The days on which the family came to the counter (R6.10).
    pub visits: Vec<Date>,
    /// Who accepted it, and when.
    pub accepted: Option<(Date, String)>,
    /// Steps of the county that can still be taken back, the last one first to go; signing empties it.
    pub undoable: Vec<CountyStep>,
    /// The living contract.
    pub contract: Option<ContractProgress>,
    /// Contracts voided, with the reason.
    pub voided: Vec<(i64, String)>,
    /// Number of the valid certificate.
    pub certificate: Option<i64>,
    /// How many certificates were ever issued.
    pub certificates: i64,
    /// Outstanding fees on the receipt.
    pub owed_fen: Option<i64>,
    /// The day the school entered the receipt: the student counts as having reported there (到校报到, R11.2).
    pub reported_on: Option<Date>,
    /// Business day of the last fact.
    pub since: Option<Date>,
    /// Position of the last fact.
    pub seq: i64,
}

/// The fact does not fit the stage: an act asked too early, too late, or twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfOrder {
    /// Where the application stands.
    pub stage: Stage,
    /// Position of the fact.
    pub seq: i64,
}

impl Progress {
    /// Before the first fact.
    pub fn new(kind: Kind) -> Progress {
        Progress {
            kind,
            stage: Stage::Draft,
            submitted_on: None,
            booked: None,
            present: Vec::new(),
            online: false,
            statement: Statement::None,
            to_override: Vec::new(),
            overridden: Vec::new(),
            certified: false,
            returned: None,
            defects: Vec::new(),
            visits: Vec::new(),
            accepted: None,
            undoable: Vec::new(),
            contract: None,
            voided: Vec::new(),
            certificate: None,
            certificates: 0,
            owed_fen: None,
            reported_on: None,
            since: None,
            seq: 0,
        }
    }

    /// The sum of all facts, in order.
    pub fn of(kind: Kind, facts: &[Recorded]) -> Result<Progress, OutOfOrder> {
        facts.iter().try_fold(Progress::new(kind), |progress, recorded| progress.then(recorded))
    }

    /// True when both parties were seen.
    pub fn both_present(&self) -> bool {
        [Party::Borrower, Party::CoBorrower].iter().all(|party| self.present.contains(party))
    }

    /// Who must sign the contract: the student of an online renewal, at the counter whoever was seen there.
    pub fn signatories(&self) -> Vec<Party> {
        if self.online { vec![Party::Borrower] } else { self.present.clone() }
    }

    /// Rules nobody has overridden yet.
    pub fn open_overrides(&self) -> Vec<&str> {
        self.to_override.iter().filter(|rule| !self.overridden.contains(rule)).map(String::as_str).collect()
    }

    /// The contract in the given state, if it is the living one.
    fn living(&mut self, contract: i64) -> Option<&mut ContractProgress> {
        self.contract.as_mut().filter(|living| living.contract == contract)
    }

    /// After one more fact.
    pub fn then(mut self, recorded: &Recorded) -> Result<Progress, OutOfOrder> {
        let no = OutOfOrder { stage: self.stage, seq: recorded.seq };
        if recorded.seq != self.seq + 1 || !self.take(recorded) {
            return Err(no);
        }
        self.seq = recorded.seq;
        self.since = Some(recorded.on);
        Ok(self)
    }

    /// Takes the fact if it fits; the match below is the whole state machine.
    fn take(&mut self, recorded: &Recorded) -> bool {
        use ApplicationFact as F;
        use Stage as S;
        let stage = self.stage;
        let before_signing = stage < S::ContractSigned;
        let on_the_way = matches!(
            stage,
            S::Submitted | S::Booked | S::FaceMatched | S::ConfirmedBySchool | S::ConfirmedByCounty | S::AtCounter
        );
        match &recorded.fact {
            F::Drafted => return self.seq == 0,
            F::Submitted { to_override, .. } if stage.is_with_student() => {
                self.to_override.clone_from(to_override);
                self.submitted_on = Some(recorded.on);
                self.undoable.clear();
                self.returned = None;
                self.stage = S::Submitted;
            }
            F::Booked { for_on, slot } if matches!(stage, S::Submitted | S::Booked) && !self.online => {
                self.booked = Some((*for_on, slot.clone()));
                self.stage = S::Booked;
            }
            F::BookingGivenBack if stage == S::Booked => {
                self.booked = None;
                self.stage = S::Submitted;
            }
            F::Arrived { present } if matches!(stage, S::Submitted | S::Booked | S::AtCounter) && !self.online => {
                self.present.clone_from(present);
                if self.visits.last() != Some(&recorded.on) {
                    self.visits.push(recorded.on);
                }
                if stage != S::AtCounter {
                    self.undoable.push(CountyStep::Arrived);
                }
                self.stage = S::AtCounter;
            }
            F::Returned { reason, note, defects } if on_the_way => {
                self.returned = Some((reason.clone(), note.clone()));
                self.defects.clone_from(defects);
                self.booked = None;
                self.present.clear();
                self.overridden.clear();
                self.undoable.clear();
                self.certified = false;
                self.online = false;
                self.stage = S::Returned;
            }
            F::Overridden { rule, .. } if on_the_way && self.open_overrides().contains(&rule.as_str()) => {
                self.overridden.push(rule.clone());
                self.undoable.push(CountyStep::Overridden(rule.clone()));
            }
            F::Certified { .. } if on_the_way && !self.certified => {
                self.certified = true;
                self.undoable.push(CountyStep::Certified);
            }
            F::StepUndone { step } if stage <= S::Accepted && self.undoable.last() == Some(step) => {
                return self.undo();
            }
            F::Accepted if stage == S::AtCounter || (stage == S::ConfirmedByCounty && self.online) => {
                self.accepted = Some((recorded.on, recorded.actor.clone()));
                self.defects.clear();
                self.undoable.push(CountyStep::Accepted);
                self.stage = S::Accepted;
            }
            F::StatementWritten { .. } if self.kind == Kind::Renewal && stage < S::Accepted => {
                if matches!(self.statement, Statement::ConfirmedBySchool | Statement::ConfirmedByCounty) {
                    return false;
                }
                self.statement = Statement::Written;
            }
            F::StatementConfirmedBySchool if self.statement == Statement::Written && on_the_way => {
                self.statement = Statement::ConfirmedBySchool;
                self.stage = self.online_stage();
            }
            F::StatementReturnedBySchool { reason } if self.statement == Statement::Written && on_the_way => {
                self.statement = Statement::ReturnedBySchool(reason.clone());
            }
            F::StatementConfirmedByCounty if self.statement == Statement::ConfirmedBySchool && on_the_way => {
                self.statement = Statement::ConfirmedByCounty;
                self.undoable.push(CountyStep::StatementConfirmed);
                self.stage = self.online_stage();
            }
            F::StatementReturnedByCounty { reason } if self.statement == Statement::ConfirmedBySchool && on_the_way => {
                self.statement = Statement::ReturnedByCounty(reason.clone());
                self.stage = self.online_stage();
            }
            F::FaceMatched { .. } if self.kind == Kind::Renewal && matches!(stage, S::Submitted | S::Booked) => {
                self.online = true;
                self.booked = None;
                self.stage = self.online_stage();
            }
            F::ContractGenerated { contract } if stage == S::Accepted && self.contract.is_none() => {
                let fresh = ContractProgress {
                    contract: *contract,
                    read_by: Vec::new(),
                    e_signed_by: Vec::new(),
                    e_signed_on: None,
                    state: ContractState::Generated,
                };
                self.contract = Some(fresh);
            }
            F::ReadAndUnderstood { contract, by, .. } if stage == S::Accepted => match self.living(*contract) {
                Some(living) if !living.read_by.contains(by) => living.read_by.push(*by),
                _ => return false,
            },
            F::ESignatureGiven { contract, by, .. } if stage == S::Accepted => match self.living(*contract) {
                Some(living) if !living.e_signed_by.contains(by) => {
                    living.e_signed_by.push(*by);
                    living.e_signed_on.get_or_insert(recorded.on);
                    self.undoable.clear();
                }
                _ => return false,
            },
            F::ContractSigned { contract, .. } if stage == S::Accepted => match self.living(*contract) {
                // Who began electronically goes on so: two halves of a signature are none.
                Some(living) if living.e_signed_by.is_empty() => {
                    living.state = ContractState::Signed;
                    self.undoable.clear();
                    self.stage = S::ContractSigned;
                }
                _ => return false,
            },
            F::ContractESigned { contract, .. } if stage == S::Accepted => {
                let signed_by = self.accepted.as_ref().map(|(_, by)| by.clone()).unwrap_or_default();
                let online = self.online;
                match self.living(*contract) {
                    Some(living) if online || !living.e_signed_by.is_empty() => {
                        living.state = ContractState::UnderReview { signed_on: recorded.on, signed_by };
                        self.undoable.clear();
                        self.stage = S::ContractESigned;
                    }
                    _ => return false,
                }
            }
            F::EContractProblem { contract, problem } if stage == S::ContractESigned => match self.living(*contract) {
                Some(living) => living.state = ContractState::Problem(problem.clone()),
                None => return false,
            },
            F::EContractReviewed { contract } if stage == S::ContractESigned => match self.living(*contract) {
                Some(living) => {
                    living.state = ContractState::Reviewed;
                    self.stage = S::EContractReviewed;
                }
                None => return false,
            },
            F::ContractVoided { contract, reason } if (S::Accepted..=S::CertificateIssued).contains(&stage) => {
                if self.living(*contract).is_none() {
                    return false;
                }
                self.voided.push((*contract, reason.clone()));
                self.contract = None;
                self.certificate = None;
                self.stage = S::Accepted;
            }
            F::CertificateIssued { contract, certificate }
                if matches!(stage, S::ContractSigned | S::EContractReviewed)
                    && *certificate == self.certificates + 1 =>
            {
                if self.living(*contract).is_none() {
                    return false;
                }
                self.certificate = Some(*certificate);
                self.certificates = *certificate;
                self.stage = S::CertificateIssued;
            }
            F::ReceiptEntered { owed_fen } if stage == S::CertificateIssued => {
                self.owed_fen = Some(*owed_fen);
                self.reported_on = Some(recorded.on);
                self.stage = S::ReceiptEntered;
            }
            F::BankReviewed if stage == S::ReceiptEntered => self.stage = S::BankReviewed,
            F::Approved if stage == S::BankReviewed => self.stage = S::Approved,
            F::BankRefused { reason } if matches!(stage, S::ReceiptEntered | S::BankReviewed) => {
                self.void_living(reason);
                self.stage = S::Refused;
            }
            F::Disbursed { contract, .. } if stage == S::Approved => match self.living(*contract) {
                Some(living) => {
                    living.state = ContractState::InForce;
                    self.stage = S::Disbursed;
                }
                None => return false,
            },
            F::Declined { .. } if (S::Returned..=S::CertificateIssued).contains(&stage) => {
                self.void_living("receipt_deadline");
                self.stage = S::Declined;
            }
            F::Invalidated { .. } if (S::Returned..=S::CertificateIssued).contains(&stage) => {
                self.void_living("receipt_deadline");
                self.stage = S::Invalid;
            }
            F::Withdrawn if before_signing => {
                self.void_living("withdrawn");
                self.stage = S::Withdrawn;
            }
            F::Failed { reason } if stage < S::Disbursed => {
                self.void_living(reason);
                self.stage = S::Failed;
            }
            _ => return false,
        }
        true
    }

    /// Takes the last step of the county back. An accepted application gives up its contract first.
    fn undo(&mut self) -> bool {
        if self.contract.is_some() {
            return false;
        }
        match self.undoable.pop() {
            Some(CountyStep::Arrived) => {
                self.present.clear();
                self.stage = if self.booked.is_some() { Stage::Booked } else { Stage::Submitted };
            }
            Some(CountyStep::Overridden(rule)) => self.overridden.retain(|known| *known != rule),
            Some(CountyStep::Certified) => self.certified = false,
            Some(CountyStep::StatementConfirmed) => {
                self.statement = Statement::ConfirmedBySchool;
                self.stage = self.online_stage();
            }
            Some(CountyStep::Accepted) => {
                self.accepted = None;
                self.stage = if self.online { Stage::ConfirmedByCounty } else { Stage::AtCounter };
            }
            None => return false,
        }
        true
    }

    /// The stage of an online renewal follows its statement; at the counter it does not.
    fn online_stage(&self) -> Stage {
        if !self.online {
            return self.stage;
        }
        match self.statement {
            Statement::ConfirmedBySchool => Stage::ConfirmedBySchool,
            Statement::ConfirmedByCounty => Stage::ConfirmedByCounty,
            _ => Stage::FaceMatched,
        }
    }

    /// When the application ends, its contract ends with it.
    fn void_living(&mut self, reason: &str) {
        if let Some(living) = &mut self.contract {
            living.state = ContractState::Voided(reason.to_owned());
            self.voided.push((living.contract, reason.to_owned()));
        }
        self.certificate = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationFact as F;
    use loan::calendar::date;

    /// Folds the facts; the last must lead to the stage named, or be refused when that is `None`.
    fn check(kind: Kind, facts: &[F], expected: Option<Stage>) -> Option<Progress> {
        let recorded: Vec<Recorded> = facts
            .iter()
            .enumerate()
            .map(|(at, fact)| Recorded {
                seq: at as i64 + 1,
                on: date(2026, 8, 1),
                at: Default::default(),
                actor: "staff:1".into(),
                fact: fact.clone(),
            })
            .collect();
        let (last, before) = recorded.split_last().expect("at least one fact");
        let before = Progress::of(kind, before).expect("all but the last fact fit");
        let after = before.then(last);
        assert_eq!(after.as_ref().ok().map(|progress| progress.stage), expected, "{:?}", last.fact);
        after.ok()
    }

    fn submitted() -> F {
        F::Submitted {
            amount_fen: 1_200_000,
            matures_in: 2044,
            graduates_in: 2029,
            to_override: vec!["co_borrower_age".into()],
        }
    }
    fn both() -> F {
        F::Arrived { present: vec![Party::Borrower, Party::CoBorrower] }
    }
    fn signed() -> F {
        F::ContractSigned { contract: 7, by: vec![Party::Borrower, Party::CoBorrower], fingerprints: true }
    }
    const MADE: F = F::ContractGenerated { contract: 7 };
    const ISSUED: F = F::CertificateIssued { contract: 7, certificate: 1 };

    #[test]
    fn a_first_loan_walks_from_draft_to_disbursed() {
        let path = [
            (F::Drafted, Stage::Draft),
            (submitted(), Stage::Submitted),
            (F::Booked { for_on: date(2026, 8, 3), slot: "09:30".into() }, Stage::Booked),
            (both(), Stage::AtCounter),
            (
                F::Overridden {
                    rule: "co_borrower_age".into(), reason: "唯一亲属".into(), evidence: "户口簿".into()
                },
                Stage::AtCounter,
            ),
            (F::Certified { basis: "低保证".into() }, Stage::AtCounter),
            (F::Accepted, Stage::Accepted),
            (MADE, Stage::Accepted),
            (F::ReadAndUnderstood { contract: 7, by: Party::Borrower, chapters: Vec::new() }, Stage::Accepted),
            (F::ReadAndUnderstood { contract: 7, by: Party::CoBorrower, chapters: Vec::new() }, Stage::Accepted),
            (signed(), Stage::ContractSigned),
            (ISSUED, Stage::CertificateIssued),
            (F::ReceiptEntered { owed_fen: 900_000 }, Stage::ReceiptEntered),
            (F::BankReviewed, Stage::BankReviewed),
            (F::Approved, Stage::Approved),
            (F::Disbursed { contract: 7, disbursed_on: date(2026, 11, 20) }, Stage::Disbursed),
        ];
        let facts: Vec<F> = path.iter().map(|(fact, _)| fact.clone()).collect();
        for (at, (_, stage)) in path.iter().enumerate() {
            check(Kind::First, &facts[..=at], Some(*stage));
        }
        // Nothing may be skipped: each fact straight after the one before its predecessor is refused, unless the
        // predecessor is one a family may leave out.
        for at in 2..path.len() {
            let needed = matches!(
                facts[at - 1],
                F::Submitted { .. }
                    | F::Accepted
                    | F::ContractGenerated { .. }
                    | F::ContractSigned { .. }
                    | F::CertificateIssued { .. }
                    | F::ReceiptEntered { .. }
                    | F::BankReviewed
                    | F::Approved
            );
            if needed {
                let mut skipped = facts[..at - 1].to_vec();
                skipped.push(facts[at].clone());
                check(Kind::First, &skipped, None);
            }
        }
    }

    #[test]
    fn an_online_renewal_waits_for_both_confirmations() {
        let mut facts = vec![F::Drafted];
        let mut step = |fact: F, stage: Option<Stage>| {
            facts.push(fact);
            check(Kind::Renewal, &facts, stage);
            if stage.is_none() {
                facts.pop();
            }
        };
        step(F::StatementWritten { digest: "d".into() }, Some(Stage::Draft));
        step(F::StatementConfirmedBySchool, None);
        step(submitted(), Some(Stage::Submitted));
        step(F::FaceMatched { token: "t".into() }, Some(Stage::FaceMatched));
        step(F::Accepted, None);
        step(F::StatementConfirmedByCounty, None);
        step(F::StatementReturnedBySchool { reason: "not_objective".into() }, Some(Stage::FaceMatched));
        step(F::StatementConfirmedBySchool, None);
        step(F::StatementWritten { digest: "e".into() }, Some(Stage::FaceMatched));
        step(F::StatementConfirmedBySchool, Some(Stage::ConfirmedBySchool));
        step(F::StatementWritten { digest: "f".into() }, None);
        step(F::Accepted, None);
        step(F::StatementConfirmedByCounty, Some(Stage::ConfirmedByCounty));
        step(F::Accepted, Some(Stage::Accepted));
        step(MADE, Some(Stage::Accepted));
        step(F::ContractESigned { contract: 7, reference: "ca-1".into() }, Some(Stage::ContractESigned));
        step(ISSUED, None);
        step(F::EContractProblem { contract: 7, problem: "name".into() }, Some(Stage::ContractESigned));
        step(F::EContractReviewed { contract: 7 }, Some(Stage::EContractReviewed));
        step(ISSUED, Some(Stage::CertificateIssued));
        proof::proves!["R7.6", "R7.8"];
    }

    #[test]
    fn a_correction_voids_contract_and_certificate_and_a_new_contract_follows() {
        let mut facts = vec![F::Drafted, submitted(), both(), F::Accepted, MADE, signed(), ISSUED];
        facts.push(F::ContractVoided { contract: 7, reason: "姓名写错".into() });
        let progress = check(Kind::First, &facts, Some(Stage::Accepted)).unwrap();
        assert_eq!(progress.certificate, None);
        assert_eq!(progress.voided, vec![(7, "姓名写错".to_owned())]);
        facts.push(signed());
        check(Kind::First, &facts, None);
        facts.pop();
        facts.push(F::ContractGenerated { contract: 8 });
        check(Kind::First, &facts, Some(Stage::Accepted));
        facts.push(signed());
        check(Kind::First, &facts, None);
    }

    #[test]
    fn the_last_step_of_the_county_is_taken_back_until_somebody_signs() {
        let undone = |step: CountyStep| F::StepUndone { step };
        let overridden = || F::Overridden { rule: "co_borrower_age".into(), reason: "a".into(), evidence: "b".into() };
        let certified = || F::Certified { basis: "低保证".into() };
        let mut facts = vec![F::Drafted, submitted(), both(), overridden(), certified(), F::Accepted];
        let mut step = |fact: F, stage: Option<Stage>| {
            facts.push(fact);
            let after = check(Kind::First, &facts, stage);
            if stage.is_none() {
                facts.pop();
            }
            after
        };
        // Only the last one, and a contract goes first.
        step(undone(CountyStep::Certified), None);
        step(MADE, Some(Stage::Accepted));
        step(undone(CountyStep::Accepted), None);
        step(F::ContractVoided { contract: 7, reason: "undone".into() }, Some(Stage::Accepted));
        let after = step(undone(CountyStep::Accepted), Some(Stage::AtCounter)).unwrap();
        assert_eq!(after.accepted, None);
        assert!(!step(undone(CountyStep::Certified), Some(Stage::AtCounter)).unwrap().certified);
        let after = step(undone(CountyStep::Overridden("co_borrower_age".into())), Some(Stage::AtCounter)).unwrap();
        assert_eq!(after.open_overrides(), ["co_borrower_age"]);
        assert!(step(undone(CountyStep::Arrived), Some(Stage::Submitted)).unwrap().present.is_empty());
        step(undone(CountyStep::Arrived), None);
        // What was taken back can be done again; after signing nothing is taken back.
        for (fact, stage) in [
            (both(), Stage::AtCounter),
            (F::Accepted, Stage::Accepted),
            (F::ContractGenerated { contract: 8 }, Stage::Accepted),
        ] {
            step(fact, Some(stage));
        }
        step(
            F::ContractSigned { contract: 8, by: vec![Party::Borrower], fingerprints: true },
            Some(Stage::ContractSigned),
        );
        step(undone(CountyStep::Accepted), None);
    }

    #[test]
    fn exits_are_final_and_come_only_where_they_may() {
        let at_counter = vec![F::Drafted, submitted(), both()];
        let with = |more: &[F]| [at_counter.clone(), more.to_vec()].concat();
        let issued = [F::Accepted, MADE, signed(), ISSUED];
        let deadline_on = date(2026, 10, 15);
        check(Kind::First, &with(&[F::Withdrawn]), Some(Stage::Withdrawn));
        check(Kind::First, &with(&[F::Accepted, F::Withdrawn]), Some(Stage::Withdrawn));
        check(Kind::First, &with(&[F::Accepted, MADE, signed(), F::Withdrawn]), None);
        check(Kind::First, &with(&[F::Declined { deadline_on }]), Some(Stage::Declined));
        check(Kind::First, &with(&[&issued[..], &[F::Invalidated { deadline_on }]].concat()), Some(Stage::Invalid));
        let receipt = [&issued[..], &[F::ReceiptEntered { owed_fen: 0 }]].concat();
        check(Kind::First, &with(&[&receipt[..], &[F::Declined { deadline_on }]].concat()), None);
        check(
            Kind::First,
            &with(&[&receipt[..], &[F::BankRefused { reason: "x".into() }]].concat()),
            Some(Stage::Refused),
        );
        check(Kind::First, &with(&[F::Withdrawn, both()]), None);
        check(Kind::First, &[F::Drafted, F::Declined { deadline_on }], None);
        check(Kind::First, &[F::Drafted, F::Drafted], None);
    }

    #[test]
    fn every_stage_is_found_by_its_name() {
        for stage in Stage::ALL {
            assert_eq!(Stage::of(stage.code()), Some(stage));
        }
    }
}
