//! 安排培训: one training, or the whole season as the county's rules set it: every Monday from the first day to the last
//! (R4.3).

use chrono::Weekday;
use loan::calendar::Date;
use loan::policy::choice::TrainingPart;
use loan::policy::{Parameter, Question, Scheme, training};
use serde::{Deserialize, Serialize};
use store::training::Training;

use super::Kind;
use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// When, where and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What it is called; empty for the usual name.
    pub title: String,
    /// Such as 09:00.
    pub from_time: String,
    /// Such as 12:00.
    pub to_time: String,
    /// Room, or the class group.
    pub place: String,
    /// Who teaches.
    pub held_by: String,
}

/// Plans one training.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanTraining {
    /// For whom.
    pub kind: Kind,
    /// The day.
    pub on_day: Date,
    /// When, where and by whom.
    pub setting: Setting,
}

/// Plans the season of trainings before the loan that the county's rules set for this year.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanSeason {
    /// When, where and by whom.
    pub setting: Setting,
}

/// What was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Numbers of the trainings at the office.
    pub trainings: Vec<i64>,
}

refusals! {
    /// Why nothing is planned.
    pub enum PlanTrainingRefusal {
        /// Another office holds such trainings.
        KindOfOthers = "training_of_others" ["xiufeng-2016" "三(一)2(3)", "hubei-grad-2023" "一.2"] @ "kind",
        /// Place and room are missing.
        PlaceMissing = "place_missing" ["xiufeng-2016" "三(一)2(3)"] @ "place",
        /// The times are no times, or end before they begin.
        TimesWrong = "times_wrong" ["xiufeng-2016" "三(一)2(2)"] @ "from_time",
        /// Aid teachers are taught before the graduation confirmation ends.
        AfterConfirmation(Date) = "training_after_confirmation" ["sdvcst-2022" "20(一)"] @ "on_day",
        /// The rules of the county set no season this year.
        NoSeason = "no_training_season" ["xiufeng-2016" "三(一)2(2)"],
        /// The season is planned.
        SeasonPlanned = "training_season_planned" ["xiufeng-2016" "三(一)2(2)"],
    }
    figures |refusal| match refusal {
        PlanTrainingRefusal::AfterConfirmation(day) => vec![("confirmation_on", day.to_string())],
        _ => Vec::new(),
    }
}

/// `09:00`.
fn is_time(text: &str) -> bool {
    text.len() == 5 && chrono::NaiveTime::parse_from_str(text, "%H:%M").is_ok()
}

impl Setting {
    fn read(&self) -> Result<Setting, No<PlanTrainingRefusal>> {
        let read = Setting {
            title: tidy(&self.title),
            from_time: tidy(&self.from_time).replace('：', ":"),
            to_time: tidy(&self.to_time).replace('：', ":"),
            place: tidy(&self.place),
            held_by: tidy(&self.held_by),
        };
        if read.place.is_empty() {
            return Err(No::Refused(PlanTrainingRefusal::PlaceMissing));
        }
        if !is_time(&read.from_time) || !is_time(&read.to_time) || read.to_time <= read.from_time {
            return Err(No::Refused(PlanTrainingRefusal::TimesWrong));
        }
        Ok(read)
    }
}

/// Enters one training and answers its number.
async fn enter(desk: &mut Desk<'_, '_>, kind: Kind, on_day: Date, setting: &Setting) -> Result<i64, store::Failure> {
    let owner = desk.actor.office().ok_or_else(|| store::Failure::bug("a training without its office"))?;
    let number = store::counter::next_of_owner(desk.tx, owner, "training").await?;
    let county = match crate::desk::county_book(desk.tx, owner, desk.on).await? {
        Some(book) => Some(crate::desk::county_of_book(desk.tx, book).await?),
        None => None,
    };
    let question = Question { scheme: Scheme::Origin, on: on_day, county: county.as_deref(), school: None };
    let parts: Vec<TrainingPart> = match kind {
        Kind::Borrowers => {
            training::parts(desk.office.policy, &question).unwrap_or_else(|_| TrainingPart::ALL.to_vec())
        }
        Kind::Leavers => vec![TrainingPart::Integrity, TrainingPart::Repayment, TrainingPart::Alipay],
        _ => Vec::new(),
    };
    let parts: Vec<&str> = parts.into_iter().map(TrainingPart::code).collect();
    let training = Training {
        owner,
        training: number,
        kind: kind.code().to_owned(),
        title: setting.title.clone(),
        on_day,
        from_time: setting.from_time.clone(),
        to_time: setting.to_time.clone(),
        place: setting.place.clone(),
        held_by: setting.held_by.clone(),
        parts: serde_json::to_string(&parts).expect("codes are plain data"),
        materials: "[]".to_owned(),
        planned_by: desk.actor.name(),
        planned_at: desk.at,
        closed_on: None,
    };
    store::training::plan(desk.tx, &training).await?;
    desk.about(0, "training", &format!("{owner}:{number}"))?;
    Ok(number)
}

#[async_trait::async_trait]
impl Act for PlanTraining {
    const NAME: &'static str = "plan_training";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = Planned;
    type Refused = PlanTrainingRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Planned, No<PlanTrainingRefusal>> {
        if !desk.actor.roles().contains(&self.kind.held_by()) {
            return Err(No::Refused(PlanTrainingRefusal::KindOfOthers));
        }
        let setting = self.setting.read()?;
        if self.kind == Kind::AidTeachers {
            let owner = desk.actor.office().ok_or(No::Forbidden)?;
            let office = store::office_place::by_number(desk.tx, owner).await?;
            let school = office.and_then(|office| office.school_code);
            let question =
                Question { scheme: Scheme::Origin, on: self.on_day, county: None, school: school.as_deref() };
            let last = desk.office.policy.month_day(&question, Parameter::ConfirmationBy).ok();
            let last = last.map(|day| day.in_year(chrono::Datelike::year(&self.on_day)));
            if let Some(last) = last.filter(|last| self.on_day >= *last) {
                return Err(No::Refused(PlanTrainingRefusal::AfterConfirmation(last)));
            }
        }
        let number = enter(desk, self.kind, self.on_day, &setting).await?;
        Ok(Planned { trainings: vec![number] })
    }
}

#[async_trait::async_trait]
impl Act for PlanSeason {
    const NAME: &'static str = "plan_training_season";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = Planned;
    type Refused = PlanTrainingRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Planned, No<PlanTrainingRefusal>> {
        use PlanTrainingRefusal as R;
        let setting = self.setting.read()?;
        let owner = desk.actor.office().ok_or(No::Forbidden)?;
        let book = crate::desk::county_book(desk.tx, owner, desk.on).await?.ok_or(No::Forbidden)?;
        let county = crate::desk::county_of_book(desk.tx, book).await?;
        let question = Question { scheme: Scheme::Origin, on: desk.on, county: Some(&county), school: None };
        let days = training::sessions(desk.office.policy, &question, Weekday::Mon).unwrap_or_default();
        let Some(first) = days.first() else { return Err(No::Refused(R::NoSeason)) };
        let known = store::training::list(desk.tx, owner, *first).await?;
        if known.iter().any(|training| training.kind == Kind::Borrowers.code() && days.contains(&training.on_day)) {
            return Err(No::Refused(R::SeasonPlanned));
        }
        let mut trainings = Vec::with_capacity(days.len());
        for day in days {
            trainings.push(enter(desk, Kind::Borrowers, day, &setting).await?);
        }
        desk.note("trainings", trainings.len());
        Ok(Planned { trainings })
    }
}
