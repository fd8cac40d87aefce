//! 上传: the file is recognised by its content, read once, and its rows are kept sealed. Uploading the same file again
//! leads to the same roster; nothing is kept twice (ux C13, H049 to H051).

use std::collections::HashMap;

use paper::sheet::{Import, Limits, NotRead, Row, Value};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use store::roster::{Roster, RosterRow};

use super::{About, Cells, Kind, Reason, owner_of};
use crate::act::{Act, Desk, Key};
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission, Role};

/// Keeps the rows of a file that was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UploadRoster {
    /// What the rows are.
    pub kind: Kind,
    /// What was said with the file.
    pub about: About,
    /// Name of the file.
    pub file_name: String,
    /// SM3 of the file and of what was said with it, hexadecimal.
    pub digest: String,
    /// Number, cells as JSON and verdict of each row.
    pub rows: Vec<ReadRow>,
}

/// A row as it was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadRow {
    /// Number as the spreadsheet shows it.
    pub number: i64,
    /// Its cells; none where one could not be read.
    pub cells: Option<Cells>,
    /// Why it is wrong; [`Reason::Open`] when it is not.
    pub reason: Reason,
}

/// Where the rows are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    /// Id of the roster.
    pub roster: String,
    /// The office had uploaded this very file before.
    pub known: bool,
}

refusals! {
    /// Why the file is not taken.
    pub enum UploadRosterRefusal {
        /// It cannot be read; the figure is a whole sentence that says why and what to do.
        FileUnreadable(String) = "file_unreadable" ["sdvcst-2022" "13"] @ "file",
        /// Nothing stands below the head row.
        FileWithoutRows = "file_without_rows" ["sdvcst-2022" "13"] @ "file",
        /// Somebody must say that the papers were seen.
        PapersNotShown = "papers_not_shown" ["sdvcst-2022" "13"] @ "papers_shown",
        /// The results of a quiz need place and session.
        SessionMissing = "session_missing" ["xiufeng-2016" "三(一)2(3)"] @ "session",
    }
    figures |refusal| match refusal {
        UploadRosterRefusal::FileUnreadable(how) => vec![("how", how.clone())],
        _ => Vec::new(),
    }
}

impl crate::Office {
    /// Reads a file and keeps its rows.
    ///
    /// # Errors
    /// [`UploadRosterRefusal`]; forbidden for roles that hand in no such files.
    pub async fn upload_roster(
        &self,
        actor: &Actor,
        key: &Key,
        kind: Kind,
        about: About,
        file_name: &str,
        file: Vec<u8>,
    ) -> Result<Uploaded, No<UploadRosterRefusal>> {
        owner_of(actor, kind).map_err(|_| No::Forbidden)?;
        let said = |name: &str| about.get(name).is_some_and(|text| !text.trim().is_empty());
        if kind == Kind::Receipts && !said("papers_shown") {
            return Err(No::Refused(UploadRosterRefusal::PapersNotShown));
        }
        if kind == Kind::QuizResults && !said("session") {
            return Err(No::Refused(UploadRosterRefusal::SessionMissing));
        }
        let import = tokio::task::spawn_blocking(move || kind.sheet().read(&file, &Limits::default()))
            .await
            .map_err(|error| store::Failure::bug("reading a file panicked").because(error))?
            .map_err(|cause: NotRead| No::Refused(UploadRosterRefusal::FileUnreadable(cause.to_string())))?;
        if import.total == 0 {
            return Err(No::Refused(UploadRosterRefusal::FileWithoutRows));
        }
        let said = serde_json::to_vec(&about).expect("texts are plain data");
        let digest = hex::encode(Sm3::new().chain_update(import.file_digest).chain_update(said).finalize());
        let file_name = file_name.chars().filter(|c| !c.is_control()).take(120).collect();
        let act = UploadRoster { kind, about, file_name, digest, rows: read_rows(kind, &import) };
        self.perform(actor, key, act).await
    }

