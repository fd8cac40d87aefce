//! The words of trainings.

use office::training::Kind;

/// What a training of a kind is called.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Borrowers => "贷前培训",
        Kind::Briefing => "进校宣讲",
        Kind::HeadTeachers => "高三班主任培训",
        Kind::Staff => "资助业务培训",
        Kind::Leavers => "毕业生还款培训",
        Kind::AidTeachers => "院系资助老师培训",
    }
}

/// The title of a paper that is handed out; other titles stand for themselves.
pub fn material(code: &str) -> &str {
    match code {
        "repayment_guide" => "还款指南",
        "alipay_guide" => "支付宝还款指南",
        "quickpass_guide" => "云闪付还款指南",
        "confirmation_procedure" => "毕业确认流程",
        other => other,
    }
}

/// Where a quiz was answered.
pub fn session(session: &str) -> &str {
    if session == office::training::quiz::ONLINE { "网上" } else { session }
}
