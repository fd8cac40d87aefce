//! Crowds at one thing: two hundred people and the last places of a half-hour, four windows and a thousand tickets.

use std::collections::BTreeSet;
use std::time::Instant;

use chrono::Days;
use office::accounts::entrance::Door;
use office::hall::book_time::BookTime;
use office::hall::call::CallNext;
use office::hall::set_times::SetTimes;
use office::hall::walk_in::WalkIn;
use office::hall::windows::SetWindow;
use office::hall::{Business, Side};
use office::{Actor, No, Refusal};
use serde_json::{Value, json};

use crate::figures::{Wrong, ms, said, spread};
use crate::house::House;
use crate::seed::{County, Nation, student};

const PEOPLE: usize = 200;
const PLACES: usize = 8;
const TICKETS: usize = 1_000;
const WINDOWS: i64 = 4;

/// Both races in one county; wrong counts are an error, not a figure.
pub async fn run(house: &House, nation: &Nation) -> Result<Value, Wrong> {
    let county = &nation.counties[0];
    let manager = house.office.enter_as_staff(county.manager).await.map_err(said("the manager"))?.actor;
    let clerk = house.office.enter_as_staff(county.clerk).await.map_err(said("the clerk"))?.actor;
    Ok(json!({
        "last_places": places(house, nation, county, &manager).await?,
        "tickets": tickets(house, &manager, &clerk).await?,
    }))
}

async fn places(house: &House, nation: &Nation, county: &County, manager: &Actor) -> Result<Value, Wrong> {
    let for_on = nation.on + Days::new(1);
    let times = SetTimes {
        from_on: for_on,
        to_on: for_on,
        side: Side::Service,
        begins: "09:00".to_owned(),
        ends: "10:00".to_owned(),
        places: 10,
        walk_in_percent: 20,
        free_days_too: true,
    };
    house.act(manager, times).await?;
    let mut crowd = Vec::new();
    for n in 0..PEOPLE {
        let person = store::person::number_of(&house.office.store.keyring().id_index(student(n).1.as_str()));
        crowd.push(house.office.enter_as_person(person, Door::Student).await.map_err(said("a student"))?.actor);
    }
    let began = Instant::now();
    let mut racing = tokio::task::JoinSet::new();
    for actor in crowd {
        let (office, key) = (house.office.clone(), house.key());
        let act = BookTime { county: county.code.clone(), for_on, slot: "09:00".to_owned() };
        racing.spawn(async move {
            let outcome = office.perform(&actor, &key, act).await;
            (outcome, began.elapsed())
        });
    }
    let (mut booked, mut took) = (0, Vec::new());
    while let Some(one) = racing.join_next().await {
        let (outcome, after) = one?;
        took.push(after);
        match outcome {
            Ok(_) => booked += 1,
            Err(No::Refused(no)) if no.code() == "slot_full" => {}
            Err(no) => return Err(Wrong(format!("a booking: {no:?}"))),
        }
    }
    if booked != PLACES {
        return Err(Wrong(format!("{booked} of {PEOPLE} got one of {PLACES} places")));
    }
    Ok(json!({ "people": PEOPLE, "places": PLACES, "booked": booked, "answered": spread(took) }))
}

async fn tickets(house: &House, manager: &Actor, clerk: &Actor) -> Result<Value, Wrong> {
    for window_no in 1..=WINDOWS {
        let window = SetWindow { window_no, serves: vec![Business::First], tidal: false, open: true, staffed: 1 };
        house.act(manager, window).await?;
    }
    for _ in 0..TICKETS {
        let comes = WalkIn {
            business: Business::First,
            name: "何小山".to_owned(),
            id_number: String::new(),
            town: String::new(),
            first: false,
        };
        house.act(clerk, comes).await?;
    }
    let began = Instant::now();
    let mut windows = tokio::task::JoinSet::new();
    for window_no in 1..=WINDOWS {
        let (office, clerk) = (house.office.clone(), clerk.clone());
        let keys: Vec<office::Key> = (0..=TICKETS).map(|_| house.key()).collect();
        windows.spawn(async move {
            let mut called = Vec::new();
            for key in keys {
                match office.perform(&clerk, &key, CallNext { window_no }).await.map_err(said("a call"))?.ticket {
                    Some(ticket) => called.push(ticket),
                    None => break,
                }
            }
            Ok::<_, Wrong>(called)
        });
    }
    let mut called = Vec::new();
    while let Some(one) = windows.join_next().await {
        called.extend(one??);
    }
    let took = began.elapsed();
    let once: BTreeSet<&String> = called.iter().collect();
    if called.len() != TICKETS || once.len() != TICKETS {
        return Err(Wrong(format!("{} calls of {} tickets, {TICKETS} waited", called.len(), once.len())));
    }
    Ok(json!({ "tickets": TICKETS, "windows": WINDOWS, "called_once": once.len(), "took_ms": ms(took) }))
}
