//! The path from the form to the bank, walked on both databases, with every refusal on the way in its order.

use loan::calendar::{Date, date};

use super::*;
use crate::application::answers::Section;
use crate::application::fact::{Defect, Flaw, Party};
use crate::no::No;
use crate::papers::{PaperKind, Print};
use crate::testing::{
    COLLEGE, COLLEGE_CODE, Someone, UNIVERSITY, WEICHENG, World, XIUFENG, arrival, code_of, receipt, signature,
    sitting, submission, typed, world, worlds,
};
use crate::who::{Actor, Role};

/// The first day of the Xiufeng season, and a day of the season of today's rules.
const SEASON_2016: (i32, u32, u32) = (2016, 8, 1);
const SEASON_2026: (i32, u32, u32) = (2026, 8, 3);

fn day((year, month, on): (i32, u32, u32)) -> Date {
    date(year, month, on)
}

async fn stage(world: &World, actor: &Actor, number: &str) -> Stage {
    world.office.case_view(actor, number).await.expect("the actor sees the case").stage
}

#[tokio::test]
async fn xiufeng_2016_gates_come_before_the_form() {
    for world in worlds(day(SEASON_2016)).await {
        let student = world.student(1).await;
        let clerk = world.clerk(XIUFENG);
        let number = world.draft(&student, "450302").await;
        world.fill(&student, &number, "450302", "8000", "2030").await;
        // No pre-application is "in principle" refused, no quiz is refused outright.
        world.refused(&student.actor, submission(&number), "rule_broken").await;
        world.done(&clerk, sitting(&student, 39, 50)).await;
        world.refused(&student.actor, submission(&number), "rule_broken").await;
        world.done(&clerk, sitting(&student, 40, 50)).await;
        let submitted = world.done(&student.actor, submission(&number)).await;
        assert_eq!(submitted.to_override, ["pre_application_gate"]);

        // The exceptional route: a clerk sets the rule aside with reason and proof.
        world.done(&clerk, arrival(&number, true, true)).await;
        let override_with = |rule: &str, reason: &str, evidence: &str| override_rule::OverrideRule {
            number: number.clone(),
            rule: rule.to_owned(),
            reason: reason.to_owned(),
            evidence: evidence.to_owned(),
        };
        world.refused(&clerk, override_with("quiz_gate", "忘了", "无"), "not_overridable").await;
        world.refused(&clerk, override_with("pre_application_gate", " ", ""), "reason_missing").await;
        world.refused(&clerk, override_with("pre_application_gate", "低保家庭", ""), "evidence_missing").await;
        world.tick_all(&clerk, &number).await;
        let accept = || accept::Accept { number: number.clone() };
        world.refused(&clerk, accept(), "rule_not_overridden").await;
        world.done(&clerk, override_with("pre_application_gate", "低保家庭", "低保证 45030001")).await;
        world.refused(&clerk, override_with("pre_application_gate", "低保家庭", "低保证"), "already_overridden").await;
        world.refused(&clerk, accept(), "not_certified").await;
        world.done(&clerk, certify::Certify { number: number.clone(), basis: "低保证".to_owned() }).await;
        world.done(&clerk, accept()).await;
        assert_eq!(stage(&world, &clerk, &number).await, Stage::Accepted);
    }
    proof::proves!["R3.4", "R4.4", "R5.11"];
}

#[tokio::test]
async fn a_first_loan_under_the_xiufeng_rules_reaches_the_bank() {
    for world in worlds(day(SEASON_2016)).await {
        let student = world.student(2).await;
        let number = world.with_receipt(&student, "450302").await;
        let school = world.school(UNIVERSITY);
        assert_eq!(stage(&world, &school, &number).await, Stage::ReceiptEntered);
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        let contract = view.contract.expect("a living contract");
        assert_eq!(contract.terms.principal_fen, 800_000);
        let repaid: i64 = contract.rows.iter().map(|row| row.principal.0).sum();
        assert_eq!(repaid, 800_000, "the plan repays the whole principal");
        assert_eq!(view.progress.owed_fen, Some(620_000));
        assert!(view.findings.iter().any(|finding| finding.code == "quiz_gate"));
        assert_eq!(view.tracker.iter().filter(|step| step.state == crate::view::case::StepState::Done).count(), 4);
        let waiting: Result<Vec<_>, store::Failure> = world
            .office
            .store
            .read("waiting", |tx| {
                Box::pin(async move { store::owner_case::bank_list(tx, crate::testing::BANK, "receipt_entered").await })
            })
            .await;
        let waiting = waiting.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].amount_fen, waiting[0].to_school_fen), (800_000, 620_000));
    }
    proof::proves!["R6.1", "R10.1", "R11.3"];
}

