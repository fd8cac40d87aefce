//! Files of rows, in and out: receipts of a school, pre-applications, results of the quiz, lists of a training.
//!
//! A file is taken in three steps. [`upload`] reads it and keeps its rows; the same file again is the same roster.
//! [`check`] rehearses every row: the very act that a form would ask for decides, and is rolled back. After somebody
//! confirmed, [`run`] performs the right rows one by one, each under a key of its own, so that a stop in the middle
//! leaves whole rows, and going on does nothing twice. [`rows`] turns cells into acts, [`result`] gives the file back
//! with what became of every row; [`lists`] lets lists out. Nothing here decides whether a row is right: the acts do.

pub mod check;
pub mod lists;
pub mod result;
pub mod rows;
pub mod run;
pub mod upload;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use paper::sheet::{Column, Kind as Holds, Sheet};
use serde::{Deserialize, Serialize};
use store::Failure;

use crate::no::{Never, No};
use crate::who::{Actor, Role};

/// Rows rehearsed, or performed, before the verdicts are written down.
const CHUNK: i64 = 50;
/// One request works so long on a file; what is left waits for the next.
const AT_ONCE: TimeDelta = TimeDelta::seconds(18);

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 电子回执.
    Receipts,
    /// 预申请名单.
    PreApplications,
    /// 考核成绩.
    QuizResults,
    /// 培训名册.
    Attendees,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Receipts, Kind::PreApplications, Kind::QuizResults, Kind::Attendees];

    /// The name in addresses and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Receipts => "receipts",
            Kind::PreApplications => "pre_applications",
            Kind::QuizResults => "quiz_results",
            Kind::Attendees => "attendees",
        }
    }

    /// The kind of that name.
    pub fn of(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Who hands such files in.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Kind::Receipts => &[Role::SchoolOfficer],
            Kind::PreApplications | Kind::Attendees => &[Role::CountyClerk, Role::SchoolOfficer],
            Kind::QuizResults => &[Role::CountyClerk],
        }
    }

    /// The columns of the file.
    pub(crate) const fn sheet(self) -> &'static Sheet {
        match self {
            Kind::Receipts => &RECEIPTS,
            Kind::PreApplications => &PRE_APPLICATIONS,
            Kind::QuizResults => &QUIZ_RESULTS,
            Kind::Attendees => &ATTENDEES,
        }
    }

    /// Titles of the columns, in order.
    pub fn columns(self) -> Vec<&'static str> {
        self.sheet().columns.iter().map(|column| column.title).collect()
    }

    /// The column that names a row: twice the same value is a mistake. None where rows may look alike.
    pub const fn key_column(self) -> Option<&'static str> {
        match self {
            Kind::Receipts => Some("校验码"),
            Kind::PreApplications | Kind::QuizResults => Some("身份证号"),
            Kind::Attendees => None,
        }
    }
}

/// Sources of a pre-application as a file says them, with their codes.
pub const SOURCE_WORDS: &[(&str, &str)] = &[
    ("grant_file", "高中助学金档案"),
    ("county_proof", "县级困难证明"),
    ("university_proof", "高校困难证明"),
    ("school_list", "学校推荐名单"),
];

static RECEIPTS: Sheet = Sheet {
    title: "回执",
    columns: &[
        Column::required("校验码", Holds::Code { places: Some(12) }),
        Column::optional("姓名", Holds::Text { chars_max: 50 }),
        Column::required("欠学费", Holds::Amount),
        Column::required("欠住宿费", Holds::Amount),
    ],
};

static PRE_APPLICATIONS: Sheet = Sheet {
    title: "预申请名单",
    columns: &[
        Column::required("姓名", Holds::Text { chars_max: 50 }),
        Column::required("身份证号", Holds::IdNumber),
        Column::optional("手机号", Holds::Phone),
        Column::optional("毕业学校", Holds::Text { chars_max: 60 }),
        Column::optional("户籍县代码", Holds::Code { places: Some(6) }),
        Column::required("来源", Holds::Choice(&["高中助学金档案", "县级困难证明", "高校困难证明", "学校推荐名单"])),
        Column::optional("证明材料", Holds::Text { chars_max: 200 }),
        Column::optional("审核结果", Holds::Choice(&["通过", "不通过"])),
        Column::optional("原因", Holds::Text { chars_max: 200 }),
    ],
};

