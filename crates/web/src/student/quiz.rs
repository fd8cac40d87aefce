//! 贷前学习与测验: six short cards, ten questions, every wrong answer explained, again at once, and a certificate that
//! stays.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use loan::policy::choice::{QuestionKind, TrainingPart};
use loan::policy::questions::{Letters, Question, QuestionBank};
use maud::{Markup, html};
use office::training::quiz::{AnswerQuiz, OpenQuiz};
use office::training::view::{PaperView, QuizHome};

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, error_summary, radios, ticks};
use crate::parts::lists::{Tone, bare_tag, note, warning};
use crate::parts::show;
use crate::staff::{perform, refusal};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};
use crate::words::{citation, trainings as words};

/// Sentences of one card.
const CARD: usize = 6;

/// Cards, sittings, and the way to the paper.
pub async fn page(visit: Visit) -> Answer {
    show_home(&visit, None).await
}

/// Draws a paper.
pub async fn open(visit: Visit) -> Answer {
    let home = visit.office().quiz_home(&visit.actor).await?;
    let county = home.county.ok_or(Stop::NotFound)?;
    match perform(&visit, "", OpenQuiz { county }).await? {
        Ok(opened) => visit.see(&format!("/student/quiz/{}", opened.paper)),
        Err(refused) => show_home(&visit, Some(&refused)).await,
    }
}

