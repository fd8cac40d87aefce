use futures::future::join_all;

use super::{day, on_both, write};
use crate::office_place::{self, Book, BookService, Office};
use crate::staff::{self, Staff, StaffRole};
use crate::{Failure, rate, testing, work};

#[tokio::test]
async fn h069_one_worker_gets_a_lease_and_a_dead_worker_s_runs_out() {
    on_both(async |db| {
        let tasks = (0..10).map(|worker| {
            let store = db.store.clone();
            tokio::spawn(async move {
                let holder = &format!("worker {worker}");
                store
                    .write("lease", |tx| {
                        Box::pin(async move {
                            let (now, until) = (testing::instant(0), testing::instant(60));
                            work::lease_acquire(tx, "settle", holder, now, until).await
                        })
                    })
                    .await
                    .map_err(|failure: Failure| failure)
                    .expect("no failure")
            })
        });
        let leases: Vec<work::Lease> =
            join_all(tasks).await.into_iter().filter_map(|task| task.expect("no panic")).collect();
        assert_eq!(leases.len(), 1);
        let lease = &leases[0];
        let done: Result<(), Failure> = write!(db, |tx| {
            let (now, until) = (testing::instant(59), testing::instant(120));
            assert_eq!(work::lease_acquire(tx, "settle", "late", now, until).await?, None);
            let next =
                work::lease_acquire(tx, "settle", "late", testing::instant(60), until).await?.expect("it ran out");
            assert!(!work::lease_extend(tx, lease, until).await?, "the old holder lost it");
            assert!(work::lease_extend(tx, &next, testing::instant(180)).await?);
            assert!(!work::lease_release(tx, lease).await?);
            assert!(work::lease_release(tx, &next).await?);
            Ok(())
        });
        done.expect("leases");
    })
    .await;
}

#[tokio::test]
async fn a_job_is_done_once_and_begun_again_when_its_worker_dies() {
    on_both(async |db| {
        let added: Result<(), Failure> = write!(db, |tx| {
            for number in 0..5 {
                let payload = format!("{{\"n\":{number}}}");
                work::job_add(tx, "seal", &payload, testing::instant(number), testing::instant(0)).await?;
            }
            Ok(())
        });
        added.expect("adds");
        let acquire = async |now: i64, limit: i64| -> Vec<work::Job> {
            let taken: Result<_, Failure> = write!(db, |tx| {
                work::jobs_acquire(tx, testing::instant(now), testing::instant(now + 60), limit).await
            });
            taken.expect("acquires")
        };
        assert_eq!(acquire(2, 2).await.len(), 2, "at most as many as asked for");
        let third = acquire(2, 10).await;
        assert_eq!(third.len(), 1, "the others are not due or have a worker");
        let third = &third[0];
        let done: Result<(), Failure> = write!(db, |tx| {
            assert!(work::job_finish(tx, third, testing::instant(3)).await?);
            assert!(!work::job_finish(tx, third, testing::instant(3)).await?);
            Ok(())
        });
        done.expect("finishes");
        let again = acquire(62, 10).await;
        assert_eq!(again.len(), 4, "two whose worker died, two that became due");
        assert_eq!(again.iter().map(|job| job.attempts).collect::<Vec<_>>(), [2, 2, 1, 1]);
        let first = &again[0];
        let done: Result<(), Failure> = write!(db, |tx| {
            assert!(work::job_give_back(tx, first, "platform down", testing::instant(500)).await?);
            assert_eq!(
                work::jobs_open(tx, "seal", 10).await?.last().map(|job| job.job.clone()),
                Some(first.job.clone())
            );
            Ok(())
        });
        done.expect("gives back");
        assert!(acquire(100, 10).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn attempts_are_counted_per_window() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let (one, two) = (testing::instant(0), testing::instant(3600));
            assert_eq!(rate::add(tx, "receipt code 12", one).await?, 1);
            assert_eq!(rate::add(tx, "receipt code 12", one).await?, 2);
            assert_eq!(rate::add(tx, "receipt code 12", two).await?, 1);
            assert_eq!(rate::count(tx, "receipt code 12", one).await?, 2);
            assert_eq!(rate::forget(tx, two).await?, 1);
            assert_eq!(rate::count(tx, "receipt code 12", one).await?, 0);
            Ok(())
        });
        done.expect("counts");
    })
    .await;
}

