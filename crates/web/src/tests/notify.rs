//! The door of the partners' programs: what is believed, what is not, and that the word `success` comes after the
//! commit and never for anything else.

use std::net::SocketAddr;

use axum::http::StatusCode;
use loan::calendar::date;
use loan::money::Fen;
use office::servicing::quick_pass::OrderQuickPass;
use office::testing::{Someone, World, world};
use wire::platform::Trade;
use wire::sandbox::world::Faults;

use super::kit::{Browser, Seen};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// A loan that was paid out, its owner and account, and a browser at its office.
async fn lent() -> (World, Someone, String, String, Browser) {
    let world = world(date(2026, 8, 10)).await;
    world.bank_staff().await;
    let student = world.student(6101).await;
    let (contract, account) = world.paid_out(&student).await;
    let browser = Browser::over(world.office.clone());
    (world, student, contract, account, browser)
}

async fn tell(browser: &Browser, form: &wire::form::Form) -> Seen {
    browser.notify("/platform/notify", FORM, wire::form::write(form)).await
}

fn taken(seen: &Seen) {
    assert_eq!((seen.status, seen.text.as_str()), (StatusCode::OK, "success"));
}

fn refused(seen: &Seen, status: StatusCode) {
    assert_eq!((seen.status, seen.text.as_str()), (status, "failure"));
    assert!(seen.header("content-type").starts_with("text/plain"), "a program reads it");
    assert_eq!(seen.header("set-cookie"), "", "a program gets no session");
}

#[tokio::test(flavor = "multi_thread")]
async fn h063_only_the_platforms_own_words_for_us_are_believed() {
    let (world, student, contract, account, browser) = lent().await;
    let trade = world.sandbox.repay(&account, "李建国", Fen::yuan(100)).await.unwrap();
    let deposit = async || world.loan(&student, &contract).await.balances.deposit;

    let mut forged = world.notice(&trade, None, None);
    forged.insert("total_amount".into(), "100.01".into());
    refused(&tell(&browser, &forged).await, StatusCode::BAD_REQUEST);
    refused(&tell(&browser, &world.notice(&trade, Some("2021000000000009"), None)).await, StatusCode::BAD_REQUEST);
    refused(&tell(&browser, &world.notice(&trade, None, Some("2088000000000009"))).await, StatusCode::BAD_REQUEST);
    let mut dollars = world.notice(&trade, None, None);
    dollars.insert("currency".into(), "USD".into());
    refused(&tell(&browser, &dollars).await, StatusCode::BAD_REQUEST);
    assert_eq!(deposit().await, Fen::ZERO, "nothing of it moved money");

    taken(&tell(&browser, &world.notice(&trade, None, None)).await);
    assert_eq!(deposit().await, Fen::yuan(100));
    taken(&tell(&browser, &world.notice(&trade, None, None)).await);
    assert_eq!(deposit().await, Fen::yuan(100), "told twice, taken once");
    let more = Trade { total_amount: Fen(10_001), settled_amount: Fen(10_001), ..trade.clone() };
    refused(&tell(&browser, &world.notice(&more, None, None)).await, StatusCode::BAD_REQUEST);
    assert_eq!(deposit().await, Fen::yuan(100), "rightly signed, another amount under a known number");
    world.true_books().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_notification_gets_one_word_and_no_page() {
    let browser = Browser::in_season().await;
    for path in ["/platform/notify", "/platform/quickpass"] {
        let check = async |kind: &str, body: Vec<u8>, status: StatusCode| {
            refused(&browser.notify(path, kind, body).await, status);
        };
        check(FORM, Vec::new(), StatusCode::BAD_REQUEST).await;
        check(FORM, b"sign=x&sign_type=RSA2".to_vec(), StatusCode::BAD_REQUEST).await;
        check(FORM, b"sign=a&sign=b".to_vec(), StatusCode::BAD_REQUEST).await;
        check(FORM, vec![0xff; 300], StatusCode::BAD_REQUEST).await;
        check("application/json", br#"{"trade_status":"TRADE_SUCCESS"}"#.to_vec(), StatusCode::BAD_REQUEST).await;
        check("text/plain", b"success".to_vec(), StatusCode::BAD_REQUEST).await;
        check(FORM, vec![b'a'; 16 * 1024 + 1], StatusCode::PAYLOAD_TOO_LARGE).await;
        assert_eq!(browser.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h063_a_repayment_by_a_third_person_arrives_by_the_platforms_own_call() {
    let (world, student, contract, account, browser) = lent().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ours = format!("http://{}", listener.local_addr().unwrap());
    let app = crate::app(browser.town.site.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, app).into_future());
    world.tell(&format!("{ours}/platform/notify"), &format!("{ours}/platform/quickpass")).await;

    let faulty = Faults { corrupt_signature: true, delay_notifications_s: 3_600, ..Faults::default() };
    world.sandbox.set_faults(&faulty).await.unwrap();
    world.sandbox.repay(&account, "李建国", Fen::yuan(250)).await.unwrap();
    assert_eq!(world.sandbox.flush().await.unwrap().waiting, 1, "a spoiled signature is not taken");
    assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::ZERO);
    world.sandbox.set_faults(&Faults { delay_notifications_s: 3_600, ..Faults::default() }).await.unwrap();
    assert_eq!(world.sandbox.flush().await.unwrap().waiting, 0, "the next try is");
    assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::yuan(250));

    let order = OrderQuickPass { contract: contract.clone(), amount: "120".into() };
    let (ordered, ticket) = world.office.order_quick_pass(&student.actor, &world.key(), order).await.unwrap();
    world.sandbox.pay_quick_pass(&ticket).await.unwrap();
    let delivery = world.sandbox.flush().await.unwrap();
    assert_eq!(delivery.waiting, 0, "{}", ordered.order_no);
    assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::yuan(370));
    world.true_books().await;
    proof::proves!["R17.3", "R17.6"];
}
