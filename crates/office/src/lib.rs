//! The acts of people and of the calendar. Everything that changes a loan happens here, whoever asks: a page, an
//! API call, a spreadsheet row, a command or a job reaches the same act.
//!
//! Read in this order: [`who`] may ask and how [`no`] is said; [`act`] is how an act happens and [`desk`] what it
//! finds there; [`day`] is the business day; [`application`] is where an application stands; [`rules`] asks the
//! policy. Then the story: [`establish`], [`accounts`], [`training`], [`origination`] with the [`hall`] it happens in and
//! the [`roster`]s that bring many rows at once, [`servicing`], the [`calendar`] of what falls
//! due by itself, the [`journey`] of a demonstration, and [`view`], which reads for pages; before all of it a real
//! system begins with its [`installation`]. Only this crate opens transactions and checks permissions.

pub mod accounts;
pub mod act;
pub mod application;
pub mod calculation;
pub mod calendar;
pub mod clock;
pub mod day;
pub mod desk;
pub mod establish;
pub mod forms;
pub mod hall;
pub mod installation;
pub mod journey;
pub mod keeping;
pub mod list;
pub mod messages;
pub mod no;
pub mod notices;
pub mod number;
pub mod origination;
pub mod outside;
pub mod papers;
pub mod rights;
pub mod roster;
pub mod rules;
pub mod scans;
pub mod seal;
pub mod servicing;
pub mod settle;
pub mod signing;
#[cfg(test)]
mod signing_tests;
pub mod terms;
pub mod training;
mod turn;
pub mod verify;
pub mod view;
pub mod who;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

use std::sync::Arc;

pub use act::{Act, Desk, Key};
pub use clock::{Chance, Clock};
pub use no::{No, Refusal};
pub use who::{Actor, Permission, Role, Who};

/// The house: where everything is kept, whom it speaks with, which rules it follows, what time it is.
#[derive(Clone)]
pub struct Office {
    /// Keeps and finds.
    pub store: store::Store,
    /// The outside world.
    pub partners: wire::partners::Partners,
    /// The dated rules.
    pub policy: &'static loan::policy::Book,
    /// Real time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub chance: Arc<dyn Chance>,
    /// Prints legal papers; made when the first one is asked for.
    pub press: papers::LazyPress,
    /// Where the public reaches the site; the QR codes of papers lead there.
    pub public_url: Arc<str>,
}
