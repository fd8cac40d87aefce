//! 资格认定: the county certifies the hardship on the form; renewals and pre-applied students need none (R9.13, R3.6).

use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::ApplicationFact;
use crate::application::answers::tidy;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role};

/// Certifies the hardship.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Certify {
    /// Number of the application.
    pub number: String,
    /// What it rests on.
    pub basis: String,
}

refusals! {
    /// Why nothing is certified.
    pub enum CertifyRefusal {
        /// The application is not at the counter.
        NotAtCounter = "not_at_counter" ["sdvcst-2022" "5(五)"],
        /// Renewal and pre-applied students are exempt.
        NotNeeded = "certification_not_needed" ["xiufeng-2016" "五(二)"],
        /// It was certified before.
        AlreadyCertified = "already_certified" ["sdvcst-2022" "5(五)"],
        /// The basis is missing.
        BasisMissing = "basis_missing" ["sdvcst-2022" "5(五)"] @ "basis",
    }
}

#[async_trait::async_trait]
impl Act for Certify {
    const NAME: &'static str = "certify";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = ();
    type Refused = CertifyRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<CertifyRefusal>> {
        let mut case = desk.case(&self.number).await?;
        if case.stage() != crate::application::Stage::AtCounter {
            return Err(No::Refused(CertifyRefusal::NotAtCounter));
        }
        let known = crate::rules::known_facts(desk.tx, &case, desk.on).await?;
        if !crate::rules::certification_needed(desk.office, &case, &known)? {
            return Err(No::Refused(CertifyRefusal::NotNeeded));
        }
        if case.progress.certified {
            return Err(No::Refused(CertifyRefusal::AlreadyCertified));
        }
        let basis = tidy(&self.basis);
        if basis.is_empty() {
            return Err(No::Refused(CertifyRefusal::BasisMissing));
        }
        desk.record(&mut case, ApplicationFact::Certified { basis }).await?;
        Ok(())
    }
}
