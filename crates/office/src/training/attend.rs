//! 签到和发材料: who came, who knows when and how to repay, and what was handed out.

use serde::{Deserialize, Serialize};

use super::{Delivered, delivered, open_training};
use crate::act::{Act, Desk};
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Notes who came. Whoever is not named did not come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MarkAttendance {
    /// Number of the training at the office.
    pub training: i64,
    /// Numbers on the list of those who were there.
    pub attended: Vec<i64>,
    /// Numbers of those who can say when and how they repay.
    pub know: Vec<i64>,
}

/// Notes that a paper was handed out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliverMaterial {
    /// Number of the training at the office.
    pub training: i64,
    /// Code of [`super::Kind::materials`], or the title of another paper.
    pub what: String,
}

refusals! {
    /// Why nothing is noted.
    pub enum MarkAttendanceRefusal {
        /// The training is over.
        TrainingClosed = "training_closed" ["xiufeng-2016" "三(一)2(3)"],
        /// The day has not come.
        NotYet = "not_yet" ["xiufeng-2016" "三(一)2(3)"],
        /// No such number stands on the list.
        NotOnTheList = "attendee_unknown" ["xiufeng-2016" "三(一)2(3)"],
        /// The paper has no title.
        MaterialMissing = "material_missing" ["hubei-grad-2023" "一.2"] @ "what",
    }
}

#[async_trait::async_trait]
impl Act for MarkAttendance {
    const NAME: &'static str = "mark_attendance";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = ();
    type Refused = MarkAttendanceRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<MarkAttendanceRefusal>> {
        use MarkAttendanceRefusal as R;
        let (training, _, closed) = open_training(desk, self.training).await?;
        if closed {
            return Err(No::Refused(R::TrainingClosed));
        }
        if desk.on < training.on_day {
            return Err(No::Refused(R::NotYet));
        }
        let list = store::training::attendees(desk.tx, training.owner, training.training).await?;
        let known = |number: &i64| list.iter().any(|one| one.attendee == *number);
        if !self.attended.iter().chain(&self.know).all(known) {
            return Err(No::Refused(R::NotOnTheList));
        }
        for one in &list {
            let attended = self.attended.contains(&one.attendee);
            let knows = attended && self.know.contains(&one.attendee);
            if (one.attended, one.knows) != (attended, knows) {
                let (marked_by, marked_at) = (desk.actor.name(), desk.at);
                let marked = store::training::Attendee { attended, knows, marked_by, marked_at, ..one.clone() };
                store::training::attendee_mark(desk.tx, &marked).await?;
            }
        }
        desk.note("attended", self.attended.len());
        Ok(())
    }
}

#[async_trait::async_trait]
impl Act for DeliverMaterial {
    const NAME: &'static str = "deliver_material";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = ();
    type Refused = MarkAttendanceRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<MarkAttendanceRefusal>> {
        use MarkAttendanceRefusal as R;
        let (training, _, closed) = open_training(desk, self.training).await?;
        if closed {
            return Err(No::Refused(R::TrainingClosed));
        }
        let what = tidy(&self.what);
        if what.is_empty() {
            return Err(No::Refused(R::MaterialMissing));
        }
        let mut all = delivered(&training)?;
        if all.iter().any(|known| known.what == what) {
            return Ok(());
        }
        desk.note("material", what.as_str());
        all.push(Delivered { what, on: desk.on });
        let text = serde_json::to_string(&all).expect("titles are plain data");
        store::training::set_materials(desk.tx, training.owner, training.training, &text).await?;
        Ok(())
    }
}
