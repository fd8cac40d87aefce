//! After the money moved: schools post what arrived and hand the receipts out, borrowers prepay, defer and convert,
//! the platform's file is wrong once. And the last day, on which the bank stands in the middle of its batches.

use chrono::Datelike;
use loan::calendar::{Date, date};
use office::Actor;
use office::application::fact::Party;
use office::number::ApplicationNumber;
use office::servicing::batch::BuildBatch;
use office::servicing::care::{ConvertPricing, DeferPrincipal};
use office::servicing::prepay::FilePrepayment;
use office::servicing::school_money::{HandOut, PostSerial};
use office::servicing::study::{ChangeStudy, NewStudy, StudyCause};
use office::view::repayment::Loan;
use store::arrival::Arrival;
use wire::sandbox::world::{BillFaultKind, Faults};

use super::season::{Goal, Season, Student};
use crate::Stopped;
use crate::steps::stopped;

/// The pricing could be converted in this year only (R16.5).
const CONVERSION: i32 = 2020;
/// In this season some who study took a year off.
const YEAR_OFF: i32 = 2022;
/// From this season on the receipts are still in the teachers' drawers.
const POSTED_ONLY: i32 = 2024;
/// The season in which finance has not posted what arrived, and the platform's file was wrong for a day.
const ARRIVED_ONLY: i32 = 2025;

