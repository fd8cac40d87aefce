//! Every method of the payment platform, asked once, twice, and otherwise.

use chrono::TimeDelta;
use loan::calendar::date;
use loan::money::Fen;
use wire::fault::PartnerFault;
use wire::form;
use wire::keys::{OurKey, Secret};
use wire::platform::bill::{self, BillFile};
use wire::platform::notification::News;
use wire::platform::{
    AccountStatus, DueBill, DueLine, ITEMS_MAX, OpenAccount, Outcome, PayOut, Refund, TradeKind, TradeStatus, openapi,
    refusals,
};

use crate::house::{House, debit, open, pay_out, refused};

#[tokio::test]
async fn an_account_is_opened_once_and_its_password_told_once() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let first = platform.open_account(&open(1)).await.unwrap();
    assert_eq!(first.view.status, AccountStatus::Opened);
    assert_eq!((first.view.name_masked.as_str(), first.view.phone_masked.as_str()), ("张**", "139****0001"));
    let password = first.first_password.clone().unwrap();
    let again = platform.open_account(&open(1)).await.unwrap();
    assert_eq!((again.view, again.first_password), (first.view.clone(), None));

    let other_request = OpenAccount { out_request_no: "open-1-again".into(), ..open(1) };
    let same_person = platform.open_account(&other_request).await.unwrap();
    assert_eq!((same_person.view.account, same_person.first_password), (first.view.account.clone(), None));

    let other_content = OpenAccount { phone: "13700000000".into(), ..open(1) };
    assert_eq!(refused(platform.open_account(&other_content).await), refusals::REQUEST_CONFLICT);
    let other_name = OpenAccount { out_request_no: "open-x".into(), name: "李四".into(), ..open(1) };
    assert_eq!(refused(platform.open_account(&other_name).await), refusals::ACCOUNT_NAME_MISMATCH);

    let second = platform.open_account(&open(2)).await.unwrap();
    assert_ne!(second.view.account, first.view.account);
    assert_ne!(second.first_password.unwrap(), password);

    // What is on the disk tells neither password nor ID number.
    let journal = std::fs::read_to_string(house.folder.path().join("journal.jsonl")).unwrap();
    assert!(journal.contains(&first.view.account), "the account is on the disk");
    assert!(!journal.contains(password.reveal()), "the password is not");
    assert!(!journal.contains(&open(1).cert_no), "the ID number is not");
    proof::proves!["R1.6"];
}

#[tokio::test]
async fn the_first_password_must_be_changed_to_activate() {
    let mut house = House::new().await;
    let opened = house.partners.platform.open_account(&open(1)).await.unwrap();
    let (account, first) = (opened.view.account, opened.first_password.unwrap());
    let hand = house.hand.clone();
    let wrong = Secret::new("not the one");
    assert_eq!(refused(hand.activate(&account, &wrong, "new password").await), "PASSWORD_WRONG");
    assert_eq!(refused(hand.activate(&account, &first, first.reveal()).await), "PASSWORD_WEAK");
    assert_eq!(refused(hand.activate(&account, &first, "seven77").await), "PASSWORD_WEAK");

    let renewed = house.partners.platform.renew_first_password(&account).await.unwrap();
    assert_eq!(refused(hand.activate(&account, &first, "new password").await), "PASSWORD_WRONG");
    hand.activate(&account, &renewed, "new password").await.unwrap();
    let view = house.partners.platform.account(&account).await.unwrap();
    assert_eq!(view.status, AccountStatus::Active);
    let news = house.news().await;
    assert_eq!(news[0].news, News::AccountActivated { account: account.clone() });
    assert_eq!(refused(hand.activate(&account, &renewed, "another one").await), refusals::ACCOUNT_ALREADY_ACTIVE);
    let renewal = house.partners.platform.renew_first_password(&account).await;
    assert_eq!(refused(renewal), refusals::ACCOUNT_ALREADY_ACTIVE);
    proof::proves!["R1.7"];
}

