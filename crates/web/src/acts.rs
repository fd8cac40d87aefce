//! The acts for programs: what a page does with a form, another program does with JSON under `/api/v1/acts/…`. The
//! role, the scope and the refusals are those of the act; a sending carries an `Idempotency-Key`, and a field the act
//! does not know is refused by name.

use axum::http::Method;
use office::Key;
use office::accounts::entrance::{Door, LogIn};
use office::accounts::register::Registration;
use office::act::Act;
use office::hall as h;
use office::origination as o;
use office::papers::Print;
use office::servicing::{batch, decide, prepay, review};
use office::who::{Permission, Role, Scope};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::route::{Reach, Route, Rule};
use crate::stop::Stop;
use crate::to;
use crate::visit::{Answer, Visit, json as answer};

/// The longest statement fits many times.
const BODY_MAX: usize = 64 * 1024;

/// Whom an act lets in, as a rule of the route table.
const fn rule(permission: Permission) -> Rule {
    let mut rule = Rule::only([]);
    let mut at = 0;
    while at < permission.roles.len() {
        let role = permission.roles[at];
        let own = matches!(role, Role::Student | Role::CoBorrower);
        let reach = match permission.scope {
            Scope::Own => Reach::Own,
            Scope::OwnOrOffice if own => Reach::Own,
            Scope::SameOffice | Scope::OwnOrOffice => Reach::SameOffice,
            Scope::Public | Scope::Any | Scope::AnyOrSystem => Reach::Any,
            Scope::System => Reach::Never,
        };
        rule = rule.with(role, reach);
        at += 1;
    }
    rule
}

const fn route(method: &'static Method, path: &'static str, rule: Rule, handler: crate::route::Handler) -> Route {
    Route { method, path, rule, handler, body_max: BODY_MAX }
}

macro_rules! acts {
    ($($name:literal $act:ty),+ $(,)?) => {
        /// Logging in, reading an application, and every act that programs reach.
        pub const ROUTES: &[Route] = &[
            route(&Method::POST, "/api/v1/login", Rule::EVERYBODY, to!(log_in)),
            route(&Method::GET, "/api/v1/applications/{number}", READERS, to!(application)),
            route(&Method::POST, "/api/v1/register", Rule::EVERYBODY, to!(register)),
            route(&Method::POST, "/api/v1/acts/begin_face_check", rule(o::match_face::MatchFace::PERMISSION), to!(begin_face_check)),
            route(&Method::POST, "/api/v1/acts/finish_face_check", rule(o::match_face::MatchFace::PERMISSION), to!(finish_face_check)),
            route(&Method::POST, "/api/v1/acts/e_sign", rule(o::e_sign::ESign::PERMISSION), to!(e_sign)),
            route(&Method::POST, "/api/v1/acts/issue_certificate", rule(o::issue_certificate::IssueCertificate::PERMISSION), to!(issue_certificate)),
            route(&Method::POST, "/api/v1/acts/send_batch", rule(batch::CheckBatch::PERMISSION), to!(send_batch)),
            $(route(&Method::POST, concat!("/api/v1/acts/", $name), rule(<$act>::PERMISSION), |visit| Box::pin(perform::<$act>(visit))),)+
        ];

        /// Path and name of the acts that are called directly.
        #[cfg(test)]
        pub const NAMES: &[(&str, &str)] = &[$(($name, <$act>::NAME)),+];
    };
}

