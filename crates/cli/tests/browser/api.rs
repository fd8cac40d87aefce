//! The JSON interface beside the pages, asked as another program asks it.

use serde_json::{Value, json};

use crate::town::Town;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_programs_ask_the_running_town() {
    let town = Town::begin("2025-08-04");
    assert!(town.database().exists());
    let http = reqwest::Client::new();
    let at = |path: &str| format!("{}{path}", town.portals);
    let ready = http.get(at("/health/ready")).send().await.expect("an answer");
    assert!(ready.status().is_success());
    let document: Value =
        http.get(at("/api/v1/openapi.json")).send().await.expect("an answer").json().await.expect("JSON");
    assert!(document["paths"]["/api/v1/quote"]["post"].is_object(), "{document}");
    let asked = json!({ "kind": "origin", "principal": "8000.001", "disbursed_on": "2025-11-18",
        "graduates_in": 2026, "matures_in": 2031, "rate": { "fixed": "2.80" } });
    let answer = http.post(at("/api/v1/quote")).json(&asked).send().await.expect("an answer");
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["content-type"], "application/problem+json; charset=utf-8");
    let problem: Value = answer.json().await.expect("JSON");
    assert_eq!(problem["field"], "principal", "{problem}");
}
