//! 预约和窗口: half-hours to book, the townships of each day, windows by kind of business, announcements.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::Role;
use office::hall::Business;
use office::hall::board::Plan;

use super::board::kinds;
use super::{tabs, word};
use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, Text, area, radios, ticks};
use crate::parts::lists::{Tone, bare_tag};
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
    let plan = visit.office().hall_plan(&visit.actor).await?;
    let told = if visit.query.text("done").is_empty() { "" } else { "已保存，公众页面同时更新。" };
    let arranges = visit.is(Role::HallManager);
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "预约和窗口" } a href={ "/hall/" (plan.place.office) } { "看公众看到的页面" } }
            (tabs("/county/hall/plan")) (refusal(refused)) (done(told))
            div.grid.g-main {
                div { (days(&plan)) (windows(&plan)) }
                @if arranges { div { (times(visit)) (day(visit)) (window(visit)) (notice(visit, &plan)) } }
                @else { div { section.panel { p { "时间、窗口和公告由大厅负责人设置。" } } } }
            }
        }
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    visit.desk("预约和窗口").at("/county/hall").status(status).show(body)
}

fn days(plan: &Plan) -> Markup {
    let left = |free: Option<i64>| free.map_or("--".to_owned(), |free| free.to_string());
    html! {
        section.panel aria-labelledby="dy" { h2 #dy { "三周安排" }
            div.scroll tabindex="0" role="region" aria-labelledby="dy" { table.data { caption.vh { "三周安排" }
                thead { tr { th scope="col" { "日期" } th scope="col" { "时间" } th scope="col" { "乡镇" } th.n scope="col" { "贷款余号" } th.n scope="col" { "还款余号" } th.n scope="col" { "候补" } } }
                tbody { @for day in &plan.days { @let waits = plan.waits.iter().find(|(on, _)| *on == day.on).map_or(0, |(_, many)| *many);
                    tr { th scope="row" { (show::month_day_week(day.on)) }
                        td { (day.hours.as_deref().unwrap_or("不办公")) @if !day.note.is_empty() { br; span.hint { (day.note) } } }
                        td { @if day.hours.is_none() { "--" } @else if day.towns.is_empty() { "全县" } @else { (day.towns.join("、")) } }
                        td.n { (left(day.free[0])) } td.n { (left(day.free[1])) } td.n { (waits) } } } }
            } }
        }
    }
}

fn windows(plan: &Plan) -> Markup {
    html! {
        section.panel aria-labelledby="wn" { h2 #wn { "窗口" }
            @if plan.windows.is_empty() { p.hint { "还没有窗口，在右边设置。" } }
            @else { table.data { caption.vh { "窗口" }
                thead { tr { th scope="col" { "窗口" } th scope="col" { "办什么" } th.n scope="col" { "人数" } th scope="col" { "潮汐" } th scope="col" { "现在" } } }
                tbody { @for one in &plan.windows { tr {
                    th scope="row" { (one.window_no) " 号" } td { (kinds(&one.serves)) } td.n { (one.staffed) }
                    td { @if one.tidal { "随排队开关" } @else { "一直开" } }
                    td { @match one.status.as_str() { "open" => { (bare_tag(Tone::Done, "开着")) } "paused" => { (bare_tag(Tone::Wait, "暂停")) } _ => { (bare_tag(Tone::End, "关着")) } } }
                } } } } }
        }
    }
}

/// What one form of the page was sent with; the other forms stay fresh.
pub(super) fn sent(visit: &Visit, act: &str) -> Form {
    if visit.param("act") == act { visit.form.clone() } else { Form::default() }
}

