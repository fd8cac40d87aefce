//! Digests of texts that are compared but not shown.

use sm3::Digest;

/// SM3 of some bytes, as hexadecimal digits.
pub fn sm3_hex(bytes: &[u8]) -> String {
    hex::encode(sm3::Sm3::digest(bytes))
}
