//! The county's desk: counters, lists by state, one search box for name, ID tail, phone tail and number (ux X4), and
//! the electronic contracts that must be reviewed today (R10.4).

use loan::calendar::Date;
use loan::money::Fen;
use store::application::Search;
use store::{Failure, Tx};

use super::Seen;
use super::student::Summary;
use crate::Office;
use crate::application::Stage;
use crate::application::answers::tidy;
use crate::application::fact::Kind;
use crate::clock::academic_year;
use crate::no::No;
use crate::number::{ApplicationNumber, ContractNumber, paper_book, tidy_code};
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
    /// Contracts signed in the academic year.
    pub contracts: Signed,
}

/// Contracts signed in an academic year and not void, first loans and renewals apart (R10.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// First loans.
    pub first: Sum,
    /// Renewals.
    pub renewal: Sum,
}

/// A number of contracts with their principal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub many: i64,
    /// Principal together.
    pub principal: Fen,
}

impl Sum {
    /// Both together.
    pub fn and(self, other: Sum) -> Sum {
        Sum { many: self.many + other.many, principal: self.principal + other.principal }
    }
}

impl Signed {
    /// All contracts.
    pub fn all(&self) -> Sum {
        self.first.and(self.renewal)
    }

    /// Both together.
    pub fn and(self, other: Signed) -> Signed {
        Signed { first: self.first.and(other.first), renewal: self.renewal.and(other.renewal) }
    }

    /// Those of a book.
    pub(super) async fn of_book(tx: &mut Tx<'_>, book: i64, academic_year: i32) -> Result<Signed, Failure> {
        let mut signed = Signed::default();
        for counted in store::contract::counts_of_kind(tx, book, i64::from(academic_year)).await? {
            let sum = Sum { many: counted.many, principal: Fen(counted.principal_fen) };
            match Kind::of(&counted.kind) {
                Some(Kind::First) => signed.first = sum,
                Some(Kind::Renewal) => signed.renewal = sum,
                None => return Err(Failure::corrupt(format!("an application of the kind {}", counted.kind))),
            }
        }
        Ok(signed)
    }
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
                    let mut contracts = Signed::default();
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
                        contracts = contracts.and(Signed::of_book(tx, book, academic_year(on)).await?);
                    }
                    counts.sort_by_key(|(stage, _)| *stage);
                    waiting.truncate(24);
                    Ok(Desk { on, counts, to_review, waiting, contracts })
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

    /// One box, also for a reader that types like a keyboard: the number of an application or a contract, the QR of a
    /// print, an ID card, a name, a phone, or the last four of either. Every character means itself (H009).
    pub async fn county_search(&self, actor: &Actor, typed: &str) -> Seen<Vec<Summary>> {
        let office = county_of(actor)?;
        let text = tidy(typed);
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let (at, meant) = (self.clock.now(), &meant(&text));
        let rows: Result<Vec<Summary>, Failure> = self
            .store
            .read("county_search", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut found: Vec<Summary> = Vec::new();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for row in looked_up(tx, book, meant).await? {
                            let known = found.iter().any(|summary| summary.number == row.number);
                            if !known && row.status != Stage::Draft.code() {
                                found.push(Summary::of(&row));
                            }
                        }
                    }
                    Ok(found)
                })
            })
            .await;
        Ok(rows?)
    }

    /// The case to open after this one: what waits behind it at the actor's own desk; the first of the others when
    /// it was the last. The page of a case lets the browser fetch it beforehand.
    pub async fn county_next(&self, actor: &Actor, after: &str) -> Seen<Option<Summary>> {
        let office = county_of(actor)?;
        let clerk = actor.roles().contains(&Role::CountyClerk);
        let stages: &[Stage] =
            if clerk { &[Stage::AtCounter, Stage::Booked, Stage::Submitted] } else { &[Stage::ContractESigned] };
        let at = self.clock.now();
        let waiting: Result<Vec<Summary>, Failure> = self
            .store
            .read("county_next", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut waiting = Vec::new();
                    for book in store::office_place::books_served(tx, office, "county", on).await? {
                        for stage in stages {
                            let rows = store::application::list_of_status(tx, book, stage.code(), 24, 0).await?;
                            waiting.extend(rows.iter().map(Summary::of));
                        }
                    }
                    Ok(waiting)
                })
            })
            .await;
        let waiting = waiting?;
        let here = waiting.iter().position(|one| one.number == after).map_or(0, |place| place + 1);
        Ok(waiting[here..].iter().chain(&waiting[..here]).find(|one| one.number != after).cloned())
    }
}

