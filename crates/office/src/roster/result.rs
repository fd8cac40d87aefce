//! 结果表: the file given back with the verdict on every row and what to do about it. Codes are masked, and nothing in
//! it is ever run as a formula (H053).

use chrono::{FixedOffset, NaiveDateTime};
use paper::sheet::{Column, Export, Kind as Holds, Value};

use super::{Reason, RosterView, RowView};
use crate::no::{Never, No};
use crate::who::Actor;

/// Rows read at once.
const PAGE: i64 = 2_000;

impl crate::Office {
    /// The result of a roster as an xlsx. `words` puts the verdict on a row into words: a word, and a sentence.
    ///
    /// # Errors
    /// Not found for rosters of others.
    pub async fn roster_result(
        &self,
        actor: &Actor,
        id: &str,
        words: impl Fn(&RowView) -> (String, String) + Send,
    ) -> Result<Vec<u8>, No<Never>> {
        let view = self.roster(actor, id).await?;
        let sheet = view.kind.sheet();
        let mut columns = vec![Column::required("行号", Holds::Whole { min: 1, max: 1_048_576 })];
        // Masked codes are no longer codes, and every cell leaves as the text it came as.
        columns
            .extend(sheet.columns.iter().map(|column| Column::optional(column.title, Holds::Text { chars_max: 24 })));
        columns.push(Column::required("结果", Holds::Text { chars_max: 12 }));
        columns.push(Column::optional("说明", Holds::Text { chars_max: 400 }));
        let mut all: Vec<Vec<Value>> = Vec::new();
        let mut after = 0;
        loop {
            let rows = self.roster_rows(actor, id, None, after, PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = last.number;
            for row in &rows {
                let mut line = vec![Value::Whole(row.number)];
                line.extend(
                    sheet.columns.iter().map(|column| {
                        row.cells.get(column.title).map_or(Value::Empty, |text| Value::from(text.as_str()))
                    }),
                );
                let (word, sentence) = words(row);
                line.extend([Value::Text(word), Value::Text(sentence)]);
                all.push(line);
            }
        }
        let by = self.named(actor).await?;
        let filters = [("文件", view.file_name.as_str()), ("行数", &view.total.to_string())];
        let export = Export {
            title: sheet.title,
            columns: &columns,
            filters: &filters,
            exported_by: &by,
            exported_at: local(self.clock.now()),
        };
        let written = export.xlsx(all);
        written.map_err(|error| No::Failure(store::Failure::bug("a result cannot be written").because(error)))
    }

    /// The name of an actor for watermarks.
    pub(crate) async fn named(&self, actor: &Actor) -> Result<String, store::Failure> {
        let name = actor.name();
        let name = name.as_str();
        self.store.read("named", |tx| Box::pin(async move { crate::view::actor_name(tx, name).await })).await
    }
}

/// China Standard Time on the wall.
pub(crate) fn local(at: chrono::DateTime<chrono::Utc>) -> NaiveDateTime {
    at.with_timezone(&FixedOffset::east_opt(8 * 3600).expect("eight hours are an offset")).naive_local()
}

impl RosterView {
    /// Rows that are neither done nor able to be done.
    pub const fn left_out(&self) -> i64 {
        self.wrong + self.refused
    }
}

impl RowView {
    /// The columns the verdict speaks of.
    pub fn columns(&self) -> Vec<&str> {
        match &self.reason {
            Reason::Cells { mistakes } => mistakes.iter().map(|(column, _)| column.as_str()).collect(),
            Reason::Twice { column, .. } | Reason::Refused { column, .. } if !column.is_empty() => vec![column],
            Reason::OtherName { .. } => vec!["姓名"],
            _ => Vec::new(),
        }
    }
}
