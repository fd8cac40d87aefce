//! The contract is made from the application: the terms of the policy version, the whole repayment plan, a
//! number of its own (R10.1, R10.5). A correction makes a new number; the void one stays readable (R10.12).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::progress::ContractState;
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
        let id_number = store::person::id_number(desk.tx, case.row.person).await?.unwrap_or_default();
        let contract = store::contract::Contract {
            book: case.book(),
            contract: number.key(),
            number: number.to_string(),
            application: case.number.key(),
            version: case.progress.voided.len() as i64 + 1,
            person: case.row.person,
            co_person: case.row.co_person,
            policy_on: case.row.policy_on,
            school_code: case.row.school_code.clone().unwrap_or_default(),
            principal_fen: terms.principal_fen,
            matures_in: i64::from(terms.matures_in),
            terms: serde_json::to_string(&terms).expect("terms are plain data"),
            generated_on: desk.on,
            student_name: case.row.student_name.clone(),
            co_name: case.row.co_name.clone(),
            id_tail: desk.tx.keyring().tail_index("contract", case.book(), &id_number),
            signed_on: None,
            disbursed_on: None,
            status: ContractState::Generated.code().to_owned(),
            next_due_on: None,
            outstanding_fen: 0,
            overdue_fen: 0,
            settled_on: None,
            changed_at: desk.at,
        };
        store::contract::enter(desk.tx, &contract).await?;
        desk.record(&mut case, ApplicationFact::ContractGenerated { contract: number.key() }).await?;
        desk.note("contract", number.to_string());
        Ok(Generated { contract: number.to_string() })
    }
}
