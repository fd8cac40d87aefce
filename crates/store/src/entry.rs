//! Ways in for those whose password is not enough or not known: one-time slips, links of co-borrowers, changed mobile
//! numbers, and the second factor of staff. What is valid, and who may issue it, is decided elsewhere.

use crate::keyring::Place;
use crate::row::{row, values};
use crate::{Failure, Instant, Tx};

row! {
    /// A one-time slip of a person.
    pub struct Slip in "entry_slip" {
        /// Whose account.
        pub person: i64,
        /// Id, ordered by time.
        pub slip: String,
        /// `counter` or `hotline`.
        pub channel: String,
        /// Blind index of the code.
        pub code_index: Vec<u8>,
        /// What the operator saw or asked.
        pub proof: String,
        /// Which operator.
        pub issued_by: String,
        /// When.
        pub issued_at: Instant,
        /// Worth nothing from then on.
        pub expires_at: Instant,
        /// Wrong codes typed so far.
        pub wrong_count: i64,
        /// When it was used, or a newer one took its place.
        pub ended_at: Option<Instant>,
    }
}

row! {
    /// A mobile number changed at a desk, without the number itself.
    pub struct PhoneChange in "phone_change" {
        /// Whose number.
        pub person: i64,
        /// Id, ordered by time.
        pub change: String,
        /// `county` or `school`.
        pub channel: String,
        /// What the operator saw.
        pub proof: String,
        /// Which operator.
        pub changed_by: String,
        /// When.
        pub changed_at: Instant,
        /// When the old number was told.
        pub told_at: Option<Instant>,
        /// Until then details of money stay as they are.
        pub money_from: Instant,
    }
}

row! {
    /// A link of a co-borrower.
    pub struct Invitation in "invitation" {
        /// The co-borrower.
        pub person: i64,
        /// SM3 of the link's token.
        pub token_hash: Vec<u8>,
        /// Where the application is.
        pub book: i64,
        /// Which.
        pub application: i64,
        /// When.
        pub sent_at: Instant,
        /// Worth nothing from then on.
        pub expires_at: Instant,
        /// Wrong answers so far.
        pub wrong_count: i64,
        /// When it was first used.
        pub opened_at: Option<Instant>,
    }
}

row! {
    /// The slip of a member of staff.
    pub struct StaffSlip in "staff_slip" {
        /// Whose account.
        pub staff: i64,
        /// Blind index of the code.
        pub code_index: Vec<u8>,
        /// Which administrator.
        pub issued_by: String,
        /// When.
        pub issued_at: Instant,
        /// Worth nothing from then on.
        pub expires_at: Instant,
        /// Wrong codes typed so far.
        pub wrong_count: i64,
    }
}

/// Enters a slip; every earlier one of the person ends.
pub async fn slip_enter(tx: &mut Tx<'_>, slip: &Slip) -> Result<(), Failure> {
    slips_end(tx, slip.person, slip.issued_at).await?;
    tx.insert(slip).await
}

/// The slip of a person that has not ended.
pub async fn slip(tx: &mut Tx<'_>, person: i64) -> Result<Option<Slip>, Failure> {
    tx.find("WHERE person = $1 AND ended_at IS NULL ORDER BY slip DESC LIMIT 1", values![person]).await
}

/// Notes a wrong code on the slip of a person.
pub async fn slip_note_wrong(tx: &mut Tx<'_>, person: i64) -> Result<(), Failure> {
    let sql = "UPDATE entry_slip SET wrong_count = wrong_count + 1 WHERE person = $1 AND ended_at IS NULL";
    tx.run(sql, values![person]).await.map(drop)
}

/// Ends the slips of a person: one was used, or a newer one takes their place.
pub async fn slips_end(tx: &mut Tx<'_>, person: i64, at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE entry_slip SET ended_at = $2 WHERE person = $1 AND ended_at IS NULL";
    tx.run(sql, values![person, at]).await.map(drop)
}

/// Enters the slip of a member of staff in place of the one before.
pub async fn staff_slip_enter(tx: &mut Tx<'_>, slip: &StaffSlip) -> Result<(), Failure> {
    staff_slip_end(tx, slip.staff).await?;
    tx.insert(slip).await
}

/// The slip of a member of staff.
pub async fn staff_slip(tx: &mut Tx<'_>, staff: i64) -> Result<Option<StaffSlip>, Failure> {
    tx.find("WHERE staff = $1", values![staff]).await
}

/// Notes a wrong code on the slip of a member of staff.
pub async fn staff_slip_note_wrong(tx: &mut Tx<'_>, staff: i64) -> Result<(), Failure> {
    tx.run("UPDATE staff_slip SET wrong_count = wrong_count + 1 WHERE staff = $1", values![staff]).await.map(drop)
}

/// Ends the slip of a member of staff.
pub async fn staff_slip_end(tx: &mut Tx<'_>, staff: i64) -> Result<(), Failure> {
    tx.run("DELETE FROM staff_slip WHERE staff = $1", values![staff]).await.map(drop)
}

