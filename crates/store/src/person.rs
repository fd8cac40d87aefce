//! People: who they are, sealed, and how they are found. The key of a person is taken from the blind index of the
//! first ID number, so one ID number is one person whatever happens at the same time.

use sea_orm::sea_query::Value;

use crate::keyring::{DataKey, Place};
use crate::row::{row, values};
use crate::{Date, Failure, Instant, Tx};

row! {
    /// What may be read of a person without opening a seal.
    pub struct Person in "person" {
        /// Key.
        pub person: i64,
        /// Whole blind index of the first ID number.
        pub id_index: Vec<u8>,
        /// Name.
        pub name: String,
        /// Blind index of the mobile number.
        pub phone_index: Option<Vec<u8>>,
        /// Day of birth.
        pub born_on: Date,
        /// `male` or `female`.
        pub sex: String,
        /// A made-up person.
        pub demonstration: bool,
        /// From this day only kept and protected.
        pub restricted_on: Option<Date>,
        /// When first seen.
        pub created_at: Instant,
        /// Last change.
        pub changed_at: Instant,
    }
}

row! {
    /// A loan a person is bound by.
    pub struct OpenLoan in "open_loan" {
        /// Who.
        pub person: i64,
        /// Where the contract is.
        pub book: i64,
        /// Which.
        pub contract: i64,
        /// `borrower` or `co_borrower`.
        pub part: String,
        /// Signing day.
        pub opened_on: Date,
        /// Day it was settled or voided.
        pub closed_on: Option<Date>,
    }
}

row! {
    /// The one application of a person in a year.
    pub struct YearClaim in "year_claim" {
        /// Who.
        pub person: i64,
        /// Year the academic year begins in.
        pub academic_year: i64,
        /// Where the application is.
        pub book: i64,
        /// Which.
        pub application: i64,
        /// When.
        pub claimed_at: Instant,
    }
}

row! {
    /// A consent.
    pub struct Consent in "consent" {
        /// Who.
        pub person: i64,
        /// What for.
        pub purpose: String,
        /// Version of the text shown.
        pub version: String,
        /// When.
        pub given_at: Instant,
        /// When taken back.
        pub withdrawn_at: Option<Instant>,
    }
}

/// A person to be entered; texts are normalised already.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    /// ID number, 18 characters.
    pub id_number: &'a str,
    /// Name.
    pub name: &'a str,
    /// Mobile number.
    pub phone: Option<&'a str>,
    /// Day of birth, from the ID number.
    pub born_on: Date,
    /// `male` or `female`, from the ID number.
    pub sex: &'a str,
    /// A made-up person.
    pub demonstration: bool,
}

/// The key of a blind index: its first 63 bits.
pub fn number_of(id_index: &[u8]) -> i64 {
    let mut first = [0u8; 8];
    first.copy_from_slice(&id_index[..8]);
    (u64::from_be_bytes(first) >> 1) as i64
}

/// Enters a person; answers the key and whether the person is new. A known person is not changed.
pub async fn enter(tx: &mut Tx<'_>, new: &NewPerson<'_>, at: Instant) -> Result<(i64, bool), Failure> {
    if let Some(known) = by_id_number(tx, new.id_number).await? {
        return Ok((known.person, false));
    }
    let id_index = tx.keyring.id_index(new.id_number);
    let person = number_of(&id_index);
    let id_cipher = tx.seal(person, cell(person, "id_cipher"), new.id_number).await?;
    let phone_cipher = match new.phone {
        Some(phone) => Some(tx.seal(person, cell(person, "phone_cipher"), phone).await?),
        None => None,
    };
    let phone_index = new.phone.map(|phone| tx.keyring.phone_index(phone));
    let sql = "INSERT INTO person (person, id_index, id_cipher, name, phone_index, phone_cipher, born_on, sex, \
               demonstration, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) \
               ON CONFLICT DO NOTHING";
    let values = values![
        person,
        id_index,
        id_cipher,
        new.name,
        phone_index,
        phone_cipher,
        new.born_on,
        new.sex,
        new.demonstration,
        at,
    ];
    Ok((person, tx.run(sql, values).await? == 1))
}

