//! The rules as plain data for people and machines: every document, and everything that holds at a place on a day.

use super::book::{Answer, Book, NotCovered, Question};
use super::parameter::Parameter;
use super::register::Document;

/// Everything that holds for a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown<'b> {
    /// One answer per covered parameter, in the order of [`Parameter::ALL`].
    pub answers: Vec<Answer<'b>>,
    /// Parameters that no rule covers there and then.
    pub silent: Vec<Parameter>,
}

/// One answer as text, for a terminal, a page or JSON.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// Code of the parameter.
    pub parameter: &'static str,
    /// Words of the parameter.
    pub name: &'static str,
    /// The value for machines.
    pub value: String,
    /// The value in words.
    pub words: String,
    /// Document id.
    pub doc: String,
    /// Article.
    pub article: String,
    /// Title of the document.
    pub title: String,
    /// First day, `yyyy-mm-dd`.
    pub from: String,
    /// Last day, absent while it holds.
    pub to: Option<String>,
    /// Who set it.
    pub level: &'static str,
    /// How well the source is known.
    pub mark: &'static str,
    /// The doubtful point, if there is one.
    pub note: Option<String>,
    /// What lower documents print about it.
    pub printed: Vec<PrintedRow>,
}

/// A printed value as text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PrintedRow {
    /// The value for machines.
    pub value: String,
    /// The value in words.
    pub words: String,
    /// Document id.
    pub doc: String,
    /// Article.
    pub article: String,
    /// False for a stale value.
    pub agrees: bool,
    /// Our remark.
    pub note: Option<String>,
}

impl Answer<'_> {
    /// The answer as text, with the title of its document.
    pub fn row(&self, book: &Book) -> Row {
        let printed = |printed: &super::Printed<'_>| PrintedRow {
            value: printed.value.code(),
            words: printed.value.words(self.parameter),
            doc: printed.citation.doc.to_string(),
            article: printed.citation.article.to_string(),
            agrees: printed.agrees,
            note: printed.note.map(str::to_owned),
        };
        Row {
            parameter: self.parameter.code(),
            name: self.parameter.words(),
            value: self.code(),
            words: self.words(),
            doc: self.citation.doc.to_string(),
            article: self.citation.article.to_string(),
            title: book.document(&self.citation.doc).map(|document| document.title.clone()).unwrap_or_default(),
            from: self.from.to_string(),
            to: self.to.map(|to| to.to_string()),
            level: self.level.code(),
            mark: self.mark.code(),
            note: self.note.map(str::to_owned),
            printed: self.printed.iter().map(printed).collect(),
        }
    }
}

/// Every registered document, in the order of the register.
pub fn list(book: &Book) -> &[Document] {
    book.documents()
}

