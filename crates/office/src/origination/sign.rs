//! 签名捺印: at the counter everybody who must sign does so on paper, with a fingerprint (R6.7). Altering the
//! paper voids it; the names must be those of the system (R10.2).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Records the signatures under the living contract.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sign {
    /// Number of the application.
    pub number: String,
    /// Number on the paper that was signed: a void print is caught here (H125).
    pub contract: String,
    /// Every signatory left a fingerprint.
    pub fingerprints: bool,
    /// The names on the paper are those of the system, and nothing was altered by hand.
    pub names_match: bool,
}

refusals! {
    /// Why the signatures do not count.
    pub enum SignRefusal {
        /// There is no contract waiting to be signed.
        NothingToSign = "nothing_to_sign" ["sdvcst-2022" "12(二)"],
        /// An online renewal is signed electronically.
        SignedOnline = "signed_online" ["sdvcst-2022" "12(三)"],
        /// The paper is void, or of another contract.
        PaperVoid = "paper_void" ["xiufeng-2016" "五(四)"] @ "contract",
        /// One of them signed electronically already.
        BegunElectronically = "begun_electronically" ["hubei-2024" "红安"],
        /// The contract's names are no longer those of the system.
        NamesDiffer = "names_differ" ["xiufeng-2016" "五(四)"],
        /// Someone has not confirmed to have read and understood.
        NotReadByAll = "not_read_by_all" ["sdvcst-2022" "32"],
        /// Names differ or the paper was altered: a new contract is needed.
        PaperAltered = "paper_altered" ["xiufeng-2016" "五(四)"] @ "names_match",
        /// A fingerprint is missing.
        FingerprintMissing = "fingerprint_missing" ["xiufeng-2016" "三(一)3(3)"] @ "fingerprints",
    }
}

#[async_trait::async_trait]
impl Act for Sign {
    const NAME: &'static str = "sign";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = SignRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<SignRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let Some(living) = case.progress.contract.clone().filter(|_| case.stage() == Stage::Accepted) else {
            return Err(No::Refused(SignRefusal::NothingToSign));
        };
        if case.progress.online {
            return Err(No::Refused(SignRefusal::SignedOnline));
        }
        let number = crate::number::ContractNumber::of(case.book(), living.contract);
        if self.contract.trim() != number.to_string() {
            return Err(No::Refused(SignRefusal::PaperVoid));
        }
        if !living.e_signed_by.is_empty() {
            return Err(No::Refused(SignRefusal::BegunElectronically));
        }
        if !super::names_agree(desk.tx, &case, living.contract).await? {
            return Err(No::Refused(SignRefusal::NamesDiffer));
        }
        let by = case.progress.present.clone();
        if by.iter().any(|party| !living.read_by.contains(party)) {
            return Err(No::Refused(SignRefusal::NotReadByAll));
        }
        if !self.names_match {
            return Err(No::Refused(SignRefusal::PaperAltered));
        }
        if !self.fingerprints {
            return Err(No::Refused(SignRefusal::FingerprintMissing));
        }
        let fact = ApplicationFact::ContractSigned { contract: living.contract, by, fingerprints: true };
        desk.record(&mut case, fact).await?;
        super::bind(desk, &case, living.contract, "signed").await?;
        Ok(())
    }
}
