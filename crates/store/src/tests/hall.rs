use futures::future::join_all;

use super::{day, on_both, write};
use crate::Failure;
use crate::hall::slot;

#[tokio::test]
async fn h101_the_table_itself_gives_no_place_twice() {
    on_both(async |db| {
        let on = day("2026-08-03");
        let opened: Result<(), Failure> =
            write!(db, |tx| slot::open(tx, (1, day("2026-08-03"), "loan", "09:00"), 10, 2).await);
        opened.expect("a half-hour opens");
        let tasks = (0..20).map(|_| {
            let store = db.store.clone();
            tokio::spawn(async move {
                store
                    .write("take", |tx| Box::pin(async move { slot::take(tx, 1, on, "loan", "09:00").await }))
                    .await
                    .map_err(|failure: Failure| failure)
            })
        });
        let taken = join_all(tasks).await.into_iter().map(|task| task.expect("no panic").expect("no failure"));
        assert_eq!(taken.filter(|taken| *taken).count(), 8, "two of ten are kept");

        // Fewer places than are booked cannot be: the booked ones keep theirs.
        let changed: Result<(), Failure> = write!(db, |tx| {
            slot::open(tx, (1, day("2026-08-03"), "loan", "09:00"), 5, 1).await?;
            let slot = slot::find(tx, 1, day("2026-08-03"), "loan", "09:00").await?.expect("it is there");
            assert_eq!((slot.places, slot.kept, slot.booked, slot.free()), (9, 1, 8, 0));
            slot::give_back(tx, 1, day("2026-08-03"), "loan", "09:00").await?;
            assert!(slot::take(tx, 1, day("2026-08-03"), "loan", "09:00").await?);
            assert!(!slot::take(tx, 1, day("2026-08-03"), "loan", "09:00").await?);
            Ok(())
        });
        changed.expect("a half-hour changes");
    })
    .await;
}