#[tokio::test]
async fn accounts_are_activated_in_bulk_or_not_at_all() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let mut accounts = Vec::new();
    for number in 1..=3 {
        accounts.push(platform.open_account(&open(number)).await.unwrap().view.account);
    }
    let with_unknown = [accounts.clone(), vec!["nobody".into()]].concat();
    assert_eq!(refused(platform.activate_accounts(&with_unknown).await), refusals::ACCOUNT_NOT_EXIST);
    assert_eq!(platform.account(&accounts[0]).await.unwrap().status, AccountStatus::Opened);
    let views = platform.activate_accounts(&accounts).await.unwrap();
    assert!(views.iter().all(|view| view.status == AccountStatus::Active), "{views:?}");
    assert_eq!(refused(platform.account("nobody").await), refusals::ACCOUNT_NOT_EXIST);
}

#[tokio::test]
async fn a_loan_goes_to_the_borrower_and_the_owed_fees_on_to_the_school() {
    let house = House::new().await;
    let (first, second) = (house.borrower(1).await, house.borrower(2).await);
    let items = [
        pay_out(1, &first, Fen::yuan(12_000), Fen::yuan(8_000)),
        pay_out(2, &second, Fen::yuan(9_000), Fen::yuan(9_000)),
    ];
    let paid = house.partners.platform.pay_out(&items).await.unwrap();
    let trades: Vec<_> = paid.into_iter().map(Result::unwrap).collect();
    assert!(trades.iter().all(|trade| trade.outcome() == Outcome::Full), "{trades:?}");
    assert_eq!(trades[0].value_on, date(2026, 11, 20));
    // One batch to one school has one serial, which the school's finance office books by.
    assert!(trades[0].batch_serial.is_some());
    assert_eq!(trades[0].batch_serial, trades[1].batch_serial);

    assert_eq!(house.balance(&first).await, 400_000);
    assert_eq!(house.balance(&second).await, 0);
    assert_eq!(house.balance("school:6222000000000000").await, 1_700_000);
    assert_eq!(house.balance(&format!("lender:{}", house.lender.app_id)).await, -2_100_000);

    let moves = house.hand.trades(&first).await.unwrap();
    let kinds: Vec<_> = moves.iter().map(|trade| (trade.kind, trade.settled_amount)).collect();
    assert_eq!(kinds, [(TradeKind::PayOut, Fen::yuan(12_000)), (TradeKind::SchoolTransfer, Fen::yuan(8_000))]);
    assert_eq!(moves[1].original_trade_no.as_ref(), Some(&moves[0].trade_no));
    proof::proves!["R12.2", "R12.3", "R12.4"];
}

#[tokio::test]
async fn another_batch_to_the_same_school_has_another_serial() {
    let house = House::new().await;
    let account = house.borrower(1).await;
    let platform = &house.partners.platform;
    let first = pay_out(1, &account, Fen::yuan(2_000), Fen::yuan(1_000));
    let second = PayOut { out_trade_no: "pay-1b".into(), batch_no: "batch-2".into(), ..first.clone() };
    let third = PayOut { out_trade_no: "pay-1c".into(), school: None, ..first.clone() };
    let paid = platform.pay_out(&[first, second, third]).await.unwrap();
    let serials: Vec<_> = paid.into_iter().map(|trade| trade.unwrap().batch_serial).collect();
    assert!(serials[0].is_some() && serials[1].is_some());
    assert_ne!(serials[0], serials[1]);
    assert_eq!(serials[2], None, "nothing went to a school");
    proof::proves!["R12.5"];
}

