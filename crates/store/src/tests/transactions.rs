use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::future::join_all;

use super::records::{sample_application, sample_contract};
use super::{on_both, write};
use crate::row::values;
use crate::{Failure, FailureKind, Store, application, contract, counter, setting, testing};

/// Tries again while others come first, as a client with the same key does.
macro_rules! patiently {
    ($act:expr) => {
        loop {
            match $act.await {
                Ok(answer) => break answer,
                Err(failure) => assert_eq!(failure.kind(), FailureKind::Conflict, "{failure:?}"),
            }
        }
    };
}

#[tokio::test]
async fn an_act_that_says_no_leaves_nothing_behind() {
    on_both(async |db| {
        let refused: Result<(), Failure> = write!(db, |tx| {
            setting::put(tx, "a", "1", testing::instant(0), "test").await?;
            Err(Failure::bug("no"))
        });
        assert!(refused.is_err());
        let found: Result<_, Failure> = write!(db, |tx| setting::by_name(tx, "a").await);
        assert_eq!(found.expect("reads"), None);
        let counts = db.store.counts()["test"];
        assert_eq!((counts.committed, counts.rolled_back), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_read_cannot_write() {
    on_both(async |db| {
        let refused: Result<(), Failure> = db
            .store
            .read("sly", |tx| Box::pin(async move { setting::put(tx, "a", "1", testing::instant(0), "test").await }))
            .await;
        assert!(refused.is_err());
    })
    .await;
}

#[tokio::test]
async fn two_at_once_never_get_the_same_number() {
    on_both(async |db| {
        let tasks = (0..20).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move { patiently!(number(&store)) })
        });
        let mut numbers: Vec<i64> = join_all(tasks).await.into_iter().map(|task| task.expect("no panic")).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<i64>>());
    })
    .await;
}

async fn number(store: &Store) -> Result<i64, Failure> {
    store.write("number", |tx| Box::pin(async move { counter::next(tx, 1, "x").await })).await
}

/// Two clerks each see one free place; only one may take it (security 5.7).
#[tokio::test]
async fn a_rule_checked_inside_an_act_still_holds_when_it_commits() {
    on_both(async |db| {
        let tasks = (0..8).map(|clerk| {
            let store = db.store.clone();
            tokio::spawn(async move { patiently!(take_the_last_place(&store, clerk)) })
        });
        let taken = join_all(tasks).await.into_iter().filter(|task| *task.as_ref().expect("no panic")).count();
        assert_eq!(taken, 1);
    })
    .await;
}

async fn take_the_last_place(store: &Store, clerk: i64) -> Result<bool, Failure> {
    store
        .write("place", |tx| {
            Box::pin(async move {
                let taken: Option<i64> =
                    tx.value("SELECT CAST(count(*) AS BIGINT) FROM counter WHERE book = 1", Vec::new()).await?;
                if taken != Some(0) {
                    return Ok(false);
                }
                let name = format!("clerk {clerk}");
                tx.run_one("INSERT INTO counter (book, name, value) VALUES (1, $1, 1)", values![name]).await?;
                Ok(true)
            })
        })
        .await
}

/// The bank test: amounts move between accounts, every reader sees the same total.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h105_every_read_sees_the_same_total_while_20_tasks_move_money() {
    const ACCOUNTS: i64 = 8;
    on_both(async |db| {
        let opened: Result<(), Failure> = write!(db, |tx| {
            for account in 0..ACCOUNTS {
                let sql = "INSERT INTO counter (book, name, value) VALUES ($1, 'fen', 1000)";
                tx.run_one(sql, values![account]).await?;
            }
            Ok(())
        });
        opened.expect("accounts");
        static MOVED: AtomicU32 = AtomicU32::new(0);
        MOVED.store(0, Ordering::SeqCst);
        let movers = (0..20i64).map(|task| {
            let store = db.store.clone();
            tokio::spawn(async move {
                for step in 0..5i64 {
                    let (from, to) = ((task + step) % ACCOUNTS, (task * 3 + step * 5 + 1) % ACCOUNTS);
                    patiently!(transfer(&store, from, to, 1 + step));
                    MOVED.fetch_add(1, Ordering::SeqCst);
                }
            })
        });
        let movers = tokio::spawn(join_all(movers.collect::<Vec<_>>()));
        let mut reads = 0;
        while !movers.is_finished() || reads == 0 {
            let total: Result<Option<i64>, Failure> = db
                .store
                .read("total", |tx| {
                    Box::pin(async move {
                        tx.value("SELECT CAST(sum(value) AS BIGINT) FROM counter WHERE name = 'fen'", Vec::new()).await
                    })
                })
                .await;
            assert_eq!(total.expect("reads"), Some(1000 * ACCOUNTS));
            reads += 1;
            tokio::task::yield_now().await;
        }
        for mover in movers.await.expect("no panic") {
            mover.expect("no panic");
        }
        assert_eq!(MOVED.load(Ordering::SeqCst), 100);
    })
    .await;
}

