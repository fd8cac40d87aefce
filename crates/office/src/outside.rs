//! Acts that need a word from a partner first: the payment platform opens the account, the identity vendor looks at
//! the face; [`crate::signing`] asks the certificate authority. The partner is asked outside any transaction, by a number that makes
//! a repeated question the same question; then the act records the answer.

use store::Failure;
use wire::identity::{FaceAnswer, FaceSession, Person};
use wire::platform::OpenAccount;

use crate::act::{Act, Key};
use crate::application::progress::ContractState;
use crate::desk::{Case, in_scope, load};
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::origination::issue_certificate::{IssueCertificate, IssueCertificateRefusal, Issued, NewAccount};
use crate::origination::match_face::{MatchFace, MatchFaceRefusal};
use crate::who::Actor;
use crate::{Office, Refusal};

/// What a partner needs to know about a student.
pub(crate) struct Identified {
    pub(crate) case: Case,
    id_number: String,
    phone: String,
    has_account: bool,
}

impl Office {
    /// Issues the acceptance certificate; opens the payment account first when the student has none (R1.6).
    pub async fn issue_certificate(
        &self,
        actor: &Actor,
        key: &Key,
        number: &str,
    ) -> Result<Issued, No<IssueCertificateRefusal>> {
        let known = self.identified::<IssueCertificate>(actor, number).await?;
        let signed = known
            .case
            .progress
            .contract
            .as_ref()
            .is_some_and(|living| matches!(living.state, ContractState::Signed | ContractState::Reviewed));
        let mut account = None;
        if signed && !known.has_account {
            let request = OpenAccount {
                out_request_no: format!("open-{}", known.case.row.person),
                name: known.case.row.student_name.clone(),
                cert_no: known.id_number,
                phone: known.phone,
            };
            let opened = self.partners.platform.open_account(&request).await.map_err(partner_failed)?;
            // A second request answers without a password; then a new first one is asked for.
            let password = match opened.first_password {
                Some(password) => password,
                None => {
                    let renewed = self.partners.platform.renew_first_password(&opened.view.account).await;
                    renewed.map_err(partner_failed)?
                }
            };
            account = Some(NewAccount {
                platform: "alipay".to_owned(),
                account: opened.view.account,
                first_password: password.reveal().to_owned(),
            });
        }
        self.perform(actor, key, IssueCertificate { number: number.to_owned(), account }).await
    }

    /// Begins the face check of an online renewal: the student goes to the vendor's page.
    pub async fn begin_face_check(&self, actor: &Actor, number: &str) -> Result<FaceSession, No<MatchFaceRefusal>> {
        let known = self.identified::<MatchFace>(actor, number).await?;
        let person = Person {
            request_no: format!("face-{}-{}", known.case.number, known.case.progress.seq),
            name: known.case.row.student_name.clone(),
            cert_no: known.id_number,
        };
        self.partners.identity.begin_face(&person).await.map_err(partner_failed)
    }

    /// Records how the face check ended; `None` while the vendor still waits for the student.
    pub async fn finish_face_check(
        &self,
        actor: &Actor,
        key: &Key,
        number: &str,
        session: &str,
    ) -> Result<Option<()>, No<MatchFaceRefusal>> {
        let result = self.partners.identity.face_result(session).await.map_err(partner_failed)?;
        let matched = match result.answer {
            FaceAnswer::Waiting => return Ok(None),
            FaceAnswer::Matched => true,
            FaceAnswer::NotMatched => false,
        };
        let token = result.token.unwrap_or_default();
        let act = MatchFace { number: number.to_owned(), matched, token };
        self.perform(actor, key, act).await.map(Some)
    }

    /// The case as the act's permission shows it, with what partners ask for.
    pub(crate) async fn identified<A: Act>(&self, actor: &Actor, number: &str) -> Result<Identified, No<A::Refused>> {
        if !A::PERMISSION.allows(actor) {
            return Err(No::Forbidden);
        }
        let Ok(number) = number.parse::<ApplicationNumber>() else { return Err(No::NotFound) };
        let at = self.clock.now();
        let found: Result<Option<Identified>, Failure> = self
            .store
            .read("identified", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let Some(case) = load(tx, number).await? else { return Ok(None) };
                    if !in_scope(tx, actor, A::PERMISSION, &case.row, on).await? {
                        return Ok(None);
                    }
                    let id_number = store::person::id_number(tx, case.row.person).await?.unwrap_or_default();
                    let phone = store::person::phone(tx, case.row.person).await?.unwrap_or_default();
                    let has_account = store::certificate::account(tx, case.row.person).await?.is_some();
                    Ok(Some(Identified { case, id_number, phone, has_account }))
                })
            })
            .await;
        found?.ok_or(No::NotFound)
    }
}

/// A partner that does not answer, or answers nonsense, is a failure: the person tries again later.
pub(crate) fn partner_failed<R: Refusal>(fault: wire::fault::PartnerFault) -> No<R> {
    No::Failure(Failure::unavailable("a partner did not do its part").because(fault))
}