impl Season<'_, '_> {
    /// In August: conversions in the one year that allowed them, and deferrals where a circular allows them.
    pub(super) async fn care(&self, students: &[Student]) -> Result<(), Stopped> {
        for (index, student) in borrowers(students) {
            let actor = Actor::student(student.person);
            if self.year == CONVERSION && index % 3 == 1 {
                for loan in self.open_loans(&actor).await? {
                    if loan.terms.disbursed_on.year() < CONVERSION {
                        let act = ConvertPricing { contract: loan.number, floating: index.is_multiple_of(2) };
                        self.steps.act(&actor, act).await?;
                    }
                }
            }
            let school = self.school(student);
            let studies = student.freshman_in + school.years > self.year;
            if self.year == YEAR_OFF && studies && index % 4 == 1 {
                self.change_study(student, student.freshman_in + school.years + 1).await?;
            }
            let policy = self.steps.office.policy;
            let scheme = loan::policy::Scheme::Origin;
            let allowed = loan::policy::product::deferral_allowed(policy, scheme, self.year);
            if allowed.is_ok_and(|(allowed, _)| allowed) && index % 6 == 2 {
                for loan in self.open_loans(&actor).await? {
                    let today = self.steps.office.business_on().await?;
                    let falls_due = |row: &loan::life::Row| {
                        row.due_on > today && row.due_on.year() == self.year && row.principal.is_positive()
                    };
                    if loan.rows.iter().any(falls_due) {
                        self.steps.act(&actor, DeferPrincipal { contract: loan.number }).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A sick year: the family comes to the counter, and study and subsidy end a year later.
    async fn change_study(&self, student: &Student, graduates_in: i32) -> Result<(), Stopped> {
        let loans = self.open_loans(&Actor::student(student.person)).await?;
        let Some(loan) = loans.into_iter().next() else { return Ok(()) };
        let act = ChangeStudy {
            contract: loan.number,
            study: NewStudy { cause: StudyCause::Suspension, graduates_in, resumes_on: None },
            asked_by: Party::CoBorrower,
            proof: "学校休学证明".to_owned(),
            plan_change_agreed: true,
        };
        self.steps.act(&self.county(student).clerk, act).await.map(drop)
    }

    /// In September: some who work already pay everything back on the 20th, some a part of it.
    pub(super) async fn prepay(&self, students: &[Student]) -> Result<(), Stopped> {
        for (index, student) in borrowers(students).filter(|(index, _)| (index + self.year as usize) % 12 == 5) {
            let works = student.freshman_in + self.school(student).years < self.year;
            let actor = Actor::student(student.person);
            for loan in self.open_loans(&actor).await? {
                if !works || loan.terms.matures_in <= self.year || !loan.balances.overdue_principal.is_zero() {
                    continue;
                }
                let amount = if index.is_multiple_of(2) { "all" } else { "1000" };
                let act = FilePrepayment { contract: loan.number, amount: amount.to_owned() };
                self.steps.act(&actor, act).await?;
            }
        }
        Ok(())
    }

    async fn open_loans(&self, borrower: &Actor) -> Result<Vec<Loan>, Stopped> {
        let owed = self.steps.office.repayment(borrower).await.map_err(stopped("repayment", borrower))?;
        Ok(owed.loans.into_iter().filter(|loan| loan.settled_on.is_none()).collect())
    }

    /// Finance posts every serial that arrived; teachers hand the receipts out.
    pub(super) async fn school_money(&self) -> Result<(), Stopped> {
        if self.year >= ARRIVED_ONLY {
            return Ok(());
        }
        for school in &self.places.schools {
            let Some(owner) = school.officer.office() else { continue };
            let found: Result<Vec<Arrival>, store::Failure> = self
                .steps
                .office
                .store
                .read("demonstration_arrivals", |tx| {
                    Box::pin(async move { store::arrival::list(tx, owner, i64::from(u16::MAX)).await })
                })
                .await;
            let mut open: Vec<Arrival> = found?.into_iter().filter(|arrival| arrival.matched_at.is_none()).collect();
            open.sort_by(|a, b| (&a.serial, a.row_no).cmp(&(&b.serial, b.row_no)));
            let mut serials: Vec<&str> = open.iter().map(|arrival| arrival.serial.as_str()).collect();
            serials.dedup();
            for serial in serials {
                self.steps.act(&school.finance, PostSerial { serial: serial.to_owned() }).await?;
            }
            for arrival in open.iter().filter(|_| self.year < POSTED_ONLY) {
                let number = ApplicationNumber::of(arrival.book, arrival.application).to_string();
                self.steps.act(&school.counsellor, HandOut { number }).await?;
            }
        }
        Ok(())
    }

    /// Once the platform's file names other amounts than were paid out; the differences wait for a person.
    pub(super) async fn wrong_file(&self) -> Result<(), Stopped> {
        if self.year != ARRIVED_ONLY {
            return Ok(());
        }
        let wrong = Faults { bill: BillFaultKind::OtherAmounts, ..Faults::default() };
        self.steps.sandbox.set_faults(&wrong).await?;
        self.go_to(date(self.year, 10, 22)).await?;
        Ok(self.steps.sandbox.set_faults(&Faults::default()).await?)
    }

    /// The last day: one batch waits for its check, another is with the platform, which has not answered yet.
    pub(super) async fn last_day(&self, newcomers: &[Student], day: Date) -> Result<(), Stopped> {
        self.go_to(day).await?;
        let of = |goal: Goal| -> Vec<String> {
            newcomers.iter().filter(|student| student.goal == goal).map(|student| student.contract.clone()).collect()
        };
        let places = self.places;
        for goal in [Goal::Batched, Goal::Sent] {
            let contracts = of(goal);
            if contracts.is_empty() {
                continue;
            }
            let made = self.steps.act(&places.maker, BuildBatch { contracts }).await?;
            if goal == Goal::Sent {
                let slow = Faults { answer_processing: true, ..Faults::default() };
                self.steps.sandbox.set_faults(&slow).await?;
                self.steps.send(places.bank, &places.checker, &made).await?;
                self.steps.sandbox.set_faults(&Faults::default()).await?;
            }
        }
        Ok(())
    }
}

/// Those whose first loan was paid out, with their place in the register.
fn borrowers(students: &[Student]) -> impl Iterator<Item = (usize, &Student)> {
    students.iter().enumerate().filter(|(_, student)| student.goal == Goal::Disbursed)
}
