//! 云闪付: the second way to pay (R17.6). The payer asks for an order over a sum, pays it in the app, and UnionPay
//! tells us. The order is written down before it is sent; whoever pays it, the money is the contract's.

use chrono::{DateTime, Utc};
use loan::event::EventKind;
use loan::money::Fen;
use serde::{Deserialize, Serialize};
use store::trade::{Outcome, Trade as Kept};
use store::{Failure, Tx};
use wire::unionpay::{QuickPassOrder, QuickPassTrade};

use super::books;
use super::receive::Heard;
use crate::Office;
use crate::act::{Act, Desk, Key};
use crate::application::answers::read_amount;
use crate::no::No;
use crate::refusals;
use crate::who::{Actor, Permission, Role, Scope};

/// Name of the channel in the ledger's events.
pub const CHANNEL: &str = "unionpay";
/// Kind of these orders among the trades.
const KIND: &str = "quick_pass";

/// 用云闪付还款: an order over a sum.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrderQuickPass {
    /// Contract number.
    pub contract: String,
    /// Yuan, as typed.
    pub amount: String,
}

/// The order as it was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// Our number.
    pub order_no: String,
    /// Its instant, a part of its key.
    pub ordered_at: DateTime<Utc>,
    /// What is to be paid.
    pub amount_fen: i64,
}

refusals! {
    /// Why no order is made, in order of precedence.
    pub enum OrderQuickPassRefusal {
        /// The loan was not paid out.
        NotPaidOut = "not_paid_out" ["hubei-grad-2023" "一.2"],
        /// Nothing is owed any more.
        ContractClosed = "contract_closed" ["hubei-grad-2023" "一.2"],
        /// Not an amount of money above zero.
        AmountNotAnAmount = "amount_not_an_amount" ["hubei-grad-2023" "一.2"] @ "amount",
        /// More than everything that is owed with the interest of a year.
        MoreThanOwed(Fen) = "more_than_owed" ["hubei-grad-2023" "一.2"] @ "amount",
    }
    figures |refusal| match refusal {
        OrderQuickPassRefusal::MoreThanOwed(most) => vec![("most", most.to_string())],
        _ => Vec::new(),
    }
}

#[async_trait::async_trait]
impl Act for OrderQuickPass {
    const NAME: &'static str = "order_quick_pass";
    const PERMISSION: Permission = Permission { roles: &[Role::Student, Role::CoBorrower], scope: Scope::OwnOrOffice };
    type Done = Ordered;
    type Refused = OrderQuickPassRefusal;

    async fn decide(&self, desk: &mut Desk<'_, '_>) -> Result<Ordered, No<OrderQuickPassRefusal>> {
        use OrderQuickPassRefusal as R;
        let ledger = super::ledger_of(desk, &self.contract).await?;
        if ledger.terms.is_none() {
            return Err(No::Refused(R::NotPaidOut));
        }
        if ledger.row.settled_on.is_some() {
            return Err(No::Refused(R::ContractClosed));
        }
        let amount = match read_amount(&self.amount) {
            Ok(amount) if amount.is_positive() => amount,
            _ => return Err(No::Refused(R::AmountNotAnAmount)),
        };
        let indexes = books::indexes(desk.tx, desk.office).await?;
        let through = books::open(desk.tx, desk.on).await?;
        let life = ledger.life(&indexes, through.day())?;
        let owed = &life.balances;
        let next = life.rows.iter().find(|row| row.due_on > through.day()).map_or(Fen::ZERO, |row| row.interest);
        let principal = owed.principal_not_due + owed.due_principal + owed.overdue_principal;
        let most = principal + owed.due_interest + owed.overdue_interest + owed.penalty + next - owed.deposit;
        if amount > most {
            return Err(No::Refused(R::MoreThanOwed(most.max(Fen::ZERO))));
        }
        let platforms = store::office_place::list_of_kind(desk.tx, "platform").await?;
        let Some(platform) = platforms.first().map(|office| office.office_id) else {
            return Err(No::Failure(Failure::corrupt("no office of a payment platform")));
        };
        let sequence = store::counter::next_of_owner(desk.tx, platform, KIND).await?;
        let order_no = format!("Q{}{sequence:08}", desk.on.format("%Y%m%d"));
        let at = chrono::SubsecRound::trunc_subsecs(desk.at, 0);
        let row = Kept {
            owner: platform,
            trade_no: order_no.clone(),
            direction: "in".to_owned(),
            kind: KIND.to_owned(),
            book: Some(ledger.row.book),
            contract: Some(ledger.row.contract),
            person: Some(ledger.row.person),
            amount_fen: amount.0,
            digest: super::sm3_hex(format!("{order_no}|{}", amount.0).as_bytes()),
            asked_at: at,
            on_day: desk.on,
            state: "pending".to_owned(),
            moved_fen: 0,
            partner_no: None,
            answered_at: None,
            value_on: None,
            detail: "{}".to_owned(),
        };
        store::trade::record(desk.tx, &row).await?;
        desk.note("order", order_no.clone());
        desk.note("amount", amount.to_string());
        Ok(Ordered { order_no, ordered_at: at, amount_fen: amount.0 })
    }
}

