//! The service hall of a county centre: [`slot`]s that can be booked and the days they stand on, [`visit`]s and the
//! queue they wait in, [`window`]s, [`people`] on duty, [`goods`] and [`question`]s put online. Steps of a visit and
//! openings of a window are kept as facts, see [`crate::fact`].

pub mod goods;
pub mod people;
pub mod question;
pub mod slot;
pub mod visit;
pub mod window;
