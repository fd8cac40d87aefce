//! 登录: people by ID number or phone, staff by their login name, everybody else by nobody's name. A wrong
//! password slows the account down without locking it (H019); an unknown name takes as long as a wrong
//! password. Sessions are random tokens kept hashed; what a session may do is read anew at every request, so that a
//! disabled account or a lost role works at once (H025).

use chrono::{DateTime, TimeDelta, Utc};
use loan::refusal::Citation;
use store::{Failure, Tx};

use super::password;
use crate::Office;
use crate::no::{No, Refusal};
use crate::number::token;
use crate::who::{Actor, Role, Who};

/// Which door somebody comes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Students, and co-borrowers in their own name.
    Student,
    /// Co-borrowers.
    CoBorrower,
    /// Staff of any office.
    Staff,
}

impl Door {
    /// The portal kept with the session.
    pub const fn portal(self) -> &'static str {
        match self {
            Door::Student => "student",
            Door::CoBorrower => "co",
            Door::Staff => "staff",
        }
    }

    pub(crate) fn of(portal: &str) -> Option<Door> {
        [Door::Student, Door::CoBorrower, Door::Staff].into_iter().find(|door| door.portal() == portal)
    }

    /// How long a silent session lives: 30 minutes for citizens, 15 for staff (ASVS V7).
    pub(crate) const fn idle(self) -> TimeDelta {
        match self {
            Door::Student | Door::CoBorrower => TimeDelta::minutes(30),
            Door::Staff => TimeDelta::minutes(15),
        }
    }
}

/// The browser of a session opened with one click in a demonstration; nothing is asked of it first.
const ONE_CLICK: &str = "demonstration";

/// How long any session lives.
const SESSION_MAX: TimeDelta = TimeDelta::hours(12);
/// Wrong passwords before the account slows down.
const WRONG_FREE: i64 = 3;

/// What somebody types to log in.
#[derive(Clone)]
pub struct LogIn {
    /// ID number or phone; the login name for staff.
    pub login: String,
    /// Password.
    pub password: String,
    /// The door.
    pub door: Door,
    /// The browser, shortened.
    pub agent: String,
}

/// A session just opened: the token goes into the cookie and is kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The token.
    pub token: String,
    /// Secret of the session's forms.
    pub csrf: String,
    /// Who it is.
    pub actor: Actor,
    /// True when the password must be changed before anything else.
    pub must_change: bool,
    /// True when the token is only a ticket: [`Office::second_factor`] changes it for a session.
    pub code_wanted: bool,
}

/// What somebody who is logged in must do before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Change a first password somebody else knows.
    NewPassword,
    /// Set up the second factor that staff log in with.
    SecondFactor,
}

/// A living session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who it is, with the roles of this instant.
    pub actor: Actor,
    /// The door it came through.
    pub door: Door,
    /// Secret of its forms.
    pub csrf: String,
    /// Name shown in the header.
    pub name: String,
    /// Name of the office, for staff.
    pub office_name: Option<String>,
    /// Kind of the office, for staff.
    pub office_kind: Option<String>,
    /// True when the password must be changed before anything else.
    pub must_change: bool,
    /// What must be done before anything else.
    pub duty: Option<Duty>,
}

/// Why nobody is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogInRefusal {
    /// Name and password do not belong together, or there is no such account: nobody learns which.
    WrongNameOrPassword,
    /// Too many wrong passwords: wait so many seconds.
    Wait(i64),
    /// The account was closed.
    Disabled,
    /// The code is wrong, used, too old, or was never sent: nobody learns which.
    CodeWrong,
    /// The time between password and code ran out, or there were too many wrong codes.
    TicketOver,
    /// The link is not ours, too old, or was answered wrongly too often.
    LinkOver,
    /// The last four characters are not those of the ID number.
    TailWrong,
    /// This is not a demonstration.
    NotADemonstration,
}

