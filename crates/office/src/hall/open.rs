//! What everybody may know of a hall, without login: hours and townships of the coming days, places left, who answers
//! the telephone, how long the queue is; the calling screen with masked names; and for who holds a code, the own
//! place in the queue.

use std::time::Duration;

use chrono::{Datelike, Days};
use loan::calendar::Date;
use loan::policy::reference;
use store::hall::people;
use store::hall::slot::{self, Slot};
use store::hall::visit::{self, Visit};
use store::hall::window::{self, Notice};
use store::{Failure, Tx};

use super::load::{self, Line};
use super::{Business, Side, duty, masked};
use crate::Office;
use crate::no::No;
use crate::view::Seen;
use crate::view::open::Place;
use crate::who::{Actor, Who};

/// Hours of a working day where a hall has not said anything else (R8.9).
pub const USUAL_HOURS: &str = "08:00–12:00，15:00–18:00";
/// Days of the public schedule.
const SCHEDULE: u64 = 14;

/// A call on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Ticket.
    pub ticket: String,
    /// `陈**`.
    pub name: String,
    /// Window.
    pub window_no: i64,
    /// What for.
    pub business: Business,
    /// Called again, for the eye to notice.
    pub calls: i64,
}

/// The calling screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Name of the office.
    pub name: String,
    /// Business day.
    pub on: Date,
    /// Hours and minutes now, in China.
    pub time: String,
    /// The last seven calls, newest first.
    pub calls: Vec<Call>,
    /// The queues.
    pub lines: Vec<Line>,
}

impl Screen {
    /// Changes whenever somebody is called or the queue moves; the clock alone does not change it.
    pub fn version(&self) -> String {
        use sm3::Digest;
        let shown = format!("{} {:?} {:?}", self.on, self.calls, self.lines);
        hex::encode(&sm3::Sm3::digest(shown)[..8])
    }
}

/// One day of the public schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDay {
    /// The day.
    pub on: Date,
    /// Hours in words; nothing on a day without service.
    pub hours: Option<String>,
    /// Townships served; none means all.
    pub towns: Vec<String>,
    /// What the public should know.
    pub note: String,
    /// Places left to book, for loans and for repayment business; nothing where none were opened.
    pub free: [Option<i64>; 2],
}

/// A hall as the public sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenHall {
    /// Which.
    pub place: Place,
    /// Business day.
    pub on: Date,
    /// The coming days, today first.
    pub days: Vec<OpenDay>,
    /// The queues now.
    pub lines: Vec<Line>,
    /// Who answers the telephone now: name and number.
    pub on_phone: Option<(String, String)>,
    /// Announcements.
    pub notices: Vec<Notice>,
}

/// A visit as its family sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyVisit {
    /// The row.
    pub row: Visit,
    /// What for.
    pub business: Business,
    /// Where.
    pub office: String,
    /// Number of the office.
    pub office_id: i64,
    /// Street address.
    pub address: String,
    /// Families before it and minutes of waiting, once it waits.
    pub before: Option<(i64, i64)>,
    /// QR code of the page where the queue can be looked at; a scanner at the reception reads it too.
    pub qr: Option<String>,
}

/// A half-hour that can be booked.
pub type FreeSlot = Slot;

