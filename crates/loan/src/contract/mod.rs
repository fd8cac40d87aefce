//! What was agreed: the terms of one origin-based contract (生源地信用助学贷款).
//!
//! Everything called product data is a value here, dated and cited in `policy/`; the arithmetic
//! never reads a policy itself. Next: [`crate::event`] (what happens to it), [`crate::settlement`].

use crate::calendar::{Date, MonthDay};
use crate::money::{Fen, Rate};

/// The terms of one contract, fixed at signing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Principal in fen, above zero.
    pub principal: Fen,
    /// The bank's disbursement day; interest counts from it, that day included.
    pub disbursed_on: Date,
    /// Year of graduation `G`.
    pub graduates_in: i32,
    /// Year of maturity; the loan ends on the final settlement day of that year.
    pub matures_in: i32,
    /// Years of grace after `G` in which no principal falls due.
    pub grace_years: u8,
    /// How the rate is found.
    pub pricing: Pricing,
    /// How days become interest.
    pub day_count: DayCount,
    /// The values of the product the contract belongs to.
    pub product: Product,
}

/// How the rate of a contract is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pricing {
    /// One rate from signing on.
    Fixed(Rate),
    /// The index of the reset day plus a spread in basis points.
    Floating {
        /// Which published series.
        index: Index,
        /// Basis points added to it, usually negative.
        spread_bp: i32,
    },
}

/// A published series of rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Index {
    /// Loan prime rate over five years (贷款市场报价利率).
    Lpr5Y,
    /// The central bank's benchmark lending rate over five years, until 2019.
    Pboc5Y,
}

/// One published series, in date order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexTable {
    /// `(published on, value)`, strictly ascending.
    pub points: Vec<(Date, Rate)>,
    /// The last day for which the table is known to be complete; a reset after it is a projection.
    /// `None`: the last value holds for ever and nothing is projected.
    pub known_until: Option<Date>,
    /// From this day on the values are invented for a demonstration; `None` in a table of published values only.
    pub synthetic_from: Option<Date>,
}

/// The series a contract needs: the one it was signed on and the one after a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexes {
    /// Loan prime rate over five years.
    pub lpr5y: IndexTable,
    /// Benchmark rate over five years.
    pub pboc5y: IndexTable,
}

/// Day-count convention of an origin-based contract (money.md section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum DayCount {
    /// 逐笔计息: a whole settlement year earns the yearly rate, anything else days / 360.
    #[default]
    YearOrDays360,
    /// Actual days / 360.
    Act360,
    /// Actual days / 365.
    Act365,
}

/// Values of the loan product; [`Product::default`] holds the defaults of the money rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// 结息日: 20 December.
    pub settlement: MonthDay,
    /// Last settlement day: 20 September of the maturity year.
    pub final_settlement: MonthDay,
    /// First day of the borrower's own interest in the graduation year: 1 September.
    pub own_interest_from: MonthDay,
    /// Which December after graduation carries the first principal.
    pub first_principal: FirstPrincipal,
    /// Penalty rate as percent of the contract rate: 130.
    pub penalty_percent: u32,
    /// What the penalty is counted on.
    pub penalty_base: PenaltyBase,
    /// When money that arrives for an overdue item stops the penalty.
    pub overdue_value_day: OverdueValueDay,
}

impl Default for Product {
    fn default() -> Product {
        Product {
            settlement: MonthDay { month: 12, day: 20 },
            final_settlement: MonthDay { month: 9, day: 20 },
            own_interest_from: MonthDay { month: 9, day: 1 },
            first_principal: FirstPrincipal::AfterGrace,
            penalty_percent: 130,
            penalty_base: PenaltyBase::OverdueAmount,
            overdue_value_day: OverdueValueDay::Collection,
        }
    }
}

/// Reading of sdvcst-2022 article 11 against article 23.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FirstPrincipal {
    /// 20 December of `G + grace`.
    AfterGrace,
    /// 20 December of `G + grace - 1` ("from the third year").
    InLastGraceYear,
}

/// What the penalty is counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PenaltyBase {
    /// Overdue principal and interest (sdvcst-2022 article 28).
    OverdueAmount,
    /// Overdue principal only.
    OverduePrincipal,
}

/// When money that arrives for an overdue item works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OverdueValueDay {
    /// On the next collection day (sdvcst-2022 article 25).
    Collection,
    /// On the day it arrives.
    Receipt,
}
