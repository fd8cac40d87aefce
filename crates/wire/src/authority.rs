//! The certificate authority: for every signing it makes sure who signs, gives that person a certificate of its own,
//! signs the digest of the paper with it and stamps the time. What it answers is a CMS signature (RFC 5652, as ETSI
//! EN 319 122 wants it in papers) with an RFC 3161 time stamp inside: whoever holds the authority's root can check it
//! years later without asking anybody.
//!
//! [`issue`] is the authority's own side, played by the sandbox; [`check`] reads a signature back; [`form`] holds the
//! few shapes both need.

pub mod check;
mod form;
pub mod issue;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

pub use check::{AuthorityRoot, Broken, Signed};

use crate::fault::PartnerFault;
use crate::sealed::SealedGateway;

/// Path of the gateway.
pub const SIGN_DOCUMENT: &str = "/authority/sign";

/// Signs documents in the name of people.
#[async_trait]
pub trait CertificateAuthority: Send + Sync {
    /// The signature of a person under the digest of a document, already checked against the pinned root. The same
    /// request number answers the same signature.
    async fn sign(&self, request: &SignRequest) -> Result<DocumentSignature, PartnerFault>;

    /// Whether a signature was made under the pinned root for a document of this SHA-256; asks nobody.
    fn check(&self, cms: &[u8], document_sha256: &[u8; 32]) -> Result<Signed, Broken>;
}

/// What is to be signed, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// Our number of the request.
    pub request_no: String,
    /// Name of the signer.
    pub name: String,
    /// Number of the signer's ID card.
    pub cert_no: String,
    /// The identity vendor's proof that it was the signer.
    pub identity_token: String,
    /// SHA-256 of the document, hex.
    pub document_sha256: String,
}

/// A signature as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSignature {
    /// The authority's number.
    pub signature_no: String,
    /// The CMS signature, Base64 of its DER.
    pub cms: String,
}

impl DocumentSignature {
    /// The DER of the CMS signature; empty when it is not Base64.
    pub fn der(&self) -> Vec<u8> {
        BASE64.decode(&self.cms).unwrap_or_default()
    }
}

/// The authority over its gateway, with its root pinned.
#[derive(Clone)]
pub struct AuthorityGateway {
    gateway: SealedGateway,
    root: Option<AuthorityRoot>,
}

impl AuthorityGateway {
    /// The gateway whose signatures must be under this root. Without a root nothing is believed.
    pub fn new(gateway: SealedGateway, root: Option<AuthorityRoot>) -> AuthorityGateway {
        AuthorityGateway { gateway, root }
    }
}

#[async_trait]
impl CertificateAuthority for AuthorityGateway {
    async fn sign(&self, request: &SignRequest) -> Result<DocumentSignature, PartnerFault> {
        let unusable = || PartnerFault::Request("the document's digest is not that of SHA-256".into());
        let digest = hex::decode(&request.document_sha256).map_err(|_| unusable())?;
        let digest: [u8; 32] = digest.try_into().map_err(|_| unusable())?;
        let signature: DocumentSignature = self.gateway.ask(SIGN_DOCUMENT, request).await?;
        match self.check(&signature.der(), &digest) {
            Ok(signed) if signed.name == request.name && signed.id_masked == mask_number(&request.cert_no) => {
                Ok(signature)
            }
            Ok(_) => Err(PartnerFault::Contradiction("the signature is another person's".into())),
            Err(Broken::Document) => Err(PartnerFault::Contradiction("the signature is over another document".into())),
            Err(_) => Err(PartnerFault::Forged),
        }
    }

    fn check(&self, cms: &[u8], document_sha256: &[u8; 32]) -> Result<Signed, Broken> {
        self.root.as_ref().ok_or(Broken::Certificate)?.check(cms, document_sha256)
    }
}

/// An ID number as it stands in a certificate: the first six and the last four characters.
pub fn mask_number(cert_no: &str) -> String {
    match (cert_no.get(..6), cert_no.get(14..)) {
        (Some(head), Some(tail)) => format!("{head}********{tail}"),
        _ => "*".repeat(cert_no.chars().count()),
    }
}

#[cfg(test)]
mod tests;
