//! The payment platform over its open API. One call is one signed question and one signed answer; what the answer
//! says is compared with what was asked before anybody believes it.

use std::time::Duration;

use async_trait::async_trait;
use loan::calendar::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bill::BillFile;
use super::{
    AccountView, Debit, DueBill, ITEMS_MAX, OpenAccount, OpenedAccount, PayOut, PaymentPlatform, Refund, Trade,
    openapi, refusals,
};
use crate::fault::{PartnerFault, Refusal};
use crate::form;
use crate::keys::{KeyRefused, OurKey, PlatformKey, Secret};
use crate::line::{AddressRules, Line};
use crate::moment::Clock;

/// Method names of the open API. Those with `studentloan` are agreed between lender and platform; the others are public.
pub mod methods {
    /// Opens an account.
    pub const ACCOUNT_OPEN: &str = "alipay.fund.studentloan.account.open";
    /// A new first password.
    pub const ACCOUNT_PASSWORD_RENEW: &str = "alipay.fund.studentloan.account.password.renew";
    /// Bulk activation.
    pub const ACCOUNT_ACTIVATE: &str = "alipay.fund.studentloan.account.activate";
    /// How an account stands.
    pub const ACCOUNT_QUERY: &str = "alipay.fund.studentloan.account.query";
    /// A new mobile number.
    pub const ACCOUNT_PHONE_MODIFY: &str = "alipay.fund.studentloan.account.phone.modify";
    /// A bill to show to payers.
    pub const BILL_PUBLISH: &str = "alipay.fund.studentloan.repay.publish";
    /// Pay-outs.
    pub const PAY_OUT: &str = "alipay.fund.studentloan.payout.batch";
    /// Debits.
    pub const DEBIT: &str = "alipay.fund.studentloan.debit.batch";
    /// One trade.
    pub const TRADE_QUERY: &str = "alipay.trade.query";
    /// A refund.
    pub const TRADE_REFUND: &str = "alipay.trade.refund";
    /// Calling off.
    pub const TRADE_CLOSE: &str = "alipay.trade.close";
    /// Where the daily bill lies.
    pub const BILL_DOWNLOAD: &str = "alipay.data.dataservice.bill.downloadurl.query";
}

/// How to reach the platform, for a settings file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformConfig {
    /// Such as `https://openapi.alipay.com/gateway.do`.
    pub gateway: String,
    /// Our application.
    pub app_id: String,
    /// Our merchant number: the payee of repayments.
    pub seller_id: String,
    /// Our private key, PEM or one line of Base64.
    pub our_key: Secret,
    /// The platform's public key, pinned.
    pub platform_key: String,
    /// Where the platform sends its notifications.
    pub notify_url: String,
}

/// The adapter.
#[derive(Clone)]
pub struct AlipayPlatform {
    line: Line,
    gateway: String,
    app_id: String,
    notify_url: String,
    our_key: OurKey,
    platform_key: PlatformKey,
    clock: Clock,
}

impl AlipayPlatform {
    /// Reads the keys and builds the line; nothing is sent.
    pub fn new(config: &PlatformConfig, rules: &AddressRules, clock: Clock) -> Result<AlipayPlatform, PartnerFault> {
        let unusable = |which: &str, reason: KeyRefused| PartnerFault::Request(format!("{which}: {reason}"));
        rules.check(&config.gateway)?;
        Ok(AlipayPlatform {
            line: Line::new(rules.clone(), Duration::from_secs(30))?,
            gateway: config.gateway.clone(),
            app_id: config.app_id.clone(),
            notify_url: config.notify_url.clone(),
            our_key: OurKey::read(config.our_key.reveal()).map_err(|reason| unusable("our key", reason))?,
            platform_key: PlatformKey::read(&config.platform_key).map_err(|reason| unusable("platform key", reason))?,
            clock,
        })
    }

    async fn ask(&self, method: &str, content: &impl Serialize) -> Result<Value, PartnerFault> {
        let content = serde_json::to_string(content).map_err(|reason| PartnerFault::Request(reason.to_string()))?;
        let now = (self.clock)();
        let question = openapi::write_question(&self.app_id, method, &self.notify_url, content, now, &self.our_key);
        let answer = self.line.post_form(&self.gateway, form::write(&question)).await?;
        let read = openapi::read_answer(answer.text()?, method, &self.platform_key);
        if let Err(fault) = &read {
            tracing::warn!(method, %fault, "the payment platform did not do as asked");
        }
        read
    }

    /// Sends items in one message and checks that each answer is about its item.
    async fn ask_for_items<I: Serialize + Sync>(
        &self,
        method: &str,
        items: &[I],
        asked: impl Fn(&I) -> (&str, &str, loan::money::Fen),
    ) -> Result<Vec<Result<Trade, Refusal>>, PartnerFault> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        if items.len() > ITEMS_MAX {
            return Err(PartnerFault::Request(format!("{} items, at most {ITEMS_MAX} fit", items.len())));
        }
        let answers: Vec<ItemAnswer> = part(self.ask(method, &json!({ "items": items })).await?, "items")?;
        if answers.len() != items.len() {
            return Err(PartnerFault::Contradiction(format!("{} answers to {} items", answers.len(), items.len())));
        }
        let mut results = Vec::with_capacity(items.len());
        for (item, answer) in items.iter().zip(answers) {
            let (out_trade_no, account, amount) = asked(item);
            results.push(match answer {
                ItemAnswer::Trade(trade) => {
                    let fits = trade.out_trade_no == out_trade_no
                        && trade.account == account
                        && trade.total_amount == amount
                        && trade.settled_amount <= amount;
                    if !fits {
                        return Err(PartnerFault::Contradiction(format!(
                            "the answer to {out_trade_no} is about another trade"
                        )));
                    }
                    Ok(trade)
                }
                ItemAnswer::Refused { out_trade_no: about, refused } if about == out_trade_no => Err(refused),
                ItemAnswer::Refused { .. } => {
                    return Err(PartnerFault::Contradiction(format!(
                        "the answer to {out_trade_no} is about another trade"
                    )));
                }
            });
        }
        Ok(results)
    }
}

