//! Reading a signature back, from its bytes and the pinned root alone. It is strict: what our authority would not
//! have written is broken, even where the standards would let it pass.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Reader, SliceReader};
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use x509_cert::Certificate;
use x509_cert::attr::Attributes;
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::name::RdnSequence;

use super::form::{self, StampInfo, algorithm, sha256};

/// Why a signature is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Not a signature of the form, or changed.
    #[error("this is not a signature of the form")]
    Form,
    /// Over other bytes: the document was changed.
    #[error("the signature is over another document")]
    Document,
    /// The signer's key did not make it.
    #[error("the signature does not hold")]
    Signature,
    /// The signer's certificate is not of the pinned authority, or did not hold at that time.
    #[error("the certificate is not of the trusted authority")]
    Certificate,
    /// The time stamp does not hold.
    #[error("the time stamp does not hold")]
    Stamp,
}

impl From<der::Error> for Broken {
    fn from(_: der::Error) -> Broken {
        Broken::Form
    }
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Name of the signer, as in the certificate.
    pub name: String,
    /// Masked ID number of the signer, as in the certificate.
    pub id_masked: String,
    /// When, by the authority's time stamp.
    pub at: DateTime<Utc>,
}

/// The authority's root, pinned by configuration.
#[derive(Clone)]
pub struct AuthorityRoot {
    name: RdnSequence,
    key: VerifyingKey,
}

impl fmt::Debug for AuthorityRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorityRoot({})", self.name)
    }
}

impl AuthorityRoot {
    /// Reads a certificate as one line of Base64 or as PEM.
    pub fn read(text: &str) -> Option<AuthorityRoot> {
        let line: String = text.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let certificate = Certificate::from_der(&BASE64.decode(line).ok()?).ok()?;
        let root = AuthorityRoot { name: certificate.tbs_certificate.subject.clone(), key: key_of(&certificate).ok()? };
        root.issued(&certificate).ok()?;
        Some(root)
    }

    /// Whether the signature was made under this root for a document of this SHA-256. Zeros after it are padding.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn check(&self, cms: &[u8], document_sha256: &[u8; 32]) -> Result<Signed, Broken> {
        let signed = signed_data(cms)?;
        let (certificate, signer) = alone(&signed, CmsVersion::V1)?;
        if signed.encap_content_info.econtent_type != form::DATA || signed.encap_content_info.econtent.is_some() {
            return Err(Broken::Form);
        }
        let key = self.issued(certificate)?;
        if use_of(certificate)? != (KeyUsages::DigitalSignature | KeyUsages::NonRepudiation)
            || certificate.tbs_certificate.get::<ExtendedKeyUsage>()?.is_some()
        {
            return Err(Broken::Certificate);
        }
        made_by(signer, certificate, &key, form::DATA, document_sha256)?;
        let stamps = signer.unsigned_attrs.as_ref().ok_or(Broken::Stamp)?;
        if stamps.len() != 1 {
            return Err(Broken::Stamp);
        }
        let stamp = only_value(stamps, form::TIME_STAMP).ok_or(Broken::Stamp)?;
        let at = self.stamped(&stamp.to_der()?, signer.signature.as_bytes()).map_err(|_| Broken::Stamp)?;
        if !holds_at(certificate, at) {
            return Err(Broken::Certificate);
        }
        let subject = &certificate.tbs_certificate.subject;
        let part = |oid| part_of(subject, oid).ok_or(Broken::Certificate);
        Ok(Signed { name: part(form::COMMON_NAME)?, id_masked: part(form::SERIAL_NUMBER)?, at })
    }

    /// The time of a stamp over these bytes.
    fn stamped(&self, stamp: &[u8], over: &[u8]) -> Result<DateTime<Utc>, Broken> {
        let signed = signed_data(stamp)?;
        let (certificate, signer) = alone(&signed, CmsVersion::V3)?;
        let key = self.issued(certificate)?;
        let extended = certificate.tbs_certificate.get::<ExtendedKeyUsage>()?;
        if extended.is_none_or(|(critical, usage)| !critical || usage.0 != [form::STAMPING]) {
            return Err(Broken::Certificate);
        }
        let content = &signed.encap_content_info;
        let bytes = content.econtent.as_ref().ok_or(Broken::Form)?.decode_as::<OctetString>()?;
        if content.econtent_type != form::STAMP_CONTENT || signer.unsigned_attrs.is_some() {
            return Err(Broken::Form);
        }
        made_by(signer, certificate, &key, form::STAMP_CONTENT, &sha256(bytes.as_bytes()))?;
        let info = StampInfo::from_der(bytes.as_bytes())?;
        if info.imprint.algorithm.oid != form::SHA_256 || info.imprint.digest.as_bytes() != sha256(over) {
            return Err(Broken::Document);
        }
        let at = form::instant(info.made_at.to_date_time()).ok_or(Broken::Form)?;
        if holds_at(certificate, at) { Ok(at) } else { Err(Broken::Certificate) }
    }

    /// The key of a certificate that this root signed.
    fn issued(&self, certificate: &Certificate) -> Result<VerifyingKey, Broken> {
        let tbs = &certificate.tbs_certificate;
        let usual = algorithm(form::ECDSA_SHA_256);
        let ecdsa = certificate.signature_algorithm == usual && tbs.signature == usual;
        let signature = certificate.signature.as_bytes().and_then(|bytes| Signature::from_der(bytes).ok());
        let signature = signature.filter(|_| ecdsa && tbs.issuer == self.name).ok_or(Broken::Certificate)?;
        self.key.verify(&tbs.to_der()?, &signature).map_err(|_| Broken::Certificate)?;
        key_of(certificate)
    }
}

