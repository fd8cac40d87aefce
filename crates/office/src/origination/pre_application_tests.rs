//! 预申请 by every door, on both databases: who may enter what, which ways a county knows, who sees it afterwards.

use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};

use super::enter_pre_application::EnterPreApplication;
use super::{certify, open_draft};
use crate::application::Stage;
use crate::testing::{COLLEGE, UNIVERSITY, WEICHENG, World, XIUFENG, code_of, sitting, submission, worlds};
use crate::who::Actor;

fn entry(serial: u32, source: &str) -> EnterPreApplication {
    EnterPreApplication {
        name: "周敏".to_owned(),
        id_number: IdNumber::synthetic(serial, date(2000, 3, 1), Sex::Female).as_str().to_owned(),
        source: source.to_owned(),
        ..Default::default()
    }
}

async fn statuses(world: &World, actor: &Actor) -> Vec<(String, String, String, Option<Stage>)> {
    let list = world.office.pre_applications(actor).await.expect("the office has a list");
    list.rows.into_iter().map(|row| (row.source, row.status, row.proof, row.applied)).collect()
}

#[tokio::test]
async fn each_proof_has_its_own_door() {
    for world in worlds(date(2016, 8, 1)).await {
        let (clerk, university) = (world.clerk(XIUFENG), world.school(UNIVERSITY));
        // The grant file needs no new proof.
        world.done(&clerk, entry(901, "grant_file")).await;
        // The county looks at a proof; without one there is nothing to look at.
        world.refused(&clerk, entry(902, "county_proof"), "proof_missing").await;
        let with = |act: EnterPreApplication, proof: &str| EnterPreApplication { proof: proof.to_owned(), ..act };
        let refusal = EnterPreApplication { refused: true, ..with(entry(902, "county_proof"), "村委会证明") };
        world.refused(&clerk, refusal.clone(), "reason_missing").await;
        let refusal = EnterPreApplication { reason: "证明没有盖章".to_owned(), ..refusal };
        world.done(&clerk, refusal.clone()).await;
        world.refused(&clerk, refusal, "already_entered").await;
        // A better proof, a new look.
        world.done(&clerk, with(entry(902, "county_proof"), "盖章的村委会证明")).await;
        world.refused(&clerk, with(entry(902, "county_proof"), "低保证"), "already_entered").await;
        // Who studies already brings the proof to the university; nobody looks at the other's kind.
        let proof = with(entry(903, "university_proof"), "家庭经济困难证明");
        world.refused(&clerk, proof.clone(), "source_of_others").await;
        world.refused(&university, with(entry(903, "county_proof"), "x"), "source_of_others").await;
        world.refused(&university, entry(903, "grant_file"), "source_of_others").await;
        world.refused(&university, proof.clone(), "county_not_served").await;
        let proof = EnterPreApplication { county: "450302".to_owned(), ..proof };
        world.done(&university, proof).await;
        let elsewhere = EnterPreApplication { county: "370702".to_owned(), ..entry(904, "grant_file") };
        world.refused(&clerk, elsewhere, "other_county").await;
        world.refused(&clerk, entry(904, "neighbour"), "source_unknown").await;
        // Xiufeng knows three ways; the list of a school is not among them.
        world.refused(&clerk, entry(904, "school_list"), "pre_application_way_not_known").await;

        let county = statuses(&world, &clerk).await;
        assert_eq!(county.len(), 3, "the county sees all of its entries: {county:?}");
        assert!(county.contains(&("university_proof".into(), "certified".into(), "家庭经济困难证明".into(), None)));
        assert!(county.contains(&("county_proof".into(), "certified".into(), "盖章的村委会证明".into(), None)));
        assert_eq!(statuses(&world, &university).await.len(), 1, "the university sees what it entered");
        assert!(statuses(&world, &world.clerk(WEICHENG)).await.is_empty());
        assert!(statuses(&world, &world.school(COLLEGE)).await.is_empty());
    }
    proof::proves!["R3.1", "R3.2", "R3.3"];
}

