//! The sandbox after a stop, after a kill in the middle of a line, and on its first day.

use std::io::Write;

use loan::calendar::date;
use loan::money::Fen;
use wire::fault::PartnerFault;
use wire::platform::PaymentPlatform;
use wire::sandbox::Sandbox;
use wire::sandbox::SandboxSettings;
use wire::sandbox::client::{LenderKeys, SandboxClient};

use crate::house::{Hands, House, Running, chance, open, pay_out, refused};

#[tokio::test]
async fn everything_survives_a_restart() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    house.hand.move_date(date(2026, 12, 1)).await.unwrap();
    let item = pay_out(1, &account, Fen::yuan(6_000), Fen::yuan(1_000));
    let paid = house.partners.platform.pay_out(std::slice::from_ref(&item)).await.unwrap();
    house.ear.answer(200, "later");
    let repaid = house.hand.repay(&account, "李四", Fen(300)).await.unwrap();
    house.hand.flush().await.unwrap();
    house.faults(|faults| faults.repeat_notifications = 1).await;
    let balances = house.hand.accounts().await.unwrap();
    house.ear.take();

    let mut house = house.restart().await;
    assert_eq!(house.hand.accounts().await.unwrap(), balances);
    assert_eq!(house.hand.date().await.unwrap(), date(2026, 12, 1));
    assert_eq!(house.partners.platform.pay_out(&[item]).await.unwrap(), paid, "the same answer, paid once");
    assert_eq!(house.hand.accounts().await.unwrap(), balances);
    house.ear.answer(200, "success");
    assert_eq!(house.trade_news().await, [repaid.clone(), repaid], "undelivered news is delivered, the fault still on");

    // A kill may leave half a line; it was never acknowledged.
    let House { folder, hands, running, .. } = house;
    running.stop().await;
    let journal = folder.path().join("journal.jsonl");
    let whole = std::fs::read(&journal).unwrap();
    std::fs::OpenOptions::new().append(true).open(&journal).unwrap().write_all(b"{\"counter\":99,\"fac").unwrap();
    let again = Running::start(folder.path(), &hands, false).await;
    let hand = SandboxClient::new(&again.url).unwrap();
    assert_eq!(hand.accounts().await.unwrap(), balances);
    assert_eq!(std::fs::read(&journal).unwrap(), whole, "the half line is gone");
}

#[tokio::test]
async fn a_broken_journal_is_named_and_not_guessed_at() {
    let house = House::new().await;
    house.borrower(1).await;
    let House { folder, hands, running, .. } = house;
    running.stop().await;
    let path = folder.path().join("journal.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1] = "{\"counter\":1}";
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let settings = SandboxSettings {
        state: folder.path().to_owned(),
        clock: hands.clock(),
        chance: chance(),
        addresses: wire::line::AddressRules::demonstration(),
        open_registration: true,
    };
    let error = Sandbox::open(&settings).map(drop).unwrap_err().to_string();
    assert!(error.contains("journal.jsonl, line 2"), "{error}");
}

#[tokio::test]
async fn the_first_day_makes_keys_and_a_closed_house_takes_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let hands = Hands::at("2026-11-20T02:00:00Z");
    let running = Running::start(folder.path(), &hands, false).await;
    let hand = SandboxClient::new(&running.url).unwrap();
    let lender = LenderKeys {
        app_id: "1".into(),
        seller_id: "2".into(),
        mer_id: "3".into(),
        our_key: wire::keys::Secret::new(include_str!("keys/lender.b64")),
        secret: wire::keys::Secret::new("s"),
    };
    let refusal = hand.introduce(&lender, "http://127.0.0.1:1/", "http://127.0.0.1:1/").await;
    assert_eq!(refused(refusal), "HTTP_403");
    let first = std::fs::read_to_string(folder.path().join("platform.pem")).unwrap();
    assert!(first.starts_with("-----BEGIN PRIVATE KEY-----"));
    running.stop().await;
    Running::start(folder.path(), &hands, false).await.stop().await;
    assert_eq!(std::fs::read_to_string(folder.path().join("platform.pem")).unwrap(), first, "keys are made once");
    assert!(LenderKeys::generate(&chance()).unwrap().app_id.len() == 16);
}

#[tokio::test]
async fn the_page_shows_people_money_and_messages_as_text() {
    let house = House::new().await;
    let mut request = open(1);
    request.name = "<script>alert(1)</script>".into();
    let account = house.partners.platform.open_account(&request).await.unwrap().view.account;
    house.hand.top_up(&account, Fen(12_345)).await.unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let page = async || client.get(&house.running.url).send().await.unwrap().text().await.unwrap();
    let before = page().await;
    assert!(before.contains("123.45") && before.contains("充值"), "{before}");
    assert!(!before.contains("<script>"), "names are text");

    // The same switches by a browser's form.
    let post = async |path: &str, body: &str| {
        let kind = "application/x-www-form-urlencoded";
        let request = client.post(format!("{}{path}", house.running.url)).header("content-type", kind);
        request.body(body.to_owned()).send().await.unwrap()
    };
    let done = post(&format!("/sandbox/accounts/{account}/top-up"), "amount=0.55").await;
    assert_eq!(done.status(), 200, "the browser is sent back to the page");
    assert!(page().await.contains("124.00"));
    let refused = post(&format!("/sandbox/accounts/{account}/top-up"), "amount=0").await;
    assert_eq!(refused.status(), 409);
    assert!(refused.text().await.unwrap().contains("金额应大于零"));
    assert_eq!(post("/sandbox/date", "date=2026-12-20").await.status(), 200);
    assert!(page().await.contains("业务日期 2026-12-20"));
    post("/sandbox/faults", "platform_down=true&delay_answers_ms=0&lie_on_amount_fen=-3&bill=gbk").await;
    assert!(matches!(house.partners.platform.query("x").await, Err(PartnerFault::Unreachable(_))));
}

/// A hundred copies of one pay-out at the same time move money once.
#[tokio::test]
async fn h061_one_number_asked_a_hundred_times_at_once_is_one_act() {
    let house = House::new().await;
    let account = house.borrower(1).await;
    let item = pay_out(1, &account, Fen(100), Fen(40));
    let platform: &dyn PaymentPlatform = &*house.partners.platform;
    let answers = futures::future::join_all((0..100).map(|_| platform.pay_out(std::slice::from_ref(&item)))).await;
    let first = answers[0].as_ref().unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap() == first));
    assert_eq!(house.balance(&account).await, 60);
}