fn times(visit: &Visit) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "times").or([
        ("begins", "08:00"),
        ("ends", "12:00"),
        ("places", "8"),
        ("walk_in_percent", "25"),
        ("side", "loan"),
    ]);
    let filled = Filled { values: &form, mistakes: &none };
    html! {
        section.panel aria-labelledby="tm" { h2 #tm { "放号" }
            details open[visit.param("act") == "times"] { summary { "设置可以预约的时间" }
                form.stack method="post" action="/county/hall/do/times" { (visit.hidden())
                    (Text::new("from_on", "从哪天").hint("例如 2026-08-03，最早明天").shape("w11", "text").draw(filled))
                    (Text::new("to_on", "到哪天").shape("w11", "text").draw(filled))
                    (radios(filled, "side", "哪边的窗口", "", &[Choice::new("loan", "贷款和续贷"), Choice::new("service", "还款和变更")]))
                    (Text::new("begins", "几点开始").hint("整点或半点，例如 07:30").shape("w8", "text").draw(filled))
                    (Text::new("ends", "几点结束").shape("w8", "text").draw(filled))
                    (Text::new("places", "每半小时几家").shape("w8", "numeric").unit("家").draw(filled))
                    (Text::new("walk_in_percent", "给现场取号的留多少").shape("w8", "numeric").unit("%").draw(filled))
                    (ticks(filled, "free_days", "", "", &[Choice::new("yes", "周末和节假日也办")]))
                    button.btn { "放号" }
                }
            }
        }
    }
}

fn day(visit: &Visit) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "day");
    let filled = Filled { values: &form, mistakes: &none };
    html! {
        section.panel aria-labelledby="dd" { h2 #dd { "哪天轮到哪个乡镇" }
            details open[visit.param("act") == "day"] { summary { "设置一天的时间和乡镇" }
                form.stack method="post" action="/county/hall/do/day" { (visit.hidden())
                    (Text::new("on", "哪天").hint("例如 2026-08-03").shape("w11", "text").draw(filled))
                    (Text::new("opens", "几点开门").hint("不办公就空着").shape("w8", "text").draw(filled))
                    (Text::new("closes", "几点关门").shape("w8", "text").draw(filled))
                    (Text::new("towns", "乡镇").hint("用空格隔开；空着是全县").draw(filled))
                    (Text::new("note", "要告诉大家的").hint("可以空着").draw(filled))
                    button.btn { "保存这一天" }
                }
            }
        }
    }
}

fn window(visit: &Visit) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "window").or([("staffed", "1")]);
    let filled = Filled { values: &form, mistakes: &none };
    let kinds: Vec<Choice> =
        Business::ALL.into_iter().map(|business| Choice::new(business.code(), word(business))).collect();
    html! {
        section.panel aria-labelledby="wi" { h2 #wi { "窗口设置" }
            details open[visit.param("act") == "window"] { summary { "加一个窗口，或改一个窗口" }
                form.stack method="post" action="/county/hall/do/window" { (visit.hidden())
                    (Text::new("window_no", "几号窗口").shape("w8", "numeric").draw(filled))
                    (ticks(filled, "serves", "办什么", "贷款和还款分开办", &kinds))
                    (Text::new("staffed", "几个人").hint("高峰可以加到 4 人").shape("w8", "numeric").unit("人").draw(filled))
                    (ticks(filled, "flags", "", "", &[Choice::new("open", "现在开着"), Choice::new("tidal", "潮汐窗口，随排队开关")]))
                    button.btn { "保存窗口" }
                }
            }
        }
    }
}

fn notice(visit: &Visit, plan: &Plan) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "announce");
    let filled = Filled { values: &form, mistakes: &none };
    html! {
        section.panel aria-labelledby="nt" { h2 #nt { "公告" }
            @for one in &plan.notices { p { b { (one.title) } "　" span.hint { (show::month_day(one.from_on)) "–" (show::month_day(one.to_on)) @if !one.media.is_empty() { "，" (one.media) } } } }
            details open[visit.param("act") == "announce"] { summary { "发一条公告，例如开始办理" }
                form.stack method="post" action="/county/hall/do/announce" { (visit.hidden())
                    (Text::new("title", "标题").hint("例如：生源地助学贷款开始办理了").draw(filled))
                    (area(filled, "words", "内容", "", 4))
                    (Text::new("media", "还在哪里发").hint("例如：县电视台、公众号").draw(filled))
                    (Text::new("shown_from", "从哪天").shape("w11", "text").draw(filled))
                    (Text::new("shown_to", "到哪天").shape("w11", "text").draw(filled))
                    button.btn { "发布公告" }
                }
            }
        }
    }
}
