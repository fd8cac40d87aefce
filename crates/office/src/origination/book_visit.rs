//! 预约: a counter time for a submitted application, at most one open booking per person (H114), never more bookings
//! than places (H101). How a place is taken, moved and passed on is in [`crate::hall::booking`].

use loan::calendar::Date;
use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::hall::Business;
use crate::hall::booking::{Wanted, reserve};
use crate::no::No;
use crate::who::{Actor, Permission, Role};
use crate::{no_place, refusals};

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
        /// The person has another open booking.
        OpenBooking = "open_booking" [] @ "slot",
        /// Two bookings were given up within a day.
        CancelledTooOften = "cancelled_too_often" [] @ "slot",
        /// That day is another township's; the figure names the own days.
        OtherTownship(String) = "other_township" [] @ "slot",
        /// The time is full; the figure names the next ones.
        SlotFull(String) = "slot_full" [] @ "slot",
    }
    figures |refusal| match refusal {
        BookVisitRefusal::OtherTownship(days) => vec![("days", days.clone())],
        BookVisitRefusal::SlotFull(next) => vec![("next", next.clone())],
        _ => Vec::new(),
    }
}

no_place!(BookVisitRefusal);

#[async_trait::async_trait]
impl Act for BookVisit {
    const NAME: &'static str = "book_visit";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = ();
    type Refused = BookVisitRefusal;

    fn lane(&self, _actor: &Actor) -> Option<String> {
        Some(format!("slot {} {}", self.for_on, self.slot))
    }

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<BookVisitRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if !matches!(case.stage(), Stage::Submitted | Stage::Booked) {
            return Err(No::Refused(BookVisitRefusal::NotWaitingForCounter));
        }
        let wanted = Wanted {
            book: case.book(),
            business: Business::of_kind(case.kind),
            person: case.row.person,
            application: Some(case.number.key()),
            name: case.row.student_name.clone(),
            address: case.answers.family.as_ref().map(|family| family.address.clone()).unwrap_or_default(),
            for_on: self.for_on,
            slot: self.slot.clone(),
        };
        if reserve(desk, &wanted).await.map_err(|no| no.map(BookVisitRefusal::from))? {
            let fact = ApplicationFact::Booked { for_on: self.for_on, slot: self.slot.clone() };
            desk.record(&mut case, fact).await?;
        }
        Ok(())
    }
}
