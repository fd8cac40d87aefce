//! `zhuxue verify` after a whole life, and after every kind of change that somebody with the owner's rights could
//! make by hand.

use loan::calendar::date;

use super::life::{House, borrow, pay_and_go};

/// One change by hand: the table, the change, and what must be named.
type Change = (&'static str, String, &'static str, &'static str);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h108_a_whole_life_verifies_and_every_change_by_hand_is_named() {
    for database in store::testing::databases().await {
        let house = House::new(database).await;
        let (person, book, contract) = borrow(&house).await;
        pay_and_go(&house, person, 9_065 + 2 * 29_400 + 600_000, date(2022, 9, 30)).await;
        house.office.work_once().await.expect("sealed, and the day closed");
        let said = house.zhuxue(&["verify"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
        let names: Vec<&str> = said.out.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names, ["rows", "audit", "roots", "files", "ledger"]);
        assert!(said.out.lines().all(|line| line.split_whitespace().nth(1) == Some("ok")), "{}", said.out);
        assert!(said.out.contains("1 contracts replayed"), "{}", said.out);

        let key: office::number::ContractNumber = contract.parse().expect("a contract number");
        let of = format!("book = {book} AND contract = {}", key.key());
        let seven = format!("record = (SELECT record FROM audit_seal WHERE book = {book} AND seq = 7)");
        let swap = |table: &str, of: &str| {
            format!(
                "UPDATE {table} SET seq = 999 WHERE {of} AND seq = 2; UPDATE {table} SET seq = 2 WHERE {of} AND seq = 3; \
                 UPDATE {table} SET seq = 3 WHERE {of} AND seq = 999;"
            )
        };
        let changes: Vec<Change> = vec![
            (
                "posting",
                format!(
                    "UPDATE posting SET interest_own = interest_own + 1, deposit = deposit - 1 WHERE {of} AND seq = 3"
                ),
                "posting",
                "seq 3",
            ),
            ("posting", format!("DELETE FROM posting WHERE {of} AND seq = 3"), "posting", "seq 4"),
            ("posting", swap("posting", &of), "posting", "seq 2"),
            (
                "bill",
                format!("UPDATE bill SET interest_fen = 1, total_fen = 1 WHERE {of} AND due_on = '2020-12-20'"),
                "bill",
                "due_on 2020-12-20",
            ),
            ("bill", format!("DELETE FROM bill WHERE {of} AND due_on = '2020-12-20'"), "audit_record", "close_day"),
            (
                "fact",
                format!(
                    "UPDATE fact SET actor = 'staff:1' WHERE book = {book} AND subject = 'application' AND seq = 3"
                ),
                "fact",
                "seq 3",
            ),
            (
                "fact",
                format!("DELETE FROM fact WHERE book = {book} AND subject = 'application' AND seq = 3"),
                "fact",
                "seq 4",
            ),
            (
                "contract_event",
                format!("UPDATE contract_event SET detail = '{{}}' WHERE {of} AND seq = 1"),
                "contract_event",
                "seq 1",
            ),
            (
                "audit_record",
                format!("UPDATE audit_record SET actor = 'staff:1' WHERE book = {book} AND {seven}"),
                "audit_record",
                "was changed",
            ),
            (
                "audit_record",
                format!("DELETE FROM audit_record WHERE book = {book} AND {seven}"),
                "audit_",
                "not there",
            ),
            ("audit_seal", swap("audit_seal", &format!("book = {book}")), "audit_seal", "seq 2"),
            ("audit_root", "UPDATE audit_root SET heads = '' WHERE seq = 1".to_owned(), "audit_root", "seq 1"),
            (
                "contract",
                format!("UPDATE contract SET outstanding_fen = 100 WHERE {of}"),
                "contract",
                "outstanding_fen",
            ),
        ];
        for (table, change, named, place) in changes {
            let owner = async |sql: &str| {
                house.database.as_owner(sql).await.unwrap_or_else(|failure| panic!("{sql}: {failure:?}"));
            };
            owner(&format!("CREATE TABLE kept AS SELECT * FROM {table}; {change}")).await;
            let said = house.zhuxue(&["verify"]);
            let first = said.err.split_once("the first: ").map_or("", |(_, first)| first);
            assert_eq!(said.code, 1, "{:?} unseen: {change}\n{}", house.database.engine, said.out);
            assert!(first.contains(named) && first.contains(place), "{change}: {first}");
            owner(&put_back(table, &of)).await;
        }
        let said = house.zhuxue(&["verify", "--json"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "everything was put back: {}", said.out);
        let value: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        assert_eq!(value["checks"].as_array().map(Vec::len), Some(5));
    }
}

/// The rows as they were.
fn put_back(table: &str, of: &str) -> String {
    match table {
        // Others refer to the contract, so its row stays and only its figure goes back.
        "contract" => format!(
            "UPDATE contract SET outstanding_fen = (SELECT outstanding_fen FROM kept WHERE {of}) WHERE {of}; DROP TABLE kept"
        ),
        _ => format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept"),
    }
}
