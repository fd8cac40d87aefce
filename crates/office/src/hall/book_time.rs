//! A borrower or co-borrower books a time for repayment, deferral or a change; loans are booked with their
//! application ([`crate::origination::book_visit`]).

use loan::calendar::Date;
use serde::{Deserialize, Serialize};

use super::Business;
use super::booking::{Wanted, reserve};
use crate::act::{Act, Desk};
use crate::no::No;
use crate::who::{Actor, Permission, Role};
use crate::{no_place, refusals};

/// Books, or moves, one visit to the service windows of a county.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookTime {
    /// Six-digit county.
    pub county: String,
    /// The day.
    pub for_on: Date,
    /// The half-hour, such as `09:30`.
    pub slot: String,
}

refusals! {
    /// Why no time is booked.
    pub enum BookTimeRefusal {
        /// No office on the platform serves that county.
        CountyNotServed = "county_not_served" [] @ "county",
        /// The day is today or before.
        DayPast = "day_past" [] @ "slot",
        /// The hall has no such time.
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
        BookTimeRefusal::OtherTownship(days) => vec![("days", days.clone())],
        BookTimeRefusal::SlotFull(next) => vec![("next", next.clone())],
        _ => Vec::new(),
    }
}

no_place!(BookTimeRefusal);

#[async_trait::async_trait]
impl Act for BookTime {
    const NAME: &'static str = "book_time";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    type Done = ();
    type Refused = BookTimeRefusal;

    fn lane(&self, _actor: &Actor) -> Option<String> {
        Some(format!("slot {} {}", self.for_on, self.slot))
    }

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<BookTimeRefusal>> {
        let Some(person) = desk.actor.person() else { return Err(No::NotFound) };
        let Some(book) = crate::desk::book_of_county(desk.tx, &self.county, desk.on).await? else {
            return Err(No::Refused(BookTimeRefusal::CountyNotServed));
        };
        let Some(row) = store::person::by_number(desk.tx, person).await? else { return Err(No::NotFound) };
        let wanted = Wanted {
            book,
            business: Business::Service,
            person,
            application: None,
            name: row.name,
            address: String::new(),
            for_on: self.for_on,
            slot: self.slot.clone(),
        };
        reserve(desk, &wanted).await.map_err(|no| no.map(BookTimeRefusal::from))?;
        Ok(())
    }
}
