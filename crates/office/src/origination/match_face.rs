//! 网上续贷: the identity partner says whether the face is the one of the ID card (R1.5). Only its yes and a
//! reference are kept. Without a match nothing changes and the counter stays open to the student.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::Kind;
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Chooses the online way for a submitted renewal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MatchFace {
    /// Number of the application.
    pub number: String,
    /// The partner's answer to the picture, asked by [`crate::Office::finish_face_check`] before.
    pub matched: bool,
    /// The partner's reference.
    pub token: String,
}

refusals! {
    /// Why the online way is closed.
    pub enum MatchFaceRefusal {
        /// A first loan is signed at the counter.
        FirstLoanAtCounter = "first_loan_at_counter" ["sdvcst-2022" "12(二)"],
        /// The rules of this county know only the counter.
        OnlineNotOffered = "online_not_offered" ["xiufeng-2016" "三(二)2(3)"],
        /// Somebody below 18 signs together with the guardian, at the counter.
        GuardianMustSign = "guardian_must_sign" ["sdvcst-2022" "6"],
        /// The co-borrower changed: first-loan rules apply, both come (R7.11).
        CoBorrowerChanged = "co_borrower_changed" ["xiufeng-2016" "三(二)1"],
        /// The application is not waiting for this.
        NotSubmitted = "not_submitted" ["sdvcst-2022" "12(三)"],
        /// The face did not match; the county centre will help.
        FaceNotMatched = "face_not_matched" ["sdvcst-2022" "12(三)"],
    }
}

#[async_trait::async_trait]
impl Act for MatchFace {
    const NAME: &'static str = "match_face";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = ();
    type Refused = MatchFaceRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<MatchFaceRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if case.kind != Kind::Renewal {
            return Err(No::Refused(MatchFaceRefusal::FirstLoanAtCounter));
        }
        if !crate::rules::online_renewal(desk.office, &case)? {
            return Err(No::Refused(MatchFaceRefusal::OnlineNotOffered));
        }
        if super::is_minor(desk, case.row.person).await? {
            return Err(No::Refused(MatchFaceRefusal::GuardianMustSign));
        }
        if super::co_borrower_changed(desk.tx, &case).await? {
            return Err(No::Refused(MatchFaceRefusal::CoBorrowerChanged));
        }
        if !matches!(case.stage(), Stage::Submitted | Stage::Booked) {
            return Err(No::Refused(MatchFaceRefusal::NotSubmitted));
        }
        if !self.matched {
            return Err(No::Refused(MatchFaceRefusal::FaceNotMatched));
        }
        crate::hall::booking::release(desk, case.row.person, (case.book(), case.number.key()), "online").await?;
        desk.record(&mut case, ApplicationFact::FaceMatched { token: self.token.clone() }).await?;
        Ok(())
    }
}
