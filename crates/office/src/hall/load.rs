//! How long a family waits: who is before it, how long each takes today, how many people serve. Pure counting over
//! the visits of a day; the same figures stand on the screen, the ticket, the desk and under the tidal windows.

use store::hall::visit::Visit;
use store::hall::window::Window;

use super::Business;

/// The queue of one business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which.
    pub business: Business,
    /// Families that wait.
    pub waiting: i64,
    /// Minutes each takes: the mean of today, or the usual.
    pub minutes_each: i64,
    /// Windows open for it.
    pub windows: i64,
    /// People at work at them.
    pub staffed: i64,
    /// Minutes the next family would wait.
    pub wait_minutes: i64,
}

/// True when the window serves that business.
pub fn serves(window: &Window, business: Business) -> bool {
    window.serves.split_whitespace().any(|code| code == business.code())
}

/// The three queues.
pub fn lines(visits: &[Visit], windows: &[Window]) -> Vec<Line> {
    Business::ALL
        .into_iter()
        .map(|business| {
            let waiting = count(visits, |visit| visit.status == "waiting" && visit.business == business.code());
            let minutes_each = minutes_each(visits, business);
            let open = windows.iter().filter(|window| window.status == "open" && serves(window, business));
            let (open_count, staffed) =
                open.fold((0, 0), |(count, staffed), window| (count + 1, staffed + window.staffed));
            // Families of the other letters stand at the same windows.
            let beside = windows.iter().filter(|window| window.status == "open" && serves(window, business));
            let mut shared: Vec<Business> = beside
                .flat_map(|window| Business::ALL.into_iter().filter(|other| serves(window, *other)))
                .filter(|other| *other != business)
                .collect();
            shared.sort_unstable();
            shared.dedup();
            let work: i64 = shared
                .iter()
                .map(|other| {
                    let ahead = count(visits, |visit| visit.status == "waiting" && visit.business == other.code());
                    ahead * self::minutes_each(visits, *other)
                })
                .sum();
            let wait_minutes = (waiting * minutes_each + work) / staffed.max(1);
            Line { business, waiting, minutes_each, windows: open_count, staffed, wait_minutes }
        })
        .collect()
}

fn count(visits: &[Visit], which: impl Fn(&Visit) -> bool) -> i64 {
    visits.iter().filter(|visit| which(visit)).count() as i64
}

/// Mean minutes from call to end of the visits done, rounded up; the usual ones while fewer than three are done.
pub fn minutes_each(visits: &[Visit], business: Business) -> i64 {
    let seconds: Vec<i64> = visits
        .iter()
        .filter(|visit| visit.business == business.code() && visit.status == "done")
        .filter_map(|visit| Some((visit.done_at? - visit.called_at?).num_seconds()))
        .collect();
    if seconds.len() < 3 {
        return business.usual_minutes();
    }
    let mean = seconds.iter().sum::<i64>() / seconds.len() as i64;
    ((mean + 59) / 60).max(1)
}

/// Families before one that waits, and the minutes until its turn; nothing when it does not wait.
pub fn before(visit: &Visit, visits: &[Visit], windows: &[Window]) -> Option<(i64, i64)> {
    if visit.status != "waiting" {
        return None;
    }
    let business = Business::of(&visit.business)?;
    let key = (visit.place, visit.visit);
    let mine: Vec<&Window> =
        windows.iter().filter(|window| window.status == "open" && serves(window, business)).collect();
    let together = |other: &Visit| {
        other.business == visit.business
            || Business::of(&other.business).is_some_and(|kind| mine.iter().any(|window| serves(window, kind)))
    };
    let ahead: Vec<&Visit> = visits
        .iter()
        .filter(|other| other.status == "waiting" && (other.place, other.visit) < key && together(other))
        .collect();
    let work: i64 =
        ahead.iter().filter_map(|other| Business::of(&other.business)).map(|kind| minutes_each(visits, kind)).sum();
    let staffed: i64 = mine.iter().map(|window| window.staffed).sum();
    Some((ahead.len() as i64, work / staffed.max(1)))
}
