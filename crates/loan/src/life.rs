//! The shape of the answer of `quote` and `replay`: rows, balances, postings and what was refused.

use crate::calendar::Date;
use crate::money::{Fen, Rate};
use crate::refusal::Citation;

/// Everything that followed from a contract and its events up to a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// One row per settlement day and per prepayment day, in date order.
    pub rows: Vec<Row>,
    /// What stands open at the end of the last day computed.
    pub balances: Balances,
    /// One posting per money event, in the order they happened.
    pub postings: Vec<Posting>,
    /// Events the rules refused, in date order.
    pub refused: Vec<Refused>,
    /// Indexes into the events given: repeats that changed nothing.
    pub already_done: Vec<usize>,
    /// Sums over `rows`.
    pub totals: Totals,
}

/// One line of a plan or of a settled year (interfaces: `rows`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Settlement or prepayment day.
    pub due_on: Date,
    /// The day after.
    pub debit_on: Date,
    /// Days of the borrower's own interest.
    pub days: i32,
    /// Contract rate at the end of the row's time.
    pub rate: Rate,
    /// True when the rate rests on a publication that is not known yet.
    pub rate_projected: bool,
    /// Principal not yet due before the row.
    pub opening: Fen,
    /// Principal falling due.
    pub principal: Fen,
    /// Borrower's interest falling due; a credit may make it negative.
    pub interest: Fen,
    /// The state's interest.
    pub interest_subsidised: Fen,
    /// What the borrower pays: principal + interest.
    pub total: Fen,
    /// Principal not yet due after the row.
    pub closing: Fen,
    /// What the row is.
    pub kind: RowKind,
    /// Of `principal`, paid so far (net of bounces).
    pub paid_principal: Fen,
    /// Of `interest`, paid so far.
    pub paid_interest: Fen,
    /// Penalty of the row's item paid so far.
    pub paid_penalty: Fen,
    /// Principal of the row overdue at the end of the last day computed.
    pub overdue_principal: Fen,
    /// Interest of the row overdue.
    pub overdue_interest: Fen,
    /// Taken off by a waiver after billing.
    pub waived: Fen,
    /// Paid by relief.
    pub relieved: Fen,
    /// The articles the row rests on.
    pub why: Vec<Citation>,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// A settlement day (a prepayment may have joined it).
    Settlement,
    /// A prepayment on another 20th.
    Prepayment,
    /// Closing by relief, write-off or a full school refund.
    Closing,
    /// A period of a campus-based plan.
    Period,
}

/// What stands open (interfaces: `balances`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balances {
    /// Principal not yet due.
    pub principal_not_due: Fen,
    /// Billed principal whose debit day is not over.
    pub due_principal: Fen,
    /// Billed interest whose debit day is not over.
    pub due_interest: Fen,
    /// Overdue principal.
    pub overdue_principal: Fen,
    /// Overdue interest.
    pub overdue_interest: Fen,
    /// Fixed unpaid penalty and the running one.
    pub penalty: Fen,
    /// The borrower's money not yet used.
    pub deposit: Fen,
    /// Borrower's interest of the running year so far.
    pub accrued_interest_own: Fen,
    /// State's interest of the running year so far.
    pub accrued_interest_state: Fen,
}

/// Sums over the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Principal.
    pub principal: Fen,
    /// Borrower's interest.
    pub interest: Fen,
    /// State's interest.
    pub interest_subsidised: Fen,
    /// Principal + interest.
    pub total: Fen,
}

/// One posting: signed amounts per account, together zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The business day.
    pub on: Date,
    /// What kind of thing happened.
    pub kind: PostingKind,
    /// The settlement day or the event it follows from.
    pub cause: Cause,
    /// Signed legs in the order of [`Account`], none of them zero.
    pub legs: Legs,
}

/// What a posting follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The disbursement.
    Disbursement,
    /// A settlement, collection, debit or prepayment day.
    Day(Date),
    /// The event at that index of the events given.
    Event(usize),
}

