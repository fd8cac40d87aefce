use futures::future::join_all;

use super::{day, on_both, write};
use crate::account::{self, Account, Earlier, Session};
use crate::message::{self, CodeAnswer};
use crate::person::{self, Consent, NewPerson, OpenLoan, YearClaim};
use crate::testing::{self, TestDatabase};
use crate::{Engine, Failure, Tx, audit, paper};

const ID: &str = "999999200401010010";
const PHONE: &str = "13800138000";

fn new_person(id_number: &str) -> NewPerson<'_> {
    NewPerson {
        id_number,
        name: "欧阳·某",
        phone: Some(PHONE),
        born_on: day("2004-01-01"),
        sex: "male",
        demonstration: true,
    }
}

async fn enter(tx: &mut Tx<'_>, id_number: &str) -> Result<i64, Failure> {
    Ok(person::enter(tx, &new_person(id_number), testing::instant(0)).await?.0)
}

#[tokio::test]
async fn h006_one_id_number_is_one_person_however_many_ask_at_once() {
    on_both(async |db| {
        let tasks = (0..20).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                store
                    .write("register", |tx| {
                        Box::pin(async move { person::enter(tx, &new_person(ID), testing::instant(0)).await })
                    })
                    .await
                    .map_err(|failure: Failure| failure)
            })
        });
        let answers: Vec<(i64, bool)> =
            join_all(tasks).await.into_iter().map(|task| task.expect("no panic").expect("no failure")).collect();
        assert_eq!(answers.iter().filter(|(_, new)| *new).count(), 1);
        assert!(answers.iter().all(|(person, _)| *person == answers[0].0));
    })
    .await;
}

#[tokio::test]
async fn a_person_is_found_by_id_number_and_phone_and_a_changed_number_leads_to_the_same() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let number = enter(tx, ID).await?;
            assert_eq!(person::by_id_number(tx, ID).await?.map(|found| found.person), Some(number));
            assert_eq!(person::by_id_number(tx, "999999200401010029").await?, None);
            assert_eq!(person::list_by_phone(tx, PHONE).await?.len(), 1);
            assert_eq!(person::id_number(tx, number).await?.as_deref(), Some(ID));
            assert_eq!(person::phone(tx, number).await?.as_deref(), Some(PHONE));
            assert_eq!(person::contact(tx, number).await?, None);
            person::change_contact(tx, number, "{\"address\":\"某村\"}", testing::instant(1)).await?;
            assert_eq!(person::contact(tx, number).await?.as_deref(), Some("{\"address\":\"某村\"}"));
            person::change_phone(tx, number, "13900139000", testing::instant(1)).await?;
            assert!(person::list_by_phone(tx, PHONE).await?.is_empty());
            let changed =
                person::change_id_number(tx, number, "999999200401010029", day("2026-09-01"), testing::instant(2));
            assert!(changed.await?);
            for id in [ID, "999999200401010029"] {
                assert_eq!(person::by_id_number(tx, id).await?.map(|found| found.person), Some(number));
            }
            assert_eq!(person::id_number(tx, number).await?.as_deref(), Some("999999200401010029"));
            let other = enter(tx, "999999200401010037").await?;
            let taken = person::change_id_number(tx, other, ID, day("2026-09-01"), testing::instant(3)).await?;
            assert!(!taken, "a number that is somebody's");
            Ok(())
        });
        done.expect("people");
    })
    .await;
}

#[tokio::test]
async fn h118_a_shredded_person_can_be_read_by_nobody() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let number = enter(tx, ID).await?;
            let digest = paper::file_keep(tx, 1, number, "image/png", b"scan", testing::instant(0)).await?;
            assert_eq!(paper::files_verify(tx, 1).await?.whole, 1);
            assert_eq!(
                paper::file_read(tx, 1, number, &digest).await?,
                Some(("image/png".to_owned(), b"scan".to_vec()))
            );
            person::shred(tx, number, testing::instant(1)).await?;
            assert!(person::id_number(tx, number).await.is_err());
            assert_eq!(person::phone(tx, number).await?, None);
            assert!(paper::file_read(tx, 1, number, &digest).await.is_err());
            assert_eq!(paper::files_verify(tx, 1).await?.shredded, 1);
            assert!(person::list_by_phone(tx, PHONE).await?.is_empty());
            Ok(())
        });
        done.expect("shreds");
    })
    .await;
}

#[tokio::test]
async fn a_file_exchanged_for_another_is_named() {
    on_both(async |db| {
        let kept: Result<(), Failure> = write!(db, |tx| {
            let number = enter(tx, ID).await?;
            for content in [b"one".as_slice(), b"two"] {
                paper::file_keep(tx, 1, number, "image/png", content, testing::instant(0)).await?;
            }
            Ok(())
        });
        kept.expect("two files");
        db.as_owner("UPDATE file SET cipher = (SELECT cipher FROM file ORDER BY digest LIMIT 1)")
            .await
            .expect("the owner may");
        let report: Result<_, Failure> = write!(db, |tx| audit::verify_book(tx, 1).await);
        let report = report.expect("verifies");
        assert_eq!((report.files, report.faults.len(), report.faults[0].table), (1, 1, "file"));
    })
    .await;
}

