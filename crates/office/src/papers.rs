//! 打印: a legal paper gets its number, version and code before it is printed. Printing is an act, so that it is
//! known which paper said what and whether it still has its force; the bytes are made anew from the same facts
//! whenever they are asked for, and only while the facts are the same.

pub mod centre;
pub mod slips;
mod small;

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, FixedOffset, Utc};
use loan::calendar::{Date, date};
use loan::life::Row;
use loan::money::Fen;
use loan::policy::choice::{Choice, Relation};
use paper::forms::{
    AcceptanceCertificate, Applicant, ApplicationForm, CoApplicant, CoBorrower, Contact, Eligibility, FirstPassword,
    Instalment, LoanContract, LoanRequest, Party, PrepaymentRule, SettlementCertificate, Studies, WindowCheck,
};
use paper::forms::{ChangeForm, PlainPaper, RepaymentPlan};
use paper::{FactsDigest, Imprint, NoChineseFont, Press, PrintError};
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use crate::act::{Act, Desk};
use crate::application::fact::Kind;
use crate::desk::{Case, in_scope, load};
use crate::no::{Never, No};
use crate::number::{ApplicationNumber, ContractNumber, paper_book, paper_code};
use crate::servicing::books;
use crate::terms::{KeptTerms, expected_disbursement};
use crate::view::READERS;
use crate::who::{Actor, Permission, Role, Scope};
use crate::{Office, refusals, rules};

/// Kinds of prints about an application.
pub const OF_APPLICATION: &[&str] =
    &["application-form", "acceptance-certificate", "material-list", "renewal-statement"];
/// Kinds of prints about a contract.
pub const OF_CONTRACT: &[&str] = &[
    "loan-contract",
    "repayment-plan",
    "graduation-confirmation",
    "prepayment-receipt",
    "payment-receipt",
    "study-change",
];

/// The press, loaded at the first print and shared by all.
#[derive(Clone)]
pub struct LazyPress(Arc<dyn Loads>);

/// Hides what a press is made of. Every act may be sent to another thread with the office in hand, and the compiler
/// would prove that anew for each act through all of Typst: most of the time it took to build this crate.
trait Loads: Send + Sync {
    fn load(&self) -> Result<&Press, Failure>;
}

impl Loads for OnceLock<Result<Press, NoChineseFont>> {
    fn load(&self) -> Result<&Press, Failure> {
        let loaded = self.get_or_init(Press::new).as_ref();
        loaded.map_err(|missing| Failure::unavailable(missing.to_string()))
    }
}

impl Default for LazyPress {
    fn default() -> LazyPress {
        LazyPress(Arc::new(OnceLock::new()))
    }
}

impl LazyPress {
    fn get(&self) -> Result<&Press, Failure> {
        self.0.load()
    }
}

/// A paper of the origination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperKind {
    /// 申请表.
    ApplicationForm,
    /// 借款合同.
    LoanContract,
    /// 受理证明.
    AcceptanceCertificate,
    /// 材料清单.
    MaterialList,
    /// 续贷声明.
    RenewalStatement,
    /// 还款计划表.
    RepaymentPlan,
    /// 毕业确认表.
    GraduationConfirmation,
    /// 提前还款申请回单.
    PrepaymentReceipt,
    /// 还款凭证.
    PaymentReceipt,
    /// 就学信息变更单.
    StudyChange,
    /// 结清证明.
    SettlementCertificate,
}

