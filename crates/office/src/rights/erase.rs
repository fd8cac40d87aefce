//! 删除我的资料, and its limits: as long as a loan runs, the contract needs the data; after its end the archive is kept and
//! only protected, for as long as the law says; what nothing needs any more is lost for ever, with the key (H118). Who had
//! to wait for the archive's last day is deleted on it by the calendar.

use chrono::Months;
use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use crate::Office;
use crate::act::{Act, Desk};
use crate::application::Stage;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Years a contract's file is kept after it was settled (security 2; the accounting and anti-money-laundering rules
/// ask for at least five).
pub const YEARS_AFTER_SETTLEMENT: u32 = 5;
/// Years an application without a loan is kept after its end (security 2).
pub const YEARS_AFTER_REFUSAL: u32 = 2;

/// Asks that everything known about the actor be deleted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EraseMe {
    /// The person read what follows and wants it all the same.
    pub understood: bool,
    /// The session was proved again.
    pub proved: bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Erased {
    /// A loan runs: the contract needs the data.
    NeededByLoan {
        /// How many loans.
        loans: usize,
    },
    /// From today only kept and protected, until that day.
    Restricted {
        /// The first day on which it can be deleted.
        until: Date,
    },
    /// Lost for ever.
    Deleted,
}

refusals! {
    /// Why the request is not taken.
    pub enum EraseMeRefusal {
        /// The password once more.
        ProveAgain = "prove_again" [],
        /// The person has not said that it was understood.
        NotUnderstood = "erase_not_understood" [] @ "understood",
        /// An application is under way: take it back first.
        ApplicationUnderWay = "application_under_way" [],
    }
}

#[async_trait::async_trait]
impl Act for EraseMe {
    const NAME: &'static str = "erase_me";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    type Done = Erased;
    type Refused = EraseMeRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Erased, No<EraseMeRefusal>> {
        let person = desk.actor.person().ok_or(No::Forbidden)?;
        if !self.proved {
            return Err(No::Refused(EraseMeRefusal::ProveAgain));
        }
        if !self.understood {
            return Err(No::Refused(EraseMeRefusal::NotUnderstood));
        }
        desk.about(0, "person", &desk.actor.name())?;
        match needed(desk.tx, person, desk.on).await? {
            Needed::UnderWay => Err(No::Refused(EraseMeRefusal::ApplicationUnderWay)),
            Needed::Loans(loans) => {
                desk.note("outcome", "needed_by_loan");
                Ok(Erased::NeededByLoan { loans })
            }
            Needed::Until(until) => {
                store::person::restrict(desk.tx, person, desk.on).await?;
                desk.note("outcome", "restricted");
                desk.note("until", until.to_string());
                Ok(Erased::Restricted { until })
            }
            Needed::No => {
                store::rights::forget(desk.tx, person, desk.at).await?;
                desk.note("outcome", "deleted");
                Ok(Erased::Deleted)
            }
        }
    }
}

/// What still needs the data of a person.
enum Needed {
    /// An application under way.
    UnderWay,
    /// So many loans that run.
    Loans(usize),
    /// The archive, before that day.
    Until(Date),
    /// Nothing.
    No,
}

async fn needed(tx: &mut Tx<'_>, person: i64, on: Date) -> Result<Needed, Failure> {
    let mut rows = store::application::list_of_person_anywhere(tx, person).await?;
    rows.extend(store::application::list_of_co_person(tx, person).await?);
    let stage = |row: &store::application::Application| Stage::of(&row.status).unwrap_or(Stage::Draft);
    if rows.iter().any(|row| !stage(row).is_over() && stage(row) != Stage::Draft) {
        return Ok(Needed::UnderWay);
    }
    let loans = store::person::open_loans(tx, person).await?;
    let open = loans.iter().filter(|loan| loan.closed_on.is_none()).count();
    if open > 0 {
        return Ok(Needed::Loans(open));
    }
    let after = |on: Date, years: u32| on.checked_add_months(Months::new(12 * years)).unwrap_or(Date::MAX);
    let mut kept_until: Vec<Date> =
        loans.iter().filter_map(|loan| loan.closed_on).map(|on| after(on, YEARS_AFTER_SETTLEMENT)).collect();
    let ended: Vec<(i64, i64)> = rows
        .iter()
        .filter(|row| stage(row).is_over() && stage(row) != Stage::Disbursed)
        .map(|row| (row.book, row.application))
        .collect();
    for (book, application) in ended {
        let facts = store::fact::list(tx, book, "application", application).await?;
        kept_until.extend(facts.last().map(|last| after(last.on_day, YEARS_AFTER_REFUSAL)));
    }
    Ok(kept_until.into_iter().max().filter(|until| on < *until).map_or(Needed::No, Needed::Until))
}

impl Office {
    /// Deletes whoever asked for it and was only kept until the archive's last day: the wish of then is fulfilled
    /// without a second one. Answers how many.
    pub(crate) async fn delete_kept(&self, day: Date) -> Result<usize, Failure> {
        let waiting: Vec<i64> =
            self.store.read("restricted", |tx| Box::pin(async move { store::person::restricted(tx).await })).await?;
        let mut deleted = 0;
        for person in waiting {
            let at = self.clock.now();
            let gone: Result<bool, Failure> = self
                .store
                .write("delete_kept", |tx| {
                    Box::pin(async move {
                        if !matches!(needed(tx, person, day).await?, Needed::No) {
                            return Ok(false);
                        }
                        store::audit::begin(tx, 0, at)?;
                        store::rights::forget(tx, person, at).await?;
                        let subject_id = person.to_string();
                        let entry = store::audit::Entry {
                            on_day: day,
                            actor: "system:calendar",
                            act: "delete_kept",
                            subject: "person",
                            subject_id: &subject_id,
                            detail: "{}",
                        };
                        store::audit::write(tx, entry).await?;
                        Ok(true)
                    })
                })
                .await;
            deleted += usize::from(gone?);
        }
        Ok(deleted)
    }
}