#[tokio::test]
async fn a_first_loan_under_the_rules_of_today_reaches_the_bank() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(3).await;
        let number = world.with_receipt(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        assert_eq!(view.stage, Stage::ReceiptEntered);
        assert!(!view.findings.iter().any(|finding| finding.code == "quiz_gate"), "today's rules ask for no quiz");
        assert_eq!(view.student.phone_masked, format!("{}****{}", &student.phone[..3], &student.phone[7..]));
        let answers = view.answers.co_borrower.expect("a co-borrower");
        assert!(answers.id_number.contains('*') && answers.phone.contains('*'), "staff see masked numbers");
    }
    proof::proves!["R5.15", "R2.23"];
}

#[tokio::test]
async fn a_submission_is_refused_in_the_order_of_the_rules() {
    for world in worlds(day(SEASON_2016)).await {
        let student = world.student(4).await;
        world.gates(&student).await;
        let number = world.draft(&student, "450302").await;
        world.refused(&student.actor, submission(&number), "section_open").await;
        world.fill(&student, &number, "450302", "7950", "2099").await;
        let mut asked = submission(&number);
        (asked.truthful, asked.consent_credit) = (false, false);
        world.refused(&student.actor, asked.clone(), "not_declared_truthful").await;
        asked.truthful = true;
        world.refused(&student.actor, asked, "consent_missing").await;
        let ask = async |amount: &str, matures_in: &str, code: &str| {
            world.save(&student, &number, Section::Request, &[("amount", amount), ("matures_in", matures_in)]).await;
            world.refused(&student.actor, submission(&number), code).await;
        };
        ask("7950", "2099", "amount_not_a_multiple").await;
        ask("900", "2099", "amount_below_minimum").await;
        ask("8100", "2099", "amount_above_maximum").await;
        ask("8000", "2099", "term_above_maximum").await;
        ask("8000", "2020", "term_below_minimum").await;
        let luxury = [
            ("address", "x"),
            ("contact_name", "林建国"),
            ("contact_phone", "13700000001"),
            ("hardship", "committee_certificate"),
            ("circumstances", "rule_no_luxuries"),
            ("orphan", "no"),
            ("one_household_book", "yes"),
        ];
        world.save(&student, &number, Section::Family, &luxury).await;
        ask("8000", "2030", "rule_broken").await;
        world.fill(&student, &number, "450302", "8000", "2030").await;
        world.submit(&student, &number).await;
        world.refused(&student.actor, submission(&number), "already_submitted").await;
    }
    proof::proves!["R2.3", "R5.12(3)", "R6.8"];
}

#[tokio::test]
async fn after_the_receipt_day_nobody_submits() {
    let world = world(date(2022, 10, 15)).await;
    let student = world.student(5).await;
    let number = world.draft(&student, "370702").await;
    world.fill(&student, &number, "370702", "8000", "2036").await;
    world.move_to(date(2022, 10, 16)).await;
    world.refused(&student.actor, submission(&number), "season_over").await;
}

#[tokio::test]
async fn one_application_a_year_even_when_two_are_sent_at_once() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(6).await;
        let first = world.draft(&student, "370702").await;
        let second = world.draft(&student, "450302").await;
        assert_ne!(first, second, "two counties, two drafts");
        assert_eq!(world.draft(&student, "370702").await, first, "the same county gives the draft back");
        for (number, county) in [(&first, "370702"), (&second, "450302")] {
            world.fill(&student, number, county, "8000", "2040").await;
        }
        let (one, other) = tokio::join!(
            world.perform(&student.actor, submission(&first)),
            world.perform(&student.actor, submission(&second)),
        );
        let codes: Vec<&str> = [one.err(), other.err()].iter().flatten().map(code_of).collect();
        assert_eq!(codes, ["other_loan_this_year"], "exactly one of the two holds the year");
        world
            .refused(&student.actor, open_draft::OpenDraft { county: "370702".into() }, "already_applied_this_year")
            .await;
    }
    proof::proves!["R6.13", "R2.2"];
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_application() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(7).await;
        let number = world.draft(&student, "370702").await;
        world.fill(&student, &number, "370702", "8000", "2040").await;
        let key = world.key();
        let send = |act| world.office.perform(&student.actor, &key, act);
        let (one, other) = tokio::join!(send(submission(&number)), send(submission(&number)));
        assert_eq!(one.unwrap(), other.unwrap(), "the second gets the answer of the first");
        let changed = submit::Submit { truthful: false, ..submission(&number) };
        assert_eq!(code_of(&send(changed).await.unwrap_err()), "key_reused");
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        let submissions = view
            .history
            .iter()
            .filter(|happened| matches!(happened.fact, crate::application::ApplicationFact::Submitted { .. }));
        assert_eq!(submissions.count(), 1);
    }
}

