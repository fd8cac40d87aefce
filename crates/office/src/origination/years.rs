//! What comes back every academic year: a loan is asked for, approved and paid year by year, a renewal goes the way of its
//! place, and the county counts first loans and renewals apart.

use loan::calendar::date;
use loan::money::Fen;
use loan::policy::id_number::{IdNumber, Sex};
use loan::policy::{Parameter, Question};

use super::tests::pay_out;
use super::*;
use crate::accounts::register::Registration;
use crate::application::answers::Section;
use crate::no::No;
use crate::papers::{PaperKind, Print};
use crate::servicing::batch::BuildBatch;
use crate::servicing::decide::Approve;
use crate::servicing::review::Review;
use crate::testing::lent::{checker, maker};
use crate::testing::{
    BANK, COLLEGE, PASSWORD, Someone, UNIVERSITY, WEICHENG, World, XIUFENG, arrival, receipt, signature, submission,
    worlds,
};
use crate::who::{Actor, Role};

/// What a second-year student answers about the study.
async fn second_year(world: &World, student: &Someone, number: &str, school: &str, level: &str, years: &str) {
    let study = [
        ("school_code", school),
        ("major", "土木工程"),
        ("level", level),
        ("programme_years", years),
        ("grade", "2"),
        ("tuition", "7,000"),
        ("accommodation", "1,200"),
    ];
    world.save(student, number, Section::Study, &study).await;
}

/// From the receipt to the money: the bank's two, the batch, the platform.
async fn paid(world: &World, number: &str) {
    world.done(&maker(), Review { number: number.to_owned() }).await;
    world.done(&checker(), Approve { number: number.to_owned() }).await;
    let made = world.checked().await;
    let sent = world.office.send_batch(&maker(), BANK, &made.batch).await.expect("the batch is sent");
    assert_eq!((sent.paid, sent.unknown, sent.refused.len()), (1, 0, 0), "on {:?}", world.engine());
}

async fn issued(world: &World, clerk: &Actor, student: &Someone, number: &str) -> String {
    let key = world.key();
    world.office.issue_certificate(clerk, &key, number).await.expect("the certificate is issued");
    world.receipt_code(student, number).await
}

#[tokio::test]
async fn every_academic_year_is_asked_for_approved_and_paid_by_itself() {
    for world in worlds(date(2026, 8, 3)).await {
        world.bank_staff().await;
        let student = world.student(501).await;
        let (first_contract, _) = world.paid_out(&student).await;
        let clerk = world.clerk(WEICHENG);
        let open = || open_draft::OpenDraft { county: "370702".into() };
        world.refused(&student.actor, open(), "already_applied_this_year").await;

        // The next year begins with nothing: no approval and no money comes over from the year before.
        world.move_to(date(2027, 6, 1)).await;
        world.refused(&maker(), BuildBatch { contracts: Vec::new() }, "nothing_approved").await;
        let number = world.draft(&student, "370702").await;
        assert!(number.starts_with("A2027"), "{number} is of its own year");
        world.fill(&student, &number, "370702", "6000", "2041").await;
        second_year(&world, &student, &number, "4137012819", "college", "3").await;
        let text = "这一年我学习认真，思想上积极向上，参加志愿服务和社会实践。".repeat(5);
        world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
        world.submit(&student, &number).await;
        world.done(&world.school(COLLEGE), confirm_statement::ConfirmStatement { number: number.clone() }).await;
        world.done(&clerk, arrival(&number, true, true)).await;
        world.done(&clerk, confirm_statement::ConfirmStatement { number: number.clone() }).await;
        world.tick_all(&clerk, &number).await;
        world.done(&clerk, accept::Accept { number: number.clone() }).await;
        let contract = world.contract(&clerk, &number).await;
        assert_ne!(contract, first_contract, "a year, a contract");
        let code = issued(&world, &clerk, &student, &number).await;
        world.done(&world.school(COLLEGE), receipt(&code, "5000", "1000")).await;
        world.refused(&maker(), BuildBatch { contracts: Vec::new() }, "nothing_approved").await;
        paid(&world, &number).await;
        let home = world.office.home(&student.actor).await.unwrap();
        let of_year = |contract: &store::contract::Contract| (contract.policy_on.to_string(), contract.principal_fen);
        let years: Vec<(String, i64)> = home.contracts.iter().map(of_year).collect();
        assert_eq!(years, [("2026-08-03".to_owned(), 800_000), ("2027-06-01".to_owned(), 600_000)]);
        assert!(home.contracts.iter().all(|contract| contract.disbursed_on.is_some()));

        // The county and the province count the two kinds apart, in the year of each.
        let signed = world.office.county_desk(&clerk).await.unwrap().contracts;
        assert_eq!((signed.first.many, signed.renewal.many), (0, 1), "of the year 2027");
        assert_eq!((signed.renewal.principal, signed.all().principal), (Fen(600_000), Fen(600_000)));
        let newcomer = world.student(502).await;
        world.signed(&newcomer, "370702").await;
        let unsigned = world.student(503).await;
        world.at_counter(&unsigned, "370702").await;
        let signed = world.office.county_desk(&clerk).await.unwrap().contracts;
        assert_eq!((signed.first.many, signed.renewal.many, signed.all().many), (1, 1, 2));
        let board = world.office.province_board(&world.in_role(Role::Province)).await.unwrap();
        let row = board.counties.iter().find(|row| row.county == "370702").expect("the county is on the board");
        assert_eq!(row.contracts, signed);
        // A voided contract is none.
        let case = world.office.home(&newcomer.actor).await.unwrap().current.expect("an application");
        let void = void_contract::VoidContract { number: case.number, reason: "错".into(), co_borrower_name: None };
        world.done(&clerk, void).await;
        assert_eq!(world.office.county_desk(&clerk).await.unwrap().contracts.first.many, 0);
    }
    proof::proves!["R2.12", "R10.8"];
}

