//! `zhuxue`, the one program: portals, worker, sandbox and tools for the people who run them.
//!
//! Only this crate sees the real clock, the environment and the random source. Exit codes: 0 done, 1 the rules
//! refused it, 2 wrong use or bad input, 3 a failure of disk, network or database.

mod commands;
mod house;
mod settings;
mod stop;
mod world;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = commands::Arguments::parse();
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("zhuxue: {stop}");
            ExitCode::from(stop.exit_code())
        }
    }
}
