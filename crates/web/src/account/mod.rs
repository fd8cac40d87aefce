//! 我的账户: the own password, the own logins, and for staff the second factor. Every reader has these pages; nobody
//! sees another's.

use office::accounts::entrance::Duty;

use crate::public::password::CHANGE;
use crate::route::{Route, Rule, get, post};
use crate::to;
use crate::visit::{Answer, Visit};

mod factor;
mod logins;

/// Addresses of the own account.
pub const ROUTES: &[Route] = &[
    get("/account", Rule::LOGGED_IN, to!(logins::page)),
    post("/account/sessions", Rule::LOGGED_IN, to!(logins::end)),
    get("/account/factor", Rule::STAFF, to!(factor::page)),
    post("/account/factor", Rule::STAFF, to!(factor::act)),
];

/// What stays open to somebody who must do something with the account first: the pages to do it, and the way out.
pub fn may_come_first(path: &str) -> bool {
    path.starts_with("/account/") || path == CHANGE || path == "/logout"
}

/// Where a duty is done.
pub const fn address_of(duty: Duty) -> &'static str {
    match duty {
        Duty::NewPassword => CHANGE,
        Duty::SecondFactor => "/account/factor",
    }
}

/// True for a member of staff, whose pages have another frame.
fn is_staff(visit: &Visit) -> bool {
    visit.session.as_ref().is_some_and(|session| !session.office.is_empty())
}

/// The page in the frame of its reader.
fn show(visit: &Visit, title: &str, mistakes: &crate::form::Mistakes, body: maud::Markup) -> Answer {
    if is_staff(visit) {
        return visit.desk(title).mistaken(mistakes).show(maud::html! { main.main.wrap #main { div.col { (body) } } });
    }
    visit
        .page(title)
        .back(crate::site::home_of(&visit.actor), "返回首页")
        .mistaken(mistakes)
        .show(maud::html! { div.col { (body) } })
}
