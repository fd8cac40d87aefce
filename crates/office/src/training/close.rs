//! 办结: a training is over when everything it is for was done. The graduating borrowers all know when and how to repay
//! and have the four papers (R4.7, R4.8); every head teacher was there (R4.10); what the staff read is kept (R4.11).

use serde::{Deserialize, Serialize};

use super::{Kind, delivered, open_training};
use crate::act::{Act, Desk};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Closes a training.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CloseTraining {
    /// Number of the training at the office.
    pub training: i64,
}

refusals! {
    /// Why it stays open.
    pub enum CloseTrainingRefusal {
        /// It was closed before.
        TrainingClosed = "training_closed" ["xiufeng-2016" "三(一)2(3)"],
        /// The day has not come.
        NotYet = "not_yet" ["xiufeng-2016" "三(一)2(3)"],
        /// Nobody was there.
        NobodyCame = "nobody_came" ["xiufeng-2016" "三(一)2(3)"],
        /// Papers were not handed out; the figure says how many.
        MaterialsMissing(usize) = "training_materials_missing" ["hubei-grad-2023" "一.2", "hubei-2024" "神农架"],
        /// Somebody on the list was not there; the figure says how many.
        SomebodyMissing(usize) = "training_somebody_missing" ["hubei-2024" "枣阳"],
        /// Somebody does not know yet when and how to repay; the figure says how many.
        SomebodyDoesNotKnow(usize) = "training_somebody_does_not_know" ["hubei-grad-2023" "一.2"],
    }
    figures |refusal| match refusal {
        CloseTrainingRefusal::MaterialsMissing(many)
        | CloseTrainingRefusal::SomebodyMissing(many)
        | CloseTrainingRefusal::SomebodyDoesNotKnow(many) => vec![("many", many.to_string())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for CloseTraining {
    const NAME: &'static str = "close_training";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk, Role::SchoolOfficer]);
    type Done = ();
    type Refused = CloseTrainingRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<CloseTrainingRefusal>> {
        use CloseTrainingRefusal as R;
        let (training, kind, closed) = open_training(desk, self.training).await?;
        if closed {
            return Err(No::Refused(R::TrainingClosed));
        }
        if desk.on < training.on_day {
            return Err(No::Refused(R::NotYet));
        }
        let list = store::training::attendees(desk.tx, training.owner, training.training).await?;
        if !list.iter().any(|one| one.attended) {
            return Err(No::Refused(R::NobodyCame));
        }
        let papers = delivered(&training)?;
        let missing = kind.materials().iter().filter(|code| !papers.iter().any(|paper| paper.what == **code)).count();
        // What the staff worked with is kept too, whatever it was.
        let missing = missing + usize::from(kind == Kind::Staff && papers.is_empty());
        if missing > 0 {
            return Err(No::Refused(R::MaterialsMissing(missing)));
        }
        let away = list.iter().filter(|one| !one.attended).count();
        if kind == Kind::HeadTeachers && away > 0 {
            return Err(No::Refused(R::SomebodyMissing(away)));
        }
        let unsure = list.iter().filter(|one| !one.knows).count();
        if kind == Kind::Leavers && unsure > 0 {
            return Err(No::Refused(R::SomebodyDoesNotKnow(unsure)));
        }
        desk.note("attended", list.len() - away);
        store::training::close(desk.tx, training.owner, training.training, desk.on).await?;
        Ok(())
    }
}
