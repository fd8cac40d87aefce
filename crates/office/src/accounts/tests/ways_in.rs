//! Ways in without the password: a code to the phone, a slip, a link; and who is told of it.

use chrono::TimeDelta;
use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};

use super::log_in;
use crate::accounts::entrance::{Door, Opened};
use crate::accounts::invitation::InviteCoBorrower;
use crate::accounts::phone::{self, ChangePhone};
use crate::accounts::sessions::Ending;
use crate::accounts::slip::{BySlip, IssueSlip, SendHotlineCode, Wanted};
use crate::accounts::text_code::{AskCode, LogInByCode};
use crate::no::No;
use crate::testing::{COLLEGE, PASSWORD, Someone, UNIVERSITY, WEICHENG, World, XIUFENG, code_of, staff, world, worlds};
use crate::who::{Actor, Role, Who};

/// Texts that reached a phone, oldest first.
async fn texts(world: &World, phone: &str) -> Vec<String> {
    world.sandbox.messages(phone).await.unwrap().into_iter().map(|sent| sent.text).collect()
}

/// The digits or code after a word of a message.
fn code_after(text: &str, word: &str) -> String {
    let rest = &text[text.find(word).unwrap() + word.len()..];
    rest.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn asks(login: &str, door: Door, request: &str) -> AskCode {
    AskCode { login: login.to_owned(), door, request: request.to_owned(), caller: None }
}

/// Asks for a code and reads it from the phone; none when nothing came.
async fn code_for(world: &World, someone: &Someone, request: &str) -> Option<String> {
    let before = texts(world, &someone.phone).await.len();
    let on_its_way = world.office.ask_code(&asks(&someone.phone, Door::Student, request)).await.unwrap();
    world.office.hand_over(on_its_way).await;
    let texts = texts(world, &someone.phone).await;
    (texts.len() > before).then(|| code_after(texts.last().unwrap(), "验证码 "))
}

async fn by_code(world: &World, login: &str, request: &str, code: &str) -> Result<Opened, &'static str> {
    let typed = LogInByCode {
        login: login.to_owned(),
        door: Door::Student,
        request: request.to_owned(),
        code: code.to_owned(),
        agent: "test".to_owned(),
    };
    world.office.log_in_by_code(&typed).await.map_err(|no| code_of(&no))
}

#[tokio::test]
async fn h020_a_text_code_is_for_one_browser_once_for_five_minutes_and_three_tries() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(120).await;
        let code = code_for(&world, &student, "browser-a").await.unwrap();
        assert_eq!(code.len(), 6);
        assert_eq!(
            by_code(&world, &student.phone, "browser-b", &code).await.err(),
            Some("code_wrong"),
            "another browser"
        );
        let opened = by_code(&world, &student.id_number, "browser-a", &code).await.unwrap();
        assert_eq!(world.office.session(&opened.token).await.unwrap().unwrap().actor, student.actor);
        assert_eq!(by_code(&world, &student.phone, "browser-a", &code).await.err(), Some("code_wrong"), "once");

        world.clock.forward(TimeDelta::seconds(60));
        let code = code_for(&world, &student, "browser-a").await.unwrap();
        world.clock.forward(TimeDelta::minutes(5));
        assert_eq!(by_code(&world, &student.phone, "browser-a", &code).await.err(), Some("code_wrong"), "too late");

        let code = code_for(&world, &student, "browser-a").await.unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..3 {
            assert_eq!(by_code(&world, &student.phone, "browser-a", wrong).await.err(), Some("code_wrong"));
        }
        assert_eq!(by_code(&world, &student.phone, "browser-a", &code).await.err(), Some("code_wrong"), "dead");
        assert_eq!(
            by_code(&world, "13999999999", "browser-a", &code).await.err(),
            Some("code_wrong"),
            "nobody's phone"
        );
    }
}

#[tokio::test]
async fn h019_a_slowed_down_owner_still_comes_in_by_a_text_code() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(121).await;
    for _ in 0..20 {
        let _ = world.office.log_in(log_in(&student.id_number, "not-the-password", Door::Student)).await;
    }
    let no = world.office.log_in(log_in(&student.id_number, PASSWORD, Door::Student)).await.err().unwrap();
    assert_eq!(code_of(&no), "wait");
    let code = code_for(&world, &student, "browser-a").await.unwrap();
    assert!(by_code(&world, &student.phone, "browser-a", &code).await.is_ok());
}

