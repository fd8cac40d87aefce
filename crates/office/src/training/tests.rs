//! Trainings and the quiz on both databases: the season of a county, who was there, what must be done before a
//! training is over, and the way from a drawn paper to the open gate.

use std::collections::BTreeMap;

use loan::calendar::{Date, date};
use loan::policy::choice::TrainingPart;
use loan::policy::id_number::{IdNumber, Sex};
use loan::policy::questions::QuestionBank;

use super::attend::{DeliverMaterial, MarkAttendance};
use super::close::CloseTraining;
use super::enrol::EnrolAttendee;
use super::plan::{PlanSeason, PlanTraining, Setting};
use super::quiz::{AnswerQuiz, OpenQuiz};
use super::{Kind, LEAVERS_MATERIALS};
use crate::testing::{COLLEGE, Someone, WEICHENG, World, XIUFENG, code_of, sitting, submission, worlds};
use crate::who::Actor;

fn room_401() -> Setting {
    Setting {
        title: String::new(),
        from_time: "09:00".to_owned(),
        to_time: "12:00".to_owned(),
        place: "秀峰区教育局4楼401".to_owned(),
        held_by: "李老师".to_owned(),
    }
}

async fn plan(world: &World, actor: &Actor, kind: Kind, on_day: Date) -> i64 {
    world.done(actor, PlanTraining { kind, on_day, setting: room_401() }).await.trainings[0]
}

fn named(training: i64, name: &str) -> EnrolAttendee {
    EnrolAttendee {
        training, name: name.to_owned(), id_number: String::new(), belongs_to: "高三（1）班".to_owned()
    }
}

fn borrower(training: i64, student: &Someone) -> EnrolAttendee {
    EnrolAttendee { id_number: student.id_number.clone(), ..named(training, "林小满") }
}

fn came(training: i64, attended: &[i64], know: &[i64]) -> MarkAttendance {
    MarkAttendance { training, attended: attended.to_vec(), know: know.to_vec() }
}

#[tokio::test]
async fn the_season_of_xiufeng_is_planned_with_one_word() {
    for world in worlds(date(2016, 7, 25)).await {
        let clerk = world.clerk(XIUFENG);
        let season = |setting| PlanSeason { setting };
        world.refused(&clerk, season(Setting { place: " ".into(), ..room_401() }), "place_missing").await;
        world.refused(&clerk, season(Setting { to_time: "09:00".into(), ..room_401() }), "times_wrong").await;
        world.refused(&world.clerk(WEICHENG), season(room_401()), "no_training_season").await;
        let planned = world.done(&clerk, season(room_401())).await;
        assert_eq!(planned.trainings.len(), 8);
        world.refused(&clerk, season(room_401()), "training_season_planned").await;
        let all = world.office.trainings(&clerk).await.unwrap();
        let days: Vec<Date> = all.iter().rev().map(|training| training.on_day).collect();
        let mondays = [(8, 1), (8, 8), (8, 15), (8, 22), (8, 29), (9, 5), (9, 12), (9, 19)];
        assert_eq!(days, mondays.map(|(month, day)| date(2016, month, day)));
        for training in &all {
            assert_eq!(training.parts, TrainingPart::ALL, "exactly the six parts");
            assert_eq!((training.times.0.as_str(), training.times.1.as_str()), ("09:00", "12:00"));
            assert!(training.place.ends_with("401") && training.held_by == "李老师");
        }

        // Roster and attendance of the first Monday.
        let (first, student) = (planned.trainings[0], world.student(951).await);
        world.refused(&clerk, named(first, "林小满"), "id_number_wrong").await;
        world.done(&clerk, borrower(first, &student)).await;
        world.refused(&clerk, borrower(first, &student), "already_entered").await;
        world.refused(&clerk, came(first, &[1], &[]), "not_yet").await;
        world.refused(&clerk, CloseTraining { training: first }, "not_yet").await;
        world.move_to(date(2016, 8, 1)).await;
        world.refused(&clerk, came(first, &[2], &[]), "attendee_unknown").await;
        world.refused(&clerk, CloseTraining { training: first }, "nobody_came").await;
        world.done(&clerk, came(first, &[1], &[])).await;
        world.done(&clerk, CloseTraining { training: first }).await;
        world.refused(&clerk, borrower(first, &student), "training_closed").await;
        let view = world.office.training(&clerk, first).await.unwrap();
        assert_eq!((view.attended(), view.closed_on), (1, Some(date(2016, 8, 1))));
        let other = world.office.training(&world.clerk(WEICHENG), first).await;
        assert_eq!(code_of(&other.unwrap_err()), "not_found");
    }
    proof::proves!["R4.1", "R4.3"];
}

