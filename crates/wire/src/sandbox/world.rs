//! The world of the sandbox: merchants, people's accounts, balances that always sum to zero, trades, messages.
//!
//! It changes only by [`Fact`]s; [`World::apply`] is the one place where they take effect, when an act happens and
//! when the journal is read again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use loan::calendar::Date;
use loan::money::Fen;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::Refusal;
use crate::identity::FaceAnswer;
use crate::keys::{Chance, Secret};
use crate::moment;
use crate::platform::{AccountStatus, AccountView, DueBill, SchoolShare, Trade, mask_name, mask_phone, refusals};
use crate::yuan;

/// Where money comes from and goes to outside the platform: banks, other people.
pub const OUTSIDE: &str = "outside";

/// The lender's account of a merchant.
pub fn lender(app_id: &str) -> String {
    format!("lender:{app_id}")
}

/// A school's account.
pub fn school(school_account: &str) -> String {
    format!("school:{school_account}")
}

/// A lender that the sandbox serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Merchant {
    /// Application at the platform, and name at the small gateways.
    pub app_id: String,
    /// Merchant number: the payee.
    pub seller_id: String,
    /// Public key of the lender, one line of Base64.
    pub public_key: String,
    /// Where the platform's notifications go.
    pub notify_url: String,
    /// Merchant number at UnionPay.
    pub mer_id: String,
    /// Where UnionPay's notifications go.
    pub back_url: String,
    /// Secret shared with the small gateways.
    pub secret: Secret,
}

/// A borrower's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Login name.
    pub account: String,
    /// Who asked for it.
    pub app_id: String,
    /// Holder.
    pub name: String,
    /// Salted digest of the holder's ID number; the number itself is not kept.
    pub cert_digest: String,
    /// Mobile number.
    pub phone: String,
    /// Salted digest of the password.
    pub password_digest: String,
    /// Opened or active.
    pub status: AccountStatus,
}

impl Account {
    /// What a lender may see.
    pub fn view(&self) -> AccountView {
        AccountView {
            account: self.account.clone(),
            status: self.status,
            name_masked: mask_name(&self.name),
            phone_masked: mask_phone(&self.phone),
        }
    }
}

/// A trade with what only the platform knows about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeRow {
    /// Whose trade it is.
    pub app_id: String,
    /// What others may know.
    pub trade: Trade,
    /// Digest of the request, so that the same number with other content is noticed.
    pub digest: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The school's share of a pay-out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<SchoolShare>,
    /// Our batch of a pay-out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub batch_no: String,
    /// Whether a debit may take less than the whole.
    #[serde(default)]
    pub partial_allowed: bool,
    /// What of it was given back.
    #[serde(with = "yuan")]
    pub returned: Fen,
}

/// An answer that the same number gets again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Digest of the request.
    pub digest: String,
    /// What was answered.
    pub answer: Value,
}

/// A notification on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Number, in the order the news happened.
    pub number: u64,
    /// For whom.
    pub app_id: String,
    /// What it tells.
    pub told: Told,
    /// How often it was tried.
    pub attempts: usize,
    /// When it is tried next; `None` when it was delivered or given up.
    pub due_at: Option<DateTime<Utc>>,
    /// The recipient answered as it must.
    pub delivered: bool,
}

/// What a notification tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The state a trade had when the news happened.
    Trade(Trade),
    /// An account was activated.
    Activated(String),
    /// A QuickPass order was paid.
    QuickPass(String),
}

/// A text message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessage {
    /// The gateway's number.
    pub message_no: String,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// The business day of the sandbox.
    pub on: Date,
    /// To whom.
    pub phone: String,
    /// From whom.
    pub sign_name: String,
    /// The text.
    pub text: String,
}

/// A face check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceCheck {
    /// Its number.
    pub session: String,
    /// Who is to be checked, masked.
    pub name_masked: String,
    /// How it ended.
    pub answer: FaceAnswer,
    /// The proof.
    pub token: Option<String>,
}

/// An order at UnionPay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickPassRow {
    /// Whose order it is.
    pub app_id: String,
    /// The merchant's number.
    pub order_no: String,
    /// Its time, part of the key.
    pub txn_time: String,
    /// What it is over.
    #[serde(with = "yuan")]
    pub amount: Fen,
    /// What the payer reads.
    pub subject: String,
    /// The ticket for the app.
    pub tn: String,
    /// Digest of the request.
    pub digest: String,
    /// UnionPay's number and the day, once it was paid.
    pub paid: Option<(String, Date)>,
    /// What of it was given back.
    #[serde(with = "yuan")]
    pub returned: Fen,
}

