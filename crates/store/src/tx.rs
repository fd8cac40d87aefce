//! One transaction. SQL is the same text for both databases, with `$1` placeholders.

mod copy;

pub(crate) use copy::{CopyBytes, CopyRow};

use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use sea_orm::sea_query::{Value, Values};
use sea_orm::{FromQueryResult, QueryResult, TryGetable};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};

use crate::audit::Witness;
use crate::keyring::{DataKey, Keyring};
use crate::row::Row;
use crate::store::Engine;
use crate::{Failure, FailureKind};

/// A transaction under way. `'env` is what its closure may borrow.
pub struct Tx<'env> {
    pub(crate) connection: Connection,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) data_keys: HashMap<i64, DataKey>,
    name: &'static str,
    pub(crate) witness: Option<Witness>,
    /// A statement lost against another transaction: the whole may be tried again.
    pub(crate) lost: bool,
    env: PhantomData<&'env ()>,
}

/// From so many rows on COPY is quicker than one INSERT.
pub(crate) const COPY_ROWS_MIN: usize = 32;

/// The connection of either database.
pub(crate) enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A future whose insides callers need not know: sqlx's are large, and the compiler would look through them again in
/// every act that waits for one.
type Later<'t, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 't>>;

impl Connection {
    fn execute<'t>(&'t mut self, sql: &'t str, values: Vec<Value>) -> Later<'t, u64> {
        let values = SqlxValues(Values(exact(values)));
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(tx) => {
                    sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected()
                }
                Connection::Postgres(tx) => {
                    sqlx::query_with(AssertSqlSafe(sql), values).execute(&mut **tx).await?.rows_affected()
                }
            })
        })
    }

    fn fetch_all<'t>(&'t mut self, sql: &'t str, values: Vec<Value>) -> Later<'t, Vec<QueryResult>> {
        let values = SqlxValues(Values(exact(values)));
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(tx) => {
                    let rows = sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut **tx).await?;
                    rows.into_iter().map(QueryResult::from).collect()
                }
                Connection::Postgres(tx) => {
                    let rows = sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut **tx).await?;
                    rows.into_iter().map(QueryResult::from).collect()
                }
            })
        })
    }

    fn fetch_first<'t>(&'t mut self, sql: &'t str, values: Vec<Value>) -> Later<'t, Option<QueryResult>> {
        let values = SqlxValues(Values(exact(values)));
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(tx) => {
                    let row = sqlx::query_with(AssertSqlSafe(sql), values).fetch_optional(&mut **tx).await?;
                    row.map(QueryResult::from)
                }
                Connection::Postgres(tx) => {
                    let row = sqlx::query_with(AssertSqlSafe(sql), values).fetch_optional(&mut **tx).await?;
                    row.map(QueryResult::from)
                }
            })
        })
    }
}

