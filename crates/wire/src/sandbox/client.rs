//! How a demonstration and a test hold the sandbox by the hand: introduce a lender, move the date, let people pay.

use std::time::Duration;

use loan::calendar::Date;
use loan::money::Fen;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::control::{AccountBalance, BusinessDate, PublicKeys};
use super::notify::Delivery;
use super::world::{Faults, Merchant, SentMessage};
use crate::fault::{PartnerFault, Refusal};
use crate::graduate::GraduateSystem;
use crate::keys::{Chance, KeyRefused, OurKey, Secret, random_text};
use crate::line::{AddressRules, Line};
use crate::partners::PartnersConfig;
use crate::platform::Trade;
use crate::platform::alipay::PlatformConfig;
use crate::sealed::GatewayConfig;
use crate::unionpay::UnionPayConfig;

/// What a lender brings along: kept by the lender, so that it is the same lender after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LenderKeys {
    /// Our application.
    pub app_id: String,
    /// Our merchant number.
    pub seller_id: String,
    /// Our merchant number at UnionPay.
    pub mer_id: String,
    /// Our private key.
    pub our_key: Secret,
    /// The secret shared with the small gateways.
    pub secret: Secret,
}

impl LenderKeys {
    /// New keys and numbers from the given random source.
    pub fn generate(chance: &Chance) -> Result<LenderKeys, KeyRefused> {
        let mut bytes = [0; 8];
        chance(&mut bytes);
        let number = u64::from_le_bytes(bytes) % 1_000_000_000;
        Ok(LenderKeys {
            app_id: format!("2026{number:012}"),
            seller_id: format!("2088{number:012}"),
            mer_id: format!("777{number:012}"),
            our_key: Secret::new(OurKey::generate(chance)?.to_pem()),
            secret: Secret::new(random_text(chance, 32)),
        })
    }
}

/// A hand on the sandbox.
#[derive(Clone, Debug)]
pub struct SandboxClient {
    line: Line,
    base_url: String,
}

impl SandboxClient {
    /// For the sandbox at an address such as `http://127.0.0.1:8090`.
    pub fn new(base_url: &str) -> Result<SandboxClient, PartnerFault> {
        let rules = AddressRules::demonstration();
        rules.check(base_url)?;
        let line = Line::new(rules, Duration::from_secs(120))?;
        Ok(SandboxClient { line, base_url: base_url.trim_end_matches('/').to_owned() })
    }

    /// Exchanges keys: the sandbox learns ours, the answer is the settings section for [`crate::partners::Partners`].
    /// The sandbox must allow registration. Doing it again with the same keys changes only the addresses.
    pub async fn introduce(
        &self,
        ours: &LenderKeys,
        notify_url: &str,
        back_url: &str,
    ) -> Result<PartnersConfig, PartnerFault> {
        let unusable = |reason: KeyRefused| PartnerFault::Request(reason.to_string());
        let our_key = OurKey::read(ours.our_key.reveal()).map_err(unusable)?;
        let keys = self.public_keys().await?;
        let merchant = Merchant {
            app_id: ours.app_id.clone(),
            seller_id: ours.seller_id.clone(),
            public_key: our_key.public().to_base64().to_owned(),
            notify_url: notify_url.to_owned(),
            mer_id: ours.mer_id.clone(),
            back_url: back_url.to_owned(),
            secret: ours.secret.clone(),
        };
        self.post::<Value>("/sandbox/merchants", &merchant).await?;
        let gateway =
            GatewayConfig { base_url: self.base_url.clone(), key_id: ours.app_id.clone(), secret: ours.secret.clone() };
        Ok(PartnersConfig {
            addresses: AddressRules::demonstration(),
            platform: PlatformConfig {
                gateway: format!("{}/gateway.do", self.base_url),
                app_id: ours.app_id.clone(),
                seller_id: ours.seller_id.clone(),
                our_key: ours.our_key.clone(),
                platform_key: keys.platform,
                notify_url: notify_url.to_owned(),
            },
            unionpay: UnionPayConfig {
                base_url: self.base_url.clone(),
                mer_id: ours.mer_id.clone(),
                cert_id: "1".into(),
                our_key: ours.our_key.clone(),
                platform_key: keys.unionpay,
                back_url: back_url.to_owned(),
            },
            sms: gateway.clone(),
            identity: gateway.clone(),
            bureau: gateway.clone(),
            authority: gateway,
            authority_root: keys.authority,
            // The sandbox plays the graduate system of 浙江大学 with the secret of the small gateways.
            graduate: vec![GraduateSystem { school_code: "4133010335".into(), secret: ours.secret.clone() }],
        })
    }

