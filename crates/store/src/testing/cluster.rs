//! Finds or starts the PostgreSQL server of the tests.

use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::{Turn, instant};
use crate::migrate;

/// What a machine without PostgreSQL must do.
const INSTALL: &str = "these tests need PostgreSQL 15 or later: `apt-get install postgresql`, or set \
                       ZHUXUE_TEST_POSTGRES to the URL of a server where databases and roles may be created";

/// A server that tests may create databases on.
pub(super) struct Server {
    /// URL of its administrative database.
    pub admin_url: String,
    /// Set when the serving role needs a password there.
    password: bool,
}

impl Server {
    /// URL of another database of the server, as the owner or as a role.
    pub(super) fn url_of(&self, database: &str, role: Option<&str>) -> String {
        let (scheme, rest) = self.admin_url.split_once("://").expect("a URL has a scheme");
        let (place, query) = match rest.split_once('?') {
            Some((place, query)) => (place, format!("?{query}")),
            None => (rest, String::new()),
        };
        let host = place.split('/').next().unwrap_or_default();
        let (owner, host) = host.rsplit_once('@').unwrap_or(("", host));
        let who = match role {
            Some(role) if self.password => format!("{role}:{role}@"),
            Some(role) => format!("{role}@"),
            None if owner.is_empty() => String::new(),
            None => format!("{owner}@"),
        };
        format!("{scheme}://{who}{host}/{database}{query}")
    }
}

/// The server of this test run.
pub(super) async fn server() -> Server {
    if let Ok(admin_url) = std::env::var("ZHUXUE_TEST_POSTGRES") {
        return Server { admin_url, password: true };
    }
    let uid = std::fs::metadata("/proc/self").expect("the process has an owner").uid();
    let folder = std::env::temp_dir().join(format!("zhuxue-test-postgres-{uid}"));
    let address = folder.with_extension("url");
    if let Some(server) = running(&address).await {
        return server;
    }
    let _turn = Turn::take(&folder.with_extension("lock"));
    if let Some(server) = running(&address).await {
        return server;
    }
    let port = start(&folder, uid == 0);
    let admin_url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    std::fs::write(&address, &admin_url).expect("the temporary folder takes a file");
    Server { admin_url, password: false }
}

/// The server whose address was left behind, if it still answers.
async fn running(address: &Path) -> Option<Server> {
    let admin_url = std::fs::read_to_string(address).ok()?;
    let connection = PgConnection::connect(&admin_url).await.ok()?;
    connection.close().await.ok()?;
    Some(Server { admin_url, password: false })
}

/// Starts a cluster in the folder; durable storage is switched off, tests have nothing to lose.
fn start(folder: &Path, as_root: bool) -> u16 {
    let programs = programs();
    let data = folder.join("data");
    // PostgreSQL refuses to run as root, so root lends the folder to the user its package made.
    let program = |name: &str| {
        let path = programs.join(name);
        if as_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        }
    };
    std::fs::create_dir_all(folder).expect("the temporary folder takes a folder");
    if as_root {
        run(Command::new("chown").arg("postgres:").arg(folder));
    }
    if !data.join("PG_VERSION").exists() {
        run(program("initdb")
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data));
    }
    // A server that is still there but forgot to leave its address, or died without cleaning up, makes room first.
    if data.join("postmaster.pid").exists() {
        let stopped = program("pg_ctl").args(["stop", "-m", "immediate", "-D"]).arg(&data).current_dir("/").output();
        stopped.unwrap_or_else(|error| panic!("pg_ctl: {error}; {INSTALL}"));
    }
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a free port on the loopback")
        .port();
    let settings = format!(
        "-p {port} -k '' -h 127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
         -c max_connections=400 -c shared_buffers=128MB -c autovacuum=off -c max_wal_size=4GB"
    );
    run(program("pg_ctl")
        .args(["start", "-w", "-t", "60", "-o"])
        .arg(settings)
        .arg("-D")
        .arg(&data)
        .arg("-l")
        .arg(folder.join("log")));
    port
}

/// Runs a command to its end, or fails the test with what it said.
fn run(command: &mut Command) {
    let said = command
        .stdin(Stdio::null())
        .current_dir("/")
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; {INSTALL}"));
    assert!(said.status.success(), "{command:?}: {}; {INSTALL}", String::from_utf8_lossy(&said.stderr));
}

/// Folder of `initdb` and `pg_ctl`: Debian's newest, or the search path's.
fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|folder| folder.join("pg_ctl").exists())
        .collect();
    versions.sort();
    let search = std::env::var_os("PATH").unwrap_or_default();
    versions
        .pop()
        .or_else(|| std::env::split_paths(&search).find(|folder| folder.join("initdb").exists()))
        .unwrap_or_else(|| panic!("{INSTALL}"))
}

/// A migrated database to copy from, made once for every version of the schema.
pub(super) async fn template(server: &Server) -> String {
    let name = format!("zhuxue_template_{}", &migrate::schema_digest()[..16]);
    let mut admin = PgConnection::connect(&server.admin_url).await.expect("the test server answers");
    if !exists(&mut admin, &name).await {
        let _turn = Turn::take(&std::env::temp_dir().join(format!("{name}.lock")));
        if !exists(&mut admin, &name).await {
            sweep(&mut admin).await;
            let making = format!("{name}_making");
            for sql in [format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)"), format!("CREATE DATABASE {making}")] {
                sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.expect("the server creates databases");
            }
            let url = server.url_of(&making, None);
            migrate::run(&url, migrate::Options::default(), instant(0)).await.expect("the schema fits PostgreSQL");
            let role = migrate::SERVING_ROLE;
            let mut sql = format!("ALTER DATABASE {making} RENAME TO {name};");
            if server.password {
                sql = format!("ALTER ROLE {role} PASSWORD '{role}';{sql}");
            }
            for part in sql.split_inclusive(';') {
                sqlx::raw_sql(AssertSqlSafe(part.to_owned())).execute(&mut admin).await.expect("the server renames");
            }
        }
    }
    admin.close().await.expect("the test server closes the connection");
    name
}

async fn exists(admin: &mut PgConnection, name: &str) -> bool {
    let found: Option<(i32,)> = sqlx::query_as("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(name)
        .fetch_optional(admin)
        .await
        .expect("the server lists its databases");
    found.is_some()
}

/// Removes databases whose test process is gone.
async fn sweep(admin: &mut PgConnection) {
    let left: Vec<(String,)> = sqlx::query_as("SELECT datname FROM pg_database WHERE datname LIKE 'zhuxue\\_%\\_%'")
        .fetch_all(&mut *admin)
        .await
        .expect("the server lists its databases");
    for (name,) in left {
        let process = name.split('_').nth(1).and_then(|part| part.parse::<u32>().ok());
        if process.is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists()) {
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *admin).await.expect("the server drops databases");
        }
    }
}
