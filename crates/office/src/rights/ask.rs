//! 反映问题: a person asks for a correction, complains, appeals against a decision, or asks for information that is not
//! published. Each has its day of answer; what is late stands first on the county's list and on the province's.

use chrono::Days;
use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::request::Request;
use store::{Failure, Tx};

use crate::Office;
use crate::act::{Act, Desk};
use crate::application::answers::prose;
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::refusals;
use crate::view::Seen;
use crate::who::{Actor, Permission, Role};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// 更正: something known about me is wrong.
    Correction,
    /// 投诉: how I was treated.
    Complaint,
    /// 申诉: a decision on my loan is wrong (R27.3).
    Appeal,
    /// 依申请公开: something that is not published (R27.2).
    Disclosure,
}

impl Asked {
    /// All of them.
    pub const ALL: [Asked; 4] = [Asked::Correction, Asked::Complaint, Asked::Appeal, Asked::Disclosure];

    /// The name kept.
    pub const fn code(self) -> &'static str {
        match self {
            Asked::Correction => "correction",
            Asked::Complaint => "complaint",
            Asked::Appeal => "appeal",
            Asked::Disclosure => "disclosure",
        }
    }

    /// What that name means.
    pub fn of(code: &str) -> Option<Asked> {
        Asked::ALL.into_iter().find(|asked| asked.code() == code)
    }

    /// Days until the answer is due: fifteen for a correction (security 2) and a complaint, thirty for an appeal,
    /// and for a disclosure twenty-eight, which are the twenty working days of the disclosure regulation.
    pub const fn days(self) -> u64 {
        match self {
            Asked::Correction | Asked::Complaint => 15,
            Asked::Appeal => 30,
            Asked::Disclosure => 28,
        }
    }
}

/// Asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// What for.
    pub asked: Asked,
    /// About which application; empty when about none.
    pub number: String,
    /// Which county, when about no application.
    pub county: String,
    /// What the person writes.
    pub text: String,
}

/// Most characters of a text.
const TEXT_MAX: usize = 2_000;
/// Open requests of one person at a time.
const OPEN_MAX: usize = 10;

refusals! {
    /// Why the request is not taken.
    pub enum AskRefusal {
        /// Nothing is written.
        TextMissing = "text_missing" [] @ "text",
        /// Too long.
        TextTooLong = "text_too_long" [] @ "text",
        /// No county of the platform.
        CountyUnknown = "county_not_served" [] @ "county",
        /// An appeal is about a decision on an application.
        NothingDecided = "nothing_decided" [] @ "number",
        /// Enough is waiting for an answer.
        TooManyOpen = "too_many_open_requests" [],
    }
}

/// Number people are told.
fn number_of(book: i64, request: i64) -> String {
    format!("7{book:04}{request:07}")
}

/// Statuses of these requests.
const FILED: &str = "filed";
const ANSWERED: &str = "answered";

#[async_trait::async_trait]
impl Act for Ask {
    const NAME: &'static str = "ask";
    const PERMISSION: Permission = Permission::own(&[Role::Student, Role::CoBorrower]);
    /// The number of the request.
    type Done = String;
    type Refused = AskRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<String, No<AskRefusal>> {
        let person = desk.actor.person().ok_or(No::Forbidden)?;
        let text = prose(&self.text);
        if text.is_empty() {
            return Err(No::Refused(AskRefusal::TextMissing));
        }
        if text.chars().count() > TEXT_MAX {
            return Err(No::Refused(AskRefusal::TextTooLong));
        }
        let (book, application) = if self.number.is_empty() {
            let book = crate::desk::book_of_county(desk.tx, &self.county, desk.on).await?;
            (book.ok_or(No::Refused(AskRefusal::CountyUnknown))?, None)
        } else {
            let case = desk.case(&self.number).await?;
            let undecided = case.stage().is_with_student() && case.progress.returned.is_none();
            if self.asked == Asked::Appeal && undecided {
                return Err(No::Refused(AskRefusal::NothingDecided));
            }
            (case.book(), Some(case.number.key()))
        };
        if self.asked == Asked::Appeal && application.is_none() {
            return Err(No::Refused(AskRefusal::NothingDecided));
        }
        let standing = store::request::list_of_person(desk.tx, book, person).await?;
        if standing.iter().filter(|request| request.status == FILED).count() >= OPEN_MAX {
            return Err(No::Refused(AskRefusal::TooManyOpen));
        }
        let request = store::counter::next(desk.tx, book, "request").await?;
        let row = Request {
            book,
            request,
            number: number_of(book, request),
            kind: self.asked.code().to_owned(),
            person,
            application,
            contract: None,
            status: FILED.to_owned(),
            filed_on: desk.on,
            due_on: Some(desk.on + Days::new(self.asked.days())),
            decided_on: None,
        };
        desk.about(book, "request", &row.number)?;
        store::request::file(desk.tx, &row, &serde_json::json!({ "text": text }).to_string()).await?;
        record(desk, book, request, FILED, "{}").await?;
        desk.note("kind", self.asked.code());
        Ok(row.number)
    }
}

