//! 资格自查: six questions without a login; the answer is a page with every reason, its article, whom to ask and what
//! this family brings. The rules are asked by `loan`; this page only asks and tells.

use loan::policy::choice::{Application, Outcome, Relation, Verdict};
use loan::policy::eligibility::{Facts, Finding, PUBLIC, check, outcome};
use loan::policy::{Book, Parameter as P, Question, Scheme, StudyLevel, checklist, reference};
use maud::{Markup, html};

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, error_summary, radios};
use crate::parts::lists::{Tone, bare_tag};
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};
use crate::words;

/// A county code that stands for "your county" while it is not known; no division has it.
const HOME: &str = "000000";
/// Another county than the student's.
const ELSEWHERE: &str = "000001";

/// What the counter looks up itself and a visitor cannot know better.
const AT_THE_COUNTER: [P; 2] = [P::QuizGate, P::RuleCoNoOpenLoan];

/// One question: field, what is asked, and the answers with how they are repeated on the result.
type Asked = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const QUESTIONS: &[Asked] = &[
    ("nation", "你是中国国籍吗？", "国籍", &[("yes", "是"), ("no", "不是")]),
    (
        "level",
        "你要读什么，或正在读什么？",
        "学段",
        &[
            ("college_new", "专科（高职）新生"),
            ("undergraduate_new", "本科新生"),
            ("college_on", "专科（高职）在校"),
            ("undergraduate_on", "本科在校"),
            ("master", "硕士研究生"),
            ("doctor", "博士研究生"),
            ("none", "还没有被录取，或者不是全日制"),
        ],
    ),
    (
        "household",
        "你和共同借款人的户籍在同一个县（市、区）吗？",
        "户籍",
        &[("same", "都在同一个县"), ("student_moved", "我的户口已经迁到学校"), ("different", "不在同一个县")],
    ),
    (
        "co",
        "谁和你一起借款？",
        "共同借款人",
        &[
            ("father", "父亲"),
            ("mother", "母亲"),
            ("relative", "父母办不了，由其他近亲属办"),
            ("guardian", "我是孤儿，由其他监护人办"),
            ("other", "其他人"),
        ],
    ),
    ("other_loan", "这一学年，你办过别的助学贷款吗？", "别的贷款", &[("no", "没有"), ("yes", "办过")]),
    (
        "hardship",
        "家里的经济困难，有没有登记或认定？",
        "预申请",
        &[
            ("listed", "高中或县里已经登记了预申请"),
            ("certificate", "没有预申请，有低保、残疾、下岗等证件"),
            ("nothing", "都没有"),
            ("rich", "家里的收入够交学费"),
        ],
    ),
];

/// The six questions.
pub async fn questions(visit: Visit) -> Answer {
    ask(&visit, &visit.query, Mistakes::none())
}

fn ask(visit: &Visit, values: &Form, mistakes: Mistakes) -> Answer {
    let filled = Filled { values, mistakes: &mistakes };
    let body = html! {
        div.col {
            (error_summary(&mistakes))
            h1 { "6 个问题，查一查能不能贷" }
            p.mt3.mut { "不用登录，不留记录。答完就告诉你结果、依据和要带的材料。" }
            form.mt6 method="get" action="/check/result" novalidate {
                @if let Some(county) = county(values) { input type="hidden" name="county" value=(county.code); p.box.mt5 { "按 " b { (county.name) } " 的规定判断。" } }
                @for (place, (field, question, _, answers)) in QUESTIONS.iter().enumerate() {
                    @let legend = format!("{}. {question}", place + 1);
                    (radios(filled, field, &legend, "", &answers.iter().map(|(value, words)| Choice::new(*value, words)).collect::<Vec<_>>()))
                }
                div.btns { button.btn { "看结果" } }
            }
        }
    };
    visit.page("资格自查").at("/check").mistaken(&mistakes).show(body)
}

fn county(values: &Form) -> Option<&'static reference::Division> {
    reference::division(values.text("county")).filter(|division| division.level == "county")
}

