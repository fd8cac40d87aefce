//! 日报: how long families waited and were served, how often they had to come, which windows were open, why
//! applications were given back (R8.19). Two periods side by side show whether the wait became shorter (R8.14).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, FixedOffset};
use loan::calendar::Date;
use paper::sheet::{Column, Export, Kind, Value};
use store::hall::visit::{self, Visit};
use store::{Failure, Tx};

use super::Business;
use super::board::of_staff;
use super::open::hall_of;
use crate::Office;
use crate::application::fact::Kind as LoanKind;
use crate::clock::academic_year;
use crate::no::No;
use crate::view::Seen;
use crate::who::{Actor, Role};

/// Means of a number of visits, in minutes with one decimal kept as tenths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Visits that were served.
    pub served: i64,
    /// Mean wait from arrival to call, in tenths of a minute.
    pub wait_tenths: i64,
    /// Mean time at the window, in tenths of a minute.
    pub service_tenths: i64,
    /// Longest wait in minutes.
    pub longest_minutes: i64,
    /// Of a hundred booked families, how many were called within half an hour of their time.
    pub on_time_percent: Option<i64>,
}

/// A line of the report: what it is about and its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Business code, window number or name of the clerk.
    pub what: String,
    /// Its figures.
    pub figures: Figures,
}

/// How often families came for one application, from the first time at the counter to the signature (R6.10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trips {
    /// Applications whose contract was signed.
    pub applications: i64,
    /// Days on which their families stood at the counter.
    pub visits: i64,
    /// Applications that took a single visit.
    pub one_visit: i64,
}

impl Trips {
    /// Visits per application, in tenths; none without an application.
    pub fn mean_tenths(&self) -> Option<i64> {
        (self.applications > 0).then(|| (self.visits * 10 + self.applications / 2) / self.applications)
    }

    /// Of a hundred applications, how many took a single visit.
    pub fn one_visit_percent(&self) -> Option<i64> {
        (self.applications > 0).then(|| self.one_visit * 100 / self.applications)
    }
}

/// A report of one or more days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Name of the office.
    pub office: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Everything together.
    pub all: Figures,
    /// By business.
    pub by_business: Vec<Line>,
    /// By window.
    pub by_window: Vec<Line>,
    /// By the clerk who called.
    pub by_clerk: Vec<Line>,
    /// Families that were served.
    pub families: i64,
    /// Visits per family until then, in tenths.
    pub trips_tenths: i64,
    /// First loans signed in these days, and how often their families came to the counter.
    pub first_loans: Trips,
    /// Windows that called somebody.
    pub windows: i64,
    /// Tickets that were missed and did not come back.
    pub missed: i64,
    /// Booked families that did not come.
    pub absent: i64,
    /// Why applications were given back, the commonest first.
    pub returns: Vec<(String, i64)>,
}

impl Office {
    /// The report of a number of days, both included; at most a year.
    pub async fn hall_report(&self, actor: &Actor, from: Date, to: Date) -> Seen<Report> {
        let office = of_staff(actor)?;
        if !actor.roles().iter().any(|role| matches!(role, Role::CountyClerk | Role::HallManager)) {
            return Err(No::Forbidden);
        }
        let to = to.clamp(from, from + Days::new(366));
        let at = self.clock.now();
        let report: Result<Option<Report>, Failure> = self
            .store
            .read("hall_report", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some((place, book)) = hall_of(tx, office, on).await? else { return Ok(None) };
                    made(tx, book, place.name, (from, to), on).await.map(Some)
                })
            })
            .await;
        report?.ok_or(No::NotFound)
    }

    /// The report as a spreadsheet.
    pub async fn hall_report_sheet(&self, actor: &Actor, from: Date, to: Date) -> Seen<Vec<u8>> {
        let report = self.hall_report(actor, from, to).await?;
        let name = actor.name();
        let by = name.as_str();
        let by: Result<String, Failure> =
            self.store.read("actor_name", |tx| Box::pin(async move { crate::view::actor_name(tx, by).await })).await;
        let zone = FixedOffset::east_opt(8 * 3600).expect("eight hours are less than a day");
        let days = format!("{from} 至 {to}", to = report.to);
        let export = Export {
            title: "办理大厅日报",
            columns: COLUMNS,
            filters: &[("单位", &report.office), ("日期", &days)],
            exported_by: &by?,
            exported_at: self.clock.now().with_timezone(&zone).naive_local(),
        };
        let sheet = export.xlsx(rows(&report));
        sheet.map_err(|error| No::Failure(Failure::bug(format!("the report cannot be written: {error}"))))
    }
}

