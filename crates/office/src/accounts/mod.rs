//! One person, one account, for all loan years (R1.1, R1.2). [`register`] opens it, [`entrance`] logs people and
//! staff in and out, [`first_entrance`] lets the first administrators in, [`password`] says which secrets are good enough, [`staff`] keeps the people of an office.

pub mod change_password;
pub mod entrance;
pub mod first_entrance;
pub mod password;
pub mod register;
pub mod staff;

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

/// The blind index of the human behind an actor's name such as `staff:7`.
pub(crate) async fn staff_index(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let Some(staff) = name.strip_prefix("staff:").and_then(|number| number.parse().ok()) else { return Ok(None) };
    let found = store::staff::by_number(tx, staff).await?;
    Ok(found.and_then(|staff| staff.person_index).map(hex::encode))
}
