use chrono::{Days, TimeDelta};
use futures::future::join_all;

use super::*;
use crate::hall::book_time::BookTime;
use crate::hall::cancel_booking::CancelBooking;
use crate::hall::open::MyVisit;
use crate::hall::set_day::SetDay;
use crate::hall::wait::JoinWaitList;
use crate::no::No;
use crate::origination::book_visit::BookVisit;
use crate::testing::{code_of, worlds};

fn time(for_on: Date, slot: &str) -> BookTime {
    BookTime { county: COUNTY.to_owned(), for_on, slot: slot.to_owned() }
}

fn visit(number: &str, for_on: Date, slot: &str) -> BookVisit {
    BookVisit { number: number.to_owned(), for_on, slot: slot.to_owned() }
}

async fn open_visits(world: &World, actor: &Actor) -> Vec<MyVisit> {
    let mine = world.office.my_visits(actor).await.expect("a student sees the own visits");
    mine.into_iter().filter(|one| one.row.status == "booked").collect()
}

async fn free_at_nine(world: &World, on: Date) -> i64 {
    let slots = world.office.hall_slots(COUNTY, Side::Service).await.expect("the county has a hall");
    slots.iter().find(|slot| slot.on_day == on && slot.slot == "09:00").expect("nine is open").free()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn h101_two_hundred_at_once_get_exactly_the_places_there_are_and_the_rest_hear_of_the_next() {
    for world in worlds(MONDAY).await {
        let tomorrow = MONDAY + Days::new(1);
        // Ten places, a fifth of them kept for those who just come: eight can be booked.
        assert_eq!(world.done(&manager(), service_times(tomorrow, 10, 20)).await, 2);
        let crowd = people(&world, 200).await;
        let tasks = crowd.iter().map(|actor| {
            let (office, actor, key) = (world.office.clone(), actor.clone(), world.key());
            tokio::spawn(async move { office.perform(&actor, &key, time(tomorrow, "09:00")).await })
        });
        let answers: Vec<_> = join_all(tasks).await.into_iter().map(|task| task.expect("no task panics")).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 8, "{:?}", world.engine());
        for no in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let No::Refused(refusal) = no else { panic!("{:?}: {no:?}", world.engine()) };
            let figures = crate::no::Refusal::figures(refusal);
            assert_eq!(figures, [("next", "8月4日 09:30".to_owned())], "{refusal:?}");
        }
        assert_eq!(free_at_nine(&world, tomorrow).await, 0);
        let mut booked = 0;
        for actor in &crowd {
            booked += open_visits(&world, actor).await.len();
        }
        assert_eq!(booked, 8);
    }
}

#[tokio::test]
async fn h114_one_person_has_one_open_booking_and_who_gives_up_twice_waits_a_day() {
    for world in worlds(MONDAY).await {
        let (tuesday, wednesday) = (MONDAY + Days::new(1), MONDAY + Days::new(2));
        world.done(&manager(), service_times(tuesday, 2, 0)).await;
        world.done(&manager(), service_times(wednesday, 2, 0)).await;
        let one = world.student(1).await;
        let number = world.submitted(&one, COUNTY).await;
        world.done(&one.actor, visit(&number, tuesday, "09:30")).await;
        world.refused(&one.actor, time(tuesday, "09:00"), "open_booking").await;
        // Moving is not a second booking: the first place is free again.
        world.done(&one.actor, visit(&number, wednesday, "09:30")).await;
        let mine = open_visits(&world, &one.actor).await;
        assert_eq!(mine.len(), 1);
        assert_eq!((mine[0].row.on_day, mine[0].row.slot.as_deref()), (wednesday, Some("09:30")));
        let slots = world.office.hall_slots(COUNTY, Side::Loan).await.expect("the county has a hall");
        let left: Vec<i64> = slots.iter().take(2).map(store::hall::slot::Slot::free).collect();
        assert_eq!(left, [2, 1], "two places each: tuesday's came back, wednesday's is taken");

        world.refused(&people(&world, 1).await[0], CancelBooking { code: mine[0].row.code.clone() }, "not_found").await;
        for _ in 0..2 {
            let code = open_visits(&world, &one.actor).await[0].row.code.clone();
            world.done(&one.actor, CancelBooking { code: code.clone() }).await;
            world.refused(&one.actor, CancelBooking { code }, "not_booked").await;
            match world.perform(&one.actor, visit(&number, wednesday, "09:30")).await {
                Ok(()) => {}
                Err(no) => assert_eq!(code_of(&no), "cancelled_too_often"),
            }
        }
        assert!(open_visits(&world, &one.actor).await.is_empty(), "the second giving up was the last for a day");
        world.clock.forward(TimeDelta::hours(25));
        world.done(&one.actor, visit(&number, wednesday, "09:30")).await;
    }
}

