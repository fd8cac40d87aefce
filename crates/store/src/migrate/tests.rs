use std::collections::BTreeSet;

use super::*;
use crate::testing;

#[test]
fn every_table_declares_its_class_and_every_key_begins_with_it() {
    for table in tables() {
        assert!(!table.comment.is_empty() && !table.primary_key.is_empty(), "{}", table.name);
        for column in &table.columns {
            assert!(!column.comment.is_empty(), "{}.{} has no comment", table.name, column.name);
            let kinds = ["BIGINT", "TEXT", "BYTEA", "DATE", "TIMESTAMPTZ", "BOOLEAN"];
            assert!(kinds.contains(&column.kind.as_str()), "{}.{}", table.name, column.name);
        }
        let Some(key) = table.class.key() else { continue };
        for unique in table.uniques.iter().chain([&table.primary_key]) {
            assert_eq!(unique[0], key, "a unique key of {} crosses machines", table.name);
        }
        for foreign in &table.foreign_keys {
            let there = tables().iter().find(|other| other.name == foreign.table).expect("a table of ours");
            assert!(there.class == table.class || there.class == Class::Reference, "{}", table.name);
            if there.class == table.class {
                assert_eq!((foreign.columns[0].as_str(), foreign.references[0].as_str()), (key, key), "{}", table.name);
            }
        }
    }
}

#[test]
fn the_ledger_has_one_column_per_account() {
    let posting = tables().iter().find(|table| table.name == "posting").expect("the ledger");
    let columns: Vec<&str> = posting.columns.iter().map(|column| column.name.as_str()).collect();
    let codes: Vec<&str> = loan::life::Account::ALL.iter().map(|account| account.code()).collect();
    let first = columns.iter().position(|column| *column == codes[0]).expect("the first account");
    assert_eq!(columns[first..first + codes.len()], codes[..]);
}

/// Table, column, type, nullable: as the engine itself tells it.
#[tokio::test]
async fn both_databases_hold_the_declared_tables_columns_and_foreign_keys() {
    for db in testing::databases().await {
        let found: BTreeSet<(String, String)> = match db.engine {
            Engine::Sqlite => {
                pairs(&db.store, "SELECT m.name, p.name AS other FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'").await
            }
            Engine::Postgres => {
                pairs(&db.store, "SELECT CAST(table_name AS TEXT) AS name, CAST(column_name AS TEXT) AS other FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN ('posting_leg', 'trial_balance')").await
            }
        };
        let mut declared: BTreeSet<(String, String)> = tables()
            .iter()
            .flat_map(|table| table.columns.iter().map(|column| (table.name.clone(), column.name.clone())))
            .collect();
        for column in ["name", "digest", "applied_at"] {
            declared.insert(("migration".to_owned(), column.to_owned()));
        }
        assert_eq!(found, declared, "{:?}", db.engine);

        let found = match db.engine {
            Engine::Sqlite => {
                pairs(&db.store, "SELECT m.name, f.\"table\" || '(' || group_concat(f.\"to\", ', ') || ')' AS other FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' GROUP BY m.name, f.id").await
            }
            Engine::Postgres => {
                pairs(&db.store, "SELECT CAST(conrelid::regclass AS TEXT) AS name, regexp_replace(pg_get_constraintdef(oid), '^.* REFERENCES ', '') AS other FROM pg_constraint WHERE contype = 'f'").await
            }
        };
        let declared: BTreeSet<(String, String)> = tables()
            .iter()
            .flat_map(|table| {
                let told = |key: &ForeignKey| format!("{}({})", key.table, key.references.join(", "));
                table.foreign_keys.iter().map(move |key| (table.name.clone(), told(key)))
            })
            .collect();
        assert_eq!(found, declared, "{:?}", db.engine);
    }
}

async fn pairs(store: &Store, sql: &str) -> BTreeSet<(String, String)> {
    #[derive(FromQueryResult)]
    struct Pair {
        name: String,
        other: String,
    }
    let rows: Vec<Pair> = store
        .read("walk_schema", |tx| Box::pin(async move { tx.rows(sql, Vec::new()).await }))
        .await
        .map_err(|failure: Failure| failure)
        .expect("the catalogue answers");
    rows.into_iter().map(|row| (row.name, row.other)).collect()
}

