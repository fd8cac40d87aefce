//! Campus-based repayment plans (校园地, money.md section 10).

use crate::calendar::Date;
use crate::money::{Fen, Rate};

/// The terms of a campus-based plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodicTerms {
    /// Principal in fen, above zero.
    pub principal: Fen,
    /// First day of the first period.
    pub starts_on: Date,
    /// Yearly rate.
    pub annual_rate: Rate,
    /// Number of periods.
    pub periods: u32,
    /// Months of a period.
    pub every_months: u32,
    /// How principal is spread.
    pub method: Method,
    /// How days become interest.
    pub day_count: PeriodicDayCount,
    /// Periods that bear interest and no principal.
    pub grace_periods: u32,
    /// First day of the borrower's interest before the first period.
    pub interest_from: Option<Date>,
    /// What an equal instalment is rounded to, at least one fen.
    pub instalment_unit: Fen,
    /// Rates from a period on, ascending.
    pub rate_changes: Vec<(u32, Rate)>,
}

/// How principal is spread over the periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// 等额本金.
    EqualPrincipal,
    /// 等额本息.
    EqualInstalment,
    /// 利随本清.
    Bullet,
}

/// Day-count convention of a periodic plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeriodicDayCount {
    /// Months / 12.
    Thirty360,
    /// Actual days / 360.
    Act360,
    /// Actual days / 365.
    Act365,
}
