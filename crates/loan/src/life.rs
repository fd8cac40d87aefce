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
    /// True when the rate rests on a value invented for a demonstration.
    pub rate_synthetic: bool,
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
    /// Paid by the state's risk fund.
    pub compensated: Fen,
    /// Written off.
    pub written_off: Fen,
    /// Given back by the school (the principal of a closing row after a full refund).
    pub school_refunded: Fen,
    /// The part of a negative `interest` that went to the deposit, as a negative amount:
    /// `total = paid + overdue + waived + relieved + compensated + written off + school refunded + credited + not yet debited`.
    pub credited: Fen,
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

/// Kinds of postings; the JSON name is the `snake_case` of the variant. Each names its legs: `a +x` means a
/// positive amount on account `a`. A fund that pays stands where `deposit` stands when the borrower pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostingKind {
    /// `principal +`, `disbursing -`, first thing on the day of disbursement.
    Disbursed,
    /// On a settlement day: `interest_own +` (billed to the borrower), `interest_state +` (billed to the state, with
    /// what a waiver moved there), `interest_income -`.
    Settled,
    /// The state's bill sent to its finance department: `finance +`, `interest_state -`. Written by the office
    /// that claims, never by the engine: a settlement leaves the claim on `interest_state`.
    Billed,
    /// `platform +` (with its channel), `deposit -`.
    Received,
    /// Overdue money taken on a collection day, on receipt, or ahead of a funded prepayment (then dated its 20th):
    /// `deposit +`, `principal -`, `interest_own -`, `penalty +fixed -paid`, `penalty_income -fixed`; a waived part of the
    /// penalty is `interest_state +`, `penalty_income -`.
    Collected,
    /// A bill taken on its debit day (dated that day): `deposit +`, `principal -`, `interest_own -`.
    Debited,
    /// Dated its 20th, written at the end of the debit day: `deposit +`, `principal -`, `interest_state +`,
    /// `interest_income -` (own and state interest; the own interest is paid at once and nets to nothing).
    Prepaid,
    /// A difference for the past after a study change, beside the row it joins and dated like it: `interest_own ±`,
    /// `interest_state ±`, `interest_income ±`; the rest of a credit leaves `interest_own` for `deposit -`.
    Adjusted,
    /// Never written: a deferral moves no money.
    Deferred,
    /// A waiver of what was billed before: `interest_state +`, `interest_own -` (unpaid), `deposit -` (paid);
    /// the same for `penalty` that was fixed.
    Waived,
    /// `relief_fund +` and what it paid. Tier 1 is one posting: it also recognises the closing row
    /// (`interest_state +`, `interest_income -`).
    Relieved,
    /// `risk_fund +` and what it paid.
    Compensated,
    /// `deposit +`, `platform -` (no channel); on request, or at the end of the closing day.
    Refunded,
    /// `school +`, `principal -`; a full one also recognises its closing row (`interest_own +`, `interest_state +`, `interest_income -`).
    SchoolRefunded,
    /// `platform -` with its channel, and back what the payment did: `deposit +` (still there), `principal +`,
    /// `interest_own +`, `penalty +`, `suspense +` (already refunded), `written_off +` (already recovered).
    Bounced,
    /// `written_off +` and everything open; recognises the closing row as tier 1 does.
    WrittenOff,
    /// Money after a write-off, right after its `received`: `deposit +`, `written_off -`.
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

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal @ $documents:expr,)*) => {
        /// Why a contract or an event is refused. Within one contract or event the first that holds, in this order, is named.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// All of them, in order of precedence.
            pub const ALL: &'static [Reason] = &[$(Reason::$name),*];

            /// The name in interfaces.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$name => $code,)* }
            }

            /// The articles it rests on.
            pub fn why(self) -> Vec<Citation> {
                let documents: &[(&'static str, &'static str)] = match self { $(Reason::$name => &$documents,)* };
                documents.iter().map(|&(document, article)| Citation::of(document, article)).collect()
            }
        }
    };
}

