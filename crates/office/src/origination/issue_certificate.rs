//! 受理证明: the family takes home the certificate with the receipt code for the school and, below the cut
//! line, the first password of the payment account (R11.1). The account is opened once per person; its first
//! password is printed here and nowhere else (R1.6).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Issues the certificate of a signed contract.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssueCertificate {
    /// Number of the application.
    pub number: String,
    /// The payment account just opened for the person, if there was none; see [`crate::Office::issue_certificate`].
    #[serde(skip)]
    pub account: Option<NewAccount>,
}

/// A payment account opened for a person.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The platform.
    pub platform: String,
    /// The account's name there.
    pub account: String,
    /// Its random first password.
    pub first_password: String,
}

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "NewAccount({})", self.platform)
    }
}

/// Issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Number of the certificate within the application.
    pub certificate: i64,
}

refusals! {
    /// Why no certificate is issued.
    pub enum IssueCertificateRefusal {
        /// The contract is not signed, or its review is not done.
        ContractNotSigned = "contract_not_signed" ["sdvcst-2022" "13"],
        /// It was issued before; it can be printed again.
        AlreadyIssued = "already_issued" ["sdvcst-2022" "13"],
        /// The school is not on the platform.
        SchoolNotServed = "school_not_served" ["sdvcst-2022" "13"],
        /// The platform gave no account.
        AccountMissing = "account_missing" ["xiufeng-2016" "三(一)3(5)"],
    }
}

#[async_trait::async_trait]
impl Act for IssueCertificate {
    const NAME: &'static str = "issue_certificate";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = Issued;
    type Refused = IssueCertificateRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Issued, No<IssueCertificateRefusal>> {
        use IssueCertificateRefusal as R;
        let mut case = desk.case(&self.number).await?;
        if case.stage() == Stage::CertificateIssued {
            return Err(No::Refused(R::AlreadyIssued));
        }
        let contract = super::living(&case.progress)
            .filter(|_| matches!(case.stage(), Stage::ContractSigned | Stage::EContractReviewed))
            .ok_or(No::Refused(R::ContractNotSigned))?;
        let school = case.row.school_code.clone().unwrap_or_default();
        let Some(school) = store::office_place::by_school(desk.tx, &school).await? else {
            return Err(No::Refused(R::SchoolNotServed));
        };
        let person = case.row.person;
        let first_password = match (&self.account, store::certificate::account(desk.tx, person).await?) {
            (_, Some(_)) => None,
            (Some(new), None) => {
                store::certificate::account_open(desk.tx, person, &new.platform, &new.account, desk.on).await?;
                Some(new.first_password.as_str())
            }
            (None, None) => return Err(No::Refused(R::AccountMissing)),
        };
        let certificate = case.progress.certificates + 1;
        let code = crate::number::receipt_code(desk.office.chance.as_ref());
        let deadline = crate::rules::receipt_deadline(desk.office, &case)?;
        let new = store::certificate::New {
            book: case.book(),
            application: case.number.key(),
            version: certificate,
            person,
            code: &code,
            first_password,
            issued_by: &desk.actor.name(),
            issued_on: desk.on,
            at: desk.at,
        };
        store::certificate::issue(desk.tx, new).await?;
        desk.record(&mut case, ApplicationFact::CertificateIssued { contract, certificate }).await?;
        let id_number = store::person::id_number(desk.tx, person).await?.unwrap_or_default();
        let shown = store::owner_case::SchoolNew {
            owner: school.office_id,
            book: case.book(),
            application: case.number.key(),
            number: &case.row.number,
            student_name: &case.row.student_name,
            id_tail: &id_number,
            college: case.row.college.as_deref(),
            academic_year: case.row.academic_year,
            amount_fen: case.row.amount_fen.unwrap_or_default(),
            status: &case.row.status,
            code: Some(&code),
            receipt_due_on: Some(deadline.last_on),
            contract: Some(contract),
            at: desk.at,
        };
        store::owner_case::school_show(desk.tx, shown).await?;
        desk.note("certificate", certificate);
        Ok(Issued { certificate })
    }
}
