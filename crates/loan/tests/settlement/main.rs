//! Figures of the money rules, worked out by hand, against `quote`, `replay` and the periodic plans.

mod anchors;
mod campus;
mod cases;
mod changes;
mod contract;
mod pricing;
mod properties;