impl Tx<'_> {
    pub(crate) fn new(connection: Connection, keyring: Arc<Keyring>, name: &'static str) -> Self {
        Tx { connection, keyring, data_keys: HashMap::new(), name, witness: None, lost: false, env: PhantomData }
    }

    /// Which database this is.
    pub(crate) fn engine(&self) -> Engine {
        self.connection.engine()
    }

    /// The keys of the installation.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Runs a statement; answers how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &str, values: Vec<Value>) -> Result<u64, Failure> {
        let touched = self.connection.execute(sql, values).await;
        touched.map_err(|error| self.failed(sql, error))
    }

    /// Runs a statement that must touch exactly one row.
    pub(crate) async fn run_one(&mut self, sql: &str, values: Vec<Value>) -> Result<(), Failure> {
        match self.run(sql, values).await? {
            1 => Ok(()),
            count => Err(Failure::bug(format!("{count} rows instead of one at {}", self.doing(sql)))),
        }
    }

    /// All rows of a query, untyped.
    pub(crate) async fn raw_rows(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, Failure> {
        let rows = self.connection.fetch_all(sql, values).await;
        rows.map_err(|error| self.failed(sql, error))
    }

    /// All rows of a query.
    pub(crate) async fn rows<T: FromQueryResult>(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<T>, Failure> {
        let rows = self.raw_rows(sql, values).await?;
        let typed: Result<Vec<T>, _> = rows.iter().map(|row| T::from_query_result(row, "")).collect();
        typed.map_err(|error| Failure::shape(&self.doing(sql), error))
    }

    /// The first row of a query, if there is one.
    pub(crate) async fn one<T: FromQueryResult>(
        &mut self,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Option<T>, Failure> {
        let row = self.connection.fetch_first(sql, values).await;
        let row = row.map_err(|error| self.failed(sql, error))?;
        let typed = row.map(|row| T::from_query_result(&row, "")).transpose();
        typed.map_err(|error| Failure::shape(&self.doing(sql), error))
    }

    /// The first column of the first row, if there is a row. Ask for an `Option` when the column may be null.
    pub(crate) async fn value<T: TryGetable>(&mut self, sql: &str, values: Vec<Value>) -> Result<Option<T>, Failure> {
        let row = self.connection.fetch_first(sql, values).await;
        let row = row.map_err(|error| self.failed(sql, error))?;
        let value = row.map(|row| row.try_get_by_index(0)).transpose();
        value.map_err(|error| Failure::shape(&self.doing(sql), error))
    }

    /// The first column of every row.
    pub(crate) async fn column<T: TryGetable>(&mut self, sql: &str, values: Vec<Value>) -> Result<Vec<T>, Failure> {
        let rows = self.raw_rows(sql, values).await?;
        let values: Result<Vec<T>, _> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
        values.map_err(|error| Failure::shape(&self.doing(sql), error))
    }

    /// Rows of one table; `tail` is the statement from `WHERE` on.
    pub(crate) async fn select<T: Row>(&mut self, tail: &str, values: Vec<Value>) -> Result<Vec<T>, Failure> {
        self.rows(&format!("SELECT {} FROM {} {tail}", T::COLUMNS.join(", "), T::TABLE), values).await
    }

    /// The first such row.
    pub(crate) async fn find<T: Row>(&mut self, tail: &str, values: Vec<Value>) -> Result<Option<T>, Failure> {
        self.one(&format!("SELECT {} FROM {} {tail}", T::COLUMNS.join(", "), T::TABLE), values).await
    }

    /// Inserts one row that must be new.
    pub(crate) async fn insert<T: Row>(&mut self, row: &T) -> Result<(), Failure> {
        self.insert_many(T::TABLE, T::COLUMNS, vec![row.values()]).await
    }

    /// Inserts one row unless its key is taken; answers whether it was new.
    pub(crate) async fn insert_new<T: Row>(&mut self, row: &T) -> Result<bool, Failure> {
        let places: Vec<String> = (1..=T::COLUMNS.len()).map(|place| format!("${place}")).collect();
        let (table, columns, places) = (T::TABLE, T::COLUMNS.join(", "), places.join(", "));
        let sql = format!("INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING");
        Ok(self.run(&sql, row.values()).await? == 1)
    }

    /// Inserts rows of one shape: by COPY on PostgreSQL when there are many, else as many a statement as the database
    /// takes.
    pub(crate) async fn insert_many(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
    ) -> Result<(), Failure> {
        if let Connection::Postgres(tx) = &mut self.connection
            && rows.len() >= COPY_ROWS_MIN
        {
            let rows: Vec<Vec<Value>> = rows.into_iter().map(exact).collect();
            let copied: Later<'_, ()> = Box::pin(copy::copy_in(tx, table, columns, &rows));
            let copied = copied.await;
            return copied.map_err(|error| self.failed(&format!("COPY {table}"), error));
        }
        // One text for all full statements, so that it is prepared once. SQLite looks numbered places up one by one,
        // so its places have no number.
        let rows_max = (2_000 / columns.len()).max(1);
        let mut rows = rows.into_iter().peekable();
        let mut sql = String::new();
        let mut sql_rows = 0;
        while rows.peek().is_some() {
            let part: Vec<Vec<Value>> = rows.by_ref().take(rows_max).collect();
            if part.len() != sql_rows {
                sql_rows = part.len();
                sql = insert_text(table, columns, sql_rows, self.engine());
            }
            self.run(&sql, part.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    /// Sends rows that are in COPY's form already; PostgreSQL only.
    pub(crate) async fn copy_bytes(&mut self, table: &str, columns: &[&str], rows: CopyBytes) -> Result<(), Failure> {
        let Connection::Postgres(tx) = &mut self.connection else {
            return Err(Failure::bug("only PostgreSQL takes COPY"));
        };
        let copied: Later<'_, ()> = Box::pin(copy::send(tx, table, columns, rows));
        let copied = copied.await;
        copied.map_err(|error| self.failed(&format!("COPY {table}"), error))
    }

    /// Names transaction and statement for logs: the statement's text has no personal data, its values may.
    fn doing(&self, sql: &str) -> String {
        let head: String = sql.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
        format!("{} ({head} …)", self.name)
    }

    fn failed(&mut self, sql: &str, error: sqlx::Error) -> Failure {
        let failure = Failure::database(&self.doing(sql), error);
        self.lost |= failure.kind() == FailureKind::Conflict;
        failure
    }
}

impl Connection {
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Connection::Sqlite(_) => Engine::Sqlite,
            Connection::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs several statements without values.
    pub(crate) async fn script(&mut self, sql: String) -> Result<(), sqlx::Error> {
        match self {
            Connection::Sqlite(tx) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop),
            Connection::Postgres(tx) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut **tx).await.map(drop),
        }
    }

    /// Rows of two texts.
    pub(crate) async fn pairs(&mut self, sql: &'static str) -> Result<Vec<(String, String)>, sqlx::Error> {
        match self {
            Connection::Sqlite(tx) => sqlx::query_as(sql).fetch_all(&mut **tx).await,
            Connection::Postgres(tx) => sqlx::query_as(sql).fetch_all(&mut **tx).await,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Connection::Sqlite(tx) => tx.commit().await,
            Connection::Postgres(tx) => tx.commit().await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Connection::Sqlite(tx) => tx.rollback().await,
            Connection::Postgres(tx) => tx.rollback().await,
        }
    }
}

/// The text that inserts so many rows.
fn insert_text(table: &str, columns: &[&str], rows: usize, engine: Engine) -> String {
    let mut place = 0;
    let mut row = || {
        let places: Vec<String> = columns
            .iter()
            .map(|_| {
                place += 1;
                if engine == Engine::Sqlite { "?".to_owned() } else { format!("${place}") }
            })
            .collect();
        format!("({})", places.join(", "))
    };
    let all: Vec<String> = (0..rows).map(|_| row()).collect();
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), all.join(", "))
}

/// Cuts instants to the microsecond, which is what PostgreSQL keeps, so that both databases hold the same.
fn exact(mut values: Vec<Value>) -> Vec<Value> {
    for value in &mut values {
        if let Value::ChronoDateTimeUtc(Some(at)) = value {
            *at = chrono::SubsecRound::trunc_subsecs(*at, 6);
        }
    }
    values
}
