//! 研究生管理信息系统: the university's own system has logged its student in and sends him over with an assertion: who he
//! is, sealed with the secret it shares with us (zju-2005 四.2). An assertion is believed for five minutes, and once.
//!
//! The token is the hex of the JSON, a dot, and the HMAC-SM3 of that hex.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::keys::{Secret, seal_holds, seal_of};
use crate::moment::{is_fresh, read_shanghai};

/// A university whose system may send students over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraduateSystem {
    /// Code of the school in the ministry's list.
    pub school_code: String,
    /// The shared secret.
    pub secret: Secret,
}

/// What a university says about a student it has logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// Code of the school.
    pub school_code: String,
    /// Number of the student there.
    pub student_number: String,
    /// Name.
    pub name: String,
    /// ID number.
    pub id_number: String,
    /// Shanghai time of the login.
    pub written_at: String,
    /// Never the same twice.
    pub nonce: String,
}

/// Why an assertion is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionRefused {
    /// It is not of the form.
    Form,
    /// No such university sends students over.
    Unknown,
    /// It is not sealed with the university's secret.
    Seal,
    /// Older than five minutes, or from the future.
    Stale,
}

/// The token a university's system writes.
pub fn write_assertion(assertion: &Assertion, secret: &Secret) -> String {
    let content = hex::encode(serde_json::to_vec(assertion).expect("an assertion is plain data"));
    let seal = seal_of(secret, content.as_bytes());
    format!("{content}.{seal}")
}

/// Reads a token, or says why it is not believed.
///
/// # Errors
/// [`AssertionRefused`], in the order of its variants.
pub fn read_assertion(
    token: &str,
    systems: &[GraduateSystem],
    now: DateTime<Utc>,
) -> Result<Assertion, AssertionRefused> {
    use AssertionRefused as R;
    let (content, seal) = token.split_once('.').ok_or(R::Form)?;
    let text = hex::decode(content).map_err(|_| R::Form)?;
    let assertion: Assertion = serde_json::from_slice(&text).map_err(|_| R::Form)?;
    let system = systems.iter().find(|system| system.school_code == assertion.school_code).ok_or(R::Unknown)?;
    if !seal_holds(&system.secret, content.as_bytes(), seal) {
        return Err(R::Seal);
    }
    let written_at = read_shanghai(&assertion.written_at).ok_or(R::Form)?;
    if !is_fresh(written_at, now) {
        return Err(R::Stale);
    }
    Ok(assertion)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::shanghai_text;

    #[test]
    fn an_assertion_is_believed_from_its_own_university_for_five_minutes() {
        let now: DateTime<Utc> = "2026-09-01T01:00:00Z".parse().unwrap();
        let system =
            |code: &str, secret: &str| GraduateSystem { school_code: code.into(), secret: Secret::new(secret) };
        let systems = [system("4133010335", "one"), system("4111010001", "other")];
        let said = |code: &str, seconds: i64| Assertion {
            school_code: code.into(),
            student_number: "22612001".into(),
            name: "林小满".into(),
            id_number: "990000200003010015".into(),
            written_at: shanghai_text(now + chrono::TimeDelta::seconds(seconds)),
            nonce: "n1".into(),
        };
        let check = |token: &str, expected: Result<(), AssertionRefused>| {
            assert_eq!(read_assertion(token, &systems, now).map(drop), expected, "{token}");
        };
        let one = Secret::new("one");
        let good = write_assertion(&said("4133010335", 0), &one);
        assert_eq!(read_assertion(&good, &systems, now), Ok(said("4133010335", 0)));
        check(&write_assertion(&said("4133010335", -300), &one), Ok(()));
        check(&write_assertion(&said("4133010335", -301), &one), Err(AssertionRefused::Stale));
        check(&write_assertion(&said("4133010335", 301), &one), Err(AssertionRefused::Stale));
        check(&write_assertion(&said("4111010001", 0), &one), Err(AssertionRefused::Seal));
        check(&write_assertion(&said("4137012819", 0), &one), Err(AssertionRefused::Unknown));
        let mut edited = good.clone().into_bytes();
        edited[21] = if edited[21] == b'3' { b'4' } else { b'3' };
        let edited = String::from_utf8(edited).unwrap();
        assert!(read_assertion(&edited, &systems, now).is_err());
        for text in ["", ".", "00.00", "zz.zz", "7b7d.00"] {
            check(text, Err(AssertionRefused::Form));
        }
    }
}
