//! 高校学生资助部门: enter receipts before the last day, see who is missing, read renewal statements.

use office::who::Role;

use crate::route::{Reach, Route, Rule, get, post};
use crate::staff::{pre, rosters, trainings};
use crate::to;

mod batches;
mod desk;
mod receipt;
mod statements;

const OFFICER: Rule = Rule::only([(Role::SchoolOfficer, Reach::SameOffice)]);

const FINANCE: Rule = Rule::only([(Role::SchoolOfficer, Reach::SameOffice), (Role::SchoolFinance, Reach::SameOffice)]);

/// Addresses of the school.
pub const ROUTES: &[Route] = &[
    get("/school", OFFICER, to!(desk::page)),
    get("/school/missing", OFFICER, to!(desk::missing)),
    post("/school/missing", OFFICER, to!(desk::take_out)),
    post("/school/missing/{number}/remind", OFFICER, to!(desk::remind)),
    get("/school/pre", OFFICER, to!(pre::page)),
    post("/school/pre", OFFICER, to!(pre::take_out)),
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
    get("/school/receipt", OFFICER, to!(receipt::page)),
    post("/school/receipt", OFFICER, to!(receipt::enter)),
    get("/school/statements", OFFICER, to!(statements::page)),
    get("/school/batches", FINANCE, to!(batches::page)),
    post("/school/statements/{number}/{verdict}", OFFICER, to!(statements::decide)),
];
