//! Keeps and finds: the one place where SQL stands.
//!
//! A [`Store`] is SQLite or PostgreSQL; everything happens inside a named transaction, [`Tx`]. The schema is SQL in
//! `schema/`, brought to either database by [`migrate`]. One module per family of tables then follows the loan:
//! people, applications, contracts, postings, audit. Columns that must not be readable are sealed by the
//! [`keyring`]. Nothing here decides anything about a loan, asks who may do what, or reads the clock.

pub mod failure;
pub mod keyring;
pub mod migrate;
mod row;
mod store;
mod tx;

// Places and people.
pub mod office_place;
pub mod person;
pub mod staff;

// Who is at the door, and what was answered before.
pub mod account;
pub mod entry;
pub mod rate;
pub mod setting;

// A loan, from the list of the school to the case of the bank.
pub mod application;
pub mod certificate;
pub mod hall;
pub mod owner_case;
pub mod pre_application;
pub mod roster;
pub mod training;
pub mod visit;

// The contract, its money and what follows.
pub mod arrival;
pub mod batch;
pub mod contract;
pub mod message;
pub mod paper;
pub mod posting;
pub mod request;
pub mod trade;

// What every act leaves behind, and what is left to do.
pub mod audit;
pub mod backup;
pub mod counter;
pub mod fact;
pub mod work;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use failure::{Failure, FailureKind};
pub use keyring::Keyring;
pub use store::{Counts, Engine, Store};
pub use tx::Tx;

/// An instant, kept to the microsecond.
pub type Instant = chrono::DateTime<chrono::Utc>;
/// A day.
pub type Date = chrono::NaiveDate;