static QUIZ_RESULTS: Sheet = Sheet {
    title: "考核成绩",
    columns: &[
        Column::required("姓名", Holds::Text { chars_max: 50 }),
        Column::required("身份证号", Holds::IdNumber),
        Column::required("总题数", Holds::Whole { min: 1, max: 500 }),
        Column::required("答对题数", Holds::Whole { min: 0, max: 500 }),
    ],
};

static ATTENDEES: Sheet = Sheet {
    title: "培训名册",
    columns: &[
        Column::required("姓名", Holds::Text { chars_max: 50 }),
        Column::optional("身份证号", Holds::IdNumber),
        Column::optional("单位或班级", Holds::Text { chars_max: 60 }),
    ],
};

/// The cells of one row, by column, as the acts take them: amounts as `5000.00`, days as `2026-09-01`.
pub type Cells = BTreeMap<String, String>;
/// What was said with a file, such as the session of a quiz.
pub type About = BTreeMap<String, String>;

/// What stands behind the verdict on a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Not looked at yet.
    Open,
    /// Cells that cannot be read: column, and a whole sentence that names row and column.
    Cells {
        /// The mistakes, in the order of the columns.
        mistakes: Vec<(String, String)>,
    },
    /// The same row stands further up.
    Twice {
        /// The column in which both say the same.
        column: String,
        /// Number of the first.
        first: i64,
    },
    /// The name in the file is not the name of the person found.
    OtherName {
        /// Whom the number belongs to.
        found: String,
    },
    /// A rule said no.
    Refused {
        /// The column it speaks of; empty for the row as a whole.
        column: String,
        /// Code of the refusal.
        code: String,
        /// Figures its sentence needs.
        figures: Vec<(String, String)>,
    },
    /// What the act answers, or would answer.
    Told {
        /// Figures for the reader.
        figures: Vec<(String, String)>,
    },
}

impl Reason {
    fn text(&self) -> String {
        serde_json::to_string(self).expect("reasons are plain data")
    }

    fn read(text: &str) -> Result<Reason, Failure> {
        serde_json::from_str(text).map_err(|error| Failure::corrupt("a kept reason cannot be read").because(error))
    }
}

/// A roster as its pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterView {
    /// Id.
    pub id: String,
    /// What its rows are.
    pub kind: Kind,
    /// Name of the file.
    pub file_name: String,
    /// What was said with it.
    pub about: About,
    /// When it was uploaded.
    pub uploaded_at: DateTime<Utc>,
    /// Who uploaded it.
    pub uploaded_by: String,
    /// Somebody let the right rows be done.
    pub confirmed: bool,
    /// When no right row was left.
    pub finished_at: Option<DateTime<Utc>>,
    /// Rows with something in them.
    pub total: i64,
    /// Rows not looked at yet.
    pub open: i64,
    /// Rows whose cells cannot be read.
    pub wrong: i64,
    /// Rows a rule refuses.
    pub refused: i64,
    /// Rows that can be done.
    pub right: i64,
    /// Rows that are done.
    pub done: i64,
}

/// A row as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// Number as the spreadsheet shows it.
    pub number: i64,
    /// `wrong`, `open`, `right`, `refused` or `done`.
    pub verdict: String,
    /// Its cells with codes masked; empty where one could not be read.
    pub cells: Cells,
    /// What stands behind the verdict.
    pub reason: Reason,
}

/// The office of an actor who hands in such files.
fn owner_of(actor: &Actor, kind: Kind) -> Result<i64, No<Never>> {
    match actor.office() {
        Some(office) if actor.roles().iter().any(|role| kind.roles().contains(role)) => Ok(office),
        _ => Err(No::Forbidden),
    }
}

/// The kind of a kept roster, and the actor's right to it.
fn kind_of(actor: &Actor, roster: &store::roster::Roster) -> Result<Kind, No<Never>> {
    let kind = Kind::of(&roster.kind).ok_or_else(|| Failure::corrupt("a roster of an unknown kind"))?;
    owner_of(actor, kind).map(|_| kind)
}