/// The result.
pub async fn result(visit: Visit) -> Answer {
    let values = &visit.query;
    let mut reading = Reading::of(values);
    for (field, _, name, answers) in QUESTIONS {
        reading.choice(
            field,
            &format!("一个答案：{name}"),
            &answers.iter().map(|(value, _)| *value).collect::<Vec<_>>(),
        );
    }
    if let Err(mistakes) = reading.finish(()) {
        return ask(&visit, values, mistakes);
    }
    let book = Book::standard();
    let home = county(values).map_or(HOME, |county| county.code);
    let question = Question { county: Some(home), ..Question::national(Scheme::Origin, visit.today()) };
    let facts = facts(values, home);
    let gap = |gap: loan::policy::NotCovered| Stop::Failure(gap.to_string());
    let findings: Vec<Finding> = check(book, &question, &facts)
        .map_err(gap)?
        .into_iter()
        .filter(|finding| PUBLIC.contains(&finding.rule) && !AT_THE_COUNTER.contains(&finding.rule))
        .collect();
    let outcome = outcome(&findings);
    let case = case(values, &facts);
    let items = checklist::items(book, &question, &case).map_err(gap)?;
    let kept = findings.iter().filter(|finding| finding.verdict == Verdict::Pass).count();
    let head = head(outcome, &findings);
    let back = format!("/check?{}", values.query());
    let body = html! {
        div.split {
            div {
                h1 { span.cap { "资格自查结果" } (head) }
                p.lead.mt3 { (findings.len()) " 项条件符合 " (kept) " 项。" (after(outcome)) }
                section.sec aria-labelledby="why" {
                    h2 #why { "为什么这样判断" }
                    ul.reasons { @for finding in ordered(&findings) { (reason(finding)) } }
                    p.hint.mt3 { "按 " (show::day(visit.today())) "的规定判断。自查结果只供参考，以县中心审核为准。" }
                }
                @if outcome != Outcome::NotEligible { (materials(&items)) }
                div.btns.mt5.no-print {
                    @if outcome != Outcome::NotEligible { a.btn href="/student/apply" { "登录，开始申请" } }
                    button.btn.btn-2 type="button" data-print="1" hidden { "打印这一页" }
                }
            }
            aside.aside {
                section { h2 { "你的回答" }
                    dl.sum { @for (field, _, name, answers) in QUESTIONS {
                        div { dt { (name) } dd { (answers.iter().find(|(value, _)| *value == values.text(field)).map_or("", |(_, words)| words)) } }
                    } }
                    p.mt3.no-print { a href=(back) { "修改回答" } } }
                section { h2 { "到哪办，问谁" }
                    p { "到入学前户籍所在县的学生资助管理中心。" a href="/offices" { "查电话和地址" } "。" }
                    @if let Some(first) = ordered(&findings).iter().find(|finding| finding.verdict != Verdict::Pass) {
                        p.mt2 { "打电话时说“" (first.rule.words()) "”这一条没有通过自查。" }
                    } }
            }
        }
    };
    visit.page("资格自查结果").at("/check").back(&back, "返回修改回答").show(body)
}

fn facts(values: &Form, home: &str) -> Facts {
    let mut facts = Facts::unknown(Application::First);
    let answer = |field| values.text(field);
    facts.chinese_national = Some(answer("nation") == "yes");
    facts.level = match answer("level") {
        "college_new" | "college_on" => Some(StudyLevel::College),
        "undergraduate_new" | "undergraduate_on" => Some(StudyLevel::Undergraduate),
        "master" => Some(StudyLevel::Master),
        "doctor" => Some(StudyLevel::Doctor),
        _ => Some(StudyLevel::Undergraduate),
    };
    facts.admitted = Some(answer("level") != "none");
    facts.school_listed = Some(true);
    // A household that moved to the school counts where it was before (入学前户籍).
    facts.household = Some(home.to_owned());
    facts.co_borrower.household = Some(if answer("household") == "different" { ELSEWHERE } else { home }.to_owned());
    facts.other_loan_this_year = Some(answer("other_loan") == "yes");
    // Without a registration the certification is still to come: open, not refused.
    facts.hardship_certified = match answer("hardship") {
        "listed" | "certificate" => Some(true),
        "rich" => Some(false),
        _ => None,
    };
    facts.pre_applied = Some(answer("hardship") == "listed");
    facts.conduct.income_suffices = Some(answer("hardship") == "rich");
    facts.co_borrower.relation = Some(match answer("co") {
        "father" => Relation::Father,
        "mother" => Relation::Mother,
        "guardian" => Relation::Guardian,
        "relative" => Relation::CloseRelative,
        _ => Relation::Volunteer,
    });
    facts.parents_unable = answer("co") == "relative";
    facts.orphan = answer("co") == "guardian";
    facts
}

