//! 扣款: on the debit day, and on collection days of overdue money, the platform takes what is missing from the
//! borrowers' accounts (R17.1). Each order is recorded before it is sent and answered once: full, partial or failed
//! (R17.9). An order without a certain answer is asked after by its number, and its day is not closed before.

use std::collections::BTreeMap;

use loan::calendar::Date;
use loan::event::EventKind;
use loan::money::Fen;
use serde::{Deserialize, Serialize};
use store::trade::{Outcome, Trade as Order};
use store::{Failure, Tx};
use wire::platform::{Debit, ITEMS_MAX, Outcome as Told, Trade, TradeKind};

use super::books::{self, Through};
use crate::Office;

/// Name of the payment platform's channel in events and postings.
pub const CHANNEL: &str = "alipay";
/// Contracts handled in one transaction.
pub const CHUNK: i64 = 200;

/// What a day's collection did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collected {
    /// Taken in full.
    pub full: usize,
    /// Taken in part.
    pub partial: usize,
    /// Nothing taken.
    pub failed: usize,
    /// Not answered for certain.
    pub unknown: usize,
    /// Sum taken, in fen.
    pub taken_fen: i64,
}

/// The word on one order.
struct Answered {
    order: Order,
    /// The platform's trade, or the code of its refusal.
    told: Result<Trade, String>,
}

impl Office {
    /// Orders what is missing on that day and takes in the answers. Repeating it orders nothing twice.
    ///
    /// # Errors
    /// A failure of our own; a silent platform is counted as unknown.
    pub(crate) async fn collect(&self, day: Date) -> Result<Collected, Failure> {
        let fresh = self.order_debits(day).await?;
        let mut done = Collected::default();
        for platform in self.platforms().await? {
            let pending = self.pending_debits(platform, day).await?;
            let mut answers = Vec::new();
            let mut to_send = Vec::new();
            for (order, debit) in pending {
                if fresh.contains(&order.trade_no) {
                    to_send.push((order, debit));
                    continue;
                }
                match self.partners.platform.query(&order.trade_no).await {
                    Ok(Some(trade)) => answers.push(Answered { order, told: Ok(trade) }),
                    Ok(None) => to_send.push((order, debit)),
                    Err(fault) => {
                        tracing::warn!(trade = order.trade_no, %fault, "the outcome of a debit is still unknown");
                        done.unknown += 1;
                    }
                }
            }
            for part in to_send.chunks(ITEMS_MAX) {
                let debits: Vec<Debit> = part.iter().map(|(_, debit)| debit.clone()).collect();
                match self.partners.platform.debit(&debits).await {
                    Ok(told) => answers.extend(part.iter().zip(told).map(|((order, _), told)| Answered {
                        order: order.clone(),
                        told: told.map_err(|refusal| refusal.code),
                    })),
                    Err(fault) => {
                        tracing::warn!(%day, %fault, "the platform took no part of the debits for certain");
                        done.unknown += part.len();
                    }
                }
            }
            self.take_debits(answers, &mut done).await?;
        }
        Ok(done)
    }

    /// Offices of payment platforms.
    pub(crate) async fn platforms(&self) -> Result<Vec<i64>, Failure> {
        let offices = self
            .store
            .read("platforms", |tx| Box::pin(async move { store::office_place::list_of_kind(tx, "platform").await }))
            .await?;
        Ok(offices.into_iter().map(|office| office.office_id).collect())
    }

    /// Records the orders of a day; answers the numbers that are new.
    async fn order_debits(&self, day: Date) -> Result<Vec<String>, Failure> {
        let books = self.books().await?;
        let mut fresh = Vec::new();
        for book in books {
            let mut after = 0;
            loop {
                let at = self.clock.now();
                let (ordered, last) = self
                    .store
                    .write("order_debits", |tx| {
                        Box::pin(async move { order_chunk(tx, self, book, day, after, at).await })
                    })
                    .await?;
                fresh.extend(ordered);
                match last {
                    Some(last) => after = last,
                    None => break,
                }
            }
        }
        Ok(fresh)
    }