#[tokio::test]
async fn a_sealed_cell_moved_to_another_person_does_not_open() {
    on_both(async |db| {
        let people: Result<(i64, i64), Failure> =
            write!(db, |tx| Ok((enter(tx, ID).await?, enter(tx, "999999200401010029").await?)));
        let (one, two) = people.expect("two people");
        db.as_owner(&format!(
            "UPDATE person SET id_cipher = (SELECT id_cipher FROM person WHERE person = {one}) WHERE person = {two}"
        ))
        .await
        .expect("the owner may");
        let read: Result<_, Failure> = write!(db, |tx| person::id_number(tx, two).await);
        assert!(read.is_err());
        // Even with the key moved along, the place does not fit.
        db.as_owner(&format!(
            "UPDATE person_key SET wrapped_key = (SELECT wrapped_key FROM person_key WHERE person = {one}) \
             WHERE person = {two}"
        ))
        .await
        .expect("the owner may");
        let read: Result<_, Failure> = write!(db, |tx| person::id_number(tx, two).await);
        assert!(read.is_err());
    })
    .await;
}

#[tokio::test]
async fn h104_a_year_is_claimed_once_and_given_back_by_its_own_application_only() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let claim =
                YearClaim { person: 9, academic_year: 2026, book: 1, application: 5, claimed_at: testing::instant(0) };
            assert_eq!(person::claim_year(tx, &claim).await?, claim);
            let campus = YearClaim { book: 2, application: 1, ..claim.clone() };
            assert_eq!(person::claim_year(tx, &campus).await?, claim, "the first one stands");
            assert!(!person::release_year(tx, &campus).await?);
            assert!(person::release_year(tx, &claim).await?);
            assert_eq!(person::claim_year(tx, &campus).await?, campus);
            Ok(())
        });
        done.expect("claims");
    })
    .await;
}

#[tokio::test]
async fn open_loans_and_consents_are_kept_with_their_days() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let number = enter(tx, ID).await?;
            let loan = OpenLoan {
                person: number,
                book: 1,
                contract: 5,
                part: "borrower".to_owned(),
                opened_on: day("2026-08-01"),
                closed_on: None,
            };
            assert!(person::open_loan_enter(tx, &loan).await?);
            assert!(!person::open_loan_enter(tx, &loan).await?, "noting it twice changes nothing");
            person::open_loan_close(tx, number, 1, 5, day("2040-09-20")).await?;
            assert_eq!(person::open_loans(tx, number).await?[0].closed_on, Some(day("2040-09-20")));
            let consent = Consent {
                person: number,
                purpose: "credit_enquiry".to_owned(),
                version: "2026-1".to_owned(),
                given_at: testing::instant(0),
                withdrawn_at: None,
            };
            assert!(person::consent_give(tx, &consent).await?);
            assert_eq!(person::consent_withdraw(tx, number, "credit_enquiry", testing::instant(9)).await?, 1);
            assert_eq!(person::consents(tx, number).await?[0].withdrawn_at, Some(testing::instant(9)));
            Ok(())
        });
        done.expect("keeps");
    })
    .await;
}

#[tokio::test]
async fn h025_a_changed_password_ends_every_other_session() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let number = enter(tx, ID).await?;
            let new = Account {
                person: number,
                password_hash: "$argon2id$1".to_owned(),
                must_change: true,
                failed_count: 0,
                failed_at: None,
                opened_at: testing::instant(0),
                opened_by: "self".to_owned(),
                changed_at: testing::instant(0),
                disabled_on: None,
            };
            assert!(account::open(tx, &new).await?);
            assert!(!account::open(tx, &new).await?);
            for token in [b"one", b"two"] {
                account::session_begin(tx, &session(token, number)).await?;
            }
            let (one, two) = (account::token_hash(b"one"), account::token_hash(b"two"));
            assert_eq!(account::note_wrong_password(tx, number, testing::instant(1)).await?, 1);
            assert_eq!(account::note_wrong_password(tx, number, testing::instant(2)).await?, 2);
            account::change_password(tx, number, "$argon2id$2", false, testing::instant(3), Some(&one)).await?;
            assert!(account::session_by_token(tx, &one).await?.is_some());
            assert!(account::session_by_token(tx, &two).await?.is_none());
            let kept = account::by_person(tx, number).await?.expect("the account");
            assert_eq!((kept.failed_count, kept.must_change), (0, false));
            account::session_touch(tx, &one, testing::instant(50)).await?;
            assert_eq!(account::sessions_sweep(tx, testing::instant(60), testing::instant(50)).await?, 0);
            account::disable(tx, number, day("2026-09-02")).await?;
            assert!(account::session_by_token(tx, &one).await?.is_none());
            Ok(())
        });
        done.expect("sessions");
    })
    .await;
}

