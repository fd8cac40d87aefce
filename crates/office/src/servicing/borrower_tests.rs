//! What borrowers ask for after the money moved, on both databases: a change of study, relief, an order of 云闪付. The
//! refusals come in order of precedence.

use loan::calendar::date;
use loan::event::EventKind;
use loan::money::Fen;

use super::quick_pass::OrderQuickPass;
use super::relief::{AskRelief, Blow, DecideRelief};
use super::study::{ChangeStudy, NewStudy, StudyCause};
use crate::application::fact::Party;
use crate::testing::{WEICHENG, XIUFENG, staff, worlds};
use crate::who::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_study_moves_subsidy_grace_and_plan_of_every_open_contract() {
    for world in worlds(date(2026, 8, 10)).await {
        world.bank_staff().await;
        let student = world.student(7101).await;
        let (contract, _) = world.paid_out(&student).await;
        let clerk = world.clerk(WEICHENG);
        let change = |cause, graduates_in, resumes_on, proof: &str, plan_change_agreed| ChangeStudy {
            contract: contract.clone(),
            study: NewStudy { cause, graduates_in, resumes_on },
            asked_by: Party::CoBorrower,
            proof: proof.to_owned(),
            plan_change_agreed,
        };
        use StudyCause::{FurtherStudy, Suspension, Withdrawal};
        world.refused(&world.clerk(XIUFENG), change(FurtherStudy, 2031, None, "通知书", true), "not_found").await;
        world.refused(&student.actor, change(FurtherStudy, 2031, None, "通知书", true), "forbidden").await;
        world.refused(&clerk, change(FurtherStudy, 2090, None, " ", false), "proof_missing").await;
        world.refused(&clerk, change(FurtherStudy, 2090, None, "通知书", false), "plan_change_not_agreed").await;
        world.refused(&clerk, change(FurtherStudy, 2090, None, "通知书", true), "graduation_year_wrong").await;
        let early = Some(date(2027, 9, 1));
        world.refused(&clerk, change(FurtherStudy, 2031, early, "通知书", true), "study_resumed_too_early").await;
        let ends = Some(date(2032, 9, 1));
        world.refused(&clerk, change(FurtherStudy, 2031, ends, "通知书", true), "study_ends_before_it_starts").await;
        let before = world.loan(&student, &contract).await;
        let first = |loan: &crate::view::owed::LoanView| {
            loan.rows.iter().find(|row| row.row.interest.is_positive()).map(|row| row.row.due_on)
        };
        assert_eq!(first(&before), Some(date(2029, 12, 20)));
        let done = world.done(&clerk, change(Suspension, 2030, None, "休学证明", true)).await;
        assert_eq!(done.contracts, std::slice::from_ref(&contract));
        assert_eq!(first(&world.loan(&student, &contract).await), Some(date(2030, 12, 20)));
        world.done(&clerk, change(Withdrawal, 0, None, "退学证明", false)).await;
        // The month of leaving is still a month of study; from the next on nobody leaves a second time.
        world.reach(date(2027, 1, 4)).await;
        world.refused(&clerk, change(Withdrawal, 0, None, "退学证明", false), "not_in_study").await;
        world.true_books().await;
    }
    proof::proves!["R14.1", "R14.11", "R15.1"];
}

#[tokio::test]
async fn the_county_changes_a_contract_on_the_spot_and_reminds_of_the_plan() {
    for world in worlds(date(2026, 8, 10)).await {
        world.bank_staff().await;
        let student = world.student(7103).await;
        let (contract, _) = world.paid_out(&student).await;
        let clerk = world.clerk(WEICHENG);
        let change = |proof: &str, plan_change_agreed| ChangeStudy {
            contract: contract.clone(),
            study: NewStudy { cause: StudyCause::FurtherStudy, graduates_in: 2031, resumes_on: None },
            asked_by: Party::Borrower,
            proof: proof.to_owned(),
            plan_change_agreed,
        };
        // Without papers nothing changes, and nobody leaves without hearing that the plan moves too.
        world.refused(&clerk, change("", true), "proof_missing").await;
        world.refused(&clerk, change("硕士录取通知书", false), "plan_change_not_agreed").await;
        let first = async || {
            let loan = world.loan(&student, &contract).await;
            loan.rows.iter().find(|row| row.row.interest.is_positive()).map(|row| row.row.due_on)
        };
        assert_eq!(first().await, Some(date(2029, 12, 20)));
        world.done(&clerk, change("硕士录取通知书", true)).await;
        assert_eq!(first().await, Some(date(2031, 12, 20)), "the same minute, by the clerk alone, the plan with it");
    }
    proof::proves!["R9.14"; page "/county/loan/{number}/study"];
}

