//! Windows by kind of business (R8.5), more people at a window in the rush (R8.15), and 潮汐窗口: windows that open
//! when the wait grows and close when it is over (R8.4).

use serde::{Deserialize, Serialize};
use store::hall::visit;
use store::hall::window::{self, Window};

use super::Business;
use super::load::{self, Line};
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::Permission;

/// Minutes of waiting from which a tidal window opens.
pub const OPENS_FROM: i64 = 20;
/// Minutes of waiting that must stay below this without the window for it to close.
pub const CLOSES_UNDER: i64 = 10;

/// Sets up one window, or changes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetWindow {
    /// Number over the window, from 1 to 60.
    pub window_no: i64,
    /// What it serves: loans, or repayment business, never both.
    pub serves: Vec<Business>,
    /// Opened and closed by load.
    pub tidal: bool,
    /// Whether it is open.
    pub open: bool,
    /// People at work there.
    pub staffed: i64,
}

refusals! {
    /// Why the window stays as it is.
    pub enum SetWindowRefusal {
        /// The number is not from 1 to 60.
        WindowNumber = "window_number" [] @ "window_no",
        /// Nothing is served.
        ServesNothing = "serves_nothing" [] @ "serves",
        /// Loans are served apart from repayment.
        ServesBothSides = "serves_both_sides" [] @ "serves",
        /// One to four people fit.
        StaffedWrong = "staffed_wrong" [] @ "staffed",
        /// A family is still there.
        WindowBusy = "window_busy" [] @ "open",
    }
}

#[async_trait::async_trait]
impl Act for SetWindow {
    const NAME: &'static str = "set_window";
    const PERMISSION: Permission = super::ARRANGE;
    type Done = ();
    type Refused = SetWindowRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<SetWindowRefusal>> {
        use SetWindowRefusal as R;
        let book = super::own_hall(desk).await?;
        if !(1..=60).contains(&self.window_no) {
            return Err(No::Refused(R::WindowNumber));
        }
        let Some(first) = self.serves.first() else { return Err(No::Refused(R::ServesNothing)) };
        if self.serves.iter().any(|business| business.side() != first.side()) {
            return Err(No::Refused(R::ServesBothSides));
        }
        if !(1..=4).contains(&self.staffed) {
            return Err(No::Refused(R::StaffedWrong));
        }
        if !self.open && visit::at_window(desk.tx, book, desk.on, self.window_no).await?.is_some() {
            return Err(No::Refused(R::WindowBusy));
        }
        let serves: Vec<&str> =
            Business::ALL.into_iter().filter(|known| self.serves.contains(known)).map(Business::code).collect();
        let status = if self.open { "open" } else { "closed" };
        let row = Window {
            book,
            window_no: self.window_no,
            serves: serves.join(" "),
            tidal: self.tidal,
            status: status.to_owned(),
            staffed: self.staffed,
            changed_at: desk.at,
        };
        window::set(desk.tx, &row).await?;
        let kind = if self.open { "opened" } else { "closed" };
        let detail = serde_json::json!({ "serves": row.serves, "staffed": row.staffed });
        super::note(desk, book, ("window", self.window_no), kind, detail).await?;
        Ok(())
    }
}

/// Opens and closes the tidal windows as the queue of this moment asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FollowLoad;

/// A window opened or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turned {
    /// Its number.
    pub window_no: i64,
    /// Opened, or closed.
    pub open: bool,
}

#[async_trait::async_trait]
impl Act for FollowLoad {
    const NAME: &'static str = "follow_load";
    const PERMISSION: Permission = super::ARRANGE;
    type Done = Vec<Turned>;
    type Refused = crate::no::Never;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Vec<Turned>, No<crate::no::Never>> {
        let book = super::own_hall(desk).await?;
        let visits = visit::list_of_day(desk.tx, book, desk.on).await?;
        let windows = window::list(desk.tx, book).await?;
        desk.about(book, "book", &book.to_string())?;
        let turned = advice(&visits, &windows);
        for turn in &turned {
            let Some(mut row) = windows.iter().find(|window| window.window_no == turn.window_no).cloned() else {
                continue;
            };
            row.status = if turn.open { "open" } else { "closed" }.to_owned();
            row.changed_at = desk.at;
            window::set(desk.tx, &row).await?;
            let kind = if turn.open { "opened" } else { "closed" };
            super::note(desk, book, ("window", row.window_no), kind, serde_json::json!({ "tide": true })).await?;
        }
        Ok(turned)
    }
}

/// Which tidal windows the queue asks to open or close: one window per business at a time opens when its wait is long;
/// one closes when nobody is at it and the others keep the wait short.
pub fn advice(visits: &[visit::Visit], windows: &[Window]) -> Vec<Turned> {
    let mut windows = windows.to_vec();
    let mut turned = Vec::new();
    for business in Business::ALL {
        let long =
            |lines: &[Line]| lines.iter().any(|line| line.business == business && line.wait_minutes >= OPENS_FROM);
        while long(&load::lines(visits, &windows)) {
            let closed = windows
                .iter_mut()
                .find(|window| window.tidal && window.status == "closed" && load::serves(window, business));
            let Some(window) = closed else { break };
            window.status = "open".to_owned();
            turned.push(Turned { window_no: window.window_no, open: true });
        }
    }
    let numbers: Vec<i64> = windows.iter().rev().map(|window| window.window_no).collect();
    for number in numbers {
        let Some(at) = windows.iter().position(|window| window.window_no == number) else { continue };
        let busy = visits.iter().any(|visit| visit.status == "called" && visit.window_no == Some(number));
        if !windows[at].tidal
            || windows[at].status != "open"
            || busy
            || turned.iter().any(|turn| turn.window_no == number)
        {
            continue;
        }
        let mut without = windows.clone();
        without[at].status = "closed".to_owned();
        let short = |line: &Line| {
            !load::serves(&windows[at], line.business) || (line.windows > 0 && line.wait_minutes < CLOSES_UNDER)
        };
        if load::lines(visits, &without).iter().all(short) {
            windows = without;
            turned.push(Turned { window_no: number, open: false });
        }
    }
    turned
}
