//! 就学信息变更和还款计划变更: somebody studies on, rests, leaves. One of the two who owe comes to the county with
//! papers; the clerk writes down who came, why and what was shown, and every paid-out contract of the borrower in the
//! book gets its new end of subsidy, grace and plan at once (R14.1–R14.4, R15.1). Rows already settled stay as they are.

use loan::calendar::Date;
use loan::event::{Event, EventKind};
use loan::life::Reason;
use loan::settlement;
use serde::{Deserialize, Serialize};

use super::books;
use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::application::fact::Party;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Why the study information changes (article 21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StudyCause {
    /// 录入错误.
    EntryError,
    /// 休学.
    Suspension,
    /// 升学.
    FurtherStudy,
    /// 转学.
    Transfer,
    /// 出国.
    Abroad,
    /// 退学.
    Withdrawal,
    /// 开除学籍.
    Expulsion,
}

impl StudyCause {
    /// All of them, in the order of a list.
    pub const ALL: [StudyCause; 7] = [
        StudyCause::FurtherStudy,
        StudyCause::Suspension,
        StudyCause::Transfer,
        StudyCause::Abroad,
        StudyCause::Withdrawal,
        StudyCause::Expulsion,
        StudyCause::EntryError,
    ];

    /// The name in forms and facts.
    pub const fn code(self) -> &'static str {
        match self {
            StudyCause::EntryError => "entry_error",
            StudyCause::Suspension => "suspension",
            StudyCause::FurtherStudy => "further_study",
            StudyCause::Transfer => "transfer",
            StudyCause::Abroad => "abroad",
            StudyCause::Withdrawal => "withdrawal",
            StudyCause::Expulsion => "expulsion",
        }
    }

    /// The cause of that name.
    pub fn of(code: &str) -> Option<StudyCause> {
        StudyCause::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// What the study will be: a year of graduation, and the first day where study starts again after graduation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStudy {
    /// Why.
    pub cause: StudyCause,
    /// New year of graduation; of no meaning where study ends.
    pub graduates_in: i32,
    /// First day of a study after graduation.
    pub resumes_on: Option<Date>,
}

impl NewStudy {
    /// What it is in the life of a contract.
    pub const fn event(&self) -> EventKind {
        match (self.cause, self.resumes_on) {
            (StudyCause::Withdrawal, _) => EventKind::Withdrew,
            (StudyCause::Expulsion, _) => EventKind::Expelled,
            (_, Some(from)) => EventKind::StudyResumed { from, graduates_in: self.graduates_in },
            (_, None) => {
                EventKind::StudyChanged { graduates_in: self.graduates_in, effective_on: None, matures_in: None }
            }
        }
    }
}

/// 办理就学信息变更 at the counter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeStudy {
    /// One of the borrower's contracts; the others of the book change with it.
    pub contract: String,
    /// The new study.
    pub study: NewStudy,
    /// Who came.
    pub asked_by: Party,
    /// What was shown, such as the letter of admission.
    pub proof: String,
    /// The one who came was told that the repayment plan changes with it, and agrees (R14.4).
    pub plan_change_agreed: bool,
}

/// What was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyChanged {
    /// Contract numbers, in order.
    pub contracts: Vec<String>,
}

refusals! {
    /// Why the study information stays, in order of precedence.
    pub enum ChangeStudyRefusal {
        /// The loan was not paid out.
        NotPaidOut = "not_paid_out" ["sdvcst-2022" "21(一)1"],
        /// Nothing is owed any more.
        ContractClosed = "contract_closed" ["sdvcst-2022" "21(一)1"],
        /// What was shown is not written down.
        ProofMissing = "proof_missing" ["sdvcst-2022" "21(一)1"] @ "proof",
        /// The plan changes too, and nobody said so.
        PlanChangeNotAgreed = "plan_change_not_agreed" ["sdvcst-2022" "21(一)1", "sdvcst-2022" "21(二)"] @ "agreed",
        /// The year is not one of a study that fits the loan.
        YearWrong = "graduation_year_wrong" ["sdvcst-2022" "21(一)1", "sdvcst-2022" "8"] @ "graduates_in",
        /// Study starts again before the last subsidised time is over.
        ResumedTooEarly = "study_resumed_too_early" ["sdvcst-2022" "10"] @ "resumes_on",
        /// Study would end before it starts.
        EndsBeforeItStarts = "study_ends_before_it_starts" ["sdvcst-2022" "10"] @ "graduates_in",
        /// The borrower does not study on that day.
        NotInStudy = "not_in_study" ["sdvcst-2022" "19"],
    }
}

