//! `zhuxue work`: the background worker.

use std::time::Duration;

use clap::Args;
use office::Office;

use super::Context;
use crate::house;
use crate::stop::Stop;

/// Scheduled jobs, messages, and the sealing of the audit. Several may run: what only one may do is done by one.
#[derive(Args)]
#[command(after_help = "Example:\n  zhuxue work --database postgres://zhuxue@localhost/zhuxue")]
pub struct Work {
    /// Does what is due now and ends.
    #[arg(long)]
    once: bool,
}

impl Work {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        let settings = context.settings(Vec::new())?;
        super::log_to_stderr(&settings)?;
        super::block_on(async move {
            let office = house::open(&settings).await?;
            if self.once {
                return office.work_once().await.map(|_| ()).map_err(|failure| super::failed("the work", failure));
            }
            tokio::select! {
                () = forever(office, Duration::from_secs(5)) => Ok(()),
                () = super::interrupted() => Ok(()),
            }
        })
    }
}

/// Does what is due, again and again; a failure is logged and tried again.
pub async fn forever(office: Office, pause: Duration) {
    loop {
        if let Err(failure) = office.work_once().await {
            tracing::error!(error = %failure, "the worker did not get through; it tries again");
        }
        tokio::time::sleep(pause).await;
    }
}
