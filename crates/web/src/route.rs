//! The one table of addresses. A route cannot be written down without saying, for every role, how far it reaches;
//! there is no other way to reach a handler, and a test walks the table with every role (H038).

use std::future::Future;
use std::pin::Pin;

use axum::http::Method;
use office::who::Role;

use crate::visit::{Answer, Visit};

/// How far a role reaches through a route. `Own` and `SameOffice` are enforced by the act or view behind the route,
/// which answers "not found" for anybody else's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    Never,
    /// The reader's own file.
    Own,
    /// Files of the reader's office.
    SameOffice,
    /// Everything behind the route.
    Any,
}

/// The rule of one route: a reach for visitors and for every role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    visitor: Reach,
    roles: [Reach; Role::ALL.len()],
}

impl Rule {
    /// Open to everybody: holds nothing about a person.
    pub const EVERYBODY: Rule = Rule { visitor: Reach::Any, roles: [Reach::Any; Role::ALL.len()] };

    /// Whoever is logged in, about himself only.
    pub const LOGGED_IN: Rule = Rule { visitor: Reach::Never, roles: [Reach::Own; Role::ALL.len()] };

    /// A partner's program: no session, no page of ours before it. Its signature says who it is, and the act behind
    /// the route checks it before anything is believed. Nobody who is logged in comes this way.
    pub const PARTNER: Rule = Rule { visitor: Reach::Any, roles: [Reach::Never; Role::ALL.len()] };
    /// Whoever is logged in as a member of staff, about himself only.
    pub const STAFF: Rule = {
        let mut roles = [Reach::Never; Role::ALL.len()];
        let mut at = 0;
        while at < Role::ALL.len() {
            if Role::ALL[at].office_kind().is_some() {
                roles[Role::ALL[at] as usize] = Reach::Own;
            }
            at += 1;
        }
        Rule { visitor: Reach::Never, roles }
    };

    /// Only these roles, each with its reach; every other role and visitors never.
    pub const fn only<const N: usize>(granted: [(Role, Reach); N]) -> Rule {
        let mut roles = [Reach::Never; Role::ALL.len()];
        let mut at = 0;
        while at < N {
            roles[granted[at].0 as usize] = granted[at].1;
            at += 1;
        }
        Rule { visitor: Reach::Never, roles }
    }

    /// The same rule with the reach of one more role.
    pub const fn with(mut self, role: Role, reach: Reach) -> Rule {
        self.roles[role as usize] = reach;
        self
    }

    /// The reach of one role.
    pub const fn of(&self, role: Role) -> Reach {
        self.roles[role as usize]
    }

    /// The reach of somebody who has not logged in.
    pub const fn visitor(&self) -> Reach {
        self.visitor
    }

    /// True when the page shows nothing that belongs to a person.
    pub fn is_public(&self) -> bool {
        self.visitor == Reach::Any
    }

    /// True when any of the roles of somebody who is logged in reaches anything here.
    pub fn lets_in(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.of(*role) != Reach::Never)
    }
}

/// What runs behind a route.
pub type Handler = fn(Visit) -> Pin<Box<dyn Future<Output = Answer> + Send>>;

/// One address.
#[derive(Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static Method,
    /// Path with `{name}` for its parts.
    pub path: &'static str,
    /// Who reaches it.
    pub rule: Rule,
    /// What runs.
    pub handler: Handler,
    /// Largest body in bytes.
    pub body_max: usize,
}

/// A form of ours is small; 64 KiB hold the longest statement many times over (H010).
const FORM_MAX: usize = 64 * 1024;

/// A notification is a dozen short parameters and a signature.
const NOTICE_MAX: usize = 16 * 1024;

/// A signed message of a partner's program.
pub const fn partner(path: &'static str, handler: Handler) -> Route {
    Route { method: &Method::POST, path, rule: Rule::PARTNER, handler, body_max: NOTICE_MAX }
}

/// A page that changes nothing.
pub const fn get(path: &'static str, rule: Rule, handler: Handler) -> Route {
    Route { method: &Method::GET, path, rule, handler, body_max: 0 }
}

/// A sending that changes something: it must carry the tokens of its page.
pub const fn post(path: &'static str, rule: Rule, handler: Handler) -> Route {
    Route { method: &Method::POST, path, rule, handler, body_max: FORM_MAX }
}

impl Reach {
    /// The word of the printed table.
    pub const fn word(self) -> &'static str {
        match self {
            Reach::Never => "never",
            Reach::Own => "own",
            Reach::SameOffice => "same office",
            Reach::Any => "all",
        }
    }
}

impl Route {
    /// The same route with room for a larger body.
    pub const fn with_body(self, body_max: usize) -> Route {
        Route { body_max, ..self }
    }

    /// True for an address that a partner's program calls.
    pub fn is_partner(&self) -> bool {
        self.rule == Rule::PARTNER
    }

    /// True for an address of the JSON interface.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/v1/")
    }
}

/// Turns an `async fn(Visit) -> Answer` into a [`Handler`].
#[macro_export]
macro_rules! to {
    ($page:path) => {
        |visit| Box::pin($page(visit))
    };
}

/// Every address of the portals, in the order a loan is lived.
pub fn table() -> Vec<Route> {
    [
        crate::public::ROUTES,
        crate::account::ROUTES,
        crate::acts::ROUTES,
        crate::student::ROUTES,
        crate::co::ROUTES,
        crate::staff::ROUTES,
        crate::county::ROUTES,
        crate::hall::ROUTES,
        crate::school::ROUTES,
        crate::bank::ROUTES,
        crate::platform::ROUTES,
        crate::province::ROUTES,
        crate::audit::ROUTES,
        crate::admin::ROUTES,
    ]
    .concat()
}
