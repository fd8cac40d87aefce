//! 提前还款: filed on any day without anybody's approval (R18.2, R18.3). The day follows from the filing day, the sum
//! is exact for a click made now, and until the day before its 20th it can be taken back. It is tested at the end of
//! the debit day; when the money is not there it lapses without harm.

use loan::calendar::Date;
use loan::event::{EventKind, PrepayAmount};
use loan::life::Reason;
use loan::money::Fen;
use loan::policy::{Parameter, Question, Scheme as LoanScheme};
use loan::settlement;
use serde::{Deserialize, Serialize};

use super::books::{self, Ledger};
use crate::act::{Act, Desk};
use crate::application::answers::read_amount;
use crate::no::No;
use crate::refusals;
use crate::who::{Permission, Role, Scope};

/// Who may: the two who owe, and the county's counter for them.
const PERMISSION: Permission =
    Permission { roles: &[Role::Student, Role::CoBorrower, Role::CountyClerk], scope: Scope::OwnOrOffice };

/// 申请提前还款.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FilePrepayment {
    /// Contract number.
    pub contract: String,
    /// `all`, or an amount of principal in yuan.
    pub amount: String,
}

/// 撤销提前还款.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelPrepayment {
    /// Contract number.
    pub contract: String,
    /// The 20th it was for.
    pub effective_on: Date,
}

/// What a prepayment filed now costs, all in fen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Its 20th.
    pub effective_on: Date,
    /// The money must be in the account by the end of this day.
    pub pay_by: Date,
    /// Prepaid principal.
    pub principal_fen: i64,
    /// Own interest on it.
    pub interest_fen: i64,
    /// Overdue amounts paid first.
    pub overdue_fen: i64,
    /// Their penalty.
    pub penalty_fen: i64,
    /// The bill of that day, when the 20th is a settlement day.
    pub bill_fen: i64,
    /// Everything together.
    pub total_fen: i64,
    /// What the deposit holds.
    pub deposit_fen: i64,
    /// What is still to be brought.
    pub to_bring_fen: i64,
}

refusals! {
    /// Why no prepayment is filed, in order of precedence.
    pub enum FilePrepaymentRefusal {
        /// The loan was not paid out.
        NotPaidOut = "not_paid_out" ["sdvcst-2022" "24"],
        /// Nothing is owed any more.
        ContractClosed = "contract_closed" ["sdvcst-2022" "24"],
        /// Not an amount of money above zero.
        AmountNotAnAmount = "amount_not_an_amount" ["sdvcst-2022" "24"] @ "amount",
        /// Less than the smallest part.
        BelowMinimum(Fen) = "below_minimum" ["sdvcst-2022" "24"] @ "amount",
        /// Its 20th would come before the money.
        BeforeDisbursement = "prepayment_before_disbursement" ["sdvcst-2022" "24"],
        /// Its 20th is maturity or later.
        AfterMaturity = "prepayment_after_maturity" ["sdvcst-2022" "24"],
        /// One request a month (R18.1).
        ThatDayExists = "prepayment_of_that_day_exists" ["sdvcst-2022" "24"],
    }
    figures |refusal| match refusal {
        FilePrepaymentRefusal::BelowMinimum(min) => vec![("min", min.to_string())],
        _ => Vec::new(),
    }
}

refusals! {
    /// Why it is not taken back, in order of precedence.
    pub enum CancelPrepaymentRefusal {
        /// The loan was not paid out.
        NotPaidOut = "not_paid_out" ["sdvcst-2022" "24"],
        /// No request for that 20th is on file.
        Unknown = "prepayment_unknown" ["sdvcst-2022" "24"] @ "effective_on",
        /// Its 20th has come: the order is with the platform.
        AlreadySent = "prepayment_already_sent" ["sdvcst-2022" "24"] @ "effective_on",
    }
}

