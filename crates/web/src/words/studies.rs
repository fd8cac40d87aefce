//! Words for a change of study: what happened, and which papers show it.

use office::servicing::study::StudyCause;

use crate::parts::fields::Choice;

/// Causes after which there is no year of graduation.
pub const NO_YEAR: [StudyCause; 2] = [StudyCause::Withdrawal, StudyCause::Expulsion];

/// The name of a cause.
pub const fn cause(cause: StudyCause) -> &'static str {
    match cause {
        StudyCause::FurtherStudy => "又读书了（专升本、考研、考博）",
        StudyCause::Suspension => "休学、延长学制",
        StudyCause::Transfer => "转学",
        StudyCause::Abroad => "出国",
        StudyCause::Withdrawal => "退学",
        StudyCause::Expulsion => "开除学籍",
        StudyCause::EntryError => "当初录错了",
    }
}

/// The causes to choose from.
pub fn choices() -> Vec<Choice> {
    StudyCause::ALL.into_iter().map(|one| Choice::new(one.code(), cause(one))).collect()
}

/// Which papers show it.
pub const fn papers(cause: StudyCause) -> &'static str {
    match cause {
        StudyCause::FurtherStudy => "录取通知书或新学校的学生证",
        StudyCause::Suspension => "学校开的休学或延长学制证明",
        StudyCause::Transfer => "转学证明",
        StudyCause::Abroad => "学校开的出国学习证明",
        StudyCause::Withdrawal => "退学证明",
        StudyCause::Expulsion => "学校的处理决定",
        StudyCause::EntryError => "学生证或学籍在线验证报告",
    }
}