#[tokio::test]
async fn migrating_twice_changes_nothing_and_an_unknown_script_is_refused() {
    for db in testing::databases().await {
        let again = run(&db.owner_url, Options::default(), testing::instant(1)).await.expect("nothing to do");
        assert!(again.is_empty());
        db.as_owner("INSERT INTO migration VALUES ('9999_future', '', '')").await.expect("the owner may");
        let refused = run(&db.owner_url, Options::default(), testing::instant(2)).await.expect_err("a newer database");
        assert!(refused.to_string().contains("9999_future"));
        assert!(Store::open(&db.url, testing::keyring()).await.is_err());
        db.as_owner("DELETE FROM migration WHERE name IN ('9999_future', '0005_local')").await.expect("the owner may");
        let older = Store::open(&db.url, testing::keyring()).await.err().expect("an older database");
        assert!(older.to_string().contains("zhuxue migrate"));
    }
}

#[tokio::test]
async fn append_only_tables_refuse_change_and_the_owner_may_not_serve() {
    for db in testing::databases().await {
        for table in tables().iter().filter(|table| table.append_only) {
            for sql in [
                format!("UPDATE {0} SET {1} = {1}", table.name, table.columns[0].name),
                format!("DELETE FROM {}", table.name),
            ] {
                let sql = sql.as_str();
                // SQLite's triggers fire for rows only, so the audit's one row stands for all of them there.
                if db.engine == Engine::Sqlite {
                    continue;
                }
                let refused: Result<u64, Failure> =
                    db.store.write("forbidden", |tx| Box::pin(async move { tx.run(sql, Vec::new()).await })).await;
                assert!(refused.is_err(), "{sql}");
            }
        }
        if db.engine == Engine::Postgres {
            let refused = Store::open(&db.owner_url, testing::keyring()).await.err().expect("the owner is refused");
            assert!(refused.to_string().contains(SERVING_ROLE));
        } else {
            let guards: Option<i64> = db
                .store
                .read("guards", |tx| {
                    Box::pin(async move {
                        tx.value("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'", Vec::new()).await
                    })
                })
                .await
                .map_err(|failure: Failure| failure)
                .expect("counts");
            let append_only = tables().iter().filter(|table| table.append_only).count();
            assert_eq!(guards, Some(2 * append_only as i64));
        }
    }
}

/// `docs/data-map.md` tells every column and how it is protected. Run with `ZHUXUE_UPDATE=1` after a change.
#[test]
fn the_data_map_covers_every_column() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/data-map.md");
    let now = data_map();
    if std::env::var_os("ZHUXUE_UPDATE").is_some() {
        std::fs::write(&path, &now).expect("docs can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("docs/data-map.md is there");
    assert!(kept == now, "docs/data-map.md is not of this schema: run this test with ZHUXUE_UPDATE=1");
}

fn data_map() -> String {
    let mut map = String::from(
        "# Data map\n\nEvery table and column, written by a test from `crates/store/schema`. *Class* says where rows \
         live (ARCHITECTURE.md); *sealed* columns are encrypted with the person's own key or the system's, *blind* ones are \
         keyed digests that can only be compared, *hash* cannot be reversed. Everything else is in clear under access \
         control.\n",
    );
    for table in tables() {
        let only_grows = if table.append_only { ", only grows" } else { "" };
        let class = format!("{:?}", table.class).to_lowercase();
        map.push_str(&format!("\n## {}\n{} ({class}{only_grows}).\n\n", table.name, table.comment));
        map.push_str("| column | type | what | protection |\n|---|---|---|---|\n");
        for column in &table.columns {
            let kind = column.kind.to_lowercase();
            let optional = if column.nullable { ", optional" } else { "" };
            let protection = protection(&table.name, &column.name, &column.comment);
            map.push_str(&format!("| {} | {kind}{optional} | {} | {protection} |\n", column.name, column.comment));
        }
    }
    map
}

fn protection(table: &str, column: &str, comment: &str) -> &'static str {
    match (table, column) {
        _ if column.ends_with("cipher") => "sealed",
        (_, "wrapped_key") => "wrapped by the master key",
        (_, "password_hash" | "token_hash") | ("sms_code", "request") => "hash",
        _ if comment.contains("lind index") => "blind",
        _ => "",
    }
}

/// The password is the one that the other tests know, so that they go on beside this one.
#[tokio::test]
async fn the_serving_role_gets_a_password_and_serves_with_it() {
    let database = crate::testing::blank_postgres().await;
    run(&database.owner_url, Options::default(), crate::testing::instant(0)).await.expect("the schema");
    serving_password(&database.owner_url, SERVING_ROLE).await.expect("the owner may");
    let store = Store::open(&database.serving_url, crate::testing::keyring()).await.expect("it serves");
    assert_eq!(store.engine(), Engine::Postgres);
    store.close().await;
    let sqlite = crate::testing::sqlite().await;
    assert!(serving_password(&sqlite.url, "none").await.is_err());
}
