//! 对账: the platform's file of a past day is laid beside our trades of that day, one against one. A difference is
//! written down with both amounts and waits for a person; nothing is corrected by itself (H074). A file that is cut,
//! altered or of another day is refused whole and asked for again (H073).

use std::collections::BTreeMap;

use loan::calendar::Date;
use loan::money::Fen;
use serde::{Deserialize, Serialize};
use store::trade::{Difference, Trade};
use store::{Failure, Tx};
use wire::platform::TradeKind;
use wire::platform::bill::{self, BillLine, DailyBill};

use crate::Office;

/// Setting: the last day whose file was laid beside our books.
const RECONCILED_THROUGH: &str = "reconciled_through";

/// Before any trade.
const FIRST_DAY: Date = match Date::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => panic!("a day of the calendar"),
};

/// What laying a file beside our books showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciled {
    /// Trades that are the same on both sides.
    pub matched: usize,
    /// Trades that are not; each waits for a person.
    pub different: usize,
}

impl Reconciled {
    /// Both together.
    pub(crate) fn and(self, more: Reconciled) -> Reconciled {
        Reconciled { matched: self.matched + more.matched, different: self.different + more.different }
    }
}

impl Office {
    /// Reconciles every past day on which money moved and that was not reconciled yet, in order. A day whose file is
    /// not there or not whole is tried again the next time, and the days after it wait.
    ///
    /// # Errors
    /// A failure of our own; a platform that gives no file is none.
    pub(crate) async fn reconcile(&self, today: Date) -> Result<Reconciled, Failure> {
        let mut done = Reconciled::default();
        for platform in self.platforms().await? {
            let days: Vec<Date> = self
                .store
                .read("days_to_reconcile", |tx| {
                    Box::pin(async move {
                        let through = match store::setting::by_name(tx, RECONCILED_THROUGH).await? {
                            Some(text) => {
                                text.parse().map_err(|_| Failure::corrupt("the last reconciled day is no date"))?
                            }
                            None => FIRST_DAY,
                        };
                        store::trade::days_moved(tx, platform, through, today).await
                    })
                })
                .await?;
            for day in days {
                let Some(file) = self.bill_of(day).await else { break };
                let (file, at) = (&file, self.clock.now());
                let part = self
                    .store
                    .write("reconcile", |tx| Box::pin(async move { lay_beside(tx, platform, file, at).await }))
                    .await?;
                if part.different > 0 {
                    tracing::error!(%day, different = part.different, "the platform's file differs from our books");
                }
                done = done.and(part);
            }
        }
        Ok(done)
    }

    /// The platform's file of a day, if it is there and whole.
    async fn bill_of(&self, day: Date) -> Option<DailyBill> {
        let file = match self.partners.platform.daily_bill(day).await {
            Ok(file) => file,
            Err(fault) => {
                tracing::warn!(%day, %fault, "the platform gives no file of the day");
                return None;
            }
        };
        match bill::read(&file, self.partners.seller_id()) {
            Ok(bill) => Some(bill),
            Err(refused) => {
                tracing::error!(%day, %refused, "the platform's file of the day is refused whole");
                None
            }
        }
    }
}

async fn lay_beside(tx: &mut Tx<'_>, owner: i64, file: &DailyBill, at: store::Instant) -> Result<Reconciled, Failure> {
    let ours = store::trade::list_moved_on(tx, owner, file.on).await?;
    let mut by_number: BTreeMap<&str, &Trade> =
        ours.iter().filter_map(|trade| Some((trade.partner_no.as_deref()?, trade))).collect();
    let mut done = Reconciled::default();
    let mut found = Vec::new();
    for line in file.lines.iter().filter(|line| is_ours(line.kind)) {
        let class = match by_number.remove(line.trade_no.as_str()) {
            Some(trade) if Fen(trade.moved_fen) == line.amount => {
                done.matched += 1;
                continue;
            }
            Some(trade) => ("amount", Some(trade.moved_fen)),
            None => unknown(tx, owner, line).await?,
        };
        found.push((line.trade_no.as_str(), class, Some(line.amount.0)));
    }
    found.extend(by_number.into_iter().map(|(number, trade)| (number, ("short", Some(trade.moved_fen)), None)));
    for (trade_no, (class, ours_fen), theirs_fen) in found {
        done.different += 1;
        let difference = Difference {
            owner,
            on_day: file.on,
            trade_no: trade_no.to_owned(),
            class: class.to_owned(),
            ours_fen,
            theirs_fen,
            found_at: at,
            resolved_by: None,
            resolved_on: None,
            note: String::new(),
        };
        store::trade::difference_note(tx, &difference).await?;
    }
    store::setting::put(tx, RECONCILED_THROUGH, &file.on.to_string(), at, "system:reconciliation").await?;
    Ok(done)
}

