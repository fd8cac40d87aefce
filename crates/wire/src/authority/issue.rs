//! The authority's own side: a root, a key for time stamps, and a certificate for every signing. Its certificates
//! follow from its keys, so only the keys are kept.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::CmsVersion;
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::Encode;
use der::asn1::{Any, BitString, GeneralizedTime, Int, SetOfVec};
use der::flagset::FlagSet;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::certificate::{TbsCertificate, Version};
use x509_cert::der::oid::AssociatedOid;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages};
use x509_cert::name::RdnSequence;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::Validity;

use super::form::{self, algorithm, any, attribute, octets, sha256};
use super::mask_number;
use crate::keys::Chance;

/// How long the certificate of one signing holds: the time stamp says that it was used within.
const EVENT: TimeDelta = TimeDelta::hours(24);
/// How far the signer's clock may lie behind.
const BEFORE: TimeDelta = TimeDelta::minutes(5);

/// The authority's private keys.
pub struct AuthoritySigner {
    root: SigningKey,
    stamp: SigningKey,
}

impl fmt::Debug for AuthoritySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthoritySigner(…)")
    }
}

/// Who signs what, and when.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// Name of the signer.
    pub name: &'a str,
    /// Number of the signer's ID card.
    pub cert_no: &'a str,
    /// SHA-256 of the document.
    pub document_sha256: &'a [u8; 32],
    /// Number of the certificate and of the stamp.
    pub number: u64,
    /// The authority's time.
    pub at: DateTime<Utc>,
}

impl AuthoritySigner {
    /// New keys from the given random source.
    pub fn generate(chance: &Chance) -> AuthoritySigner {
        AuthoritySigner { root: new_key(chance), stamp: new_key(chance) }
    }

    /// Reads [`AuthoritySigner::to_hex`].
    pub fn read(text: &str) -> Option<AuthoritySigner> {
        let (root, stamp) = text.trim().split_once('\n')?;
        let key = |text: &str| SigningKey::from_slice(&hex::decode(text.trim()).ok()?).ok();
        Some(AuthoritySigner { root: key(root)?, stamp: key(stamp)? })
    }

    /// For the key file: root and stamp, a line each. Secret.
    pub fn to_hex(&self) -> String {
        format!("{}\n{}\n", hex::encode(self.root.to_bytes()), hex::encode(self.stamp.to_bytes()))
    }

    /// The root certificate as it is given away: Base64 of its DER.
    pub fn root(&self) -> String {
        let made = self.root_certificate().and_then(|certificate| certificate.to_der());
        BASE64.encode(made.expect("a certificate of fixed words can be written"))
    }

