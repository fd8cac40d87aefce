//! The demonstration through its own eyes.

use std::time::Instant;

use chrono::Datelike;
use loan::calendar::date;
use office::Actor;
use sim::demonstration::{BEGINS_ON, Days, Plan, fill};
use sim::households::Households;

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
        assert_eq!(report.ends_on, Days::of(2026).last);
        assert!(report.ends_on > BEGINS_ON && report.ends_on < date(2026, 10, 1));
        let count = |machine, state: &str| report.census.get(&(machine, state.to_owned())).copied().unwrap_or(0);
        for state in ["draft", "returned", "submitted", "appointment_booked", "at_counter", "withdrawn", "failed"] {
            assert!(count("application", state) >= 1, "{state}: {:?}", report.census);
        }
        assert_eq!(count("application", "accepted"), 2, "one has its contract, one not");
        assert_eq!(count("application", "certificate_issued"), 2, "one of them with a contract printed twice");
        assert_eq!(count("application", "approved"), 3, "one waits, one is in a batch, one is with the platform");
        for state in ["approved", "batch_created", "paid_to_platform"] {
            assert_eq!(count("pay_out", state), 1, "{state}: {:?}", report.census);
        }
        for state in ["declined", "refused", "disbursed", "receipt_entered", "bank_reviewed"] {
            assert_eq!(count("application", state), 1, "{state}: {:?}", report.census);
        }

        // Ten years further, far past the last published rate: every bill, debit and settlement happens.
        let (office, town) = (&house.office, Households::new(house.office.clone(), house.sandbox.clone()));
        let (admin, to) = (Actor::system("test"), date(2036, 9, 30));
        let days = office.move_date(&admin, to, &town).await;
        let days = days.unwrap_or_else(|no| panic!("{:?}: {no:?}", house.database.engine));
        assert_eq!(office.business_on().await.unwrap(), to);
        for year in 2026..=2034 {
            let of_year = || days.iter().filter(|day| day.day.year() == year);
            assert!(of_year().map(|day| day.closed).sum::<usize>() > 0, "no books were closed in {year}");
        }
        let debited: usize = days.iter().map(|day| day.collected.full + day.collected.failed).sum();
        assert!(debited > 5, "the years of repayment came: {debited}");
        let ledger = office.verify_ledger().await.unwrap();
        assert!(ledger.faults.is_empty() && ledger.bills > 5, "{:?}", ledger.faults);
    }
    proof::proves!["R16.2", "R16.3"];
}

