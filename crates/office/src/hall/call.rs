//! 呼叫下一位: a window calls whoever is first in the queue of what it serves; what it had before is done. Two windows
//! never call the same ticket: the change of the row decides, and who loses calls the next.

use serde::{Deserialize, Serialize};
use store::hall::{visit, window};

use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission};

/// Calls the next one to a window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CallNext {
    /// Number of the window.
    pub window_no: i64,
}

/// What happened at the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// Ticket that is done now.
    pub finished: Option<String>,
    /// Visit called; nothing when nobody waits.
    pub visit: Option<i64>,
    /// Its ticket.
    pub ticket: Option<String>,
}

refusals! {
    /// Why nobody is called.
    pub enum CallNextRefusal {
        /// The hall has no such window.
        NoSuchWindow = "no_such_window" [] @ "window",
        /// The window is closed or paused.
        WindowClosed = "window_closed" [] @ "window",
    }
}

#[async_trait::async_trait]
impl Act for CallNext {
    const NAME: &'static str = "call_next";
    const PERMISSION: Permission = super::SERVE;
    type Done = Called;
    type Refused = CallNextRefusal;

    fn lane(&self, actor: &Actor) -> Option<String> {
        actor.office().map(|office| format!("queue {office}"))
    }

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Called, No<CallNextRefusal>> {
        let book = super::own_hall(desk).await?;
        let Some(window) = window::find(desk.tx, book, self.window_no).await? else {
            return Err(No::Refused(CallNextRefusal::NoSuchWindow));
        };
        if window.status != "open" {
            return Err(No::Refused(CallNextRefusal::WindowClosed));
        }
        desk.about(book, "window", &window.window_no.to_string())?;
        let mut called = Called::default();
        if let Some(mut before) = visit::at_window(desk.tx, book, desk.on, window.window_no).await? {
            before.status = "done".to_owned();
            before.done_at = Some(desk.at);
            before.outcome = Some("served".to_owned());
            super::record(desk, &before, "done", serde_json::json!({ "window": window.window_no })).await?;
            called.finished = before.ticket;
        }
        let serves: Vec<&str> = window.serves.split_whitespace().collect();
        if let Some(mut next) = visit::next(desk.tx, book, desk.on, &serves).await? {
            next.status = "called".to_owned();
            next.window_no = Some(window.window_no);
            next.calls += 1;
            next.called_at = next.called_at.or(Some(desk.at));
            super::record(desk, &next, "called", serde_json::json!({ "window": window.window_no })).await?;
            called.visit = Some(next.visit);
            called.ticket = next.ticket;
        }
        Ok(called)
    }
}