impl Refusal for LogInRefusal {
    fn code(&self) -> &'static str {
        match self {
            LogInRefusal::WrongNameOrPassword => "wrong_name_or_password",
            LogInRefusal::Wait(_) => "wait",
            LogInRefusal::Disabled => "disabled",
            LogInRefusal::CodeWrong => "code_wrong",
            LogInRefusal::TicketOver => "ticket_over",
            LogInRefusal::LinkOver => "link_over",
            LogInRefusal::TailWrong => "tail_wrong",
            LogInRefusal::NotADemonstration => "not_a_demonstration",
        }
    }
    fn why(&self) -> Vec<Citation> {
        Vec::new()
    }
    fn figures(&self) -> Vec<(&'static str, String)> {
        match self {
            LogInRefusal::Wait(seconds) => vec![("seconds", seconds.to_string())],
            _ => Vec::new(),
        }
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[
            ("wrong_name_or_password", &[]),
            ("wait", &[]),
            ("disabled", &[]),
            ("code_wrong", &[]),
            ("ticket_over", &[]),
            ("link_over", &[]),
            ("tail_wrong", &[]),
            ("not_a_demonstration", &[]),
        ]
    }
}

/// The account behind a name, whichever door.
struct Found {
    holder: Holder,
    hash: String,
    must_change: bool,
    failed_count: i64,
    failed_at: Option<DateTime<Utc>>,
    disabled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Person(i64),
    Staff(i64),
}

/// Seconds an account waits after so many wrong passwords: 2, 4, 8 … up to a quarter of an hour.
const fn wait_after(wrong: i64) -> i64 {
    if wrong <= WRONG_FREE {
        return 0;
    }
    let doublings = wrong - WRONG_FREE;
    if doublings >= 10 { 900 } else { 1 << doublings }
}

/// Wrong passwords from one place in an hour, whatever the accounts; then the place waits (H019).
const WRONG_OF_CALLER: i64 = 100;
/// Wrong passwords in an hour over all places that are an alarm.
const WRONG_OF_ALL: i64 = 2_000;

/// The begin of the hour an instant lies in.
pub(crate) fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at - TimeDelta::seconds(at.timestamp().rem_euclid(3_600))
        - TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into())
}

impl Office {
    /// Logs somebody in and opens a session with a new token.
    pub async fn log_in(&self, typed: LogIn) -> Result<Opened, No<LogInRefusal>> {
        self.log_in_from(typed, None).await
    }

    /// As [`Office::log_in`], for a known place: one that tries many accounts is slowed down as a whole.
    pub async fn log_in_from(&self, typed: LogIn, caller: Option<&str>) -> Result<Opened, No<LogInRefusal>> {
        if let Some(caller) = caller {
            let (at, hour) = (self.clock.now(), hour_of(self.clock.now()));
            let counted: Result<i64, Failure> = self
                .store
                .read("log_in_caller", |tx| {
                    Box::pin(async move {
                        let name = wrong_of(tx, caller);
                        store::rate::count(tx, &name, hour).await
                    })
                })
                .await;
            if counted? >= WRONG_OF_CALLER {
                let left = (hour + TimeDelta::hours(1) - at).num_seconds().max(1);
                return Err(No::Refused(LogInRefusal::Wait(left)));
            }
        }
        let outcome = self.log_in_by_password(typed).await;
        if let (Err(No::Refused(LogInRefusal::WrongNameOrPassword)), Some(caller)) = (&outcome, caller) {
            let hour = hour_of(self.clock.now());
            let all: Result<i64, Failure> = self
                .store
                .write("log_in_wrong_caller", |tx| {
                    Box::pin(async move {
                        let name = wrong_of(tx, caller);
                        store::rate::add(tx, &name, hour).await?;
                        store::rate::add(tx, "wrong passwords", hour).await
                    })
                })
                .await;
            let all = all?;
            if all >= WRONG_OF_ALL {
                tracing::error!(all, "an unusual number of wrong passwords in this hour");
            }
        }
        outcome
    }

