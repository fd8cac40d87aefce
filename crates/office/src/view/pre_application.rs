//! The pre-applications an office has to do with: the county centre, the university or school that entered them, the
//! school of origin (R3.9); and who of them has not applied yet, so that somebody asks why.

use loan::calendar::Date;
use store::{Failure, Tx};

use super::Seen;
use crate::Office;
use crate::application::Stage;
use crate::clock::academic_year;
use crate::no::No;
use crate::origination::enter_pre_application::CERTIFIED;
use crate::who::{Actor, Role};

/// The list of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreApplicationList {
    /// Business day.
    pub on: Date,
    /// Academic year.
    pub year: i32,
    /// Newest first.
    pub rows: Vec<PreApplicationRow>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreApplicationRow {
    /// The student.
    pub name: String,
    /// The last four of the ID number.
    pub id_tail: String,
    /// The school the student comes from.
    pub origin_school: String,
    /// Code of the source.
    pub source: String,
    /// Papers seen.
    pub proof: String,
    /// `certified` or `refused`.
    pub status: String,
    /// Why decided so.
    pub reason: String,
    /// Name of the reviewer.
    pub reviewed_by: String,
    /// Business date.
    pub reviewed_on: Date,
    /// Where the application of the year stands; none while the student has not applied.
    pub applied: Option<Stage>,
}

impl PreApplicationRow {
    /// Certified, and no application yet: somebody should ask.
    pub fn to_follow_up(&self) -> bool {
        self.status == CERTIFIED && self.applied.is_none()
    }
}

/// What the student sees of the own entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPreApplication {
    /// Code of the source.
    pub source: String,
    /// False when the reviewer said no.
    pub certified: bool,
    /// Why decided so.
    pub reason: String,
    /// Business date.
    pub entered_on: Date,
}

impl Office {
    /// The pre-applications of this academic year that the actor's office has to do with.
    ///
    /// # Errors
    /// Forbidden for everybody but clerks of counties and officers of schools.
    pub async fn pre_applications(&self, actor: &Actor) -> Seen<PreApplicationList> {
        let may = |role: &Role| matches!(role, Role::CountyClerk | Role::SchoolOfficer);
        let Some(owner) = actor.office().filter(|_| actor.roles().iter().any(may)) else {
            return Err(No::Forbidden);
        };
        let at = self.clock.now();
        let list: Result<PreApplicationList, Failure> = self
            .store
            .read("pre_applications", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let year = academic_year(on);
                    let mut rows = Vec::new();
                    for seen in store::pre_application::seen_by(tx, owner, year).await? {
                        rows.push(row_of(tx, seen, year).await?);
                    }
                    Ok(PreApplicationList { on, year, rows })
                })
            })
            .await;
        Ok(list?)
    }

    /// The actor's own entry of this academic year.
    ///
    /// # Errors
    /// Forbidden for everybody but students.
    pub async fn own_pre_application(&self, actor: &Actor) -> Seen<Option<OwnPreApplication>> {
        let Some(person) = actor.person().filter(|_| actor.roles().contains(&Role::Student)) else {
            return Err(No::Forbidden);
        };
        let at = self.clock.now();
        let found: Result<Option<OwnPreApplication>, Failure> = self
            .store
            .read("own_pre_application", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let found = store::pre_application::find(tx, person, academic_year(on)).await?;
                    Ok(found.map(|row| OwnPreApplication {
                        certified: crate::origination::enter_pre_application::REFUSED != row.status,
                        reason: said(&row.detail, "reason"),
                        source: row.source,
                        entered_on: row.entered_on,
                    }))
                })
            })
            .await;
        Ok(found?)
    }
}

async fn row_of(tx: &mut Tx<'_>, seen: store::pre_application::Seen, year: i32) -> Result<PreApplicationRow, Failure> {
    let id = store::person::id_number(tx, seen.person).await?.unwrap_or_default();
    let applied = match store::person::year_claim(tx, seen.person, i64::from(year)).await? {
        Some(claim) => store::application::by_number(tx, claim.book, claim.application).await?,
        None => None,
    };
    Ok(PreApplicationRow {
        name: seen.student_name,
        id_tail: id.get(14..).unwrap_or_default().to_owned(),
        origin_school: seen.origin_school,
        source: seen.source,
        proof: seen.proof,
        status: seen.status,
        reason: seen.reason,
        reviewed_by: super::actor_name(tx, &seen.reviewed_by).await?,
        reviewed_on: seen.reviewed_on,
        applied: applied.and_then(|row| Stage::of(&row.status)),
    })
}

fn said(detail: &str, name: &str) -> String {
    let detail: serde_json::Value = serde_json::from_str(detail).unwrap_or_default();
    detail[name].as_str().unwrap_or_default().to_owned()
}
