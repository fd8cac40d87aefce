//! 短信验证码: a code to the phone we know logs a citizen in without a password, also when wrong passwords have slowed
//! the account down (H019). It is bound to the browser that asked, lives five minutes and three wrong tries (H020).
//! Whoever asks sees the same answer whether the phone is known, was asked too often, or belongs to nobody (H021).

use chrono::{DateTime, TimeDelta, Utc};
use store::message::CodeAnswer;
use store::{Failure, Tx};
use wire::sms::TextMessage;

use super::entrance::{Door, Holder, LogInRefusal, Opened, hour_of, people, place_of};
use crate::Office;
use crate::messages::SIGN_NAME;
use crate::no::No;
use crate::number::{text_code, tidy_code, token};

/// How long a code lives.
const LIFE: TimeDelta = TimeDelta::minutes(5);
/// Shortest time between two codes to one phone.
const GAP: TimeDelta = TimeDelta::seconds(60);
/// Codes to one phone in a day.
const OF_PHONE: i64 = 5;
/// Codes asked for from one place in an hour.
const OF_CALLER: i64 = 30;
/// Codes asked for in an hour by everybody.
const OF_ALL: i64 = 5_000;

/// Who asks for a code.
#[derive(Clone, Debug)]
pub struct AskCode {
    /// ID number or phone as typed.
    pub login: String,
    /// The door.
    pub door: Door,
    /// What only the browser that asks knows; the code is worth nothing elsewhere.
    pub request: String,
    /// The place it is asked from, if known.
    pub caller: Option<String>,
}

/// Who brings a code.
#[derive(Clone, Debug)]
pub struct LogInByCode {
    /// ID number or phone as typed.
    pub login: String,
    /// The door.
    pub door: Door,
    /// The browser that asked.
    pub request: String,
    /// The code as typed.
    pub code: String,
    /// The browser's name, shortened.
    pub agent: String,
}

/// A message waiting to be handed to the gateway, or nothing: the asker is not told which.
#[must_use = "nobody gets a code that is not handed over"]
pub struct OnItsWay(pub(crate) Option<TextMessage>);

impl Office {
    /// Makes a code for the phone of whoever is meant, unless a limit says no. Hand the answer to
    /// [`Office::hand_over`] or [`Office::hand_over_soon`].
    pub async fn ask_code(&self, asked: &AskCode) -> Result<OnItsWay, Failure> {
        self.make_code("log_in", asked, None).await
    }

    /// A code for one purpose. `person` is given when it is known already.
    pub(crate) async fn make_code(
        &self,
        purpose: &str,
        asked: &AskCode,
        person: Option<i64>,
    ) -> Result<OnItsWay, Failure> {
        let at = self.clock.now();
        let (code, request_no) = (text_code(self.chance.as_ref()), token(self.chance.as_ref()));
        let code = code.as_str();
        let phone: Option<String> = self
            .store
            .write("ask_code", |tx| {
                Box::pin(async move {
                    if !caller_may(tx, asked.caller.as_deref(), at).await? {
                        return Ok(None);
                    }
                    let person = match person {
                        Some(person) => Some(person),
                        None => meant(tx, &asked.login, asked.door, at).await?,
                    };
                    let Some(person) = person else { return Ok(None) };
                    let Some(phone) = store::person::phone(tx, person).await? else { return Ok(None) };
                    if !phone_may(tx, &phone, at).await? {
                        return Ok(None);
                    }
                    let key = (person, purpose, asked.request.as_bytes());
                    store::message::code_keep(tx, key, code, at, at + LIFE).await?;
                    Ok::<_, Failure>(Some(phone))
                })
            })
            .await?;
        Ok(OnItsWay(phone.map(|phone| TextMessage {
            request_no: format!("code-{}", &request_no[..24]),
            phone,
            sign_name: SIGN_NAME.to_owned(),
            text: format!("验证码 {code}，5 分钟内有效。工作人员不会向你要验证码，不要告诉任何人。"),
        })))
    }

