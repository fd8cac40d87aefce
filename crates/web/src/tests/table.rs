//! The table of addresses walked with every role (H038): what the rule says is what happens.

use axum::http::{Method, StatusCode};
use office::Role;

use super::kit::{Browser, Town};
use crate::route::{Reach, table};

/// A path with every part filled in with something that is nobody's.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "99999999" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn h038_every_route_lets_in_exactly_the_roles_of_its_rule() {
    let mut browser = Browser::in_season().await;
    let staff: Vec<Role> = Role::ALL.into_iter().filter(|role| role.office_kind().is_some()).collect();
    for role in staff {
        browser.become_staff(Town::staff(role)).await;
        for route in table() {
            if route.path == "/logout" {
                continue;
            }
            let path = filled(route.path);
            let status = match *route.method {
                Method::GET => browser.get(&path).await.status,
                _ => browser.post(&path, &[]).await.status,
            };
            let reach = route.rule.of(role);
            if reach == Reach::Never {
                assert_eq!(status, StatusCode::FORBIDDEN, "{role:?} {} {}", route.method, route.path);
            } else if route.method == Method::GET {
                assert_ne!(status, StatusCode::FORBIDDEN, "{role:?} {} {}", route.method, route.path);
            } else {
                // Without the tokens of its page every sending is turned away at the door.
                assert!(
                    matches!(status, StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST),
                    "{role:?} {} {status}",
                    route.path
                );
            }
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{role:?} {} {}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn h038_a_visitor_reaches_public_pages_only() {
    let browser = Browser::in_season().await;
    for route in table().iter().filter(|route| route.method == Method::GET) {
        let seen = browser.get(&filled(route.path)).await;
        let door = seen.header("location").starts_with("/login") || seen.header("location").starts_with("/staff");
        if route.rule.is_public() {
            assert!(!door, "{}", route.path);
        } else if route.path.starts_with("/api/") {
            assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{}", route.path);
        } else {
            assert!(seen.status == StatusCode::SEE_OTHER && door, "{} {}", route.path, seen.status);
        }
    }
}
