//! `zhuxue config`.

use clap::Args;

use super::Context;
use crate::settings;
use crate::stop::Stop;

/// The settings in force and where each came from, secrets masked.
#[derive(Args)]
#[command(after_help = "Example:\n  ZHUXUE_LISTEN=0.0.0.0:80 zhuxue config")]
pub struct Config {
    /// JSON for machines.
    #[arg(long)]
    json: bool,
}

impl Config {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        let rows = settings::explain(context.config.as_ref(), &context.flags)?;
        if self.json {
            let object: serde_json::Map<_, _> = rows
                .into_iter()
                .map(|(name, value, from)| (name, serde_json::json!({ "value": value, "from": from })))
                .collect();
            println!("{}", serde_json::to_string_pretty(&object).expect("plain texts"));
        } else {
            for (name, value, from) in rows {
                println!("{name:<14} {value:<34} {from}");
            }
        }
        Ok(())
    }
}
