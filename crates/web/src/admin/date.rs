//! 业务日期: a demonstration may be moved forward; everything due on the way happens, and this page says what. A long way
//! is gone in the background while the page tells how far it is, without JavaScript.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode};
use loan::money::Fen;
use maud::{Markup, html};
use office::calendar::DayReport;
use office::journey::Journey;
use office::who::Role;

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::parts::lists::empty;
use crate::parts::show::{day, day_week, iso, yuan};
use crate::staff::{self, settle};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// Days shown one by one; a longer way is told by the year.
const SHOWN: usize = 60;
/// How often, and how many times, a sending looks whether a short way is gone already.
const LOOK: (Duration, u32) = (Duration::from_millis(100), 40);

/// Today, and the way forward.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None).await
}

async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let movable = visit.day.demonstration && visit.is(Role::SystemAdmin) && visit.site.town().is_some();
    let journey = if visit.day.demonstration { visit.office().journey(&visit.actor).await? } else { None };
    let under_way = journey.as_ref().is_some_and(|journey| !journey.is_over());
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "系统 " small.mut.fw4 { "业务日期 " (day_week(visit.today())) } } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            @if let Some(journey) = &journey {
                @if under_way { (moving(journey)) } @else { (happened(journey)) }
            }
            section.panel aria-labelledby="mv" {
                h2 #mv { "往后推日期" }
                @if under_way {
                    p { "正在往后推，走完才能推下一段。" }
                } @else if movable {
                    p.hint { "只有演示系统能推。路上到期的都会真的办：回执截止、结息、扣款、逾期、提前还款、结清、对账。演示里原有的家庭会照各自的习惯往支付账户存钱；您自己新办的学生，请到模拟支付平台的页面给他存。日期只能往后。" }
                    form method="post" action="/admin/date" {
                        (visit.hidden())
                        (Text::new("to", "推到哪一天").hint("例如 2026-12-21，看结息后的扣款；也可以一次推十年。").shape("w11", "text").draw(Filled { values, mistakes }))
                        div.btns { button.btn { "推到这一天" } }
                    }
                } @else if !visit.day.demonstration {
                    p { "这是正式系统，日期跟着时钟走，不能推。" }
                } @else {
                    p { "由系统管理员来推；演示用的支付平台要开着。" }
                }
            }
            section.panel aria-labelledby="ls" {
                h2 #ls { "管理" }
                ul.bul { li { a href="/admin/offices" { "机构" } } li { a href="/admin/staff" { "账号和角色" } } }
            }
        }
    };
    let page = visit.desk("系统").at("/admin").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    let mut answer = page.show(body)?;
    if under_way {
        // The browser looks again by itself, also without JavaScript.
        answer.headers_mut().insert("refresh", HeaderValue::from_static("2"));
    }
    Ok(answer)
}

/// How far the way is gone.
fn moving(journey: &Journey) -> Markup {
    let percent = journey.percent();
    html! {
        section.panel.mb3 role="status" aria-labelledby="pr" {
            h2 #pr { "正在往后推到 " (day(journey.to)) }
            p { "现在走到 " b { (day(journey.at)) } "，" (percent) "%。这一页每 2 秒自己更新一次。" }
            progress max="100" value=(percent) aria-label="走了多少" { (percent) "%" }
            @if !journey.days.is_empty() { (years(&journey.days)) }
        }
    }
}

/// What happened on the way.
fn happened(journey: &Journey) -> Markup {
    let days = &journey.days;
    html! {
        section.panel.mb3 role="status" aria-labelledby="hp" {
            h2 #hp { "路上发生了什么" }
            p.hint { "从 " (day(journey.from)) " 到 " (day(journey.at)) "。" }
            @if let Some(halt) = &journey.stopped {
                @let figures: Vec<(&'static str, String)> = halt.day.iter().map(|day| ("day", day.to_string())).collect();
                @let (says, remedy) = crate::words::told(&halt.code, &figures);
                p.note.note-warn { b { "没有走到 " (day(journey.to)) "：" } (says) "。" (remedy) }
            }
            @if days.is_empty() { (empty("这段日子没有到期的事。", html! { "再往后推一些，例如推到下一个 12 月 21 日。" })) } @else {
                @if days.len() > SHOWN { (years(days)) }
                (table("每一天办了什么", "日期", days.iter().rev().take(SHOWN).rev().map(|one| (iso(one.day), one.clone()))))
                @if days.len() > SHOWN { p.hint { "上面一年一行；每天一行的只列最后 " (SHOWN) " 天，共 " (days.len()) " 天有事。" } }
            }
        }
    }
}

/// One line for each year.
fn years(days: &[DayReport]) -> Markup {
    let mut sums: Vec<(i32, DayReport)> = Vec::new();
    for day in days {
        let year = chrono::Datelike::year(&day.day);
        match sums.last_mut().filter(|(last, _)| *last == year) {
            Some((_, sum)) => sum.add(day),
            None => sums.push((year, day.clone())),
        }
    }
    table("每一年办了什么", "年份", sums.into_iter().map(|(year, sum)| (year.to_string(), sum)))
}

fn table(caption: &str, first: &str, rows: impl Iterator<Item = (String, DayReport)>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.data.dense {
                caption.vh { (caption) }
                thead { tr {
                    th scope="col" { (first) } th.n scope="col" { "回执过期" } th.n scope="col" { "免息" } th.n scope="col" { "全额扣到" } th.n scope="col" { "扣到一部分" }
                    th.n scope="col" { "没扣到" } th.n scope="col" { "扣款（元）" } th.n scope="col" { "记账合同" } th.n scope="col" { "出账（元）" } th.n scope="col" { "结清" }
                    th.n scope="col" { "对账一致" } th.n scope="col" { "对账不符" }
                } }
                tbody {
                    @for (name, one) in rows {
                        tr {
                            th.nw scope="row" { (name) }
                            td.n { (one.expired) } td.n { (one.waived) } td.n { (one.collected.full) } td.n { (one.collected.partial) }
                            td.n { (one.collected.failed) } td.n { (yuan(Fen(one.collected.taken_fen))) } td.n { (one.closed) }
                            td.n { (yuan(Fen(one.billed_fen))) } td.n { (one.settled) }
                            td.n { (one.reconciled.matched) } td.n { (one.reconciled.different) }
                        }
                    }
                }
            }
        }
    }
}

/// Sets out for a later day. A short way is gone when the answer comes; of a long one the page tells how far it is.
pub async fn move_on(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let to = reading.day("to", "日期");
    let to = match reading.finish(to) {
        Ok(to) => to,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None).await,
    };
    if visit.site.town().is_none() {
        return Err(Stop::NotFound);
    }
    if let Err(refused) = settle(visit.office().set_out(&visit.actor, to).await)? {
        return show(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await;
    }
    let site = visit.site.clone();
    tokio::spawn(async move { site.travel().await });
    let (pause, times) = LOOK;
    for _ in 0..times {
        if visit.office().journey(&visit.actor).await?.is_none_or(|journey| journey.is_over()) {
            break;
        }
        tokio::time::sleep(pause).await;
    }
    visit.see("/admin/date")
}
