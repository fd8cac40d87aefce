//! The small pages of steps that need a word from the clerk: one question each, nothing typed is lost.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::application::Stage;
use office::application::fact::{Defect, Flaw, Party};
use office::view::case::{CaseView, MaterialView};

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, Text, area, error_summary, select, ticks};
use crate::staff::{self, words};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};
use crate::words::stages;

/// The page of a step.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &visit.query, &Mistakes::none(), None).await
}

/// The page with what was typed, what is wrong with it, and what a rule said.
pub async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let case = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let step = visit.param("step");
    let filled = Filled { values, mistakes };
    let (title, button, fields) = match step {
        "return" => ("退回补正", "退回给学生", returning(filled, &case)),
        "override" => ("放行一条规定", "放行", overriding(filled, &case)),
        "certify" => ("困难认定", "出具认定", certifying(filled)),
        "sign" => ("登记签字", "登记签字", signing(filled, &case)),
        "void" => ("作废合同", "作废这份合同", voiding(filled, &case)),
        "untrue" => ("按资料不实结束", "结束这份申请", untrue(filled)),
        "statement-return" => ("退回续贷声明", "退回声明", statement(filled, &case)),
        "review" => ("复核电子合同", "登记复核", reviewing(filled, &case)),
        _ => return Err(Stop::NotFound),
    };
    let address = format!("/county/case/{}", case.number);
    let body = html! {
        main.main.wrap #main {
            (staff::crumb(&[("/county", "工作台"), (&address, &case.student.name)], title))
            div.title { h1 { (title) "　" span.mut.fw4 { (case.student.name) "　" (stages::kind(case.kind)) "　" (case.number) } } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            section.panel aria-label=(title) {
                form method="post" action={ (address) "/" (step) } data-keep {
                    (visit.hidden())
                    (fields)
                    div.btns { button.btn { (button) } a.btn.btn-2 href=(address) { "回到办件" } }
                }
            }
        }
    };
    let page = visit.desk(title).at("/county/cases").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn returning(filled: Filled<'_>, case: &CaseView) -> Markup {
    html! {
        (canned(filled))
        (flaws(filled, case))
        (area(filled, "note", "要补正什么", "学生会看到这句话。写清楚带什么、改哪里。", 3))
    }
}

