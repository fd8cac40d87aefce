//! 文书登记册: every legal paper of the press with its template version and copies, for a page that shows the register.

use loan::refusal::Citation;

use crate::Office;

/// One form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormView {
    /// Stable code.
    pub code: &'static str,
    /// Title as printed.
    pub title: &'static str,
    /// Raised with every change of wording or fields.
    pub template_version: &'static str,
    /// How many are signed or handed out.
    pub copies: u8,
    /// Who keeps them.
    pub keepers: &'static str,
    /// The article that asks for it.
    pub source: Citation,
}

impl Office {
    /// The title of a form; `None` when there is no such form.
    pub fn form_title(code: &str) -> Option<&'static str> {
        paper::forms::REGISTER.iter().find(|form| form.code == code).map(|form| form.title)
    }

    /// The register, in the order a loan meets its forms.
    pub fn form_register(&self) -> Vec<FormView> {
        paper::forms::REGISTER
            .iter()
            .map(|form| FormView {
                code: form.code,
                title: form.title,
                template_version: form.template_version,
                copies: form.copies,
                keepers: form.keepers,
                source: form.source.clone(),
            })
            .collect()
    }
}
