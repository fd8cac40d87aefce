//! The certificate authority: it seals the digest of a signed paper with signer and time, and anybody who holds its
//! public key can check the seal later without asking (SM2 with SM3, GB/T 32918).

use std::fmt;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};

use crate::fault::PartnerFault;
use crate::keys::Chance;
use crate::sealed::SealedGateway;

/// Path of the gateway.
pub const SEAL_DOCUMENT: &str = "/authority/seal";

/// The distinguishing identifier the standard gives to keys without an own one.
pub const DISTINGUISHING_ID: &str = "1234567812345678";

/// Seals documents.
#[async_trait]
pub trait CertificateAuthority: Send + Sync {
    /// A seal over the digest of a document, already checked against the pinned key. The same request number
    /// answers the same seal.
    async fn seal(&self, request: &SealRequest) -> Result<DocumentSeal, PartnerFault>;

    /// Whether a kept seal is the authority's; asks nobody.
    fn holds(&self, seal: &DocumentSeal) -> bool;
}

/// What is to be sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealRequest {
    /// Our number of the request.
    pub request_no: String,
    /// Who signed; `None` for a bare time stamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The identity vendor's proof that it was the signer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_token: Option<String>,
    /// SM3 of the document, hex.
    pub document_sm3: String,
}

/// A seal: who signed which bytes when, and the authority's signature over that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSeal {
    /// The authority's number.
    pub seal_no: String,
    /// Who signed; `None` for a bare time stamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// SM3 of the document, hex.
    pub document_sm3: String,
    /// The authority's time.
    pub sealed_at: DateTime<Utc>,
    /// SM2 signature, Base64 of `r ‖ s`.
    pub signature: String,
}

impl DocumentSeal {
    /// The text the signature covers.
    fn content(&self) -> String {
        let signer = self.signer.as_deref().unwrap_or_default();
        let at = self.sealed_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!("{}\n{signer}\n{}\n{at}", self.seal_no, self.document_sm3)
    }
}

/// The authority's private key.
pub struct AuthoritySigner(SigningKey);

impl fmt::Debug for AuthoritySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthoritySigner(…)")
    }
}

impl AuthoritySigner {
    /// A new key from the given random source.
    pub fn generate(chance: &Chance) -> AuthoritySigner {
        loop {
            let mut bytes = [0; 32];
            chance(&mut bytes);
            // Bytes outside the range of the curve's order are drawn again.
            if let Ok(key) = SigningKey::from_slice(DISTINGUISHING_ID, &bytes) {
                return AuthoritySigner(key);
            }
        }
    }

    /// Reads [`AuthoritySigner::to_hex`].
    pub fn read(text: &str) -> Option<AuthoritySigner> {
        let bytes = hex::decode(text.trim()).ok()?;
        SigningKey::from_slice(DISTINGUISHING_ID, &bytes).ok().map(AuthoritySigner)
    }

    /// For the key file. Secret.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0.to_bytes())
    }

    /// The half that may be given away.
    pub fn public(&self) -> AuthorityKey {
        AuthorityKey(self.0.verifying_key().clone())
    }

    /// Fills in the signature.
    pub fn sign(&self, mut seal: DocumentSeal) -> DocumentSeal {
        let signature: Signature = self.0.sign(seal.content().as_bytes());
        seal.signature = BASE64.encode(signature.to_bytes());
        seal
    }
}

/// The authority's public key, pinned by configuration.
#[derive(Clone, Debug)]
pub struct AuthorityKey(VerifyingKey);

impl AuthorityKey {
    /// Reads the hex of an uncompressed point (65 bytes).
    pub fn read(text: &str) -> Option<AuthorityKey> {
        let bytes = hex::decode(text.trim()).ok()?;
        VerifyingKey::from_sec1_bytes(DISTINGUISHING_ID, &bytes).ok().map(AuthorityKey)
    }

    /// Hex of the uncompressed point.
    pub fn to_hex(&self) -> String {
        hex::encode(self.0.to_sec1_bytes())
    }

    /// Whether this authority made the seal.
    pub fn holds(&self, seal: &DocumentSeal) -> bool {
        let Ok(bytes) = BASE64.decode(&seal.signature) else { return false };
        let Ok(signature) = Signature::try_from(bytes.as_slice()) else { return false };
        self.0.verify(seal.content().as_bytes(), &signature).is_ok()
    }
}

/// The authority over its gateway, with its key pinned.
#[derive(Clone)]
pub struct AuthorityGateway {
    gateway: SealedGateway,
    key: AuthorityKey,
}

impl AuthorityGateway {
    /// The gateway whose seals this key must have made.
    pub fn new(gateway: SealedGateway, key: AuthorityKey) -> AuthorityGateway {
        AuthorityGateway { gateway, key }
    }
}

#[async_trait]
impl CertificateAuthority for AuthorityGateway {
    async fn seal(&self, request: &SealRequest) -> Result<DocumentSeal, PartnerFault> {
        let seal: DocumentSeal = self.gateway.ask(SEAL_DOCUMENT, request).await?;
        if seal.document_sm3 != request.document_sm3 || seal.signer != request.signer {
            return Err(PartnerFault::Contradiction("the seal is over another document".into()));
        }
        if self.key.holds(&seal) { Ok(seal) } else { Err(PartnerFault::Forged) }
    }

    fn holds(&self, seal: &DocumentSeal) -> bool {
        self.key.holds(seal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn a_seal_holds_for_its_own_words_only() {
        let chance: Chance = Arc::new(|bytes| bytes.fill(7));
        let signer = AuthoritySigner::generate(&chance);
        let key = AuthorityKey::read(&signer.public().to_hex()).unwrap();
        let seal = signer.sign(DocumentSeal {
            seal_no: "S1".into(),
            signer: Some("张三".into()),
            document_sm3: "ab".repeat(32),
            sealed_at: "2026-12-20T16:00:00Z".parse().unwrap(),
            signature: String::new(),
        });
        assert!(key.holds(&seal));
        assert_eq!(AuthoritySigner::read(&signer.to_hex()).unwrap().public().to_hex(), key.to_hex());
        let check = |change: &dyn Fn(&mut DocumentSeal)| {
            let mut changed = seal.clone();
            change(&mut changed);
            assert!(!key.holds(&changed), "{changed:?}");
        };
        check(&|seal| seal.seal_no = "S2".into());
        check(&|seal| seal.signer = Some("李四".into()));
        check(&|seal| seal.signer = None);
        check(&|seal| seal.document_sm3 = "ac".repeat(32));
        check(&|seal| seal.sealed_at += chrono::TimeDelta::seconds(1));
        check(&|seal| seal.signature = "AAAA".into());
        check(&|seal| seal.signature = "no base64".into());
        let other = AuthoritySigner::generate(&(Arc::new(|bytes: &mut [u8]| bytes.fill(8)) as Chance)).public();
        assert!(!other.holds(&seal));
    }
}