/// What a text typed or read by a scanner means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meant {
    /// Number of an application.
    Application(ApplicationNumber),
    /// Number of a contract.
    Contract(ContractNumber),
    /// Code of a print, from its QR.
    Print(String),
    /// A whole ID number, as an ID-card reader types it, also behind a name.
    IdNumber(String),
    /// A whole phone number.
    Phone(String),
    /// Last four of an ID number or a phone.
    Tail(String),
    /// The beginning of a name.
    Name(String),
}

fn meant(text: &str) -> Meant {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let upper = compact.to_uppercase();
    if let Some((_, code)) = compact.rsplit_once("/v/") {
        return Meant::Print(tidy_code(code));
    }
    if let Ok(number) = upper.parse::<ApplicationNumber>() {
        return Meant::Application(number);
    }
    if let Ok(number) = upper.parse::<ContractNumber>() {
        return Meant::Contract(number);
    }
    if let Some(id_number) = id_number_in(&upper) {
        return Meant::IdNumber(id_number);
    }
    let digits = compact.bytes().filter(u8::is_ascii_digit).count();
    match (compact.chars().count(), digits) {
        (11, 11) => Meant::Phone(compact),
        (4, 4) => Meant::Tail(compact),
        (4, 3) if upper.ends_with('X') => Meant::Tail(upper),
        (13..=18, 0..=16) if paper_book(&tidy_code(&compact)).is_some() => Meant::Print(tidy_code(&compact)),
        _ => Meant::Name(text.to_owned()),
    }
}

/// The run of 17 digits and a digit or X, if there is exactly one.
fn id_number_in(text: &str) -> Option<String> {
    let mut runs = text.split(|c: char| !(c.is_ascii_digit() || c == 'X')).filter(|run| {
        let body = run.as_bytes();
        body.len() == 18 && body[..17].iter().all(u8::is_ascii_digit)
    });
    runs.next().filter(|_| runs.next().is_none()).map(str::to_owned)
}

/// The applications of a book that are meant.
async fn looked_up(tx: &mut Tx<'_>, book: i64, meant: &Meant) -> Result<Vec<store::application::Application>, Failure> {
    match meant {
        Meant::Application(number) if number.book == book => {
            Ok(store::application::by_number(tx, book, number.key()).await?.into_iter().collect())
        }
        Meant::Contract(number) if number.book == book => {
            let Some(contract) = store::contract::by_number(tx, book, number.key()).await? else {
                return Ok(Vec::new());
            };
            Ok(store::application::by_number(tx, book, contract.application).await?.into_iter().collect())
        }
        Meant::Application(_) | Meant::Contract(_) => Ok(Vec::new()),
        Meant::Print(code) if paper_book(code) == Some(book) => {
            let Some(paper) = store::paper::by_code(tx, book, code).await? else { return Ok(Vec::new()) };
            let application = match paper.subject.as_str() {
                "contract" => {
                    store::contract::by_number(tx, book, paper.subject_id).await?.map(|contract| contract.application)
                }
                "application" => Some(paper.subject_id),
                _ => None,
            };
            let Some(application) = application else { return Ok(Vec::new()) };
            Ok(store::application::by_number(tx, book, application).await?.into_iter().collect())
        }
        Meant::Print(_) => Ok(Vec::new()),
        Meant::IdNumber(id_number) => match store::person::by_id_number(tx, id_number).await? {
            Some(person) => of_people(tx, book, &[person.person]).await,
            None => Ok(Vec::new()),
        },
        Meant::Phone(phone) => {
            let people = store::person::list_by_phone(tx, phone).await?;
            let people: Vec<i64> = people.iter().map(|person| person.person).collect();
            of_people(tx, book, &people).await
        }
        Meant::Tail(tail) => {
            let mut found = store::application::search(tx, book, Search::IdTail(tail), SEARCH_MAX).await?;
            found.extend(store::application::search(tx, book, Search::PhoneTail(tail), SEARCH_MAX).await?);
            Ok(found)
        }
        Meant::Name(name) => store::application::search(tx, book, Search::Name(name), SEARCH_MAX).await,
    }
}

