//! Figures as they are printed: percentiles, the facts of the machine, and what stopped a run.

use std::time::Duration;

use serde_json::{Value, json};

/// Why a run ended without figures.
#[derive(Debug)]
pub struct Wrong(pub String);

impl<E: std::fmt::Display> From<E> for Wrong {
    fn from(error: E) -> Wrong {
        Wrong(error.to_string())
    }
}

/// What an act or view said no with.
pub fn said<R: office::Refusal>(what: &str) -> impl FnOnce(office::No<R>) -> Wrong {
    move |no| Wrong(format!("{what}: {no:?}"))
}

/// Milliseconds with one place.
pub fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

/// The distribution of some durations.
pub fn spread(mut took: Vec<Duration>) -> Value {
    took.sort_unstable();
    let at = |percent: usize| {
        let place = (took.len() * percent).div_ceil(100).max(1) - 1;
        took.get(place).map_or(0.0, |duration| ms(*duration))
    };
    json!({ "count": took.len(), "p50_ms": at(50), "p95_ms": at(95), "p99_ms": at(99), "max_ms": at(100) })
}

/// What the figures were taken on.
pub fn machine() -> Value {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes = memory.lines().find_map(|line| {
        line.strip_prefix("MemTotal:")?.trim().split_once(' ').and_then(|(number, _)| number.parse::<u64>().ok())
    });
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    json!({
        "cpu": model.map_or("unknown", |(_, name)| name),
        "cores": std::thread::available_parallelism().map_or(0, |cores| cores.get()),
        "memory_gb": kilobytes.unwrap_or_default() / 1_048_576,
        "load_average": load.split(' ').next().unwrap_or_default(),
        "build": if cfg!(debug_assertions) { "debug" } else { "optimised" },
    })
}

/// Prints the figures.
pub fn print(figures: &Value) -> Result<(), Wrong> {
    println!("{}", serde_json::to_string_pretty(figures)?);
    Ok(())
}
