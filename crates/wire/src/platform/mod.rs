//! The payment platform: where the borrower's account is opened, the loan is paid out and collected again.
//!
//! [`openapi`] is the envelope of every message, [`alipay`] the adapter, [`notification`] what the platform tells us
//! on its own, [`bill`] the daily file that settles every doubt. The words of the messages are the types below; in
//! JSON they carry the same names, with amounts as yuan text ([`crate::yuan`]).
//!
//! Every act carries a number of ours. The same number with the same content gives the same answer; with other
//! content it is refused. An act without a certain answer is queried by its number, never repeated under a new one.

pub mod alipay;
pub mod bill;
pub mod notification;
pub mod openapi;
pub mod refusals;

use async_trait::async_trait;
use loan::calendar::Date;
use loan::money::Fen;
use serde::{Deserialize, Serialize};

use crate::fault::{PartnerFault, Refusal};
use crate::keys::Secret;
use crate::yuan;

/// The most pay-outs or debits of one message.
pub const ITEMS_MAX: usize = 500;

/// What the platform does for us. Each call is one signed message; see the types for the shapes.
#[async_trait]
pub trait PaymentPlatform: Send + Sync {
    /// Opens the account of a borrower. A person has one account: a second request answers the first account,
    /// then without a password.
    async fn open_account(&self, request: &OpenAccount) -> Result<OpenedAccount, PartnerFault>;

    /// A new random first password for an account that is not active yet; the former one is void.
    async fn renew_first_password(&self, account: &str) -> Result<Secret, PartnerFault>;

    /// Bulk activation by the platform's centre (R1.7); answers the accounts in the order asked.
    async fn activate_accounts(&self, accounts: &[String]) -> Result<Vec<AccountView>, PartnerFault>;

    /// How an account stands. A loan is not paid into one that is not active.
    async fn account(&self, account: &str) -> Result<AccountView, PartnerFault>;

    /// The number that the platform reminds five days before a repayment day (R17.7, R17.11).
    async fn change_phone(&self, account: &str, phone: &str) -> Result<AccountView, PartnerFault>;

    /// Shows a bill in the platform's "student-loan repayment" function; the same number replaces the former amount.
    async fn publish_bill(&self, bill: &DueBill) -> Result<(), PartnerFault>;

    /// Pays loans into borrowers' accounts and moves the schools' shares on; at most [`ITEMS_MAX`], each on its own.
    /// Answers come in the order of the items.
    async fn pay_out(&self, items: &[PayOut]) -> Result<Vec<Result<Trade, Refusal>>, PartnerFault>;

    /// Takes what is due from borrowers' accounts; at most [`ITEMS_MAX`], each on its own, answered in order.
    async fn debit(&self, items: &[Debit]) -> Result<Vec<Result<Trade, Refusal>>, PartnerFault>;

    /// What became of our number; `None` when the platform has never seen it, so that it certainly did not happen.
    async fn query(&self, out_trade_no: &str) -> Result<Option<Trade>, PartnerFault>;

    /// Gives money of a received payment back to the account it came from.
    async fn refund(&self, refund: &Refund) -> Result<Trade, PartnerFault>;

    /// Calls off a trade that is still processing.
    async fn close(&self, out_trade_no: &str) -> Result<Trade, PartnerFault>;

    /// The file of all trades of a past business day; read it with [`bill::read`].
    async fn daily_bill(&self, on: Date) -> Result<bill::BillFile, PartnerFault>;
}

/// A request to open a borrower's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    /// Our number of the request.
    pub out_request_no: String,
    /// Name as on the ID card.
    pub name: String,
    /// ID number.
    pub cert_no: String,
    /// Mobile number.
    pub phone: String,
}

/// The answer to [`OpenAccount`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedAccount {
    /// The account and how it stands.
    #[serde(flatten)]
    pub view: AccountView,
    /// The random first password, told once, for the slip below the tear-off line of the acceptance certificate (R1.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_password: Option<Secret>,
}

