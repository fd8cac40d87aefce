//! Requests for relief: the county's list of those that wait, and the ones of a contract for whoever owes it.

use loan::calendar::Date;
use store::request::Request;
use store::{Failure, Tx};

use super::{READERS, Seen, actor_name};
use crate::Office;
use crate::no::No;
use crate::servicing::relief::{KIND, Written, written};
use crate::servicing::{books, seen};
use crate::who::{Actor, Permission, Role, Scope};

/// Requests shown at once.
const LIST_MAX: i64 = 200;

/// Who reads the county's list.
pub const COUNTY: Permission =
    Permission { roles: &[Role::CountyClerk, Role::CountyReviewer, Role::HallManager], scope: Scope::SameOffice };

/// One request.
#[derive(Clone, Debug)]
pub struct ReliefView {
    /// Its number.
    pub number: String,
    /// The contract.
    pub contract: String,
    /// The borrower.
    pub student_name: String,
    /// `asked`, `granted` or `declined`.
    pub status: String,
    /// Day of filing.
    pub filed_on: Date,
    /// Day of the decision.
    pub decided_on: Option<Date>,
    /// What was written.
    pub written: Written,
    /// Who wrote it down.
    pub filed_by: String,
    /// What the decision says; empty before it.
    pub note: String,
}

impl Office {
    /// Requests that wait for a decision in the books of the actor's county, oldest first.
    pub async fn relief_waiting(&self, actor: &Actor) -> Seen<Vec<ReliefView>> {
        if !COUNTY.allows(actor) {
            return Err(No::Forbidden);
        }
        let (office, at) = (actor.office().unwrap_or_default(), self.clock.now());
        let found: Result<Vec<ReliefView>, Failure> = self
            .store
            .read("relief_waiting", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut found = Vec::new();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for request in store::request::list_of_status(tx, book, "asked", LIST_MAX).await? {
                            if request.kind == KIND {
                                found.extend(view(tx, request).await?);
                            }
                        }
                    }
                    Ok(found)
                })
            })
            .await;
        Ok(found?)
    }

    /// Requests about one contract, newest first.
    pub async fn relief_of(&self, actor: &Actor, contract: &str) -> Seen<Vec<ReliefView>> {
        let at = self.clock.now();
        self.store
            .read("relief_of", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let ledger = seen(tx, actor, READERS, contract, on).await?.ok_or(No::NotFound)?;
                    let mut found = Vec::new();
                    for request in store::request::list_of_contract(tx, ledger.row.book, ledger.row.contract).await? {
                        if request.kind == KIND {
                            found.extend(view(tx, request).await?);
                        }
                    }
                    Ok(found)
                })
            })
            .await
    }
}

async fn view(tx: &mut Tx<'_>, request: Request) -> Result<Option<ReliefView>, Failure> {
    let Some(contract) = request.contract else { return Ok(None) };
    let Some(ledger) = books::load(tx, request.book, contract).await? else { return Ok(None) };
    let facts = store::fact::list(tx, request.book, "request", request.request).await?;
    let note = facts.last().filter(|fact| fact.kind != "asked").and_then(|fact| {
        let detail: serde_json::Value = serde_json::from_str(&fact.detail).ok()?;
        detail.get("note")?.as_str().map(str::to_owned)
    });
    let filed_by = match facts.first() {
        Some(fact) => actor_name(tx, &fact.actor).await?,
        None => String::new(),
    };
    Ok(Some(ReliefView {
        written: written(tx, &request).await?,
        number: request.number,
        contract: ledger.row.number,
        student_name: ledger.row.student_name,
        status: request.status,
        filed_on: request.filed_on,
        decided_on: request.decided_on,
        filed_by,
        note: note.unwrap_or_default(),
    }))
}
