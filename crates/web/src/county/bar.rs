//! The bar of next steps under a case: for every stage the one step that leads on, and the ways out.

use maud::{Markup, html};
use office::application::Stage;
use office::application::fact::Kind;
use office::application::progress::Statement;
use office::view::case::CaseView;
use office::who::Role;

use super::panels::being_handled;
use crate::staff::{button, words};
use crate::visit::Visit;

/// The bar.
pub fn acts(visit: &Visit, case: &CaseView) -> Markup {
    if let Some(since) = case.read_only {
        let words = format!("从 {} 起由别的中心办，这里只能看", crate::parts::show::iso(since));
        return html! { div.acts role="group" aria-label="办理" { div.wrap { span.mut { (words) } } } };
    }
    html! {
        div.acts role="group" aria-label="办理" { div.wrap {
            (step(visit, case))
            span.gap {}
            @if visit.is(Role::CountyClerk) { (undo(visit, case)) (ways_out(case)) }
        } }
    }
}

fn step(visit: &Visit, case: &CaseView) -> Markup {
    let at = |step: &str| format!("/county/case/{}/{step}", case.number);
    let clerk = visit.is(Role::CountyClerk);
    match case.stage {
        Stage::ContractESigned if visit.is(Role::CountyReviewer) => html! {
            (key_button(visit, &at("review"), "A", "复核通过，看下一份", &[("problem", "")]))
            a.btn.btn-2 href=(at("review")) data-key="D" { "发现问题 " kbd { "D" } }
        },
        Stage::AtCounter if !clerk && visit.is(Role::Volunteer) => html! {
            button.btn form="check" name="do" value="save" { "保存核对" }
            span.mut { "核对完请交给经办人受理" }
        },
        _ if !clerk => html! { span.mut { (waiting_for(case.stage)) } },
        _ if case.progress.statement == Statement::ConfirmedBySchool && case.stage < Stage::Accepted => html! {
            @if case.progress.online { (key_button(visit, &at("renew"), "A", "审过声明，受理，生成合同", &[])) }
            @else if waits_at_home(case) { (came_to_renew()) }
            @else { (key_button(visit, &at("statement"), "A", "审过续贷声明", &[])) }
            a.btn.btn-2 href=(at("statement-return")) { "退回声明" }
        },
        _ if case.kind == Kind::Renewal && waits_at_home(case) && !case.progress.online => came_to_renew(),
        Stage::Submitted | Stage::Booked => html! {
            form.unit method="post" action=(at("arrive")) {
                (visit.hidden())
                input type="checkbox" id="borrower" name="borrower" value="yes"; label for="borrower" { "学生本人带证到场　" }
                input type="checkbox" id="co_borrower" name="co_borrower" value="yes"; label for="co_borrower" { "共同借款人本人带证到场　" }
                input type="checkbox" id="proxy" name="proxy" value="yes"; label for="proxy" { "有人代办　" }
                button.btn data-key="A" { "开始办理 " kbd { "A" } }
            }
        },
        Stage::AtCounter => html! {
            button.btn form="check" name="do" value="accept" data-key="A" { "通过，生成合同 " kbd { "A" } }
        },
        Stage::FaceMatched | Stage::ConfirmedBySchool | Stage::ConfirmedByCounty => html! {
            (key_button(visit, &at("accept"), "A", "受理，生成合同", &[]))
        },
        Stage::Accepted if case.contract.is_none() => button(visit, &at("contract"), "", "生成合同", &[]),
        Stage::Accepted if case.progress.online => html! { span.mut { "等学生在网上读完、签名" } },
        Stage::Accepted => html! {
            a.btn href=(at("sign")) data-key="A" { "登记签字 " kbd { "A" } }
            span.mut { "先打印合同，两个人读完再签" }
        },
        Stage::ContractSigned | Stage::EContractReviewed => button(visit, &at("certificate"), "", "发受理证明", &[]),
        stage => html! { span.mut { (waiting_for(stage)) } },
    }
}

/// The family of a renewal came: who is here, then everything in one sending; the materials stand on the right.
fn came_to_renew() -> Markup {
    html! {
        input type="checkbox" form="check" id="borrower" name="borrower" value="yes"; label for="borrower" { "学生本人带证到场" }
        input type="checkbox" form="check" id="co_borrower" name="co_borrower" value="yes"; label for="co_borrower" { "共同借款人本人带证到场" }
        button.btn form="check" name="do" value="renew" data-key="A" { "到场、材料齐，受理，生成合同 " kbd { "A" } }
    }
}

/// True before the family came.
pub fn waits_at_home(case: &CaseView) -> bool {
    matches!(case.stage, Stage::Submitted | Stage::Booked)
}

/// A form that is one button with its key.
fn key_button(visit: &Visit, action: &str, key: &str, word: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            (visit.hidden())
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button.btn data-key=(key) { (word) " " kbd { (key) } }
        }
    }
}

/// Who has it now.
const fn waiting_for(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft | Stage::Returned => "在学生手里，等他补好再提交",
        Stage::ContractESigned => "等复核人复核，受理人不能自己复核",
        Stage::CertificateIssued => "等学生到学校录回执",
        Stage::ReceiptEntered | Stage::BankReviewed => "在银行，等审批",
        Stage::Approved => "银行已批准，等放款",
        Stage::Disbursed => "已经放款",
        Stage::Declined | Stage::Invalid | Stage::Refused | Stage::Withdrawn | Stage::Failed => {
            "已经结束，明年可以再申请"
        }
        _ => "等经办人办理",
    }
}

/// The last step taken back, while nobody signed.
fn undo(visit: &Visit, case: &CaseView) -> Markup {
    let last = case.progress.undoable.last().filter(|_| case.stage <= Stage::Accepted);
    html! {
        @if let Some(step) = last {
            @let code = serde_json::to_string(step).expect("a step is plain data");
            form.inline method="post" action={ "/county/case/" (case.number) "/undo" } {
                (visit.hidden())
                input type="hidden" name="step" value=(code);
                button.btn.btn-2 data-key="U" { "撤销" (words::county_step(step)) " " kbd { "U" } }
            }
        }
    }
}

fn ways_out(case: &CaseView) -> Markup {
    let at = |step: &str| format!("/county/case/{}/{step}", case.number);
    let voidable = case.contract.is_some() && (Stage::Accepted..=Stage::CertificateIssued).contains(&case.stage);
    html! {
        @if being_handled(case) { a.btn.btn-err href=(at("return")) data-key="D" { "退回补正 " kbd { "D" } } }
        @if voidable { a.btn.btn-2 href=(at("void")) { "作废合同" } }
        @if case.stage < Stage::ReceiptEntered && !case.stage.is_over() { a href=(at("untrue")) { "资料不实" } }
    }
}
