//! One application as its page shows it: both people side by side, every rule with its article, the materials, the
//! contract, what happened so far and who has it now.

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use loan::life::Row;
use loan::money::Fen;
use loan::policy::checklist::Item;
use loan::policy::limits::Allowed;
use loan::policy::terms::Range;
use store::{Failure, Tx};

use super::{Names, READERS, Seen, mask_phone, plan, quote};
use crate::Office;
use crate::application::answers::Section;
use crate::application::fact::{Flaw, Kind, Party};
use crate::application::{Answers, ApplicationFact, Progress, Stage};
use crate::desk::{Case, in_scope, load, reads_since};
use crate::no::No;
use crate::number::{ApplicationNumber, ContractNumber};
use crate::origination::save_answers::open_sections;
use crate::papers::{PaperKind, mask_id, place_name};
use crate::rules::{self, Broken, Finding, Known, ReceiptDeadline};
use crate::terms::{KeptTerms, expected_disbursement};
use crate::who::{Actor, Who};

/// One application with everything around it.
#[derive(Clone, Debug)]
pub struct CaseView {
    /// Its number.
    pub number: String,
    /// Since when the reader's office only reads it, because another one serves the county.
    pub read_only: Option<Date>,
    /// First loan or renewal.
    pub kind: Kind,
    /// Where it stands.
    pub stage: Stage,
    /// The academic year, by its autumn.
    pub academic_year: i32,
    /// Business day of the view.
    pub on: Date,
    /// Day whose rules apply.
    pub policy_on: Date,
    /// The county, by its whole name.
    pub county: String,
    /// Code of the county.
    pub county_code: String,
    /// The county office that serves the case.
    pub agency: Option<store::office_place::Office>,
    /// The student.
    pub student: PersonView,
    /// The co-borrower, once named.
    pub co_borrower: Option<PersonView>,
    /// The answers; ID numbers and phones are masked for everybody but the student.
    pub answers: Answers,
    /// Name of the school.
    pub school_name: String,
    /// Sections still to answer.
    pub open: Vec<Section>,
    /// The amounts open to the student, once the school is known; or why there is none.
    pub amounts: Option<Result<Allowed, Broken>>,
    /// The terms open to the student, once the school is known.
    pub terms: Option<Range>,
    /// Every rule with its verdict.
    pub findings: Vec<Finding>,
    /// The materials, with the ticks.
    pub materials: Vec<MaterialView>,
    /// What the facts add up to.
    pub progress: Progress,
    /// Whether the county must certify the hardship.
    pub certification_needed: bool,
    /// Whether a renewal needs a statement.
    pub statement_needed: bool,
    /// Fewest and most characters of the statement, where one is needed.
    pub statement_lengths: Option<(usize, usize)>,
    /// Last day for the school's receipt, once the school is known.
    pub deadline: Option<ReceiptDeadline>,
    /// The living contract.
    pub contract: Option<ContractView>,
    /// The prints about it, newest first.
    pub prints: Vec<PrintView>,
    /// What happened, in order.
    pub history: Vec<HappenedView>,
    /// The seven steps.
    pub tracker: Vec<Step>,
}

/// A person of a case.
#[derive(Clone, Debug)]
pub struct PersonView {
    /// Name.
    pub name: String,
    /// ID number with its middle hidden.
    pub id_masked: String,
    /// Phone with its middle hidden.
    pub phone_masked: String,
    /// Day of birth.
    pub born_on: Option<Date>,
    /// Completed years on the day of the view.
    pub age: Option<u32>,
    /// `male` or `female`.
    pub sex: String,
    /// County of the household registration.
    pub household: String,
    /// Loans the person is bound by now.
    pub open_loans: usize,
    /// Seen at the counter.
    pub present: bool,
}

/// A material with its tick.
#[derive(Clone, Debug)]
pub struct MaterialView {
    /// The material and its article.
    pub item: Item,
    /// Who ticked it when, and the note.
    pub ticked: Option<(String, Date, String)>,
}

/// The living contract.
#[derive(Clone, Debug)]
pub struct ContractView {
    /// Its number.
    pub number: String,
    /// 1, or more after a correction.
    pub version: i64,
    /// State in the index.
    pub status: String,
    /// Terms as kept.
    pub terms: KeptTerms,
    /// Day the plan counts from; expected until the bank has paid.
    pub counts_from: Date,
    /// True once the bank has paid.
    pub disbursed: bool,
    /// The plan.
    pub rows: Vec<Row>,
    /// Day of the last signature.
    pub signed_on: Option<Date>,
}

/// A print.
#[derive(Clone, Debug)]
pub struct PrintView {
    /// Code under the QR.
    pub code: String,
    /// Kind.
    pub kind: String,
    /// Version.
    pub version: i64,
    /// Day.
    pub printed_on: Date,
    /// Why it lost its force.
    pub void_reason: Option<String>,
    /// True when the file can be fetched.
    pub valid: bool,
}

