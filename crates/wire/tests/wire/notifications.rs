//! What the platform tells us: believed only when it is the platform's, ours, fresh and whole.

use chrono::TimeDelta;
use loan::calendar::date;
use loan::money::Fen;
use wire::form::{self, Form, FormRefused};
use wire::platform::notification::{
    News, Notification, NotificationRefused, Recipient, sign, verify_notification, write_notification,
};
use wire::platform::{Trade, TradeKind, TradeStatus};

use crate::house::{Hands, House, pay_out, platform_key};

const APP: &str = "2026000000000001";
const SELLER: &str = "2088000000000001";

fn trade() -> Trade {
    Trade {
        out_trade_no: "our-1".into(),
        trade_no: "2027122122001".into(),
        kind: TradeKind::Repayment,
        trade_status: TradeStatus::Success,
        account: "dk1@zhifu.example".into(),
        total_amount: Fen(16_033),
        settled_amount: Fen(16_033),
        value_on: date(2027, 12, 21),
        batch_serial: None,
        original_trade_no: None,
        payer_masked: Some("李**".into()),
        reason: None,
    }
}

fn hands() -> Hands {
    Hands::at("2027-12-21T02:00:00Z")
}

fn message() -> Form {
    let notification = Notification { notify_id: "n1".into(), notify_at: hands().now(), news: News::Trade(trade()) };
    write_notification(&notification, APP, SELLER, &platform_key())
}

fn read(body: &[u8]) -> Result<Notification, NotificationRefused> {
    let recipient = Recipient { app_id: APP, seller_id: SELLER, received_at: hands().now() };
    verify_notification(body, &platform_key().public(), &recipient)
}

/// Changes a parameter (or takes it out) and signs again.
fn signed_with(changes: &[(&str, Option<&str>)]) -> Vec<u8> {
    let mut form = message();
    for (name, value) in changes {
        match value {
            Some(value) => form.insert((*name).into(), (*value).into()),
            None => form.remove(*name),
        };
    }
    sign(&mut form, &platform_key());
    form::write(&form).into_bytes()
}

#[test]
fn a_true_notification_is_read() {
    let notification = read(form::write(&message()).as_bytes()).unwrap();
    assert_eq!(notification.notify_id, "n1");
    assert_eq!(notification.news, News::Trade(trade()));
    let activated = Notification { news: News::AccountActivated { account: "dk1".into() }, ..notification };
    let body = form::write(&write_notification(&activated, APP, SELLER, &platform_key()));
    assert_eq!(read(body.as_bytes()), Ok(activated));
}

#[test]
fn h063_a_changed_parameter_breaks_the_signature() {
    let good = message();
    for name in good.keys().filter(|name| *name != "sign" && *name != "sign_type") {
        let mut changed = good.clone();
        changed.get_mut(name).unwrap().push('1');
        assert_eq!(read(form::write(&changed).as_bytes()), Err(NotificationRefused::Signature), "{name}");
        changed.remove(name);
        assert_eq!(read(form::write(&changed).as_bytes()), Err(NotificationRefused::Signature), "without {name}");
    }
    let mut added = good.clone();
    added.insert("more".into(), "1".into());
    assert_eq!(read(form::write(&added).as_bytes()), Err(NotificationRefused::Signature));
    let mut without = good.clone();
    without.remove("sign");
    assert_eq!(read(form::write(&without).as_bytes()), Err(NotificationRefused::Missing("sign")));
    let mut other_kind = good;
    other_kind.insert("sign_type".into(), "RSA".into());
    assert_eq!(read(form::write(&other_kind).as_bytes()), Err(NotificationRefused::SignType("RSA".into())));
}

