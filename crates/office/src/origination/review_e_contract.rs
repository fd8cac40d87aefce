//! 电子合同复核: a designated person looks at every electronic contract the day it is signed; never the one who
//! accepted the application (R10.4, A8).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::application::fact::Party;
use crate::application::progress::{ContractProgress, ContractState};
use crate::application::{ApplicationFact, Stage};
use crate::desk::Case;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Passes an electronic contract, or names its problem.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReviewEContract {
    /// Number of the application.
    pub number: String,
    /// What is wrong; empty when all is well.
    pub problem: String,
}

refusals! {
    /// Why the review does not count.
    pub enum ReviewEContractRefusal {
        /// There is no electronic contract to review.
        NothingToReview = "nothing_to_review" ["hubei-2024" "红安"],
        /// The one who accepted the application, also under another account.
        ReviewerAccepted = "reviewer_accepted" ["hubei-2024" "红安"],
        /// The signatures in the file do not hold, or are not those of the people who must sign.
        SignatureBroken = "signature_broken" ["hubei-2024" "红安"],
        /// The contract's names are no longer those of the system: it can only be sent back with the problem named.
        NamesDiffer = "names_differ" ["xiufeng-2016" "五(四)"],
    }
}

#[async_trait::async_trait]
impl Act for ReviewEContract {
    const NAME: &'static str = "review_e_contract";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyReviewer]);
    type Done = ();
    type Refused = ReviewEContractRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ReviewEContractRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let Some(living) = case.progress.contract.clone().filter(|_| case.stage() == Stage::ContractESigned) else {
            return Err(No::Refused(ReviewEContractRefusal::NothingToReview));
        };
        let accepted_by = case.progress.accepted.as_ref().map_or("", |(_, by)| by.as_str());
        let index = crate::accounts::staff_index(desk.tx, accepted_by).await?;
        if desk.actor.same_human(accepted_by, index.as_deref()) {
            return Err(No::Refused(ReviewEContractRefusal::ReviewerAccepted));
        }
        let problem = tidy(&self.problem);
        let contract = living.contract;
        if problem.is_empty() {
            if !signatures_hold(desk, &case, &living).await? {
                return Err(No::Refused(ReviewEContractRefusal::SignatureBroken));
            }
            if !super::names_agree(desk.tx, &case, contract).await? {
                return Err(No::Refused(ReviewEContractRefusal::NamesDiffer));
            }
        }
        let (fact, status) = if problem.is_empty() {
            (ApplicationFact::EContractReviewed { contract }, ContractState::Reviewed.code())
        } else {
            (ApplicationFact::EContractProblem { contract, problem }, "problem")
        };
        desk.record(&mut case, fact).await?;
        super::contract_status(desk, case.book(), contract, status).await?;
        Ok(())
    }
}

/// True when the kept file holds the signature of everybody who must sign, each in his own name (R10.2). A contract
/// signed before signatures were kept in the file has none to look at.
async fn signatures_hold(
    desk: &mut Desk<'_, '_>,
    case: &Case,
    living: &ContractProgress,
) -> Result<bool, store::Failure> {
    if living.e_signed_by.is_empty() {
        return Ok(true);
    }
    let kept = crate::signing::kept_file(desk.tx, case, living.contract).await?;
    let Some((_, file)) = kept else { return Ok(false) };
    let Ok(found) = desk.office.check_pdf(&file) else { return Ok(false) };
    let co = case.answers.co_borrower.as_ref();
    let name_of = |party: &Party| match party {
        Party::Borrower => Some(case.row.student_name.as_str()),
        Party::CoBorrower => co.map(|co| co.name.as_str()),
    };
    let wanted = living.e_signed_by.iter().map(name_of);
    Ok(found.iter().map(|signed| Some(signed.name.as_str())).eq(wanted))
}