/// Everything that holds at a place on a day, with values, citations and days.
///
/// # Errors
/// [`NotCovered`] when the scheme has no rule at all on that day.
pub fn show<'b>(book: &'b Book, question: &Question<'_>) -> Result<Shown<'b>, NotCovered> {
    let (mut answers, mut silent) = (Vec::new(), Vec::new());
    for &parameter in Parameter::ALL {
        match book.ask(question, parameter) {
            Ok(answer) => answers.push(answer),
            Err(_) => silent.push(parameter),
        }
    }
    if answers.iter().any(|answer| answer.parameter == Parameter::OpenIn) {
        Ok(Shown { answers, silent })
    } else {
        Err(NotCovered { scheme: question.scheme, parameter: Parameter::OpenIn, on: question.on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Date, date};
    use crate::policy::choice::{Level, Scheme};
    use crate::refusal::Citation;

    fn rows(question: &Question<'_>) -> String {
        let shown = show(Book::standard(), question).unwrap();
        let line = |row: Row| {
            let printed = row.printed.iter().map(|printed| {
                let state = if printed.agrees { "印" } else { "旧印" };
                format!(" [{state} {} {} {}]", printed.words, printed.doc, printed.article)
            });
            let (printed, to) = (printed.collect::<String>(), row.to.unwrap_or("…".to_owned()));
            let source = format!("{} {} | {} {}..{to} {}", row.doc, row.article, row.level, row.from, row.mark);
            format!("{} = {} | {source}{printed}\n", row.parameter, row.words)
        };
        shown.answers.iter().map(|answer| line(answer.row(Book::standard()))).collect()
    }

    #[test]
    fn what_holds_at_four_places_and_days() {
        let zhejiang =
            Question { scheme: Scheme::Campus, on: date(2005, 10, 15), county: None, school: Some("4133010335") };
        insta::assert_snapshot!("xiufeng_2016", rows(&Question::origin(date(2016, 8, 1), "450302", "4133010335")));
        insta::assert_snapshot!("sdvcst_2022", rows(&Question::origin(date(2022, 10, 1), "370702", "4137012819")));
        insta::assert_snapshot!("zju_2005", rows(&zhejiang));
        insta::assert_snapshot!("today", rows(&Question::national(Scheme::Origin, date(2026, 11, 23))));
        insta::assert_snapshot!("today_campus", rows(&Question::national(Scheme::Campus, date(2026, 11, 23))));
    }

    /// One parameter at one place: value, article, level.
    fn check(question: &Question<'_>, parameter: Parameter, code: &str, doc: &str, article: &str, level: Level) {
        let answer = Book::standard().ask(question, parameter).unwrap();
        let citation = Citation { doc: doc.to_owned().into(), article: article.to_owned().into() };
        assert_eq!((answer.code().as_str(), answer.level), (code, level), "{}", parameter.code());
        assert_eq!(answer.citation, &citation, "{}", parameter.code());
    }

    #[test]
    fn the_standards_of_different_documents_stand_side_by_side() {
        use Level::{County, National, School};
        use Parameter::{
            AmountMaxGraduate, AmountMaxUndergraduate, GraceYears, ReceiptBy, RepayEndWithin, TermMax, TermMin,
        };
        let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
        check(&xiufeng, AmountMaxUndergraduate, "8000.00", "caijiao-2014-180", "额度", National);
        check(&xiufeng, TermMin, "6", "caijiao-2015-7", "期限", National);
        check(&xiufeng, TermMax, "20", "caijiao-2015-7", "期限", National);
        check(&xiufeng, GraceYears, "3", "caijiao-2015-7", "宽限期", National);
        check(&xiufeng, ReceiptBy, "09-30", "xiufeng-2016", "三(一)3(4)", County);
        let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        check(&college, AmountMaxUndergraduate, "12000.00", "caijiao-2021-164", "额度", National);
        check(&college, TermMin, "5", "sdvcst-2022", "8", National);
        check(&college, TermMax, "22", "caijiao-2020-4", "期限", National);
        check(&college, GraceYears, "5", "caijiao-2020-4", "宽限期", National);
        check(&college, ReceiptBy, "10-15", "sdvcst-2022", "13", School);
        let zhejiang =
            Question { scheme: Scheme::Campus, on: date(2005, 10, 15), county: None, school: Some("4133010335") };
        check(&zhejiang, AmountMaxGraduate, "6000.00", "guobanfa-2004-51", "全文", National);
        check(&zhejiang, RepayEndWithin, "72", "zju-2005", "六.1", School);
        let today = Question::national(Scheme::Origin, date(2026, 11, 23));
        check(&today, AmountMaxUndergraduate, "20000.00", "caijiao-2024-188", "额度", National);
        check(&today, AmountMaxGraduate, "25000.00", "caijiao-2024-188", "额度", National);
        check(&today, GraceYears, "5", "caijiao-2020-4", "宽限期", National);
        proof::proves!["R2.23"];
    }

    #[test]
    fn the_three_year_grace_of_the_college_is_recorded_and_not_applied() {
        let printed = |on: Date| {
            let question = Question::origin(on, "370702", "4137012819");
            let answer = Book::standard().ask(&question, Parameter::GraceYears).unwrap();
            assert_eq!(answer.code(), "5");
            answer.printed.into_iter().map(|printed| (printed.value.code(), printed.agrees)).collect::<Vec<_>>()
        };
        assert_eq!(printed(date(2022, 9, 25)), []);
        assert_eq!(printed(date(2022, 9, 26)), [("3".to_owned(), false)]);
        let limit = |on: Date| {
            let question = Question::origin(on, "370702", "4137012819");
            Book::standard().ask(&question, Parameter::AmountMaxUndergraduate).unwrap().printed[0].agrees
        };
        assert!(limit(date(2022, 10, 1)), "what the college prints was the national limit then");
        assert!(!limit(date(2023, 9, 15)), "and went stale with the next circular, as its article 7 foresees");
    }

    #[test]
    fn every_level_answers_inside_its_own_place_only() {
        let school = |county| Question::origin(date(2016, 8, 1), county, "4133010335");
        let receipt = |question: &Question<'_>| Book::standard().ask(question, Parameter::ReceiptBy).unwrap().code();
        assert_eq!(receipt(&school("450302")), "09-30");
        assert_eq!(receipt(&school("450303")), "10-10", "the next district follows the nation");
        assert_eq!(receipt(&school("450302").on(date(2016, 7, 21))), "10-10", "the day before the season");
        assert_eq!(receipt(&school("450302").on(date(2017, 7, 21))), "09-30");
        assert_eq!(receipt(&school("450302").on(date(2017, 7, 22))), "10-10", "the day after it");
        let before = Question::national(Scheme::Origin, date(2007, 8, 12));
        let error = show(Book::standard(), &before).unwrap_err();
        assert_eq!(error.to_string(), "no rule of scheme origin covers open_in on 2007-08-12");
    }

    #[test]
    fn what_the_money_is_for_differs_between_the_documents() {
        use Level::{County, National, School};
        let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
        check(&xiufeng, Parameter::Purpose, "fees_only", "xiufeng-2016", "一(四)", County);
        let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        check(&college, Parameter::Purpose, "fees_then_living", "sdvcst-2022", "15", School);
        let today = Question::national(Scheme::Origin, date(2026, 11, 23));
        check(&today, Parameter::Purpose, "fees_then_living", "caijiao-2021-164", "用途", National);
        proof::proves!["R2.13"];
    }

    #[test]
    fn prepayment_needs_nobodys_approval_and_november_is_closed() {
        let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        let national = |parameter, code| check(&college, parameter, code, "sdvcst-2022", "24", Level::National);
        national(Parameter::PrepaymentApproval, "false");
        national(Parameter::PrepaymentPerMonth, "1");
        national(Parameter::ClosedMonths, "11");
        check(&college, Parameter::PenaltyPercent, "130", "sdvcst-2022", "28", Level::National);
        check(&college, Parameter::HolidayShifts, "false", "sdvcst-2022", "22", Level::National);
    }

    #[test]
    fn the_consequences_of_default_are_seven_and_named() {
        use crate::policy::choice::CreditConsequence;
        let college = Question::origin(date(2022, 10, 1), "370702", "4137012819");
        let named: Vec<CreditConsequence> = Book::standard().choices(&college, Parameter::CreditConsequences).unwrap();
        assert_eq!(named, CreditConsequence::ALL);
        let words = Book::standard().ask(&college, Parameter::CreditConsequences).unwrap().words();
        for word in ["征信", "就业", "出国", "消费", "信用卡", "车贷", "房贷"] {
            assert!(words.contains(word), "{word}");
        }
    }
}
