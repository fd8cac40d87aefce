//! People who work at an office, and what they may do.

use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// One account of a member of staff.
    pub struct Staff in "staff" {
        /// Number.
        pub staff: i64,
        /// Login name.
        pub login: String,
        /// Where the person works.
        pub office_id: i64,
        /// Name printed on what the person signs.
        pub name: String,
        /// Blind index of the person's own ID number.
        pub person_index: Option<Vec<u8>>,
        /// Argon2id string.
        pub password_hash: String,
        /// Must be changed before anything else.
        pub must_change: bool,
        /// Wrong passwords since the last right one.
        pub failed_count: i64,
        /// When the last wrong one came.
        pub failed_at: Option<Instant>,
        /// Day the account was closed.
        pub disabled_on: Option<Date>,
        /// When it was opened.
        pub created_at: Instant,
    }
}

row! {
    /// A role given.
    pub struct StaffRole in "staff_role" {
        /// The account.
        pub staff: i64,
        /// Name of the role.
        pub role: String,
        /// When it was given.
        pub granted_at: Instant,
        /// Who gave it.
        pub granted_by: String,
        /// When it was taken back.
        pub revoked_at: Option<Instant>,
    }
}

/// Enters an account; false when number or login name is taken.
pub async fn enter(tx: &mut Tx<'_>, staff: &Staff) -> Result<bool, Failure> {
    tx.insert_new(staff).await
}

/// The next free number.
pub async fn next_number(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    let last: Option<Option<i64>> = tx.value("SELECT max(staff) FROM staff", Vec::new()).await?;
    Ok(last.flatten().unwrap_or(0) + 1)
}

/// An account by number.
pub async fn by_number(tx: &mut Tx<'_>, staff: i64) -> Result<Option<Staff>, Failure> {
    tx.find("WHERE staff = $1", values![staff]).await
}

/// An account by login name.
pub async fn by_login(tx: &mut Tx<'_>, login: &str) -> Result<Option<Staff>, Failure> {
    tx.find("WHERE login = $1", values![login]).await
}

/// The accounts of an office.
pub async fn list_of_office(tx: &mut Tx<'_>, office_id: i64) -> Result<Vec<Staff>, Failure> {
    tx.select("WHERE office_id = $1 ORDER BY login", values![office_id]).await
}

/// All accounts.
pub async fn list(tx: &mut Tx<'_>) -> Result<Vec<Staff>, Failure> {
    tx.select("ORDER BY office_id, login", Vec::new()).await
}

/// Roles a member of staff has now.
pub async fn roles(tx: &mut Tx<'_>, staff: i64) -> Result<Vec<String>, Failure> {
    tx.column(
        "SELECT DISTINCT role FROM staff_role WHERE staff = $1 AND revoked_at IS NULL ORDER BY role",
        values![staff],
    )
    .await
}

/// Roles given and taken, oldest first.
pub async fn role_history(tx: &mut Tx<'_>, staff: i64) -> Result<Vec<StaffRole>, Failure> {
    tx.select("WHERE staff = $1 ORDER BY granted_at, role", values![staff]).await
}

/// Gives a role.
pub async fn role_grant(tx: &mut Tx<'_>, role: &StaffRole) -> Result<bool, Failure> {
    tx.insert_new(role).await
}

/// Takes a role back; answers whether it was there.
pub async fn role_revoke(tx: &mut Tx<'_>, staff: i64, role: &str, at: Instant) -> Result<bool, Failure> {
    let sql = "UPDATE staff_role SET revoked_at = $3 WHERE staff = $1 AND role = $2 AND revoked_at IS NULL";
    Ok(tx.run(sql, values![staff, role, at]).await? > 0)
}

/// Sets a password.
pub async fn change_password(
    tx: &mut Tx<'_>,
    staff: i64,
    password_hash: &str,
    must_change: bool,
) -> Result<(), Failure> {
    let sql = "UPDATE staff SET password_hash = $2, must_change = $3, failed_count = 0 WHERE staff = $1";
    tx.run_one(sql, values![staff, password_hash, must_change]).await
}

/// Notes a wrong password; answers how many there were in a row.
pub async fn note_wrong_password(tx: &mut Tx<'_>, staff: i64, at: Instant) -> Result<i64, Failure> {
    let sql =
        "UPDATE staff SET failed_count = failed_count + 1, failed_at = $2 WHERE staff = $1 RETURNING failed_count";
    Ok(tx.value(sql, values![staff, at]).await?.unwrap_or(0))
}

/// Notes a right password.
pub async fn note_right_password(tx: &mut Tx<'_>, staff: i64) -> Result<(), Failure> {
    tx.run("UPDATE staff SET failed_count = 0 WHERE staff = $1 AND failed_count > 0", values![staff]).await.map(drop)
}

/// Closes the account.
pub async fn disable(tx: &mut Tx<'_>, staff: i64, on: Date) -> Result<(), Failure> {
    tx.run_one("UPDATE staff SET disabled_on = $2 WHERE staff = $1", values![staff, on]).await
}
