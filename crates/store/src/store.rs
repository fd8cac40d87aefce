//! The database as a whole: opening it, and running named transactions against it.
//!
//! Isolation: PostgreSQL runs writes SERIALIZABLE and reads as REPEATABLE READ, READ ONLY snapshots, so that a rule
//! checked inside an act still holds when it commits; bulk work locks its rows instead. SQLite has one writer at a time (BEGIN IMMEDIATE) and snapshot
//! readers. A write that loses against another is run again from its beginning, with growing pauses.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _, PgPool, SqlitePool};

use crate::keyring::Keyring;
use crate::tx::{Connection, Tx};
use crate::{Failure, FailureKind, migrate};

/// How often a transaction is begun before the conflict is given back to the caller.
const ATTEMPTS_MAX: u32 = 12;

/// The two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// One file, one machine.
    Sqlite,
    /// PostgreSQL 15 or later, or Citus over it.
    Postgres,
}

/// A database that is open for business. Cloning is cheap.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    keyring: Arc<Keyring>,
    counts: Arc<Mutex<BTreeMap<&'static str, Counts>>>,
}

/// Connections.
#[derive(Clone)]
pub(crate) enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// What became of the transactions of one name since the program started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Committed.
    pub committed: u64,
    /// Rolled back because the act said no, or failed.
    pub rolled_back: u64,
    /// Begun again after losing against another transaction.
    pub retried: u64,
}

/// How a transaction is kept apart from others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Isolation {
    /// As if it ran alone.
    Serializable,
    /// One snapshot; what it decides on, it locks.
    Locked,
    /// One snapshot, no writing.
    Snapshot,
}

/// What a transaction's closure gives back.
pub type Act<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

impl Store {
    /// Opens an existing database for serving: `sqlite:PATH` or `postgres://…`. The schema must be the program's own
    /// version. On PostgreSQL the role must not be able to change or delete rows of append-only tables.
    pub async fn open(url: &str, keyring: Keyring) -> Result<Store, Failure> {
        let pools = Pools::open(url, false).await?;
        let store = Store { pools, keyring: Arc::new(keyring), counts: Arc::default() };
        migrate::check_version(&store).await?;
        migrate::check_rights(&store).await?;
        Ok(store)
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        match self.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// The keys of the installation.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// What became of the transactions so far, by name.
    pub fn counts(&self) -> BTreeMap<&'static str, Counts> {
        self.counts.lock().expect("no holder of the counts panics").clone()
    }

    /// Runs `act` in a transaction that may write. It commits when `act` answers `Ok`, rolls back otherwise, and runs
    /// `act` again when another transaction came first; so `act` must not change anything outside the transaction.
    ///
    /// ```text
    /// let input = &input;
    /// store.write("application_submit", |tx| Box::pin(async move { application::submit(tx, input).await })).await
    /// ```
    pub async fn write<'env, T, E, F>(&self, name: &'static str, act: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> Act<'t, T, E> + Send + Sync,
        T: Send,
        E: From<Failure> + Send,
    {
        self.transact(name, Isolation::Serializable, act).await
    }

    /// Like [`Store::write`], for bulk work such as a chunk of a settlement: PostgreSQL runs it as REPEATABLE READ,
    /// where workers side by side do not disturb each other. So the act itself must take what it decides on: it
    /// begins with [`contract::lock_range`](crate::contract::lock_range), and every other act on a contract's money
    /// changes the contract's row, which makes one of the two begin again.
    pub async fn write_locked<'env, T, E, F>(&self, name: &'static str, act: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> Act<'t, T, E> + Send + Sync,
        T: Send,
        E: From<Failure> + Send,
    {
        self.transact(name, Isolation::Locked, act).await
    }

    /// Runs `act` on one unchanging picture of the database; it cannot write.
    pub async fn read<'env, T, E, F>(&self, name: &'static str, act: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> Act<'t, T, E> + Send + Sync,
        T: Send,
        E: From<Failure> + Send,
    {
        self.transact(name, Isolation::Snapshot, act).await
    }

