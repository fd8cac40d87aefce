//! A family that cannot come gives its place back; whoever waits for the day gets it.

use serde::{Deserialize, Serialize};

use super::booking::give_up;
use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::refusals;
use crate::who::{Permission, Role};

/// Gives one booking back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelBooking {
    /// Code of the booking.
    pub code: String,
}

refusals! {
    /// Why it is not given back.
    pub enum CancelBookingRefusal {
        /// The visit took place, or was given back before.
        NotBooked = "not_booked" [],
    }
}

#[async_trait::async_trait]
impl Act for CancelBooking {
    const NAME: &'static str = "cancel_booking";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    type Done = ();
    type Refused = CancelBookingRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<CancelBookingRefusal>> {
        let Some(person) = desk.actor.person() else { return Err(No::NotFound) };
        let mine = store::hall::visit::list_of_person(desk.tx, person).await?;
        let Some(visit) = mine.into_iter().find(|visit| visit.code == self.code) else { return Err(No::NotFound) };
        if visit.status != "booked" || visit.on_day < desk.on {
            return Err(No::Refused(CancelBookingRefusal::NotBooked));
        }
        if let Some(key) = visit.application {
            let number = ApplicationNumber::of(visit.book, key);
            if let Some(mut case) = crate::desk::load(desk.tx, number).await?
                && case.stage() == Stage::Booked
            {
                desk.about(visit.book, "application", &number.to_string())?;
                desk.record(&mut case, ApplicationFact::BookingGivenBack).await?;
            }
        }
        give_up(desk, visit, "given_up").await?;
        Ok(())
    }
}
