//! The electronic signature from the first page to the file: the contract is printed, the certificate authority signs
//! it in the person's name, the signature goes into the PDF and the act records it. The authority is asked outside any
//! transaction. And the way back: what a PDF says about who signed it, checked from its bytes alone.

use paper::signature::{self, NotOurs, Signer};
use store::{Failure, Tx};
use wire::authority::{Broken, SignRequest, Signed};
use wire::identity::Person;

use crate::act::Key;
use crate::application::fact::Party;
use crate::desk::Case;
use crate::no::No;
use crate::origination::e_sign::{ESign, ESignRefusal, SignedPaper, may_sign, party};
use crate::outside::partner_failed;
use crate::papers::{PaperKind, Print};
use crate::who::Actor;
use crate::{Office, day};

/// A signature found in a PDF, and believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    /// Name in the certificate.
    pub name: String,
    /// Masked ID number in the certificate.
    pub id_masked: String,
    /// In which part, as the file tells it: 借款学生, 共同借款人.
    pub part: String,
    /// When, by the authority's time stamp.
    pub at: chrono::DateTime<chrono::Utc>,
}

/// Why a PDF proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotProved {
    /// Nobody signed it.
    Unsigned,
    /// It was changed after it was signed.
    Changed,
    /// A signature in it is not of the authority we trust.
    NotTrusted,
}

/// Who signed a PDF. `check` tells whether a signature was made under the trusted root for a digest.
///
/// # Errors
/// [`NotProved`].
pub fn signers(
    pdf: &[u8],
    check: impl Fn(&[u8], &[u8; 32]) -> Result<Signed, Broken>,
) -> Result<Vec<SignedBy>, NotProved> {
    let found = signature::signatures(pdf).map_err(|_| NotProved::Changed)?;
    if found.is_empty() {
        return Err(NotProved::Unsigned);
    }
    let believed = |one: signature::Signature| match check(&one.cms, &one.sha256) {
        Ok(Signed { name, id_masked, at }) if name == one.signer.name => {
            Ok(SignedBy { name, id_masked, part: one.signer.part, at })
        }
        Ok(_) | Err(Broken::Document | Broken::Form) => Err(NotProved::Changed),
        Err(_) => Err(NotProved::NotTrusted),
    };
    found.into_iter().map(believed).collect()
}

/// The signed file of a contract, and the print it was made of.
pub(crate) async fn kept_file(
    tx: &mut Tx<'_>,
    case: &Case,
    contract: i64,
) -> Result<Option<(store::paper::Paper, Vec<u8>)>, Failure> {
    let prints = store::paper::list_of_subject(tx, case.book(), "contract", contract).await?;
    let is_signed = |print: &store::paper::Paper| {
        print.voided_at.is_none() && print.kind == PaperKind::LoanContract.code() && print.file_digest.is_some()
    };
    let Some(print) = prints.into_iter().find(is_signed) else { return Ok(None) };
    let file = file_of(tx, &print, case.row.person).await?;
    Ok(file.map(|file| (print, file)))
}

/// The file kept of a print.
pub(crate) async fn file_of(
    tx: &mut Tx<'_>,
    print: &store::paper::Paper,
    person: i64,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(digest) = &print.file_digest else { return Ok(None) };
    Ok(store::paper::file_read(tx, print.book, person, digest).await?.map(|(_, content)| content))
}

/// Who signs, as the authority and the paper must know it.
struct Signatory {
    contract: i64,
    name: String,
    id_number: String,
}

impl Office {
    /// Who signed a PDF, under the root this installation trusts.
    ///
    /// # Errors
    /// [`NotProved`].
    pub fn check_pdf(&self, pdf: &[u8]) -> Result<Vec<SignedBy>, NotProved> {
        signers(pdf, |cms, digest| self.partners.authority.check(cms, digest))
    }

