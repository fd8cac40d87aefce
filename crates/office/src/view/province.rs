//! The province's board: every county with its counts of the academic year; no person's data at all.

use loan::calendar::Date;
use store::Failure;

use super::Seen;
use super::county::Signed;
use crate::Office;
use crate::application::Stage;
use crate::clock::academic_year;
use crate::no::No;
use crate::who::{Actor, Role};

/// The board of one academic year.
#[derive(Clone, Debug)]
pub struct Board {
    /// Business day.
    pub on: Date,
    /// The academic year, by its autumn.
    pub academic_year: i32,
    /// The counties, by code.
    pub counties: Vec<CountyRow>,
}

/// One county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountyRow {
    /// Name of the centre.
    pub name: String,
    /// Code of the county.
    pub county: String,
    /// Applications by stage; drafts are the students' own.
    pub counts: Vec<(Stage, i64)>,
    /// Contracts signed in the academic year.
    pub contracts: Signed,
}

impl CountyRow {
    /// How many applications stand in one of these stages.
    pub fn sum(&self, stages: impl Fn(Stage) -> bool) -> i64 {
        self.counts.iter().filter(|(stage, _)| stages(*stage)).map(|(_, many)| many).sum()
    }
}

impl Office {
    /// The board of the actor's province in this academic year.
    pub async fn province_board(&self, actor: &Actor) -> Seen<Board> {
        let office = match actor.office() {
            Some(office) if actor.roles().contains(&Role::Province) => office,
            _ => return Err(No::Forbidden),
        };
        let at = self.clock.now();
        let board: Result<Board, Failure> = self
            .store
            .read("province_board", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let academic_year = academic_year(on);
                    let mut counties: Vec<CountyRow> = Vec::new();
                    for book in store::office_place::books_served(tx, office, "province", on).await? {
                        let county = crate::desk::county_of_book(tx, book).await?;
                        let centre = match store::office_place::office_serving(tx, book, "county", on).await? {
                            Some(number) => store::office_place::by_number(tx, number).await?,
                            None => None,
                        };
                        let mut row = CountyRow {
                            name: centre.map_or_else(|| county.clone(), |centre| centre.name),
                            county,
                            counts: Vec::new(),
                            contracts: Signed::of_book(tx, book, academic_year).await?,
                        };
                        for (status, many) in
                            store::application::counts_of_status(tx, book, i64::from(academic_year)).await?
                        {
                            row.counts.extend(
                                Stage::of(&status).filter(|stage| *stage != Stage::Draft).map(|stage| (stage, many)),
                            );
                        }
                        counties.push(row);
                    }
                    counties.sort_by(|one, other| one.county.cmp(&other.county));
                    Ok(Board { on, academic_year, counties })
                })
            })
            .await;
        Ok(board?)
    }
}
