//! What a borrower may change by himself, and what the county decides for a family in need: each with what it does to
//! the plan before anybody presses the button.

use chrono::Datelike;
use loan::event::{ConvertTo, EventKind};
use loan::life::Reason;
use loan::refusal::Citation;
use maud::{Markup, html};
use office::No;
use office::servicing::care::{ConvertPricing, DeferPrincipal};
use office::servicing::relief::{AskRelief, Blow};
use office::view::what_if::Compared;

use super::loan::{home, name, nav, view};
use crate::form::{Form, Mistakes};
use crate::parts::compare;
use crate::parts::fields::{Choice, Filled, area, error_summary, radios};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit, see};
use crate::words;

/// What a change would do, or the page that says why it cannot be.
pub(super) async fn compared(visit: &Visit, change: EventKind) -> Result<Compared, Stop> {
    let asked = visit.office().what_if(&visit.actor, visit.param("number"), change).await?;
    asked.map_err(|reason| Stop::Refused(refused(reason)))
}

/// A reason of the arithmetic, in words.
pub(crate) fn refused(reason: Reason) -> Refused {
    let (says, remedy) = words::told::<&str>(reason.code(), &[]);
    Refused { code: reason.code(), field: None, says, remedy, why: reason.why() }
}

/// 本金延期偿还: this year's principal a year later.
pub async fn ask_defer(visit: Visit) -> Answer {
    let year = visit.today().year();
    let compared = compared(&visit, EventKind::Deferred { year }).await?;
    let view = view(&visit).await?;
    let here = home(&visit);
    let body = html! {
        form.col method="post" {
            h1 { span.cap { (name(&view)) } "把 " (year) " 年的本金延后一年" }
            p.mt3 { "不用批准，提交就算数，办了不能撤回。延后的本金不收罚息，利息照常付。" }
            div.mt5 { (compare::plans(&compared)) }
            (visit.hidden())
            div.btns { button.btn { "延后今年的本金" } a.btn.btn-2 href=(here) { "不办，返回" } }
            p.src.mt3 { "依据：" (words::citation(&Citation::of("waiver-2025-69", "本金延期"))) }
        }
    };
    visit.page("本金延期").at(nav(&visit)).back(&here, "返回合同").show(body)
}

/// Does it.
pub async fn defer(visit: Visit) -> Answer {
    let act = DeferPrincipal { contract: visit.param("number").to_owned() };
    visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    see(&home(&visit))
}

/// 定价方式转换: both ways beside what is, once in a contract's life.
pub async fn ask_convert(visit: Visit) -> Answer {
    let floating = compared(&visit, EventKind::Converted { to: ConvertTo::Floating }).await?;
    let fixed = compared(&visit, EventKind::Converted { to: ConvertTo::Fixed }).await?;
    convert_page(&visit, &floating, &fixed, Mistakes::none()).await
}

async fn convert_page(visit: &Visit, floating: &Compared, fixed: &Compared, mistakes: Mistakes) -> Answer {
    let view = view(visit).await?;
    let filled = Filled { values: &visit.form, mistakes: &mistakes };
    let choices = [
        Choice::explained(
            "floating",
            "随市场利率",
            html! { "每年 12 月 21 日按最新的五年期以上 LPR 减 0.3 个百分点调整" },
        ),
        Choice::explained("fixed", "固定利率", html! { "以后不再变" }),
    ];
    let here = home(visit);
    let body = html! {
        form.col method="post" novalidate {
            (error_summary(&mistakes))
            h1 { span.cap { (name(&view)) } "换计息方式" }
            p.mt3 { "一份合同只能换一次，换了不能再改。" }
            h2.mt5 { "换成随市场利率" }
            (compare::plans(floating))
            h2.mt5 { "换成固定利率" }
            (compare::plans(fixed))
            div.mt6 { (radios(filled, "to", "换成哪一种", "", &choices)) }
            (visit.hidden())
            div.btns { button.btn { "换计息方式" } a.btn.btn-2 href=(here) { "不换，返回" } }
            p.src.mt3 { "依据：" (words::citation(&Citation::of("sdvcst-2022", "9"))) }
        }
    };
    visit.page("换计息方式").at(nav(visit)).back(&here, "返回合同").mistaken(&mistakes).show(body)
}

