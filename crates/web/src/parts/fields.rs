//! Fields of forms. Every field has a label, says in a hint what is wanted, shows its mistake above itself and keeps
//! what was typed.

use maud::{Markup, html};

use crate::form::{Form, Mistakes};

/// What a form was sent with and what is wrong in it; a fresh form has neither.
#[derive(Clone, Copy)]
pub struct Filled<'a> {
    /// Values to show.
    pub values: &'a Form,
    /// Mistakes found, by field.
    pub mistakes: &'a Mistakes,
}

impl<'a> Filled<'a> {
    /// Values without mistakes.
    pub fn fresh(values: &'a Form) -> Filled<'a> {
        static NONE: Mistakes = Mistakes::none();
        Filled { values, mistakes: &NONE }
    }
}

/// The summary on top: takes the focus, leads to each field.
pub fn error_summary(mistakes: &Mistakes) -> Markup {
    html! {
        @if !mistakes.is_empty() {
            div.errors role="alert" tabindex="-1" aria-labelledby="es" {
                h2 #es { "有 " (mistakes.len()) " 处要改" }
                ul { @for mistake in mistakes.iter() { li { a href={ "#" (mistake.field) } { (mistake.message) } } } }
            }
        }
    }
}

/// A one-line text field.
pub struct Text<'a> {
    /// Name and id.
    pub name: &'a str,
    /// Label.
    pub label: &'a str,
    /// Hint under the label; empty for none.
    pub hint: &'a str,
    /// Width class: `w8`, `w11`, `w18` or empty for the whole column.
    pub width: &'a str,
    /// `text`, `numeric`, `decimal`, `tel`: which keyboard a phone shows.
    pub mode: &'a str,
    /// Autofill token, `off` to refuse.
    pub autofill: &'a str,
    /// A unit after the field; empty for none.
    pub unit: &'a str,
}

