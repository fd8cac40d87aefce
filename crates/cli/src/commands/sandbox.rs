//! `zhuxue sandbox`: plays every partner over HTTP, in a process of its own.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use wire::line::AddressRules;
use wire::sandbox::{Sandbox as Player, SandboxSettings, serve};

use crate::stop::Stop;
use crate::world;

/// Plays the payment platform and every other partner over HTTP.
#[derive(Args)]
#[command(after_help = "Example:\n  zhuxue sandbox --listen 127.0.0.1:8090 --state .zhuxue/sandbox")]
pub struct Sandbox {
    /// Where it listens; port 0 takes a free one and prints it.
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDRESS")]
    listen: String,
    /// Its folder: keys and journal.
    #[arg(long, default_value = ".zhuxue/sandbox", value_name = "FOLDER")]
    state: PathBuf,
    /// Lets lenders introduce themselves over HTTP; what `serve --demo` uses.
    #[arg(long)]
    open_registration: bool,
}

impl Sandbox {
    pub fn run(self) -> Result<(), Stop> {
        super::block_on(async move {
            let settings = SandboxSettings {
                state: self.state.clone(),
                clock: world::wire_clock(),
                chance: world::wire_chance(),
                addresses: AddressRules::demonstration(),
                open_registration: self.open_registration,
            };
            let player = Player::open(&settings).map_err(|error| Stop::failed(self.state.display(), error))?;
            let listener = tokio::net::TcpListener::bind(&self.listen)
                .await
                .map_err(|error| Stop::failed(format!("cannot listen on {}", self.listen), error))?;
            let address = listener.local_addr().map_err(|error| Stop::failed("the listener", error))?;
            println!("sandbox on http://{address}/");
            serve(listener, Arc::new(player), super::interrupted())
                .await
                .map_err(|error| Stop::failed("the sandbox", error))
        })
    }
}