    /// Signs in a person's name with a key made for this once.
    ///
    /// # Errors
    /// The name is too long for a certificate, or the time before 1970.
    pub fn sign(&self, signing: &Signing<'_>, chance: &Chance) -> der::Result<Vec<u8>> {
        let key = new_key(chance);
        let subject =
            form::name(&[(form::COMMON_NAME, signing.name), (form::SERIAL_NUMBER, &mask_number(signing.cert_no))])?;
        let usage = extension(&KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation))?;
        let valid = (signing.at - BEFORE, signing.at + EVENT);
        let certificate = self.certify(signing.number, subject, valid, &key, vec![usage])?;
        let mut info = signer_info(&key, &certificate, form::DATA, signing.document_sha256)?;
        let stamp = self.stamp(info.signature.as_bytes(), signing.number, signing.at)?;
        info.unsigned_attrs = Some(SetOfVec::try_from(vec![attribute(form::TIME_STAMP, &stamp)?])?);
        let content = EncapsulatedContentInfo { econtent_type: form::DATA, econtent: None };
        form::wrapped(&signed_data(CmsVersion::V1, content, certificate, info)?)?.to_der()
    }

    /// An RFC 3161 time stamp over a signature.
    fn stamp(&self, signature: &[u8], number: u64, at: DateTime<Utc>) -> der::Result<cms::content_info::ContentInfo> {
        let info = form::StampInfo {
            version: 1,
            policy: form::STAMP_POLICY,
            imprint: form::Imprint { algorithm: algorithm(form::SHA_256), digest: octets(&sha256(signature))? },
            serial_number: Int::new(&serial(number))?,
            made_at: GeneralizedTime::from_date_time(form::moment(at)?),
        };
        let content = info.to_der()?;
        let certificate = self.stamp_certificate()?;
        let signer = signer_info(&self.stamp, &certificate, form::STAMP_CONTENT, &sha256(&content))?;
        let content =
            EncapsulatedContentInfo { econtent_type: form::STAMP_CONTENT, econtent: Some(any(&octets(&content)?)?) };
        form::wrapped(&signed_data(CmsVersion::V3, content, certificate, signer)?)
    }

    fn root_name() -> der::Result<RdnSequence> {
        form::name(&[(form::COMMON_NAME, "助学演示电子认证机构")])
    }

    fn root_certificate(&self) -> der::Result<Certificate> {
        let usage = extension(&KeyUsage(FlagSet::from(KeyUsages::KeyCertSign)))?;
        let is_root = extension(&BasicConstraints { ca: true, path_len_constraint: Some(0) })?;
        self.certify(1, Self::root_name()?, lifetime(), &self.root, vec![is_root, usage])
    }

    fn stamp_certificate(&self) -> der::Result<Certificate> {
        let subject = form::name(&[(form::COMMON_NAME, "助学演示时间戳")])?;
        let usage = extension(&KeyUsage(FlagSet::from(KeyUsages::DigitalSignature)))?;
        let stamping = extension(&ExtendedKeyUsage(vec![form::STAMPING]))?;
        self.certify(2, subject, lifetime(), &self.stamp, vec![usage, stamping])
    }

    fn certify(
        &self,
        number: u64,
        subject: RdnSequence,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
        key: &SigningKey,
        extensions: Vec<Extension>,
    ) -> der::Result<Certificate> {
        let public = key.verifying_key().to_sec1_point(false);
        let tbs_certificate = TbsCertificate {
            version: Version::V3,
            serial_number: SerialNumber::new(&serial(number))?,
            signature: algorithm(form::ECDSA_SHA_256),
            issuer: Self::root_name()?,
            validity: Validity { not_before: form::time(from)?, not_after: form::time(to)? },
            subject,
            subject_public_key_info: SubjectPublicKeyInfoOwned {
                algorithm: AlgorithmIdentifierOwned { oid: form::EC_KEY, parameters: Some(Any::from(form::P_256)) },
                subject_public_key: BitString::from_bytes(public.as_bytes())?,
            },
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(extensions),
        };
        let signature: Signature = self.root.sign(&tbs_certificate.to_der()?);
        let signature = BitString::from_bytes(signature.to_der().as_bytes())?;
        Ok(Certificate { tbs_certificate, signature_algorithm: algorithm(form::ECDSA_SHA_256), signature })
    }
}

fn new_key(chance: &Chance) -> SigningKey {
    loop {
        let mut bytes = [0; 32];
        chance(&mut bytes);
        // Bytes outside the range of the curve's order are drawn again.
        if let Ok(key) = SigningKey::from_slice(&bytes) {
            return key;
        }
    }
}

/// Root and stamp outlive every contract of today.
fn lifetime() -> (DateTime<Utc>, DateTime<Utc>) {
    let new_year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().expect("a new year");
    (new_year(2010), new_year(2090))
}

/// A number as a positive integer without needless zeros.
fn serial(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(7);
    let mut text = bytes[first..].to_vec();
    if text[0] & 0x80 != 0 {
        text.insert(0, 0);
    }
    text
}

/// An extension nobody may overlook.
fn extension<T: Encode + AssociatedOid>(value: &T) -> der::Result<Extension> {
    Ok(Extension { extn_id: T::OID, critical: true, extn_value: octets(&value.to_der()?)? })
}

fn signer_info(
    key: &SigningKey,
    certificate: &Certificate,
    content_type: der::asn1::ObjectIdentifier,
    digest: &[u8; 32],
) -> der::Result<SignerInfo> {
    let attributes: Vec<Attribute> = vec![
        attribute(form::CONTENT_TYPE, &content_type)?,
        attribute(form::MESSAGE_DIGEST, &octets(digest)?)?,
        attribute(form::SIGNING_CERTIFICATE, &form::certificate_digest(certificate)?)?,
    ];
    let attributes = SetOfVec::try_from(attributes)?;
    let signature: Signature = key.sign(&attributes.to_der()?);
    Ok(SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: algorithm(form::SHA_256),
        signed_attrs: Some(attributes),
        signature_algorithm: algorithm(form::ECDSA_SHA_256),
        signature: octets(signature.to_der().as_bytes())?,
        unsigned_attrs: None,
    })
}

fn signed_data(
    version: CmsVersion,
    encap_content_info: EncapsulatedContentInfo,
    certificate: Certificate,
    signer: SignerInfo,
) -> der::Result<SignedData> {
    Ok(SignedData {
        version,
        digest_algorithms: SetOfVec::try_from(vec![algorithm(form::SHA_256)])?,
        encap_content_info,
        certificates: Some(CertificateSet::try_from(vec![CertificateChoices::Certificate(certificate)])?),
        crls: None,
        signer_infos: SignerInfos::try_from(vec![signer])?,
    })
}