fn case(values: &Form, facts: &Facts) -> checklist::Case {
    checklist::Case {
        freshman: Some(values.text("level").ends_with("_new")),
        pre_applied: facts.pre_applied,
        hardship_certificate: Some(values.text("hardship") == "certificate"),
        id_card_lost: Some(false),
        ..checklist::Case::unknown(Application::First)
    }
}

fn head(outcome: Outcome, findings: &[Finding]) -> &'static str {
    let lacking = |rule| findings.iter().any(|finding| finding.rule == rule && finding.verdict != Verdict::Pass);
    match outcome {
        Outcome::Eligible => "你可以申请",
        Outcome::Incomplete if lacking(P::RuleHardship) => "你可以申请，先办困难认定",
        Outcome::NotEligible => "按现在的回答，还不能申请",
        Outcome::NeedsOverride => "可以去办，有一条要窗口核实",
        Outcome::Incomplete => "可以去办，还有信息要核实",
    }
}

fn after(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Eligible => "带齐下面的材料就能办。",
        Outcome::NotEligible => "下面写明差在哪里、怎么补。",
        Outcome::NeedsOverride | Outcome::Incomplete => "没有打勾的几项不影响你去办，带上证明材料，由窗口核实。",
    }
}

/// What is not met stands first.
fn ordered(findings: &[Finding]) -> Vec<&Finding> {
    let mut ordered: Vec<&Finding> = findings.iter().collect();
    ordered.sort_by_key(|finding| match finding.verdict {
        Verdict::Fail => 0,
        Verdict::NeedsOverride => 1,
        Verdict::Unknown => 2,
        Verdict::Advised => 3,
        Verdict::Pass => 4,
    });
    ordered
}

fn reason(finding: &Finding) -> Markup {
    let (tone, word) = match finding.verdict {
        Verdict::Pass => (Tone::Done, "符合"),
        Verdict::Fail => (Tone::Bad, "不符合"),
        Verdict::NeedsOverride => (Tone::Act, "要核实"),
        Verdict::Unknown => (Tone::Act, "要核实"),
        Verdict::Advised => (Tone::Wait, "提醒"),
    };
    html! {
        li {
            (bare_tag(tone, word))
            div {
                @if finding.verdict == Verdict::Pass { (finding.rule.words()) @if !finding.remark.is_empty() { "（" (finding.remark) "）" } }
                @else { b { (finding.rule.words()) } p { (finding.bring) "。" } }
                p.src { (words::citation(&finding.citation)) }
            }
        }
    }
}

fn materials(items: &[checklist::Item]) -> Markup {
    html! {
        section.sec aria-labelledby="list" {
            h2 #list { "你家要带的材料" }
            p.mut { "只列你们需要的，一共 " (items.len()) " 样。到窗口前逐项打勾。" }
            ul.ticks.mt3 { @for item in items { li { (material(item)) } } }
            p.hint.mt3 { "申请表必须从系统打印，网上下载的空表无效。" }
        }
    }
}

/// How a material is brought: original, copies, which pages.
fn how(item: &checklist::Item) -> String {
    let material = &item.material;
    let mut how = Vec::new();
    if material.hand_in_original {
        how.push("交原件".to_owned());
    } else if material.show_original {
        how.push("看原件".to_owned());
    }
    if material.copies > 0 {
        how.push(format!("复印件 {} 份", material.copies));
    }
    if !material.pages.is_empty() {
        how.push(format!("复印{}", material.pages.join("、")));
    }
    how.join("，")
}

/// One material in one line of plain text, for a list to take home.
pub fn material_text(item: &checklist::Item) -> String {
    let mut parts = vec![item.material.name.clone(), how(item)];
    if !item.certain && !item.material.when.words().is_empty() {
        parts.push(format!("{}的才要", item.material.when.words()));
    }
    parts.push(item.material.remark.clone());
    parts.retain(|part| !part.is_empty());
    parts.join("，")
}

/// One material in one line: what, original or copies, which pages, on which condition.
pub fn material(item: &checklist::Item) -> Markup {
    let material = &item.material;
    let how = how(item);
    html! {
        (material.name)
        @if !how.is_empty() { "，" (how) }
        @if !item.certain && !material.when.words().is_empty() { span.hint { "（" (material.when.words()) "的才要）" } }
        @if !material.remark.is_empty() { br; span.hint { (material.remark) } }
    }
}
