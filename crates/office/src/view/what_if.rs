//! What a change would do to a plan, before anybody decides: the plan as it is and as it would be, both from today on
//! (R14.2). Nothing is written; the figures are those of `loan::settlement`.

use loan::calendar::Date;
use loan::event::{Event, EventKind};
use loan::life::{Reason, Row};
use loan::money::Fen;

use super::{READERS, Seen};
use crate::Office;
use crate::no::No;
use crate::servicing::{books, seen};
use crate::who::Actor;

/// Two plans of one contract beside each other.
#[derive(Clone, Debug)]
pub struct Compared {
    /// Contract number.
    pub number: String,
    /// The business day.
    pub on: Date,
    /// The plan as it is.
    pub before: Course,
    /// The plan with the change.
    pub after: Course,
}

/// One plan from today on.
#[derive(Clone, Debug)]
pub struct Course {
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Course {
    fn from(rows: Vec<Row>, on: Date) -> Course {
        Course { rows: rows.into_iter().filter(|row| row.due_on >= on).collect() }
    }

    /// The first day on which the borrower pays interest.
    pub fn own_interest_from(&self) -> Option<Date> {
        self.rows.iter().find(|row| row.interest.is_positive()).map(|row| row.due_on)
    }

    /// The first day on which principal falls due.
    pub fn principal_from(&self) -> Option<Date> {
        self.rows.iter().find(|row| row.principal.is_positive()).map(|row| row.due_on)
    }

    /// The last day.
    pub fn ends_on(&self) -> Option<Date> {
        self.rows.iter().rfind(|row| row.total.is_positive()).map(|row| row.due_on)
    }

    /// The borrower's interest.
    pub fn interest(&self) -> Fen {
        self.rows.iter().map(|row| row.interest).sum()
    }

    /// The state's interest.
    pub fn subsidy(&self) -> Fen {
        self.rows.iter().map(|row| row.interest_subsidised).sum()
    }

    /// What the borrower pays in a year.
    pub fn total_of(&self, year: i32) -> Fen {
        self.rows.iter().filter(|row| chrono::Datelike::year(&row.due_on) == year).map(|row| row.total).sum()
    }
}

impl Office {
    /// The plan of a contract with and without something that would happen today; the reason when the rules refuse it.
    ///
    /// # Errors
    /// Not found for anybody the contract does not concern.
    pub async fn what_if(&self, actor: &Actor, number: &str, change: EventKind) -> Seen<Result<Compared, Reason>> {
        let (at, change) = (self.clock.now(), &change);
        self.store
            .read("what_if", |tx| {
                Box::pin(async move {
                    let today = crate::day::business_on(tx, at).await?;
                    let mut ledger = seen(tx, actor, READERS, number, today).await?.ok_or(No::NotFound)?;
                    if ledger.terms.is_none() {
                        return Ok(Err(Reason::NotYetDisbursed));
                    }
                    let indexes = books::indexes(tx, self).await?;
                    let day = books::open(tx, today).await?.day();
                    let before = ledger.life(&indexes, day)?;
                    ledger.events.push(Event { on: day, kind: change.clone() });
                    let after = ledger.life(&indexes, day)?;
                    let asked = ledger.events.len() - 1;
                    if let Some(refused) = after.refused.iter().find(|refused| refused.event == asked) {
                        return Ok(Err(refused.reason));
                    }
                    Ok(Ok(Compared {
                        number: ledger.row.number,
                        on: day,
                        before: Course::from(before.rows, day),
                        after: Course::from(after.rows, day),
                    }))
                })
            })
            .await
    }
}
