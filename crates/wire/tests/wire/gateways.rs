//! Text messages, identity, credit bureau, certificate authority: sealed both ways, once per number.

use loan::calendar::date;
use loan::money::Fen;
use sha2::{Digest, Sha256};
use wire::authority::issue::AuthoritySigner;
use wire::authority::{Broken, SignRequest};
use wire::bureau::{BureauRecord, ReportKind, write_file};
use wire::fault::PartnerFault;
use wire::identity::{FaceAnswer, Person};
use wire::keys::{Secret, sm3_hex};
use wire::partners::Partners;
use wire::platform::refusals;
use wire::sms::TextMessage;

use crate::house::{House, refused};

fn message(number: u32) -> TextMessage {
    TextMessage {
        request_no: format!("sms-{number}"),
        phone: "13900000001".into(),
        sign_name: "【助学】".into(),
        text: format!("验证码 {number}，5 分钟内有效。"),
    }
}

#[tokio::test]
async fn a_message_is_sent_once_per_number() {
    let house = House::new().await;
    let sms = &house.partners.sms;
    let first = sms.send(&message(1)).await.unwrap();
    assert_eq!(sms.send(&message(1)).await.unwrap(), first);
    let other = TextMessage { text: "别的".into(), ..message(1) };
    assert_eq!(refused(sms.send(&other).await), refusals::REQUEST_CONFLICT);
    let second = sms.send(&message(2)).await.unwrap();
    assert_ne!(second, first);
    let no_phone = TextMessage { phone: "110".into(), ..message(3) };
    assert_eq!(refused(sms.send(&no_phone).await), "PHONE_INVALID");
    let sent: Vec<_> = house.hand.messages("13900000001").await.unwrap().into_iter().map(|sent| sent.text).collect();
    assert_eq!(sent, [message(1).text, message(2).text]);
}

#[tokio::test]
async fn gateways_that_are_down_forged_or_not_ours_are_told_apart() {
    let house = House::new().await;
    house.faults(|faults| faults.gateways_down = true).await;
    let fault = house.partners.sms.send(&message(1)).await.unwrap_err();
    assert!(matches!(fault, PartnerFault::Unreachable(_)), "{fault:?}");
    house.faults(|faults| faults.corrupt_signature = true).await;
    assert_eq!(house.partners.sms.send(&message(1)).await, Err(PartnerFault::Forged));
    house.faults(|_| {}).await;

    let mut config = house.hand.introduce(&house.lender, &house.ear.url, &house.ear.url).await.unwrap();
    config.sms.secret = Secret::new("another secret");
    let stranger = Partners::connect(&config, house.hands.clock()).unwrap();
    let fault = stranger.sms.send(&message(2)).await.unwrap_err();
    assert!(matches!(fault, PartnerFault::Unreachable(_)), "{fault:?}");
    assert_eq!(house.hand.messages("13900000001").await.unwrap().len(), 1, "only the forged answer had sent one");
}

#[tokio::test]
async fn name_and_number_are_compared() {
    let house = House::new().await;
    let person = |number: u32, name: &str| Person {
        request_no: format!("id-{number}"),
        name: name.into(),
        cert_no: "999999200401010010".into(),
    };
    assert!(house.partners.identity.compare(&person(1, "张三")).await.unwrap().matches);
    assert!(!house.partners.identity.compare(&person(2, "假名")).await.unwrap().matches);
}

#[tokio::test]
async fn a_face_is_yes_no_or_not_yet() {
    let house = House::new().await;
    let identity = &house.partners.identity;
    let check = async |number: u32, matched: bool, expected: FaceAnswer| {
        let person =
            Person {
                request_no: format!("face-{number}"), name: "张三".into(), cert_no: "999999200401010010".into()
            };
        let session = identity.begin_face(&person).await.unwrap();
        assert_eq!(identity.begin_face(&person).await.unwrap(), session);
        let waiting = identity.face_result(&session.session).await.unwrap();
        assert_eq!((waiting.answer, waiting.token), (FaceAnswer::Waiting, None));
        let page = reqwest::get(&session.page_url).await.unwrap().text().await.unwrap();
        assert!(page.contains("张**") && !page.contains("张三"), "{page}");
        house.hand.decide_face(&session.session, matched).await.unwrap();
        let decided = identity.face_result(&session.session).await.unwrap();
        assert_eq!(decided.answer, expected);
        assert!(decided.token.is_some());
        assert_eq!(refused(house.hand.decide_face(&session.session, !matched).await), "SESSION_DECIDED");
    };
    check(1, true, FaceAnswer::Matched).await;
    check(2, false, FaceAnswer::NotMatched).await;
    assert_eq!(refused(identity.face_result("unknown").await), "SESSION_NOT_EXIST");
}

