//! `zhuxue settle`: a look beforehand, the run, and the second run that finds nothing to do.

use loan::calendar::date;
use serde_json::{Value, json};

use super::life::{House, borrow, pay_and_go};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h100_a_settlement_is_previewed_run_once_and_refused_on_other_days() {
    for database in store::testing::databases().await {
        let house = House::new(database).await;
        let (person, book, contract) = borrow(&house).await;
        pay_and_go(&house, person, 0, date(2018, 12, 20)).await;
        let key: office::number::ContractNumber = contract.parse().expect("a contract number");
        let postings = async || {
            let listed: Result<_, store::Failure> =
                house.office.store.read("postings", |tx| Box::pin(store::posting::list(tx, book, key.key()))).await;
            listed.expect("readable").len()
        };
        let before = postings().await;

        let refused = |day: &str, words: &[&str]| {
            let said = house.zhuxue(&["settle", "--on", day]);
            assert_eq!((said.code, said.out.as_str()), (1, ""), "{day}: {}", said.err);
            for word in words {
                assert!(said.err.contains(word), "{day}: {} should say {word}", said.err);
            }
            assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        };
        refused("2018-12-19", &["no settlement day", "2018-10-20", "2018-12-20"]);
        refused("2018-11-20", &["other than November", "2018-10-20", "2018-12-20"]);
        refused("2018-12-20", &["not over", "from 2018-12-21 on", "2018-10-20"]);
        let said = house.zhuxue(&["settle", "--on", "2018-12-2"]);
        assert_eq!(said.code, 2);
        assert!(said.err.contains("--on: \"2018-12-2\" is not a date"), "{}", said.err);

        let preview = || {
            let said = house.zhuxue(&["settle", "--on", "2018-12-20", "--preview", "--json"]);
            assert_eq!((said.code, said.err.as_str()), (0, ""));
            serde_json::from_str::<Value>(&said.out).expect("JSON")
        };
        let shown = preview();
        let year = |on: &str| {
            json!({ "on": on, "kind": "yearly", "contracts": 1, "principal": "0.00", "interest": "0.00",
                    "interest_subsidised": "294.00", "total": "0.00", "overdue": "0.00" })
        };
        let none = json!({ "contracts": 0, "principal": "0.00", "interest": "0.00", "interest_subsidised": "0.00",
                           "total": "0.00", "overdue": "0.00" });
        let mut expected = year("2018-12-20");
        expected["preview"] = json!(true);
        expected["already_done"] = json!(false);
        expected["last"] = year("2017-12-20");
        expected["difference"] = none;
        assert_eq!(shown, expected);
        assert_eq!(postings().await, before, "a look changes nothing");

        // The day is over, and nobody has done anything about it yet.
        house.sandbox.move_date(date(2018, 12, 21)).await.expect("the sandbox follows");
        let moved = house.office.move_business_day(date(2018, 12, 21), "test").await.expect("kept");
        assert_eq!(moved, Ok(()));
        let run = house.zhuxue(&["settle", "--on", "2018-12-20", "--workers", "4"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert_eq!(run.out.lines().next(), Some("yearly settlement of 2018-12-20: settled"));
        assert!(
            run.out.lines().any(|line| line.split_whitespace().eq(["interest_subsidised", "294.00", "294.00", "0.00"])),
            "{}",
            run.out
        );
        let after = postings().await;
        assert!(after > before);
        let again = house.zhuxue(&["settle", "--on", "2018-12-20"]);
        assert_eq!(again.code, 0, "{}", again.err);
        assert_eq!(
            again.out.lines().next(),
            Some("yearly settlement of 2018-12-20: it was settled before: nothing was changed")
        );
        assert_eq!(
            (again.out.lines().skip(1).collect::<Vec<_>>(), postings().await),
            (run.out.lines().skip(1).collect(), after)
        );
        assert_eq!(house.zhuxue(&["verify"]).code, 0);

        // The next year is the first with own interest; the difference says so.
        let said = house.zhuxue(&["settle", "--on", "2019-12-20", "--preview"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let has = |words: [&str; 4]| said.out.lines().any(|line| line.split_whitespace().eq(words));
        assert!(has(["interest", "90.65", "0.00", "90.65"]), "{}", said.out);
        assert!(has(["interest_subsidised", "207.43", "294.00", "-86.57"]), "{}", said.out);
    }
}