#[tokio::test]
async fn h019_a_place_that_tries_many_accounts_waits_as_a_whole() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(122).await;
    let from = async |login: &str, password: &str, place: &str| {
        let typed = log_in(login, password, Door::Student);
        world.office.log_in_from(typed, Some(place)).await.err().map(|no| code_of(&no))
    };
    for one in 0..100 {
        let login = format!("139999{one:05}");
        assert_eq!(from(&login, "one-password-for-all", "192.0.2.1").await, Some("wrong_name_or_password"));
    }
    assert_eq!(from(&student.phone, PASSWORD, "192.0.2.1").await, Some("wait"));
    assert_eq!(from(&student.phone, PASSWORD, "192.0.2.2").await, None, "the owner elsewhere is not touched");
    world.clock.forward(TimeDelta::hours(1));
    assert_eq!(from(&student.phone, PASSWORD, "192.0.2.1").await, None, "the next hour");
}

#[tokio::test]
async fn h021_a_phone_gets_five_codes_a_day_a_minute_apart_and_a_place_thirty_an_hour() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(123).await;
        for sent in 0..5 {
            assert!(code_for(&world, &student, "a").await.is_some(), "code {sent}");
            assert!(code_for(&world, &student, "b").await.is_none(), "at once again");
            world.clock.forward(TimeDelta::seconds(59));
            assert!(code_for(&world, &student, "a").await.is_none(), "59 seconds later");
            world.clock.forward(TimeDelta::seconds(1));
        }
        assert!(code_for(&world, &student, "a").await.is_none(), "the sixth of the day");
        world.clock.forward(TimeDelta::hours(24));
        assert!(code_for(&world, &student, "a").await.is_some(), "the next day");

        let others = [world.student(124).await, world.student(125).await];
        let from = |login: &str| AskCode { caller: Some("192.0.2.7".to_owned()), ..asks(login, Door::Student, "a") };
        for unknown in 0..29 {
            let on_its_way = world.office.ask_code(&from(&format!("1388888{unknown:04}"))).await.unwrap();
            assert!(on_its_way.0.is_none(), "nobody has this phone");
        }
        assert!(world.office.ask_code(&from(&others[0].phone)).await.unwrap().0.is_some(), "the thirtieth");
        assert!(world.office.ask_code(&from(&others[1].phone)).await.unwrap().0.is_none(), "the thirty-first");
    }
}

#[tokio::test]
async fn a_family_phone_needs_the_id_number() {
    let world = world(date(2026, 8, 3)).await;
    let (one, other) = (world.student(126).await, world.student(127).await);
    let clerk = world.clerk(XIUFENG);
    let shared = ChangePhone {
        id_number: other.id_number.clone(),
        name: "林小满".to_owned(),
        phone: one.phone.clone(),
        proof: "身份证".to_owned(),
    };
    world.done(&clerk, shared).await;
    let by = async |login: &str| world.office.ask_code(&asks(login, Door::Student, "a")).await.unwrap().0.is_some();
    assert!(!by(&one.phone).await, "two people are meant");
    assert!(by(&one.id_number).await);
}

fn slip_for(student: &Someone, name: &str) -> IssueSlip {
    let proof = "本人持身份证原件到场".to_owned();
    IssueSlip { id_number: student.id_number.clone(), name: name.to_owned(), proof }
}

fn brings(student: &Someone, slip: &str, request: &str) -> BySlip {
    let (slip, request) = (slip.to_owned(), request.to_owned());
    BySlip { id_number: student.id_number.clone(), slip, request, caller: None }
}