/// The signed legs of one posting. Receivables and money are positive, income and debts to others negative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Legs {
    /// Amount per account, indexed by `Account as usize`.
    pub amounts: [Fen; Account::COUNT],
    /// Channel of the `platform` leg.
    pub channel: Option<String>,
}

impl Legs {
    /// Legs that are not zero, in account order.
    pub fn iter(&self) -> impl Iterator<Item = (Account, Fen)> + '_ {
        Account::ALL.iter().map(|&a| (a, self.amounts[a as usize])).filter(|(_, fen)| !fen.is_zero())
    }

    /// The sum of all legs; zero in every posting.
    pub fn sum(&self) -> Fen {
        self.amounts.iter().copied().sum()
    }
}

macro_rules! accounts {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// The accounts of the ledger (money.md section 11).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Account { $($(#[$doc])* $name,)* }

        impl Account {
            /// How many accounts there are.
            pub const COUNT: usize = [$($code),*].len();
            /// All of them, in order.
            pub const ALL: [Account; Self::COUNT] = [$(Account::$name),*];

            /// The name in interfaces and in the column of the posting table.
            pub const fn code(self) -> &'static str {
                match self { $(Account::$name => $code,)* }
            }
        }
    };
}

accounts! {
    /// 本金.
    Principal = "principal",
    /// 应收利息-学生.
    InterestOwn = "interest_own",
    /// 应收贴息.
    InterestState = "interest_state",
    /// 应收罚息.
    Penalty = "penalty",
    /// 利息收入.
    InterestIncome = "interest_income",
    /// 罚息收入.
    PenaltyIncome = "penalty_income",
    /// 学生余款.
    Deposit = "deposit",
    /// 平台清算, one per channel.
    Platform = "platform",
    /// 在途放款.
    Disbursing = "disbursing",
    /// 学校应付.
    School = "school",
    /// 财政贴息清算.
    Finance = "finance",
    /// 还款救助.
    ReliefFund = "relief_fund",
    /// 风险补偿金.
    RiskFund = "risk_fund",
    /// 挂账.
    Suspense = "suspense",
    /// 核销.
    WrittenOff = "written_off",
}

/// Kinds of postings; the JSON name is the `snake_case` of the variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum PostingKind {
    Disbursed,
    Settled,
    Billed,
    Received,
    Collected,
    Debited,
    Prepaid,
    Adjusted,
    Deferred,
    Waived,
    Relieved,
    Compensated,
    Refunded,
    SchoolRefunded,
    Bounced,
    WrittenOff,
    Recovered,
}

impl PostingKind {
    /// The name in interfaces.
    pub const fn code(self) -> &'static str {
        match self {
            PostingKind::Disbursed => "disbursed",
            PostingKind::Settled => "settled",
            PostingKind::Billed => "billed",
            PostingKind::Received => "received",
            PostingKind::Collected => "collected",
            PostingKind::Debited => "debited",
            PostingKind::Prepaid => "prepaid",
            PostingKind::Adjusted => "adjusted",
            PostingKind::Deferred => "deferred",
            PostingKind::Waived => "waived",
            PostingKind::Relieved => "relieved",
            PostingKind::Compensated => "compensated",
            PostingKind::Refunded => "refunded",
            PostingKind::SchoolRefunded => "school_refunded",
            PostingKind::Bounced => "bounced",
            PostingKind::WrittenOff => "written_off",
            PostingKind::Recovered => "recovered",
        }
    }
}

/// An event the rules said no to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The day of the event, or of the lapse.
    pub on: Date,
    /// Index into the events given.
    pub event: usize,
    /// The named reason.
    pub reason: Reason,
    /// The articles it rests on.
    pub why: Vec<Citation>,
}

/// Why a contract or an event is refused; the code of the interface is [`Reason::code`].
/// The engine adds variants here as rules need them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Reason {
    PricingAlreadyConverted,
    PrepaymentOfThatDayExists,
    PrepaymentLapsed,
}

impl Reason {
    /// The name in interfaces.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::PricingAlreadyConverted => "pricing_already_converted",
            Reason::PrepaymentOfThatDayExists => "prepayment_of_that_day_exists",
            Reason::PrepaymentLapsed => "prepayment_lapsed",
        }
    }
}
