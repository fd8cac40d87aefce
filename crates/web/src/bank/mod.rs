//! 经办银行: review, approve by another person, batches with maker and checker, loans and what is overdue.

use office::who::Role;

use crate::route::{Reach, Route, Rule, get, post};
use crate::staff::loans;
use crate::to;

mod approve;
mod batches;
mod calendar;
mod desk;

const BRANCH: Rule = Rule::only([(Role::BankMaker, Reach::SameOffice), (Role::BankChecker, Reach::SameOffice)]);

/// Addresses of the bank.
pub const ROUTES: &[Route] = &[
    get("/bank", BRANCH, to!(desk::page)),
    get("/bank/approve", BRANCH, to!(approve::page)),
    post("/bank/approve", BRANCH, to!(approve::decide)),
    get("/bank/case/{number}", BRANCH, to!(approve::case)),
    post("/bank/case/{number}/refuse", BRANCH, to!(approve::refuse)),
    get("/bank/batches", BRANCH, to!(batches::page)),
    post("/bank/batches", BRANCH, to!(batches::build)),
    get("/bank/batch/{number}", BRANCH, to!(batches::batch)),
    post("/bank/batch/{number}/{step}", BRANCH, to!(batches::act)),
    get("/bank/loans", BRANCH, to!(loans::list)),
    get("/bank/loan/{number}", BRANCH, to!(loans::page)),
    get("/bank/loan/{number}/life", BRANCH, to!(loans::life)),
    post("/bank/loan/{number}/settled", BRANCH, to!(loans::settled)),
    get("/bank/paper/{code}", BRANCH, to!(loans::paper)),
    get("/bank/calendar", BRANCH, to!(calendar::page)),
];
