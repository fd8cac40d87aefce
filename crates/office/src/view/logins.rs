//! How long ago borrowers logged in (R1.8): whoever stays away does not learn what is due, and his telephone and work grow
//! old in our files. A county sees how many stay away how long, and who stayed away longest.

use loan::calendar::Date;
use store::Failure;

use super::{Seen, days_until, mask_phone};
use crate::Office;
use crate::no::No;
use crate::who::{Actor, Role};

/// Bands of the report: the most days since the last login, and how many borrowers that is.
pub const BANDS: [i64; 4] = [30, 90, 180, 365];
/// Most people listed by name.
const LISTED_MAX: usize = 100;

/// The report of a county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginAges {
    /// Business day.
    pub on: Date,
    /// Borrowers with money owed.
    pub borrowers: usize,
    /// How many logged in within the days of each of [`BANDS`], none counted twice.
    pub within: [usize; BANDS.len()],
    /// How many logged in longer ago than the last band.
    pub longer: usize,
    /// How many never logged in.
    pub never: usize,
    /// Who stayed away longer than half a year, the longest first.
    pub away: Vec<Away>,
}

/// A borrower who stayed away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// Name.
    pub name: String,
    /// Phone, masked.
    pub phone_masked: String,
    /// Number of one open contract.
    pub contract: String,
    /// The last login; none for never.
    pub last_on: Option<Date>,
    /// Days since then.
    pub days: Option<i64>,
}

impl Office {
    /// How long ago the borrowers of the actor's county logged in.
    ///
    /// # Errors
    /// Forbidden for everybody but the county's clerks and its head of hall.
    pub async fn login_ages(&self, actor: &Actor) -> Seen<LoginAges> {
        let may = |role: &Role| matches!(role, Role::CountyClerk | Role::HallManager);
        let Some(office) = actor.office().filter(|_| actor.roles().iter().any(may)) else {
            return Err(No::Forbidden);
        };
        let at = self.clock.now();
        let ages: Result<LoginAges, Failure> = self
            .store
            .read("login_ages", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut people: Vec<(i64, i64, Option<Date>)> = Vec::new();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for person in store::contract::borrowers_with_debt(tx, book).await? {
                            let last = store::account::last_login(tx, person).await?;
                            people.push((book, person, last.map(|last| last.on_day)));
                        }
                    }
                    let (mut within, mut longer, mut never) = ([0; BANDS.len()], 0, 0);
                    for (_, _, last) in &people {
                        match last.map(|last| days_until(last, on)) {
                            None => never += 1,
                            Some(days) => match BANDS.iter().position(|most| days <= *most) {
                                Some(band) => within[band] += 1,
                                None => longer += 1,
                            },
                        }
                    }
                    let borrowers = people.len();
                    people.retain(|(_, _, last)| last.is_none_or(|last| days_until(last, on) > BANDS[2]));
                    people.sort_by_key(|(_, person, last)| (*last, *person));
                    let mut away = Vec::new();
                    for (book, person, last_on) in people.into_iter().take(LISTED_MAX) {
                        let row = store::person::by_number(tx, person).await?;
                        let phone = store::person::phone(tx, person).await?.unwrap_or_default();
                        let contracts = store::contract::list_of_person(tx, book, person).await?;
                        let open =
                            contracts.into_iter().find(|one| one.disbursed_on.is_some() && one.settled_on.is_none());
                        away.push(Away {
                            name: row.map(|row| row.name).unwrap_or_default(),
                            phone_masked: mask_phone(&phone),
                            contract: open.map(|one| one.number).unwrap_or_default(),
                            last_on,
                            days: last_on.map(|last| days_until(last, on)),
                        });
                    }
                    Ok(LoginAges { on, borrowers, within, longer, never, away })
                })
            })
            .await;
        Ok(ages?)
    }
}
