use chrono::{Days, TimeDelta};

use super::*;
use crate::hall::announce::Announce;
use crate::hall::duty::{LogCall, PlanShift, RecruitVolunteer, ServeShift};
use crate::hall::goods::{CountGoods, FIRST_LIST, StockHall, box_lacks};
use crate::hall::home::{HomeStep, PlanHomeVisit, RecordHomeVisit};
use crate::hall::open::USUAL_HOURS;
use crate::hall::question::{AnswerQuestion, AskQuestion, without_numbers};
use crate::testing::worlds;

fn shift(duty: &str, begins: &str, ends: &str, who: &str) -> PlanShift {
    PlanShift {
        on: MONDAY,
        begins: begins.to_owned(),
        ends: ends.to_owned(),
        duty: duty.to_owned(),
        who: who.to_owned(),
        phone: if duty == "phone" { "0536-5550101".to_owned() } else { String::new() },
        volunteer: None,
        area: String::new(),
    }
}

#[tokio::test]
async fn the_telephone_is_answered_day_and_night_and_every_call_is_written_down() {
    for world in worlds(MONDAY).await {
        let plan = |begins, ends, who| shift("phone", begins, ends, who);
        world
            .refused(&manager(), PlanShift { on: MONDAY - Days::new(1), ..plan("08:00", "20:00", "何一") }, "day_over")
            .await;
        world.refused(&manager(), plan("8点", "20:00", "何一"), "hours_wrong").await;
        world.refused(&manager(), shift("tea", "08:00", "20:00", "何一"), "duty_unknown").await;
        world.refused(&manager(), plan("08:00", "20:00", ""), "not_a_name").await;
        world
            .refused(
                &manager(),
                PlanShift { phone: "110".into(), ..plan("08:00", "20:00", "何一") },
                "duty_phone_missing",
            )
            .await;
        world.done(&manager(), plan("08:00", "20:00", "何一")).await;
        world.refused(&manager(), plan("19:00", "21:00", "何一"), "shift_overlaps").await;
        let gaps = async || world.office.hall_people(&clerk()).await.expect("the roster").gaps[0].1.clone();
        assert_eq!(gaps().await, [(0, 480), (1200, 1440)], "night is open");
        // Until eight the next morning.
        world.done(&manager(), plan("20:00", "08:00", "何二")).await;
        assert_eq!(gaps().await, [(0, 480)], "the night before monday was nobody's");
        world.done(&manager(), plan("00:00", "08:00", "何三")).await;
        assert_eq!(gaps().await, []);
        let hall = world.office.open_hall(WEICHENG).await.expect("the hall is public");
        assert_eq!(hall.on_phone, Some(("何一".to_owned(), "0536-5550101".to_owned())), "it is nine in the morning");

        let call = LogCall {
            caller: "李女士".to_owned(),
            phone: "139 0000 1234".to_owned(),
            about: "身份证 370702199001011234 能不能用".to_owned(),
            answer: "带原件来".to_owned(),
        };
        world.refused(&clerk(), LogCall { about: " ".into(), ..call.clone() }, "about_missing").await;
        world.refused(&clerk(), LogCall { answer: String::new(), ..call.clone() }, "answer_missing").await;
        world.done(&clerk(), call).await;
        let calls = world.office.hall_people(&clerk()).await.expect("the roster").calls;
        assert_eq!((calls[0].0.tail.as_str(), calls[0].0.caller.as_str()), ("1234", "李女士"));
        assert!(calls[0].0.about.contains("******************"), "an ID number does not stay in the log");
    }
    proof::proves!["R8.7"; page "/county/hall/duty"];
}

