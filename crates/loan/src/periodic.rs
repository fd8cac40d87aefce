//! Campus-based repayment plans (校园地, money.md section 10): agreed in the repayment contract, into which all
//! vouchers merge; paid back once with interest, or by periods of whole months.
//!
//! An equal instalment is a quotient of two whole numbers of any size, so its rounding is exact.

use chrono::{Datelike, Months};
use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::ToPrimitive;

use crate::calendar::{Date, date};
use crate::life::{Balances, Life, Reason, Row, RowKind, Totals};
use crate::money::{AMOUNT_MAX, Fen, Rate, round_half_up};
use crate::refusal::Citation;
use crate::settlement::ContractRefused;

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

/// The longest plan, in periods and in months.
const LONGEST: u32 = 1_200;
const PPM: i128 = 1_000_000;

/// First day of the borrower's own interest on a campus-based loan: the 1st of the month after the certificate, or after
/// the formalities of ending study otherwise (zju-2005 section 三.3).
///
/// ```
/// use loan::{calendar::date, periodic::own_interest_from};
/// assert_eq!(own_interest_from(date(2006, 6, 30)), date(2006, 7, 1));
/// ```
pub fn own_interest_from(formalities_on: Date) -> Date {
    let (year, month) = (formalities_on.year(), formalities_on.month());
    if month == 12 { date(year + 1, 1, 1) } else { date(year, month + 1, 1) }
}

/// Whether a plan starts and ends in time after the end of study (zju-2005 section 六.1: 24 and 72 months, product data).
///
/// # Errors
/// [`Reason::RepaymentStartsTooLate`], then [`Reason::RepaymentEndsTooLate`].
pub fn keeps_the_window(
    terms: &PeriodicTerms,
    study_ended_on: Date,
    starts_within_months: u32,
    ends_within_months: u32,
) -> Result<(), Reason> {
    if terms.starts_on > after(study_ended_on, starts_within_months) {
        return Err(Reason::RepaymentStartsTooLate);
    }
    let months = terms.periods.saturating_mul(terms.every_months).min(LONGEST);
    if after(terms.starts_on, months) > after(study_ended_on, ends_within_months) {
        return Err(Reason::RepaymentEndsTooLate);
    }
    Ok(())
}

/// The plan of a campus-based loan: one row per period, or one at the end; none after the balance is nothing.
///
/// # Errors
/// Terms out of bounds: no principal, no period or more than 1200 periods or months, grace as long as the plan, rate changes that do
/// not ascend within it, a rate of 1000 % or more, dates outside 1990 to 2300.
pub fn plan(terms: &PeriodicTerms) -> Result<Life, ContractRefused> {
    check(terms)?;
    let periods = Periods::of(terms);
    let before = interest_before(terms, &periods);
    let mut rows = Vec::new();
    match terms.method {
        Method::Bullet => rows.push(bullet(terms, &periods, before)),
        Method::EqualPrincipal | Method::EqualInstalment => instalments(terms, &periods, before, &mut rows),
    }
    let totals = rows.iter().fold(Totals::default(), |sums, row| Totals {
        principal: sums.principal + row.principal,
        interest: sums.interest + row.interest,
        interest_subsidised: Fen::ZERO,
        total: sums.total + row.total,
    });
    Ok(Life { rows, totals, balances: Balances::default(), ..Life::default() })
}