#[tokio::test]
async fn h029_a_slip_from_the_counter_needs_the_phone_and_the_clerk_gains_nothing() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(130).await;
        let clerk = world.clerk(XIUFENG);
        world.refused(&world.school(UNIVERSITY), slip_for(&student, "林小满"), "forbidden").await;
        world.refused(&clerk, slip_for(&student, "林大满"), "account_unknown").await;
        let nothing_seen = IssueSlip { proof: " ".to_owned(), ..slip_for(&student, "林小满") };
        world.refused(&clerk, nothing_seen, "proof_missing").await;
        let before = world.office.log_in(log_in(&student.id_number, PASSWORD, Door::Student)).await.unwrap();
        let slip = world.done(&clerk, slip_for(&student, "林小满")).await;
        world.office.send_messages(10).await.unwrap();
        assert!(texts(&world, &student.phone).await.last().unwrap().contains("一次性登录条"), "the person is told");

        let by = brings(&student, &slip.code, "browser-a");
        let public = Actor::PUBLIC;
        let no = world.office.try_slip(&clerk, &by).await.err().unwrap();
        assert_eq!(code_of(&no), "slip_not_for_staff");
        // Logged out, the clerk still lacks the code on the phone.
        let set = async |by: &BySlip, code: &str, new: &str| {
            world.office.set_password_by_slip(&public, by, code, new).await.err().map(|no| code_of(&no))
        };
        assert_eq!(set(&by, "", "mango-kite-7-blue").await, Some("code_wrong"));
        let (wanted, on_its_way) = world.office.try_slip(&public, &by).await.unwrap();
        assert_eq!(wanted, Wanted::TextCode);
        world.office.hand_over(on_its_way).await;
        let code = code_after(texts(&world, &student.phone).await.last().unwrap(), "验证码 ");
        assert_eq!(set(&by, &code, "short").await, Some("password_too_short"), "and the code is still good");
        let elsewhere = brings(&student, &slip.code, "browser-b");
        assert_eq!(set(&elsewhere, &code, "mango-kite-7-blue").await, Some("code_wrong"));
        assert_eq!(set(&by, &code, "mango-kite-7-blue").await, None);
        assert_eq!(set(&by, &code, "mango-kite-8-blue").await, Some("slip_wrong"), "once");
        assert_eq!(world.office.session(&before.token).await.unwrap(), None, "every session ends");
        world.office.send_messages(10).await.unwrap();
        assert!(
            texts(&world, &student.phone).await.last().unwrap().contains("刚刚重新设置"),
            "the person is told again"
        );
        assert!(world.office.log_in(log_in(&student.id_number, PASSWORD, Door::Student)).await.is_err());
        assert!(world.office.log_in(log_in(&student.id_number, "mango-kite-7-blue", Door::Student)).await.is_ok());

        // R1.4: the audit names operator, channel and what was seen.
        let records = audit_of(&world, "issue_slip").await;
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].actor, clerk.name());
        assert!(records[0].detail.contains("counter") && records[0].detail.contains("身份证原件"), "{:?}", records[0]);
        assert!(!records[0].detail.contains(&slip.code));
        assert!(audit_of(&world, "reset_password").await[0].detail.contains(&clerk.name()));
    }
    proof::proves!["R1.4", "R9.15"; page "/county/accounts"];
}

async fn audit_of(world: &World, act: &str) -> Vec<store::audit::Record> {
    let all: Result<Vec<store::audit::Record>, store::Failure> = world
        .office
        .store
        .read("audit", |tx| Box::pin(async move { store::audit::records_of_book(tx, 0, None, 1_000).await }))
        .await;
    all.unwrap().into_iter().filter(|record| record.act == act).collect()
}

#[tokio::test]
async fn a_slip_lives_half_an_hour_and_five_tries_and_a_newer_one_ends_it() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(131).await;
    let clerk = world.clerk(XIUFENG);
    let looks = async |slip: &str| {
        let by = brings(&student, slip, "a");
        world.office.try_slip(&Actor::PUBLIC, &by).await.err().map(|no| code_of(&no))
    };
    let first = world.done(&clerk, slip_for(&student, "林小满")).await;
    let second = world.done(&clerk, slip_for(&student, "林小满")).await;
    assert_eq!(looks(&first.code).await, Some("slip_wrong"));
    assert_eq!(looks(&second.code.to_lowercase()).await, None);
    world.clock.forward(TimeDelta::minutes(29));
    assert_eq!(looks(&second.code).await, None);
    world.clock.forward(TimeDelta::minutes(1));
    assert_eq!(looks(&second.code).await, Some("slip_wrong"), "half an hour");
    let third = world.done(&clerk, slip_for(&student, "林小满")).await;
    for _ in 0..5 {
        assert_eq!(looks("AAAAAAAAAA").await, Some("slip_wrong"));
    }
    assert_eq!(looks(&third.code).await, Some("slip_wrong"), "tried too often");
}

