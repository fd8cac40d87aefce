//! Is the program alive, and can it work? For the machines that watch it.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;

use crate::visit::{Answer, Visit, json};

/// The process answers.
pub async fn live(_: Visit) -> Answer {
    json(&json!({"status": "live"}))
}

/// The database answers.
pub async fn ready(visit: Visit) -> Answer {
    if visit.office().is_ready().await {
        json(&json!({"status": "ready"}))
    } else {
        Ok((StatusCode::SERVICE_UNAVAILABLE, "{\"status\":\"database_unavailable\"}").into_response())
    }
}
