//! One row, one act: which cell is which field, and what the act's answer tells the reader of the list.

use super::{About, Cells, SOURCE_WORDS};
use crate::act::Act;
use crate::origination::enter_pre_application::EnterPreApplication;
use crate::origination::enter_receipt::EnterReceipt;
use crate::origination::record_quiz::RecordQuiz;
use crate::training::enrol::EnrolAttendee;

/// An act that a row of a file asks for.
pub(super) trait RowAct: Act {
    /// A refusal that guesses at a secret, and how many of them an office may cause by files in one hour.
    const GUESS: Option<(&'static str, i64)> = None;

    /// The act of a row.
    fn of_row(cells: &Cells, about: &About) -> Self;
    /// The column a field of the act is typed in; empty when there is none.
    fn column(field: &str) -> &'static str;
    /// What the reader of the list learns from the answer.
    fn told(done: &Self::Done) -> Vec<(String, String)>;
    /// The name behind the row, where the act finds one: it must be the name in the file.
    fn name(_done: &Self::Done) -> Option<&str> {
        None
    }
}

/// A cell; empty when nothing was filled in.
fn cell(cells: &Cells, title: &str) -> String {
    cells.get(title).cloned().unwrap_or_default()
}

fn figure(name: &str, value: impl ToString) -> (String, String) {
    (name.to_owned(), value.to_string())
}

impl RowAct for EnterReceipt {
    // Twelve characters of 32 cannot be guessed a hundred an hour; a school's own typing mistakes stay far below.
    const GUESS: Option<(&'static str, i64)> = Some(("code_unknown", 100));

    fn of_row(cells: &Cells, about: &About) -> EnterReceipt {
        EnterReceipt {
            code: cell(cells, "校验码"),
            tuition: cell(cells, "欠学费"),
            accommodation: cell(cells, "欠住宿费"),
            papers_shown: about.contains_key("papers_shown"),
        }
    }

    fn column(field: &str) -> &'static str {
        match field {
            "code" => "校验码",
            "tuition" => "欠学费",
            "accommodation" => "欠住宿费",
            _ => "",
        }
    }

    fn told(done: &Self::Done) -> Vec<(String, String)> {
        vec![figure("name", &done.student_name), figure("to_school", loan::money::Fen(done.to_school_fen))]
    }

    fn name(done: &Self::Done) -> Option<&str> {
        Some(&done.student_name)
    }
}

impl RowAct for EnterPreApplication {
    fn of_row(cells: &Cells, _about: &About) -> EnterPreApplication {
        let source = cell(cells, "来源");
        let source = SOURCE_WORDS.iter().find(|(_, words)| *words == source).map_or("", |(code, _)| code);
        EnterPreApplication {
            name: cell(cells, "姓名"),
            id_number: cell(cells, "身份证号"),
            phone: cell(cells, "手机号"),
            source: source.to_owned(),
            proof: cell(cells, "证明材料"),
            county: cell(cells, "户籍县代码"),
            origin_school: cell(cells, "毕业学校"),
            refused: cell(cells, "审核结果") == "不通过",
            reason: cell(cells, "原因"),
        }
    }

    fn column(field: &str) -> &'static str {
        match field {
            "name" => "姓名",
            "id_number" => "身份证号",
            "source" => "来源",
            "proof" => "证明材料",
            "county" => "户籍县代码",
            "reason" => "原因",
            _ => "",
        }
    }

    fn told(_done: &Self::Done) -> Vec<(String, String)> {
        Vec::new()
    }
}

impl RowAct for RecordQuiz {
    fn of_row(cells: &Cells, about: &About) -> RecordQuiz {
        let number = |title: &str| cell(cells, title).parse().unwrap_or(-1);
        RecordQuiz {
            id_number: cell(cells, "身份证号"),
            session: about.get("session").cloned().unwrap_or_default(),
            questions: number("总题数"),
            right: number("答对题数"),
        }
    }

    fn column(field: &str) -> &'static str {
        match field {
            "id_number" => "身份证号",
            "right" => "答对题数",
            _ => "",
        }
    }

    fn told(done: &Self::Done) -> Vec<(String, String)> {
        vec![figure("passed", done.passed)]
    }
}

impl RowAct for EnrolAttendee {
    fn of_row(cells: &Cells, about: &About) -> EnrolAttendee {
        EnrolAttendee {
            training: about.get("training").and_then(|number| number.parse().ok()).unwrap_or_default(),
            name: cell(cells, "姓名"),
            id_number: cell(cells, "身份证号"),
            belongs_to: cell(cells, "单位或班级"),
        }
    }

    fn column(field: &str) -> &'static str {
        match field {
            "name" => "姓名",
            "id_number" => "身份证号",
            _ => "",
        }
    }

    fn told(_done: &Self::Done) -> Vec<(String, String)> {
        Vec::new()
    }
}