#[tokio::test]
async fn h033_another_county_gives_no_slip_and_changes_no_phone() {
    for world in worlds(date(2016, 8, 3)).await {
        let student = world.student(132).await;
        world.submitted(&student, "450302").await;
        let (here, there) = (world.clerk(XIUFENG), world.clerk(WEICHENG));
        world.refused(&there, slip_for(&student, "林小满"), "account_unknown").await;
        let change = |phone: &str| ChangePhone {
            id_number: student.id_number.clone(),
            name: "林小满".to_owned(),
            phone: phone.to_owned(),
            proof: "身份证".to_owned(),
        };
        world.refused(&there, change("13700000001"), "account_unknown").await;
        world.refused(&world.school(COLLEGE), change("13700000001"), "account_unknown").await;
        world.refused(&here, change("0773-555"), "not_a_phone").await;
        world.refused(&here, change(&student.phone), "nothing_to_change").await;
        world.done(&world.school(UNIVERSITY), change("13700000001")).await;
        world.done(&here, change("13700000002")).await;
        world.done(&here, slip_for(&student, "林小满")).await;
    }
}

#[tokio::test]
async fn the_hotline_sends_its_code_to_the_phone_alone() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(133).await;
        let agent = world.in_role(Role::HotlineAgent);
        let asked = |name: &str| SendHotlineCode {
            id_number: student.id_number.clone(),
            name: name.to_owned(),
            proof: "核对姓名、身份证号、就读学校".to_owned(),
        };
        world.refused(&world.clerk(XIUFENG), asked("林小满"), "forbidden").await;
        world.refused(&agent, asked("林大满"), "account_unknown").await;
        let sent = world.done(&agent, asked("林小满")).await;
        assert_eq!(world.office.send_message(sent.person, &sent.message).await.unwrap(), 1);
        let code = code_after(texts(&world, &student.phone).await.last().unwrap(), "一次性登录码 ");
        let by = brings(&student, &code, "a");
        let (wanted, on_its_way) = world.office.try_slip(&Actor::PUBLIC, &by).await.unwrap();
        assert!(wanted == Wanted::Password && on_its_way.0.is_none());
        world.office.set_password_by_slip(&Actor::PUBLIC, &by, "", "mango-kite-7-blue").await.unwrap();
        assert!(world.office.log_in(log_in(&student.phone, "mango-kite-7-blue", Door::Student)).await.is_ok());
        let records = audit_of(&world, "send_hotline_code").await;
        assert!(records[0].detail.contains("hotline") && records[0].actor == agent.name());
    }
    proof::proves!["R1.4"];
}

#[tokio::test]
async fn a_lost_phone_is_changed_at_a_desk_the_old_number_is_told_and_money_waits() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(134).await;
        let clerk = world.clerk(XIUFENG);
        let opened = world.office.log_in(log_in(&student.id_number, PASSWORD, Door::Student)).await.unwrap();
        let change = ChangePhone {
            id_number: student.id_number.clone(),
            name: "林小满".to_owned(),
            phone: "137 0000 0003".to_owned(),
            proof: "本人持身份证原件到场".to_owned(),
        };
        let changed = world.done(&clerk, change).await;
        assert!(changed.old_told);
        assert_eq!(changed.money_from, world.office.clock.now() + phone::MONEY_HOLD);
        assert_eq!(world.office.session(&opened.token).await.unwrap(), None, "every session ends");
        assert_eq!(world.office.tell_old_phones(10).await.unwrap(), 1);
        assert_eq!(world.office.tell_old_phones(10).await.unwrap(), 0, "told once");
        assert!(texts(&world, &student.phone).await.last().unwrap().contains("已从这个号码改为别的号码"));
        world.office.send_messages(10).await.unwrap();
        assert!(texts(&world, "13700000003").await.last().unwrap().contains("三天内"));
        let held = async || {
            let (at, person) = (world.office.clock.now(), student.person);
            let held: Result<_, store::Failure> = world
                .office
                .store
                .read("held", |tx| Box::pin(async move { phone::money_held(tx, person, at).await }))
                .await;
            held.unwrap().is_some()
        };
        assert!(held().await);
        world.clock.forward(phone::MONEY_HOLD - TimeDelta::seconds(1));
        assert!(held().await);
        world.clock.forward(TimeDelta::seconds(1));
        assert!(!held().await, "three days later");
    }
}

