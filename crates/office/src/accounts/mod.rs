//! One person, one account, for all loan years (R1.1, R1.2). [`register`] opens it, [`entrance`] logs people and
//! staff in and out, [`first_entrance`] lets the first administrators in, [`password`] says which secrets are good
//! enough, [`staff`] keeps the people of an office.
//!
//! Where a password is not enough or not known: [`text_code`] sends a code to the phone, [`factor`] asks staff for
//! the code of their own device ([`totp`]), [`slip`] lets somebody set a new password, [`invitation`] lets a
//! co-borrower in by a link, [`graduate`] a student whom the own university logged in, [`phone`] changes a lost number. [`sessions`] shows who is logged in and ends it.

pub mod change_password;
pub mod entrance;
pub mod factor;
pub mod first_entrance;
pub mod graduate;
pub mod invitation;
pub mod password;
pub mod phone;
pub mod register;
pub mod sessions;
pub mod slip;
pub mod staff;
pub mod staff_slip;
pub mod text_code;
pub mod totp;

#[cfg(test)]
mod tests;

use store::{Failure, Tx};

use crate::act::Desk;

/// The person of an ID number, entered when first seen. `id_number` is in its normal form.
pub(crate) async fn person_of(
    desk: &mut Desk<'_, '_>,
    name: &str,
    id_number: &str,
    phone: &str,
) -> Result<i64, Failure> {
    let demonstration = crate::day::is_demonstration(desk.tx).await?;
    let read = crate::rules::id_number(id_number, desk.on, demonstration)
        .map_err(|how| Failure::bug(format!("an ID number that was read before is wrong: {how}")))?;
    let phone = Some(phone).filter(|phone| !phone.is_empty());
    let (born_on, sex) = (read.born_on, read.sex);
    let new = store::person::NewPerson { id_number: &read.text, name, phone, born_on, sex, demonstration };
    let (person, _) = store::person::enter(desk.tx, &new, desk.at).await?;
    Ok(person)
}

/// Writes the audit record of something done to an account outside an act.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    at: chrono::DateTime<chrono::Utc>,
    actor: &str,
    act: &'static str,
    subject_id: &str,
    detail: &str,
) -> Result<(), Failure> {
    store::audit::begin(tx, 0, at)?;
    let on_day = crate::day::business_on(tx, at).await?;
    let entry = store::audit::Entry { on_day, actor, act, subject: "account", subject_id, detail };
    store::audit::write(tx, entry).await.map(drop)
}

/// Writes a text message to a person; answers its id.
pub(crate) async fn tell(
    tx: &mut Tx<'_>,
    person: i64,
    kind: &str,
    body: &str,
    at: chrono::DateTime<chrono::Utc>,
    on_day: loan::calendar::Date,
) -> Result<String, Failure> {
    let new = store::message::NewMessage { person, kind, channel: "sms", body, about: None, at, on_day };
    store::message::write(tx, new).await
}

/// The person of an ID card shown at a desk, when the name on it is the one we know. Nobody is told which of the two
/// was wrong.
pub(crate) async fn person_on_card(
    desk: &mut Desk<'_, '_>,
    id_number: &str,
    name: &str,
) -> Result<Option<store::person::Person>, Failure> {
    let demonstration = crate::day::is_demonstration(desk.tx).await?;
    let Ok(read) = crate::rules::id_number(id_number, desk.on, demonstration) else { return Ok(None) };
    let found = store::person::by_id_number(desk.tx, &read.text).await?;
    let name = crate::application::answers::read_name(name);
    Ok(found.filter(|person| name.as_deref() == Some(person.name.as_str())))
}

/// Whether an office has to do with a person on that day: a county or school that handles one of the person's
/// applications, and every county while there is none.
pub(crate) async fn office_knows(desk: &mut Desk<'_, '_>, person: i64) -> Result<bool, Failure> {
    let mut rows = store::application::list_of_person_anywhere(desk.tx, person).await?;
    rows.extend(store::application::list_of_co_person(desk.tx, person).await?);
    rows.retain(|row| row.status != crate::application::Stage::Draft.code());
    for row in &rows {
        if crate::desk::in_scope(desk.tx, desk.actor, desk.permission, row, desk.on).await? {
            return Ok(true);
        }
    }
    let county = desk.actor.roles().iter().any(|role| role.office_kind() == Some(crate::who::OfficeKind::County));
    Ok(rows.is_empty() && county)
}

/// The blind index of the human behind an actor's name such as `staff:7`.
pub(crate) async fn staff_index(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let Some(staff) = name.strip_prefix("staff:").and_then(|number| number.parse().ok()) else { return Ok(None) };
    let found = store::staff::by_number(tx, staff).await?;
    Ok(found.and_then(|staff| staff.person_index).map(hex::encode))
}