impl PaperKind {
    /// The code of the form register.
    pub const fn code(self) -> &'static str {
        match self {
            PaperKind::MaterialList => "material-list",
            PaperKind::RenewalStatement => "renewal-statement",
            PaperKind::RepaymentPlan => "repayment-plan",
            PaperKind::GraduationConfirmation => "graduation-confirmation",
            PaperKind::PrepaymentReceipt => "prepayment-receipt",
            PaperKind::PaymentReceipt => "payment-receipt",
            PaperKind::StudyChange => "study-change",
            PaperKind::ApplicationForm => "application-form",
            PaperKind::LoanContract => "loan-contract",
            PaperKind::AcceptanceCertificate => "acceptance-certificate",
            PaperKind::SettlementCertificate => "settlement-certificate",
        }
    }

    /// The kind of that code.
    pub fn of(code: &str) -> Option<PaperKind> {
        PaperKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// All of them, in the order a loan meets them.
    pub const ALL: [PaperKind; 11] = [
        PaperKind::ApplicationForm,
        PaperKind::MaterialList,
        PaperKind::RenewalStatement,
        PaperKind::LoanContract,
        PaperKind::AcceptanceCertificate,
        PaperKind::RepaymentPlan,
        PaperKind::GraduationConfirmation,
        PaperKind::PrepaymentReceipt,
        PaperKind::PaymentReceipt,
        PaperKind::StudyChange,
        PaperKind::SettlementCertificate,
    ];

    /// True for papers about a contract; the others are about an application.
    pub const fn is_of_contract(self) -> bool {
        matches!(self, PaperKind::LoanContract | PaperKind::SettlementCertificate) || self.is_of_ledger()
    }

    /// True for papers made of what happened after the pay-out: whoever has to do with the loan prints them.
    const fn is_of_ledger(self) -> bool {
        use PaperKind::{GraduationConfirmation, PaymentReceipt, PrepaymentReceipt, RepaymentPlan, StudyChange};
        matches!(self, RepaymentPlan | GraduationConfirmation | PrepaymentReceipt | PaymentReceipt | StudyChange)
    }
}

/// Prints one paper of an application; the same facts give the same paper again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Print {
    /// Number of the application.
    pub number: String,
    /// Which paper.
    pub kind: PaperKind,
}

/// The print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Code under the QR, which also names the file.
    pub code: String,
}

refusals! {
    /// Why nothing is printed.
    pub enum PrintRefusal {
        /// The form is printed once the application is submitted.
        NotSubmitted = "not_submitted" ["xiufeng-2016" "五(一)"],
        /// There is no contract yet.
        NoContract = "no_contract" ["sdvcst-2022" "11"],
        /// There is no valid certificate.
        NoCertificate = "no_certificate" ["sdvcst-2022" "13"],
        /// Something is still owed.
        NotSettled = "not_settled" ["sdvcst-2022" "23"],
        /// This paper has nothing to say yet.
        NothingToPrint = "nothing_to_print" ["xiufeng-2016" "五(一)"],
        /// The certificate holds a secret of the student: only the county and the student print it.
        NotYours = "not_yours" ["xiufeng-2016" "三(一)3(5)"],
    }
}

