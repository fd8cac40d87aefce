//! Is the program alive, and can it work? For the machines that watch it.

use serde_json::json;

use crate::visit::{Answer, Visit, json};

/// The process answers.
pub async fn live(_: Visit) -> Answer {
    json(&json!({"status": "live"}))
}