    /// An empty workbook to fill in.
    ///
    /// # Errors
    /// Forbidden for roles that hand in no such files.
    pub fn roster_template(&self, actor: &Actor, kind: Kind) -> Result<Vec<u8>, No<crate::no::Never>> {
        owner_of(actor, kind)?;
        let written = kind.sheet().template();
        written.map_err(|error| No::Failure(store::Failure::bug("a template cannot be written").because(error)))
    }
}

/// Every row of the file in order: those that could be read, and the mistakes of the others.
fn read_rows(kind: Kind, import: &Import) -> Vec<ReadRow> {
    let mut rows: Vec<ReadRow> = Vec::with_capacity(import.total);
    for error in &import.errors {
        let mistake = (error.column.to_owned(), error.message.clone());
        match rows.last_mut() {
            Some(ReadRow { number, reason: Reason::Cells { mistakes }, .. }) if *number == i64::from(error.row) => {
                mistakes.push(mistake);
            }
            _ => {
                let reason = Reason::Cells { mistakes: vec![mistake] };
                rows.push(ReadRow { number: error.row.into(), cells: None, reason });
            }
        }
    }
    let mut first: HashMap<String, i64> = HashMap::new();
    for row in &import.rows {
        let cells = cells_of(kind, row);
        let number = i64::from(row.number);
        let mut reason = Reason::Open;
        if let Some(column) = kind.key_column() {
            let named = cells.get(column).cloned().unwrap_or_default();
            let first = *first.entry(named).or_insert(number);
            if first != number {
                reason = Reason::Twice { column: column.to_owned(), first };
            }
        }
        rows.push(ReadRow { number, cells: Some(cells), reason });
    }
    rows.sort_by_key(|row| row.number);
    rows
}

fn cells_of(kind: Kind, row: &Row) -> Cells {
    let text = |value: &Value| match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.clone(),
        Value::Amount(amount) => format!("{}.{:02}", amount.0 / 100, amount.0 % 100),
        Value::Day(day) => day.to_string(),
        Value::Whole(number) => number.to_string(),
    };
    kind.sheet()
        .columns
        .iter()
        .zip(row.values())
        .map(|(column, value)| (column.title.to_owned(), text(value)))
        .collect()
}

#[async_trait::async_trait]
impl Act for UploadRoster {
    const NAME: &'static str = "upload_roster";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = Uploaded;
    type Refused = UploadRosterRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Uploaded, No<UploadRosterRefusal>> {
        let owner = owner_of(desk.actor, self.kind).map_err(|_| No::Forbidden)?;
        if let Some(known) = store::roster::by_digest(desk.tx, owner, self.kind.code(), &self.digest).await? {
            desk.about(0, "roster", &known.roster)?;
            return Ok(Uploaded { roster: known.roster, known: true });
        }
        let row_count =
            i64::try_from(self.rows.len()).map_err(|_| store::Failure::bug("more rows than a file holds"))?;
        let roster = Roster {
            owner,
            roster: store::roster::id(desk.tx, desk.at),
            kind: self.kind.code().to_owned(),
            file_digest: self.digest.clone(),
            file_name: self.file_name.clone(),
            about: serde_json::to_string(&self.about).expect("texts are plain data"),
            row_count,
            uploaded_by: desk.actor.name(),
            uploaded_at: desk.at,
            on_day: desk.on,
            confirmed_by: None,
            confirmed_at: None,
            finished_at: None,
        };
        let rows: Vec<RosterRow> = self.rows.iter().map(kept).collect();
        store::roster::keep(desk.tx, &roster, &rows).await?;
        desk.about(0, "roster", &roster.roster)?;
        desk.note("kind", self.kind.code());
        desk.note("rows", row_count);
        Ok(Uploaded { roster: roster.roster, known: false })
    }
}

fn kept(row: &ReadRow) -> RosterRow {
    let verdict = if row.reason == Reason::Open { "open" } else { "wrong" };
    RosterRow {
        row_no: row.number,
        content: row.cells.as_ref().map(|cells| serde_json::to_string(cells).expect("cells are plain data")),
        verdict: verdict.to_owned(),
        reason: row.reason.text(),
    }
}