fn check(terms: &PeriodicTerms) -> Result<(), ContractRefused> {
    let refuse = |reason: Reason| Err(ContractRefused { reason, on: None, why: reason.why() });
    let years = 1990..=2200;
    if !terms.principal.is_positive() || terms.principal > AMOUNT_MAX {
        return refuse(Reason::PrincipalOutOfRange);
    }
    let from = terms.interest_from.unwrap_or(terms.starts_on);
    if !years.contains(&terms.starts_on.year()) || !years.contains(&from.year()) || from > terms.starts_on {
        return refuse(Reason::DateOutOfRange);
    }
    let changes = &terms.rate_changes;
    if !rate_holds(terms.annual_rate) || !changes.iter().all(|&(_, rate)| rate_holds(rate)) {
        return refuse(Reason::RateOutOfRange);
    }
    let months = terms.periods.checked_mul(terms.every_months);
    if terms.periods == 0 || terms.every_months == 0 || terms.periods > LONGEST || months.is_none_or(|m| m > LONGEST) {
        return refuse(Reason::PeriodsOutOfRange);
    }
    if terms.grace_periods >= terms.periods {
        return refuse(Reason::GraceNotShorterThanPlan);
    }
    let in_plan = changes.iter().all(|&(from, _)| (1..=terms.periods).contains(&from));
    if !in_plan || !changes.windows(2).all(|pair| pair[0].0 < pair[1].0) {
        return refuse(Reason::RateChangesOutOfOrder);
    }
    if !terms.instalment_unit.is_positive() || terms.instalment_unit > AMOUNT_MAX {
        return refuse(Reason::InstalmentUnitOutOfRange);
    }
    Ok(())
}

fn rate_holds(rate: Rate) -> bool {
    (0..10_000_000).contains(&rate.0)
}

/// The periods of a plan: due dates, rates, and interest of one fen as `earned / divisor`.
struct Periods {
    due_on: Vec<Date>,
    rates: Vec<Rate>,
    /// Months or days of each period.
    units: Vec<u64>,
    earned: Vec<u64>,
    divisor: i128,
}

impl Periods {
    fn of(terms: &PeriodicTerms) -> Periods {
        let due_on: Vec<Date> = (1..=terms.periods).map(|n| after(terms.starts_on, n * terms.every_months)).collect();
        let mut rates = vec![terms.annual_rate; terms.periods as usize];
        for &(from, rate) in &terms.rate_changes {
            rates[from as usize - 1..].fill(rate);
        }
        let mut start = terms.starts_on;
        let mut units = Vec::with_capacity(rates.len());
        for &end in &due_on {
            units.push(match terms.day_count {
                PeriodicDayCount::Thirty360 => u64::from(terms.every_months),
                PeriodicDayCount::Act360 | PeriodicDayCount::Act365 => (end - start).num_days() as u64,
            });
            start = end;
        }
        let earned = units.iter().zip(&rates).map(|(units, rate)| units * rate.0 as u64).collect();
        let of_year = match terms.day_count {
            PeriodicDayCount::Thirty360 => 12,
            PeriodicDayCount::Act360 => 360,
            PeriodicDayCount::Act365 => 365,
        };
        Periods { due_on, rates, units, earned, divisor: of_year * PPM }
    }

    /// The equal instalment of a balance over the periods from `from` on at the rate of the first of them:
    /// `balance / sum of 1 / product of (1 + i)`, rounded half up to the unit.
    fn equal_instalment(&self, balance: Fen, from: usize, unit: Fen) -> Fen {
        let divisor = BigUint::from(self.divisor as u64);
        let rate = self.rates[from].0 as u64;
        // From the last period backwards: the product of all factors, and the sum of what discounts each.
        let (mut product, mut sum) = (BigUint::from(1u8), BigUint::ZERO);
        for at in (from..self.rates.len()).rev() {
            sum = (sum + &product) * &divisor;
            product *= self.divisor as u64 + self.units[at] * rate;
        }
        // Half up to the unit: floor((2 x + unit) / 2 unit) units.
        let unit = BigUint::from(unit.0 as u64);
        let numerator = product * BigUint::from(balance.0 as u64) * 2u8 + &unit * &sum;
        let units = numerator.div_floor(&(&sum * &unit * 2u8));
        Fen((units * unit).to_i64().unwrap_or(i64::MAX))
    }
}

/// A day some months later, at the end of a shorter month, counted from the first day so that it never drifts.
fn after(day: Date, months: u32) -> Date {
    day.checked_add_months(Months::new(months)).unwrap_or(Date::MAX)
}

