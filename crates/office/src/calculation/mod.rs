//! Calculations anyone may ask for: `quote` (the plan of one loan) and `replay` (its life from dated events),
//! in the JSON form of the interface. The command line, the API and the calculator page all come here.
//!
//! Reading refuses unknown and repeated fields by name; what the rules refuse keeps its reason and articles.

mod fields;
mod input;
mod life_file;
mod output;

use chrono::NaiveDate;
use loan::contract::Indexes;
use loan::life::{Life, Reason};
use loan::refusal::Citation;
use loan::settlement::ContractRefused;
use loan::{periodic, settlement};
use serde_json::Value;

pub use fields::Misformed;
pub use life_file::life_file;

/// Why a calculation was not made.
#[derive(Debug)]
pub enum NotCalculated {
    /// The text is not of the form: which field, and what is wrong with it.
    Misformed(Misformed),
    /// The rules refuse the contract or an event of a quote.
    Refused {
        /// Code of the reason.
        reason: &'static str,
        /// The day it speaks of.
        on: Option<NaiveDate>,
        /// The articles it rests on.
        why: Vec<Citation>,
    },
}

impl From<Misformed> for NotCalculated {
    fn from(misformed: Misformed) -> NotCalculated {
        NotCalculated::Misformed(misformed)
    }
}

impl From<ContractRefused> for NotCalculated {
    fn from(refused: ContractRefused) -> NotCalculated {
        NotCalculated::Refused { reason: refused.reason.code(), on: refused.on, why: refused.why }
    }
}

impl std::fmt::Display for NotCalculated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotCalculated::Misformed(misformed) => write!(f, "{misformed}"),
            NotCalculated::Refused { reason, on, why } => {
                write!(f, "refused: {reason}")?;
                if let Some(on) = on {
                    write!(f, " on {on}")?;
                }
                for citation in why {
                    write!(f, " [{} article {}]", citation.doc, citation.article)?;
                }
                Ok(())
            }
        }
    }
}

/// A computed plan with the kind of contract it is of.
#[derive(Debug)]
pub struct Quoted {
    /// Rows and totals.
    pub life: Life,
}

impl Quoted {
    /// The JSON form of the interface.
    pub fn to_json(&self) -> Value {
        output::quote(&self.life)
    }
}

/// The plan of the loan described by a JSON text, on the published rates where it names none of its own.
///
/// # Errors
/// [`NotCalculated`] names the field, or the reason and its articles.
pub fn quote(text: &str, published: &Indexes) -> Result<Quoted, NotCalculated> {
    let life = match input::quote(text, published)? {
        input::Asked::Origin(asked) => {
            let life = settlement::quote(&asked.terms, &asked.indexes, &asked.events)?;
            if let Some(refused) = life.refused.first() {
                return Err(NotCalculated::Refused {
                    reason: refused.reason.code(),
                    on: Some(refused.on),
                    why: refused.why.clone(),
                });
            }
            life
        }
        input::Asked::Periodic(terms) => periodic::plan(&terms)?,
    };
    Ok(Quoted { life })
}

/// The life of the contract described by a JSON text, in the JSON form of the interface, on the published rates where
/// it names none of its own.
///
/// # Errors
/// [`NotCalculated`] names the field, or the reason and its articles; a refused event is part of the answer instead.
pub fn replay(text: &str, published: &Indexes) -> Result<Value, NotCalculated> {
    let (asked, as_of) = input::replay(text, published)?;
    let life = settlement::replay(&asked.terms, &asked.indexes, &asked.events, as_of)?;
    Ok(output::replay(&life, &asked.events))
}

/// Refusals that the form itself can see before any arithmetic.
fn refused(reason: Reason) -> NotCalculated {
    NotCalculated::Refused { reason: reason.code(), on: None, why: reason.why() }
}
