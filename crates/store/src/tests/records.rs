use loan::life::{Account, Legs};
use loan::money::Fen;

use super::{day, on_both, under_record, write};
use crate::application::{self, Application, Search};
use crate::batch::{self, Batch, BatchRow};
use crate::contract::{self, Contract, ContractEvent};
use crate::fact::{self, NewFact};
use crate::paper::{self, FileLink, Paper};
use crate::posting::{self, Bill, Posting, SettlementDone};
use crate::request::{self, Request};
use crate::trade::{self, Outcome, Trade};
use crate::{Failure, Tx, testing};

pub(super) fn sample_application(tx: &Tx<'_>, book: i64, number: i64) -> Application {
    Application {
        book,
        application: number,
        number: format!("A2026{number:06}"),
        person: 9,
        co_person: None,
        academic_year: 2026,
        scheme: "origin".to_owned(),
        kind: "first".to_owned(),
        policy_on: day("2026-08-01"),
        created_at: testing::instant(0),
        student_name: format!("王{number}"),
        co_name: Some("100%_某".to_owned()),
        id_tail: tx.keyring().tail_index("application", book, "002X"),
        phone_tail: Some(tx.keyring().tail_index("application", book, "13800138000")),
        school_code: None,
        college: None,
        amount_fen: Some(1_200_000),
        tuition_fen: None,
        lodging_fen: None,
        graduates_in: Some(2030),
        matures_in: None,
        status: "draft".to_owned(),
        changed_at: testing::instant(0),
    }
}

pub(super) fn sample_contract(tx: &Tx<'_>, book: i64, number: i64) -> Contract {
    Contract {
        book,
        contract: number,
        number: format!("2026{number:07}"),
        application: 1,
        version: 1,
        person: 9,
        co_person: None,
        policy_on: day("2026-08-01"),
        school_code: "4111010001".to_owned(),
        principal_fen: 1_200_000,
        matures_in: 2045,
        terms: "{}".to_owned(),
        generated_on: day("2026-08-10"),
        student_name: "王某".to_owned(),
        co_name: None,
        id_tail: tx.keyring().tail_index("application", book, "002X"),
        signed_on: None,
        disbursed_on: None,
        status: "generated".to_owned(),
        next_due_on: None,
        outstanding_fen: 0,
        overdue_fen: 0,
        settled_on: None,
        changed_at: testing::instant(0),
    }
}

pub(super) fn sample_posting(book: i64, contract: i64, seq: i64, fen: i64) -> Posting {
    let mut legs = Legs::default();
    legs.amounts[Account::Principal as usize] = Fen(fen);
    legs.amounts[Account::Platform as usize] = Fen(-fen);
    legs.channel = Some("alipay".to_owned());
    Posting {
        book,
        contract,
        seq,
        on_day: day("2026-11-20"),
        kind: "disbursed".to_owned(),
        cause: "disbursement".to_owned(),
        legs,
    }
}

pub(super) fn sample_bill(book: i64, contract: i64, due_on: &str) -> Bill {
    Bill {
        book,
        contract,
        due_on: day(due_on),
        kind: "settlement".to_owned(),
        debit_on: day(due_on).succ_opt().expect("a day"),
        days: 111,
        rate_ppm: 28_000,
        opening_fen: 1_200_000,
        principal_fen: 0,
        interest_fen: 10_360,
        subsidised_fen: 0,
        total_fen: 10_360,
        closing_fen: 1_200_000,
    }
}

pub(super) fn sample_event(book: i64, contract: i64, seq: i64) -> ContractEvent {
    ContractEvent {
        book,
        contract,
        seq,
        on_day: day("2026-12-01"),
        kind: "paid".to_owned(),
        detail: format!("{{\"amount\":\"{seq}.00\"}}"),
        at: testing::instant(seq),
        actor: "platform".to_owned(),
    }
}

