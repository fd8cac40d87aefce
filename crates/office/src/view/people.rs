//! Who works here: the accounts of every office with their roles, for those who keep them.

use loan::calendar::Date;
use store::{Failure, Tx};

use super::Seen;
use crate::Office;
use crate::application::Stage;
use crate::no::No;
use crate::who::{Actor, OfficeKind, Role};

/// Roles that keep the accounts.
const KEEPERS: &[Role] = &[Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];

/// One account of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffView {
    /// Number.
    pub staff: i64,
    /// Login name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Number of the office.
    pub office: i64,
    /// Name of the office.
    pub office_name: String,
    /// Kind of the office.
    pub kind: OfficeKind,
    /// Roles held now.
    pub roles: Vec<Role>,
    /// Day the account was closed.
    pub disabled_on: Option<Date>,
}

/// The doors of a demonstration: everybody a visitor may become with one click.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doors {
    /// Staff of every office.
    pub staff: Vec<StaffView>,
    /// Students, each at another place of the story.
    pub students: Vec<DoorView>,
}

/// A student of a demonstration with the co-borrower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorView {
    /// The student.
    pub person: i64,
    /// The student's name.
    pub name: String,
    /// The co-borrower, once named.
    pub co_person: Option<i64>,
    /// The co-borrower's name.
    pub co_name: Option<String>,
    /// Where the application stands; for a loan paid out, the state of its contract.
    pub place: Place,
}

/// Where a student of a demonstration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The application.
    Stage(Stage),
    /// The contract.
    Contract(String),
}

/// States of contracts a visitor may want to see from inside.
const CONTRACTS: &[&str] = &["in_study", "in_grace", "in_repayment", "overdue", "settled"];

impl Office {
    /// The doors of a demonstration; none on a real system.
    pub async fn demonstration_doors(&self) -> Result<Option<Doors>, Failure> {
        self.store
            .read("demonstration_doors", |tx| {
                Box::pin(async move {
                    if !crate::day::is_demonstration(tx).await? {
                        return Ok(None);
                    }
                    let mut staff = accounts(tx).await?;
                    staff.retain(|staff| staff.disabled_on.is_none() && !staff.roles.is_empty());
                    Ok(Some(Doors { staff, students: students(tx).await? }))
                })
            })
            .await
    }

    /// Every account, for the administrators.
    pub async fn staff_accounts(&self, actor: &Actor) -> Seen<Vec<StaffView>> {
        keeper(actor)?;
        let all: Result<Vec<StaffView>, Failure> = self.store.read("staff_accounts", |tx| Box::pin(accounts(tx))).await;
        Ok(all?)
    }

    /// Every office, for the administrators.
    pub async fn office_places(&self, actor: &Actor) -> Seen<Vec<store::office_place::Office>> {
        keeper(actor)?;
        let all: Result<Vec<store::office_place::Office>, Failure> =
            self.store.read("office_places", |tx| Box::pin(store::office_place::list(tx))).await;
        Ok(all?)
    }
}

fn keeper(actor: &Actor) -> Seen<()> {
    if actor.roles().iter().any(|role| KEEPERS.contains(role)) { Ok(()) } else { Err(No::Forbidden) }
}

/// One student for each stage and each state of a contract, whoever comes first in the books.
async fn students(tx: &mut Tx<'_>) -> Result<Vec<DoorView>, Failure> {
    let books: Vec<i64> = store::office_place::books(tx).await?.into_iter().map(|book| book.book).collect();
    let mut found = Vec::new();
    for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Disbursed) {
        for book in &books {
            let rows = store::application::list_of_status(tx, *book, stage.code(), 1, 0).await?;
            let Some(row) = rows.into_iter().next() else { continue };
            let (co_person, co_name) = (row.co_person, row.co_name);
            let place = Place::Stage(stage);
            found.push(DoorView { person: row.person, name: row.student_name, co_person, co_name, place });
            break;
        }
    }
    for status in CONTRACTS {
        for book in &books {
            let rows = store::contract::list_of_status(tx, *book, status, 0, 1).await?;
            let Some(row) = rows.into_iter().next() else { continue };
            let (co_person, co_name) = (row.co_person, row.co_name);
            let place = Place::Contract((*status).to_owned());
            found.push(DoorView { person: row.person, name: row.student_name, co_person, co_name, place });
            break;
        }
    }
    Ok(found)
}

async fn accounts(tx: &mut Tx<'_>) -> Result<Vec<StaffView>, Failure> {
    let offices = store::office_place::list(tx).await?;
    let mut found = Vec::new();
    for staff in store::staff::list(tx).await? {
        let Some(office) = offices.iter().find(|office| office.office_id == staff.office_id) else { continue };
        let Some(kind) = OfficeKind::of(&office.kind) else { continue };
        let roles = store::staff::roles(tx, staff.staff).await?;
        found.push(StaffView {
            staff: staff.staff,
            login: staff.login,
            name: staff.name,
            office: staff.office_id,
            office_name: office.name.clone(),
            kind,
            roles: roles.iter().filter_map(|code| Role::of(code)).collect(),
            disabled_on: staff.disabled_on,
        });
    }
    Ok(found)
}
