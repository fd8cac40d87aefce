//! Is this person who he says he is? Name and ID number are compared, and, where the citizen agreed, a face (R1.5).
//! The vendor says yes or no and gives a token; pictures and templates never reach us.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::fault::PartnerFault;
use crate::sealed::SealedGateway;

/// Path: name against number.
pub const COMPARE: &str = "/identity/compare";
/// Path: a face check begins.
pub const FACE_BEGIN: &str = "/identity/face/begin";
/// Path: how a face check ended.
pub const FACE_RESULT: &str = "/identity/face/result";

/// Compares people with the register.
#[async_trait]
pub trait IdentityCheck: Send + Sync {
    /// Whether name and ID number belong together.
    async fn compare(&self, person: &Person) -> Result<Compared, PartnerFault>;

    /// Begins a face check; the person goes to the vendor's page.
    async fn begin_face(&self, person: &Person) -> Result<FaceSession, PartnerFault>;

    /// How the check stands. Ask again while it is [`FaceAnswer::Waiting`].
    async fn face_result(&self, session: &str) -> Result<FaceResult, PartnerFault>;
}

/// Who is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Our number of the request.
    pub request_no: String,
    /// Name.
    pub name: String,
    /// ID number.
    pub cert_no: String,
}

/// The answer about name and number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// They belong together.
    pub matches: bool,
    /// The vendor's proof, kept with the case.
    pub token: String,
}

/// Where the person goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceSession {
    /// The vendor's number of the check.
    pub session: String,
    /// The vendor's page.
    pub page_url: String,
}

/// How a face check stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaceResult {
    /// Yes, no, or not yet.
    pub answer: FaceAnswer,
    /// The vendor's proof, once it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Yes, no, or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaceAnswer {
    /// The person has not been there.
    Waiting,
    /// It is the person.
    Matched,
    /// It is not, or it could not be told: the offline way remains.
    NotMatched,
}

#[async_trait]
impl IdentityCheck for SealedGateway {
    async fn compare(&self, person: &Person) -> Result<Compared, PartnerFault> {
        self.ask(COMPARE, person).await
    }

    async fn begin_face(&self, person: &Person) -> Result<FaceSession, PartnerFault> {
        self.ask(FACE_BEGIN, person).await
    }

    async fn face_result(&self, session: &str) -> Result<FaceResult, PartnerFault> {
        self.ask(FACE_RESULT, &serde_json::json!({ "session": session })).await
    }
}
