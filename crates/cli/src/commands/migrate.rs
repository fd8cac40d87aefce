//! `zhuxue migrate`: creates or upgrades the schema, forward only.

use clap::Args;

use super::Context;
use crate::stop::Stop;
use crate::world;

/// Creates or upgrades the schema, forward only.
#[derive(Args)]
#[command(after_help = "Example:\n  zhuxue migrate --database postgres://owner@localhost/zhuxue")]
pub struct Migrate {
    /// Spreads the tables over the machines of a Citus cluster; only for a new database.
    #[arg(long)]
    distribute: bool,
}

impl Migrate {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        let settings = context.settings(Vec::new())?;
        let options = store::migrate::Options { distribute: self.distribute };
        let applied = super::block_on(async {
            store::migrate::run(&settings.database, options, world::now())
                .await
                .map_err(|failure| super::failed("the schema was not brought up to date", failure))
        })?;
        if applied.is_empty() {
            println!("the schema is up to date");
        }
        for script in applied {
            println!("applied {script}");
        }
        Ok(())
    }
}
