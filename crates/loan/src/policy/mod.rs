//! The dated rules: which value holds on a day, from which article.
//!
//! `policy/` at the root of the repository holds the law as data: a register of documents, and for each scheme and place
//! the values they set, article by article, each with its days. [`Book`] answers questions and always says why;
//! [`check`] proves that the data has no gap, no overlap and no unknown citation. On the book stand the pure rules:
//! how much ([`limits`], [`adviser`]), how long ([`terms`]), on what terms ([`product`]), who ([`eligibility`], [`training`]),
//! with which questions ([`questions`]),
//! with which papers ([`checklist`]), until when ([`receipt`], [`deadlines`], [`campus`]), who bears the interest
//! ([`subsidy`]), and what a visitor asks first ([`four_questions`]); [`id_number`] reads a citizen's number.
//!
//! Nothing here asks for today's date: the day is always an argument. Next in the story: [`crate::contract`].

pub mod adviser;
mod book;
pub mod campus;
mod change;
mod check;
pub mod checklist;
pub mod choice;
pub mod deadlines;
pub mod eligibility;
pub mod four_questions;
pub mod id_number;
mod index;
pub mod limits;
#[cfg(test)]
mod open_points;
mod parameter;
pub mod product;
pub mod questions;
pub mod receipt;
pub mod reference;
mod register;
mod show;
pub mod subsidy;
pub mod terms;
pub mod training;
mod value;

pub use book::{Answer, Book, Cover, Entry, NotCovered, Place, Printed, Question};
pub use change::Difference;
pub use check::{Fault, check};
pub use choice::{Level, Mark, Scheme, Strength, StudyLevel, When};
pub use index::{Point, Series};
pub use parameter::{Form, Parameter};
pub use register::{Document, Kind};
pub use show::{PrintedRow, Row, Shown, list, show};
pub use value::{Material, Value};
