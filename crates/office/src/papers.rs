//! 打印: a legal paper gets its number, version and code before it is printed. Printing is an act: it is known
//! which paper said what, and whether it still has its force.

/// Kinds of prints about an application.
pub const OF_APPLICATION: &[&str] = &["application_form", "acceptance_certificate"];
/// Kinds of prints about a contract.
pub const OF_CONTRACT: &[&str] = &["contract", "repayment_plan"];
