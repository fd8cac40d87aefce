//! Tests through the whole service: what a browser would send, what a person would see.

mod account;
mod acts;
mod api;
mod desks;
mod framework;
mod hall;
mod kit;
mod loans;
mod notify;
mod pages;
mod rosters;
mod student;
mod table;
