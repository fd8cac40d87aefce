//! The acts of people and of the calendar.

pub mod calculation;
