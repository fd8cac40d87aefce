//! Who opened my file: every look of a member of staff is noted for the person it was about, once for each reader, kind
//! and day, with how often; the person reads it under 我的资料.

use chrono::{DateTime, Utc};
use loan::calendar::Date;
use store::{Failure, Tx};

use crate::Office;
use crate::no::No;
use crate::view::{Seen, actor_name};
use crate::who::Actor;

/// Most rows the page shows.
const SHOWN: i64 = 200;

/// What was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Looked {
    /// The case with its masked numbers.
    Case,
    /// The scans of ID cards and proofs.
    Scans,
    /// The whole ID number.
    IdNumber,
}

impl Looked {
    /// The name kept.
    pub const fn code(self) -> &'static str {
        match self {
            Looked::Case => "case",
            Looked::Scans => "scans",
            Looked::IdNumber => "id_number",
        }
    }

    /// What that name means.
    pub fn of(code: &str) -> Option<Looked> {
        [Looked::Case, Looked::Scans, Looked::IdNumber].into_iter().find(|looked| looked.code() == code)
    }
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookView {
    /// Business day.
    pub on: Date,
    /// The last time of that day.
    pub at: DateTime<Utc>,
    /// The reader's name.
    pub name: String,
    /// The reader's office.
    pub office: String,
    /// What.
    pub what: Looked,
    /// How often that day.
    pub times: i64,
    /// Why, where it had to be said.
    pub reason: String,
}

/// Notes a look of a member of staff; of others nothing is noted.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    person: i64,
    what: Looked,
    reason: &str,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let Some(office) = actor.office() else { return Ok(()) };
    let view = store::rights::DataView {
        person,
        on_day: crate::day::business_on(tx, at).await?,
        actor: actor.name(),
        what: what.code().to_owned(),
        office: Some(office),
        reason: reason.to_owned(),
        times: 1,
        at,
    };
    store::rights::view_note(tx, &view).await
}

impl Office {
    /// Notes that a member of staff opened the case of an application, with its co-borrower's part.
    pub async fn note_look(&self, actor: &Actor, number: &str, what: Looked) -> Result<(), Failure> {
        let Ok(number) = number.parse::<crate::number::ApplicationNumber>() else { return Ok(()) };
        if actor.office().is_none() {
            return Ok(());
        }
        let (at, name) = (self.clock.now(), actor.name());
        let name = name.as_str();
        let people: Vec<i64> = self
            .store
            .read("note_look_find", |tx| {
                Box::pin(async move {
                    let row = store::application::by_number(tx, number.book, number.key()).await?;
                    let people = row.map(|row| [Some(row.person), row.co_person]).unwrap_or_default();
                    let on = crate::day::business_on(tx, at).await?;
                    let mut fresh = Vec::new();
                    for person in people.into_iter().flatten() {
                        // The case is opened again and again while it is worked on: one row a day is enough.
                        let known =
                            what == Looked::Case && store::rights::viewed(tx, person, on, name, what.code()).await?;
                        if !known {
                            fresh.push(person);
                        }
                    }
                    Ok::<_, Failure>(fresh)
                })
            })
            .await?;
        if people.is_empty() {
            return Ok(());
        }
        let people = people.as_slice();
        self.store
            .write("note_look", |tx| {
                Box::pin(async move {
                    for person in people {
                        note(tx, actor, *person, what, "", at).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Who opened the actor's own file, newest first.
    pub async fn my_looks(&self, actor: &Actor) -> Seen<Vec<LookView>> {
        let person = actor.person().ok_or(No::Forbidden)?;
        let found: Result<Vec<LookView>, Failure> =
            self.store.read("my_looks", |tx| Box::pin(looks_of(tx, person))).await;
        Ok(found?)
    }
}

/// Who opened a person's file.
pub(crate) async fn looks_of(tx: &mut Tx<'_>, person: i64) -> Result<Vec<LookView>, Failure> {
    let mut looks = Vec::new();
    for row in store::rights::views(tx, person, SHOWN).await? {
        let Some(what) = Looked::of(&row.what) else { continue };
        let office = match row.office {
            Some(office) => store::office_place::by_number(tx, office).await?.map(|office| office.name),
            None => None,
        };
        looks.push(LookView {
            on: row.on_day,
            at: row.at,
            name: actor_name(tx, &row.actor).await?,
            office: office.unwrap_or_default(),
            what,
            times: row.times,
            reason: row.reason,
        });
    }
    Ok(looks)
}
