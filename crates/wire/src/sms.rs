//! Text messages over an HTTP gateway. The texts are the office's; here they only travel, once per request number.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::fault::PartnerFault;
use crate::sealed::SealedGateway;

/// Path of the gateway.
pub const SEND: &str = "/sms/send";

/// Sends text messages.
#[async_trait]
pub trait TextMessages: Send + Sync {
    /// Hands a message to the gateway. The same request number is sent once, however often it is asked.
    async fn send(&self, message: &TextMessage) -> Result<TextReceipt, PartnerFault>;
}

/// A message to one phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextMessage {
    /// Our number of the message.
    pub request_no: String,
    /// Mobile number.
    pub phone: String,
    /// Signature at the head, such as `【助学】`, given to the gateway apart.
    pub sign_name: String,
    /// The text.
    pub text: String,
}

/// The gateway took a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextReceipt {
    /// The gateway's number.
    pub message_no: String,
}

#[async_trait]
impl TextMessages for SealedGateway {
    async fn send(&self, message: &TextMessage) -> Result<TextReceipt, PartnerFault> {
        self.ask(SEND, message).await
    }
}
