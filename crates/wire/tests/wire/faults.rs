//! When the partner is slow, silent, forged or lying: the lender knows what it does not know.

use loan::calendar::date;
use loan::money::Fen;
use wire::fault::PartnerFault;
use wire::line::AddressRules;
use wire::partners::Partners;
use wire::platform::bill::{self, BillRefused};
use wire::platform::{Outcome, TradeStatus};
use wire::sandbox::world::BillFaultKind;

use crate::house::{House, debit, pay_out};

#[tokio::test]
async fn an_answer_that_never_came_is_found_by_query() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    house.faults(|faults| faults.drop_answers = true).await;
    let fault = platform.pay_out(&[pay_out(1, &account, Fen(100), Fen::ZERO)]).await.unwrap_err();
    assert!(matches!(fault, PartnerFault::Unreachable(_)) && fault.outcome_unknown(), "{fault:?}");
    house.faults(|_| {}).await;
    assert_eq!(platform.query("pay-1").await.unwrap().unwrap().trade_status, TradeStatus::Success);
    // Asking again under the same number pays nothing twice.
    assert!(platform.pay_out(&[pay_out(1, &account, Fen(100), Fen::ZERO)]).await.unwrap()[0].is_ok());
    assert_eq!(house.balance(&account).await, 100);
}

#[tokio::test]
async fn h077_a_platform_that_is_down_did_nothing_and_says_so_later() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    house.faults(|faults| faults.platform_down = true).await;
    let fault = platform.debit(&[debit(1, &account, Fen(100))]).await.unwrap_err();
    assert!(fault.outcome_unknown() && !fault.is_alarming(), "{fault:?}");
    assert!(platform.query("debit-1").await.is_err());
    house.faults(|_| {}).await;
    assert_eq!(platform.query("debit-1").await.unwrap(), None);
}

#[tokio::test]
async fn h063_a_forged_answer_is_an_alarm() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    house.faults(|faults| faults.corrupt_signature = true).await;
    let fault = platform.pay_out(&[pay_out(1, &account, Fen(100), Fen::ZERO)]).await.unwrap_err();
    assert_eq!(fault, PartnerFault::Forged);
    assert!(fault.is_alarming() && fault.outcome_unknown());
}

#[tokio::test]
async fn h063_a_signed_answer_about_another_amount_is_an_alarm() {
    let house = House::new().await;
    let platform = &house.partners.platform;
    let account = house.borrower(1).await;
    for fen in [1, -1] {
        house.faults(|faults| faults.lie_on_amount_fen = fen).await;
        let fault = platform.pay_out(&[pay_out(1, &account, Fen(100), Fen::ZERO)]).await.unwrap_err();
        assert!(matches!(fault, PartnerFault::Contradiction(_)) && fault.is_alarming(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_slow_answer_is_still_an_answer() {
    let house = House::new().await;
    let account = house.borrower(1).await;
    house.faults(|faults| faults.delay_answers_ms = 50).await;
    assert!(house.partners.platform.pay_out(&[pay_out(1, &account, Fen(100), Fen::ZERO)]).await.unwrap()[0].is_ok());
}

#[tokio::test]
async fn what_is_processing_ends_with_the_next_business_day() {
    let mut house = House::new().await;
    let account = house.borrower(1).await;
    house.faults(|faults| faults.answer_processing = true).await;
    let begun = house.partners.platform.debit(&[debit(1, &account, Fen(100))]).await.unwrap().remove(0).unwrap();
    assert_eq!(begun.outcome(), Outcome::Processing);
    house.hand.top_up(&account, Fen(60)).await.unwrap();
    house.hand.move_date(date(2026, 11, 21)).await.unwrap();
    let news = house.trade_news().await;
    let ended = news.iter().find(|trade| trade.out_trade_no == "debit-1").unwrap();
    assert_eq!((ended.outcome(), ended.settled_amount), (Outcome::Partial, Fen(60)));
    assert_eq!(ended.value_on, date(2026, 11, 21));
    assert_eq!(begun.trade_status.follow(ended.trade_status), wire::platform::Step::Advance);
}

#[tokio::test]
async fn h073_a_spoilt_daily_bill_is_refused_and_gbk_is_read() {
    let house = House::new().await;
    let account = house.borrower(1).await;
    house.hand.repay(&account, "", Fen(700)).await.unwrap();
    house.hand.move_date(date(2026, 11, 21)).await.unwrap();
    let fetch = async |kind: BillFaultKind| {
        house.faults(|faults| faults.bill = kind).await;
        let file = house.partners.platform.daily_bill(date(2026, 11, 20)).await.unwrap();
        bill::read(&file, house.partners.seller_id())
    };
    let good = fetch(BillFaultKind::None).await.unwrap();
    assert_eq!(good.lines.len(), 1);
    assert_eq!(fetch(BillFaultKind::Gbk).await.unwrap(), good);
    assert_eq!(fetch(BillFaultKind::Truncated).await, Err(BillRefused::Digest));
    assert!(fetch(BillFaultKind::CutOff).await.is_err());
    assert!(matches!(fetch(BillFaultKind::WrongTotal).await, Err(BillRefused::Total(..))));
    assert_eq!(fetch(BillFaultKind::Yesterday).await, Err(BillRefused::OtherDay("2026-11-19".into())));
}

#[tokio::test]
async fn h078_partners_outside_the_list_are_not_connected() {
    let house = House::new().await;
    let mut config = house.hand.introduce(&house.lender, &house.ear.url, &house.ear.url).await.unwrap();
    config.addresses = AddressRules::only(["pay.example.cn".into()]);
    let fault = Partners::connect(&config, house.hands.clock()).map(drop).unwrap_err();
    assert!(matches!(fault, PartnerFault::Address(_)) && !fault.outcome_unknown(), "{fault:?}");
}
