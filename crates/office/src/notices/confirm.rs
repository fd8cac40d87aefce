//! 回执: whoever a notice was meant for says that it was read, with a word back where one is needed.

use serde::{Deserialize, Serialize};
use store::notice::NoticeReceipt;

use crate::act::{Act, Desk};
use crate::application::answers::prose;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Confirms a notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConfirmNotice {
    /// Office that published.
    pub owner: i64,
    /// Number inside the office.
    pub notice: i64,
    /// What is answered; may be empty.
    pub note: String,
}

refusals! {
    /// Why the receipt is not taken.
    pub enum ConfirmNoticeRefusal {
        /// No receipt is asked for.
        NoReceiptAsked = "no_receipt_asked" [],
        /// The last day has passed.
        ReceiptTooLate = "receipt_too_late" [],
        /// It was confirmed before.
        AlreadyConfirmed = "notice_already_confirmed" [],
    }
}

#[async_trait::async_trait]
impl Act for ConfirmNotice {
    const NAME: &'static str = "confirm_notice";
    const PERMISSION: Permission = Permission::same_office(&[
        Role::CountyClerk,
        Role::HallManager,
        Role::SchoolOfficer,
        Role::SchoolFinance,
        Role::Counsellor,
    ]);
    type Done = ();
    type Refused = ConfirmNoticeRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ConfirmNoticeRefusal>> {
        let row = store::notice::by_number(desk.tx, self.owner, self.notice).await?.ok_or(No::NotFound)?;
        if !super::open_to(desk.tx, &row, desk.actor).await? {
            return Err(No::NotFound);
        }
        desk.about(0, "notice", &format!("{}-{}", self.owner, self.notice))?;
        let Some(last) = row.answer_by else { return Err(No::Refused(ConfirmNoticeRefusal::NoReceiptAsked)) };
        if desk.on > last {
            return Err(No::Refused(ConfirmNoticeRefusal::ReceiptTooLate));
        }
        let receipt = NoticeReceipt {
            owner: self.owner,
            notice: self.notice,
            receiver: desk.actor.office().ok_or(No::Forbidden)?,
            reader: desk.actor.name(),
            note: prose(&self.note).chars().take(500).collect(),
            at: desk.at,
        };
        if !store::notice::receipt_enter(desk.tx, &receipt).await? {
            return Err(No::Refused(ConfirmNoticeRefusal::AlreadyConfirmed));
        }
        Ok(())
    }
}
