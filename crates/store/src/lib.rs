//! Keeps and finds: the one place where SQL stands.
//!
//! A [`Store`] is SQLite or PostgreSQL; everything happens inside a named transaction, [`Tx`]. The schema is SQL in
//! `schema/`, brought to either database by [`migrate`]. One module per family of tables then follows the loan:
//! people, applications, contracts, postings, audit. Columns that must not be readable are sealed by the
//! [`keyring`]. Nothing here decides anything about a loan, asks who may do what, or reads the clock.

pub mod counter;
pub mod failure;
pub mod keyring;
pub mod migrate;
pub mod owner_case;
pub mod pre_application;
pub mod rate;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tx;
pub mod visit;

pub use failure::{Failure, FailureKind};
pub use keyring::Keyring;
pub use store::{Counts, Engine, Store};
pub use tx::Tx;

/// An instant, kept to the microsecond.
pub type Instant = chrono::DateTime<chrono::Utc>;
/// A day.
pub type Date = chrono::NaiveDate;