impl<'a> Text<'a> {
    /// A plain text field over the whole column.
    pub const fn new(name: &'a str, label: &'a str) -> Text<'a> {
        Text { name, label, hint: "", width: "", mode: "text", autofill: "off", unit: "" }
    }

    /// With a hint.
    pub const fn hint(self, hint: &'a str) -> Text<'a> {
        Text { hint, ..self }
    }

    /// With a width class and a keyboard.
    pub const fn shape(self, width: &'a str, mode: &'a str) -> Text<'a> {
        Text { width, mode, ..self }
    }

    /// With an autofill token.
    pub const fn autofill(self, autofill: &'a str) -> Text<'a> {
        Text { autofill, ..self }
    }

    /// With a unit after it.
    pub const fn unit(self, unit: &'a str) -> Text<'a> {
        Text { unit, ..self }
    }

    /// The field.
    pub fn draw(&self, filled: Filled<'_>) -> Markup {
        self.input(filled, "text", filled.values.get(self.name).unwrap_or_default())
    }

    /// The field for a password: never filled again by the server, paste allowed.
    pub fn draw_secret(&self, filled: Filled<'_>) -> Markup {
        self.input(filled, "password", "")
    }

    fn input(&self, filled: Filled<'_>, kind: &str, value: &str) -> Markup {
        let mistake = filled.mistakes.of(self.name);
        let described = described_by(self.name, !self.hint.is_empty(), mistake.is_some());
        let input = html! {
            input class={ "in " (self.width) } id=(self.name) name=(self.name) type=(kind) value=(value)
                inputmode=(self.mode) autocomplete=(self.autofill) aria-invalid=[mistake.map(|_| "true")]
                aria-describedby=[described];
        };
        html! {
            div.field.bad[mistake.is_some()] {
                label for=(self.name) { (self.label) }
                @if !self.hint.is_empty() { p.hint id={ (self.name) "-h" } { (self.hint) } }
                (inline(self.name, mistake))
                @if self.unit.is_empty() { (input) } @else { div.unit { (input) span { (self.unit) } } }
            }
        }
    }
}

fn described_by(name: &str, hint: bool, mistake: bool) -> Option<String> {
    match (hint, mistake) {
        (true, true) => Some(format!("{name}-h {name}-e")),
        (true, false) => Some(format!("{name}-h")),
        (false, true) => Some(format!("{name}-e")),
        (false, false) => None,
    }
}

fn inline(name: &str, mistake: Option<&str>) -> Markup {
    html! {
        @if let Some(message) = mistake { p.err id={ (name) "-e" } { span.vh { "错误：" } (message) } }
    }
}

/// A long text.
pub fn area(filled: Filled<'_>, name: &str, label: &str, hint: &str, rows: u8) -> Markup {
    let mistake = filled.mistakes.of(name);
    html! {
        div.field.bad[mistake.is_some()] {
            label for=(name) { (label) }
            @if !hint.is_empty() { p.hint id={ (name) "-h" } { (hint) } }
            (inline(name, mistake))
            textarea.in id=(name) name=(name) rows=(rows) data-count={ (name) "-n" }
                aria-invalid=[mistake.map(|_| "true")] aria-describedby=[described_by(name, !hint.is_empty(), mistake.is_some())] {
                (filled.values.get(name).unwrap_or_default())
            }
            p.hint id={ (name) "-n" } {}
        }
    }
}

/// One choice of a radio or tick list.
pub struct Choice {
    /// Value sent.
    pub value: String,
    /// What the reader sees.
    pub label: Markup,
    /// Shown under the choice, such as the field of "other".
    pub below: Option<Markup>,
}

impl Choice {
    /// A choice with plain words.
    pub fn new(value: impl Into<String>, label: &str) -> Choice {
        Choice { value: value.into(), label: html! { (label) }, below: None }
    }

    /// A choice with a bold head and an explanation.
    pub fn explained(value: impl Into<String>, head: &str, words: Markup) -> Choice {
        Choice { value: value.into(), label: html! { b { (head) } (words) }, below: None }
    }
}

/// A group of radio buttons; the first one carries the field's name as id, so that a summary link leads to it.
pub fn radios(filled: Filled<'_>, name: &str, legend: &str, hint: &str, choices: &[Choice]) -> Markup {
    let chosen = filled.values.get(name).unwrap_or_default();
    group(filled, "radio", name, legend, hint, choices, |value| value == chosen)
}

/// A group of tick boxes.
pub fn ticks(filled: Filled<'_>, name: &str, legend: &str, hint: &str, choices: &[Choice]) -> Markup {
    let chosen: Vec<&str> = filled.values.all(name).collect();
    group(filled, "checkbox", name, legend, hint, choices, |value| chosen.contains(&value))
}

fn group(
    filled: Filled<'_>,
    kind: &str,
    name: &str,
    legend: &str,
    hint: &str,
    choices: &[Choice],
    chosen: impl Fn(&str) -> bool,
) -> Markup {
    let mistake = filled.mistakes.of(name);
    html! {
        fieldset.field.bad[mistake.is_some()] aria-describedby=[described_by(name, !hint.is_empty(), mistake.is_some())] {
            @if !legend.is_empty() { legend { (legend) } }
            @if !hint.is_empty() { p.hint id={ (name) "-h" } { (hint) } }
            (inline(name, mistake))
            div.opts {
                @for (place, choice) in choices.iter().enumerate() {
                    @let id = if place == 0 { name.to_owned() } else { format!("{name}-{place}") };
                    div.opt {
                        input type=(kind) name=(name) id=(id) value=(choice.value) checked[chosen(&choice.value)];
                        label for=(id) { (choice.label) }
                    }
                    @if let Some(below) = &choice.below { (below) }
                }
            }
        }
    }
}

/// A drop-down list; the first entry asks.
pub fn select(
    filled: Filled<'_>,
    name: &str,
    label: &str,
    hint: &str,
    ask: &str,
    choices: &[(String, String)],
) -> Markup {
    let chosen = filled.values.get(name).unwrap_or_default();
    let mistake = filled.mistakes.of(name);
    html! {
        div.field.bad[mistake.is_some()] {
            label for=(name) { (label) }
            @if !hint.is_empty() { p.hint id={ (name) "-h" } { (hint) } }
            (inline(name, mistake))
            select id=(name) name=(name) aria-invalid=[mistake.map(|_| "true")]
                aria-describedby=[described_by(name, !hint.is_empty(), mistake.is_some())] {
                @if !ask.is_empty() { option value="" { (ask) } }
                @for (value, words) in choices { option value=(value) selected[value == chosen] { (words) } }
            }
        }
    }
}

/// The hidden fields every form that changes something carries: `csrf` proves the page, `once` the sending.
pub fn hidden(csrf: &str, once: &str) -> Markup {
    html! {
        input type="hidden" name="csrf" value=(csrf);
        input type="hidden" name="once" value=(once);
    }
}
