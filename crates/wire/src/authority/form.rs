//! The shapes that the authority writes and every reader expects: object identifiers, names, attributes.

use chrono::{DateTime, Utc};
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::{Any, GeneralizedTime, Int, ObjectIdentifier, OctetString, SetOfVec, UtcTime, Utf8StringRef};
use der::{Decode, Encode, Sequence};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, AttributeTypeAndValue};
use x509_cert::name::{RdnSequence, RelativeDistinguishedName};
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;

/// Plain data, as opposed to a structure of its own.
pub(super) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
/// A signature with what it needs.
pub(super) const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// Signed attribute: what kind of content is signed.
pub(super) const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
/// Signed attribute: the digest of the content.
pub(super) const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// Signed attribute: the digest of the signer's certificate (RFC 5035).
pub(super) const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// Unsigned attribute: a time stamp over the signature (RFC 3161 appendix A).
pub(super) const TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
/// What a time stamp is a signature over.
pub(super) const STAMP_CONTENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// Extended use of a key: time stamps.
pub(super) const STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// The policy of the stamps: best practice of ETSI EN 319 421.
pub(super) const STAMP_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.2023.1.1");
/// SHA-256.
pub(super) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// ECDSA over SHA-256.
pub(super) const ECDSA_SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// A key on an elliptic curve.
pub(super) const EC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// The curve P-256.
pub(super) const P_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// A person's or office's name.
pub(super) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// What tells two people of one name apart; here the masked ID number.
pub(super) const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");

/// `TSTInfo` of RFC 3161, as far as it is written here.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct StampInfo {
    pub version: u8,
    pub policy: ObjectIdentifier,
    pub imprint: Imprint,
    pub serial_number: Int,
    pub made_at: GeneralizedTime,
}

/// `MessageImprint` of RFC 3161.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct Imprint {
    pub algorithm: AlgorithmIdentifierOwned,
    pub digest: OctetString,
}

/// `SigningCertificateV2` of RFC 5035 with SHA-256, its default.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct SigningCertificate {
    pub certificates: Vec<CertificateDigest>,
}

/// `ESSCertIDv2` without what may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
pub(super) struct CertificateDigest {
    pub digest: OctetString,
}

pub(super) fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid, parameters: None }
}

pub(super) fn octets(bytes: &[u8]) -> der::Result<OctetString> {
    OctetString::new(bytes)
}

pub(super) fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![any(value)?])? })
}

/// Anything as a value whose type is told elsewhere.
pub(super) fn any(value: &impl Encode) -> der::Result<Any> {
    Any::from_der(&value.to_der()?)
}

/// A name of parts such as `CN=…, SERIALNUMBER=…`.
pub(super) fn name(parts: &[(ObjectIdentifier, &str)]) -> der::Result<RdnSequence> {
    let one = |(oid, text): &(ObjectIdentifier, &str)| {
        let value = Any::from(Utf8StringRef::new(text)?);
        let part = AttributeTypeAndValue { oid: *oid, value };
        Ok(RelativeDistinguishedName(SetOfVec::try_from(vec![part])?))
    };
    Ok(RdnSequence(parts.iter().map(one).collect::<der::Result<Vec<_>>>()?))
}

pub(super) fn moment(at: DateTime<Utc>) -> der::Result<der::DateTime> {
    let seconds = u64::try_from(at.timestamp()).map_err(|_| der::ErrorKind::DateTime)?;
    der::DateTime::from_unix_duration(std::time::Duration::from_secs(seconds))
}

/// A time of a certificate: two-digit years until 2049, four-digit ones from then on (RFC 5280 4.1.2.5).
pub(super) fn time(at: DateTime<Utc>) -> der::Result<Time> {
    let moment = moment(at)?;
    Ok(match UtcTime::from_date_time(moment) {
        Ok(short) => Time::UtcTime(short),
        Err(_) => Time::GeneralTime(GeneralizedTime::from_date_time(moment)),
    })
}

/// Reads a moment back.
pub(super) fn instant(moment: der::DateTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(i64::try_from(moment.unix_duration().as_secs()).ok()?, 0)
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(super) fn certificate_digest(certificate: &Certificate) -> der::Result<SigningCertificate> {
    let digest = octets(&sha256(&certificate.to_der()?))?;
    Ok(SigningCertificate { certificates: vec![CertificateDigest { digest }] })
}

pub(super) fn wrapped(signed: &SignedData) -> der::Result<ContentInfo> {
    Ok(ContentInfo { content_type: SIGNED_DATA, content: any(signed)? })
}