/// The refusal a reason of the arithmetic is.
pub(crate) fn refusal_of(reason: Reason) -> Option<ChangeStudyRefusal> {
    use ChangeStudyRefusal as R;
    match reason {
        Reason::NotYetDisbursed => Some(R::NotPaidOut),
        Reason::ContractClosed => Some(R::ContractClosed),
        Reason::StudyResumedTooEarly => Some(R::ResumedTooEarly),
        Reason::StudyEndsBeforeItStarts => Some(R::EndsBeforeItStarts),
        Reason::NotInStudy => Some(R::NotInStudy),
        Reason::GraduationNotBeforeMaturity
        | Reason::DisbursedAfterGraduation
        | Reason::MaturityInThePast
        | Reason::DateOutOfRange => Some(R::YearWrong),
        _ => None,
    }
}

#[async_trait::async_trait]
impl Act for ChangeStudy {
    const NAME: &'static str = "change_study";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = StudyChanged;
    type Refused = ChangeStudyRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<StudyChanged, No<ChangeStudyRefusal>> {
        use ChangeStudyRefusal as R;
        let named = super::ledger_of(desk, &self.contract).await?;
        if named.terms.is_none() {
            return Err(No::Refused(R::NotPaidOut));
        }
        if named.row.settled_on.is_some() {
            return Err(No::Refused(R::ContractClosed));
        }
        let proof = tidy(&self.proof);
        if proof.is_empty() {
            return Err(No::Refused(R::ProofMissing));
        }
        let leaves = matches!(self.study.cause, StudyCause::Withdrawal | StudyCause::Expulsion);
        if !leaves && !self.plan_change_agreed {
            return Err(No::Refused(R::PlanChangeNotAgreed));
        }
        let indexes = books::indexes(desk.tx, desk.office).await?;
        let through = books::open(desk.tx, desk.on).await?;
        let kind = self.study.event();
        let mut ledgers = Vec::new();
        for row in crate::origination::contracts_of(desk.tx, named.row.person).await? {
            if row.book != named.row.book || row.disbursed_on.is_none() || row.settled_on.is_some() {
                continue;
            }
            let Some(ledger) = books::load(desk.tx, row.book, row.contract).await? else { continue };
            let mut events = ledger.events.clone();
            events.push(Event { on: through.day(), kind: kind.clone() });
            let broken =
                |reason: Reason| store::Failure::corrupt(format!("contract {}: {}", ledger.row.number, reason.code()));
            let life = settlement::replay(ledger.terms()?, &indexes, &events, through.day());
            let reason = match &life {
                Ok(life) => life.refused.iter().find(|no| no.event + 1 == events.len()).map(|no| no.reason),
                Err(no) => Some(no.reason),
            };
            if let Some(reason) = reason {
                return Err(refusal_of(reason).map_or_else(|| No::Failure(broken(reason)), No::Refused));
            }
            ledgers.push(ledger);
        }
        let actor = desk.actor.name();
        let detail = serde_json::json!({ "study": self.study, "asked_by": self.asked_by, "proof": proof }).to_string();
        let mut contracts = Vec::new();
        for mut ledger in ledgers {
            books::add(desk.tx, &mut ledger, through.day(), kind.clone(), desk.at, &actor, through).await?;
            books::bring_forward(desk.tx, &indexes, &mut ledger, through, desk.at, &actor).await?;
            let fact = store::fact::NewFact {
                book: ledger.row.book,
                subject: "contract",
                subject_id: ledger.row.contract,
                kind: "study_changed",
                on_day: desk.on,
                at: desk.at,
                actor: &actor,
                detail: &detail,
            };
            store::fact::append(desk.tx, fact).await?;
            contracts.push(ledger.row.number);
        }
        desk.note("cause", self.study.cause.code());
        desk.note("contracts", contracts.clone());
        Ok(StudyChanged { contracts })
    }
}