#[tokio::test]
async fn a_renewal_under_the_xiufeng_rules_goes_from_the_form_to_the_news_of_november() {
    for world in worlds(date(2016, 8, 1)).await {
        world.bank_staff().await;
        let student = world.student(511).await;
        world.with_receipt(&student, "450302").await;
        pay_out(&world, &student).await;

        // 1: the same account, a new application, the form in two copies.
        world.move_to(date(2017, 7, 10)).await;
        let number = world.draft(&student, "450302").await;
        world.fill(&student, &number, "450302", "8000", "2031").await;
        second_year(&world, &student, &number, "4111010001", "undergraduate", "4").await;
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        assert_eq!((view.kind, view.statement_needed), (Kind::Renewal, false), "these rules ask for no statement");
        world.submit(&student, &number).await;
        let form = world.done(&student.actor, Print { number: number.clone(), kind: PaperKind::ApplicationForm }).await;
        assert!(world.office.paper_pdf(&student.actor, &form.code).await.unwrap().starts_with(b"%PDF"));
        let rules = Question::origin(date(2017, 7, 10), "450302", "4111010001");
        assert_eq!(world.office.policy.count(&rules, Parameter::FormCopies), Ok(2), "two copies to sign");

        // 2: the committee's certificate, and the household book that is only looked at.
        let clerk = world.clerk(XIUFENG);
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        let material = |code: &str| view.materials.iter().find(|one| one.item.material.code == code).expect("listed");
        let proof = &material("poverty_proof").item;
        assert!(proof.certain && proof.material.hand_in_original && proof.material.name.contains("居"));
        let book = &material("household_book").item.material;
        assert_eq!((book.show_original, book.hand_in_original, book.copies), (true, false, 0));
        assert!(!view.certification_needed, "a renewal needs no certification");

        // 3: both go to the district centre and sign with their fingerprints.
        world.refused(&clerk, arrival(&number, true, false), "both_must_come").await;
        world.refused(&clerk, arrival(&number, false, true), "both_must_come").await;
        let face = match_face::MatchFace { number: number.clone(), matched: true, token: "face-1".into() };
        world.refused(&student.actor, face, "online_not_offered").await;
        world.done(&clerk, arrival(&number, true, true)).await;
        let certify = certify::Certify { number: number.clone(), basis: "低保证".to_owned() };
        world.refused(&clerk, certify, "certification_not_needed").await;
        for one in &view.materials {
            let tick = |complete| tick_material::TickMaterial {
                number: number.clone(),
                material: one.item.material.code.clone(),
                complete,
                note: String::new(),
            };
            world.done(&clerk, tick(one.item.material.code != "poverty_proof")).await;
        }
        world.refused(&clerk, accept::Accept { number: number.clone() }, "materials_missing").await;
        world.tick_all(&clerk, &number).await;
        world.done(&clerk, accept::Accept { number: number.clone() }).await;
        let contract =
            world.done(&clerk, generate_contract::GenerateContract { number: number.clone() }).await.contract;
        for by in [crate::application::fact::Party::Borrower, crate::application::fact::Party::CoBorrower] {
            let read = confirm_read::ConfirmRead { number: number.clone(), by, chapters: Vec::new() };
            world.done(&clerk, read).await;
        }
        let bare = sign::Sign { fingerprints: false, ..signature(&number, &contract) };
        world.refused(&clerk, bare, "fingerprint_missing").await;
        world.done(&clerk, signature(&number, &contract)).await;
        let code = issued(&world, &clerk, &student, &number).await;

        // 4: the receipt by 30 September, that day still in time.
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        assert_eq!(view.deadline.expect("a deadline").last_on, date(2017, 9, 30));
        world.move_to(date(2017, 9, 30)).await;
        world.done(&world.school(UNIVERSITY), receipt(&code, "5000", "1200")).await;

        // 5: the money, and what the student sees in November.
        world.activate(&student).await;
        world.move_to(date(2017, 11, 20)).await;
        paid(&world, &number).await;
        let view = world.office.case_view(&student.actor, &number).await.unwrap();
        assert_eq!(view.stage, Stage::Disbursed);
        let done =
            |kind| view.tracker.iter().any(|one| one.step == kind && one.state == crate::view::case::StepState::Done);
        assert!(done(crate::view::case::StepKind::Disbursement));
    }
    proof::proves!["R7.10", "R7.12", "R6.5"];
}