#[tokio::test]
async fn graduating_borrowers_all_know_how_to_repay_and_have_the_four_papers() {
    for world in worlds(date(2023, 4, 25)).await {
        let school = world.school(COLLEGE);
        world
            .refused(
                &world.clerk(XIUFENG),
                PlanTraining { kind: Kind::Leavers, on_day: date(2023, 5, 8), setting: room_401() },
                "training_of_others",
            )
            .await;
        let group = plan(&world, &school, Kind::Leavers, date(2023, 4, 25)).await;
        let (one, other) = (world.student(952).await, world.student(953).await);
        world.done(&school, borrower(group, &one)).await;
        world.done(&school, borrower(group, &other)).await;
        world.done(&school, came(group, &[1, 2], &[1])).await;
        for (handed, what) in LEAVERS_MATERIALS.iter().enumerate() {
            let no = world.perform(&school, CloseTraining { training: group }).await.unwrap_err();
            assert_eq!(code_of(&no), "training_materials_missing", "{handed} of four handed out");
            world.done(&school, DeliverMaterial { training: group, what: (*what).to_owned() }).await;
        }
        world.refused(&school, CloseTraining { training: group }, "training_somebody_does_not_know").await;
        world.done(&school, came(group, &[1, 2], &[1, 2])).await;
        world.done(&school, CloseTraining { training: group }).await;
        let view = world.office.training(&school, group).await.unwrap();
        assert_eq!(view.parts, [TrainingPart::Integrity, TrainingPart::Repayment, TrainingPart::Alipay]);
        assert_eq!(view.delivered.len(), 4);
        assert!(view.list.iter().all(|one| one.attended && one.knows));
    }
    proof::proves!["R4.7", "R4.8"];
}

#[tokio::test]
async fn teachers_and_staff_are_trained_and_it_is_kept_with_what() {
    for world in worlds(date(2024, 4, 8)).await {
        let (clerk, school) = (world.clerk(XIUFENG), world.school(COLLEGE));
        // Every head teacher was there, or the class is not over.
        let heads = plan(&world, &clerk, Kind::HeadTeachers, date(2024, 4, 8)).await;
        for name in ["王老师", "李老师"] {
            world.done(&clerk, named(heads, name)).await;
        }
        world.refused(&clerk, named(heads, "王老师"), "already_entered").await;
        world.done(&clerk, came(heads, &[1], &[])).await;
        world.refused(&clerk, CloseTraining { training: heads }, "training_somebody_missing").await;
        world.done(&clerk, came(heads, &[1, 2], &[])).await;
        world.done(&clerk, CloseTraining { training: heads }).await;
        // The yearly training of the staff keeps its papers.
        let staff = plan(&world, &clerk, Kind::Staff, date(2024, 4, 8)).await;
        world.done(&clerk, named(staff, "陈静")).await;
        world.done(&clerk, came(staff, &[1], &[])).await;
        world.refused(&clerk, CloseTraining { training: staff }, "training_materials_missing").await;
        world.refused(&clerk, DeliverMaterial { training: staff, what: " ".into() }, "material_missing").await;
        world.done(&clerk, DeliverMaterial { training: staff, what: "2024年业务手册".to_owned() }).await;
        world.done(&clerk, CloseTraining { training: staff }).await;
        let view = world.office.training(&clerk, staff).await.unwrap();
        assert_eq!((view.delivered[0].what.as_str(), view.delivered[0].on), ("2024年业务手册", date(2024, 4, 8)));
        // Aid teachers learn before the students confirm.
        let teach = |on_day| PlanTraining { kind: Kind::AidTeachers, on_day, setting: room_401() };
        world.done(&school, teach(date(2024, 4, 10))).await;
        world.refused(&clerk, teach(date(2024, 4, 10)), "training_of_others").await;
    }
    proof::proves!["R4.10", "R4.11"];
}

