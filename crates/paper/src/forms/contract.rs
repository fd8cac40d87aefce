//! The loan contract: printed at the counter from the accepted application, read, signed and
//! fingerprinted. Every figure of the plan the borrower will meet for twenty years stands in it.

use loan::calendar::{Date, MonthDay};
use loan::contract::{DayCount, Index, Pricing};
use loan::life::Row;
use loan::money::Fen;
use serde::{Serialize, Serializer};

use super::{Form, LOAN_CONTRACT};
use crate::Paper;

/// 借款合同.
#[derive(Clone, Debug, Serialize)]
pub struct LoanContract {
    /// Borrower (甲方).
    pub borrower: Party,
    /// Co-borrower (甲方).
    pub co_borrower: CoBorrower,
    /// Registered household (户籍所在地).
    pub household: String,
    /// Lender (乙方), the granting branch.
    pub lender: String,
    /// Serving office (丙方), the county aid centre.
    pub agency: String,
    /// Principal.
    #[serde(serialize_with = "super::amount")]
    pub principal: Fen,
    /// School as in the directory.
    pub school: String,
    /// First calendar year of the academic year the money is for.
    #[serde(serialize_with = "super::academic_year")]
    pub academic_year: i32,
    /// Last day of the loan.
    #[serde(serialize_with = "super::day")]
    pub matures_on: Date,
    /// Years from disbursement to maturity, as agreed.
    pub term_years: u32,
    /// How the rate is found; printed as a sentence.
    #[serde(serialize_with = "pricing_clause")]
    pub pricing: Pricing,
    /// How days become interest; printed as a sentence.
    #[serde(serialize_with = "day_count_clause")]
    pub day_count: DayCount,
    /// Yearly settlement day (结息日).
    #[serde(serialize_with = "super::month_day")]
    pub settlement: MonthDay,
    /// Settlement day of the last year.
    #[serde(serialize_with = "super::month_day")]
    pub final_settlement: MonthDay,
    /// Last day of the interest subsidy.
    #[serde(serialize_with = "super::day")]
    pub subsidy_ends_on: Date,
    /// First day of the borrower's own interest.
    #[serde(serialize_with = "super::day")]
    pub own_interest_from: Date,
    /// Years without principal after graduation.
    pub grace_years: u32,
    /// The day of the first principal.
    #[serde(serialize_with = "super::day")]
    pub first_principal_on: Date,
    /// All settlement days from graduation to maturity, in date order.
    pub plan: Vec<Instalment>,
    /// The prepayment clause of the policy in force.
    #[serde(serialize_with = "prepayment_clause")]
    pub prepayment: PrepaymentRule,
    /// Without a school receipt by this day the contract has no effect.
    #[serde(serialize_with = "super::day")]
    pub receipt_due_on: Date,
    /// Penalty rate as percent of the contract rate: 130.
    pub penalty_percent: u32,
    /// What the clerk checked at the counter.
    pub window: WindowCheck,
    /// True when it is signed electronically only: then there are no boxes for a pen and a thumb.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub electronic: bool,
}

/// A person as printed on a paper.
#[derive(Clone, Debug, Serialize)]
pub struct Party {
    /// Name exactly as on the identity card.
    pub name: String,
    /// Identity number, whole on the signed original, masked elsewhere.
    pub id_number: String,
    /// Phone number; empty when the paper does not print it.
    pub phone: String,
}

/// The co-borrower as printed on a paper.
#[derive(Clone, Debug, Serialize)]
pub struct CoBorrower {
    /// Name exactly as on the identity card.
    pub name: String,
    /// Identity number, whole on the signed original, masked elsewhere.
    pub id_number: String,
    /// Relation to the borrower: 父亲, 母亲, 其他监护人.
    pub relation: String,
    /// Phone number; empty when the paper does not print it.
    pub phone: String,
}

/// One settlement day of the plan; interest depends on the rate of its year and is not printed.
#[derive(Clone, Debug, Serialize)]
pub struct Instalment {
    /// Settlement day.
    #[serde(serialize_with = "super::day")]
    pub due_on: Date,
    /// Principal due.
    #[serde(serialize_with = "super::figures")]
    pub principal: Fen,
    /// Principal not yet due afterwards.
    #[serde(serialize_with = "super::figures")]
    pub closing: Fen,
}

impl From<&Row> for Instalment {
    fn from(row: &Row) -> Instalment {
        Instalment { due_on: row.due_on, principal: row.principal, closing: row.closing }
    }
}

/// What the clerk at the counter confirmed before printing.
#[derive(Clone, Debug, Serialize)]
pub struct WindowCheck {
    /// Who was there: 借款学生、共同借款人均到场.
    pub present: String,
    /// When, as printed: `2026-08-12 10:24`.
    pub checked_at: String,
    /// Which originals were seen.
    pub documents: String,
    /// Window and clerk.
    pub window: String,
}

/// When early repayment takes effect. The product has had two rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrepaymentRule {
    /// Any day: filed by the 15th it works on the 20th, from 16 October on 20 December (sdvcst-2022 article 24).
    MonthlyTwentieth,
    /// As the bank announces for the year (earlier contracts).
    AsAnnounced,
}

fn prepayment_clause<S: Serializer>(rule: &PrepaymentRule, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match rule {
        PrepaymentRule::MonthlyTwentieth => {
            "甲方可以在任何一天申请提前归还全部或部分借款，不收费用，不须审批。1 月至 9 月和 12 月，15 日（含）前申请的，\
             还款日为当月 20 日，15 日后申请的为次月 20 日；10 月 15 日（含）前申请的为 10 月 20 日；\
             10 月 16 日至 11 月 30 日申请的为 12 月 20 日。"
        }
        PrepaymentRule::AsAnnounced => {
            "甲方可以申请提前归还全部或部分借款，不收费用。申请时间和还款日以乙方当年公布的为准，利息按实际用款天数计收。"
        }
    })
}

fn pricing_clause<S: Serializer>(pricing: &Pricing, to: S) -> Result<S::Ok, S::Error> {
    let clause = match pricing {
        Pricing::Fixed(rate) => format!("年利率为 {rate}%，在合同期限内不变。"),
        Pricing::Floating { index: Index::Lpr5Y, spread_bp } => format!(
            "年利率为五年期以上贷款市场报价利率{}，加减点数值在合同期限内不变，每年结息日的次日按最新报价重新确定。",
            spread(*spread_bp)
        ),
        Pricing::Floating { index: Index::Pboc5Y, spread_bp } => format!(
            "年利率为中国人民银行公布的五年期以上贷款基准利率{}，每年结息日的次日按当日基准利率重新确定。",
            spread(*spread_bp)
        ),
    };
    to.serialize_str(&clause)
}

fn spread(basis_points: i32) -> String {
    match basis_points {
        0 => String::new(),
        below if below < 0 => format!("减 {} 个基点", -below),
        above => format!("加 {above} 个基点"),
    }
}

fn day_count_clause<S: Serializer>(day_count: &DayCount, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match day_count {
        DayCount::YearOrDays360 => "满一年的按年利率计算，不满一年的按实际天数、以一年 360 天计算。",
        DayCount::Act360 => "利息按实际天数、以一年 360 天计算。",
        DayCount::Act365 => "利息按实际天数、以一年 365 天计算。",
    })
}

impl Paper for LoanContract {
    fn form(&self) -> &'static Form {
        &LOAN_CONTRACT
    }
}