/// What the sandbox does wrong on purpose. Everything off is an honest day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Every answer waits so long, in milliseconds.
    pub delay_answers_ms: u64,
    /// What was asked is done, but the connection breaks before the answer.
    pub drop_answers: bool,
    /// Pay-outs and debits are answered "processing"; `/sandbox/processing/complete` or a new date ends them.
    pub answer_processing: bool,
    /// The payment platform answers nothing but HTTP 503.
    pub platform_down: bool,
    /// All other partners answer nothing but HTTP 503.
    pub gateways_down: bool,
    /// Signatures of answers and notifications are wrong.
    pub corrupt_signature: bool,
    /// Answers and notifications name so many fen more (or fewer), rightly signed.
    pub lie_on_amount_fen: i64,
    /// New notifications wait so long, in seconds; a flush does not wait.
    pub delay_notifications_s: u64,
    /// Every notification is sent so many times more.
    pub repeat_notifications: u32,
    /// Waiting notifications are sent in the reverse order.
    pub reverse_notifications: bool,
    /// Notifications are not sent; they stay waiting.
    pub lose_notifications: bool,
    /// What is wrong with daily bills.
    pub bill: BillFaultKind,
}

/// What is wrong with daily bills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillFaultKind {
    /// Nothing.
    #[default]
    None,
    /// The end is missing, and the digest is that of the whole file.
    Truncated,
    /// The end is missing, and the digest is that of the cut file.
    CutOff,
    /// A total is wrong.
    WrongTotal,
    /// The bill of the day before.
    Yesterday,
    /// A whole and rightly signed bill that names one fen more for every pay-out than was paid out.
    OtherAmounts,
    /// In GBK with CRLF, which is not wrong.
    Gbk,
}

/// Everything the sandbox knows.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The last number given.
    pub counter: u64,
    /// Salt of all digests of secrets.
    pub salt: String,
    /// How many days the business date is ahead of the clock.
    pub days_ahead: i64,
    /// Lenders by application.
    pub merchants: BTreeMap<String, Merchant>,
    /// Borrowers' accounts.
    pub accounts: BTreeMap<String, Account>,
    /// Borrowers' accounts by the digest of the ID number.
    pub by_person: BTreeMap<String, String>,
    /// Every balance in fen, negative for where money came from. They sum to zero.
    pub balances: BTreeMap<String, i64>,
    /// Trades by the platform's number.
    pub trades: BTreeMap<String, TradeRow>,
    /// Trades by application and the lender's number.
    pub by_out_trade_no: BTreeMap<(String, String), String>,
    /// Answers by kind and number of the request.
    pub answered: BTreeMap<String, Answered>,
    /// Batch serials by application, batch and school account.
    pub serials: BTreeMap<(String, String, String), String>,
    /// Published bills by application and bill number.
    pub bills: BTreeMap<(String, String), DueBill>,
    /// Notifications by number.
    pub outgoing: BTreeMap<u64, Outgoing>,
    /// Numbers of the notifications that wait.
    pub waiting: BTreeSet<u64>,
    /// Messages in the order they were sent.
    pub messages: Vec<SentMessage>,
    /// Face checks by session.
    pub faces: BTreeMap<String, FaceCheck>,
    /// QuickPass orders by application and order number.
    pub orders: BTreeMap<(String, String), QuickPassRow>,
    /// What goes wrong on purpose.
    pub faults: Faults,
}

/// One change of the world.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// The first fact of a journal.
    Salted(String),
    /// A lender introduced itself, or changed its addresses.
    Registered(Merchant),
    /// The business date moved.
    DateMoved(i64),
    /// An account was opened or changed.
    Account(Account),
    /// A trade was made or moved on, and money with it.
    Trade {
        /// As it is now.
        row: Box<TradeRow>,
        /// Account and fen; they sum to zero.
        moves: Vec<(String, i64)>,
    },
    /// A number was answered.
    Answered(String, Answered),
    /// A serial was given to a batch and school.
    Serial((String, String, String), String),
    /// A bill was published.
    Bill(String, DueBill),
    /// A notification was put in line, tried, or delivered.
    Outgoing(Outgoing),
    /// A message was sent.
    Message(SentMessage),
    /// A face check began or ended.
    Face(FaceCheck),
    /// A QuickPass order was placed, paid or returned, and money with it.
    Order {
        /// As it is now.
        row: QuickPassRow,
        /// Account and fen; they sum to zero.
        moves: Vec<(String, i64)>,
    },
    /// Faults were switched.
    Faults(Faults),
}

