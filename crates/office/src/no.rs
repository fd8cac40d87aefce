//! Every "no" of an act. A refusal is a rule of the domain: it has a stable code, the article it rests on
//! and, on a form, the field it speaks of. A failure is disk, network or a bug. The wording for people lives in `web`.

use loan::refusal::Citation;
use store::Failure;

/// Why an act did not happen.
#[derive(Debug)]
pub enum No<R> {
    /// A rule said no.
    Refused(R),
    /// There is no such thing, or it belongs to somebody else: the two are not told apart (H033).
    NotFound,
    /// The role may never do this.
    Forbidden,
    /// The same idempotency key came with other content.
    KeyReused,
    /// Disk, network or a bug.
    Failure(Failure),
}

impl<R> From<Failure> for No<R> {
    fn from(failure: Failure) -> No<R> {
        No::Failure(failure)
    }
}

impl<R> No<R> {
    /// The same no for an act with other refusals; only a refusal is turned by the closure.
    pub fn map<S>(self, turn: impl FnOnce(R) -> S) -> No<S> {
        match self {
            No::Refused(refusal) => No::Refused(turn(refusal)),
            No::NotFound => No::NotFound,
            No::Forbidden => No::Forbidden,
            No::KeyReused => No::KeyReused,
            No::Failure(failure) => No::Failure(failure),
        }
    }
}

/// A named reason of one act. The order of the variants is the order of precedence.
pub trait Refusal: std::fmt::Debug + Send + Sync + 'static {
    /// The code of the interface; never changes.
    fn code(&self) -> &'static str;
    /// The articles it rests on.
    fn why(&self) -> Vec<Citation>;
    /// The field of the form it speaks of.
    fn field(&self) -> Option<&'static str> {
        None
    }
    /// Figures a sentence about it needs, such as the limit: `(name, value)`.
    fn figures(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    /// Codes of all variants with their fixed citations, for tests and documents.
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])]
    where
        Self: Sized;
}

/// An act that cannot be refused by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Never {}

impl Refusal for Never {
    fn code(&self) -> &'static str {
        match *self {}
    }
    fn why(&self) -> Vec<Citation> {
        match *self {}
    }
    fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
        &[]
    }
}

/// Declares the refusals of one act in order of precedence: `Variant = "code" [doc article, …] @ "field"`.
/// A variant may carry one tuple of values; a last line `figures` gives the numbers its sentence needs.
#[macro_export]
macro_rules! refusals {
    (
        $(#[$meta:meta])* pub enum $name:ident {
            $($(#[$doc:meta])* $variant:ident $(($($held:ty),+))? = $code:literal [$($cited:literal $article:literal),*] $(@ $field:literal)?,)+
        }
        $(figures $figures:expr)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$doc])* $variant $(($($held),+))?,)+ }

        impl $crate::no::Refusal for $name {
            fn code(&self) -> &'static str {
                match self { $($name::$variant { .. } => $code,)+ }
            }
            fn why(&self) -> Vec<loan::refusal::Citation> {
                match self { $($name::$variant { .. } => vec![$(loan::refusal::Citation::of($cited, $article)),*],)+ }
            }
            fn field(&self) -> Option<&'static str> {
                match self { $($name::$variant { .. } => $crate::refusals!(@field $($field)?),)+ }
            }
            $(fn figures(&self) -> Vec<(&'static str, String)> {
                let figures: fn(&$name) -> Vec<(&'static str, String)> = $figures;
                figures(self)
            })?
            fn all() -> &'static [(&'static str, &'static [(&'static str, &'static str)])] {
                &[$(($code, &[$(($cited, $article)),*]),)+]
            }
        }
    };
    (@field) => { None };
    (@field $field:literal) => { Some($field) };
}
