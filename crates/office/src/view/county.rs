//! The county's desk: counters, lists by state, one search box for name, ID tail, phone tail and number (ux X4), and
//! the electronic contracts that must be reviewed today (R10.4).

use loan::calendar::Date;
use store::application::Search;
use store::{Failure, Tx};

use super::Seen;
use super::student::Summary;
use crate::Office;
use crate::application::answers::tidy;
use crate::application::{ApplicationFact, Stage};
use crate::clock::academic_year;
use crate::desk::of_row;
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::who::{Actor, Role};

/// Roles that work at a county.
const COUNTY: &[Role] = &[Role::CountyClerk, Role::CountyReviewer, Role::HallManager, Role::Volunteer];
/// Most rows a search shows.
pub const SEARCH_MAX: i64 = 50;

/// The counters of the desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Business day.
    pub on: Date,
    /// Applications of the academic year by stage; stages without one are left out.
    pub counts: Vec<(Stage, i64)>,
    /// Electronic contracts waiting for review.
    pub to_review: Vec<ToReview>,
    /// What waits longest at the counter.
    pub waiting: Vec<Summary>,
}

/// An electronic contract waiting for review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToReview {
    /// The application.
    pub summary: Summary,
    /// Day of the signature.
    pub signed_on: Date,
    /// Days since; one or more is a breach of "the same day".
    pub days: i64,
}

impl Office {
    /// The desk of the actor's county.
    pub async fn county_desk(&self, actor: &Actor) -> Seen<Desk> {
        let office = county_of(actor)?;
        let at = self.clock.now();
        let desk: Result<Desk, Failure> = self
            .store
            .read("county_desk", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let year = i64::from(academic_year(on));
                    let mut counts: Vec<(Stage, i64)> = Vec::new();
                    let (mut to_review, mut waiting) = (Vec::new(), Vec::new());
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for (status, many) in store::application::counts_of_status(tx, book, year).await? {
                            let Some(stage) = Stage::of(&status).filter(|stage| *stage != Stage::Draft) else {
                                continue;
                            };
                            match counts.iter_mut().find(|(known, _)| *known == stage) {
                                Some((_, sum)) => *sum += many,
                                None => counts.push((stage, many)),
                            }
                        }
                        for stage in [Stage::AtCounter, Stage::Booked, Stage::Submitted] {
                            let rows = store::application::list_of_status(tx, book, stage.code(), 12, 0).await?;
                            waiting.extend(rows.iter().map(Summary::of));
                        }
                        to_review.extend(reviews(tx, book, on).await?);
                    }
                    counts.sort_by_key(|(stage, _)| *stage);
                    waiting.truncate(24);
                    Ok(Desk { on, counts, to_review, waiting })
                })
            })
            .await;
        Ok(desk?)
    }

    /// Applications of the actor's county in a stage, longest waiting first.
    pub async fn county_list(&self, actor: &Actor, stage: Stage, limit: i64, offset: i64) -> Seen<Vec<Summary>> {
        let office = county_of(actor)?;
        if stage == Stage::Draft {
            return Ok(Vec::new());
        }
        let at = self.clock.now();
        let rows: Result<Vec<Summary>, Failure> = self
            .store
            .read("county_list", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut found = Vec::new();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        let rows = store::application::list_of_status(tx, book, stage.code(), limit, offset).await?;
                        found.extend(rows.iter().map(Summary::of));
                    }
                    Ok(found)
                })
            })
            .await;
        Ok(rows?)
    }

    /// One box: the number, a name, an ID number or phone or their last four. Every character means itself (H009).
    pub async fn county_search(&self, actor: &Actor, typed: &str) -> Seen<Vec<Summary>> {
        let office = county_of(actor)?;
        let text = tidy(typed);
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let (at, text) = (self.clock.now(), text.as_str());
        let rows: Result<Vec<Summary>, Failure> = self
            .store
            .read("county_search", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut found: Vec<Summary> = Vec::new();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for by in searches(text) {
                            for row in store::application::search(tx, book, by, SEARCH_MAX).await? {
                                let known = found.iter().any(|summary| summary.number == row.number);
                                if !known && row.status != Stage::Draft.code() {
                                    found.push(Summary::of(&row));
                                }
                            }
                        }
                    }
                    Ok(found)
                })
            })
            .await;
        Ok(rows?)
    }
}

/// What a text may mean.
fn searches(text: &str) -> Vec<Search<'_>> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.parse::<ApplicationNumber>().is_ok() {
        return vec![Search::Number(text)];
    }
    match (text.chars().count(), digits) {
        (18, 17..) => vec![Search::IdTail(text)],
        (11, 11) => vec![Search::PhoneTail(text)],
        (4, 4) => vec![Search::IdTail(text), Search::PhoneTail(text)],
        (4, 3) if text.ends_with(['X', 'x']) => vec![Search::IdTail(text)],
        _ => vec![Search::Name(text)],
    }
}

fn county_of(actor: &Actor) -> Seen<i64> {
    match actor.office() {
        Some(office) if actor.roles().iter().any(|role| COUNTY.contains(role)) => Ok(office),
        _ => Err(No::Forbidden),
    }
}

async fn reviews(tx: &mut Tx<'_>, book: i64, on: Date) -> Result<Vec<ToReview>, Failure> {
    let mut waiting = Vec::new();
    for row in store::application::list_of_status(tx, book, Stage::ContractESigned.code(), 200, 0).await? {
        let summary = Summary::of(&row);
        let case = of_row(tx, row).await?;
        let signed =
            case.facts.iter().rev().find(|recorded| matches!(recorded.fact, ApplicationFact::ContractESigned { .. }));
        if let Some(signed) = signed {
            let signed_on = signed.on;
            waiting.push(ToReview { summary, signed_on, days: super::days_until(signed_on, on) });
        }
    }
    Ok(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_searched_as_what_it_looks_like() {
        let check = |text: &str, expected: &[&str]| {
            let kinds: Vec<&str> = searches(text)
                .iter()
                .map(|by| match by {
                    Search::Number(_) => "number",
                    Search::Name(_) => "name",
                    Search::IdTail(_) => "id",
                    Search::PhoneTail(_) => "phone",
                })
                .collect();
            assert_eq!(kinds, expected, "{text}");
        };
        let number = ApplicationNumber { year: 2026, book: 1, sequence: 1 }.to_string();
        check(&number, &["number"]);
        check("张三", &["name"]);
        check("990000200401010017", &["id"]);
        check("99000020040101001X", &["id"]);
        check("0017", &["id", "phone"]);
        check("001X", &["id"]);
        check("13912345678", &["phone"]);
        check("' OR 1=1--", &["name"]);
        check("%", &["name"]);
    }
}
