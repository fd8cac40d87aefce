//! `zhuxue quote` as other programs call it: figures, exit codes and the one line on stderr.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// The example of the interface: a three-year grace is printed nowhere, five years are given.
fn example() -> Value {
    json!({
        "kind": "origin", "principal": "16000.00", "disbursed_on": "2023-11-20",
        "graduates_in": 2027, "matures_in": 2042, "grace_years": 5,
        "rate": {"floating": {"index": "LPR5Y", "spread_bp": -60}},
        "index": [{"from": "2023-06-20", "percent": "4.20"}, {"from": "2024-02-20", "percent": "3.95"}],
        "day_count": "year_or_days_360",
        "spread_changes": [{"decided_on": "2024-10-31", "spread_bp": -70}],
        "prepayments": [{"filed_on": "2036-03-10", "amount": "3000.00"}, {"filed_on": "2039-10-16", "amount": "all"}],
        "deferrals": [2034], "waivers": [2028]
    })
}

/// A campus-based plan.
fn periodic() -> Value {
    json!({
        "kind": "periodic", "principal": "5000.00", "starts_on": "2022-11-01", "annual_rate": "12", "periods": 18,
        "every_months": 1, "method": "equal_principal", "day_count": "30_360"
    })
}

fn zhuxue(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zhuxue"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the program reads");
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

fn quoted(input: &Value) -> Value {
    let (code, stdout, stderr) = zhuxue(&["quote", "-", "--json"], &input.to_string());
    assert_eq!((code, stderr.as_str()), (0, ""), "{input}");
    serde_json::from_str(&stdout).expect("JSON")
}

#[test]
fn the_row_of_the_graduation_year_is_the_example_of_the_interface() {
    let answer = quoted(&example());
    let row =
        answer["rows"].as_array().expect("rows").iter().find(|row| row["due_on"] == "2027-12-20").expect("the row");
    assert_eq!(
        *row,
        json!({
            "due_on": "2027-12-20", "debit_on": "2027-12-21", "days": 111, "rate_percent": "3.25", "rate_projected": false,
            "opening": "16000.00", "principal": "0.00", "interest": "160.33", "interest_subsidised": "366.89",
            "total": "160.33", "closing": "16000.00",
            "why": [{"doc": "sdvcst-2022", "article": "22"}, {"doc": "sdvcst-2022", "article": "11"}]
        })
    );
    assert_eq!(answer["totals"]["principal"], "16000.00");
}

#[test]
fn the_anchor_values_of_the_money_rules_hold() {
    let check = |input: Value, due_on: &str, interest: &str| {
        let answer = quoted(&input);
        let rows = answer["rows"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["due_on"] == due_on).unwrap_or_else(|| panic!("a row on {due_on}"));
        assert_eq!(row["interest"], interest, "{due_on} of {input}");
    };
    let loan = |principal: &str, percent: &str| {
        json!({
            "kind": "origin", "principal": principal, "disbursed_on": "2016-11-15", "graduates_in": 2020, "matures_in": 2034,
            "grace_years": 20, "rate": {"fixed": percent}
        })
    };
    check(loan("6000.00", "5.65"), "2020-12-20", "104.53");
    check(loan("6000.00", "5.65"), "2021-12-20", "339.00");
    check(loan("20000.00", "2.80"), "2020-12-20", "172.67");
    check(loan("20000.00", "2.80"), "2021-12-20", "560.00");
    check(loan("20000.00", "2.80"), "2034-09-20", "426.22");
}

#[test]
fn a_reset_after_the_published_table_is_projected_and_says_so() {
    let mut input = example();
    input.as_object_mut().expect("an object").remove("index");
    let answer = quoted(&input);
    let rows = answer["rows"].as_array().expect("rows");
    assert_eq!(rows[0]["rate_projected"], false);
    assert_eq!(rows[rows.len() - 1]["rate_projected"], true);
}

