//! 打印中心: what a day of a county left to print, printed at once. Every copy is counted; a second one says why, so that
//! it is known how many papers of one kind are about.

use loan::calendar::Date;
use serde::{Deserialize, Serialize};
use store::{Failure, Tx};

use super::{PaperKind, Print, PrintRefusal, Printed};
use crate::act::{Act, Desk, Key};
use crate::application::answers::tidy;
use crate::desk::county_book;
use crate::no::{No, Refusal as _};
use crate::number::ApplicationNumber;
use crate::who::{Actor, Permission, Role};
use crate::{Office, refusals};

/// Papers printed at once.
pub const AT_ONCE: usize = 50;

/// Kinds a day's work is printed in, each with the fact that makes it due.
pub const OF_A_DAY: [(PaperKind, &str); 5] = [
    (PaperKind::AcceptanceCertificate, "certificate_issued"),
    (PaperKind::LoanContract, "contract_generated"),
    (PaperKind::ApplicationForm, "submitted"),
    (PaperKind::MaterialList, "submitted"),
    (PaperKind::RenewalStatement, "statement_confirmed_by_county"),
];

/// Prints one paper for a county and counts the copy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrintCopy {
    /// Number of the application.
    pub number: String,
    /// Which paper.
    pub kind: PaperKind,
    /// Why it is printed once more; empty for the first copy.
    pub reason: String,
}

