//! Money that comes by itself: the platform tells us that somebody repaid, that a payment was taken back, or what
//! became of an order of ours. The raw words are kept with our verdict. The same news again changes nothing and is
//! answered as before; news that contradicts what is known is refused and kept for a person to look at (H061, H063,
//! H066, H067).

use loan::calendar::Date;
use loan::contract::Indexes;
use loan::event::EventKind;
use loan::money::Fen;
use store::trade::{Outcome, Trade as Kept};
use store::{Failure, Tx};
use wire::platform::notification::News;
use wire::platform::{Outcome as Told, Step, Trade, TradeKind, TradeStatus};

use super::books::{self, Ledger, Through};
use super::collect::CHANNEL;
use super::pay_out::RecordPayOut;
use crate::Office;

/// Who the ledger names for payments that arrive.
const JOB: &str = "system:notification";
/// Days before a due date from which its bill may be paid ahead.
const AHEAD_DAYS: i64 = 62;

/// Our verdict on a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Taken in, now or before: the platform is answered `success`.
    Taken,
    /// Refused with a reason: the platform is not answered `success` and comes again.
    Refused(String),
}

impl Heard {
    /// The body of the answer to the platform.
    pub fn answer(&self) -> &'static str {
        match self {
            Heard::Taken => wire::platform::notification::SUCCESS,
            Heard::Refused(_) => "failure",
        }
    }

    pub(super) fn refused(reason: &str) -> Heard {
        Heard::Refused(reason.to_owned())
    }
}

impl Office {
    /// Takes in the raw body of a notification of the payment platform.
    ///
    /// # Errors
    /// A failure of our own; the platform then comes again.
    pub async fn hear_platform(&self, raw: &[u8]) -> Result<Heard, Failure> {
        let Some(platform) = self.platforms().await?.first().copied() else {
            return Err(Failure::corrupt("a notification, but no office of a payment platform"));
        };
        let (heard, trade_no) = match self.partners.read_notification(raw) {
            Err(refused) => {
                tracing::warn!(%refused, "a notification is refused");
                (Heard::Refused(refused.to_string()), None)
            }
            Ok(told) => match told.news {
                // Whether an account is active is asked where it matters, before a pay-out.
                News::AccountActivated { .. } => (Heard::Taken, None),
                News::Trade(trade) => {
                    let number = trade.trade_no.clone();
                    (self.take_trade(platform, trade).await?, Some(number))
                }
            },
        };
        self.keep_message(platform, raw, &heard, trade_no.as_deref()).await?;
        Ok(heard)
    }

    /// Keeps the raw words of a notification with our verdict.
    pub(super) async fn keep_message(
        &self,
        platform: i64,
        raw: &[u8],
        heard: &Heard,
        trade_no: Option<&str>,
    ) -> Result<(), Failure> {
        let verdict = match heard {
            Heard::Taken => "accepted",
            Heard::Refused(reason) => reason.as_str(),
        };
        let at = self.clock.now();
        self.store
            .write("keep_notification", |tx| {
                Box::pin(async move {
                    store::trade::message_keep(tx, platform, "in", raw, verdict, trade_no, at).await.map(drop)
                })
            })
            .await
    }

    /// Takes in what the platform says about one trade, however we learned it.
    pub(crate) async fn take_trade(&self, platform: i64, trade: Trade) -> Result<Heard, Failure> {
        match trade.kind {
            // The borrower's own money, or money on its way to the school: no receipt of ours.
            TradeKind::TopUp | TradeKind::SchoolTransfer | TradeKind::Refund => Ok(Heard::Taken),
            TradeKind::PayOut | TradeKind::Debit => self.take_order(platform, trade).await,
            TradeKind::Repayment | TradeKind::Bounce => self.take_payment(platform, trade).await,
        }
    }

