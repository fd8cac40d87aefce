//! Files of rows: a thousand pre-applications of a county and two thousand receipts of a school, as workbooks, from the
//! upload to the last row; each file is uploaded a second time, which changes nothing.

use std::time::Instant;

use chrono::NaiveDate;
use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};
use office::roster::run::ConfirmRoster;
use office::roster::{About, Kind, RosterView};
use office::{Actor, Role};
use paper::sheet::{Column, Export, Kind as Holds, Value as Cell};
use serde_json::{Value, json};
use store::Failure;

use crate::figures::{Wrong, ms, said};
use crate::house::House;
use crate::seed::Nation;

/// Rows of the two files.
const PRE_APPLICATIONS: u32 = 1_000;
const RECEIPTS: i64 = 2_000;
/// Every so many rows something is wrong.
const WRONG_EVERY: u32 = 50;

/// Both files.
pub async fn run(house: &House, nation: &Nation) -> Result<Value, Wrong> {
    let clerk = house.office.enter_as_staff(nation.counties[0].clerk).await.map_err(said("the clerk"))?.actor;
    let rows = (0..PRE_APPLICATIONS).map(|at| pre_application(at).into_iter().map(Cell::Text).collect());
    let columns = columns(Kind::PreApplications);
    let file = workbook("预申请名单", &columns, rows.collect())?;
    let wrong = PRE_APPLICATIONS.div_ceil(WRONG_EVERY) as i64;
    let pre = whole(house, &clerk, Kind::PreApplications, About::new(), file, wrong).await?;

    let (school, codes) = certified(house).await?;
    let rows = codes.iter().map(|code| {
        let amounts = ["5000.00", "1200.00"].map(|yuan| Cell::Text(yuan.to_owned()));
        [Cell::Text(code.clone()), Cell::Empty].into_iter().chain(amounts).collect()
    });
    let columns = [
        Column::required("校验码", Holds::Code { places: Some(12) }),
        Column::optional("姓名", Holds::Text { chars_max: 50 }),
        Column::required("欠学费", Holds::Text { chars_max: 12 }),
        Column::required("欠住宿费", Holds::Text { chars_max: 12 }),
    ];
    let file = workbook("回执", &columns, rows.collect())?;
    let shown = About::from([("papers_shown".to_owned(), "yes".to_owned())]);
    let receipts = whole(house, &school, Kind::Receipts, shown, file, 0).await?;
    Ok(
        json!({ "pre_applications": pre, "receipts": receipts, "goal": { "dry_run_ms": 5_000.0, "receipts_ms": 10_000.0 } }),
    )
}

fn columns(kind: Kind) -> Vec<Column> {
    kind.columns().into_iter().map(|title| Column::optional(title, Holds::Text { chars_max: 60 })).collect()
}

fn workbook(title: &str, columns: &[Column], rows: Vec<Vec<Cell>>) -> Result<Vec<u8>, Wrong> {
    let at = NaiveDate::from_ymd_opt(2026, 9, 1).and_then(|day| day.and_hms_opt(9, 0, 0)).unwrap_or_default();
    let export = Export { title, columns, filters: &[], exported_by: "测量", exported_at: at };
    Ok(export.xlsx(rows)?)
}

/// One row; every so often its last digit is wrong.
fn pre_application(at: u32) -> Vec<String> {
    let id = IdNumber::synthetic(at, date(2008, 12, 30), Sex::Male);
    let mut id_number = id.as_str().to_owned();
    if at.is_multiple_of(WRONG_EVERY) {
        let last = if id_number.ends_with('1') { '2' } else { '1' };
        id_number.replace_range(17.., &last.to_string());
    }
    let phone = format!("1990{:07}", 8_000_000 + at);
    ["李明", &id_number, &phone, "桂林中学", "", "高中助学金档案", "", "", ""].map(str::to_owned).to_vec()
}

/// From the upload to the last row, and the same file again.
async fn whole(
    house: &House,
    actor: &Actor,
    kind: Kind,
    about: About,
    file: Vec<u8>,
    wrong: i64,
) -> Result<Value, Wrong> {
    let office = &house.office;
    let upload = async || {
        let taken = office.upload_roster(actor, &house.key(), kind, about.clone(), "名单.xlsx", file.clone()).await;
        let uploaded = taken.map_err(said("the upload"))?;
        let mut view = office.check_roster(actor, &uploaded.roster, uploaded.known).await.map_err(said("the check"))?;
        while view.open > 0 {
            view = office.check_roster(actor, &view.id, false).await.map_err(said("the check"))?;
        }
        Ok::<RosterView, Wrong>(view)
    };
    let began = Instant::now();
    let checked = upload().await?;
    let dry_run = began.elapsed();
    if checked.wrong != wrong || checked.right != checked.total - wrong {
        return Err(Wrong(format!("the dry run of {kind:?}: {checked:?}")));
    }
    let began = Instant::now();
    house.act(actor, ConfirmRoster { roster: checked.id.clone() }).await?;
    let mut ran = office.run_roster(actor, &checked.id).await.map_err(said("the run"))?;
    while ran.finished_at.is_none() {
        ran = office.run_roster(actor, &checked.id).await.map_err(said("the run"))?;
    }
    let run = began.elapsed();
    let began = Instant::now();
    let again = upload().await?;
    let second = began.elapsed();
    if (ran.done, &again.id, again.done, again.right) != (checked.right, &checked.id, checked.right, 0) {
        return Err(Wrong(format!("the same file again of {kind:?}: {ran:?} {again:?}")));
    }
    Ok(json!({
        "rows": checked.total,
        "wrong_rows_named": checked.wrong,
        "done": ran.done,
        "file_bytes": file.len(),
        "dry_run_ms": ms(dry_run),
        "import_ms": ms(run),
        "same_file_again_ms": ms(second),
        "changed_by_it": 0,
    }))
}

/// The officer of the school with the most certificates waiting, and their codes.
async fn certified(house: &House) -> Result<(Actor, Vec<String>), Wrong> {
    let found: Result<Option<(i64, Vec<String>)>, Failure> =
        house.office.store.read("certified", |tx| Box::pin(store::testing::crowd::waiting_codes(tx, RECEIPTS))).await;
    let (school, codes) = found?.ok_or_else(|| Wrong("no school waits for receipts".to_owned()))?;
    if codes.len() < RECEIPTS as usize {
        return Err(Wrong(format!("only {} certificates wait at one school", codes.len())));
    }
    let all: Result<Vec<store::staff::Staff>, Failure> =
        house.office.store.read("staff", |tx| Box::pin(store::staff::list(tx))).await;
    for one in all?.into_iter().filter(|one| one.office_id == school) {
        let opened = house.office.enter_as_staff(one.staff).await.map_err(said("the school"))?;
        if opened.actor.roles().contains(&Role::SchoolOfficer) {
            return Ok((opened.actor, codes));
        }
    }
    Err(Wrong("the school has no officer".to_owned()))
}
