//! The portals: pages by reader and the JSON interface. Everything a person sees is written here and nothing is
//! decided here: a page reads a view of `office`, a form is handed to one act of `office`, a refusal is put into words.
//!
//! Read [`route`] (the one table of addresses and who reaches them), [`serve`] (the same way for every request),
//! [`form`] (what was typed is kept, mistakes are collected), then [`parts`] (what pages are made of) and the pages
//! by reader. Never here: SQL, money arithmetic, permissions on a file, the real clock.

mod account;
pub mod acts;
mod admin;
pub mod assets;
mod audit;
mod bank;
mod co;
mod county;
pub mod form;
mod hall;
pub mod parts;
pub mod plan;
mod platform;
mod province;
pub mod public;
pub mod route;
mod school;
pub mod serve;
pub mod session;
pub mod site;
pub mod staff;
pub mod stop;
mod student;
mod upload;
pub mod visit;
pub mod words;

pub use serve::app;
pub use site::Site;

#[cfg(test)]
mod tests;
