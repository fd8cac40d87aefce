//! 线上提问 as the county sees it: the open ones first, one search field, one colleague per question.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::hall::board::{Entry, Question};

use super::plan::sent;
use super::tabs;
use crate::form::Mistakes;
use crate::parts::fields::{Filled, area};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show;
use crate::staff::{crumb, done, refusal};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// The list.
pub async fn page(visit: Visit) -> Answer {
    let asked = visit.query.text("q");
    let found = visit.office().hall_questions(&visit.actor, asked).await?;
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "线上提问" }
                form.unit.find method="get" action="/county/hall/questions" role="search" {
                    label.vh for="find" { "查提问" }
                    input.in id="find" name="q" value=(asked) placeholder="提问或答复里的字" data-key="/";
                    span { button.btn.btn-2 { "查找" } }
                } }
            (tabs("/county/hall/questions"))
            section.panel { h2 { @if asked.is_empty() { "全部提问" } @else { "查到 " (found.len()) " 个" } }
                @if found.is_empty() { (empty("没有提问。", html! { "学生在“我的提问”里写，会到这里。" })) }
                @else { table.data { caption.vh { "提问" }
                    thead { tr { th scope="col" { "提问" } th scope="col" { "日期" } th scope="col" { "谁在答" } th scope="col" { "现在" } } }
                    tbody { @for one in &found { tr {
                        th scope="row" { a href={ "/county/hall/questions/" (one.question) } { (one.title) } }
                        td { (show::month_day(one.asked_on)) } td { (one.assigned_name.as_deref().unwrap_or("还没有人接")) } td { (status_tag(one)) }
                    } } } } }
            }
        }
    };
    visit.desk("线上提问").at("/county/hall").show(body)
}

/// Where a question stands.
pub fn status_tag(question: &Question) -> Markup {
    match question.status.as_str() {
        "open" => bare_tag(Tone::Act, "等答复"),
        "answered" => bare_tag(Tone::Done, "已答复"),
        _ => bare_tag(Tone::End, "已结束"),
    }
}

/// What was written, in order.
pub fn written(entries: &[Entry]) -> Markup {
    html! { ul.rows { @for entry in entries { li {
        p.hint { @if entry.by_staff { "县中心 " } (entry.name) "，" (show::day(office::clock::shanghai_on(entry.at))) }
        p { (entry.words) }
    } } } }
}

/// One question.
pub async fn thread(visit: Visit) -> Answer {
    let number: i64 = visit.param("number").parse().map_err(|_| Stop::NotFound)?;
    show(&visit, number, None).await
}

/// One question, with the no of a rule on top.
pub async fn show(visit: &Visit, number: i64, refused: Option<&Refused>) -> Answer {
    let thread = visit.office().hall_thread(&visit.actor, None, number).await?;
    let told = if visit.query.text("done").is_empty() { "" } else { "已发给学生。" };
    let none = Mistakes::none();
    let form = sent(visit, "answer");
    let filled = Filled { values: &form, mistakes: &none };
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county/hall", "办理大厅"), ("/county/hall/questions", "线上提问")], "一个提问"))
            div.title { h1 { (thread.question.title) } (status_tag(&thread.question)) }
            (refusal(refused)) (done(told))
            section.panel { (written(&thread.entries)) }
            section.panel { h2 { "答复" }
                form.stack method="post" action="/county/hall/do/answer" { (visit.hidden())
                    input type="hidden" name="question" value=(number);
                    (area(filled, "words", "写给学生", "身份证号和手机号会自动遮住", 4))
                    div.btns { button.btn name="how" value="answer" { "发出答复" } button.btn.btn-2 name="how" value="take" { "我来答" } button.btn.btn-2 name="how" value="close" { "答复并结束" } }
                }
            }
        }
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    visit.desk("一个提问").at("/county/hall").status(status).show(body)
}
