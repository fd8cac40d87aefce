//! The family stands at the counter. The clerk looks at the ID cards and records who is there in person: both
//! for a first loan, either one for a renewal with the same co-borrower (R1.10, R1.11). Nobody can be sent.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::fact::{Kind, Party};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Records who came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrive {
    /// Number of the application.
    pub number: String,
    /// The student is here with the own ID card.
    pub borrower: bool,
    /// The co-borrower is here with the own ID card.
    pub co_borrower: bool,
    /// Somebody else came in the place of one of them.
    pub proxy: bool,
}

refusals! {
    /// Why the counter cannot begin.
    pub enum ArriveRefusal {
        /// The application is not waiting for the counter.
        NotWaitingForCounter = "not_waiting_for_counter" ["sdvcst-2022" "12(二)"],
        /// A proxy is refused.
        ProxyRefused = "proxy_refused" ["sdvcst-2022" "12(二)", "xiufeng-2016" "三(一)3(3)"],
        /// Both must be here.
        BothMustCome = "both_must_come" ["sdvcst-2022" "12(二)", "xiufeng-2016" "三(一)3(3)", "xiufeng-2016" "三(二)1"],
        /// One of the two must be here.
        NobodyCame = "nobody_came" ["sdvcst-2022" "12(三)"],
    }
}

#[async_trait::async_trait]
impl Act for Arrive {
    const NAME: &'static str = "arrive";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = ArriveRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ArriveRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if !matches!(case.stage(), Stage::Submitted | Stage::Booked | Stage::AtCounter) {
            return Err(No::Refused(ArriveRefusal::NotWaitingForCounter));
        }
        if self.proxy {
            return Err(No::Refused(ArriveRefusal::ProxyRefused));
        }
        let both = case.kind == Kind::First
            || crate::rules::renewal_needs_both(desk.office, &case)?
            || super::co_borrower_changed(desk.tx, &case).await?;
        if both && !(self.borrower && self.co_borrower) {
            return Err(No::Refused(ArriveRefusal::BothMustCome));
        }
        if !self.borrower && !self.co_borrower {
            return Err(No::Refused(ArriveRefusal::NobodyCame));
        }
        let mut present = Vec::new();
        if self.borrower {
            present.push(Party::Borrower);
        }
        if self.co_borrower {
            present.push(Party::CoBorrower);
        }
        desk.record(&mut case, ApplicationFact::Arrived { present }).await?;
        crate::hall::booking::came(desk, case.row.person, (case.book(), case.number.key())).await?;
        Ok(())
    }
}