/// Every state named by requirements b3 to b8, with the machine and the state of the census that shows it. Where one
/// act does two steps of the document (a receipt that is entered names its fees and goes to the bank; finance posts and
/// writes the receipt), both rows name the same state.
const STATES: &[(&str, &str, &str, &str)] = &[
    ("b3", "draft", "application", "draft"),
    ("b3", "submitted", "application", "submitted"),
    ("b3", "appointment-booked", "application", "appointment_booked"),
    ("b3", "at-counter", "application", "at_counter"),
    ("b3", "returned", "application", "returned"),
    ("b3", "accepted", "application", "accepted"),
    ("b3", "contract-signed", "application", "contract_signed"),
    ("b3", "certificate-issued", "application", "certificate_issued"),
    ("b3", "receipt-entered", "application", "receipt_entered"),
    ("b3", "bank-reviewed", "application", "bank_reviewed"),
    ("b3", "approved", "application", "approved"),
    ("b3", "disbursed", "application", "disbursed"),
    ("b3", "declined", "application", "declined"),
    ("b3", "invalid", "application", "invalid"),
    ("b3", "refused", "application", "refused"),
    ("b3", "withdrawn", "application", "withdrawn"),
    ("b3", "failed", "application", "failed"),
    ("b3", "face-matched", "application", "face_matched"),
    ("b3", "statement-confirmed (school)", "application", "statement_confirmed_school"),
    ("b3", "statement-confirmed (county)", "application", "statement_confirmed_county"),
    ("b3", "contract-e-signed", "application", "contract_e_signed"),
    ("b3", "e-contract-reviewed", "application", "e_contract_reviewed"),
    ("b4", "none", "statement", "none"),
    ("b4", "written", "statement", "written"),
    ("b4", "school-confirmed", "statement", "school_confirmed"),
    ("b4", "school-returned", "statement", "school_returned"),
    ("b4", "county-confirmed", "statement", "county_confirmed"),
    ("b4", "county-returned", "statement", "county_returned"),
    ("b5", "generated", "contract", "generated"),
    ("b5", "signed", "contract", "signed"),
    ("b5", "under-review", "contract", "under_review"),
    ("b5", "reviewed-ok", "contract", "reviewed"),
    ("b5", "problem", "contract", "problem"),
    ("b5", "in-force", "contract", "in_force"),
    ("b5", "in-study", "contract", "in_study"),
    ("b5", "in-grace", "contract", "in_grace"),
    ("b5", "in-repayment", "contract", "in_repayment"),
    ("b5", "overdue", "contract", "overdue"),
    ("b5", "settled", "contract", "settled"),
    ("b5", "voided", "contract", "voided"),
    ("b5", "changed", "contract", "changed"),
    ("b5", "pricing-converted", "contract", "pricing_converted"),
    ("b6", "certificate-issued", "receipt", "certificate_issued"),
    ("b6", "code-rejected (stays)", "receipt", "certificate_issued"),
    ("b6", "code-entered", "receipt", "sent_to_bank"),
    ("b6", "fee-recorded", "receipt", "sent_to_bank"),
    ("b6", "sent-to-bank", "receipt", "sent_to_bank"),
    ("b6", "used-for-split", "receipt", "used_for_split"),
    ("b6", "expired", "receipt", "expired"),
    ("b7", "approved", "pay_out", "approved"),
    ("b7", "batch-created", "pay_out", "batch_created"),
    ("b7", "paid-to-platform", "pay_out", "paid_to_platform"),
    ("b7", "split: fee-to-school", "pay_out", "fee_to_school"),
    ("b7", "split: remainder-in-account", "pay_out", "remainder_in_account"),
    ("b7", "arrival-seen", "pay_out", "arrived"),
    ("b7", "serial-to-finance", "pay_out", "arrived"),
    ("b7", "posted", "pay_out", "posted"),
    ("b7", "receipt-issued", "pay_out", "posted"),
    ("b7", "receipt-handed-out", "pay_out", "handed_out"),
    ("b7", "payment-failed", "pay_out", "payment_failed"),
    ("b7", "amount-mismatch", "pay_out", "amount_mismatch"),
    ("b8", "plan generated", "plan", "generated"),
    ("b8", "plan active", "plan", "active"),
    ("b8", "row future", "row", "future"),
    ("b8", "row interest-only", "row", "interest_only"),
    ("b8", "row due", "row", "due"),
    ("b8", "row deducted-full", "row", "deducted_full"),
    ("b8", "row deducted-partial", "row", "deducted_partial"),
    ("b8", "row not-deducted", "row", "not_deducted"),
    ("b8", "row-settled", "row", "row_settled"),
    ("b8", "row overdue", "row", "overdue"),
    ("b8", "plan superseded", "plan", "superseded"),
    ("b8", "plan closed", "plan", "closed"),
];

#[test]
fn every_counted_state_is_one_of_the_requirements() {
    for (machine, state) in sim::census::states() {
        assert!(STATES.iter().any(|row| (row.2, row.3) == (machine, state)), "{machine} {state} is in no row");
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
    let count = |machine, state: &str| report.census.get(&(machine, state.to_owned())).copied().unwrap_or(0);
    let few = STATES.iter().filter(|row| count(row.2, row.3) < 5);
    let few: Vec<String> = few.map(|row| format!("{} {}: {}", row.0, row.1, count(row.2, row.3))).collect();
    assert!(few.is_empty(), "fewer than five: {few:#?}");
    let began = started.elapsed();
    let (to, town) = (date(2036, 9, 30), Households::new(house.office.clone(), house.sandbox.clone()));
    let days = house.office.move_date(&Actor::system("test"), to, &town).await;
    let days = days.unwrap_or_else(|no| panic!("{no:?}"));
    eprintln!("ten years: {:?} for {} days", started.elapsed() - began, days.len());
    assert!(days.iter().map(|day| day.settled).sum::<usize>() > 100, "loans come to their end");
    let ledger = house.office.verify_ledger().await.expect("the ledger is readable");
    assert!(ledger.faults.is_empty(), "{:?}", ledger.faults);
}
