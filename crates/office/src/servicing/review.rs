//! 银行审查: a clerk of the branch looks at an application whose receipt is entered (R12.1). What is unusual is
//! named, so that whoever approves sees it; nothing of it stops the approval by itself.

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// 审查.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Review {
    /// Application number.
    pub number: String,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Codes of what is unusual: `account_missing`, `amount_differs`, `maturity_differs`, `overdue_loan`.
    pub exceptions: Vec<String>,
}

refusals! {
    /// Why not, in order of precedence.
    pub enum ReviewRefusal {
        /// The receipt is not there yet, or the bank looked already.
        NotWaiting = "not_waiting" ["sdvcst-2022" "14"],
    }
}

#[async_trait::async_trait]
impl Act for Review {
    const NAME: &'static str = "bank_review";
    const PERMISSION: Permission = Permission::same_office(&[Role::BankMaker]);
    type Done = Reviewed;
    type Refused = ReviewRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Reviewed, No<ReviewRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if case.stage() != Stage::ReceiptEntered {
            return Err(No::Refused(ReviewRefusal::NotWaiting));
        }
        let exceptions = exceptions(desk, &case).await?;
        desk.record(&mut case, ApplicationFact::BankReviewed).await?;
        super::show_state(desk, &case, None).await?;
        desk.note("exceptions", exceptions.clone());
        Ok(Reviewed { exceptions })
    }
}

/// What is unusual about a case before the bank.
pub(crate) async fn exceptions(
    desk: &mut Desk<'_, '_>,
    case: &crate::desk::Case,
) -> Result<Vec<String>, store::Failure> {
    let mut found = Vec::new();
    if store::certificate::account(desk.tx, case.row.person).await?.is_none() {
        found.push("account_missing".to_owned());
    }
    if let Some(living) = &case.progress.contract
        && let Some(row) = store::contract::by_number(desk.tx, case.book(), living.contract).await?
    {
        if Some(row.principal_fen) != case.row.amount_fen {
            found.push("amount_differs".to_owned());
        }
        if Some(row.matures_in) != case.row.matures_in {
            found.push("maturity_differs".to_owned());
        }
    }
    let others = crate::origination::contracts_of(desk.tx, case.row.person).await?;
    if others.iter().any(|contract| contract.overdue_fen > 0) {
        found.push("overdue_loan".to_owned());
    }
    Ok(found)
}