async fn transfer(store: &Store, from: i64, to: i64, fen: i64) -> Result<(), Failure> {
    store
        .write("transfer", |tx| {
            Box::pin(async move {
                let sql = "SELECT value FROM counter WHERE book = $1 AND name = 'fen'";
                let has: i64 = tx.value(sql, values![from]).await?.unwrap_or(0);
                if has < fen || from == to {
                    return Ok(());
                }
                let gets: i64 = tx.value(sql, values![to]).await?.unwrap_or(0);
                let update = "UPDATE counter SET value = $2 WHERE book = $1 AND name = 'fen'";
                tx.run_one(update, values![from, has - fen]).await?;
                tx.run_one(update, values![to, gets + fen]).await
            })
        })
        .await
}

#[tokio::test]
async fn a_database_that_is_not_there_is_unavailable() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for url in [
        format!("sqlite:{}/none.db", folder.path().display()),
        "postgres://nobody@127.0.0.1:1/none".to_owned(),
        "mysql://localhost/x".to_owned(),
    ] {
        let opened = tokio::time::timeout(Duration::from_secs(20), Store::open(&url, testing::keyring())).await;
        let failure = opened.expect("answers in time").err().expect("nothing is there");
        assert_eq!(failure.kind(), FailureKind::Unavailable, "{url}: {failure:?}");
    }
}

#[tokio::test]
async fn rows_come_back_as_they_went_in() {
    on_both(async |db| {
        let at = testing::instant(5) + chrono::TimeDelta::nanoseconds(123_456_789);
        let read: Result<_, Failure> = write!(db, |tx| {
            setting::put(tx, "名", "值' -- %", at, "谁").await?;
            setting::list(tx).await
        });
        let read = read.expect("reads");
        let kept = testing::instant(5) + chrono::TimeDelta::microseconds(123_456);
        assert_eq!((read[0].name.as_str(), read[0].value.as_str(), read[0].changed_at), ("名", "值' -- %", kept));
    })
    .await;
}

/// A settlement of a chunk and a borrower's act on one of its contracts at the same time: neither is lost.
#[tokio::test]
async fn bulk_work_and_an_act_on_the_same_contract_never_overwrite_each_other() {
    on_both(async |db| {
        let made: Result<(), Failure> = write!(db, |tx| {
            let application = sample_application(tx, 1, 1);
            application::enter(tx, &application).await?;
            for number in 1..=4 {
                let row = sample_contract(tx, 1, number);
                contract::enter(tx, &row).await?;
            }
            Ok(())
        });
        made.expect("contracts");
        let chunks = (0..6).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move { patiently!(add_to_all(&store)) })
        });
        let acts = (0..6).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move { patiently!(add_to_one(&store)) })
        });
        for task in join_all(chunks.chain(acts).collect::<Vec<_>>()).await {
            task.expect("no panic");
        }
        let amounts: Result<Vec<i64>, Failure> = write!(db, |tx| {
            tx.column("SELECT outstanding_fen FROM contract WHERE book = 1 ORDER BY contract", Vec::new()).await
        });
        assert_eq!(amounts.expect("reads"), [6, 12, 6, 6]);
    })
    .await;
}

async fn add_to_all(store: &Store) -> Result<(), Failure> {
    store
        .write_locked("chunk", |tx| {
            Box::pin(async move {
                assert_eq!(contract::lock_range(tx, 1, 1, 4).await?, 4);
                for mut row in contract::list_range(tx, 1, 1, 4).await? {
                    row.outstanding_fen += 1;
                    contract::change(tx, &row).await?;
                }
                Ok(())
            })
        })
        .await
}

async fn add_to_one(store: &Store) -> Result<(), Failure> {
    store
        .write("one", |tx| {
            Box::pin(async move {
                let mut row = contract::by_number(tx, 1, 2).await?.expect("the contract");
                row.outstanding_fen += 1;
                contract::change(tx, &row).await
            })
        })
        .await
}

#[tokio::test]
async fn h106_a_database_that_may_not_be_written_is_unavailable_and_recovers_by_itself() {
    let db = testing::postgres().await;
    let put = async || -> Result<(), Failure> {
        db.store
            .write("put", |tx| Box::pin(async move { setting::put(tx, "a", "1", testing::instant(0), "test").await }))
            .await
    };
    let name = db.url.rsplit('/').next().expect("a URL ends with the database");
    // What an operator, a full disk or a failover does to a server: read-only, then every connection cut.
    for (fault, repair) in [
        (
            format!("ALTER DATABASE {name} SET default_transaction_read_only = on"),
            format!("BEGIN READ WRITE; ALTER DATABASE {name} RESET default_transaction_read_only; COMMIT"),
        ),
        (format!("ALTER DATABASE {name} CONNECTION LIMIT 0"), format!("ALTER DATABASE {name} CONNECTION LIMIT -1")),
    ] {
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        db.as_owner(&format!("{fault}; {cut}")).await.expect("the owner may");
        let failure = put().await.expect_err("nothing can be written");
        assert_eq!(failure.kind(), FailureKind::Unavailable, "{fault}: {failure:?}");
        db.as_owner(&format!("{repair}; {cut}")).await.expect("the owner may");
        put().await.expect("it recovers by itself");
    }
}