#[tokio::test]
async fn h033_a_clerk_of_another_county_finds_nothing() {
    for world in worlds(day(SEASON_2016)).await {
        let student = world.student(8).await;
        let number = world.at_counter(&student, "450302").await;
        let other = world.clerk(WEICHENG);
        let n = || number.clone();
        world.refused(&other, arrival(&number, true, true), "not_found").await;
        world.refused(&other, accept::Accept { number: n() }, "not_found").await;
        world.refused(&other, mark_untrue::MarkUntrue { number: n(), reason: "x".into() }, "not_found").await;
        world.refused(&other, Print { number: n(), kind: PaperKind::ApplicationForm }, "not_found").await;
        assert!(matches!(world.office.case_view(&other, &number).await, Err(No::NotFound)));
        assert_eq!(world.office.county_search(&other, &number).await.unwrap(), []);
        assert_eq!(world.office.county_search(&other, "林小满").await.unwrap(), []);
        assert_eq!(world.office.county_search(&world.clerk(XIUFENG), "林小满").await.unwrap().len(), 1);
        // Another student, and the other school, see nothing either.
        let stranger = world.student(9).await;
        assert!(matches!(world.office.case_view(&stranger.actor, &number).await, Err(No::NotFound)));
        assert!(matches!(world.office.case_view(&world.school(COLLEGE), &number).await, Err(No::NotFound)));
        assert!(world.office.case_view(&world.school(UNIVERSITY), &number).await.is_ok());
        world.refused(&stranger.actor, withdraw::Withdraw { number: n() }, "not_found").await;
    }
}

#[tokio::test]
async fn h009_a_search_means_every_character_itself() {
    let world = world(day(SEASON_2026)).await;
    let student = world.student(10).await;
    let number = world.submitted(&student, "370702").await;
    let clerk = world.clerk(WEICHENG);
    let found = async |text: &str| world.office.county_search(&clerk, text).await.unwrap().len();
    assert_eq!(found("%").await, 0);
    assert_eq!(found("_小满").await, 0);
    assert_eq!(found("' OR 1=1--").await, 0);
    assert_eq!(found("林小").await, 1);
    assert_eq!(found(&number).await, 1);
    assert_eq!(found(&student.id_number).await, 1);
    assert_eq!(found(&student.id_number[14..]).await, 1);
    assert_eq!(found(&student.phone).await, 1);
    assert_eq!(found(&student.phone[7..]).await, 1);
    assert_eq!(found("9999").await, 0);
}

#[tokio::test]
async fn both_come_in_person_to_a_first_loan() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(11).await;
        let number = world.submitted(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let proxy = arrive::Arrive { proxy: true, ..arrival(&number, true, true) };
        world.refused(&clerk, proxy, "proxy_refused").await;
        world.refused(&clerk, arrival(&number, true, false), "both_must_come").await;
        world.refused(&clerk, arrival(&number, false, true), "both_must_come").await;
        world.done(&clerk, arrival(&number, true, true)).await;
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        assert!(view.student.present && view.co_borrower.unwrap().present);
    }
    proof::proves!["R1.11", "R6.6"];
}

#[tokio::test]
async fn nothing_is_accepted_without_its_materials() {
    for world in worlds(day(SEASON_2016)).await {
        let student = world.student(12).await;
        let number = world.submitted(&student, "450302").await;
        let clerk = world.clerk(XIUFENG);
        let accept = || accept::Accept { number: number.clone() };
        let tick = |material: &str| tick_material::TickMaterial {
            number: number.clone(),
            material: material.to_owned(),
            complete: true,
            note: "原件已看".to_owned(),
        };
        world.refused(&clerk, accept(), "not_ready").await;
        world.refused(&clerk, tick("admission_letter"), "not_at_counter").await;
        world.done(&clerk, arrival(&number, true, true)).await;
        world.refused(&clerk, tick("passport"), "not_on_the_list").await;
        world.refused(&clerk, accept(), "materials_missing").await;
        world.tick_all(&clerk, &number).await;
        let untick = tick_material::TickMaterial { complete: false, ..tick("admission_letter") };
        world.done(&clerk, untick).await;
        world.refused(&clerk, accept(), "materials_missing").await;
        world.done(&clerk, tick("admission_letter")).await;
        world
            .refused(&clerk, certify::Certify { number: number.clone(), basis: "x".into() }, "certification_not_needed")
            .await;
        world.done(&clerk, accept()).await;
    }
    proof::proves!["R9.11", "R3.6"];
}

#[tokio::test]
async fn a_returned_application_comes_back_with_every_answer() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(13).await;
        let number = world.at_counter(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let give_back = |reason: &str, note: &str| return_application::ReturnApplication {
            number: number.clone(),
            reason: reason.to_owned(),
            note: note.to_owned(),
            defects: Vec::new(),
        };
        world.refused(&clerk, give_back("because", "x"), "reason_unknown").await;
        world.refused(&clerk, give_back("form_not_signed", "  "), "note_missing").await;
        world.done(&clerk, give_back("form_not_signed", "申请表第二份没有签名")).await;
        world.refused(&clerk, give_back("other", "x"), "not_being_handled").await;
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        assert_eq!(view.stage, Stage::Returned);
        assert_eq!(view.open, [], "no answer is lost");
        assert_eq!(view.progress.returned, Some(("form_not_signed".into(), "申请表第二份没有签名".into())));
        world.submit(&student, &number).await;
        assert_eq!(stage(&world, &clerk, &number).await, Stage::Submitted);
    }
    proof::proves!["R6.4"];
}

