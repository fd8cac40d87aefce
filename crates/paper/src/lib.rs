//! Legal papers, spreadsheets and charts: pure functions of data to bytes.
//!
//! A loan becomes paper many times: the form its applicants sign, the contract, the certificate
//! the school reads, statements, and the certificate that it is over. [`forms`] lists them,
//! [`Press`] prints them as PDF. [`sheet`] reads and writes the spreadsheets of schools and county
//! centres; [`chart`] draws the repayment plan; [`qr_svg`] leads a reader to the page that says
//! whether a paper is still valid; [`signature`] puts signatures into a PDF and finds them again. Nothing here asks for the time, the network or the database.

mod bundle;
pub mod chart;
mod fonts;
pub mod forms;
mod pdf;
mod press;
mod qr;
pub mod sheet;
pub mod signature;
mod words;

#[cfg(test)]
extern crate self as paper;
#[cfg(test)]
mod samples;

pub use bundle::bundle;
pub use fonts::NoChineseFont;
pub use pdf::NotOurs;
pub use press::{FactsDigest, Imprint, Paper, Press, PrintError, Printed, facts_digest};
pub use qr::qr_svg;
pub use words::{amount_in_figures, amount_in_words};