/// A person by key.
pub async fn by_number(tx: &mut Tx<'_>, person: i64) -> Result<Option<Person>, Failure> {
    tx.find("WHERE person = $1", values![person]).await
}

/// A person by ID number, old or new.
pub async fn by_id_number(tx: &mut Tx<'_>, id_number: &str) -> Result<Option<Person>, Failure> {
    let id_index = tx.keyring.id_index(id_number);
    let number = number_of(&id_index);
    let alias: Option<i64> = tx
        .value(
            "SELECT same_as FROM identity_alias WHERE person = $1 AND id_index = $2",
            values![number, id_index.clone()],
        )
        .await?;
    if let Some(same_as) = alias {
        return by_number(tx, same_as).await;
    }
    let found = by_number(tx, number).await?;
    match found {
        Some(other) if other.id_index != id_index => {
            Err(Failure::corrupt("two ID numbers share their first 63 bits; give one an identity_alias"))
        }
        found => Ok(found),
    }
}

/// People with a mobile number; a family may share one.
pub async fn list_by_phone(tx: &mut Tx<'_>, phone: &str) -> Result<Vec<Person>, Failure> {
    let index = tx.keyring.phone_index(phone);
    tx.select("WHERE phone_index = $1 ORDER BY person", values![index]).await
}

/// The ID number. Who may see it is decided, and recorded, by the caller.
pub async fn id_number(tx: &mut Tx<'_>, person: i64) -> Result<Option<String>, Failure> {
    opened(tx, person, "id_cipher").await
}

/// The mobile number.
pub async fn phone(tx: &mut Tx<'_>, person: i64) -> Result<Option<String>, Failure> {
    opened(tx, person, "phone_cipher").await
}

/// Address and other contact data, JSON.
pub async fn contact(tx: &mut Tx<'_>, person: i64) -> Result<Option<String>, Failure> {
    opened(tx, person, "contact_cipher").await
}

/// Changes the mobile number.
pub async fn change_phone(tx: &mut Tx<'_>, person: i64, phone: &str, at: Instant) -> Result<(), Failure> {
    let cipher = tx.seal(person, cell(person, "phone_cipher"), phone).await?;
    let index = tx.keyring.phone_index(phone);
    let sql = "UPDATE person SET phone_cipher = $2, phone_index = $3, changed_at = $4 WHERE person = $1";
    tx.run_one(sql, values![person, cipher, index, at]).await
}

/// Changes address and other contact data, JSON.
pub async fn change_contact(tx: &mut Tx<'_>, person: i64, contact: &str, at: Instant) -> Result<(), Failure> {
    let cipher = tx.seal(person, cell(person, "contact_cipher"), contact).await?;
    let sql = "UPDATE person SET contact_cipher = $2, changed_at = $3 WHERE person = $1";
    tx.run_one(sql, values![person, cipher, at]).await
}

/// Corrects the name.
pub async fn rename(tx: &mut Tx<'_>, person: i64, name: &str, at: Instant) -> Result<(), Failure> {
    tx.run_one("UPDATE person SET name = $2, changed_at = $3 WHERE person = $1", values![person, name, at]).await
}

/// Another ID number of the same person; answers false when that number is already somebody's.
pub async fn change_id_number(
    tx: &mut Tx<'_>,
    person: i64,
    id_number: &str,
    since_on: Date,
    at: Instant,
) -> Result<bool, Failure> {
    if by_id_number(tx, id_number).await?.is_some() {
        return Ok(false);
    }
    let index = tx.keyring.id_index(id_number);
    let sql = "INSERT INTO identity_alias (person, id_index, same_as, since_on) VALUES ($1, $2, $3, $4)";
    tx.run_one(sql, values![number_of(&index), index, person, since_on]).await?;
    let cipher = tx.seal(person, cell(person, "id_cipher"), id_number).await?;
    let sql = "UPDATE person SET id_cipher = $2, changed_at = $3 WHERE person = $1";
    tx.run_one(sql, values![person, cipher, at]).await?;
    Ok(true)
}

