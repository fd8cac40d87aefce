//! A place of the hall is taken or given back. One person has one open booking at a time; who cancelled twice in a
//! day waits a day (H114). A place that comes free goes to whoever waits longest for that day. The table counts the
//! places, so that no crowd gets one more than there are (H101).

use chrono::{Days, TimeDelta};
use loan::calendar::Date;
use store::Failure;
use store::hall::slot::{self, Slot};
use store::hall::visit::{self, Visit};

use super::{Business, Side};
use crate::act::Desk;
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::number::ApplicationNumber;

/// Cancellations in one day after which no new place is given for a day.
pub const CANCELLED_MAX: usize = 2;
/// How far ahead places are looked for.
const AHEAD: Days = Days::new(30);

/// What somebody wants to book.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub book: i64,
    pub business: Business,
    pub person: i64,
    pub application: Option<i64>,
    pub name: String,
    pub address: String,
    pub for_on: Date,
    pub slot: String,
}

/// Why no place is given, in order of precedence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoPlace {
    DayPast,
    NoSuchSlot,
    OpenBooking,
    CancelledTooOften,
    OtherTownship(String),
    SlotFull(String),
}

/// Makes an act's refusals out of [`NoPlace`]; the act declares variants of the same names.
#[macro_export]
macro_rules! no_place {
    ($name:ident) => {
        impl From<$crate::hall::booking::NoPlace> for $name {
            fn from(no: $crate::hall::booking::NoPlace) -> $name {
                use $crate::hall::booking::NoPlace as N;
                match no {
                    N::DayPast => $name::DayPast,
                    N::NoSuchSlot => $name::NoSuchSlot,
                    N::OpenBooking => $name::OpenBooking,
                    N::CancelledTooOften => $name::CancelledTooOften,
                    N::OtherTownship(towns) => $name::OtherTownship(towns),
                    N::SlotFull(next) => $name::SlotFull(next),
                }
            }
        }
    };
}

/// Takes a place, or moves the booking of the same business to it; false when it is booked already.
pub(crate) async fn reserve(desk: &mut Desk<'_, '_>, wanted: &Wanted) -> Result<bool, No<NoPlace>> {
    if wanted.for_on <= desk.on {
        return Err(No::Refused(NoPlace::DayPast));
    }
    let side = wanted.business.side().code();
    let (book, on) = (wanted.book, desk.on);
    if slot::find(desk.tx, book, wanted.for_on, side, &wanted.slot).await?.is_none() {
        return Err(No::Refused(NoPlace::NoSuchSlot));
    }
    let visits = visit::list_of_person(desk.tx, wanted.person).await?;
    let is_open = |visit: &&Visit| visit.status == "booked" && visit.on_day >= on;
    let same = |visit: &&Visit| {
        visit.book == book && visit.application == wanted.application && visit.business == wanted.business.code()
    };
    let mine = visits.iter().filter(is_open).find(same).cloned();
    if mine.is_none() && visits.iter().any(|visit| is_open(&visit)) {
        return Err(No::Refused(NoPlace::OpenBooking));
    }
    if mine.as_ref().is_some_and(|mine| mine.on_day == wanted.for_on && mine.slot.as_ref() == Some(&wanted.slot)) {
        return Ok(false);
    }
    let since = desk.at - TimeDelta::days(1);
    let given_up = visits
        .iter()
        .filter(|visit| visit.outcome.as_deref() == Some("given_up") && visit.done_at.is_some_and(|at| at > since));
    if mine.is_none() && given_up.count() >= CANCELLED_MAX {
        return Err(No::Refused(NoPlace::CancelledTooOften));
    }
    if wanted.business.side() == Side::Loan
        && let Some(towns) = other_township(desk, wanted).await?
    {
        return Err(No::Refused(NoPlace::OtherTownship(towns)));
    }
    if !slot::take(desk.tx, book, wanted.for_on, side, &wanted.slot).await? {
        let next = next_free(desk, book, side, wanted.for_on).await?;
        return Err(No::Refused(NoPlace::SlotFull(next)));
    }
    slot::wait_no_more(desk.tx, book, wanted.person).await?;
    match mine {
        Some(mut moved) => {
            let (day, old) = (moved.on_day, moved.slot.replace(wanted.slot.clone()));
            moved.on_day = wanted.for_on;
            super::record(desk, &moved, "moved", serde_json::json!({ "to": wanted.for_on, "slot": wanted.slot }))
                .await?;
            if let Some(old) = old {
                set_free(desk, book, day, side, &old).await?;
            }
        }
        None => enter(desk, wanted).await?,
    }
    Ok(true)
}

