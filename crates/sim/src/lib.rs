//! A province in a box: a demonstration database made only through the acts that people use, with the sandbox as the
//! outside world. [`people`] invents families that cannot exist, [`steps`] is one desk after another as a family meets
//! them, [`demonstration`] walks three hundred of them through ten years, [`households`] lets them pay, [`census`]
//! counts where they stand.

pub mod census;
pub mod demonstration;
pub mod households;
pub mod people;
pub mod steps;

/// A step that did not happen: which act, of whom, and the refusal or failure.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Stopped(pub String);

impl From<store::Failure> for Stopped {
    fn from(failure: store::Failure) -> Stopped {
        Stopped(failure.to_string())
    }
}

impl From<wire::fault::PartnerFault> for Stopped {
    fn from(fault: wire::fault::PartnerFault) -> Stopped {
        Stopped(format!("the sandbox: {fault}"))
    }
}
