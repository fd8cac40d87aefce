//! Pages for everybody: what the loan is, may I have it, what would it cost, which rule says so, where to go.

use crate::route::{Route, Rule, get};
use crate::to;

mod about;
mod calc;
mod check;
mod elder;
mod health;
mod home;
mod policy;
mod questions;

/// Addresses that need no login.
pub const ROUTES: &[Route] = &[
    get("/", Rule::EVERYBODY, to!(home::page)),
    get("/check", Rule::EVERYBODY, to!(check::questions)),
    get("/check/result", Rule::EVERYBODY, to!(check::result)),
    get("/calc", Rule::EVERYBODY, to!(calc::page)),
    get("/policy", Rule::EVERYBODY, to!(policy::page)),
    get("/policy/{document}", Rule::EVERYBODY, to!(policy::document)),
    get("/questions", Rule::EVERYBODY, to!(questions::page)),
    get("/about/{topic}", Rule::EVERYBODY, to!(about::page)),
    get("/elder", Rule::EVERYBODY, to!(elder::switch)),
    get("/health/live", Rule::EVERYBODY, to!(health::live)),
];
