//! Every sentence the rules need, in one place: what an act's refusal says, what to do about it, and how an article
//! is cited. The codes are those of the interface.

use loan::refusal::Citation;
use maud::{Markup, html};

mod articles;

pub use articles::article;

/// `管理办法 第二十二条，办理须知 二(五)`, each leading to the rules page.
pub fn citations(why: &[Citation]) -> Markup {
    // Several rules of one answer often rest on the same article; it is named once.
    let mut named: Vec<&Citation> = Vec::new();
    for cited in why {
        if !named.contains(&cited) {
            named.push(cited);
        }
    }
    html! {
        @for (place, cited) in named.into_iter().enumerate() {
            @if place > 0 { "，" }
            (citation(cited))
        }
    }
}

/// One citation.
pub fn citation(cited: &Citation) -> Markup {
    html! { a href={ "/policy/" (cited.doc) } { (document(&cited.doc)) " " (article(&cited.article)) } }
}

/// The name people use for a document.
pub fn document(id: &str) -> String {
    articles::document(id)
}

pub use articles::chinese;

/// Why an amount cannot be asked for, and what can.
pub fn amount(refusal: &loan::policy::limits::AmountRefusal) -> String {
    use loan::policy::limits::AmountRefusal;
    let yuan = crate::parts::show::yuan_brief;
    match refusal {
        AmountRefusal::BelowMinimum { min, .. } => format!("金额太小，最少 {} 元", yuan(*min)),
        AmountRefusal::AboveMaximum { max, .. } => format!("金额太大，最多 {} 元", yuan(*max)),
        AmountRefusal::NotAMultiple { step, .. } => format!("金额要是 {} 元的整数倍，请改成整百", yuan(*step)),
    }
}

mod refusals;
pub mod rosters;
pub mod stages;
pub mod studies;
pub mod trainings;

pub use refusals::{mistake, refused, told};
