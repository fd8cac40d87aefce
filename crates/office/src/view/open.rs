//! What everybody may know: the business day, and where the offices are.

use store::Failure;

use crate::Office;
pub use crate::day::Today;

/// A county centre as the directory shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the office.
    pub office: i64,
    /// Its name.
    pub name: String,
    /// Six-digit county.
    pub county: String,
    /// Street address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// Opening hours in words.
    pub hours: String,
}

impl Office {
    /// The business day and whether this is a demonstration.
    pub async fn today(&self) -> Result<Today, Failure> {
        let at = self.clock.now();
        self.store.read("today", |tx| Box::pin(crate::day::today(tx, at))).await
    }

    /// County centres, by the code of their county.
    pub async fn county_centres(&self) -> Result<Vec<Place>, Failure> {
        let at = self.clock.now();
        self.store
            .read("county_centres", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut places: Vec<Place> = store::office_place::list_of_kind(tx, "county")
                        .await?
                        .into_iter()
                        .filter(|office| office.opened_on <= on && office.closed_on.is_none_or(|closed| on <= closed))
                        .map(|office| Place {
                            office: office.office_id,
                            name: office.name,
                            county: office.division_code.unwrap_or_default(),
                            address: office.address,
                            phone: office.phone,
                            hours: office.hours,
                        })
                        .collect();
                    places.sort_by(|one, other| (&one.county, one.office).cmp(&(&other.county, other.office)));
                    Ok(places)
                })
            })
            .await
    }

    /// True when the database answers.
    pub async fn is_ready(&self) -> bool {
        self.today().await.is_ok()
    }
}