async fn record(desk: &mut Desk<'_, '_>, book: i64, request: i64, kind: &str, detail: &str) -> Result<(), Failure> {
    let actor = desk.actor.name();
    let fact = store::fact::NewFact {
        book,
        subject: "request",
        subject_id: request,
        kind,
        on_day: desk.on,
        at: desk.at,
        actor: &actor,
        detail,
    };
    store::fact::append(desk.tx, fact).await.map(drop)
}

/// Answers a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// Number of the request.
    pub number: String,
    /// True when the person is right.
    pub upheld: bool,
    /// What the person is told.
    pub text: String,
}

refusals! {
    /// Why it is not answered.
    pub enum AnswerRefusal {
        /// It was answered before.
        AlreadyAnswered = "already_answered" [],
        /// The person must learn why.
        TextMissing = "text_missing" [] @ "text",
        /// Whoever decided the case does not answer the appeal or the complaint about it.
        DecidedBySame = "decided_by_same" [],
    }
}

#[async_trait::async_trait]
impl Act for Answer {
    const NAME: &'static str = "answer_request";
    const PERMISSION: Permission =
        Permission::same_office(&[Role::CountyClerk, Role::CountyReviewer, Role::HallManager]);
    type Done = ();
    type Refused = AnswerRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<AnswerRefusal>> {
        let request = reached(desk.tx, desk.actor, &self.number, desk.on).await?.ok_or(No::NotFound)?;
        desk.about(request.book, "request", &request.number)?;
        if request.status != FILED {
            return Err(No::Refused(AnswerRefusal::AlreadyAnswered));
        }
        let text = prose(&self.text);
        if text.is_empty() {
            return Err(No::Refused(AnswerRefusal::TextMissing));
        }
        if let Some(application) = request.application
            && matches!(Asked::of(&request.kind), Some(Asked::Complaint | Asked::Appeal))
            && let Some(case) = crate::desk::load(desk.tx, ApplicationNumber::of(request.book, application)).await?
        {
            let name = desk.actor.name();
            if case.facts.iter().any(|recorded| recorded.actor == name) {
                return Err(No::Refused(AnswerRefusal::DecidedBySame));
            }
        }
        let detail = serde_json::json!({ "upheld": self.upheld, "text": text }).to_string();
        record(desk, request.book, request.request, ANSWERED, &detail).await?;
        store::request::set_status(desk.tx, request.book, request.request, ANSWERED, Some(desk.on)).await?;
        desk.note("upheld", self.upheld);
        Ok(())
    }
}

/// The request of a number, if one of these and in a book the actor's county serves.
async fn reached(tx: &mut Tx<'_>, actor: &Actor, number: &str, on: Date) -> Result<Option<Request>, Failure> {
    let Some(office) = actor.office() else { return Ok(None) };
    let part = |from: usize, to: usize| number.get(from..to).and_then(|digits| digits.parse::<i64>().ok());
    let (Some(book), Some(request), 12) = (part(1, 5), part(5, 12), number.len()) else { return Ok(None) };
    if store::office_place::office_serving(tx, book, "county", on).await? != Some(office) {
        return Ok(None);
    }
    let found = store::request::by_number(tx, book, request).await?;
    Ok(found.filter(|found| found.number == number && Asked::of(&found.kind).is_some()))
}

