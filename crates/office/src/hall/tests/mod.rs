//! The hall on both databases: places and bookings, the queue and its windows, and everything around it.

mod around;
mod booking;
mod queue;

use loan::calendar::{Date, date};
use loan::policy::id_number::{IdNumber, Sex};
use store::Failure;

use super::Business;
use super::set_times::SetTimes;
use super::{Side, walk_in::WalkIn, windows::SetWindow};
use crate::testing::{WEICHENG, World, staff};
use crate::who::{Actor, Role};

/// A Monday of the season, on which the world begins.
const MONDAY: Date = match Date::from_ymd_opt(2026, 8, 3) {
    Some(day) => day,
    None => panic!("a day of the calendar"),
};
/// The county of these tests: it asks for no quiz.
const COUNTY: &str = "370702";

/// Who runs the hall of [`COUNTY`].
fn manager() -> Actor {
    staff(900, WEICHENG, &[Role::HallManager])
}

/// The clerk of that hall.
fn clerk() -> Actor {
    staff(901, WEICHENG, &[Role::CountyClerk])
}

/// So many people who may book, without the cost of a password each.
async fn people(world: &World, many: u32) -> Vec<Actor> {
    let entered: Result<Vec<Actor>, Failure> = world
        .office
        .store
        .write("people", |tx| {
            Box::pin(async move {
                let mut actors = Vec::new();
                for serial in 0..many {
                    let id = IdNumber::synthetic(5_000 + serial, date(2001, 5, 1), Sex::Male);
                    let new = store::person::NewPerson {
                        id_number: id.as_str(),
                        name: "周小川",
                        phone: None,
                        born_on: date(2001, 5, 1),
                        sex: "male",
                        demonstration: true,
                    };
                    let (person, _) = store::person::enter(tx, &new, store::testing::instant(0)).await?;
                    actors.push(Actor::student(person));
                }
                Ok(actors)
            })
        })
        .await;
    entered.expect("people are entered")
}

/// Half-hours of the service windows on one day.
fn service_times(on: Date, places: i64, walk_in_percent: i64) -> SetTimes {
    SetTimes {
        from_on: on,
        to_on: on,
        side: Side::Service,
        begins: "09:00".to_owned(),
        ends: "10:00".to_owned(),
        places,
        walk_in_percent,
        free_days_too: false,
    }
}

/// An open window.
fn window(window_no: i64, serves: &[Business]) -> SetWindow {
    SetWindow { window_no, serves: serves.to_vec(), tidal: false, open: true, staffed: 1 }
}

/// Somebody who just comes.
fn comes(business: Business, name: &str) -> WalkIn {
    WalkIn { business, name: name.to_owned(), id_number: String::new(), town: String::new(), first: false }
}
