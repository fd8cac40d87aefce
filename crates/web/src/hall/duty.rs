//! 值班和志愿者: who answers the telephone day and night, who helps in the hall, what was asked by telephone.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::Role;
use office::hall::board::People;

use super::plan::sent;
use super::{clock, hours, tabs};
use crate::form::Mistakes;
use crate::parts::fields::{Choice, Filled, Text, area, radios, select};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show;
use crate::staff::{done, refusal};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// The page.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

/// The page, with the no of a rule on top and what was typed.
pub async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let people = visit.office().hall_people(&visit.actor).await?;
    let told = if visit.query.text("done").is_empty() { "" } else { "已记下。" };
    let arranges = visit.is(Role::HallManager);
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "值班和志愿者" } }
            (tabs("/county/hall/duty")) (refusal(refused)) (done(told))
            div.grid.g-main {
                div { (roster(visit, &people, arranges)) (calls(&people)) }
                div { (log(visit)) @if arranges { (shift(visit, &people)) (recruit(visit)) } (volunteers(&people)) }
            }
        }
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    visit.desk("值班和志愿者").at("/county/hall").status(status).show(body)
}

fn duty_word(duty: &str) -> &'static str {
    match duty {
        "phone" => "值班电话",
        "window" => "窗口",
        _ => "志愿服务",
    }
}

fn roster(visit: &Visit, people: &People, arranges: bool) -> Markup {
    html! {
        section.panel aria-labelledby="rs" { h2 #rs { "一周值班" }
            @for (day, gaps) in &people.gaps { @if !gaps.is_empty() {
                p.hint { (show::month_day_week(*day)) " 值班电话没有人："
                    @for (place, (from, to)) in gaps.iter().enumerate() { @if place > 0 { "，" } (clock(*from)) "–" (clock(*to)) } }
            } }
            @if people.shifts.is_empty() { (empty("还没有排班。", html! { "在右边排班；值班电话一天 24 小时都要有人。" })) }
            @else { table.data { caption.vh { "值班表" }
                thead { tr { th scope="col" { "日期" } th scope="col" { "时间" } th scope="col" { "值什么" } th scope="col" { "谁" } th scope="col" { "电话或地点" } th scope="col" { "实际" } } }
                tbody { @for one in &people.shifts { tr {
                    th scope="row" { (show::month_day_week(one.on_day)) } td { (one.begins) "–" (one.ends) } td { (duty_word(&one.duty)) } td { (one.who) }
                    td { (one.phone) @if !one.area.is_empty() { " " (one.area) } }
                    td { @match one.minutes {
                        Some(minutes) => { (hours(minutes)) }
                        None => { @if arranges && one.on_day <= people.on { form.inline method="post" action="/county/hall/do/serve" { (visit.hidden())
                            input type="hidden" name="shift" value=(one.shift);
                            label.vh for={ "m" (one.shift) } { "值了几分钟" } input.in.w8 id={ "m" (one.shift) } name="minutes" inputmode="numeric" placeholder="分钟";
                            button.btn.btn-2 { "记工时" } } } @else { "--" } }
                    } }
                } } } } }
        }
    }
}

fn calls(people: &People) -> Markup {
    html! {
        section.panel aria-labelledby="cl" { h2 #cl { "最近一周的来电" }
            @if people.calls.is_empty() { p.hint { "还没有记录。" } }
            @else { table.data { caption.vh { "来电记录" }
                thead { tr { th scope="col" { "日期" } th scope="col" { "来电人" } th scope="col" { "问什么" } th scope="col" { "怎么答" } th scope="col" { "谁接" } } }
                tbody { @for (call, who) in &people.calls { tr {
                    th scope="row" { (show::month_day(call.on_day)) } td { (call.caller) @if !call.tail.is_empty() { br; span.hint { "尾号 " (call.tail) } } }
                    td { (call.about) } td { (call.answer) } td { (who) } } } } } }
        }
    }
}

fn log(visit: &Visit) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "log");
    let filled = Filled { values: &form, mistakes: &none };
    html! {
        section.panel aria-labelledby="lg" { h2 #lg { "记一个来电" }
            form.stack method="post" action="/county/hall/do/log" { (visit.hidden())
                (Text::new("caller", "怎么称呼").shape("w11", "text").draw(filled))
                (Text::new("phone", "来电号码").hint("只留后四位").shape("w11", "tel").draw(filled))
                (area(filled, "about", "问什么", "", 2)) (area(filled, "answer", "怎么答的", "", 2))
                button.btn { "记下来电" }
            }
        }
    }
}

fn shift(visit: &Visit, people: &People) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "shift").or([("duty", "phone"), ("begins", "20:00"), ("ends", "08:00")]);
    let filled = Filled { values: &form, mistakes: &none };
    let duties =
        [Choice::new("phone", "值班电话"), Choice::new("window", "窗口"), Choice::new("volunteer", "志愿服务")];
    let known: Vec<(String, String)> =
        people.volunteers.iter().map(|(one, _)| (one.volunteer.to_string(), one.name.clone())).collect();
    html! {
        section.panel aria-labelledby="sh" { h2 #sh { "排班" }
            details open[visit.param("act") == "shift"] { summary { "排一个班" }
                form.stack method="post" action="/county/hall/do/shift" { (visit.hidden())
                    (radios(filled, "duty", "值什么", "", &duties))
                    (Text::new("on", "哪天").hint("例如 2026-08-03").shape("w11", "text").draw(filled))
                    (Text::new("begins", "几点开始").shape("w8", "text").draw(filled))
                    (Text::new("ends", "几点结束").hint("写 08:00 就是第二天早上").shape("w8", "text").draw(filled))
                    (Text::new("who", "谁").hint("志愿者在下面选").shape("w11", "text").draw(filled))
                    (select(filled, "volunteer", "志愿者", "", "不是志愿者", &known))
                    (Text::new("duty_phone", "值班电话").shape("w18", "tel").draw(filled))
                    (Text::new("area", "在哪里，或者帮哪家").shape("w18", "text").draw(filled))
                    button.btn { "排班" }
                }
            }
        }
    }
}

fn recruit(visit: &Visit) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "recruit");
    let filled = Filled { values: &form, mistakes: &none };
    html! {
        section.panel aria-labelledby="rv" { h2 #rv { "招募志愿者" }
            details open[visit.param("act") == "recruit"] { summary { "登记一名志愿者" }
                form.stack method="post" action="/county/hall/do/recruit" { (visit.hidden())
                    (Text::new("name", "姓名").shape("w11", "text").draw(filled))
                    (Text::new("school", "就读学校").draw(filled))
                    (Text::new("from_on", "从哪天").shape("w11", "text").draw(filled))
                    (Text::new("to_on", "到哪天").hint("可以空着").shape("w11", "text").draw(filled))
                    button.btn { "登记志愿者" }
                }
            }
        }
    }
}

fn volunteers(people: &People) -> Markup {
    html! {
        section.panel aria-labelledby="vl" { h2 #vl { "志愿者 " (people.volunteers.len()) " 人" }
            @for (one, minutes) in &people.volunteers {
                div.lr { span { (one.name) " " span.hint { (one.school) } } span { (hours(*minutes))
                    @if one.to_on.is_some_and(|to| to < people.on) { " " (bare_tag(Tone::End, "已结束")) } } }
            }
        }
    }
}
