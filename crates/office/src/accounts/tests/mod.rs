//! Accounts on both databases: one person one account, logging in, and sessions that end at once.

mod second_factor;
mod ways_in;

use loan::calendar::date;

use super::entrance::{Door, LogIn};
use super::register::{RegisterRefusal, Registration};
use super::staff::{OpenStaff, SetRole};
use crate::no::No;
use crate::testing::{PASSWORD, SYSTEM, World, XIUFENG, code_of, staff, world, worlds};
use crate::who::{Actor, Role, Who};
use crate::{Key, day};

fn log_in(login: &str, password: &str, door: Door) -> LogIn {
    LogIn { login: login.to_owned(), password: password.to_owned(), door, agent: "test".to_owned() }
}

#[tokio::test]
async fn h006_one_id_number_registers_once() {
    for world in worlds(date(2026, 8, 3)).await {
        let id = loan::policy::id_number::IdNumber::synthetic(77, date(2001, 2, 3), loan::policy::id_number::Sex::Male);
        let typed = || Registration {
            name: "阿卜杜拉•买买提".to_owned(),
            id_number: format!(" {} ", id.as_str().to_lowercase()),
            phone: "139 0000 0077".to_owned(),
            password: PASSWORD.to_owned(),
        };
        let tasks = (0..50).map(|task| {
            let (office, typed) = (world.office.clone(), typed());
            tokio::spawn(async move { office.register(&Key::new(&format!("register-{task}")).unwrap(), typed).await })
        });
        let mut registered = 0;
        for task in futures::future::join_all(tasks).await {
            match task.unwrap() {
                Ok(_) => registered += 1,
                Err(no) => assert_eq!(code_of(&no), "already_registered", "{no:?}"),
            }
        }
        assert_eq!(registered, 1);
    }
    proof::proves!["R1.1", "R1.2"];
}

#[tokio::test]
async fn a_registration_names_every_mistake() {
    let world = world(date(2026, 8, 3)).await;
    let check = async |name: &str, id: &str, phone: &str, password: &str, expected: &[(&str, &str)]| {
        let typed = Registration {
            name: name.to_owned(),
            id_number: id.to_owned(),
            phone: phone.to_owned(),
            password: password.to_owned(),
        };
        let no = world.office.register(&world.key(), typed).await.unwrap_err();
        let No::Refused(RegisterRefusal::Mistakes(mistakes)) = no else { panic!("{no:?}") };
        let named: Vec<(&str, &str)> = mistakes.iter().map(|mistake| (mistake.field, mistake.code)).collect();
        assert_eq!(named, expected);
    };
    let all = [("name", "missing"), ("id_number", "missing"), ("phone", "missing"), ("password", "password_too_short")];
    check("", "", "", "", &all).await;
    let h001 = [("id_number", "id_number_last_digit"), ("password", "password_too_common")];
    check("张三", "110105194912310021", "13912345678", "12345678", &h001).await;
    let h003 = [("id_number", "id_number_birth_date")];
    check("张三", "420111202302290012", "13912345678", PASSWORD, &h003).await;
    let old = [("id_number", "id_number_has_fifteen_digits")];
    check("张三", "110105491231002", "13912345678", PASSWORD, &old).await;
}

#[tokio::test]
async fn h025_a_token_is_worth_nothing_after_logout_or_disable() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(78).await;
        let opened = world.office.log_in(log_in(&student.id_number, PASSWORD, Door::Student)).await.unwrap();
        let session = world.office.session(&opened.token).await.unwrap().expect("a living session");
        assert_eq!(session.actor, student.actor);
        assert_eq!(session.csrf, opened.csrf);
        assert_ne!(session.csrf, opened.token);
        let by_phone = world.office.log_in(log_in(&student.phone, PASSWORD, Door::Student)).await.unwrap();
        assert_ne!(by_phone.token, opened.token, "every login has its own token");
        world.office.log_out(&opened.token).await.unwrap();
        assert_eq!(world.office.session(&opened.token).await.unwrap(), None);
        assert!(world.office.session(&by_phone.token).await.unwrap().is_some());
        let person = student.person;
        let disabled: Result<(), store::Failure> = world
            .office
            .store
            .write("disable", |tx| Box::pin(async move { store::account::disable(tx, person, date(2026, 8, 3)).await }))
            .await;
        disabled.unwrap();
        assert_eq!(world.office.session(&by_phone.token).await.unwrap(), None);
        let no = world.office.log_in(log_in(&student.phone, PASSWORD, Door::Student)).await.err().unwrap();
        assert_eq!(code_of(&no), "disabled");
    }
}

#[tokio::test]
async fn a_silent_session_ends_after_half_an_hour() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(79).await;
    let opened = world.office.log_in(log_in(&student.id_number, PASSWORD, Door::Student)).await.unwrap();
    for _ in 0..3 {
        world.clock.forward(chrono::TimeDelta::minutes(29));
        assert!(world.office.session(&opened.token).await.unwrap().is_some(), "it was used in time");
    }
    world.clock.forward(chrono::TimeDelta::minutes(30));
    assert_eq!(world.office.session(&opened.token).await.unwrap(), None);
}

