//! One contract as those who service it see it: what stands open, every row of its life, every posting and what it
//! follows from, every event. And the lists that lead there.

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use loan::event::Event;
use loan::life::Life;
pub use store::contract::Contract;
pub use store::posting::Posting;
use store::{Failure, Tx};

use super::{Seen, actor_name};
use crate::Office;
use crate::no::No;
use crate::number::{ApplicationNumber, ContractNumber};
use crate::servicing::books;
use crate::who::{Actor, OfficeKind, Permission, Role, Scope};

/// Who may look at a contract.
pub const READERS: Permission = Permission {
    roles: &[Role::CountyClerk, Role::HallManager, Role::BankMaker, Role::BankChecker, Role::Auditor],
    scope: Scope::SameOffice,
};
/// Rows of one list.
pub const LIST_MAX: i64 = 200;

/// One contract with everything that happened to it.
#[derive(Clone, Debug)]
pub struct LoanView {
    /// The day whose end the figures are of.
    pub on: Date,
    /// The business day.
    pub today: Date,
    /// The row.
    pub row: Contract,
    /// Number of its application.
    pub application: String,
    /// Name of the school.
    pub school_name: String,
    /// Its life up to the day and the plan from there on; `None` before the money moved.
    pub life: Option<Life>,
    /// The same life as the input of `replay`; `None` before the money moved, and for terms that form cannot hold.
    pub file: Option<serde_json::Value>,
    /// The postings as stored, up to the day.
    pub postings: Vec<Posting>,
    /// What happened up to the day, in order.
    pub events: Vec<EventView>,
}

/// One event with who recorded it.
#[derive(Clone, Debug)]
pub struct EventView {
    /// Position, from 1.
    pub seq: i64,
    /// What and when it acts.
    pub event: Event,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who recorded it.
    pub by: String,
}

/// Contracts a list may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoanList<'a> {
    /// Something is overdue; the largest first.
    Overdue,
    /// In a state of the index.
    Status(&'a str),
    /// A number, or a name.
    Search(&'a str),
}

impl Office {
    /// One contract as it stood at the end of a day that is not in the future, or today; if the actor's office
    /// services its book. What happened later is not seen.
    pub async fn loan_view(&self, actor: &Actor, number: &str, as_of: Option<Date>) -> Seen<LoanView> {
        reader(actor)?;
        let Ok(number) = number.parse::<ContractNumber>() else { return Err(No::NotFound) };
        let at = self.clock.now();
        let seen: Result<Option<LoanView>, Failure> = self
            .store
            .read("loan_view", |tx| {
                Box::pin(async move {
                    let today = crate::day::business_on(tx, at).await?;
                    if !books_of(tx, actor, today).await?.contains(&number.book) {
                        return Ok(None);
                    }
                    let on = as_of.map_or(today, |day| day.min(today));
                    let Some(ledger) = books::load(tx, number.book, number.key()).await? else { return Ok(None) };
                    let indexes = books::indexes(tx, self).await?;
                    let paid_out = ledger.terms.as_ref().filter(|terms| terms.disbursed_on <= on);
                    let life = paid_out.map(|_| ledger.life(&indexes, on)).transpose()?;
                    let file =
                        paid_out.and_then(|terms| crate::calculation::life_file(terms, &indexes, &ledger.events, on));
                    let mut events = Vec::new();
                    let rows = store::contract::events(tx, number.book, number.key()).await?;
                    for (row, event) in rows.iter().zip(&ledger.events).filter(|(_, event)| event.on <= on) {
                        let by = actor_name(tx, &row.actor).await?;
                        events.push(EventView { seq: row.seq, event: event.clone(), at: row.at, by });
                    }
                    let mut postings = store::posting::list(tx, number.book, number.key()).await?;
                    postings.retain(|posting| posting.on_day <= on);
                    let school = loan::policy::reference::school(&ledger.row.school_code);
                    Ok(Some(LoanView {
                        on,
                        today,
                        application: ApplicationNumber::of(number.book, ledger.row.application).to_string(),
                        school_name: school.map_or("", |school| school.name).to_owned(),
                        row: ledger.row,
                        life,
                        file,
                        postings,
                        events,
                    }))
                })
            })
            .await;
        seen?.ok_or(No::NotFound)
    }

    /// Contracts of the books the actor's office services.
    pub async fn loans(&self, actor: &Actor, which: LoanList<'_>) -> Seen<Vec<Contract>> {
        reader(actor)?;
        let at = self.clock.now();
        let rows: Result<Vec<Contract>, Failure> = self
            .store
            .read("loans", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut found = Vec::new();
                    for book in books_of(tx, actor, on).await? {
                        found.extend(match which {
                            LoanList::Overdue => store::contract::list_overdue(tx, book, LIST_MAX, 0).await?,
                            LoanList::Status(status) => {
                                store::contract::list_of_status(tx, book, status, LIST_MAX, 0).await?
                            }
                            LoanList::Search(text) => store::contract::search(tx, book, text, LIST_MAX).await?,
                        });
                    }
                    found.truncate(LIST_MAX as usize);
                    Ok(found)
                })
            })
            .await;
        Ok(rows?)
    }
}

fn reader(actor: &Actor) -> Seen<()> {
    if READERS.allows(actor) { Ok(()) } else { Err(No::Forbidden) }
}

/// The books an actor reads: those his office serves; all of them for the audit.
async fn books_of(tx: &mut Tx<'_>, actor: &Actor, on: Date) -> Result<Vec<i64>, Failure> {
    if actor.roles().contains(&Role::Auditor) {
        return Ok(store::office_place::books(tx).await?.into_iter().map(|book| book.book).collect());
    }
    let Some(office) = actor.office() else { return Ok(Vec::new()) };
    let Some(place) = store::office_place::by_number(tx, office).await? else { return Ok(Vec::new()) };
    match OfficeKind::of(&place.kind) {
        Some(OfficeKind::County | OfficeKind::Bank) => {
            store::office_place::books_served(tx, office, &place.kind, on).await
        }
        _ => Ok(Vec::new()),
    }
}
