//! `zhuxue verify`: re-checks ledger and audit chain; non-zero at the first fault.

use std::path::PathBuf;

use clap::Args;
use store::audit::ExportedRoot;

use super::Context;
use crate::house;
use crate::stop::Stop;

/// Re-checks the audit chain, everything it answers for, and every ledger.
#[derive(Args)]
#[command(after_help = "Example:\n  zhuxue verify --roots kept-elsewhere.txt")]
pub struct Verify {
    /// A file with the exported root lines that were kept elsewhere.
    #[arg(long, value_name = "FILE")]
    roots: Option<PathBuf>,
    /// JSON for machines.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        let settings = context.settings(Vec::new())?;
        super::block_on(async move {
            let store = house::open_store(&settings).await?;
            let exported = self.exported(store.keyring().public_key())?;
            let failed = |failure| super::failed("the database cannot be read", failure);
            let report = office::keeping::verify_chains(&store, &exported).await.map_err(failed)?;
            let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
            if self.json {
                let value = serde_json::json!({
                    "audit_records": report.records, "unsealed": report.unsealed, "rows": report.rows, "faults": faults,
                });
                println!("{}", serde_json::to_string_pretty(&value).expect("plain data"));
            } else {
                println!(
                    "{} audit records ({} not sealed yet), {} rows they answer for",
                    report.records, report.unsealed, report.rows
                );
                for fault in &faults {
                    println!("{fault}");
                }
            }
            match faults.first() {
                None => Ok(()),
                Some(first) => Err(Stop::Refused(format!("{} faults; the first: {first}", faults.len()))),
            }
        })
    }

    fn exported(&self, public_key: String) -> Result<Vec<ExportedRoot>, Stop> {
        let Some(path) = &self.roots else { return Ok(Vec::new()) };
        let text =
            std::fs::read_to_string(path).map_err(|error| Stop::Wrong(format!("{}: {error}", path.display())))?;
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| {
                ExportedRoot::read(line, &public_key).ok_or_else(|| {
                    Stop::Refused(format!("{} line {}: not a root of this installation", path.display(), index + 1))
                })
            })
            .collect()
    }
}
