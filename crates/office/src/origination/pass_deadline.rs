//! The day after the last day for receipts: an application without one is declined (谢绝) or its contract is
//! invalid (合同无效), as the policy it was made under says (R11.4, R11.5, R10.9). A job asks for every
//! application still on its way; asking again changes nothing.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::rules::Consequence;
use crate::who::Permission;

/// Lets the deadline act on one application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PassDeadline {
    /// Number of the application.
    pub number: String,
}

impl crate::Office {
    /// Lets the receipt deadline act on every application it passed; answers how many it ended.
    pub async fn pass_deadlines(&self) -> Result<usize, store::Failure> {
        let on = self.business_on().await?;
        let actor = crate::Actor::system("deadline");
        let mut ended = 0;
        for number in self.applications_under_way(on).await? {
            let key = crate::Key::new(&format!("deadline:{number}:{on}"))
                .ok_or_else(|| store::Failure::bug("a number is short visible text"))?;
            match self.perform(&actor, &key, PassDeadline { number }).await {
                Ok(()) => ended += 1,
                Err(No::Refused(_)) => {}
                Err(No::Failure(failure)) => return Err(failure),
                Err(no) => return Err(store::Failure::bug(format!("the deadline job met {no:?}"))),
            }
        }
        Ok(ended)
    }

    /// Numbers of applications a missing receipt could end, of this academic year and the one before.
    async fn applications_under_way(&self, on: loan::calendar::Date) -> Result<Vec<String>, store::Failure> {
        self.store
            .read("applications_under_way", |tx| {
                Box::pin(async move {
                    let year = i64::from(crate::clock::academic_year(on));
                    let mut numbers = Vec::new();
                    for book in store::office_place::books(tx).await?.iter().filter(|book| book.scheme == "origin") {
                        for stage in Stage::ALL {
                            if !(Stage::Returned..=Stage::CertificateIssued).contains(&stage) {
                                continue;
                            }
                            let rows =
                                store::application::list_of_status(tx, book.book, stage.code(), i64::MAX, 0).await?;
                            let due = rows.into_iter().filter(|row| row.academic_year >= year - 1);
                            numbers.extend(due.map(|row| row.number));
                        }
                    }
                    Ok(numbers)
                })
            })
            .await
    }
}

refusals! {
    /// Why nothing happens.
    pub enum PassDeadlineRefusal {
        /// The receipt is entered, or the application is over.
        NotWaiting = "not_waiting" ["sdvcst-2022" "13"],
        /// The last day is not over yet.
        NotYet = "not_yet" ["sdvcst-2022" "13", "xiufeng-2016" "三(一)3(4)"],
    }
}

#[async_trait::async_trait]
impl Act for PassDeadline {
    const NAME: &'static str = "pass_deadline";
    const PERMISSION: Permission = Permission::SYSTEM;
    type Done = ();
    type Refused = PassDeadlineRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<PassDeadlineRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if !(Stage::Returned..=Stage::CertificateIssued).contains(&case.stage()) {
            return Err(No::Refused(PassDeadlineRefusal::NotWaiting));
        }
        let deadline = crate::rules::receipt_deadline(desk.office, &case)?;
        if desk.on <= deadline.last_on {
            return Err(No::Refused(PassDeadlineRefusal::NotYet));
        }
        super::void_contract::void_living(desk, &case, "receipt_deadline").await?;
        let fact = match deadline.consequence {
            Consequence::Declined => ApplicationFact::Declined { deadline_on: deadline.last_on },
            Consequence::Invalid => ApplicationFact::Invalidated { deadline_on: deadline.last_on },
        };
        desk.record(&mut case, fact).await?;
        super::release_year(desk, &case).await?;
        super::tell_school(desk, &case).await?;
        Ok(())
    }
}