    /// Lets the certificate authority sign the contract in the actor's name, and records the signature.
    ///
    /// # Errors
    /// The refusals of [`ESign`]; a failure when a partner does not answer.
    pub async fn e_sign(&self, actor: &Actor, key: &Key, number: &str) -> Result<(), No<ESignRefusal>> {
        let act = |signed| ESign { number: number.to_owned(), signed };
        let known = self.identified::<ESign>(actor, number).await?;
        let by = party(actor).ok_or(No::Forbidden)?;
        let signatory = match self.signatory(&known.case, by).await {
            Ok(signatory) => signatory,
            // The same request sent twice has its answer already; everything else is refused by the act itself.
            Err(No::Refused(_)) => return self.perform(actor, key, act(None)).await,
            Err(no) => return Err(no),
        };
        let (book, contract) = (known.case.book(), signatory.contract);
        let print = Print { number: number.to_owned(), kind: PaperKind::LoanContract };
        let code = match self.perform(actor, &part_of(key, "print")?, print).await {
            Ok(printed) => printed.code,
            Err(no) => return Err(no.map(|_| ESignRefusal::NothingToSign)),
        };
        let (upon, base) = self.paper_file(actor, &code).await.map_err(|no| no.map(|never| match never {}))?;
        let at = self.clock.now();
        let signer = Signer {
            name: signatory.name.clone(),
            part: match by {
                Party::Borrower => "借款学生",
                Party::CoBorrower => "共同借款人",
            }
            .to_owned(),
            at: crate::papers::shanghai(at),
        };
        let unfit = |no: NotOurs| No::Failure(Failure::bug(format!("{code}: {no}")));
        let prepared = signature::prepare(&base, &signer).map_err(unfit)?;
        let digest = hex::encode(prepared.sha256());
        let identity_token = match known.case.face_token().filter(|_| known.case.progress.online) {
            Some(token) => token.to_owned(),
            None => self.compared(&signatory, &format!("sign-{book}-{contract}-{}", &digest[..16])).await?,
        };
        let request = SignRequest {
            request_no: format!("sign-{book}-{contract}-{}", &digest[..16]),
            name: signatory.name,
            cert_no: signatory.id_number,
            identity_token,
            document_sha256: digest,
        };
        let signature = self.partners.authority.sign(&request).await.map_err(partner_failed)?;
        let file = prepared.embed(&signature.der()).map_err(unfit)?;
        let signed = SignedPaper { code, upon, file, reference: signature.signature_no };
        self.perform(actor, key, act(Some(signed))).await
    }

    /// The vendor's word that a name and a number belong together.
    async fn compared(&self, signatory: &Signatory, request_no: &str) -> Result<String, No<ESignRefusal>> {
        let person = Person {
            request_no: request_no.to_owned(),
            name: signatory.name.clone(),
            cert_no: signatory.id_number.clone(),
        };
        let compared = self.partners.identity.compare(&person).await.map_err(partner_failed)?;
        if compared.matches { Ok(compared.token) } else { Err(No::Refused(ESignRefusal::IdentityNotConfirmed)) }
    }

    /// The person who signs, if that may be now.
    async fn signatory(&self, case: &Case, by: Party) -> Result<Signatory, No<ESignRefusal>> {
        let at = self.clock.now();
        let found: Result<Result<Signatory, No<ESignRefusal>>, Failure> = self
            .store
            .read("signatory", |tx| {
                Box::pin(async move {
                    let on = day::business_on(tx, at).await?;
                    let living = match may_sign(tx, case, by, on).await {
                        Ok(living) => living,
                        Err(No::Failure(failure)) => return Err(failure),
                        Err(no) => return Ok(Err(no)),
                    };
                    let lacking = || Failure::corrupt("a signatory is nobody we know");
                    let person = match by {
                        Party::Borrower => case.row.person,
                        Party::CoBorrower => case.row.co_person.ok_or_else(lacking)?,
                    };
                    let row = store::person::by_number(tx, person).await?.ok_or_else(lacking)?;
                    let id_number = store::person::id_number(tx, person).await?.ok_or_else(lacking)?;
                    Ok(Ok(Signatory { contract: living.contract, name: row.name, id_number }))
                })
            })
            .await;
        found?
    }
}

/// The key of one step of a request.
fn part_of(key: &Key, part: &str) -> Result<Key, Failure> {
    Key::new(&format!("{}.{part}", key.as_str())).ok_or_else(|| Failure::bug("a key has no room for its parts"))
}