#[tokio::test]
async fn a_returned_file_names_each_material_that_is_missing_or_differs() {
    for world in worlds(day(SEASON_2016)).await {
        let student = world.student(32).await;
        let number = world.submitted(&student, "450302").await;
        let clerk = world.clerk(XIUFENG);
        // The family sees beforehand the list the counter will go by.
        let list = |view: crate::view::case::CaseView| {
            let materials = view.materials.into_iter();
            materials.map(|one| (one.item.material.code, one.ticked.is_some())).collect::<Vec<_>>()
        };
        let family = list(world.office.case_view(&student.actor, &number).await.unwrap());
        assert_eq!(family, list(world.office.case_view(&clerk, &number).await.unwrap()));
        assert!(family.contains(&("poverty_proof".to_owned(), false)));

        // At the counter what passed is ticked, and what did not is named with its flaw.
        world.done(&clerk, arrival(&number, true, true)).await;
        let tick = tick_material::TickMaterial {
            number: number.clone(),
            material: "student_id".to_owned(),
            complete: true,
            note: String::new(),
        };
        world.done(&clerk, tick).await;
        let give_back = |reason: &str, defects: &[(&str, Flaw)]| return_application::ReturnApplication {
            number: number.clone(),
            reason: reason.to_owned(),
            note: "补齐再来".to_owned(),
            defects: defects.iter().map(|(code, flaw)| Defect { material: (*code).into(), flaw: *flaw }).collect(),
        };
        world.refused(&clerk, give_back("material_missing", &[]), "defects_missing").await;
        world.refused(&clerk, give_back("copy_differs", &[]), "defects_missing").await;
        world.refused(&clerk, give_back("other", &[("passport", Flaw::Missing)]), "not_on_the_list").await;
        let named = [
            ("poverty_proof", Flaw::Missing),
            ("household_book", Flaw::CopyDiffers),
            ("co_borrower_id", Flaw::NameDiffers),
            ("application_form", Flaw::NotSigned),
        ];
        world.done(&clerk, give_back("material_missing", &named)).await;
        for reader in [&student.actor, &clerk] {
            let view = world.office.case_view(reader, &number).await.unwrap();
            assert_eq!(view.stage, Stage::Returned);
            for (code, flaw) in named {
                assert_eq!(view.flaw_of(code), Some(flaw), "{code} on {:?}", world.engine());
            }
            assert_eq!(view.flaw_of("student_id"), None);
        }
        // The next visit begins with it, and the acceptance closes it.
        world.submit(&student, &number).await;
        world.done(&clerk, arrival(&number, true, true)).await;
        world.refused(&clerk, accept::Accept { number: number.clone() }, "materials_missing").await;
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        assert_eq!((view.progress.defects.len(), view.progress.visits.len()), (4, 1), "one day, one visit");
        world.tick_all(&clerk, &number).await;
        world.done(&clerk, accept::Accept { number: number.clone() }).await;
        assert_eq!(world.office.case_view(&clerk, &number).await.unwrap().progress.defects, []);
    }
    proof::proves!["R9.11", "R9.16", "R6.5"];
}

#[tokio::test]
async fn a_withdrawn_application_frees_the_year_until_the_signature() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(14).await;
        let number = world.submitted(&student, "370702").await;
        let withdraw = |number: &str| withdraw::Withdraw { number: number.to_owned() };
        world.done(&student.actor, withdraw(&number)).await;
        world.refused(&student.actor, withdraw(&number), "already_over").await;
        let (again, _) = world.signed(&student, "370702").await;
        assert_ne!(again, number);
        world.refused(&student.actor, withdraw(&again), "contract_signed").await;
    }
}

#[tokio::test]
async fn a_contract_is_read_by_both_before_it_is_signed() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(15).await;
        let number = world.at_counter(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let n = || number.clone();
        let generate = || generate_contract::GenerateContract { number: n() };
        let read = |by| confirm_read::ConfirmRead { number: n(), by, chapters: Vec::new() };
        world.refused(&clerk, generate(), "not_accepted").await;
        world.done(&clerk, accept::Accept { number: n() }).await;
        world.refused(&clerk, signature(&number, ""), "nothing_to_sign").await;
        world.refused(&clerk, read(Party::Borrower), "nothing_to_sign").await;
        let contract = world.done(&clerk, generate()).await.contract;
        world.refused(&clerk, generate(), "already_generated").await;
        world.refused(&clerk, signature(&number, "20260000200000019"), "paper_void").await;
        world.refused(&clerk, signature(&number, &contract), "not_read_by_all").await;
        world.done(&clerk, read(Party::Borrower)).await;
        world.refused(&clerk, read(Party::Borrower), "already_confirmed").await;
        world.refused(&clerk, signature(&number, &contract), "not_read_by_all").await;
        world.done(&clerk, read(Party::CoBorrower)).await;
        let altered = sign::Sign { names_match: false, ..signature(&number, &contract) };
        world.refused(&clerk, altered, "paper_altered").await;
        let bare = sign::Sign { fingerprints: false, ..signature(&number, &contract) };
        world.refused(&clerk, bare, "fingerprint_missing").await;
        world.done(&clerk, signature(&number, &contract)).await;
    }
    proof::proves!["R4.12", "R10.7", "R6.7"];
}

