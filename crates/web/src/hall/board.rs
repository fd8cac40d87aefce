//! 叫号: the queue, the windows and the reception on one screen.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::Role;
use office::hall::board::{AtWindow, Board};
use office::hall::{Business, STEPS};

use super::{clock, step, tabs, word, word_of};
use crate::form::{Form, Mistakes};
use crate::parts::fields::{Filled, Text, select};
use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show;
use crate::staff::{button, done, refusal};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// Families of the queue on the page; the reception below stays in sight.
const SHOWN: usize = 8;

/// The page.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

/// The page, with the no of a rule on top.
pub async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let board = visit.office().hall_board(&visit.actor).await?;
    let longest = board.waiting.iter().map(|(_, minutes)| *minutes).max().unwrap_or(0);
    let open = board.windows.iter().filter(|one| one.window.status == "open").count();
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "办理大厅 " small.mut.fw4 { (show::day_week(board.on)) (towns(&board)) } } a href={ "/screen/" (board.place.office) } { "打开叫号屏" } }
            (tabs("/county/hall")) (refusal(refused)) (done(told(visit.query.text("done"))))
            (given(visit))
            (counters(&[
                ("等候", html! { (board.waiting.len()) small { "最久 " (longest) " 分钟" } }),
                ("在办", html! { (board.windows.iter().filter(|one| one.visit.is_some()).count()) small { (open) " 个窗口开着" } }),
                ("已办", html! { (board.done) }),
                ("今天预约", html! { (board.booked) small { "已到 " (board.arrived) } }),
                ("过号", html! { (board.missed.len()) }),
            ]))
            div.grid.g-main {
                div { (waiting(visit, &board)) (reception(visit)) }
                div { (windows(visit, &board)) (tide(visit, &board)) (watch(&board)) }
            }
        }
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    visit.desk("办理大厅").at("/county/hall").status(status).show(body)
}

fn told(done: &str) -> &'static str {
    match done {
        "call" => "已呼叫，屏幕上看得到。",
        "nobody" => "现在没有人等。",
        // The ticket has a line of its own.
        "ticket" => "",
        "handle" => "已记下。",
        "tide" => "窗口已按排队情况调整。",
        "" => "",
        _ => "已办好。",
    }
}

fn towns(board: &Board) -> Markup {
    html! { @if !board.today.towns.is_empty() { "，今天轮到" (board.today.towns.join("、")) } }
}

/// The ticket just given: to print, or to read out.
fn given(visit: &Visit) -> Markup {
    let (ticket, code) = (visit.query.text("ticket"), visit.query.text("code"));
    let plain =
        |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    html! { @if plain(ticket) && plain(code) {
        p.note role="status" { "号已经取好：" b { (ticket) } "　" a href={ "/county/hall/ticket/" (code) } { "打印小票" } }
    } }
}

fn waiting(visit: &Visit, board: &Board) -> Markup {
    html! {
        section.panel aria-labelledby="q" {
            h2 #q { "排队" }
            @if board.waiting.is_empty() { (empty("现在没有人等。", html! { "预约的家庭到了，在右边核对取号。" })) }
            @else { div.scroll tabindex="0" role="region" aria-labelledby="q" { table.data {
                caption.vh { "排队名单，按先后" }
                thead { tr { th scope="col" { "号码" } th scope="col" { "姓名" } th scope="col" { "业务" } th scope="col" { "预约" } th.n scope="col" { "已等" } } }
                tbody { @for (row, minutes) in board.waiting.iter().take(SHOWN) { tr {
                    th scope="row" { (row.ticket.as_deref().unwrap_or_default()) }
                    td { (row.name) } td { (word_of(&row.business)) }
                    td { @match &row.slot { Some(slot) => { (slot) } None => { "没有预约" } } }
                    td.n { (minutes) " 分" }
                } } }
            } } @if board.waiting.len() > SHOWN { p.hint { "后面还有 " (board.waiting.len() - SHOWN) " 家" } } }
        }
        @if !board.missed.is_empty() { section.panel aria-labelledby="ms" { h2 #ms { "过号" }
            ul.rows { @for row in &board.missed { li { div.lr {
                span { b { (row.ticket.as_deref().unwrap_or_default()) } "　" (row.name) }
                (handle(visit, row.visit, "back", "回来了，排第三", None))
            } } } } } }
    }
}

/// The window the reader sits at, as its page was asked for.
fn mine(visit: &Visit) -> Option<i64> {
    let asked = if visit.form.has("mine") { visit.form.text("mine") } else { visit.query.text("window") };
    asked.parse().ok()
}

