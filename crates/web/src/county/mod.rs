//! 县级资助中心: find the family, see everything on one screen, do the next step.

use office::who::Role;

use crate::route::{Reach, Route, Rule, get, post};
use crate::staff::{account_help, loans, pre, rosters, trainings};
use crate::to;

mod acts;
mod bar;
mod case;
mod cases;
mod desk;
mod history;
mod identity;
mod logins;
mod panels;
mod print;
mod quiz;
mod receipts;
mod relief;
pub(crate) mod requests;
mod scans;
mod steps;
mod study;

/// Everybody at the counter reads; which act a role may do is the act's own permission.
const COUNTER: Rule = Rule::only([
    (Role::CountyClerk, Reach::SameOffice),
    (Role::CountyReviewer, Reach::SameOffice),
    (Role::HallManager, Reach::SameOffice),
    (Role::Volunteer, Reach::SameOffice),
]);

/// Who puts scans to a case.
const SCANS: Rule = Rule::only([(Role::CountyClerk, Reach::SameOffice), (Role::Volunteer, Reach::SameOffice)]);

/// Who answers what people ask, and sees a whole ID number with a reason.
const ANSWERS: Rule = Rule::only([
    (Role::CountyClerk, Reach::SameOffice),
    (Role::CountyReviewer, Reach::SameOffice),
    (Role::HallManager, Reach::SameOffice),
]);

/// Papers hold whole ID numbers: not for helpers (R1.14).
const PAPERS: Rule = ANSWERS;

/// The day's papers for the printer.
const PRINT: Rule = Rule::only([(Role::CountyClerk, Reach::SameOffice)]);

/// The clerk who holds the ID card in his hand.
const CLERK: Rule = Rule::only([(Role::CountyClerk, Reach::SameOffice)]);

/// Loans after they were paid out.
const LOANS: Rule = Rule::only([(Role::CountyClerk, Reach::SameOffice), (Role::HallManager, Reach::SameOffice)]);

/// Lists before the application.
const LISTS: Rule = Rule::only([(Role::CountyClerk, Reach::SameOffice)]);

const RELIEF: Rule = Rule::only([
    (Role::CountyClerk, Reach::SameOffice),
    (Role::CountyReviewer, Reach::SameOffice),
    (Role::HallManager, Reach::SameOffice),
]);

const DECIDES: Rule = Rule::only([(Role::CountyReviewer, Reach::SameOffice), (Role::HallManager, Reach::SameOffice)]);

/// Addresses of the county.
pub const ROUTES: &[Route] = &[
    get("/county", COUNTER, to!(desk::page)),
    get("/county/cases", COUNTER, to!(cases::page)),
    get("/county/review", COUNTER, to!(cases::review)),
    get("/county/case/{number}", COUNTER, to!(case::page)),
    get("/county/case/{number}/history", COUNTER, to!(history::page)),
    get("/county/case/{number}/scans", COUNTER, to!(scans::page)),
    post("/county/case/{number}/scans", SCANS, to!(scans::put)).with_body(scans::BODY_MAX),
    get("/county/case/{number}/scan/{digest}", COUNTER, to!(scans::large)),
    get("/county/case/{number}/scan/{digest}/file", COUNTER, to!(scans::file)),
    post("/county/case/{number}/scan/{digest}/off", SCANS, to!(scans::off)),
    get("/county/case/{number}/id/{party}", ANSWERS, to!(identity::page)),
    post("/county/case/{number}/id/{party}", ANSWERS, to!(identity::show)),
    get("/county/requests", ANSWERS, to!(requests::page)),
    post("/county/requests/{number}", ANSWERS, to!(requests::answer)),
    get("/county/case/{number}/{step}", COUNTER, to!(steps::page)),
    post("/county/case/{number}/{step}", COUNTER, to!(acts::act)),
    get("/county/print", PRINT, to!(print::page)),
    post("/county/print", PRINT, to!(print::many)),
    get("/county/print/{slip}", PRINT, to!(print::slip)),
    get("/county/receipts", LISTS, to!(receipts::page)),
    post("/county/receipts/{number}/remind", LISTS, to!(receipts::remind)),
    get("/county/pre", LISTS, to!(pre::page)),
    post("/county/pre", LISTS, to!(pre::take_out)),
    get("/county/pre/enter", LISTS, to!(pre::ask)),
    post("/county/pre/enter", LISTS, to!(pre::enter)),
    get("/county/training", LISTS, to!(trainings::page)),
    post("/county/training", LISTS, to!(trainings::plan)),
    get("/county/training/{training}", LISTS, to!(trainings::view)),
    post("/county/training/{training}", LISTS, to!(trainings::act)),
    get("/county/quiz", LISTS, to!(quiz::page)),
    post("/county/quiz", LISTS, to!(quiz::enter)),
    get("/county/import/{kind}", LISTS, to!(rosters::page)),
    post("/county/import/{kind}", LISTS, to!(rosters::upload)).with_body(rosters::BODY_MAX),
    get("/county/import/{kind}/template", LISTS, to!(rosters::template)),
    get("/county/import/{kind}/{roster}", LISTS, to!(rosters::view)),
    post("/county/import/{kind}/{roster}", LISTS, to!(rosters::act)),
    get("/county/import/{kind}/{roster}/result", LISTS, to!(rosters::result)),
    get("/county/paper/{code}", PAPERS, to!(acts::paper)),
    get("/county/accounts", CLERK, to!(account_help::page)),
    post("/county/accounts/slip", CLERK, to!(account_help::issue_slip)),
    post("/county/accounts/phone", CLERK, to!(account_help::change_phone)),
    get("/county/loans", LOANS, to!(loans::list)),
    get("/county/logins", LOANS, to!(logins::page)),
    get("/county/loan/{number}", LOANS, to!(loans::page)),
    get("/county/loan/{number}/life", LOANS, to!(loans::life)),
    post("/county/loan/{number}/print", CLERK, to!(loans::print_one)),
    post("/county/loan/{number}/settled", CLERK, to!(loans::settled)),
    get("/county/loan/{number}/study", CLERK, to!(study::page)),
    post("/county/loan/{number}/study", CLERK, to!(study::change)),
    get("/county/relief", RELIEF, to!(relief::page)),
    post("/county/relief/{contract}/{request}", DECIDES, to!(relief::decide)),
];