#[tokio::test]
async fn h125_a_corrected_contract_leaves_the_old_paper_void() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(16).await;
        let (number, first) = world.signed(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let print = || Print { number: number.clone(), kind: PaperKind::LoanContract };
        let old = world.done(&clerk, print()).await.code;
        assert_eq!(world.done(&clerk, print()).await.code, old, "the same facts give the same paper");
        assert_eq!(world.office.paper(&old).await.unwrap().unwrap().voided, None);
        let void = |reason: &str, name: Option<&str>| void_contract::VoidContract {
            number: number.clone(),
            reason: reason.to_owned(),
            co_borrower_name: name.map(str::to_owned),
        };
        world.refused(&clerk, void("", None), "reason_missing").await;
        world.refused(&clerk, void("姓名写错", Some("<script>")), "not_a_name").await;
        world.done(&clerk, void("共同借款人姓名写错", Some("林建刚"))).await;
        world.refused(&clerk, void("again", None), "nothing_to_void").await;
        let voided = world.office.paper(&old).await.unwrap().unwrap();
        assert_eq!(voided.voided.map(|(_, why)| why).as_deref(), Some("共同借款人姓名写错"));
        let second = world.contract(&clerk, &number).await;
        assert_ne!(first, second, "a new number");
        let new = world.done(&clerk, print()).await.code;
        assert_ne!(new, old);
        assert_eq!(world.office.paper(&new).await.unwrap().unwrap().voided, None);
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        assert_eq!(view.co_borrower.unwrap().name, "林建刚");
        assert_eq!(view.progress.voided.len(), 1, "the void contract stays readable with its reason");
        assert!(world.office.paper("ABCDEFGHJKLMN").await.unwrap().is_none());
    }
    proof::proves!["R10.3", "R10.12"];
}

#[tokio::test]
async fn the_certificate_carries_code_and_first_password_once() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(17).await;
        let number = world.at_counter(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let issue = async || {
            let key = world.key();
            world.office.issue_certificate(&clerk, &key, &number).await
        };
        assert_eq!(code_of(&issue().await.unwrap_err()), "contract_not_signed");
        world.done(&clerk, accept::Accept { number: number.clone() }).await;
        world.contract(&clerk, &number).await;
        issue().await.unwrap();
        assert_eq!(code_of(&issue().await.unwrap_err()), "already_issued");
        let accounts = world.sandbox.accounts().await.unwrap();
        assert_eq!(accounts.len(), 1, "the platform opened one account");
        let code = world.receipt_code(&student, &number).await;
        assert_eq!(code.len(), 12);
        // A correction makes a new code; the account and its password are not given out again.
        let void = void_contract::VoidContract { number: number.clone(), reason: "错".into(), co_borrower_name: None };
        world.done(&clerk, void).await;
        world.contract(&clerk, &number).await;
        issue().await.unwrap();
        assert_ne!(world.receipt_code(&student, &number).await, code);
        let (book, key) = {
            let number: crate::number::ApplicationNumber = number.parse().unwrap();
            (number.book, number.key())
        };
        let person = student.person;
        let passwords: Result<(bool, bool), store::Failure> = world
            .office
            .store
            .read("passwords", |tx| {
                Box::pin(async move {
                    let first = store::certificate::find(tx, (book, key), 1, person).await?.unwrap();
                    let second = store::certificate::find(tx, (book, key), 2, person).await?.unwrap();
                    Ok((first.first_password.is_some(), second.first_password.is_some()))
                })
            })
            .await;
        assert_eq!(passwords.unwrap(), (true, false));
        let school = world.school(COLLEGE);
        world.refused(&school, receipt(&code, "0", "0"), "code_unknown").await;
    }
    proof::proves!["R11.1", "R1.6"];
}