    /// The public keys of all partners.
    pub async fn public_keys(&self) -> Result<PublicKeys, PartnerFault> {
        self.get("/sandbox/keys").await
    }

    /// The business date.
    pub async fn date(&self) -> Result<Date, PartnerFault> {
        self.get::<BusinessDate>("/sandbox/date").await.map(|answer| answer.date)
    }

    /// Moves the business date forward; to the present date changes nothing, back is refused.
    pub async fn move_date(&self, to: Date) -> Result<(), PartnerFault> {
        self.post::<Value>("/sandbox/date", &BusinessDate { date: to }).await.map(drop)
    }

    /// Switches faults.
    pub async fn set_faults(&self, faults: &Faults) -> Result<(), PartnerFault> {
        self.post::<Value>("/sandbox/faults", faults).await.map(drop)
    }

    /// Puts money into a borrower's account.
    pub async fn top_up(&self, account: &str, amount: Fen) -> Result<Trade, PartnerFault> {
        let path = format!("/sandbox/accounts/{}/top-up", segment(account));
        self.post(&path, &json!({ "amount": amount.to_string() })).await
    }

    /// The borrower's first login.
    pub async fn activate(&self, account: &str, first: &Secret, chosen: &str) -> Result<(), PartnerFault> {
        let path = format!("/sandbox/accounts/{}/activate", segment(account));
        let body = json!({ "first_password": first.reveal(), "new_password": chosen });
        self.post::<Value>(&path, &body).await.map(drop)
    }

    /// Somebody pays for a borrower through the "student-loan repayment" function.
    pub async fn repay(&self, account: &str, payer: &str, amount: Fen) -> Result<Trade, PartnerFault> {
        let body = json!({ "account": account, "payer": payer, "amount": amount.to_string() });
        self.post("/sandbox/repay", &body).await
    }

    /// The channel takes a repayment back.
    pub async fn bounce(&self, trade_no: &str) -> Result<Trade, PartnerFault> {
        self.post(&format!("/sandbox/trades/{}/bounce", segment(trade_no)), &json!({})).await
    }

    /// Ends every trade that was answered "processing".
    pub async fn complete_processing(&self) -> Result<(), PartnerFault> {
        self.post::<Value>("/sandbox/processing/complete", &json!({})).await.map(drop)
    }

    /// Sends every waiting notification now and answers when that was tried.
    pub async fn flush(&self) -> Result<Delivery, PartnerFault> {
        self.post("/sandbox/notifications/flush", &json!({})).await
    }

    /// The payer confirms a QuickPass order.
    pub async fn pay_quick_pass(&self, tn: &str) -> Result<(), PartnerFault> {
        self.post::<Value>("/sandbox/unionpay/pay", &json!({ "tn": tn })).await.map(drop)
    }

    /// The person was in front of the camera.
    pub async fn decide_face(&self, session: &str, matched: bool) -> Result<(), PartnerFault> {
        self.post::<Value>("/sandbox/face", &json!({ "session": session, "matched": matched })).await.map(drop)
    }

    /// The messages sent to a phone.
    pub async fn messages(&self, phone: &str) -> Result<Vec<SentMessage>, PartnerFault> {
        self.get(&format!("/sandbox/messages?phone={}", segment(phone))).await
    }

    /// Every account with its balance; the balances sum to zero.
    pub async fn accounts(&self) -> Result<Vec<AccountBalance>, PartnerFault> {
        self.get("/sandbox/accounts").await
    }

    /// The trades of an account.
    pub async fn trades(&self, account: &str) -> Result<Vec<Trade>, PartnerFault> {
        self.get(&format!("/sandbox/trades?account={}", segment(account))).await
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, PartnerFault> {
        read(&self.line.get(&format!("{}{path}", self.base_url)).await?)
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, PartnerFault> {
        let body = serde_json::to_vec(body).map_err(|reason| PartnerFault::Request(reason.to_string()))?;
        let url = format!("{}{path}", self.base_url);
        read(&self.line.post(&url, &[("content-type", "application/json")], body).await?)
    }
}

fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn read<T: DeserializeOwned>(answer: &crate::line::Answer) -> Result<T, PartnerFault> {
    match answer.status {
        200 => serde_json::from_slice(&answer.body).map_err(|reason| PartnerFault::Contradiction(reason.to_string())),
        409 => match serde_json::from_slice::<Refusal>(&answer.body) {
            Ok(refusal) => Err(PartnerFault::Refused(refusal)),
            Err(reason) => Err(PartnerFault::Contradiction(reason.to_string())),
        },
        status => {
            let detail = String::from_utf8_lossy(&answer.body).into_owned();
            Err(PartnerFault::Refused(Refusal::new(format!("HTTP_{status}"), detail)))
        }
    }
}
