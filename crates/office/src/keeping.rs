//! Keeping the house: what the worker does between the acts, and the proof that nothing was changed by hand.
//!
//! Sealing chains the audit records behind each other; a root closes a day over all chains. Between the two the
//! worker lets the day pass ([`crate::calendar`]) and hands out messages. Verification walks chains and roots and
//! everything they answer for; [`crate::verify`] then computes every ledger anew.

use chrono::TimeDelta;
use store::audit::{ExportedRoot, Report};
use store::{Failure, Store};

use crate::Office;
use crate::calendar::DayReport;

/// Records sealed in one transaction.
const SEALED_AT_ONCE: i64 = 2_000;
/// Older records were sealed long ago, or their books would have been found by an earlier pass of this program.
const LOOK_BACK: TimeDelta = TimeDelta::hours(26);

/// Messages handed out in one pass.
const MESSAGES_AT_ONCE: i64 = 200;

/// What one pass of the worker did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Audit records sealed.
    pub sealed: usize,
    /// Messages handed out.
    pub messages: usize,
    /// Days that passed, with what happened on them.
    pub days: Vec<DayReport>,
    /// Whether a day was closed with a root.
    pub closed_day: bool,
}

impl Office {
    /// Does what is due between the acts. Safe to run twice, and on two machines: what only one may do at a time is
    /// done by the one whose turn it is.
    ///
    /// # Errors
    /// When the database cannot be reached; what was done so far stays done.
    pub async fn work_once(&self) -> Result<Worked, Failure> {
        let mut worked =
            Worked { sealed: self.seal_since(Some(self.clock.now() - LOOK_BACK)).await?, ..Worked::default() };
        worked.messages = self.send_messages(MESSAGES_AT_ONCE).await? + self.tell_old_phones(MESSAGES_AT_ONCE).await?;
        if !self.day_work_is_due().await? {
            return Ok(worked);
        }
        // Another worker may be at it; then it is done when it is done.
        if let Some(turn) = self.take_turn().await? {
            let (days, sealed, closed_day) = self.in_turn(turn, self.day_work()).await?;
            worked.days = days;
            worked.sealed += sealed;
            worked.closed_day = closed_day;
        }
        Ok(worked)
    }

    /// True when a day has to be opened or closed, in the books or in the chain of roots.
    async fn day_work_is_due(&self) -> Result<bool, Failure> {
        let today = self.business_on().await?;
        let (closed, opened) = self.days_done(today).await?;
        let yesterday = today.pred_opt().unwrap_or(today);
        let root = self.roots().await?.last().map(|root| root.on_day);
        Ok(opened < today || closed < yesterday || root.is_none_or(|day| day < yesterday))
    }

    /// The work of the day: the calendar first, then the root over what it wrote.
    async fn day_work(&self) -> Result<(Vec<DayReport>, usize, bool), Failure> {
        let days = self.keep_up().await?;
        let today = self.business_on().await?;
        let closed = self.roots().await?.last().map(|root| root.on_day);
        let Some(yesterday) = today.pred_opt().filter(|day| closed.is_none_or(|closed| closed < *day)) else {
            return Ok((days, 0, false));
        };
        let sealed = self.seal_since(None).await?;
        let at = self.clock.now();
        let line = self
            .store
            .write("close_day", |tx| {
                Box::pin(async move { store::audit::root_close(tx, yesterday, at).await.map(|root| root.line) })
            })
            .await?;
        tracing::info!(root = line, "a day is closed; keep this line elsewhere");
        Ok((days, sealed, true))
    }

    /// Seals everything recorded since an instant, book by book; all of it when none is given.
    async fn seal_since(&self, since: Option<chrono::DateTime<chrono::Utc>>) -> Result<usize, Failure> {
        let books = self
            .store
            .read("unsealed_books", |tx| Box::pin(async move { store::audit::unsealed_books(tx, since).await }))
            .await?;
        let mut sealed = 0;
        for book in books {
            loop {
                let count = self
                    .store
                    .write("seal", |tx| {
                        Box::pin(async move { store::audit::seal(tx, book, since, SEALED_AT_ONCE).await })
                    })
                    .await?;
                sealed += count;
                if i64::try_from(count).is_ok_and(|count| count < SEALED_AT_ONCE) {
                    break;
                }
            }
        }
        Ok(sealed)
    }

    /// The roots that closed days, oldest first; their lines are to be kept elsewhere.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn roots(&self) -> Result<Vec<store::audit::Root>, Failure> {
        self.store.read("roots", |tx| Box::pin(store::audit::roots(tx))).await
    }

    /// Walks every chain, everything it answers for, and the roots, also those kept elsewhere.
    ///
    /// # Errors
    /// When the database cannot be read; what is wrong with its content is in the report.
    pub async fn verify_chains(&self, exported: &[ExportedRoot]) -> Result<Report, Failure> {
        verify_chains(&self.store, exported).await
    }
}

/// As [`Office::verify_chains`], for a database without a house around it.
///
/// # Errors
/// When the database cannot be read; what is wrong with its content is in the report.
pub async fn verify_chains(store: &Store, exported: &[ExportedRoot]) -> Result<Report, Failure> {
    store::audit::verify_all(store, exported, &|_, _| {}).await
}

#[cfg(test)]
mod tests;
