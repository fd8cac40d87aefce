//! The house at the size of a nation, on PostgreSQL: `origination` (search, queue and tracker over HTTP with a million
//! applications; races for places and tickets) and `import` (files of a thousand rows and more). Prints JSON.
//!
//! The database is a throw-away one of the server named by `ZHUXUE_TEST_POSTGRES`, as for the tests; `./bench` starts
//! a server for it.

mod figures;
mod house;
mod imports;
mod load;
mod races;
mod seed;

use std::process::ExitCode;

use figures::Wrong;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "origination [--applications 1000000] [--counties 30] [--rate 200] [--seconds 60]\nimport";

fn main() -> ExitCode {
    // Cargo adds --bench of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let run = match arguments.first().map(String::as_str) {
        Some("origination") => Plan::of(&arguments[1..]).and_then(|plan| in_runtime(origination(plan))),
        Some("import") => in_runtime(import()),
        _ => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
    };
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(Wrong(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// How much of it.
#[derive(Clone, Copy, Debug)]
struct Plan {
    applications: usize,
    counties: usize,
    rate: u64,
    seconds: u64,
}

impl Plan {
    fn of(arguments: &[String]) -> Result<Plan, Wrong> {
        let mut plan = Plan { applications: 1_000_000, counties: 30, rate: 200, seconds: 60 };
        for pair in arguments.chunks(2) {
            let number = pair.get(1).and_then(|text| text.parse::<usize>().ok()).filter(|number| *number > 0);
            let number = number.ok_or_else(|| Wrong(format!("a number stands behind {}\n{USAGE}", pair[0])))?;
            match pair[0].as_str() {
                "--applications" => plan.applications = number,
                "--counties" => plan.counties = number,
                "--rate" => plan.rate = number as u64,
                "--seconds" => plan.seconds = number as u64,
                other => return Err(Wrong(format!("{other} is no option\n{USAGE}"))),
            }
        }
        Ok(plan)
    }
}

fn in_runtime(work: impl Future<Output = Result<(), Wrong>>) -> Result<(), Wrong> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(work)
}

async fn origination(plan: Plan) -> Result<(), Wrong> {
    let house = house::House::new().await?;
    let nation = seed::Nation::settle(&house, plan.counties, plan.applications).await?;
    let load = load::drive(&house, &nation, plan.rate, plan.seconds).await?;
    let races = races::run(&house, &nation).await?;
    figures::print(&serde_json::json!({
        "benchmark": "origination",
        "machine": figures::machine(),
        "database": "PostgreSQL on the same machine, vacuumed and analysed; the load generator runs there too",
        "rows": nation.rows(&house).await?,
        "seeding": { "seconds": nation.took.as_secs(), "note": "made from applications that went through the acts; \
            written by COPY with seals, blind indexes and facts; one audit record for a thousand families" },
        "load": load,
        "goal": { "p95_ms": 200.0, "rate": 200 },
        "races": races,
    }))
}

async fn import() -> Result<(), Wrong> {
    let house = house::House::new().await?;
    let nation = seed::Nation::settle(&house, 3, 30_000).await?;
    let measured = imports::run(&house, &nation).await?;
    figures::print(&serde_json::json!({
        "benchmark": "import",
        "machine": figures::machine(),
        "database": "PostgreSQL on the same machine",
        "measured": measured,
    }))
}
