//! Scans of what a family hands in: each belongs to one material of the checklist, so that a returned file shows
//! exactly what is there and what is missing (R9.16). [`picture`] says what a scan may be, [`attach`] puts it to its
//! material, and here it is read again by whoever may see the application.

pub mod attach;
pub mod picture;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use store::Failure;
use store::paper::FileLink;

use crate::Office;
use crate::desk::{in_scope, load, reads_since};
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::view::{Seen, actor_name};
use crate::who::{Actor, Permission, Role, Scope};

/// What scans are linked to.
pub(crate) const SUBJECT: &str = "application";

/// Who looks at scans: the county's desk, and the student whose they are. No school, no bank, no co-borrower.
const READERS: Permission = Permission {
    roles: &[Role::Student, Role::CountyClerk, Role::CountyReviewer, Role::HallManager, Role::Volunteer],
    scope: Scope::OwnOrOffice,
};

/// A scan as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanView {
    /// Code of the material.
    pub material: String,
    /// Names the file.
    pub digest: String,
    /// Who put it there.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The scans of a material that were not taken off.
fn of_material<'a>(links: &'a [FileLink], material: &'a str) -> impl Iterator<Item = &'a FileLink> {
    links.iter().filter(move |link| link.kind == material && link.removed_at.is_none())
}

impl Office {
    /// The scans of an application, in the order they came.
    pub async fn scans(&self, actor: &Actor, number: &str) -> Seen<Vec<ScanView>> {
        if !READERS.allows(actor) {
            return Err(No::Forbidden);
        }
        let found: Result<Option<Vec<ScanView>>, Failure> = self
            .store
            .read("scans", |tx| {
                Box::pin(async move {
                    let Some((number, _)) = reachable(tx, self, actor, number).await? else { return Ok(None) };
                    let links = store::paper::files_of_subject(tx, number.book, SUBJECT, number.key()).await?;
                    let mut scans = Vec::new();
                    for link in links.into_iter().filter(|link| link.removed_at.is_none()) {
                        let by = actor_name(tx, &link.linked_by).await?;
                        scans.push(ScanView { material: link.kind, digest: link.digest, by, at: link.linked_at });
                    }
                    Ok(Some(scans))
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// One scan: its type and its bytes.
    pub async fn scan(&self, actor: &Actor, number: &str, digest: &str) -> Seen<(String, Vec<u8>)> {
        if !READERS.allows(actor) {
            return Err(No::Forbidden);
        }
        let found: Result<Option<(String, Vec<u8>)>, Failure> = self
            .store
            .read("scan", |tx| {
                Box::pin(async move {
                    let Some((number, person)) = reachable(tx, self, actor, number).await? else { return Ok(None) };
                    let links = store::paper::files_of_subject(tx, number.book, SUBJECT, number.key()).await?;
                    if !links.iter().any(|link| link.digest == digest && link.removed_at.is_none()) {
                        return Ok(None);
                    }
                    store::paper::file_read(tx, number.book, person, digest).await
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }
}

/// The application and its student, if the actor may look at its scans.
async fn reachable(
    tx: &mut store::Tx<'_>,
    office: &Office,
    actor: &Actor,
    number: &str,
) -> Result<Option<(ApplicationNumber, i64)>, Failure> {
    let Ok(number) = number.parse::<ApplicationNumber>() else { return Ok(None) };
    let on = crate::day::business_on(tx, office.clock.now()).await?;
    let Some(case) = load(tx, number).await? else { return Ok(None) };
    let mine = in_scope(tx, actor, READERS, &case.row, on).await?
        || reads_since(tx, actor, READERS, &case.row, on).await?.is_some();
    Ok(mine.then_some((number, case.row.person)))
}
