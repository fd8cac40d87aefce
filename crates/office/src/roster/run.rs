//! 导入: somebody confirms, then the right rows are performed. Each row is a whole act with its own key, record and
//! answer; a chunk of them shares a transaction unless one cannot be done, then its rows go one by one. So a stop leaves
//! whole rows, going on does nothing twice, and a half is never called finished (H056).

use serde::{Deserialize, Serialize};
use store::Failure;
use store::roster::{RosterRow, Verdict};

use super::check::{judged, refused, verdict};
use super::rows::RowAct;
use super::{AT_ONCE, CHUNK, Kind, RosterView, kind_of, owner_of, read_cells};
use crate::act::{Act, Desk, Key};
use crate::no::{Never, No};
use crate::origination::enter_pre_application::EnterPreApplication;
use crate::origination::enter_receipt::EnterReceipt;
use crate::origination::record_quiz::RecordQuiz;
use crate::refusals;
use crate::training::enrol::EnrolAttendee;
use crate::who::{Actor, Permission, Role};

/// Lets the right rows of a roster be done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConfirmRoster {
    /// Id of the roster.
    pub roster: String,
}

refusals! {
    /// Why nothing is done.
    pub enum ConfirmRosterRefusal {
        /// Some rows were not looked at yet.
        StillChecking = "roster_still_checking" ["sdvcst-2022" "13"],
        /// No row can be done.
        NothingRight = "roster_nothing_right" ["sdvcst-2022" "13"],
    }
}

#[async_trait::async_trait]
impl Act for ConfirmRoster {
    const NAME: &'static str = "confirm_roster";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = ();
    type Refused = ConfirmRosterRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ConfirmRosterRefusal>> {
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        let Some(roster) = store::roster::by_number(desk.tx, owner, &self.roster).await? else {
            return Err(No::NotFound);
        };
        kind_of(desk.actor, &roster).map_err(|_| No::Forbidden)?;
        desk.about(0, "roster", &roster.roster)?;
        let counts = store::roster::counts(desk.tx, owner, &roster.roster).await?;
        let many = |verdict: &str| counts.iter().find(|(known, _)| known == verdict).map_or(0, |(_, many)| *many);
        if many("open") > 0 {
            return Err(No::Refused(ConfirmRosterRefusal::StillChecking));
        }
        if many("right") == 0 {
            return Err(No::Refused(ConfirmRosterRefusal::NothingRight));
        }
        desk.note("right", many("right"));
        desk.note("left_out", many("wrong") + many("refused"));
        store::roster::confirm(desk.tx, owner, &roster.roster, &desk.actor.name(), desk.at).await?;
        Ok(())
    }
}

impl crate::Office {
    /// Performs right rows of a confirmed roster, as many as one request has time for.
    ///
    /// # Errors
    /// Not found for rosters of others and for one that nobody confirmed. After a failure the rows done so far stay
    /// done, and the next call goes on behind them.
    pub async fn run_roster(&self, actor: &Actor, id: &str) -> Result<RosterView, No<Never>> {
        let view = self.roster(actor, id).await?;
        if !view.confirmed {
            return Err(No::NotFound);
        }
        match view.kind {
            Kind::Receipts => self.run_rows::<EnterReceipt>(actor, &view).await?,
            Kind::PreApplications => self.run_rows::<EnterPreApplication>(actor, &view).await?,
            Kind::QuizResults => self.run_rows::<RecordQuiz>(actor, &view).await?,
            Kind::Attendees => self.run_rows::<EnrolAttendee>(actor, &view).await?,
        }
        self.roster(actor, id).await
    }

    async fn run_rows<A: RowAct>(&self, actor: &Actor, view: &RosterView) -> Result<(), No<Never>> {
        let owner = owner_of(actor, view.kind)?;
        let (id, begun_at) = (view.id.as_str(), self.clock.now());
        while self.clock.now() - begun_at < AT_ONCE {
            let rows: Result<Vec<RosterRow>, Failure> = self
                .store
                .read("roster_right", |tx| {
                    Box::pin(async move { store::roster::rows(tx, owner, id, Some("right"), 0, CHUNK).await })
                })
                .await;
            let rows = rows?;
            if rows.is_empty() {
                let at = self.clock.now();
                let finished: Result<(), Failure> = self
                    .store
                    .write("finish_roster", |tx| {
                        Box::pin(async move { store::roster::finish(tx, owner, id, at).await })
                    })
                    .await;
                return Ok(finished?);
            }
            let (mut verdicts, mut stopped) = (self.run_together::<A>(actor, view, &rows).await?, None);
            for row in &rows[verdicts.len()..] {
                match self.run_row::<A>(actor, view, row).await {
                    Ok(settled) => verdicts.push(settled),
                    Err(no) => {
                        stopped = Some(no);
                        break;
                    }
                }
            }
            self.settle_rows(owner, id, &verdicts).await?;
            if let Some(no) = stopped {
                return Err(no);
            }
        }
        Ok(())
    }

    /// All rows in one transaction, which costs the disk one wait instead of many; no verdicts when one of them cannot
    /// be done, so that each is asked for alone and the wrong one is named.
    async fn run_together<A: RowAct>(
        &self,
        actor: &Actor,
        view: &RosterView,
        rows: &[RosterRow],
    ) -> Result<Vec<Verdict>, No<Never>> {
        let acts: Result<Vec<(Key, A)>, No<Never>> = rows.iter().map(|row| act_of(view, row)).collect();
        let done = self.perform_together(actor, &acts?).await.unwrap_or_default();
        Ok(rows.iter().zip(&done).map(|(row, done)| settled::<A>(row, done)).collect())
    }

    async fn run_row<A: RowAct>(
        &self,
        actor: &Actor,
        view: &RosterView,
        row: &RosterRow,
    ) -> Result<Verdict, No<Never>> {
        let (key, act) = act_of::<A>(view, row)?;
        match self.perform(actor, &key, act).await {
            Ok(done) => Ok(settled::<A>(row, &done)),
            Err(no) => Ok(verdict(row.row_no, "refused", &refused::<A>(no)?)),
        }
    }
}

/// The act of a row and its key, which is the same however often the row is asked for.
fn act_of<A: RowAct>(view: &RosterView, row: &RosterRow) -> Result<(Key, A), No<Never>> {
    let cells = read_cells(row.content.as_deref().unwrap_or("{}"))?;
    let key = Key::new(&format!("roster:{}:{}", view.id, row.row_no))
        .ok_or_else(|| Failure::bug("a roster's id is short visible text"))?;
    Ok((key, A::of_row(&cells, &view.about)))
}

/// What is done is done, whatever name the file has.
fn settled<A: RowAct>(row: &RosterRow, done: &A::Done) -> Verdict {
    verdict(row.row_no, "done", &judged::<A>(&super::Cells::new(), done, "done").1)
}
