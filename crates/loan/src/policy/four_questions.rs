//! What people ask first (京山 2024): who may borrow, where, with whom, and how, in plain words for one county and day.

use super::book::{Book, NotCovered, Question};
use super::checklist::{self, Case};
use super::choice::{Application, RenewalWay, Scheme, Strength, StudyLevel};
use super::eligibility;
use super::limits::{self, NoAmount};
use super::parameter::Parameter as P;
use super::receipt;
use super::reference;
use crate::refusal::Citation;

/// One of the four questions with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The question.
    pub question: &'static str,
    /// The lines of the answer, in order.
    pub lines: Vec<Line>,
}

/// One sentence and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The sentence.
    pub text: String,
    /// Document and article.
    pub why: Citation,
}

/// The four answers for origin-based loans of a county on a day. Address and telephone of the centre come from the
/// directory of offices.
///
/// # Errors
/// [`NotCovered`].
pub fn answered(book: &Book, question: &Question<'_>) -> Result<[Answered; 4], NotCovered> {
    debug_assert_eq!(question.scheme, Scheme::Origin, "the campus scheme has no county");
    Ok([
        Answered { question: "谁能办", lines: who(book, question)? },
        Answered { question: "哪里办", lines: place(book, question)? },
        Answered { question: "找谁办", lines: with_whom(book, question)? },
        Answered { question: "怎么办", lines: how(book, question)? },
    ])
}

fn line(book: &Book, question: &Question<'_>, parameter: P, text: String) -> Result<Line, NotCovered> {
    Ok(Line { text, why: book.why(question, parameter)? })
}

fn who(book: &Book, question: &Question<'_>) -> Result<Vec<Line>, NotCovered> {
    let mut lines = Vec::new();
    let levels: Vec<StudyLevel> = book.choices(question, P::EligibleLevels)?;
    let names: Vec<&str> = levels.iter().map(|level| level.words()).collect();
    lines.push(line(book, question, P::EligibleLevels, format!("全日制{}学生", names.join("、")))?);
    for &rule in eligibility::RULES {
        let Ok(strength) = book.choice::<Strength>(question, rule) else { continue };
        let text = match strength {
            Strength::Hard if rule != P::RuleLevel => rule.words().to_owned(),
            Strength::Soft => format!("原则上：{}", rule.words()),
            _ => continue,
        };
        lines.push(line(book, question, rule, text)?);
    }
    Ok(lines)
}

fn place(book: &Book, question: &Question<'_>) -> Result<Vec<Line>, NotCovered> {
    let county =
        question.county.and_then(reference::division).map_or("户籍所在县（市、区）", |county| county.name);
    let text = format!("学生入学前户籍所在地的{county}学生资助管理中心");
    let mut lines = vec![line(book, question, P::RuleStudentHousehold, text)?];
    let ways: Vec<RenewalWay> = book.choices(question, P::RenewalWays)?;
    if ways.contains(&RenewalWay::OnlineFace) {
        lines.push(line(book, question, P::RenewalWays, "续贷可以在线办理，不用到场".to_owned())?);
    }
    Ok(lines)
}

fn with_whom(book: &Book, question: &Question<'_>) -> Result<Vec<Line>, NotCovered> {
    let first = "首次贷款：学生和共同借款人（一般是父亲或母亲）一起到县级学生资助管理中心，当面签字".to_owned();
    let mut lines = vec![line(book, question, P::RuleCoParent, first)?];
    let ways: Vec<RenewalWay> = book.choices(question, P::RenewalWays)?;
    let words: Vec<&str> = ways.iter().map(|way| way.words()).collect();
    lines.push(line(book, question, P::RenewalWays, format!("续贷：{}", words.join("，或")))?);
    Ok(lines)
}