#[tokio::test]
async fn a_pay_out_is_refused_by_the_first_broken_rule_and_the_others_go_on() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let active = house.borrower(1).await;
    let sleeping = platform.open_account(&open(2)).await.unwrap().view.account;
    let good = |number| pay_out(number, &active, Fen::yuan(6_000), Fen::yuan(5_000));
    let check = async |item: PayOut, code: &str| {
        let item = PayOut { out_trade_no: format!("checked-{code}"), ..item };
        let answers = platform.pay_out(&[item, good(1)]).await.unwrap();
        assert_eq!(answers[0].as_ref().unwrap_err().code, code);
        assert!(answers[1].is_ok());
    };
    let over = pay_out(9, "nobody", Fen::yuan(6_000), Fen(600_001));
    check(PayOut { amount: Fen::ZERO, ..over.clone() }, refusals::AMOUNT_INVALID).await;
    check(over, refusals::AMOUNT_INVALID).await;
    check(pay_out(9, "nobody", Fen::yuan(6_000), Fen::ZERO), refusals::ACCOUNT_NOT_EXIST).await;
    check(pay_out(9, &sleeping, Fen::yuan(6_000), Fen::ZERO), refusals::ACCOUNT_NAME_MISMATCH).await;
    check(pay_out(2, &sleeping, Fen::yuan(6_000), Fen::ZERO), refusals::ACCOUNT_NOT_ACTIVE).await;
    assert_eq!(house.balance(&active).await, 100_000, "the good item was paid once");

    // What was refused may be asked again under the same number, once the reason is gone.
    platform.activate_accounts(std::slice::from_ref(&sleeping)).await.unwrap();
    let later = PayOut {
        out_trade_no: "checked-ACCOUNT_NOT_ACTIVE".into(),
        ..pay_out(2, &sleeping, Fen::yuan(6_000), Fen::ZERO)
    };
    assert!(platform.pay_out(&[later]).await.unwrap()[0].is_ok());
    proof::proves!["R12.8"];
}

#[tokio::test]
async fn one_number_is_one_act() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    let item = pay_out(1, &account, Fen::yuan(6_000), Fen::yuan(1_000));
    let first = platform.pay_out(std::slice::from_ref(&item)).await.unwrap()[0].clone().unwrap();
    let again = platform.pay_out(&[item.clone(), item.clone()]).await.unwrap();
    assert_eq!(again, [Ok(first.clone()), Ok(first.clone())]);
    assert_eq!(house.balance(&account).await, 500_000);
    let other = [
        PayOut { amount: Fen(600_001), ..item.clone() },
        PayOut { school: None, ..item.clone() },
        PayOut { batch_no: "batch-2".into(), ..item },
    ];
    for answer in platform.pay_out(&other).await.unwrap() {
        assert_eq!(answer.unwrap_err().code, refusals::REQUEST_CONFLICT);
    }
    // The same number for another act is a conflict too.
    let taken = wire::platform::Debit { out_trade_no: "pay-1".into(), ..debit(1, &account, Fen(1)) };
    assert_eq!(platform.debit(&[taken]).await.unwrap()[0].as_ref().unwrap_err().code, refusals::REQUEST_CONFLICT);
    assert_eq!(platform.query("pay-1").await.unwrap(), Some(first));
    assert_eq!(platform.query("pay-2").await.unwrap(), None);
    assert_eq!(house.balance(&account).await, 500_000);
}

#[tokio::test]
async fn a_debit_takes_the_whole_a_part_or_nothing() {
    let house = House::new().await;
    let account = house.borrower(1).await;
    house.hand.move_date(date(2027, 12, 21)).await.unwrap();
    let check = async |number: u32, put_in: i64, due: i64, partial_allowed: bool, outcome: Outcome, taken: i64| {
        if put_in > 0 {
            house.hand.top_up(&account, Fen(put_in)).await.unwrap();
        }
        let before = house.balance(&account).await;
        let item = wire::platform::Debit { partial_allowed, ..debit(number, &account, Fen(due)) };
        let trade = house.partners.platform.debit(&[item]).await.unwrap().remove(0).unwrap();
        assert_eq!((trade.outcome(), trade.settled_amount), (outcome, Fen(taken)));
        assert_eq!(trade.reason.is_some(), outcome != Outcome::Full);
        assert_eq!(trade.value_on, date(2027, 12, 21));
        assert_eq!(house.balance(&account).await, before - taken);
    };
    check(1, 0, 16_033, true, Outcome::Failed, 0).await;
    check(2, 16_032, 16_033, false, Outcome::Failed, 0).await;
    check(3, 0, 16_033, true, Outcome::Partial, 16_032).await;
    check(4, 16_033, 16_033, false, Outcome::Full, 16_033).await;
    check(5, 20_000, 16_033, true, Outcome::Full, 16_033).await;
    proof::proves!["R17.1", "R17.9"];
}