/// One button that sends, with its key on the reader's own window.
fn press(visit: &Visit, act: &str, class: &str, word: &str, key: Option<&str>, fields: &[(&str, &str)]) -> Markup {
    html! {
        form.inline method="post" action={ "/county/hall/do/" (act) } { (visit.hidden())
            @if let Some(number) = mine(visit) { input type="hidden" name="mine" value=(number); }
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button class={ "btn " (class) } data-key=[key] { (word) @if let Some(key) = key { " " kbd { (key) } } }
        }
    }
}

fn handle(visit: &Visit, number: i64, what: &str, word: &str, key: Option<&str>) -> Markup {
    let number = number.to_string();
    press(visit, "handle", "btn-2", word, key, &[("visit", number.as_str()), ("what", what)])
}

fn windows(visit: &Visit, board: &Board) -> Markup {
    let serves = visit.is(Role::CountyClerk) || visit.is(Role::HallManager);
    let own = mine(visit);
    let mut open: Vec<&AtWindow> = board.windows.iter().filter(|one| one.window.status != "closed").collect();
    open.sort_by_key(|one| (own != Some(one.window.window_no), one.window.window_no));
    html! {
        @if board.windows.is_empty() { section.panel { h2 { "窗口" } (empty("还没有设窗口。", html! { a href="/county/hall/plan" { "去设窗口" } })) } }
        @for one in open { @let here = own == Some(one.window.window_no);
            section.panel aria-labelledby={ "w" (one.window.window_no) } {
                div.lr { h2 id={ "w" (one.window.window_no) } { @if here { "我的窗口：" } (one.window.window_no) " 号" @if !here { "窗口" } }
                    @if one.window.status == "paused" { (bare_tag(Tone::Wait, "暂停")) } @else if one.visit.is_some() { (bare_tag(Tone::Now, "在办")) } @else { (bare_tag(Tone::Done, "空着")) } }
                p.hint { (kinds(&one.window.serves)) "，" (one.window.staffed) " 人" @if serves && !here { "　" a href={ "/county/hall?window=" (one.window.window_no) } { "我坐这里" } } }
                @if let Some(row) = &one.visit { (at(visit, one, row, here)) }
                @if serves { div.btns { (call(visit, one, here)) } }
            }
        }
    }
}

pub(super) fn kinds(serves: &str) -> String {
    serves.split_whitespace().map(word_of).collect::<Vec<_>>().join("、")
}

fn at(visit: &Visit, one: &AtWindow, row: &office::hall::board::Visit, here: bool) -> Markup {
    let key = |key: &'static str| here.then_some(key);
    html! {
        dl.figs { div { dt { b { (row.ticket.as_deref().unwrap_or_default()) } "　" (row.name) } dd { (one.minutes) " 分" } } }
        @if !one.steps.is_empty() { p.hint { @for (place, (code, minute)) in one.steps.iter().enumerate() { @if place > 0 { "，" } (step(code)) " 第 " (minute) " 分" } } }
        div.quad.mt2 {
            @for code in STEPS { @if !one.steps.iter().any(|(done, _)| done == code) { (handle(visit, row.visit, code, step(code), None)) } }
            (handle(visit, row.visit, "recall", "重呼", key("R"))) (handle(visit, row.visit, "missed", "过号", key("S")))
            (handle(visit, row.visit, "finish", "办结", None))
            @for business in Business::ALL { @if business.code() != row.business && business.side() != side(&row.business) {
                (handle(visit, row.visit, business.code(), &format!("转{}", word(business)), key("T").filter(|_| business == transfer(&row.business))))
            } }
        }
    }
}

fn side(code: &str) -> office::hall::Side {
    Business::of(code).map_or(office::hall::Side::Service, Business::side)
}

/// Where a ticket is sent on to at the press of a key: the other side of the hall.
fn transfer(code: &str) -> Business {
    if side(code) == office::hall::Side::Loan { Business::Service } else { Business::First }
}

fn call(visit: &Visit, one: &AtWindow, here: bool) -> Markup {
    let number = one.window.window_no.to_string();
    let paused = one.window.status == "paused";
    let (word, pause) = if paused { ("恢复", "") } else { ("暂停", "yes") };
    html! {
        @if !paused { (press(visit, "call", "", "呼叫下一位", here.then_some("N"), &[("window", number.as_str())])) }
        (press(visit, "pause", "btn-2", word, here.then_some("B"), &[("window", number.as_str()), ("pause", pause)]))
    }
}

