//! Lists a reader scans: tags, summaries, tasks, reasons, counters, pagers, confirmations.

use maud::{Markup, html};

/// A status: always a word with a shape, never colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// ● done.
    Done,
    /// ◆ in progress.
    Now,
    /// ▲ needs action.
    Act,
    /// ▲ a problem.
    Bad,
    /// ■ stopped or void.
    End,
    /// ○ not started.
    Wait,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Tone::Done => "tag t-done",
            Tone::Now => "tag t-now",
            Tone::Act => "tag t-act",
            Tone::Bad => "tag t-bad",
            Tone::End => "tag t-end",
            Tone::Wait => "tag",
        }
    }
}

/// A status tag.
pub fn tag(tone: Tone, word: &str) -> Markup {
    html! { span class=(tone.class()) { (word) } }
}

/// A status tag without its box, for lists and tables.
pub fn bare_tag(tone: Tone, word: &str) -> Markup {
    html! { span class={ (tone.class()) " t-bare" } { (word) } }
}

/// One line of a summary list.
pub struct Fact {
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: Markup,
    /// Where it is changed, or a word where it came from.
    pub change: Change,
}

/// The right end of a summary line.
pub enum Change {
    /// A link 修改.
    Link(String),
    /// A word, such as 来自名单.
    Word(&'static str),
    /// Nothing.
    No,
}

/// A summary list (核对).
pub fn summary(facts: &[Fact]) -> Markup {
    html! {
        dl.sum {
            @for fact in facts {
                div {
                    dt { (fact.name) }
                    dd { (fact.value) }
                    @match &fact.change {
                        Change::Link(href) => { dd.act { a href=(href) { "修改" span.vh { (fact.name) } } } }
                        Change::Word(word) => { dd.act { span.hint { (word) } } }
                        Change::No => {}
                    }
                }
            }
        }
    }
}

/// Figures under each other: name left, amount right.
pub fn figures(lines: &[(Markup, Markup)]) -> Markup {
    html! { dl.figs { @for (name, value) in lines { div { dt { (name) } dd { (value) } } } } }
}

/// Counters over a desk.
pub fn counters(lines: &[(&str, Markup)]) -> Markup {
    html! { dl.counters { @for (name, value) in lines { div { dt { (name) } dd { (value) } } } } }
}

/// The page after a once-only act: what is done, its number, what comes next.
pub fn confirmation(head: &str, number: Option<(&str, &str)>, next: &[Markup]) -> Markup {
    html! {
        section.bill {
            h1 { (head) }
            @if let Some((name, number)) = number { p.mt3 { (name) } p.big { (number) } }
        }
        section.sec {
            h2 { "接下来" }
            ol.steps { @for step in next { li { (step) } } }
        }
    }
}

/// A box that says why a list is empty and what to do.
pub fn empty(why: &str, next: Markup) -> Markup {
    html! { div.box.stack { p { (why) } p { (next) } } }
}

/// A calm box with something to know.
pub fn note(head: &str, words: Markup) -> Markup {
    html! { p.note { b { (head) } (words) } }
}

/// A box with something to act on.
pub fn warning(head: &str, words: Markup) -> Markup {
    html! { p.note.note-warn { b { (head) } (words) } }
}

/// Page numbers with the total. `page` counts from 1; `address` makes the link of a page.
pub fn pager(total: usize, size: usize, page: usize, address: impl Fn(usize) -> String) -> Markup {
    let last = total.div_ceil(size).max(1);
    let page = page.clamp(1, last);
    let shown = |p: usize| p == 1 || p == last || p.abs_diff(page) <= 2;
    html! {
        nav.pager aria-label="分页" {
            span {
                @if total == 0 { "共 0 条" } @else {
                    "共 " (total) " 条，第 " ((page - 1) * size + 1) "–" ((page * size).min(total)) " 条"
                }
            }
            @if last > 1 {
                span {
                    @if page > 1 { a href=(address(page - 1)) { "上一页" } }
                    @for p in (1..=last).filter(|p| shown(*p)) {
                        @if p == page { b aria-current="page" { (p) } } @else { a href=(address(p)) { (p) } }
                    }
                    @if page < last { a href=(address(page + 1)) { "下一页" } }
                }
            }
        }
    }
}
