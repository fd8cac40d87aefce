//! 删除我的资料, and its limits: as long as a loan runs, the contract needs the data; after its end the archive is kept and
//! only protected, for as long as the law says; what nothing needs any more is lost for ever, with the key (H118).

use chrono::Months;
use loan::calendar::Date;
use serde::{Deserialize, Serialize};

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
        let mut rows = store::application::list_of_person_anywhere(desk.tx, person).await?;
        rows.extend(store::application::list_of_co_person(desk.tx, person).await?);
        let stage = |row: &store::application::Application| Stage::of(&row.status).unwrap_or(Stage::Draft);
        if rows.iter().any(|row| !stage(row).is_over() && stage(row) != Stage::Draft) {
            return Err(No::Refused(EraseMeRefusal::ApplicationUnderWay));
        }
        let loans = store::person::open_loans(desk.tx, person).await?;
        let open = loans.iter().filter(|loan| loan.closed_on.is_none()).count();
        if open > 0 {
            desk.note("outcome", "needed_by_loan");
            return Ok(Erased::NeededByLoan { loans: open });
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
            let facts = store::fact::list(desk.tx, book, "application", application).await?;
            kept_until.extend(facts.last().map(|last| after(last.on_day, YEARS_AFTER_REFUSAL)));
        }
        let until = kept_until.into_iter().max().filter(|until| desk.on < *until);
        if let Some(until) = until {
            store::person::restrict(desk.tx, person, desk.on).await?;
            desk.note("outcome", "restricted");
            desk.note("until", until.to_string());
            return Ok(Erased::Restricted { until });
        }
        store::rights::forget(desk.tx, person, desk.at).await?;
        desk.note("outcome", "deleted");
        Ok(Erased::Deleted)
    }
}