#[async_trait::async_trait]
impl Act for Print {
    const NAME: &'static str = "print";
    const PERMISSION: Permission = Permission {
        roles: &[
            Role::Student,
            Role::CoBorrower,
            Role::CountyClerk,
            Role::CountyReviewer,
            Role::BankMaker,
            Role::BankChecker,
        ],
        scope: Scope::OwnOrOffice,
    };
    type Done = Printed;
    type Refused = PrintRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Printed, No<PrintRefusal>> {
        let case = desk.case(&self.number).await?;
        let others = [Role::CoBorrower, Role::BankMaker, Role::BankChecker];
        // Who co-borrows prints the contract before signing it.
        let signs = self.kind == PaperKind::LoanContract && desk.actor.roles().contains(&Role::CoBorrower);
        let for_others = self.kind == PaperKind::SettlementCertificate || self.kind.is_of_ledger() || signs;
        if !for_others && desk.actor.roles().iter().all(|role| others.contains(role)) {
            return Err(No::Forbidden);
        }
        let (subject, subject_id) = match self.kind {
            PaperKind::SettlementCertificate => match settled(desk.tx, &case).await? {
                Some(ledger) => ("contract", ledger.row.contract),
                None => return Err(No::Refused(PrintRefusal::NotSettled)),
            },
            kind if kind.is_of_ledger() => match &case.progress.contract {
                Some(living) => ("contract", living.contract),
                None => return Err(No::Refused(PrintRefusal::NoContract)),
            },
            PaperKind::ApplicationForm | PaperKind::MaterialList | PaperKind::RenewalStatement
                if case.stage().is_with_student() =>
            {
                return Err(No::Refused(PrintRefusal::NotSubmitted));
            }
            PaperKind::LoanContract => match &case.progress.contract {
                Some(living) => ("contract", living.contract),
                None => return Err(No::Refused(PrintRefusal::NoContract)),
            },
            PaperKind::AcceptanceCertificate if case.progress.certificate.is_none() => {
                return Err(No::Refused(PrintRefusal::NoCertificate));
            }
            PaperKind::AcceptanceCertificate if !desk.actor.roles().contains(&Role::CountyClerk) => {
                return Err(No::Refused(PrintRefusal::NotYours));
            }
            _ => ("application", case.number.key()),
        };
        let book = case.book();
        let prints = store::paper::list_of_subject(desk.tx, book, subject, subject_id).await?;
        let of_kind = || prints.iter().filter(|print| print.kind == self.kind.code());
        // Somebody signed it: it is printed as it was signed, until it loses its force.
        if let Some(signed) = of_kind().find(|print| print.voided_at.is_none() && print.file_digest.is_some()) {
            desk.note("paper", signed.code.as_str());
            desk.note("again", true);
            return Ok(Printed { code: signed.code.clone() });
        }
        let Some(content) = content(desk.tx, desk.office, &case, self.kind, desk.on).await? else {
            return Err(No::Refused(PrintRefusal::NothingToPrint));
        };
        let version = of_kind().map(|print| print.version).max().unwrap_or(0);
        // A print that still has its force and says the same is printed again.
        if let Some(same) = of_kind().find(|print| {
            print.voided_at.is_none()
                && content.digest(&imprint_of(desk.office, &case, print, "", false)).hex() == print.digest
        }) {
            desk.note("paper", same.code.as_str());
            desk.note("again", true);
            return Ok(Printed { code: same.code.clone() });
        }
        store::paper::void(desk.tx, book, self.kind.code(), (subject, subject_id), "replaced", desk.at).await?;
        let mut row = store::paper::Paper {
            book,
            paper: store::counter::next(desk.tx, book, "paper").await?,
            kind: self.kind.code().to_owned(),
            number: paper_number(&case, self.kind),
            version: version + 1,
            subject: subject.to_owned(),
            subject_id,
            digest: String::new(),
            code: paper_code(book, desk.office.chance.as_ref()),
            file_digest: None,
            printed_by: desk.actor.name(),
            printed_at: desk.at,
            on_day: desk.on,
            voided_at: None,
            void_reason: None,
        };
        row.digest = content.digest(&imprint_of(desk.office, &case, &row, "", false)).hex();
        store::paper::enter(desk.tx, &row).await?;
        desk.note("paper", row.code.as_str());
        Ok(Printed { code: row.code })
    }
}

/// The number printed on a paper: of the contract on contracts, of the application on the others.
fn paper_number(case: &Case, kind: PaperKind) -> String {
    match (kind, &case.progress.contract) {
        (kind, Some(living)) if kind.is_of_contract() => ContractNumber::of(case.book(), living.contract).to_string(),
        _ => case.number.to_string(),
    }
}

fn imprint_of(office: &Office, case: &Case, row: &store::paper::Paper, by: &str, demonstration: bool) -> Imprint {
    Imprint {
        number: row.number.clone(),
        version: u32::try_from(row.version).unwrap_or(u32::MAX),
        policy: format!("{} 起执行的政策", case.row.policy_on),
        code: row.code.clone(),
        verify_url: format!("{}/v/{}", office.public_url.trim_end_matches('/'), row.code),
        printed_at: shanghai(row.printed_at),
        printed_by: by.to_owned(),
        print_count: 1,
        demonstration,
    }
}

/// Shanghai wall time.
pub(crate) fn shanghai(at: DateTime<Utc>) -> chrono::NaiveDateTime {
    let zone = FixedOffset::east_opt(8 * 3600).expect("eight hours are less than a day");
    at.with_timezone(&zone).naive_local()
}

/// What is behind the code of a print.
enum Found {
    /// The file that was kept, and its digest.
    Kept(String, Vec<u8>),
    /// What is to be printed anew.
    ToPrint(Box<(Content, Imprint)>),
}

/// What a paper says.
enum Content {
    Plain(Box<PlainPaper>),
    Plan(Box<RepaymentPlan>),
    Change(Box<ChangeForm>),
    Form(Box<ApplicationForm>),
    Contract(Box<LoanContract>),
    Certificate(Box<AcceptanceCertificate>),
    Settled(Box<SettlementCertificate>),
}