pub(super) fn new_fact(book: i64, subject_id: i64, kind: &'static str) -> NewFact<'static> {
    NewFact {
        book,
        subject: "application",
        subject_id,
        kind,
        on_day: day("2026-09-01"),
        at: testing::instant(0),
        actor: "clerk 7",
        detail: "{}",
    }
}

#[tokio::test]
async fn h009_a_search_finds_by_number_name_and_tails_and_takes_every_character_as_itself() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            for number in 1..=3 {
                let row = sample_application(tx, 1, number);
                application::enter(tx, &row).await?;
            }
            let found = async |tx: &mut Tx<'_>, by: Search<'_>| -> Result<Vec<i64>, Failure> {
                Ok(application::search(tx, 1, by, 10).await?.iter().map(|row| row.application).collect())
            };
            assert_eq!(found(tx, Search::Number("A2026000002")).await?, [2]);
            assert_eq!(found(tx, Search::Name("王3")).await?, [3]);
            assert_eq!(found(tx, Search::Name("100%_")).await?, [3, 2, 1]);
            for hostile in ["%", "_", "王%", "' OR 1=1--", "!", "\\"] {
                assert!(found(tx, Search::Name(hostile)).await?.is_empty(), "{hostile}");
            }
            assert_eq!(found(tx, Search::IdTail("11010519491231002X")).await?.len(), 3);
            assert_eq!(found(tx, Search::PhoneTail("8000")).await?.len(), 3);
            assert!(found(tx, Search::PhoneTail("8001")).await?.is_empty());
            let elsewhere = application::search(tx, 2, Search::IdTail("002X"), 10).await?;
            assert!(elsewhere.is_empty(), "a tail means nothing in another book");
            Ok(())
        });
        done.expect("searches");
    })
    .await;
}

#[tokio::test]
async fn an_application_keeps_its_sealed_answers_and_its_facts_in_order() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let mut row = sample_application(tx, 1, 1);
            application::enter(tx, &row).await?;
            assert_eq!(application::answers(tx, 1, 1).await?, None);
            application::keep_answers(tx, 1, 1, 9, "{\"phone\":\"13800138000\"}", testing::instant(1)).await?;
            assert_eq!(application::answers(tx, 1, 1).await?.as_deref(), Some("{\"phone\":\"13800138000\"}"));
            row.amount_fen = Some(2_000_000);
            row.status = "submitted".to_owned();
            application::change(tx, &row).await?;
            assert_eq!(application::by_public_number(tx, 1, &row.number).await?.as_ref(), Some(&row));
            assert_eq!(application::counts_of_status(tx, 1, 2026).await?, [("submitted".to_owned(), 1)]);
            under_record(tx, 1, 0, async |tx| {
                assert_eq!(fact::append(tx, new_fact(1, 1, "opened")).await?, 1);
                assert_eq!(fact::append(tx, new_fact(1, 1, "submitted")).await?, 2);
                assert_eq!(fact::append(tx, new_fact(1, 2, "opened")).await?, 1);
                Ok(())
            })
            .await?;
            let kinds: Vec<String> = fact::list(tx, 1, "application", 1).await?.into_iter().map(|f| f.kind).collect();
            assert_eq!(kinds, ["opened", "submitted"]);
            Ok(())
        });
        done.expect("keeps");
    })
    .await;
}

#[tokio::test]
async fn a_row_of_an_act_without_an_audit_record_is_refused() {
    on_both(async |db| {
        let refused: Result<i64, Failure> = write!(db, |tx| fact::append(tx, new_fact(1, 1, "opened")).await);
        assert!(refused.is_err());
        let refused: Result<(), Failure> = write!(db, |tx| {
            crate::audit::begin(tx, 1, testing::instant(0))?;
            fact::append(tx, new_fact(1, 1, "opened")).await.map(drop)
        });
        assert!(refused.is_err(), "begun and not written");
        let refused: Result<(), Failure> = write!(db, |tx| {
            crate::audit::begin(tx, 2, testing::instant(0))?;
            fact::append(tx, new_fact(1, 1, "opened")).await.map(drop)
        });
        assert!(refused.is_err(), "in another book");
        let facts: Result<_, Failure> = write!(db, |tx| fact::list(tx, 1, "application", 1).await);
        assert!(facts.expect("reads").is_empty());
    })
    .await;
    proof::proves!["R26.3"];
}

