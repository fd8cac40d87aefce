//! The rights of a person on both databases.

use chrono::TimeDelta;
use loan::calendar::date;
use serde_json::json;

use super::ask::{Answer, Ask, Asked};
use super::consent::{AfterWithdrawal, GiveConsent, WithdrawConsent};
use super::erase::{EraseMe, Erased};
use super::looks::Looked;
use super::reveal::RevealId;
use crate::accounts::entrance::{Door, LogIn};
use crate::application::fact::Party;
use crate::no::No;
use crate::origination::accept::Accept;
use crate::origination::return_application::ReturnApplication;
use crate::origination::withdraw::Withdraw;
use crate::testing::{PASSWORD, Someone, WEICHENG, World, XIUFENG, arrival, code_of, staff, worlds};
use crate::who::{Actor, Role};

/// A day of the season.
fn season() -> chrono::NaiveDate {
    date(2026, 8, 3)
}

/// A session of the student by the own password.
async fn session(world: &World, student: &Someone) -> String {
    let typed = LogIn {
        login: student.id_number.clone(),
        password: PASSWORD.to_owned(),
        door: Door::Student,
        agent: "test".to_owned(),
    };
    world.office.log_in(typed).await.expect("the password is right").token
}

#[tokio::test]
async fn whoever_opened_a_file_is_told_to_the_person() {
    for world in worlds(season()).await {
        let student = world.student(1).await;
        let number = world.submitted(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        for _ in 0..3 {
            world.office.note_look(&clerk, &number, Looked::Case).await.unwrap();
        }
        world.office.note_look(&student.actor, &number, Looked::Case).await.unwrap();
        let key = world.key();
        let shown =
            world.office.reveal_id(&clerk, "no session", &key, &number, Party::Borrower, "核对户口簿").await.unwrap();
        assert_eq!(shown, student.id_number);
        let looks = world.office.my_looks(&student.actor).await.unwrap();
        let told: Vec<_> = looks.iter().map(|look| (look.what, look.times, look.reason.as_str())).collect();
        assert_eq!(told.len(), 2, "{told:?} on {:?}", world.engine());
        assert!(told.contains(&(Looked::IdNumber, 1, "核对户口簿")) && told.contains(&(Looked::Case, 1, "")));
        assert_eq!(looks[0].office, "潍城区学生资助管理中心");
        let stranger = world.student(2).await;
        assert_eq!(world.office.my_looks(&stranger.actor).await.unwrap(), []);
        assert!(matches!(world.office.my_looks(&clerk).await, Err(No::Forbidden)));
    }
}

#[tokio::test]
async fn h045_thirty_whole_numbers_ask_for_the_password_and_a_hundred_close_the_hour() {
    for world in worlds(season()).await {
        let student = world.student(3).await;
        let number = world.submitted(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let look = |proved: bool, reason: &str| RevealId {
            number: number.clone(),
            of: Party::Borrower,
            reason: reason.to_owned(),
            proved,
        };
        world.refused(&clerk, look(false, " "), "reason_missing").await;
        world.refused(&world.clerk(XIUFENG), look(false, "看"), "not_found").await;
        world.refused(&staff(9, WEICHENG, &[Role::Volunteer]), look(false, "看"), "forbidden").await;
        for _ in 0..30 {
            world.done(&clerk, look(false, "核对")).await;
        }
        world.refused(&clerk, look(false, "核对"), "prove_again").await;
        for _ in 30..100 {
            world.done(&clerk, look(true, "核对")).await;
        }
        let security = world.in_role(Role::SecurityAdmin);
        assert_eq!(world.office.security_alerts(&security).await.unwrap(), []);
        world.refused(&clerk, look(true, "核对"), "too_many_ids_seen").await;
        world.refused(&clerk, look(true, "核对"), "too_many_ids_seen").await;
        let alerts = world.office.security_alerts(&security).await.unwrap();
        assert_eq!(alerts.len(), 1, "one alert an hour on {:?}", world.engine());
        assert_eq!(alerts[0].actor, clerk.name());
        assert!(matches!(world.office.security_alerts(&clerk).await, Err(No::Forbidden)));
        // Another human is not stopped, and the next hour is a new one.
        world.done(&world.reviewer(WEICHENG), look(false, "核对")).await;
        world.clock.forward(TimeDelta::hours(1));
        world.done(&clerk, look(false, "核对")).await;
    }
}

#[tokio::test]
async fn h119_a_copy_is_taken_once_by_its_owner_within_a_day() {
    for world in worlds(season()).await {
        let student = world.student(4).await;
        let number = world.submitted(&student, "370702").await;
        world.office.note_look(&world.clerk(WEICHENG), &number, Looked::Case).await.unwrap();
        let token = session(&world, &student).await;
        let (me, office) = (&student.actor, &world.office);
        let code = |no: No<super::copy::CopyRefusal>| code_of(&no);
        assert_eq!(code(office.ask_for_copy(me, &token).await.unwrap_err()), "prove_again");
        let wrong = office.prove_again(&token, "not it").await.unwrap_err();
        assert_eq!(code_of(&wrong), "wrong_password");
        office.prove_again(&token, PASSWORD).await.unwrap();
        let link = office.ask_for_copy(me, &token).await.unwrap();
        // Forwarded: another person with an own proof does not open it, nor does staff.
        let stranger = world.student(5).await;
        let theirs = session(&world, &stranger).await;
        office.prove_again(&theirs, PASSWORD).await.unwrap();
        let taken = async |actor: &Actor, session: &str, link: &str| office.fetch_copy(actor, session, link).await;
        assert_eq!(code(taken(&stranger.actor, &theirs, &link.token).await.unwrap_err()), "copy_link_unknown");
        assert!(matches!(taken(&world.clerk(WEICHENG), &theirs, &link.token).await, Err(No::Forbidden)));
        let copy = taken(me, &token, &link.token).await.unwrap();
        assert_eq!(copy["person"]["id_number"], json!(student.id_number));
        assert_eq!(copy["applications"][0]["number"], json!(number));
        assert_eq!(
            copy["applications"][0]["answers"]["co_borrower"],
            json!({ "name": "林建国", "relation": "father" })
        );
        assert_eq!(copy["who_looked"].as_array().unwrap().len(), 1);
        assert_eq!(code(taken(me, &token, &link.token).await.unwrap_err()), "copy_link_used");

        // The proof is ten minutes old, then the link a day.
        let link = office.ask_for_copy(me, &token).await.unwrap();
        world.clock.forward(TimeDelta::minutes(10));
        assert_eq!(code(taken(me, &token, &link.token).await.unwrap_err()), "prove_again");
        world.clock.forward(TimeDelta::hours(24));
        let token = session(&world, &student).await;
        office.prove_again(&token, PASSWORD).await.unwrap();
        assert_eq!(code(taken(me, &token, &link.token).await.unwrap_err()), "copy_link_expired");
        for _ in 0..3 {
            office.ask_for_copy(me, &token).await.unwrap();
        }
        assert_eq!(code(office.ask_for_copy(me, &token).await.unwrap_err()), "too_many_copies");
    }
}

#[tokio::test]
async fn five_wrong_proofs_end_the_session() {
    let world = crate::testing::world(season()).await;
    let student = world.student(6).await;
    let token = session(&world, &student).await;
    for _ in 0..4 {
        assert_eq!(code_of(&world.office.prove_again(&token, "no").await.unwrap_err()), "wrong_password");
    }
    assert_eq!(code_of(&world.office.prove_again(&token, "no").await.unwrap_err()), "too_many_proofs");
    assert_eq!(code_of(&world.office.prove_again(&token, PASSWORD).await.unwrap_err()), "not_logged_in");
    // A demonstration's one-click session has no password to ask for.
    let opened = world.office.enter_as_person(student.person, Door::Student).await.unwrap();
    world.office.prove_again(&opened.token, "").await.unwrap();
    assert!(world.office.has_proved(&opened.token).await.unwrap());
}

#[tokio::test]
async fn h118_what_a_loan_needs_stays_what_nothing_needs_is_lost() {
    for world in worlds(season()).await {
        let erase = |understood: bool, proved: bool| EraseMe { understood, proved };
        // A loan that runs.
        let borrower = world.student(7).await;
        world.signed(&borrower, "370702").await;
        world.refused(&borrower.actor, erase(true, false), "prove_again").await;
        world.refused(&borrower.actor, erase(false, true), "erase_not_understood").await;
        world.refused(&borrower.actor, erase(true, true), "application_under_way").await;
        let parent = Actor::co_borrower(co_of(&world, &borrower).await);
        world.refused(&parent, erase(true, true), "application_under_way").await;

        // An application taken back: two years only kept, then deleted.
        let other = world.student(8).await;
        let number = world.submitted(&other, "370702").await;
        world.done(&other.actor, Withdraw { number }).await;
        let kept = world.done(&other.actor, erase(true, true)).await;
        let until = match kept {
            Erased::Restricted { until } => until,
            outcome => panic!("{outcome:?}"),
        };
        assert_eq!(until, date(2028, 8, 3));
        world.move_to(until - TimeDelta::days(1)).await;
        assert!(matches!(world.done(&other.actor, erase(true, true)).await, Erased::Restricted { .. }));
        // The day before the calendar leaves it alone, on the day it keeps the word of then, and only once.
        assert_eq!(world.office.delete_kept(until - TimeDelta::days(1)).await.unwrap(), 0);
        world.move_to(until).await;
        assert_eq!(world.office.delete_kept(until).await.unwrap(), 1);
        assert_eq!(world.office.delete_kept(until).await.unwrap(), 0);

        // Nothing was ever submitted: gone at once, from every search and every cell.
        let nobody = world.student(9).await;
        world.draft(&nobody, "370702").await;
        assert_eq!(world.done(&nobody.actor, erase(true, true)).await, Erased::Deleted);
        for person in [other.person, nobody.person] {
            let left: Result<_, store::Failure> = world
                .office
                .store
                .read("left", |tx| {
                    Box::pin(async move {
                        let row = store::person::by_number(tx, person).await?.expect("the row stays without content");
                        let readable = store::person::id_number(tx, person).await.is_ok();
                        let names = store::application::list_of_person_anywhere(tx, person).await?;
                        Ok((row.name, readable, names.iter().all(|row| row.student_name.is_empty())))
                    })
                })
                .await;
            assert_eq!(left.unwrap(), (String::new(), false, true), "on {:?}", world.engine());
        }
        let clerk = world.clerk(WEICHENG);
        assert_eq!(world.office.county_search(&clerk, &other.id_number[14..]).await.unwrap(), []);
        assert_eq!(world.office.county_search(&clerk, &other.phone).await.unwrap(), []);
    }
}

async fn co_of(world: &World, student: &Someone) -> i64 {
    let person = student.person;
    let rows: Result<Vec<_>, store::Failure> = world
        .office
        .store
        .read("co", |tx| Box::pin(async move { store::application::list_of_person_anywhere(tx, person).await }))
        .await;
    rows.unwrap()[0].co_person.expect("a co-borrower")
}

#[tokio::test]
async fn h118_a_consent_taken_back_stops_what_nobody_signed_and_nothing_else() {
    for world in worlds(season()).await {
        let student = world.student(10).await;
        let number = world.at_counter(&student, "370702").await;
        let clerk = world.clerk(WEICHENG);
        let back = |purpose: &str| WithdrawConsent { purpose: purpose.to_owned() };
        world.refused(&student.actor, back("newsletter"), "purpose_unknown").await;
        let after = world.done(&student.actor, back("credit_bureau")).await;
        assert_eq!(after, AfterWithdrawal { open_loans: 0, resting: vec![number.clone()] });
        world.refused(&student.actor, back("credit_bureau"), "consent_not_given").await;
        world.refused(&clerk, Accept { number: number.clone() }, "consent_withdrawn").await;
        world.clock.forward(TimeDelta::minutes(1));
        world.done(&student.actor, GiveConsent { purpose: "credit_bureau".to_owned() }).await;
        let again = GiveConsent { purpose: "credit_bureau".to_owned() };
        world.refused(&student.actor, again, "consent_already_given").await;
        world.done(&clerk, Accept { number: number.clone() }).await;
        world.contract(&clerk, &number).await;
        // Signed: the contract is carried out on its own ground.
        let after = world.done(&student.actor, back("credit_bureau")).await;
        assert_eq!(after, AfterWithdrawal { open_loans: 1, resting: Vec::new() });
        let key = world.key();
        world.office.issue_certificate(&clerk, &key, &number).await.unwrap();
        assert_eq!(world.office.my_consents(&student.actor).await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn an_appeal_is_answered_in_time_by_somebody_else() {
    for world in worlds(season()).await {
        let student = world.student(11).await;
        let number = world.submitted(&student, "370702").await;
        let (clerk, manager) = (world.clerk(WEICHENG), staff(777, WEICHENG, &[Role::HallManager]));
        world.done(&clerk, arrival(&number, true, true)).await;
        let (reason, note) = ("co_borrower_unfit".to_owned(), "年龄不合".to_owned());
        world.done(&clerk, ReturnApplication { number: number.clone(), reason, note, defects: Vec::new() }).await;
        let ask = |asked: Asked, text: &str| Ask {
            asked,
            number: number.clone(),
            county: String::new(),
            text: text.to_owned(),
        };
        world.refused(&student.actor, ask(Asked::Appeal, " "), "text_missing").await;
        world.refused(&student.actor, ask(Asked::Appeal, &"长".repeat(2001)), "text_too_long").await;
        let nowhere = Ask { number: String::new(), county: "990000".into(), ..ask(Asked::Complaint, "慢") };
        world.refused(&student.actor, nowhere, "county_not_served").await;
        let undecided = Ask { number: String::new(), county: "370702".into(), ..ask(Asked::Appeal, "不对") };
        world.refused(&student.actor, undecided, "nothing_decided").await;
        let stranger = world.student(12).await;
        world.refused(&stranger.actor, ask(Asked::Appeal, "别人的"), "not_found").await;
        let appeal = world.done(&student.actor, ask(Asked::Appeal, "父亲今年 58 岁，没有超过")).await;
        let complaint = world.done(&student.actor, ask(Asked::Complaint, "排队三小时")).await;

        let waiting = world.office.requests_to_answer(&manager).await.unwrap();
        let order: Vec<(&str, i64)> = waiting.iter().map(|one| (one.number.as_str(), one.days_left)).collect();
        assert_eq!(order, [(complaint.as_str(), 15), (appeal.as_str(), 30)], "the most urgent first");
        assert_eq!(waiting[1].text, "父亲今年 58 岁，没有超过");
        assert_eq!(world.office.requests_to_answer(&staff(1, XIUFENG, &[Role::HallManager])).await.unwrap(), []);
        let province = world.in_role(Role::Province);
        assert_eq!(world.office.requests_to_answer(&province).await.unwrap(), [], "nothing is late");
        world.move_to(date(2026, 8, 19)).await;
        let late = world.office.requests_to_answer(&province).await.unwrap();
        assert_eq!(late.iter().map(|one| one.days_left).collect::<Vec<_>>(), [-1], "the complaint is a day late");

        let answer =
            |number: &str, text: &str| Answer { number: number.to_owned(), upheld: true, text: text.to_owned() };
        world.refused(&clerk, answer(&appeal, "维持"), "decided_by_same").await;
        world.refused(&manager, answer(&appeal, ""), "text_missing").await;
        world.refused(&staff(1, XIUFENG, &[Role::HallManager]), answer(&appeal, "看"), "not_found").await;
        world.done(&manager, answer(&appeal, "核对无误，请重新提交")).await;
        world.refused(&manager, answer(&appeal, "再说一次"), "already_answered").await;
        let mine = world.office.my_requests(&student.actor).await.unwrap();
        let told = mine.iter().find(|one| one.number == appeal).unwrap().answer.clone().unwrap();
        assert_eq!(told, (date(2026, 8, 19), true, "核对无误，请重新提交".to_owned()));
        assert!(mine.iter().any(|one| one.number == complaint && one.answer.is_none()));
    }
    proof::proves!["R27.3"; page "/student/ask"];
}
