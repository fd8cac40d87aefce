//! The real world: the machine's clock and its random source. The only place that asks for them.

use std::sync::Arc;

use chrono::{DateTime, Utc};

/// The present instant.
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Fills a buffer from the operating system.
pub fn fill(bytes: &mut [u8]) {
    use rand::TryRng;
    rand::rngs::SysRng.try_fill_bytes(bytes).expect("the operating system gives random bytes");
}

/// The clock as the partners take it.
pub fn wire_clock() -> wire::moment::Clock {
    Arc::new(now)
}

/// The random source as the partners take it.
pub fn wire_chance() -> wire::keys::Chance {
    Arc::new(fill)
}

/// The random source as the keyring takes it.
pub fn entropy() -> store::keyring::Entropy {
    Arc::new(fill)
}
