//! Keys of the installation, and how a cell is sealed.
//!
//! The master key (KEK) wraps one data key per person (DEK); cells are sealed with the data key, so that deleting the
//! wrapped key loses the person's data for ever, in backups too. A sealed cell is `suite | key version | nonce(12) |
//! ciphertext | tag(16)`, and its place (table, column, tenant, row) is authenticated with it: moved to another place
//! it no longer opens. Equality and uniqueness are asked through blind indexes, HMAC-SM3 under a key of their own:
//! an ID number has so few possible values that a plain hash would give it away.

use std::collections::BTreeMap;
use std::sync::Arc;

use aes_gcm::aead::array::Array;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, AesGcm};
use hmac::{Hmac, Mac};
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm3::{Digest, Sm3};
use sm4::Sm4;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{Failure, Instant};

/// Fills bytes with randomness nobody can guess; the program hands in the operating system's.
pub type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// A secret of 32 bytes, wiped when dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// The distinguishing identifier of SM2 signatures (GB/T 35276).
const SIGNER: &str = "1234567812345678";

/// SM4 in Galois/Counter mode, RFC 8998.
type Sm4Gcm = AesGcm<Sm4, U12>;

/// How cells are sealed. Both stay readable for ever; new cells take the one chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suite {
    /// SM4-GCM, the national cipher.
    #[default]
    Sm4Gcm = 1,
    /// AES-256-GCM.
    Aes256Gcm = 2,
}

/// The master key, wherever it lives. A hardware module implements this; a file or variable is [`MasterFile`].
pub trait Master: Send + Sync {
    /// Wraps a data key; the answer names the version of the master key it needs.
    fn wrap(&self, key: &Secret, person: i64, nonce: [u8; 12]) -> Result<Vec<u8>, Failure>;
    /// Opens a wrapped data key.
    fn unwrap(&self, wrapped: &[u8], person: i64) -> Result<Secret, Failure>;
    /// A key for one use, always the same for the same label.
    fn derive(&self, label: &str) -> Result<Secret, Failure>;
    /// The version new keys are wrapped with.
    fn version(&self) -> u8;
}

/// Master keys held in memory: the newest wraps, all of them open.
pub struct MasterFile {
    keys: BTreeMap<u8, Secret>,
}

/// The data key of one person, or of the system.
#[derive(Clone)]
pub struct DataKey(Secret);

/// The place of a cell; part of what the seal protects.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Class key of the row: person, book or owner.
    pub tenant: i64,
    /// The rest of the row's key.
    pub row: &'a str,
}

/// All keys of the installation.
pub struct Keyring {
    master: Box<dyn Master>,
    suite: Suite,
    index: Secret,
    /// HMAC that has taken the key already: rows are many.
    tag: Hmac<Sm3>,
    system: DataKey,
    signing: SigningKey,
    entropy: Entropy,
}

impl MasterFile {
    /// One key, version 1.
    pub fn from_bytes(key: [u8; 32]) -> MasterFile {
        MasterFile { keys: BTreeMap::from([(1, Zeroizing::new(key))]) }
    }

    /// Reads a key file: one line per key, its version and 64 hexadecimal digits; or 64 digits alone for version 1.
    pub fn from_text(text: &str) -> Result<MasterFile, Failure> {
        let mut keys = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (version, digits) = line.split_once(char::is_whitespace).unwrap_or(("1", line));
            let version: u8 =
                version.parse().map_err(|_| Failure::corrupt("a key's version is a number from 1 to 255"))?;
            let mut key = Zeroizing::new([0u8; 32]);
            hex::decode_to_slice(digits.trim(), key.as_mut_slice())
                .map_err(|_| Failure::corrupt("a master key is 64 hexadecimal digits"))?;
            if version == 0 || keys.insert(version, key).is_some() {
                return Err(Failure::corrupt("every master key has its own version, from 1"));
            }
        }
        if keys.is_empty() {
            return Err(Failure::corrupt("the key file has no key"));
        }
        Ok(MasterFile { keys })
    }

    fn key(&self, version: u8) -> Result<&Secret, Failure> {
        self.keys.get(&version).ok_or_else(|| Failure::corrupt(format!("master key {version} is not in the key file")))
    }
}

impl Master for MasterFile {
    fn wrap(&self, key: &Secret, person: i64, nonce: [u8; 12]) -> Result<Vec<u8>, Failure> {
        let version = self.version();
        let place = wrapped_key_place(person);
        seal_with(self.key(version)?, Suite::Sm4Gcm, version, nonce, &place, key.as_slice())
    }

