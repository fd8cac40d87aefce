//! Goods of the hall: service areas, machines, comforts against the heat, the medicine box.

use crate::row::{Row, row, values};
use crate::{Failure, Tx};

row! {
    /// One kind of goods.
    pub struct Supply in "hall_supply" {
        /// The book.
        pub book: i64,
        /// What.
        pub item: String,
        /// `area`, `machine`, `comfort`, `medicine` or `tea`.
        pub shelf: String,
        /// How many there should be.
        pub least: i64,
        /// How many there are.
        pub stock: i64,
        /// Last counted.
        pub checked_on: Option<crate::Date>,
        /// By whom.
        pub checked_by: Option<String>,
    }
}

/// Enters goods, or counts them anew.
pub async fn set(tx: &mut Tx<'_>, supply: &Supply) -> Result<(), Failure> {
    let sql = "INSERT INTO hall_supply (book, item, shelf, least, stock, checked_on, checked_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (book, item) DO UPDATE SET shelf = excluded.shelf, \
               least = excluded.least, stock = excluded.stock, checked_on = excluded.checked_on, \
               checked_by = excluded.checked_by";
    tx.run_one(sql, supply.values()).await
}

/// All goods of a hall.
pub async fn list(tx: &mut Tx<'_>, book: i64) -> Result<Vec<Supply>, Failure> {
    tx.select("WHERE book = $1 ORDER BY shelf, item", values![book]).await
}
