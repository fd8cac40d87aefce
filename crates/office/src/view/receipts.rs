//! The county's list of receipts that schools have not entered yet: days left, and what the last day means there
//! (R11.8). The school's own list is [`super::school`].

use loan::calendar::Date;
use store::Failure;

use super::student::Summary;
use super::{Seen, days_until};
use crate::Office;
use crate::application::Stage;
use crate::desk::of_row;
use crate::no::No;
use crate::rules::{ReceiptDeadline, receipt_deadline};
use crate::who::{Actor, Role};

/// A student of the county whose receipt is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The application.
    pub summary: Summary,
    /// The last day and what a missed one means.
    pub deadline: ReceiptDeadline,
    /// Days left, that day included; negative when it is over.
    pub days_left: i64,
}

/// The list of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingReceipts {
    /// Business day.
    pub on: Date,
    /// The most urgent first.
    pub waiting: Vec<Waiting>,
}

impl Office {
    /// The missing receipts of the actor's county.
    ///
    /// # Errors
    /// Forbidden for everybody but the county's clerks.
    pub async fn county_receipts(&self, actor: &Actor) -> Seen<MissingReceipts> {
        let Some(office) = actor.office().filter(|_| actor.roles().contains(&Role::CountyClerk)) else {
            return Err(No::Forbidden);
        };
        let at = self.clock.now();
        let missing: Result<MissingReceipts, Failure> = self
            .store
            .read("county_receipts", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut waiting = Vec::new();
                    let stage = Stage::CertificateIssued.code();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for row in store::application::list_of_status(tx, book, stage, i64::MAX, 0).await? {
                            let summary = Summary::of(&row);
                            let case = of_row(tx, row).await?;
                            let deadline = receipt_deadline(self, &case)?;
                            let days_left = days_until(on, deadline.last_on);
                            waiting.push(Waiting { summary, deadline, days_left });
                        }
                    }
                    waiting.sort_by_key(|one| one.days_left);
                    Ok(MissingReceipts { on, waiting })
                })
            })
            .await;
        Ok(missing?)
    }
}
