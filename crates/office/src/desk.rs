//! What an act finds and leaves at its desk: the case it may see, the fact it records, the audit record it
//! answers for. A case of somebody else is not found, whoever asks and however the number was guessed.

use loan::calendar::Date;
use store::{Failure, Tx};

use crate::act::Desk;
use crate::application::fact::Kind;
use crate::application::{Answers, ApplicationFact, Progress, Recorded, Stage};
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::who::{Actor, OfficeKind, Permission, Role, Scope, Who};

/// An application with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its public number, which is also its key.
    pub number: ApplicationNumber,
    /// The row.
    pub row: store::application::Application,
    /// First loan or renewal.
    pub kind: Kind,
    /// The student's answers.
    pub answers: Answers,
    /// What the facts add up to.
    pub progress: Progress,
    /// The facts themselves.
    pub facts: Vec<Recorded>,
    /// County of the book.
    county: String,
}

impl Case {
    /// A case that was just opened.
    pub(crate) fn opened(row: store::application::Application, kind: Kind, county: &str) -> Case {
        Case {
            number: ApplicationNumber::of(row.book, row.application),
            row,
            kind,
            answers: Answers::default(),
            progress: Progress::new(kind),
            facts: Vec::new(),
            county: county.to_owned(),
        }
    }

    /// The book it stands in.
    pub const fn book(&self) -> i64 {
        self.number.book
    }

    /// The county whose household registration it is about.
    pub fn county(&self) -> &str {
        &self.county
    }

    /// The identity vendor's reference of the last face match.
    pub fn face_token(&self) -> Option<&str> {
        self.facts.iter().rev().find_map(|recorded| match &recorded.fact {
            ApplicationFact::FaceMatched { token } => Some(token.as_str()),
            _ => None,
        })
    }

    /// Where it stands.
    pub const fn stage(&self) -> Stage {
        self.progress.stage
    }
}

/// Reads an application without asking who wants it.
pub async fn load(tx: &mut Tx<'_>, number: ApplicationNumber) -> Result<Option<Case>, Failure> {
    let Some(row) = store::application::by_number(tx, number.book, number.key()).await? else { return Ok(None) };
    of_row(tx, row).await.map(Some)
}

/// The case of a row.
pub async fn of_row(tx: &mut Tx<'_>, row: store::application::Application) -> Result<Case, Failure> {
    let number = ApplicationNumber::of(row.book, row.application);
    let kind = Kind::of(&row.kind).ok_or_else(|| Failure::corrupt("unknown kind of application"))?;
    let facts = facts_of(tx, number).await?;
    let progress = Progress::of(kind, &facts)
        .map_err(|broken| Failure::corrupt(format!("fact {} of {number} does not fit", broken.seq)))?;
    let answers = match store::application::answers(tx, number.book, number.key()).await? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| Failure::corrupt("kept answers cannot be read").because(error))?,
        None => Answers::default(),
    };
    let county = county_of_book(tx, number.book).await?;
    Ok(Case { number, row, kind, answers, progress, facts, county })
}

/// The county a book was opened for.
pub async fn county_of_book(tx: &mut Tx<'_>, book: i64) -> Result<String, Failure> {
    let found = store::office_place::book_by_number(tx, book).await?;
    found.and_then(|book| book.division_code).ok_or_else(|| Failure::corrupt("a loan book without its county"))
}

async fn facts_of(tx: &mut Tx<'_>, number: ApplicationNumber) -> Result<Vec<Recorded>, Failure> {
    let rows = store::fact::list(tx, number.book, "application", number.key()).await?;
    rows.into_iter()
        .map(|row| {
            let detail = serde_json::from_str(&row.detail).unwrap_or_default();
            let fact = ApplicationFact::from_columns(&row.kind, detail)
                .map_err(|error| Failure::corrupt("a kept fact cannot be read").because(error))?;
            Ok(Recorded { seq: row.seq, on: row.on_day, at: row.at, actor: row.actor, fact })
        })
        .collect()
}

/// The book in which a county's new loans are written: the newest origin-based one a county office serves that day.
pub async fn book_of_county(tx: &mut Tx<'_>, county: &str, on: Date) -> Result<Option<i64>, Failure> {
    let books = store::office_place::books(tx).await?;
    for book in books.iter().rev() {
        let here = book.scheme == "origin" && book.division_code.as_deref() == Some(county) && book.opened_on <= on;
        if here && store::office_place::office_serving(tx, book.book, "county", on).await?.is_some() {
            return Ok(Some(book.book));
        }
    }
    Ok(None)
}

/// The newest book a county office serves that day.
pub async fn county_book(tx: &mut Tx<'_>, office: i64, on: Date) -> Result<Option<i64>, Failure> {
    Ok(store::office_place::books_served(tx, office, "county", on).await?.last().copied())
}

/// Whether the permission's scope lets this actor see this case on that day. Staff never see a draft: it is
/// still the student's own.
pub async fn in_scope(
    tx: &mut Tx<'_>,
    actor: &Actor,
    permission: Permission,
    case: &store::application::Application,
    on: Date,
) -> Result<bool, Failure> {
    let draft = case.status == Stage::Draft.code();
    match permission.scope {
        Scope::Public => Ok(false),
        Scope::System => Ok(matches!(actor.who, Who::System(_))),
        Scope::Any | Scope::AnyOrSystem => Ok(!draft),
        Scope::Own | Scope::OwnOrOffice if actor.person().is_some() => Ok(match actor.who {
            Who::Student(person) => case.person == person,
            Who::CoBorrower(person) => !draft && case.co_person == Some(person),
            _ => false,
        }),
        Scope::Own => Ok(false),
        Scope::SameOffice | Scope::OwnOrOffice => match actor.office() {
            Some(office) if !draft => office_serves(tx, office, case, on).await,
            _ => Ok(false),
        },
    }
}

