//! One application from its draft to the day the money leaves: the dated [`fact`]s kept about it, the
//! [`progress`] they add up to, and the [`answers`] the student gave. Nothing here reads a database.

pub mod answers;
pub mod fact;
pub mod progress;

pub use answers::Answers;
pub use fact::{ApplicationFact, Recorded};
pub use progress::{Progress, Stage};
