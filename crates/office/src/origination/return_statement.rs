//! 续贷声明 given back: not objective, not positive, or not about the past year (R7.8). The student writes it
//! again; the rest of the application stays where it is.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::ApplicationFact;
use crate::application::answers::tidy;
use crate::application::progress::Statement;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Gives the statement back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReturnStatement {
    /// Number of the application.
    pub number: String,
    /// Why, in words for the student.
    pub reason: String,
}

refusals! {
    /// Why it is not given back.
    pub enum ReturnStatementRefusal {
        /// The reason is missing.
        ReasonMissing = "reason_missing" ["sdvcst-2022" "12(四)"] @ "reason",
        /// It is not this office's turn to read it.
        NotYourTurn = "not_your_turn" ["sdvcst-2022" "12(四)"],
    }
}

#[async_trait::async_trait]
impl Act for ReturnStatement {
    const NAME: &'static str = "return_statement";
    const PERMISSION: Permission = Permission::same_office(&[Role::SchoolOfficer, Role::CountyClerk]);
    type Done = ();
    type Refused = ReturnStatementRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ReturnStatementRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let reason = tidy(&self.reason);
        if reason.is_empty() {
            return Err(No::Refused(ReturnStatementRefusal::ReasonMissing));
        }
        let school = desk.actor.roles().contains(&Role::SchoolOfficer);
        let out_of_reach = case.stage().is_with_student() || case.stage() >= crate::application::Stage::Accepted;
        let fact = match (&case.progress.statement, school) {
            _ if out_of_reach => return Err(No::Refused(ReturnStatementRefusal::NotYourTurn)),
            (Statement::Written, true) => ApplicationFact::StatementReturnedBySchool { reason },
            (Statement::ConfirmedBySchool, false) => ApplicationFact::StatementReturnedByCounty { reason },
            _ => return Err(No::Refused(ReturnStatementRefusal::NotYourTurn)),
        };
        desk.record(&mut case, fact).await?;
        Ok(())
    }
}