#[tokio::test]
async fn anybody_may_repay_for_one_borrower() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    let trade = house.hand.repay(&account, "李四", Fen(1)).await.unwrap();
    assert_eq!((trade.kind, trade.payer_masked.as_deref()), (TradeKind::Repayment, Some("李**")));
    assert_eq!(house.trade_news().await, std::slice::from_ref(&trade));
    assert_eq!(house.balance(&account).await, 0, "the money does not stay with the borrower");
    assert_eq!(house.balance(&format!("lender:{}", house.lender.app_id)).await, 1);
    assert_eq!(house.partners.platform.query(&trade.trade_no).await.unwrap(), Some(trade));
    assert_eq!(refused(house.hand.repay("nobody", "", Fen(1)).await), refusals::ACCOUNT_NOT_EXIST);
    assert_eq!(refused(house.hand.repay(&account, "", Fen::ZERO).await), refusals::AMOUNT_INVALID);
    proof::proves!["R17.3"];
}

#[tokio::test]
async fn a_top_up_stays_the_borrowers_money() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    let trade = house.hand.top_up(&account, Fen::yuan(500)).await.unwrap();
    assert_eq!(trade.kind, TradeKind::TopUp);
    assert_eq!(house.trade_news().await, [trade]);
    assert_eq!(house.balance(&account).await, 50_000);
    assert_eq!(house.balance(&format!("lender:{}", house.lender.app_id)).await, 0);
}

#[tokio::test]
async fn received_money_is_refunded_up_to_what_it_was() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    let repaid = house.hand.repay(&account, "", Fen(1_000)).await.unwrap();
    let refund = |number: u32, trade_no: &str, fen: i64| Refund {
        out_request_no: format!("refund-{number}"),
        trade_no: trade_no.into(),
        amount: Fen(fen),
        reason: "多付退回".into(),
    };
    let first = platform.refund(&refund(1, &repaid.trade_no, 600)).await.unwrap();
    assert_eq!((first.kind, first.settled_amount), (TradeKind::Refund, Fen(600)));
    assert_eq!(platform.refund(&refund(1, &repaid.trade_no, 600)).await.unwrap(), first);
    assert_eq!(refused(platform.refund(&refund(1, &repaid.trade_no, 500)).await), refusals::REQUEST_CONFLICT);
    assert_eq!(refused(platform.refund(&refund(2, &repaid.trade_no, 401)).await), refusals::REFUND_AMOUNT_EXCEEDED);
    platform.refund(&refund(3, &repaid.trade_no, 400)).await.unwrap();
    assert_eq!(refused(platform.refund(&refund(4, &repaid.trade_no, 1)).await), refusals::REFUND_AMOUNT_EXCEEDED);
    assert_eq!(refused(platform.refund(&refund(5, "unknown", 1)).await), refusals::TRADE_NOT_EXIST);
    let top_up = house.hand.top_up(&account, Fen(5)).await.unwrap();
    assert_eq!(refused(platform.refund(&refund(6, &top_up.trade_no, 1)).await), refusals::TRADE_STATUS_ERROR);
    assert_eq!(house.balance(&format!("lender:{}", house.lender.app_id)).await, 0);
}

#[tokio::test]
async fn a_debited_amount_is_refunded_to_the_borrower() {
    let house = House::new().await;
    let account = house.borrower(1).await;
    house.hand.top_up(&account, Fen(700)).await.unwrap();
    let taken = house.partners.platform.debit(&[debit(1, &account, Fen(700))]).await.unwrap().remove(0).unwrap();
    let refund =
        Refund {
            out_request_no: "refund-1".into(), trade_no: taken.trade_no, amount: Fen(200), reason: "退款".into()
        };
    house.partners.platform.refund(&refund).await.unwrap();
    assert_eq!(house.balance(&account).await, 200);
}

