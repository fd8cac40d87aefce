//! The six digits of a device, made from a shared secret and the time (RFC 6238, with the parameters every
//! authenticator knows: HMAC-SHA-1, thirty seconds, six digits). Pure: the instant comes from the caller.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds a code is shown.
pub const STEP_SECONDS: i64 = 30;
/// Bytes of a secret: as long as the digest (RFC 4226, 4).
pub const SECRET_BYTES: usize = 20;

/// The number of the thirty seconds an instant lies in.
pub fn step_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(STEP_SECONDS)
}

/// The code of a step, 0 to 999 999.
pub fn code(secret: &[u8], step: i64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let from = usize::from(digest[19] & 15);
    let four: [u8; 4] = digest[from..from + 4].try_into().expect("four bytes below the twentieth");
    (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000
}

/// The step whose code was typed: this one, the one before or the one after, for clocks that differ a little; never
/// one up to `used`, so that a code counts once (H030).
pub fn step_typed(secret: &[u8], typed: &str, at: DateTime<Utc>, used: i64) -> Option<i64> {
    let digits: String = crate::number::tidy_code(typed);
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let typed: u32 = digits.parse().ok()?;
    let now = step_of(at);
    (now - 1..=now + 1).find(|step| *step > used && code(secret, *step) == typed)
}

/// A secret as people type it into a device: RFC 4648 base 32 without its filling.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        text.push(char::from(LETTERS[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// The address a device reads from the QR code. `login` is plain ASCII.
pub fn address(login: &str, secret: &[u8]) -> String {
    let secret = base32(secret);
    format!("otpauth://totp/zhuxue:{login}?secret={secret}&issuer=zhuxue&algorithm=SHA1&digits=6&period=30")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        let check = |seconds, expected| assert_eq!(code(SECRET, step_of(at(seconds))), expected, "at {seconds}");
        check(59, 287_082);
        check(1_111_111_109, 81_804);
        check(1_111_111_111, 50_471);
        check(1_234_567_890, 5_924);
        check(2_000_000_000, 279_037);
        check(20_000_000_000, 353_130);
    }

    #[test]
    fn h030_a_code_counts_once_and_a_little_early_or_late() {
        let check = |typed: &str, seconds, used, expected| {
            assert_eq!(step_typed(SECRET, typed, at(seconds), used), expected, "{typed} at {seconds} after {used}");
        };
        check("287082", 59, 0, Some(1));
        check("287 082", 30, 0, Some(1));
        check("２８７０８２", 29, 0, Some(1));
        check("287082", 89, 0, Some(1));
        check("287082", 90, 0, None);
        check("287082", 59, 1, None);
        check("287083", 59, 0, None);
        check("28708", 59, 0, None);
        check("", 59, 0, None);
        check("28708a", 59, 0, None);
    }

    #[test]
    fn a_secret_is_written_as_rfc_4648_says() {
        let check = |bytes: &[u8], text: &str| assert_eq!(base32(bytes), text);
        check(b"", "");
        check(b"f", "MY");
        check(b"fo", "MZXQ");
        check(b"foo", "MZXW6");
        check(b"foobar", "MZXW6YTBOI");
        assert_eq!(base32(SECRET).len(), 32);
        assert!(address("wang", SECRET).starts_with("otpauth://totp/zhuxue:wang?secret=GEZDGNBV"));
    }
}