#[tokio::test]
async fn a_receipt_is_refused_in_order_and_entered_once() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(18).await;
        let (number, code) = world.certified(&student, "370702").await;
        let school = world.school(COLLEGE);
        let unseen = enter_receipt::EnterReceipt { papers_shown: false, ..receipt(&code, "x", "x") };
        world.refused(&school, unseen, "papers_not_shown").await;
        world.refused(&world.school(UNIVERSITY), receipt(&code, "1", "1"), "code_unknown").await;
        world.refused(&school, receipt("AAAABBBBCCCC", "x", "x"), "code_unknown").await;
        world.refused(&school, receipt(&code, "-5000", "x"), "tuition_not_an_amount").await;
        world.refused(&school, receipt(&code, "5000", "1200.005"), "accommodation_not_an_amount").await;
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        assert_eq!(view.progress.reported_on, None, "not before the school entered the code");
        let season = world.office.school_season(&school).await.unwrap();
        assert_eq!((season.missing.len(), season.entered.len()), (1, 0));
        assert_eq!(season.missing[0].days_left, Some(73), "from 3 August to 15 October");
        // As people type it: lower case, blanks, dashes.
        let spoken = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
        let entered = world.done(&school, receipt(&spoken, "9,000", "1200")).await;
        assert_eq!(entered.number, number);
        assert_eq!(entered.to_school_fen, 800_000, "the school never gets more than the loan");
        world.refused(&school, receipt(&code, "5000", "1200"), "code_used").await;
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        assert_eq!(view.progress.reported_on, Some(day(SEASON_2026)), "the student counts as having reported");
        let season = world.office.school_season(&school).await.unwrap();
        assert_eq!((season.missing.len(), season.entered.len()), (0, 1));
    }
    proof::proves!["R11.6", "R11.2", "R11.9"];
}

#[tokio::test]
async fn h060_five_wrong_codes_close_the_hour_for_that_school() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(19).await;
        let (_, code) = world.certified(&student, "370702").await;
        let school = world.school(COLLEGE);
        for _ in 0..enter_receipt::WRONG_CODES_MAX {
            world.refused(&school, receipt("AAAABBBBCCCC", "0", "0"), "code_unknown").await;
        }
        world.refused(&school, receipt(&code, "5000", "1200"), "too_many_wrong_codes").await;
        world.refused(&world.school(UNIVERSITY), receipt("AAAABBBBCCCC", "0", "0"), "code_unknown").await;
        world.clock.forward(chrono::TimeDelta::hours(1));
        world.done(&school, receipt(&code, "5000", "1200")).await;
    }
}

#[tokio::test]
async fn h097_the_deadline_declines_or_voids_by_the_policy_of_the_application() {
    let check = async |county: &str, season: Date, last_on: Date, expected: Stage| {
        for world in worlds(season).await {
            let student = world.student(20).await;
            let (number, code) = world.certified(&student, county).await;
            let office = if county == "450302" { XIUFENG } else { WEICHENG };
            let school = world.school(if county == "450302" { UNIVERSITY } else { COLLEGE });
            let job = Actor::system("deadline");
            let pass = || pass_deadline::PassDeadline { number: number.clone() };
            world.move_to(last_on).await;
            world.refused(&job, pass(), "not_yet").await;
            world.refused(&world.clerk(office), pass(), "forbidden").await;
            world.move_to(last_on + chrono::Days::new(1)).await;
            world.refused(&school, receipt(&code, "5000", "1200"), "deadline_passed").await;
            assert_eq!(world.office.pass_deadlines().await.unwrap(), 1);
            assert_eq!(world.office.pass_deadlines().await.unwrap(), 0, "a second run finds nothing to do");
            assert_eq!(stage(&world, &world.clerk(office), &number).await, expected);
            world.refused(&job, pass(), "not_waiting").await;
            world.refused(&school, receipt(&code, "5000", "1200"), "code_unknown").await;
        }
    };
    check("450302", day(SEASON_2016), date(2016, 9, 30), Stage::Invalid).await;
    check("370702", date(2022, 10, 1), date(2022, 10, 15), Stage::Declined).await;
    proof::proves!["R11.4", "R11.5", "R10.9"];
}

#[tokio::test]
async fn h101_no_more_bookings_than_places() {
    for world in worlds(day(SEASON_2026)).await {
        let on = day(SEASON_2026) + chrono::Days::new(1);
        let book = |number: &str, slot: &str, for_on| book_visit::BookVisit {
            number: number.to_owned(),
            for_on,
            slot: slot.to_owned(),
        };
        let mut cases: Vec<(Someone, String)> = Vec::new();
        for serial in 21..24 {
            let student = world.student(serial).await;
            let number = world.submitted(&student, "370702").await;
            cases.push((student, number));
        }
        let (student, number) = &cases[0];
        world.refused(&student.actor, book(number, "09:30", day(SEASON_2026)), "day_past").await;
        world.refused(&student.actor, book(number, "03:00", on), "no_such_slot").await;
        let sent = cases.iter().map(|(student, number)| world.perform(&student.actor, book(number, "09:30", on)));
        let codes: Vec<&str> =
            futures::future::join_all(sent).await.iter().filter_map(|sent| sent.as_ref().err()).map(code_of).collect();
        assert_eq!(codes, ["slot_full"], "two places, two bookings");
    }
    proof::proves!["R8.1", "R6.11"];
}

/// Lets the student's first loan be paid out, as the bank's acts do it.
pub(super) async fn pay_out(world: &World, student: &Someone) {
    let person = student.person;
    let paid: Result<(), store::Failure> = world
        .office
        .store
        .write("pay_out", |tx| {
            Box::pin(async move {
                for mut contract in contracts_of(tx, person).await? {
                    contract.disbursed_on = Some(date(2026, 11, 20));
                    store::contract::change(tx, &contract).await?;
                }
                Ok(())
            })
        })
        .await;
    paid.unwrap();
}