    fn unwrap(&self, wrapped: &[u8], person: i64) -> Result<Secret, Failure> {
        let version = *wrapped.get(1).ok_or_else(|| Failure::corrupt("a wrapped key is too short"))?;
        let plain = Zeroizing::new(open_with(self.key(version)?, &wrapped_key_place(person), wrapped)?);
        let key: [u8; 32] =
            plain.as_slice().try_into().map_err(|_| Failure::corrupt("a wrapped key is not 32 bytes"))?;
        Ok(Zeroizing::new(key))
    }

    fn derive(&self, label: &str) -> Result<Secret, Failure> {
        // Blind indexes and row tags outlive every rotation, so they hang on the first key.
        let first = self.keys.values().next().ok_or_else(|| Failure::corrupt("the key file has no key"))?;
        Ok(Zeroizing::new(hmac_sm3(first.as_slice(), &[b"zhuxue ", label.as_bytes()])))
    }

    fn version(&self) -> u8 {
        *self.keys.keys().next_back().expect("a key file holds at least one key")
    }
}

fn wrapped_key_place(person: i64) -> Place<'static> {
    Place { table: "person_key", column: "wrapped_key", tenant: person, row: "" }
}

impl Keyring {
    /// A keyring over a master key. Fails when the master key cannot be used.
    pub fn new(master: impl Master + 'static, suite: Suite, entropy: Entropy) -> Result<Keyring, Failure> {
        let index = master.derive("blind index")?;
        let tag = keyed(master.derive("row tag")?.as_slice());
        let system = DataKey(master.derive("system cells")?);
        let signing = SigningKey::from_slice(SIGNER, master.derive("audit signature")?.as_slice())
            .map_err(|_| Failure::corrupt("the master key gives no signing key; make another"))?;
        Ok(Keyring { master: Box::new(master), suite, index, tag, system, signing, entropy })
    }

    /// A keyring over one master key of 32 bytes, sealing with SM4-GCM.
    pub fn from_bytes(key: [u8; 32], entropy: Entropy) -> Result<Keyring, Failure> {
        Keyring::new(MasterFile::from_bytes(key), Suite::default(), entropy)
    }