reasons! {
    // An event at the wrong time of a contract's life.
    /// An amount not above zero, or above [`crate::money::AMOUNT_MAX`].
    AmountOutOfRange = "amount_out_of_range" @ [("sdvcst-2022", "26")],
    /// The contract is closed: only money, its reversal and waivers still act.
    ContractClosed = "contract_closed" @ [("sdvcst-2022", "23")],
    /// Nothing was disbursed yet.
    NotYetDisbursed = "not_yet_disbursed" @ [("sdvcst-2022", "22")],
    /// An event a plan cannot hold, such as a payment in a quote.
    NotOfAPlan = "not_of_a_plan" @ [("sdvcst-2022", "23")],

    // A contract that cannot be.
    /// Principal not above zero, or above [`crate::money::AMOUNT_MAX`].
    PrincipalOutOfRange = "principal_out_of_range" @ [("sdvcst-2022", "7")],
    /// A day or year before 1990 or after 2200, or a term of more than 100 years.
    DateOutOfRange = "date_out_of_range" @ [("sdvcst-2022", "8")],
    /// The year of graduation is the maturity year or later.
    GraduationNotBeforeMaturity = "graduation_not_before_maturity" @ [("sdvcst-2022", "8")],
    /// Disbursed on or after the day the borrower's own interest starts.
    DisbursedAfterGraduation = "disbursed_after_graduation" @ [("sdvcst-2022", "10"), ("sdvcst-2022", "22")],
    /// More than 30 years of grace.
    GraceOutOfRange = "grace_out_of_range" @ [("sdvcst-2022", "11")],
    /// A rate above 100 %, a spread beyond 100 percentage points, or a penalty above 1000 % of the rate. A campus-based plan
    /// takes rates below 1000 %.
    RateOutOfRange = "rate_out_of_range" @ [("sdvcst-2022", "9")],
    /// Settlement days that are not days 1 to 20 in the order final settlement, then settlement, or own interest that
    /// starts on another day than the 1st to the 28th.
    SettlementDayOutOfRange = "settlement_day_out_of_range" @ [("sdvcst-2022", "22")],
    /// More than 100 000 events, or an event outside the years 1990 to 2200.
    EventsOutOfRange = "events_out_of_range" @ [("sdvcst-2022", "22")],
    /// A table of published values that is not in strictly ascending order, or holds a rate out of range.
    IndexTableOutOfOrder = "index_table_out_of_order" @ [("sdvcst-2022", "9")],
    /// No value was published for the day named.
    IndexNotPublished = "index_not_published" @ [("sdvcst-2022", "9")],

    // Money.
    /// The same channel and reference came with another amount.
    PaymentDiffers = "payment_differs" @ [("sdvcst-2022", "26")],
    /// No payment of that channel and reference is known.
    PaymentUnknown = "payment_unknown" @ [("sdvcst-2022", "26")],
    /// More than the deposit holds.
    RefundAboveDeposit = "refund_above_deposit" @ [("sdvcst-2022", "26")],
    /// More than the principal not yet due.
    SchoolRefundAbovePrincipal = "school_refund_above_principal" @ [("sdvcst-2022", "15")],

    // Prepayment.
    /// Its 20th is on or before the disbursement.
    PrepaymentBeforeDisbursement = "prepayment_before_disbursement" @ [("sdvcst-2022", "24")],
    /// Its 20th is the maturity day or later.
    PrepaymentAfterMaturity = "prepayment_after_maturity" @ [("sdvcst-2022", "24")],
    /// One prepayment per contract and 20th.
    PrepaymentOfThatDayExists = "prepayment_of_that_day_exists" @ [("sdvcst-2022", "24")],
    /// No request for that 20th is open.
    PrepaymentUnknown = "prepayment_unknown" @ [("sdvcst-2022", "24")],
    /// After the 19th the batch is sent.
    PrepaymentAlreadySent = "prepayment_already_sent" @ [("sdvcst-2022", "24")],
    /// Not fully funded at the end of the debit day, or nothing left to prepay: listed on the debit day.
    PrepaymentLapsed = "prepayment_lapsed" @ [("sdvcst-2022", "24")],

    // Study.
    /// The new maturity day lies in the past, or all principal is due already.
    MaturityInThePast = "maturity_in_the_past" @ [("sdvcst-2022", "21"), ("sdvcst-2022", "8")],
    /// Study starts again before the last subsidised time is over.
    StudyResumedTooEarly = "study_resumed_too_early" @ [("sdvcst-2022", "10")],
    /// Study that would end before it starts again.
    StudyEndsBeforeItStarts = "study_ends_before_it_starts" @ [("sdvcst-2022", "10")],
    /// The borrower is not in subsidised study on that day.
    NotInStudy = "not_in_study" @ [("sdvcst-2022", "19")],

    // Pricing.
    /// One conversion in a contract's life.
    PricingAlreadyConverted = "pricing_already_converted" @ [("sdvcst-2022", "9")],
    /// Only contracts signed before 2020 convert.
    ConversionOfNewContract = "conversion_of_new_contract" @ [("sdvcst-2022", "9")],
    /// Filed before 2020-08-01 or after 2020-12-20.
    ConversionOutsideWindow = "conversion_outside_window" @ [("sdvcst-2022", "9")],
    /// A fixed rate follows no published table.
    IndexOfFixedRate = "index_of_fixed_rate" @ [("sdvcst-2022", "9")],
    /// A fixed rate has no spread.
    SpreadOfFixedRate = "spread_of_fixed_rate" @ [("sdvcst-2022", "9")],
    /// A spread of 100 percentage points or more.
    SpreadOutOfRange = "spread_out_of_range" @ [("sdvcst-2022", "9")],

    // Care.
    /// The year is settled.
    YearAlreadySettled = "year_already_settled" @ [("waiver-2025-69", "本金延期")],
    /// No principal falls due in that year.
    NoInstalmentInThatYear = "no_instalment_in_that_year" @ [("waiver-2025-69", "本金延期")],
    /// The year is waived already.
    YearAlreadyWaived = "year_already_waived" @ [("waiver-2025-69", "免息")],
    /// No bill of that year is or will be there.
    NoBillOfThatYear = "no_bill_of_that_year" @ [("caijiao-2015-7", "还款救助")],
    /// Nothing of that bill is open.
    BillAlreadyPaid = "bill_already_paid" @ [("caijiao-2015-7", "还款救助")],
    /// The relief fund pays that bill already.
    BillAlreadyRelieved = "bill_already_relieved" @ [("caijiao-2015-7", "还款救助")],
    /// The death is on record already.
    AlreadyDied = "already_died" @ [("caijiao-2015-7", "还款救助")],
    /// More than overdue money with its penalty and the principal not yet due.
    CompensationAboveDebt = "compensation_above_debt" @ [("caijiao-2015-7", "还款救助")],

    // A campus-based plan.
    /// No period, a period of no month, or more than 1200 periods or months.
    PeriodsOutOfRange = "periods_out_of_range" @ [("zju-2005", "六.1")],
    /// Grace as long as the plan.
    GraceNotShorterThanPlan = "grace_not_shorter_than_plan" @ [("zju-2005", "六.1")],
    /// Rate changes that do not ascend, or lie outside the plan.
    RateChangesOutOfOrder = "rate_changes_out_of_order" @ [("zju-2005", "三.3")],
    /// Repayment that starts too long after the end of study.
    RepaymentStartsTooLate = "repayment_starts_too_late" @ [("zju-2005", "六.1")],
    /// Repayment that ends too long after the end of study.
    RepaymentEndsTooLate = "repayment_ends_too_late" @ [("zju-2005", "六.1")],
    /// An instalment rounded to nothing.
    InstalmentUnitOutOfRange = "instalment_unit_out_of_range" @ [("zju-2005", "六.1")],
}
