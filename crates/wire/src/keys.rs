//! Who speaks: RSA2 (SHA256withRSA, PKCS#1 v1.5) signatures of open platforms, and HMAC-SM3 for gateways that
//! share a secret. Keys are read from PEM or from the one-line Base64 form that platforms show on their pages.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{KeyInit, Mac};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::signature::{RandomizedSigner, SignatureEncoding, Verifier};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};
use sha2::{Digest, Sha256};
use sm3::Sm3;

/// Random bytes, given by the program: fills the slice. No part of this crate has a random source of its own.
pub type Chance = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The smallest RSA key accepted, in bits.
pub const KEY_BITS_MIN: usize = 2048;

/// Why a key was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    /// Neither PEM nor Base64 of a key of the kind wanted.
    #[error("this is not an RSA key in PEM or one-line Base64 form")]
    Form,
    /// Shorter than [`KEY_BITS_MIN`].
    #[error("the RSA key has {0} bits, at least {KEY_BITS_MIN} are needed")]
    Short(usize),
    /// The library could not make a key.
    #[error("no key could be made")]
    Generation,
}

/// A private key of one side: it signs.
#[derive(Clone)]
pub struct OurKey {
    signing: SigningKey<Sha256>,
    private: RsaPrivateKey,
    /// Blinds the private operation, so that its timing tells nothing; derived from the key itself.
    blinding: [u8; 32],
}

impl fmt::Debug for OurKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OurKey({})", self.public().fingerprint())
    }
}

impl OurKey {
    /// A new key of 2048 bits from the given random source.
    pub fn generate(chance: &Chance) -> Result<OurKey, KeyRefused> {
        let private = RsaPrivateKey::new(&mut Source::Chance(chance.clone()), KEY_BITS_MIN)
            .map_err(|_| KeyRefused::Generation)?;
        OurKey::of(private)
    }

    /// Reads PKCS#8 or PKCS#1, as PEM or as one line of Base64.
    pub fn read(text: &str) -> Result<OurKey, KeyRefused> {
        let text = text.trim();
        let private = if text.starts_with("-----BEGIN") {
            RsaPrivateKey::from_pkcs8_pem(text).ok().or_else(|| RsaPrivateKey::from_pkcs1_pem(text).ok())
        } else {
            let der = BASE64.decode(text).map_err(|_| KeyRefused::Form)?;
            RsaPrivateKey::from_pkcs8_der(&der).ok().or_else(|| RsaPrivateKey::from_pkcs1_der(&der).ok())
        };
        OurKey::of(private.ok_or(KeyRefused::Form)?)
    }

    fn of(private: RsaPrivateKey) -> Result<OurKey, KeyRefused> {
        let bits = private.size() * 8;
        if bits < KEY_BITS_MIN {
            return Err(KeyRefused::Short(bits));
        }
        let der = private.to_pkcs8_der().map_err(|_| KeyRefused::Form)?;
        let blinding = Sha256::digest(der.as_bytes()).into();
        Ok(OurKey { signing: SigningKey::new(private.clone()), private, blinding })
    }

    /// PKCS#8 PEM, for the key file. Secret.
    pub fn to_pem(&self) -> String {
        self.private.to_pkcs8_pem(LineEnding::LF).expect("a valid key has a PEM form").to_string()
    }

    /// The half that may be given away.
    pub fn public(&self) -> PlatformKey {
        PlatformKey::of(self.private.to_public_key()).expect("its length was checked when it was read")
    }

    /// Base64 of the RSA2 signature of the bytes. The same bytes always give the same signature.
    pub fn sign(&self, content: &[u8]) -> String {
        let seed = Sha256::new().chain_update(self.blinding).chain_update(content).finalize().into();
        let signature = self.signing.sign_with_rng(&mut Source::Derived { seed, counter: 0 }, content);
        BASE64.encode(signature.to_bytes())
    }
}

/// A public key of one side, pinned by configuration: it tells whether that side wrote a message.
#[derive(Clone)]
pub struct PlatformKey {
    verifying: VerifyingKey<Sha256>,
    base64: String,
}

impl fmt::Debug for PlatformKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlatformKey({})", self.fingerprint())
    }
}

impl PlatformKey {
    /// Reads a public key as PEM or as one line of Base64 (SubjectPublicKeyInfo).
    pub fn read(text: &str) -> Result<PlatformKey, KeyRefused> {
        let text = text.trim();
        let public = if text.starts_with("-----BEGIN") {
            RsaPublicKey::from_public_key_pem(text)
        } else {
            RsaPublicKey::from_public_key_der(&BASE64.decode(text).map_err(|_| KeyRefused::Form)?)
        };
        PlatformKey::of(public.map_err(|_| KeyRefused::Form)?)
    }

    fn of(public: RsaPublicKey) -> Result<PlatformKey, KeyRefused> {
        let bits = public.size() * 8;
        if bits < KEY_BITS_MIN {
            return Err(KeyRefused::Short(bits));
        }
        let der = public.to_public_key_der().map_err(|_| KeyRefused::Form)?;
        Ok(PlatformKey { base64: BASE64.encode(der.as_bytes()), verifying: VerifyingKey::new(public) })
    }

