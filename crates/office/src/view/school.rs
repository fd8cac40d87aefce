//! The school's list: whose receipt is missing, and how many days are left (R11.8); which statements wait.

use loan::calendar::Date;
use store::Failure;

use super::{Seen, days_until};
use crate::Office;
use crate::application::Stage;
use crate::application::progress::Statement;
use crate::clock::academic_year;
use crate::desk::of_row;
use crate::no::No;
use crate::who::{Actor, Role};

/// What the school sees of a season.
#[derive(Clone, Debug)]
pub struct Season {
    /// Business day.
    pub on: Date,
    /// Students with a certificate and no receipt, the most urgent first.
    pub missing: Vec<Missing>,
    /// Students whose receipt is entered.
    pub entered: Vec<store::owner_case::SchoolCase>,
}

/// A missing receipt.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The row.
    pub row: store::owner_case::SchoolCase,
    /// Days left, that day included; negative when it is over.
    pub days_left: Option<i64>,
}

/// A statement waiting for the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementView {
    /// Number of the application.
    pub number: String,
    /// The student's name.
    pub student_name: String,
    /// Faculty and class.
    pub college: String,
    /// The text.
    pub text: String,
}

impl Office {
    /// The receipts of the actor's school in this academic year. A loan assistant reminds fellow students and reads
    /// the list too; it holds no ID number.
    pub async fn school_season(&self, actor: &Actor) -> Seen<Season> {
        let helps = actor.roles().contains(&Role::LoanAssistant);
        let owner = if helps { actor.office().ok_or(No::Forbidden)? } else { school_of(actor)? };
        let at = self.clock.now();
        let season: Result<Season, Failure> = self
            .store
            .read("school_season", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let year = i64::from(academic_year(on));
                    let rows = store::owner_case::school_list(tx, owner, year, None).await?;
                    let (entered, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.entered_on.is_some());
                    let mut missing: Vec<Missing> = rest
                        .into_iter()
                        .filter(|row| row.status == Stage::CertificateIssued.code())
                        .map(|row| Missing { days_left: row.receipt_due_on.map(|due_on| days_until(on, due_on)), row })
                        .collect();
                    missing.sort_by_key(|missing| missing.days_left);
                    Ok(Season { on, missing, entered })
                })
            })
            .await;
        Ok(season?)
    }

    /// Renewal statements the actor's school has to read.
    pub async fn school_statements(&self, actor: &Actor) -> Seen<Vec<StatementView>> {
        let owner = school_of(actor)?;
        let at = self.clock.now();
        let waiting: Result<Vec<StatementView>, Failure> = self
            .store
            .read("school_statements", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let office = store::office_place::by_number(tx, owner).await?;
                    let Some(code) = office.and_then(|office| office.school_code) else { return Ok(Vec::new()) };
                    let year = i64::from(academic_year(on));
                    let mut waiting = Vec::new();
                    for row in store::application::list_of_school(tx, &code, year, "renewal").await? {
                        let case = of_row(tx, row).await?;
                        let open = !case.stage().is_with_student() && case.stage() < Stage::Accepted;
                        if !open || case.progress.statement != Statement::Written {
                            continue;
                        }
                        waiting.push(statement_of(&case));
                    }
                    Ok(waiting)
                })
            })
            .await;
        Ok(waiting?)
    }
}

impl Office {
    /// Renewal statements the school confirmed and the actor's county has to read.
    pub async fn county_statements(&self, actor: &Actor) -> Seen<Vec<StatementView>> {
        let Some(office) = actor.office().filter(|_| actor.roles().contains(&Role::CountyClerk)) else {
            return Err(No::Forbidden);
        };
        let at = self.clock.now();
        let waiting: Result<Vec<StatementView>, Failure> = self
            .store
            .read("county_statements", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut waiting = Vec::new();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for stage in
                            Stage::ALL.into_iter().filter(|stage| (Stage::Submitted..=Stage::AtCounter).contains(stage))
                        {
                            for row in store::application::list_of_status(tx, book, stage.code(), 500, 0).await? {
                                let case = of_row(tx, row).await?;
                                if case.progress.statement == Statement::ConfirmedBySchool {
                                    waiting.push(statement_of(&case));
                                }
                            }
                        }
                    }
                    Ok(waiting)
                })
            })
            .await;
        Ok(waiting?)
    }
}

fn statement_of(case: &crate::desk::Case) -> StatementView {
    let study = case.answers.study.as_ref();
    StatementView {
        number: case.number.to_string(),
        student_name: case.row.student_name.clone(),
        college: study.map(|study| study.department.clone()).unwrap_or_default(),
        text: case.answers.statement.as_ref().map(|said| said.text.clone()).unwrap_or_default(),
    }
}

fn school_of(actor: &Actor) -> Seen<i64> {
    match actor.office() {
        Some(office) if actor.roles().contains(&Role::SchoolOfficer) => Ok(office),
        _ => Err(No::Forbidden),
    }
}
