//! What the payment platform's operator reads: every order and payment of a day with its outcome, and the
//! differences nobody settled yet. No names.

use loan::calendar::Date;
use store::Failure;
pub use store::trade::{Difference, Trade};

use super::Seen;
use crate::Office;
use crate::no::No;
use crate::who::{Actor, Role};

/// The trades of one day.
#[derive(Clone, Debug)]
pub struct TradeDay {
    /// The day.
    pub on: Date,
    /// Orders and payments.
    pub trades: Vec<Trade>,
    /// Differences found between the platform's file and our books, of any day.
    pub differences: Vec<Difference>,
}

impl Office {
    /// The trades of a day at the actor's platform; of today when no day is named.
    pub async fn platform_day(&self, actor: &Actor, on: Option<Date>) -> Seen<TradeDay> {
        let owner = match actor.office() {
            Some(office) if actor.roles().contains(&Role::PlatformOperator) => office,
            _ => return Err(No::Forbidden),
        };
        let at = self.clock.now();
        let day: Result<TradeDay, Failure> = self
            .store
            .read("platform_day", |tx| {
                Box::pin(async move {
                    let on = match on {
                        Some(on) => on,
                        None => crate::day::business_on(tx, at).await?,
                    };
                    let trades = store::trade::list_of_day(tx, owner, on).await?;
                    let differences = store::trade::differences_open(tx, owner).await?;
                    Ok(TradeDay { on, trades, differences })
                })
            })
            .await;
        Ok(day?)
    }
}
