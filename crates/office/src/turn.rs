//! Whose turn it is to let days pass. The worker, a settlement asked for by hand and the moved date of a demonstration
//! open and close days; only the holder of one lease does. A holder that dies loses it within a minute.

use std::time::Duration;

use chrono::TimeDelta;
use store::work::{self, Lease};
use store::{Failure, FailureKind};

use crate::Office;

/// Name of the lease.
const NAME: &str = "calendar";
/// How long it holds without a word of its holder.
const TERM: TimeDelta = TimeDelta::seconds(60);
/// How often the holder speaks.
const WORD: Duration = Duration::from_secs(15);
/// How often, and how many times, somebody who waits asks again.
const ASK: (Duration, u32) = (Duration::from_millis(200), 300);

impl Office {
    /// Takes the turn; nothing while another has it.
    pub(crate) async fn take_turn(&self) -> Result<Option<Lease>, Failure> {
        let now = self.clock.now();
        let holder = format!("process {}", std::process::id());
        let holder = holder.as_str();
        self.store
            .write("turn_take", |tx| {
                Box::pin(async move { work::lease_acquire(tx, NAME, holder, now, now + TERM).await })
            })
            .await
    }

    /// Takes the turn, or waits for it up to a minute.
    pub(crate) async fn wait_for_turn(&self) -> Result<Lease, Failure> {
        let (pause, times) = ASK;
        for _ in 0..times {
            if let Some(lease) = self.take_turn().await? {
                return Ok(lease);
            }
            tokio::time::sleep(pause).await;
        }
        Err(Failure::unavailable("another worker is letting the days pass; try again later"))
    }

    /// Does something while holding the turn, and gives it back. Whoever loses it stops on the spot.
    pub(crate) async fn in_turn<T, E: From<Failure>>(
        &self,
        lease: Lease,
        work: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let lease = &lease;
        // Both go on side by side: the work may hold the only connection that writes while the word waits for it.
        let keep = async {
            loop {
                tokio::time::sleep(WORD).await;
                let until = self.clock.now() + TERM;
                let kept: Result<bool, Failure> = self
                    .store
                    .write("turn_keep", |tx| Box::pin(async move { work::lease_extend(tx, lease, until).await }))
                    .await;
                match kept {
                    Ok(true) => {}
                    Ok(false) => {
                        let lost = "the turn to let days pass was lost to another worker";
                        return Failure::new(FailureKind::Conflict, lost);
                    }
                    Err(failure) => return failure,
                }
            }
        };
        let done = tokio::select! {
            done = work => done,
            lost = keep => return Err(lost.into()),
        };
        let given: Result<bool, Failure> =
            self.store.write("turn_give", |tx| Box::pin(async move { work::lease_release(tx, lease).await })).await;
        given?;
        done
    }
}
