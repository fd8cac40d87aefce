//! 办理大厅: how a family comes to the counter without a queue at three in the morning. Places are opened ([`set_times`],
//! [`set_day`]), taken ([`booking`], [`book_time`], [`wait`]), given back ([`cancel_booking`]). At the hall a booked
//! family shows its code ([`check_in`]), another draws a ticket ([`walk_in`]); windows open with the load
//! ([`windows`]), call the [`next`](call) and note the steps ([`at_window`]). Around it: who is on [`duty`], visits to
//! [`home`]s, [`goods`], [`question`]s and what is [`announce`]d. [`load`] counts, [`board`] and [`report`] show.
//!
//! A hall belongs to the loan book its county serves. A booking is never the only way in: part of each half-hour
//! stays for those who just come.

pub mod announce;
pub mod at_window;
pub mod board;
pub mod book_time;
pub mod booking;
pub mod call;
pub mod cancel_booking;
pub mod check_in;
pub mod duty;
pub mod goods;
pub mod home;
pub mod load;
pub mod open;
pub mod question;
pub mod report;
pub mod set_day;
pub mod set_times;
pub mod wait;
pub mod walk_in;
pub mod windows;

#[cfg(test)]
mod tests;

use chrono::{DateTime, FixedOffset, Timelike, Utc};
use serde::{Deserialize, Serialize};
use store::Failure;
use store::hall::visit::Visit;

use crate::act::Desk;
use crate::application::fact::Kind;
use crate::clock::Chance;
use crate::no::No;
use crate::who::{Permission, Role};

/// Who arranges the hall: windows, times, duties, goods.
pub const ARRANGE: Permission = Permission::same_office(&[Role::HallManager]);
/// Who receives families and answers the telephone.
pub const RECEIVE: Permission = Permission::same_office(&[Role::CountyClerk, Role::HallManager, Role::Volunteer]);
/// Who calls and serves.
pub const SERVE: Permission = Permission::same_office(&[Role::CountyClerk, Role::HallManager]);
/// Who looks at the hall from inside.
pub const STAFF: &[Role] = &[Role::CountyClerk, Role::CountyReviewer, Role::HallManager, Role::Volunteer];

/// What a family comes for; the letter stands on its ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Business {
    /// 首次贷款.
    First,
    /// 续贷.
    Renewal,
    /// 还款和变更.
    Service,
}

impl Business {
    /// All of them, in the order of their letters.
    pub const ALL: [Business; 3] = [Business::First, Business::Renewal, Business::Service];

    /// The name kept.
    pub const fn code(self) -> &'static str {
        match self {
            Business::First => "first",
            Business::Renewal => "renewal",
            Business::Service => "service",
        }
    }

    /// The business of that name.
    pub fn of(code: &str) -> Option<Business> {
        Business::ALL.into_iter().find(|business| business.code() == code)
    }

    /// The letter of the ticket.
    pub const fn letter(self) -> char {
        match self {
            Business::First => 'A',
            Business::Renewal => 'B',
            Business::Service => 'C',
        }
    }

    /// Loans are served apart from repayment and changes (R8.5).
    pub const fn side(self) -> Side {
        match self {
            Business::First | Business::Renewal => Side::Loan,
            Business::Service => Side::Service,
        }
    }

    /// Minutes one family usually takes, until the day has shown its own.
    pub const fn usual_minutes(self) -> i64 {
        match self {
            Business::First => 12,
            Business::Renewal => 5,
            Business::Service => 6,
        }
    }

    /// What an application is about at the counter.
    pub const fn of_kind(kind: Kind) -> Business {
        match kind {
            Kind::First => Business::First,
            Kind::Renewal => Business::Renewal,
        }
    }
}

/// The two sides of a hall; places are counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Applications and renewals.
    Loan,
    /// Repayment, deferral, changes.
    Service,
}

impl Side {
    /// The name kept.
    pub const fn code(self) -> &'static str {
        match self {
            Side::Loan => "loan",
            Side::Service => "service",
        }
    }

    /// The side of that name.
    pub fn of(code: &str) -> Option<Side> {
        [Side::Loan, Side::Service].into_iter().find(|side| side.code() == code)
    }
}

