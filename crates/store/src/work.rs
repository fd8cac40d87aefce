//! Work to be done later, and who is doing it. A worker holds a lease with an end; when it dies, the lease runs out.

use crate::row::{row, values};
use crate::{Failure, Instant, Tx};

row! {
    /// A piece of work.
    pub struct Job in "job" {
        /// Id, ordered by time.
        pub job: String,
        /// What to do.
        pub kind: String,
        /// JSON.
        pub payload: String,
        /// Not before.
        pub run_at: Instant,
        /// How often it was begun, this time included.
        pub attempts: i64,
        /// Proof of the worker that has it.
        pub lease_token: Option<Vec<u8>>,
        /// Until when.
        pub lease_until: Option<Instant>,
        /// Finished.
        pub done_at: Option<Instant>,
        /// What the last attempt said.
        pub failure: Option<String>,
    }
}

/// The right to do something alone until an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What is leased.
    pub name: String,
    /// Proof of the holder.
    pub token: Vec<u8>,
    /// End.
    pub until: Instant,
}

/// Puts work into the list, in the transaction that causes it; answers its id.
pub async fn job_add(
    tx: &mut Tx<'_>,
    kind: &str,
    payload: &str,
    run_at: Instant,
    now: Instant,
) -> Result<String, Failure> {
    let job = tx.keyring.uuid7(now).to_string();
    let sql = "INSERT INTO job (job, kind, payload, run_at, attempts) VALUES ($1, $2, $3, $4, 0)";
    tx.run_one(sql, values![job.as_str(), kind, payload, run_at]).await?;
    Ok(job)
}

/// Takes up to `limit` pieces of work that are due and that nobody is doing, in one statement.
pub async fn jobs_acquire(tx: &mut Tx<'_>, now: Instant, until: Instant, limit: i64) -> Result<Vec<Job>, Failure> {
    use crate::row::Row;
    let token = tx.keyring.random::<16>().to_vec();
    // PostgreSQL's workers step over each other's rows; SQLite has one writer anyway.
    let skip = match tx.engine() {
        crate::Engine::Postgres => "FOR UPDATE SKIP LOCKED",
        crate::Engine::Sqlite => "",
    };
    let sql = format!(
        "UPDATE job SET attempts = attempts + 1, lease_token = $1, lease_until = $2 WHERE job IN (\
         SELECT job FROM job WHERE done_at IS NULL AND run_at <= $3 AND (lease_until IS NULL OR lease_until <= $3) \
         ORDER BY run_at, job LIMIT $4 {skip}) RETURNING {}",
        Job::COLUMNS.join(", ")
    );
    let mut jobs: Vec<Job> = tx.rows(&sql, values![token, until, now, limit]).await?;
    jobs.sort_by(|a, b| (a.run_at, &a.job).cmp(&(b.run_at, &b.job)));
    Ok(jobs)
}

/// Finishes work; false when the lease was lost to another worker, whose result then counts.
pub async fn job_finish(tx: &mut Tx<'_>, job: &Job, now: Instant) -> Result<bool, Failure> {
    let sql = "UPDATE job SET done_at = $3, lease_token = NULL, lease_until = NULL, failure = NULL \
               WHERE job = $1 AND lease_token = $2 AND done_at IS NULL";
    Ok(tx.run(sql, values![job.job.as_str(), job.lease_token.clone(), now]).await? == 1)
}

/// Gives work back after a failure, to be begun again at `run_at`.
pub async fn job_give_back(tx: &mut Tx<'_>, job: &Job, failure: &str, run_at: Instant) -> Result<bool, Failure> {
    let sql = "UPDATE job SET run_at = $3, failure = $4, lease_token = NULL, lease_until = NULL \
               WHERE job = $1 AND lease_token = $2 AND done_at IS NULL";
    Ok(tx.run(sql, values![job.job.as_str(), job.lease_token.clone(), run_at, failure]).await? == 1)
}

/// Work of a kind that is not done, next first.
pub async fn jobs_open(tx: &mut Tx<'_>, kind: &str, limit: i64) -> Result<Vec<Job>, Failure> {
    tx.select("WHERE kind = $1 AND done_at IS NULL ORDER BY run_at, job LIMIT $2", values![kind, limit]).await
}

/// Takes a lease, unless another holder's has not run out.
pub async fn lease_acquire(
    tx: &mut Tx<'_>,
    name: &str,
    holder: &str,
    now: Instant,
    until: Instant,
) -> Result<Option<Lease>, Failure> {
    let token = tx.keyring.random::<16>().to_vec();
    let sql = "INSERT INTO lease (name, token, holder, until) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET token = excluded.token, holder = excluded.holder, \
               until = excluded.until WHERE lease.until <= $5";
    let taken = tx.run(sql, values![name, token.clone(), holder, until, now]).await? == 1;
    Ok(taken.then(|| Lease { name: name.to_owned(), token, until }))
}

/// Extends a lease; false when it was lost.
pub async fn lease_extend(tx: &mut Tx<'_>, lease: &Lease, until: Instant) -> Result<bool, Failure> {
    let sql = "UPDATE lease SET until = $3 WHERE name = $1 AND token = $2";
    Ok(tx.run(sql, values![lease.name.as_str(), lease.token.clone(), until]).await? == 1)
}

/// Gives a lease back; false when it was lost.
pub async fn lease_release(tx: &mut Tx<'_>, lease: &Lease) -> Result<bool, Failure> {
    let sql = "DELETE FROM lease WHERE name = $1 AND token = $2";
    Ok(tx.run(sql, values![lease.name.as_str(), lease.token.clone()]).await? == 1)
}
