use std::collections::BTreeSet;

use chrono::{Days, TimeDelta};
use futures::future::join_all;
use store::hall::visit::Visit;

use super::*;
use crate::hall::at_window::{HandleVisit, Handling, PauseWindow};
use crate::hall::call::CallNext;
use crate::hall::check_in::CheckIn;
use crate::hall::report::Report;
use crate::hall::windows::{FollowLoad, Turned};
use crate::origination::book_visit::BookVisit;
use crate::testing::worlds;

async fn call(world: &World, window_no: i64) -> Option<String> {
    world.done(&clerk(), CallNext { window_no }).await.ticket
}

fn handle(visit: i64, handling: Handling) -> HandleVisit {
    HandleVisit { visit, handling }
}

#[tokio::test]
async fn a_booked_family_shows_code_and_id_card_and_keeps_its_time() {
    for world in worlds(MONDAY).await {
        let tuesday = MONDAY + Days::new(1);
        let student = world.student(1).await;
        let number = world.submitted(&student, COUNTY).await;
        world.done(&student.actor, BookVisit { number, for_on: tuesday, slot: "09:30".to_owned() }).await;
        let code = world.office.my_visits(&student.actor).await.expect("the own visits")[0].row.code.clone();
        let tail = student.id_number[14..].to_owned();
        let check = |code: &str, tail: &str| CheckIn { code: code.to_owned(), id_tail: tail.to_owned() };
        world.refused(&clerk(), check("000200000000", &tail), "booking_unknown").await;
        world.refused(&clerk(), check(&code, &tail), "not_today").await;
        world.move_to(tuesday).await;
        world.refused(&clerk(), check(&code, "0000"), "id_differs").await;
        world.refused(&clerk(), check(&code, ""), "id_differs").await;

        // It is nine: who walks in at nine comes before who booked half past.
        let walked = world.done(&clerk(), comes(Business::First, "何小山")).await;
        // A scanner types the whole address of the code.
        let scanned = format!("http://127.0.0.1:8080/queue/{code}");
        let ticket = world.done(&clerk(), check(&scanned, &tail)).await;
        assert_eq!((walked.ticket.as_str(), ticket.ticket.as_str()), ("A001", "A002"));
        assert_eq!(world.done(&clerk(), check(&code, &tail)).await, ticket, "a second scan shows the same ticket");
        let again = WalkIn { id_number: student.id_number.clone(), ..comes(Business::First, "林小满") };
        world.refused(&clerk(), again, "already_waiting").await;

        world.done(&manager(), window(1, &[Business::First])).await;
        let seen = world.office.visit_of_code(&code).await.expect("the holder of the code");
        assert_eq!(seen.row.name, "林**");
        assert_eq!(seen.before, Some((1, 12)), "one family, twelve minutes");
        world.clock.forward(TimeDelta::minutes(31));
        let late = world.done(&clerk(), comes(Business::First, "何小川")).await;
        assert_eq!(call(&world, 1).await, Some(walked.ticket));
        assert_eq!(call(&world, 1).await, Some(ticket.ticket), "half past nine was booked");
        assert_eq!(call(&world, 1).await, Some(late.ticket));
        assert_eq!(call(&world, 1).await, None, "nobody waits");
        let first = WalkIn { first: true, ..comes(Business::First, "何小田") };
        world.done(&clerk(), comes(Business::First, "何小河")).await;
        let carried = world.done(&clerk(), first).await;
        assert_eq!(call(&world, 1).await, Some(carried.ticket), "small children come first");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_windows_call_a_thousand_tickets_once_each() {
    const TICKETS: i64 = 1_000;
    for world in worlds(MONDAY).await {
        for number in 1..=4 {
            world.done(&manager(), window(number, &[Business::First])).await;
        }
        let filled: Result<(), Failure> = world
            .office
            .store
            .write("queue", |tx| {
                Box::pin(async move {
                    for number in 1..=TICKETS {
                        let ticket = Some(format!("A{number:04}"));
                        store::hall::visit::enter(tx, &waiting(number, ticket)).await?;
                    }
                    Ok(())
                })
            })
            .await;
        filled.expect("the queue is filled");
        let tasks = (1..=4).map(|window_no| {
            let office = world.office.clone();
            let keys: Vec<crate::Key> = (0..=TICKETS).map(|_| world.key()).collect();
            tokio::spawn(async move {
                let mut tickets = Vec::new();
                for key in keys {
                    match office.perform(&clerk(), &key, CallNext { window_no }).await.expect("a window calls").ticket {
                        Some(ticket) => tickets.push(ticket),
                        None => break,
                    }
                }
                tickets
            })
        });
        let called: Vec<Vec<String>> =
            join_all(tasks).await.into_iter().map(|task| task.expect("no task panics")).collect();
        assert!(called.iter().all(|tickets| tickets.is_sorted()), "each window calls in order");
        let all: Vec<&String> = called.iter().flatten().collect();
        assert_eq!(all.len() as i64, TICKETS, "{:?}", world.engine());
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len() as i64, TICKETS, "nobody is called twice");
    }
    proof::proves!["R8.2"];
}

/// A visit that waits, in the order of its number.
fn waiting(number: i64, ticket: Option<String>) -> Visit {
    Visit {
        book: WEICHENG,
        visit: number,
        business: "first".to_owned(),
        person: None,
        application: None,
        name: "何小山".to_owned(),
        town: String::new(),
        on_day: MONDAY,
        slot: None,
        code: format!("0002{number:08}"),
        ticket,
        place: Some(number),
        status: "waiting".to_owned(),
        window_no: None,
        calls: 0,
        booked_at: None,
        arrived_at: Some(store::testing::instant(0)),
        called_at: None,
        done_at: None,
        outcome: None,
    }
}

#[tokio::test]
async fn a_window_recalls_sets_aside_hands_over_and_the_screen_shows_masked_names() {
    for world in worlds(MONDAY).await {
        world.refused(&clerk(), CallNext { window_no: 1 }, "no_such_window").await;
        world.done(&manager(), window(1, &[Business::First, Business::Renewal])).await;
        world.done(&manager(), window(2, &[Business::Service])).await;
        let mut tickets = Vec::new();
        for name in ["陈一", "陈二", "陈三", "陈四"] {
            world.clock.forward(TimeDelta::minutes(1));
            tickets.push(world.done(&clerk(), comes(Business::First, name)).await);
        }
        world.refused(&clerk(), handle(tickets[0].visit, Handling::Recall), "not_called").await;
        call(&world, 1).await;
        let before = world.office.hall_screen(WEICHENG).await.expect("the screen is public");
        world.done(&clerk(), handle(tickets[0].visit, Handling::Recall)).await;
        let screen = world.office.hall_screen(WEICHENG).await.expect("the screen is public");
        assert_eq!((screen.calls[0].name.as_str(), screen.calls[0].window_no, screen.calls[0].calls), ("陈**", 1, 2));
        assert_ne!(before.version(), screen.version(), "a recall changes the screen");
        assert_eq!(
            world.office.hall_screen_after(WEICHENG, &before.version()).await.expect("a version"),
            screen.version()
        );
        assert!(world.office.hall_screen(crate::testing::BANK).await.is_err(), "a bank has no hall");

        world.refused(&clerk(), handle(tickets[0].visit, Handling::Back), "not_missed").await;
        world.done(&clerk(), handle(tickets[0].visit, Handling::Missed)).await;
        world.done(&clerk(), handle(tickets[0].visit, Handling::Back)).await;
        let mut order = Vec::new();
        while let Some(ticket) = call(&world, 1).await {
            order.push(ticket);
        }
        let expected: Vec<String> = [1, 2, 0, 3].iter().map(|at| tickets[*at].ticket.clone()).collect();
        assert_eq!(order, expected, "who was missed comes back third");

        let lost = world.done(&clerk(), comes(Business::First, "陈五")).await;
        world.done(&clerk(), comes(Business::Service, "陈六")).await;
        call(&world, 1).await;
        world.done(&clerk(), handle(lost.visit, Handling::Redirect(Business::Service))).await;
        assert_eq!(call(&world, 2).await, Some(lost.ticket), "who was sent on does not queue again");
        world.done(&clerk(), PauseWindow { window_no: 2, pause: true }).await;
        world.refused(&clerk(), CallNext { window_no: 2 }, "window_closed").await;
        world.done(&clerk(), PauseWindow { window_no: 2, pause: false }).await;
        call(&world, 2).await;
        world
            .refused(
                &staff(902, crate::testing::XIUFENG, &[Role::CountyClerk]),
                handle(lost.visit, Handling::Finish),
                "not_found",
            )
            .await;
    }
}

#[tokio::test]
async fn windows_are_of_one_kind_and_follow_the_tide() {
    for world in worlds(MONDAY).await {
        let closed = |number, serves: &[Business]| SetWindow { tidal: true, open: false, ..window(number, serves) };
        world.refused(&manager(), window(0, &[Business::First]), "window_number").await;
        world.refused(&manager(), window(1, &[]), "serves_nothing").await;
        world.refused(&manager(), window(1, &[Business::First, Business::Service]), "serves_both_sides").await;
        world.refused(&manager(), SetWindow { staffed: 5, ..window(1, &[Business::First]) }, "staffed_wrong").await;
        world.refused(&clerk(), window(1, &[Business::First]), "forbidden").await;
        world.done(&manager(), window(1, &[Business::First])).await;
        world.done(&manager(), window(2, &[Business::Service])).await;
        world.done(&manager(), closed(3, &[Business::First])).await;
        world.done(&manager(), closed(4, &[Business::First])).await;
        assert_eq!(world.done(&manager(), FollowLoad).await, [], "nobody waits");

        // Three families of twelve minutes at one window: 36 minutes. With a second window 18.
        for name in ["何一", "何二", "何三"] {
            world.done(&clerk(), comes(Business::First, name)).await;
        }
        let wait =
            async |at: usize| world.office.hall_board(&manager()).await.expect("the board").lines[at].wait_minutes;
        assert_eq!(wait(0).await, 36);
        assert_eq!(world.done(&manager(), FollowLoad).await, [Turned { window_no: 3, open: true }]);
        assert_eq!(wait(0).await, 18);
        // More people at a window serve more families (R8.15).
        world.done(&manager(), SetWindow { staffed: 2, ..window(1, &[Business::First]) }).await;
        assert_eq!(wait(0).await, 12);
        call(&world, 1).await;
        world.refused(&manager(), SetWindow { open: false, ..window(1, &[Business::First]) }, "window_busy").await;
        for _ in 0..3 {
            call(&world, 1).await;
        }
        assert_eq!(
            world.done(&manager(), FollowLoad).await,
            [Turned { window_no: 3, open: false }],
            "the rush is over"
        );
        // Who comes for repayment is never called to a window for loans (R8.5).
        world.done(&clerk(), comes(Business::Service, "何四")).await;
        assert_eq!(call(&world, 1).await, None);
        assert_eq!(call(&world, 2).await.as_deref(), Some("C001"));
    }
    proof::proves!["R8.4", "R8.5", "R8.15"; page "/county/hall"];
}

async fn report(world: &World, from: Date, to: Date) -> Report {
    world.office.hall_report(&manager(), from, to).await.expect("the manager reads the report")
}

#[tokio::test]
async fn the_day_is_measured_and_two_periods_show_a_shorter_wait() {
    for world in worlds(MONDAY).await {
        let tuesday = MONDAY + Days::new(1);
        world.done(&manager(), window(1, &[Business::First])).await;
        let student = world.student(1).await;
        let named = |student: &crate::testing::Someone| WalkIn {
            id_number: student.id_number.clone(),
            ..comes(Business::First, "林小满")
        };
        // Monday: half an hour of waiting, twenty minutes of work, and it was in vain.
        world.done(&clerk(), named(&student)).await;
        world.clock.forward(TimeDelta::minutes(30));
        let visit = world.done(&clerk(), CallNext { window_no: 1 }).await.visit.expect("somebody waits");
        world.done(&clerk(), handle(visit, Handling::Step("explain".to_owned()))).await;
        world.clock.forward(TimeDelta::minutes(4));
        world.done(&clerk(), handle(visit, Handling::Step("check".to_owned()))).await;
        world.refused(&clerk(), handle(visit, Handling::Step("tea".to_owned())), "step_unknown").await;
        let board = world.office.hall_board(&clerk()).await.expect("the board");
        assert_eq!(
            board.windows[0].steps,
            [("explain".to_owned(), 0), ("check".to_owned(), 4)],
            "steps keep their times"
        );
        world.clock.forward(TimeDelta::minutes(16));
        world.done(&clerk(), handle(visit, Handling::Finish)).await;
        // Tuesday the same family again, five minutes and eight.
        world.move_to(tuesday).await;
        world.done(&clerk(), named(&student)).await;
        world.clock.forward(TimeDelta::minutes(5));
        world.done(&clerk(), CallNext { window_no: 1 }).await;
        world.clock.forward(TimeDelta::minutes(8));
        world.done(&clerk(), CallNext { window_no: 1 }).await;

        let (before, after) = (report(&world, MONDAY, MONDAY).await, report(&world, tuesday, tuesday).await);
        assert_eq!((before.all.wait_tenths, before.all.service_tenths, before.trips_tenths), (300, 200, 10));
        assert_eq!((after.all.wait_tenths, after.all.service_tenths, after.trips_tenths), (50, 80, 20));
        assert_eq!((after.windows, after.families, after.all.longest_minutes), (1, 1, 5));
        assert_eq!((after.by_window[0].what.as_str(), after.by_window[0].figures.served), ("1 号窗口", 1));
        let both = report(&world, MONDAY, tuesday).await;
        assert_eq!((both.all.served, both.all.wait_tenths), (2, 175));
        let sheet = world.office.hall_report_sheet(&manager(), MONDAY, tuesday).await.expect("a spreadsheet");
        assert!(sheet.starts_with(b"PK"));
        let other = staff(903, crate::testing::XIUFENG, &[Role::HallManager]);
        let foreign = world.office.hall_report(&other, MONDAY, tuesday).await.expect("the own, empty report");
        assert_eq!(foreign.all.served, 0);
    }
    proof::proves!["R8.6", "R8.14", "R8.19"; page "/county/hall/report"];
}