fn how(book: &Book, question: &Question<'_>) -> Result<Vec<Line>, NotCovered> {
    let mut lines = Vec::new();
    // Addresses are known only of some places and years; who has none asks at the centre.
    if let Ok(address) = book.address(question, P::ServiceAddress) {
        let text = format!("先在学生在线服务系统注册，再登录申请：{address}");
        lines.push(line(book, question, P::ServiceAddress, text)?);
    }
    for (gate, text) in [(P::PreApplicationGate, "先做预申请"), (P::QuizGate, "参加贷前培训并通过现场答题")]
    {
        if book.choice::<Strength>(question, gate)? != Strength::NotAsked {
            lines.push(line(book, question, gate, format!("首次贷款：{text}"))?);
        }
    }
    for (level, name, cap) in [
        (StudyLevel::Undergraduate, "本专科学生", P::AmountMaxUndergraduate),
        (StudyLevel::Master, "研究生", P::AmountMaxGraduate),
    ] {
        match limits::allowed(book, question, level, None) {
            Ok(allowed) => {
                let text = format!("{name}每学年可以申请 {} 至 {} 元", allowed.min.0 / 100, allowed.max.0 / 100);
                lines.push(line(book, question, cap, text)?);
            }
            Err(NoAmount::NotCovered(gap)) => return Err(gap),
            Err(NoAmount::FeesBelowMinimum { .. }) => {}
        }
    }
    for item in checklist::items(book, question, &Case::unknown(Application::First))? {
        let condition = item.material.when.words();
        let on_whom = if condition.is_empty() { String::new() } else { format!("（{condition}）") };
        lines.push(Line { text: format!("首次贷款带：{}{on_whom}", item.material.name), why: item.citation });
    }
    let deadline = receipt::deadline(book, question, chrono::Datelike::year(&question.on))?;
    let text = format!(
        "到校后请学校在 {} 前（含当天）录入回执，否则{}",
        deadline.last_on.format("%-m月%-d日"),
        deadline.consequence.words()
    );
    lines.push(Line { text, why: deadline.why });
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    fn text(question: &Question<'_>, which: usize) -> String {
        let answered = answered(Book::standard(), question).unwrap();
        answered[which].lines.iter().map(|line| line.text.clone() + "\n").collect()
    }

    #[test]
    fn the_four_questions_are_answered_per_county_and_day() {
        let xiufeng = Question::origin(date(2016, 8, 1), "450302", "4133010335");
        assert!(text(&xiufeng, 0).contains("研究生") && text(&xiufeng, 0).contains("原则上：首贷须先预申请"));
        assert!(text(&xiufeng, 1).contains("秀峰区") && !text(&xiufeng, 1).contains("在线办理"));
        assert!(text(&xiufeng, 2).contains("一起到场"));
        assert!(text(&xiufeng, 3).contains("现场答题") && text(&xiufeng, 3).contains("1000 至 8000 元"));
        assert!(text(&xiufeng, 3).contains("9月30日 前（含当天）录入回执，否则贷款合同无效"));
        let today = Question { county: Some("450302"), ..Question::national(Scheme::Origin, date(2026, 8, 1)) };
        assert!(text(&today, 1).contains("续贷可以在线办理"));
        assert!(text(&today, 3).contains("1000 至 20000 元") && !text(&today, 3).contains("现场答题"));
        assert!(text(&today, 3).contains("10月10日"));
        let every = answered(Book::standard(), &today).unwrap();
        assert!(
            every
                .iter()
                .flat_map(|answer| &answer.lines)
                .all(|line| Book::standard().document(&line.why.doc).is_some())
        );
        proof::proves!["R2.22"];
    }

    #[test]
    fn the_service_address_is_that_of_the_place_and_the_day() {
        let check = |county, school, on, expected: Option<&str>| {
            let question = Question::origin(on, county, school);
            let address = Book::standard().address(&question, P::ServiceAddress).ok();
            assert_eq!(address.as_deref(), expected, "{county} {on}");
            let told = text(&question, 3);
            match expected {
                Some(address) => assert!(told.contains(&format!("先在学生在线服务系统注册，再登录申请：{address}"))),
                None => assert!(!told.contains("学生在线服务系统注册"), "{told}"),
            }
        };
        let (xiufeng, weicheng) = (("450302", "4133010335"), ("370702", "4137012819"));
        let old = Some("www.csls.cdb.com.cn");
        check(xiufeng.0, xiufeng.1, date(2016, 7, 22), old);
        check(xiufeng.0, xiufeng.1, date(2017, 7, 21), old);
        check(xiufeng.0, xiufeng.1, date(2017, 7, 22), None);
        check(weicheng.0, weicheng.1, date(2022, 9, 26), Some("http://www.csls.cdb.com.cn"));
        check(weicheng.0, weicheng.1, date(2023, 4, 24), Some("http://www.csls.cdb.com.cn"));
        check(weicheng.0, weicheng.1, date(2023, 4, 25), Some("https://sls.cdb.com.cn"));
        check(xiufeng.0, xiufeng.1, date(2026, 8, 1), Some("https://sls.cdb.com.cn"));
        proof::proves!["R1.3"; page "/where"];
    }
}
