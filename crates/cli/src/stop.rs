//! Why a command stopped: one line for the person, one exit code for the machine.

use std::fmt;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub enum Stop {
    /// A rule said no (exit code 1).
    Refused(String),
    /// Wrong use or bad input (exit code 2).
    Wrong(String),
    /// Disk, network or database (exit code 3).
    Failed(String),
}

impl Stop {
    /// The exit code of the interface.
    pub fn exit_code(&self) -> u8 {
        match self {
            Stop::Refused(_) => 1,
            Stop::Wrong(_) => 2,
            Stop::Failed(_) => 3,
        }
    }

    /// A failure while doing something, with its cause.
    pub fn failed(doing: impl fmt::Display, cause: impl fmt::Display) -> Stop {
        Stop::Failed(format!("{doing}: {cause}"))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Stop::Refused(line) | Stop::Wrong(line) | Stop::Failed(line)) = self;
        // One line, whatever the cause says.
        f.write_str(&line.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
