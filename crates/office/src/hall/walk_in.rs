//! 随来随办: whoever comes without a booking draws a ticket (R8.8). The old, the ill and those with small children
//! come first when the reception says so.

use serde::{Deserialize, Serialize};
use store::hall::visit::{self, Visit};

use super::Business;
use super::check_in::{Ticket, give_ticket};
use crate::act::{Act, Desk};
use crate::application::Stage;
use crate::application::answers::{read_name, tidy};
use crate::application::fact::Kind;
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission};

/// Gives a ticket to somebody without a booking.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WalkIn {
    /// What for.
    pub business: Business,
    /// Name of who comes.
    pub name: String,
    /// ID number as the card reader types it; empty when the family has none with it.
    pub id_number: String,
    /// Township, if told.
    pub town: String,
    /// To be served before others.
    pub first: bool,
}

refusals! {
    /// Why no ticket is given.
    pub enum WalkInRefusal {
        /// The name is not a name.
        NotAName = "not_a_name" [] @ "name",
        /// The hall gives no service today.
        HallClosed = "hall_closed" [],
        /// The person waits already; the figure is the ticket.
        AlreadyWaiting(String) = "already_waiting" [] @ "id_number",
    }
    figures |refusal| match refusal {
        WalkInRefusal::AlreadyWaiting(ticket) => vec![("ticket", ticket.clone())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for WalkIn {
    const NAME: &'static str = "walk_in";
    const PERMISSION: Permission = super::RECEIVE;
    type Done = Ticket;
    type Refused = WalkInRefusal;

    fn lane(&self, actor: &Actor) -> Option<String> {
        actor.office().map(|office| format!("queue {office}"))
    }

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Ticket, No<WalkInRefusal>> {
        use WalkInRefusal as R;
        let book = super::own_hall(desk).await?;
        let Some(name) = read_name(&self.name) else { return Err(No::Refused(R::NotAName)) };
        let days = store::hall::slot::days(desk.tx, book, desk.on, desk.on).await?;
        if days.first().is_some_and(|day| day.opens.is_none()) {
            return Err(No::Refused(R::HallClosed));
        }
        let id_number = tidy(&self.id_number).to_uppercase();
        let person = match id_number.len() {
            18 => store::person::by_id_number(desk.tx, &id_number).await?,
            _ => None,
        };
        let (mut booked, mut application) = (None, None);
        if let Some(person) = &person {
            for visit in visit::list_of_person(desk.tx, person.person).await? {
                if visit.book != book || visit.on_day != desk.on {
                    continue;
                }
                match visit.status.as_str() {
                    "waiting" | "called" => {
                        return Err(No::Refused(R::AlreadyWaiting(visit.ticket.unwrap_or_default())));
                    }
                    "booked" if visit.business == self.business.code() => booked = Some(visit),
                    _ => {}
                }
            }
            let rows = store::application::list_of_person(desk.tx, book, person.person).await?;
            let fits = |status: &str, kind: &str| {
                let kind = Kind::of(kind).map(Business::of_kind);
                let stage = Stage::of(status);
                kind == Some(self.business)
                    && stage.is_some_and(|stage| (Stage::Submitted..=Stage::AtCounter).contains(&stage))
            };
            application = rows.iter().rev().find(|row| fits(&row.status, &row.kind)).map(|row| row.application);
        }
        let now = super::second_of_day(desk.at);
        let place = if self.first { now * 1000 - 86_400_000 } else { now * 1000 };
        let mut visit = match booked {
            // The booked family forgot its code: the ID card is enough.
            Some(visit) => visit,
            None => {
                let number = store::counter::next(desk.tx, book, "visit").await?;
                let new = Visit {
                    book,
                    visit: number,
                    business: self.business.code().to_owned(),
                    person: person.map(|person| person.person),
                    application,
                    name,
                    town: tidy(&self.town),
                    on_day: desk.on,
                    slot: None,
                    code: super::fresh_code(book, desk.office.chance.as_ref()),
                    ticket: None,
                    place: None,
                    status: "waiting".to_owned(),
                    window_no: None,
                    calls: 0,
                    booked_at: None,
                    arrived_at: None,
                    called_at: None,
                    done_at: None,
                    outcome: None,
                };
                visit::enter(desk.tx, &new).await?;
                new
            }
        };
        let ticket = give_ticket(desk, &mut visit, place).await?;
        Ok(Ticket { visit: visit.visit, ticket, code: visit.code })
    }
}
