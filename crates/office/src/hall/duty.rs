//! 值班: the telephone is answered day and night in the season (R8.7), each call is written down; windows and service
//! areas have their people, volunteers their hours (R8.11).

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::hall::people::{self, PhoneCall, Shift, Volunteer};

use crate::act::{Act, Desk};
use crate::application::answers::{read_name, tidy};
use crate::no::No;
use crate::refusals;
use crate::who::Permission;

/// Kinds of duty.
pub const DUTIES: &[&str] = &["phone", "window", "volunteer"];

/// Plans one shift.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanShift {
    /// The day it begins.
    pub on: Date,
    /// From, such as `20:00`.
    pub begins: String,
    /// To, such as `08:00`; not after the beginning means the next morning.
    pub ends: String,
    /// Code of [`DUTIES`].
    pub duty: String,
    /// Name; of a volunteer it comes from the list.
    pub who: String,
    /// Number called during a telephone shift.
    pub phone: String,
    /// Which volunteer.
    pub volunteer: Option<i64>,
    /// Service area, or the family guided one to one.
    pub area: String,
}

refusals! {
    /// Why the shift is not planned.
    pub enum PlanShiftRefusal {
        /// The day is over.
        DayOver = "day_over" [] @ "on",
        /// The hours are no times.
        HoursWrong = "hours_wrong" [] @ "begins",
        /// No such duty.
        DutyUnknown = "duty_unknown" [] @ "duty",
        /// The name is not a name.
        NotAName = "not_a_name" [] @ "who",
        /// The telephone needs a number.
        PhoneMissing = "duty_phone_missing" [] @ "phone",
        /// No such volunteer, or no longer.
        VolunteerUnknown = "volunteer_unknown" [] @ "volunteer",
        /// The person has another shift at that time.
        ShiftOverlaps = "shift_overlaps" [] @ "begins",
    }
}

#[async_trait::async_trait]
impl Act for PlanShift {
    const NAME: &'static str = "plan_shift";
    const PERMISSION: Permission = super::ARRANGE;
    /// Number of the shift.
    type Done = i64;
    type Refused = PlanShiftRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<PlanShiftRefusal>> {
        use PlanShiftRefusal as R;
        let book = super::own_hall(desk).await?;
        if self.on < desk.on {
            return Err(No::Refused(R::DayOver));
        }
        let (Some(_), Some(_)) = (super::minute_of(&self.begins), super::minute_of(&self.ends)) else {
            return Err(No::Refused(R::HoursWrong));
        };
        if !DUTIES.contains(&self.duty.as_str()) {
            return Err(No::Refused(R::DutyUnknown));
        }
        let who = if self.duty == "volunteer" {
            let known = people::volunteers(desk.tx, book).await?;
            let found = known.into_iter().find(|one| Some(one.volunteer) == self.volunteer);
            match found.filter(|one| one.from_on <= self.on && one.to_on.is_none_or(|to| self.on <= to)) {
                Some(volunteer) => volunteer.name,
                None => return Err(No::Refused(R::VolunteerUnknown)),
            }
        } else {
            read_name(&self.who).ok_or(No::Refused(R::NotAName))?
        };
        let phone = tidy(&self.phone);
        if self.duty == "phone" && phone.chars().filter(char::is_ascii_digit).count() < 7 {
            return Err(No::Refused(R::PhoneMissing));
        }
        let shift = Shift {
            book,
            shift: store::counter::next(desk.tx, book, "shift").await?,
            on_day: self.on,
            begins: self.begins.clone(),
            ends: self.ends.clone(),
            duty: self.duty.clone(),
            who,
            phone,
            volunteer: self.volunteer.filter(|_| self.duty == "volunteer"),
            area: super::prose(&self.area),
            minutes: None,
        };
        let around =
            people::shifts(desk.tx, book, self.on - chrono::Days::new(1), self.on + chrono::Days::new(1)).await?;
        let mine = hours(&shift, self.on);
        if around.iter().any(|other| other.who == shift.who && overlap(hours(other, self.on), mine)) {
            return Err(No::Refused(R::ShiftOverlaps));
        }
        people::shift_plan(desk.tx, &shift).await?;
        desk.about(book, "shift", &shift.shift.to_string())?;
        Ok(shift.shift)
    }
}

/// Minutes of a shift as seen from a day: 0 is that day's midnight.
pub fn hours(shift: &Shift, from: Date) -> (i64, i64) {
    let day = (shift.on_day - from).num_days() * 24 * 60;
    let begins = super::minute_of(&shift.begins).unwrap_or(0);
    let ends = super::minute_of(&shift.ends).unwrap_or(0);
    (day + begins, day + if ends > begins { ends } else { ends + 24 * 60 })
}

fn overlap(one: (i64, i64), other: (i64, i64)) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// Hours of a day at which nobody answers the telephone, as minutes since midnight; none when the day is covered.
pub fn gaps(shifts: &[Shift], day: Date) -> Vec<(i64, i64)> {
    let mut covered: Vec<(i64, i64)> =
        shifts.iter().filter(|shift| shift.duty == "phone").map(|shift| hours(shift, day)).collect();
    covered.sort_unstable();
    let (mut gaps, mut until) = (Vec::new(), 0);
    for (begins, ends) in covered {
        if begins > until && until < 24 * 60 {
            gaps.push((until, begins.min(24 * 60)));
        }
        until = until.max(ends);
    }
    if until < 24 * 60 {
        gaps.push((until, 24 * 60));
    }
    gaps
}

