//! The words of files of rows: what a kind is called, and what the verdict on a row says.

use office::roster::{Kind, Reason, RowView};

use super::told;
use crate::parts::lists::Tone;
use crate::parts::show::yuan;

/// What the rows of a kind are called.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Receipts => "回执",
        Kind::PreApplications => "预申请名单",
        Kind::QuizResults => "考核成绩",
        Kind::Attendees => "培训名册",
    }
}

/// The word of a verdict with its tone.
pub fn verdict(verdict: &str) -> (Tone, &'static str) {
    match verdict {
        "done" => (Tone::Done, "已导入"),
        "right" => (Tone::Now, "可以导入"),
        "wrong" => (Tone::Bad, "填错了"),
        "refused" => (Tone::Bad, "不能导入"),
        _ => (Tone::Wait, "还没核对"),
    }
}

/// What is wrong in a row and what to do, or what becomes of it.
pub fn sentence(row: &RowView) -> String {
    let number = row.number;
    match &row.reason {
        Reason::Open => String::new(),
        Reason::Cells { mistakes } => {
            mistakes.iter().map(|(_, message)| message.as_str()).collect::<Vec<_>>().join("；") + "。"
        }
        Reason::Twice { column, first } => {
            format!("第 {number} 行的{column}和第 {first} 行相同。同一个人只留一行，按第 {first} 行导入。")
        }
        Reason::OtherName { found } => {
            format!("第 {number} 行的校验码是{found}同学的，和填的姓名不同。请对照受理证明改好，再上传。")
        }
        Reason::Refused { column, code, figures } => {
            let (says, remedy) = told(code, figures);
            let place = if column.is_empty() { String::new() } else { format!("（{column}）") };
            format!("第 {number} 行{place}：{says}。{remedy}")
        }
        Reason::Told { figures } => {
            let of = |name: &str| figures.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            match (of("name"), of("to_school").and_then(|text| text.parse().ok()), of("passed")) {
                (Some(name), Some(amount), _) => format!("{name}，放款后到学校 {} 元", yuan(amount)),
                (_, _, Some("true")) => "通过".to_owned(),
                (_, _, Some(_)) => "没有通过，可以再考".to_owned(),
                _ => String::new(),
            }
        }
    }
}