impl Office {
    /// The calling screen of a county office.
    pub async fn hall_screen(&self, office_id: i64) -> Seen<Screen> {
        let at = self.clock.now();
        let screen: Result<Option<Screen>, Failure> = self
            .store
            .read("hall_screen", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((place, book)) = hall_of(tx, office_id, on).await? else { return Ok(None) };
                    let visits = visit::list_of_day(tx, book, on).await?;
                    let windows = window::list(tx, book).await?;
                    let second = super::second_of_day(at);
                    let time = format!("{:02}:{:02}", second / 3600, second / 60 % 60);
                    let (calls, lines) = (last_calls(&visits), load::lines(&visits, &windows));
                    Ok(Some(Screen { name: place.name, on, time, calls, lines }))
                })
            })
            .await;
        screen?.ok_or(No::NotFound)
    }

    /// Waits until the screen is another than the one seen, at most half a minute; answers its version.
    pub async fn hall_screen_after(&self, office_id: i64, seen: &str) -> Seen<String> {
        for _ in 0..30 {
            let version = self.hall_screen(office_id).await?.version();
            if version != seen {
                return Ok(version);
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(seen.to_owned())
    }

    /// A hall for the public.
    pub async fn open_hall(&self, office_id: i64) -> Seen<OpenHall> {
        let at = self.clock.now();
        let hall: Result<Option<OpenHall>, Failure> = self
            .store
            .read("open_hall", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((place, book)) = hall_of(tx, office_id, on).await? else { return Ok(None) };
                    let visits = visit::list_of_day(tx, book, on).await?;
                    let windows = window::list(tx, book).await?;
                    let shifts = people::shifts(tx, book, on - Days::new(1), on).await?;
                    let minute = super::second_of_day(at) / 60;
                    let on_phone =
                        duty::on_phone(&shifts, on, minute).map(|shift| (shift.who.clone(), shift.phone.clone()));
                    let days = schedule(tx, book, &place.hours, on, SCHEDULE).await?;
                    let notices = window::notices(tx, book, on).await?;
                    Ok(Some(OpenHall { place, on, days, lines: load::lines(&visits, &windows), on_phone, notices }))
                })
            })
            .await;
        hall?.ok_or(No::NotFound)
    }

    /// Half-hours that can still be booked in a county, from tomorrow on, for one side; all of them, also the full
    /// ones.
    pub async fn hall_slots(&self, county: &str, side: Side) -> Seen<Vec<FreeSlot>> {
        let at = self.clock.now();
        let slots: Result<Option<Vec<Slot>>, Failure> = self
            .store
            .read("hall_slots", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(book) = crate::desk::book_of_county(tx, county, on).await? else { return Ok(None) };
                    let (from, to) = (on + Days::new(1), on + Days::new(30));
                    slot::list(tx, book, side.code(), from, to).await.map(Some)
                })
            })
            .await;
        slots?.ok_or(No::NotFound)
    }

    /// The visits of the person who asks, newest first.
    pub async fn my_visits(&self, actor: &Actor) -> Seen<Vec<MyVisit>> {
        let Some(person) = actor.person().filter(|_| !matches!(actor.who, Who::Public)) else {
            return Err(No::Forbidden);
        };
        let at = self.clock.now();
        let visits: Result<Vec<MyVisit>, Failure> = self
            .store
            .read("my_visits", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut mine = Vec::new();
                    for row in visit::list_of_person(tx, person).await? {
                        mine.extend(self.seen_by_family(tx, row, on).await?);
                    }
                    Ok(mine)
                })
            })
            .await;
        Ok(visits?)
    }

    /// The visit of a code, for who holds the ticket; the name is masked.
    pub async fn visit_of_code(&self, code: &str) -> Seen<MyVisit> {
        let Some((book, code)) = super::read_code(code) else { return Err(No::NotFound) };
        let at = self.clock.now();
        let code = code.as_str();
        let found: Result<Option<MyVisit>, Failure> = self
            .store
            .read("visit_of_code", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(mut row) = visit::by_code(tx, book, code).await? else { return Ok(None) };
                    row.name = masked(&row.name);
                    self.seen_by_family(tx, row, on).await
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    async fn seen_by_family(&self, tx: &mut Tx<'_>, row: Visit, on: Date) -> Result<Option<MyVisit>, Failure> {
        let Some(office_id) = store::office_place::office_serving(tx, row.book, "county", on).await? else {
            return Ok(None);
        };
        let Some((place, _)) = hall_of(tx, office_id, on).await? else { return Ok(None) };
        let mut before = None;
        if row.status == "waiting" && row.on_day == on {
            let visits = visit::list_of_day(tx, row.book, on).await?;
            before = load::before(&row, &visits, &window::list(tx, row.book).await?);
        }
        let business = Business::of(&row.business).ok_or_else(|| Failure::corrupt("unknown business of a visit"))?;
        let qr = paper::qr_svg(&format!("{}/queue/{}", self.public_url, row.code), "排队二维码");
        let (office, address) = (place.name, place.address);
        Ok(Some(MyVisit { row, business, office, office_id, address, before, qr }))
    }
}

/// A county office that serves a book, with that book.
pub(super) async fn hall_of(tx: &mut Tx<'_>, office_id: i64, on: Date) -> Result<Option<(Place, i64)>, Failure> {
    let Some(office) = store::office_place::by_number(tx, office_id).await?.filter(|office| office.kind == "county")
    else {
        return Ok(None);
    };
    let Some(book) = crate::desk::county_book(tx, office_id, on).await? else { return Ok(None) };
    let place = Place {
        office: office.office_id,
        name: office.name,
        county: office.division_code.unwrap_or_default(),
        address: office.address,
        phone: office.phone,
        hours: office.hours,
    };
    Ok(Some((place, book)))
}

/// Hours, townships and places of the days from one on.
pub(super) async fn schedule(
    tx: &mut Tx<'_>,
    book: i64,
    usual: &str,
    from: Date,
    days: u64,
) -> Result<Vec<OpenDay>, Failure> {
    let to = from + Days::new(days);
    let set = slot::days(tx, book, from, to).await?;
    let mut opened = Vec::new();
    for side in [Side::Loan, Side::Service] {
        opened.push(slot::list(tx, book, side.code(), from, to).await?);
    }
    let usual = if usual.trim().is_empty() { USUAL_HOURS } else { usual };
    let day = |on: Date| {
        let free = [0, 1].map(|side: usize| {
            let here: Vec<i64> = opened[side].iter().filter(|slot| slot.on_day == on).map(Slot::free).collect();
            (!here.is_empty()).then(|| here.iter().sum())
        });
        match set.iter().find(|day| day.on_day == on) {
            Some(day) => OpenDay {
                on,
                hours: day.opens.as_ref().zip(day.closes.as_ref()).map(|(opens, closes)| format!("{opens}–{closes}")),
                towns: day.towns.split_whitespace().map(str::to_owned).collect(),
                note: day.note.clone(),
                free,
            },
            None => {
                let hours = (is_working(on) || free.iter().any(Option::is_some)).then(|| usual.to_owned());
                OpenDay { on, hours, towns: Vec::new(), note: String::new(), free }
            }
        }
    };
    Ok(from.iter_days().take(days as usize).map(day).collect())
}

/// Working days; in a year whose holidays are not known yet, Monday to Friday.
fn is_working(on: Date) -> bool {
    reference::is_working_day(on).unwrap_or_else(|_| on.weekday().num_days_from_monday() < 5)
}

/// The last seven tickets called, newest first.
fn last_calls(visits: &[Visit]) -> Vec<Call> {
    let mut called: Vec<&Visit> = visits.iter().filter(|visit| visit.called_at.is_some()).collect();
    called.sort_by_key(|visit| {
        std::cmp::Reverse((visit.status == "called" && visit.calls > 1, visit.called_at, visit.visit))
    });
    called
        .into_iter()
        .filter(|visit| visit.status != "waiting")
        .filter_map(|visit| {
            Some(Call {
                ticket: visit.ticket.clone()?,
                name: masked(&visit.name),
                window_no: visit.window_no?,
                business: Business::of(&visit.business)?,
                calls: visit.calls,
            })
        })
        .take(7)
        .collect()
}
