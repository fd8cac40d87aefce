//! What a window does with the ticket it called: call again, set aside who does not come, hand over, note the steps
//! with their times (R8.6), finish. Who was missed comes back third in line.

use serde::{Deserialize, Serialize};
use store::hall::visit::{self, Visit};
use store::hall::window;

use super::{Business, STEPS};
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission};

/// One thing done with a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// 重呼.
    Recall,
    /// 过号.
    Missed,
    /// 过号回来: third in line.
    Back,
    /// 转窗口: to the windows of another business, first in line.
    Redirect(Business),
    /// A step begins.
    Step(String),
    /// 办结.
    Finish,
}

/// Does it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HandleVisit {
    /// Number of the visit.
    pub visit: i64,
    /// What.
    pub handling: Handling,
}

refusals! {
    /// Why it is not done.
    pub enum HandleVisitRefusal {
        /// The ticket is not at a window.
        NotCalled = "not_called" [],
        /// The ticket was not missed.
        NotMissed = "not_missed" [],
        /// There is no such step.
        StepUnknown = "step_unknown" [],
    }
}

#[async_trait::async_trait]
impl Act for HandleVisit {
    const NAME: &'static str = "handle_visit";
    const PERMISSION: Permission = super::RECEIVE;
    type Done = ();
    type Refused = HandleVisitRefusal;

    fn lane(&self, actor: &Actor) -> Option<String> {
        actor.office().map(|office| format!("queue {office}"))
    }

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<HandleVisitRefusal>> {
        use HandleVisitRefusal as R;
        let mut visit = super::own_visit(desk, self.visit).await?;
        let today = visit.on_day == desk.on;
        let at_window = today && visit.status == "called";
        match &self.handling {
            Handling::Back if today && visit.status == "missed" => {
                visit.place = Some(third_place(desk, &visit).await?);
                visit.status = "waiting".to_owned();
                visit.window_no = None;
            }
            Handling::Back => return Err(No::Refused(R::NotMissed)),
            _ if !at_window => return Err(No::Refused(R::NotCalled)),
            Handling::Recall => visit.calls += 1,
            Handling::Missed => visit.status = "missed".to_owned(),
            Handling::Redirect(business) => {
                visit.business = business.code().to_owned();
                visit.status = "waiting".to_owned();
                visit.window_no = None;
                // Before everybody, also before who was let in first.
                visit.place = Some(-200_000_000 + visit.visit);
            }
            Handling::Step(step) if STEPS.contains(&step.as_str()) => {}
            Handling::Step(_) => return Err(No::Refused(R::StepUnknown)),
            Handling::Finish => {
                visit.status = "done".to_owned();
                visit.done_at = Some(desk.at);
                visit.outcome = Some("served".to_owned());
            }
        }
        let (kind, detail) = self.told(&visit);
        super::record(desk, &visit, kind, detail).await?;
        Ok(())
    }
}

impl HandleVisit {
    fn told(&self, visit: &Visit) -> (&'static str, serde_json::Value) {
        let window = serde_json::json!({ "window": visit.window_no });
        match &self.handling {
            Handling::Recall => ("recalled", window),
            Handling::Missed => ("missed", window),
            Handling::Back => ("back", serde_json::json!({})),
            Handling::Redirect(business) => ("redirected", serde_json::json!({ "to": business })),
            Handling::Step(step) => ("step", serde_json::json!({ "step": step })),
            Handling::Finish => ("done", window),
        }
    }
}

/// Right behind the second one who waits for the same business.
async fn third_place(desk: &mut Desk<'_, '_>, visit: &Visit) -> Result<i64, store::Failure> {
    let day = visit::list_of_day(desk.tx, visit.book, visit.on_day).await?;
    let waiting: Vec<i64> = day
        .iter()
        .filter(|other| other.status == "waiting" && other.business == visit.business)
        .filter_map(|other| other.place)
        .collect();
    Ok(match waiting.get(1).or(waiting.last()) {
        Some(second) => second + 1,
        None => super::second_of_day(desk.at) * 1000,
    })
}

/// 暂停, 恢复: a window stops calling for a while, or goes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PauseWindow {
    /// Number of the window.
    pub window_no: i64,
    /// Stop, or go on.
    pub pause: bool,
}

refusals! {
    /// Why the window stays as it is.
    pub enum PauseWindowRefusal {
        /// The hall has no such window.
        NoSuchWindow = "no_such_window" [] @ "window",
        /// The window is closed.
        WindowClosed = "window_closed" [] @ "window",
    }
}

#[async_trait::async_trait]
impl Act for PauseWindow {
    const NAME: &'static str = "pause_window";
    const PERMISSION: Permission = super::SERVE;
    type Done = ();
    type Refused = PauseWindowRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<PauseWindowRefusal>> {
        let book = super::own_hall(desk).await?;
        let Some(mut row) = window::find(desk.tx, book, self.window_no).await? else {
            return Err(No::Refused(PauseWindowRefusal::NoSuchWindow));
        };
        if row.status == "closed" {
            return Err(No::Refused(PauseWindowRefusal::WindowClosed));
        }
        let status = if self.pause { "paused" } else { "open" };
        row.status = status.to_owned();
        row.changed_at = desk.at;
        window::set(desk.tx, &row).await?;
        let kind = if self.pause { "paused" } else { "opened" };
        super::note(desk, book, ("window", row.window_no), kind, serde_json::json!({})).await?;
        Ok(())
    }
}