impl Content {
    fn digest(&self, imprint: &Imprint) -> FactsDigest {
        match self {
            Content::Plain(paper) => paper::facts_digest(paper.as_ref(), imprint),
            Content::Plan(plan) => paper::facts_digest(plan.as_ref(), imprint),
            Content::Change(form) => paper::facts_digest(form.as_ref(), imprint),
            Content::Form(form) => paper::facts_digest(form.as_ref(), imprint),
            Content::Contract(contract) => paper::facts_digest(contract.as_ref(), imprint),
            Content::Certificate(certificate) => paper::facts_digest(certificate.as_ref(), imprint),
            Content::Settled(certificate) => paper::facts_digest(certificate.as_ref(), imprint),
        }
    }

    fn print(&self, press: &Press, imprint: &Imprint) -> Result<Vec<u8>, PrintError> {
        let printed = match self {
            Content::Plain(paper) => press.print(paper.as_ref(), imprint)?,
            Content::Plan(plan) => press.print(plan.as_ref(), imprint)?,
            Content::Change(form) => press.print(form.as_ref(), imprint)?,
            Content::Form(form) => press.print(form.as_ref(), imprint)?,
            Content::Contract(contract) => press.print(contract.as_ref(), imprint)?,
            Content::Certificate(certificate) => press.print(certificate.as_ref(), imprint)?,
            Content::Settled(certificate) => press.print(certificate.as_ref(), imprint)?,
        };
        Ok(printed.pdf)
    }
}

