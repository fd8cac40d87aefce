//! What a family reads before it sets out: which township comes when, hours, places left, how long the queue is now,
//! whom to call. And with the ticket in the hand: how many are before it.

use axum::http::{HeaderName, HeaderValue};
use maud::{Markup, html};
use office::hall::open::{MyVisit, OpenDay, OpenHall};

use super::word;
use crate::parts::lists::{Tone, bare_tag, note};
use crate::parts::shell::telephone;
use crate::parts::show;
use crate::visit::{Answer, Visit};

/// A hall.
pub async fn page(visit: Visit) -> Answer {
    let hall = visit.office().open_hall(super::screen::office_of(&visit)?).await?;
    let body = html! {
        h1 { span.cap { (hall.place.name) } "什么时候去办" }
        p.mt3 { (hall.place.address) "，" (telephone(&hall.place.phone)) }
        @for one in &hall.notices { div.mt5 { (note(&one.title, html! { "　" (one.words) })) } }
        div.split.mt5 {
            div.stack-l {
                section { h2 { "哪天轮到哪个乡镇" } p.hint { "没写乡镇的日子，全县都可以来。没有预约也能办，到服务台取号。" } (schedule(&hall.days)) }
            }
            div.aside {
                section { h2 { "现在排队" } (queues(&hall)) p.mt2 { a href={ "/screen/" (hall.place.office) } { "看叫号屏" } } }
                section { h2 { "值班电话" }
                    @match &hall.on_phone {
                        Some((who, phone)) => { p { "现在值班：" (who) "，" (telephone(phone)) } }
                        None => { p { "工作时间打 " (telephone(&hall.place.phone)) "。" } }
                    }
                    p.hint { "咨询时间：" (hall.place.hours) }
                }
                section { h2 { "要办什么" } ul.bul {
                    li { a href="/student" { "网上预约" } "，少排队" }
                    li { a href={ "/check?county=" (hall.place.county) } { "先查能不能贷、带什么材料" } }
                } }
            }
        }
    };
    visit.page("什么时候去办").back("/offices", "返回资助中心").show(body)
}

fn schedule(days: &[OpenDay]) -> Markup {
    let free = |free: Option<i64>| match free {
        None => html! { span.mut { "直接来" } },
        Some(0) => html! { "约满" },
        Some(left) => html! { "还有 " (left) " 个号" },
    };
    html! {
        table.data.cards.mt3 { caption.vh { "两周的安排" }
            thead { tr { th scope="col" { "日期" } th scope="col" { "时间" } th scope="col" { "乡镇" } th scope="col" { "贷款预约" } th scope="col" { "还款预约" } } }
            tbody { @for day in days { tr {
                th scope="row" { (show::month_day_week(day.on)) }
                @match &day.hours {
                    None => { td colspan="4" { "不办公" @if !day.note.is_empty() { "，" (day.note) } } }
                    Some(hours) => {
                        td { (hours) @if !day.note.is_empty() { br; span.hint { (day.note) } } }
                        td { @if day.towns.is_empty() { "全县" } @else { (day.towns.join("、")) } }
                        td { (free(day.free[0])) } td { (free(day.free[1])) }
                    }
                }
            } } } }
    }
}

fn queues(hall: &OpenHall) -> Markup {
    html! { dl.figs { @for line in &hall.lines { div {
        dt { (word(line.business)) }
        dd { @if line.windows == 0 { "没有开窗口" } @else if line.waiting == 0 { "不用等" } @else { "等 " (line.waiting) " 家，约 " (line.wait_minutes) " 分钟" } }
    } } } }
}

/// The queue as the holder of a ticket sees it; it asks for itself every half minute.
pub async fn queue(visit: Visit) -> Answer {
    let mine = visit.office().visit_of_code(visit.param("code")).await?;
    let body = html! {
        div.col {
            h1 { span.cap { (mine.office) "，" (word(mine.business)) } (mine.row.ticket.as_deref().unwrap_or("还没有取号")) }
            div.bill.mt5 { (standing(&mine)) }
            p.mt5.hint { "这一页每半分钟自己更新。过号了，到服务台说一声，排在后面第三位。" }
        }
    };
    let mut response = visit.page("排队").show(body)?;
    response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("30"));
    Ok(response)
}

/// Where a visit stands, in a sentence.
pub fn standing(mine: &MyVisit) -> Markup {
    let time = mine.row.slot.as_deref().unwrap_or_default();
    html! {
        @match mine.row.status.as_str() {
            "booked" => { p { "约的时间：" b { (show::day_week(mine.row.on_day)) " " (time) } } p.mt2 { "到了先在服务台出示这个码，核对身份证，取号。" } }
            "waiting" => { @match mine.before {
                Some((0, _)) => { p { b { "下一个就是你。" } "请到窗口附近等。" } }
                Some((families, minutes)) => { p { "前面还有 " b { (families) " 家，约 " (minutes) " 分钟" } } }
                None => { p { "正在排队。" } }
            } }
            "called" => { p { b { "请到 " (mine.row.window_no.unwrap_or_default()) " 号窗口" } } }
            "missed" => { p { (bare_tag(Tone::Act, "过号了")) } p.mt2 { "到服务台说一声，排在后面第三位。" } }
            "done" => { p { (bare_tag(Tone::Done, "已经办完")) } }
            _ => { p { "这个号已经取消。" } }
        }
    }
}
