//! 电子签名: who must sign does so through the certificate authority, everybody for himself: the student of an online
//! renewal alone, at the counter both on their own phones (R10.1). Each signature goes into the PDF; with the last one
//! the contract is signed and locked, and somebody else reviews it the same day.

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use crate::act::{Act, Desk};
use crate::application::fact::Party;
use crate::application::progress::ContractProgress;
use crate::application::{ApplicationFact, Stage};
use crate::desk::Case;
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission, Role, Who};

/// Records the electronic signature of the actor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ESign {
    /// Number of the application.
    pub number: String,
    /// What the certificate authority made of it, asked for before by [`crate::Office::e_sign`].
    #[serde(skip)]
    pub signed: Option<SignedPaper>,
}

/// A contract with one more signature inside.
#[derive(Clone)]
pub struct SignedPaper {
    /// Code of the print that was signed.
    pub code: String,
    /// SM3 of the file it was signed upon; `None` for the first signature.
    pub upon: Option<String>,
    /// The PDF.
    pub file: Vec<u8>,
    /// The authority's number of the signature.
    pub reference: String,
}

impl std::fmt::Debug for SignedPaper {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "SignedPaper({}, {} bytes)", self.code, self.file.len())
    }
}

refusals! {
    /// Why the signature does not count.
    pub enum ESignRefusal {
        /// There is no contract waiting to be signed.
        NothingToSign = "nothing_to_sign" ["sdvcst-2022" "12(三)"],
        /// The actor was not seen at the counter, and it is no online renewal of his own.
        SignedAtCounter = "signed_at_counter" ["sdvcst-2022" "12(二)"],
        /// Somebody below 18 signs together with the guardian, at the counter.
        GuardianMustSign = "guardian_must_sign" ["sdvcst-2022" "6"],
        /// Signed already; the other one still has to.
        AlreadyESigned = "already_e_signed" ["hubei-2024" "红安"],
        /// The contract was not confirmed to be read and understood.
        NotRead = "not_read" ["sdvcst-2022" "32"],
        /// The contract's names are no longer those of the system.
        NamesDiffer = "names_differ" ["xiufeng-2016" "五(四)"],
        /// The identity vendor does not know this name with this number.
        IdentityNotConfirmed = "identity_not_confirmed" ["sdvcst-2022" "12(三)"],
    }
}

/// The part in which somebody signs; `None` for staff.
pub fn party(actor: &Actor) -> Option<Party> {
    match actor.who {
        Who::Student(_) => Some(Party::Borrower),
        Who::CoBorrower(_) => Some(Party::CoBorrower),
        _ => None,
    }
}

/// The contract a party may sign now.
pub(crate) async fn may_sign(
    tx: &mut Tx<'_>,
    case: &Case,
    by: Party,
    on: Date,
) -> Result<ContractProgress, No<ESignRefusal>> {
    use ESignRefusal as R;
    let Some(living) = case.progress.contract.clone().filter(|_| case.stage() == Stage::Accepted) else {
        return Err(No::Refused(R::NothingToSign));
    };
    let signatories = case.progress.signatories();
    if !signatories.contains(&by) {
        return Err(No::Refused(R::SignedAtCounter));
    }
    if !signatories.contains(&Party::CoBorrower) && super::is_minor_on(tx, case.row.person, on).await? {
        return Err(No::Refused(R::GuardianMustSign));
    }
    if living.e_signed_by.contains(&by) {
        return Err(No::Refused(R::AlreadyESigned));
    }
    if !living.read_by.contains(&by) {
        return Err(No::Refused(R::NotRead));
    }
    if !super::names_agree(tx, case, living.contract).await? {
        return Err(No::Refused(R::NamesDiffer));
    }
    Ok(living)
}

#[async_trait::async_trait]
impl Act for ESign {
    const NAME: &'static str = "e_sign";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    type Done = ();
    type Refused = ESignRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ESignRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let by = party(desk.actor).ok_or(No::Forbidden)?;
        let living = may_sign(desk.tx, &case, by, desk.on).await?;
        let Some(signed) = &self.signed else {
            return Err(No::Failure(Failure::unavailable("the authority was not asked yet")));
        };
        let (book, contract) = (case.book(), living.contract);
        let print = store::paper::by_code(desk.tx, book, &signed.code).await?;
        // Corrected, or signed by the other one, while the authority was asked: the person begins again.
        let Some(mut print) = print.filter(|print| print.voided_at.is_none() && print.file_digest == signed.upon)
        else {
            return Err(No::Failure(Failure::unavailable("the contract changed while it was being signed")));
        };
        let file = store::paper::file_keep(desk.tx, book, case.row.person, "application/pdf", &signed.file, desk.at);
        let file = file.await?;
        print.file_digest = Some(file.clone());
        store::paper::keep_signed(desk.tx, &print).await?;
        desk.note("paper", signed.code.as_str());
        let reference = signed.reference.clone();
        let given = ApplicationFact::ESignatureGiven { contract, by, reference: reference.clone(), file };
        desk.record(&mut case, given).await?;
        let done = case.progress.contract.as_ref().map(|living| living.e_signed_by.clone()).unwrap_or_default();
        if case.progress.signatories().iter().all(|party| done.contains(party)) {
            desk.record(&mut case, ApplicationFact::ContractESigned { contract, reference }).await?;
            super::bind(desk, &case, contract, "under_review").await?;
        } else {
            super::contract_status(desk, book, contract, PARTLY_SIGNED).await?;
        }
        Ok(())
    }
}

/// State in the index while somebody still has to sign.
pub(crate) const PARTLY_SIGNED: &str = "partly_signed";
