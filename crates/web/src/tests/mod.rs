//! Tests through the whole service: what a browser would send, what a person would see.

mod account;
mod acts;
mod api;
mod counter;
mod date;
mod desks;
mod desks_lent;
mod framework;
mod hall;
mod kit;
mod loans;
mod notify;
mod pages;
mod papers;
mod renewal;
mod returned;
mod rights;
mod rosters;
mod strangers;
mod student;
mod table;
