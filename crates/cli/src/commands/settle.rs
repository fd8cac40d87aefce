//! `zhuxue settle`: the settlement of one day, or a look at it beforehand.

use clap::Args;
use loan::calendar::Date;
use loan::money::Fen;
use office::settle::{NoSettlement, Settlement, SettlementKind, SettlementRun};

use super::Context;
use crate::house;
use crate::stop::Stop;

/// The settlement of a day: yearly, final, or a monthly 20th. Safe to stop and to run again.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  zhuxue settle --on 2026-12-20 --preview\n  zhuxue settle --on 2026-12-20 --workers 4"
)]
pub struct Settle {
    /// The settlement day, such as 2026-12-20.
    #[arg(long, value_name = "DATE")]
    on: String,
    /// Books closed side by side.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    workers: u16,
    /// Shows totals and the difference to the run before, and changes nothing.
    #[arg(long)]
    preview: bool,
    /// JSON for machines.
    #[arg(long)]
    json: bool,
}

impl Settle {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        let on: Date = Date::parse_from_str(&self.on, "%Y-%m-%d")
            .ok()
            .filter(|day| day.to_string() == self.on)
            .ok_or_else(|| Stop::Wrong(format!("--on: {:?} is not a date such as 2026-12-20", self.on)))?;
        let settings = context.settings(Vec::new())?;
        super::block_on(async move {
            let office = house::open(&settings).await?;
            let bar = super::progress("contracts");
            let progress = |seen: usize| bar.set_position(seen as u64);
            let run = if self.preview {
                office.preview_settlement(on, &progress).await
            } else {
                office.settle(on, usize::from(self.workers), &progress).await
            };
            bar.finish_and_clear();
            let run = run.map_err(|no| match no {
                NoSettlement::Failure(failure) => super::failed("the settlement", failure),
                no => Stop::Refused(no.to_string()),
            })?;
            let text = if self.json { json(&run, self.preview) } else { table(&run, self.preview) };
            super::print(&text)
        })
    }
}

fn json(run: &SettlementRun, preview: bool) -> String {
    let mut value = serde_json::to_value(&run.day).expect("plain data");
    let object = value.as_object_mut().expect("a settlement is an object");
    object.insert("preview".to_owned(), preview.into());
    object.insert("already_done".to_owned(), run.already_done.into());
    object.insert("last".to_owned(), serde_json::to_value(&run.last).expect("plain data"));
    let difference = run.last.as_ref().map(|last| {
        let mut difference = serde_json::Map::new();
        difference.insert("contracts".to_owned(), (run.day.contracts as i64 - last.contracts as i64).into());
        for ((name, now), (_, then)) in amounts(&run.day).into_iter().zip(amounts(last)) {
            difference.insert(name.to_owned(), (now - then).to_string().into());
        }
        difference
    });
    object.insert("difference".to_owned(), difference.into());
    format!("{}\n", serde_json::to_string_pretty(&value).expect("plain data"))
}

fn amounts(day: &Settlement) -> [(&'static str, Fen); 5] {
    [
        ("principal", day.principal),
        ("interest", day.interest),
        ("interest_subsidised", day.interest_subsidised),
        ("total", day.total),
        ("overdue", day.overdue),
    ]
}

fn table(run: &SettlementRun, preview: bool) -> String {
    let kind = match run.day.kind {
        SettlementKind::Yearly => "yearly",
        SettlementKind::Final => "final",
        SettlementKind::Monthly => "monthly",
    };
    let what = match (preview, run.already_done) {
        (true, true) => "a look back: it was settled before, nothing was changed",
        (true, false) => "a preview: nothing was changed",
        (false, true) => "it was settled before: nothing was changed",
        (false, false) => "settled",
    };
    let mut text = format!("{} settlement of {}: {what}\n", kind, run.day.on);
    let last = run.last.as_ref();
    let head = last.map_or("no run before".to_owned(), |last| last.on.to_string());
    text.push_str(&format!("{:<20} {:>18} {:>18} {:>18}\n", "", run.day.on.to_string(), head, "difference"));
    let mut line = |name: &str, now: String, then: Option<String>, difference: Option<String>| {
        let (then, difference) = (then.unwrap_or_default(), difference.unwrap_or_default());
        text.push_str(format!("{name:<20} {now:>18} {then:>18} {difference:>18}").trim_end());
        text.push('\n');
    };
    let difference = last.map(|last| (run.day.contracts as i64 - last.contracts as i64).to_string());
    line("contracts", run.day.contracts.to_string(), last.map(|last| last.contracts.to_string()), difference);
    for (index, (name, now)) in amounts(&run.day).into_iter().enumerate() {
        let then = last.map(|last| amounts(last)[index].1);
        line(name, now.to_string(), then.map(|then| then.to_string()), then.map(|then| (now - then).to_string()));
    }
    text
}
