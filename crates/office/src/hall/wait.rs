//! 候补: when every place of a day is taken, a family waits for one; it gets it by itself when another gives up.

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::hall::slot::{self, Wait};

use super::Business;
use crate::act::{Act, Desk};
use crate::application::Stage;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Joins the wait list of one day for the visit of one application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JoinWaitList {
    /// Number of the application.
    pub number: String,
    /// The day.
    pub for_on: Date,
}

refusals! {
    /// Why there is no place on the list.
    pub enum JoinWaitListRefusal {
        /// Only a submitted application without a booking waits.
        NotWaitingForCounter = "not_waiting_for_counter" ["sdvcst-2022" "12(二)"],
        /// The day is today or before.
        DayPast = "day_past" [] @ "for_on",
        /// The hall takes no bookings that day.
        NoSuchSlot = "no_such_slot" [] @ "for_on",
        /// There are places left: take one.
        PlacesLeft = "places_left" [] @ "for_on",
        /// Three days are enough.
        TooManyLists = "too_many_lists" [] @ "for_on",
    }
}

#[async_trait::async_trait]
impl Act for JoinWaitList {
    const NAME: &'static str = "join_wait_list";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = ();
    type Refused = JoinWaitListRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<JoinWaitListRefusal>> {
        use JoinWaitListRefusal as R;
        let case = desk.case(&self.number).await?;
        if case.stage() != Stage::Submitted {
            return Err(No::Refused(R::NotWaitingForCounter));
        }
        if self.for_on <= desk.on {
            return Err(No::Refused(R::DayPast));
        }
        let side = Business::of_kind(case.kind).side().code();
        let (book, person) = (case.book(), case.row.person);
        let slots = slot::list(desk.tx, book, side, self.for_on, self.for_on).await?;
        if slots.is_empty() {
            return Err(No::Refused(R::NoSuchSlot));
        }
        if slots.iter().any(|slot| slot.free() > 0) {
            return Err(No::Refused(R::PlacesLeft));
        }
        let lists = slot::waits_of(desk.tx, book, person).await?;
        let coming = lists.iter().filter(|wait| wait.on_day > desk.on && wait.on_day != self.for_on).count();
        if coming >= 3 {
            return Err(No::Refused(R::TooManyLists));
        }
        let wait = Wait {
            book,
            on_day: self.for_on,
            side: side.to_owned(),
            person,
            application: Some(case.number.key()),
            asked_at: desk.at,
        };
        slot::wait(desk.tx, &wait).await?;
        Ok(())
    }
}