/// From `on` the person's data are only kept and protected.
pub async fn restrict(tx: &mut Tx<'_>, person: i64, on: Date) -> Result<(), Failure> {
    tx.run_one("UPDATE person SET restricted_on = $2 WHERE person = $1", values![person, on]).await
}

/// The people whose data are only kept and protected, and not lost yet.
pub async fn restricted(tx: &mut Tx<'_>) -> Result<Vec<i64>, Failure> {
    let sql = "SELECT person FROM person WHERE restricted_on IS NOT NULL AND name <> '' ORDER BY person";
    tx.column(sql, values![]).await
}

/// Loses the person's sealed data for ever, in every copy: deletes the data key and what could still find the person.
pub async fn shred(tx: &mut Tx<'_>, person: i64, at: Instant) -> Result<(), Failure> {
    tx.run("DELETE FROM person_key WHERE person = $1", values![person]).await?;
    tx.data_keys.remove(&person);
    let sql = "UPDATE person SET name = '', phone_index = NULL, phone_cipher = NULL, contact_cipher = NULL, \
               changed_at = $2 WHERE person = $1";
    tx.run_one(sql, values![person, at]).await
}

/// Takes the year for an application; answers the claim that stands, which is another's when the year was taken.
pub async fn claim_year(tx: &mut Tx<'_>, claim: &YearClaim) -> Result<YearClaim, Failure> {
    tx.insert_new(claim).await?;
    let standing = year_claim(tx, claim.person, claim.academic_year).await?;
    standing.ok_or_else(|| Failure::bug("a claim stands after it was made"))
}

/// Who has the year.
pub async fn year_claim(tx: &mut Tx<'_>, person: i64, academic_year: i64) -> Result<Option<YearClaim>, Failure> {
    tx.find("WHERE person = $1 AND academic_year = $2", values![person, academic_year]).await
}

/// Gives the year back, when the application that has it ended without a loan.
pub async fn release_year(tx: &mut Tx<'_>, claim: &YearClaim) -> Result<bool, Failure> {
    let sql = "DELETE FROM year_claim WHERE person = $1 AND academic_year = $2 AND book = $3 AND application = $4";
    let values = values![claim.person, claim.academic_year, claim.book, claim.application];
    Ok(tx.run(sql, values).await? == 1)
}

/// Notes a loan a person is bound by; noting it twice changes nothing.
pub async fn open_loan_enter(tx: &mut Tx<'_>, loan: &OpenLoan) -> Result<bool, Failure> {
    tx.insert_new(loan).await
}

/// Notes the end of a loan for one person.
pub async fn open_loan_close(tx: &mut Tx<'_>, person: i64, book: i64, contract: i64, on: Date) -> Result<(), Failure> {
    let sql = "UPDATE open_loan SET closed_on = $4 WHERE person = $1 AND book = $2 AND contract = $3";
    tx.run_one(sql, values![person, book, contract, on]).await
}

/// All loans a person is or was bound by.
pub async fn open_loans(tx: &mut Tx<'_>, person: i64) -> Result<Vec<OpenLoan>, Failure> {
    tx.select("WHERE person = $1 ORDER BY opened_on, book, contract", values![person]).await
}

/// Notes a consent.
pub async fn consent_give(tx: &mut Tx<'_>, consent: &Consent) -> Result<bool, Failure> {
    tx.insert_new(consent).await
}

/// Withdraws the consents for a purpose that stand; answers how many there were.
pub async fn consent_withdraw(tx: &mut Tx<'_>, person: i64, purpose: &str, at: Instant) -> Result<u64, Failure> {
    let sql = "UPDATE consent SET withdrawn_at = $3 WHERE person = $1 AND purpose = $2 AND withdrawn_at IS NULL";
    tx.run(sql, values![person, purpose, at]).await
}

