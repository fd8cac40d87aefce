//! 高校学生资助部门: enter receipts before the last day, see who is missing, read renewal statements.

use office::who::Role;

use crate::route::{Reach, Route, Rule, get, post};
use crate::staff::{account_help, pre, rosters, trainings};
use crate::to;

mod batches;
mod desk;
mod receipt;
mod statements;

const OFFICER: Rule = Rule::only([(Role::SchoolOfficer, Reach::SameOffice)]);

const FINANCE: Rule = Rule::only([(Role::SchoolOfficer, Reach::SameOffice), (Role::SchoolFinance, Reach::SameOffice)]);

/// Whose receipt is missing, for those who remind: no ID number stands there.
const REMINDERS: Rule =
    Rule::only([(Role::SchoolOfficer, Reach::SameOffice), (Role::LoanAssistant, Reach::SameOffice)]);

/// Addresses of the school.
pub const ROUTES: &[Route] = &[
    get("/school", OFFICER, to!(desk::page)),
    post("/school/missing/{number}/remind", OFFICER, to!(desk::remind)),
    get("/school/pre", OFFICER, to!(pre::page)),
    get("/school/pre/enter", OFFICER, to!(pre::ask)),
    post("/school/pre/enter", OFFICER, to!(pre::enter)),
    get("/school/training", OFFICER, to!(trainings::page)),
    post("/school/training", OFFICER, to!(trainings::plan)),
    get("/school/training/{training}", OFFICER, to!(trainings::view)),
    post("/school/training/{training}", OFFICER, to!(trainings::act)),
    get("/school/import/{kind}", OFFICER, to!(rosters::page)),
    post("/school/import/{kind}", OFFICER, to!(rosters::upload)).with_body(rosters::BODY_MAX),
    get("/school/import/{kind}/template", OFFICER, to!(rosters::template)),
    get("/school/import/{kind}/{roster}", OFFICER, to!(rosters::view)),
    post("/school/import/{kind}/{roster}", OFFICER, to!(rosters::act)),
    get("/school/import/{kind}/{roster}/result", OFFICER, to!(rosters::result)),
    get("/school/missing", REMINDERS, to!(desk::missing)),
    get("/school/receipt", OFFICER, to!(receipt::page)),
    post("/school/receipt", OFFICER, to!(receipt::enter)),
    get("/school/statements", OFFICER, to!(statements::page)),
    get("/school/accounts", OFFICER, to!(account_help::page)),
    post("/school/accounts/phone", OFFICER, to!(account_help::change_phone)),
    get("/school/batches", FINANCE, to!(batches::page)),
    post("/school/statements/{number}/{verdict}", OFFICER, to!(statements::decide)),
];
