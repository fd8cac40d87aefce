//! Fresh databases for tests: one SQLite file and one PostgreSQL database for every test, both empty but migrated.
//!
//! The PostgreSQL server is the one of `ZHUXUE_TEST_POSTGRES`, or one that the first test starts in a temporary folder
//! and that stays for the others. A machine without PostgreSQL fails the test and says what to install.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::store::{Engine, Store};
use crate::{Failure, Instant, Keyring, keyring, migrate};

mod cluster;
pub mod crowd;

/// A database that lives as long as the test.
pub struct TestDatabase {
    /// Which one.
    pub engine: Engine,
    /// Opened as the program opens it.
    pub store: Store,
    /// URL the store was opened with.
    pub url: String,
    /// URL of the owner, who may do everything.
    pub owner_url: String,
    _keep: Keep,
}

/// Removes the database when the test ends.
enum Keep {
    Folder { _folder: tempfile::TempDir },
    Postgres { admin_url: String, name: String },
}

/// One fresh database of each kind.
pub async fn databases() -> Vec<TestDatabase> {
    vec![sqlite().await, postgres().await]
}

/// A fresh SQLite file.
pub async fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("zhuxue.db");
    std::fs::copy(sqlite_template().await, &path).expect("the temporary folder takes a copy");
    let url = format!("sqlite:{}", path.display());
    let store = Store::open(&url, keyring()).await.expect("the fresh file opens");
    TestDatabase { engine: Engine::Sqlite, store, owner_url: url.clone(), url, _keep: Keep::Folder { _folder: folder } }
}

/// A fresh PostgreSQL database.
pub async fn postgres() -> TestDatabase {
    let server = cluster::server().await;
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("zhuxue_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let template = cluster::template(&server).await;
    let mut admin = PgConnection::connect(&server.admin_url).await.expect("the test server answers");
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} TEMPLATE {template}")] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.expect("a database from the template");
    }
    admin.close().await.expect("the test server closes the connection");
    let url = server.url_of(&name, Some(migrate::SERVING_ROLE));
    let store = Store::open(&url, keyring()).await.expect("the fresh database opens");
    TestDatabase {
        engine: Engine::Postgres,
        store,
        url,
        owner_url: server.url_of(&name, None),
        _keep: Keep::Postgres { admin_url: server.admin_url, name },
    }
}

/// A PostgreSQL database in which nothing stands yet, not even the schema.
pub struct BlankPostgres {
    /// URL of the owner, who may do everything.
    pub owner_url: String,
    /// URL of the role the program serves under.
    pub serving_url: String,
    _keep: Keep,
}

/// A fresh PostgreSQL database without a schema, on a server that knows the serving role.
pub async fn blank_postgres() -> BlankPostgres {
    let server = cluster::server().await;
    cluster::template(&server).await;
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("zhuxue_{}_blank{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&server.admin_url).await.expect("the test server answers");
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name} TEMPLATE template0")] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.expect("an empty database");
    }
    admin.close().await.expect("the test server closes the connection");
    BlankPostgres {
        owner_url: server.url_of(&name, None),
        serving_url: server.url_of(&name, Some(migrate::SERVING_ROLE)),
        _keep: Keep::Postgres { admin_url: server.admin_url, name },
    }
}

/// A keyring that every test may know.
pub fn keyring() -> Keyring {
    Keyring::from_bytes([42; 32], entropy()).expect("a usable key")
}

/// Randomness for tests.
pub fn entropy() -> keyring::Entropy {
    Arc::new(|bytes| rand::Rng::fill_bytes(&mut rand::rng(), bytes))
}

/// A plain instant of 2026, `seconds` after 1 September, 09:00 in Shanghai.
pub fn instant(seconds: i64) -> Instant {
    Instant::from_timestamp(1_788_224_400 + seconds, 0).expect("a representable instant")
}

impl TestDatabase {
    /// Runs SQL as the owner, past every guard: what a database administrator could do by hand. On SQLite the
    /// triggers are taken off for it and put back.
    pub async fn as_owner(&self, sql: &str) -> Result<(), Failure> {
        let failed = |error| Failure::database("running SQL as the owner", error);
        match self.engine {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.owner_url).await.map_err(failed)?;
                let guards: Vec<(String, String)> =
                    sqlx::query_as("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                        .fetch_all(&mut connection)
                        .await
                        .map_err(failed)?;
                let drops: String = guards.iter().map(|(name, _)| format!("DROP TRIGGER {name};")).collect();
                let puts: String = guards.iter().map(|(_, text)| format!("{text};")).collect();
                for part in [drops.as_str(), sql, puts.as_str()] {
                    sqlx::raw_sql(AssertSqlSafe(part.to_owned())).execute(&mut connection).await.map_err(failed)?;
                }
                connection.close().await.map_err(failed)
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.owner_url).await.map_err(failed)?;
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.map_err(failed)?;
                connection.close().await.map_err(failed)
            }
        }
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        let Keep::Postgres { admin_url, name } = self else { return };
        let (admin_url, name) = (admin_url.clone(), name.clone());
        // A destructor cannot wait inside the test's runtime, so the removal gets a thread of its own.
        let removal = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async move {
                let mut admin = PgConnection::connect(&admin_url).await?;
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await?;
                admin.close().await
            })
        });
        if let Ok(Err(error)) = removal.join() {
            eprintln!("a test database stays behind: {error}");
        }
    }
}

/// A migrated SQLite file, made once for every version of the schema.
async fn sqlite_template() -> PathBuf {
    let folder = std::env::temp_dir();
    let name = format!("zhuxue-test-{}", &migrate::schema_digest()[..16]);
    let ready = folder.join(format!("{name}.db"));
    if ready.exists() {
        return ready;
    }
    let _turn = Turn::take(&folder.join(format!("{name}.lock")));
    if !ready.exists() {
        let making = folder.join(format!("{name}.{}.making", std::process::id()));
        let url = format!("sqlite:{}", making.display());
        migrate::run(&url, migrate::Options::default(), instant(0)).await.expect("the schema fits SQLite");
        std::fs::rename(&making, &ready).expect("the temporary folder renames");
    }
    ready
}

/// An exclusive file lock, so that processes of one test run take turns.
pub(crate) struct Turn {
    _file: File,
}

impl Turn {
    pub(crate) fn take(path: &Path) -> Turn {
        let file = File::options().create(true).write(true).truncate(false).open(path).expect("a lock file");
        file.lock().expect("the lock is given in turn");
        Turn { _file: file }
    }
}
