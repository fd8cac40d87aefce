//! Amounts on the wire: yuan with two decimals as text, `"12000.00"`; never a JSON number. For `#[serde(with)]`.

use loan::money::Fen;
use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Writes yuan text.
pub fn serialize<S: Serializer>(amount: &Fen, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(amount)
}

/// Reads yuan text, never negative.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fen, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|reason| D::Error::custom(format!("the amount {text:?} {reason}")))
}
