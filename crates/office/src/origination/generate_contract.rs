//! The contract is made from the application: the terms of the policy version, the whole repayment plan, a
//! number of its own (R10.1, R10.5). A correction makes a new number; the void one stays readable (R10.12).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::number::ContractNumber;
use crate::refusals;
use crate::rules;
use crate::who::{Permission, Role};

/// Makes the contract of an accepted application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GenerateContract {
    /// Number of the application.
    pub number: String,
}

/// The contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// Its number.
    pub contract: String,
}

refusals! {
    /// Why no contract is made.
    pub enum GenerateContractRefusal {
        /// The application is not accepted.
        NotAccepted = "not_accepted" ["sdvcst-2022" "12(二)"],
        /// There is a living contract.
        AlreadyGenerated = "already_generated" ["xiufeng-2016" "五(四)"],
    }
}

#[async_trait::async_trait]
impl Act for GenerateContract {
    const NAME: &'static str = "generate_contract";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = Generated;
    type Refused = GenerateContractRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Generated, No<GenerateContractRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if case.stage() != Stage::Accepted {
            return Err(No::Refused(GenerateContractRefusal::NotAccepted));
        }
        if case.progress.contract.is_some() {
            return Err(No::Refused(GenerateContractRefusal::AlreadyGenerated));
        }
        let terms = rules::terms(desk.office, &case, desk.on)?;
        let year = case.number.year;
        let sequence = store::counter::next(desk.tx, case.book(), &format!("contract:{year}")).await?;
        let number = ContractNumber { year, book: case.book(), sequence };
        let row = store::contract::New {
            book: case.book(),
            contract: number.key(),
            number: &number.to_string(),
            application: case.number.key(),
            version: case.progress.voided.len() as i64 + 1,
            policy_on: case.row.policy_on,
            principal_fen: terms.principal_fen,
            matures_in: i64::from(terms.matures_in),
            terms: &serde_json::to_string(&terms).expect("terms are plain data"),
            generated_on: desk.on,
            status: "generated",
            at: desk.at,
        };
        store::contract::create(desk.tx, row, &case.row).await?;
        desk.record(&mut case, ApplicationFact::ContractGenerated { contract: number.key() }).await?;
        desk.note("contract", number.to_string());
        Ok(Generated { contract: number.to_string() })
    }
}