#[tokio::test]
async fn a_contract_and_its_ledger_come_back_as_written_and_the_trial_balance_is_zero() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let application = sample_application(tx, 1, 1);
            application::enter(tx, &application).await?;
            let mut row = sample_contract(tx, 1, 5);
            contract::enter(tx, &row).await?;
            row.status = "running".to_owned();
            row.next_due_on = Some(day("2026-12-20"));
            contract::change(tx, &row).await?;
            assert_eq!(contract::list_due(tx, 1, day("2026-12-20"), 0, 10).await?, [row.clone()]);
            assert!(contract::list_due(tx, 1, day("2026-12-19"), 0, 10).await?.is_empty());
            assert_eq!(contract::search(tx, 1, "002X", 10).await?.len(), 1);
            let postings: Vec<Posting> = (1..=500).map(|seq| sample_posting(1, 5, seq, seq)).collect();
            let bills = [sample_bill(1, 5, "2026-12-20"), sample_bill(1, 5, "2027-12-20")];
            under_record(tx, 1, 0, async |tx| {
                contract::events_append(tx, &[sample_event(1, 5, 1), sample_event(1, 5, 2)]).await?;
                posting::append(tx, &postings).await?;
                posting::bills_append(tx, &bills).await
            })
            .await?;
            assert_eq!(posting::list(tx, 1, 5).await?, postings);
            assert_eq!(posting::bills(tx, 1, 5).await?, bills);
            assert_eq!(contract::events(tx, 1, 5).await?[1], sample_event(1, 5, 2));
            assert_eq!(contract::event_count(tx, 1, 5).await?, 2);
            assert_eq!(posting::counts_range(tx, 1, 1, 9).await?, [(5, 500)]);
            let balance = posting::trial_balance(tx, Some(1), day("2026-12-31")).await?;
            assert_eq!(balance[Account::Principal as usize], Fen(500 * 501 / 2));
            assert_eq!(balance.iter().copied().sum::<Fen>(), Fen::ZERO);
            assert_eq!(posting::trial_balance(tx, Some(2), day("2026-12-31")).await?, [Fen::ZERO; Account::COUNT]);
            let card = posting::account_card(tx, 1, 5, Account::Platform).await?;
            assert_eq!((card.len(), card[1].seq, card[1].amount_fen), (500, 2, -2));
            let sql = "SELECT balance_fen FROM trial_balance WHERE book = 1 AND account = 'principal'";
            assert_eq!(tx.value::<i64>(sql, Vec::new()).await?, Some(500 * 501 / 2));
            let done = SettlementDone {
                book: 1,
                on_day: day("2026-12-20"),
                chunk: 1,
                until: 5,
                contracts: 1,
                total_fen: 10_360,
                done_at: testing::instant(0),
            };
            assert!(posting::settlement_mark(tx, &done).await?);
            assert!(!posting::settlement_mark(tx, &done).await?, "a second run finds it done");
            Ok(())
        });
        done.expect("ledger");
    })
    .await;
}

#[tokio::test]
async fn a_posting_that_is_not_zero_is_refused_by_the_database_itself() {
    on_both(async |db| {
        let mut wrong = sample_posting(1, 5, 1, 100);
        wrong.legs.amounts[Account::Deposit as usize] = Fen(1);
        let wrong = &wrong;
        let refused: Result<(), Failure> = write!(db, |tx| {
            under_record(tx, 1, 0, async |tx| posting::append(tx, std::slice::from_ref(wrong)).await).await
        });
        assert!(refused.is_err());
    })
    .await;
}

#[tokio::test]
async fn prints_lose_their_force_and_files_are_kept_once() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            for number in 1..=2 {
                let print = Paper {
                    book: 1,
                    paper: number,
                    kind: "contract".to_owned(),
                    number: "20260000005".to_owned(),
                    version: number,
                    subject: "contract".to_owned(),
                    subject_id: 5,
                    digest: "d".to_owned(),
                    code: format!("CODE{number}"),
                    file_digest: None,
                    printed_by: "clerk".to_owned(),
                    printed_at: testing::instant(0),
                    on_day: day("2026-09-01"),
                    voided_at: None,
                    void_reason: None,
                };
                let at = testing::instant(number);
                paper::void(tx, 1, "contract", ("contract", 5), "reprinted", at).await?;
                paper::enter(tx, &print).await?;
            }
            let old = paper::by_code(tx, 1, "CODE1").await?.expect("the old print");
            assert_eq!((old.voided_at, old.void_reason.as_deref()), (Some(testing::instant(2)), Some("reprinted")));
            assert_eq!(paper::by_code(tx, 1, "CODE2").await?.expect("the new print").voided_at, None);
            assert_eq!(paper::by_code(tx, 2, "CODE2").await?, None);
            let first = paper::file_keep(tx, 1, 9, "application/pdf", b"%PDF-1", testing::instant(0)).await?;
            let again = paper::file_keep(tx, 1, 9, "application/pdf", b"%PDF-1", testing::instant(1)).await?;
            assert_eq!(first, again);
            let link = FileLink {
                book: 1,
                subject: "application".to_owned(),
                subject_id: 1,
                kind: "id_card".to_owned(),
                digest: first.clone(),
                person: 9,
                linked_by: "clerk".to_owned(),
                linked_at: testing::instant(0),
                removed_at: None,
            };
            assert!(paper::file_attach(tx, &link).await?);
            assert!(!paper::file_attach(tx, &link).await?);
            assert!(paper::file_detach(tx, &link, testing::instant(5)).await?);
            let links = paper::files_of_subject(tx, 1, "application", 1).await?;
            assert_eq!(links[0].removed_at, Some(testing::instant(5)));
            Ok(())
        });
        done.expect("papers");
    })
    .await;
}