/// All consents of a person, in the order given.
pub async fn consents(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Consent>, Failure> {
    tx.select("WHERE person = $1 ORDER BY given_at, purpose", values![person]).await
}

fn cell(person: i64, column: &'static str) -> Place<'static> {
    Place { table: "person", column, tenant: person, row: "" }
}

/// Opens a sealed column of the person.
async fn opened(tx: &mut Tx<'_>, person: i64, column: &'static str) -> Result<Option<String>, Failure> {
    let sql = format!("SELECT {column} FROM person WHERE person = $1");
    let sealed: Option<Option<Vec<u8>>> = tx.value(&sql, values![person]).await?;
    match sealed.flatten() {
        Some(sealed) => tx.open_text(person, cell(person, column), &sealed).await.map(Some),
        None => Ok(None),
    }
}

impl Tx<'_> {
    /// The person's data key; made when the first cell is sealed.
    async fn data_key(&mut self, person: i64, make: bool) -> Result<DataKey, Failure> {
        if let Some(key) = self.data_keys.get(&person) {
            return Ok(key.clone());
        }
        let select = "SELECT wrapped_key FROM person_key WHERE person = $1";
        let mut wrapped: Option<Vec<u8>> = self.value(select, values![person]).await?;
        if wrapped.is_none() && make {
            let (_, new) = self.keyring.new_data_key(person)?;

            let sql = "INSERT INTO person_key (person, wrapped_key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            self.run(sql, values![person, new]).await?;
            wrapped = self.value(select, values![person]).await?;
        }
        let wrapped = wrapped.ok_or_else(|| Failure::corrupt("the person's key was deleted"))?;
        let key = self.keyring.data_key(&wrapped, person)?;
        self.data_keys.insert(person, key.clone());
        Ok(key)
    }

    /// Seals a text with a person's key.
    pub(crate) async fn seal(&mut self, person: i64, place: Place<'_>, text: &str) -> Result<Vec<u8>, Failure> {
        let key = self.data_key(person, true).await?;
        self.keyring.seal(&key, &place, text.as_bytes())
    }

    /// Seals bytes with a person's key.
    pub(crate) async fn seal_bytes(&mut self, person: i64, place: Place<'_>, bytes: &[u8]) -> Result<Vec<u8>, Failure> {
        let key = self.data_key(person, true).await?;
        self.keyring.seal(&key, &place, bytes)
    }

    /// Opens bytes sealed with a person's key.
    pub(crate) async fn open_bytes(
        &mut self,
        person: i64,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let key = self.data_key(person, false).await?;
        self.keyring.open(&key, &place, sealed)
    }

    /// Opens a text sealed with a person's key.
    pub(crate) async fn open_text(&mut self, person: i64, place: Place<'_>, sealed: &[u8]) -> Result<String, Failure> {
        let bytes = self.open_bytes(person, place, sealed).await?;
        String::from_utf8(bytes).map_err(|_| Failure::corrupt(format!("{}.{} is no text", place.table, place.column)))
    }
}

/// Wraps up to `limit` data keys, from one person on, by the newest master key; answers the last person looked at.
pub async fn rewrap_keys(tx: &mut Tx<'_>, after: i64, limit: i64) -> Result<Option<i64>, Failure> {
    #[derive(sea_orm::FromQueryResult)]
    struct Wrapped {
        person: i64,
        wrapped_key: Vec<u8>,
    }
    let sql = "SELECT person, wrapped_key FROM person_key WHERE person > $1 ORDER BY person LIMIT $2";
    let keys: Vec<Wrapped> = tx.rows(sql, vec![Value::from(after), Value::from(limit)]).await?;
    let last = keys.last().map(|key| key.person);
    for key in keys {
        if let Some(again) = tx.keyring.rewrap(&key.wrapped_key, key.person)? {
            tx.run_one("UPDATE person_key SET wrapped_key = $2 WHERE person = $1", values![key.person, again]).await?;
        }
    }
    Ok(last)
}