/// Who answers the telephone at a minute of a day.
pub fn on_phone(shifts: &[Shift], day: Date, minute: i64) -> Option<&Shift> {
    shifts.iter().filter(|shift| shift.duty == "phone").find(|shift| {
        let (begins, ends) = hours(shift, day);
        (begins..ends).contains(&minute)
    })
}

/// Writes down how long a shift was served.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServeShift {
    /// Number of the shift.
    pub shift: i64,
    /// Minutes served.
    pub minutes: i64,
}

refusals! {
    /// Why the hours are not counted.
    pub enum ServeShiftRefusal {
        /// The shift has not begun.
        ShiftAhead = "shift_ahead" [],
        /// Nobody serves longer than the shift and an hour.
        MinutesWrong = "minutes_wrong" [] @ "minutes",
    }
}

#[async_trait::async_trait]
impl Act for ServeShift {
    const NAME: &'static str = "serve_shift";
    const PERMISSION: Permission = super::ARRANGE;
    type Done = ();
    type Refused = ServeShiftRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ServeShiftRefusal>> {
        let book = super::own_hall(desk).await?;
        let Some(shift) = people::shift(desk.tx, book, self.shift).await? else { return Err(No::NotFound) };
        if shift.on_day > desk.on {
            return Err(No::Refused(ServeShiftRefusal::ShiftAhead));
        }
        let (begins, ends) = hours(&shift, shift.on_day);
        if !(0..=ends - begins + 60).contains(&self.minutes) {
            return Err(No::Refused(ServeShiftRefusal::MinutesWrong));
        }
        people::shift_served(desk.tx, book, self.shift, self.minutes).await?;
        desk.about(book, "shift", &self.shift.to_string())?;
        desk.note("minutes", self.minutes);
        Ok(())
    }
}

/// Takes a volunteer in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecruitVolunteer {
    /// Name.
    pub name: String,
    /// Where the volunteer studies.
    pub school: String,
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub to_on: Option<Date>,
}

refusals! {
    /// Why the volunteer is not taken in.
    pub enum RecruitVolunteerRefusal {
        /// The name is not a name.
        NotAName = "not_a_name" [] @ "name",
        /// The days are in the wrong order.
        DaysWrong = "days_wrong" [] @ "to_on",
    }
}

#[async_trait::async_trait]
impl Act for RecruitVolunteer {
    const NAME: &'static str = "recruit_volunteer";
    const PERMISSION: Permission = super::ARRANGE;
    /// Number of the volunteer.
    type Done = i64;
    type Refused = RecruitVolunteerRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<RecruitVolunteerRefusal>> {
        let book = super::own_hall(desk).await?;
        let Some(name) = read_name(&self.name) else { return Err(No::Refused(RecruitVolunteerRefusal::NotAName)) };
        if self.to_on.is_some_and(|to| to < self.from_on) {
            return Err(No::Refused(RecruitVolunteerRefusal::DaysWrong));
        }
        let number = store::counter::next(desk.tx, book, "volunteer").await?;
        let volunteer = Volunteer {
            book,
            volunteer: number,
            name,
            school: tidy(&self.school),
            from_on: self.from_on,
            to_on: self.to_on,
        };
        people::volunteer_enter(desk.tx, &volunteer).await?;
        desk.about(book, "volunteer", &number.to_string())?;
        Ok(number)
    }
}

/// Writes one telephone call down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogCall {
    /// How the caller wants to be addressed.
    pub caller: String,
    /// The caller's number; only its last four are kept.
    pub phone: String,
    /// What was asked.
    pub about: String,
    /// What was said.
    pub answer: String,
}

refusals! {
    /// Why the call is not written down.
    pub enum LogCallRefusal {
        /// What was asked is missing.
        AboutMissing = "about_missing" [] @ "about",
        /// What was said is missing.
        AnswerMissing = "answer_missing" [] @ "answer",
    }
}

#[async_trait::async_trait]
impl Act for LogCall {
    const NAME: &'static str = "log_call";
    const PERMISSION: Permission = super::RECEIVE;
    /// Number of the call.
    type Done = i64;
    type Refused = LogCallRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<LogCallRefusal>> {
        let book = super::own_hall(desk).await?;
        let (about, answer) =
            (super::question::without_numbers(&self.about), super::question::without_numbers(&self.answer));
        if about.is_empty() {
            return Err(No::Refused(LogCallRefusal::AboutMissing));
        }
        if answer.is_empty() {
            return Err(No::Refused(LogCallRefusal::AnswerMissing));
        }
        let digits: Vec<char> = tidy(&self.phone).chars().filter(char::is_ascii_digit).collect();
        let number = store::counter::next(desk.tx, book, "phone_call").await?;
        let call = PhoneCall {
            book,
            phone_call: number,
            on_day: desk.on,
            at: desk.at,
            caller: tidy(&self.caller),
            tail: digits[digits.len().saturating_sub(4)..].iter().collect(),
            about,
            answer,
            taken_by: desk.actor.name(),
        };
        people::call_keep(desk.tx, &call).await?;
        desk.about(book, "phone_call", &number.to_string())?;
        Ok(number)
    }
}