    /// News about an order of ours.
    async fn take_order(&self, platform: i64, trade: Trade) -> Result<Heard, Failure> {
        let number = trade.out_trade_no.as_str();
        let known = self
            .store
            .read("find_order", |tx| Box::pin(async move { store::trade::by_number(tx, platform, number).await }))
            .await?;
        let Some(order) = known else { return Ok(Heard::refused("order_unknown")) };
        if trade.total_amount != Fen(order.amount_fen) {
            return Ok(Heard::refused("amount_differs"));
        }
        let held = match order.state.as_str() {
            "success" => TradeStatus::Success,
            "failed" => TradeStatus::Failed,
            _ => TradeStatus::Processing,
        };
        let news = if trade.trade_status == TradeStatus::Closed { TradeStatus::Failed } else { trade.trade_status };
        match held.follow(news) {
            Step::Known if held.is_final() && news.is_final() && trade.settled_amount != Fen(order.moved_fen) => {
                Ok(Heard::refused("amount_differs"))
            }
            Step::Known => Ok(Heard::Taken),
            Step::Conflict => {
                tracing::error!(trade = trade.out_trade_no, "two final states of an order contradict each other");
                Ok(Heard::refused("state_conflict"))
            }
            Step::Advance if trade.outcome() == Told::Processing => Ok(Heard::Taken),
            Step::Advance if trade.kind == TradeKind::Debit => match self.take_told_debit(order, trade).await? {
                true => Ok(Heard::Taken),
                false => Ok(Heard::refused("other_trade")),
            },
            Step::Advance => {
                let bank = serde_json::from_str::<serde_json::Value>(&order.detail)
                    .ok()
                    .and_then(|detail| detail.get("bank").and_then(serde_json::Value::as_i64));
                let Some(owner) = bank else { return Ok(Heard::refused("order_unknown")) };
                let trade_no = trade.out_trade_no.clone();
                let act = RecordPayOut { owner, platform, trade_no, trade: Some(trade), refused: None };
                match self.record_pay_out(act).await? {
                    Some(_) => Ok(Heard::Taken),
                    None => Ok(Heard::refused("other_trade")),
                }
            }
        }
    }

    /// A repayment somebody made, or one that was taken back.
    async fn take_payment(&self, platform: i64, trade: Trade) -> Result<Heard, Failure> {
        if trade.trade_status != TradeStatus::Success {
            // No money moved; there is nothing to write down, and a later success is news.
            return Ok(Heard::Taken);
        }
        let (trade, at) = (&trade, self.clock.now());
        self.store
            .write("take_payment", |tx| Box::pin(async move { write_payment(tx, self, platform, trade, at).await }))
            .await
    }
}

async fn write_payment(
    tx: &mut Tx<'_>,
    office: &Office,
    platform: i64,
    trade: &Trade,
    at: store::Instant,
) -> Result<Heard, Failure> {
    let bounce = trade.kind == TradeKind::Bounce;
    let person = store::certificate::account_holder(tx, CHANNEL, &trade.account).await?;
    let today = crate::day::business_on(tx, at).await?;
    if bounce && !is_known(tx, platform, person, trade).await? {
        // Taken back before we heard of it: once the payment was told, the platform comes again with this.
        return Ok(Heard::refused("original_unknown"));
    }
    let row = Kept {
        owner: platform,
        trade_no: trade.trade_no.clone(),
        direction: if bounce { "out" } else { "in" }.to_owned(),
        kind: if bounce { "bounce" } else { "repayment" }.to_owned(),
        book: None,
        contract: None,
        person,
        amount_fen: trade.total_amount.0,
        digest: digest(trade),
        asked_at: at,
        on_day: today,
        state: "pending".to_owned(),
        moved_fen: 0,
        partner_no: None,
        answered_at: None,
        value_on: None,
        detail: serde_json::json!({ "payer": trade.payer_masked, "original": trade.original_trade_no }).to_string(),
    };
    let (standing, new) = store::trade::record(tx, &row).await?;
    if !new {
        return Ok(match standing.digest == row.digest {
            true => Heard::Taken,
            false => Heard::refused("content_differs"),
        });
    }
    let outcome = Outcome {
        state: "success",
        moved_fen: trade.settled_amount.0,
        partner_no: Some(&trade.trade_no),
        value_on: Some(trade.value_on),
        at,
    };
    store::trade::settle(tx, platform, &trade.trade_no, outcome).await?;
    let through = books::open(tx, today).await?;
    let indexes = books::indexes(tx, office).await?;
    let ledgers = match person {
        Some(person) => ledgers_of(tx, person).await?,
        None => Vec::new(),
    };
    let changes = match bounce {
        true => bounced(&ledgers, trade),
        false => shared_out(&ledgers, &indexes, through.day(), trade)?,
    };
    if changes.is_empty() {
        // Money for nobody we know: it stays in the platform's file and in the list of trades without a contract.
        tracing::error!(trade = trade.trade_no, "a payment that belongs to no contract");
        return Ok(Heard::Taken);
    }
    post(tx, ledgers, changes, trade.value_on, &indexes, through, at).await?;
    Ok(Heard::Taken)
}

/// Whether the payment that a trade takes back was told to us.
async fn is_known(tx: &mut Tx<'_>, platform: i64, person: Option<i64>, trade: &Trade) -> Result<bool, Failure> {
    let Some(original) = trade.original_trade_no.as_deref() else { return Ok(false) };
    if store::trade::by_number(tx, platform, original).await?.is_some() {
        return Ok(true);
    }
    let Some(person) = person else { return Ok(false) };
    Ok(ledgers_of(tx, person).await?.iter().any(|ledger| ledger.has_payment(CHANNEL, original)))
}

