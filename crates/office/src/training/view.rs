//! What pages show of trainings and of the quiz.

use std::collections::BTreeMap;

use loan::calendar::Date;
use loan::policy::choice::{Choice, TrainingPart};
use loan::policy::questions::{Letters, Question};
use store::training::Attendee;
use store::{Failure, Tx};

use super::quiz::{letters, questions_of};
use super::{Delivered, Kind, delivered};
use crate::Office;
use crate::no::No;
use crate::view::Seen;
use crate::who::{Actor, Role};

/// A training as its pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingView {
    /// Number at the office.
    pub number: i64,
    /// For whom.
    pub kind: Kind,
    /// What it is called; empty for the usual name.
    pub title: String,
    /// The day.
    pub on_day: Date,
    /// From when to when.
    pub times: (String, String),
    /// Room, or the class group.
    pub place: String,
    /// Who teaches.
    pub held_by: String,
    /// What is taught.
    pub parts: Vec<TrainingPart>,
    /// What was handed out.
    pub delivered: Vec<Delivered>,
    /// The day on which everything was done.
    pub closed_on: Option<Date>,
    /// Who is to come and who came.
    pub list: Vec<Listed>,
}

/// Somebody on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Number on the list.
    pub number: i64,
    /// Name.
    pub name: String,
    /// School, class or department.
    pub belongs_to: String,
    /// Was there.
    pub attended: bool,
    /// Knows when and how to repay.
    pub knows: bool,
    /// Best result of the quiz in percent, and whether one was enough.
    pub quiz: Option<(i64, bool)>,
}

impl TrainingView {
    /// How many were there.
    pub fn attended(&self) -> usize {
        self.list.iter().filter(|one| one.attended).count()
    }
}

/// What a student sees of the quiz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuizHome {
    /// Business day.
    pub on: Date,
    /// Name for the certificate.
    pub name: String,
    /// County of the application or of the pre-application; none while neither is there.
    pub county: Option<String>,
    /// Right answers needed there, in percent; none where no quiz is asked.
    pub percent: Option<i64>,
    /// What is taught there.
    pub parts: Vec<TrainingPart>,
    /// The sittings, oldest first.
    pub sittings: Vec<store::pre_application::QuizResult>,
    /// A paper that lies open.
    pub open: Option<String>,
}

impl QuizHome {
    /// The sitting that was enough.
    pub fn passed(&self) -> Option<&store::pre_application::QuizResult> {
        self.sittings.iter().find(|sitting| sitting.passed)
    }
}

/// A paper, open or marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaperView {
    /// Its id.
    pub paper: String,
    /// The questions in order.
    pub questions: Vec<&'static Question>,
    /// What was chosen, once handed in.
    pub chosen: Option<BTreeMap<String, Letters>>,
    /// The sitting was enough.
    pub passed: bool,
}

