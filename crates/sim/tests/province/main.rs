//! A province in a box, with the sandbox served over loopback.

mod demonstration;
mod house;
mod life;