#[tokio::test]
async fn a_batch_resumes_with_its_open_rows_and_a_trade_settles_once() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let made = Batch {
                owner: 30,
                batch: "D20261120-1".to_owned(),
                kind: "disbursement".to_owned(),
                on_day: day("2026-11-20"),
                row_count: 3,
                total_fen: 300,
                to_school_fen: 0,
                digest: "d".to_owned(),
                made_by: "maker".to_owned(),
                made_at: testing::instant(0),
                status: "made".to_owned(),
                checked_by: None,
                checked_digest: None,
                checked_at: None,
                serial: None,
                detail: "{}".to_owned(),
                finished_at: None,
            };
            let rows: Vec<BatchRow> = (1..=3)
                .map(|row_no| BatchRow {
                    owner: 30,
                    batch: made.batch.clone(),
                    row_no,
                    book: Some(1),
                    application: Some(1),
                    contract: Some(5),
                    amount_fen: 100,
                    to_school_fen: 0,
                    trade_no: None,
                    detail: "{}".to_owned(),
                    result: None,
                    reason: None,
                    done_at: None,
                })
                .collect();
            batch::make(tx, &made, &rows).await?;
            batch::row_send(tx, 30, &made.batch, 1, "T1").await?;
            assert!(batch::row_close(tx, &rows[0], "done", None, testing::instant(1)).await?);
            assert!(!batch::row_close(tx, &rows[0], "failed", None, testing::instant(2)).await?);
            let open: Vec<i64> =
                batch::rows_open(tx, 30, &made.batch, 10).await?.iter().map(|row| row.row_no).collect();
            assert_eq!(open, [2, 3]);
            assert_eq!(batch::row_by_trade(tx, 30, "T1").await?.map(|row| row.row_no), Some(1));

            let asked = Trade {
                owner: 30,
                trade_no: "T1".to_owned(),
                direction: "out".to_owned(),
                kind: "payout".to_owned(),
                book: Some(1),
                contract: Some(5),
                person: Some(9),
                amount_fen: 100,
                digest: "d".to_owned(),
                asked_at: testing::instant(0),
                on_day: day("2026-11-20"),
                state: "pending".to_owned(),
                moved_fen: 0,
                partner_no: None,
                answered_at: None,
                value_on: None,
                detail: "{}".to_owned(),
            };
            assert_eq!(trade::record(tx, &asked).await?, (asked.clone(), true));
            let other = Trade { digest: "e".to_owned(), ..asked.clone() };
            assert_eq!(trade::record(tx, &other).await?, (asked.clone(), false), "the first one stands");
            let outcome = |state| Outcome {
                state,
                moved_fen: 100,
                partner_no: Some("P1"),
                value_on: Some(day("2026-11-20")),
                at: testing::instant(9),
            };
            assert_eq!(trade::list_pending(tx, 30, testing::instant(5), 10).await?.len(), 1);
            assert!(trade::settle(tx, 30, "T1", outcome("success")).await?);
            assert!(!trade::settle(tx, 30, "T1", outcome("failed")).await?, "success never goes back");
            assert_eq!(trade::by_number(tx, 30, "T1").await?.map(|trade| trade.state).as_deref(), Some("success"));
            let id =
                trade::message_keep(tx, 30, "in", b"raw=1&sign=x", "accepted", Some("T1"), testing::instant(9)).await?;
            assert_eq!(trade::message_raw(tx, 30, &id).await?.as_deref(), Some(b"raw=1&sign=x".as_slice()));
            Ok(())
        });
        done.expect("trades");
    })
    .await;
}

#[tokio::test]
async fn a_request_keeps_what_was_written_sealed() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let filed = Request {
                book: 1,
                request: 1,
                number: "R1".to_owned(),
                kind: "study_change".to_owned(),
                person: 9,
                application: None,
                contract: Some(5),
                status: "filed".to_owned(),
                filed_on: day("2026-09-01"),
                due_on: Some(day("2026-09-16")),
                decided_on: None,
            };
            request::file(tx, &filed, "{\"why\":\"考研\"}").await?;
            assert_eq!(request::detail(tx, &filed).await?.as_deref(), Some("{\"why\":\"考研\"}"));
            request::set_status(tx, 1, 1, "granted", Some(day("2026-09-10"))).await?;
            let kept = request::list_of_contract(tx, 1, 5).await?;
            assert_eq!((kept[0].status.as_str(), kept[0].decided_on), ("granted", Some(day("2026-09-10"))));
            Ok(())
        });
        done.expect("requests");
    })
    .await;
}