/// One fact in words a page can look up.
#[derive(Clone, Debug)]
pub struct HappenedView {
    /// Business day.
    pub on: Date,
    /// Instant.
    pub at: DateTime<Utc>,
    /// Who, by name.
    pub by: String,
    /// What.
    pub fact: ApplicationFact,
}

/// One step of the tracker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub step: StepKind,
    /// Where it stands.
    pub state: StepState,
    /// The day it was done.
    pub done_on: Option<Date>,
}

/// The seven steps of a loan up to the fees (ux F11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// 填写申请; the student has it.
    Fill,
    /// 签合同; student and county.
    Sign,
    /// 县中心复核; the county.
    CountyReview,
    /// 学校录入回执; the school.
    Receipt,
    /// 银行审批; the bank.
    BankApproval,
    /// 放款; the bank.
    Disbursement,
    /// 学费到账; the platform and the school.
    FeesArrived,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Done.
    Done,
    /// Somebody has it now.
    Now,
    /// Still to come.
    Next,
    /// The application ended here.
    Stopped,
}

/// The seven steps of an application. `arrived_on`: the day the fees reached the school.
pub fn tracker(progress: &Progress, facts: &[crate::application::Recorded], arrived_on: Option<Date>) -> Vec<Step> {
    use ApplicationFact as F;
    let last =
        |fits: fn(&F) -> bool| facts.iter().rev().find(|recorded| fits(&recorded.fact)).map(|recorded| recorded.on);
    let stage = progress.stage;
    let steps = [
        (StepKind::Fill, !stage.is_with_student(), last(|fact| matches!(fact, F::Submitted { .. }))),
        (
            StepKind::Sign,
            stage >= Stage::ContractSigned,
            last(|fact| matches!(fact, F::ContractSigned { .. } | F::ContractESigned { .. })),
        ),
        (
            StepKind::CountyReview,
            stage >= Stage::CertificateIssued,
            last(|fact| matches!(fact, F::CertificateIssued { .. })),
        ),
        (StepKind::Receipt, stage >= Stage::ReceiptEntered, last(|fact| matches!(fact, F::ReceiptEntered { .. }))),
        (StepKind::BankApproval, stage >= Stage::Approved, last(|fact| matches!(fact, F::Approved))),
        (StepKind::Disbursement, stage >= Stage::Disbursed, last(|fact| matches!(fact, F::Disbursed { .. }))),
        (StepKind::FeesArrived, arrived_on.is_some(), arrived_on),
    ];
    let ended = stage.is_over() && stage != Stage::Disbursed;
    let mut open = false;
    steps
        .into_iter()
        .map(|(step, done, done_on)| {
            // After an exit the stage says nothing about how far it came: the facts do.
            let done = if ended {
                done_on.is_some() && !(step == StepKind::Fill && progress.submitted_on.is_none())
            } else {
                done
            };
            let state = match (done, open) {
                (true, false) => StepState::Done,
                (_, true) => StepState::Next,
                (false, false) => {
                    open = true;
                    if ended { StepState::Stopped } else { StepState::Now }
                }
            };
            Step { step, state, done_on: done_on.filter(|_| state == StepState::Done) }
        })
        .collect()
}

impl CaseView {
    /// What the last return found wrong with a material; none once the application is accepted.
    pub fn flaw_of(&self, material: &str) -> Option<Flaw> {
        self.progress.defects.iter().find(|defect| defect.material == material).map(|defect| defect.flaw)
    }
}

impl Office {
    /// One application, if the actor may see it.
    pub async fn case_view(&self, actor: &Actor, number: &str) -> Seen<CaseView> {
        if !READERS.allows(actor) {
            return Err(No::Forbidden);
        }
        let Ok(number) = number.parse::<ApplicationNumber>() else { return Err(No::NotFound) };
        let at = self.clock.now();
        let seen: Result<Option<CaseView>, Failure> = self
            .store
            .read("case_view", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(case) = load(tx, number).await? else { return Ok(None) };
                    let mut read_only = None;
                    if !in_scope(tx, actor, READERS, &case.row, on).await? {
                        read_only = reads_since(tx, actor, READERS, &case.row, on).await?;
                        if read_only.is_none() {
                            return Ok(None);
                        }
                    }
                    let view = view_of(tx, self, actor, case, on).await?;
                    Ok(Some(CaseView { read_only, ..view }))
                })
            })
            .await;
        seen?.ok_or(No::NotFound)
    }

    /// The plan at an amount and a term before anything is signed: what the amount page shows.
    pub async fn plan_at(&self, actor: &Actor, number: &str, amount: Fen, matures_in: i32) -> Seen<loan::life::Life> {
        let mut case = self.case_of_student(actor, number).await?;
        let today = self.today().await?;
        let on = today.on;
        case.answers.request = Some(crate::application::answers::Request { amount_fen: amount.0, matures_in });
        let kept = rules::terms(self, &case, on)?;
        let terms = kept.disbursed_on(expected_disbursement(case.number.year, on));
        let terms = terms.ok_or_else(|| Failure::bug("fresh terms hold an unknown word"))?;
        Ok(quote(&today.indexes(self.policy), &terms)?)
    }

    async fn case_of_student(&self, actor: &Actor, number: &str) -> Seen<Case> {
        let Ok(number) = number.parse::<ApplicationNumber>() else { return Err(No::NotFound) };
        let found: Result<Option<Case>, Failure> =
            self.store.read("case_of_student", |tx| Box::pin(load(tx, number))).await;
        match found? {
            Some(case) if actor.who == Who::Student(case.row.person) => Ok(case),
            _ => Err(No::NotFound),
        }
    }
}