    async fn log_in_by_password(&self, typed: LogIn) -> Result<Opened, No<LogInRefusal>> {
        let at = self.clock.now();
        let (login, door) = (typed.login.as_str(), typed.door);
        let found = self.store.read("log_in_find", |tx| Box::pin(find(tx, login, door, at))).await?;
        if let Some(found) = &found {
            let until = found.failed_at.unwrap_or(at) + TimeDelta::seconds(wait_after(found.failed_count));
            if found.failed_count > WRONG_FREE && at < until {
                return Err(No::Refused(LogInRefusal::Wait((until - at).num_seconds().max(1))));
            }
        }
        let right = password::verify(&typed.password, found.as_ref().map(|found| found.hash.clone())).await;
        let Some(found) = found else { return Err(No::Refused(LogInRefusal::WrongNameOrPassword)) };
        let holder = found.holder;
        if !right {
            tracing::warn!(door = door.portal(), "wrong password");
            self.store
                .write("log_in_wrong", |tx| {
                    Box::pin(async move {
                        match holder {
                            Holder::Person(person) => store::account::note_wrong_password(tx, person, at).await,
                            Holder::Staff(staff) => store::staff::note_wrong_password(tx, staff, at).await,
                        }
                    })
                })
                .await
                .map_err(No::Failure)?;
            return Err(No::Refused(LogInRefusal::WrongNameOrPassword));
        }
        if found.disabled {
            return Err(No::Refused(LogInRefusal::Disabled));
        }
        if let Holder::Staff(staff) = holder
            && self.factor_is_set(staff).await?
        {
            return self.ticket(staff, found.must_change).await;
        }
        self.open_session(holder, door, &typed.agent, found.must_change).await
    }

    /// One click in a demonstration: the session of a person without a password.
    pub async fn enter_as_person(&self, person: i64, door: Door) -> Result<Opened, No<LogInRefusal>> {
        self.demonstration_only().await?;
        self.open_session(Holder::Person(person), door, ONE_CLICK, false).await
    }

    /// One click in a demonstration: the session of a member of staff without a password.
    pub async fn enter_as_staff(&self, staff: i64) -> Result<Opened, No<LogInRefusal>> {
        self.demonstration_only().await?;
        self.open_session(Holder::Staff(staff), Door::Staff, ONE_CLICK, false).await
    }

    async fn demonstration_only(&self) -> Result<(), No<LogInRefusal>> {
        let demonstration: Result<bool, Failure> =
            self.store.read("is_demonstration", |tx| Box::pin(crate::day::is_demonstration(tx))).await;
        if demonstration? { Ok(()) } else { Err(No::Refused(LogInRefusal::NotADemonstration)) }
    }

    pub(crate) async fn open_session(
        &self,
        holder: Holder,
        door: Door,
        agent: &str,
        must_change: bool,
    ) -> Result<Opened, No<LogInRefusal>> {
        let at = self.clock.now();
        let token_text = token(self.chance.as_ref());
        let csrf = token(self.chance.as_ref());
        let (token_ref, csrf_ref) = (token_text.as_str(), csrf.as_str());
        let opened: Result<Option<Actor>, Failure> = self
            .store
            .write("open_session", |tx| {
                Box::pin(async move {
                    let (person, staff) = match holder {
                        Holder::Person(person) => (Some(person), None),
                        Holder::Staff(staff) => (None, Some(staff)),
                    };
                    let session = store::account::Session {
                        token_hash: store::account::token_hash(token_ref.as_bytes()),
                        person,
                        staff,
                        portal: door.portal().to_owned(),
                        csrf: csrf_ref.to_owned(),
                        created_at: at,
                        seen_at: at,
                        expires_at: at + SESSION_MAX,
                        stepped_up_at: None,
                        agent: agent.chars().take(120).collect(),
                        detail: "{}".to_owned(),
                    };
                    let Some(known) = holder_now(tx, &session, at).await? else { return Ok(None) };
                    match holder {
                        Holder::Person(person) => store::account::note_right_password(tx, person).await?,
                        Holder::Staff(staff) => store::staff::note_right_password(tx, staff).await?,
                    }
                    store::account::session_begin(tx, &session).await?;
                    store::audit::begin(tx, 0, at)?;
                    let (on_day, actor) = (crate::day::business_on(tx, at).await?, known.actor.name());
                    if let Holder::Person(person) = holder {
                        store::account::note_login(tx, person, on_day).await?;
                    }
                    let entry = store::audit::Entry {
                        on_day,
                        actor: &actor,
                        act: "log_in",
                        subject: "session",
                        subject_id: &actor,
                        detail: "{}",
                    };
                    store::audit::write(tx, entry).await?;
                    Ok(Some(known.actor))
                })
            })
            .await;
        match opened? {
            Some(actor) => Ok(Opened { token: token_text, csrf, actor, must_change, code_wanted: false }),
            None => Err(No::Refused(LogInRefusal::Disabled)),
        }
    }