acts! {
    "open_draft" o::open_draft::OpenDraft,
    "save_answers" o::save_answers::SaveAnswers,
    "submit" o::submit::Submit,
    "book_visit" o::book_visit::BookVisit,
    "book_time" h::book_time::BookTime,
    "cancel_booking" h::cancel_booking::CancelBooking,
    "join_wait_list" h::wait::JoinWaitList,
    "check_in" h::check_in::CheckIn,
    "walk_in" h::walk_in::WalkIn,
    "call_next" h::call::CallNext,
    "handle_visit" h::at_window::HandleVisit,
    "withdraw" o::withdraw::Withdraw,
    "enter_pre_application" o::enter_pre_application::EnterPreApplication,
    "record_quiz" o::record_quiz::RecordQuiz,
    "arrive" o::arrive::Arrive,
    "tick_material" o::tick_material::TickMaterial,
    "override_rule" o::override_rule::OverrideRule,
    "certify" o::certify::Certify,
    "return_application" o::return_application::ReturnApplication,
    "mark_untrue" o::mark_untrue::MarkUntrue,
    "accept" o::accept::Accept,
    "generate_contract" o::generate_contract::GenerateContract,
    "void_contract" o::void_contract::VoidContract,
    "confirm_read" o::confirm_read::ConfirmRead,
    "sign" o::sign::Sign,
    "review_e_contract" o::review_e_contract::ReviewEContract,
    "confirm_statement" o::confirm_statement::ConfirmStatement,
    "return_statement" o::return_statement::ReturnStatement,
    "print" Print,
    "enter_receipt" o::enter_receipt::EnterReceipt,
    "bank_review" review::Review,
    "bank_approve" decide::Approve,
    "bank_refuse" decide::Refuse,
    "build_batch" batch::BuildBatch,
    "remove_batch_row" batch::RemoveRow,
    "check_batch" batch::CheckBatch,
    "file_prepayment" prepay::FilePrepayment,
    "cancel_prepayment" prepay::CancelPrepayment,
}

/// Who reads one application; which one is the view's own rule.
const READERS: Rule = Rule::only([
    (Role::Student, Reach::Own),
    (Role::CountyClerk, Reach::SameOffice),
    (Role::CountyReviewer, Reach::SameOffice),
    (Role::BankMaker, Reach::SameOffice),
    (Role::BankChecker, Reach::SameOffice),
]);

/// Reads a body as the act's input; what is missing, wrong or unknown is named.
fn read<T: DeserializeOwned>(visit: &Visit) -> Result<(T, Value), Stop> {
    let wrong = |detail: String, field: Option<String>| Stop::Unreadable { code: "misformed", detail, field };
    let sent: Value = serde_json::from_slice(&visit.body)
        .map_err(|error| wrong(format!("不是合格的 JSON：第 {} 行第 {} 列", error.line(), error.column()), None))?;
    if !sent.is_object() {
        return Err(wrong("应是一个 JSON 对象".to_owned(), None));
    }
    let read = T::deserialize(&sent).map_err(|error| {
        // serde names the field between the first two backticks.
        let told = error.to_string();
        let field = told.split('`').nth(1).map(str::to_owned);
        wrong(format!("缺少字段，或者字段不是要求的形式：{told}"), field)
    })?;
    Ok((read, sent))
}

/// The first field of the body that the input does not have.
fn unknown(sent: &Value, known: &Value) -> Result<(), Stop> {
    let stranger = sent.as_object().into_iter().flatten().map(|(name, _)| name).find(|name| known.get(name).is_none());
    stranger.map_or(Ok(()), |name| {
        let detail = format!("没有这个字段：{name}");
        Err(Stop::Unreadable { code: "misformed", detail, field: Some(name.clone()) })
    })
}

fn key(visit: &Visit) -> Result<Key, Stop> {
    visit.idempotency_key.as_deref().and_then(Key::new).ok_or_else(|| Stop::Unreadable {
        code: "idempotency_key_missing",
        detail: "请带 Idempotency-Key：8 到 128 个可见的 ASCII 字符，每次新的办理换一个".to_owned(),
        field: None,
    })
}

