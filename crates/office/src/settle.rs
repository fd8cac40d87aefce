//! 结息: what a settlement day asks of all borrowers together, looked at beforehand and compared with the run before
//! it, and the run itself. The days are the yearly 20 December, the final 20 September, and the 20th of every other
//! month but November, on which overdue money and prepayments are due. The figures are those of the ledgers: they are
//! replayed, never added up anywhere else.

use chrono::{Datelike, Days, Months};
use loan::calendar::Date;
use loan::life::RowKind;
use loan::money::Fen;
use serde::{Serialize, Serializer};
use store::{Failure, Tx};

use crate::Office;
use crate::servicing::books;
use crate::servicing::collect::CHUNK;

/// What kind of settlement a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementKind {
    /// 20 December.
    Yearly,
    /// 20 September: contracts in their last year end.
    Final,
    /// The 20th of another month.
    Monthly,
}

/// Why there is no settlement of a day, in order of precedence.
#[derive(Debug, thiserror::Error)]
pub enum NoSettlement {
    /// Nothing is settled on that day.
    #[error(
        "{on} is no settlement day: nothing is settled but on the 20th of a month other than November; \
         the nearest are {before} and {after} (sdvcst-2022 articles 22, 24, 25)"
    )]
    WrongDay {
        /// The day asked for.
        on: Date,
        /// The settlement day before it.
        before: Date,
        /// The one after it.
        after: Date,
    },
    /// The day is not over: whoever pays on it, pays in time.
    #[error(
        "{on} is not over: it can be settled from {from} on, the last day that can is {last}; --preview shows it now"
    )]
    NotOver {
        /// The day asked for.
        on: Date,
        /// The first day on which it can be settled.
        from: Date,
        /// The newest settlement day that is over.
        last: Date,
    },
    /// A day before it waits for the platform.
    #[error("{on} is not settled yet: the payment platform owes an answer for {day}; run it again later")]
    Waiting {
        /// The day asked for.
        on: Date,
        /// The day that waits.
        day: Date,
    },
    /// Disk, network or database.
    #[error(transparent)]
    Failure(#[from] Failure),
}

/// What one settlement day asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// The day.
    pub on: Date,
    /// Its kind.
    pub kind: SettlementKind,
    /// Contracts with something due on it.
    pub contracts: usize,
    /// Principal falling due.
    #[serde(serialize_with = "yuan")]
    pub principal: Fen,
    /// Borrowers' interest falling due.
    #[serde(serialize_with = "yuan")]
    pub interest: Fen,
    /// The state's interest.
    #[serde(serialize_with = "yuan")]
    pub interest_subsidised: Fen,
    /// What the borrowers pay: principal and own interest.
    #[serde(serialize_with = "yuan")]
    pub total: Fen,
    /// Overdue money with its penalty on the eve of the day, or today for a day to come; it is collected too.
    #[serde(serialize_with = "yuan")]
    pub overdue: Fen,
}

fn yuan<S: Serializer>(amount: &Fen, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(amount)
}

/// A settlement day beside the run before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SettlementRun {
    /// The day.
    pub day: Settlement,
    /// The run before: a year earlier for the yearly and the final one, the month before for the others. None when
    /// nothing was due on it.
    pub last: Option<Settlement>,
    /// True when the day was settled before this run.
    pub already_done: bool,
}

/// What kind of settlement day it is, if it is one.
pub fn kind_of(on: Date) -> Option<SettlementKind> {
    match (on.day(), on.month()) {
        (20, 11) => None,
        (20, 12) => Some(SettlementKind::Yearly),
        (20, 9) => Some(SettlementKind::Final),
        (20, _) => Some(SettlementKind::Monthly),
        _ => None,
    }
}

/// The newest settlement day before a day.
fn before(on: Date) -> Date {
    on.iter_days().rev().skip(1).find(|day| kind_of(*day).is_some()).unwrap_or(on)
}

/// The next settlement day after a day.
fn after(on: Date) -> Date {
    on.iter_days().skip(1).find(|day| kind_of(*day).is_some()).unwrap_or(on)
}

/// The run to compare with.
fn run_before(on: Date, kind: SettlementKind) -> Date {
    match kind {
        SettlementKind::Yearly | SettlementKind::Final => on.checked_sub_months(Months::new(12)).unwrap_or(on),
        SettlementKind::Monthly => before(on),
    }
}

