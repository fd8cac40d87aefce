//! From terms and events to bills, balances and postings.

use crate::calendar::Date;
use crate::contract::{Indexes, Terms};
use crate::event::Event;
use crate::life::{Life, Reason};
use crate::refusal::Citation;

/// Why a whole computation was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractRefused {
    /// The named reason.
    pub reason: Reason,
    /// A day the reason speaks of, such as the reset without a publication.
    pub on: Option<Date>,
    /// The articles it rests on.
    pub why: Vec<Citation>,
}

/// The life of one contract up to the end of `as_of`: rows, balances, postings as they stood then.
pub fn replay(_terms: &Terms, _indexes: &Indexes, _events: &[Event], _as_of: Date) -> Result<Life, ContractRefused> {
    Ok(Life::default())
}

/// The whole plan of one contract, with every bill paid when due (`paid_…` equals what is due; no postings, zero balances).
/// Prepayments are taken as funded, a deferral acts on its settlement day, a waiver is known from the first day; the first
/// refused event refuses the quote.
pub fn quote(_terms: &Terms, _indexes: &Indexes, _events: &[Event]) -> Result<Life, ContractRefused> {
    Ok(Life::default())
}
