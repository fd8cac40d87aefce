//! Settings of the installation.

use crate::row::{row, values};
use crate::{Failure, Instant, Tx};

row! {
    /// One setting.
    pub struct Setting in "setting" {
        /// Name.
        pub name: String,
        /// Value.
        pub value: String,
        /// Last change.
        pub changed_at: Instant,
        /// Who changed it.
        pub changed_by: String,
    }
}

/// The value of a setting.
pub async fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, Failure> {
    tx.value("SELECT value FROM setting WHERE name = $1", values![name]).await
}

/// The values of two settings, in one question.
pub async fn both(tx: &mut Tx<'_>, names: [&str; 2]) -> Result<[Option<String>; 2], Failure> {
    let rows: Vec<Setting> = tx.select("WHERE name = $1 OR name = $2", values![names[0], names[1]]).await?;
    Ok(names.map(|name| rows.iter().find(|row| row.name == name).map(|row| row.value.clone())))
}

/// All settings by name.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Setting>, Failure> {
    tx.select("ORDER BY name", Vec::new()).await
}

/// Sets a setting.
pub async fn put(tx: &mut Tx<'_>, name: &str, value: &str, at: Instant, by: &str) -> Result<(), Failure> {
    let sql = "INSERT INTO setting (name, value, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at, \
               changed_by = excluded.changed_by";
    tx.run(sql, values![name, value, at, by]).await.map(drop)
}