#[tokio::test]
async fn a_co_borrower_comes_in_by_link_without_a_password() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(135).await;
        let draft = world.draft(&student, "450302").await;
        world.refused(&student.actor, InviteCoBorrower { number: draft.clone() }, "not_submitted").await;
        world.fill(&student, &draft, "450302", "8000", "2044").await;
        world.submit(&student, &draft).await;
        let stranger = world.student(136).await;
        world.refused(&stranger.actor, InviteCoBorrower { number: draft.clone() }, "not_found").await;
        let invite = || InviteCoBorrower { number: draft.clone() };
        let old = link_of(&world, &student, invite()).await;
        let link = link_of(&world, &student, invite()).await;
        let enter = async |token: &str, tail: &str| {
            world.office.enter_by_invitation(token, tail, "test").await.map_err(|no| code_of(&no))
        };
        let (person, tail) = co_borrower(&world, &draft).await;
        assert_eq!(enter(&old, &tail).await.err(), Some("link_over"), "a newer link took its place");
        assert_eq!(enter("0000", &tail).await.err(), Some("link_over"));
        assert_eq!(enter(&link, "0000").await.err(), Some("tail_wrong"));
        let opened = enter(&link, &tail).await.unwrap();
        let session = world.office.session(&opened.token).await.unwrap().unwrap();
        assert_eq!(session.actor.who, Who::CoBorrower(person));
        assert_eq!(world.office.home(&session.actor).await.unwrap().applications.len(), 1);
        assert!(enter(&link, &tail).await.is_ok(), "the link serves again");
        for _ in 0..5 {
            assert_eq!(enter(&link, "0000").await.err(), Some("tail_wrong"));
        }
        assert_eq!(enter(&link, &tail).await.err(), Some("link_over"), "after five wrong answers");
        let last = link_of(&world, &student, invite()).await;
        world.refused(&student.actor, invite(), "invited_too_often").await;
        world.clock.forward(TimeDelta::days(30));
        assert_eq!(enter(&last, &tail).await.err(), Some("link_over"), "after a month");
    }
}

async fn link_of(world: &World, student: &Someone, act: InviteCoBorrower) -> String {
    let invited = world.done(&student.actor, act).await;
    world.office.send_message(invited.person, &invited.message).await.unwrap();
    code_after(texts(world, "13700000001").await.last().unwrap(), "/co/enter/")
}

/// Person number of the co-borrower of an application, and the last four characters of the ID number.
async fn co_borrower(world: &World, number: &str) -> (i64, String) {
    let number: crate::number::ApplicationNumber = number.parse().unwrap();
    let found: Result<(i64, String), store::Failure> = world
        .office
        .store
        .read("co_borrower", |tx| {
            Box::pin(async move {
                let row = store::application::by_number(tx, number.book, number.key()).await?.unwrap();
                let person = row.co_person.unwrap();
                let id_number = store::person::id_number(tx, person).await?.unwrap();
                Ok((person, id_number[14..].to_owned()))
            })
        })
        .await;
    found.unwrap()
}

#[tokio::test]
async fn everybody_sees_and_ends_the_own_sessions_only() {
    for world in worlds(date(2026, 8, 3)).await {
        let (student, other) = (world.student(137).await, world.student(138).await);
        let enter = async |someone: &Someone| {
            world.office.log_in(log_in(&someone.phone, PASSWORD, Door::Student)).await.unwrap().token
        };
        let (first, second, third) = (enter(&student).await, enter(&student).await, enter(&student).await);
        let foreign = enter(&other).await;
        let seen = world.office.sessions(&first).await.unwrap();
        assert_eq!(seen.len(), 3);
        assert_eq!(seen.iter().filter(|one| one.this).count(), 1);
        let foreign_id = world.office.sessions(&foreign).await.unwrap()[0].id.clone();
        assert_eq!(world.office.end_sessions(&first, &Ending::One(foreign_id)).await.unwrap(), 0);
        assert!(world.office.session(&foreign).await.unwrap().is_some());
        let of_second = world.office.sessions(&second).await.unwrap().into_iter().find(|one| one.this).unwrap().id;
        assert_eq!(world.office.end_sessions(&first, &Ending::One(of_second)).await.unwrap(), 1);
        assert_eq!(world.office.session(&second).await.unwrap(), None);
        assert_eq!(world.office.end_sessions(&first, &Ending::Others).await.unwrap(), 1);
        assert_eq!(world.office.session(&third).await.unwrap(), None);
        assert!(world.office.session(&first).await.unwrap().is_some(), "the one that asked goes on");
        world.clock.forward(TimeDelta::minutes(30));
        assert!(world.office.sessions(&first).await.unwrap().is_empty(), "a silent one is over");
    }
}