/// From which day on somebody may only read a case: another county office serves its book since then. None for whoever
/// never served it, and for cases begun later. The serving office alone acts ([`in_scope`], H043).
pub async fn reads_since(
    tx: &mut Tx<'_>,
    actor: &Actor,
    permission: Permission,
    case: &store::application::Application,
    on: Date,
) -> Result<Option<Date>, Failure> {
    let county = |role: &Role| permission.roles.contains(role) && role.office_kind() == Some(OfficeKind::County);
    let Some(office) = actor.office().filter(|_| actor.roles().iter().any(county)) else { return Ok(None) };
    if permission.scope != Scope::OwnOrOffice || case.status == Stage::Draft.code() {
        return Ok(None);
    }
    let until = store::office_place::served_until(tx, case.book, "county", office).await?;
    let begun_on = crate::clock::shanghai_on(case.created_at);
    let since = until.filter(|until| *until < on && case.policy_on.min(begun_on) <= *until);
    Ok(since.and_then(|until| until.succ_opt()))
}

/// Whether an office has to do with a case on that day: the serving county and bank of its book, the school of
/// the student.
async fn office_serves(
    tx: &mut Tx<'_>,
    office: i64,
    case: &store::application::Application,
    on: Date,
) -> Result<bool, Failure> {
    let Some(office) = store::office_place::by_number(tx, office).await? else { return Ok(false) };
    Ok(match OfficeKind::of(&office.kind) {
        Some(OfficeKind::School) => office.school_code.is_some() && office.school_code == case.school_code,
        Some(OfficeKind::County | OfficeKind::Bank | OfficeKind::Platform | OfficeKind::Province) => {
            store::office_place::office_serving(tx, case.book, &office.kind, on).await? == Some(office.office_id)
        }
        Some(OfficeKind::System) | None => false,
    })
}

impl Desk<'_, '_> {
    /// The case of that number, if the act's permission reaches it.
    pub async fn case<R>(&mut self, number: &str) -> Result<Case, No<R>> {
        let Ok(number) = number.parse::<ApplicationNumber>() else { return Err(No::NotFound) };
        let Some(case) = load(self.tx, number).await? else { return Err(No::NotFound) };
        if !in_scope(self.tx, self.actor, self.permission, &case.row, self.on).await? {
            tracing::warn!(application = %number, actor = self.actor.name(), "outside the scope");
            return Err(No::NotFound);
        }
        self.about(number.book, "application", &number.to_string())?;
        Ok(case)
    }

    /// Names what the audit record is about and begins it in that book; an act speaks of one thing.
    pub fn about(&mut self, book: i64, subject: &'static str, id: &str) -> Result<(), Failure> {
        if self.audit.about.is_none() {
            store::audit::begin(self.tx, book, self.at)?;
            self.audit.about = Some((subject, id.to_owned()));
        }
        Ok(())
    }

    /// Adds a figure to the audit record; never sealed data.
    pub fn note(&mut self, name: &'static str, value: impl Into<serde_json::Value>) {
        self.audit.detail.insert(name.to_owned(), value.into());
    }

    /// Records one fact of a case and brings its status index up to date.
    pub async fn record(&mut self, case: &mut Case, fact: ApplicationFact) -> Result<(), Failure> {
        let recorded =
            Recorded { seq: case.progress.seq + 1, on: self.on, at: self.at, actor: self.actor.name(), fact };
        let stage = case.progress.stage;
        case.progress = case.progress.clone().then(&recorded).map_err(|_| {
            let (kind, _) = recorded.fact.columns();
            Failure::bug(format!("{kind} does not follow {}", stage.code()))
        })?;
        let (kind, detail) = recorded.fact.columns();
        let detail = detail.to_string();
        let fact = store::fact::NewFact {
            book: case.book(),
            subject: "application",
            subject_id: case.number.key(),
            kind: &kind,
            on_day: recorded.on,
            at: recorded.at,
            actor: &recorded.actor,
            detail: &detail,
        };
        let seq = store::fact::append(self.tx, fact).await?;
        if seq != recorded.seq {
            return Err(Failure::bug("a fact was recorded behind the back of its act"));
        }
        self.note("fact", kind);
        if case.progress.stage != stage {
            case.row.status = case.progress.stage.code().to_owned();
            store::application::set_status(self.tx, case.book(), case.number.key(), &case.row.status, self.at).await?;
        }
        case.facts.push(recorded);
        Ok(())
    }

    /// Keeps the answers of a case and the columns that mirror them.
    pub async fn keep_answers(&mut self, case: &mut Case) -> Result<(), Failure> {
        let text = serde_json::to_string(&case.answers).expect("answers are plain data");
        let study = case.answers.study.as_ref();
        let request = case.answers.request.as_ref();
        let row = &mut case.row;
        row.school_code = study.map(|study| study.school_code.clone());
        row.college = study.map(|study| study.department.clone());
        row.tuition_fen = study.map(|study| study.tuition_fen);
        row.lodging_fen = study.map(|study| study.accommodation_fen);
        row.graduates_in = study.map(|study| i64::from(study.graduates_in));
        row.amount_fen = request.map(|request| request.amount_fen);
        row.matures_in = request.map(|request| i64::from(request.matures_in));
        row.co_name = case.answers.co_borrower.as_ref().map(|co| co.name.clone());
        row.changed_at = self.at;
        store::application::change(self.tx, row).await?;
        store::application::keep_answers(self.tx, row.book, row.application, row.person, &text, self.at).await
    }
}
