//! The device of staff: set up once, asked at every login, replaced only with care.

use chrono::TimeDelta;
use loan::calendar::date;

use super::{log_in, open_staff};
use crate::accounts::entrance::{Door, Duty, Opened};
use crate::accounts::factor::TakeFactorAway;
use crate::accounts::staff::{OpenStaff, SetRole};
use crate::accounts::staff_slip::{CloseStaff, IssueStaffSlip};
use crate::accounts::totp;
use crate::day;
use crate::testing::{PASSWORD, SYSTEM, World, XIUFENG, code_of, staff, worlds};
use crate::who::{Actor, Role};

/// A real database: nothing is made easy.
async fn make_real(world: &World) {
    let at = world.office.clock.now();
    let real: Result<(), store::Failure> = world
        .office
        .store
        .write("make_real", |tx| {
            Box::pin(async move { store::setting::put(tx, day::DEMONSTRATION, "no", at, "test").await })
        })
        .await;
    real.unwrap();
}

fn security() -> Actor {
    staff(902, SYSTEM, &[Role::SecurityAdmin])
}

/// A clerk with an account, in a first session.
async fn clerk(world: &World, login: &str) -> (i64, Opened) {
    let admin = staff(901, SYSTEM, &[Role::SystemAdmin]);
    let asked = OpenStaff {
        login: login.to_owned(),
        name: "王晓琳".to_owned(),
        office: XIUFENG,
        id_number: None,
        password: PASSWORD.to_owned(),
    };
    let number = open_staff(world, &admin, asked).await.unwrap();
    world.done(&security(), SetRole { staff: number, role: Role::CountyClerk, held: true }).await;
    let opened = world.office.log_in(log_in(login, PASSWORD, Door::Staff)).await.unwrap();
    (number, opened)
}

/// The code a device would show now.
async fn shown(world: &World, secret: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in secret.chars().filter(|c| *c != ' ') {
        held = held << 5 | LETTERS.find(letter).unwrap() as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    format!("{:06}", totp::code(&bytes, totp::step_of(world.office.clock.now())))
}

async fn duty(world: &World, token: &str) -> Option<Duty> {
    world.office.session(token).await.unwrap().expect("a living session").duty
}

#[tokio::test]
async fn staff_of_a_real_system_log_in_with_two_factors() {
    for world in worlds(date(2026, 8, 3)).await {
        make_real(&world).await;
        let (number, first) = clerk(&world, "wang").await;
        assert!(!first.code_wanted, "nobody has a device before the first login");
        assert_eq!(duty(&world, &first.token).await, Some(Duty::NewPassword));
        world.office.change_password(&first.token, PASSWORD, "mango-kite-7-blue").await.unwrap();
        let again = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.unwrap();
        assert_eq!(duty(&world, &again.token).await, Some(Duty::SecondFactor));

        let no = world.office.confirm_factor(&again.token, "123456").await.unwrap_err();
        assert_eq!(code_of(&no), "factor_not_begun");
        world.office.begin_factor(&again.token, "").await.unwrap();
        let offer = world.office.factor(&again.token).await.unwrap();
        let secret = offer.next.clone().unwrap().secret;
        assert!(!offer.set && offer.next.unwrap().qr.contains("<svg"));
        assert_eq!(code_of(&world.office.confirm_factor(&again.token, "000000").await.unwrap_err()), "code_wrong");
        let other = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.unwrap();
        let recovery = world.office.confirm_factor(&again.token, &shown(&world, &secret).await).await.unwrap();
        assert_eq!(recovery.len(), 10);
        assert_eq!(duty(&world, &again.token).await, None, "the session goes on");
        assert_eq!(world.office.session(&other.token).await.unwrap(), None, "every other one ends (7.4.3)");
        assert_eq!(world.office.factor(&again.token).await.unwrap().next, None, "the secret is never shown again");

        // H030: the code that set the device up, and one used to log in, count once.
        let code = shown(&world, &secret).await;
        let ticket = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.unwrap();
        assert!(ticket.code_wanted);
        assert_eq!(world.office.session(&ticket.token).await.unwrap(), None, "a ticket is no session");
        let no = world.office.second_factor(&ticket.token, &code, "test").await.err().unwrap();
        assert_eq!(code_of(&no), "code_wrong", "used before");
        world.clock.forward(TimeDelta::seconds(30));
        let code = shown(&world, &secret).await;
        let second = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.unwrap();
        let (a, b) = tokio::join!(
            world.office.second_factor(&ticket.token, &code, "test"),
            world.office.second_factor(&second.token, &code, "test")
        );
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "two logins, one code");
        let opened = a.or(b).unwrap();
        assert_eq!(world.office.session(&opened.token).await.unwrap().unwrap().actor.roles(), [Role::CountyClerk]);

        // A recovery code stands in once.
        for expected in [None, Some("code_wrong")] {
            let ticket = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.unwrap();
            let outcome = world.office.second_factor(&ticket.token, &recovery[0].to_lowercase(), "test").await;
            assert_eq!(outcome.err().map(|no| code_of(&no)), expected);
        }
        assert_eq!(world.office.factor(&opened.token).await.unwrap().recovery_left, 9);

        // A lost device is taken away by the security administrator alone, and never by its owner.
        world.refused(&staff(901, SYSTEM, &[Role::SystemAdmin]), TakeFactorAway { staff: number }, "forbidden").await;
        world
            .refused(&staff(number, SYSTEM, &[Role::SecurityAdmin]), TakeFactorAway { staff: number }, "oneself")
            .await;
        world.done(&security(), TakeFactorAway { staff: number }).await;
        world.refused(&security(), TakeFactorAway { staff: number }, "nothing_to_change").await;
        assert_eq!(world.office.session(&opened.token).await.unwrap(), None);
    }
}

