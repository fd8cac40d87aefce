//! The second way to pay, from the order to the refund.

use chrono::TimeDelta;
use loan::calendar::date;
use loan::money::Fen;
use wire::fault::PartnerFault;
use wire::form;
use wire::keys::OurKey;
use wire::unionpay::{QuickPassOrder, QuickPassRefund, QuickPassRefused, sign};

use crate::house::{House, refused};

fn order(house: &House) -> QuickPassOrder {
    QuickPassOrder {
        order_no: "repay00000001".into(),
        ordered_at: house.hands.now(),
        amount: Fen(16_033),
        subject: "国家助学贷款还款".into(),
    }
}

#[tokio::test]
async fn an_order_is_paid_in_the_app_and_told() {
    let mut house = House::new().await;
    let quick_pass = house.partners.quick_pass.clone();
    let order = order(&house);
    assert_eq!(quick_pass.query(&order.order_no, order.ordered_at).await.unwrap(), None);
    let tn = quick_pass.order(&order).await.unwrap();
    assert_eq!(quick_pass.order(&order).await.unwrap(), tn);
    let other = QuickPassOrder { amount: Fen(16_034), ..order.clone() };
    assert_eq!(refused(quick_pass.order(&other).await), "12");
    let open = quick_pass.query(&order.order_no, order.ordered_at).await.unwrap().unwrap();
    assert!(!open.paid);

    house.hand.pay_quick_pass(&tn).await.unwrap();
    assert_eq!(refused(house.hand.pay_quick_pass(&tn).await), "12");
    house.hand.flush().await.unwrap();
    let told = house.partners.read_quick_pass(&house.ear.take().pop().unwrap()).unwrap();
    assert!(told.paid);
    assert_eq!((told.amount, told.value_on), (order.amount, Some(date(2026, 11, 20))));
    assert_eq!(quick_pass.query(&order.order_no, order.ordered_at).await.unwrap(), Some(told));
    let other_time = order.ordered_at + TimeDelta::seconds(1);
    assert_eq!(quick_pass.query(&order.order_no, other_time).await.unwrap(), None);
    proof::proves!["R17.6"];
}

#[tokio::test]
async fn a_paid_order_is_refunded_up_to_its_amount() {
    let house = House::new().await;
    let quick_pass = house.partners.quick_pass.clone();
    let order = order(&house);
    let tn = quick_pass.order(&order).await.unwrap();
    house.hand.pay_quick_pass(&tn).await.unwrap();
    let query_id = quick_pass.query(&order.order_no, order.ordered_at).await.unwrap().unwrap().query_id.unwrap();
    let refund = |number: u32, fen: i64| QuickPassRefund {
        refund_no: format!("refund{number:08}"),
        asked_at: house.hands.now(),
        query_id: query_id.clone(),
        amount: Fen(fen),
    };
    let first = quick_pass.refund(&refund(1, 16_000)).await.unwrap();
    assert_eq!(quick_pass.refund(&refund(1, 16_000)).await.unwrap(), first);
    assert_eq!(refused(quick_pass.refund(&refund(1, 15_000)).await), "12");
    assert_eq!(refused(quick_pass.refund(&refund(2, 34)).await), "61");
    quick_pass.refund(&refund(3, 33)).await.unwrap();
    let unknown = QuickPassRefund { query_id: "1".into(), ..refund(4, 1) };
    assert_eq!(refused(quick_pass.refund(&unknown).await), "34");
    assert_eq!(house.balance(&format!("lender:{}", house.lender.app_id)).await, 0);
}

#[tokio::test]
async fn h063_quick_pass_messages_of_others_are_refused() {
    let mut house = House::new().await;
    let order = order(&house);
    house.faults(|faults| faults.corrupt_signature = true).await;
    assert_eq!(house.partners.quick_pass.order(&order).await, Err(PartnerFault::Forged));
    house.faults(|faults| faults.delay_notifications_s = 3_600).await;
    let tn = house.partners.quick_pass.order(&order).await.unwrap();
    house.hand.pay_quick_pass(&tn).await.unwrap();
    house.ear.answer(500, "");
    let told = async |house: &mut House| {
        house.hand.flush().await.unwrap();
        house.ear.take().pop().unwrap()
    };
    let good = told(&mut house).await;
    assert!(house.partners.read_quick_pass(&good).is_ok());
    house.faults(|faults| faults.corrupt_signature = true).await;
    let corrupt = told(&mut house).await;
    assert_eq!(house.partners.read_quick_pass(&corrupt), Err(QuickPassRefused::Signature));
    house.faults(|faults| faults.lie_on_amount_fen = 1).await;
    let lied = told(&mut house).await;
    assert_eq!(
        house.partners.read_quick_pass(&lied).unwrap().amount,
        Fen(16_034),
        "the caller compares with its order"
    );

    let unionpay = OurKey::read(include_str!("keys/unionpay.b64")).unwrap();
    let check = |name: &str, value: &str, expected: QuickPassRefused| {
        let mut form = form::read(&good).unwrap();
        form.insert(name.into(), value.into());
        sign(&mut form, &unionpay);
        assert_eq!(house.partners.read_quick_pass(form::write(&form).as_bytes()), Err(expected));
    };
    check("merId", "777000000000002", QuickPassRefused::OtherMerchant("777000000000002".into()));
    check("currencyCode", "840", QuickPassRefused::OtherCurrency("840".into()));
    check("txnAmt", "160.33", QuickPassRefused::Value("txnAmt"));
    check("txnAmt", "0", QuickPassRefused::Value("txnAmt"));
    check("respCode", "99", QuickPassRefused::Value("respCode"));
}
