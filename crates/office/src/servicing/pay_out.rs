//! 发放: the checked batch goes to the payment platform, one trade per row under a number of ours that is recorded
//! before it is sent. A server that dies, a line that breaks or a second operator changes nothing: the next run asks
//! what became of each number and sends only what the platform has never seen (H068, H069). A row that succeeded puts
//! its contract in force on the platform's day (R12.7); a refused one names why and goes into the next batch (R12.8).

use loan::calendar::Date;
use loan::money::Fen;
use serde::{Deserialize, Serialize};
use store::batch::{Batch, BatchRow};
use store::{Failure, Tx};
use wire::fault::Refusal as PartnerRefusal;
use wire::platform::{ITEMS_MAX, Outcome, PayOut, SchoolShare, Trade, TradeKind};

use super::{batch, books};
use crate::act::{Act, Desk, Key};
use crate::application::ApplicationFact;
use crate::no::No;
use crate::number::ApplicationNumber;
use crate::who::{Actor, Permission, Role, Who};
use crate::{Office, refusals};

/// How long one run may keep a batch to itself before another may take over.
const LEASE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Loans paid out.
    pub paid: usize,
    /// Their sum in fen.
    pub paid_fen: i64,
    /// Rows the platform refused, with its reason.
    pub refused: Vec<(i64, String)>,
    /// Rows whose outcome is not known yet; run again.
    pub unknown: usize,
}

refusals! {
    /// Why a batch is not sent, in order of precedence.
    pub enum SendRefusal {
        /// Nobody checked it, or it is done.
        NotChecked = "not_checked" ["sdvcst-2022" "15"],
        /// It is not what the checker saw.
        DigestDiffers = "digest_differs" ["sdvcst-2022" "15"],
        /// Another run is at it (已在执行).
        AlreadyRunning = "already_running" ["sdvcst-2022" "15"],
        /// The book has no payment platform.
        NoPlatform = "no_platform" ["sdvcst-2022" "15"],
    }
}

/// One row with all that its message needs.
struct Item {
    row: BatchRow,
    trade_no: String,
    platform: i64,
    asked_before: bool,
    /// `None` when the borrower has no account at all.
    order: Option<PayOut>,
}

impl Office {
    /// Sends a checked batch and takes in what became of every row. Running it again goes on where it stopped.
    ///
    /// # Errors
    /// Forbidden for anybody but the branch itself and jobs; the refusals above; a failure of our own.
    pub async fn send_batch(&self, actor: &Actor, owner: i64, number: &str) -> Result<Sent, No<SendRefusal>> {
        let own = actor.office() == Some(owner)
            && actor.roles().iter().any(|role| matches!(role, Role::BankMaker | Role::BankChecker));
        if !own && !matches!(actor.who, Who::System(_)) {
            return Err(No::Forbidden);
        }
        let at = self.clock.now();
        let lease_name = format!("batch:{owner}:{number}");
        let (name, holder) = (lease_name.as_str(), actor.name());
        let holder = holder.as_str();
        let lease = self
            .store
            .write("send_batch_begin", |tx| {
                Box::pin(async move {
                    let found = store::batch::by_number(tx, owner, number).await?;
                    let mut made = found.filter(|made| made.kind == batch::KIND).ok_or(No::NotFound)?;
                    if !matches!(made.status.as_str(), "checked" | "sending") {
                        return Err(No::Refused(SendRefusal::NotChecked));
                    }
                    let rows = batch::rows(tx, owner, number).await?;
                    if made.checked_digest.as_ref() != Some(&made.digest) || !batch::is_whole(&made, &rows) {
                        return Err(No::Refused(SendRefusal::DigestDiffers));
                    }
                    let lease = store::work::lease_acquire(tx, name, holder, at, at + LEASE).await?;
                    let lease = lease.ok_or(No::Refused(SendRefusal::AlreadyRunning))?;
                    made.status = "sending".to_owned();
                    store::batch::change(tx, &made).await?;
                    Ok(lease)
                })
            })
            .await?;
        let sent = self.send_rows(owner, number, actor).await;
        let lease = &lease;
        self.store
            .write("send_batch_end", |tx| {
                Box::pin(async move { store::work::lease_release(tx, lease).await.map(drop) })
            })
            .await?;
        sent
    }

