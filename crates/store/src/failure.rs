//! Disk, network, database, bug: what is not a rule saying no. A failure becomes "please try again later" for people
//! and exit code 3 for programs; its cause chain goes to the log.

use std::error::Error;
use std::fmt;

use sea_orm::DbErr;

/// Something outside the rules went wrong.
pub struct Failure {
    kind: FailureKind,
    what: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What to do about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Others changed the same rows, again and again; the same request may work later.
    Conflict,
    /// The database cannot be reached, is full, or may not be written.
    Unavailable,
    /// What is stored cannot be right: broken ciphertext, a text that is no date.
    Corrupt,
    /// The program asked for something impossible.
    Bug,
}

impl Failure {
    /// A failure with its own words, without a dot at the end.
    pub fn new(kind: FailureKind, what: impl Into<String>) -> Failure {
        Failure { kind, what: what.into(), cause: None }
    }

    /// Stored content that cannot be right.
    pub fn corrupt(what: impl Into<String>) -> Failure {
        Failure::new(FailureKind::Corrupt, what)
    }

    /// The program asked for something impossible.
    pub fn bug(what: impl Into<String>) -> Failure {
        Failure::new(FailureKind::Bug, what)
    }

    /// The place cannot be reached or written.
    pub fn unavailable(what: impl Into<String>) -> Failure {
        Failure::new(FailureKind::Unavailable, what)
    }

    /// The same failure with its cause.
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Failure {
        self.cause = Some(cause.into());
        self
    }

    /// What to do about it.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// A database error, told by what was being done.
    pub(crate) fn database(doing: &str, error: sqlx::Error) -> Failure {
        Failure::new(kind_of(&error), format!("database failed at {doing}")).because(error)
    }

    /// A row that does not have the shape the program expects.
    pub(crate) fn shape(doing: &str, error: DbErr) -> Failure {
        Failure::new(FailureKind::Corrupt, format!("unexpected row at {doing}")).because(error)
    }
}

/// Sorts a database error by what to do about it.
fn kind_of(error: &sqlx::Error) -> FailureKind {
    use FailureKind::{Bug, Conflict, Corrupt, Unavailable};
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            // SQLite's extended codes carry the plain one in their low byte.
            if let Ok(number) = code.parse::<u32>()
                && code.len() < 5
            {
                return match number & 0xff {
                    5 | 6 => Conflict,
                    8 | 10 | 13 | 14 => Unavailable,
                    11 | 26 => Corrupt,
                    _ => Bug,
                };
            }
            match code.as_ref() {
                "40001" | "40P01" | "55P03" | "23505" => Conflict,
                "25006" => Unavailable,
                "XX001" | "XX002" => Corrupt,
                other if ["08", "53", "57", "58", "28", "3D"].iter().any(|class| other.starts_with(class)) => {
                    Unavailable
                }
                _ => Bug,
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Unavailable,
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Corrupt,
        _ => Bug,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl fmt::Debug for Failure {
    /// The whole cause chain on one line, for logs and failing tests.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.what)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}
