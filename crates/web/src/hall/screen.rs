//! 叫号屏: big enough for the last row, names masked, and alive without a script: the page asks for itself every ten
//! seconds. With the script a change shows at once.

use std::convert::Infallible;

use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::response::sse::{Event, Sse};
use chrono::Datelike;
use futures::stream;
use maud::{Markup, html};
use office::hall::Business;
use office::hall::open::Screen;

use super::word;
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The number of the office in the address.
pub(super) fn office_of(visit: &Visit) -> Result<i64, Stop> {
    visit.param("office").parse().map_err(|_| Stop::NotFound)
}

/// The screen.
pub async fn page(visit: Visit) -> Answer {
    let office = office_of(&visit)?;
    let screen = visit.office().hall_screen(office).await?;
    let live = format!("/screen/{office}/changes?seen={}", screen.version());
    let body = html! {
        header {
            b { (screen.name) }
            span { span.nw { (screen.on.year()) "年" (screen.on.month()) "月" (screen.on.day()) "日" } "　" (show::weekday(screen.on)) "　" b { (screen.time) } }
        }
        main.go #main data-live=(live) data-seen=(screen.version()) { (now(&screen)) (last(&screen)) }
        footer {
            dl { @for line in &screen.lines {
                div { dt { (word(line.business)) " " (line.business.letter()) }
                    dd { "等 " (line.waiting) " 家 " @if line.waiting > 0 { small { "约 " (line.wait_minutes) " 分钟" } } } }
            } }
            p { "过号了，到服务台说一声，" br; "排在后面第三位。" }
        }
    };
    let mut response = visit.sheet("叫号", "hall").show(body)?;
    response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("10"));
    Ok(response)
}

fn now(screen: &Screen) -> Markup {
    html! {
        section.call aria-live="polite" {
            @match screen.calls.first() {
                Some(call) => {
                    p.mut-h { @if call.calls > 1 { "再叫一次" } @else { "现在请" } }
                    h1.no { (call.ticket) }
                    p.to { (call.name) "　到 " span { (call.window_no) } " 号窗口" }
                    p.mut-h { @match call.business {
                        Business::First => { "首次贷款：和共同借款人一起，带好证件" }
                        Business::Renewal => { "续贷：带好身份证" }
                        Business::Service => { "还款和变更：带好身份证" }
                    } }
                }
                None => { p.mut-h { "还没有叫号" } h1.to { "请稍等" } p.mut-h { "没有预约的，到服务台取号" } }
            }
        }
    }
}

fn last(screen: &Screen) -> Markup {
    html! {
        section.last {
            table { caption.vh { "最近叫到的号" }
                thead { tr { th scope="col" { "最近叫到" } th scope="col" { "姓名" } th scope="col" { "窗口" } } }
                tbody { @for call in screen.calls.iter().skip(1).take(6) {
                    tr { td { (call.ticket) } td { (call.name) } td { (call.window_no) " 号" } }
                } } }
        }
    }
}

/// Tells a screen that it has changed: server-sent events with the version of what is to be seen now.
pub async fn changes(visit: Visit) -> Answer {
    let number = office_of(&visit)?;
    visit.office().hall_screen(number).await?;
    let office = visit.office().clone();
    let seen = visit.query.text("seen").to_owned();
    let events = stream::unfold((office, seen), move |(office, seen)| async move {
        // A screen whose office cannot be asked any more ends; the browser connects again by itself.
        let version = office.hall_screen_after(number, &seen).await.ok()?;
        let event = Event::default().data(&version);
        Some((Ok::<Event, Infallible>(event), (office, version)))
    });
    Ok(Sse::new(events).into_response())
}
