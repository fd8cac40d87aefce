//! Whole lives in a real browser: the program is started as its user starts it, and everything after that is done by
//! reading pages, filling fields by their labels and pressing buttons by their words. The same path is walked with
//! and without JavaScript.

mod actor;
mod api;
mod budgets;
mod counters;
mod driver;
mod paper;
mod path_today;
mod path_xiufeng;
mod town;