async fn enter(desk: &mut Desk<'_, '_>, wanted: &Wanted) -> Result<(), Failure> {
    let number = store::counter::next(desk.tx, wanted.book, "visit").await?;
    let new = Visit {
        book: wanted.book,
        visit: number,
        business: wanted.business.code().to_owned(),
        person: Some(wanted.person),
        application: wanted.application,
        name: wanted.name.clone(),
        town: String::new(),
        on_day: wanted.for_on,
        slot: Some(wanted.slot.clone()),
        code: super::fresh_code(wanted.book, desk.office.chance.as_ref()),
        ticket: None,
        place: None,
        status: "booked".to_owned(),
        window_no: None,
        calls: 0,
        booked_at: Some(desk.at),
        arrived_at: None,
        called_at: None,
        done_at: None,
        outcome: None,
    };
    visit::enter(desk.tx, &new).await?;
    let detail = serde_json::json!({ "for": wanted.for_on, "slot": wanted.slot });
    super::note(desk, wanted.book, ("visit", number), "booked", detail).await
}

/// The townships of that day, when the family's address names another township of the schedule (R8.3). An address
/// that names none is everybody's.
async fn other_township(desk: &mut Desk<'_, '_>, wanted: &Wanted) -> Result<Option<String>, Failure> {
    let days = slot::days(desk.tx, wanted.book, desk.on, desk.on + Days::new(120)).await?;
    let here = |towns: &str| towns.split_whitespace().any(|town| wanted.address.contains(town));
    let Some(day) = days.iter().find(|day| day.on_day == wanted.for_on && !day.towns.is_empty()) else {
        return Ok(None);
    };
    let mine: Vec<String> = days
        .iter()
        .filter(|other| here(&other.towns))
        .map(|other| other.on_day.format("%-m月%-d日").to_string())
        .collect();
    Ok((!here(&day.towns) && !mine.is_empty()).then(|| mine.join("、")))
}

/// Up to three half-hours with a place left, the nearest to the wanted day first.
async fn next_free(desk: &mut Desk<'_, '_>, book: i64, side: &str, wanted: Date) -> Result<String, Failure> {
    let slots = slot::list(desk.tx, book, side, desk.on + Days::new(1), desk.on + AHEAD).await?;
    let mut free: Vec<&Slot> = slots.iter().filter(|slot| slot.free() > 0).collect();
    free.sort_by_key(|slot| ((slot.on_day - wanted).num_days().abs(), slot.on_day, slot.slot.clone()));
    let words: Vec<String> =
        free.iter().take(3).map(|slot| format!("{} {}", slot.on_day.format("%-m月%-d日"), slot.slot)).collect();
    Ok(if words.is_empty() {
        "这个月都约满了，可以登记候补，或者直接到窗口取号".to_owned()
    } else {
        words.join("、")
    })
}

/// Gives up the open booking of an application, if there is one.
pub(crate) async fn release(
    desk: &mut Desk<'_, '_>,
    person: i64,
    (book, key): (i64, i64),
    outcome: &'static str,
) -> Result<(), Failure> {
    let visits = visit::list_of_person(desk.tx, person).await?;
    let mine = |visit: &Visit| visit.book == book && visit.application == Some(key);
    match visits.into_iter().find(|visit| visit.status == "booked" && visit.on_day >= desk.on && mine(visit)) {
        Some(visit) => give_up(desk, visit, outcome).await,
        None => Ok(()),
    }
}