/// Keeps what was before a changed number, and until when details of money stay as they are.
pub async fn phone_change_enter(tx: &mut Tx<'_>, change: &PhoneChange, old_phone: Option<&str>) -> Result<(), Failure> {
    tx.insert(change).await?;
    let Some(old_phone) = old_phone else { return Ok(()) };
    let cipher = tx.seal(change.person, old_phone_place(change.person, &change.change), old_phone).await?;
    let sql = "UPDATE phone_change SET old_phone_cipher = $3 WHERE person = $1 AND change = $2";
    tx.run_one(sql, values![change.person, change.change.as_str(), cipher]).await
}

fn old_phone_place(person: i64, change: &str) -> Place<'_> {
    Place { table: "phone_change", column: "old_phone_cipher", tenant: person, row: change }
}

/// Changes whose old number was not told yet, oldest first.
pub async fn phone_changes_untold(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<PhoneChange>, Failure> {
    tx.select("WHERE told_at IS NULL AND old_phone_cipher IS NOT NULL ORDER BY change LIMIT $1", values![limit]).await
}

/// The number before a change.
pub async fn old_phone(tx: &mut Tx<'_>, person: i64, change: &str) -> Result<Option<String>, Failure> {
    let sql = "SELECT old_phone_cipher FROM phone_change WHERE person = $1 AND change = $2";
    let cipher: Option<Option<Vec<u8>>> = tx.value(sql, values![person, change]).await?;
    match cipher.flatten() {
        Some(cipher) => tx.open_text(person, old_phone_place(person, change), &cipher).await.map(Some),
        None => Ok(None),
    }
}

/// Notes that the old number was told.
pub async fn phone_change_told(tx: &mut Tx<'_>, person: i64, change: &str, at: Instant) -> Result<(), Failure> {
    let sql = "UPDATE phone_change SET told_at = $3 WHERE person = $1 AND change = $2";
    tx.run_one(sql, values![person, change, at]).await
}

/// Until when details of money of a person stay as they are; none when no number was changed at a desk.
pub async fn money_from(tx: &mut Tx<'_>, person: i64) -> Result<Option<Instant>, Failure> {
    let sql = "SELECT money_from FROM phone_change WHERE person = $1 ORDER BY change DESC LIMIT 1";
    tx.value(sql, values![person]).await
}

/// Enters a link; earlier ones for the same application end.
pub async fn invitation_enter(tx: &mut Tx<'_>, invitation: &Invitation) -> Result<(), Failure> {
    let sql = "DELETE FROM invitation WHERE person = $1 AND book = $2 AND application = $3";
    tx.run(sql, values![invitation.person, invitation.book, invitation.application]).await?;
    tx.insert(invitation).await
}

/// The link of a token.
pub async fn invitation(tx: &mut Tx<'_>, person: i64, token_hash: &[u8]) -> Result<Option<Invitation>, Failure> {
    tx.find("WHERE person = $1 AND token_hash = $2", values![person, token_hash.to_vec()]).await
}

/// Notes a wrong answer at a link.
pub async fn invitation_note_wrong(tx: &mut Tx<'_>, person: i64, token_hash: &[u8]) -> Result<(), Failure> {
    let sql = "UPDATE invitation SET wrong_count = wrong_count + 1 WHERE person = $1 AND token_hash = $2";
    tx.run_one(sql, values![person, token_hash.to_vec()]).await
}

/// Notes that a link was used.
pub async fn invitation_note_opened(
    tx: &mut Tx<'_>,
    person: i64,
    token_hash: &[u8],
    at: Instant,
) -> Result<(), Failure> {
    let sql = "UPDATE invitation SET opened_at = $3, wrong_count = 0 WHERE person = $1 AND token_hash = $2";
    tx.run_one(sql, values![person, token_hash.to_vec(), at]).await
}

/// The second factor of a member of staff, JSON.
pub async fn factor(tx: &mut Tx<'_>, staff: i64) -> Result<Option<String>, Failure> {
    let cipher: Option<Option<Vec<u8>>> =
        tx.value("SELECT factor_cipher FROM staff WHERE staff = $1", values![staff]).await?;
    let Some(cipher) = cipher.flatten() else { return Ok(None) };
    let row = staff.to_string();
    let bytes = tx.keyring.open_system(&factor_place(&row), &cipher)?;
    String::from_utf8(bytes).map(Some).map_err(|_| Failure::corrupt("a second factor is no text"))
}

/// Keeps the second factor of a member of staff, or none.
pub async fn factor_keep(tx: &mut Tx<'_>, staff: i64, factor: Option<&str>) -> Result<(), Failure> {
    let row = staff.to_string();
    let cipher = match factor {
        Some(factor) => Some(tx.keyring.seal_system(&factor_place(&row), factor.as_bytes())?),
        None => None,
    };
    tx.run_one("UPDATE staff SET factor_cipher = $2 WHERE staff = $1", values![staff, cipher]).await
}

fn factor_place(staff: &str) -> Place<'_> {
    Place { table: "staff", column: "factor_cipher", tenant: 0, row: staff }
}