/// Performs one act.
async fn perform<A: Act + DeserializeOwned>(visit: Visit) -> Answer {
    let key = key(&visit)?;
    let (act, sent) = read::<A>(&visit)?;
    unknown(&sent, &serde_json::to_value(&act).map_err(Stop::failure)?)?;
    let done = visit.office().perform(&visit.actor, &key, act).await?;
    answer(&serde_json::to_value(done).map_err(Stop::failure)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneApplication {
    number: String,
}

/// The certificate is issued with a payment account, which the office opens at the platform.
async fn issue_certificate(visit: Visit) -> Answer {
    let key = key(&visit)?;
    let (asked, _) = read::<OneApplication>(&visit)?;
    let issued = visit.office().issue_certificate(&visit.actor, &key, &asked.number).await?;
    answer(&serde_json::to_value(issued).map_err(Stop::failure)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Newcomer {
    name: String,
    id_number: String,
    phone: String,
    password: String,
}

/// Opens the one account of a person; logging in is the next request.
async fn register(visit: Visit) -> Answer {
    let key = key(&visit)?;
    let (Newcomer { name, id_number, phone, password }, _) = read::<Newcomer>(&visit)?;
    let typed = Registration { name, id_number, phone, password };
    visit.office().register(&key, typed).await?;
    answer(&json!({ "registered": true }))
}

/// Asks the identity partner for a check of the student's face: the page to open, the same one until it ended.
async fn begin_face_check(visit: Visit) -> Answer {
    let (asked, _) = read::<OneApplication>(&visit)?;
    let session = visit.office().begin_face_check(&visit.actor, &asked.number).await?;
    answer(&json!({ "page_url": session.page_url }))
}

/// How the check ended. It is found by the application, never by what the sender says.
async fn finish_face_check(visit: Visit) -> Answer {
    let key = key(&visit)?;
    let (asked, _) = read::<OneApplication>(&visit)?;
    let session = visit.office().begin_face_check(&visit.actor, &asked.number).await?;
    let ended = visit.office().finish_face_check(&visit.actor, &key, &asked.number, &session.session).await?;
    answer(&json!({ "waiting": ended.is_none(), "matched": ended.is_some() }))
}

/// Signs the contract that was read, through the certificate authority.
async fn e_sign(visit: Visit) -> Answer {
    let key = key(&visit)?;
    let (asked, _) = read::<OneApplication>(&visit)?;
    visit.office().e_sign(&visit.actor, &key, &asked.number).await?;
    answer(&json!({ "signed": true }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneBatch {
    batch: String,
}

/// Every row of a checked batch goes to the platform once, however often this is asked.
async fn send_batch(visit: Visit) -> Answer {
    key(&visit)?;
    let (asked, _) = read::<OneBatch>(&visit)?;
    let owner = visit.actor.office().ok_or(Stop::Forbidden)?;
    let sent = visit.office().send_batch(&visit.actor, owner, &asked.batch).await?;
    answer(&json!({ "paid": sent.paid, "unknown": sent.unknown, "refused": sent.refused.len() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entrance {
    login: String,
    password: String,
    door: String,
    /// The code of the second factor, once staff have one.
    code: Option<String>,
}

/// A token for the header `Authorization: Bearer …`; it is the session a page would have.
async fn log_in(visit: Visit) -> Answer {
    let (Entrance { login, password, door, code }, _) = read::<Entrance>(&visit)?;
    let door = match door.as_str() {
        "student" => Door::Student,
        "co" => Door::CoBorrower,
        "staff" => Door::Staff,
        _ => {
            let detail = "应是 student、co 或 staff".to_owned();
            return Err(Stop::Unreadable { code: "misformed", detail, field: Some("door".to_owned()) });
        }
    };
    let typed = LogIn { login, password, door, agent: visit.agent.clone() };
    let mut opened = visit.office().log_in_from(typed, visit.place().as_deref()).await?;
    if opened.code_wanted {
        opened = visit.office().second_factor(&opened.token, &code.unwrap_or_default(), &visit.agent).await?;
    }
    answer(&json!({ "token": opened.token, "must_change": opened.must_change }))
}

/// Where an application stands, with every rule and every material.
async fn application(visit: Visit) -> Answer {
    let case = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let findings: Vec<Value> = case
        .findings
        .iter()
        .map(|found| {
            json!({ "rule": found.code, "words": found.words, "verdict": found.verdict.code(), "overridden": found.overridden,
                "why": { "doc": found.why.doc, "article": found.why.article } })
        })
        .collect();
    let materials: Vec<Value> = case
        .materials
        .iter()
        .map(|one| json!({ "material": one.item.material.code, "name": one.item.material.name, "ticked": one.ticked.is_some() }))
        .collect();
    answer(&json!({
        "number": case.number,
        "stage": case.stage.code(),
        "academic_year": case.academic_year,
        "policy_on": case.policy_on.to_string(),
        "county": case.county_code,
        "findings": findings,
        "to_override": case.progress.open_overrides(),
        "materials": materials,
        "certification_needed": case.certification_needed && !case.progress.certified,
        "receipt_last_on": case.deadline.as_ref().map(|deadline| deadline.last_on.to_string()),
        "contract": case.contract.as_ref().map(|contract| json!({ "number": contract.number, "version": contract.version })),
    }))
}