    /// The living session of a token, with the roles of this instant. A silent, old or ended one is none.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, Failure> {
        let at = self.clock.now();
        let hash = store::account::token_hash(token.as_bytes());
        let hash = hash.as_slice();
        let found: Option<(Session, DateTime<Utc>)> = self
            .store
            .read("session", |tx| {
                Box::pin(async move {
                    let Some(row) = store::account::session_by_token(tx, hash).await? else { return Ok(None) };
                    let Some(door) = Door::of(&row.portal) else { return Ok(None) };
                    if at >= row.expires_at || at >= row.seen_at + door.idle() {
                        return Ok(None);
                    }
                    Ok::<_, Failure>(holder_now(tx, &row, at).await?.map(|session| (session, row.seen_at)))
                })
            })
            .await?;
        let Some((session, seen_at)) = found else { return Ok(None) };
        // One write a minute is enough to tell a living session from a silent one.
        if at - seen_at >= TimeDelta::minutes(1) {
            let touch: Result<(), Failure> = self
                .store
                .write("session_touch", |tx| Box::pin(async move { store::account::session_touch(tx, hash, at).await }))
                .await;
            touch?;
        }
        Ok(Some(session))
    }

    /// Logs out: the token is worth nothing from now on.
    pub async fn log_out(&self, token: &str) -> Result<(), Failure> {
        let hash = store::account::token_hash(token.as_bytes());
        let hash = hash.as_slice();
        self.store
            .write("log_out", |tx| Box::pin(async move { store::account::session_end(tx, hash).await.map(drop) }))
            .await
    }
}

/// The account behind what was typed.
async fn find(tx: &mut Tx<'_>, login: &str, door: Door, at: DateTime<Utc>) -> Result<Option<Found>, Failure> {
    let on = crate::day::business_on(tx, at).await?;
    if door == Door::Staff {
        let login = crate::application::answers::tidy(login);
        return Ok(store::staff::by_login(tx, &login).await?.map(|staff| Found {
            holder: Holder::Staff(staff.staff),
            hash: staff.password_hash,
            must_change: staff.must_change,
            failed_count: staff.failed_count,
            failed_at: staff.failed_at,
            disabled: staff.disabled_on.is_some_and(|day| day <= on),
        }));
    }
    let mut found = Vec::new();
    for person in people(tx, login, on).await? {
        found.extend(store::account::by_person(tx, person).await?);
    }
    // A family may share a phone: then only the ID number says who it is.
    let [account] = found.as_slice() else { return Ok(None) };
    Ok(Some(Found {
        holder: Holder::Person(account.person),
        hash: account.password_hash.clone(),
        must_change: account.must_change,
        failed_count: account.failed_count,
        failed_at: account.failed_at,
        disabled: account.disabled_on.is_some_and(|day| day <= on),
    }))
}

