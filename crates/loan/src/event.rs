//! What happens to a contract: dated facts, in the order they act. `settlement` replays them.

use crate::calendar::Date;
use crate::money::Fen;

/// One dated fact. Events of one day act in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The day it acts.
    pub on: Date,
    /// What happened.
    pub kind: EventKind,
}

/// What happened. JSON names are the `snake_case` of the variants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Money arrived for the borrower.
    Paid {
        /// In fen.
        amount: Fen,
        /// Where it came in, such as `alipay`.
        channel: String,
        /// The channel's own number of the payment.
        reference: String,
    },
    /// A payment was taken back by its channel.
    Bounced {
        /// Channel of the payment.
        channel: String,
        /// Reference of the payment.
        reference: String,
    },
    /// Money of the deposit was paid back to the borrower.
    Refunded {
        /// In fen.
        amount: Fen,
    },
    /// The school gave back part of the disbursed principal.
    SchoolRefunded {
        /// In fen.
        amount: Fen,
    },
    /// A prepayment was asked for; its day follows from the filing day.
    PrepayFiled {
        /// How much principal.
        amount: PrepayAmount,
    },
    /// A prepayment request was withdrawn.
    PrepayCancelled {
        /// The 20th the request was for.
        effective_on: Date,
    },
    /// 就学信息变更: a new year of graduation.
    StudyChanged {
        /// New `G`.
        graduates_in: i32,
        /// From when it works; the event's day if absent.
        effective_on: Option<Date>,
        /// New year of maturity, if the change names one.
        matures_in: Option<i32>,
    },
    /// The borrower studies again after graduation.
    StudyResumed {
        /// First day of the new study.
        from: Date,
        /// New `G`.
        graduates_in: i32,
    },
    /// 退学.
    Withdrew,
    /// 开除学籍.
    Expelled,
    /// Death of the borrower.
    Died,
    /// 定价方式转换, once.
    Converted {
        /// The new pricing.
        to: ConvertTo,
    },
    /// A decision moved the spread of the existing contract.
    SpreadChanged {
        /// New spread in basis points.
        spread_bp: i32,
    },
    /// 本金延期偿还 of that year's principal.
    Deferred {
        /// Year of the settlement day.
        year: i32,
    },
    /// 免息: own interest falling due in that settlement year is the state's.
    Waived {
        /// Settlement year.
        year: i32,
    },
    /// 还款救助.
    Relieved(Relief),
    /// 代偿 by the state's risk fund.
    Compensated {
        /// In fen.
        amount: Fen,
    },
    /// 核销.
    WrittenOff,
}

impl EventKind {
    /// The name in interfaces.
    pub const fn code(&self) -> &'static str {
        match self {
            EventKind::Paid { .. } => "paid",
            EventKind::Bounced { .. } => "bounced",
            EventKind::Refunded { .. } => "refunded",
            EventKind::SchoolRefunded { .. } => "school_refunded",
            EventKind::PrepayFiled { .. } => "prepay_filed",
            EventKind::PrepayCancelled { .. } => "prepay_cancelled",
            EventKind::StudyChanged { .. } => "study_changed",
            EventKind::StudyResumed { .. } => "study_resumed",
            EventKind::Withdrew => "withdrew",
            EventKind::Expelled => "expelled",
            EventKind::Died => "died",
            EventKind::Converted { .. } => "converted",
            EventKind::SpreadChanged { .. } => "spread_changed",
            EventKind::Deferred { .. } => "deferred",
            EventKind::Waived { .. } => "waived",
            EventKind::Relieved(_) => "relieved",
            EventKind::Compensated { .. } => "compensated",
            EventKind::WrittenOff => "written_off",
        }
    }
}

/// How much principal a prepayment covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrepayAmount {
    /// That much, or all when it is more than the outstanding principal.
    Part(Fen),
    /// Everything outstanding.
    All,
}

/// The choice of a pricing conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConvertTo {
    /// LPR minus 30 basis points, reset every year.
    Floating,
    /// The December LPR of the year before, minus 30 basis points, for good.
    Fixed,
}

/// What the relief fund pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relief {
    /// Tier 1: the whole remaining debt.
    Whole,
    /// Tier 2: the bill of one year.
    Bill {
        /// Settlement year of the bill.
        year: i32,
    },
}
