//! The partners' notifications on their way: tried until the recipient answers as it must, at most eight times in 25 hours.

use chrono::{DateTime, TimeDelta, Utc};
use loan::money::Fen;
use serde::Serialize;

use super::world::{Fact, Faults, Merchant, Outgoing, QuickPassRow, Told};
use super::{Sandbox, faulty, quickpass};
use crate::form;
use crate::platform::notification::{News, Notification, SUCCESS, write_notification};
use crate::unionpay;

/// Minutes from one try to the next.
const PAUSES: [i64; 7] = [2, 10, 10, 60, 120, 360, 900];

/// How a round of delivery ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Delivery {
    /// Taken in this round.
    pub delivered: usize,
    /// Still waiting after it.
    pub waiting: usize,
}

impl Sandbox {
    /// Tries what is due, or everything that waits. One round at a time, in order.
    pub async fn deliver(&self, everything: bool) -> Delivery {
        let _one_at_a_time = self.delivering.lock().await;
        let now = (self.clock)();
        let faults = self.look(|world| world.faults.clone());
        let mut due: Vec<Outgoing> = self.look(|world| {
            let is_due = |outgoing: &&Outgoing| outgoing.due_at.is_some_and(|due_at| everything || due_at <= now);
            world.waiting().filter(is_due).cloned().collect()
        });
        if faults.reverse_notifications {
            due.reverse();
        }
        let mut delivery = Delivery::default();
        for mut outgoing in due {
            let taken = !faults.lose_notifications && self.try_once(&outgoing, &faults).await;
            outgoing.delivered = taken;
            outgoing.due_at = if taken { None } else { next_try((self.clock)(), outgoing.attempts) };
            outgoing.attempts += 1;
            delivery.delivered += usize::from(taken);
            if let Err(broken) = self.act(|act| act.record(Fact::Outgoing(outgoing))).await {
                tracing::error!(broken, "the sandbox cannot write its journal");
                break;
            }
        }
        delivery.waiting = self.look(|world| world.waiting.len());
        delivery
    }

    /// When the next notification is due.
    pub fn next_delivery(&self) -> Option<DateTime<Utc>> {
        self.look(|world| world.waiting().filter_map(|outgoing| outgoing.due_at).min())
    }

    async fn try_once(&self, outgoing: &Outgoing, faults: &Faults) -> bool {
        let (merchant, order) = self.look(|world| {
            let order = match &outgoing.told {
                Told::QuickPass(order_no) => world.orders.get(&(outgoing.app_id.clone(), order_no.clone())).cloned(),
                Told::Trade(_) | Told::Activated(_) => None,
            };
            (world.merchants.get(&outgoing.app_id).cloned(), order)
        });
        let Some(merchant) = merchant else { return false };
        let mut taken = false;
        for _ in 0..=faults.repeat_notifications {
            taken |= match &order {
                Some(order) => self.tell_of_order(order, &merchant, faults).await,
                None => self.tell(outgoing, &merchant, faults).await,
            };
        }
        taken
    }

    /// The platform's notification; taken when the answer is exactly `success`.
    async fn tell(&self, outgoing: &Outgoing, merchant: &Merchant, faults: &Faults) -> bool {
        let news = match outgoing.told.clone() {
            Told::Trade(mut trade) => {
                for amount in [&mut trade.total_amount, &mut trade.settled_amount] {
                    *amount = Fen((amount.0 + faults.lie_on_amount_fen).max(0));
                }
                News::Trade(trade)
            }
            Told::Activated(account) => News::AccountActivated { account },
            Told::QuickPass(_) => return false,
        };
        let notify_id = format!("n{:012}", outgoing.number);
        let notification = Notification { notify_id, notify_at: (self.clock)(), news };
        let mut body = write_notification(&notification, &merchant.app_id, &merchant.seller_id, &self.keys.platform);
        if faults.corrupt_signature {
            faulty::spoil_form(&mut body, "sign");
        }
        match self.line.post_form(&merchant.notify_url, form::write(&body)).await {
            Ok(answer) => answer.status == 200 && answer.body.trim_ascii() == SUCCESS.as_bytes(),
            Err(fault) => {
                tracing::debug!(%fault, "a notification was not taken");
                false
            }
        }
    }

    /// UnionPay's notification; taken when the answer is HTTP 200.
    async fn tell_of_order(&self, order: &QuickPassRow, merchant: &Merchant, faults: &Faults) -> bool {
        let lied = QuickPassRow { amount: Fen((order.amount.0 + faults.lie_on_amount_fen).max(1)), ..order.clone() };
        let mut body = quickpass::notification(&lied, &merchant.mer_id);
        unionpay::sign(&mut body, &self.keys.unionpay);
        if faults.corrupt_signature {
            faulty::spoil_form(&mut body, "signature");
        }
        self.line.post_form(&merchant.back_url, form::write(&body)).await.is_ok_and(|answer| answer.status == 200)
    }
}

fn next_try(now: DateTime<Utc>, attempts: usize) -> Option<DateTime<Utc>> {
    PAUSES.get(attempts).map(|minutes| now + TimeDelta::minutes(*minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_is_tried_eight_times_in_25_hours() {
        let began: DateTime<Utc> = "2026-12-20T16:00:00Z".parse().unwrap();
        let (mut at, mut tries) = (began, 1);
        while let Some(next) = next_try(at, tries - 1) {
            at = next;
            tries += 1;
        }
        assert_eq!(tries, 8);
        assert_eq!(at - began, TimeDelta::minutes(2 + 10 + 10 + 60 + 120 + 360 + 900));
        assert!(at - began < TimeDelta::hours(25));
    }
}