#[tokio::test]
async fn volunteers_are_recruited_rostered_and_their_hours_counted() {
    for world in worlds(MONDAY).await {
        let recruit = |name: &str| RecruitVolunteer {
            name: name.to_owned(),
            school: "湖北汽车工业学院".to_owned(),
            from_on: MONDAY,
            to_on: Some(MONDAY + Days::new(30)),
        };
        world.refused(&manager(), recruit("1"), "not_a_name").await;
        world
            .refused(
                &manager(),
                RecruitVolunteer { to_on: Some(MONDAY - Days::new(1)), ..recruit("石小雨") },
                "days_wrong",
            )
            .await;
        let mut numbers = Vec::new();
        for name in ["石小雨", "石小雪"] {
            numbers.push(world.done(&manager(), recruit(name)).await);
        }
        let plan = |volunteer| PlanShift {
            volunteer,
            area: "材料预审区".to_owned(),
            ..shift("volunteer", "08:00", "12:00", "")
        };
        world.refused(&manager(), plan(Some(99)), "volunteer_unknown").await;
        world
            .refused(
                &manager(),
                PlanShift { on: MONDAY + Days::new(31), ..plan(Some(numbers[0])) },
                "volunteer_unknown",
            )
            .await;
        let served = world.done(&manager(), plan(Some(numbers[0]))).await;
        let ahead = world.done(&manager(), PlanShift { on: MONDAY + Days::new(1), ..plan(Some(numbers[1])) }).await;
        world.refused(&manager(), ServeShift { shift: ahead, minutes: 240 }, "shift_ahead").await;
        world.refused(&manager(), ServeShift { shift: served, minutes: 301 }, "minutes_wrong").await;
        world.done(&manager(), ServeShift { shift: served, minutes: 235 }).await;
        let people = world.office.hall_people(&clerk()).await.expect("the roster");
        let hours: Vec<(&str, i64)> =
            people.volunteers.iter().map(|(one, minutes)| (one.name.as_str(), *minutes)).collect();
        assert_eq!(hours, [("石小雨", 235), ("石小雪", 0)]);
        assert_eq!(people.shifts[0].area, "材料预审区");
    }
    proof::proves!["R8.11"; page "/county/hall/duty"];
}

#[tokio::test]
async fn a_family_far_away_is_visited_with_a_pack_and_entered_later() {
    for world in worlds(MONDAY).await {
        let student = world.student(1).await;
        let number = world.submitted(&student, COUNTY).await;
        let plan = PlanHomeVisit {
            on: MONDAY,
            town: "红坪镇".to_owned(),
            village: "塔坪村三组".to_owned(),
            family: "林小满".to_owned(),
            number: number.clone(),
            staff: "何桂芳".to_owned(),
            volunteer: None,
        };
        world.refused(&manager(), PlanHomeVisit { on: MONDAY - Days::new(1), ..plan.clone() }, "day_over").await;
        world.refused(&manager(), PlanHomeVisit { village: " ".into(), ..plan.clone() }, "home_place_missing").await;
        world.refused(&manager(), PlanHomeVisit { family: "1".into(), ..plan.clone() }, "not_a_name").await;
        world.refused(&manager(), PlanHomeVisit { staff: String::new(), ..plan.clone() }, "nobody_assigned").await;
        world.refused(&manager(), PlanHomeVisit { number: "A1".into(), ..plan.clone() }, "application_unknown").await;
        world.refused(&manager(), PlanHomeVisit { volunteer: Some(9), ..plan.clone() }, "volunteer_unknown").await;
        let visit = world.done(&manager(), plan).await;
        let row = async || world.office.hall_homes(&clerk()).await.expect("the visits").visits[0].clone();
        let planned = row().await;
        assert_eq!((planned.status.as_str(), planned.paper_no.as_str()), ("planned", "XC000200001"));
        assert!(planned.application.is_some());
        let record = |step| RecordHomeVisit { home_visit: visit, step };
        world.done(&clerk(), record(HomeStep::SetOut)).await;
        let entered = |paper_no: &str, steps: &[&str]| {
            let steps = steps.iter().map(|step| (*step).to_owned()).collect();
            record(HomeStep::Enter { paper_no: paper_no.to_owned(), steps, note: "两人都在家".to_owned() })
        };
        world.refused(&clerk(), entered("XC000200002", &["form"]), "paper_differs").await;
        world.refused(&clerk(), entered("XC000200001", &[]), "step_unknown").await;
        world.refused(&clerk(), record(HomeStep::Fail { note: String::new() }), "visit_reason_missing").await;
        world.done(&clerk(), entered("xc000200001", &["explain", "check", "form", "contract"])).await;
        assert_eq!((row().await.status.as_str(), row().await.entered_at.is_some()), ("done", true));
        world.refused(&clerk(), record(HomeStep::SetOut), "visit_over").await;
        // The application goes on with the counter's own acts.
        world.done(&clerk(), crate::testing::arrival(&number, true, true)).await;
    }
    proof::proves!["R8.10"; page "/county/hall/homes"];
}

