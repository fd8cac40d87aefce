//! The demonstration through its own eyes.

use std::time::Instant;

use loan::calendar::date;
use sim::demonstration::{BEGINS_ON, Days, Plan, fill};

use crate::house::House;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_province_walks_through_two_seasons_on_both_databases() {
    for database in store::testing::databases().await {
        let house = House::new(database).await;
        let started = Instant::now();
        let report = fill(&house.office, &house.sandbox, &Plan::small(), &|| started.elapsed()).await;
        let report = report.unwrap_or_else(|stopped| panic!("{:?}: {stopped}", house.database.engine));
        for (what, took) in &report.took {
            eprintln!("{:?} {what}: {took:?}", house.database.engine);
        }
        assert_eq!(report.ends_on, Days::of(2026).decisions);
        assert!(report.ends_on > BEGINS_ON && report.ends_on < date(2026, 10, 1));
        let count = |machine, state: &str| report.census.get(&(machine, state.to_owned())).copied().unwrap_or(0);
        for state in ["draft", "returned", "submitted", "appointment_booked", "at_counter", "withdrawn", "failed"] {
            assert!(count("application", state) >= 1, "{state}: {:?}", report.census);
        }
        assert_eq!(count("application", "accepted"), 2, "one has its contract, one not");
        assert_eq!(count("application", "certificate_issued"), 2, "one of them with a contract printed twice");
        for state in ["declined", "refused", "disbursed", "receipt_entered", "bank_reviewed", "approved"] {
            assert_eq!(count("application", state), 1, "{state}: {:?}", report.census);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_full_province_has_five_in_every_state() {
    let house = House::new(store::testing::sqlite().await).await;
    let started = Instant::now();
    let report = fill(&house.office, &house.sandbox, &Plan::full(), &|| started.elapsed()).await;
    let report = report.unwrap_or_else(|stopped| panic!("{stopped}"));
    for (what, took) in &report.took {
        eprintln!("{what}: {took:?}");
    }
    assert_eq!(report.students.len(), 300);
    let missing = sim::census::missing(&report.census, 5);
    assert!(missing.is_empty(), "fewer than five: {missing:?}");
}
