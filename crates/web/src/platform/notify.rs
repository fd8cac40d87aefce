//! The door for the partners' programs: the payment platform and UnionPay tell us that money moved. A body is handed
//! on unread; the answer is the platform's word, given only after everything that follows was committed (H063).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use office::servicing::receive::Heard;

use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// A notification of the payment platform: exactly `success` ends its repeating.
pub async fn platform(visit: Visit) -> Answer {
    heard(visit.office().hear_platform(&visit.body).await.map_err(Stop::failure)?)
}

/// A notification of UnionPay: status 200 ends its repeating.
pub async fn quick_pass(visit: Visit) -> Answer {
    heard(visit.office().hear_quick_pass(&visit.body).await.map_err(Stop::failure)?)
}

fn heard(heard: Heard) -> Answer {
    Ok(match heard {
        Heard::Taken => answer(StatusCode::OK, heard.answer()),
        Heard::Refused(_) => answer(StatusCode::BAD_REQUEST, heard.answer()),
    })
}

/// The answer to a message that was not taken in. A program reads it, so it is one word and no page.
pub fn not_taken(status: StatusCode) -> Response {
    answer(status, "failure")
}

fn answer(status: StatusCode, word: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], word).into_response()
}
