//! `zhuxue verify`: re-checks rows, audit chain, roots, files and ledger; non-zero when anything was changed by hand.

use std::path::PathBuf;

use clap::Args;
use loan::policy::Book;
use office::verify::LedgerReport;
use store::audit::{ExportedRoot, Fault, Report};

use super::Context;
use crate::stop::Stop;
use crate::{house, world};

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

/// One check: its name, what was looked at, the broken places.
struct Check {
    name: &'static str,
    seen: String,
    faults: Vec<String>,
}

impl Verify {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        let settings = context.settings(Vec::new())?;
        super::block_on(async move {
            let store = house::open_store(&settings).await?;
            let exported = self.exported(store.keyring().public_key())?;
            let failed = |failure| super::failed("the database cannot be read", failure);
            let bar = super::progress("checked");
            let chains = store::audit::verify_all(&store, &exported, &|_, part| bar.inc(part.rows as u64))
                .await
                .map_err(failed)?;
            let rows = chains.rows as u64;
            let policy = Book::standard();
            let replayed = |seen: usize| bar.set_position(rows + seen as u64);
            let ledger =
                office::verify::verify_ledger(&store, policy, world::now(), &replayed).await.map_err(failed)?;
            bar.finish_and_clear();
            report(&checks(chains, ledger), self.json)
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

fn checks(chains: Report, ledger: LedgerReport) -> Vec<Check> {
    let mut left = chains.faults;
    let mut of = |tables: &[&str]| -> Vec<String> {
        let (taken, rest) = std::mem::take(&mut left)
            .into_iter()
            .partition::<Vec<Fault>, _>(|fault| tables.is_empty() || tables.contains(&fault.table));
        left = rest;
        taken.iter().map(ToString::to_string).collect()
    };
    let rows = of(&["fact", "contract_event", "posting", "bill"]);
    let files = of(&["file"]);
    let roots = of(&["audit_root"]);
    let audit = of(&[]);
    let unsealed = chains.unsealed;
    vec![
        Check { name: "rows", seen: format!("{} facts, events, postings and bills", chains.rows), faults: rows },
        Check { name: "audit", seen: format!("{} records, {unsealed} not sealed yet", chains.records), faults: audit },
        Check { name: "roots", seen: "the signed root of every closed day".to_owned(), faults: roots },
        Check {
            name: "files",
            seen: format!("{} files, {} of deleted people", chains.files, chains.shredded),
            faults: files,
        },
        Check {
            name: "ledger",
            seen: format!(
                "{} contracts replayed, {} postings, {} bills",
                ledger.contracts, ledger.postings, ledger.bills
            ),
            faults: ledger.faults.iter().map(ToString::to_string).collect(),
        },
    ]
}

/// One line for each check, one for each fault; the first fault again where a person looks for the reason.
fn report(checks: &[Check], json: bool) -> Result<(), Stop> {
    let text = if json {
        let checks: Vec<_> = checks
            .iter()
            .map(|check| serde_json::json!({ "check": check.name, "looked_at": check.seen, "faults": check.faults }))
            .collect();
        format!("{}\n", serde_json::to_string_pretty(&serde_json::json!({ "checks": checks })).expect("plain data"))
    } else {
        let mut text = String::new();
        for check in checks {
            let verdict = if check.faults.is_empty() { "ok" } else { "BROKEN" };
            text.push_str(&format!("{:<7} {verdict:<7} {}\n", check.name, check.seen));
            for fault in &check.faults {
                text.push_str(&format!("        {fault}\n"));
            }
        }
        text
    };
    super::print(&text)?;
    let faults: usize = checks.iter().map(|check| check.faults.len()).sum();
    match checks.iter().flat_map(|check| &check.faults).next() {
        None => Ok(()),
        Some(first) => Err(Stop::Refused(format!("{faults} broken places; the first: {first}"))),
    }
}