#[test]
fn bad_input_names_the_field_and_ends_with_two() {
    let check = |base: Value, change: fn(&mut Value), expected: &str| {
        let mut input = base;
        change(&mut input);
        let (code, stdout, stderr) = zhuxue(&["quote", "-", "--json"], &input.to_string());
        assert_eq!((code, stdout.as_str()), (2, ""), "{input}");
        assert!(stderr.contains(expected) && stderr.lines().count() == 1, "{stderr} should say {expected}");
    };
    check(example(), |v| v["colour"] = json!("red"), "colour: is not a known field here");
    check(example(), |v| v["rate"]["floating"]["base"] = json!(1), "rate.floating.base: is not a known field here");
    check(
        example(),
        |v| v["prepayments"][0]["amount"] = json!("3000.005"),
        "prepayments[0].amount: \"3000.005\" has too many decimals",
    );
    check(example(), |v| v["principal"] = json!(16000), "principal: must be a text in quotes, not a number");
    check(example(), |v| v["principal"] = json!("0"), "principal: must be more than 0.00");
    check(example(), |v| v["principal"] = json!("1e4"), "principal: \"1e4\" is not a plain decimal number");
    check(example(), |v| v["disbursed_on"] = json!("2023-02-29"), "disbursed_on: there is no day");
    check(example(), |v| v["disbursed_on"] = json!("2023-2-9"), "disbursed_on: \"2023-2-9\" is not a date");
    check(example(), |v| v["deferrals"][0] = json!("2034"), "deferrals[0]: must be a year");
    check(example(), |v| v["kind"] = json!("mortgage"), "kind: \"mortgage\" is neither");
    check(example(), |v| drop(v.as_object_mut().expect("an object").remove("grace_years")), "grace_years: is missing");
    check(periodic(), |v| v["method"] = json!("balloon"), "method: \"balloon\" is none of");
    check(periodic(), |v| v["annual_rate"] = json!("12.00001"), "annual_rate: \"12.00001\" has too many decimals");
    check(periodic(), |v| v["spread_changes"] = json!([]), "spread_changes: is not a known field here");

    for (text, expected) in [
        ("", "not JSON"),
        ("[1]", "must be an object, not a list"),
        ("{\"kind\":\"origin\",\"kind\":\"origin\"}", "the field \"kind\" stands twice"),
    ] {
        let (code, _, stderr) = zhuxue(&["quote", "-"], text);
        assert_eq!(code, 2, "{text}");
        assert!(stderr.contains(expected), "{stderr} should say {expected}");
    }
    let (code, _, stderr) = zhuxue(&["quote", "no-such-file.json"], "");
    assert!(code == 2 && stderr.contains("no-such-file.json: there is no such file"), "{stderr}");
}

#[test]
fn what_the_rules_refuse_ends_with_one_and_names_the_article() {
    let check = |base: Value, change: fn(&mut Value)| {
        let mut input = base;
        change(&mut input);
        let (code, stdout, stderr) = zhuxue(&["quote", "-", "--json"], &input.to_string());
        assert_eq!((code, stdout.as_str()), (1, ""), "{input}: {stderr}");
        assert!(
            stderr.contains("refused: ") && stderr.contains(" article "),
            "{stderr} should name reason and article"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    };
    // A graduation before the disbursement.
    check(example(), |v| v["graduates_in"] = json!(2023));
    check(example(), |v| v["matures_in"] = json!(2027));
    // Two prepayments on one 20th; a deferral in a year without an instalment.
    check(example(), |v| v["prepayments"][1]["filed_on"] = json!("2036-03-11"));
    check(example(), |v| v["deferrals"] = json!([2029]));
    // A date that no publication covers.
    check(example(), |v| v["disbursed_on"] = json!("2023-06-19"));
    check(example(), |v| v["rate"] = json!({"fixed": "4.35"}));
    check(periodic(), |v| v["grace_periods"] = json!(18));
}

#[test]
fn people_get_a_table_and_machines_get_the_same_bytes() {
    let (code, table, _) = zhuxue(&["quote", "-"], &example().to_string());
    assert_eq!(code, 0);
    assert!(table.lines().next().is_some_and(|head| head.contains("due_on") && head.contains("closing")), "{table}");
    assert!(
        table.lines().last().is_some_and(|total| total.trim_start().starts_with("total") && total.contains("16000.00")),
        "{table}"
    );

    let first = zhuxue(&["quote", "-", "--json"], &example().to_string());
    assert_eq!(first, zhuxue(&["quote", "-", "--json"], &example().to_string()));
}