impl Office {
    /// The trainings of the actor's office in this year and the year before, newest first.
    ///
    /// # Errors
    /// Forbidden for everybody but clerks of counties and officers of schools.
    pub async fn trainings(&self, actor: &Actor) -> Seen<Vec<TrainingView>> {
        let owner = holder(actor)?;
        let at = self.clock.now();
        let all: Result<Vec<TrainingView>, Failure> = self
            .store
            .read("trainings", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let from = on - chrono::Days::new(730);
                    let mut all = Vec::new();
                    for training in store::training::list(tx, owner, from).await? {
                        let list = store::training::attendees(tx, owner, training.training).await?;
                        all.push(shown(training, list.into_iter().map(plain).collect())?);
                    }
                    Ok(all)
                })
            })
            .await;
        Ok(all?)
    }

    /// One training of the actor's office with the results of those on its list.
    ///
    /// # Errors
    /// Not found for trainings of others.
    pub async fn training(&self, actor: &Actor, number: i64) -> Seen<TrainingView> {
        let owner = holder(actor)?;
        let found: Result<Option<TrainingView>, Failure> = self
            .store
            .read("training", |tx| {
                Box::pin(async move {
                    let Some(training) = store::training::by_number(tx, owner, number).await? else { return Ok(None) };
                    let mut list = Vec::new();
                    for one in store::training::attendees(tx, owner, number).await? {
                        let quiz = match one.person {
                            Some(person) => best(tx, person).await?,
                            None => None,
                        };
                        list.push(Listed { quiz, ..plain(one) });
                    }
                    shown(training, list).map(Some)
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }

    /// The quiz as the actor, a student, finds it.
    ///
    /// # Errors
    /// Forbidden for everybody but students.
    pub async fn quiz_home(&self, actor: &Actor) -> Seen<QuizHome> {
        let person = student(actor)?;
        let at = self.clock.now();
        let home: Result<Option<QuizHome>, Failure> = self
            .store
            .read("quiz_home", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(row) = store::person::by_number(tx, person).await? else { return Ok(None) };
                    let year = crate::clock::academic_year(on);
                    let applications = store::application::list_of_person_anywhere(tx, person).await?;
                    let entered = store::pre_application::find(tx, person, year).await?;
                    let book = applications.first().map(|row| row.book).or(entered.map(|entry| entry.book));
                    let county = match book {
                        Some(book) => Some(crate::desk::county_of_book(tx, book).await?),
                        None => None,
                    };
                    let question = loan::policy::Question {
                        scheme: loan::policy::Scheme::Origin,
                        on,
                        county: county.as_deref(),
                        school: None,
                    };
                    let parts = loan::policy::training::parts(self.policy, &question);
                    let papers = store::training::papers_of(tx, person).await?;
                    Ok(Some(QuizHome {
                        on,
                        name: row.name,
                        percent: county.as_deref().and_then(|county| crate::rules::quiz_pass_percent(self, county, on)),
                        county,
                        parts: parts.unwrap_or_else(|_| TrainingPart::ALL.to_vec()),
                        sittings: store::pre_application::quiz_list(tx, person).await?,
                        open: papers.into_iter().find(|paper| paper.answers.is_none()).map(|paper| paper.paper),
                    }))
                })
            })
            .await;
        home?.ok_or(No::NotFound)
    }

    /// One paper of the actor.
    ///
    /// # Errors
    /// Not found for papers of others.
    pub async fn quiz_paper(&self, actor: &Actor, paper: &str) -> Seen<PaperView> {
        let person = student(actor)?;
        let found: Result<_, Failure> = self
            .store
            .read("quiz_paper", |tx| {
                Box::pin(async move {
                    let paper = store::training::paper_by_number(tx, person, paper).await?;
                    Ok((paper, store::pre_application::quiz_list(tx, person).await?))
                })
            })
            .await;
        let (paper, sittings) = found?;
        let paper = paper.ok_or(No::NotFound)?;
        let questions = questions_of(&paper)?.questions;
        let chosen = match &paper.answers {
            Some(text) => {
                let answers: BTreeMap<String, String> = serde_json::from_str(text)
                    .map_err(|error| Failure::corrupt("kept answers cannot be read").because(error))?;
                Some(letters(&answers).into_iter().map(|(id, letters)| (id.to_owned(), letters)).collect())
            }
            None => None,
        };
        let passed =
            chosen.is_some() && sittings.iter().any(|sitting| sitting.passed && sitting.of_paper(&paper.paper));
        Ok(PaperView { paper: paper.paper, questions, chosen, passed })
    }
}

fn holder(actor: &Actor) -> Seen<i64> {
    let may = |role: &Role| matches!(role, Role::CountyClerk | Role::SchoolOfficer);
    actor.office().filter(|_| actor.roles().iter().any(may)).ok_or(No::Forbidden)
}

fn student(actor: &Actor) -> Seen<i64> {
    actor.person().filter(|_| actor.roles().contains(&Role::Student)).ok_or(No::Forbidden)
}

async fn best(tx: &mut Tx<'_>, person: i64) -> Result<Option<(i64, bool)>, Failure> {
    let sittings = store::pre_application::quiz_list(tx, person).await?;
    let passed = sittings.iter().any(|sitting| sitting.passed);
    Ok(sittings.iter().map(|sitting| sitting.score).max().map(|score| (score, passed)))
}

fn plain(one: Attendee) -> Listed {
    Listed {
        number: one.attendee,
        name: one.name,
        belongs_to: one.belongs_to,
        attended: one.attended,
        knows: one.knows,
        quiz: None,
    }
}

fn shown(training: store::training::Training, list: Vec<Listed>) -> Result<TrainingView, Failure> {
    let kind = Kind::of(&training.kind).ok_or_else(|| Failure::corrupt("a training of an unknown kind"))?;
    let parts: Vec<String> = serde_json::from_str(&training.parts)
        .map_err(|error| Failure::corrupt("kept parts cannot be read").because(error))?;
    Ok(TrainingView {
        number: training.training,
        kind,
        delivered: delivered(&training)?,
        title: training.title,
        on_day: training.on_day,
        times: (training.from_time, training.to_time),
        place: training.place,
        held_by: training.held_by,
        parts: parts.iter().filter_map(|code| TrainingPart::from_code(code)).collect(),
        closed_on: training.closed_on,
        list,
    })
}
