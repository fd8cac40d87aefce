//! All partners in one bundle, built from one settings section: what the office and the program hold.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::authority::{AuthorityGateway, AuthorityKey, CertificateAuthority};
use crate::bureau::CreditBureau;
use crate::fault::PartnerFault;
use crate::identity::IdentityCheck;
use crate::keys::PlatformKey;
use crate::line::AddressRules;
use crate::moment::Clock;
use crate::platform::PaymentPlatform;
use crate::platform::alipay::{AlipayPlatform, PlatformConfig};
use crate::platform::notification::{Notification, NotificationRefused, Recipient, verify_notification};
use crate::sealed::{GatewayConfig, SealedGateway};
use crate::sms::TextMessages;
use crate::unionpay::{QuickPass, QuickPassRefused, QuickPassTrade, UnionPay, UnionPayConfig, verify_quick_pass};

/// How to reach every partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnersConfig {
    /// Which addresses may be called at all.
    pub addresses: AddressRules,
    /// The payment platform.
    pub platform: PlatformConfig,
    /// UnionPay.
    pub unionpay: UnionPayConfig,
    /// Text messages.
    pub sms: GatewayConfig,
    /// Identity vendor.
    pub identity: GatewayConfig,
    /// Credit bureau.
    pub bureau: GatewayConfig,
    /// Certificate authority.
    pub authority: GatewayConfig,
    /// The authority's public key, hex of the uncompressed point.
    pub authority_key: String,
}

/// The partners, ready to be asked.
#[derive(Clone)]
pub struct Partners {
    /// The payment platform.
    pub platform: Arc<dyn PaymentPlatform>,
    /// UnionPay.
    pub quick_pass: Arc<dyn QuickPass>,
    /// Text messages.
    pub sms: Arc<dyn TextMessages>,
    /// Identity vendor.
    pub identity: Arc<dyn IdentityCheck>,
    /// Credit bureau.
    pub bureau: Arc<dyn CreditBureau>,
    /// Certificate authority.
    pub authority: Arc<dyn CertificateAuthority>,
    platform_key: PlatformKey,
    unionpay_key: PlatformKey,
    app_id: String,
    seller_id: String,
    mer_id: String,
    clock: Clock,
}

impl Partners {
    /// Reads keys and addresses; a partner that is down does not matter here. Nothing is sent.
    pub fn connect(config: &PartnersConfig, clock: Clock) -> Result<Partners, PartnerFault> {
        let rules = &config.addresses;
        let gateway = |gateway: &GatewayConfig| SealedGateway::new(gateway, rules, clock.clone());
        let key = |text: &str| PlatformKey::read(text).map_err(|reason| PartnerFault::Request(reason.to_string()));
        let authority_key = AuthorityKey::read(&config.authority_key)
            .ok_or_else(|| PartnerFault::Request("the authority's key is not a point of the SM2 curve".into()))?;
        Ok(Partners {
            platform: Arc::new(AlipayPlatform::new(&config.platform, rules, clock.clone())?),
            quick_pass: Arc::new(UnionPay::new(&config.unionpay, rules)?),
            sms: Arc::new(gateway(&config.sms)?),
            identity: Arc::new(gateway(&config.identity)?),
            bureau: Arc::new(gateway(&config.bureau)?),
            authority: Arc::new(AuthorityGateway::new(gateway(&config.authority)?, authority_key)),
            platform_key: key(&config.platform.platform_key)?,
            unionpay_key: key(&config.unionpay.platform_key)?,
            app_id: config.platform.app_id.clone(),
            seller_id: config.platform.seller_id.clone(),
            mer_id: config.unionpay.mer_id.clone(),
            clock,
        })
    }

    /// Our merchant number at the payment platform; daily bills carry it.
    pub fn seller_id(&self) -> &str {
        &self.seller_id
    }

    /// Reads a notification of the payment platform. Whatever it refuses is answered with anything but `success`.
    pub fn read_notification(&self, raw_body: &[u8]) -> Result<Notification, NotificationRefused> {
        let recipient = Recipient { app_id: &self.app_id, seller_id: &self.seller_id, received_at: (self.clock)() };
        verify_notification(raw_body, &self.platform_key, &recipient)
    }

    /// Reads a notification of UnionPay. Whatever it refuses is answered with anything but HTTP 200.
    pub fn read_quick_pass(&self, raw_body: &[u8]) -> Result<QuickPassTrade, QuickPassRefused> {
        verify_quick_pass(raw_body, &self.unionpay_key, &self.mer_id)
    }
}