#[tokio::test]
async fn a_booking_is_shown_with_its_code_and_refused_in_order() {
    for world in worlds(MONDAY).await {
        let tuesday = MONDAY + Days::new(1);
        let (first, second, third) = (world.student(1).await, world.student(2).await, world.student(3).await);
        let number = world.submitted(&first, COUNTY).await;
        world.refused(&first.actor, visit(&number, MONDAY, "03:33"), "day_past").await;
        world.refused(&first.actor, visit(&number, tuesday, "03:33"), "no_such_slot").await;
        for (student, number) in
            [(&second, world.submitted(&second, COUNTY).await), (&third, world.submitted(&third, COUNTY).await)]
        {
            world.done(&student.actor, visit(&number, tuesday, "09:30")).await;
        }
        world.refused(&first.actor, visit(&number, tuesday, "09:30"), "slot_full").await;
        let mine = open_visits(&world, &second.actor).await;
        assert_eq!(mine[0].business, Business::First);
        assert!(mine[0].row.code.len() == 12 && mine[0].qr.as_ref().is_some_and(|svg| svg.contains("<path")));
        assert_eq!(mine[0].office, "潍城区学生资助管理中心");
        // A returned application gives its place back by itself.
        let case = world.office.home(&second.actor).await.expect("a home").current.expect("an application");
        let back = crate::origination::return_application::ReturnApplication {
            number: case.number,
            reason: "form_incomplete".to_owned(),
            note: "缺一页".to_owned(),
            defects: Vec::new(),
        };
        world.done(&clerk(), back).await;
        world.done(&first.actor, visit(&number, tuesday, "09:30")).await;
    }
    proof::proves!["R8.1"; page "/student/visits"];
}

#[tokio::test]
async fn a_place_given_back_goes_to_who_waits_longest() {
    for world in worlds(MONDAY).await {
        let tuesday = MONDAY + Days::new(1);
        let mut families = Vec::new();
        for serial in 1..=4 {
            let student = world.student(serial).await;
            let number = world.submitted(&student, COUNTY).await;
            families.push((student, number));
        }
        let join = |at: usize| JoinWaitList { number: families[at].1.clone(), for_on: tuesday };
        world.refused(&families[2].0.actor, join(2), "places_left").await;
        for (student, number) in &families[..2] {
            world.done(&student.actor, visit(number, tuesday, "09:30")).await;
        }
        world.refused(&families[0].0.actor, join(0), "not_waiting_for_counter").await;
        world.done(&families[2].0.actor, join(2)).await;
        world.clock.forward(TimeDelta::minutes(1));
        world.done(&families[3].0.actor, join(3)).await;
        let code = open_visits(&world, &families[0].0.actor).await[0].row.code.clone();
        world.done(&families[0].0.actor, CancelBooking { code }).await;

        let got = open_visits(&world, &families[2].0.actor).await;
        assert_eq!(got.len(), 1, "the longest waiting has the place");
        assert!(open_visits(&world, &families[3].0.actor).await.is_empty());
        let case = world.office.case_view(&families[2].0.actor, &families[2].1).await.expect("the own case");
        assert_eq!(case.progress.booked, Some((tuesday, "09:30".to_owned())));
        let told = world.office.messages(&families[2].0.actor).await.expect("the own messages");
        assert!(told.iter().any(|message| message.text.contains("8月4日 09:30")), "{told:?}");
        let gone = world.office.case_view(&families[0].0.actor, &families[0].1).await.expect("the own case");
        assert_eq!(gone.progress.booked, None);
    }
}

