//! `zhuxue verify-paper`: who signed a PDF, told from its bytes and the authority's root alone.

use std::path::{Path, PathBuf};

use clap::Args;
use office::signing::{NotProved, signers};
use wire::authority::AuthorityRoot;

use crate::stop::Stop;

/// Checks the electronic signatures inside a PDF without asking anybody.
#[derive(Args)]
#[command(after_help = "Example:\n  zhuxue verify-paper contract.pdf --root authority.pem")]
pub struct VerifyPaper {
    /// The PDF.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The root certificate of the certificate authority, PEM or one line of Base64.
    #[arg(long, value_name = "FILE")]
    root: PathBuf,
    /// JSON for machines.
    #[arg(long)]
    json: bool,
}

impl VerifyPaper {
    pub fn run(self) -> Result<(), Stop> {
        let text = String::from_utf8(read(&self.root)?).unwrap_or_default();
        let unfit = || Stop::Wrong(format!("{}: not a root certificate of a P-256 key", self.root.display()));
        let root = AuthorityRoot::read(&text).ok_or_else(unfit)?;
        let found = signers(&read(&self.file)?, |cms, digest| root.check(cms, digest));
        let found = found.map_err(|no| {
            let says = match no {
                NotProved::Unsigned => "nobody signed it",
                NotProved::Changed => "it was changed after it was signed",
                NotProved::NotTrusted => "a signature is not under this root",
            };
            Stop::Refused(format!("{}: {says}", self.file.display()))
        })?;
        if self.json {
            let one = |signed: &office::signing::SignedBy| serde_json::json!({ "name": signed.name, "id": signed.id_masked, "part": signed.part, "at": signed.at });
            println!("{}", serde_json::json!({ "signatures": found.iter().map(one).collect::<Vec<_>>() }));
        } else {
            for signed in &found {
                println!("{}  {}  {}  {}", signed.at.to_rfc3339(), signed.part, signed.name, signed.id_masked);
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    std::fs::read(path).map_err(|error| Stop::Wrong(format!("{}: {error}", path.display())))
}
