//! 作废: a real error in a signed contract is put right by a new one; the old contract, its certificate and
//! every print of them lose their force and stay readable with the reason (R10.3, R10.12).

use serde::{Deserialize, Serialize};
use store::Failure;

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::application::{ApplicationFact, Stage};
use crate::desk::Case;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Voids the living contract of an application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VoidContract {
    /// Number of the application.
    pub number: String,
    /// Why.
    pub reason: String,
    /// The corrected name of the co-borrower, if that was the error.
    pub co_borrower_name: Option<String>,
}

refusals! {
    /// Why the contract stays.
    pub enum VoidContractRefusal {
        /// There is no living contract, or the school entered the receipt already.
        NothingToVoid = "nothing_to_void" ["xiufeng-2016" "五(四)"],
        /// The reason is missing.
        ReasonMissing = "reason_missing" ["xiufeng-2016" "五(四)"] @ "reason",
        /// The corrected name is not a name.
        NotAName = "not_a_name" ["xiufeng-2016" "五(四)"] @ "co_borrower_name",
    }
}

#[async_trait::async_trait]
impl Act for VoidContract {
    const NAME: &'static str = "void_contract";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = VoidContractRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<VoidContractRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let reachable = (Stage::Accepted..=Stage::CertificateIssued).contains(&case.stage());
        let Some(contract) = super::living(&case.progress).filter(|_| reachable) else {
            return Err(No::Refused(VoidContractRefusal::NothingToVoid));
        };
        let reason = tidy(&self.reason);
        if reason.is_empty() {
            return Err(No::Refused(VoidContractRefusal::ReasonMissing));
        }
        if let Some(name) = &self.co_borrower_name {
            let Some(name) = crate::application::answers::read_name(name) else {
                return Err(No::Refused(VoidContractRefusal::NotAName));
            };
            if let (Some(co), Some(person)) = (&mut case.answers.co_borrower, case.row.co_person) {
                co.name.clone_from(&name);
                store::person::rename(desk.tx, person, &name, desk.at).await?;
            }
            desk.keep_answers(&mut case).await?;
        }
        void_living(desk, &case, &reason).await?;
        desk.record(&mut case, ApplicationFact::ContractVoided { contract, reason }).await?;
        Ok(())
    }
}

/// Takes the force from the living contract of a case, from its certificate and from all their prints, and
/// frees both persons from it. Without a living contract only the prints of the form lose their force.
pub(crate) async fn void_living(desk: &mut Desk<'_, '_>, case: &Case, reason: &str) -> Result<(), Failure> {
    let (book, application) = (case.book(), case.number.key());
    for kind in crate::papers::OF_APPLICATION {
        store::paper::void(desk.tx, book, kind, ("application", application), reason, desk.at).await?;
    }
    if let Some(contract) = super::living(&case.progress) {
        super::contract_status(desk, book, contract, "voided").await?;
        for kind in crate::papers::OF_CONTRACT {
            store::paper::void(desk.tx, book, kind, ("contract", contract), reason, desk.at).await?;
        }
        for person in [Some(case.row.person), case.row.co_person].into_iter().flatten() {
            super::unbind(desk, person, book, contract).await?;
        }
    }
    store::certificate::void(desk.tx, book, application, desk.at).await?;
    let school = case.row.school_code.clone().unwrap_or_default();
    if let Some(school) = store::office_place::by_school(desk.tx, &school).await? {
        store::owner_case::school_forget_code(desk.tx, school.office_id, (book, application), desk.at).await?;
    }
    Ok(())
}
