//! 续贷声明: the school confirms it first, then the county (R7.6). The same act serves both; the office of the
//! one who reads decides whose turn it is.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::ApplicationFact;
use crate::application::progress::Statement;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Confirms the statement of one renewal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConfirmStatement {
    /// Number of the application.
    pub number: String,
}

refusals! {
    /// Why it is not confirmed.
    pub enum ConfirmStatementRefusal {
        /// Nothing was written, or it is with the student again.
        NotWritten = "statement_not_written" ["sdvcst-2022" "12(四)"],
        /// The application itself was not submitted yet.
        NotSubmitted = "not_submitted" ["sdvcst-2022" "12(四)"],
        /// The school has not confirmed it yet.
        SchoolFirst = "school_confirms_first" ["sdvcst-2022" "12(四)"],
        /// It was confirmed before.
        AlreadyConfirmed = "already_confirmed" ["sdvcst-2022" "12(四)"],
    }
}

#[async_trait::async_trait]
impl Act for ConfirmStatement {
    const NAME: &'static str = "confirm_statement";
    const PERMISSION: Permission = Permission::same_office(&[Role::SchoolOfficer, Role::CountyClerk]);
    type Done = ();
    type Refused = ConfirmStatementRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<ConfirmStatementRefusal>> {
        use ConfirmStatementRefusal::{AlreadyConfirmed, NotSubmitted, NotWritten, SchoolFirst};
        let mut case = desk.case(&self.number).await?;
        let school = desk.actor.roles().contains(&Role::SchoolOfficer);
        let fact = match (&case.progress.statement, school) {
            (Statement::None | Statement::ReturnedBySchool(_) | Statement::ReturnedByCounty(_), _) => {
                return Err(No::Refused(NotWritten));
            }
            _ if case.stage().is_with_student() || case.stage().is_over() => return Err(No::Refused(NotSubmitted)),
            (Statement::Written, true) => ApplicationFact::StatementConfirmedBySchool,
            (Statement::Written, false) => return Err(No::Refused(SchoolFirst)),
            (Statement::ConfirmedBySchool, false) => ApplicationFact::StatementConfirmedByCounty,
            (Statement::ConfirmedBySchool, true) | (Statement::ConfirmedByCounty, _) => {
                return Err(No::Refused(AlreadyConfirmed));
            }
        };
        desk.record(&mut case, fact).await?;
        Ok(())
    }
}
