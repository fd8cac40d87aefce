//! The outside world of a loan: every partner is a trait, a real adapter in the partner's documented form,
//! and a player of the same part in the [`sandbox`].
//!
//! Read in this order: [`moment`] and [`keys`] are what every message needs (a time, a signature); [`form`] and
//! [`mod@line`] carry it; [`platform`] opens the borrower's payment account, pays the loan out and collects it again;
//! [`unionpay`] is the second way to pay; [`sms`], [`identity`], [`bureau`] and [`authority`] are the smaller
//! partners; [`partners`] is the bundle the office holds; [`sandbox`] plays them all over HTTP.
//!
//! Nothing here reads a clock, the environment or a random source: they come in as [`moment::Clock`] and
//! [`keys::Chance`]. Nothing here decides about a loan: it says what a partner said, and how sure that is.

pub mod moment;

pub mod keys;

pub mod form;

pub mod line;

pub mod fault;

pub mod yuan;

pub mod platform;

pub mod unionpay;

pub mod sealed;

pub mod sms;

pub mod identity;

pub mod graduate;

pub mod bureau;

pub mod authority;

pub mod partners;

pub mod sandbox;