#[tokio::test]
async fn aid_teachers_are_trained_before_the_confirmation_is_over() {
    // 学校学生处 of the rules of 2022: the students' part of the confirmation ends on a day the policy names.
    let question = loan::policy::Question {
        scheme: loan::policy::Scheme::Origin,
        on: date(2023, 4, 1),
        county: None,
        school: Some(crate::testing::COLLEGE_CODE),
    };
    let book = loan::policy::Book::standard();
    let last = book.month_day(&question, loan::policy::Parameter::ConfirmationBy).unwrap().in_year(2023);
    for world in worlds(date(2023, 4, 1)).await {
        let school = world.school(COLLEGE);
        let teach = |on_day| PlanTraining { kind: Kind::AidTeachers, on_day, setting: room_401() };
        let before = last.pred_opt().unwrap();
        let planned = world.done(&school, teach(before)).await;
        assert_eq!(planned.trainings.len(), 1);
        world.refused(&school, teach(last), "training_after_confirmation").await;
        world.refused(&school, teach(last + chrono::Days::new(1)), "training_after_confirmation").await;
    }
    proof::proves!["R4.9"];
}

/// Letters of the right answers, with so many questions answered wrongly.
fn answers(questions: &[&'static loan::policy::questions::Question], wrong: usize) -> BTreeMap<String, String> {
    let letters = |place: usize, question: &loan::policy::questions::Question| {
        if place < wrong { String::new() } else { question.answer.to_string() }
    };
    questions.iter().enumerate().map(|(place, question)| (question.id.clone(), letters(place, question))).collect()
}

#[tokio::test]
async fn the_quiz_is_answered_on_the_spot_explained_and_taken_again() {
    for world in worlds(date(2016, 8, 1)).await {
        let (clerk, student) = (world.clerk(XIUFENG), world.student(954).await);
        let open = || OpenQuiz { county: "450302".to_owned() };
        let elsewhere = |county: &str| OpenQuiz { county: county.to_owned() };
        world.refused(&student.actor, elsewhere("110101"), "county_not_served").await;
        world.refused(&student.actor, elsewhere("370702"), "no_quiz_asked").await;
        world.refused(&student.actor, open(), "quiz_on_the_spot").await;
        let training = plan(&world, &clerk, Kind::Borrowers, date(2016, 8, 1)).await;
        world.done(&clerk, borrower(training, &student)).await;
        world.refused(&student.actor, open(), "quiz_on_the_spot").await;
        world.done(&clerk, came(training, &[1], &[])).await;

        let paper = world.done(&student.actor, open()).await.paper;
        assert_eq!(world.done(&student.actor, open()).await.paper, paper, "nobody draws until the questions please");
        let view = world.office.quiz_paper(&student.actor, &paper).await.unwrap();
        assert_eq!((view.questions.len(), &view.chosen), (10, &None));
        let parts: std::collections::BTreeSet<TrainingPart> = view.questions.iter().map(|one| one.part).collect();
        assert_eq!(parts.len(), 6, "every part of the curriculum is asked");
        assert!(view.questions.iter().all(|one| QuestionBank::standard().question(&one.id) == Some(one)));
        let other = world.student(955).await;
        let foreign = world.office.quiz_paper(&other.actor, &paper).await;
        assert_eq!(code_of(&foreign.unwrap_err()), "not_found");

        // Seven of ten is not enough, and every wrong answer can be explained.
        let hand_in = |paper: &str, answers| AnswerQuiz { paper: paper.to_owned(), answers };
        let failed = world.done(&student.actor, hand_in(&paper, answers(&view.questions, 3))).await;
        assert_eq!((failed.right, failed.asked, failed.passed), (7, 10, false));
        world.refused(&student.actor, hand_in(&paper, answers(&view.questions, 0)), "quiz_already_answered").await;
        let marked = world.office.quiz_paper(&student.actor, &paper).await.unwrap();
        let chosen = marked.chosen.unwrap();
        let wrong = marked.questions.iter().filter(|one| chosen.get(&one.id) != Some(&one.answer));
        assert_eq!(wrong.filter(|one| !one.explanation.is_empty()).count(), 3);

        // The gate stays shut.
        let number = world.draft(&student, "450302").await;
        world.fill(&student, &number, "450302", "8000", "2030").await;
        world.refused(&student.actor, submission(&number), "rule_broken").await;

        // Another paper, eight of ten.
        world.clock.forward(chrono::TimeDelta::minutes(5));
        let again = world.done(&student.actor, open()).await.paper;
        assert_ne!(again, paper);
        let view = world.office.quiz_paper(&student.actor, &again).await.unwrap();
        let passed = world.done(&student.actor, hand_in(&again, answers(&view.questions, 2))).await;
        assert_eq!((passed.right, passed.passed), (8, true));
        world.refused(&student.actor, open(), "quiz_already_passed").await;
        let home = world.office.quiz_home(&student.actor).await.unwrap();
        assert_eq!(home.percent, Some(80));
        let kept: Vec<_> = home.sittings.iter().map(|sat| (sat.score, sat.passed, sat.invigilator.as_str())).collect();
        assert_eq!(kept, [(70, false, "李老师"), (80, true, "李老师")]);
        assert!(home.passed().unwrap().session.contains("401") && home.sittings[1].on_day == date(2016, 8, 1));
        world.done(&student.actor, submission(&number)).await;
        let seen = world.office.training(&clerk, training).await.unwrap();
        assert_eq!(seen.list[0].quiz, Some((80, true)), "the county sees the result beside the name");
    }
    proof::proves!["R4.4", "R4.6", "R4.2"];
}

#[tokio::test]
async fn results_on_paper_come_from_a_list() {
    for world in worlds(date(2016, 8, 1)).await {
        let (clerk, student) = (world.clerk(XIUFENG), world.student(956).await);
        let other = world.student(957).await;
        let nobody = IdNumber::synthetic(958, date(1998, 5, 6), Sex::Male);
        let csv = format!(
            "姓名,身份证号,总题数,答对题数\n林小满,{},50,40\n林小满,{},50,39\n钱多,{},50,50\n",
            student.id_number,
            other.id_number,
            nobody.as_str()
        );
        let kind = crate::roster::Kind::QuizResults;
        let (key, none) = (world.key(), crate::roster::About::new());
        let unnamed = world.office.upload_roster(&clerk, &key, kind, none, "a.csv", csv.clone().into()).await;
        assert_eq!(code_of(&unnamed.unwrap_err()), "session_missing");
        let about = crate::roster::About::from([("session".to_owned(), "401，8月1日".to_owned())]);
        let key = world.key();
        let taken = world.office.upload_roster(&clerk, &key, kind, about, "a.csv", csv.into()).await.unwrap();
        let view = world.office.check_roster(&clerk, &taken.roster, false).await.unwrap();
        assert_eq!((view.right, view.refused), (2, 1));
        world.done(&clerk, crate::roster::run::ConfirmRoster { roster: view.id.clone() }).await;
        world.office.run_roster(&clerk, &view.id).await.unwrap();
        let passed = world.office.quiz_home(&student.actor).await.unwrap();
        assert!(passed.passed().is_some_and(|sat| sat.session.contains("401")));
        let failed = world.office.quiz_home(&other.actor).await.unwrap();
        assert!(failed.passed().is_none() && failed.sittings[0].score == 78);
        world.done(&clerk, sitting(&other, 45, 50)).await;
        assert!(world.office.quiz_home(&other.actor).await.unwrap().passed().is_some(), "a later session helps");

        // The list of a training comes from a file as well.
        let training = plan(&world, &clerk, Kind::Borrowers, date(2016, 8, 8)).await;
        let csv = format!("姓名,身份证号,单位或班级\n林小满,{},桂林中学\n没有号,,桂林中学\n", student.id_number);
        let about = crate::roster::About::from([("training".to_owned(), training.to_string())]);
        let (key, kind) = (world.key(), crate::roster::Kind::Attendees);
        let taken = world.office.upload_roster(&clerk, &key, kind, about, "b.csv", csv.into()).await.unwrap();
        let view = world.office.check_roster(&clerk, &taken.roster, false).await.unwrap();
        assert_eq!((view.right, view.refused), (1, 1));
        world.done(&clerk, crate::roster::run::ConfirmRoster { roster: view.id.clone() }).await;
        world.office.run_roster(&clerk, &view.id).await.unwrap();
        assert_eq!(world.office.training(&clerk, training).await.unwrap().list[0].belongs_to, "桂林中学");
    }
    proof::proves!["R4.6"];
}
