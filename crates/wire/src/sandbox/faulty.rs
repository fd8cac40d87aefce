//! How the sandbox goes wrong on purpose.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use loan::money::Fen;
use serde_json::Value;

use super::world::{BillFaultKind, Faults};
use crate::form::Form;

/// Sends an answer late, or breaks the connection instead.
pub async fn send(faults: &Faults, answer: Response) -> Response {
    if faults.delay_answers_ms > 0 {
        tokio::time::sleep(Duration::from_millis(faults.delay_answers_ms)).await;
    }
    if faults.drop_answers {
        let broken = futures::stream::once(async { Err::<String, _>(std::io::Error::other("dropped on purpose")) });
        return Response::new(Body::from_stream(broken));
    }
    answer
}

/// Moves every amount of a message by so many fen.
pub fn lie(content: &mut Value, fen: i64) {
    if fen == 0 {
        return;
    }
    match content {
        Value::Object(members) => {
            for (name, member) in members {
                let told = member.as_str().filter(|_| name.ends_with("_amount")).and_then(|t| t.parse::<Fen>().ok());
                match told {
                    Some(amount) => *member = Fen((amount.0 + fen).max(0)).to_string().into(),
                    None => lie(member, fen),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| lie(value, fen)),
        _ => {}
    }
}

/// The same signature with one sign changed.
pub fn spoil(signature: &str) -> String {
    let other = if signature.starts_with('A') { "B" } else { "A" };
    format!("{other}{}", signature.get(1..).unwrap_or_default())
}

/// A signed answer with a wrong signature.
pub fn spoil_sign(answer: &str) -> String {
    const SIGN: &str = "\"sign\":\"";
    match answer.rsplit_once(SIGN) {
        Some((content, signature)) => format!("{content}{SIGN}{}", spoil(signature)),
        None => answer.to_owned(),
    }
}

/// A signed form with a wrong signature.
pub fn spoil_form(form: &mut Form, name: &str) {
    if let Some(signature) = form.get_mut(name) {
        *signature = spoil(signature);
    }
}

/// A daily bill with something wrong.
pub fn spoil_bill(fault: BillFaultKind, whole: &[u8]) -> Vec<u8> {
    let text = || String::from_utf8_lossy(whole).into_owned();
    match fault {
        BillFaultKind::None | BillFaultKind::Yesterday | BillFaultKind::OtherAmounts => whole.to_vec(),
        BillFaultKind::Truncated | BillFaultKind::CutOff => whole[..whole.len() * 2 / 3].to_vec(),
        BillFaultKind::WrongTotal => text().replace("#收入合计：", "#收入合计：1").into_bytes(),
        BillFaultKind::Gbk => encoding_rs::GBK.encode(&text().replace('\n', "\r\n")).0.into_owned(),
    }
}