#[tokio::test]
async fn an_entry_keeps_its_decision_and_is_found_by_the_id_number_at_the_application() {
    for world in worlds(date(2016, 8, 1)).await {
        let clerk = world.clerk(XIUFENG);
        let student = world.student(905).await;
        assert_eq!(world.office.own_pre_application(&student.actor).await.unwrap(), None);
        let act = EnterPreApplication {
            name: "林小满".to_owned(),
            id_number: student.id_number.to_lowercase(),
            source: "county_proof".to_owned(),
            proof: "低保证 45030001".to_owned(),
            origin_school: "北京大学".to_owned(),
            reason: "证件齐全".to_owned(),
            ..Default::default()
        };
        world.done(&clerk, act).await;
        let list = world.office.pre_applications(&clerk).await.unwrap();
        let row = &list.rows[0];
        assert_eq!((row.source.as_str(), row.proof.as_str()), ("county_proof", "低保证 45030001"));
        assert_eq!((row.status.as_str(), row.reason.as_str()), ("certified", "证件齐全"));
        assert_eq!((row.reviewed_by.as_str(), row.reviewed_on), ("staff:101", date(2016, 8, 1)));
        assert!(row.to_follow_up(), "entered, and not applied yet");
        // Who was refused is not followed up.
        let no = EnterPreApplication {
            proof: "收入证明".to_owned(),
            refused: true,
            reason: "收入超过标准".to_owned(),
            ..entry(908, "county_proof")
        };
        world.done(&clerk, no).await;
        let list = world.office.pre_applications(&clerk).await.unwrap();
        let open: Vec<&str> = list.rows.iter().filter(|row| row.to_follow_up()).map(|row| row.name.as_str()).collect();
        assert_eq!(open, ["林小满"]);
        // The school of origin and the student see it too.
        assert_eq!(statuses(&world, &world.school(UNIVERSITY)).await.len(), 1);
        let own = world.office.own_pre_application(&student.actor).await.unwrap().unwrap();
        assert!(own.certified && own.entered_on == date(2016, 8, 1));

        world.done(&clerk, sitting(&student, 40, 50)).await;
        let number = world.draft(&student, "450302").await;
        world.fill(&student, &number, "450302", "8000", "2030").await;
        let submitted = world.done(&student.actor, submission(&number)).await;
        assert!(submitted.to_override.is_empty(), "the gate is open: {:?}", submitted.to_override);
        let view = world.office.case_view(&clerk, &number).await.unwrap();
        assert!(!view.certification_needed, "who pre-applied needs no certification");
        let certify = certify::Certify { number: number.clone(), basis: "低保证".to_owned() };
        world.done(&clerk, crate::testing::arrival(&number, true, true)).await;
        world.refused(&clerk, certify, "certification_not_needed").await;
        let list = world.office.pre_applications(&clerk).await.unwrap();
        assert!(list.rows.iter().all(|row| !row.to_follow_up()), "nobody is left to ask");
        assert_eq!(list.rows.iter().filter(|row| row.applied.is_some()).count(), 1, "he applied");
    }
    proof::proves!["R3.8", "R3.9", "R2.19"];
}