#[tokio::test]
async fn each_township_has_its_days_and_the_public_reads_them() {
    for world in worlds(MONDAY).await {
        let (tuesday, wednesday) = (MONDAY + Days::new(1), MONDAY + Days::new(2));
        let day = |on: Date, town: &str| SetDay {
            on,
            hours: Some(("07:30".to_owned(), "19:00".to_owned())),
            towns: vec![town.to_owned(), String::new()],
            note: "早开门，晚关门".to_owned(),
        };
        world.refused(&manager(), day(MONDAY - Days::new(1), "白石乡"), "day_over").await;
        world
            .refused(
                &manager(),
                SetDay { hours: Some(("9点".into(), "19:00".into())), ..day(tuesday, "白石乡") },
                "hours_wrong",
            )
            .await;
        world.refused(&manager(), day(tuesday, "白石乡2"), "town_wrong").await;
        world.refused(&clerk(), day(tuesday, "白石乡"), "forbidden").await;
        world.done(&manager(), day(tuesday, "白石乡")).await;
        world.done(&manager(), day(wednesday, "青石镇")).await;

        // The family of these tests lives in 青石镇.
        let student = world.student(1).await;
        let number = world.submitted(&student, COUNTY).await;
        let no =
            world.perform(&student.actor, visit(&number, tuesday, "09:30")).await.expect_err("another township's day");
        let No::Refused(refusal) = no else { panic!("{no:?}") };
        assert_eq!(crate::no::Refusal::code(&refusal), "other_township");
        assert_eq!(crate::no::Refusal::figures(&refusal), [("days", "8月5日".to_owned())]);
        world.done(&student.actor, visit(&number, wednesday, "09:30")).await;

        let hall = world.office.open_hall(WEICHENG).await.expect("the hall is public");
        assert_eq!(hall.days[1].towns, ["白石乡"]);
        assert_eq!(hall.days[1].hours.as_deref(), Some("07:30–19:00"));
        assert_eq!(hall.days[2].free[0], Some(1), "one of two places is left");
    }
    proof::proves!["R8.3"; page "/hall/{office}"];
}

#[tokio::test]
async fn weekends_early_and_late_hours_and_walking_in_are_all_possible() {
    for world in worlds(MONDAY).await {
        let saturday = MONDAY + Days::new(5);
        let times = |from_on: Date, to_on: Date| SetTimes {
            from_on,
            to_on,
            side: Side::Loan,
            begins: "07:00".to_owned(),
            ends: "20:30".to_owned(),
            places: 4,
            walk_in_percent: 50,
            free_days_too: true,
        };
        world.refused(&manager(), times(MONDAY, MONDAY), "days_wrong").await;
        world.refused(&manager(), SetTimes { begins: "07:10".into(), ..times(saturday, saturday) }, "slot_wrong").await;
        world.refused(&manager(), SetTimes { ends: "07:00".into(), ..times(saturday, saturday) }, "slot_wrong").await;
        world.refused(&manager(), SetTimes { places: 0, ..times(saturday, saturday) }, "capacity_wrong").await;
        world
            .refused(&manager(), SetTimes { walk_in_percent: 101, ..times(saturday, saturday) }, "walk_in_wrong")
            .await;
        assert_eq!(world.done(&manager(), times(saturday, saturday + Days::new(1))).await, 54);
        let closed = SetTimes { free_days_too: false, ..times(saturday, saturday + Days::new(1)) };
        assert_eq!(world.done(&manager(), closed).await, 0, "a weekend is free unless said otherwise");
        let slots = world.office.hall_slots(COUNTY, Side::Loan).await.expect("the county has a hall");
        let first =
            slots.iter().find(|slot| slot.on_day == saturday && slot.slot == "07:00").expect("early on saturday");
        assert_eq!((first.free(), first.kept), (2, 2), "half stays for those who just come");

        world.done(&clerk(), comes(Business::First, "何小山")).await;
        let shut = SetDay { on: MONDAY, hours: None, towns: Vec::new(), note: "停电".to_owned() };
        world.done(&manager(), shut).await;
        world.refused(&clerk(), comes(Business::First, "何小川"), "hall_closed").await;
        let hall = world.office.open_hall(WEICHENG).await.expect("the hall is public");
        assert_eq!(hall.days[0].hours, None);
        assert_eq!(hall.days[5].hours.as_deref(), Some("周一至周五 8:30–17:30"), "a saturday with places is open");
    }
    proof::proves!["R8.8"; page "/hall/{office}"];
}