/// The view of a case somebody may see.
pub(super) async fn view_of(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    mut case: Case,
    on: Date,
) -> Result<CaseView, Failure> {
    // In the student's hands the rules of today hold; once submitted those of that day.
    if case.stage().is_with_student() {
        case.row.policy_on = on;
    }
    let known = rules::known_facts(tx, &case, on).await?;
    let student = student_of(tx, &case, on).await?;
    let co_borrower = co_borrower_of(tx, &case, &known, on).await?;
    let study = case.answers.study.clone();
    let question = rules::question(&case);
    let (amounts, terms, deadline) = match &study {
        Some(study) => (
            Some(rules::allowed_amounts(office, &question, study.level(), study.fees())?),
            Some(rules::allowed_terms(office, &question, study)?),
            Some(rules::receipt_deadline(office, &case)?),
        ),
        None => (None, None, None),
    };
    let findings = rules::findings(office, &case, &known)?;
    let ticks = store::visit::material_list(tx, case.book(), case.number.key()).await?;
    let (mut materials, mut names) = (Vec::new(), Names::default());
    for item in rules::checklist(office, &case, &known)? {
        let ticked = match ticks.iter().find(|tick| tick.material == item.material.code) {
            Some(tick) => Some((names.of(tx, &tick.ticked_by).await?, tick.on_day, tick.note.clone())),
            None => None,
        };
        materials.push(MaterialView { item, ticked });
    }
    let contract = match &case.progress.contract {
        Some(living) => contract_of(tx, office, &case, living.contract).await?,
        None => None,
    };
    let mut history = Vec::new();
    for recorded in &case.facts {
        let by = names.of(tx, &recorded.actor).await?;
        history.push(HappenedView { on: recorded.on, at: recorded.at, by, fact: recorded.fact.clone() });
    }
    let prints = prints_of(tx, &case).await?;
    let agency = match store::office_place::office_serving(tx, case.book(), "county", on).await? {
        Some(number) => store::office_place::by_number(tx, number).await?,
        None => None,
    };
    let arrived_on = arrived_on(tx, &case).await?;
    let tracker = tracker(&case.progress, &case.facts, arrived_on);
    let own = actor.who == Who::Student(case.row.person);
    let (mut student, mut co_borrower) = (student, co_borrower);
    if actor.is_restricted() {
        for person in std::iter::once(&mut student).chain(co_borrower.as_mut()) {
            person.id_masked = only_ends(&person.id_masked, 1);
            person.phone_masked = only_ends(&person.phone_masked, 3);
        }
    }
    let mut answers = case.answers.clone();
    if !own {
        if let Some(co) = &mut answers.co_borrower {
            co.id_number = mask_id(&co.id_number);
            co.phone = mask_phone(&co.phone);
            if actor.is_restricted() {
                co.id_number = only_ends(&co.id_number, 1);
                co.phone = only_ends(&co.phone, 3);
            }
        }
        if let Some(family) = &mut answers.family {
            family.contact_phone = mask_phone(&family.contact_phone);
        }
    }
    let statement_needed = case.kind == Kind::Renewal && rules::statement_needed(office, &case, case.row.policy_on)?;
    Ok(CaseView {
        number: case.number.to_string(),
        read_only: None,
        kind: case.kind,
        stage: case.stage(),
        academic_year: case.number.year,
        on,
        policy_on: case.row.policy_on,
        county: place_name(case.county()),
        county_code: case.county().to_owned(),
        agency,
        student,
        co_borrower,
        answers,
        school_name: study
            .and_then(|study| loan::policy::reference::school(&study.school_code))
            .map_or("", |school| school.name)
            .to_owned(),
        open: open_sections(office, &case, case.row.policy_on)?,
        amounts,
        terms,
        findings,
        materials,
        certification_needed: rules::certification_needed(office, &case, &known)?,
        statement_needed,
        statement_lengths: if statement_needed { Some(rules::statement_lengths(office, &case, on)?) } else { None },
        deadline,
        contract,
        prints,
        history,
        tracker,
        progress: case.progress,
    })
}