/// Gathers what a paper of that kind says about a case; `None` where it has nothing to say.
async fn content(
    tx: &mut Tx<'_>,
    office: &Office,
    case: &Case,
    kind: PaperKind,
    on: Date,
) -> Result<Option<Content>, Failure> {
    let lacking = || Failure::corrupt("a submitted application lacks a section");
    let (Some(study), Some(family), Some(co), Some(request)) =
        (&case.answers.study, &case.answers.family, &case.answers.co_borrower, &case.answers.request)
    else {
        return Err(lacking());
    };
    let person = store::person::by_number(tx, case.row.person).await?.ok_or_else(lacking)?;
    let id_number = store::person::id_number(tx, case.row.person).await?.unwrap_or_default();
    let phone = store::person::phone(tx, case.row.person).await?.unwrap_or_default();
    let school = loan::policy::reference::school(&study.school_code).map_or("", |school| school.name).to_owned();
    let county = office_of(tx, case.book(), "county", on).await?;
    let lender = office_of(tx, case.book(), "bank", on).await?;
    let household = place_name(case.county());
    let relation = Relation::from_code(&co.relation).map_or("", Relation::words).to_owned();
    let borrower = Party { name: person.name.clone(), id_number: id_number.clone(), phone: phone.clone() };
    let matures_on = date(request.matures_in, 9, 20);
    let content = match kind {
        PaperKind::ApplicationForm => {
            let known = rules::known_facts(tx, case, on).await?;
            let eligibility = match case.kind {
                Kind::Renewal => Eligibility::Renewal,
                Kind::First if known.pre_applied => Eligibility::PreApplied,
                Kind::First => Eligibility::CountyCertifies,
            };
            Content::Form(Box::new(ApplicationForm {
                kind: if case.kind == Kind::First { "首次贷款" } else { "续贷" }.to_owned(),
                applicant: Applicant {
                    name: person.name,
                    sex: if person.sex == "male" { "男" } else { "女" }.to_owned(),
                    born_on: person.born_on,
                    id_number,
                    phone,
                    email: String::new(),
                    household,
                    address: family.address.clone(),
                },
                studies: Studies {
                    school,
                    college: study.department.clone(),
                    major: study.major.clone(),
                    level: study.level().words().to_owned(),
                    student_number: study.student_number.clone(),
                    programme_years: u32::try_from(study.programme_years).unwrap_or(0),
                    enrolled_in: study.graduates_in - study.programme_years,
                    graduates_on: date(study.graduates_in, 7, 1),
                },
                co_applicant: CoApplicant {
                    name: co.name.clone(),
                    relation,
                    id_number: co.id_number.clone(),
                    phone: co.phone.clone(),
                    household: place_name(&co.household_county),
                    work: String::new(),
                },
                contacts: vec![Contact {
                    name: family.contact_name.clone(),
                    relation: "亲友".to_owned(),
                    phone: family.contact_phone.clone(),
                }],
                request: LoanRequest {
                    academic_year: case.number.year,
                    tuition: Fen(study.tuition_fen),
                    accommodation: Fen(study.accommodation_fen),
                    amount: Fen(request.amount_fen),
                    term_years: u32::try_from(request.matures_in - case.number.year).unwrap_or(0),
                    matures_on,
                },
                eligibility,
                renewal_statement: case.answers.statement.as_ref().map(|said| said.text.clone()).unwrap_or_default(),
                agency: county.name,
                check_code: check_code(case),
            }))
        }
        PaperKind::LoanContract => {
            let contract = living_contract(tx, case).await?;
            let kept: KeptTerms = serde_json::from_str(&contract.terms)
                .map_err(|error| Failure::corrupt("kept terms cannot be read").because(error))?;
            let disbursed_on =
                contract.disbursed_on.unwrap_or(expected_disbursement(case.number.year, contract.generated_on));
            let terms =
                kept.disbursed_on(disbursed_on).ok_or_else(|| Failure::corrupt("kept terms hold an unknown word"))?;
            let plan = crate::view::plan(tx, office, &terms).await?;
            let deadline = rules::receipt_deadline(office, case)?;
            let product = &terms.product;
            let own_interest_from = product.own_interest_from.in_year(terms.graduates_in);
            let first_principal_on =
                plan.iter().find(|row| row.principal.is_positive()).map_or(matures_on, |row| row.due_on);
            let window = WindowCheck {
                present: present(case).to_owned(),
                checked_at: String::new(),
                documents: "身份证、户口簿、录取通知书或学生证".to_owned(),
                window: county.name.clone(),
            };
            Content::Contract(Box::new(LoanContract {
                borrower,
                co_borrower: CoBorrower {
                    name: co.name.clone(),
                    id_number: co.id_number.clone(),
                    relation,
                    phone: co.phone.clone(),
                },
                household,
                lender: lender.name,
                agency: county.name,
                principal: terms.principal,
                school,
                academic_year: case.number.year,
                matures_on: product.final_settlement.in_year(terms.matures_in),
                term_years: u32::try_from(terms.matures_in - case.number.year).unwrap_or(0),
                pricing: terms.pricing.clone(),
                day_count: terms.day_count,
                settlement: product.settlement,
                final_settlement: product.final_settlement,
                subsidy_ends_on: own_interest_from.pred_opt().unwrap_or(own_interest_from),
                own_interest_from,
                grace_years: u32::from(terms.grace_years),
                first_principal_on,
                plan: plan
                    .iter()
                    .filter(|row| row.days > 0 || row.principal.is_positive())
                    .map(Instalment::from)
                    .collect(),
                prepayment: PrepaymentRule::MonthlyTwentieth,
                receipt_due_on: deadline.last_on,
                penalty_percent: product.penalty_percent,
                window,
                electronic: case.progress.online,
            }))
        }
        PaperKind::SettlementCertificate => {
            let ledger = settled(tx, case).await?.ok_or_else(|| Failure::bug("a loan that is not paid off"))?;
            let row = &ledger.row;
            let settled_on = row.settled_on.unwrap_or(on);
            let disbursed_on = row.disbursed_on.unwrap_or(settled_on);
            let indexes = books::indexes(tx, office).await?;
            let life = ledger.life(&indexes, settled_on.max(on))?;
            let sum = |part: fn(&Row) -> Fen| -> Fen { life.rows.iter().map(part).sum() };
            Content::Settled(Box::new(SettlementCertificate {
                contract_number: row.number.clone(),
                borrower: Party { id_number: mask_id(&borrower.id_number), ..borrower },
                co_borrower: CoBorrower {
                    name: co.name.clone(),
                    id_number: mask_id(&co.id_number),
                    relation,
                    phone: co.phone.clone(),
                },
                lender: lender.name,
                agency: county.name,
                school,
                disbursed_on,
                principal: Fen(row.principal_fen),
                paid_principal: sum(|row| row.paid_principal),
                paid_interest: sum(|row| row.paid_interest),
                paid_penalty: sum(|row| row.paid_penalty),
                borne_by_others: sum(|row| row.waived + row.relieved + row.compensated),
                settled_on,
            }))
        }
        PaperKind::AcceptanceCertificate => {
            let contract = living_contract(tx, case).await?;
            let deadline = rules::receipt_deadline(office, case)?;
            let version = case.progress.certificate.ok_or_else(|| Failure::bug("no certificate to print"))?;
            let key = (case.book(), case.number.key());
            let certificate = store::certificate::find(tx, key, version, case.row.person).await?;
            let certificate = certificate.ok_or_else(|| Failure::corrupt("a certificate of the facts has no row"))?;
            let first_password = match certificate.first_password {
                Some(password) => {
                    let account = store::certificate::account(tx, case.row.person).await?;
                    let account = account.map(|account| account.account).unwrap_or_default();
                    Some(FirstPassword { platform: "支付宝".to_owned(), account, password })
                }
                None => None,
            };
            Content::Certificate(Box::new(AcceptanceCertificate {
                contract_number: contract.number,
                contract_version: u32::try_from(contract.version).unwrap_or(1),
                signed_on: contract.signed_on.unwrap_or(contract.generated_on),
                borrower: Party { id_number: mask_id(&borrower.id_number), ..borrower },
                co_borrower: co.name.clone(),
                school,
                academic_year: case.number.year,
                principal: Fen(contract.principal_fen),
                agency: county.name,
                agency_phone: county.phone,
                lender: lender.name,
                receipt_due_on: deadline.last_on,
                receipt_code: certificate.code,
                first_password,
            }))
        }
        _ => {
            let about = small::About { borrower, school, county };
            return small::content(tx, office, case, kind, (about, on)).await;
        }
    };
    Ok(Some(content))
}

