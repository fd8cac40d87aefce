//! 系统管理: the date of a demonstration, offices, accounts and roles. The three administrators are three people.

use office::who::Role;

use crate::route::{Reach, Route, Rule, get, post};
use crate::to;

mod accounts;
mod date;
mod offices;

const KEEPERS: Rule =
    Rule::only([(Role::SystemAdmin, Reach::Any), (Role::SecurityAdmin, Reach::Any), (Role::AuditAdmin, Reach::Any)]);
const SYSTEM: Rule = Rule::only([(Role::SystemAdmin, Reach::Any)]);
const SECURITY: Rule = Rule::only([(Role::SecurityAdmin, Reach::Any)]);

/// Addresses of the administration.
pub const ROUTES: &[Route] = &[
    get("/admin", KEEPERS, to!(date::page)),
    post("/admin/date", SYSTEM, to!(date::move_on)),
    get("/admin/offices", KEEPERS, to!(offices::page)),
    get("/admin/staff", KEEPERS, to!(accounts::page)),
    post("/admin/staff", SYSTEM, to!(accounts::open)),
    post("/admin/staff/{staff}/role", SECURITY, to!(accounts::set_role)),
    post("/admin/staff/{staff}/slip", SYSTEM, to!(accounts::slip)),
    post("/admin/staff/{staff}/close", SYSTEM, to!(accounts::close)),
    post("/admin/staff/{staff}/factor", SECURITY, to!(accounts::take_factor)),
];
