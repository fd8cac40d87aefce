//! 预约: a counter time for a submitted application, at most one open booking per application (H114), never
//! more bookings than places (H101).

use loan::calendar::Date;
use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Books, or moves, the visit of one application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookVisit {
    /// Number of the application.
    pub number: String,
    /// The day.
    pub for_on: Date,
    /// The half-hour, such as `09:30`.
    pub slot: String,
}

refusals! {
    /// Why no time is booked.
    pub enum BookVisitRefusal {
        /// Only a submitted application that is done at the counter can be booked.
        NotWaitingForCounter = "not_waiting_for_counter" ["sdvcst-2022" "12(二)"],
        /// The day is today or before.
        DayPast = "day_past" [] @ "for_on",
        /// The counter has no such time.
        NoSuchSlot = "no_such_slot" [] @ "slot",
        /// The time is full.
        SlotFull = "slot_full" [] @ "slot",
    }
}

#[async_trait::async_trait]
impl Act for BookVisit {
    const NAME: &'static str = "book_visit";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = ();
    type Refused = BookVisitRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<BookVisitRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if !matches!(case.stage(), Stage::Submitted | Stage::Booked) {
            return Err(No::Refused(BookVisitRefusal::NotWaitingForCounter));
        }
        if self.for_on <= desk.on {
            return Err(No::Refused(BookVisitRefusal::DayPast));
        }
        let book = case.book();
        let Some(places) = store::visit::slot(desk.tx, book, self.for_on, &self.slot).await? else {
            return Err(No::Refused(BookVisitRefusal::NoSuchSlot));
        };
        let already_mine = case.progress.booked == Some((self.for_on, self.slot.clone()));
        if places.booked >= places.capacity && !already_mine {
            return Err(No::Refused(BookVisitRefusal::SlotFull));
        }
        if already_mine {
            return Ok(());
        }
        if let Some((day, slot)) = &case.progress.booked {
            store::visit::give_back(desk.tx, book, *day, slot).await?;
        }
        store::visit::take(desk.tx, book, self.for_on, &self.slot).await?;
        desk.record(&mut case, ApplicationFact::Booked { for_on: self.for_on, slot: self.slot.clone() }).await?;
        Ok(())
    }
}
