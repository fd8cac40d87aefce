//! The student's home: what to do next, where the application stands, the loans so far. A co-borrower sees the
//! applications he signed for, and nothing else of the student (H037).

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use store::Failure;

use super::case::{CaseView, view_of};
use super::{READERS, Seen};
use crate::Office;
use crate::application::Stage;
use crate::application::fact::Kind;
use crate::desk::of_row;
use crate::no::No;
use crate::who::{Actor, Role, Who};

/// The home of a student or co-borrower.
#[derive(Clone, Debug)]
pub struct Home {
    /// Name.
    pub name: String,
    /// Business day.
    pub on: Date,
    /// All applications, newest first.
    pub applications: Vec<Summary>,
    /// The application that needs attention, with everything around it.
    pub current: Option<CaseView>,
    /// Contracts that bind or bound the person, oldest first.
    pub contracts: Vec<store::contract::Contract>,
    /// Messages nobody read yet.
    pub unread: i64,
    /// True when a pre-application of this year is on the list (R3.9).
    pub pre_applied: bool,
    /// True when a quiz was passed.
    pub quiz_passed: bool,
    /// The login before that of today; none for the first.
    pub last_login_on: Option<Date>,
}

/// One application in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Its number.
    pub number: String,
    /// The student's name.
    pub student_name: String,
    /// Academic year.
    pub academic_year: i64,
    /// First loan or renewal.
    pub kind: Kind,
    /// Where it stands.
    pub stage: Stage,
    /// Amount asked for.
    pub amount_fen: Option<i64>,
    /// Name of the school.
    pub school_name: String,
    /// Last change.
    pub changed_at: DateTime<Utc>,
}

impl Summary {
    /// The summary of a row.
    pub fn of(row: &store::application::Application) -> Summary {
        let school = row.school_code.as_deref().and_then(loan::policy::reference::school);
        Summary {
            number: row.number.clone(),
            student_name: row.student_name.clone(),
            academic_year: row.academic_year,
            kind: Kind::of(&row.kind).unwrap_or(Kind::First),
            stage: Stage::of(&row.status).unwrap_or(Stage::Draft),
            amount_fen: row.amount_fen,
            school_name: school.map_or("", |school| school.name).to_owned(),
            changed_at: row.changed_at,
        }
    }
}

impl Office {
    /// The home of the person who asks.
    pub async fn home(&self, actor: &Actor) -> Seen<Home> {
        let (person, borrower) = match actor.who {
            Who::Student(person) => (person, true),
            Who::CoBorrower(person) => (person, false),
            _ => return Err(No::Forbidden),
        };
        debug_assert!(READERS.roles.contains(&Role::CoBorrower));
        let at = self.clock.now();
        let home: Result<Option<Home>, Failure> = self
            .store
            .read("home", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(row) = store::person::by_number(tx, person).await? else { return Ok(None) };
                    let rows = if borrower {
                        store::application::list_of_person_anywhere(tx, person).await?
                    } else {
                        let mut rows = store::application::list_of_co_person(tx, person).await?;
                        rows.retain(|row| row.status != Stage::Draft.code());
                        rows
                    };
                    let applications: Vec<Summary> = rows.iter().map(Summary::of).collect();
                    let alive = |row: &&store::application::Application| {
                        Stage::of(&row.status).is_some_and(|stage| !stage.is_over())
                    };
                    let current = match rows.iter().find(alive).or(rows.first()).cloned() {
                        Some(row) => {
                            let case = of_row(tx, row).await?;
                            Some(view_of(tx, self, actor, case, on).await?)
                        }
                        None => None,
                    };
                    let part = if borrower { "borrower" } else { "co_borrower" };
                    let mut contracts = Vec::new();
                    for loan in store::person::open_loans(tx, person).await? {
                        if loan.part == part {
                            contracts.extend(store::contract::by_number(tx, loan.book, loan.contract).await?);
                        }
                    }
                    let year = crate::clock::academic_year(on);
                    let quizzes = store::pre_application::quiz_list(tx, person).await?;
                    Ok(Some(Home {
                        name: row.name,
                        on,
                        applications,
                        current,
                        contracts,
                        unread: store::message::unread(tx, person).await?,
                        pre_applied: crate::rules::pre_applied(tx, person, year).await?,
                        quiz_passed: quizzes.iter().any(|quiz| quiz.passed),
                        last_login_on: store::account::last_login(tx, person)
                            .await?
                            .and_then(|last| if last.on_day < on { Some(last.on_day) } else { last.before_on }),
                    }))
                })
            })
            .await;
        home?.ok_or(No::NotFound)
    }
}