/// The amount and the cost of a prepayment filed on that day, or why not.
pub(crate) fn cost(
    policy: &loan::policy::Book,
    indexes: &loan::contract::Indexes,
    ledger: &Ledger,
    typed: &str,
    on: Date,
) -> Result<Result<(PrepayAmount, Cost), FilePrepaymentRefusal>, store::Failure> {
    use FilePrepaymentRefusal as R;
    let Some(terms) = &ledger.terms else { return Ok(Err(R::NotPaidOut)) };
    if ledger.row.settled_on.is_some() {
        return Ok(Err(R::ContractClosed));
    }
    let amount = match typed.trim() {
        "all" => PrepayAmount::All,
        typed => match read_amount(typed) {
            Ok(part) if part.is_positive() => PrepayAmount::Part(part),
            _ => return Ok(Err(R::AmountNotAnAmount)),
        },
    };
    if let PrepayAmount::Part(part) = amount {
        let question = Question { scheme: LoanScheme::Origin, on, county: None, school: None };
        let min = policy.amount(&question, Parameter::PrepaymentMin).unwrap_or(Fen::ZERO);
        if part < min && part < Fen(ledger.row.outstanding_fen) {
            return Ok(Err(R::BelowMinimum(min)));
        }
    }
    let cost = match settlement::prepayment_cost(terms, indexes, &ledger.events, on, amount) {
        Ok(cost) => cost,
        Err(no) => {
            return match no.reason {
                Reason::AmountOutOfRange => Ok(Err(R::AmountNotAnAmount)),
                Reason::ContractClosed => Ok(Err(R::ContractClosed)),
                Reason::NotYetDisbursed | Reason::PrepaymentBeforeDisbursement => Ok(Err(R::BeforeDisbursement)),
                Reason::PrepaymentAfterMaturity => Ok(Err(R::AfterMaturity)),
                Reason::PrepaymentOfThatDayExists => Ok(Err(R::ThatDayExists)),
                other => Err(store::Failure::corrupt(format!("contract {}: {}", ledger.row.number, other.code()))),
            };
        }
    };
    let told = Cost {
        effective_on: cost.effective_on,
        pay_by: cost.effective_on.succ_opt().unwrap_or(cost.effective_on),
        principal_fen: cost.principal.0,
        interest_fen: cost.interest.0,
        overdue_fen: cost.overdue.0,
        penalty_fen: cost.penalty.0,
        bill_fen: cost.bill_principal.0 + cost.bill_interest.0,
        total_fen: cost.total.0,
        deposit_fen: cost.deposit.0,
        to_bring_fen: (cost.total - cost.deposit).max(Fen::ZERO).0,
    };
    Ok(Ok((amount, told)))
}

#[async_trait::async_trait]
impl Act for FilePrepayment {
    const NAME: &'static str = "file_prepayment";
    const PERMISSION: Permission = PERMISSION;
    type Done = Cost;
    type Refused = FilePrepaymentRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Cost, No<FilePrepaymentRefusal>> {
        let mut ledger = super::ledger_of(desk, &self.contract).await?;
        let indexes = books::indexes(desk.tx, desk.office).await?;
        let through = books::open(desk.tx, desk.on).await?;
        let asked = cost(desk.office.policy, &indexes, &ledger, &self.amount, through.day())?;
        let (amount, cost) = asked.map_err(No::Refused)?;
        let filed = EventKind::PrepayFiled { amount };
        let actor = desk.actor.name();
        books::add(desk.tx, &mut ledger, through.day(), filed, desk.at, &actor, through).await?;
        books::bring_forward(desk.tx, &indexes, &mut ledger, through, desk.at, &actor).await?;
        desk.note("effective_on", cost.effective_on.to_string());
        desk.note("total", Fen(cost.total_fen).to_string());
        Ok(cost)
    }
}

#[async_trait::async_trait]
impl Act for CancelPrepayment {
    const NAME: &'static str = "cancel_prepayment";
    const PERMISSION: Permission = PERMISSION;
    type Done = ();
    type Refused = CancelPrepaymentRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<(), No<CancelPrepaymentRefusal>> {
        use CancelPrepaymentRefusal as R;
        let mut ledger = super::ledger_of(desk, &self.contract).await?;
        if ledger.terms.is_none() {
            return Err(No::Refused(R::NotPaidOut));
        }
        if !super::requests(&ledger).iter().any(|request| request.effective_on == self.effective_on) {
            return Err(No::Refused(R::Unknown));
        }
        let indexes = books::indexes(desk.tx, desk.office).await?;
        let through = books::open(desk.tx, desk.on).await?;
        if through.day() >= self.effective_on {
            return Err(No::Refused(R::AlreadySent));
        }
        let cancelled = EventKind::PrepayCancelled { effective_on: self.effective_on };
        let actor = desk.actor.name();
        books::add(desk.tx, &mut ledger, through.day(), cancelled, desk.at, &actor, through).await?;
        books::bring_forward(desk.tx, &indexes, &mut ledger, through, desk.at, &actor).await?;
        desk.note("effective_on", self.effective_on.to_string());
        Ok(())
    }
}
