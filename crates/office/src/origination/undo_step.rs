//! 撤销上一步: a slip of the hand at the counter is taken back before anybody signed. The facts stay, one more says
//! what was taken back; a contract made in between loses its force like any voided one.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::ApplicationFact;
use crate::application::fact::CountyStep;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Takes the county's last step back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UndoStep {
    /// Number of the application.
    pub number: String,
    /// The step the clerk saw as the last one.
    pub step: CountyStep,
}

refusals! {
    /// Why the step stays.
    pub enum UndoStepRefusal {
        /// Nothing to take back: nothing was done yet, or somebody signed.
        NothingToUndo = "nothing_to_undo" ["xiufeng-2016" "五(四)"],
        /// Something else happened since the page was opened.
        NotTheLastStep = "not_the_last_step" ["xiufeng-2016" "五(四)"],
    }
}

#[async_trait::async_trait]
impl Act for UndoStep {
    const NAME: &'static str = "undo_step";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = UndoStepRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<UndoStepRefusal>> {
        let mut case = desk.case(&self.number).await?;
        match case.progress.undoable.last() {
            _ if case.stage() > crate::application::Stage::Accepted => {
                return Err(No::Refused(UndoStepRefusal::NothingToUndo));
            }
            None => return Err(No::Refused(UndoStepRefusal::NothingToUndo)),
            Some(last) if *last != self.step => return Err(No::Refused(UndoStepRefusal::NotTheLastStep)),
            Some(_) => {}
        }
        if let Some(contract) = super::living(&case.progress) {
            super::void_contract::void_living(desk, &case, "step_undone").await?;
            let reason = "step_undone".to_owned();
            desk.record(&mut case, ApplicationFact::ContractVoided { contract, reason }).await?;
        }
        desk.record(&mut case, ApplicationFact::StepUndone { step: self.step.clone() }).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use loan::calendar::date;

    use super::*;
    use crate::application::Stage;
    use crate::origination::{accept::Accept, generate_contract::GenerateContract};
    use crate::papers::{PaperKind, Print};
    use crate::testing::{WEICHENG, XIUFENG, arrival, signature, worlds};

    #[tokio::test]
    async fn the_last_step_is_taken_back_before_anybody_signed() {
        for world in worlds(date(2026, 8, 3)).await {
            let student = world.student(1).await;
            let number = world.at_counter(&student, "370702").await;
            let clerk = world.clerk(WEICHENG);
            let undo = |step: CountyStep| UndoStep { number: number.clone(), step };
            world.done(&clerk, Accept { number: number.clone() }).await;
            world.done(&clerk, GenerateContract { number: number.clone() }).await;
            let print = Print { number: number.clone(), kind: PaperKind::LoanContract };
            let printed = world.done(&clerk, print).await;
            world.refused(&clerk, undo(CountyStep::Arrived), "not_the_last_step").await;
            world.refused(&world.clerk(XIUFENG), undo(CountyStep::Accepted), "not_found").await;
            world.done(&clerk, undo(CountyStep::Accepted)).await;
            let view = world.office.case_view(&clerk, &number).await.unwrap();
            assert_eq!((view.stage, view.contract.is_none()), (Stage::AtCounter, true), "on {:?}", world.engine());
            assert!(view.materials.iter().all(|material| material.ticked.is_some()), "the ticks stay");
            let paper = world.office.paper(&printed.code).await.unwrap().expect("the print is known");
            assert!(paper.voided.is_some(), "a contract already printed is void");

            // Accepted again there is a new contract; once it is signed nothing is taken back.
            world.done(&clerk, Accept { number: number.clone() }).await;
            let contract = world.contract(&clerk, &number).await;
            world.refused(&clerk, undo(CountyStep::Accepted), "nothing_to_undo").await;
            world.refused(&clerk, signature(&number, &contract), "nothing_to_sign").await;

            let other = world.submitted(&world.student(2).await, "370702").await;
            world.done(&clerk, arrival(&other, true, true)).await;
            let undo = || UndoStep { number: other.clone(), step: CountyStep::Arrived };
            world.done(&clerk, undo()).await;
            assert_eq!(world.office.case_view(&clerk, &other).await.unwrap().stage, Stage::Submitted);
            world.refused(&clerk, undo(), "nothing_to_undo").await;
        }
    }
}
