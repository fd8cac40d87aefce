//! What pages are made of: shells, fields, lists, charts and the one way to write money, days and masked facts.

pub mod chart;
pub mod compare;
pub mod fields;
pub mod lists;
pub mod shell;
pub mod show;
