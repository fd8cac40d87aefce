//! Files of rows on both databases: the list of mistakes, nothing done before somebody confirms, nothing done twice,
//! a stop in the middle, rows of others, and guessing by file.

use chrono::TimeDelta;
use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};
use store::Engine;

use super::{About, Kind, Reason, RosterView};
use crate::testing::{COLLEGE, Someone, UNIVERSITY, WEICHENG, World, XIUFENG, code_of, receipt, world, worlds};
use crate::who::Actor;

fn about(said: &[(&str, &str)]) -> About {
    said.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

async fn upload(world: &World, actor: &Actor, kind: Kind, said: &[(&str, &str)], csv: &str) -> RosterView {
    let key = world.key();
    let file = csv.as_bytes().to_vec();
    let uploaded =
        world.office.upload_roster(actor, &key, kind, about(said), "名单.csv", file).await.expect("the file is taken");
    world.office.check_roster(actor, &uploaded.roster, uploaded.known).await.expect("the rows are looked at")
}

async fn confirm(world: &World, actor: &Actor, roster: &str) -> RosterView {
    world.done(actor, super::run::ConfirmRoster { roster: roster.to_owned() }).await;
    world.office.run_roster(actor, roster).await.expect("the rows are done")
}

fn tally(view: &RosterView) -> (i64, i64, i64, i64, i64) {
    (view.total, view.wrong, view.refused, view.right, view.done)
}

async fn reason(world: &World, actor: &Actor, roster: &str, number: i64) -> Reason {
    let rows = world.office.roster_rows(actor, roster, None, number - 1, 1).await.expect("the rows are read");
    rows[0].reason.clone()
}

/// Code and column of a refused row.
async fn refused(world: &World, actor: &Actor, roster: &str, number: i64) -> (String, String) {
    match reason(world, actor, roster, number).await {
        Reason::Refused { code, column, .. } => (code, column),
        other => panic!("row {number}: {other:?}"),
    }
}

const RECEIPTS: &str = "校验码,姓名,欠学费,欠住宿费\n";
const SHOWN: &[(&str, &str)] = &[("papers_shown", "yes")];

#[tokio::test]
async fn receipts_come_from_a_file_and_every_wrong_row_is_named() {
    for world in worlds(date(2026, 8, 3)).await {
        let school = world.school(COLLEGE);
        let mut codes = Vec::new();
        let mut numbers = Vec::new();
        for serial in 801..804 {
            let (number, code) = world.certified(&world.student(serial).await, "370702").await;
            numbers.push(number);
            codes.push(code);
        }
        // A code of another school's student is unknown, as one that nobody has.
        let foreign = format!("{RECEIPTS}{},,1,1\n", codes[2]);
        let university = world.school(UNIVERSITY);
        let elsewhere = upload(&world, &university, Kind::Receipts, SHOWN, &foreign).await;
        assert_eq!(refused(&world, &university, &elsewhere.id, 2).await, ("code_unknown".into(), "校验码".into()));
        let csv = format!(
            "{RECEIPTS}{},林小满,5000,1200\n{},,9000.00,0\n{},别人,1,1\nBBBBCCCCDDDD,,1,1\nAAAABBBBCCCC,,1,1\n{},,1,1\n{},,五千,1\n",
            codes[0], codes[1], codes[2], codes[0], codes[2],
        );
        let key = world.key();
        let unseen =
            world.office.upload_roster(&school, &key, Kind::Receipts, About::new(), "a.csv", csv.clone().into());
        assert_eq!(code_of(&unseen.await.unwrap_err()), "papers_not_shown");
        let view = upload(&world, &school, Kind::Receipts, SHOWN, &csv).await;
        assert_eq!(tally(&view), (7, 2, 3, 2, 0), "{view:?}");
        let at = |number| reason(&world, &school, &view.id, number);
        assert_eq!(at(4).await, Reason::OtherName { found: "林小满".into() });
        assert_eq!(refused(&world, &school, &view.id, 5).await, ("code_unknown".into(), "校验码".into()));
        assert_eq!(refused(&world, &school, &view.id, 6).await, ("code_unknown".into(), "校验码".into()));
        assert_eq!(at(7).await, Reason::Twice { column: "校验码".into(), first: 2 });
        let Reason::Cells { mistakes } = at(8).await else { panic!("an amount in words is no amount") };
        assert!(mistakes[0].0 == "欠学费" && mistakes[0].1.starts_with("第 8 行欠学费"), "{mistakes:?}");
        let season = world.office.school_season(&school).await.unwrap();
        assert_eq!((season.missing.len(), season.entered.len()), (3, 0), "a rehearsal changes nothing");

        let not_yet = world.office.run_roster(&school, &view.id).await;
        assert_eq!(code_of(&not_yet.unwrap_err()), "not_found", "nobody confirmed");
        let ran = confirm(&world, &school, &view.id).await;
        assert_eq!(tally(&ran), (7, 2, 3, 0, 2));
        assert!(ran.finished_at.is_some());
        let season = world.office.school_season(&school).await.unwrap();
        assert_eq!((season.missing.len(), season.entered.len()), (1, 2));
        let owed: Vec<_> = season.entered.iter().map(|row| row.owed_fen).collect();
        assert!(owed.contains(&Some(620_000)) && owed.contains(&Some(900_000)), "{owed:?}");

        // The same file again is the same roster: what is done stays done, nothing more happens.
        let again = upload(&world, &school, Kind::Receipts, SHOWN, &csv).await;
        assert_eq!((again.id.as_str(), tally(&again)), (view.id.as_str(), (7, 2, 3, 0, 2)));
        world.refused(&school, super::run::ConfirmRoster { roster: view.id.clone() }, "roster_nothing_right").await;
        assert_eq!(world.office.rosters(&school, Kind::Receipts).await.unwrap().len(), 1);

        let others = [world.school(UNIVERSITY), world.clerk(WEICHENG)];
        for other in others {
            let seen = world.office.roster(&other, &view.id).await;
            assert_eq!(code_of(&seen.unwrap_err()), "not_found", "another office finds nothing");
        }
        let written = world.office.roster_result(&school, &view.id, |row| (row.verdict.clone(), String::new())).await;
        assert!(written.unwrap().starts_with(b"PK"), "the result is a workbook");
        let late = world.office.check_roster(&school, &view.id, true).await.unwrap();
        assert_eq!(late.done, 2, "looking again leaves what is done");
        // The clerk of the county sees who is still missing, with the consequence of the place.
        let missing = world.office.county_receipts(&world.clerk(WEICHENG)).await.unwrap();
        assert_eq!(missing.waiting.len(), 1);
        assert_eq!(
            (missing.waiting[0].summary.number.as_str(), missing.waiting[0].days_left),
            (numbers[2].as_str(), 73)
        );
        let remind = || crate::origination::remind::RemindOfReceipt { number: numbers[2].clone() };
        world.done(&world.clerk(WEICHENG), remind()).await;
        world.refused(&school, remind(), "reminded_today").await;
    }
    proof::proves!["R11.3", "R11.8", "R11.7"];
}

#[tokio::test]
async fn a_row_that_became_wrong_after_the_check_is_named_and_the_others_of_its_chunk_are_done() {
    for world in worlds(date(2026, 8, 3)).await {
        let school = world.school(COLLEGE);
        let mut codes = Vec::new();
        for serial in 831..834 {
            codes.push(world.certified(&world.student(serial).await, "370702").await.1);
        }
        let csv = format!("{RECEIPTS}{},,1,1\n{},,2,2\n{},,3,3\n", codes[0], codes[1], codes[2]);
        let view = upload(&world, &school, Kind::Receipts, SHOWN, &csv).await;
        assert_eq!(tally(&view), (3, 0, 0, 3, 0));
        // Before anybody confirms, the second student comes to the counter of the school.
        world.done(&school, receipt(&codes[1], "9", "0")).await;
        let ran = confirm(&world, &school, &view.id).await;
        assert_eq!(tally(&ran), (3, 0, 1, 0, 2));
        assert_eq!(refused(&world, &school, &view.id, 3).await, ("code_used".into(), "校验码".into()));
        let season = world.office.school_season(&school).await.unwrap();
        let mut owed: Vec<_> = season.entered.iter().map(|row| row.owed_fen.unwrap_or_default()).collect();
        owed.sort_unstable();
        assert_eq!(owed, [200, 600, 900], "nobody's receipt was entered twice");
    }
}

#[tokio::test]
async fn h060_codes_cannot_be_guessed_by_file_either() {
    let world = world(date(2026, 8, 3)).await;
    let (_, code) = world.certified(&world.student(805).await, "370702").await;
    let school = world.school(COLLEGE);
    let mut csv = RECEIPTS.to_owned();
    for guess in 0..150 {
        csv += &format!("QQQQQQQQ{:04},,0,0\n", 2000 + guess);
    }
    csv += &format!("{code},,0,0\n");
    let view = upload(&world, &school, Kind::Receipts, SHOWN, &csv).await;
    assert_eq!(tally(&view), (151, 0, 151, 0, 0));
    assert_eq!(refused(&world, &school, &view.id, 2).await.0, "code_unknown");
    assert_eq!(refused(&world, &school, &view.id, 152).await.0, "too_many_wrong_codes", "even for a right code");
    world.clock.forward(TimeDelta::hours(1));
    let view = world.office.check_roster(&school, &view.id, true).await.unwrap();
    assert_eq!(view.right, 0, "the hour is spent on guesses again");
    world.done(&school, receipt(&code, "0", "0")).await;
}

const PRE: &str = "姓名,身份证号,手机号,毕业学校,户籍县代码,来源,证明材料,审核结果,原因\n";

fn id(serial: u32) -> String {
    IdNumber::synthetic(serial, date(1998, 5, 6), Sex::Male).as_str().to_owned()
}

#[tokio::test]
async fn h055_rows_of_another_county_are_refused_by_name_and_the_rest_is_the_readers_choice() {
    for world in worlds(date(2016, 8, 1)).await {
        let clerk = world.clerk(XIUFENG);
        let csv = format!(
            "{PRE}李明,{},13900000001,桂林中学,450302,高中助学金档案,,,\n王芳,{},,,370702,高中助学金档案,,,\n\
             赵强,{},,,,县级困难证明,,,\n钱多,{},,,,县级困难证明,低保证,不通过,收入超过标准\n",
            id(811),
            id(812),
            id(813),
            id(814),
        );
        let view = upload(&world, &clerk, Kind::PreApplications, &[], &csv).await;
        assert_eq!(tally(&view), (4, 0, 2, 2, 0));
        assert_eq!(refused(&world, &clerk, &view.id, 3).await, ("other_county".into(), "户籍县代码".into()));
        assert_eq!(refused(&world, &clerk, &view.id, 4).await, ("proof_missing".into(), "证明材料".into()));
        assert!(world.office.pre_applications(&clerk).await.unwrap().rows.is_empty(), "not before the choice");
        let ran = confirm(&world, &clerk, &view.id).await;
        assert_eq!(tally(&ran), (4, 0, 2, 0, 2));
        let listed = world.office.pre_applications(&clerk).await.unwrap();
        let standing: Vec<_> = listed.rows.iter().map(|row| (row.name.as_str(), row.status.as_str())).collect();
        assert_eq!(standing.len(), 2);
        assert!(standing.contains(&("李明", "certified")) && standing.contains(&("钱多", "refused")), "{standing:?}");
        let rows = world.office.roster_rows(&clerk, &view.id, None, 0, 1).await.unwrap();
        assert_eq!(rows[0].cells["身份证号"], format!("{}********{}", &id(811)[..6], &id(811)[14..]));
        assert_eq!(rows[0].cells["手机号"], "139****0001", "codes are masked on pages and in results");
    }
}

#[tokio::test]
async fn h056_a_failure_in_the_middle_leaves_whole_rows_and_the_rest_goes_on() {
    for world in worlds(date(2016, 8, 1)).await {
        let clerk = world.clerk(XIUFENG);
        let mut csv = PRE.to_owned();
        for serial in 0..120 {
            csv += &format!("李明,{},,,,高中助学金档案,,,\n", id(2_000 + serial));
        }
        let view = upload(&world, &clerk, Kind::PreApplications, &[], &csv).await;
        assert_eq!(tally(&view), (120, 0, 0, 120, 0));
        // A disk that is full as long as a setting says so.
        let full = "(SELECT count(*) FROM pre_application) >= 61 \
                    AND EXISTS (SELECT 1 FROM setting WHERE name = 'disk' AND value = 'full')";
        let fail = match world.engine() {
            Engine::Sqlite => format!(
                "CREATE TRIGGER full_disk BEFORE INSERT ON pre_application WHEN {full} \
                 BEGIN SELECT RAISE(ABORT, 'disk full'); END;"
            ),
            Engine::Postgres => format!(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 IF {full} THEN RAISE EXCEPTION 'disk full'; END IF; RETURN NEW; END $$; \
                 CREATE TRIGGER full_disk BEFORE INSERT ON pre_application FOR EACH ROW EXECUTE FUNCTION full_disk();"
            ),
        };
        world.database.as_owner(&fail).await.unwrap();
        disk(&world, "full").await;
        world.done(&clerk, super::run::ConfirmRoster { roster: view.id.clone() }).await;
        let stopped = world.office.run_roster(&clerk, &view.id).await;
        assert_eq!(code_of(&stopped.unwrap_err()), "failure");
        let half = world.office.roster(&clerk, &view.id).await.unwrap();
        assert_eq!(tally(&half), (120, 0, 0, 59, 61), "whole rows are done, the others keep their verdict");
        assert_eq!(half.finished_at, None, "a half is never called finished");
        assert_eq!(world.office.pre_applications(&clerk).await.unwrap().rows.len(), 61);
        disk(&world, "mended").await;
        let whole = world.office.run_roster(&clerk, &view.id).await.unwrap();
        assert_eq!(tally(&whole), (120, 0, 0, 0, 120));
        assert!(whole.finished_at.is_some());
        assert_eq!(world.office.pre_applications(&clerk).await.unwrap().rows.len(), 120, "nobody stands twice");
    }
}

/// Fills the disk, or mends it.
async fn disk(world: &World, value: &str) {
    let at = world.office.clock.now();
    let put: Result<(), store::Failure> = world
        .office
        .store
        .write("disk", |tx| Box::pin(async move { store::setting::put(tx, "disk", value, at, "test").await }))
        .await;
    put.unwrap();
}

#[tokio::test]
async fn h049_what_is_no_list_is_refused_with_the_reason() {
    let world = world(date(2026, 8, 3)).await;
    let school = world.school(COLLEGE);
    let refused = async |file: &[u8], code: &str| {
        let key = world.key();
        let taken =
            world.office.upload_roster(&school, &key, Kind::Receipts, about(SHOWN), "a.xlsx", file.to_vec()).await;
        assert_eq!(code_of(&taken.unwrap_err()), code);
    };
    refused(b"%PDF-1.7 ...", "file_unreadable").await;
    refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_unreadable").await;
    refused(b"", "file_unreadable").await;
    refused("姓名,班级\n陈思远,三班\n".as_bytes(), "file_unreadable").await;
    refused(RECEIPTS.as_bytes(), "file_without_rows").await;
    let key = world.key();
    let kind = Kind::PreApplications;
    let stranger = Someone::clone(&world.student(820).await);
    let taken = world.office.upload_roster(&stranger.actor, &key, kind, About::new(), "a", Vec::new()).await;
    assert_eq!(code_of(&taken.unwrap_err()), "forbidden");
    let template = world.office.roster_template(&school, Kind::Receipts).unwrap();
    assert_eq!(code_of(&world.office.roster_template(&school, Kind::QuizResults).unwrap_err()), "forbidden");
    refused(&template, "file_without_rows").await;
}