#[tokio::test]
async fn goods_and_the_medicine_box_are_counted() {
    for world in worlds(MONDAY).await {
        assert_eq!(world.done(&manager(), StockHall).await, FIRST_LIST.len());
        assert_eq!(world.done(&manager(), StockHall).await, 0, "what is there stays");
        let goods = async || world.office.hall_goods(&clerk()).await.expect("the goods");
        let (lacking, enough) = box_lacks(&goods().await);
        assert!(!enough && lacking.contains(&"藿香正气水".to_owned()) && lacking.contains(&"金银花茶".to_owned()));
        let count = |shelf: &str, item: &str, least: i64, stock: i64| CountGoods {
            item: item.to_owned(),
            shelf: shelf.to_owned(),
            least,
            stock,
        };
        world.refused(&clerk(), count("tea", "", 1, 1), "item_missing").await;
        world.refused(&clerk(), count("attic", "菊花茶", 1, 1), "shelf_unknown").await;
        world.refused(&clerk(), count("tea", "菊花茶", 1, -1), "count_wrong").await;
        let mut medicines = 0;
        for (shelf, item, least) in FIRST_LIST {
            let is_medicine = *shelf == "medicine";
            medicines += usize::from(is_medicine);
            // The ninth kind is not enough, the tenth is.
            if is_medicine && medicines == 10 {
                assert!(!box_lacks(&goods().await).1);
            }
            world.done(&clerk(), count(shelf, item, *least, *least)).await;
            if is_medicine && medicines == 10 {
                assert!(box_lacks(&goods().await).1);
            }
        }
        assert_eq!(box_lacks(&goods().await), (Vec::new(), true));
        let all = goods().await;
        for shelf in ["area", "machine", "comfort"] {
            assert!(all.iter().any(|one| one.shelf == shelf && one.checked_on == Some(MONDAY)), "{shelf}");
        }
        assert!(all.iter().any(|one| one.item == "免费打印复印一体机") && all.iter().any(|one| one.item == "饮水机"));
    }
    proof::proves!["R8.12", "R8.13"; page "/county/hall/goods"];
}

#[tokio::test]
async fn a_question_is_taken_answered_found_and_read_by_its_own_people_only() {
    for world in worlds(MONDAY).await {
        let (student, other) = (world.student(1).await, world.student(2).await);
        let ask = |words: &str| AskQuestion { county: COUNTY.to_owned(), question: None, words: words.to_owned() };
        world
            .refused(&student.actor, AskQuestion { county: "110101".into(), ..ask("在吗") }, "county_not_served")
            .await;
        world.refused(&student.actor, ask("　"), "words_missing").await;
        world.refused(&student.actor, ask(&"问".repeat(501)), "words_too_long").await;
        let number = world.done(&student.actor, ask("我爸60岁能做共同借款人吗，电话13900001111")).await;
        for _ in 0..4 {
            world.done(&student.actor, ask("再问一个")).await;
        }
        world.refused(&student.actor, ask("第六个"), "too_many_open").await;

        let answer = |words: &str, close: bool| AnswerQuestion { question: number, words: words.to_owned(), close };
        world.refused(&clerk(), answer("", true), "not_answered").await;
        world.done(&clerk(), answer("", false)).await;
        let colleague = staff(904, WEICHENG, &[Role::CountyClerk]);
        world.refused(&colleague, answer("我来", false), "taken_by_other").await;
        world.clock.forward(TimeDelta::minutes(3));
        world.done(&clerk(), answer("60 周岁以内可以，带身份证", true)).await;
        let thread = world.office.hall_thread(&student.actor, Some(WEICHENG), number).await.expect("the own question");
        let words: Vec<&str> = thread.entries.iter().map(|entry| entry.words.as_str()).collect();
        assert_eq!(words, ["我爸60岁能做共同借款人吗，电话***********", "60 周岁以内可以，带身份证"]);
        assert_eq!(thread.question.status, "closed");
        let found = async |text: &str| world.office.hall_questions(&clerk(), text).await.expect("the search").len();
        assert_eq!(
            (found("周岁以内").await, found("%").await, found("").await),
            (1, 0, 5),
            "answers are searched, signs mean themselves"
        );
        let told = world.office.messages(&student.actor).await.expect("the own messages");
        assert!(told.iter().any(|message| message.text.contains("有了答复")));
        assert!(world.office.hall_thread(&other.actor, Some(WEICHENG), number).await.is_err(), "not somebody else's");
        let add = AskQuestion { question: Some(number), ..ask("那 61 岁呢") };
        world.refused(&other.actor, add.clone(), "not_found").await;
        world.done(&student.actor, add).await;
        assert_eq!(world.office.my_questions(&student.actor).await.expect("the own questions").len(), 5);
    }
    proof::proves!["R8.17"; page "/student/questions"];
}