#[tokio::test]
async fn the_bureau_takes_a_whole_file_once() {
    let house = House::new().await;
    let record = BureauRecord {
        kind: ReportKind::Opened,
        contract_no: "C1".into(),
        cert_no: "999999200401010010".into(),
        name: "张三".into(),
        opened_on: date(2026, 11, 20),
        loan_amount: Fen::yuan(12_000),
        balance: Fen::yuan(12_000),
        overdue: Fen::ZERO,
        overdue_since: None,
        settled_on: None,
    };
    let file = write_file("450302", date(2026, 11, 30), 1, &[record]).unwrap();
    let receipt = house.partners.bureau.submit(&file).await.unwrap();
    assert_eq!((receipt.accepted, receipt.rejected.len()), (1, 0));
    assert_eq!(house.partners.bureau.submit(&file).await.unwrap(), receipt);
    let mut altered = file.clone();
    altered.name.push('2');
    altered.content = altered.content.replace("张三", "张四");
    assert_eq!(refused(house.partners.bureau.submit(&altered).await), "DIGEST_WRONG");
    altered.content = file.content.replace("Z|1|", "Z|2|");
    altered.digest = sm3_hex(altered.content.as_bytes());
    assert_eq!(refused(house.partners.bureau.submit(&altered).await), "COUNT_WRONG");
    altered.name = file.name;
    assert_eq!(refused(house.partners.bureau.submit(&altered).await), refusals::REQUEST_CONFLICT);
}

#[tokio::test]
async fn the_authority_signs_for_whoever_proved_himself_and_anybody_can_check() {
    let house = House::new().await;
    let document: [u8; 32] = Sha256::digest(b"contract").into();
    let request = SignRequest {
        request_no: "sign-1".into(),
        name: "张三".into(),
        cert_no: "999999200401010010".into(),
        identity_token: "token".into(),
        document_sha256: hex::encode(document),
    };
    let authority = &house.partners.authority;
    let signature = authority.sign(&request).await.unwrap();
    let found = authority.check(&signature.der(), &document).unwrap();
    assert_eq!((found.name.as_str(), found.id_masked.as_str()), ("张三", "999999********0010"));
    assert_eq!(found.at, house.hands.now());
    assert_eq!(authority.sign(&request).await.unwrap(), signature, "once per number");
    let other = Sha256::digest(b"another contract").into();
    assert_eq!(authority.check(&signature.der(), &other), Err(Broken::Document));
    let conflict = SignRequest { document_sha256: hex::encode(other), ..request.clone() };
    assert_eq!(refused(authority.sign(&conflict).await), refusals::REQUEST_CONFLICT);
    let unproved = SignRequest { request_no: "sign-2".into(), identity_token: String::new(), ..request.clone() };
    assert_eq!(refused(authority.sign(&unproved).await), "IDENTITY_NOT_PROVED");

    // Another authority's signature is not believed, whatever the gateway says.
    let mut config = house.hand.introduce(&house.lender, &house.ear.url, &house.ear.url).await.unwrap();
    config.authority_root = AuthoritySigner::generate(&crate::house::chance()).root();
    let stranger = Partners::connect(&config, house.hands.clock()).unwrap();
    let again = SignRequest { request_no: "sign-3".into(), ..request.clone() };
    assert_eq!(stranger.authority.sign(&again).await, Err(PartnerFault::Forged));
    config.authority_root = String::new();
    let trusting_nobody = Partners::connect(&config, house.hands.clock()).unwrap();
    assert_eq!(trusting_nobody.authority.sign(&again).await, Err(PartnerFault::Forged));
    config.authority_root = "no certificate".into();
    assert!(Partners::connect(&config, house.hands.clock()).is_err());
}