/// What makes two tellings of one trade the same.
fn digest(trade: &Trade) -> String {
    let parts = (&trade.kind, &trade.account, trade.total_amount.0, trade.settled_amount.0, &trade.original_trade_no);
    super::sm3_hex(&serde_json::to_vec(&parts).expect("plain data"))
}

/// The paid-out contracts of a person, the earliest due first, then by number.
async fn ledgers_of(tx: &mut Tx<'_>, person: i64) -> Result<Vec<Ledger>, Failure> {
    let mut ledgers = Vec::new();
    for row in crate::origination::contracts_of(tx, person).await? {
        if row.disbursed_on.is_some()
            && let Some(ledger) = books::load(tx, row.book, row.contract).await?
        {
            ledgers.push(ledger);
        }
    }
    ledgers.sort_by(|a, b| {
        let due = |ledger: &Ledger| ledger.row.next_due_on.unwrap_or(Date::MAX);
        (due(a), &a.row.number).cmp(&(due(b), &b.row.number))
    });
    Ok(ledgers)
}

/// The contracts whose payment was taken back.
fn bounced(ledgers: &[Ledger], trade: &Trade) -> Vec<(usize, EventKind)> {
    let Some(original) = trade.original_trade_no.as_deref() else { return Vec::new() };
    let paid = ledgers.iter().enumerate().filter(|(_, ledger)| ledger.has_payment(CHANNEL, original));
    paid.map(|(at, _)| (at, EventKind::Bounced { channel: CHANNEL.to_owned(), reference: original.to_owned() }))
        .collect()
}

/// Shares a payment out: first what is overdue or due, then the next bill or prepayment of its window, the rest to the
/// deposit of the first contract that is still open.
fn shared_out(
    ledgers: &[Ledger],
    indexes: &Indexes,
    today: Date,
    trade: &Trade,
) -> Result<Vec<(usize, EventKind)>, Failure> {
    let mut shares = vec![Fen::ZERO; ledgers.len()];
    let mut left = trade.settled_amount;
    let mut needs = Vec::with_capacity(ledgers.len());
    for ledger in ledgers {
        let life = ledger.life(indexes, today)?;
        let owed = &life.balances;
        let now =
            owed.overdue_principal + owed.overdue_interest + owed.penalty + owed.due_principal + owed.due_interest;
        let soon: Fen = life
            .rows
            .iter()
            .filter(|row| row.due_on > today && (row.due_on - today).num_days() <= AHEAD_DAYS)
            .map(|row| row.total.max(Fen::ZERO))
            .sum();
        let now_missing = (now - owed.deposit).max(Fen::ZERO);
        let all_missing = (now + soon - owed.deposit).max(Fen::ZERO);
        needs.push((now_missing, all_missing - now_missing));
    }
    for (at, need) in needs.iter().map(|need| need.0).enumerate().chain(needs.iter().map(|need| need.1).enumerate()) {
        let part = need.min(left);
        shares[at] += part;
        left -= part;
    }
    let open = ledgers.iter().position(|ledger| ledger.row.settled_on.is_none());
    if let Some(at) = open.or(ledgers.len().checked_sub(1)) {
        shares[at] += left;
    }
    let paid = |amount: Fen| EventKind::Paid { amount, channel: CHANNEL.to_owned(), reference: trade.trade_no.clone() };
    Ok(shares
        .into_iter()
        .enumerate()
        .filter(|(_, share)| share.is_positive())
        .map(|(at, share)| (at, paid(share)))
        .collect())
}

/// Writes what happened to each contract and brings its books forward.
pub(super) async fn post(
    tx: &mut Tx<'_>,
    mut ledgers: Vec<Ledger>,
    changes: Vec<(usize, EventKind)>,
    value_on: Date,
    indexes: &Indexes,
    through: Through,
    at: store::Instant,
) -> Result<(), Failure> {
    for (index, kind) in changes {
        let ledger = &mut ledgers[index];
        store::audit::begin(tx, ledger.row.book, at)?;
        let act = kind.code();
        books::add(tx, ledger, value_on, kind, at, JOB, through).await?;
        books::bring_forward(tx, indexes, ledger, through, at, JOB).await?;
        let (subject_id, detail) = (ledger.row.number.clone(), "{}");
        let entry = store::audit::Entry {
            on_day: through.day(),
            actor: JOB,
            act,
            subject: "contract",
            subject_id: &subject_id,
            detail,
        };
        store::audit::write(tx, entry).await?;
    }
    Ok(())
}
