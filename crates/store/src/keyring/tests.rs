use super::*;
use aes_gcm::aes::cipher;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt};

fn keyring(suite: Suite) -> Keyring {
    let entropy: Entropy = Arc::new(|bytes| rand::Rng::fill_bytes(&mut rand::rng(), bytes));
    Keyring::new(MasterFile::from_bytes([7; 32]), suite, entropy).expect("a usable key")
}

#[test]
fn sm4_answers_the_example_of_gb_t_32907() {
    let key = hex::decode("0123456789abcdeffedcba9876543210").expect("hex");
    let sm4 = Sm4::new_from_slice(&key).expect("16 bytes");
    let mut block = Array::try_from(key.as_slice()).expect("16 bytes");
    sm4.encrypt_block(&mut block);
    assert_eq!(hex::encode(block), "681edf34d206965e86b3e94f536e4246");
    sm4.decrypt_block(&mut block);
    assert_eq!(hex::encode(block), "0123456789abcdeffedcba9876543210");
    // The second example: the same, a million times over.
    for _ in 0..1_000_000 {
        sm4.encrypt_block(&mut block);
    }
    assert_eq!(hex::encode(block), "595298c7c6fd271f0402f804c33d3f66");
}

#[test]
fn sm4_gcm_answers_rfc_8998_a_1() {
    let mut key = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice("0123456789abcdeffedcba9876543210", &mut key[..16]).expect("hex");
    let nonce: [u8; 12] = hex::decode("00001234567800000000abcd").expect("hex").try_into().expect("12 bytes");
    let aad = hex::decode("feedfacedeadbeeffeedfacedeadbeefabaddad2").expect("hex");
    let plain = hex::decode(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
    )
    .expect("hex");
    let expected = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec";
    let sealed = sm4_gcm(&key).encrypt(&Array::from(nonce), Payload { msg: &plain, aad: &aad }).expect("seals");
    assert_eq!(hex::encode(sealed), expected);
}

#[test]
fn sm3_answers_the_examples_of_gb_t_32905() {
    assert_eq!(hex::encode(sm3(b"abc")), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_eq!(
        hex::encode(sm3(&b"abcd".repeat(16))),
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    );
}

#[test]
fn sm2_signatures_hold_for_their_text_and_key_only() {
    let keyring = keyring(Suite::Sm4Gcm);
    let signature = keyring.sign(b"2026-12-20 root");
    assert!(signature_holds(&keyring.public_key(), b"2026-12-20 root", &signature));
    assert!(!signature_holds(&keyring.public_key(), b"2026-12-21 root", &signature));
    let entropy: Entropy = Arc::new(|bytes| bytes.fill(1));
    let other = Keyring::from_bytes([8; 32], entropy).expect("a usable key");
    assert!(!signature_holds(&other.public_key(), b"2026-12-20 root", &signature));
    assert!(!signature_holds("no key", b"2026-12-20 root", &signature));
}

#[test]
fn a_cell_opens_in_its_own_place_only() {
    let here = Place { table: "person", column: "phone_cipher", tenant: 42, row: "" };
    for suite in [Suite::Sm4Gcm, Suite::Aes256Gcm] {
        let keyring = keyring(suite);
        let (key, wrapped) = keyring.new_data_key(42).expect("a key");
        let sealed = keyring.seal(&key, &here, "13800138000".as_bytes()).expect("seals");
        let check = |place: Place<'_>, sealed: &[u8], opens: bool| {
            assert_eq!(keyring.open(&key, &place, sealed).is_ok(), opens, "{place:?}");
        };
        check(here, &sealed, true);
        check(Place { table: "account", ..here }, &sealed, false);
        check(Place { column: "id_cipher", ..here }, &sealed, false);
        check(Place { tenant: 43, ..here }, &sealed, false);
        check(Place { row: "1", ..here }, &sealed, false);
        check(here, &sealed[..sealed.len() - 1], false);
        check(here, &sealed[..5], false);
        for at in [0, 1, 2, 14, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            check(here, &changed, false);
        }
        let again = keyring.data_key(&wrapped, 42).expect("unwraps");
        assert_eq!(keyring.open(&again, &here, &sealed).expect("opens"), b"13800138000");
        assert!(keyring.data_key(&wrapped, 43).is_err(), "a key of one person given to another");
    }
}

#[test]
fn cells_of_both_suites_stay_readable_and_never_repeat() {
    let place = Place { table: "person", column: "id_cipher", tenant: 1, row: "" };
    let (sm4, aes) = (keyring(Suite::Sm4Gcm), keyring(Suite::Aes256Gcm));
    let (key, _) = sm4.new_data_key(1).expect("a key");
    let sealed = sm4.seal(&key, &place, b"x").expect("seals");
    assert_eq!(aes.open(&key, &place, &sealed).expect("opens"), b"x");
    assert_ne!(sealed, sm4.seal(&key, &place, b"x").expect("seals"));
}

#[test]
fn an_old_master_key_still_opens_and_is_replaced_on_rewrap() {
    let entropy: Entropy = Arc::new(|bytes| rand::Rng::fill_bytes(&mut rand::rng(), bytes));
    let one = format!("1 {}\n", "11".repeat(32));
    let two = format!("{one}# since 2026\n2 {}\n", "22".repeat(32));
    let open = |text: &str| {
        Keyring::new(MasterFile::from_text(text).expect("a key file"), Suite::Sm4Gcm, entropy.clone()).expect("usable")
    };
    let (before, after) = (open(&one), open(&two));
    let (_, wrapped) = before.new_data_key(5).expect("a key");
    assert!(after.data_key(&wrapped, 5).is_ok());
    let rewrapped = after.rewrap(&wrapped, 5).expect("rewraps").expect("it was old");
    assert!(before.data_key(&rewrapped, 5).is_err());
    assert_eq!(after.rewrap(&rewrapped, 5).expect("reads"), None);
    assert_eq!(before.id_index("x"), after.id_index("x"), "blind indexes outlive a rotation");
}

#[test]
fn a_key_file_is_read_whole_or_refused() {
    let good = "ab".repeat(32);
    let check = |text: &str, keys: Option<usize>| {
        assert_eq!(MasterFile::from_text(text).ok().map(|file| file.keys.len()), keys, "{text}");
    };
    check(&good, Some(1));
    check(&format!("1 {good}\n3 {good}"), Some(2));
    check("", None);
    check("1 abc", None);
    check(&format!("0 {good}"), None);
    check(&format!("1 {good}\n1 {good}"), None);
    check(&format!("x {good}"), None);
}

#[test]
fn tails_differ_between_books() {
    let keyring = keyring(Suite::Sm4Gcm);
    let tail = |book, text| keyring.tail_index("application", book, text);
    assert_eq!(tail(1, "11010519491231002X"), tail(1, "002X"));
    assert_ne!(tail(1, "002X"), tail(2, "002X"));
    assert_eq!(tail(1, "2X"), tail(1, "2X"));
}
