//! Words for where things stand: one glossary for all readers; the second line says who has it.

use office::application::Stage;
use office::application::fact::{Flaw, Kind};
use office::view::case::{StepKind, StepState};

use crate::parts::lists::Tone;

/// At most six characters.
pub fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "草稿",
        Stage::Returned => "退回补正",
        Stage::Submitted => "已提交",
        Stage::Booked => "已预约",
        Stage::FaceMatched => "已核对本人",
        Stage::ConfirmedBySchool => "学校已确认",
        Stage::ConfirmedByCounty => "县已确认",
        Stage::AtCounter => "窗口办理中",
        Stage::Accepted => "已受理",
        Stage::ContractSigned => "已签合同",
        Stage::ContractESigned => "待复核",
        Stage::EContractReviewed => "复核通过",
        Stage::CertificateIssued => "待学校回执",
        Stage::ReceiptEntered => "待银行审查",
        Stage::BankReviewed => "银行审查中",
        Stage::Approved => "待放款",
        Stage::Disbursed => "已放款",
        Stage::Declined => "已谢绝",
        Stage::Invalid => "合同已无效",
        Stage::Refused => "未获批准",
        Stage::Withdrawn => "已撤回",
        Stage::Failed => "资料不实",
    }
}

/// The look of a stage.
pub fn tone(stage: Stage) -> Tone {
    match stage {
        Stage::Draft => Tone::Wait,
        Stage::Returned => Tone::Act,
        Stage::Disbursed => Tone::Done,
        Stage::Declined | Stage::Invalid | Stage::Refused | Stage::Withdrawn | Stage::Failed => Tone::End,
        _ => Tone::Now,
    }
}

/// Who has it and what the student does now.
pub fn sentence(stage: Stage) -> &'static str {
    match stage {
        Stage::Draft => "申请在你手里，填完提交。",
        Stage::Returned => "申请在你手里，按县中心写的补正，再提交一次。",
        Stage::Submitted => "请约时间，和共同借款人带材料到窗口。",
        Stage::Booked => "请按约好的时间，和共同借款人带材料到窗口。",
        Stage::FaceMatched => "学校在看你的续贷声明，你不用做什么。",
        Stage::ConfirmedBySchool => "县中心在看你的续贷声明，你不用做什么。",
        Stage::ConfirmedByCounty => "县中心在办，你不用做什么。",
        Stage::AtCounter => "窗口正在办理。",
        Stage::Accepted => "县中心已受理，接下来生成合同，两个人读过再签。",
        Stage::ContractSigned => "合同已签，县中心在办受理证明。",
        Stage::ContractESigned => "合同已签，县中心当天复核。",
        Stage::EContractReviewed => "复核通过，县中心在办受理证明。",
        Stage::CertificateIssued => "开学把受理证明交给学校，学校录入回执。",
        Stage::ReceiptEntered => "学校已录入回执，算你到校报到了。银行在审查，你不用做什么。",
        Stage::BankReviewed => "银行在审批，你不用做什么。",
        Stage::Approved => "银行已批准，等放款，你不用做什么。",
        Stage::Disbursed => "钱已放出，学费直接到学校，余下的在你的账户。",
        Stage::Declined => "学校没有在最后一天前录入回执，申请已谢绝。明年可以再申请。",
        Stage::Invalid => "学校没有在最后一天前录入回执，合同已无效。明年可以再申请。",
        Stage::Refused => "银行没有批准。原因可以问县中心。",
        Stage::Withdrawn => "你撤回了这份申请。",
        Stage::Failed => "核实发现资料不实，申请已结束。有异议可以向县中心提出。",
    }
}

/// The seven steps.
pub fn step(step: StepKind) -> &'static str {
    match step {
        StepKind::Fill => "填写申请",
        StepKind::Sign => "签合同",
        StepKind::CountyReview => "县中心复核",
        StepKind::Receipt => "学校录入回执",
        StepKind::BankApproval => "银行审批",
        StepKind::Disbursement => "放款",
        StepKind::FeesArrived => "学费到账",
    }
}

/// Who has a step.
pub fn holder(step: StepKind) -> &'static str {
    match step {
        StepKind::Fill => "你",
        StepKind::Sign => "你、共同借款人和县中心",
        StepKind::CountyReview => "县中心",
        StepKind::Receipt => "学校",
        StepKind::BankApproval | StepKind::Disbursement => "经办银行",
        StepKind::FeesArrived => "支付平台和学校财务处",
    }
}

/// The look of a step.
pub fn step_tone(state: StepState) -> (Tone, &'static str) {
    match state {
        StepState::Done => (Tone::Done, "已完成"),
        StepState::Now => (Tone::Now, "正在办"),
        StepState::Next => (Tone::Wait, "未开始"),
        StepState::Stopped => (Tone::End, "已结束"),
    }
}

/// First loan or renewal.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "首次申请",
        Kind::Renewal => "续贷申请",
    }
}

/// How the co-borrower stands to the student.
pub fn relation(code: &str) -> &'static str {
    match code {
        "father" => "父亲",
        "mother" => "母亲",
        "guardian" => "其他监护人",
        "close_relative" => "其他近亲属",
        _ => "自愿共同还款的人",
    }
}

/// What is wrong with a material.
pub fn flaw(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Missing => "缺这一项",
        Flaw::CopyDiffers => "复印件和原件不一致",
        Flaw::NameDiffers => "签名、姓名和系统不一致",
        Flaw::NotSigned => "没有签名",
    }
}

/// A canned reason of a return.
pub fn return_reason(code: &str) -> &'static str {
    match code {
        "form_incomplete" => "申请表没有填完整",
        "form_not_signed" => "申请表没有签字",
        "blank_form_used" => "用了空白表，不是系统打印的",
        "material_missing" => "缺材料",
        "copy_differs" => "复印件和原件不一致",
        "name_differs" => "姓名和证件不一致",
        "amount_wrong" => "金额要改",
        "co_borrower_unfit" => "共同借款人不符合条件",
        _ => "其他",
    }
}
