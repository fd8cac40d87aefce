//! Lender and sandbox over real HTTP on this machine: every method, every fault, every refusal.

mod faults;
mod garbage;
mod gateways;
mod house;
mod kill;
mod notifications;
mod platform;
mod quickpass;
mod restart;
