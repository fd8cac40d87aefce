//! The families together, on both databases.

mod chain;
mod copy;
mod crowd;
mod hall;
mod people;
mod records;
mod transactions;
mod work;

use crate::testing::{self, TestDatabase};
use crate::{Date, Failure, Tx, audit};

/// Runs the body in a write transaction of the test database.
macro_rules! write {
    ($db:expr, |$tx:ident| $body:expr) => {
        $db.store.write("test", |$tx| Box::pin(async move { $body })).await
    };
}
pub(crate) use write;

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// An audit record around `act` in a book.
async fn under_record<'t, T>(
    tx: &'t mut Tx<'_>,
    book: i64,
    second: i64,
    act: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    audit::begin(tx, book, testing::instant(second))?;
    let answer = act(tx).await?;
    let entry = audit::Entry {
        on_day: day("2026-09-01"),
        actor: "clerk 7",
        act: "test",
        subject: "contract",
        subject_id: "5",
        detail: "{}",
    };
    audit::write(tx, entry).await?;
    Ok(answer)
}

/// The same test on both databases, one after the other.
async fn on_both(test: impl AsyncFn(&TestDatabase)) {
    for db in testing::databases().await {
        test(&db).await;
    }
}
