//! All partners in one bundle, built from one settings section: what the office and the program hold.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::authority::{AuthorityGateway, AuthorityRoot, CertificateAuthority};
use crate::bureau::CreditBureau;
use crate::fault::PartnerFault;
use crate::graduate::{Assertion, AssertionRefused, GraduateSystem, read_assertion};
use crate::identity::IdentityCheck;
use crate::keys::{Chance, KeyRefused, OurKey, PlatformKey, Secret, random_text};
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
    /// The authority's root certificate, PEM or one line of Base64; empty while none is trusted.
    pub authority_root: String,
    /// Universities whose graduate systems may send students over.
    #[serde(default)]
    pub graduate: Vec<GraduateSystem>,
}

/// Hosts that exist nowhere (RFC 2606), one for each partner that is not connected yet.
const NOWHERE: [(&str, &str); 6] = [
    ("platform", "platform.invalid"),
    ("unionpay", "unionpay.invalid"),
    ("sms", "sms.invalid"),
    ("identity", "identity.invalid"),
    ("bureau", "bureau.invalid"),
    ("authority", "authority.invalid"),
];

impl PartnersConfig {
    /// The settings of a new installation: our own keys, and partners that are not connected yet. Nothing can be sent
    /// to them, and nothing can come from them: their keys were made here and their secret halves forgotten.
    /// `public_url` is where the public reaches us.
    pub fn unconnected(chance: &Chance, public_url: &str) -> Result<PartnersConfig, KeyRefused> {
        let our_key = Secret::new(OurKey::generate(chance)?.to_pem());
        let nobody = OurKey::generate(chance)?.public().to_base64().to_owned();
        let host = |partner: &str| {
            let found = NOWHERE.iter().find(|(name, _)| *name == partner);
            format!("https://{}", found.map_or("partner.invalid", |(_, host)| host))
        };
        let gateway = |partner: &str| GatewayConfig {
            base_url: host(partner),
            key_id: "to-be-filled-in".to_owned(),
            secret: Secret::new(random_text(chance, 32)),
        };
        Ok(PartnersConfig {
            addresses: AddressRules::only(NOWHERE.map(|(_, host)| host.to_owned())),
            platform: PlatformConfig {
                gateway: format!("{}/gateway.do", host("platform")),
                app_id: "to-be-filled-in".to_owned(),
                seller_id: "to-be-filled-in".to_owned(),
                our_key: our_key.clone(),
                platform_key: nobody.clone(),
                notify_url: format!("{public_url}/platform/notify"),
            },
            unionpay: UnionPayConfig {
                base_url: host("unionpay"),
                mer_id: "to-be-filled-in".to_owned(),
                cert_id: "to-be-filled-in".to_owned(),
                our_key,
                platform_key: nobody,
                back_url: format!("{public_url}/platform/quickpass"),
            },
            sms: gateway("sms"),
            identity: gateway("identity"),
            bureau: gateway("bureau"),
            authority: gateway("authority"),
            authority_root: String::new(),
            graduate: Vec::new(),
        })
    }

    /// The partners that are not connected yet, by the name of their section.
    pub fn missing(&self) -> Vec<&'static str> {
        let urls = [
            &self.platform.gateway,
            &self.unionpay.base_url,
            &self.sms.base_url,
            &self.identity.base_url,
            &self.bureau.base_url,
            &self.authority.base_url,
        ];
        let nowhere = NOWHERE.iter().zip(urls).filter(|((_, host), url)| url.contains(host));
        nowhere.map(|((name, _), _)| *name).collect()
    }
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
    graduate: Vec<GraduateSystem>,
    clock: Clock,
}

impl Partners {
    /// Reads keys and addresses; a partner that is down does not matter here. Nothing is sent.
    pub fn connect(config: &PartnersConfig, clock: Clock) -> Result<Partners, PartnerFault> {
        let rules = &config.addresses;
        let gateway = |gateway: &GatewayConfig| SealedGateway::new(gateway, rules, clock.clone());
        let key = |text: &str| PlatformKey::read(text).map_err(|reason| PartnerFault::Request(reason.to_string()));
        let authority_root = match config.authority_root.as_str() {
            "" => None,
            text => {
                let unfit = || PartnerFault::Request("the authority's root is not a certificate of a P-256 key".into());
                Some(AuthorityRoot::read(text).ok_or_else(unfit)?)
            }
        };
        Ok(Partners {
            platform: Arc::new(AlipayPlatform::new(&config.platform, rules, clock.clone())?),
            quick_pass: Arc::new(UnionPay::new(&config.unionpay, rules)?),
            sms: Arc::new(gateway(&config.sms)?),
            identity: Arc::new(gateway(&config.identity)?),
            bureau: Arc::new(gateway(&config.bureau)?),
            authority: Arc::new(AuthorityGateway::new(gateway(&config.authority)?, authority_root)),
            platform_key: key(&config.platform.platform_key)?,
            unionpay_key: key(&config.unionpay.platform_key)?,
            app_id: config.platform.app_id.clone(),
            seller_id: config.platform.seller_id.clone(),
            mer_id: config.unionpay.mer_id.clone(),
            graduate: config.graduate.clone(),
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

    /// Reads what a university's graduate system says about a student it has logged in.
    pub fn read_assertion(&self, token: &str) -> Result<Assertion, AssertionRefused> {
        read_assertion(token, &self.graduate, (self.clock)())
    }

    /// Reads a notification of UnionPay. Whatever it refuses is answered with anything but HTTP 200.
    pub fn read_quick_pass(&self, raw_body: &[u8]) -> Result<QuickPassTrade, QuickPassRefused> {
        verify_quick_pass(raw_body, &self.unionpay_key, &self.mer_id)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use sha2::{Digest, Sha256};

    use super::{Partners, PartnersConfig};
    use crate::keys::Chance;

    #[test]
    fn a_new_installation_reaches_nobody_and_believes_nobody() {
        // Never the same twice, the same in every run: a search for primes must come to an end.
        let asked = AtomicU64::new(0);
        let chance: Chance = Arc::new(move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(32) {
                let next = asked.fetch_add(1, Ordering::Relaxed);
                chunk.copy_from_slice(&Sha256::digest(next.to_be_bytes())[..chunk.len()]);
            }
        });
        let mut config = PartnersConfig::unconnected(&chance, "https://loans.example").unwrap();
        assert_eq!(config.missing(), ["platform", "unionpay", "sms", "identity", "bureau", "authority"]);
        assert_eq!(config.platform.notify_url, "https://loans.example/platform/notify");
        let partners =
            Partners::connect(&config, Arc::new(|| chrono::DateTime::UNIX_EPOCH)).expect("the settings are whole");
        assert!(partners.read_notification(b"sign=x&sign_type=RSA2").is_err());
        config.sms.base_url = "https://sms.example".to_owned();
        assert_eq!(config.missing(), ["platform", "unionpay", "identity", "bureau", "authority"]);
    }
}
