//! The hall from inside: windows with who is at them, the queue with its waits, what the tide asks for, who is on
//! duty; and the lists of goods, volunteers, home visits, calls and questions.

use chrono::Days;
use loan::calendar::Date;
use store::hall::goods;
use store::hall::people;
use store::hall::question;
use store::hall::slot;
use store::hall::visit;
use store::hall::window;
use store::{Failure, Tx};

use super::load::{self, Line};
use super::open::{OpenDay, hall_of, schedule};
use super::windows::{Turned, advice};
use super::{STAFF, Side};
use crate::Office;
use crate::no::No;
use crate::view::Seen;
use crate::view::open::Place;
use crate::who::{Actor, Role, Who};

pub use store::hall::goods::Supply;
pub use store::hall::people::{HomeVisit, PhoneCall, Shift, Volunteer};
pub use store::hall::question::{Entry, Question};
pub use store::hall::visit::Visit;
pub use store::hall::window::{Notice, Window};

/// A window with who is at it.
#[derive(Clone, Debug)]
pub struct AtWindow {
    /// The window.
    pub window: Window,
    /// The visit called.
    pub visit: Option<Visit>,
    /// Minutes since it was called.
    pub minutes: i64,
    /// Steps noted so far: code and minute of the visit.
    pub steps: Vec<(String, i64)>,
}

/// The queue and the windows.
#[derive(Clone, Debug)]
pub struct Board {
    /// Which hall.
    pub place: Place,
    /// Business day.
    pub on: Date,
    /// Today on the schedule.
    pub today: OpenDay,
    /// All windows.
    pub windows: Vec<AtWindow>,
    /// Who waits, in order, with minutes waited.
    pub waiting: Vec<(Visit, i64)>,
    /// Who was missed.
    pub missed: Vec<Visit>,
    /// The queues.
    pub lines: Vec<Line>,
    /// Windows the tide would turn.
    pub advice: Vec<Turned>,
    /// Visits booked for today.
    pub booked: usize,
    /// Of them, arrived.
    pub arrived: usize,
    /// Visits done.
    pub done: usize,
    /// Who is on duty today.
    pub shifts: Vec<Shift>,
    /// Hours of today without somebody at the telephone, in minutes since midnight.
    pub gaps: Vec<(i64, i64)>,
}

/// What the manager arranges days ahead.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which hall.
    pub place: Place,
    /// Business day.
    pub on: Date,
    /// The coming days.
    pub days: Vec<OpenDay>,
    /// Who waits for a place, by day.
    pub waits: Vec<(Date, i64)>,
    /// Announcements shown now.
    pub notices: Vec<Notice>,
    /// Windows.
    pub windows: Vec<Window>,
}

/// People: shifts, volunteers with their minutes, calls.
#[derive(Clone, Debug)]
pub struct People {
    /// Which hall.
    pub place: Place,
    /// Business day.
    pub on: Date,
    /// Shifts of the week.
    pub shifts: Vec<Shift>,
    /// Hours without a telephone, by day.
    pub gaps: Vec<(Date, Vec<(i64, i64)>)>,
    /// Volunteers and the minutes they served.
    pub volunteers: Vec<(Volunteer, i64)>,
    /// Calls of the last seven days, with the name of who took them.
    pub calls: Vec<(PhoneCall, String)>,
}

/// Visits to homes.
#[derive(Clone, Debug)]
pub struct Homes {
    /// Which hall.
    pub place: Place,
    /// Business day.
    pub on: Date,
    /// Visits from a month ago on.
    pub visits: Vec<HomeVisit>,
    /// Volunteers who may come along.
    pub volunteers: Vec<Volunteer>,
}

/// A question with its thread.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The question.
    pub question: Question,
    /// What was written.
    pub entries: Vec<Entry>,
}