const COLUMNS: &[Column] = &[
    Column::required("分类", Kind::Text { chars_max: 12 }),
    Column::required("项目", Kind::Text { chars_max: 20 }),
    Column::optional("办结（家）", Kind::Whole { min: 0, max: i64::MAX }),
    Column::optional("平均等候（分钟）", Kind::Text { chars_max: 12 }),
    Column::optional("平均办理（分钟）", Kind::Text { chars_max: 12 }),
    Column::optional("最长等候（分钟）", Kind::Whole { min: 0, max: i64::MAX }),
    Column::optional("约号半小时内叫到（%）", Kind::Whole { min: 0, max: 100 }),
];

fn rows(report: &Report) -> Vec<Vec<Value>> {
    let tenths = |value: i64| Value::Text(format!("{}.{}", value / 10, value % 10));
    let line = |group: &str, what: &str, figures: &Figures| {
        vec![
            Value::from(group),
            Value::from(what),
            Value::Whole(figures.served),
            tenths(figures.wait_tenths),
            tenths(figures.service_tenths),
            Value::Whole(figures.longest_minutes),
            figures.on_time_percent.map_or(Value::Empty, Value::Whole),
        ]
    };
    let mut rows = vec![line("合计", "全部", &report.all)];
    for (group, lines) in [("业务", &report.by_business), ("窗口", &report.by_window), ("经办人", &report.by_clerk)]
    {
        rows.extend(lines.iter().map(|one| line(group, word(&one.what), &one.figures)));
    }
    let mut count = |group: &str, what: &str, value: Value| {
        rows.push(vec![
            Value::from(group),
            Value::from(what),
            value,
            Value::Empty,
            Value::Empty,
            Value::Empty,
            Value::Empty,
        ]);
    };
    count("跑路", "办结家庭数", Value::Whole(report.families));
    count("跑路", "平均到窗口次数", tenths(report.trips_tenths));
    count("首次贷款", "签成的申请", Value::Whole(report.first_loans.applications));
    count("首次贷款", "平均到窗口次数", report.first_loans.mean_tenths().map_or(Value::Empty, tenths));
    count("首次贷款", "只来一次的（%）", report.first_loans.one_visit_percent().map_or(Value::Empty, Value::Whole));
    count("窗口", "开过的窗口数", Value::Whole(report.windows));
    count("排队", "过号没回来", Value::Whole(report.missed));
    count("排队", "约了没来", Value::Whole(report.absent));
    for (reason, many) in &report.returns {
        count("退回原因", return_word(reason), Value::Whole(*many));
    }
    rows
}

/// The word of a business in the sheet; windows and names stand for themselves.
fn word(what: &str) -> &str {
    match Business::of(what) {
        Some(Business::First) => "首次贷款",
        Some(Business::Renewal) => "续贷",
        Some(Business::Service) => "还款和变更",
        None => what,
    }
}

fn return_word(reason: &str) -> &str {
    match reason {
        "form_incomplete" => "申请表没有填完整",
        "form_not_signed" => "申请表没有签字",
        "blank_form_used" => "用了空白表",
        "material_missing" => "缺材料",
        "copy_differs" => "复印件和原件不一致",
        "name_differs" => "姓名和证件不一致",
        "amount_wrong" => "金额要改",
        "co_borrower_unfit" => "共同借款人不符合条件",
        _ => "其他",
    }
}