#[tokio::test]
async fn below_fourteen_nobody_registers_and_below_eighteen_a_guardian_stands_in() {
    use crate::accounts::register::{RegisterRefusal, Registration};
    use crate::application::answers::Section;
    let world = world(date(2026, 8, 3)).await;
    let register = async |serial, born_on| {
        let id = IdNumber::synthetic(serial, born_on, Sex::Male);
        let typed = Registration {
            name: "陈思远".to_owned(),
            id_number: id.as_str().to_owned(),
            phone: format!("1360000{serial:04}"),
            password: PASSWORD.to_owned(),
        };
        let outcome = world.office.register(&world.key(), typed.clone()).await;
        outcome.map(|done| Someone {
            actor: Actor::student(done.person),
            person: done.person,
            id_number: typed.id_number,
            phone: typed.phone,
        })
    };
    let No::Refused(RegisterRefusal::Mistakes(mistakes)) = register(1, date(2012, 8, 4)).await.unwrap_err() else {
        panic!("a mistake on the form");
    };
    assert_eq!((mistakes[0].field, mistakes[0].code), ("id_number", "under_fourteen"));
    assert!(register(2, date(2012, 8, 3)).await.is_ok(), "fourteen today");

    let uncle = IdNumber::synthetic(401, date(1975, 3, 12), Sex::Male);
    let submits = async |student: &Someone, relation: &str| {
        let number = world.draft(student, "450302").await;
        world.fill(student, &number, "450302", "8000", "2044").await;
        let co = [
            ("relation", relation),
            ("name", "林建国"),
            ("id_number", uncle.as_str()),
            ("phone", "13700000009"),
            ("household_county", "450302"),
            ("reason", "other"),
            ("willing_and_capable", "yes"),
        ];
        world.save(student, &number, Section::CoBorrower, &co).await;
        world.perform(&student.actor, crate::testing::submission(&number)).await.err().map(|no| code_of(&no))
    };
    let minor = register(3, date(2008, 8, 4)).await.unwrap();
    assert_eq!(submits(&minor, "close_relative").await, Some("guardian_wanted"), "seventeen");
    let grown = register(4, date(2008, 8, 3)).await.unwrap();
    assert_ne!(submits(&grown, "close_relative").await, Some("guardian_wanted"), "eighteen today");
    let child = register(5, date(2008, 8, 4)).await.unwrap();
    assert_ne!(submits(&child, "father").await, Some("guardian_wanted"));
}

#[tokio::test]
async fn helpers_without_a_say_see_the_ends_of_numbers_and_get_no_papers() {
    for world in worlds(date(2016, 8, 3)).await {
        let student = world.student(139).await;
        let number = world.at_counter(&student, "450302").await;
        let volunteer = staff(350, XIUFENG, &[Role::Volunteer]);
        let assistant = staff(351, UNIVERSITY, &[Role::LoanAssistant]);
        for helper in [&volunteer, &assistant] {
            let view = world.office.case_view(helper, &number).await.unwrap();
            let id = &view.student.id_masked;
            assert_eq!((id.len(), id.matches('*').count()), (18, 16), "{id}");
            assert_eq!(view.student.phone_masked.matches('*').count(), 5, "{}", view.student.phone_masked);
            let co = view.answers.co_borrower.unwrap();
            assert_eq!(co.id_number.matches('*').count(), 16, "{}", co.id_number);
            let no = world.office.paper_pdf(helper, "2AAAAAAAAAAAA").await.unwrap_err();
            assert_eq!(code_of(&no), "forbidden");
        }
        let clerk = world.office.case_view(&world.clerk(XIUFENG), &number).await.unwrap();
        assert_eq!(clerk.student.id_masked.matches('*').count(), 8);
    }
    // They help with materials and receive families; every act that decides, signs or prints is closed to them.
    let helps = [
        "tick_material",
        "attach_scan",
        "detach_scan",
        "check_in",
        "walk_in",
        "handle_visit",
        "log_call",
        "count_goods",
    ];
    for act in crate::list::acts() {
        for role in Role::ALL.into_iter().filter(|role| role.is_restricted()) {
            let open = act.permission.roles.contains(&role);
            assert!(!open || helps.contains(&act.name), "{} is open to {role:?}", act.name);
        }
    }
    proof::proves!["R1.14"];
}