#[tokio::test]
async fn an_online_renewal_is_confirmed_twice_and_reviewed_by_somebody_else() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(25).await;
        world.with_receipt(&student, "370702").await;
        pay_out(&world, &student).await;
        world.move_to(date(2027, 6, 1)).await;
        let number = world.draft(&student, "370702").await;
        world.fill(&student, &number, "370702", "8000", "2040").await;
        world.refused(&student.actor, submission(&number), "section_open").await;
        let text = "这一年我学习认真，思想上积极向上，参加志愿服务和社会实践。".repeat(5);
        world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
        world.submit(&student, &number).await;

        let (clerk, school) = (world.clerk(WEICHENG), world.school(COLLEGE));
        let n = || number.clone();
        let confirm = || confirm_statement::ConfirmStatement { number: n() };
        let accept = || accept::Accept { number: n() };
        let not_matched = match_face::MatchFace { number: n(), matched: false, token: String::new() };
        world.refused(&student.actor, not_matched, "face_not_matched").await;
        let matched = match_face::MatchFace { number: n(), matched: true, token: "face-1".into() };
        world.done(&student.actor, matched).await;
        world.refused(&clerk, confirm(), "school_confirms_first").await;
        world.refused(&clerk, accept(), "statement_not_confirmed").await;
        let waiting = world.office.school_statements(&school).await.unwrap();
        assert_eq!(waiting.len(), 1);
        let back = |reason: &str| return_statement::ReturnStatement { number: n(), reason: reason.into() };
        world.refused(&school, back(""), "reason_missing").await;
        world.refused(&clerk, back("太短"), "not_your_turn").await;
        world.done(&school, back("没有写学习情况")).await;
        world.refused(&school, confirm(), "statement_not_written").await;
        world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
        world.done(&school, confirm()).await;
        world.refused(&school, confirm(), "already_confirmed").await;
        world.refused(&clerk, accept(), "statement_not_confirmed").await;
        world.done(&clerk, confirm()).await;
        world.done(&clerk, accept()).await;
        world.done(&clerk, generate_contract::GenerateContract { number: n() }).await;

        let sign = async || {
            let key = world.key();
            world.office.e_sign(&student.actor, &key, &number).await
        };
        assert_eq!(code_of(&sign().await.unwrap_err()), "not_read");
        let read = |skipped: usize| confirm_read::ConfirmRead {
            number: n(),
            by: Party::Borrower,
            chapters: confirm_read::CHAPTERS.iter().skip(skipped).map(|(code, ..)| (*code).to_owned()).collect(),
        };
        world.refused(&student.actor, read(1), "chapter_not_read").await;
        world.done(&student.actor, read(0)).await;
        sign().await.unwrap();
        assert_eq!(code_of(&sign().await.unwrap_err()), "nothing_to_sign", "a signed contract is locked");
        let review = |problem: &str| review_e_contract::ReviewEContract { number: n(), problem: problem.into() };
        let Actor { who: crate::who::Who::Staff { staff, person_index, office, .. } } = clerk.clone() else {
            panic!("a clerk is staff")
        };
        let roles = vec![Role::CountyReviewer];
        let himself = Actor { who: crate::who::Who::Staff { staff, person_index, office, roles } };
        world.refused(&himself, review(""), "reviewer_accepted").await;
        let reviewer = world.reviewer(WEICHENG);
        let desk = world.office.county_desk(&reviewer).await.unwrap();
        assert_eq!(desk.to_review.len(), 1);
        world.done(&reviewer, review("年限写错")).await;
        world.done(&reviewer, review("")).await;
        let key = world.key();
        world.office.issue_certificate(&clerk, &key, &number).await.unwrap();
        assert_eq!(stage(&world, &clerk, &number).await, Stage::CertificateIssued);
    }
    proof::proves!["R7.3", "R7.6", "R10.4"];
}

#[tokio::test]
async fn either_party_alone_renews_at_the_counter() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(26).await;
        world.with_receipt(&student, "370702").await;
        pay_out(&world, &student).await;
        world.move_to(date(2027, 6, 1)).await;
        let number = world.draft(&student, "370702").await;
        world.fill(&student, &number, "370702", "8000", "2040").await;
        let text = "这一年我学习认真，思想上积极向上，参加志愿服务和社会实践。".repeat(5);
        world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
        world.submit(&student, &number).await;
        let clerk = world.clerk(WEICHENG);
        world.refused(&clerk, arrival(&number, false, false), "nobody_came").await;
        world.done(&clerk, arrival(&number, false, true)).await;
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        assert_eq!(view.progress.present, [Party::CoBorrower]);
        assert_eq!(view.kind, Kind::Renewal, "found from the loan before");
        world.refused(&clerk, accept::Accept { number: number.clone() }, "statement_not_confirmed").await;
    }
    proof::proves!["R7.4", "R1.10", "R1.2"];
}

