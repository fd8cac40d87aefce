//! Brings a database to the program's schema, forward only, and knows what every table is.
//!
//! The scripts of `schema/` are read once more as data: the class of each table, its keys and its comments, so that
//! the rules of distribution can be checked and applied. See `schema/README.md` for their form.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::store::{Engine, Pools, Store};
use crate::tx::Connection;
use crate::{Failure, Instant, keyring};
use sea_orm::FromQueryResult;

mod script;

pub use script::{Class, Column, ForeignKey, Table};

/// The scripts in order. One that was released is never edited.
const SCRIPTS: &[(&str, &str)] = &[
    ("0001_reference", include_str!("../schema/0001_reference.sql")),
    ("0002_person", include_str!("../schema/0002_person.sql")),
    ("0003_book", include_str!("../schema/0003_book.sql")),
    ("0004_owner", include_str!("../schema/0004_owner.sql")),
    ("0005_local", include_str!("../schema/0005_local.sql")),
    ("0006_hall", include_str!("../schema/0006_hall.sql")),
    ("0007_roster", include_str!("../schema/0007_roster.sql")),
    ("0008_entry", include_str!("../schema/0008_entry.sql")),
    ("0009_rights", include_str!("../schema/0009_rights.sql")),
    ("0010_search", include_str!("../schema/0010_search.sql")),
    ("0012_paper_copy", include_str!("../schema/0012_paper_copy.sql")),
    ("0013_last_login", include_str!("../schema/0013_last_login.sql")),
];

/// The table that remembers them.
const HEAD: &str = "-- @reference: Scripts applied to this database
CREATE TABLE IF NOT EXISTS migration (
    name TEXT NOT NULL, -- script
    digest TEXT NOT NULL, -- SM3 of its text
    applied_at TEXT NOT NULL, -- when
    PRIMARY KEY (name)
);
";

/// The role the program serves under on PostgreSQL.
pub const SERVING_ROLE: &str = "zhuxue_app";

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let mut tables: Vec<Table> = Vec::new();
    for (_, text) in SCRIPTS {
        tables.retain(|table| !script::dropped(text).any(|gone| gone == table.name));
        tables.extend(script::tables(text));
    }
    tables
});

/// Every table, in the order of the scripts.
pub fn tables() -> &'static [Table] {
    &TABLES
}

/// SM3 over all scripts: names the schema of this program.
pub fn schema_digest() -> String {
    let all: String = SCRIPTS.iter().flat_map(|(name, text)| [*name, *text]).collect();
    hex::encode(keyring::sm3(all.as_bytes()))
}

/// How a database is to be brought up to date.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Spread the tables over the machines of a Citus cluster; only for a new database.
    pub distribute: bool,
}

/// Creates or upgrades the schema as the owner of the database; answers the scripts that were new.
pub async fn run(url: &str, options: Options, now: Instant) -> Result<Vec<&'static str>, Failure> {
    let pools = Pools::open(url, true).await?;
    let mut connection = match &pools {
        Pools::Sqlite { .. } if options.distribute => {
            return Err(Failure::unavailable("only PostgreSQL with Citus can be distributed"));
        }
        Pools::Sqlite { writer, .. } => Connection::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?),
        Pools::Postgres(pool) => Connection::Postgres(pool.begin().await.map_err(failed)?),
    };
    let done = apply(&mut connection, options, now).await?;
    connection.commit().await.map_err(failed)?;
    pools.close().await;
    Ok(done)
}

/// Gives the serving role of a PostgreSQL server a password; asked with the owner's URL.
///
/// # Errors
/// When the server cannot be reached, or the owner may not change roles.
pub async fn serving_password(owner_url: &str, password: &str) -> Result<(), Failure> {
    let pools = Pools::open(owner_url, false).await?;
    let Pools::Postgres(pool) = &pools else {
        return Err(Failure::unavailable("only PostgreSQL has a serving role"));
    };
    let sql = format!("ALTER ROLE {SERVING_ROLE} PASSWORD '{}'", password.replace('\'', "''"));
    let mut connection = Connection::Postgres(pool.begin().await.map_err(failed)?);
    execute(&mut connection, sql).await?;
    connection.commit().await.map_err(failed)?;
    pools.close().await;
    Ok(())
}

fn failed(error: sqlx::Error) -> Failure {
    Failure::database("migrating", error)
}