#[test]
fn h063_a_rightly_signed_message_for_others_is_refused() {
    let check = |changes: &[(&str, Option<&str>)], expected: NotificationRefused| {
        assert_eq!(read(&signed_with(changes)), Err(expected), "{changes:?}");
    };
    let with = |name: &'static str, value: &'static str| [(name, Some(value))];
    check(&with("app_id", "2026000000000002"), NotificationRefused::OtherApp("2026000000000002".into()));
    check(&with("seller_id", "2088000000000002"), NotificationRefused::OtherPayee("2088000000000002".into()));
    check(&with("notify_time", "2027-12-21 10:05:01"), NotificationRefused::Stale("2027-12-21 10:05:01".into()));
    check(&with("notify_time", "2027-12-21 09:54:59"), NotificationRefused::Stale("2027-12-21 09:54:59".into()));
    check(&with("notify_type", "unknown"), NotificationRefused::Kind("unknown".into()));
    check(&with("currency", "USD"), NotificationRefused::OtherCurrency("USD".into()));
    check(&[("currency", None)], NotificationRefused::Missing("currency"));
    check(&[("trade_no", None)], NotificationRefused::Missing("trade_no"));
    check(&[("notify_id", None)], NotificationRefused::Missing("notify_id"));
    // Several mistakes at once: the first in the order of precedence is named.
    let all = [("app_id", Some("x")), ("seller_id", Some("x")), ("currency", Some("USD")), ("trade_no", None)];
    check(&all, NotificationRefused::OtherApp("x".into()));
    check(&all[1..], NotificationRefused::OtherPayee("x".into()));
    check(&all[2..], NotificationRefused::OtherCurrency("USD".into()));
    assert!(read(&signed_with(&with("notify_time", "2027-12-21 10:05:00"))).is_ok(), "five minutes are allowed");
}

#[test]
fn h063_values_that_cannot_be_read_are_refused() {
    for (name, value) in [
        ("total_amount", "160.335"),
        ("total_amount", "-1"),
        ("settled_amount", "1e4"),
        ("trade_status", "MAYBE"),
        ("kind", "GIFT"),
        ("value_on", "2027-02-30"),
    ] {
        let refused = read(&signed_with(&[(name, Some(value))])).unwrap_err();
        assert!(matches!(refused, NotificationRefused::Value { .. }), "{name}={value}: {refused:?}");
    }
}

#[test]
fn h063_one_parameter_twice_is_refused_before_anything_else() {
    let body = form::write(&message());
    for again in ["app_id=x", "total_amount=1.00", "sign=x"] {
        let name = again.split('=').next().unwrap().to_owned();
        let expected = NotificationRefused::Form(FormRefused::Twice(name));
        assert_eq!(read(format!("{body}&{again}").as_bytes()), Err(expected));
    }
    assert_eq!(read(b"%"), Err(NotificationRefused::Form(FormRefused::Form)));
}

#[test]
fn h063_news_about_another_order_account_or_amount_disagrees() {
    let check = |change: &dyn Fn(&mut Trade), expected: Result<(), NotificationRefused>| {
        let mut told = trade();
        change(&mut told);
        assert_eq!(told.agrees_with("our-1", "dk1@zhifu.example", Fen(16_033)), expected);
    };
    check(&|_| {}, Ok(()));
    check(&|told| told.settled_amount = Fen(1), Ok(()));
    check(&|told| told.out_trade_no = "our-2".into(), Err(NotificationRefused::OtherOrder("our-2".into())));
    check(&|told| told.account = "dk2".into(), Err(NotificationRefused::OtherAccount("dk2".into())));
    check(&|told| told.total_amount = Fen(16_034), Err(NotificationRefused::OtherAmount(Fen(16_034))));
    check(&|told| told.settled_amount = Fen(16_034), Err(NotificationRefused::OtherAmount(Fen(16_034))));
}

