use super::chain::{verified, world};
use super::on_both;
use crate::{Failure, FailureKind, Store, backup, testing};

/// A copy goes back into either kind of database, and there too every row answers to its audit record.
#[tokio::test]
async fn a_backup_restores_into_both_databases_and_verifies_there() {
    on_both(async |db| {
        let exported = world(db).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("copy");
        let written = backup::write(&db.store, &path, testing::instant(99), &|_, _| {}).await.expect("writes");
        assert!(written.rows > 20, "{written:?}");
        for other in testing::databases().await {
            let restored = backup::restore(&other.store, &path, &|_, _| {}).await.expect("restores");
            assert_eq!(restored, written);
            let report = verified(&other, &exported).await;
            assert_eq!((report.records, report.rows, report.faults.len()), (5, 15, 0));
            let again = folder.path().join("again");
            backup::write(&other.store, &again, testing::instant(99), &|_, _| {}).await.expect("writes");
            let read = |path| std::fs::read(path).expect("the copy");
            assert_eq!(read(&path), read(&again), "the copy of a copy");
            let filled = backup::restore(&other.store, &path, &|_, _| {}).await.expect_err("it has rows");
            assert_eq!(filled.kind(), FailureKind::Unavailable);
        }
    })
    .await;
}

#[tokio::test]
async fn a_damaged_backup_restores_nothing() {
    on_both(async |db| {
        world(db).await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("copy");
        backup::write(&db.store, &path, testing::instant(99), &|_, _| {}).await.expect("writes");
        let whole = std::fs::read_to_string(&path).expect("the copy");
        let lines: Vec<&str> = whole.lines().collect();
        let without = |line: usize| {
            let kept: Vec<&str> =
                lines.iter().enumerate().filter(|(index, _)| *index != line).map(|(_, line)| *line).collect();
            kept.join("\n") + "\n"
        };
        let row = lines.iter().position(|line| line.starts_with("[1,\"application\"")).expect("a fact");
        let damaged = [
            String::new(),
            whole.replace("\"zhuxue\"", "\"other\""),
            whole.replace("signed", "sighed"),
            without(row),
            without(lines.len() - 1),
            whole[..whole.len() / 2].to_owned(),
        ];
        for text in damaged {
            std::fs::write(&path, &text).expect("the folder takes a file");
            let fresh =
                if db.engine == crate::Engine::Sqlite { testing::sqlite().await } else { testing::postgres().await };
            let failure = backup::restore(&fresh.store, &path, &|_, _| {}).await.expect_err("damaged");
            assert_eq!(failure.kind(), FailureKind::Corrupt, "{failure:?}");
            assert_eq!(people(&fresh.store).await, 0);
        }
    })
    .await;
}

async fn people(store: &Store) -> i64 {
    let counted: Result<Option<i64>, Failure> = store
        .read("count", |tx| {
            Box::pin(async move { tx.value("SELECT CAST(count(*) AS BIGINT) FROM application", Vec::new()).await })
        })
        .await;
    counted.expect("counts").expect("a count")
}