    async fn send_rows(&self, owner: i64, number: &str, actor: &Actor) -> Result<Sent, No<SendRefusal>> {
        let mut sent = Sent::default();
        let items = self.prepare(owner, number, actor).await?;
        let (asked_before, fresh): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.asked_before);
        let mut to_send = fresh;
        for item in asked_before {
            match self.partners.platform.query(&item.trade_no).await {
                Ok(Some(trade)) => self.take_answer(&item, Ok(trade), &mut sent).await?,
                Ok(None) => to_send.push(item),
                Err(fault) => {
                    tracing::warn!(trade = item.trade_no, %fault, "the outcome of a pay-out is still unknown");
                    sent.unknown += 1;
                }
            }
        }
        let mut orders = Vec::new();
        for item in to_send {
            match &item.order {
                Some(_) => orders.push(item),
                None => {
                    let missing = PartnerRefusal::new("ACCOUNT_MISSING", "");
                    self.take_answer(&item, Err(missing), &mut sent).await?;
                }
            }
        }
        for part in orders.chunks(ITEMS_MAX) {
            let asked: Vec<PayOut> = part.iter().filter_map(|item| item.order.clone()).collect();
            match self.partners.platform.pay_out(&asked).await {
                Ok(answers) => {
                    for (item, answer) in part.iter().zip(answers) {
                        self.take_answer(item, answer, &mut sent).await?;
                    }
                }
                Err(fault) => {
                    tracing::warn!(batch = number, %fault, "the platform took no part of a batch for certain");
                    sent.unknown += part.len();
                    break;
                }
            }
        }
        self.finish(owner, number).await?;
        Ok(sent)
    }

    /// Records every open row's trade before anything is sent.
    async fn prepare(&self, owner: i64, number: &str, actor: &Actor) -> Result<Vec<Item>, No<SendRefusal>> {
        let at = self.clock.now();
        let name = actor.name();
        let name = name.as_str();
        self.store
            .write("prepare_pay_outs", |tx| {
                Box::pin(async move {
                    let on = crate::day::business_on(tx, at).await?;
                    let mut items = Vec::new();
                    for row in store::batch::rows_open(tx, owner, number, batch::ROWS_MAX as i64).await? {
                        items.push(prepare_row(tx, row, on, at).await?);
                    }
                    store::audit::begin(tx, 0, at)?;
                    let detail = serde_json::json!({ "rows": items.len() }).to_string();
                    let entry = store::audit::Entry {
                        on_day: on,
                        actor: name,
                        act: "send_batch",
                        subject: "batch",
                        subject_id: number,
                        detail: &detail,
                    };
                    store::audit::write(tx, entry).await?;
                    Ok(items)
                })
            })
            .await
    }

    async fn take_answer(
        &self,
        item: &Item,
        answer: Result<Trade, PartnerRefusal>,
        sent: &mut Sent,
    ) -> Result<(), Failure> {
        let act = match answer {
            Ok(trade) if trade.outcome() == Outcome::Processing => {
                sent.unknown += 1;
                return Ok(());
            }
            Err(refusal) if refusal.code == wire::platform::refusals::REQUEST_CONFLICT => {
                // The platform holds this number with another content: money may have moved. A person must look.
                tracing::error!(trade = item.trade_no, "the platform knows this pay-out with another content");
                sent.unknown += 1;
                return Ok(());
            }
            Ok(trade) => RecordPayOut {
                owner: item.row.owner,
                platform: item.platform,
                trade: Some(trade),
                refused: None,
                trade_no: item.trade_no.clone(),
            },
            Err(refusal) => RecordPayOut {
                owner: item.row.owner,
                platform: item.platform,
                trade: None,
                refused: Some(refusal.code),
                trade_no: item.trade_no.clone(),
            },
        };
        match self.record_pay_out(act).await? {
            Some(PaidOut::Paid) => {
                sent.paid += 1;
                sent.paid_fen += item.row.amount_fen;
            }
            Some(PaidOut::Refused(reason)) => sent.refused.push((item.row.row_no, reason)),
            Some(PaidOut::Known) => {}
            None => sent.unknown += 1,
        }
        Ok(())
    }

    /// Takes in the outcome of one pay-out, from the answer or from a notification. `None` when it contradicts the
    /// order, which is kept for a person to look at.
    pub(crate) async fn record_pay_out(&self, act: RecordPayOut) -> Result<Option<PaidOut>, Failure> {
        let content = serde_json::to_vec(&act).expect("trades are plain data");
        let key = Key::new(&format!("pay-out-{}", &super::sm3_hex(&content)[..32])).expect("hex is visible");
        match self.perform(&Actor::system("disbursement"), &key, act).await {
            Ok(done) => Ok(Some(done)),
            Err(No::Refused(refusal)) => {
                tracing::error!(?refusal, "a pay-out contradicts its order");
                Ok(None)
            }
            Err(No::Failure(failure)) => Err(failure),
            Err(No::NotFound | No::Forbidden | No::KeyReused) => {
                Err(Failure::bug("a pay-out of a row that is not there"))
            }
        }
    }

    async fn finish(&self, owner: i64, number: &str) -> Result<(), Failure> {
        let at = self.clock.now();
        self.store
            .write("finish_batch", |tx| {
                Box::pin(async move {
                    let open = store::batch::rows_open(tx, owner, number, 1).await?;
                    let found: Option<Batch> = store::batch::by_number(tx, owner, number).await?;
                    if let Some(mut made) = found.filter(|made| open.is_empty() && made.status == "sending") {
                        made.status = "done".to_owned();
                        made.finished_at = Some(at);
                        store::batch::change(tx, &made).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

async fn prepare_row(tx: &mut Tx<'_>, row: BatchRow, on: Date, at: store::Instant) -> Result<Item, No<SendRefusal>> {
    let (Some(book), Some(contract)) = (row.book, row.contract) else {
        return Err(Failure::corrupt("a disbursement row without its contract").into());
    };
    let found = store::contract::by_number(tx, book, contract).await?;
    let found = found.ok_or_else(|| Failure::corrupt(format!("contract {contract} of book {book} has no row")))?;
    let platform = store::office_place::office_serving(tx, book, "platform", on).await?;
    let platform = platform.ok_or(No::Refused(SendRefusal::NoPlatform))?;
    let asked_before = row.trade_no.is_some();
    let trade_no = row.trade_no.clone().unwrap_or_else(|| format!("{}-{:05}", row.batch, row.row_no));
    let account = store::certificate::account(tx, found.person).await?;
    let school = store::office_place::school_by_code(tx, &found.school_code).await?;
    let school_name = school.map_or_else(|| found.school_code.clone(), |school| school.name);
    let share = (row.to_school_fen > 0).then(|| SchoolShare {
        // The platform knows a school by its ten-digit code.
        school_account: found.school_code.clone(),
        school_name,
        amount: Fen(row.to_school_fen),
    });
    let order = account.map(|account| PayOut {
        out_trade_no: trade_no.clone(),
        batch_no: row.batch.clone(),
        account: account.account,
        name: found.student_name.clone(),
        amount: Fen(row.amount_fen),
        school: share,
    });
    if !asked_before {
        let trade = store::trade::Trade {
            owner: platform,
            trade_no: trade_no.clone(),
            direction: "out".to_owned(),
            kind: "payout".to_owned(),
            book: Some(book),
            contract: Some(contract),
            person: Some(found.person),
            amount_fen: row.amount_fen,
            digest: super::sm3_hex(&serde_json::to_vec(&order).expect("orders are plain data")),
            asked_at: at,
            on_day: on,
            state: "pending".to_owned(),
            moved_fen: 0,
            partner_no: None,
            answered_at: None,
            value_on: None,
            detail: serde_json::json!({ "bank": row.owner, "batch": row.batch, "row": row.row_no }).to_string(),
        };
        store::trade::record(tx, &trade).await?;
        store::batch::row_send(tx, row.owner, &row.batch, row.row_no, &trade_no).await?;
    }
    Ok(Item { row, trade_no, platform, asked_before, order })
}

/// Takes in the outcome of one pay-out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordPayOut {
    /// Office of the branch.
    pub owner: i64,
    /// Office of the platform.
    pub platform: i64,
    /// Our number.
    pub trade_no: String,
    /// The platform's word, when it took the order.
    pub trade: Option<Trade>,
    /// Code of its refusal, when it did not.
    pub refused: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PaidOut {
    /// The contract is in force.
    Paid,
    /// The loan waits for the next batch.
    Refused(String),
    /// It was known before.
    Known,
}

refusals! {
    /// What the platform says does not fit the order.
    pub enum RecordPayOutRefusal {
        /// Another kind, amount or number.
        OtherTrade = "other_trade" ["sdvcst-2022" "15"],
        /// The application left the bank's desk meanwhile.
        NotApproved = "not_approved" ["sdvcst-2022" "14"],
    }
}

#[async_trait::async_trait]
impl Act for RecordPayOut {
    const NAME: &'static str = "pay_out";
    const PERMISSION: Permission = Permission::SYSTEM;
    type Done = PaidOut;
    type Refused = RecordPayOutRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<PaidOut, No<RecordPayOutRefusal>> {
        let row = store::batch::row_by_trade(desk.tx, self.owner, &self.trade_no).await?.ok_or(No::NotFound)?;
        let (Some(book), Some(application), Some(contract)) = (row.book, row.application, row.contract) else {
            return Err(Failure::corrupt("a disbursement row without its contract").into());
        };
        let mut case = desk.case(&ApplicationNumber::of(book, application).to_string()).await?;
        if row.result.is_some() {
            return Ok(PaidOut::Known);
        }
        let key = (book, application);
        let refused = match (&self.trade, &self.refused) {
            (Some(trade), _) => {
                let same = trade.out_trade_no == self.trade_no
                    && trade.kind == TradeKind::PayOut
                    && trade.total_amount == Fen(row.amount_fen);
                match trade.outcome() {
                    Outcome::Full if same => None,
                    Outcome::Failed if same => Some(trade.reason.clone().unwrap_or_else(|| "failed".to_owned())),
                    _ => return Err(No::Refused(RecordPayOutRefusal::OtherTrade)),
                }
            }
            (None, Some(code)) => Some(code.clone()),
            (None, None) => return Err(No::Refused(RecordPayOutRefusal::OtherTrade)),
        };
        if let Some(reason) = refused {
            let outcome =
                store::trade::Outcome { state: "failed", moved_fen: 0, partner_no: None, value_on: None, at: desk.at };
            store::trade::settle(desk.tx, self.platform, &self.trade_no, outcome).await?;
            store::batch::row_close(desk.tx, &row, "refused", Some(&reason), desk.at).await?;
            let bank = self.owner;
            store::owner_case::bank_status(desk.tx, bank, key, &case.row.status, None, desk.at).await?;
            desk.note("refused", reason.clone());
            return Ok(PaidOut::Refused(reason));
        }
        let Some(trade) = &self.trade else { return Err(No::Refused(RecordPayOutRefusal::OtherTrade)) };
        if case.stage() != crate::application::Stage::Approved {
            return Err(No::Refused(RecordPayOutRefusal::NotApproved));
        }
        let outcome = store::trade::Outcome {
            state: "success",
            moved_fen: trade.settled_amount.0,
            partner_no: Some(&trade.trade_no),
            value_on: Some(trade.value_on),
            at: desk.at,
        };
        store::trade::settle(desk.tx, self.platform, &self.trade_no, outcome).await?;
        store::batch::row_close(desk.tx, &row, "done", None, desk.at).await?;
        // A platform that runs ahead of a demonstration's date cannot pay out in our future.
        let disbursed_on = trade.value_on.min(desk.on);
        desk.record(&mut case, ApplicationFact::Disbursed { contract, disbursed_on }).await?;

        let found = store::contract::by_number(desk.tx, book, contract).await?;
        let mut found = found.ok_or_else(|| Failure::corrupt("a batch row without its contract"))?;
        found.disbursed_on = Some(disbursed_on);
        let mut ledger = books::Ledger::of(found, &[])?;
        let indexes = books::indexes(desk.tx, desk.office).await?;
        let through = books::open(desk.tx, desk.on).await?;
        books::bring_forward(desk.tx, &indexes, &mut ledger, through, desk.at, &desk.actor.name()).await?;

        super::show_state(desk, &case, Some(&row.batch)).await?;
        if row.to_school_fen > 0 {
            arrived(desk, &case, &row, trade).await?;
        }
        desk.note("amount", trade.settled_amount.to_string());
        desk.note("disbursed_on", disbursed_on.to_string());
        Ok(PaidOut::Paid)
    }
}

/// The school sees the money that moved on to it, under the platform's serial (R12.5).
async fn arrived(
    desk: &mut Desk<'_, '_>,
    case: &crate::desk::Case,
    row: &BatchRow,
    trade: &Trade,
) -> Result<(), Failure> {
    let school = case.row.school_code.clone().unwrap_or_default();
    let Some(school) = store::office_place::by_school(desk.tx, &school).await? else { return Ok(()) };
    let arrival = store::arrival::Arrival {
        owner: school.office_id,
        serial: trade.batch_serial.clone().unwrap_or_else(|| row.batch.clone()),
        row_no: row.row_no,
        book: case.book(),
        application: case.number.key(),
        amount_fen: row.to_school_fen,
        arrived_on: trade.value_on,
        matched_by: None,
        matched_at: None,
    };
    store::arrival::enter(desk.tx, &arrival, desk.at).await
}
