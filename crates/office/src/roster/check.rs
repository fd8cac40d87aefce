//! 核对: every open row is rehearsed by its own act, so that the list of mistakes is the list of refusals to come, and
//! nothing is changed. Codes that do not exist are counted here as at the form (H060).

use store::Failure;
use store::roster::{RosterRow, Verdict};

use super::rows::RowAct;
use super::{AT_ONCE, About, CHUNK, Cells, Kind, Reason, RosterView, owner_of, read_cells};
use crate::act::Act;
use crate::no::{Never, No, Refusal};
use crate::origination::enter_pre_application::EnterPreApplication;
use crate::origination::enter_receipt::{EnterReceipt, hour_of};
use crate::origination::record_quiz::RecordQuiz;
use crate::training::enrol::EnrolAttendee;
use crate::who::Actor;

impl crate::Office {
    /// Looks at the rows that were not looked at yet, as many as one request has time for; `anew` looks again at all
    /// that are not done.
    ///
    /// # Errors
    /// Not found for rosters of others.
    pub async fn check_roster(&self, actor: &Actor, id: &str, anew: bool) -> Result<RosterView, No<Never>> {
        let view = self.roster(actor, id).await?;
        match view.kind {
            Kind::Receipts => self.check_rows::<EnterReceipt>(actor, &view, anew).await?,
            Kind::PreApplications => self.check_rows::<EnterPreApplication>(actor, &view, anew).await?,
            Kind::QuizResults => self.check_rows::<RecordQuiz>(actor, &view, anew).await?,
            Kind::Attendees => self.check_rows::<EnrolAttendee>(actor, &view, anew).await?,
        }
        self.roster(actor, id).await
    }

    async fn check_rows<A: RowAct>(&self, actor: &Actor, view: &RosterView, anew: bool) -> Result<(), No<Never>> {
        let owner = owner_of(actor, view.kind)?;
        let (id, begun_at) = (view.id.as_str(), self.clock.now());
        if anew {
            let reopened: Result<(), Failure> = self
                .store
                .write("reopen_roster", |tx| {
                    Box::pin(async move { store::roster::reopen(tx, owner, id, begun_at).await })
                })
                .await;
            reopened?;
        }
        while self.clock.now() - begun_at < AT_ONCE {
            let rows: Result<Vec<RosterRow>, Failure> = self
                .store
                .read("roster_open", |tx| {
                    Box::pin(async move { store::roster::rows(tx, owner, id, Some("open"), 0, CHUNK).await })
                })
                .await;
            let rows = rows?;
            if rows.is_empty() {
                break;
            }
            let verdicts = self.verdicts::<A>(actor, owner, &rows, &view.about).await?;
            self.settle_rows(owner, id, &verdicts).await?;
        }
        Ok(())
    }

    /// The verdicts on some rows.
    async fn verdicts<A: RowAct>(
        &self,
        actor: &Actor,
        owner: i64,
        rows: &[RosterRow],
        about: &About,
    ) -> Result<Vec<Verdict>, No<Never>> {
        let counter = format!("roster_guess:{}:{owner}", A::NAME);
        let (counter, hour) = (counter.as_str(), hour_of(self.clock.now()));
        if let Some((_, most)) = A::GUESS {
            let guessed: Result<i64, Failure> = self
                .store
                .read("roster_guesses", |tx| Box::pin(async move { store::rate::count(tx, counter, hour).await }))
                .await;
            if guessed? >= most {
                let reason = Reason::Refused {
                    column: A::column("code").to_owned(),
                    code: "too_many_wrong_codes".to_owned(),
                    figures: Vec::new(),
                };
                let refused = |row: &RosterRow| verdict(row.row_no, "refused", &reason);
                return Ok(rows.iter().map(refused).collect());
            }
        }
        let mut cells = Vec::with_capacity(rows.len());
        for row in rows {
            cells.push(read_cells(row.content.as_deref().unwrap_or("{}"))?);
        }
        let acts: Vec<A> = cells.iter().map(|cells| A::of_row(cells, about)).collect();
        let answers = self.rehearse(actor, &acts).await?;
        let mut verdicts = Vec::with_capacity(rows.len());
        let mut guesses = 0;
        for ((row, cells), answer) in rows.iter().zip(&cells).zip(answers) {
            let (word, reason) = match answer {
                Ok(done) => judged::<A>(cells, &done, "right"),
                Err(no) => ("refused", refused::<A>(no)?),
            };
            if let (Some((code, _)), Reason::Refused { code: found, .. }) = (A::GUESS, &reason) {
                guesses += i64::from(code == found);
            }
            verdicts.push(verdict(row.row_no, word, &reason));
        }
        if guesses > 0 {
            let counted: Result<(), Failure> = self
                .store
                .write("count_guesses", |tx| {
                    Box::pin(async move {
                        for _ in 0..guesses {
                            store::rate::add(tx, counter, hour).await?;
                        }
                        Ok(())
                    })
                })
                .await;
            counted?;
        }
        Ok(verdicts)
    }

    /// Writes verdicts down.
    pub(super) async fn settle_rows(&self, owner: i64, id: &str, verdicts: &[Verdict]) -> Result<(), Failure> {
        let at = self.clock.now();
        self.store
            .write("settle_rows", |tx| {
                Box::pin(async move { store::roster::settle(tx, owner, id, verdicts, at).await })
            })
            .await
    }
}

pub(super) fn verdict(row_no: i64, verdict: &'static str, reason: &Reason) -> Verdict {
    Verdict { row_no, verdict, reason: reason.text() }
}

/// The verdict on a row whose act answers, unless the file names somebody else.
pub(super) fn judged<A: RowAct>(cells: &Cells, done: &A::Done, word: &'static str) -> (&'static str, Reason) {
    let typed = cells.get("姓名").map(String::as_str).unwrap_or_default();
    match A::name(done) {
        Some(found) if !typed.is_empty() && crate::application::answers::tidy(typed) != found => {
            ("refused", Reason::OtherName { found: found.to_owned() })
        }
        _ => (word, Reason::Told { figures: A::told(done) }),
    }
}

/// A no as the reason of a row; a failure stays one.
pub(super) fn refused<A: RowAct>(no: No<<A as Act>::Refused>) -> Result<Reason, No<Never>> {
    match no {
        No::Refused(refusal) => Ok(Reason::Refused {
            column: refusal.field().map_or("", A::column).to_owned(),
            code: refusal.code().to_owned(),
            figures: refusal.figures().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }),
        No::NotFound => {
            Ok(Reason::Refused { column: String::new(), code: "not_found".to_owned(), figures: Vec::new() })
        }
        No::Forbidden => Err(No::Forbidden),
        No::KeyReused => Err(No::Failure(Failure::bug("a row has its own key"))),
        No::Failure(failure) => Err(No::Failure(failure)),
    }
}