#[tokio::test]
async fn wrong_codes_end_the_ticket_and_time_does_too() {
    for world in worlds(date(2026, 8, 3)).await {
        let (_, first) = clerk(&world, "wang").await;
        world.office.begin_factor(&first.token, "").await.unwrap();
        let secret = world.office.factor(&first.token).await.unwrap().next.unwrap().secret;
        world.office.confirm_factor(&first.token, &shown(&world, &secret).await).await.unwrap();
        let no = world.office.begin_factor(&first.token, "000000").await.unwrap_err();
        assert_eq!(code_of(&no), "code_wrong", "a new device is set up with a code of the old one");

        let ticket = world.office.log_in(log_in("wang", PASSWORD, Door::Staff)).await.unwrap();
        for expected in ["code_wrong", "code_wrong", "code_wrong", "code_wrong", "ticket_over", "ticket_over"] {
            let no = world.office.second_factor(&ticket.token, "000000", "test").await.err().unwrap();
            assert_eq!(code_of(&no), expected);
        }
        let no = world.office.log_in(log_in("wang", PASSWORD, Door::Staff)).await.err().unwrap();
        assert_eq!(code_of(&no), "wait", "wrong codes slow the account down as wrong passwords do");
        world.clock.forward(TimeDelta::seconds(4));
        let ticket = world.office.log_in(log_in("wang", PASSWORD, Door::Staff)).await.unwrap();
        world.clock.forward(TimeDelta::minutes(5));
        let no = world.office.second_factor(&ticket.token, &shown(&world, &secret).await, "test").await.err().unwrap();
        assert_eq!(code_of(&no), "ticket_over");
    }
}

#[tokio::test]
async fn a_demonstration_asks_for_no_device_at_its_one_click_entry() {
    for world in worlds(date(2026, 8, 3)).await {
        let (number, first) = clerk(&world, "wang").await;
        assert_eq!(duty(&world, &first.token).await, Some(Duty::NewPassword), "a password somebody else chose");
        let opened = world.office.enter_as_staff(number).await.unwrap();
        assert_eq!((opened.code_wanted, duty(&world, &opened.token).await), (false, None));
        make_real(&world).await;
        assert_eq!(duty(&world, &opened.token).await, Some(Duty::NewPassword), "real systems know no such entry");
    }
}

#[tokio::test]
async fn staff_choose_their_own_password_by_a_slip_of_the_system_administrator() {
    for world in worlds(date(2026, 8, 3)).await {
        let (number, first) = clerk(&world, "wang").await;
        let admin = staff(901, SYSTEM, &[Role::SystemAdmin]);
        world.refused(&security(), IssueStaffSlip { staff: number }, "forbidden").await;
        world.refused(&staff(number, SYSTEM, &[Role::SystemAdmin]), IssueStaffSlip { staff: number }, "oneself").await;
        let old = world.done(&admin, IssueStaffSlip { staff: number }).await;
        let slip = world.done(&admin, IssueStaffSlip { staff: number }).await;
        let set = async |login: &str, code: &str, new: &str| {
            world.office.set_staff_password(login, code, new).await.err().map(|no| code_of(&no))
        };
        assert_eq!(set("wang", &old.code, "mango-kite-7-blue").await, Some("slip_wrong"), "a newer one took its place");
        assert_eq!(set("nobody", &slip.code, "mango-kite-7-blue").await, Some("slip_wrong"));
        assert_eq!(set("wang", &slip.code, "wang1234").await, Some("password_guessable"));
        assert_eq!(set("wang", &slip.code.to_lowercase(), "mango-kite-7-blue").await, None);
        assert_eq!(set("wang", &slip.code, "mango-kite-8-blue").await, Some("slip_wrong"), "once");
        assert_eq!(world.office.session(&first.token).await.unwrap(), None);
        let opened = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.unwrap();
        assert!(!opened.must_change, "nobody else knows it");

        let late = world.done(&admin, IssueStaffSlip { staff: number }).await;
        world.clock.forward(TimeDelta::hours(24));
        assert_eq!(set("wang", &late.code, "mango-kite-9-blue").await, Some("slip_wrong"));
        let guessed = world.done(&admin, IssueStaffSlip { staff: number }).await;
        for _ in 0..5 {
            assert_eq!(set("wang", "AAAAAAAAAA", "mango-kite-9-blue").await, Some("slip_wrong"));
        }
        assert_eq!(set("wang", &guessed.code, "mango-kite-9-blue").await, Some("slip_wrong"), "tried too often");

        // H025: a closed account is closed at once.
        let opened = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.unwrap();
        world.refused(&staff(number, SYSTEM, &[Role::SystemAdmin]), CloseStaff { staff: number }, "oneself").await;
        world.done(&admin, CloseStaff { staff: number }).await;
        assert_eq!(world.office.session(&opened.token).await.unwrap(), None);
        world.refused(&admin, CloseStaff { staff: number }, "nothing_to_change").await;
        world.refused(&admin, IssueStaffSlip { staff: number }, "disabled").await;
        let no = world.office.log_in(log_in("wang", "mango-kite-7-blue", Door::Staff)).await.err().unwrap();
        assert_eq!(code_of(&no), "disabled");
    }
}