/// Whether a kind of trade stands in our books at all: what people put into their own accounts, and what goes on from
/// there to a school, does not.
const fn is_ours(kind: TradeKind) -> bool {
    matches!(kind, TradeKind::PayOut | TradeKind::Debit | TradeKind::Repayment | TradeKind::Bounce)
}

/// The class of a line without a counterpart: an order of ours with another outcome, or money we never heard of.
async fn unknown(tx: &mut Tx<'_>, owner: i64, line: &BillLine) -> Result<(&'static str, Option<i64>), Failure> {
    let order = store::trade::by_number(tx, owner, &line.out_trade_no).await?;
    Ok(order.map_or(("long", None), |order| ("state", Some(order.moved_fen))))
}

#[cfg(test)]
mod tests {
    use loan::calendar::{Date, date};
    use loan::money::Fen;
    use wire::platform::Trade;
    use wire::sandbox::world::{BillFaultKind, Faults};

    use crate::testing::{PLATFORM, World, worlds};

    /// Our day; the platform's is the clock's, the 23rd of November.
    const PAID_OUT: Date = match Date::from_ymd_opt(2026, 8, 10) {
        Some(day) => day,
        None => panic!("a day of the calendar"),
    };

    impl World {
        async fn bill_fault(&self, bill: BillFaultKind) {
            self.sandbox.set_faults(&Faults { bill, ..Faults::default() }).await.expect("a fault");
        }

        /// Class and both amounts of every difference nobody settled.
        async fn differences(&self) -> Vec<(String, Option<i64>, Option<i64>)> {
            let found: Result<_, store::Failure> = self
                .office
                .store
                .read("differences", |tx| Box::pin(async move { store::trade::differences_open(tx, PLATFORM).await }))
                .await;
            let found = found.expect("readable");
            found.into_iter().map(|one| (one.class, one.ours_fen, one.theirs_fen)).collect()
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn h074_a_difference_is_written_down_with_both_amounts_and_nothing_is_corrected() {
        for world in worlds(PAID_OUT).await {
            world.bank_staff().await;
            let student = world.student(7201).await;
            let (contract, account) = world.paid_out(&student).await;
            // A repayment the platform took and never told us of.
            let unheard: Trade = world.sandbox.repay(&account, "李建国", Fen::yuan(30)).await.expect("somebody pays");
            world.bill_fault(BillFaultKind::OtherAmounts).await;
            world.sandbox.move_date(date(2026, 11, 24)).await.expect("the sandbox follows");
            let done = world.office.reconcile(date(2026, 11, 24)).await.expect("a run");
            assert_eq!((done.matched, done.different), (0, 2), "on {:?}", world.engine());
            let mut found = world.differences().await;
            found.sort();
            let amount = ("amount".to_owned(), Some(800_000), Some(800_001));
            assert_eq!(found, [amount, ("long".to_owned(), None, Some(unheard.settled_amount.0))]);
            // Read again, nothing is found twice, and nothing was posted for it.
            let again = world.office.reconcile(date(2026, 11, 24)).await.expect("a second run");
            assert_eq!((again.matched, again.different), (0, 0));
            assert_eq!(world.loan(&student, &contract).await.balances.deposit, Fen::ZERO);
            world.true_books().await;
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn h073_a_spoilt_file_is_refused_whole_and_asked_for_again() {
        for world in worlds(PAID_OUT).await {
            world.bank_staff().await;
            world.paid_out(&world.student(7202).await).await;
            world.sandbox.move_date(date(2026, 11, 24)).await.expect("the sandbox follows");
            let check = async |bill, matched, why: &str| {
                world.bill_fault(bill).await;
                let done = world.office.reconcile(date(2026, 11, 24)).await.expect("a run");
                assert_eq!((done.matched, done.different), (matched, 0), "{why} on {:?}", world.engine());
            };
            check(BillFaultKind::Truncated, 0, "cut on the way").await;
            check(BillFaultKind::CutOff, 0, "cut before it was signed").await;
            check(BillFaultKind::WrongTotal, 0, "another total").await;
            check(BillFaultKind::Yesterday, 0, "of the day before").await;
            check(BillFaultKind::Gbk, 1, "another encoding is no fault").await;
            check(BillFaultKind::None, 0, "laid beside our books already").await;
            assert!(world.differences().await.is_empty());
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn money_the_file_does_not_know_is_short() {
        for world in worlds(PAID_OUT).await {
            world.bank_staff().await;
            world.paid_out(&world.student(7203).await).await;
            let moved = "UPDATE trade SET partner_no = 'NOBODY' WHERE kind = 'payout'";
            world.database.as_owner(moved).await.expect("the owner may");
            world.sandbox.move_date(date(2026, 11, 24)).await.expect("the sandbox follows");
            world.office.reconcile(date(2026, 11, 24)).await.expect("a run");
            let mut found = world.differences().await;
            found.sort();
            let state = ("state".to_owned(), Some(800_000), Some(800_000));
            assert_eq!(found, [("short".to_owned(), Some(800_000), None), state]);
        }
    }
}