#[tokio::test]
async fn a_book_is_served_by_one_office_a_day_when_offices_merge() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            for office_id in [10, 11] {
                let office = Office {
                    office_id,
                    kind: "county".to_owned(),
                    name: format!("资助中心 {office_id}"),
                    division_code: Some("450302".to_owned()),
                    school_code: None,
                    address: String::new(),
                    phone: String::new(),
                    hours: String::new(),
                    opened_on: day("2010-01-01"),
                    closed_on: None,
                };
                assert!(office_place::enter(tx, &office).await?);
                assert!(!office_place::enter(tx, &office).await?);
            }
            let book = Book {
                book: 1,
                scheme: "origin".to_owned(),
                name: "秀峰".to_owned(),
                division_code: Some("450302".to_owned()),
                opened_on: day("2010-01-01"),
            };
            assert!(office_place::book_open(tx, &book).await?);
            for (office_id, from_on) in [(10, "2010-01-01"), (11, "2026-07-01")] {
                let service =
                    BookService { book: 1, part: "county".to_owned(), from_on: day(from_on), office_id, to_on: None };
                office_place::book_serve(tx, &service).await?;
            }
            for (on, office_id) in [("2009-12-31", None), ("2026-06-30", Some(10)), ("2026-07-01", Some(11))] {
                assert_eq!(office_place::office_serving(tx, 1, "county", day(on)).await?, office_id, "{on}");
            }
            assert_eq!(office_place::books_served(tx, 11, "county", day("2026-07-01")).await?, [1]);
            assert!(office_place::books_served(tx, 10, "county", day("2026-07-01")).await?.is_empty());
            Ok(())
        });
        done.expect("serves");
    })
    .await;
}

#[tokio::test]
async fn a_role_taken_back_is_gone_at_once_and_its_history_stays() {
    on_both(async |db| {
        let done: Result<(), Failure> = write!(db, |tx| {
            let office = Office {
                office_id: 10,
                kind: "county".to_owned(),
                name: "资助中心".to_owned(),
                division_code: None,
                school_code: None,
                address: String::new(),
                phone: String::new(),
                hours: String::new(),
                opened_on: day("2010-01-01"),
                closed_on: None,
            };
            office_place::enter(tx, &office).await?;
            let number = staff::next_number(tx).await?;
            let new = Staff {
                staff: number,
                login: "clerk".to_owned(),
                office_id: 10,
                name: "李某".to_owned(),
                person_index: None,
                password_hash: "$argon2id$".to_owned(),
                must_change: true,
                failed_count: 0,
                failed_at: None,
                disabled_on: None,
                created_at: testing::instant(0),
            };
            assert!(staff::enter(tx, &new).await?);
            assert!(!staff::enter(tx, &Staff { staff: number + 1, ..new.clone() }).await?, "the login name is taken");
            let role = StaffRole {
                staff: number,
                role: "county_clerk".to_owned(),
                granted_at: testing::instant(0),
                granted_by: "security admin".to_owned(),
                revoked_at: None,
            };
            assert!(staff::role_grant(tx, &role).await?);
            assert_eq!(staff::roles(tx, number).await?, ["county_clerk"]);
            assert!(staff::role_revoke(tx, number, "county_clerk", testing::instant(9)).await?);
            assert!(staff::roles(tx, number).await?.is_empty());
            assert_eq!(staff::role_history(tx, number).await?[0].revoked_at, Some(testing::instant(9)));
            Ok(())
        });
        done.expect("staff");
    })
    .await;
}