/// Somebody born on that day, with an account.
async fn born(world: &World, serial: u32, born_on: loan::calendar::Date) -> Someone {
    let id = IdNumber::synthetic(serial, born_on, Sex::Female);
    let phone = format!("139{serial:08}");
    let typed = Registration {
        name: "林小满".to_owned(),
        id_number: id.as_str().to_owned(),
        phone: phone.clone(),
        password: PASSWORD.to_owned(),
    };
    let key = world.key();
    let person = world.office.register(&key, typed).await.expect("a new person registers").person;
    Someone { actor: Actor::student(person), person, id_number: id.as_str().to_owned(), phone }
}

#[tokio::test]
async fn below_eighteen_a_renewal_is_signed_with_the_guardian_at_the_counter() {
    for world in worlds(date(2026, 8, 3)).await {
        // Eighteen on 1 June 2027.
        let student = born(&world, 521, date(2009, 6, 1)).await;
        world.with_receipt(&student, "370702").await;
        pay_out(&world, &student).await;
        world.move_to(date(2027, 5, 31)).await;
        let number = world.draft(&student, "370702").await;
        world.fill(&student, &number, "370702", "8000", "2041").await;
        second_year(&world, &student, &number, "4137012819", "college", "3").await;
        let text = "这一年我学习认真，思想上积极向上，参加志愿服务和社会实践。".repeat(5);
        world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
        let co = |relation: &str, born_on| {
            let id = IdNumber::synthetic(400, born_on, Sex::Male);
            crate::testing::typed(&[
                ("name", "林建国"),
                ("id_number", id.as_str()),
                ("relation", relation),
                ("reason", "parents_lost_capacity"),
                ("phone", "13700000001"),
                ("household_county", "370702"),
                ("willing_and_capable", "yes"),
            ])
        };
        let name = |relation: &str| save_answers::SaveAnswers {
            number: number.clone(),
            section: Section::CoBorrower,
            fields: co(relation, date(1970, 1, 1)),
        };
        world.done(&student.actor, name("close_relative")).await;
        world.refused(&student.actor, submission(&number), "guardian_wanted").await;
        world.done(&student.actor, name("father")).await;
        world.submit(&student, &number).await;
        let face = || match_face::MatchFace { number: number.clone(), matched: true, token: "face-1".into() };
        world.refused(&student.actor, face(), "guardian_must_sign").await;
        world.move_to(date(2027, 6, 1)).await;
        world.done(&student.actor, face()).await;
    }
}