/// The signature inside its envelope; nothing but zeros may follow, and it must be written as it would be again.
fn signed_data(bytes: &[u8]) -> Result<SignedData, Broken> {
    let mut reader = SliceReader::new(bytes)?;
    let envelope = ContentInfo::decode(&mut reader)?;
    let length = usize::try_from(reader.position())?;
    if envelope.content_type != form::SIGNED_DATA
        || envelope.to_der()? != bytes[..length]
        || bytes[length..].iter().any(|byte| *byte != 0)
    {
        return Err(Broken::Form);
    }
    let content = envelope.content.to_der()?;
    let signed = SignedData::from_der(&content)?;
    if signed.to_der()? == content && signed.crls.is_none() { Ok(signed) } else { Err(Broken::Form) }
}

/// The one certificate and the one signer.
fn alone(signed: &SignedData, version: CmsVersion) -> Result<(&Certificate, &SignerInfo), Broken> {
    if signed.version != version || signed.digest_algorithms.as_slice() != [algorithm(form::SHA_256)] {
        return Err(Broken::Form);
    }
    let certificates = signed.certificates.as_ref().map_or(&[][..], |set| set.0.as_slice());
    match (certificates, signed.signer_infos.0.as_slice()) {
        ([CertificateChoices::Certificate(certificate)], [signer]) => Ok((certificate, signer)),
        _ => Err(Broken::Form),
    }
}

fn key_of(certificate: &Certificate) -> Result<VerifyingKey, Broken> {
    let info = &certificate.tbs_certificate.subject_public_key_info;
    let bytes = info.subject_public_key.as_bytes().filter(|_| info.algorithm.oid == form::EC_KEY);
    VerifyingKey::from_sec1_bytes(bytes.ok_or(Broken::Certificate)?).map_err(|_| Broken::Certificate)
}

fn use_of(certificate: &Certificate) -> Result<der::flagset::FlagSet<KeyUsages>, Broken> {
    let found = certificate.tbs_certificate.get::<KeyUsage>()?;
    found.map(|(_, usage)| usage.0).ok_or(Broken::Certificate)
}

fn holds_at(certificate: &Certificate, at: DateTime<Utc>) -> bool {
    let validity = &certificate.tbs_certificate.validity;
    let bound = |time: &x509_cert::time::Time| form::instant(time.to_date_time());
    bound(&validity.not_before).is_some_and(|from| from <= at) && bound(&validity.not_after).is_some_and(|to| at <= to)
}

/// Whether the key of this certificate signed content of that type and digest.
fn made_by(
    signer: &SignerInfo,
    certificate: &Certificate,
    key: &VerifyingKey,
    content_type: ObjectIdentifier,
    digest: &[u8; 32],
) -> Result<(), Broken> {
    let tbs = &certificate.tbs_certificate;
    let named = match &signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(sid) => {
            sid.issuer == tbs.issuer && sid.serial_number == tbs.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(_) => false,
    };
    let written = [&signer.digest_alg, &signer.signature_algorithm];
    let usual = written == [&algorithm(form::SHA_256), &algorithm(form::ECDSA_SHA_256)];
    if !named || !usual || signer.version != CmsVersion::V1 {
        return Err(Broken::Form);
    }
    let attributes = signer.signed_attrs.as_ref().ok_or(Broken::Form)?;
    let signature = Signature::from_der(signer.signature.as_bytes()).map_err(|_| Broken::Form)?;
    key.verify(&attributes.to_der()?, &signature).map_err(|_| Broken::Signature)?;
    let told = |oid| only_value(attributes, oid).ok_or(Broken::Form);
    if told(form::CONTENT_TYPE)?.decode_as::<ObjectIdentifier>()? != content_type
        || told(form::SIGNING_CERTIFICATE)?.to_der()? != form::certificate_digest(certificate)?.to_der()?
    {
        return Err(Broken::Form);
    }
    if told(form::MESSAGE_DIGEST)?.decode_as::<OctetString>()?.as_bytes() == digest {
        Ok(())
    } else {
        Err(Broken::Document)
    }
}

fn only_value(attributes: &Attributes, oid: ObjectIdentifier) -> Option<&Any> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let values = found.next()?.values.as_slice();
    (values.len() == 1 && found.next().is_none()).then(|| &values[0])
}

fn part_of(name: &RdnSequence, oid: ObjectIdentifier) -> Option<String> {
    let parts = name.0.iter().flat_map(|part| part.0.iter());
    let value = &parts.into_iter().find(|part| part.oid == oid)?.value;
    value.decode_as::<der::asn1::Utf8StringRef<'_>>().ok().map(|text| text.as_str().to_owned())
}

/// The time stamp of a signature and the bytes it is over, for those who check it with tools of their own.
///
/// # Errors
/// [`Broken`] when there is none.
pub fn stamp_of(cms: &[u8]) -> Result<(Vec<u8>, Vec<u8>), Broken> {
    let signed = signed_data(cms)?;
    let (_, signer) = alone(&signed, CmsVersion::V1)?;
    let stamps = signer.unsigned_attrs.as_ref().ok_or(Broken::Stamp)?;
    let stamp = only_value(stamps, form::TIME_STAMP).ok_or(Broken::Stamp)?;
    Ok((stamp.to_der()?, signer.signature.as_bytes().to_vec()))
}