#[test]
fn long_numbers_do_not_stay_in_what_is_written() {
    let check = |typed: &str, kept: &str| assert_eq!(without_numbers(typed), kept);
    check("", "");
    check("8 月 3 日 0536", "8 月 3 日 0536");
    check("号码1234567。", "号码1234567。");
    check("号码12345678。", "号码********。");
    check("37070219900101123X", "******************");
    check("X1X", "X1X");
}

#[tokio::test]
async fn the_public_reads_where_when_and_that_the_season_opens() {
    for world in worlds(MONDAY).await {
        let say = |title: &str, words: &str| Announce {
            title: title.to_owned(),
            words: words.to_owned(),
            media: "县电视台、公众号".to_owned(),
            from_on: MONDAY,
            to_on: MONDAY + Days::new(10),
        };
        world.refused(&manager(), say("", "8 月 5 日起办理"), "title_missing").await;
        world.refused(&manager(), say("生源地助学贷款开始办理了", ""), "words_missing").await;
        world.refused(&manager(), Announce { to_on: MONDAY - Days::new(1), ..say("题", "文") }, "days_wrong").await;
        world.done(&manager(), say("生源地助学贷款开始办理了", "8 月 5 日起办理，请先在网上预约")).await;
        let hall = world.office.open_hall(WEICHENG).await.expect("the hall is public");
        assert_eq!(hall.notices[0].title, "生源地助学贷款开始办理了");
        assert_eq!((hall.place.name.as_str(), hall.place.county.as_str()), ("潍城区学生资助管理中心", COUNTY));
        assert_eq!((hall.place.address.as_str(), hall.place.phone.as_str()), ("示范路 1 号", "0700-5550101"));
        assert_eq!(hall.days[0].hours.as_deref(), Some("周一至周五 8:30–17:30"));
        world.move_to(MONDAY + Days::new(11)).await;
        let later = world.office.open_hall(WEICHENG).await.expect("the hall is public");
        assert!(later.notices.is_empty(), "it is taken down after its last day");
    }
    proof::proves!["R8.16", "R8.18"; page "/hall/{office}"];
}

#[tokio::test]
async fn questions_are_answered_by_telephone_in_the_hours_of_working_days() {
    for world in worlds(MONDAY).await {
        // An October week without places to book: only working days have hours.
        world.move_to(MONDAY + Days::new(70)).await;
        for hours in [USUAL_HOURS, ""] {
            let set: Result<(), Failure> = world
                .office
                .store
                .write("contact", |tx| {
                    Box::pin(async move {
                        store::office_place::change_contact(tx, WEICHENG, "示范路 1 号", "0773-2886219", hours).await
                    })
                })
                .await;
            set.expect("the office is known");
            let hall = world.office.open_hall(WEICHENG).await.expect("the hall is public");
            assert_eq!(hall.place.phone, "0773-2886219");
            let week: Vec<Option<&str>> = hall.days.iter().take(7).map(|day| day.hours.as_deref()).collect();
            let working = Some("08:00–12:00，15:00–18:00");
            assert_eq!(week, [working, working, working, working, working, None, None], "{hours:?}");
        }
    }
    proof::proves!["R8.9"; page "/hall/{office}"];
}