/// An account as the platform shows it to a lender: no balance, no full name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// The login name, which is also the number money is sent to.
    pub account: String,
    /// How it stands.
    pub status: AccountStatus,
    /// `张**`.
    pub name_masked: String,
    /// `138****0001`.
    pub phone_masked: String,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountStatus {
    /// Opened; the first password was not changed yet.
    Opened,
    /// The borrower can use it.
    Active,
}

/// A bill to be paid through the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueBill {
    /// Our number of the bill.
    pub bill_no: String,
    /// The borrower's account.
    pub account: String,
    /// The repayment day.
    pub repay_date: Date,
    /// What is to be paid in all.
    #[serde(with = "yuan")]
    pub should_amount: Fen,
    /// One line per contract and loan year.
    pub repay_list: Vec<DueLine>,
}

/// One contract's part of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueLine {
    /// Contract number.
    pub contract_no: String,
    /// Loan year, such as `2026-2027`.
    pub loan_year: String,
    /// Principal.
    #[serde(with = "yuan")]
    pub capital_amount: Fen,
    /// Interest and penalty.
    #[serde(with = "yuan")]
    pub interest_amount: Fen,
}

/// One loan to pay out (R12.2 to R12.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayOut {
    /// Our number of the pay-out.
    pub out_trade_no: String,
    /// Our number of the disbursement batch.
    pub batch_no: String,
    /// The borrower's account.
    pub account: String,
    /// The borrower's name; the platform compares it.
    pub name: String,
    /// The whole loan.
    #[serde(with = "yuan")]
    pub amount: Fen,
    /// What moves on to the school; the rest stays with the borrower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub school: Option<SchoolShare>,
}

/// The school's part of a pay-out: the owed fees of the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolShare {
    /// The school's account.
    pub school_account: String,
    /// Its holder.
    pub school_name: String,
    /// Above zero and at most the loan.
    #[serde(with = "yuan")]
    pub amount: Fen,
}

/// One collection from a borrower's account, early on the day after the repayment day (R17.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debit {
    /// Our number of the debit.
    pub out_trade_no: String,
    /// The borrower's account.
    pub account: String,
    /// What is due.
    #[serde(with = "yuan")]
    pub amount: Fen,
    /// Whether less than the whole may be taken when the balance is short.
    pub partial_allowed: bool,
    /// What the borrower reads in his statement.
    pub subject: String,
}

/// Money back out of a payment we received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// Our number of the refund.
    pub out_request_no: String,
    /// The platform's number of the payment.
    pub trade_no: String,
    /// At most what the payment brought and was not refunded yet.
    #[serde(with = "yuan")]
    pub amount: Fen,
    /// For the payer's statement.
    pub reason: String,
}

/// One movement of money, as the platform knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// Our number; for what a payer began at the platform, the platform's number again.
    pub out_trade_no: String,
    /// The platform's number.
    pub trade_no: String,
    /// What it is.
    pub kind: TradeKind,
    /// How far it is.
    pub trade_status: TradeStatus,
    /// The borrower's account.
    pub account: String,
    /// What was asked for.
    #[serde(with = "yuan")]
    pub total_amount: Fen,
    /// What moved; zero until it succeeded, less than asked for after a partial debit.
    #[serde(with = "yuan")]
    pub settled_amount: Fen,
    /// The business day the money counts for.
    pub value_on: Date,
    /// 批次流水号 of the transfers to one school in one batch (R12.5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch_serial: Option<String>,
    /// The trade this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_trade_no: Option<String>,
    /// Who paid, when it was somebody else: `李**`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_masked: Option<String>,
    /// Why it failed or was closed; see [`refusals`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Trade {
    /// What became of a debit or pay-out (R17.9).
    pub fn outcome(&self) -> Outcome {
        match self.trade_status {
            TradeStatus::Processing => Outcome::Processing,
            TradeStatus::Failed | TradeStatus::Closed => Outcome::Failed,
            TradeStatus::Success if self.settled_amount < self.total_amount => Outcome::Partial,
            TradeStatus::Success => Outcome::Full,
        }
    }
}