/// The steps of one visit, in their order (R8.6).
pub const STEPS: &[&str] = &["explain", "check", "form", "upload", "contract"];

/// The book of the actor's own hall.
pub(crate) async fn own_hall<R>(desk: &mut Desk<'_, '_>) -> Result<i64, No<R>> {
    let Some(office) = desk.actor.office() else { return Err(No::NotFound) };
    crate::desk::county_book(desk.tx, office, desk.on).await?.ok_or(No::NotFound)
}

/// A visit of the actor's own hall.
pub(crate) async fn own_visit<R>(desk: &mut Desk<'_, '_>, visit: i64) -> Result<Visit, No<R>> {
    let book = own_hall(desk).await?;
    let Some(visit) = store::hall::visit::find(desk.tx, book, visit).await? else { return Err(No::NotFound) };
    desk.about(book, "visit", &visit.visit.to_string())?;
    Ok(visit)
}

/// Keeps a changed visit and the fact that changed it.
pub(crate) async fn record(
    desk: &mut Desk<'_, '_>,
    visit: &Visit,
    kind: &'static str,
    detail: serde_json::Value,
) -> Result<(), Failure> {
    store::hall::visit::change(desk.tx, visit).await?;
    note(desk, visit.book, ("visit", visit.visit), kind, detail).await
}

/// Records a fact of the hall: of a visit, a window, a home visit.
pub(crate) async fn note(
    desk: &mut Desk<'_, '_>,
    book: i64,
    (subject, subject_id): (&'static str, i64),
    kind: &'static str,
    detail: serde_json::Value,
) -> Result<(), Failure> {
    desk.about(book, subject, &subject_id.to_string())?;
    desk.note("fact", kind);
    let (actor, detail) = (desk.actor.name(), detail.to_string());
    let fact = store::fact::NewFact {
        book,
        subject,
        subject_id,
        kind,
        on_day: desk.on,
        at: desk.at,
        actor: &actor,
        detail: &detail,
    };
    store::fact::append(desk.tx, fact).await.map(drop)
}

/// Seconds since midnight in China.
pub fn second_of_day(at: DateTime<Utc>) -> i64 {
    let zone = FixedOffset::east_opt(8 * 3600).expect("eight hours are less than a day");
    i64::from(at.with_timezone(&zone).num_seconds_from_midnight())
}

/// Minutes since midnight of a time such as `09:30`; `24:00` ends a day.
pub fn minute_of(time: &str) -> Option<i64> {
    let (hours, minutes) = time.split_once(':')?;
    let two = |text: &str| -> Option<i64> {
        (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    ((hours < 24 && minutes < 60) || (hours, minutes) == (24, 0)).then_some(hours * 60 + minutes)
}

/// `陈**`, as the hall may read it.
pub fn masked(name: &str) -> String {
    name.chars().next().map_or_else(String::new, |first| format!("{first}**"))
}

/// What people write in sentences: digits half-width, nothing invisible, punctuation as it was.
pub(crate) fn prose(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}'));
    let plain = kept.map(|c| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xFEE0).expect("the full-width digits mirror ASCII"),
        other => other,
    });
    plain.collect::<String>().trim().to_owned()
}

/// A code for the reception: the book in four digits, then eight by chance.
pub(crate) fn fresh_code(book: i64, chance: &dyn Chance) -> String {
    let mut bytes = [0; 8];
    chance.fill(&mut bytes);
    format!("{book:04}{:08}", u64::from_be_bytes(bytes) % 100_000_000)
}

/// The book a code was given in, and the code without the blanks people type. A scanner types the whole address of
/// the queue, whose end is the code.
pub(crate) fn read_code(typed: &str) -> Option<(i64, String)> {
    let typed = crate::application::answers::tidy(typed);
    let code: String = typed.rsplit('/').next()?.chars().filter(|c| !c.is_whitespace()).collect();
    let right = code.len() == 12 && code.bytes().all(|byte| byte.is_ascii_digit());
    let book = code.get(..4)?.parse().ok()?;
    right.then_some((book, code))
}