fn reception(visit: &Visit) -> Markup {
    let none = Mistakes::none();
    let sent = if visit.param("act").is_empty() { Form::default() } else { visit.form.clone() };
    let filled = Filled { values: &sent, mistakes: &none };
    let choices: Vec<(String, String)> =
        Business::ALL.into_iter().map(|business| (business.code().to_owned(), word(business).to_owned())).collect();
    html! {
        section.panel aria-labelledby="rc" { h2 #rc { "服务台" }
            form.filter method="post" action="/county/hall/do/check-in" { (visit.hidden())
                (Text::new("code", "预约码").hint("扫码，或者输入 12 位数字").shape("w18", "text").draw(filled))
                (Text::new("id_tail", "身份证后四位").hint("看着身份证输入，或者刷卡").shape("w18", "text").draw(filled))
                div { button.btn.btn-2 { "核对取号" } }
            }
            details open[visit.param("act") == "walk-in"] { summary { "没有预约，现场取号" }
                form.filter method="post" action="/county/hall/do/walk-in" { (visit.hidden())
                    (select(filled, "business", "办什么", "", "", &choices))
                    (Text::new("name", "姓名").shape("w11", "text").draw(filled))
                    (Text::new("id_number", "身份证号").hint("刷卡自动填；没带可以空着").shape("w18", "text").draw(filled))
                    (Text::new("town", "乡镇").hint("可以空着").shape("w11", "text").draw(filled))
                    div.opts { div.opt { input type="checkbox" name="first" id="first" value="yes"; label for="first" { "行动不便、带小孩，优先" } } }
                    div { button.btn.btn-2 { "取号" } }
                }
            }
        }
    }
}

fn tide(visit: &Visit, board: &Board) -> Markup {
    html! {
        section.panel aria-labelledby="td" { h2 #td { "潮汐窗口" }
            dl.figs { @for line in &board.lines { div { dt { (word(line.business)) "　" (line.windows) " 个窗口" } dd { "等 " (line.waiting) " 家，约 " (line.wait_minutes) " 分" } } } }
            @if board.advice.is_empty() { p.hint { "现在不用增减窗口。" } }
            @else {
                ul.bul { @for turn in &board.advice { li { @if turn.open { "开 " } @else { "关 " } (turn.window_no) " 号窗口" } } }
                @if visit.is(Role::HallManager) { (button(visit, "/county/hall/do/tide", "", "按排队情况开关窗口", &[])) }
            }
        }
    }
}

fn watch(board: &Board) -> Markup {
    html! {
        section.panel aria-labelledby="dt" { h2 #dt { "今天值班" }
            @for shift in &board.shifts { p { (shift.begins) "–" (shift.ends) "　" (shift.who) @if !shift.area.is_empty() { "，" (shift.area) } } }
            @if !board.gaps.is_empty() { p.hint { "值班电话还没有人："
                @for (place, (from, to)) in board.gaps.iter().enumerate() { @if place > 0 { "，" } (clock(*from)) "–" (clock(*to)) } } }
        }
    }
}

/// The ticket on paper, 80 millimetres wide.
pub async fn ticket(visit: Visit) -> Answer {
    let mine = visit.office().visit_of_code(visit.param("code")).await?;
    let ticket = mine.row.ticket.clone().unwrap_or_default();
    let body = html! {
        main.slip #main {
            p.c { b { (mine.office) } br; (show::day_week(mine.row.on_day)) " 取号" }
            hr; p.c { (word(mine.business)) }
            h1.no { (ticket) }
            p.c { b { "等屏幕叫号" } }
            hr;
            dl { dt { "姓名" } dd { (mine.row.name) }
                @if let Some(slot) = &mine.row.slot { dt { "预约" } dd { (slot) } }
                @if let Some((families, minutes)) = mine.before { dt { "前面还有" } dd { b { (families) " 家，约 " (minutes) " 分钟" } } } }
            hr; p { b { "叫到前准备好" } }
            ul.ticks { @match mine.business {
                Business::First => { li { "两人身份证原件" } li { "户口簿原件" } li { "录取通知书或学生证原件" } li { "申请表两份，本人签字" } }
                Business::Renewal => { li { "到场人的身份证原件" } li { "申请表两份，本人签字" } }
                Business::Service => { li { "身份证原件" } li { "借款合同" } }
            } }
            hr; (super::qr(mine.qr.as_ref())) p.c { "手机扫码看还有几家" }
            hr; p { "过号了，到服务台说一声，排在后面第三位。行动不便、带小孩的，服务台可以优先安排。" }
            p.c.no-print { button.btn.btn-2 type="button" data-print="1" hidden { "打印" } }
        }
    };
    visit.sheet("叫号小票", "paper").show(body)
}