impl Office {
    /// Makes an order and places it with UnionPay; the same key asks for the same order and the same ticket.
    ///
    /// # Errors
    /// The refusals of the act; a failure when UnionPay cannot be reached, and then nothing was paid.
    pub async fn order_quick_pass(
        &self,
        actor: &Actor,
        key: &Key,
        act: OrderQuickPass,
    ) -> Result<(Ordered, String), No<OrderQuickPassRefusal>> {
        let contract = act.contract.trim().to_owned();
        let ordered = self.perform(actor, key, act).await?;
        let order = QuickPassOrder {
            order_no: ordered.order_no.clone(),
            ordered_at: ordered.ordered_at,
            amount: Fen(ordered.amount_fen),
            subject: format!("生源地信用助学贷款还款（合同{contract}）"),
        };
        match self.partners.quick_pass.order(&order).await {
            Ok(ticket) => Ok((ordered, ticket)),
            Err(fault) => Err(No::Failure(Failure::unavailable("UnionPay took no order").because(fault))),
        }
    }

    /// Takes in the raw body of a notification of UnionPay.
    ///
    /// # Errors
    /// A failure of our own; UnionPay then comes again.
    pub async fn hear_quick_pass(&self, raw: &[u8]) -> Result<Heard, Failure> {
        let Some(platform) = self.platforms().await?.first().copied() else {
            return Err(Failure::corrupt("a notification, but no office of a payment platform"));
        };
        let (heard, order_no) = match self.partners.read_quick_pass(raw) {
            Err(refused) => {
                tracing::warn!(%refused, "a notification of UnionPay is refused");
                (Heard::Refused(refused.to_string()), None)
            }
            Ok(told) => {
                let at = self.clock.now();
                let order_no = told.order_no.clone();
                let told = &told;
                let heard: Result<Heard, Failure> = self
                    .store
                    .write("take_quick_pass", |tx| Box::pin(async move { take(tx, self, platform, told, at).await }))
                    .await;
                (heard?, Some(order_no))
            }
        };
        self.keep_message(platform, raw, &heard, order_no.as_deref()).await?;
        Ok(heard)
    }
}

async fn take(
    tx: &mut Tx<'_>,
    office: &Office,
    platform: i64,
    told: &QuickPassTrade,
    at: store::Instant,
) -> Result<Heard, Failure> {
    let known = store::trade::by_number(tx, platform, &told.order_no).await?;
    let Some(order) = known.filter(|order| order.kind == KIND) else { return Ok(Heard::refused("order_unknown")) };
    if told.amount != Fen(order.amount_fen) {
        return Ok(Heard::refused("amount_differs"));
    }
    let (Some(query_id), Some(value_on)) = (&told.query_id, told.value_on) else { return Ok(Heard::Taken) };
    if order.state == "success" {
        let same = order.partner_no.as_deref() == Some(query_id.as_str());
        return Ok(if same { Heard::Taken } else { Heard::refused("other_trade") });
    }
    let moved = Outcome {
        state: "success",
        moved_fen: told.amount.0,
        partner_no: Some(query_id),
        value_on: Some(value_on),
        at,
    };
    store::trade::settle(tx, platform, &order.trade_no, moved).await?;
    let (Some(book), Some(contract)) = (order.book, order.contract) else {
        return Err(Failure::corrupt(format!("order {} names no contract", order.trade_no)));
    };
    let Some(ledger) = books::load(tx, book, contract).await? else {
        return Err(Failure::corrupt(format!("order {} names an unknown contract", order.trade_no)));
    };
    let today = crate::day::business_on(tx, at).await?;
    let through = books::open(tx, today).await?;
    let indexes = books::indexes(tx, office).await?;
    let paid = EventKind::Paid { amount: told.amount, channel: CHANNEL.to_owned(), reference: order.trade_no.clone() };
    super::receive::post(tx, vec![ledger], vec![(0, paid)], value_on, &indexes, through, at).await?;
    Ok(Heard::Taken)
}