impl Office {
    /// What the settlement of a day will ask for, or asked for. Changes nothing. `progress` is told how many contracts
    /// were looked at.
    ///
    /// # Errors
    /// [`NoSettlement::WrongDay`] and failures.
    pub async fn preview_settlement(
        &self,
        on: Date,
        progress: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<SettlementRun, NoSettlement> {
        let Some(kind) = kind_of(on) else {
            return Err(NoSettlement::WrongDay { on, before: before(on), after: after(on) });
        };
        let last_on = run_before(on, kind);
        let today = self.business_on().await?;
        let (closed, _) = self.days_done(today).await?;
        let mut sums = [Sum::default(), Sum::default()];
        let mut seen = 0;
        for book in self.books().await? {
            let mut after = 0;
            loop {
                let (part, read, next) = self
                    .store
                    .read("settlement_preview", |tx| {
                        Box::pin(async move { sum_chunk(tx, self, book, after, today, [on, last_on]).await })
                    })
                    .await?;
                sums[0].add(&part[0]);
                sums[1].add(&part[1]);
                seen += read;
                progress(seen);
                match next {
                    Some(next) => after = next,
                    None => break,
                }
            }
        }
        let [day, last] = sums;
        let last = (last.contracts > 0).then(|| last.of(last_on, kind_of(last_on).unwrap_or(SettlementKind::Monthly)));
        Ok(SettlementRun { day: day.of(on, kind), last, already_done: on <= closed })
    }

    /// Settles a day: everything that fell due up to it, in the order of the days, so many books side by side. What is
    /// settled stays settled; a run that was stopped goes on where it was.
    ///
    /// # Errors
    /// [`NoSettlement`]; the days before the one that stopped it are done.
    pub async fn settle(
        &self,
        on: Date,
        workers: usize,
        progress: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<SettlementRun, NoSettlement> {
        if kind_of(on).is_none() {
            return Err(NoSettlement::WrongDay { on, before: before(on), after: after(on) });
        }
        let today = self.business_on().await?;
        if on >= today {
            let from = on.checked_add_days(Days::new(1)).unwrap_or(on);
            return Err(NoSettlement::NotOver { on, from, last: before(today) });
        }
        let already_done = on <= self.days_done(today).await?.0;
        if !already_done {
            let turn = self.wait_for_turn().await?;
            let days = self.in_turn(turn, self.keep_up_by(workers)).await?;
            let (closed, _) = self.days_done(today).await?;
            if closed < on {
                let day = days.iter().find(|day| !day.complete).map_or(closed, |day| day.day);
                return Err(NoSettlement::Waiting { on, day });
            }
        }
        let run = self.preview_settlement(on, progress).await?;
        Ok(SettlementRun { already_done, ..run })
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    contracts: usize,
    principal: Fen,
    interest: Fen,
    subsidised: Fen,
    total: Fen,
    overdue: Fen,
}

impl Sum {
    fn add(&mut self, more: &Sum) {
        self.contracts += more.contracts;
        self.principal += more.principal;
        self.interest += more.interest;
        self.subsidised += more.subsidised;
        self.total += more.total;
        self.overdue += more.overdue;
    }

    fn of(self, on: Date, kind: SettlementKind) -> Settlement {
        let Sum { contracts, principal, interest, subsidised, total, overdue } = self;
        Settlement { on, kind, contracts, principal, interest, interest_subsidised: subsidised, total, overdue }
    }
}

async fn sum_chunk(
    tx: &mut Tx<'_>,
    office: &Office,
    book: i64,
    after: i64,
    today: Date,
    days: [Date; 2],
) -> Result<([Sum; 2], usize, Option<i64>), Failure> {
    let rows = store::contract::list_paid_out(tx, book, after, CHUNK).await?;
    let next = rows.last().map(|row| row.contract).filter(|_| rows.len() as i64 == CHUNK);
    let indexes = books::indexes(tx, office).await?;
    let mut sums = [Sum::default(); 2];
    let ledgers = books::load_all(tx, book, rows).await?;
    for ledger in &ledgers {
        let life = ledger.life(&indexes, today)?;
        for (sum, day) in sums.iter_mut().zip(days) {
            let due = life
                .rows
                .iter()
                .filter(|row| row.due_on == day && matches!(row.kind, RowKind::Settlement | RowKind::Prepayment));
            let mut any = false;
            for row in due {
                any = true;
                sum.principal += row.principal;
                sum.interest += row.interest;
                sum.subsidised += row.interest_subsidised;
                sum.total += row.total;
            }
            let eve = day.pred_opt().unwrap_or(day).min(today);
            let stood = ledger.life(&indexes, eve)?.balances;
            let overdue = stood.overdue_principal + stood.overdue_interest + stood.penalty;
            sum.overdue += overdue;
            sum.contracts += usize::from(any || overdue > Fen::ZERO);
        }
    }
    Ok((sums, ledgers.len(), next))
}

#[cfg(test)]
mod tests {
    use super::{SettlementKind, after, before, kind_of, run_before};
    use loan::calendar::date;

    #[test]
    fn h085_every_month_but_november_has_its_settlement_day() {
        let check = |day, kind| assert_eq!(kind_of(day), kind, "{day}");
        check(date(2031, 12, 19), None);
        check(date(2031, 12, 20), Some(SettlementKind::Yearly));
        check(date(2031, 12, 21), None);
        check(date(2031, 9, 20), Some(SettlementKind::Final));
        check(date(2031, 10, 20), Some(SettlementKind::Monthly));
        check(date(2031, 11, 20), None);
        assert_eq!((before(date(2031, 11, 20)), after(date(2031, 11, 20))), (date(2031, 10, 20), date(2031, 12, 20)));
        assert_eq!(run_before(date(2031, 12, 20), SettlementKind::Yearly), date(2030, 12, 20));
        assert_eq!(run_before(date(2032, 1, 20), SettlementKind::Monthly), date(2031, 12, 20));
        proof::proves!["R19.2"];
    }
}