refusals! {
    /// Why no copy is printed.
    pub enum PrintCopyRefusal {
        /// Nothing is printed at all, as [`PrintRefusal`] names it.
        NotPrinted(&'static str) = "nothing_to_print" ["xiufeng-2016" "五(一)"],
        /// It was printed before, and nobody said why again.
        ReprintReasonMissing = "reprint_reason_missing" ["xiufeng-2016" "五(四)"] @ "reason",
    }
    figures |refusal| match refusal {
        PrintCopyRefusal::NotPrinted(why) => vec![("why", (*why).to_owned())],
        PrintCopyRefusal::ReprintReasonMissing => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for PrintCopy {
    const NAME: &'static str = "print_copy";
    const PERMISSION: Permission = Permission::same_office(&[Role::CountyClerk]);
    type Done = Printed;
    type Refused = PrintCopyRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Printed, No<PrintCopyRefusal>> {
        let before = {
            let case = desk.case(&self.number).await?;
            valid_print(desk.tx, (case.book(), &case.progress.contract, case.number.key()), self.kind).await?
        };
        let print = Print { number: self.number.clone(), kind: self.kind };
        let printed = print
            .decide(desk)
            .await
            .map_err(|no| no.map(|why: PrintRefusal| PrintCopyRefusal::NotPrinted(why.code())))?;
        let book = crate::number::paper_book(&printed.code).ok_or_else(|| Failure::bug("a print without a book"))?;
        let lost = || Failure::bug("a print that was just made is not there");
        let row = store::paper::by_code(desk.tx, book, &printed.code).await?.ok_or_else(lost)?;
        let copies = store::paper::copies(desk.tx, book, row.paper).await?;
        // Printed on the page of the case it counts as the first copy.
        let earlier = copies.max(i64::from(before.is_some_and(|before| before.paper == row.paper)));
        let reason = tidy(&self.reason);
        if earlier > 0 && reason.is_empty() {
            return Err(No::Refused(PrintCopyRefusal::ReprintReasonMissing));
        }
        let copy = store::paper::PaperCopy {
            book,
            paper: row.paper,
            copy: earlier + 1,
            printed_by: desk.actor.name(),
            printed_at: desk.at,
            on_day: desk.on,
            reason,
        };
        store::paper::copy_note(desk.tx, &copy).await?;
        desk.note("copy", copy.copy);
        Ok(printed)
    }
}

/// The print of a case that has its force.
async fn valid_print(
    tx: &mut Tx<'_>,
    (book, contract, application): (i64, &Option<crate::application::progress::ContractProgress>, i64),
    kind: PaperKind,
) -> Result<Option<store::paper::Paper>, Failure> {
    let (subject, id) = match (kind.is_of_contract(), contract) {
        (true, Some(living)) => ("contract", living.contract),
        (true, None) => return Ok(None),
        (false, _) => ("application", application),
    };
    let prints = store::paper::list_of_subject(tx, book, subject, id).await?;
    Ok(prints.into_iter().find(|print| print.kind == kind.code() && print.voided_at.is_none()))
}

/// One line of a day's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToPrint {
    /// Number of the application.
    pub number: String,
    /// The student.
    pub student_name: String,
    /// How often the paper was printed before.
    pub copies: i64,
}

impl Office {
    /// What the county of the actor has to print of a kind for a day.
    ///
    /// # Errors
    /// [`No::Forbidden`] for anybody who does not print there.
    pub async fn to_print(&self, actor: &Actor, kind: PaperKind, on: Date) -> crate::view::Seen<Vec<ToPrint>> {
        let Some(county) = actor.office().filter(|_| PrintCopy::PERMISSION.allows(actor)) else {
            return Err(No::Forbidden);
        };
        let Some((_, fact)) = OF_A_DAY.into_iter().find(|(known, _)| *known == kind) else { return Err(No::NotFound) };
        let found: Result<Vec<ToPrint>, Failure> = self
            .store
            .read("to_print", |tx| {
                Box::pin(async move {
                    let Some(book) = county_book(tx, county, on).await? else { return Ok(Vec::new()) };
                    let mut lines = Vec::new();
                    for application in store::fact::subjects_of_day(tx, book, "application", fact, on).await? {
                        let number = ApplicationNumber::of(book, application);
                        let Some(case) = crate::desk::load(tx, number).await? else { continue };
                        let due = match kind {
                            PaperKind::AcceptanceCertificate => case.progress.certificate.is_some(),
                            PaperKind::LoanContract => case.progress.contract.is_some(),
                            _ => !case.stage().is_with_student(),
                        };
                        if !due {
                            continue;
                        }
                        let key = (book, &case.progress.contract, case.number.key());
                        let copies = match valid_print(tx, key, kind).await? {
                            Some(print) => store::paper::copies(tx, book, print.paper).await?.max(1),
                            None => 0,
                        };
                        let student_name = case.row.student_name;
                        lines.push(ToPrint { number: number.to_string(), student_name, copies });
                    }
                    Ok(lines)
                })
            })
            .await;
        Ok(found?)
    }

    /// Prints papers of many applications and binds them into one file, in the order asked for.
    ///
    /// # Errors
    /// The first refusal ends it; what was counted before stays counted.
    pub async fn print_many(
        &self,
        actor: &Actor,
        key: &Key,
        kind: PaperKind,
        numbers: &[String],
        reason: &str,
    ) -> Result<Vec<u8>, No<PrintCopyRefusal>> {
        let mut files = Vec::new();
        for number in numbers.iter().take(AT_ONCE) {
            let part =
                Key::new(&format!("{}.{number}", key.as_str())).ok_or_else(|| Failure::bug("a key has no room"))?;
            let act = PrintCopy { number: number.clone(), kind, reason: reason.to_owned() };
            let printed = self.perform(actor, &part, act).await?;
            let (_, file) = self.paper_file(actor, &printed.code).await.map_err(|no| no.map(|never| match never {}))?;
            files.push(file);
        }
        paper::bundle(&files).map_err(|no| No::Failure(Failure::bug(no.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use loan::calendar::date;

    use super::*;
    use crate::testing::{WEICHENG, XIUFENG, code_of, worlds};

    #[tokio::test]
    async fn a_day_is_printed_at_once_and_a_second_copy_says_why() {
        for world in worlds(date(2026, 8, 3)).await {
            let mut numbers = Vec::new();
            for serial in [710, 711] {
                let student = world.student(serial).await;
                numbers.push(world.certified(&student, "370702").await.0);
            }
            let clerk = world.clerk(WEICHENG);
            let kind = PaperKind::AcceptanceCertificate;
            let today = date(2026, 8, 3);
            let listed = world.office.to_print(&clerk, kind, today).await.unwrap();
            assert_eq!(
                listed.iter().map(|line| (&line.number, line.copies)).collect::<Vec<_>>(),
                [(&numbers[0], 0), (&numbers[1], 0)]
            );
            assert_eq!(world.office.to_print(&clerk, kind, date(2026, 8, 2)).await.unwrap(), []);
            assert_eq!(world.office.to_print(&world.clerk(XIUFENG), kind, today).await.unwrap(), []);
            let print = async |reason: &str| {
                let key = world.key();
                world.office.print_many(&clerk, &key, kind, &numbers, reason).await
            };
            assert!(print("").await.unwrap().starts_with(b"%PDF-1.7"));
            assert_eq!(code_of(&print("").await.unwrap_err()), "reprint_reason_missing");
            print("打印机卡纸").await.unwrap();
            let listed = world.office.to_print(&clerk, kind, today).await.unwrap();
            assert_eq!(listed.iter().map(|line| line.copies).collect::<Vec<_>>(), [2, 2]);
            let other = PrintCopy { number: numbers[0].clone(), kind, reason: String::new() };
            world.refused(&world.clerk(XIUFENG), other, "not_found").await;
            let none = PrintCopy { number: numbers[0].clone(), kind: PaperKind::PaymentReceipt, reason: String::new() };
            world.refused(&clerk, none, "nothing_to_print").await;
            for small in [PaperKind::MaterialList, PaperKind::ApplicationForm, PaperKind::LoanContract] {
                let key = world.key();
                let file = world.office.print_many(&clerk, &key, small, &numbers[..1], "").await.unwrap();
                assert!(file.starts_with(b"%PDF-1.7"), "{small:?}");
            }
        }
    }
}