#[tokio::test]
async fn h019_wrong_names_and_wrong_passwords_sound_alike_and_slow_down() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(80).await;
        let try_with = async |login: &str, password: &str| {
            world.office.log_in(log_in(login, password, Door::Student)).await.err().map(|no| code_of(&no))
        };
        assert_eq!(try_with("13999999999", PASSWORD).await, Some("wrong_name_or_password"));
        for _ in 0..4 {
            assert_eq!(try_with(&student.id_number, "not-the-password").await, Some("wrong_name_or_password"));
        }
        assert_eq!(try_with(&student.id_number, PASSWORD).await, Some("wait"), "slowed down");
        world.clock.forward(chrono::TimeDelta::seconds(3));
        assert_eq!(try_with(&student.id_number, PASSWORD).await, None, "never locked out");
    }
}

#[tokio::test]
async fn staff_log_in_with_the_roles_of_the_moment() {
    for world in worlds(date(2026, 8, 3)).await {
        let admin = staff(901, SYSTEM, &[Role::SystemAdmin]);
        let security = staff(902, SYSTEM, &[Role::SecurityAdmin]);
        let open = |login: &str, password: &str| OpenStaff {
            login: login.to_owned(),
            name: "王晓琳".to_owned(),
            office: XIUFENG,
            id_number: None,
            password: password.to_owned(),
        };
        let number = open_staff(&world, &admin, open("wang", PASSWORD)).await.unwrap();
        assert_eq!(open_staff(&world, &admin, open("wang", PASSWORD)).await, Err("login_taken"));
        assert_eq!(open_staff(&world, &admin, open("li", PASSWORD)).await, Err("login_unfit"));
        assert_eq!(open_staff(&world, &admin, open("liu", "liu12345")).await, Err("password_unfit"));
        assert_eq!(open_staff(&world, &security, open("zhao", PASSWORD)).await, Err("forbidden"));

        let no = world.office.log_in(log_in("wang", PASSWORD, Door::Staff)).await.err().unwrap();
        assert_eq!(code_of(&no), "disabled", "an account without a role opens no session");
        let role = |role, held| SetRole { staff: number, role, held };
        world.refused(&admin, role(Role::CountyClerk, true), "forbidden").await;
        world.refused(&security, role(Role::BankMaker, true), "wrong_office").await;
        world.refused(&security, role(Role::CountyClerk, false), "nothing_to_change").await;
        world.done(&security, role(Role::CountyClerk, true)).await;
        let opened = world.office.log_in(log_in("wang", PASSWORD, Door::Staff)).await.unwrap();
        assert!(opened.must_change, "the first password is changed first");
        let session = world.office.session(&opened.token).await.unwrap().unwrap();
        assert_eq!(session.actor.roles(), [Role::CountyClerk]);
        world.done(&security, role(Role::CountyClerk, false)).await;
        assert_eq!(world.office.session(&opened.token).await.unwrap(), None, "a lost role works at once");
    }
    proof::proves!["R1.9"];
}

async fn open_staff(world: &World, actor: &Actor, asked: OpenStaff) -> Result<i64, &'static str> {
    world.office.open_staff(actor, &world.key(), asked).await.map_err(|no| code_of(&no))
}

#[tokio::test]
async fn one_click_entry_is_for_demonstrations_only() {
    for world in worlds(date(2026, 8, 3)).await {
        let student = world.student(81).await;
        let opened = world.office.enter_as_person(student.person, Door::Student).await.unwrap();
        assert_eq!(opened.actor.who, Who::Student(student.person));
        let at = world.office.clock.now();
        let real: Result<(), store::Failure> = world
            .office
            .store
            .write("make_real", |tx| {
                Box::pin(async move { store::setting::put(tx, day::DEMONSTRATION, "no", at, "test").await })
            })
            .await;
        real.unwrap();
        let no = world.office.enter_as_person(student.person, Door::Student).await.err().unwrap();
        assert_eq!(code_of(&no), "not_a_demonstration");
        assert!(world.office.move_business_day(date(2027, 1, 1), "test").await.unwrap().is_err());
    }
}

#[test]
fn every_act_is_refused_to_every_role_it_does_not_name() {
    use crate::who::Scope;
    for act in crate::list::acts() {
        for role in Role::ALL {
            let actor = match role {
                Role::Student => Actor::student(1),
                Role::CoBorrower => Actor::co_borrower(1),
                _ => staff(1, 1, &[role]),
            };
            let open = act.permission.scope == Scope::Public;
            assert_eq!(
                act.permission.allows(&actor),
                open || act.permission.roles.contains(&role),
                "{} as {role:?}",
                act.name
            );
        }
        let visitor = act.permission.allows(&Actor::PUBLIC);
        assert_eq!(visitor, act.permission.scope == Scope::Public, "{} as a visitor", act.name);
        // H041: auditors and the platform's people change nothing.
        assert!(
            !act.permission.roles.contains(&Role::Auditor) && !act.permission.roles.contains(&Role::PlatformOperator)
        );
    }
}