/// The ledger of a case whose loan is paid off.
async fn settled(tx: &mut Tx<'_>, case: &Case) -> Result<Option<books::Ledger>, Failure> {
    let Some(living) = &case.progress.contract else { return Ok(None) };
    let ledger = books::load(tx, case.book(), living.contract).await?;
    Ok(ledger.filter(|ledger| ledger.row.settled_on.is_some()))
}

/// The code that tells a system-exported form from a downloaded blank (R6.3): it follows from what the form says.
pub fn check_code(case: &Case) -> String {
    let said = format!("{}|{}|{:?}", case.number, case.row.policy_on, case.answers.request);
    crate::seal::sm3_hex(said.as_bytes())[..8].to_uppercase()
}

fn present(case: &Case) -> &'static str {
    use crate::application::fact::Party::{Borrower, CoBorrower};
    match case.progress.present.as_slice() {
        [Borrower, CoBorrower] => "借款学生、共同借款人均到场",
        [Borrower] => "借款学生到场",
        [CoBorrower] => "共同借款人到场",
        _ => "网上办理，人脸识别通过",
    }
}

async fn living_contract(tx: &mut Tx<'_>, case: &Case) -> Result<store::contract::Contract, Failure> {
    let living = case.progress.contract.as_ref().ok_or_else(|| Failure::bug("no contract to print"))?;
    let row = store::contract::by_number(tx, case.book(), living.contract).await?;
    row.ok_or_else(|| Failure::corrupt("a contract of the facts has no row"))
}

async fn office_of(tx: &mut Tx<'_>, book: i64, part: &str, on: Date) -> Result<store::office_place::Office, Failure> {
    let missing = || Failure::corrupt(format!("book {book} has no {part} office on {on}"));
    let number = store::office_place::office_serving(tx, book, part, on).await?.ok_or_else(missing)?;
    store::office_place::by_number(tx, number).await?.ok_or_else(missing)
}

/// The whole name of a county: 广西壮族自治区桂林市秀峰区.
pub fn place_name(code: &str) -> String {
    let mut name = String::new();
    let mut code = code.to_owned();
    while let Some(division) = loan::policy::reference::division(&code) {
        name.insert_str(0, division.name);
        code = division.parent.to_owned();
    }
    name
}

/// First six and last four characters, as working papers show it.
pub fn mask_id(id_number: &str) -> String {
    match (id_number.get(..6), id_number.get(14..)) {
        (Some(head), Some(tail)) => format!("{head}********{tail}"),
        _ => String::new(),
    }
}

/// Whether a paper is still valid, for `/v/<code>`: no personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperView {
    /// Code of the form register.
    pub kind: String,
    /// Number printed on it.
    pub number: String,
    /// Version of the print.
    pub version: i64,
    /// Day of the print.
    pub printed_on: Date,
    /// First 16 digits of the digest in groups of four, as printed.
    pub digest: String,
    /// When it lost its force, and why.
    pub voided: Option<(DateTime<Utc>, String)>,
}