/// Everybody who may be meant by an ID number or a phone.
pub(crate) async fn people(tx: &mut Tx<'_>, login: &str, on: loan::calendar::Date) -> Result<Vec<i64>, Failure> {
    let demonstration = crate::day::is_demonstration(tx).await?;
    let mut people = Vec::new();
    if let Ok(id) = crate::rules::id_number(login, on, demonstration) {
        people.extend(store::person::by_id_number(tx, &id.text).await?.map(|person| person.person));
    } else if let Some(phone) = crate::application::answers::read_phone(login) {
        people.extend(store::person::list_by_phone(tx, &phone).await?.into_iter().map(|person| person.person));
    }
    Ok(people)
}

/// What is limited for a place, without naming it.
pub(crate) fn place_of(tx: &Tx<'_>, caller: &str) -> String {
    hex::encode(tx.keyring().blind_index("caller", caller))
}

fn wrong_of(tx: &Tx<'_>, caller: &str) -> String {
    format!("wrong passwords {}", place_of(tx, caller))
}

/// Who a session is at this instant; none when the account was closed or has no role left.
async fn holder_now(
    tx: &mut Tx<'_>,
    row: &store::account::Session,
    at: DateTime<Utc>,
) -> Result<Option<Session>, Failure> {
    let Some(door) = Door::of(&row.portal) else { return Ok(None) };
    let on = crate::day::business_on(tx, at).await?;
    if let Some(number) = row.staff {
        let Some(staff) = store::staff::by_number(tx, number).await? else { return Ok(None) };
        let roles: Vec<Role> =
            store::staff::roles(tx, number).await?.iter().filter_map(|code| Role::of(code)).collect();
        if staff.disabled_on.is_some_and(|day| day <= on) || roles.is_empty() {
            return Ok(None);
        }
        let office = store::office_place::by_number(tx, staff.office_id).await?;
        let who = Who::Staff {
            staff: number,
            person_index: staff.person_index.map(hex::encode).unwrap_or_default(),
            office: staff.office_id,
            roles,
        };
        // Nobody knows the passwords of a demonstration, and whoever came in with one click used none.
        let one_click = row.agent == ONE_CLICK && crate::day::is_demonstration(tx).await?;
        let duty = if one_click {
            None
        } else if staff.must_change {
            Some(Duty::NewPassword)
        } else {
            super::factor::duty(tx, number).await?
        };
        return Ok(Some(Session {
            actor: Actor { who },
            door,
            csrf: row.csrf.clone(),
            name: staff.name,
            office_name: office.as_ref().map(|office| office.name.clone()),
            office_kind: office.map(|office| office.kind),
            must_change: staff.must_change && !one_click,
            duty,
        }));
    }
    let Some(number) = row.person else { return Ok(None) };
    let Some(person) = store::person::by_number(tx, number).await? else { return Ok(None) };
    let account = store::account::by_person(tx, number).await?;
    let closed = account.as_ref().is_some_and(|account| account.disabled_on.is_some_and(|day| day <= on));
    if closed {
        return Ok(None);
    }
    let who = match door {
        Door::CoBorrower => Who::CoBorrower(number),
        _ => Who::Student(number),
    };
    let must_change = account.is_some_and(|account| account.must_change);
    Ok(Some(Session {
        actor: Actor { who },
        door,
        csrf: row.csrf.clone(),
        name: person.name,
        office_name: None,
        office_kind: None,
        must_change,
        duty: must_change.then_some(Duty::NewPassword),
    }))
}

#[cfg(test)]
mod tests {
    use super::wait_after;

    #[test]
    fn h019_an_account_slows_down_and_never_locks() {
        let check = |wrong, seconds| assert_eq!(wait_after(wrong), seconds, "after {wrong} wrong passwords");
        check(0, 0);
        check(3, 0);
        check(4, 2);
        check(5, 4);
        check(12, 512);
        check(13, 900);
        check(1_000_000, 900);
    }
}