#[tokio::test]
async fn a_notification_is_repeated_until_the_answer_is_exactly_success() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    for (status, text) in [(200, "fail"), (200, "SUCCESS"), (200, "success!"), (500, "success"), (200, "")] {
        house.ear.answer(status, text);
        if house.hand.trades(&account).await.unwrap().is_empty() {
            house.hand.repay(&account, "", Fen(100)).await.unwrap();
        }
        let delivery = house.hand.flush().await.unwrap();
        assert_eq!((delivery.delivered, delivery.waiting), (0, 1), "{status} {text}");
    }
    house.ear.answer(200, "success");
    // A repeat days later carries a new time and is fresh again.
    house.hands.forward(TimeDelta::days(2));
    let tried = house.ear.take();
    assert!(tried.len() >= 5, "every round sent it");
    assert!(matches!(house.partners.read_notification(&tried[0]), Err(NotificationRefused::Stale(_))));
    assert_eq!(house.hand.flush().await.unwrap().waiting, 0);
    let last = house.ear.take().pop().unwrap();
    assert!(house.partners.read_notification(&last).is_ok());
    assert_eq!(house.hand.flush().await.unwrap().delivered, 0, "what was taken is not sent again");
    assert_eq!(house.ear.take(), Vec::<Vec<u8>>::new());
}

#[tokio::test]
async fn notifications_come_by_themselves() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    let repaid = house.hand.repay(&account, "王五", Fen(100)).await.unwrap();
    let heard = tokio::time::timeout(std::time::Duration::from_secs(20), house.ear.heard.recv()).await;
    let raw = heard.expect("nobody has to ask for it").unwrap();
    assert_eq!(house.partners.read_notification(&raw).unwrap().news, News::Trade(repaid));
}

#[tokio::test]
async fn repeated_and_reversed_notifications_carry_the_same_news() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    house
        .faults(|faults| {
            faults.delay_notifications_s = 3_600;
            faults.reverse_notifications = true;
            faults.repeat_notifications = 2;
        })
        .await;
    let first = house.hand.repay(&account, "", Fen(1)).await.unwrap();
    let second = house.hand.repay(&account, "", Fen(2)).await.unwrap();
    assert_eq!(house.ear.take(), Vec::<Vec<u8>>::new(), "they are delayed");
    let news = house.trade_news().await;
    assert_eq!(news, [second.clone(), second.clone(), second, first.clone(), first.clone(), first]);
}

#[tokio::test]
async fn lost_notifications_wait_and_the_query_knows() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    house
        .faults(|faults| {
            faults.lose_notifications = true;
            faults.answer_processing = true;
        })
        .await;
    house.partners.platform.pay_out(&[pay_out(1, &account, Fen(100), Fen::ZERO)]).await.unwrap();
    house.hand.complete_processing().await.unwrap();
    let delivery = house.hand.flush().await.unwrap();
    assert_eq!((delivery.delivered, delivery.waiting), (0, 1));
    assert_eq!(house.ear.take(), Vec::<Vec<u8>>::new());
    let known = house.partners.platform.query("pay-1").await.unwrap().unwrap();
    assert_eq!(known.trade_status, TradeStatus::Success);
    house.faults(|_| {}).await;
    assert_eq!(house.trade_news().await, [known]);
}

#[tokio::test]
async fn h063_corrupt_and_lying_notifications_are_caught() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    house
        .faults(|faults| {
            faults.answer_processing = true;
            faults.delay_notifications_s = 3_600;
        })
        .await;
    house.partners.platform.pay_out(&[pay_out(1, &account, Fen(100), Fen::ZERO)]).await.unwrap();
    house.hand.complete_processing().await.unwrap();
    house.ear.answer(200, "fail");

    house.faults(|faults| faults.corrupt_signature = true).await;
    house.hand.flush().await.unwrap();
    let corrupt = house.ear.take().pop().unwrap();
    assert_eq!(house.partners.read_notification(&corrupt), Err(NotificationRefused::Signature));

    house.faults(|faults| faults.lie_on_amount_fen = 1).await;
    let told = house.trade_news().await.remove(0);
    assert_eq!(told.agrees_with("pay-1", &account, Fen(100)), Err(NotificationRefused::OtherAmount(Fen(101))));

    house.faults(|_| {}).await;
    house.ear.answer(200, "success");
    let told = house.trade_news().await.remove(0);
    assert_eq!(told.agrees_with("pay-1", &account, Fen(100)), Ok(()));
}