    async fn transact<'env, T, E, F>(&self, name: &'static str, isolation: Isolation, act: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx<'env>) -> Act<'t, T, E> + Send + Sync,
        T: Send,
        E: From<Failure> + Send,
    {
        for attempt in 1.. {
            let connection = match self.pools.begin(isolation).await {
                Ok(connection) => connection,
                Err(error) => {
                    let failure = Failure::database(name, error);
                    if failure.kind() == FailureKind::Conflict && attempt < ATTEMPTS_MAX {
                        self.pause(name, attempt).await;
                        continue;
                    }
                    return Err(failure.into());
                }
            };
            let mut tx = Tx::new(connection, self.keyring.clone(), name);
            let outcome = act(&mut tx).await.and_then(|answer| tx.check_witnessed().map(|()| answer).map_err(E::from));
            let lost = tx.lost;
            match outcome {
                Ok(answer) => match tx.connection.commit().await {
                    Ok(()) => {
                        self.count(name, |counts| counts.committed += 1);
                        return Ok(answer);
                    }
                    Err(error) => {
                        let failure = Failure::database(name, error);
                        if failure.kind() != FailureKind::Conflict || attempt >= ATTEMPTS_MAX {
                            self.count(name, |counts| counts.rolled_back += 1);
                            return Err(failure.into());
                        }
                    }
                },
                Err(error) => {
                    // A roll-back that fails closes the connection, which rolls back as well.
                    if let Err(error) = tx.connection.rollback().await {
                        tracing::warn!(transaction = name, %error, "roll-back failed");
                    }
                    if !lost || attempt >= ATTEMPTS_MAX {
                        self.count(name, |counts| counts.rolled_back += 1);
                        return Err(error);
                    }
                }
            }
            self.pause(name, attempt).await;
        }
        unreachable!("the last attempt returns")
    }

    /// Counts the retry and waits a little, longer every time and never the same for two rivals.
    async fn pause(&self, name: &'static str, attempt: u32) {
        self.count(name, |counts| counts.retried += 1);
        tracing::debug!(transaction = name, attempt, "begins again");
        let longest_ms = 4u64 << attempt.min(8);
        let pause_ms = self.keyring.chance_below(longest_ms) + 1;
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    }

    fn count(&self, name: &'static str, change: impl FnOnce(&mut Counts)) {
        change(self.counts.lock().expect("no holder of the counts panics").entry(name).or_default());
    }

    /// Closes all connections; SQLite folds its log into the file.
    pub async fn close(&self) {
        self.pools.close().await;
    }
}

impl Pools {
    /// Connects; `create` makes a missing SQLite file.
    pub(crate) async fn open(url: &str, create: bool) -> Result<Pools, Failure> {
        let wrong = |error| Failure::database("opening the database", error);
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)
                .map_err(wrong)?
                .create_if_missing(create)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                // Deleted keys must not stay behind in free pages.
                .pragma("secure_delete", "ON")
                .pragma("temp_store", "MEMORY")
                .pragma("cache_size", "-16384")
                .statement_cache_capacity(256)
                .disable_statement_logging();
            let writer = SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(Duration::from_secs(30))
                .connect_with(options.clone())
                .await
                .map_err(wrong)?;
            let readers = SqlitePoolOptions::new()
                .max_connections(8)
                .acquire_timeout(Duration::from_secs(30))
                .connect_lazy_with(options.pragma("query_only", "ON"));
            return Ok(Pools::Sqlite { writer, readers });
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgConnectOptions::from_str(url)
                .map_err(wrong)?
                .application_name("zhuxue")
                .statement_cache_capacity(256)
                .options([("timezone", "UTC"), ("lock_timeout", "15s")])
                .disable_statement_logging();
            // The pool tries again and again while a server refuses; opening should say so at once.
            let first = options.connect().await.map_err(wrong)?;
            first.close().await.map_err(wrong)?;
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(5))
                .connect_lazy_with(options);
            return Ok(Pools::Postgres(pool));
        }
        Err(Failure::unavailable("a database is named sqlite:PATH or postgres://…"))
    }

    pub(crate) async fn close(&self) {
        match self {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    async fn begin(&self, isolation: Isolation) -> Result<Connection, sqlx::Error> {
        Ok(match self {
            Pools::Sqlite { readers, .. } if isolation == Isolation::Snapshot => {
                Connection::Sqlite(readers.begin().await?)
            }
            Pools::Sqlite { writer, .. } => Connection::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => {
                let begin = match isolation {
                    Isolation::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
                    Isolation::Locked => "BEGIN ISOLATION LEVEL REPEATABLE READ",
                    Isolation::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                };
                Connection::Postgres(pool.begin_with(begin).await?)
            }
        })
    }
}