impl Office {
    /// Whether the paper of a code is valid; `None` when no such paper was ever printed.
    pub async fn paper(&self, code: &str) -> Result<Option<PaperView>, Failure> {
        let code = crate::number::tidy_code(code);
        let Some(book) = paper_book(&code) else { return Ok(None) };
        let code = code.as_str();
        let row: Option<store::paper::Paper> =
            self.store.read("paper", |tx| Box::pin(async move { store::paper::by_code(tx, book, code).await })).await?;
        Ok(row.map(|row| {
            let head: Vec<char> = row.digest.chars().take(16).collect();
            let digest = head.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ");
            PaperView {
                kind: row.kind,
                number: row.number,
                version: row.version,
                printed_on: row.on_day,
                digest,
                voided: row.voided_at.map(|at| (at, row.void_reason.unwrap_or_default())),
            }
        }))
    }

    /// The PDF of a print that still has its force and whose facts did not change since; once it is signed, the signed
    /// file. It holds whole ID numbers, so helpers without a say never get it.
    pub async fn paper_pdf(&self, actor: &Actor, code: &str) -> Result<Vec<u8>, No<Never>> {
        self.paper_file(actor, code).await.map(|(_, file)| file)
    }

    /// As [`Office::paper_pdf`], with the digest under which the file is kept; `None` while nobody signed it.
    pub(crate) async fn paper_file(&self, actor: &Actor, code: &str) -> Result<(Option<String>, Vec<u8>), No<Never>> {
        if actor.is_restricted() {
            return Err(No::Forbidden);
        }
        let code = crate::number::tidy_code(code);
        let Some(book) = paper_book(&code) else { return Err(No::NotFound) };
        let (at, code) = (self.clock.now(), code.as_str());
        let found: Result<Option<Found>, Failure> = self
            .store
            .read("paper_pdf", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(row) = store::paper::by_code(tx, book, code).await? else { return Ok(None) };
                    let Some(kind) = PaperKind::of(&row.kind).filter(|_| row.voided_at.is_none()) else {
                        return Ok(None);
                    };
                    let application = match row.subject.as_str() {
                        "contract" => {
                            store::contract::by_number(tx, book, row.subject_id).await?.map(|row| row.application)
                        }
                        _ => Some(row.subject_id),
                    };
                    let Some(application) = application else { return Ok(None) };
                    let Some(case) = load(tx, ApplicationNumber::of(book, application)).await? else { return Ok(None) };
                    let clerk = actor.roles().contains(&Role::CountyClerk);
                    let mine = in_scope(tx, actor, READERS, &case.row, on).await?;
                    if !READERS.allows(actor) || !mine || (kind == PaperKind::AcceptanceCertificate && !clerk) {
                        return Ok(None);
                    }
                    if let Some(file) = crate::signing::file_of(tx, &row, case.row.person).await? {
                        return Ok(Some(Found::Kept(row.file_digest.unwrap_or_default(), file)));
                    }
                    let Some(mut content) = content(tx, self, &case, kind, on).await? else { return Ok(None) };
                    let copies = store::paper::copies(tx, book, row.paper).await?.max(1);
                    // The password stands on the first copy and on no other.
                    if let (Content::Certificate(certificate), 2..) = (&mut content, copies) {
                        certificate.first_password = None;
                    }
                    let by = crate::view::actor_name(tx, &row.printed_by).await?;
                    let demonstration = crate::day::is_demonstration(tx).await?;
                    let mut imprint = imprint_of(self, &case, &row, &by, demonstration);
                    imprint.print_count = u32::try_from(copies).unwrap_or(1);
                    let same = content.digest(&imprint).hex() == row.digest;
                    Ok(same.then(|| Found::ToPrint(Box::new((content, imprint)))))
                })
            })
            .await;
        let (content, imprint) = match found? {
            None => return Err(No::NotFound),
            Some(Found::Kept(digest, file)) => return Ok((Some(digest), file)),
            Some(Found::ToPrint(what)) => *what,
        };
        let press = self.press.clone();
        let printing = tokio::task::spawn_blocking(move || {
            let press = press.get()?;
            content.print(press, &imprint).map_err(|error| Failure::bug(error.to_string()))
        });
        let pdf = printing.await.map_err(|error| Failure::bug("printing panicked").because(error))??;
        Ok((None, pdf))
    }
}
