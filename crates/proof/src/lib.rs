//! Test support only: a test ends by naming the requirements it proved.
//!
//! `./test` gives a folder in `ZHUXUE_PROOFS`; each test that reaches its [`proves!`] leaves a line there, and the
//! program of this crate builds `docs/requirements.md` from those lines. A test that fails never gets so far.

use std::io::Write;

/// Records, as the last act of a passing test, which requirements it proved: at most three.
///
/// `proof::proves!["R18.4", "R18.5"];` or, when a page shows it, `proof::proves!["R18.4"; page "/student/prepay"];`
#[macro_export]
macro_rules! proves {
    [$($requirement:literal),+ $(,)?] => { $crate::proves!($($requirement),+; page "") };
    [$($requirement:literal),+ ; page $page:literal] => {{
        const PROVED: &[&str] = &[$($requirement),+];
        const { assert!(PROVED.len() <= 3, "a test proves at most three requirements") };
        $crate::record(module_path!(), PROVED, $page);
    }};
}

/// Appends one line per requirement to this process's file. Use [`proves!`].
pub fn record(module: &str, requirements: &[&str], page: &str) {
    let Ok(folder) = std::env::var("ZHUXUE_PROOFS") else { return };
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("main").rsplit("::").next().unwrap_or("").to_owned();
    let path = std::path::Path::new(&folder).join(format!("{}.tsv", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().create(true).append(true).open(path).expect("ZHUXUE_PROOFS is a writable folder");
    let lines: String =
        requirements.iter().map(|requirement| format!("{requirement}\t{module}::{test}\t{page}\n")).collect();
    // One write: tests of one process run on many threads, and formatting into the file would write piece by piece.
    file.write_all(lines.as_bytes()).expect("ZHUXUE_PROOFS is a writable folder");
}