#[tokio::test]
async fn the_county_sees_how_long_its_borrowers_stayed_away() {
    for world in worlds(date(2026, 8, 3)).await {
        world.bank_staff().await;
        let student = world.student(531).await;
        world.paid_out(&student).await;
        let (clerk, door) = (world.clerk(WEICHENG), crate::accounts::entrance::Door::Student);
        let ages = world.office.login_ages(&clerk).await.unwrap();
        let never = (ages.borrowers, ages.never, ages.away.len(), ages.away[0].last_on);
        assert_eq!(never, (1, 1, 1, None), "paid out, and never logged in");
        let check = async |day, within: [usize; 4], longer, away| {
            world.move_to(day).await;
            let ages = world.office.login_ages(&clerk).await.unwrap();
            assert_eq!((ages.within, ages.longer, ages.away.len()), (within, longer, away), "on {day}");
        };
        world.office.enter_as_person(student.person, door).await.unwrap();
        check(date(2026, 9, 2), [1, 0, 0, 0], 0, 0).await;
        check(date(2026, 9, 3), [0, 1, 0, 0], 0, 0).await;
        check(date(2027, 1, 30), [0, 0, 1, 0], 0, 0).await;
        check(date(2027, 1, 31), [0, 0, 0, 1], 0, 1).await;
        check(date(2027, 8, 4), [0, 0, 0, 0], 1, 1).await;
        let home = world.office.home(&student.actor).await.unwrap();
        assert_eq!(home.last_login_on, Some(date(2026, 8, 3)));
        world.office.enter_as_person(student.person, door).await.unwrap();
        world.office.enter_as_person(student.person, door).await.unwrap();
        let home = world.office.home(&student.actor).await.unwrap();
        assert_eq!(home.last_login_on, Some(date(2026, 8, 3)), "the login before today's");
        check(date(2027, 8, 5), [1, 0, 0, 0], 0, 0).await;
        assert!(matches!(world.office.login_ages(&student.actor).await, Err(No::Forbidden)));
        let foreign = world.office.login_ages(&world.clerk(XIUFENG)).await.unwrap();
        assert_eq!(foreign.borrowers, 0, "another county has its own borrowers");
    }
    proof::proves!["R1.8"];
}

#[tokio::test]
async fn the_report_counts_how_often_a_family_came_for_one_application() {
    for world in worlds(date(2026, 8, 3)).await {
        let clerk = world.clerk(WEICHENG);
        let (once, twice, waiting) = (world.student(541).await, world.student(542).await, world.student(543).await);
        world.signed(&once, "370702").await;
        world.at_counter(&waiting, "370702").await;
        let number = world.at_counter(&twice, "370702").await;
        let back = return_application::ReturnApplication {
            number: number.clone(),
            reason: "form_not_signed".to_owned(),
            note: "申请表没有签名".to_owned(),
            defects: Vec::new(),
        };
        world.done(&clerk, back).await;
        world.submit(&twice, &number).await;
        let tomorrow = date(2026, 8, 4);
        world.move_to(tomorrow).await;
        world.done(&clerk, arrival(&number, true, true)).await;
        world.tick_all(&clerk, &number).await;
        if world.office.case_view(&clerk, &number).await.unwrap().certification_needed {
            let certify = certify::Certify { number: number.clone(), basis: "村委会证明".to_owned() };
            world.done(&clerk, certify).await;
        }
        world.done(&clerk, accept::Accept { number: number.clone() }).await;
        world.contract(&clerk, &number).await;
        let check = async |from, applications, visits, one_visit, mean, percent| {
            let trips = world.office.hall_report(&clerk, from, tomorrow).await.unwrap().first_loans;
            assert_eq!((trips.applications, trips.visits, trips.one_visit), (applications, visits, one_visit));
            assert_eq!((trips.mean_tenths(), trips.one_visit_percent()), (mean, percent));
        };
        check(date(2026, 8, 3), 2, 3, 1, Some(15), Some(50)).await;
        check(tomorrow, 1, 2, 0, Some(20), Some(0)).await;
        let empty = world.office.hall_report(&clerk, date(2026, 8, 1), date(2026, 8, 2)).await.unwrap().first_loans;
        assert_eq!((empty.applications, empty.mean_tenths()), (0, None));
        assert!(world.office.hall_report_sheet(&clerk, tomorrow, tomorrow).await.unwrap().starts_with(b"PK"));
    }
    proof::proves!["R6.10"; page "/county/hall/report"];
}
