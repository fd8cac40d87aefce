//! What went wrong with a partner, and the one question that matters: did it happen or not?

/// Why a call to a partner has no good answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartnerFault {
    /// Our own configuration does not allow the address. Nothing was sent.
    #[error("the address is not allowed: {0}")]
    Address(#[from] crate::line::AddressRefused),
    /// The request could not be written in the partner's form. Nothing was sent.
    #[error("the request cannot be sent: {0}")]
    Request(String),
    /// The partner said no, by name and with its signature: nothing happened on its side.
    #[error("{0}")]
    Refused(Refusal),
    /// No connection, a time-out, a server error or half an answer: it may have happened.
    #[error("no certain answer: {0}")]
    Unreachable(String),
    /// The answer does not carry the partner's signature: it may have happened, and somebody is in between.
    #[error("the answer is not signed by the partner")]
    Forged,
    /// The signed answer does not fit the question (another number, another amount): it may have happened.
    #[error("the answer contradicts the question: {0}")]
    Contradiction(String),
}

impl PartnerFault {
    /// True when the act may have happened at the partner: query by our number before anything else, never guess.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            PartnerFault::Address(_) | PartnerFault::Request(_) | PartnerFault::Refused(_) => false,
            PartnerFault::Unreachable(_) | PartnerFault::Forged | PartnerFault::Contradiction(_) => true,
        }
    }

    /// True when somebody must look: a forged or contradicting answer is not a matter of waiting.
    pub fn is_alarming(&self) -> bool {
        matches!(self, PartnerFault::Forged | PartnerFault::Contradiction(_))
    }
}

/// A partner's "no": its own code, which is part of its interface, and its words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{code}: {detail}")]
pub struct Refusal {
    /// Such as `ACCOUNT_NOT_ACTIVE`; see [`crate::platform::refusals`].
    pub code: String,
    /// For people, in Chinese.
    pub detail: String,
}

impl Refusal {
    /// A refusal with its code and words.
    pub fn new(code: impl Into<String>, detail: impl Into<String>) -> Refusal {
        Refusal { code: code.into(), detail: detail.into() }
    }
}
