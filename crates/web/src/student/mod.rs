//! The student's pages, from the first draft to the last payment: one thing per page, the answer first.

use office::Role;
use office::view::case::CaseView;

use crate::parts::shell::Help;
use crate::route::{Reach, Route, Rule, get, post};
use crate::site::help_of;
use crate::to;

mod account;
mod amount;
mod apply;
mod home;
mod messages;
mod progress;
mod quiz;
pub(crate) mod repay;
mod sections;
mod submit;

/// Only the student, about himself.
const OWN: Rule = Rule::only([(Role::Student, Reach::Own)]);

/// Addresses of the student.
pub const ROUTES: &[Route] = &[
    get("/student", OWN, to!(home::page)),
    get("/student/apply", OWN, to!(apply::start)),
    post("/student/apply", OWN, to!(apply::open)),
    get("/student/apply/{number}", OWN, to!(apply::tasks)),
    get("/student/apply/{number}/study", OWN, to!(sections::study)),
    post("/student/apply/{number}/study", OWN, to!(sections::save_study)),
    get("/student/apply/{number}/family", OWN, to!(sections::family)),
    post("/student/apply/{number}/family", OWN, to!(sections::save_family)),
    get("/student/apply/{number}/co_borrower", OWN, to!(sections::co_borrower)),
    post("/student/apply/{number}/co_borrower", OWN, to!(sections::save_co_borrower)),
    get("/student/apply/{number}/statement", OWN, to!(sections::statement)),
    post("/student/apply/{number}/statement", OWN, to!(sections::save_statement)),
    get("/student/apply/{number}/request", OWN, to!(amount::page)),
    post("/student/apply/{number}/request", OWN, to!(amount::save)),
    get("/student/apply/{number}/check", OWN, to!(submit::check)),
    post("/student/apply/{number}/check", OWN, to!(submit::submit)),
    get("/student/apply/{number}/done", OWN, to!(submit::done)),
    get("/student/progress/{number}", OWN, to!(progress::page)),
    get("/student/progress/{number}/materials", OWN, to!(progress::materials)),
    get("/student/progress/{number}/visit", OWN, to!(progress::visit)),
    post("/student/progress/{number}/visit", OWN, to!(progress::book)),
    get("/student/progress/{number}/withdraw", OWN, to!(progress::ask_withdraw)),
    post("/student/progress/{number}/withdraw", OWN, to!(progress::withdraw)),
    get("/student/quiz", OWN, to!(quiz::page)),
    post("/student/quiz", OWN, to!(quiz::open)),
    get("/student/quiz/certificate", OWN, to!(quiz::certificate)),
    get("/student/quiz/{paper}", OWN, to!(quiz::paper)),
    post("/student/quiz/{paper}", OWN, to!(quiz::answer)),
    get("/student/repay", OWN, to!(repay::page)),
    get("/student/repay/why", OWN, to!(repay::why)),
    get("/student/messages", OWN, to!(messages::page)),
    get("/student/me", OWN, to!(account::me)),
    get("/student/change", OWN, to!(account::change)),
];

/// Help from the county that handles the application.
pub(crate) fn help(view: &CaseView) -> Option<Help> {
    view.agency.as_ref().map(|agency| {
        help_of(&office::view::open::Place {
            office: agency.office_id,
            name: agency.name.clone(),
            county: view.county_code.clone(),
            address: agency.address.clone(),
            phone: agency.phone.clone(),
            hours: agency.hours.clone(),
        })
    })
}
