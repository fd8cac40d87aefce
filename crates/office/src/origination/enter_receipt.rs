//! 电子回执: on the student's request, with contract and certificate shown, the school enters the code and what
//! the student still owes (R11.2, R11.3, R11.9). A code of another school, a used one and a made-up one look
//! alike to whoever guesses; wrong codes are counted (H060).

use chrono::Timelike;
use serde::{Deserialize, Serialize};

use crate::act::{Act, Desk};
use crate::application::answers::read_amount;
use crate::application::{ApplicationFact, Stage};
use crate::no::No;
use crate::number::{ApplicationNumber, tidy_code};
use crate::refusals;
use crate::who::{Actor, Permission, Role};

/// Wrong codes one school may type in an hour.
pub const WRONG_CODES_MAX: i64 = 5;

/// Enters the receipt of one student.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnterReceipt {
    /// The receipt code, as typed or scanned.
    pub code: String,
    /// Tuition owed, in yuan as typed.
    pub tuition: String,
    /// Accommodation owed, in yuan as typed.
    pub accommodation: String,
    /// The student asked for it and showed contract and certificate.
    pub papers_shown: bool,
}

/// Entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// Number of the application.
    pub number: String,
    /// The student's name.
    pub student_name: String,
    /// What the school will get, in fen: never more than the loan.
    pub to_school_fen: i64,
}

refusals! {
    /// Why the receipt is not taken.
    pub enum EnterReceiptRefusal {
        /// Too many wrong codes in this hour.
        TooManyWrongCodes = "too_many_wrong_codes" ["sdvcst-2022" "13"] @ "code",
        /// Contract and certificate were not shown.
        PapersNotShown = "papers_not_shown" ["sdvcst-2022" "13"] @ "papers_shown",
        /// No living certificate of a student of this school has that code.
        CodeUnknown = "code_unknown" ["sdvcst-2022" "13"] @ "code",
        /// The code served before.
        CodeUsed = "code_used" ["sdvcst-2022" "13"] @ "code",
        /// The last day is over.
        DeadlinePassed(loan::calendar::Date) = "deadline_passed" ["sdvcst-2022" "13", "xiufeng-2016" "三(一)3(4)"],
        /// Tuition owed is not an amount of zero or more.
        TuitionNotAnAmount = "tuition_not_an_amount" ["sdvcst-2022" "15"] @ "tuition",
        /// Accommodation owed is not an amount of zero or more.
        AccommodationNotAnAmount = "accommodation_not_an_amount" ["sdvcst-2022" "15"] @ "accommodation",
    }
    figures |refusal| match refusal {
        EnterReceiptRefusal::DeadlinePassed(day) => vec![("deadline_on", day.to_string())],
        _ => Vec::new(),
    }
}

/// The counter of wrong codes of one school.
fn counted(actor: &Actor) -> String {
    format!("receipt_code:{}", actor.office().unwrap_or_default())
}

#[async_trait::async_trait]
impl Act for EnterReceipt {
    const NAME: &'static str = "enter_receipt";
    const PERMISSION: Permission = Permission::same_office(&[Role::SchoolOfficer]);
    type Done = Entered;
    type Refused = EnterReceiptRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Entered, No<EnterReceiptRefusal>> {
        use EnterReceiptRefusal as R;
        let office = desk.actor.office().ok_or(No::Forbidden)?;
        let hour = hour_of(desk.at);
        if store::rate::count(desk.tx, &counted(desk.actor), hour).await? >= WRONG_CODES_MAX {
            return Err(No::Refused(R::TooManyWrongCodes));
        }
        if !self.papers_shown {
            return Err(No::Refused(R::PapersNotShown));
        }
        let code = tidy_code(&self.code);
        let Some(found) = store::owner_case::school_by_code(desk.tx, office, &code).await? else {
            return Err(No::Refused(R::CodeUnknown));
        };
        let number = ApplicationNumber::of(found.book, found.application);
        let mut case = desk.case(&number.to_string()).await?;
        if case.stage() > Stage::CertificateIssued && !case.stage().is_over() || case.row.status == "disbursed" {
            return Err(No::Refused(R::CodeUsed));
        }
        let deadline = crate::rules::receipt_deadline(desk.office, &case)?;
        if desk.on > deadline.last_on {
            return Err(No::Refused(R::DeadlinePassed(deadline.last_on)));
        }
        if case.stage() != Stage::CertificateIssued {
            return Err(No::Refused(R::CodeUnknown));
        }
        let tuition = read_amount(&self.tuition).map_err(|_| No::Refused(R::TuitionNotAnAmount))?;
        let accommodation = read_amount(&self.accommodation).map_err(|_| No::Refused(R::AccommodationNotAnAmount))?;
        let owed = tuition + accommodation;
        let loan = loan::money::Fen(case.row.amount_fen.unwrap_or_default());
        let to_school = owed.min(loan);

        let receipt = store::certificate::Receipt {
            book: case.book(),
            application: case.number.key(),
            certificate: case.progress.certificate.unwrap_or_default(),
            school_code: case.row.school_code.clone().unwrap_or_default(),
            owed_tuition_fen: tuition.0,
            owed_lodging_fen: accommodation.0,
            entered_by: desk.actor.name(),
            entered_on: desk.on,
            entered_at: desk.at,
        };
        store::certificate::receipt_enter(desk.tx, &receipt).await?;
        let key = (case.book(), case.number.key());
        store::owner_case::school_entered(desk.tx, office, key, desk.on, owed.0, desk.at).await?;
        desk.record(&mut case, ApplicationFact::ReceiptEntered { owed_fen: owed.0 }).await?;
        super::hand_to_bank(desk, &case, to_school).await?;
        Ok(Entered {
            number: number.to_string(),
            student_name: case.row.student_name.clone(),
            to_school_fen: to_school.0,
        })
    }

    async fn refused(
        &self,
        office: &crate::Office,
        actor: &Actor,
        refusal: &EnterReceiptRefusal,
    ) -> Result<(), store::Failure> {
        if *refusal != EnterReceiptRefusal::CodeUnknown {
            return Ok(());
        }
        let (name, hour) = (counted(actor), hour_of(office.clock.now()));
        let name = name.as_str();
        office
            .store
            .write("count_wrong_code", |tx| Box::pin(async move { store::rate::add(tx, name, hour).await.map(drop) }))
            .await
    }
}

/// The hour an attempt counts in.
pub(crate) fn hour_of(at: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    at.with_minute(0).and_then(|at| at.with_second(0)).and_then(|at| at.with_nanosecond(0)).unwrap_or(at)
}