async fn show_home(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let home = visit.office().quiz_home(&visit.actor).await?;
    let body = html! {
        div.col {
            (refusal(refused))
            h1 { "贷前学习与测验" }
            p.mt3.mut { "先看六张卡片，大约 10 分钟。再答 10 道题，答完马上告诉你哪里错、为什么。" }
            section.sec aria-labelledby="tst" {
                h2 #tst { "测验" }
                (standing(visit, &home))
            }
            section.sec aria-labelledby="crd" {
                h2 #crd { "学习卡片" }
                @for part in &home.parts { (card(*part)) }
            }
            @if !home.sittings.is_empty() { (sittings(&home)) }
        }
    };
    let page = visit.page("贷前学习与测验").at("/student").back("/student", "回到我的首页");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn standing(visit: &Visit, home: &QuizHome) -> Markup {
    let button = |word: &str| {
        html! { form.mt3 method="post" action="/student/quiz" { (visit.hidden()) button.btn { (word) } } }
    };
    match (home.passed(), home.percent) {
        (Some(sat), _) => html! {
            (note("已经通过。", html! { (show::day(sat.on_day)) "，" (sat.score) " 分。续贷不用再考。" }))
            div.btns { a.btn.btn-2 href="/student/quiz/certificate" { "看合格证" } }
        },
        (None, _) if home.county.is_none() => html! {
            p { "还不知道你的户籍县。先" a href="/student/apply" { "开始申请" } "，选好户籍县，再回来看要不要考。" }
        },
        (None, None) => html! { p { "你户籍所在的县现在不要求考核。卡片可以随时看。" } },
        (None, Some(percent)) => html! {
            p { "首次贷款要通过考核，答对 " b { (percent) "%" } "才算通过。没通过可以再考。有的县要求在培训现场答题：到场签到以后，用手机打开这一页就能答。" }
            @if home.open.is_some() { (button("接着答题")) } @else if home.sittings.is_empty() { (button("开始答题")) } @else { (button("再考一次")) }
        },
    }
}

fn card(part: TrainingPart) -> Markup {
    let known: Vec<&Question> = QuestionBank::standard().of(part).take(CARD).collect();
    html! {
        details.more {
            summary { (part.words()) }
            ul.bul { @for one in known { li { (one.explanation) span.src { "（" (citation(&one.citation)) "）" } } } }
        }
    }
}

fn sittings(home: &QuizHome) -> Markup {
    html! {
        section.sec aria-labelledby="sat" {
            h2 #sat { "考过的" }
            table.data.tight {
                caption.vh { "考核记录" }
                thead { tr { th scope="col" { "日期" } th scope="col" { "哪一场" } th.n scope="col" { "得分" } th scope="col" { "结果" } } }
                tbody { @for sat in &home.sittings { tr {
                    th scope="row" { (show::iso(sat.on_day)) }
                    td { (words::session(&sat.session)) }
                    td.n { (sat.score) }
                    td { @if sat.passed { (bare_tag(Tone::Done, "通过")) } @else { (bare_tag(Tone::Act, "没有通过")) } }
                } } }
            }
        }
    }
}

/// A paper to answer, or the marked one with every reason.
pub async fn paper(visit: Visit) -> Answer {
    let paper = visit.office().quiz_paper(&visit.actor, visit.param("paper")).await?;
    match &paper.chosen {
        Some(chosen) => show_result(&visit, &paper, chosen),
        None => show_paper(&visit, &paper, &Form::default(), &Mistakes::none(), None),
    }
}

/// Hands the answers in.
pub async fn answer(visit: Visit) -> Answer {
    let paper = visit.office().quiz_paper(&visit.actor, visit.param("paper")).await?;
    let mut mistakes = Mistakes::none();
    let mut answers = BTreeMap::new();
    for (place, question) in paper.questions.iter().enumerate() {
        let letters: String = visit.form.all(&question.id).collect();
        if letters.is_empty() {
            mistakes.add(&question.id, format!("第 {} 题还没有答", place + 1));
        }
        answers.insert(question.id.clone(), letters);
    }
    if !mistakes.is_empty() {
        return show_paper(&visit, &paper, &visit.form, &mistakes, None);
    }
    let address = format!("/student/quiz/{}", paper.paper);
    match perform(&visit, "", AnswerQuiz { paper: paper.paper.clone(), answers }).await? {
        Ok(_) => visit.see(&address),
        Err(refused) => show_paper(&visit, &paper, &visit.form, &Mistakes::none(), Some(&refused)),
    }
}

fn choices(question: &Question) -> Vec<Choice> {
    let letters = ["A", "B", "C", "D", "E", "F", "G", "H"];
    question
        .options
        .iter()
        .zip(letters)
        .map(|(option, letter)| match question.kind {
            QuestionKind::TrueFalse => Choice::new(letter, option),
            QuestionKind::Single | QuestionKind::Several => Choice::new(letter, &format!("{letter}. {option}")),
        })
        .collect()
}

fn show_paper(
    visit: &Visit,
    paper: &PaperView,
    values: &Form,
    mistakes: &Mistakes,
    refused: Option<&Refused>,
) -> Answer {
    let filled = Filled { values, mistakes };
    let body = html! {
        div.col {
            (refusal(refused))
            (error_summary(mistakes))
            h1 { "测验，" (paper.questions.len()) " 道题" }
            form.mt5 method="post" action={ "/student/quiz/" (paper.paper) } novalidate data-keep {
                (visit.hidden())
                @for (place, question) in paper.questions.iter().enumerate() {
                    @let legend = format!("{}. {}", place + 1, question.stem);
                    @match question.kind {
                        QuestionKind::Several => (ticks(filled, &question.id, &legend, "选出所有对的，一个不能少。", &choices(question))),
                        QuestionKind::Single => (radios(filled, &question.id, &legend, "选一个。", &choices(question))),
                        QuestionKind::TrueFalse => (radios(filled, &question.id, &legend, "对还是错？", &choices(question))),
                    }
                }
                div.btns { button.btn { "交卷" } }
            }
        }
    };
    let page = visit.page("测验").at("/student").back("/student/quiz", "回到学习卡片").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn in_words(question: &Question, letters: Letters) -> String {
    let chosen = question.options.iter().enumerate().filter(|(place, _)| letters.has(*place));
    let words: Vec<&str> = chosen.map(|(_, option)| option.as_str()).collect();
    if words.is_empty() { "没有选".to_owned() } else { words.join("；") }
}

fn show_result(visit: &Visit, paper: &PaperView, chosen: &BTreeMap<String, Letters>) -> Answer {
    let right = paper.questions.iter().filter(|one| chosen.get(&one.id) == Some(&one.answer)).count();
    let asked = paper.questions.len();
    let body = html! {
        div.col {
            h1 { @if paper.passed { "通过了，答对 " } @else { "还没有通过，答对 " } (right) " 题，共 " (asked) " 题" }
            @if paper.passed {
                p.lead.mt3 { "成绩已经记下，可以申请贷款了。" }
                div.btns { a.btn href="/student/apply" { "去申请" } a.btn.btn-2 href="/student/quiz/certificate" { "看合格证" } }
            } @else {
                (warning("别着急。", html! { "看看下面错在哪里，再考一次，题目会换。" }))
                form.mt3 method="post" action="/student/quiz" { (visit.hidden()) button.btn { "再考一次" } }
            }
            section.sec aria-labelledby="ex" {
                h2 #ex { "逐题说明" }
                ol.steps {
                    @for question in &paper.questions {
                        @let mine = chosen.get(&question.id).copied().unwrap_or_default();
                        li {
                            p { b { (question.stem) } " " @if mine == question.answer { (bare_tag(Tone::Done, "答对")) } @else { (bare_tag(Tone::Bad, "答错")) } }
                            @if mine != question.answer { p { "你选的：" (in_words(question, mine)) } }
                            p { "正确答案：" (in_words(question, question.answer)) }
                            p.hint { (question.explanation) "（" (citation(&question.citation)) "）" }
                        }
                    }
                }
            }
        }
    };
    visit.page("测验结果").at("/student").back("/student/quiz", "回到学习卡片").show(body)
}

/// 合格证: a page to keep or print.
pub async fn certificate(visit: Visit) -> Answer {
    let home = visit.office().quiz_home(&visit.actor).await?;
    let Some(sat) = home.passed() else { return Err(Stop::NotFound) };
    let county = home.county.as_deref().and_then(loan::policy::reference::division).map_or("", |found| found.name);
    let body = html! {
        div.col {
            section.bill {
                h1 { "贷款知识考核合格证" }
                p.big { (home.name) }
                p.mt3 { "于 " (show::day(sat.on_day)) "参加" (county) "贷款知识考核，得 " (sat.score) " 分，合格。" }
                p.mt3.mut { "场次：" (words::session(&sat.session)) }
            }
            p.hint.mt3 { "县资助中心能在系统里看到这个成绩，不用打印上交。" }
            div.btns.no-print { button.btn.btn-2 type="button" data-print="1" hidden { "打印这一页" } }
        }
    };
    visit.page("考核合格证").at("/student").back("/student/quiz", "回到学习与测验").show(body)
}
