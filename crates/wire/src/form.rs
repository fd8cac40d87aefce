//! Messages as forms: `application/x-www-form-urlencoded` read strictly, and the sorted text that is signed.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Parameters of a message by name; sorted, as signatures want them.
pub type Form = BTreeMap<String, String>;

/// The longest message read, in bytes.
pub const FORM_BYTES_MAX: usize = 4 << 20;

/// The most parameters of a message.
pub const FORM_FIELDS_MAX: usize = 64;

/// Why a body is not a message. In order of precedence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormRefused {
    /// Longer than [`FORM_BYTES_MAX`] or more than [`FORM_FIELDS_MAX`] parameters.
    #[error("the message is too large")]
    TooLarge,
    /// A broken percent escape, or bytes that are not UTF-8.
    #[error("the message is not well-formed UTF-8 form data")]
    Form,
    /// One name twice: each side could read another value.
    #[error("parameter {0} stands twice")]
    Twice(String),
}

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Writes the form, percent-encoded.
pub fn write(form: &Form) -> String {
    let mut body = String::new();
    for (name, value) in form {
        if !body.is_empty() {
            body.push('&');
        }
        body.extend(utf8_percent_encode(name, KEPT));
        body.push('=');
        body.extend(utf8_percent_encode(value, KEPT));
    }
    body
}

/// Reads a body; any doubt refuses the whole.
pub fn read(body: &[u8]) -> Result<Form, FormRefused> {
    if body.len() > FORM_BYTES_MAX {
        return Err(FormRefused::TooLarge);
    }
    let mut form = Form::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let cut = pair.iter().position(|byte| *byte == b'=').ok_or(FormRefused::Form)?;
        let name = unescape(&pair[..cut])?;
        if form.len() == FORM_FIELDS_MAX {
            return Err(FormRefused::TooLarge);
        }
        if form.contains_key(&name) {
            return Err(FormRefused::Twice(name));
        }
        form.insert(name, unescape(&pair[cut + 1..])?);
    }
    Ok(form)
}

fn unescape(bytes: &[u8]) -> Result<String, FormRefused> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [*rest.next().ok_or(FormRefused::Form)?, *rest.next().ok_or(FormRefused::Form)?];
                let mut value = [0];
                hex::decode_to_slice(digits, &mut value).map_err(|_| FormRefused::Form)?;
                value[0]
            }
            other => *other,
        });
    }
    String::from_utf8(plain).map_err(|_| FormRefused::Form)
}

/// `a=1&b=2`: the sorted, unescaped parameters without the named ones and without empty values. This is what is signed.
pub fn content_to_sign(form: &Form, without: &[&str]) -> String {
    let mut content = String::new();
    for (name, value) in form {
        if value.is_empty() || without.contains(&name.as_str()) {
            continue;
        }
        if !content.is_empty() {
            content.push('&');
        }
        content.push_str(name);
        content.push('=');
        content.push_str(value);
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        pairs.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect()
    }

    #[test]
    fn bodies_are_read_strictly() {
        let check = |body: &[u8], expected: Result<Form, FormRefused>| {
            assert_eq!(read(body), expected, "{}", String::from_utf8_lossy(body));
        };
        check(b"", Ok(form(&[])));
        check(b"b=2&a=1", Ok(form(&[("a", "1"), ("b", "2")])));
        check(b"a=%E5%8A%A9+%2B", Ok(form(&[("a", "助 +")])));
        check(b"a=b=c", Ok(form(&[("a", "b=c")])));
        check(b"a", Err(FormRefused::Form));
        check(b"a=%", Err(FormRefused::Form));
        check(b"a=%4", Err(FormRefused::Form));
        check(b"a=%zz", Err(FormRefused::Form));
        check(b"a=%D6%FA", Err(FormRefused::Form));
        check(b"a=1&a=1", Err(FormRefused::Twice("a".into())));
        check(b"a=1&%61=2", Err(FormRefused::Twice("a".into())));
        check(&vec![b'a'; FORM_BYTES_MAX + 1], Err(FormRefused::TooLarge));
        let many: String = (0..=FORM_FIELDS_MAX).map(|number| format!("f{number}=1&")).collect();
        check(many.as_bytes(), Err(FormRefused::TooLarge));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let message = form(&[("name", "张&三=+%\n\u{1f600}"), ("空", "")]);
        assert_eq!(read(write(&message).as_bytes()), Ok(message));
    }

    #[test]
    fn signed_content_is_sorted_plain_and_without_empty_values() {
        let message = form(&[("b", "2 &"), ("a", "1"), ("sign", "x"), ("c", ""), ("sign_type", "RSA2")]);
        assert_eq!(content_to_sign(&message, &["sign"]), "a=1&b=2 &&sign_type=RSA2");
        assert_eq!(content_to_sign(&message, &["sign", "sign_type"]), "a=1&b=2 &");
    }
}
