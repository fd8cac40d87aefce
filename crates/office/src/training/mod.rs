//! 培训和考核: before a first loan a county teaches the six parts and asks questions; before they leave, a university
//! teaches its borrowers how to repay; teachers and staff are taught too (requirements group 4).
//!
//! A training is planned ([`plan`]), gets its list ([`enrol`]), notes who came and what was handed out ([`attend`]), and
//! is closed once everything it is for was done ([`close`]). The quiz ([`quiz`]) draws a paper from the bank, marks it by
//! the rules of the county and explains what was wrong; results on paper come through
//! [`crate::origination::record_quiz`] or a [`crate::roster`].

pub mod attend;
pub mod close;
pub mod enrol;
pub mod plan;
pub mod quiz;
pub mod view;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use store::Failure;
use store::training::Training;

use crate::act::Desk;
use crate::no::No;
use crate::who::Role;

/// Whom a training is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// First-time borrowers, before the loan (R4.1, R4.3).
    Borrowers,
    /// Pupils and parents, in their schools (R3.7).
    Briefing,
    /// Head teachers of the last year of senior high (R4.10).
    HeadTeachers,
    /// Staff of the aid work, every year (R4.11).
    Staff,
    /// Borrowers who graduate, in the groups of their classes (R4.7, R4.8).
    Leavers,
    /// Aid teachers of the departments, before the graduation confirmation (R4.9).
    AidTeachers,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] =
        [Kind::Borrowers, Kind::Briefing, Kind::HeadTeachers, Kind::Staff, Kind::Leavers, Kind::AidTeachers];

    /// The name kept in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Borrowers => "borrowers",
            Kind::Briefing => "briefing",
            Kind::HeadTeachers => "head_teachers",
            Kind::Staff => "staff",
            Kind::Leavers => "leavers",
            Kind::AidTeachers => "aid_teachers",
        }
    }

    /// The kind of that name.
    pub fn of(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Who holds it.
    pub const fn held_by(self) -> Role {
        match self {
            Kind::Leavers | Kind::AidTeachers => Role::SchoolOfficer,
            _ => Role::CountyClerk,
        }
    }

    /// True when the list names borrowers, by ID number.
    pub const fn of_borrowers(self) -> bool {
        matches!(self, Kind::Borrowers | Kind::Leavers)
    }

    /// What must be handed out, by code; others may be handed out besides.
    pub const fn materials(self) -> &'static [&'static str] {
        match self {
            Kind::Leavers => LEAVERS_MATERIALS,
            _ => &[],
        }
    }
}

/// The four papers every class group of graduating borrowers gets (hubei-grad-2023 一.2 and its annexes).
pub const LEAVERS_MATERIALS: &[&str] =
    &["repayment_guide", "alipay_guide", "quickpass_guide", "confirmation_procedure"];

/// Something handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Code of [`Kind::materials`], or the title of another paper.
    pub what: String,
    /// Business day.
    pub on: loan::calendar::Date,
}

/// What was handed out at a training.
pub(crate) fn delivered(training: &Training) -> Result<Vec<Delivered>, Failure> {
    serde_json::from_str(&training.materials)
        .map_err(|error| Failure::corrupt("kept materials cannot be read").because(error))
}

/// A training of the actor's office that was not closed.
async fn open_training<R>(desk: &mut Desk<'_, '_>, number: i64) -> Result<(Training, Kind, bool), No<R>> {
    let owner = desk.actor.office().ok_or(No::Forbidden)?;
    let Some(training) = store::training::by_number(desk.tx, owner, number).await? else { return Err(No::NotFound) };
    let kind = Kind::of(&training.kind).ok_or_else(|| Failure::corrupt("a training of an unknown kind"))?;
    desk.about(0, "training", &format!("{owner}:{number}"))?;
    let closed = training.closed_on.is_some();
    Ok((training, kind, closed))
}
