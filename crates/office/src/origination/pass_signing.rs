//! 签了一半的电子合同: one signed, the other did not. After three days the contract loses its force, so that nobody is held
//! by half a contract; the clerk makes a new one when both are ready. A job asks for each, once a day.

use loan::calendar::Date;
use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk, Key};
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::origination::e_sign::PARTLY_SIGNED;
use crate::refusals;
use crate::who::{Actor, Permission};

/// Days after the first signature within which the last one must follow. No document names a number: the family is at
/// the counter together, and a weekend may lie between two phones.
pub const DAYS_TO_SIGN: i64 = 3;

/// Lets the term act on one application.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PassSigning {
    /// Number of the application.
    pub number: String,
}

refusals! {
    /// Why nothing happens.
    pub enum PassSigningRefusal {
        /// Nobody signed, or everybody did.
        NotHalfSigned = "not_half_signed" ["hubei-2024" "红安"],
        /// The last day is not over yet.
        SigningNotOver = "signing_not_over" ["hubei-2024" "红安"],
    }
}

#[async_trait::async_trait]
impl Act for PassSigning {
    const NAME: &'static str = "pass_signing";
    const PERMISSION: Permission = Permission::SYSTEM;
    type Done = ();
    type Refused = PassSigningRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<PassSigningRefusal>> {
        let mut case = desk.case(&self.number).await?;
        let living = case.progress.contract.clone().filter(|_| case.stage() == Stage::Accepted);
        let Some((contract, began_on)) = living.and_then(|living| Some((living.contract, living.e_signed_on?))) else {
            return Err(No::Refused(PassSigningRefusal::NotHalfSigned));
        };
        if crate::view::days_until(began_on, desk.on) <= DAYS_TO_SIGN {
            return Err(No::Refused(PassSigningRefusal::SigningNotOver));
        }
        let reason = "not_signed_in_time".to_owned();
        super::void_contract::void_living(desk, &case, &reason).await?;
        desk.record(&mut case, ApplicationFact::ContractVoided { contract, reason }).await?;
        Ok(())
    }
}

impl crate::Office {
    /// Takes the force from every contract that stayed half signed; answers how many.
    ///
    /// # Errors
    /// A failure of our own.
    pub async fn pass_signings(&self, on: Date) -> Result<usize, store::Failure> {
        let actor = Actor::system("calendar");
        let mut ended = 0;
        for number in self.half_signed().await? {
            let key = Key::new(&format!("signing-{number}-{on}")).expect("numbers are visible text");
            match self.perform(&actor, &key, PassSigning { number }).await {
                Ok(()) => ended += 1,
                Err(No::Refused(_)) => {}
                Err(No::Failure(failure)) => return Err(failure),
                Err(no) => return Err(store::Failure::bug(format!("the signing job met {no:?}"))),
            }
        }
        Ok(ended)
    }

    async fn half_signed(&self) -> Result<Vec<String>, store::Failure> {
        self.store
            .read("half_signed", |tx| {
                Box::pin(async move {
                    let mut numbers = Vec::new();
                    for book in store::office_place::books(tx).await?.iter().filter(|book| book.scheme == "origin") {
                        let rows =
                            store::contract::list_of_status(tx, book.book, PARTLY_SIGNED, 0, i64::from(u16::MAX))
                                .await?;
                        for row in rows {
                            numbers.push(crate::number::ApplicationNumber::of(book.book, row.application).to_string());
                        }
                    }
                    Ok(numbers)
                })
            })
            .await
    }
}
