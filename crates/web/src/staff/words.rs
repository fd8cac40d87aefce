//! The words of the desks: what happened to a case, who is who. The words for states are those of citizens.

use maud::{Markup, html};
use office::Role;
use office::application::fact::{CountyStep, Party};
use office::application::{ApplicationFact, Stage};
use office::origination::return_application::REASONS;

use crate::parts::lists::Tone;
use crate::parts::show::{day_text, month_day, yuan_brief};
use crate::words::stages;

/// Word and tone of a stage.
pub fn stage(stage: Stage) -> (Tone, &'static str) {
    (stages::tone(stage), stages::word(stage))
}

/// What a role is called.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Student => "借款学生",
        Role::CoBorrower => "共同借款人",
        Role::CountyClerk => "资助中心经办",
        Role::CountyReviewer => "合同复核",
        Role::HallManager => "大厅负责人",
        Role::Volunteer => "志愿者",
        Role::SchoolOfficer => "高校资助",
        Role::SchoolFinance => "高校财务",
        Role::Counsellor => "辅导员",
        Role::LoanAssistant => "贷款助理",
        Role::BankMaker => "银行经办",
        Role::BankChecker => "银行复核",
        Role::HotlineAgent => "热线坐席",
        Role::PlatformOperator => "支付平台",
        Role::Province => "省级中心",
        Role::Auditor => "审计",
        Role::SystemAdmin => "系统管理",
        Role::SecurityAdmin => "安全管理",
        Role::AuditAdmin => "审计管理",
    }
}

/// The canned reasons for giving an application back, in the order of their keys.
pub fn return_reasons() -> Vec<(String, String)> {
    REASONS.iter().map(|code| ((*code).to_owned(), stages::return_reason(code).to_owned())).collect()
}

/// Words of a paper's kind.
pub fn paper(kind: &str) -> &'static str {
    match kind {
        "application-form" => "申请表",
        "loan-contract" => "借款合同",
        "acceptance-certificate" => "受理证明",
        "repayment-plan" => "还款计划表",
        "material-list" => "材料清单",
        "renewal-statement" => "续贷声明",
        "settlement-certificate" => "结清证明",
        other => office::Office::form_title(other).unwrap_or("文书"),
    }
}

fn parties(present: &[Party]) -> &'static str {
    match present {
        [Party::Borrower, Party::CoBorrower] | [Party::CoBorrower, Party::Borrower] => "学生和共同借款人都到场",
        [Party::Borrower] => "学生到场",
        [Party::CoBorrower] => "共同借款人到场",
        _ => "没有人到场",
    }
}

/// One thing that happened to an application, in words.
pub fn fact(fact: &ApplicationFact) -> Markup {
    use ApplicationFact as F;
    match fact {
        F::Drafted => html! { "开始填写" },
        F::Submitted { amount_fen, matures_in, .. } => {
            html! { "提交申请，" (yuan_brief(loan::money::Fen(*amount_fen))) " 元，" (matures_in) " 年到期" }
        }
        F::Booked { for_on, slot } => html! { "预约 " (month_day(*for_on)) " " (slot) },
        F::BookingGivenBack => html! { "取消预约" },
        F::Arrived { present } => html! { (parties(present)) },
        F::Returned { reason, note, defects } => {
            let papers =
                if defects.is_empty() { String::new() } else { format!("材料有问题 {} 项。", defects.len()) };
            html! { "退回：" (stages::return_reason(reason)) "。" (note) " " (papers) }
        }
        F::Overridden { rule, reason, evidence } => {
            html! { "放行“" (rule_words(rule)) "”：" (reason) "；看了 " (evidence) }
        }
        F::Certified { basis } => html! { "出具困难认定：" (basis) },
        F::Accepted => html! { "受理" },
        F::StepUndone { step } => html! { "撤销：" (county_step(step)) },
        F::StatementWritten { .. } => html! { "写好续贷声明" },
        F::StatementConfirmedBySchool => html! { "学校审过续贷声明" },
        F::StatementReturnedBySchool { reason } => html! { "学校退回续贷声明：" (reason) },
        F::StatementConfirmedByCounty => html! { "县中心审过续贷声明" },
        F::StatementReturnedByCounty { reason } => html! { "县中心退回续贷声明：" (reason) },
        F::FaceMatched { .. } => html! { "人脸核验通过" },
        F::ContractGenerated { .. } => html! { "生成合同" },
        F::ReadAndUnderstood { by, .. } => match by {
            Party::Borrower => html! { "学生读过合同，表示明白" },
            Party::CoBorrower => html! { "共同借款人读过合同，表示明白" },
        },
        F::ESignatureGiven { by, .. } => match by {
            Party::Borrower => html! { "学生电子签名" },
            Party::CoBorrower => html! { "共同借款人电子签名" },
        },
        F::ContractSigned { .. } => html! { "签字、捺印" },
        F::ContractESigned { .. } => html! { "电子签名完成" },
        F::EContractReviewed { .. } => html! { "电子合同复核通过" },
        F::EContractProblem { problem, .. } => html! { "电子合同有问题：" (problem) },
        F::ContractVoided { reason, .. } if reason == "step_undone" => html! { "合同作废：受理撤销" },
        F::ContractVoided { reason, .. } if reason == "not_signed_in_time" => html! { "合同作废：没有在期限内签完" },
        F::ContractVoided { reason, .. } => html! { "合同作废：" (reason) },
        F::CertificateIssued { certificate, .. } => html! { "发受理证明，第 " (certificate) " 张" },
        F::ReceiptEntered { owed_fen } => {
            html! { "学校录入回执，欠费 " (yuan_brief(loan::money::Fen(*owed_fen))) " 元" }
        }
        F::BankReviewed => html! { "银行审查" },
        F::Approved => html! { "银行批准" },
        F::BankRefused { reason } => html! { "银行不予批准：" (reason) },
        F::Disbursed { disbursed_on, .. } => html! { "放款，从 " (day_text(*disbursed_on)) "起算利息" },
        F::Declined { deadline_on } => html! { "回执过期（" (day_text(*deadline_on)) "），谢绝" },
        F::Invalidated { deadline_on } => html! { "回执过期（" (day_text(*deadline_on)) "），合同无效" },
        F::Withdrawn => html! { "学生撤回" },
        F::Failed { reason } => html! { "资料不实：" (reason) },
    }
}

/// A step of the county that can be taken back.
pub fn county_step(step: &CountyStep) -> &'static str {
    match step {
        CountyStep::Arrived => "登记到场",
        CountyStep::Overridden(_) => "放行",
        CountyStep::Certified => "困难认定",
        CountyStep::StatementConfirmed => "审过续贷声明",
        CountyStep::Accepted => "受理",
    }
}

/// The words of a rule by its code; the code itself when the rule is unknown.
pub fn rule_words(code: &str) -> String {
    loan::policy::Parameter::from_code(code).map_or_else(|| code.to_owned(), |rule| rule.words().to_owned())
}
