//! The borrowers of a school as those who look after them see them: where each loan stands and who graduates when.
//! Amounts are bands until something is overdue: who reminds needs to know no more (ux C4).

use loan::calendar::Date;
use store::Failure;

use super::Seen;
use crate::Office;
use crate::clock::academic_year;
use crate::no::No;
use crate::servicing::books;
use crate::who::{Actor, Role};

/// Years back in which a loan of the school may have begun.
const YEARS: i32 = 30;

/// The borrowers of a school.
#[derive(Clone, Debug)]
pub struct Borrowers {
    /// Business day.
    pub on: Date,
    /// One row for every contract, by faculty and name.
    pub rows: Vec<BorrowerView>,
}

/// One contract of a student of the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BorrowerView {
    /// The student's name.
    pub student_name: String,
    /// Faculty and class.
    pub college: String,
    /// Academic year of the loan.
    pub academic_year: i64,
    /// State of the contract (b5).
    pub status: String,
    /// Year of graduation.
    pub graduates_in: i32,
    /// Lower and upper end of the principal in yuan.
    pub band: (i64, Option<i64>),
    /// Overdue, in fen; zero while nothing is.
    pub overdue_fen: i64,
    /// Next day with something to pay.
    pub next_due_on: Option<Date>,
}

/// The band of a principal.
fn band(fen: i64) -> (i64, Option<i64>) {
    match fen / 100 {
        ..8_000 => (0, Some(8_000)),
        8_000..16_000 => (8_000, Some(16_000)),
        _ => (16_000, None),
    }
}

impl Office {
    /// Every paid-out contract of the actor's school.
    pub async fn school_borrowers(&self, actor: &Actor) -> Seen<Borrowers> {
        let owner = match actor.office() {
            Some(office) if actor.roles().iter().any(|role| matches!(role, Role::Counsellor | Role::SchoolOfficer)) => {
                office
            }
            _ => return Err(No::Forbidden),
        };
        let at = self.clock.now();
        let found: Result<Borrowers, Failure> = self
            .store
            .read("school_borrowers", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let indexes = books::indexes(tx, self).await?;
                    let day = books::open(tx, on).await?.day();
                    let this_year = academic_year(on);
                    let mut rows = Vec::new();
                    for year in this_year - YEARS..=this_year {
                        for case in store::owner_case::school_list(tx, owner, i64::from(year), None).await? {
                            let Some(contract) = case.contract else { continue };
                            let Some(ledger) = books::load(tx, case.book, contract).await? else { continue };
                            let Some(terms) = &ledger.terms else { continue };
                            let life = ledger.life(&indexes, day)?;
                            let status = match ledger.row.settled_on {
                                Some(_) => ledger.row.status.clone(),
                                None => books::standing(&ledger, &life.balances, day)?.to_owned(),
                            };
                            let overdue = life.balances.overdue_principal + life.balances.overdue_interest;
                            rows.push(BorrowerView {
                                student_name: case.student_name,
                                college: case.college.unwrap_or_default(),
                                academic_year: case.academic_year,
                                status,
                                graduates_in: terms.graduates_in,
                                band: band(ledger.row.principal_fen),
                                overdue_fen: overdue.0,
                                next_due_on: ledger.row.next_due_on,
                            });
                        }
                    }
                    rows.sort_by(|a, b| (&a.college, &a.student_name).cmp(&(&b.college, &b.student_name)));
                    Ok(Borrowers { on, rows })
                })
            })
            .await;
        Ok(found?)
    }
}

#[cfg(test)]
mod tests {
    use super::band;

    #[test]
    fn a_principal_is_told_as_a_band() {
        let check = |yuan: i64, expected| assert_eq!(band(yuan * 100), expected, "{yuan}");
        check(1_000, (0, Some(8_000)));
        check(7_999, (0, Some(8_000)));
        check(8_000, (8_000, Some(16_000)));
        check(15_999, (8_000, Some(16_000)));
        check(16_000, (16_000, None));
    }
}
