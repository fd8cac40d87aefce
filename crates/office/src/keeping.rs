//! Keeping the house: what the worker does between the acts, and the proof that nothing was changed by hand.
//!
//! Sealing chains the audit records behind each other; a root closes a day over all chains. Verification walks both
//! and everything they answer for, then asks [`crate::Office`] to compute every ledger anew.

use chrono::TimeDelta;
use store::audit::{ExportedRoot, Report};
use store::{Failure, Store};

use crate::Office;

/// Records sealed in one transaction.
const SEALED_AT_ONCE: i64 = 2_000;
/// Older records were sealed long ago, or their books would have been found by an earlier pass of this program.
const LOOK_BACK: TimeDelta = TimeDelta::hours(26);

/// What one pass of the worker did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Audit records sealed.
    pub sealed: usize,
    /// Whether a day was closed with a root.
    pub closed_day: bool,
}

impl Office {
    /// Does what is due between the acts. Safe to run twice, and on two machines.
    ///
    /// # Errors
    /// When the database cannot be reached; what was sealed so far stays sealed.
    pub async fn work_once(&self) -> Result<Worked, Failure> {
        let mut worked =
            Worked { sealed: self.seal_since(Some(self.clock.now() - LOOK_BACK)).await?, closed_day: false };
        let today = self.business_on().await?;
        let closed = self.roots().await?.last().map(|root| root.on_day);
        let Some(yesterday) = today.pred_opt() else { return Ok(worked) };
        if closed.is_none_or(|day| day < yesterday) {
            worked.sealed += self.seal_since(None).await?;
            let at = self.clock.now();
            let line = self
                .store
                .write("close_day", |tx| {
                    Box::pin(async move { store::audit::root_close(tx, yesterday, at).await.map(|root| root.line) })
                })
                .await?;
            tracing::info!(root = line, "a day is closed; keep this line elsewhere");
            worked.closed_day = true;
        }
        Ok(worked)
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
pub async fn verify_chains(store: &Store, exported: &[ExportedRoot]) -> Result<Report, Failure> {
    let mut books: Vec<i64> = store
        .read("verify_books", |tx| Box::pin(store::office_place::books(tx)))
        .await?
        .into_iter()
        .map(|book| book.book)
        .collect();
    // Book 0 holds what belongs to no book.
    books.insert(0, 0);
    let mut whole = Report::default();
    let add = |whole: &mut Report, part: Report| {
        whole.records += part.records;
        whole.unsealed += part.unsealed;
        whole.rows += part.rows;
        whole.faults.extend(part.faults);
    };
    for book in books {
        let part =
            store.read("verify_book", |tx| Box::pin(async move { store::audit::verify_book(tx, book).await })).await?;
        add(&mut whole, part);
    }
    let part = store
        .read("verify_roots", |tx| Box::pin(async move { store::audit::verify_roots(tx, exported).await }))
        .await?;
    add(&mut whole, Report { records: 0, ..part });
    Ok(whole)
}