#[tokio::test(flavor = "multi_thread")]
async fn relief_pays_one_years_bill_after_somebody_else_decided() {
    for world in worlds(date(2026, 8, 10)).await {
        world.bank_staff().await;
        let student = world.student(7102).await;
        let (contract, _) = world.paid_out(&student).await;
        let ask = |words: &str| AskRelief { contract: contract.clone(), blow: Blow::Illness, words: words.to_owned() };
        world.refused(&student.actor, ask(" "), "relief_words_missing").await;
        world.refused(&student.actor, ask("住院"), "no_bill_of_that_year").await;
        world.reach(date(2029, 11, 20)).await;
        let both = staff(811, WEICHENG, &[Role::CountyClerk, Role::HallManager]);
        let manager = staff(812, WEICHENG, &[Role::HallManager]);
        let request = world.done(&both, ask("父亲住院")).await;
        world.refused(&student.actor, ask("住院"), "relief_already_asked").await;
        let decide = |note: &str| DecideRelief {
            contract: contract.clone(),
            request: request.clone(),
            granted: true,
            note: note.to_owned(),
        };
        world.refused(&both, decide("费用单"), "same_human").await;
        world.refused(&manager, decide(" "), "reason_missing").await;
        world.done(&manager, decide("费用单")).await;
        world.refused(&manager, decide("费用单"), "relief_not_waiting").await;
        world.refused(&student.actor, ask("住院"), "bill_already_relieved").await;
        world.reach(date(2029, 12, 23)).await;
        let loan = world.loan(&student, &contract).await;
        let bill = loan.rows.iter().find(|row| row.row.due_on == date(2029, 12, 20)).expect("a bill");
        assert_eq!((bill.row.relieved, bill.row.paid_interest), (bill.row.interest, Fen::ZERO));
        world.true_books().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_for_no_more_than_is_owed_and_a_forged_notice_pays_nothing() {
    for world in worlds(date(2026, 8, 10)).await {
        world.bank_staff().await;
        let student = world.student(7103).await;
        let (contract, _) = world.paid_out(&student).await;
        let order = |amount: &str| OrderQuickPass { contract: contract.clone(), amount: amount.to_owned() };
        let stranger = world.student(7104).await;
        world.refused(&stranger.actor, order("10"), "not_found").await;
        world.refused(&student.actor, order("ten"), "amount_not_an_amount").await;
        world.refused(&student.actor, order("0"), "amount_not_an_amount").await;
        world.refused(&student.actor, order("8000.01"), "more_than_owed").await;
        let key = world.key();
        let placed = async || world.office.order_quick_pass(&student.actor, &key, order("100")).await.expect("placed");
        let (first, again) = (placed().await, placed().await);
        assert_eq!(first, again, "the same sending is the same order");
        let forged = format!("orderId={}&txnAmt=10000&respCode=00&signature=x", first.0.order_no);
        let heard = world.office.hear_quick_pass(forged.as_bytes()).await.expect("heard");
        assert_eq!(heard.answer(), "failure");
        assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::ZERO);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_seen_as_it_stood_on_any_day_and_the_sum_can_be_done_again_without_the_database() {
    for world in worlds(date(2026, 8, 10)).await {
        world.bank_staff().await;
        let student = world.student(7103).await;
        let (contract, _) = world.paid_out(&student).await;
        let clerk = world.clerk(WEICHENG);
        world.reach(date(2029, 12, 23)).await;
        let change = ChangeStudy {
            contract: contract.clone(),
            study: NewStudy { cause: StudyCause::Suspension, graduates_in: 2030, resumes_on: None },
            asked_by: Party::Borrower,
            proof: "休学证明".to_owned(),
            plan_change_agreed: true,
        };
        world.done(&clerk, change).await;
        let published = world.office.policy.indexes();
        let (paid_out_on, today) = {
            let view = world.office.loan_view(&clerk, &contract, None).await.unwrap();
            (view.row.disbursed_on.unwrap(), view.today)
        };
        let days = [
            paid_out_on.pred_opt().unwrap(),
            paid_out_on,
            date(2027, 12, 19),
            date(2027, 12, 20),
            date(2029, 12, 21),
            today,
        ];
        for day in days {
            let view = world.office.loan_view(&clerk, &contract, Some(day)).await.unwrap();
            assert_eq!((view.on, view.today), (day, today));
            assert!(view.postings.iter().all(|posting| posting.on_day <= day));
            assert!(view.events.iter().all(|one| one.event.on <= day));
            let changed = view.events.iter().any(|one| matches!(one.event.kind, EventKind::StudyChanged { .. }));
            assert_eq!(changed, day == today, "the change of study is of today");
            let Some(life) = view.life else {
                assert!(day < paid_out_on && view.file.is_none());
                continue;
            };
            let again = crate::calculation::replay(&view.file.unwrap().to_string(), &published).unwrap();
            let open = &life.balances;
            for (name, figure) in [
                ("principal_not_due", open.principal_not_due),
                ("overdue_principal", open.overdue_principal),
                ("overdue_interest", open.overdue_interest),
                ("penalty", open.penalty),
                ("accrued_interest_own", open.accrued_interest_own),
                ("accrued_interest_state", open.accrued_interest_state),
            ] {
                assert_eq!(again["balances"][name], figure.to_string(), "{name} at the end of {day}");
            }
            assert_eq!(again["postings"].as_array().unwrap().len(), view.postings.len(), "postings up to {day}");
            assert_eq!(again["refused"], serde_json::json!([]));
        }
    }
}