/// What a trade is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TradeKind {
    /// A loan into the borrower's account.
    PayOut,
    /// The school's share on its way from the borrower's account to the school.
    SchoolTransfer,
    /// Collected from the borrower's account.
    Debit,
    /// Paid to us through the "student-loan repayment" function by anybody for one borrower (R17.3).
    Repayment,
    /// Put into the borrower's own account (R17.1). It is the borrower's money until a debit takes it: no receipt of ours.
    TopUp,
    /// Given back by us.
    Refund,
    /// A repayment taken back by the channel.
    Bounce,
}

/// How far a trade is. [`TradeStatus::follow`] says which way it may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TradeStatus {
    /// Accepted, not decided.
    #[serde(rename = "PROCESSING")]
    Processing,
    /// Money moved.
    #[serde(rename = "TRADE_SUCCESS")]
    Success,
    /// No money moved, and none will.
    #[serde(rename = "TRADE_FAILED")]
    Failed,
    /// Called off before it was decided.
    #[serde(rename = "TRADE_CLOSED")]
    Closed,
}

/// What to do with news about a trade (H066).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is news: write it down.
    Advance,
    /// It is known already, or older than what is known: change nothing.
    Known,
    /// Two final states contradict each other: keep the first, put it aside, and let a query decide.
    Conflict,
}

impl TradeStatus {
    /// Monotone: processing may become final, a final state never changes.
    pub fn follow(self, news: TradeStatus) -> Step {
        match (self, news) {
            (held, told) if held == told => Step::Known,
            (TradeStatus::Processing, _) => Step::Advance,
            (_, TradeStatus::Processing) => Step::Known,
            _ => Step::Conflict,
        }
    }

    /// True when nothing more will happen.
    pub fn is_final(self) -> bool {
        self != TradeStatus::Processing
    }
}

/// What became of a debit or pay-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything moved.
    Full,
    /// A part moved.
    Partial,
    /// Nothing moved.
    Failed,
    /// Not known yet.
    Processing,
}

/// `张**`: the family name stays.
pub fn mask_name(name: &str) -> String {
    let mut signs = name.chars();
    signs.next().map_or_else(String::new, |first| format!("{first}**"))
}

/// `138****0001`; short numbers are hidden whole.
pub fn mask_phone(phone: &str) -> String {
    if phone.len() < 11 || !phone.is_ascii() {
        return "****".into();
    }
    format!("{}****{}", &phone[..3], &phone[phone.len() - 4..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use TradeStatus::{Closed, Failed, Processing, Success};

    #[test]
    fn h066_a_final_state_never_changes() {
        let check = |held: TradeStatus, news: TradeStatus, step: Step| assert_eq!(held.follow(news), step);
        check(Processing, Processing, Step::Known);
        check(Processing, Success, Step::Advance);
        check(Processing, Failed, Step::Advance);
        check(Processing, Closed, Step::Advance);
        check(Success, Success, Step::Known);
        check(Success, Processing, Step::Known);
        check(Success, Failed, Step::Conflict);
        check(Success, Closed, Step::Conflict);
        check(Failed, Failed, Step::Known);
        check(Failed, Success, Step::Conflict);
        check(Failed, Processing, Step::Known);
        check(Closed, Success, Step::Conflict);
    }

    #[test]
    fn names_and_phones_are_masked() {
        assert_eq!(mask_name("张三丰"), "张**");
        assert_eq!(mask_name("阿依古丽·买买提"), "阿**");
        assert_eq!(mask_name(""), "");
        assert_eq!(mask_phone("13800000001"), "138****0001");
        assert_eq!(mask_phone("1380"), "****");
        assert_eq!(mask_phone("一三八〇〇〇〇〇〇〇一"), "****");
    }
}