    /// Randomness for tokens and codes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.entropy)(&mut bytes);
        bytes
    }

    /// A number from 0 to `bound - 1`; not for secrets.
    pub(crate) fn chance_below(&self, bound: u64) -> u64 {
        u64::from_le_bytes(self.random()) % bound.max(1)
    }

    /// A UUID version 7 of that instant: ids that sort by time.
    pub fn uuid7(&self, at: Instant) -> Uuid {
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }

    /// A new data key and its wrapped form.
    pub(crate) fn new_data_key(&self, person: i64) -> Result<(DataKey, Vec<u8>), Failure> {
        let key: Secret = Zeroizing::new(self.random());
        let wrapped = self.master.wrap(&key, person, self.random())?;
        Ok((DataKey(key), wrapped))
    }

    /// Opens a wrapped data key.
    pub(crate) fn data_key(&self, wrapped: &[u8], person: i64) -> Result<DataKey, Failure> {
        Ok(DataKey(self.master.unwrap(wrapped, person)?))
    }

    /// The same data key wrapped by the newest master key; `None` when it already is.
    pub(crate) fn rewrap(&self, wrapped: &[u8], person: i64) -> Result<Option<Vec<u8>>, Failure> {
        if wrapped.get(1) == Some(&self.master.version()) {
            return Ok(None);
        }
        let key = self.master.unwrap(wrapped, person)?;
        self.master.wrap(&key, person, self.random()).map(Some)
    }

    /// Seals a cell for its place.
    pub fn seal(&self, key: &DataKey, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Failure> {
        seal_with(&key.0, self.suite, 1, self.random(), place, plain)
    }

    /// Opens a cell; fails when it was changed or moved.
    pub fn open(&self, key: &DataKey, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Failure> {
        open_with(&key.0, place, sealed)
    }

    /// Seals a cell that belongs to no person.
    pub fn seal_system(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Failure> {
        self.seal(&self.system, place, plain)
    }

    /// Opens a cell that belongs to no person.
    pub fn open_system(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Failure> {
        self.open(&self.system, place, sealed)
    }

    /// Blind index of a text for one purpose: equal texts give equal indexes, nothing else can be learned without the
    /// key. The caller normalises the text first.
    pub fn blind_index(&self, purpose: &str, text: &str) -> Vec<u8> {
        hmac_sm3(self.index.as_slice(), &[purpose.as_bytes(), b"|", text.as_bytes()]).to_vec()
    }

    /// Blind index of an ID number, already normalised (18 characters, capital X).
    pub fn id_index(&self, id_number: &str) -> Vec<u8> {
        self.blind_index("id", id_number)
    }

    /// Blind index of a mobile number.
    pub fn phone_index(&self, phone: &str) -> Vec<u8> {
        self.blind_index("phone", phone)
    }

    /// Blind index of the last four characters, different in every book and office, so that lists cannot be joined.
    pub fn tail_index(&self, place: &str, tenant: i64, text: &str) -> Vec<u8> {
        let cut = text.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
        self.blind_index(&format!("tail|{place}|{tenant}"), &text[cut..])
    }

    /// The keyed digest that proves a row of an append-only table was written by the program.
    pub(crate) fn row_tag(&self, canonical: &[u8]) -> [u8; 32] {
        let mut mac = self.tag.clone();
        mac.update(canonical);
        mac.finalize().into_bytes().into()
    }

    /// SM2 signature over a text, as 64 bytes.
    pub fn sign(&self, text: &[u8]) -> Vec<u8> {
        let signature: Signature = self.signing.sign(text);
        signature.to_bytes().to_vec()
    }

    /// The public key of [`Keyring::sign`], as an uncompressed point in hexadecimal digits.
    pub fn public_key(&self) -> String {
        hex::encode(self.signing.verifying_key().to_sec1_bytes())
    }
}

/// True when `signature` is an SM2 signature over `text` by the owner of the public key.
pub fn signature_holds(public_key: &str, text: &[u8], signature: &[u8]) -> bool {
    let Ok(point) = hex::decode(public_key) else { return false };
    let Ok(key) = VerifyingKey::from_sec1_bytes(SIGNER, &point) else { return false };
    let Ok(signature) = Signature::from_slice(signature) else { return false };
    key.verify(text, &signature).is_ok()
}

/// SM3 of some bytes.
pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    Sm3::digest(bytes).into()
}

fn keyed(key: &[u8]) -> Hmac<Sm3> {
    <Hmac<Sm3> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn hmac_sm3(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl Place<'_> {
    /// Authenticated with the cell, its head included; names never hold the separator, and the row comes last.
    fn authenticated(&self, head: [u8; 2]) -> Vec<u8> {
        let mut bytes = head.to_vec();
        bytes.extend_from_slice(format!("{}|{}|{}|{}", self.table, self.column, self.tenant, self.row).as_bytes());
        bytes
    }
}

fn seal_with(
    key: &Secret,
    suite: Suite,
    version: u8,
    nonce: [u8; 12],
    place: &Place<'_>,
    plain: &[u8],
) -> Result<Vec<u8>, Failure> {
    let aad = place.authenticated([suite as u8, version]);
    let payload = Payload { msg: plain, aad: &aad };
    let ciphertext = match suite {
        Suite::Sm4Gcm => sm4_gcm(key).encrypt(&Array::from(nonce), payload),
        Suite::Aes256Gcm => aes_gcm(key).encrypt(&Array::from(nonce), payload),
    }
    .map_err(|_| Failure::bug("a cell is too long to be sealed"))?;
    let mut sealed = Vec::with_capacity(14 + ciphertext.len());
    sealed.extend_from_slice(&[suite as u8, version]);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

fn open_with(key: &Secret, place: &Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Failure> {
    let broken = || Failure::corrupt(format!("a sealed cell of {}.{} does not open", place.table, place.column));
    let (head, ciphertext) = sealed.split_at_checked(14).ok_or_else(broken)?;
    let nonce: [u8; 12] = head[2..].try_into().map_err(|_| broken())?;
    let aad = place.authenticated([head[0], head[1]]);
    let payload = Payload { msg: ciphertext, aad: &aad };
    match head[0] {
        suite if suite == Suite::Sm4Gcm as u8 => sm4_gcm(key).decrypt(&Array::from(nonce), payload),
        suite if suite == Suite::Aes256Gcm as u8 => aes_gcm(key).decrypt(&Array::from(nonce), payload),
        _ => return Err(broken()),
    }
    .map_err(|_| broken())
}

/// SM4 takes 128 bits: the first half of the key.
fn sm4_gcm(key: &Secret) -> Sm4Gcm {
    Sm4Gcm::new_from_slice(&key[..16]).expect("SM4 takes 16 bytes")
}

fn aes_gcm(key: &Secret) -> Aes256Gcm {
    Aes256Gcm::new_from_slice(key.as_slice()).expect("AES-256 takes 32 bytes")
}

#[cfg(test)]
mod tests;