async fn made(
    tx: &mut Tx<'_>,
    book: i64,
    office: String,
    (from, to): (Date, Date),
    today: Date,
) -> Result<Report, Failure> {
    let visits = visit::list_between(tx, book, from, to).await?;
    let served: Vec<&Visit> = visits.iter().filter(|visit| visit.status == "done").collect();
    let mut by_business = Vec::new();
    for business in Business::ALL {
        let these = served.iter().copied().filter(|visit| visit.business == business.code());
        by_business.push(Line { what: business.code().to_owned(), figures: figures(these) });
    }
    let windows: BTreeSet<i64> = visits.iter().filter_map(|visit| visit.window_no).collect();
    let by_window = windows
        .iter()
        .map(|number| {
            let these = served.iter().copied().filter(|visit| visit.window_no == Some(*number));
            Line { what: format!("{number} 号窗口"), figures: figures(these) }
        })
        .collect();
    let mut of_clerk: BTreeMap<String, Vec<&Visit>> = BTreeMap::new();
    if let (Some(first), Some(last)) = (served.first(), served.last()) {
        let mut callers: BTreeMap<i64, String> = BTreeMap::new();
        for fact in store::fact::list_range(tx, book, "visit", first.visit, last.visit).await? {
            if fact.kind == "called" {
                callers.insert(fact.subject_id, fact.actor);
            }
        }
        for visit in &served {
            if let Some(actor) = callers.get(&visit.visit) {
                of_clerk.entry(actor.clone()).or_default().push(visit);
            }
        }
    }
    let mut by_clerk = Vec::new();
    for (actor, these) in of_clerk {
        let what = crate::view::actor_name(tx, &actor).await?;
        by_clerk.push(Line { what, figures: figures(these.into_iter()) });
    }
    let families: BTreeSet<i64> = served.iter().filter_map(|visit| visit.person).collect();
    // Every visit of these families since the season opened, also those of earlier days.
    let season =
        Date::from_ymd_opt(academic_year(to), 4, 1).ok_or_else(|| Failure::bug("the first of April is a day"))?;
    let until = visit::list_between(tx, book, season.min(from), to).await?;
    let theirs =
        |visit: &&Visit| visit.status == "done" && visit.person.is_some_and(|person| families.contains(&person));
    let trips = until.iter().filter(theirs).count() as i64;
    let first_loans = first_loans(tx, book, from, to).await?;
    let mut reasons: BTreeMap<String, i64> = BTreeMap::new();
    for fact in store::fact::list_of_days(tx, book, "application", "returned", from, to).await? {
        let detail: serde_json::Value = serde_json::from_str(&fact.detail).unwrap_or_default();
        *reasons.entry(detail["reason"].as_str().unwrap_or("other").to_owned()).or_default() += 1;
    }
    let mut returns: Vec<(String, i64)> = reasons.into_iter().collect();
    returns.sort_by_key(|(reason, many)| (-many, reason.clone()));
    Ok(Report {
        office,
        from,
        to,
        all: figures(served.iter().copied()),
        by_business,
        by_window,
        by_clerk,
        families: families.len() as i64,
        trips_tenths: if families.is_empty() {
            0
        } else {
            (trips * 10 + families.len() as i64 / 2) / families.len() as i64
        },
        first_loans,
        windows: windows.len() as i64,
        missed: visits.iter().filter(|visit| visit.status == "missed").count() as i64,
        absent: visits.iter().filter(|visit| visit.status == "booked" && visit.on_day < today).count() as i64,
        returns,
    })
}

/// The visits behind every first loan signed on paper in these days; a voided and renewed signature counts once.
async fn first_loans(tx: &mut Tx<'_>, book: i64, from: Date, to: Date) -> Result<Trips, Failure> {
    let signed = store::fact::list_of_days(tx, book, "application", "contract_signed", from, to).await?;
    let signed: BTreeSet<i64> = signed.into_iter().map(|fact| fact.subject_id).collect();
    let mut trips = Trips::default();
    for application in signed {
        let Some(row) = store::application::by_number(tx, book, application).await? else { continue };
        if row.kind != LoanKind::First.code() {
            continue;
        }
        let visits = crate::desk::of_row(tx, row).await?.progress.visits.len() as i64;
        trips.applications += 1;
        trips.visits += visits;
        trips.one_visit += i64::from(visits == 1);
    }
    Ok(trips)
}

/// Means over visits that were served.
fn figures<'v>(visits: impl Iterator<Item = &'v Visit>) -> Figures {
    let (mut served, mut waits, mut services, mut longest) = (0, 0, 0, 0);
    let (mut booked, mut on_time) = (0, 0);
    for visit in visits {
        let (Some(arrived), Some(called), Some(done)) = (visit.arrived_at, visit.called_at, visit.done_at) else {
            continue;
        };
        served += 1;
        // Who comes before the time it booked does not wait yet.
        let slot = visit.slot.as_deref().and_then(super::minute_of).map(|minute| minute * 60);
        let early = slot.map_or(0, |slot| (slot - super::second_of_day(arrived)).max(0));
        let wait = ((called - arrived).num_seconds() - early).max(0);
        waits += wait;
        longest = longest.max(wait / 60);
        services += (done - called).num_seconds();
        if let Some(slot) = slot {
            booked += 1;
            let due = slot.max(super::second_of_day(arrived));
            on_time += i64::from(super::second_of_day(called) <= due + 30 * 60);
        }
    }
    let mean = |sum: i64| if served == 0 { 0 } else { (sum * 10 + served * 30) / (served * 60) };
    Figures {
        served,
        wait_tenths: mean(waits),
        service_tenths: mean(services),
        longest_minutes: longest,
        on_time_percent: (booked > 0).then(|| on_time * 100 / booked),
    }
}
