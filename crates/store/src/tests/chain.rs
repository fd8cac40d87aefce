use super::records::{new_fact, sample_application, sample_bill, sample_contract, sample_event, sample_posting};
use super::{day, on_both, under_record, write};
use crate::audit::{self, ExportedRoot, Fault, Report};
use crate::testing::{self, TestDatabase};
use crate::{Failure, application, contract, fact, posting};

/// Two contracts in book 1, one fact in book 2: five acts, all sealed, one root exported.
pub(super) async fn world(db: &TestDatabase) -> ExportedRoot {
    let made: Result<(), Failure> = write!(db, |tx| {
        let row = sample_application(tx, 1, 1);
        application::enter(tx, &row).await?;
        for number in [5, 6] {
            let row = sample_contract(tx, 1, number);
            contract::enter(tx, &row).await?;
            under_record(tx, 1, number, async |tx| {
                fact::append(tx, new_fact(1, number, "opened")).await?;
                fact::append(tx, new_fact(1, number, "signed")).await?;
                contract::events_append(tx, &[sample_event(1, number, 1)]).await?;
                posting::append(tx, &[sample_posting(1, number, 1, 100)]).await
            })
            .await?;
            under_record(tx, 1, number + 10, async |tx| {
                posting::append(tx, &[sample_posting(1, number, 2, 70), sample_posting(1, number, 3, 30)]).await?;
                posting::bills_append(tx, &[sample_bill(1, number, "2026-12-20")]).await
            })
            .await?;
        }
        under_record(tx, 2, 30, async |tx| fact::append(tx, new_fact(2, 1, "opened")).await.map(drop)).await?;
        Ok(())
    });
    made.expect("the world");
    assert_eq!(audit::seal_all(&db.store, None).await.expect("seals"), 5);
    let closed: Result<String, Failure> =
        write!(db, |tx| Ok(audit::root_close(tx, day("2026-09-01"), testing::instant(40)).await?.line));
    let line = closed.expect("closes");
    ExportedRoot::read(&line, &testing::keyring().public_key()).expect("a line of ours")
}

pub(super) async fn verified(db: &TestDatabase, exported: &ExportedRoot) -> Report {
    audit::verify_all(&db.store, std::slice::from_ref(exported), &|_, _| {}).await.expect("verifies")
}

#[tokio::test]
async fn an_untouched_database_has_no_fault_and_tells_its_unsealed_window() {
    on_both(async |db| {
        let exported = world(db).await;
        let report = verified(db, &exported).await;
        assert_eq!(report, Report { records: 5, rows: 15, ..Report::default() });
        let more: Result<(), Failure> = write!(db, |tx| {
            under_record(tx, 2, 50, async |tx| fact::append(tx, new_fact(2, 1, "signed")).await.map(drop)).await
        });
        more.expect("one more act");
        assert_eq!(verified(db, &exported).await.unsealed, 1);
        let closed: Result<usize, Failure> = write!(db, |tx| {
            let sealed = audit::seal(tx, 2, Some(testing::instant(0)), 1000).await?;
            audit::root_close(tx, day("2026-09-02"), testing::instant(60)).await?;
            Ok(sealed)
        });
        assert_eq!(closed.expect("seals"), 1);
        let report = verified(db, &exported).await;
        assert_eq!((report.unsealed, report.faults), (0, Vec::new()));
    })
    .await;
}

