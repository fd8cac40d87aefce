//! The program as its users meet it, and the house it lives in. One test binary, so that it links once.

mod house;
mod life;
mod quote;
mod settle;
mod setup;
mod verify;
