//! 电子签名: the student of an online renewal signs through the certificate authority; its time stamp is kept.
//! Somebody else reviews the contract the same day.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::Party;
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Records the electronic signature of the student.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ESign {
    /// Number of the application.
    pub number: String,
    /// The authority's reference, asked for before by [`crate::Office::e_sign`].
    pub reference: String,
}

refusals! {
    /// Why the signature does not count.
    pub enum ESignRefusal {
        /// There is no contract waiting to be signed.
        NothingToSign = "nothing_to_sign" ["sdvcst-2022" "12(三)"],
        /// The application is handled at the counter.
        SignedAtCounter = "signed_at_counter" ["sdvcst-2022" "12(二)"],
        /// Somebody below 18 signs together with the guardian, at the counter.
        GuardianMustSign = "guardian_must_sign" ["sdvcst-2022" "6"],
        /// The contract was not confirmed to be read and understood.
        NotRead = "not_read" ["sdvcst-2022" "32"],
    }
}

#[async_trait::async_trait]
impl Act for ESign {
    const NAME: &'static str = "e_sign";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = ();
    type Refused = ESignRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ESignRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let Some(living) = case.progress.contract.clone().filter(|_| case.stage() == Stage::Accepted) else {
            return Err(No::Refused(ESignRefusal::NothingToSign));
        };
        if !case.progress.online {
            return Err(No::Refused(ESignRefusal::SignedAtCounter));
        }
        if super::is_minor(desk, case.row.person).await? {
            return Err(No::Refused(ESignRefusal::GuardianMustSign));
        }
        if !living.read_by.contains(&Party::Borrower) {
            return Err(No::Refused(ESignRefusal::NotRead));
        }
        let fact = ApplicationFact::ContractESigned { contract: living.contract, reference: self.reference.clone() };
        desk.record(&mut case, fact).await?;
        super::bind(desk, &case, living.contract, "under_review").await?;
        Ok(())
    }
}