/// Own interest before the first period: simple, by the plan's day count, rounded for itself.
fn interest_before(terms: &PeriodicTerms, periods: &Periods) -> Fen {
    let Some(from) = terms.interest_from else { return Fen::ZERO };
    let (days, divisor) = match terms.day_count {
        PeriodicDayCount::Thirty360 => (days_of_thirty(from, terms.starts_on), 360 * PPM),
        _ => (i128::from((terms.starts_on - from).num_days()), periods.divisor),
    };
    share(terms.principal, i128::from(terms.annual_rate.0) * days, divisor)
}

/// Days between two days when every month has thirty.
fn days_of_thirty(from: Date, to: Date) -> i128 {
    let number =
        |day: Date| i128::from(day.year()) * 360 + i128::from(day.month()) * 30 + i128::from(day.day().min(30));
    number(to) - number(from)
}

/// `amount × earned / divisor`, rounded half up.
fn share(amount: Fen, earned: i128, divisor: i128) -> Fen {
    Fen(round_half_up(i128::from(amount.0) * earned, divisor) as i64)
}

/// 利随本清: everything at the end, the whole time in one sum.
fn bullet(terms: &PeriodicTerms, periods: &Periods, before: Fen) -> Row {
    let earned: i128 = periods.earned.iter().map(|&earned| i128::from(earned)).sum();
    let interest = share(terms.principal, earned, periods.divisor) + before;
    let last = periods.due_on.len() - 1;
    let from = terms.interest_from.unwrap_or(terms.starts_on);
    row(from, periods.due_on[last], periods.rates[last], terms.principal, terms.principal, interest)
}

/// 等额本金 and 等额本息.
fn instalments(terms: &PeriodicTerms, periods: &Periods, before: Fen, rows: &mut Vec<Row>) {
    let mut balance = terms.principal;
    let mut start = terms.interest_from.unwrap_or(terms.starts_on);
    let grace = terms.grace_periods as usize;
    let count = periods.due_on.len();
    let equal = share(terms.principal, 1, (count - grace) as i128);
    let mut instalment = Fen::ZERO;
    for at in 0..count {
        let rate = periods.rates[at];
        let earned = share(balance, i128::from(periods.earned[at]), periods.divisor);
        let principal = if at < grace {
            Fen::ZERO
        } else if at + 1 == count {
            balance
        } else if terms.method == Method::EqualPrincipal {
            equal.min(balance)
        } else {
            if at == grace || rate != periods.rates[at - 1] {
                instalment = periods.equal_instalment(balance, at, terms.instalment_unit);
            }
            (instalment - earned).clamp(Fen::ZERO, balance)
        };
        let interest = if at == 0 { earned + before } else { earned };
        rows.push(row(start, periods.due_on[at], rate, balance, principal, interest));
        balance -= principal;
        start = periods.due_on[at];
        if balance.is_zero() {
            return;
        }
    }
}

fn row(from: Date, due_on: Date, rate: Rate, opening: Fen, principal: Fen, interest: Fen) -> Row {
    Row {
        due_on,
        debit_on: due_on,
        days: (due_on - from).num_days() as i32,
        rate,
        rate_projected: false,
        rate_synthetic: false,
        opening,
        principal,
        interest,
        interest_subsidised: Fen::ZERO,
        total: principal + interest,
        closing: opening - principal,
        kind: RowKind::Period,
        paid_principal: principal,
        paid_interest: interest,
        paid_penalty: Fen::ZERO,
        overdue_principal: Fen::ZERO,
        overdue_interest: Fen::ZERO,
        waived: Fen::ZERO,
        relieved: Fen::ZERO,
        compensated: Fen::ZERO,
        written_off: Fen::ZERO,
        school_refunded: Fen::ZERO,
        credited: Fen::ZERO,
        why: vec![Citation::of("zju-2005", "六.1"), Citation::of("zju-2005", "三.3")],
    }
}