/// The family of an application stands at the counter without a ticket: its booking of today is kept as come, a later
/// one is given back.
pub(crate) async fn came(desk: &mut Desk<'_, '_>, person: i64, application: (i64, i64)) -> Result<(), Failure> {
    let visits = visit::list_of_person(desk.tx, person).await?;
    let (book, key) = application;
    let open = |visit: &Visit| visit.status == "booked" && visit.book == book && visit.application == Some(key);
    for mut visit in visits.into_iter().filter(open) {
        if visit.on_day == desk.on {
            visit.status = "done".to_owned();
            visit.arrived_at = Some(desk.at);
            visit.done_at = Some(desk.at);
            visit.outcome = Some("direct".to_owned());
            super::record(desk, &visit, "done", serde_json::json!({ "direct": true })).await?;
        } else if visit.on_day > desk.on {
            give_up(desk, visit, "came_earlier").await?;
        }
    }
    Ok(())
}

/// Ends a booking and passes its place on.
pub(crate) async fn give_up(desk: &mut Desk<'_, '_>, mut visit: Visit, outcome: &'static str) -> Result<(), Failure> {
    visit.status = "cancelled".to_owned();
    visit.outcome = Some(outcome.to_owned());
    visit.done_at = Some(desk.at);
    super::record(desk, &visit, "cancelled", serde_json::json!({ "why": outcome })).await?;
    let side = Business::of(&visit.business).map_or(Side::Service, Business::side).code();
    match &visit.slot {
        Some(slot) => set_free(desk, visit.book, visit.on_day, side, slot).await,
        None => Ok(()),
    }
}

/// A place is free again: whoever waits longest for that day gets it and is told; else it can be booked.
async fn set_free(desk: &mut Desk<'_, '_>, book: i64, day: Date, side: &str, half_hour: &str) -> Result<(), Failure> {
    slot::give_back(desk.tx, book, day, side, half_hour).await?;
    if day <= desk.on {
        return Ok(());
    }
    while let Some(next) = slot::first_waiting(desk.tx, book, day, side).await? {
        slot::wait_no_more(desk.tx, book, next.person).await?;
        let visits = visit::list_of_person(desk.tx, next.person).await?;
        if visits.iter().any(|visit| visit.status == "booked" && visit.on_day >= desk.on) {
            continue;
        }
        let Some(person) = store::person::by_number(desk.tx, next.person).await? else { continue };
        let mut case = None;
        if let Some(key) = next.application {
            case = crate::desk::load(desk.tx, ApplicationNumber::of(book, key)).await?;
            if case.as_ref().is_none_or(|case| case.stage() != Stage::Submitted) {
                continue;
            }
        }
        if !slot::take(desk.tx, book, day, side, half_hour).await? {
            return Ok(());
        }
        let business = case.as_ref().map_or(Business::Service, |case| Business::of_kind(case.kind));
        if let Some(case) = &mut case {
            desk.about(book, "application", &case.number.to_string())?;
            desk.record(case, ApplicationFact::Booked { for_on: day, slot: half_hour.to_owned() }).await?;
        }
        let wanted = Wanted {
            book,
            business,
            person: next.person,
            application: next.application,
            name: person.name,
            address: String::new(),
            for_on: day,
            slot: half_hour.to_owned(),
        };
        enter(desk, &wanted).await?;
        let body = format!(
            "{}，您候补的号有了：{} {half_hour}。不能来请尽早在网上取消，让给后面的人。",
            wanted.name,
            day.format("%-m月%-d日")
        );
        let message = store::message::NewMessage {
            person: next.person,
            kind: "place_free",
            channel: "sms",
            body: &body,
            about: None,
            at: desk.at,
            on_day: desk.on,
        };
        store::message::write(desk.tx, message).await?;
        return Ok(());
    }
    Ok(())
}