    /// Hands a code to the gateway. When the gateway is down the code is lost and the person asks again.
    pub async fn hand_over(&self, on_its_way: OnItsWay) {
        let Some(message) = on_its_way.0 else { return };
        if let Err(fault) = self.partners.sms.send(&message).await {
            tracing::warn!(%fault, "a code was not handed over");
        }
    }

    /// As [`Office::hand_over`], without waiting: how long it takes would tell who is known.
    pub fn hand_over_soon(&self, on_its_way: OnItsWay) {
        let office = self.clone();
        tokio::spawn(async move { office.hand_over(on_its_way).await });
    }

    /// Logs in with a code.
    pub async fn log_in_by_code(&self, typed: &LogInByCode) -> Result<Opened, No<LogInRefusal>> {
        let at = self.clock.now();
        let tried: Result<Option<(i64, bool)>, Failure> = self
            .store
            .write("log_in_by_code", |tx| {
                Box::pin(async move {
                    let Some(person) = meant(tx, &typed.login, typed.door, at).await? else { return Ok(None) };
                    let key = (person, "log_in", typed.request.as_bytes());
                    let answer = store::message::code_try(tx, key, &tidy_code(&typed.code), at).await?;
                    if answer != CodeAnswer::Right {
                        return Ok(None);
                    }
                    let account = store::account::by_person(tx, person).await?;
                    Ok(Some((person, account.is_some_and(|account| account.must_change))))
                })
            })
            .await;
        match tried? {
            Some((person, must_change)) => {
                self.open_session(Holder::Person(person), typed.door, &typed.agent, must_change).await
            }
            None => Err(No::Refused(LogInRefusal::CodeWrong)),
        }
    }
}

/// The one person who is meant and may come through this door: a student has an account, a co-borrower stands in for
/// a loan and needs none.
async fn meant(tx: &mut Tx<'_>, login: &str, door: Door, at: DateTime<Utc>) -> Result<Option<i64>, Failure> {
    let on = crate::day::business_on(tx, at).await?;
    let mut found = Vec::new();
    for person in people(tx, login, on).await? {
        let account = store::account::by_person(tx, person).await?;
        let may = match door {
            Door::Student => account.is_some(),
            Door::CoBorrower => account.is_some() || stands_in(tx, person).await?,
            Door::Staff => false,
        };
        if may {
            found.push(person);
        }
    }
    // A family may share a phone: then only the ID number says who it is.
    Ok(match found.as_slice() {
        [person] => Some(*person),
        _ => None,
    })
}

async fn stands_in(tx: &mut Tx<'_>, person: i64) -> Result<bool, Failure> {
    let rows = store::application::list_of_co_person(tx, person).await?;
    Ok(rows.iter().any(|row| row.status != crate::application::Stage::Draft.code()))
}

/// Counts a question from a place; false when there were too many, here or everywhere.
async fn caller_may(tx: &mut Tx<'_>, caller: Option<&str>, at: DateTime<Utc>) -> Result<bool, Failure> {
    let hour = hour_of(at);
    if let Some(caller) = caller {
        let name = format!("codes {}", place_of(tx, caller));
        if store::rate::add(tx, &name, hour).await? > OF_CALLER {
            return Ok(false);
        }
    }
    let all = store::rate::add(tx, "codes", hour).await?;
    if all > OF_ALL {
        tracing::error!(all, "an unusual number of codes was asked for in this hour");
    }
    Ok(all <= OF_ALL)
}

/// Counts a code to a phone; false when it got one a moment ago, or too many today.
async fn phone_may(tx: &mut Tx<'_>, phone: &str, at: DateTime<Utc>) -> Result<bool, Failure> {
    let index = hex::encode(tx.keyring().phone_index(phone));
    let (last, day) = (format!("code at {index}"), format!("codes to {index}"));
    if store::rate::last(tx, &last).await?.is_some_and(|before| at < before + GAP) {
        return Ok(false);
    }
    let midnight = crate::clock::shanghai_on(at).and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(8);
    if store::rate::count(tx, &day, midnight).await? >= OF_PHONE {
        return Ok(false);
    }
    store::rate::add(tx, &last, at).await?;
    store::rate::add(tx, &day, midnight).await?;
    Ok(true)
}