/// The applications of a book in which one of these people borrows or answers for a borrower.
async fn of_people(
    tx: &mut Tx<'_>,
    book: i64,
    people: &[i64],
) -> Result<Vec<store::application::Application>, Failure> {
    let mut found = Vec::new();
    for person in people {
        found.extend(store::application::list_of_person(tx, book, *person).await?);
        let answers_for = store::application::list_of_co_person(tx, *person).await?;
        found.extend(answers_for.into_iter().filter(|row| row.book == book));
    }
    Ok(found)
}

fn county_of(actor: &Actor) -> Seen<i64> {
    match actor.office() {
        Some(office) if actor.roles().iter().any(|role| COUNTY.contains(role)) => Ok(office),
        _ => Err(No::Forbidden),
    }
}

async fn reviews(tx: &mut Tx<'_>, book: i64, on: Date) -> Result<Vec<ToReview>, Failure> {
    let rows = store::application::list_of_status(tx, book, Stage::ContractESigned.code(), 200, 0).await?;
    let keys: Vec<i64> = rows.iter().map(|row| row.application).collect();
    let signed = store::fact::last_days(tx, book, "application", "contract_e_signed", &keys).await?;
    let signed_on = |key: i64| signed.iter().find(|(of, _)| *of == key).map(|(_, signed_on)| *signed_on);
    let waiting = rows.iter().filter_map(|row| {
        let signed_on = signed_on(row.application)?;
        Some(ToReview { summary: Summary::of(row), signed_on, days: super::days_until(signed_on, on) })
    });
    Ok(waiting.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_searched_as_what_it_looks_like() {
        let check = |text: &str, expected: Meant| assert_eq!(meant(text), expected, "{text}");
        let id = |text: &str| Meant::IdNumber(text.to_owned());
        let name = |text: &str| Meant::Name(text.to_owned());
        let application = ApplicationNumber { year: 2026, book: 1, sequence: 1 };
        let contract = ContractNumber { year: 2026, book: 1, sequence: 1 };
        check(&application.to_string(), Meant::Application(application));
        check(&application.to_string().to_lowercase(), Meant::Application(application));
        check(&contract.to_string(), Meant::Contract(contract));
        check("张三", name("张三"));
        check("990000200401010017", id("990000200401010017"));
        check("99000020040101001x", id("99000020040101001X"));
        // A reader of ID cards types what stands on the card, in one line or with blanks.
        check("陈思远 990000200401010017", id("990000200401010017"));
        check("陈思远,男,汉,20040101,990000200401010017", id("990000200401010017"));
        check("990000 20040101 0017", id("990000200401010017"));
        check("0017", Meant::Tail("0017".into()));
        check("001x", Meant::Tail("001X".into()));
        check("13912345678", Meant::Phone("13912345678".into()));
        check("http://localhost:8080/v/3ABCDEFGHJKLM", Meant::Print("3ABCDEFGHJKLM".into()));
        check("3abc-defg-hjkl-m", Meant::Print("3ABCDEFGHJKLM".into()));
        check("阿卜杜热合曼·买买提", name("阿卜杜热合曼·买买提"));
        check("' OR 1=1--", name("' OR 1=1--"));
        check("%", name("%"));
    }
}
