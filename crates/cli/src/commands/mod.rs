//! The commands, in the order a newcomer meets them.

mod config;
mod migrate;
mod policy;
mod quote;
mod sandbox;
mod serve;
mod settle;
mod setup;
mod verify;
mod verify_paper;
pub mod work;

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
    /// A real installation: schema, keys, the three administrators, institutions and staff.
    Setup(setup::Setup),
    /// Creates or upgrades the schema, forward only.
    Migrate(migrate::Migrate),
    /// The portals and the API; with `--demo` a whole demonstration.
    Serve(serve::Serve),
    /// The settlement of a day: yearly, final, or a monthly 20th.
    Settle(settle::Settle),
    /// Scheduled jobs, messages, and the sealing of the audit.
    Work(work::Work),
    /// Re-checks the audit chain, everything it answers for, and every ledger.
    Verify(verify::Verify),
    /// Who signed a PDF, told from its bytes and the authority's root alone.
    VerifyPaper(verify_paper::VerifyPaper),
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
        Command::Setup(command) => command.run(&context),
        Command::Migrate(command) => command.run(&context),
        Command::Serve(command) => command.run(&context),
        Command::Settle(command) => command.run(&context),
        Command::Work(command) => command.run(&context),
        Command::Verify(command) => command.run(&context),
        Command::VerifyPaper(command) => command.run(),
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

/// A bar on a terminal that shows how many were done; nothing elsewhere, and nothing in the first second.
fn progress(unit: &'static str) -> indicatif::ProgressBar {
    let bar = indicatif::ProgressBar::new_spinner();
    bar.set_draw_target(indicatif::ProgressDrawTarget::stderr_with_hz(1));
    let style = indicatif::ProgressStyle::with_template(&format!("{{spinner}} {{human_pos}} {unit}, {{elapsed}}"));
    bar.set_style(style.expect("a template of known words"));
    bar
}

/// Writes to the standard output.
fn print(text: &str) -> Result<(), Stop> {
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| Stop::failed("standard output", error))
}

/// A failure of the store with its whole cause chain on one line.
pub fn failed(doing: &str, failure: store::Failure) -> Stop {
    let mut causes = failure.to_string();
    let mut source = std::error::Error::source(&failure);
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    Stop::failed(doing, causes)
}

/// Logs go to the standard error, one line an event.
fn log_to_stderr(settings: &Settings) -> Result<(), Stop> {
    let filter =
        tracing_subscriber::EnvFilter::try_new(&settings.log).map_err(|error| Stop::Wrong(format!("log: {error}")))?;
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    Ok(())
}

/// Figures for operators on a listener of their own.
fn serve_metrics(settings: &Settings) -> Result<(), Stop> {
    if settings.metrics.is_empty() {
        return Ok(());
    }
    let address: std::net::SocketAddr =
        settings.metrics.parse().map_err(|error| Stop::Wrong(format!("metrics: {}: {error}", settings.metrics)))?;
    metrics_exporter_prometheus::PrometheusBuilder::new()
        .with_http_listener(address)
        .install()
        .map_err(|error| Stop::failed(format!("metrics on {address}"), error))
}

/// Whether the database was made as a demonstration.
async fn is_demonstration(office: &office::Office) -> Result<bool, Stop> {
    office.is_demonstration().await.map_err(|failure| failed("the database cannot be read", failure))
}

/// Removes an embedded database with its companions, but never its keys.
fn remove_database(path: &std::path::Path) -> Result<(), Stop> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Stop::failed(std::path::Path::new(&name).display(), error));
            }
            _ => {}
        }
    }
    Ok(())
}
