//! Pages for everybody: what the loan is, may I have it, what would it cost, which rule says so, where to go.

use crate::route::{Route, Rule, get, post};
use crate::to;

mod about;
mod adviser;
mod api;
mod calc;
mod check;
mod code;
mod elder;
pub mod entrance;
mod graduate;
mod health;
mod home;
mod information;
mod invited;
pub mod news;
mod offices;
pub mod password;
mod policy;
mod questions;
mod slip;
mod verify;

pub use calc::terms;
pub use check::material;

/// Addresses that need no login.
pub const ROUTES: &[Route] = &[
    get("/", Rule::EVERYBODY, to!(home::page)),
    get("/check", Rule::EVERYBODY, to!(check::questions)),
    get("/check/result", Rule::EVERYBODY, to!(check::result)),
    get("/calc", Rule::EVERYBODY, to!(calc::page)),
    get("/policy", Rule::EVERYBODY, to!(policy::page)),
    get("/policy/{document}", Rule::EVERYBODY, to!(policy::document)),
    get("/where", Rule::EVERYBODY, to!(information::four)),
    get("/adviser", Rule::EVERYBODY, to!(adviser::page)),
    get("/materials", Rule::EVERYBODY, to!(information::materials)),
    get("/materials/{template}", Rule::EVERYBODY, to!(information::template)),
    get("/forms", Rule::EVERYBODY, to!(information::forms)),
    get("/info", Rule::EVERYBODY, to!(information::menu)),
    get("/info/{topic}", Rule::EVERYBODY, to!(information::page)),
    get("/campus", Rule::EVERYBODY, to!(information::campus)),
    get("/campus/aid", Rule::EVERYBODY, to!(information::aid)),
    get("/campus/aid/{document}", Rule::EVERYBODY, to!(information::rule)),
    get("/news", Rule::EVERYBODY, to!(news::list)),
    get("/news/{owner}/{notice}", Rule::EVERYBODY, to!(news::page)),
    get("/news/{owner}/{notice}/{file}", Rule::EVERYBODY, to!(news::file)),
    get("/offices", Rule::EVERYBODY, to!(offices::page)),
    get("/v", Rule::EVERYBODY, to!(verify::desk)),
    post("/v", Rule::EVERYBODY, to!(verify::file)).with_body(verify::BODY_MAX),
    get("/v/{code}", Rule::EVERYBODY, to!(verify::page)),
    get("/login", Rule::EVERYBODY, to!(entrance::login)),
    post("/login", Rule::EVERYBODY, to!(entrance::log_in)),
    get("/setup", Rule::EVERYBODY, to!(password::first)),
    post("/setup", Rule::EVERYBODY, to!(password::redeem)),
    get(password::CHANGE, Rule::LOGGED_IN, to!(password::change)),
    post(password::CHANGE, Rule::LOGGED_IN, to!(password::changed)),
    get("/login/code", Rule::EVERYBODY, to!(code::page)),
    post("/login/code", Rule::EVERYBODY, to!(code::ask)),
    post("/login/code/enter", Rule::EVERYBODY, to!(code::enter)),
    get("/login/slip", Rule::EVERYBODY, to!(slip::page)),
    post("/login/slip", Rule::EVERYBODY, to!(slip::look)),
    post("/login/slip/set", Rule::EVERYBODY, to!(slip::set)),
    get("/co/enter/{token}", Rule::EVERYBODY, to!(invited::page)),
    post("/co/enter/{token}", Rule::EVERYBODY, to!(invited::enter)),
    get("/campus/enter/{token}", Rule::EVERYBODY, to!(graduate::page)),
    post("/campus/enter/{token}", Rule::EVERYBODY, to!(graduate::enter)),
    get("/register", Rule::EVERYBODY, to!(entrance::register)),
    post("/register", Rule::EVERYBODY, to!(entrance::registered)),
    get("/staff", Rule::EVERYBODY, to!(entrance::staff)),
    post("/staff", Rule::EVERYBODY, to!(entrance::staff_log_in)),
    post("/staff/code", Rule::EVERYBODY, to!(entrance::staff_code)),
    get("/staff/slip", Rule::EVERYBODY, to!(slip::staff_page)),
    post("/staff/slip", Rule::EVERYBODY, to!(slip::staff_set)),
    post("/logout", Rule::LOGGED_IN, to!(entrance::log_out)),
    post("/demo/{who}/{number}", Rule::EVERYBODY, to!(entrance::demonstration)),
    get("/questions", Rule::EVERYBODY, to!(questions::page)),
    get("/about/{topic}", Rule::EVERYBODY, to!(about::page)),
    get("/elder", Rule::EVERYBODY, to!(elder::switch)),
    post("/api/v1/quote", Rule::EVERYBODY, to!(api::quote)).with_body(api::BODY_MAX),
    post("/api/v1/replay", Rule::EVERYBODY, to!(api::replay)).with_body(api::BODY_MAX),
    get("/api/v1/policy", Rule::EVERYBODY, to!(api::policy)),
    get("/api/v1/openapi.json", Rule::EVERYBODY, to!(api::openapi)),
    get("/api/docs", Rule::EVERYBODY, to!(api::docs)),
    get("/health/live", Rule::EVERYBODY, to!(health::live)),
    get("/health/ready", Rule::EVERYBODY, to!(health::ready)),
];