    /// One line of Base64, the form platforms show and take.
    pub fn to_base64(&self) -> &str {
        &self.base64
    }

    /// The first 16 hex digits of the SHA-256 of the key, to compare by eye.
    pub fn fingerprint(&self) -> String {
        hex::encode(&Sha256::digest(self.base64.as_bytes())[..8])
    }

    /// True when the Base64 signature is this key's over exactly these bytes.
    pub fn signed(&self, content: &[u8], signature_base64: &str) -> bool {
        let Ok(bytes) = BASE64.decode(signature_base64) else { return false };
        let Ok(signature) = Signature::try_from(bytes.as_slice()) else { return false };
        self.verifying.verify(content, &signature).is_ok()
    }
}

/// Randomness in the form the RSA library asks for: the program's source, or a stream derived from a secret seed.
enum Source {
    Chance(Chance),
    Derived { seed: [u8; 32], counter: u64 },
}

impl rsa::rand_core::RngCore for Source {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        match self {
            Source::Chance(chance) => chance(bytes),
            Source::Derived { seed, counter } => {
                for chunk in bytes.chunks_mut(32) {
                    let block = Sha256::new().chain_update(*seed).chain_update(counter.to_le_bytes()).finalize();
                    chunk.copy_from_slice(&block[..chunk.len()]);
                    *counter += 1;
                }
            }
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for Source {}

/// A text that must not reach a log: `Debug` hides it, memory is wiped when it goes.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes the text in.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

fn hmac_sm3(secret: &Secret, content: &[u8]) -> hmac::Hmac<Sm3> {
    let mut mac = hmac::Hmac::<Sm3>::new_from_slice(secret.reveal().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(content);
    mac
}

/// Hex of HMAC-SM3, for gateways that share a secret with us.
pub fn seal_of(secret: &Secret, content: &[u8]) -> String {
    hex::encode(hmac_sm3(secret, content).finalize().into_bytes())
}

/// Checks [`seal_of`] in constant time.
pub fn seal_holds(secret: &Secret, content: &[u8], seal_hex: &str) -> bool {
    hex::decode(seal_hex).is_ok_and(|seal| hmac_sm3(secret, content).verify_slice(&seal).is_ok())
}

/// Hex of the SM3 digest.
pub fn sm3_hex(content: &[u8]) -> String {
    use sm3::Digest as _;
    hex::encode(Sm3::digest(content))
}

/// A random text of the given length from an alphabet without look-alikes (no `0 O 1 l I`).
pub fn random_text(chance: &Chance, length: usize) -> String {
    // 32 signs: every byte maps evenly.
    const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut bytes = vec![0; length];
    chance(&mut bytes);
    bytes.into_iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key made for this test alone, with its public half and a signature, all by OpenSSL 3.
    const PRIVATE: &str = include_str!("testdata/known-key.b64");
    const PUBLIC: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtBdGiZxAMoHDrHzhIvN4xyaNW/hrlRQyWioy4jSkm+pqEi4kKLNiKdMX\
         8E8XbgDlcgcRJXC1s4ntZX5OCwjzwu1HsNnhQ8nib2x17G2o3mb5HixhgCEPKNuxddQCeE7GsJMnJMKb2R5J3jS5pJ3j4/s3qO/6\
         Em++5lVMgbpHfgGsT1V7f5/8QXg9KcSjyOw5ndKNgBC9j4/0Ux1GmkY49pGs4M8Tg+Xz07C4gl/BnNLu4lhRN8Y2jTLuPIelD2kf\
         +arrSwzftXcP/1MWoD9GUqXADn2xWooDBbIns6vCGhuuB/D01Ghs6QcqlZVJmKElOl9I2p0seSMpMo/ClkU2PwIDAQAB";
    const CONTENT: &str = "a=1&b=助学";
    const SIGNATURE: &str = "F0JIqYunycXeD8MZclaFQWH8NibrTitMvB56auFDTINwvp8LbW2UHy3td/POxWwyRvAhJyIqD79dfwhO3NRK4gMxHlr0K3eojKW+\
         TgQtI0OcTuAkUbU/sskZNHSjln0Fz8zYsQ1xEqXIiRhAwx0gm+I4aEpqTMqNHtAMXdOsmpB1O5QzQFFHZOEoKL/hsA7a5akw4OkQ\
         U8FMHqocJTm5PJ6IKFJy9w2rZx/j/pWTHssD5z6wV7vnpiSgZ7rAVnb70hl6RELPzn4W2aOIzYwrIqnJUFKLDfIuxo0wiv2JqZmh\
         TsfjtlBxuxzjPsrGthHvBAxq0yA1Se3ECgbDRfuq5g==";
    const SHORT: &str = "MIICXAIBAAKBgQDelm6a1d5z6rdDaaOZNysrKxC9p6uA2ox393wqNPhk+EBMNQmUxUI53ylaJsBhdjHx9TSyXK+WQ/AvCIXHOEMl\
         dsW2uo6U20OAVGDTOnnWLciRpCbX317CuQM65k17Kaj4Aq0a9GlXXsLMbbLD2e5rqOTAk6U4nuEK62Yy4FwPuQIDAQABAoGAGfR8\
         rT1nFSk3eXrmAsW2GPCKoTLeAsZ5PrvzFJDcrhlslfZRSbG+yTTGg6alJDg+FrK7FFlOeD0v0qwxvUtIOOxYjSknKeSDNXOc9pwk\
         JaT1VJnzZPSN7nrqHoPj5WTlyUR7I6Os2okPl8EsUcaWGiAVZQZa3a3KZUbe5p5hVskCQQD+zSXHOUyBkvcU+77LyxnpGNnbvShv\
         oNFgKFGWF+vfxCNaSr7YECiEu+9KMGzn3CBM3ZlXTSVmOfP3vNesx1BfAkEA36J9dsXN9J6U8d0zNuorg+ZnNUj1uCMkcDen7Dvy\
         0kM5v8DBle773nHD/R3gqdn9+Grxgva5wbp7vdsnKwG25wJAJdZI+eCkX8l3L4KCvriWTGsITv0z9/+ll+Xk16kNudjidxIKbQNZ\
         QPy3eAjg4z1o/oEZuEEYgKmydONyE5I1eQJBANf0+wGSXKPn699wg395PNJf0bTEIv1RemOfa1qWPZPMdVz10Dtwj+sso12v139O\
         UpHs/BJDHfi1k78wfa9rNWsCQAo9OfNjI41eO0zwRdgULJrspebLC0D1dN1z8tQoe67ddM0RQJqWB1dCcuHT8bzKEBlHUC7gQK1L\
         0L+kDXxev+o=";

    #[test]
    fn signatures_are_those_of_openssl() {
        let key = OurKey::read(PRIVATE).unwrap();
        assert_eq!(key.public().to_base64(), PUBLIC);
        assert_eq!(key.sign(CONTENT.as_bytes()), SIGNATURE);
        assert!(PlatformKey::read(PUBLIC).unwrap().signed(CONTENT.as_bytes(), SIGNATURE));
    }

    #[test]
    fn keys_are_read_in_every_usual_form() {
        let key = OurKey::read(PRIVATE).unwrap();
        let pem = key.to_pem();
        let one_line: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        for form in [pem.as_str(), &one_line, &format!("  {one_line}\n")] {
            assert_eq!(OurKey::read(form).unwrap().public().to_base64(), PUBLIC);
        }
        let lines: Vec<&str> = PUBLIC.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let public_pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
        assert_eq!(PlatformKey::read(&public_pem).unwrap().to_base64(), PUBLIC);
        let refused = |text: &str| OurKey::read(text).map(drop).unwrap_err();
        assert_eq!(refused("no key"), KeyRefused::Form);
        assert_eq!(refused(PUBLIC), KeyRefused::Form);
        assert_eq!(refused(SHORT), KeyRefused::Short(1024));
        assert_eq!(PlatformKey::read(SIGNATURE).map(drop), Err(KeyRefused::Form));
    }

    #[test]
    fn a_signature_holds_for_its_key_and_content_only() {
        let key = PlatformKey::read(PUBLIC).unwrap();
        let mut altered = BASE64.decode(SIGNATURE).unwrap();
        altered[17] ^= 1;
        for (content, signature) in [
            ("a=1&b=助学 ", SIGNATURE),
            ("", SIGNATURE),
            (CONTENT, ""),
            (CONTENT, "AAAA"),
            (CONTENT, "not base64!"),
            (CONTENT, &BASE64.encode(altered)),
        ] {
            assert!(!key.signed(content.as_bytes(), signature), "{content} {signature}");
        }
    }

    #[test]
    fn a_shared_secret_seals_and_is_not_shown() {
        let secret = Secret::new("open sesame");
        let seal = seal_of(&secret, b"content");
        assert!(seal_holds(&secret, b"content", &seal));
        assert!(!seal_holds(&secret, b"Content", &seal));
        assert!(!seal_holds(&Secret::new("other"), b"content", &seal));
        assert!(!seal_holds(&secret, b"content", "zz"));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    /// GB/T 32905-2016, appendix A.1.
    #[test]
    fn sm3_is_that_of_the_standard() {
        assert_eq!(sm3_hex(b"abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    #[test]
    fn random_texts_have_no_look_alikes() {
        let chance: Chance = Arc::new(|bytes| bytes.iter_mut().zip(0_u8..).for_each(|(byte, number)| *byte = number));
        let text = random_text(&chance, 64);
        assert_eq!(text.len(), 64);
        assert!(!text.contains(['0', 'O', '1', 'I', 'l']), "{text}");
    }
}
