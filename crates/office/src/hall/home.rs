//! 助学贷款服务送乡村: staff go to families far away with a pack of papers, do the same steps as at the counter, and
//! enter the papers when they are back (R8.10). The application itself then takes the counter's own acts.

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::hall::people::{self, HomeVisit};

use super::{STEPS, prose};
use crate::act::{Act, Desk};
use crate::application::answers::{read_name, tidy};
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::refusals;
use crate::who::Permission;

/// Plans a visit to one family.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanHomeVisit {
    /// The day.
    pub on: Date,
    /// Township.
    pub town: String,
    /// Village and how to find the house.
    pub village: String,
    /// Name of the student.
    pub family: String,
    /// Number of the application; empty when there is none yet.
    pub number: String,
    /// Who goes.
    pub staff: String,
    /// Which volunteer helps.
    pub volunteer: Option<i64>,
}

refusals! {
    /// Why the visit is not planned.
    pub enum PlanHomeVisitRefusal {
        /// The day is over.
        DayOver = "day_over" [] @ "on",
        /// The place is missing.
        PlaceMissing = "home_place_missing" [] @ "town",
        /// The name is not a name.
        NotAName = "not_a_name" [] @ "family",
        /// Nobody is assigned.
        NobodyAssigned = "nobody_assigned" [] @ "staff",
        /// No such application in this county.
        ApplicationUnknown = "application_unknown" [] @ "number",
        /// No such volunteer.
        VolunteerUnknown = "volunteer_unknown" [] @ "volunteer",
    }
}

#[async_trait::async_trait]
impl Act for PlanHomeVisit {
    const NAME: &'static str = "plan_home_visit";
    const PERMISSION: Permission = super::ARRANGE;
    /// Number of the visit.
    type Done = i64;
    type Refused = PlanHomeVisitRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<i64, No<PlanHomeVisitRefusal>> {
        use PlanHomeVisitRefusal as R;
        let book = super::own_hall(desk).await?;
        if self.on < desk.on {
            return Err(No::Refused(R::DayOver));
        }
        let (town, village) = (prose(&self.town), prose(&self.village));
        if town.is_empty() || village.is_empty() {
            return Err(No::Refused(R::PlaceMissing));
        }
        let family = read_name(&self.family).ok_or(No::Refused(R::NotAName))?;
        let staff = read_name(&self.staff).ok_or(No::Refused(R::NobodyAssigned))?;
        let application = match tidy(&self.number).as_str() {
            "" => None,
            typed => match typed.parse::<ApplicationNumber>() {
                Ok(number) if number.book == book => {
                    let row = store::application::by_number(desk.tx, book, number.key()).await?;
                    Some(row.ok_or(No::Refused(R::ApplicationUnknown))?.application)
                }
                _ => return Err(No::Refused(R::ApplicationUnknown)),
            },
        };
        if let Some(volunteer) = self.volunteer {
            let known = people::volunteers(desk.tx, book).await?;
            if !known.iter().any(|one| one.volunteer == volunteer) {
                return Err(No::Refused(R::VolunteerUnknown));
            }
        }
        let number = store::counter::next(desk.tx, book, "home_visit").await?;
        let visit = HomeVisit {
            book,
            home_visit: number,
            on_day: self.on,
            town,
            village,
            family,
            application,
            staff,
            volunteer: self.volunteer,
            paper_no: format!("XC{:04}{number:05}", book),
            status: "planned".to_owned(),
            note: String::new(),
            entered_at: None,
        };
        people::home_visit_plan(desk.tx, &visit).await?;
        super::note(desk, book, ("home_visit", number), "planned", serde_json::json!({ "on": self.on })).await?;
        Ok(number)
    }
}

/// The visit as it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HomeStep {
    /// The staff set out.
    SetOut,
    /// Back with the papers: steps done and what was found.
    Enter {
        /// Number on the pack, typed from the paper.
        paper_no: String,
        /// Steps of [`STEPS`] that were done.
        steps: Vec<String>,
        /// What was found.
        note: String,
    },
    /// Nobody was there, or it could not be done.
    Fail {
        /// Why.
        note: String,
    },
}

/// Records how a visit to a home went.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordHomeVisit {
    /// Number of the visit.
    pub home_visit: i64,
    /// What happened.
    pub step: HomeStep,
}

refusals! {
    /// Why it is not recorded.
    pub enum RecordHomeVisitRefusal {
        /// The visit is over.
        VisitOver = "visit_over" [],
        /// The number on the pack is another one.
        PaperDiffers = "paper_differs" [] @ "paper_no",
        /// No step was done, or there is no such step.
        StepUnknown = "step_unknown" [] @ "steps",
        /// The reason is missing.
        ReasonMissing = "visit_reason_missing" [] @ "note",
    }
}

#[async_trait::async_trait]
impl Act for RecordHomeVisit {
    const NAME: &'static str = "record_home_visit";
    const PERMISSION: Permission = super::SERVE;
    type Done = ();
    type Refused = RecordHomeVisitRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<RecordHomeVisitRefusal>> {
        use RecordHomeVisitRefusal as R;
        let book = super::own_hall(desk).await?;
        let Some(mut visit) = people::home_visit(desk.tx, book, self.home_visit).await? else {
            return Err(No::NotFound);
        };
        if matches!(visit.status.as_str(), "done" | "failed") {
            return Err(No::Refused(R::VisitOver));
        }
        let (kind, detail) = match &self.step {
            HomeStep::SetOut => {
                visit.status = "travelling".to_owned();
                ("set_out", serde_json::json!({}))
            }
            HomeStep::Enter { paper_no, steps, note } => {
                if tidy(paper_no).to_uppercase() != visit.paper_no {
                    return Err(No::Refused(R::PaperDiffers));
                }
                if steps.is_empty() || !steps.iter().all(|step| STEPS.contains(&step.as_str())) {
                    return Err(No::Refused(R::StepUnknown));
                }
                visit.status = "done".to_owned();
                visit.note = prose(note);
                visit.entered_at = Some(desk.at);
                ("entered", serde_json::json!({ "steps": steps }))
            }
            HomeStep::Fail { note } => {
                visit.note = prose(note);
                if visit.note.is_empty() {
                    return Err(No::Refused(R::ReasonMissing));
                }
                visit.status = "failed".to_owned();
                ("failed", serde_json::json!({}))
            }
        };
        people::home_visit_change(desk.tx, &visit).await?;
        super::note(desk, book, ("home_visit", visit.home_visit), kind, detail).await?;
        Ok(())
    }
}