/// The materials one by one. What was not ticked while others were is offered as missing; the clerk says what it is.
fn flaws(filled: Filled<'_>, case: &CaseView) -> Markup {
    let looked = case.stage == Stage::AtCounter && case.materials.iter().any(|material| material.ticked.is_some());
    let missing = |material: &MaterialView| looked && material.item.certain && material.ticked.is_none();
    let mistake = filled.mistakes.of("defects");
    html! {
        @if !case.materials.is_empty() {
            fieldset.field.bad[mistake.is_some()] {
                legend { "哪一项材料有问题" }
                p.hint { "没有问题的不用选。学生照着这几项补。" }
                dl.figs.flaws {
                    @for (place, material) in case.materials.iter().enumerate() {
                        @let name = format!("{FLAW}{}", material.item.material.code);
                        @let id = if place == 0 { "defects".to_owned() } else { name.clone() };
                        @let chosen = match filled.values.get(&name) {
                            Some(sent) => sent,
                            None if missing(material) => Flaw::Missing.code(),
                            None => "",
                        };
                        div {
                            dt { label for=(id) { (material.item.material.name) } }
                            dd { select id=(id) name=(name) {
                                option value="" { "没有问题" }
                                @for flaw in Flaw::ALL { option value=(flaw.code()) selected[flaw.code() == chosen] { (stages::flaw(flaw)) } }
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// Begins the names of the fields of [`flaws`]; the code of the material follows.
const FLAW: &str = "flaw_";

/// The materials a return was sent with.
pub fn defects(form: &Form) -> Vec<Defect> {
    let defect = |(name, value): (&str, &str)| {
        let material = name.strip_prefix(FLAW)?.to_owned();
        Some(Defect { material, flaw: Flaw::of(value)? })
    };
    form.iter().filter_map(defect).collect()
}

/// The canned reasons with their keys 1 to 9.
fn canned(filled: Filled<'_>) -> Markup {
    let chosen = filled.values.text("reason");
    let mistake = filled.mistakes.of("reason");
    html! {
        fieldset.field.bad[mistake.is_some()] {
            legend { "为什么退回" }
            @if let Some(mistake) = mistake { p.err #reason-e { span.vh { "错误：" } (mistake) } }
            div.opts.canned {
                @for (place, (code, words)) in words::return_reasons().iter().enumerate() {
                    @let id = if place == 0 { "reason".to_owned() } else { format!("reason-{place}") };
                    div.opt {
                        input type="radio" name="reason" id=(id) value=(code) checked[code == chosen] data-key=(place + 1);
                        label for=(id) { kbd { (place + 1) } " " (words) }
                    }
                }
            }
        }
    }
}

fn overriding(filled: Filled<'_>, case: &CaseView) -> Markup {
    let rules: Vec<(String, String)> =
        case.progress.open_overrides().iter().map(|rule| ((*rule).to_owned(), words::rule_words(rule))).collect();
    html! {
        @if rules.is_empty() { p { "没有要放行的规定。" } }
        (select(filled, "rule", "放行哪一条", "只有规定写“原则上”的条件可以放行。", "请选择", &rules))
        (area(filled, "reason", "为什么可以放行", "记在案，以后查得到。", 2))
        (area(filled, "evidence", "看了什么证明", "例如：村委会证明，8 月 3 日开具。", 2))
    }
}

fn certifying(filled: Filled<'_>) -> Markup {
    area(filled, "basis", "认定的依据", "例如：最低生活保障证，编号和到期日；或者村（居）委会证明。", 3)
}

fn signing(filled: Filled<'_>, case: &CaseView) -> Markup {
    let living = case.progress.contract.as_ref();
    let read = |party: Party| living.is_some_and(|living| living.read_by.contains(&party));
    let mut readers = Vec::new();
    if case.student.present {
        readers.push(Choice::new("borrower", &format!("{}（学生）读完还款计划，表示明白", case.student.name)));
    }
    if let Some(co) = case.co_borrower.as_ref().filter(|co| co.present) {
        readers
            .push(Choice::new("co_borrower", &format!("{}（共同借款人）读完还款计划，知道一起承担还款责任", co.name)));
    }
    html! {
        @if let Some(contract) = &case.contract {
            p { "现在有效的合同：" b { (contract.number) } "，第 " (contract.version) " 版。" }
        } @else { p { "还没有合同。先回到办件，生成合同。" } }
        @if read(Party::Borrower) && (case.co_borrower.as_ref().is_none_or(|co| !co.present) || read(Party::CoBorrower)) {
            p.hint { "到场的人都已表示读过、明白。" }
        } @else {
            (ticks(filled, "read", "谁读过合同", "请本人读，不识字的念给他听。", &readers))
        }
        (Text::new("contract", "纸上的合同编号").hint("照签好的那张纸输入，或者用扫码枪扫。旧纸在这里会被拦下。").shape("w18", "text").draw(filled))
        (ticks(filled, "seen", "核对签好的合同", "", &[
            Choice::new("names", "姓名和身份证一致，纸上没有手写改动"),
            Choice::new("fingerprints", "每个签字的人都捺了指印"),
        ]))
    }
}

fn voiding(filled: Filled<'_>, case: &CaseView) -> Markup {
    html! {
        p { "作废以后，所有打印过的这份合同扫码都显示“已作废”，要重新生成、打印、签字。" }
        @if let Some(contract) = &case.contract { p { "要作废的合同：" b { (contract.number) } "，第 " (contract.version) " 版。" } }
        (area(filled, "reason", "为什么作废", "例如：共同借款人姓名写错一个字。", 2))
        (Text::new("co_borrower_name", "改正后的共同借款人姓名（没有写错就空着）").shape("w18", "text").draw(filled))
    }
}

fn untrue(filled: Filled<'_>) -> Markup {
    html! {
        p { "这一步不能撤回。只有查实材料或信息不真实才用；缺材料请用“退回补正”。" }
        (area(filled, "reason", "查实了什么", "写明哪一项不真实、凭什么查实。", 3))
    }
}

fn statement(filled: Filled<'_>, case: &CaseView) -> Markup {
    html! {
        @if let Some(said) = &case.answers.statement { blockquote.box { (said.text) } }
        (area(filled, "reason", "为什么退回", "学生会看到这句话。", 2))
    }
}

fn reviewing(filled: Filled<'_>, case: &CaseView) -> Markup {
    html! {
        @if let Some(contract) = &case.contract {
            p { "合同 " b { (contract.number) } "，第 " (contract.version) " 版。逐项核对姓名、金额、学校、期限，和右上角“全部记录”里的计划。" }
        }
        p { a href={ "/county/case/" (case.number) } { "看办件" } "　" a href={ "/county/case/" (case.number) "/history" } { "看全部记录和还款计划" } }
        (area(filled, "problem", "发现的问题", "没有问题就空着，登记后就是复核通过。有问题写清楚，当天解决。", 3))
    }
}
