//! The student's pages, from the first draft to the last payment: one thing per page, the answer first.

use office::Role;
use office::view::case::CaseView;

use crate::parts::shell::Help;
use crate::route::{Reach, Route, Rule, get, post};
use crate::site::help_of;
use crate::to;

pub(crate) mod account;
mod amount;
mod apply;
pub(crate) mod ask;
pub(crate) mod care;
pub(crate) mod data;
mod home;
pub(crate) mod loan;
mod messages;
mod online;
pub(crate) mod pay;
pub(crate) mod prepay;
mod progress;
pub(crate) mod questions;
mod quiz;
pub(crate) mod repay;
mod sections;
pub(crate) mod settled;
pub(crate) mod signing;
pub(crate) mod study;
mod submit;
pub(crate) mod visits;

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
    get("/student/progress/{number}/visit", OWN, to!(visits::choose)),
    post("/student/progress/{number}/visit", OWN, to!(visits::book)),
    post("/student/progress/{number}/wait", OWN, to!(visits::wait)),
    get("/student/visits", OWN, to!(visits::page)),
    get("/student/visits/service", OWN, to!(visits::service)),
    post("/student/visits/service", OWN, to!(visits::book_service)),
    get("/student/visits/{code}/calendar", OWN, to!(visits::calendar)),
    get("/student/visits/{code}/slip", OWN, to!(visits::slip)),
    post("/student/visits/{code}/cancel", OWN, to!(visits::cancel)),
    get("/student/questions", OWN, to!(questions::page)),
    post("/student/questions", OWN, to!(questions::ask)),
    get("/student/progress/{number}/online", OWN, to!(online::page)),
    post("/student/progress/{number}/online/face", OWN, to!(online::begin)),
    post("/student/progress/{number}/online/done", OWN, to!(online::done)),
    post("/student/progress/{number}/online/contract", OWN, to!(signing::contract)),
    post("/student/progress/{number}/online/sign", OWN, to!(signing::signed)),
    get("/student/progress/{number}/withdraw", OWN, to!(progress::ask_withdraw)),
    post("/student/progress/{number}/withdraw", OWN, to!(progress::withdraw)),
    get("/student/quiz", OWN, to!(quiz::page)),
    post("/student/quiz", OWN, to!(quiz::open)),
    get("/student/quiz/certificate", OWN, to!(quiz::certificate)),
    get("/student/quiz/{paper}", OWN, to!(quiz::paper)),
    post("/student/quiz/{paper}", OWN, to!(quiz::answer)),
    post("/student/progress/{number}/invite", OWN, to!(progress::invite)),
    get("/student/repay", OWN, to!(repay::page)),
    get("/student/repay/why", OWN, to!(repay::why)),
    get("/student/prepay", OWN, to!(prepay::choose)),
    get("/student/loan/{number}", OWN, to!(loan::page)),
    get("/student/loan/{number}/pay", OWN, to!(pay::page)),
    post("/student/loan/{number}/pay", OWN, to!(pay::order)),
    get("/student/loan/{number}/prepay", OWN, to!(prepay::page)),
    get("/student/loan/{number}/prepay/check", OWN, to!(prepay::check)),
    post("/student/loan/{number}/prepay", OWN, to!(prepay::file)),
    get("/student/loan/{number}/prepay/done", OWN, to!(prepay::done)),
    get("/student/loan/{number}/prepay/cancel", OWN, to!(prepay::ask_cancel)),
    post("/student/loan/{number}/prepay/cancel", OWN, to!(prepay::cancel)),
    get("/student/loan/{number}/defer", OWN, to!(care::ask_defer)),
    post("/student/loan/{number}/defer", OWN, to!(care::defer)),
    get("/student/loan/{number}/convert", OWN, to!(care::ask_convert)),
    post("/student/loan/{number}/convert", OWN, to!(care::convert)),
    get("/student/loan/{number}/relief", OWN, to!(care::ask_relief)),
    post("/student/loan/{number}/relief", OWN, to!(care::relief)),
    get("/student/loan/{number}/study", OWN, to!(study::page)),
    get("/student/loan/{number}/settled", OWN, to!(settled::page)),
    post("/student/loan/{number}/print", OWN, to!(settled::print_one)),
    post("/student/loan/{number}/settled", OWN, to!(settled::print)),
    get("/student/paper/{code}", OWN, to!(settled::paper)),
    get("/student/messages", OWN, to!(messages::page)),
    get("/student/me", OWN, to!(account::me)),
    get("/student/data", OWN, to!(data::page)),
    get("/student/data/looks", OWN, to!(data::looks)),
    post("/student/data/prove", OWN, to!(data::proved)),
    post("/student/data/copy", OWN, to!(data::ask_copy)),
    get("/student/data/copy/{token}", OWN, to!(data::copy)),
    post("/student/data/consent", OWN, to!(data::consent)),
    get("/student/data/erase", OWN, to!(data::ask_erase)),
    post("/student/data/erase", OWN, to!(data::erase)),
    get("/student/ask", OWN, to!(ask::page)),
    post("/student/ask", OWN, to!(ask::ask)),
    get("/student/ask/mine", OWN, to!(ask::mine)),
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