/// So much at either end, stars between: what a helper without a say sees of a number (R1.14).
fn only_ends(text: &str, shown: usize) -> String {
    let length = text.chars().count();
    let star = |(place, c)| if place < shown || place + shown >= length { c } else { '*' };
    text.chars().enumerate().map(star).collect()
}

async fn student_of(tx: &mut Tx<'_>, case: &Case, on: Date) -> Result<PersonView, Failure> {
    let person = case.row.person;
    let row = store::person::by_number(tx, person).await?;
    let row = row.ok_or_else(|| Failure::corrupt("an application without its student"))?;
    let id_number = store::person::id_number(tx, person).await?.unwrap_or_default();
    let phone = store::person::phone(tx, person).await?.unwrap_or_default();
    Ok(PersonView {
        name: row.name,
        id_masked: mask_id(&id_number),
        phone_masked: mask_phone(&phone),
        born_on: Some(row.born_on),
        age: Some(loan::policy::id_number::age_on(row.born_on, on)),
        sex: row.sex,
        household: place_name(case.county()),
        open_loans: open_loans(tx, person).await?,
        present: case.progress.present.contains(&Party::Borrower),
    })
}

async fn co_borrower_of(tx: &mut Tx<'_>, case: &Case, known: &Known, on: Date) -> Result<Option<PersonView>, Failure> {
    let Some(co) = &case.answers.co_borrower else { return Ok(None) };
    let demonstration = crate::day::is_demonstration(tx).await?;
    let sex = rules::id_number(&co.id_number, on, demonstration).map_or("", |read| read.sex);
    let open_loans = match case.row.co_person {
        Some(person) => open_loans(tx, person).await?,
        None => 0,
    };
    Ok(Some(PersonView {
        name: co.name.clone(),
        id_masked: mask_id(&co.id_number),
        phone_masked: mask_phone(&co.phone),
        born_on: known.co_born_on,
        age: known.co_born_on.map(|born_on| loan::policy::id_number::age_on(born_on, on)),
        sex: sex.to_owned(),
        household: place_name(&co.household_county),
        open_loans,
        present: case.progress.present.contains(&Party::CoBorrower),
    }))
}

async fn open_loans(tx: &mut Tx<'_>, person: i64) -> Result<usize, Failure> {
    Ok(store::person::open_loans(tx, person).await?.iter().filter(|loan| loan.closed_on.is_none()).count())
}

async fn contract_of(
    tx: &mut Tx<'_>,
    office: &Office,
    case: &Case,
    contract: i64,
) -> Result<Option<ContractView>, Failure> {
    let Some(row) = store::contract::by_number(tx, case.book(), contract).await? else { return Ok(None) };
    let kept: KeptTerms = serde_json::from_str(&row.terms)
        .map_err(|error| Failure::corrupt("kept terms cannot be read").because(error))?;
    let counts_from = row.disbursed_on.unwrap_or(expected_disbursement(case.number.year, row.generated_on));
    let terms = kept.disbursed_on(counts_from).ok_or_else(|| Failure::corrupt("kept terms hold an unknown word"))?;
    Ok(Some(ContractView {
        number: ContractNumber::of(case.book(), contract).to_string(),
        version: row.version,
        status: row.status,
        counts_from,
        disbursed: row.disbursed_on.is_some(),
        rows: plan(tx, office, &terms).await?,
        terms: kept,
        signed_on: row.signed_on,
    }))
}

async fn prints_of(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<PrintView>, Failure> {
    let book = case.book();
    let mut rows = store::paper::list_of_subject(tx, book, "application", case.number.key()).await?;
    let living = case.progress.contract.iter().map(|living| living.contract);
    for contract in living.chain(case.progress.voided.iter().map(|(contract, _)| *contract)) {
        rows.extend(store::paper::list_of_subject(tx, book, "contract", contract).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.paper));
    rows.dedup_by_key(|row| row.paper);
    Ok(rows
        .into_iter()
        .map(|row| PrintView {
            code: row.code,
            valid: row.voided_at.is_none() && PaperKind::of(&row.kind).is_some(),
            kind: row.kind,
            version: row.version,
            printed_on: row.on_day,
            void_reason: row.void_reason,
        })
        .collect())
}

async fn arrived_on(tx: &mut Tx<'_>, case: &Case) -> Result<Option<Date>, Failure> {
    let school = case.row.school_code.clone().unwrap_or_default();
    let Some(school) = store::office_place::by_school(tx, &school).await? else { return Ok(None) };
    let key = (case.book(), case.number.key());
    Ok(store::owner_case::school_find(tx, school.office_id, key).await?.and_then(|row| row.arrived_on))
}
