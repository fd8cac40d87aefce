//! 催办: school or county reminds a student whose receipt is missing (R11.8). The message is kept for the student
//! and goes to the phone; once a day is enough.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::Stage;
use crate::no::No;
use crate::refusals;
use crate::view::days_until;
use crate::who::{Permission, Role};

/// Reminds one student of the missing receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RemindOfReceipt {
    /// Number of the application.
    pub number: String,
}

refusals! {
    /// Why nobody is reminded.
    pub enum RemindOfReceiptRefusal {
        /// No receipt is missing.
        NothingMissing = "nothing_missing" ["sdvcst-2022" "13"],
        /// The student was reminded today.
        RemindedToday = "reminded_today" ["sdvcst-2022" "13"],
    }
}

/// Name of the message's template.
pub const KIND: &str = "receipt_missing";

#[async_trait::async_trait]
impl Act for RemindOfReceipt {
    const NAME: &'static str = "remind_of_receipt";
    const PERMISSION: Permission = Permission::same_office(&[Role::SchoolOfficer, Role::CountyClerk]);
    type Done = ();
    type Refused = RemindOfReceiptRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<RemindOfReceiptRefusal>> {
        let case = desk.case(&self.number).await?;
        if case.stage() != Stage::CertificateIssued {
            return Err(No::Refused(RemindOfReceiptRefusal::NothingMissing));
        }
        let person = case.row.person;
        let sent = store::message::list(desk.tx, person, 50).await?;
        if sent.iter().any(|message| message.kind == KIND && message.on_day == desk.on) {
            return Err(No::Refused(RemindOfReceiptRefusal::RemindedToday));
        }
        let deadline = crate::rules::receipt_deadline(desk.office, &case)?;
        let days = days_until(desk.on, deadline.last_on);
        let body = format!(
            "{}同学，您的助学贷款还没有录入回执。请带合同和受理证明到学校资助中心办理，最后一天是{}，还剩{days}天。",
            case.row.student_name, deadline.last_on
        );
        let message = store::message::NewMessage {
            person,
            kind: KIND,
            channel: "sms",
            body: &body,
            about: Some((case.book(), "application", case.number.key())),
            at: desk.at,
            on_day: desk.on,
        };
        store::message::write(desk.tx, message).await?;
        Ok(())
    }
}