/// A request as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestView {
    /// Its number.
    pub number: String,
    /// What is asked for.
    pub asked: Asked,
    /// Who asks.
    pub name: String,
    /// Number of the application it is about.
    pub application: Option<String>,
    /// What was written.
    pub text: String,
    /// When.
    pub filed_on: Date,
    /// By when it must be answered.
    pub due_on: Date,
    /// Days left; negative when it is late.
    pub days_left: i64,
    /// The answer: the day, whether the person is right, what was said.
    pub answer: Option<(Date, bool, String)>,
}

async fn view_of(tx: &mut Tx<'_>, row: Request, on: Date) -> Result<Option<RequestView>, Failure> {
    let Some(asked) = Asked::of(&row.kind) else { return Ok(None) };
    let written: serde_json::Value =
        serde_json::from_str(&store::request::detail(tx, &row).await?.unwrap_or_default()).unwrap_or_default();
    let facts = store::fact::list(tx, row.book, "request", row.request).await?;
    let answer = facts.iter().find(|fact| fact.kind == ANSWERED).map(|fact| {
        let said: serde_json::Value = serde_json::from_str(&fact.detail).unwrap_or_default();
        (fact.on_day, said["upheld"] == true, said["text"].as_str().unwrap_or_default().to_owned())
    });
    let due_on = row.due_on.unwrap_or(row.filed_on);
    Ok(Some(RequestView {
        asked,
        name: store::person::by_number(tx, row.person).await?.map(|person| person.name).unwrap_or_default(),
        application: row.application.map(|key| ApplicationNumber::of(row.book, key).to_string()),
        text: written["text"].as_str().unwrap_or_default().to_owned(),
        filed_on: row.filed_on,
        due_on,
        days_left: crate::view::days_until(on, due_on),
        answer,
        number: row.number,
    }))
}

/// Most requests a list shows.
const SHOWN: i64 = 200;

impl Office {
    /// What the actor asked for, newest first.
    pub async fn my_requests(&self, actor: &Actor) -> Seen<Vec<RequestView>> {
        let person = actor.person().ok_or(No::Forbidden)?;
        let at = self.clock.now();
        let found: Result<Vec<RequestView>, Failure> = self
            .store
            .read("my_requests", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut found = Vec::new();
                    for book in store::office_place::books(tx).await? {
                        for row in store::request::list_of_person(tx, book.book, person).await? {
                            found.extend(view_of(tx, row, on).await?);
                        }
                    }
                    found.sort_by(|one, other| other.filed_on.cmp(&one.filed_on).then(other.number.cmp(&one.number)));
                    Ok(found)
                })
            })
            .await;
        Ok(found?)
    }

    /// What waits for an answer of the actor's county, the most urgent first; of a province all that is late.
    pub async fn requests_to_answer(&self, actor: &Actor) -> Seen<Vec<RequestView>> {
        let county = Answer::PERMISSION.allows(actor);
        let province = actor.roles().contains(&Role::Province);
        let (Some(office), true) = (actor.office(), county || province) else { return Err(No::Forbidden) };
        let part = if county { "county" } else { "province" };
        let at = self.clock.now();
        let found: Result<Vec<RequestView>, Failure> = self
            .store
            .read("requests_to_answer", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut found = Vec::new();
                    for book in store::office_place::books_served(tx, office, part, on).await? {
                        for row in store::request::list_of_status(tx, book, FILED, SHOWN).await? {
                            found.extend(view_of(tx, row, on).await?);
                        }
                    }
                    found.retain(|request| county || request.days_left < 0);
                    if !county {
                        // The province presses for an answer; what was written is between the two.
                        found.iter_mut().for_each(|request| {
                            request.name.clear();
                            request.text.clear();
                        });
                    }
                    found.sort_by_key(|request| request.due_on);
                    Ok(found)
                })
            })
            .await;
        Ok(found?)
    }
}