impl World {
    /// Lets a fact take effect.
    pub fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Salted(salt) => self.salt = salt,
            Fact::Registered(merchant) => {
                self.merchants.insert(merchant.app_id.clone(), merchant);
            }
            Fact::DateMoved(days_ahead) => self.days_ahead = days_ahead,
            Fact::Account(account) => {
                self.by_person.insert(account.cert_digest.clone(), account.account.clone());
                self.accounts.insert(account.account.clone(), account);
            }
            Fact::Trade { row, moves } => {
                self.book(&moves);
                // The school's transfer carries the number of its pay-out, which answers under that number.
                if row.trade.kind != crate::platform::TradeKind::SchoolTransfer {
                    let key = (row.app_id.clone(), row.trade.out_trade_no.clone());
                    self.by_out_trade_no.insert(key, row.trade.trade_no.clone());
                }
                self.trades.insert(row.trade.trade_no.clone(), *row);
            }
            Fact::Answered(number, answered) => {
                self.answered.insert(number, answered);
            }
            Fact::Serial(key, serial) => {
                self.serials.insert(key, serial);
            }
            Fact::Bill(app_id, bill) => {
                self.bills.insert((app_id, bill.bill_no.clone()), bill);
            }
            Fact::Outgoing(outgoing) => {
                if outgoing.due_at.is_some() {
                    self.waiting.insert(outgoing.number);
                } else {
                    self.waiting.remove(&outgoing.number);
                }
                self.outgoing.insert(outgoing.number, outgoing);
            }
            Fact::Message(message) => self.messages.push(message),
            Fact::Face(face) => {
                self.faces.insert(face.session.clone(), face);
            }
            Fact::Order { row, moves } => {
                self.book(&moves);
                self.orders.insert((row.app_id.clone(), row.order_no.clone()), row);
            }
            Fact::Faults(faults) => self.faults = faults,
        }
    }

    fn book(&mut self, moves: &[(String, i64)]) {
        debug_assert_eq!(moves.iter().map(|(_, fen)| fen).sum::<i64>(), 0, "money moves, it does not appear");
        for (account, fen) in moves {
            *self.balances.entry(account.clone()).or_default() += fen;
        }
    }

    /// What an account holds.
    pub fn balance(&self, account: &str) -> Fen {
        Fen(self.balances.get(account).copied().unwrap_or_default())
    }

    /// The business day.
    pub fn today(&self, now: DateTime<Utc>) -> Date {
        moment::shanghai_date(now) + TimeDelta::days(self.days_ahead)
    }

    /// The notifications that wait, in the order the news happened.
    pub fn waiting(&self) -> impl Iterator<Item = &Outgoing> {
        self.waiting.iter().filter_map(|number| self.outgoing.get(number))
    }

    /// A borrower's account, or the refusal.
    pub fn find_account(&self, account: &str) -> Result<&Account, Refusal> {
        self.accounts
            .get(account)
            .ok_or_else(|| Refusal::new(refusals::ACCOUNT_NOT_EXIST, format!("没有账户 {account}")))
    }

    /// A lender's trade by its own number.
    pub fn find_trade(&self, app_id: &str, out_trade_no: &str) -> Option<&TradeRow> {
        let trade_no = self.by_out_trade_no.get(&(app_id.to_owned(), out_trade_no.to_owned()))?;
        self.trades.get(trade_no)
    }
}

/// An act in the making: its facts take effect at once and go to the journal as one line.
pub struct Act<'a> {
    /// The world as it is now.
    pub world: &'a mut World,
    /// When the act happens.
    pub now: DateTime<Utc>,
    /// The business day it happens on.
    pub today: Date,
    /// The random source.
    pub chance: &'a Chance,
    facts: Vec<Fact>,
}

/// One line of the journal.
#[derive(Serialize, Deserialize)]
pub struct Line {
    /// The last number given.
    pub counter: u64,
    /// What happened.
    pub facts: Vec<Fact>,
}

impl<'a> Act<'a> {
    /// An act that begins now.
    pub fn new(world: &'a mut World, now: DateTime<Utc>, chance: &'a Chance) -> Act<'a> {
        let today = world.today(now);
        Act { world, now, today, chance, facts: Vec::new() }
    }

    /// Lets a fact take effect.
    pub fn record(&mut self, fact: Fact) {
        self.world.apply(fact.clone());
        self.facts.push(fact);
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.world.counter += 1;
        self.world.counter
    }

    /// The next number in the form of the platform: day and counter.
    pub fn trade_no(&mut self) -> String {
        let day = self.today.format("%Y%m%d");
        format!("{day}22001{:08}", self.number())
    }

    /// Puts news in line for a lender.
    pub fn tell(&mut self, app_id: &str, told: Told) {
        let number = self.number();
        let wait = i64::try_from(self.world.faults.delay_notifications_s).unwrap_or(i64::MAX / 1000);
        let due_at = self.now.checked_add_signed(TimeDelta::seconds(wait));
        let app_id = app_id.to_owned();
        self.record(Fact::Outgoing(Outgoing { number, app_id, told, attempts: 0, due_at, delivered: false }));
    }

    /// The line for the journal; `None` when nothing happened.
    pub fn finish(self) -> Option<Line> {
        (!self.facts.is_empty()).then_some(Line { counter: self.world.counter, facts: self.facts })
    }
}