    /// Books of the origin-based scheme.
    pub(crate) async fn books(&self) -> Result<Vec<i64>, Failure> {
        let books =
            self.store.read("books", |tx| Box::pin(async move { store::office_place::books(tx).await })).await?;
        Ok(books.into_iter().filter(|book| book.scheme == "origin").map(|book| book.book).collect())
    }

    /// Orders without an outcome, with their messages, in the order in which money is taken.
    async fn pending_debits(&self, platform: i64, day: Date) -> Result<Vec<(Order, Debit)>, Failure> {
        let at = self.clock.now() + chrono::TimeDelta::seconds(1);
        self.store
            .read("pending_debits", |tx| {
                Box::pin(async move {
                    let mut orders = Vec::new();
                    for order in store::trade::list_pending(tx, platform, at, i64::from(u16::MAX)).await? {
                        if order.kind != "debit" || order.on_day > day {
                            continue;
                        }
                        let kept: Kept = serde_json::from_str(&order.detail)
                            .map_err(|error| Failure::corrupt("a kept debit order cannot be read").because(error))?;
                        let person = order.person.unwrap_or_default();
                        let Some(account) = store::certificate::account(tx, person).await? else { continue };
                        let debit = Debit {
                            out_trade_no: order.trade_no.clone(),
                            account: account.account,
                            amount: Fen(order.amount_fen),
                            partial_allowed: kept.partial,
                            subject: format!("生源地信用助学贷款还款（合同{}）", kept.number),
                        };
                        orders.push((kept, order, debit));
                    }
                    // Of one borrower the oldest due date first, then the lower contract number; a prepayment last.
                    orders.sort_by(|(a, first, _), (b, second, _)| {
                        (first.person, a.due_on, &a.number, !a.partial).cmp(&(
                            second.person,
                            b.due_on,
                            &b.number,
                            !b.partial,
                        ))
                    });
                    Ok(orders.into_iter().map(|(_, order, debit)| (order, debit)).collect())
                })
            })
            .await
    }

    async fn take_debits(&self, answers: Vec<Answered>, done: &mut Collected) -> Result<(), Failure> {
        let mut by_book: BTreeMap<i64, Vec<Answered>> = BTreeMap::new();
        for answer in answers {
            match &answer.told {
                Ok(trade) if trade.outcome() == Told::Processing => done.unknown += 1,
                Ok(trade) if !fits(&answer.order, trade) => {
                    tracing::error!(trade = answer.order.trade_no, "the platform's answer contradicts the debit order");
                    done.unknown += 1;
                }
                Err(code) if code == wire::platform::refusals::REQUEST_CONFLICT => {
                    tracing::error!(
                        trade = answer.order.trade_no,
                        "the platform knows this debit with another content"
                    );
                    done.unknown += 1;
                }
                told => {
                    match told.as_ref().map(Trade::outcome) {
                        Ok(Told::Full) => done.full += 1,
                        Ok(Told::Partial) => done.partial += 1,
                        _ => done.failed += 1,
                    }
                    done.taken_fen += told.as_ref().map_or(0, |trade| trade.settled_amount.0);
                    by_book.entry(answer.order.book.unwrap_or_default()).or_default().push(answer);
                }
            }
        }
        for (book, answers) in by_book {
            for part in answers.chunks(CHUNK as usize) {
                let at = self.clock.now();
                self.store
                    .write("take_debits", |tx| Box::pin(async move { take_chunk(tx, self, book, part, at).await }))
                    .await?;
            }
        }
        Ok(())
    }

    /// Takes in the outcome of one debit order that a notification tells of. False when it does not fit the order.
    pub(crate) async fn take_told_debit(&self, order: Order, trade: Trade) -> Result<bool, Failure> {
        let mut done = Collected::default();
        self.take_debits(vec![Answered { order, told: Ok(trade) }], &mut done).await?;
        Ok(done.unknown == 0)
    }
}

/// What a debit order keeps beside its columns.
#[derive(Serialize, Deserialize)]
struct Kept {
    number: String,
    due_on: Date,
    partial: bool,
}

fn fits(order: &Order, trade: &Trade) -> bool {
    trade.out_trade_no == order.trade_no
        && trade.kind == TradeKind::Debit
        && trade.total_amount == Fen(order.amount_fen)
        && trade.settled_amount <= trade.total_amount
        && trade.settled_amount >= Fen::ZERO
}