#[tokio::test]
async fn who_was_refused_is_not_on_the_list() {
    for world in worlds(date(2016, 8, 1)).await {
        let clerk = world.clerk(XIUFENG);
        let student = world.student(906).await;
        let act = EnterPreApplication {
            name: "林小满".to_owned(),
            id_number: student.id_number.clone(),
            source: "county_proof".to_owned(),
            proof: "收入证明".to_owned(),
            refused: true,
            reason: "收入超过标准".to_owned(),
            ..Default::default()
        };
        world.done(&clerk, act).await;
        world.done(&clerk, sitting(&student, 40, 50)).await;
        let number = world.done(&student.actor, open_draft::OpenDraft { county: "450302".into() }).await.number;
        world.fill(&student, &number, "450302", "8000", "2030").await;
        let submitted = world.done(&student.actor, submission(&number)).await;
        assert_eq!(submitted.to_override, ["pre_application_gate"], "a no does not open the gate");
        let own = world.office.own_pre_application(&student.actor).await.unwrap().unwrap();
        assert!(!own.certified && own.reason == "收入超过标准");
        let seen = world.office.pre_applications(&student.actor).await;
        assert_eq!(code_of(&seen.unwrap_err()), "forbidden");
    }
    proof::proves!["R3.4"];
}

#[tokio::test]
async fn zaoyang_puts_the_lists_of_its_schools_down_in_may() {
    const ZAOYANG: i64 = 9;
    for world in worlds(date(2024, 4, 30)).await {
        let settled: Result<(), store::Failure> = world
            .office
            .store
            .write("zaoyang", |tx| {
                Box::pin(async move {
                    let opened_on = date(2007, 1, 1);
                    for (office_id, kind, name) in
                        [(ZAOYANG, "county", "枣阳市学生资助管理中心"), (91, "school", "枣阳市第一中学")]
                    {
                        let office = store::office_place::Office {
                            office_id,
                            kind: kind.to_owned(),
                            name: name.to_owned(),
                            division_code: Some("420683".to_owned()),
                            school_code: None,
                            address: String::new(),
                            phone: String::new(),
                            hours: String::new(),
                            opened_on,
                            closed_on: None,
                        };
                        store::office_place::enter(tx, &office).await?;
                    }
                    let book = store::office_place::Book {
                        book: ZAOYANG,
                        scheme: "origin".to_owned(),
                        name: "枣阳".to_owned(),
                        division_code: Some("420683".to_owned()),
                        opened_on,
                    };
                    store::office_place::book_open(tx, &book).await?;
                    let service = store::office_place::BookService {
                        book: ZAOYANG,
                        part: "county".to_owned(),
                        from_on: opened_on,
                        office_id: ZAOYANG,
                        to_on: None,
                    };
                    store::office_place::book_serve(tx, &service).await
                })
            })
            .await;
        settled.unwrap();
        let (high_school, clerk) = (world.school(91), world.clerk(ZAOYANG));
        // Eight briefings in the schools come first.
        for briefing in 1..=8 {
            let setting = crate::training::plan::Setting {
                title: format!("第 {briefing} 场进校宣讲"),
                from_time: "15:00".to_owned(),
                to_time: "16:30".to_owned(),
                place: "枣阳市第一中学".to_owned(),
                held_by: "市资助中心".to_owned(),
            };
            let kind = crate::training::Kind::Briefing;
            let act = crate::training::plan::PlanTraining { kind, on_day: date(2024, 4, 30), setting };
            world.done(&clerk, act).await;
        }
        assert_eq!(world.office.trainings(&clerk).await.unwrap().len(), 8);
        world.refused(&high_school, entry(911, "school_list"), "pre_application_out_of_month").await;
        world.move_to(date(2024, 5, 1)).await;
        world.refused(&high_school, entry(911, "grant_file"), "pre_application_way_not_known").await;
        world.done(&high_school, entry(911, "school_list")).await;
        world.move_to(date(2024, 5, 31)).await;
        world.done(&clerk, entry(912, "school_list")).await;
        world.move_to(date(2024, 6, 1)).await;
        world.refused(&clerk, entry(913, "school_list"), "pre_application_out_of_month").await;
        assert_eq!(statuses(&world, &clerk).await.len(), 2);
        let own = world.office.pre_applications(&high_school).await.unwrap();
        assert_eq!(own.rows.len(), 1);
        assert_eq!(own.rows[0].origin_school, "枣阳市第一中学");
    }
    proof::proves!["R3.7"];
}