#[tokio::test]
async fn a_payment_can_be_taken_back_by_its_channel_once() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    let repaid = house.hand.repay(&account, "", Fen(1_000)).await.unwrap();
    let bounced = house.hand.bounce(&repaid.trade_no).await.unwrap();
    assert_eq!((bounced.kind, bounced.settled_amount), (TradeKind::Bounce, Fen(1_000)));
    assert_eq!(bounced.original_trade_no.as_ref(), Some(&repaid.trade_no));
    assert_eq!(house.trade_news().await, [repaid.clone(), bounced]);
    assert_eq!(refused(house.hand.bounce(&repaid.trade_no).await), refusals::TRADE_STATUS_ERROR);
    assert_eq!(refused(house.hand.bounce("unknown").await), refusals::TRADE_NOT_EXIST);
}

#[tokio::test]
async fn a_processing_trade_can_be_called_off_until_it_is_decided() {
    let mut house = House::new().await;
    let platform = house.partners.platform.clone();
    let account = house.borrower(1).await;
    house.faults(|faults| faults.answer_processing = true).await;
    let items = [
        pay_out(1, &account, Fen(100), Fen::ZERO),
        wire::platform::PayOut { out_trade_no: "pay-b".into(), ..pay_out(1, &account, Fen(200), Fen(50)) },
    ];
    let begun = platform.pay_out(&items).await.unwrap();
    assert!(begun.iter().all(|trade| trade.as_ref().unwrap().outcome() == Outcome::Processing), "{begun:?}");
    assert_eq!(house.balance(&account).await, 0);
    assert_eq!(platform.close("pay-1").await.unwrap().trade_status, TradeStatus::Closed);
    assert_eq!(platform.close("pay-1").await.unwrap().trade_status, TradeStatus::Closed);
    house.hand.complete_processing().await.unwrap();
    let news = house.trade_news().await;
    assert_eq!(news.len(), 1, "what was called off makes no news");
    assert_eq!((news[0].out_trade_no.as_str(), news[0].outcome()), ("pay-b", Outcome::Full));
    assert_eq!(house.balance(&account).await, 150);
    assert_eq!(refused(platform.close("pay-b").await), refusals::TRADE_STATUS_ERROR);
    assert_eq!(refused(platform.close("pay-c").await), refusals::TRADE_NOT_EXIST);
}

#[tokio::test]
async fn the_number_on_file_is_reminded_five_days_before_the_repayment_day() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    let line = DueLine {
        contract_no: "C1".into(),
        loan_year: "2026-2027".into(),
        capital_amount: Fen::ZERO,
        interest_amount: Fen(16_033),
    };
    let bill = DueBill {
        bill_no: "B1".into(),
        account: account.clone(),
        repay_date: date(2027, 12, 20),
        should_amount: Fen(16_033),
        repay_list: vec![line],
    };
    let wrong = DueBill { should_amount: Fen(16_034), ..bill.clone() };
    assert_eq!(refused(platform.publish_bill(&wrong).await), refusals::AMOUNT_INVALID);
    platform.publish_bill(&bill).await.unwrap();
    let view = platform.change_phone(&account, "13712345678").await.unwrap();
    assert_eq!(view.phone_masked, "137****5678");

    house.hand.move_date(date(2027, 12, 14)).await.unwrap();
    assert_eq!(house.hand.messages("13712345678").await.unwrap(), []);
    house.hand.move_date(date(2027, 12, 15)).await.unwrap();
    house.hand.move_date(date(2027, 12, 16)).await.unwrap();
    let messages = house.hand.messages("13712345678").await.unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].on, date(2027, 12, 15));
    assert!(messages[0].text.contains("12月20日应还160.33元"), "{}", messages[0].text);
    assert_eq!(house.hand.messages("13900000001").await.unwrap(), [], "the old number hears nothing");
    assert_eq!(refused(house.hand.move_date(date(2027, 12, 15)).await), "DATE_IN_PAST");
    proof::proves!["R17.7", "R17.11", "R17.12"];
}

