//! The commands, in the order a newcomer meets them.

mod config;
mod migrate;
mod policy;
mod quote;
mod sandbox;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::settings::{self, Flags, Settings};
use crate::stop::Stop;

/// The open platform for China's student loans (助学贷款), from first day to last.
#[derive(Parser)]
#[command(name = "zhuxue", version, max_term_width = 110)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// Settings file; `zhuxue.toml` of this folder when there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// `sqlite:PATH` or `postgres://…`; also `DATABASE_URL`.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// The repayment plan of one loan.
    Quote(quote::Quote),
    /// A contract's life from its dated events: bills, balances and postings as of a day.
    Replay(quote::Replay),
    /// The dated rules: which hold, from which article; whether they are complete.
    Policy(policy::Policy),
    /// Creates or upgrades the schema, forward only.
    Migrate(migrate::Migrate),
    /// Plays the payment platform and every other partner over HTTP.
    Sandbox(sandbox::Sandbox),
    /// The settings in force and where each came from, secrets masked.
    Config(config::Config),
}

/// What every command may need.
pub struct Context {
    config: Option<PathBuf>,
    flags: Flags,
}

impl Context {
    /// The settings in force, with the command's own flags on top.
    fn settings(&self, own: Flags) -> Result<Settings, Stop> {
        let mut flags = self.flags.clone();
        flags.extend(own);
        settings::read(self.config.as_ref(), &flags)
    }
}

/// Runs the command that was asked for.
pub fn run(arguments: Arguments) -> Result<(), Stop> {
    let context = Context { config: arguments.config, flags: vec![("database", arguments.database)] };
    match arguments.command {
        Command::Quote(command) => command.run(),
        Command::Replay(command) => command.run(),
        Command::Policy(command) => command.run(),
        Command::Migrate(command) => command.run(&context),
        Command::Sandbox(command) => command.run(),
        Command::Config(command) => command.run(&context),
    }
}

/// Runs a command's own runtime to its end.
fn block_on<T>(work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::failed("the runtime does not start", error))?;
    runtime.block_on(work)
}

/// Ready when the person or the service manager asks the program to end.
async fn interrupted() {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("a process may listen to its own signals");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// A failure of the store with its whole cause chain on one line.
fn failed(doing: &str, failure: store::Failure) -> Stop {
    let mut causes = failure.to_string();
    let mut source = std::error::Error::source(&failure);
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    Stop::failed(doing, causes)
}
