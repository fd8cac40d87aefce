//! The authority beside its readers: ours, and OpenSSL as somebody who knows nothing of us.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use chrono::{DateTime, Utc};

use super::check::{AuthorityRoot, Broken};
use super::form::sha256;
use super::issue::{AuthoritySigner, Signing};
use crate::keys::Chance;

const DOCUMENT: &[u8] = b"a contract";

fn chance(first: u8) -> Chance {
    let drawn = AtomicU8::new(first);
    Arc::new(move |bytes: &mut [u8]| bytes.fill(drawn.fetch_add(1, Ordering::Relaxed)))
}

fn signed_at() -> DateTime<Utc> {
    "2026-08-12T02:24:00Z".parse().unwrap()
}

fn sign(authority: &AuthoritySigner, name: &str) -> Vec<u8> {
    let signing = Signing {
        name,
        cert_no: "999901200803150010",
        document_sha256: &sha256(DOCUMENT),
        number: 1_000_200,
        at: signed_at(),
    };
    authority.sign(&signing, &chance(40)).unwrap()
}

#[test]
fn a_signature_holds_for_its_document_and_root_only() {
    let authority = AuthoritySigner::generate(&chance(7));
    let again = AuthoritySigner::read(&authority.to_hex()).unwrap();
    assert_eq!(again.root(), authority.root(), "the root follows from the keys");
    let root = AuthorityRoot::read(&authority.root()).unwrap();
    for name in ["陈思远", "买买提·阿不都热依木", "王𬭚"] {
        let cms = sign(&authority, name);
        let found = root.check(&cms, &sha256(DOCUMENT)).unwrap();
        assert_eq!(
            (found.name.as_str(), found.id_masked.as_str(), found.at),
            (name, "999901********0010", signed_at())
        );
        assert_eq!(root.check(&cms, &sha256(b"another contract")), Err(Broken::Document));
        let padded = [cms.as_slice(), &[0; 40]].concat();
        assert_eq!(root.check(&padded, &sha256(DOCUMENT)), Ok(found));
    }
    let other = AuthoritySigner::generate(&chance(9));
    let other = AuthorityRoot::read(&other.root()).unwrap();
    assert_eq!(other.check(&sign(&authority, "陈思远"), &sha256(DOCUMENT)), Err(Broken::Certificate));
    for nonsense in ["", "AAAA", "no base64", "MIIB"] {
        assert!(AuthorityRoot::read(nonsense).is_none());
    }
}

#[test]
fn a_signature_with_any_byte_changed_is_broken() {
    let authority = AuthoritySigner::generate(&chance(7));
    let root = AuthorityRoot::read(&authority.root()).unwrap();
    let cms = [sign(&authority, "陈思远").as_slice(), &[0; 8]].concat();
    for place in 0..cms.len() {
        let mut changed = cms.clone();
        changed[place] ^= 1;
        assert!(root.check(&changed, &sha256(DOCUMENT)).is_err(), "byte {place} of {}", cms.len());
    }
    for length in [0, 1, 10, cms.len() - 9] {
        assert!(root.check(&cms[..length], &sha256(DOCUMENT)).is_err(), "{length} bytes");
    }
}

fn openssl(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let ran = Command::new("openssl").args(arguments).current_dir(folder).output();
    let ran = ran.expect("./test installs openssl, which checks our signatures as a stranger");
    (ran.status.success(), String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned())
}

#[test]
fn openssl_believes_the_signature_and_its_time_stamp() {
    let authority = AuthoritySigner::generate(&chance(7));
    let cms = sign(&authority, "陈思远");
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write(
        "root.pem",
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", authority.root()).as_bytes(),
    );
    write("document", DOCUMENT);
    write("other", b"another contract");
    write("signature", &cms);
    let at = signed_at().timestamp().to_string();
    let verify = |document: &str| {
        let arguments = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", document];
        let trust = ["-CAfile", "root.pem", "-purpose", "any", "-attime", &at, "-out", "content"];
        openssl(folder.path(), &[&arguments[..], &trust[..]].concat())
    };
    let (believed, said) = verify("document");
    assert!(believed, "{said}");
    assert!(!verify("other").0, "another document is not");

    let (stamp, over) = super::check::stamp_of(&cms).unwrap();
    write("stamp", &stamp);
    write("over", &over);
    let arguments = ["ts", "-verify", "-token_in", "-in", "stamp", "-data", "over", "-CAfile", "root.pem"];
    let (believed, said) = openssl(folder.path(), &[&arguments[..], &["-attime", &at]].concat());
    assert!(believed, "{said}");
}