impl crate::Office {
    /// One roster of the actor's office.
    ///
    /// # Errors
    /// Not found for rosters of others.
    pub async fn roster(&self, actor: &Actor, id: &str) -> Result<RosterView, No<Never>> {
        let owner = actor.office().ok_or(No::Forbidden)?;
        let found: Result<_, Failure> = self
            .store
            .read("roster", |tx| {
                Box::pin(async move {
                    let Some(roster) = store::roster::by_number(tx, owner, id).await? else { return Ok(None) };
                    let counts = store::roster::counts(tx, owner, id).await?;
                    let by = crate::view::actor_name(tx, &roster.uploaded_by).await?;
                    Ok(Some((roster, counts, by)))
                })
            })
            .await;
        let (roster, counts, by) = found?.ok_or(No::NotFound)?;
        let kind = kind_of(actor, &roster)?;
        shown(roster, kind, &counts, by).map_err(No::Failure)
    }

    /// The last rosters of a kind of the actor's office, newest first.
    ///
    /// # Errors
    /// Forbidden for roles that hand in no such files.
    pub async fn rosters(&self, actor: &Actor, kind: Kind) -> Result<Vec<RosterView>, No<Never>> {
        let owner = owner_of(actor, kind)?;
        let found: Result<Vec<RosterView>, Failure> = self
            .store
            .read("rosters", |tx| {
                Box::pin(async move {
                    let mut all = Vec::new();
                    for roster in store::roster::list(tx, owner, kind.code(), 20).await? {
                        let counts = store::roster::counts(tx, owner, &roster.roster).await?;
                        let by = crate::view::actor_name(tx, &roster.uploaded_by).await?;
                        all.push(shown(roster, kind, &counts, by)?);
                    }
                    Ok(all)
                })
            })
            .await;
        Ok(found?)
    }

    /// Rows of a roster, those with that verdict or all, from after a number on.
    ///
    /// # Errors
    /// Not found for rosters of others.
    pub async fn roster_rows(
        &self,
        actor: &Actor,
        id: &str,
        verdict: Option<&str>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RowView>, No<Never>> {
        let kind = self.roster(actor, id).await?.kind;
        let owner = owner_of(actor, kind)?;
        let rows: Result<Vec<_>, Failure> = self
            .store
            .read("roster_rows", |tx| {
                Box::pin(async move { store::roster::rows(tx, owner, id, verdict, after, limit).await })
            })
            .await;
        rows?.into_iter().map(|row| row_view(kind, row).map_err(No::Failure)).collect()
    }
}

fn shown(
    roster: store::roster::Roster,
    kind: Kind,
    counts: &[(String, i64)],
    uploaded_by: String,
) -> Result<RosterView, Failure> {
    let many = |verdict: &str| counts.iter().find(|(known, _)| known == verdict).map_or(0, |(_, many)| *many);
    let about = serde_json::from_str(&roster.about)
        .map_err(|error| Failure::corrupt("what was said with a roster cannot be read").because(error))?;
    Ok(RosterView {
        id: roster.roster,
        kind,
        file_name: roster.file_name,
        about,
        uploaded_at: roster.uploaded_at,
        uploaded_by,
        confirmed: roster.confirmed_at.is_some(),
        finished_at: roster.finished_at,
        total: roster.row_count,
        open: many("open"),
        wrong: many("wrong"),
        refused: many("refused"),
        right: many("right"),
        done: many("done"),
    })
}

fn row_view(kind: Kind, row: store::roster::RosterRow) -> Result<RowView, Failure> {
    let mut cells = match &row.content {
        Some(content) => read_cells(content)?,
        None => Cells::new(),
    };
    for column in kind.sheet().columns {
        if matches!(column.kind, Holds::IdNumber | Holds::Phone)
            && let Some(text) = cells.get_mut(column.title)
        {
            *text = masked(text);
        }
    }
    Ok(RowView { number: row.row_no, verdict: row.verdict, cells, reason: Reason::read(&row.reason)? })
}

/// The first and the last of a code; the middle stays unseen.
fn masked(text: &str) -> String {
    match (text.len(), text.is_ascii()) {
        (18, true) => format!("{}********{}", &text[..6], &text[14..]),
        (11, true) => crate::view::mask_phone(text),
        _ => text.to_owned(),
    }
}

fn read_cells(content: &str) -> Result<Cells, Failure> {
    serde_json::from_str(content).map_err(|error| Failure::corrupt("kept cells cannot be read").because(error))
}