fn session(token: &[u8], person: i64) -> Session {
    Session {
        token_hash: account::token_hash(token),
        person: Some(person),
        staff: None,
        portal: "student".to_owned(),
        csrf: "c".to_owned(),
        created_at: testing::instant(0),
        seen_at: testing::instant(0),
        expires_at: testing::instant(3600),
        stepped_up_at: None,
        agent: "test".to_owned(),
        detail: "{}".to_owned(),
    }
}

#[tokio::test]
async fn a_repeated_key_gets_its_answer_and_another_content_is_told_apart() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            assert_eq!(account::earlier_answer(tx, "a", "k", b"1").await?, Earlier::No);
            account::keep_answer(tx, "a", "k", b"1", "{\"n\":1}", testing::instant(0)).await?;
            assert_eq!(account::earlier_answer(tx, "a", "k", b"1").await?, Earlier::Same("{\"n\":1}".to_owned()));
            assert_eq!(account::earlier_answer(tx, "a", "k", b"2").await?, Earlier::Other);
            assert_eq!(account::earlier_answer(tx, "b", "k", b"1").await?, Earlier::No);
            assert_eq!(account::forget_answers(tx, testing::instant(1)).await?, 1);
            Ok(())
        });
        done.expect("answers");
    })
    .await;
}

#[tokio::test]
async fn h020_a_code_is_for_one_request_once_and_dies_after_three_tries_or_its_time() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let key = (7, "reset", b"session A".as_slice());
            let (sent, dead) = (testing::instant(0), testing::instant(300));
            message::code_keep(tx, key, "123456", sent, dead).await?;
            let other = (7, "reset", b"session B".as_slice());
            assert_eq!(message::code_try(tx, other, "123456", testing::instant(1)).await?, CodeAnswer::Dead);
            assert_eq!(message::code_try(tx, key, "000000", testing::instant(1)).await?, CodeAnswer::Wrong(2));
            assert_eq!(message::code_try(tx, key, "123456", testing::instant(299)).await?, CodeAnswer::Right);
            assert_eq!(message::code_try(tx, key, "123456", testing::instant(299)).await?, CodeAnswer::Dead);
            message::code_keep(tx, key, "654321", sent, dead).await?;
            assert_eq!(message::code_try(tx, key, "654321", testing::instant(300)).await?, CodeAnswer::Dead);
            for left in [2, 1, 0] {
                let answer = message::code_try(tx, key, "1", testing::instant(1)).await?;
                assert_eq!(answer, CodeAnswer::Wrong(left));
            }
            assert_eq!(message::code_try(tx, key, "654321", testing::instant(1)).await?, CodeAnswer::Dead);
            Ok(())
        });
        done.expect("codes");
    })
    .await;
}

#[tokio::test]
async fn h110_no_id_number_phone_or_message_is_readable_in_the_database_files() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            for person in 0..200 {
                let id_number = format!("9999992004010{:05}", 10_000 + person);
                let number = person::enter(tx, &new_person(&id_number), testing::instant(0)).await?.0;
                let new = message::NewMessage {
                    person: number,
                    kind: "code",
                    channel: "sms",
                    body: &format!("验证码 8231{person:04}"),
                    about: None,
                    at: testing::instant(0),
                    on_day: day("2026-09-01"),
                };
                let id = message::write(tx, new).await?;
                assert!(message::body(tx, number, &id).await?.is_some_and(|body| body.starts_with("验证码")));
            }
            Ok(())
        });
        done.expect("writes");
        let dump = dump(db).await;
        assert!(dump.len() > 50_000, "the dump holds the rows");
        assert!(dump.contains("2004-01-01"), "a search finds what is in clear");
        for person in 0..200 {
            for secret in [format!("9999992004010{:05}", 10_000 + person), PHONE.to_owned(), format!("8231{person:04}")]
            {
                for form in [hex::encode(&secret), secret] {
                    assert!(!dump.contains(&form), "{form} is readable in {:?}", db.engine);
                }
            }
        }
    })
    .await;
}

/// Everything a copy of the database would hold.
async fn dump(db: &TestDatabase) -> String {
    if db.engine == Engine::Sqlite {
        let path = db.url.trim_start_matches("sqlite:");
        let mut bytes = std::fs::read(path).expect("the file");
        bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut text = String::new();
    for table in crate::migrate::tables() {
        let sql = format!("SELECT CAST(t AS TEXT) FROM {} t", table.name);
        let sql = sql.as_str();
        let rows: Result<Vec<String>, Failure> =
            db.store.read("dump", |tx| Box::pin(async move { tx.column(sql, Vec::new()).await })).await;
        for row in rows.expect("dumps") {
            text.push_str(&row);
        }
    }
    text
}
