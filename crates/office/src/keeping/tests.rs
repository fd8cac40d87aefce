//! What the worker does between the acts, with a clock that stands where the test puts it.

use chrono::TimeDelta;
use loan::calendar::date;

use super::Worked;
use crate::testing::{World, worlds};

/// Midnight of Shanghai is sixteen o'clock of Greenwich; the clock of the worlds begins at one o'clock there.
const TO_MIDNIGHT: TimeDelta = TimeDelta::hours(15);

async fn works(world: &World) -> Worked {
    world.office.work_once().await.unwrap_or_else(|failure| panic!("{:?}: {failure}", world.engine()))
}

#[tokio::test(flavor = "multi_thread")]
async fn h087_the_worker_opens_and_closes_every_shanghai_day_once() {
    for world in worlds(date(2026, 12, 20)).await {
        let first = works(&world).await;
        assert!(first.closed_day, "the day before is closed with a root");
        let rest = works(&world).await;
        assert_eq!((rest.closed_day, rest.days.len()), (false, 0), "nothing is left of the day");
        world.clock.forward(TO_MIDNIGHT - TimeDelta::seconds(1));
        assert_eq!(world.office.business_on().await.expect("a day"), date(2026, 12, 20));
        assert!(!works(&world).await.closed_day, "a second before midnight it is still the 20th");
        world.clock.forward(TimeDelta::seconds(1));
        assert_eq!(world.office.business_on().await.expect("a day"), date(2026, 12, 21));
        assert!(works(&world).await.closed_day, "at midnight the 20th is closed");
        // Three days without a worker are made up for; the root covers all of them.
        world.clock.forward(TimeDelta::days(3));
        assert!(works(&world).await.closed_day);
        assert!(!works(&world).await.closed_day);
        let roots = world.office.roots().await.expect("roots");
        let closed: Vec<_> = roots.iter().map(|root| root.on_day).collect();
        assert_eq!(closed, [date(2026, 12, 19), date(2026, 12, 20), date(2026, 12, 23)]);
        assert_eq!(world.office.days_done(date(2026, 12, 24)).await.expect("days").0, date(2026, 12, 23));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_take_turns_and_a_dead_one_loses_its_turn() {
    for world in worlds(date(2026, 12, 20)).await {
        let (here, there) = (world.office.clone(), world.office.clone());
        let (one, other) = tokio::join!(here.work_once(), there.work_once());
        let closed = [one.expect("works"), other.expect("works")].map(|worked| worked.closed_day);
        assert_eq!(closed.iter().filter(|closed| **closed).count(), 1, "one of them closed the day: {closed:?}");
        assert_eq!(world.office.roots().await.expect("roots").len(), 1);

        // Somebody took the turn and died with it.
        world.clock.forward(TO_MIDNIGHT);
        let dead = world.office.take_turn().await.expect("asked");
        assert!(dead.is_some());
        assert!(!works(&world).await.closed_day, "it is not this worker's turn");
        world.clock.forward(TimeDelta::seconds(59));
        assert!(!works(&world).await.closed_day, "the lease has a second left");
        world.clock.forward(TimeDelta::seconds(1));
        assert!(works(&world).await.closed_day, "the lease ran out");
        let lost = dead.expect("the first lease");
        let done: Result<(), store::Failure> = world.office.in_turn(lost, async { Ok(()) }).await;
        done.expect("giving back what was lost is no mistake");
        assert!(world.office.take_turn().await.expect("asked").is_some(), "and frees nobody else's turn");
    }
}

/// What the books of a contract hold, without the instants at which it was written and the platform's numbers.
async fn journal(
    world: &World,
    contract: &str,
) -> (Vec<store::posting::Posting>, Vec<store::posting::Bill>, Vec<String>) {
    let key: crate::number::ContractNumber = contract.parse().expect("a contract number");
    let (book, number) = (key.book, key.key());
    let read: Result<_, store::Failure> = world
        .office
        .store
        .read("journal", |tx| {
            Box::pin(async move {
                let postings = store::posting::list(tx, book, number).await?;
                let bills = store::posting::bills(tx, book, number).await?;
                let events = store::contract::events(tx, book, number).await?;
                Ok((postings, bills, events))
            })
        })
        .await;
    let (postings, bills, events) = read.expect("readable");
    let told = |event: &store::contract::ContractEvent| {
        let mut detail: serde_json::Value = serde_json::from_str(&event.detail).expect("an event's detail is JSON");
        // The platform's own number of a trade names the day on which it was asked.
        detail.as_object_mut().expect("an object").remove("reference");
        format!("{} {} {detail}", event.on_day, event.kind)
    };
    let events = events.iter().map(told).collect();
    (postings, bills, events)
}

#[tokio::test(flavor = "multi_thread")]
async fn h100_a_worker_that_was_away_for_years_writes_the_same_books() {
    let (start, end) = (date(2026, 8, 10), date(2030, 2, 25));
    let mut books = Vec::new();
    for away in [false, true] {
        for world in worlds(start).await {
            world.bank_staff().await;
            let student = world.student(7200).await;
            let (contract, _) = world.paid_out(&student).await;
            if away {
                works(&world).await;
                world.sandbox.move_date(end).await.expect("the sandbox follows");
                world.office.move_business_day(end, "test").await.expect("kept").expect("forward");
                let worked = works(&world).await;
                assert!(worked.closed_day && !worked.days.is_empty(), "{worked:?}");
            } else {
                world.reach(end).await;
            }
            assert_eq!(world.office.keep_up().await.expect("a second run"), [], "nothing is done twice");
            world.true_books().await;
            books.push(journal(&world, &contract).await);
        }
    }
    let (postings, bills, events) = &books[0];
    assert_eq!((postings.len(), bills.len(), events.len()), (7, 4, 1), "four settlements, one debit that was paid");
    assert!(books.iter().all(|other| *other == books[0]), "{books:#?}");
}
