//! The JSON interface: the same figures as the command line, errors with code and field.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use loan::calendar::date;
use serde_json::Value;

use super::kit::{Browser, Seen};
use crate::route::table;

async fn send(browser: &Browser, path: &str, body: &str) -> (Seen, Value) {
    let request = browser.request("POST", path).header("content-type", "application/json");
    let seen = browser.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    let value = serde_json::from_str(&seen.text).unwrap();
    (seen, value)
}

#[tokio::test]
async fn a_quote_answers_the_figures_of_the_money_rules() {
    let browser = Browser::fresh().await;
    let body = r#"{"kind": "origin", "principal": "12000.00", "disbursed_on": "2026-11-20", "graduates_in": 2030, "matures_in": 2045,
        "grace_years": 5, "rate": {"fixed": "2.80"}}"#;
    let (seen, value) = send(&browser, "/api/v1/quote", body).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    assert_eq!(value["totals"]["interest"], "3456.30");
    assert_eq!(value["totals"]["interest_subsidised"], "1274.00");
}

#[tokio::test]
async fn a_demonstration_of_a_later_year_answers_with_marked_rates() {
    let browser = Browser::fresh().await;
    let office = browser.town.site.office();
    office.move_business_day(date(2031, 12, 22), "test").await.unwrap().unwrap();
    let contract = r#"{"kind": "origin", "principal": "12000.00", "disbursed_on": "2025-11-20", "graduates_in": 2029,
        "matures_in": 2044, "grace_years": 5, "rate": {"floating": {"index": "LPR5Y", "spread_bp": -70}}}"#;
    let body = format!(r#"{{"contract": {contract}, "events": [], "as_of": "2031-12-21"}}"#);
    let (seen, value) = send(&browser, "/api/v1/replay", &body).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    let rows = value["rows"].as_array().unwrap();
    let row = |day: &str| rows.iter().find(|row| row["due_on"] == day).unwrap();
    assert_eq!(row("2026-12-20").get("synthetic"), None);
    assert_eq!(row("2031-12-20")["synthetic"], true);
    assert!(browser.get("/calc").await.text.contains("演示利率"), "the calculator says so too");
}

#[tokio::test]
async fn what_is_not_of_the_form_names_its_field() {
    let browser = Browser::fresh().await;
    let body = r#"{"kind": "origin", "principal": "12000.005", "disbursed_on": "2026-11-20", "graduates_in": 2030, "matures_in": 2045,
        "grace_years": 5, "rate": {"fixed": "2.80"}}"#;
    for (body, field) in
        [(body, "principal"), (&body.replace(".005", "").replace("\"rate\"", "\"colour\": 1, \"rate\""), "colour")]
    {
        let (seen, value) = send(&browser, "/api/v1/quote", body).await;
        assert_eq!(seen.status, StatusCode::BAD_REQUEST);
        assert_eq!(seen.header("content-type"), "application/problem+json; charset=utf-8");
        assert_eq!(value["field"], field, "{}", seen.text);
    }
}

#[tokio::test]
async fn the_rules_of_a_day_come_with_their_articles() {
    let browser = Browser::fresh().await;
    let seen = browser.get("/api/v1/policy?county=450302&on=2016-08-01").await;
    let value: Value = serde_json::from_str(&seen.text).unwrap();
    let limit =
        value["answers"].as_array().unwrap().iter().find(|answer| answer["parameter"] == "amount_max_undergraduate");
    assert_eq!(limit.unwrap()["value"], "8000.00");
    let wrong: Value = serde_json::from_str(&browser.get("/api/v1/policy?day=2016-08-01").await.text).unwrap();
    assert_eq!((&wrong["code"], &wrong["field"]), (&"misformed".into(), &"day".into()));
}

#[tokio::test]
async fn the_document_names_every_address_of_the_interface() {
    let browser = Browser::fresh().await;
    let value: Value = serde_json::from_str(&browser.get("/api/v1/openapi.json").await.text).unwrap();
    for route in table().iter().filter(|route| route.is_api() && !route.path.ends_with("openapi.json")) {
        let method = if *route.method == Method::POST { "post" } else { "get" };
        assert!(value["paths"][route.path][method].is_object(), "{} {}", route.method, route.path);
    }
    assert_eq!(browser.get("/api/docs").await.status, StatusCode::OK);
}