/// The answer to one item of many.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ItemAnswer {
    /// Taken.
    Trade(Trade),
    /// Not taken.
    Refused {
        /// Our number of the item.
        out_trade_no: String,
        /// Why.
        refused: Refusal,
    },
}

/// Reads a member of a signed answer.
fn part<T: DeserializeOwned>(mut answer: Value, name: &str) -> Result<T, PartnerFault> {
    whole(answer[name].take())
}

/// Reads a signed answer; a shape that does not fit leaves the outcome open.
fn whole<T: DeserializeOwned>(answer: Value) -> Result<T, PartnerFault> {
    serde_json::from_value(answer).map_err(|reason| PartnerFault::Contradiction(reason.to_string()))
}

#[async_trait]
impl PaymentPlatform for AlipayPlatform {
    async fn open_account(&self, request: &OpenAccount) -> Result<OpenedAccount, PartnerFault> {
        whole(self.ask(methods::ACCOUNT_OPEN, request).await?)
    }

    async fn renew_first_password(&self, account: &str) -> Result<Secret, PartnerFault> {
        let answer = self.ask(methods::ACCOUNT_PASSWORD_RENEW, &json!({ "account": account })).await?;
        part(answer, "first_password")
    }

    async fn activate_accounts(&self, accounts: &[String]) -> Result<Vec<AccountView>, PartnerFault> {
        let answer = self.ask(methods::ACCOUNT_ACTIVATE, &json!({ "accounts": accounts })).await?;
        let views: Vec<AccountView> = part(answer, "accounts")?;
        if !views.iter().map(|view| &view.account).eq(accounts) {
            return Err(PartnerFault::Contradiction("other accounts were activated than asked".into()));
        }
        Ok(views)
    }

    async fn account(&self, account: &str) -> Result<AccountView, PartnerFault> {
        let view: AccountView = whole(self.ask(methods::ACCOUNT_QUERY, &json!({ "account": account })).await?)?;
        about(account, view)
    }

    async fn change_phone(&self, account: &str, phone: &str) -> Result<AccountView, PartnerFault> {
        let content = json!({ "account": account, "phone": phone });
        about(account, whole(self.ask(methods::ACCOUNT_PHONE_MODIFY, &content).await?)?)
    }

    async fn publish_bill(&self, bill: &DueBill) -> Result<(), PartnerFault> {
        self.ask(methods::BILL_PUBLISH, bill).await.map(drop)
    }

    async fn pay_out(&self, items: &[PayOut]) -> Result<Vec<Result<Trade, Refusal>>, PartnerFault> {
        self.ask_for_items(methods::PAY_OUT, items, |item| (&item.out_trade_no, &item.account, item.amount)).await
    }

    async fn debit(&self, items: &[Debit]) -> Result<Vec<Result<Trade, Refusal>>, PartnerFault> {
        self.ask_for_items(methods::DEBIT, items, |item| (&item.out_trade_no, &item.account, item.amount)).await
    }

    async fn query(&self, out_trade_no: &str) -> Result<Option<Trade>, PartnerFault> {
        match self.ask(methods::TRADE_QUERY, &json!({ "out_trade_no": out_trade_no })).await {
            Ok(answer) => {
                let trade: Trade = whole(answer)?;
                if trade.out_trade_no != out_trade_no {
                    return Err(PartnerFault::Contradiction(format!(
                        "asked for {out_trade_no}, told {}",
                        trade.out_trade_no
                    )));
                }
                Ok(Some(trade))
            }
            Err(PartnerFault::Refused(refusal)) if refusal.code == refusals::TRADE_NOT_EXIST => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn refund(&self, refund: &Refund) -> Result<Trade, PartnerFault> {
        let trade: Trade = whole(self.ask(methods::TRADE_REFUND, refund).await?)?;
        if trade.out_trade_no != refund.out_request_no || trade.total_amount != refund.amount {
            return Err(PartnerFault::Contradiction(format!(
                "the answer to {} is about another trade",
                refund.out_request_no
            )));
        }
        Ok(trade)
    }

    async fn close(&self, out_trade_no: &str) -> Result<Trade, PartnerFault> {
        whole(self.ask(methods::TRADE_CLOSE, &json!({ "out_trade_no": out_trade_no })).await?)
    }

    async fn daily_bill(&self, on: Date) -> Result<BillFile, PartnerFault> {
        let content = json!({ "bill_type": "trade", "bill_date": on });
        let place: BillPlace = whole(self.ask(methods::BILL_DOWNLOAD, &content).await?)?;
        let answer = self.line.get(&place.bill_download_url).await?;
        if answer.status != 200 {
            return Err(PartnerFault::Unreachable(format!("HTTP {} for the daily bill", answer.status)));
        }
        Ok(BillFile { on, digest: place.bill_digest, bytes: answer.body })
    }
}

/// Where the daily bill lies and what its bytes must be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BillPlace {
    /// To be fetched at once.
    pub bill_download_url: String,
    /// SM3 of the file, hex.
    pub bill_digest: String,
}

fn about(account: &str, view: AccountView) -> Result<AccountView, PartnerFault> {
    if view.account == account {
        Ok(view)
    } else {
        Err(PartnerFault::Contradiction(format!("asked about {account}, told about {}", view.account)))
    }
}