/// Applies the scripts that are missing.
async fn apply(connection: &mut Connection, options: Options, now: Instant) -> Result<Vec<&'static str>, Failure> {
    let engine = connection.engine();
    if engine == Engine::Postgres {
        // Two programs that migrate at once take turns.
        execute(connection, "SELECT pg_advisory_xact_lock(7305804402566789)".to_owned()).await?;
    }
    execute(connection, script::for_engine(HEAD, engine).create).await?;
    let applied: HashMap<String, String> =
        connection.pairs("SELECT name, digest FROM migration").await.map_err(failed)?.into_iter().collect();
    check_known(&applied)?;
    if options.distribute && !applied.is_empty() {
        return Err(Failure::unavailable("only a new database can be distributed"));
    }
    let mut done = Vec::new();
    let mut later = String::new();
    for (name, text) in SCRIPTS.iter().filter(|(name, _)| !applied.contains_key(*name)) {
        let script = script::for_engine(text, engine);
        execute(connection, script.create).await?;
        if options.distribute {
            execute(connection, script::distribution(&script::tables(text))).await?;
        }
        later.push_str(&script.last);
        let digest = hex::encode(keyring::sm3(text.as_bytes()));
        let at = now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let insert = format!("INSERT INTO migration (name, digest, applied_at) VALUES ('{name}', '{digest}', '{at}')");
        execute(connection, insert).await?;
        done.push(*name);
    }
    execute(connection, later).await?;
    if !done.is_empty() {
        execute(connection, script::views()).await?;
    }
    if engine == Engine::Postgres && !done.is_empty() {
        execute(connection, script::rights(tables(), SERVING_ROLE)).await?;
    }
    Ok(done)
}

async fn execute(connection: &mut Connection, sql: String) -> Result<(), Failure> {
    if sql.is_empty() { Ok(()) } else { connection.script(sql).await.map_err(failed) }
}

/// Refuses a database that a newer or an altered program has written.
fn check_known(applied: &HashMap<String, String>) -> Result<(), Failure> {
    for (name, digest) in applied {
        let Some((_, text)) = SCRIPTS.iter().find(|(known, _)| known == name) else {
            return Err(Failure::unavailable(format!("the database is newer than this program: it has {name}")));
        };
        if hex::encode(keyring::sm3(text.as_bytes())) != *digest {
            return Err(Failure::corrupt(format!("the database was made with another text of {name}")));
        }
    }
    Ok(())
}

/// Refuses to serve on any schema but the program's own.
pub(crate) async fn check_version(store: &Store) -> Result<(), Failure> {
    #[derive(FromQueryResult)]
    struct Applied {
        name: String,
        digest: String,
    }
    let applied: Result<Vec<Applied>, Failure> = store
        .read("schema_version", |tx| {
            Box::pin(async move { tx.rows("SELECT name, digest FROM migration", Vec::new()).await })
        })
        .await;
    let applied = applied.map_err(|failure| {
        Failure::unavailable("this is no database of zhuxue yet: run `zhuxue migrate`").because(failure)
    })?;
    let applied: HashMap<String, String> = applied.into_iter().map(|row| (row.name, row.digest)).collect();
    check_known(&applied)?;
    if applied.len() < SCRIPTS.len() {
        return Err(Failure::unavailable("the database is older than this program: run `zhuxue migrate`"));
    }
    Ok(())
}

/// Refuses to serve under a PostgreSQL role that could change what must only grow.
pub(crate) async fn check_rights(store: &Store) -> Result<(), Failure> {
    if store.engine() == Engine::Sqlite {
        return Ok(());
    }
    let names: Vec<String> =
        tables().iter().filter(|table| table.append_only).map(|table| format!("'{}'", table.name)).collect();
    // An owner could give the rights back to itself, so membership counts like the right.
    let sql = format!(
        "SELECT CAST(count(*) AS BIGINT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = current_schema() AND c.relname IN ({}) \
         AND (has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') OR pg_has_role(c.relowner, 'MEMBER'))",
        names.join(", ")
    );
    let sql = sql.as_str();
    let open: Option<i64> = store
        .read("rights_check", |tx| Box::pin(async move { tx.value(sql, Vec::new()).await }))
        .await
        .map_err(|failure: Failure| failure)?;
    if open != Some(0) {
        return Err(Failure::unavailable(format!(
            "this database role may change the ledger and the audit; serve as {SERVING_ROLE}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