/// What a database administrator may try, and the place that must be named first.
#[tokio::test]
async fn h108_any_row_changed_removed_inserted_or_reordered_by_hand_is_named() {
    let check = async |db: &TestDatabase, exported: &ExportedRoot, sql: &str, table: &str, place: &str| {
        db.as_owner(sql).await.unwrap_or_else(|failure| panic!("{sql}: {failure:?}"));
        let report = verified(db, exported).await;
        let first: &Fault = report.faults.first().unwrap_or_else(|| panic!("{:?}: unseen: {sql}", db.engine));
        assert_eq!(first.table, table, "{sql}: {first}");
        assert!(first.place.contains(place), "{sql}: {first}");
    };
    let swap = |table: &str, key: &str, column: &str| {
        // Two rows trade their numbers, by way of a free one.
        format!(
            "UPDATE {table} SET {column} = 99 WHERE {key} AND {column} = 1; \
             UPDATE {table} SET {column} = 1 WHERE {key} AND {column} = 2; \
             UPDATE {table} SET {column} = 2 WHERE {key} AND {column} = 99;"
        )
    };
    let five = "book = 1 AND contract = 5";
    let about = "book = 1 AND subject = 'application' AND subject_id = 6";
    let newest = "record = (SELECT record FROM audit_record WHERE book = 1 ORDER BY record DESC LIMIT 1)";
    let cases: Vec<(String, &str, &str)> = vec![
        // changed
        (format!("UPDATE posting SET principal = principal + 1, platform = platform - 1 WHERE {five} AND seq = 2"), "posting", "contract 5 seq 2"),
        (format!("UPDATE posting SET on_day = '2026-11-21' WHERE {five} AND seq = 3"), "posting", "contract 5 seq 3"),
        (format!("UPDATE bill SET interest_fen = 0, total_fen = 0 WHERE {five}"), "bill", "contract 5 due_on 2026-12-20"),
        (format!("UPDATE fact SET actor = 'other' WHERE {about} AND seq = 2"), "fact", "subject application subject_id 6 seq 2"),
        (format!("UPDATE contract_event SET detail = '{{}}' WHERE {five}"), "contract_event", "contract 5 seq 1"),
        (format!("UPDATE audit_record SET actor = 'other' WHERE book = 1 AND {newest}"), "audit_record", "of contract 5"),
        ("UPDATE audit_seal SET hash = record WHERE book = 1 AND seq = 3".to_owned(), "audit_seal", "seq 3"),
        // removed: from the middle, from the end
        (format!("DELETE FROM posting WHERE {five} AND seq = 2"), "posting", "contract 5 seq 3"),
        (format!("DELETE FROM posting WHERE {five} AND seq = 3"), "audit_record", "of contract 5"),
        (format!("DELETE FROM bill WHERE {five}"), "audit_record", "of contract 5"),
        (format!("DELETE FROM fact WHERE {about} AND seq = 1"), "fact", "subject_id 6 seq 2"),
        (format!("DELETE FROM audit_record WHERE book = 1 AND {newest}"), "audit_record", "-"),
        ("DELETE FROM audit_seal WHERE book = 1 AND seq = 2".to_owned(), "audit_seal", "seq 3"),
        ("DELETE FROM audit_seal WHERE book = 1 AND seq = 4".to_owned(), "audit_seal", "seq 4"),
        ("DELETE FROM audit_root".to_owned(), "audit_root", "seq 1 of 2026-09-01"),
        // inserted: a copy of a row under another number
        (format!("INSERT INTO fact SELECT book, subject, subject_id, 3, kind, on_day, at, actor, detail, record, tag FROM fact WHERE {about} AND seq = 2"), "fact", "subject_id 6 seq 3"),
        ("INSERT INTO audit_seal SELECT book, 5, tag16, hash FROM (SELECT book, hash, substr(hash, 1, 16) AS tag16 FROM audit_seal WHERE book = 1 AND seq = 4) s".to_owned(), "audit_seal", "seq 5"),
        // reordered
        (swap("posting", five, "seq"), "posting", "contract 5 seq 1"),
        (swap("fact", about, "seq"), "fact", "subject_id 6 seq 1"),
        (swap("audit_seal", "book = 1", "seq"), "audit_seal", "seq 1"),
    ];
    for (sql, table, place) in &cases {
        for db in testing::databases().await {
            let exported = world(&db).await;
            check(&db, &exported, sql, table, place).await;
        }
    }
}

/// A whole database set back to yesterday's copy verifies in itself; only what was exported since shows it.
#[tokio::test]
async fn h108_a_database_set_back_is_found_by_the_exported_root() {
    on_both(async |db| {
        let first = world(db).await;
        let closed: Result<String, Failure> = write!(db, |tx| {
            under_record(tx, 2, 50, async |tx| fact::append(tx, new_fact(2, 1, "signed")).await.map(drop)).await?;
            audit::seal(tx, 2, None, 10).await?;
            Ok(audit::root_close(tx, day("2026-09-02"), testing::instant(60)).await?.line)
        });
        let line = closed.expect("closes");
        let public_key = testing::keyring().public_key();
        let second = ExportedRoot::read(&line, &public_key).expect("a line of ours");
        assert_eq!(ExportedRoot::read(&line.replace("2026-09-02", "2026-09-03"), &public_key), None);
        assert!(verified(db, &second).await.faults.is_empty());
        for sql in [
            "DELETE FROM audit_root WHERE seq = 2",
            "DELETE FROM audit_seal WHERE book = 2 AND seq = 2",
            "DELETE FROM audit_record WHERE book = 2 AND record NOT IN (SELECT record FROM audit_seal)",
            "DELETE FROM fact WHERE book = 2 AND seq = 2",
        ] {
            db.as_owner(sql).await.expect("the owner may");
        }
        assert!(verified(db, &first).await.faults.is_empty(), "in itself it looks whole");
        let report = verified(db, &second).await;
        assert!(report.faults[0].what.contains("set back"), "{}", report.faults[0]);
    })
    .await;
}
