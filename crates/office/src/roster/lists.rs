//! 导出名单: a list that leaves the platform says who took it out, when and by which filter, holds no whole code of a
//! person, and the taking out itself is recorded (ux C13).

use paper::sheet::{Column, Export, Kind as Holds, Value};
use serde::{Deserialize, Serialize};

use super::result::local;
use crate::Office;
use crate::act::{Act, Desk, Key};
use crate::no::{Never, No};
use crate::who::{Actor, Permission, Role};

/// Records that a list was taken out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakeOutList {
    /// Which list.
    pub list: String,
    /// Filters in words.
    pub filters: Vec<(String, String)>,
    /// How many rows.
    pub rows: usize,
}

#[async_trait::async_trait]
impl Act for TakeOutList {
    const NAME: &'static str = "take_out_list";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = ();
    type Refused = Never;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<Never>> {
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        desk.about(0, "list", &format!("{owner}:{}", self.list))?;
        desk.note("rows", self.rows);
        for (name, value) in &self.filters {
            desk.note("filter", format!("{name}: {value}"));
        }
        Ok(())
    }
}

/// A list to take out; every cell is text, as its page shows it.
#[derive(Clone, Debug)]
pub struct List<'a> {
    /// Title, also the name it is recorded under.
    pub title: &'static str,
    /// Titles of the columns.
    pub columns: &'a [&'static str],
    /// Filters that made it, in words.
    pub filters: Vec<(String, String)>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Office {
    /// Records that the actor takes a list out, and writes it as an xlsx.
    ///
    /// # Errors
    /// Forbidden for roles that keep no lists.
    pub async fn take_out(&self, actor: &Actor, key: &Key, list: List<'_>) -> Result<Vec<u8>, No<Never>> {
        let act = TakeOutList { list: list.title.to_owned(), filters: list.filters.clone(), rows: list.rows.len() };
        self.perform(actor, key, act).await?;
        let by = self.named(actor).await?;
        let columns: Vec<Column> =
            list.columns.iter().map(|title| Column::optional(title, Holds::Text { chars_max: 24 })).collect();
        let filters: Vec<(&str, &str)> =
            list.filters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let export = Export {
            title: list.title,
            columns: &columns,
            filters: &filters,
            exported_by: &by,
            exported_at: local(self.clock.now()),
        };
        let rows = list.rows.into_iter().map(|row| row.into_iter().map(Value::Text).collect());
        let written = export.xlsx(rows);
        written.map_err(|error| No::Failure(store::Failure::bug("a list cannot be written").because(error)))
    }
}