#[tokio::test]
async fn the_daily_bill_holds_every_trade_of_a_past_day() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    platform.pay_out(&[pay_out(1, &account, Fen(1_000), Fen(400))]).await.unwrap();
    house.hand.top_up(&account, Fen(1)).await.unwrap();
    let today = date(2026, 11, 20);
    assert_eq!(refused(platform.daily_bill(today).await), refusals::BILL_NOT_EXIST);
    house.hand.move_date(date(2026, 11, 21)).await.unwrap();
    platform.debit(&[debit(1, &account, Fen(10_000))]).await.unwrap();
    house.hand.repay(&account, "", Fen(7)).await.unwrap();
    house.hand.move_date(date(2026, 11, 23)).await.unwrap();

    let kinds = async |day: u32| -> Vec<(TradeKind, i64)> {
        let file: BillFile = platform.daily_bill(date(2026, 11, day)).await.unwrap();
        let bill = bill::read(&file, house.partners.seller_id()).unwrap();
        bill.lines.iter().map(|line| (line.kind, line.amount.0)).collect()
    };
    assert_eq!(kinds(20).await, [(TradeKind::PayOut, 1_000), (TradeKind::SchoolTransfer, 400)]);
    assert_eq!(kinds(21).await, [(TradeKind::Debit, 601), (TradeKind::Repayment, 7)]);
    assert_eq!(kinds(22).await, []);
}

#[tokio::test]
async fn messages_of_a_wrong_size_are_not_sent() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    assert_eq!(platform.debit(&[]).await.unwrap(), []);
    let items: Vec<_> = (0..=ITEMS_MAX as u32).map(|number| debit(number, "nobody", Fen(1))).collect();
    let fault = platform.debit(&items).await.unwrap_err();
    assert!(matches!(fault, PartnerFault::Request(_)) && !fault.outcome_unknown(), "{fault:?}");
    let answers = platform.debit(&items[..ITEMS_MAX]).await.unwrap();
    assert!(answers.iter().all(|answer| answer.as_ref().is_err_and(|r| r.code == refusals::ACCOUNT_NOT_EXIST)));
}

/// What a stranger or a broken client would send.
#[tokio::test]
async fn h063_questions_are_checked_before_they_are_answered() {
    let house = House::new().await;
    let our_key = OurKey::read(house.lender.our_key.reveal()).unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |app_id: &str, method: &str, content: &str, seconds: i64, key: &OurKey, spoil: bool| -> String {
        let at = house.hands.now() + TimeDelta::seconds(seconds);
        let mut question = openapi::write_question(app_id, method, "", content.into(), at, key);
        if spoil {
            question.insert("biz_content".into(), "{}".into());
        }
        let url = format!("{}/gateway.do", house.running.url);
        let kind = "application/x-www-form-urlencoded";
        let request = client.post(url).header("content-type", kind).body(form::write(&question));
        let text = request.send().await.unwrap().text().await.unwrap();
        let key = crate::house::platform_key().public();
        match openapi::read_answer(&text, method, &key) {
            Err(PartnerFault::Refused(refusal)) => refusal.code,
            other => format!("{other:?}"),
        }
    };
    let app_id = house.lender.app_id.as_str();
    let (query, content) = ("alipay.trade.query", r#"{"out_trade_no":"x"}"#);
    let stranger = crate::house::platform_key();
    assert_eq!(ask("9", query, content, 0, &our_key, false).await, refusals::INVALID_APP_ID);
    assert_eq!(ask(app_id, query, content, 0, &stranger, false).await, refusals::INVALID_SIGNATURE);
    assert_eq!(ask(app_id, query, content, 0, &our_key, true).await, refusals::INVALID_SIGNATURE);
    assert_eq!(ask(app_id, query, content, 301, &our_key, false).await, refusals::INVALID_TIMESTAMP);
    assert_eq!(ask(app_id, query, content, -301, &our_key, false).await, refusals::INVALID_TIMESTAMP);
    assert_eq!(ask(app_id, "alipay.no.such", content, 0, &our_key, false).await, refusals::INVALID_METHOD);
    assert_eq!(
        ask(app_id, query, r#"{"out_trade_no":"x","more":1}"#, 0, &our_key, false).await,
        refusals::INVALID_PARAMETER
    );
    assert_eq!(ask(app_id, query, r#"{"out_trade_no":"x"}"#, 300, &our_key, false).await, refusals::TRADE_NOT_EXIST);
}