/// Does it.
pub async fn convert(visit: Visit) -> Answer {
    let floating = match visit.form.text("to") {
        "floating" => true,
        "fixed" => false,
        _ => {
            let floating = compared(&visit, EventKind::Converted { to: ConvertTo::Floating }).await?;
            let fixed = compared(&visit, EventKind::Converted { to: ConvertTo::Fixed }).await?;
            return convert_page(&visit, &floating, &fixed, Mistakes::one("to", "请选换成哪一种")).await;
        }
    };
    let act = ConvertPricing { contract: visit.param("number").to_owned(), floating };
    visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    see(&home(&visit))
}

/// The name of what struck a family.
pub(crate) const fn blow(blow: Blow) -> &'static str {
    match blow {
        Blow::Disaster => "自然灾害",
        Blow::Illness => "重病、伤残",
        Blow::Accident => "家庭突发变故",
        Blow::Poverty => "低保、特困、长期没有收入",
    }
}

/// 还款救助: what happened, in the family's words.
pub async fn ask_relief(visit: Visit) -> Answer {
    relief_page(&visit, &Form::default(), Mistakes::none()).await
}

async fn relief_page(visit: &Visit, values: &Form, mistakes: Mistakes) -> Answer {
    let view = view(visit).await?;
    let year = visit.today().year();
    let (here, filled) = (home(visit), Filled { values, mistakes: &mistakes });
    let choices: Vec<Choice> = Blow::ALL.into_iter().map(|one| Choice::new(one.code(), blow(one))).collect();
    let proofs: Markup = html! { "身份证，和能说明情况的材料：受灾证明、病历和费用单、残疾证、低保证，有哪样带哪样。" };
    let body = html! {
        form.col method="post" novalidate {
            (error_summary(&mistakes))
            h1 { span.cap { (name(&view)) } "申请还款救助" }
            p.mt3 { "家里遭了大事，" (year) " 年的应还可以由救助金付。县级资助中心看材料，由另一个人决定，结果发短信。" }
            div.mt6 { (radios(filled, "blow", "发生了什么", "", &choices)) }
            (area(filled, "words", "写几句话，说明情况", "什么时候、谁、现在家里的收入怎么样", 5))
            (visit.hidden())
            p.hint { "写的内容加密保存，只有办理的人能看。要带的材料：" (proofs) }
            div.btns { button.btn { "提交救助申请" } a.btn.btn-2 href=(here) { "不申请，返回" } }
            p.src.mt3 { "依据：" (words::citation(&Citation::of("caijiao-2015-7", "还款救助"))) }
        }
    };
    visit.page("申请还款救助").at(nav(visit)).back(&here, "返回合同").mistaken(&mistakes).show(body)
}

/// Files it.
pub async fn relief(visit: Visit) -> Answer {
    let words_typed = visit.form.text("words").to_owned();
    let Some(struck) = Blow::of(visit.form.text("blow")) else {
        let mut mistakes = Mistakes::one("blow", "请选发生了什么");
        if words_typed.is_empty() {
            mistakes.add("words", "请写几句话说明情况");
        }
        return relief_page(&visit, &visit.form, mistakes).await;
    };
    let act = AskRelief { contract: visit.param("number").to_owned(), blow: struck, words: words_typed };
    match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(_) => see(&home(&visit)),
        Err(No::Refused(refusal)) if office::Refusal::field(&refusal).is_some() => {
            let told = words::refused(&refusal);
            relief_page(&visit, &visit.form, Mistakes::one("words", told.says)).await
        }
        Err(no) => Err(no.into()),
    }
}
