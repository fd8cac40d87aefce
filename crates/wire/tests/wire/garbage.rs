//! Whatever bytes arrive, they are read or refused: no panic, and nothing altered is believed.

use std::sync::OnceLock;

use loan::calendar::date;
use loan::money::Fen;
use proptest::prelude::*;
use wire::form::{self, Form};
use wire::keys::PlatformKey;
use wire::platform::bill::{self, BillFile, BillLine};
use wire::platform::{TradeKind, openapi};

use crate::house::platform_key;

static KEY: OnceLock<PlatformKey> = OnceLock::new();

const SELLER: &str = "2088000000000001";

fn file(bytes: Vec<u8>) -> BillFile {
    BillFile { on: date(2027, 12, 21), digest: bill::digest(&bytes), bytes }
}

fn good_bill() -> Vec<u8> {
    let line = |number: i64| BillLine {
        trade_no: format!("T{number}"),
        out_trade_no: format!("our-{number}"),
        kind: TradeKind::Debit,
        account: "dk00000001@zhifu.example".into(),
        amount: Fen(100 + number),
        batch_serial: String::new(),
        original_trade_no: String::new(),
    };
    bill::write(SELLER, date(2027, 12, 21), &[line(1), line(2), line(3)])
}

proptest! {
    #[test]
    fn any_form_written_is_read_back(form in prop::collection::btree_map(any::<String>(), any::<String>(), 0..6)) {
        prop_assert_eq!(form::read(form::write(&form).as_bytes()), Ok(Form::from_iter(form)));
    }

    #[test]
    fn any_bytes_are_a_form_or_refused(body: Vec<u8>) {
        if let Ok(form) = form::read(&body) {
            prop_assert_eq!(form::read(form::write(&form).as_bytes()), Ok(form));
        }
    }

    #[test]
    fn no_bytes_are_a_signed_answer(text in ".{0,80}", inner in ".{0,40}") {
        let key = KEY.get_or_init(|| platform_key().public());
        prop_assert!(openapi::read_answer(&text, "alipay.trade.query", key).is_err());
        let framed = format!(r#"{{"alipay_trade_query_response":{{{inner}}},"sign":"AAAA"}}"#);
        prop_assert!(openapi::read_answer(&framed, "alipay.trade.query", key).is_err());
    }

    #[test]
    fn h073_a_bill_with_one_changed_byte_never_shows_other_money(at in 0_usize..10_000, byte: u8) {
        let whole = good_bill();
        let mut bytes = whole.clone();
        let at = at % bytes.len();
        bytes[at] = byte;
        let known = bill::read(&file(whole), SELLER).unwrap();
        if let Ok(read) = bill::read(&file(bytes), SELLER) {
            let money = |lines: &[BillLine]| lines.iter().map(|line| line.amount).sum::<Fen>();
            prop_assert_eq!(money(&read.lines), money(&known.lines));
        }
    }

    #[test]
    fn h073_a_bill_cut_anywhere_is_refused(at in 0_usize..10_000) {
        let whole = good_bill();
        // The last sign is the line end, without which the file still says all it has to say.
        let cut = whole[..at % (whole.len() - 1)].to_vec();
        prop_assert!(bill::read(&file(cut), SELLER).is_err());
    }

    #[test]
    fn any_bytes_are_a_bill_or_refused(bytes: Vec<u8>) {
        prop_assert!(bill::read(&file(bytes), SELLER).is_err());
    }
}
