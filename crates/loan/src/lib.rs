//! The life of a student loan as pure functions: no IO, no clock, no randomness.
//!
//! Read in this order: [`money`] and [`calendar`] are the units; [`policy`] says which dated rule
//! holds and from which article; [`contract`] is what was agreed and [`event`] what happened to
//! it; [`settlement`] turns both into bills, balances and postings ([`life`] is the shape of that
//! answer); [`periodic`] is the campus-based plan; [`refusal`] names every "no".

pub mod calendar;
pub mod contract;
pub mod event;
pub mod life;
pub mod money;
pub mod periodic;
pub mod policy;
pub mod refusal;
pub mod settlement;
