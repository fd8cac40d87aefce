//! The school's end of a pay-out (R12.5, R12.6): student affairs sees the money under the platform's serial and hands
//! the serial to the finance office, finance posts it and writes a fee receipt for every student, an aid teacher hands
//! the receipts out.

use serde::{Deserialize, Serialize};
use store::arrival::{Arrival, TuitionReceipt};

use crate::act::{Act, Desk};
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::refusals;
use crate::who::{Permission, Role};

/// Finance posts a serial: every student of it gets a fee receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PostSerial {
    /// 批次流水号.
    pub serial: String,
}

/// What was posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// Numbers of the fee receipts, in the order of the serial's rows.
    pub receipts: Vec<i64>,
    /// Sum in fen.
    pub total_fen: i64,
}

/// The aid teacher hands a student the fee receipt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandOut {
    /// Number of the application.
    pub number: String,
}

refusals! {
    /// Why a serial is not posted, in order of precedence.
    pub enum PostSerialRefusal {
        /// The school has no such serial.
        SerialUnknown = "serial_unknown" ["sdvcst-2022" "16"] @ "serial",
        /// Posted before.
        AlreadyPosted = "already_posted" ["sdvcst-2022" "16"] @ "serial",
    }
}

refusals! {
    /// Why nothing is handed out, in order of precedence.
    pub enum HandOutRefusal {
        /// Finance has written no receipt yet.
        NoReceipt = "no_receipt" ["sdvcst-2022" "16"],
        /// The student has it.
        AlreadyHandedOut = "already_handed_out" ["sdvcst-2022" "16"],
    }
}

#[async_trait::async_trait]
impl Act for PostSerial {
    const NAME: &'static str = "post_serial";
    const PERMISSION: Permission = Permission::same_office(&[Role::SchoolFinance]);
    type Done = Posted;
    type Refused = PostSerialRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Posted, No<PostSerialRefusal>> {
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        let rows: Vec<Arrival> = store::arrival::of_serial(desk.tx, owner, self.serial.trim()).await?;
        if rows.is_empty() {
            return Err(No::Refused(PostSerialRefusal::SerialUnknown));
        }
        if rows.iter().all(|row| row.matched_at.is_some()) {
            return Err(No::Refused(PostSerialRefusal::AlreadyPosted));
        }
        desk.about(0, "serial", self.serial.trim())?;
        let by = desk.actor.name();
        let mut posted = Posted { receipts: Vec::new(), total_fen: 0 };
        for row in rows.iter().filter(|row| row.matched_at.is_none()) {
            let receipt = store::counter::next_of_owner(desk.tx, owner, "tuition_receipt").await?;
            let given = TuitionReceipt {
                owner,
                receipt,
                book: row.book,
                application: row.application,
                kind: "tuition".to_owned(),
                amount_fen: row.amount_fen,
                given_by: by.clone(),
                given_on: desk.on,
            };
            store::arrival::receipt_give(desk.tx, &given).await?;
            posted.receipts.push(receipt);
            posted.total_fen += row.amount_fen;
        }
        store::arrival::confirm(desk.tx, owner, self.serial.trim(), &by, desk.at).await?;
        desk.note("receipts", posted.receipts.len());
        desk.note("total", loan::money::Fen(posted.total_fen).to_string());
        Ok(posted)
    }
}

#[async_trait::async_trait]
impl Act for HandOut {
    const NAME: &'static str = "hand_out_receipt";
    const PERMISSION: Permission = Permission::same_office(&[Role::Counsellor, Role::SchoolOfficer]);
    type Done = ();
    type Refused = HandOutRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<HandOutRefusal>> {
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        let case = desk.case(&self.number).await?;
        let key = (case.book(), case.number.key());
        if store::arrival::receipts(desk.tx, owner, key).await?.is_empty() {
            return Err(No::Refused(HandOutRefusal::NoReceipt));
        }
        let facts = store::fact::list(desk.tx, key.0, "fee_receipt", key.1).await?;
        if facts.iter().any(|fact| fact.kind == "handed_out") {
            return Err(No::Refused(HandOutRefusal::AlreadyHandedOut));
        }
        let actor = desk.actor.name();
        let fact = store::fact::NewFact {
            book: key.0,
            subject: "fee_receipt",
            subject_id: key.1,
            kind: "handed_out",
            on_day: desk.on,
            at: desk.at,
            actor: &actor,
            detail: "{}",
        };
        store::fact::append(desk.tx, fact).await?;
        desk.note("application", ApplicationNumber::to_string(&case.number));
        Ok(())
    }
}