#[tokio::test]
async fn mistakes_on_a_form_come_all_at_once_and_lose_nothing() {
    let world = world(day(SEASON_2026)).await;
    let student = world.student(27).await;
    let number = world.draft(&student, "370702").await;
    world.fill(&student, &number, "370702", "8000", "2040").await;
    let save = |section, fields: &[(&str, &str)]| save_answers::SaveAnswers {
        number: number.clone(),
        section,
        fields: typed(fields),
    };
    let wrong = save(
        Section::CoBorrower,
        &[
            ("name", "林1"),
            ("id_number", "123"),
            ("relation", "friend"),
            ("phone", "12"),
            ("household_county", "000000"),
        ],
    );
    let no = world.perform(&student.actor, wrong).await.unwrap_err();
    let No::Refused(save_answers::SaveAnswersRefusal::Mistakes(mistakes)) = no else { panic!("{no:?}") };
    let fields: Vec<&str> = mistakes.iter().map(|mistake| mistake.field).collect();
    assert_eq!(fields, ["name", "id_number", "relation", "phone", "reason", "willing_and_capable"]);
    let unknown = save(
        Section::Study,
        &[
            ("school_code", "0000000000"),
            ("major", "数学"),
            ("level", "college"),
            ("programme_years", "3"),
            ("grade", "1"),
            ("tuition", "5000"),
            ("accommodation", "1000"),
        ],
    );
    world.refused(&student.actor, unknown, "mistakes").await;
    let himself = save(
        Section::CoBorrower,
        &[
            ("name", "林小满"),
            ("id_number", &student.id_number),
            ("relation", "father"),
            ("phone", "13700000001"),
            ("household_county", "370702"),
            ("willing_and_capable", "yes"),
        ],
    );
    world.refused(&student.actor, himself, "mistakes").await;
    let statement = save(Section::Statement, &[("statement", "x")]);
    world.refused(&student.actor, statement, "no_statement_needed").await;
    let view = world.office.case_view(&student.actor, &number).await.unwrap();
    assert_eq!(view.answers.study.unwrap().school_code, COLLEGE_CODE, "what was saved before stays");
    world.submit(&student, &number).await;
    world.refused(&student.actor, save(Section::Request, &[]), "not_with_student").await;
}

#[tokio::test]
async fn untrue_data_end_an_application() {
    for world in worlds(day(SEASON_2026)).await {
        let student = world.student(28).await;
        let number = world.at_counter(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let untrue = |reason: &str| mark_untrue::MarkUntrue { number: number.clone(), reason: reason.into() };
        world.refused(&clerk, untrue(" "), "reason_missing").await;
        world.done(&clerk, untrue("录取通知书系伪造")).await;
        world.refused(&clerk, untrue("again"), "not_being_handled").await;
        assert_eq!(stage(&world, &clerk, &number).await, Stage::Failed);
    }
    proof::proves!["R5.14"];
}

#[tokio::test]
async fn a_borrower_with_an_open_loan_cannot_answer_for_another() {
    for world in worlds(day(SEASON_2026)).await {
        let borrower = world.student(29).await;
        world.signed(&borrower, "370702").await;
        let student = world.student(30).await;
        let number = world.draft(&student, "370702").await;
        world.fill(&student, &number, "370702", "8000", "2040").await;
        let co = [
            ("name", "林小满"),
            ("id_number", borrower.id_number.as_str()),
            ("relation", "close_relative"),
            ("reason", "parents_lost_capacity"),
            ("phone", "13700000002"),
            ("household_county", "370702"),
            ("willing_and_capable", "yes"),
        ];
        world.save(&student, &number, Section::CoBorrower, &co).await;
        let no = world.perform(&student.actor, submission(&number)).await.unwrap_err();
        let No::Refused(submit::SubmitRefusal::RuleBroken(broken)) = no else { panic!("{no:?}") };
        assert_eq!(broken.code, "rule_co_no_open_loan");
    }
    proof::proves!["R5.10"];
}

#[tokio::test]
async fn pages_of_a_print_are_made_from_the_same_facts() {
    let world = world(day(SEASON_2026)).await;
    let student = world.student(31).await;
    let (number, _) = world.certified(&student, "370702").await;
    let clerk = world.clerk(WEICHENG);
    let print = |kind| Print { number: number.clone(), kind };
    world.refused(&student.actor, print(PaperKind::AcceptanceCertificate), "not_yours").await;
    for kind in [PaperKind::ApplicationForm, PaperKind::LoanContract, PaperKind::AcceptanceCertificate] {
        let code = world.done(&clerk, print(kind)).await.code;
        let pdf = world.office.paper_pdf(&clerk, &code).await.unwrap();
        assert!(pdf.starts_with(b"%PDF"), "{kind:?} is a PDF");
        assert!(matches!(world.office.paper_pdf(&world.clerk(XIUFENG), &code).await, Err(No::NotFound)));
    }
    proof::proves!["R6.2", "R11.10"];
}