async fn order_chunk(
    tx: &mut Tx<'_>,
    office: &Office,
    book: i64,
    day: Date,
    after: i64,
    at: store::Instant,
) -> Result<(Vec<String>, Option<i64>), Failure> {
    let due = store::contract::list_due(tx, book, day, after, CHUNK).await?;
    let Some(last) = due.last().map(|row| row.contract) else { return Ok((Vec::new(), None)) };
    let last = (due.len() as i64 == CHUNK).then_some(last);
    let platform = store::office_place::office_serving(tx, book, "platform", day).await?;
    let Some(platform) = platform else { return Err(Failure::corrupt(format!("book {book} has no payment platform"))) };
    let indexes = books::indexes(tx, office).await?;
    let mut fresh = Vec::new();
    for ledger in books::load_all(tx, book, due).await? {
        let missing = ledger.shortfall(&indexes, day)?;
        for (mark, amount, partial) in [("D", missing.due, true), ("P", missing.prepayment, false)] {
            if amount.is_zero() {
                continue;
            }
            let kept =
                Kept { number: ledger.row.number.clone(), due_on: ledger.row.next_due_on.unwrap_or(day), partial };
            let detail = serde_json::to_string(&kept).expect("plain data");
            let order = Order {
                owner: platform,
                trade_no: format!("K{}-{}-{mark}", day.format("%Y%m%d"), ledger.row.number),
                direction: "in".to_owned(),
                kind: "debit".to_owned(),
                book: Some(book),
                contract: Some(ledger.row.contract),
                person: Some(ledger.row.person),
                amount_fen: amount.0,
                digest: super::sm3_hex(format!("{}|{detail}", amount.0).as_bytes()),
                asked_at: at,
                on_day: day,
                state: "pending".to_owned(),
                moved_fen: 0,
                partner_no: None,
                answered_at: None,
                value_on: None,
                detail,
            };
            // An order given before stands as it was given, whatever was paid since.
            if store::trade::record(tx, &order).await?.1 {
                fresh.push(order.trade_no);
            }
        }
    }
    Ok((fresh, last))
}

async fn take_chunk(
    tx: &mut Tx<'_>,
    office: &Office,
    book: i64,
    answers: &[Answered],
    at: store::Instant,
) -> Result<(), Failure> {
    let today = crate::day::business_on(tx, at).await?;
    let through = books::open(tx, today).await?;
    let indexes = books::indexes(tx, office).await?;
    store::audit::begin(tx, book, at)?;
    let mut taken = Fen::ZERO;
    for Answered { order, told } in answers {
        let moved = told.as_ref().map_or(Fen::ZERO, |trade| trade.settled_amount);
        let outcome = Outcome {
            state: if moved.is_positive() { "success" } else { "failed" },
            moved_fen: moved.0,
            partner_no: told.as_ref().ok().map(|trade| trade.trade_no.as_str()),
            value_on: told.as_ref().ok().map(|trade| trade.value_on),
            at,
        };
        if !store::trade::settle(tx, order.owner, &order.trade_no, outcome).await? {
            continue;
        }
        let contract = order.contract.unwrap_or_default();
        let found = books::load(tx, book, contract).await?;
        let mut ledger =
            found.ok_or_else(|| Failure::corrupt(format!("a debit of contract {contract}, which is not there")))?;
        if let Ok(trade) = told
            && moved.is_positive()
        {
            let paid =
                EventKind::Paid { amount: moved, channel: CHANNEL.to_owned(), reference: trade.trade_no.clone() };
            // The money was asked for on the order's day: nobody is overdue because the order or its answer came late.
            books::add(tx, &mut ledger, trade.value_on.min(order.on_day), paid, at, "system:collection", through)
                .await?;
            taken += moved;
        }
        books::bring_forward(tx, &indexes, &mut ledger, through, at, "system:collection").await?;
    }
    let detail = serde_json::json!({ "orders": answers.len(), "taken": taken.to_string() }).to_string();
    let entry = store::audit::Entry {
        on_day: Through::day(through),
        actor: "system:collection",
        act: "collect",
        subject: "book",
        subject_id: &book.to_string(),
        detail: &detail,
    };
    store::audit::write(tx, entry).await.map(drop)
}
