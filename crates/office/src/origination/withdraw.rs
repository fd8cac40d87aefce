//! 撤回: before signing the student may take the application back; the year is free again.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Takes an application back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Withdraw {
    /// Number of the application.
    pub number: String,
}

refusals! {
    /// Why it cannot be taken back.
    pub enum WithdrawRefusal {
        /// It came to an end before.
        AlreadyOver = "already_over" ["sdvcst-2022" "14"],
        /// The contract is signed; a clerk must help.
        ContractSigned = "contract_signed" ["xiufeng-2016" "五(四)"],
    }
}

#[async_trait::async_trait]
impl Act for Withdraw {
    const NAME: &'static str = "withdraw";
    const PERMISSION: Permission = Permission::own(&[Role::Student]);
    type Done = ();
    type Refused = WithdrawRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<WithdrawRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if case.stage().is_over() {
            return Err(No::Refused(WithdrawRefusal::AlreadyOver));
        }
        if case.stage() >= Stage::ContractSigned {
            return Err(No::Refused(WithdrawRefusal::ContractSigned));
        }
        super::void_contract::void_living(desk, &case, "withdrawn").await?;
        crate::hall::booking::release(desk, case.row.person, (case.book(), case.number.key()), "withdrawn").await?;
        desk.record(&mut case, ApplicationFact::Withdrawn).await?;
        super::release_year(desk, &case).await?;
        Ok(())
    }
}
