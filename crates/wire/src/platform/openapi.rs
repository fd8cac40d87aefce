//! The envelope of the open API: what stands around every question and answer, and who signed it.
//!
//! A question is a form: `app_id, method, format, charset, sign_type, timestamp, version, notify_url, biz_content, sign`;
//! the signature covers all sorted parameters but `sign`. An answer is `{"<method>_response":{…},"sign":"…"}`; its
//! signature covers the bytes of the first value exactly as they were sent.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::fault::{PartnerFault, Refusal};
use crate::form::{self, Form};
use crate::keys::{OurKey, PlatformKey};
use crate::moment;

/// The code of an answer that did what was asked.
pub const DONE: &str = "10000";
/// The code of an answer that does not know what happened.
pub const UNKNOWN: &str = "20000";
/// The code of an answer that says no.
pub const REFUSED: &str = "40004";

/// Writes and signs a question.
pub fn write_question(
    app_id: &str,
    method: &str,
    notify_url: &str,
    biz_content: String,
    at: DateTime<Utc>,
    key: &OurKey,
) -> Form {
    let mut question: Form = [
        ("app_id", app_id.to_owned()),
        ("method", method.to_owned()),
        ("format", "JSON".to_owned()),
        ("charset", "utf-8".to_owned()),
        ("sign_type", "RSA2".to_owned()),
        ("timestamp", moment::shanghai_text(at)),
        ("version", "1.0".to_owned()),
        ("notify_url", notify_url.to_owned()),
        ("biz_content", biz_content),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let sign = key.sign(form::content_to_sign(&question, &["sign"]).as_bytes());
    question.insert("sign".to_owned(), sign);
    question
}

/// The name of the value that answers a method.
pub fn answer_name(method: &str) -> String {
    format!("{}_response", method.replace('.', "_"))
}

/// Writes and signs an answer.
pub fn write_answer(method: &str, answer: &Value, key: &OurKey) -> String {
    let content = answer.to_string();
    let sign = key.sign(content.as_bytes());
    format!("{{\"{}\":{content},\"sign\":\"{sign}\"}}", answer_name(method))
}

/// Reads an answer: first whose it is, then what it says. Anything that is not signed by the pinned key leaves open
/// whether the act happened.
pub fn read_answer(text: &str, method: &str, key: &PlatformKey) -> Result<Value, PartnerFault> {
    let malformed = || PartnerFault::Unreachable("the answer is not of the form".into());
    let members = top_level(text).ok_or_else(malformed)?;
    let of = |name: &str| members.iter().find(|(found, _)| found == name).map(|(_, raw)| *raw);
    let content = of(&answer_name(method)).or_else(|| of("error_response")).ok_or_else(malformed)?;
    let sign = of("sign").and_then(|raw| serde_json::from_str::<String>(raw).ok()).ok_or(PartnerFault::Forged)?;
    if !key.signed(content.as_bytes(), &sign) {
        return Err(PartnerFault::Forged);
    }
    let answer: Value = serde_json::from_str(content).map_err(|_| malformed())?;
    let word = |name: &str| answer.get(name).and_then(Value::as_str);
    match word("code") {
        Some(DONE) => Ok(answer),
        Some(REFUSED) => {
            let code = word("sub_code").or(word("code")).unwrap_or_default();
            Err(PartnerFault::Refused(Refusal::new(code, word("sub_msg").or(word("msg")).unwrap_or_default())))
        }
        Some(code) => Err(PartnerFault::Unreachable(format!("the platform answers {code}"))),
        None => Err(malformed()),
    }
}

/// The members of a JSON object with their raw text. `None` when it is no object or names a member twice.
fn top_level(text: &str) -> Option<Vec<(String, &str)>> {
    let mut members: Vec<(String, &str)> = Vec::new();
    let mut rest = text.trim().strip_prefix('{')?;
    loop {
        let (name, after) = raw_value(rest)?;
        let name: String = serde_json::from_str(name).ok()?;
        let (value, after) = raw_value(after.trim_start().strip_prefix(':')?)?;
        if members.iter().any(|(found, _)| *found == name) {
            return None;
        }
        members.push((name, value));
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (after == "}").then_some(members),
        }
    }
}

/// Cuts one JSON value off the front, without its surrounding blanks.
fn raw_value(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    values.next()?.ok()?;
    let (value, rest) = text.split_at(values.byte_offset());
    Some((value.trim_end(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_raw_text() {
        let text = r#" { "a_response" : {"x": "}\"{", "n":[1, 2]} , "sign":"ab=" } "#;
        let members = top_level(text).unwrap();
        assert_eq!(members[0], ("a_response".into(), r#"{"x": "}\"{", "n":[1, 2]}"#));
        assert_eq!(members[1], ("sign".into(), r#""ab=""#));
        for text in ["", "[]", "{", "{}", r#"{"a":1"#, r#"{"a":1}x"#, r#"{"a":1,"a":2}"#, r#"{"a" 1}"#] {
            assert_eq!(top_level(text), None, "{text}");
        }
    }
}
