//! A booked family arrives and shows its code; the reception compares the ID card (实名, H114) and gives the ticket.
//! Its place in the queue is the time it booked, as long as it is not half an hour late.

use serde::{Deserialize, Serialize};
use store::Failure;
use store::hall::visit::{self, Visit};

use super::Business;
use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission};

/// Gives the ticket of a booked visit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckIn {
    /// Code as typed, or as a scanner typed it.
    pub code: String,
    /// The ID number of who came, or its last four.
    pub id_tail: String,
}

/// A ticket given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Number of the visit.
    pub visit: i64,
    /// Number called.
    pub ticket: String,
    /// Code under which the queue can be looked at.
    pub code: String,
}

refusals! {
    /// Why no ticket is given.
    pub enum CheckInRefusal {
        /// No booking has that code here.
        CodeUnknown = "booking_unknown" [] @ "code",
        /// The booking was given back, or is over.
        NotBooked = "not_booked" [] @ "code",
        /// It is for another day; the figure says which.
        NotToday(String) = "not_today" [] @ "code",
        /// The ID card is somebody else's.
        IdDiffers = "id_differs" [] @ "id_tail",
    }
    figures |refusal| match refusal {
        CheckInRefusal::NotToday(day) => vec![("day", day.clone())],
        _ => Vec::new(),
    }
}

/// How late a family may come and still keep its place: half an hour.
const LATE_MAX: i64 = 30 * 60;

#[async_trait::async_trait]
impl Act for CheckIn {
    const NAME: &'static str = "check_in";
    const PERMISSION: Permission = super::RECEIVE;
    type Done = Ticket;
    type Refused = CheckInRefusal;

    fn lane(&self, actor: &Actor) -> Option<String> {
        actor.office().map(|office| format!("queue {office}"))
    }

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Ticket, No<CheckInRefusal>> {
        use CheckInRefusal as R;
        let book = super::own_hall(desk).await?;
        let Some((of_book, code)) = super::read_code(&self.code) else { return Err(No::Refused(R::CodeUnknown)) };
        let found = if of_book == book { visit::by_code(desk.tx, book, &code).await? } else { None };
        let Some(mut visit) = found else { return Err(No::Refused(R::CodeUnknown)) };
        // A second scan of the same code shows the same ticket.
        if let (Some(ticket), "waiting" | "called") = (&visit.ticket, visit.status.as_str()) {
            let (ticket, code) = (ticket.clone(), visit.code.clone());
            desk.about(book, "visit", &visit.visit.to_string())?;
            return Ok(Ticket { visit: visit.visit, ticket, code });
        }
        if visit.status != "booked" {
            return Err(No::Refused(R::NotBooked));
        }
        if visit.on_day != desk.on {
            let time = visit.slot.clone().unwrap_or_default();
            return Err(No::Refused(R::NotToday(format!("{} {time}", visit.on_day.format("%-m月%-d日")))));
        }
        let id_number = match visit.person {
            Some(person) => store::person::id_number(desk.tx, person).await?.unwrap_or_default(),
            None => String::new(),
        };
        let shown = tidy(&self.id_tail).to_uppercase();
        if shown.len() < 4 || !id_number.ends_with(&shown) {
            return Err(No::Refused(R::IdDiffers));
        }
        let now = super::second_of_day(desk.at);
        let booked = visit.slot.as_deref().and_then(super::minute_of).map_or(now, |minute| minute * 60);
        let place = if now <= booked + LATE_MAX { booked } else { now };
        let ticket = give_ticket(desk, &mut visit, place * 1000).await?;
        Ok(Ticket { visit: visit.visit, ticket, code: visit.code })
    }
}

/// Puts a visit into the queue under the next number of its letter.
pub(crate) async fn give_ticket(desk: &mut Desk<'_, '_>, visit: &mut Visit, place: i64) -> Result<String, Failure> {
    let letter = Business::of(&visit.business).map_or('C', Business::letter);
    let count = store::counter::next(desk.tx, visit.book, &format!("ticket:{}:{letter}", desk.on)).await?;
    let ticket = format!("{letter}{count:03}");
    visit.ticket = Some(ticket.clone());
    visit.place = Some(place);
    visit.status = "waiting".to_owned();
    visit.arrived_at = Some(desk.at);
    super::record(desk, visit, "arrived", serde_json::json!({ "ticket": ticket })).await?;
    Ok(ticket)
}