impl Office {
    /// The hall now.
    pub async fn hall_board(&self, actor: &Actor) -> Seen<Board> {
        let office = of_staff(actor)?;
        let at = self.clock.now();
        let board: Result<Option<Board>, Failure> = self
            .store
            .read("hall_board", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((place, book)) = hall_of(tx, office, on).await? else { return Ok(None) };
                    let visits = visit::list_of_day(tx, book, on).await?;
                    let rows = window::list(tx, book).await?;
                    let shifts = people::shifts(tx, book, on - Days::new(1), on).await?;
                    let mut today = schedule(tx, book, &place.hours, on, 1).await?;
                    let today = today.pop().ok_or_else(|| Failure::bug("a schedule of one day has a day"))?;
                    let mut windows = Vec::new();
                    for window in &rows {
                        windows.push(at_window(tx, window, &visits, at).await?);
                    }
                    let count = |which: fn(&Visit) -> bool| visits.iter().filter(|visit| which(visit)).count();
                    let waited = |visit: &Visit| visit.arrived_at.map_or(0, |arrived| (at - arrived).num_minutes());
                    let of_status = |status: &'static str| visits.iter().filter(move |visit| visit.status == status);
                    Ok(Some(Board {
                        on,
                        today,
                        windows,
                        waiting: of_status("waiting").map(|visit| (visit.clone(), waited(visit))).collect(),
                        missed: of_status("missed").cloned().collect(),
                        lines: load::lines(&visits, &rows),
                        advice: advice(&visits, &rows),
                        booked: count(|visit| visit.slot.is_some() && visit.status != "cancelled"),
                        arrived: count(|visit| visit.slot.is_some() && visit.arrived_at.is_some()),
                        done: count(|visit| visit.status == "done"),
                        gaps: super::duty::gaps(&shifts, on),
                        shifts: shifts.into_iter().filter(|shift| shift.on_day == on).collect(),
                        place,
                    }))
                })
            })
            .await;
        board?.ok_or(No::NotFound)
    }

    /// What is arranged for the coming days.
    pub async fn hall_plan(&self, actor: &Actor) -> Seen<Plan> {
        let office = of_staff(actor)?;
        let at = self.clock.now();
        let plan: Result<Option<Plan>, Failure> = self
            .store
            .read("hall_plan", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((place, book)) = hall_of(tx, office, on).await? else { return Ok(None) };
                    let days = schedule(tx, book, &place.hours, on, 21).await?;
                    let waits = slot::waiting_counts(tx, book, Side::Loan.code(), on).await?;
                    let notices = window::notices(tx, book, on).await?;
                    Ok(Some(Plan { on, days, waits, notices, windows: window::list(tx, book).await?, place }))
                })
            })
            .await;
        plan?.ok_or(No::NotFound)
    }

    /// Who is on duty, who helps, who called.
    pub async fn hall_people(&self, actor: &Actor) -> Seen<People> {
        let office = of_staff(actor)?;
        let at = self.clock.now();
        let found: Result<Option<People>, Failure> = self
            .store
            .read("hall_people", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((place, book)) = hall_of(tx, office, on).await? else { return Ok(None) };
                    let shifts = people::shifts(tx, book, on - Days::new(1), on + Days::new(6)).await?;
                    let gaps = on.iter_days().take(7).map(|day| (day, super::duty::gaps(&shifts, day))).collect();
                    let mut volunteers = Vec::new();
                    for volunteer in people::volunteers(tx, book).await? {
                        let minutes = people::minutes_served(tx, book, volunteer.volunteer).await?;
                        volunteers.push((volunteer, minutes));
                    }
                    let mut calls = Vec::new();
                    for call in people::calls(tx, book, on - Days::new(6), on).await? {
                        let name = crate::view::actor_name(tx, &call.taken_by).await?;
                        calls.push((call, name));
                    }
                    Ok(Some(People { place, on, shifts, gaps, volunteers, calls }))
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// Visits to homes, planned and done.
    pub async fn hall_homes(&self, actor: &Actor) -> Seen<Homes> {
        let office = of_staff(actor)?;
        let at = self.clock.now();
        let found: Result<Option<Homes>, Failure> = self
            .store
            .read("hall_homes", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((place, book)) = hall_of(tx, office, on).await? else { return Ok(None) };
                    let visits = people::home_visits(tx, book, on - Days::new(30), on + Days::new(60)).await?;
                    Ok(Some(Homes { place, on, visits, volunteers: people::volunteers(tx, book).await? }))
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// Goods of the hall.
    pub async fn hall_goods(&self, actor: &Actor) -> Seen<Vec<Supply>> {
        let office = of_staff(actor)?;
        let at = self.clock.now();
        let found: Result<Option<Vec<Supply>>, Failure> = self
            .store
            .read("hall_goods", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((_, book)) = hall_of(tx, office, on).await? else { return Ok(None) };
                    goods::list(tx, book).await.map(Some)
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// Questions that hold a text, the open ones first; an empty text finds all.
    pub async fn hall_questions(&self, actor: &Actor, text: &str) -> Seen<Vec<Question>> {
        let office = of_staff(actor)?;
        if !actor.roles().iter().any(|role| matches!(role, Role::CountyClerk | Role::HallManager)) {
            return Err(No::Forbidden);
        }
        let at = self.clock.now();
        let found: Result<Option<Vec<Question>>, Failure> = self
            .store
            .read("hall_questions", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((_, book)) = hall_of(tx, office, on).await? else { return Ok(None) };
                    question::search(tx, book, text, 50).await.map(Some)
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// One question with its thread, for staff of the county or for who asked.
    pub async fn hall_thread(&self, actor: &Actor, book: Option<i64>, number: i64) -> Seen<Thread> {
        let at = self.clock.now();
        let found: Result<Option<Thread>, Failure> = self
            .store
            .read("hall_thread", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let book = match (actor.office(), book) {
                        (Some(office), _) => crate::desk::county_book(tx, office, on).await?,
                        (None, book) => book,
                    };
                    let Some(book) = book else { return Ok(None) };
                    let Some(question) = question::find(tx, book, number).await? else { return Ok(None) };
                    let mine = actor.person() == Some(question.person);
                    let ours = actor.roles().iter().any(|role| matches!(role, Role::CountyClerk | Role::HallManager));
                    if !mine && !ours {
                        return Ok(None);
                    }
                    let entries = question::thread(tx, book, number).await?;
                    Ok(Some(Thread { question, entries }))
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// The questions of the person who asks, with the county of each.
    pub async fn my_questions(&self, actor: &Actor) -> Seen<Vec<(Question, String)>> {
        let Some(person) = actor.person().filter(|_| !matches!(actor.who, Who::Public)) else {
            return Err(No::Forbidden);
        };
        let found: Result<Vec<(Question, String)>, Failure> = self
            .store
            .read("my_questions", |tx| {
                Box::pin(async move {
                    let mut mine = Vec::new();
                    for question in question::list_of_person(tx, person).await? {
                        let county = crate::desk::county_of_book(tx, question.book).await?;
                        mine.push((question, county));
                    }
                    Ok(mine)
                })
            })
            .await;
        Ok(found?)
    }
}

/// The office of somebody who works in a hall.
pub(super) fn of_staff(actor: &Actor) -> Seen<i64> {
    let works_here = actor.roles().iter().any(|role| STAFF.contains(role));
    actor.office().filter(|_| works_here).ok_or(No::Forbidden)
}

async fn at_window(
    tx: &mut Tx<'_>,
    window: &Window,
    visits: &[Visit],
    at: store::Instant,
) -> Result<AtWindow, Failure> {
    let here = |visit: &&Visit| visit.status == "called" && visit.window_no == Some(window.window_no);
    let visit = visits.iter().find(here).cloned();
    let (mut minutes, mut steps) = (0, Vec::new());
    if let Some(visit) = &visit {
        let began = visit.called_at.unwrap_or(at);
        minutes = (at - began).num_minutes();
        for fact in store::fact::list(tx, visit.book, "visit", visit.visit).await? {
            let detail: serde_json::Value = serde_json::from_str(&fact.detail).unwrap_or_default();
            if let ("step", Some(step)) = (fact.kind.as_str(), detail["step"].as_str()) {
                steps.push((step.to_owned(), (fact.at - began).num_minutes()));
            }
        }
    }
    Ok(AtWindow { window: window.clone(), visit, minutes, steps })
}
