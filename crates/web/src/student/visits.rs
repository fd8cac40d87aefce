//! 预约: a time at the window for an application or for repayment business; the code to show there; giving it back;
//! waiting for a day that is full.

use axum::response::IntoResponse;
use loan::calendar::Date;
use maud::{Markup, html};
use office::No;
use office::hall::book_time::BookTime;
use office::hall::booking::CANCELLED_MAX;
use office::hall::cancel_booking::CancelBooking;
use office::hall::open::{FreeSlot, MyVisit};
use office::hall::wait::JoinWaitList;
use office::hall::{Side, minute_of};
use office::origination::book_visit::BookVisit;
use office::papers::slips::{Slip, SlipKind};
use office::view::case::CaseView;

use crate::form::{Form, Mistakes};
use crate::hall::open::standing;
use crate::hall::{qr, word};
use crate::parts::fields::{Filled, error_summary, select};
use crate::parts::lists::empty;
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// Free times for one application.
pub async fn choose(visit: Visit) -> Answer {
    slots(&visit, Mistakes::none()).await
}

async fn case(visit: &Visit) -> Result<CaseView, Stop> {
    Ok(visit.office().case_view(&visit.actor, visit.param("number")).await?)
}

/// Days shown at once; later ones are folded.
const DAYS_SHOWN: usize = 3;

/// The half-hours with a place left, day by day.
fn times(visit: &Visit, slots: &[FreeSlot], mistakes: &Mistakes) -> Markup {
    let free: Vec<&FreeSlot> = slots.iter().filter(|slot| slot.free() > 0).collect();
    let days: Vec<&[&FreeSlot]> = free.chunk_by(|one, next| one.on_day == next.on_day).collect();
    let mistake = mistakes.of("slot");
    let (near, later) = days.split_at(days.len().min(DAYS_SHOWN));
    html! {
        fieldset.field.bad[mistake.is_some()] {
            legend { "选一个时间" }
            @if let Some(message) = mistake { p.err id="slot-e" { span.vh { "错误：" } (message) } }
            @for (place, day) in near.iter().enumerate() { (one_day(visit, place, day)) }
            @if !later.is_empty() {
                details.more.mt5 { summary { "更晚的日子" }
                    @for (place, day) in later.iter().enumerate() { (one_day(visit, DAYS_SHOWN + place, day)) } }
            }
        }
    }
}

fn one_day(visit: &Visit, place: usize, slots: &[&FreeSlot]) -> Markup {
    html! {
        @if let Some(first) = slots.first() { h2.fs-b.mt5 { (show::day_week(first.on_day)) } }
        div.opts.opts-3 {
            @for (turn, slot) in slots.iter().enumerate() {
                @let id = if place + turn == 0 { "slot".to_owned() } else { format!("slot-{place}-{turn}") };
                @let value = format!("{} {}", slot.on_day, slot.slot);
                div.opt {
                    input type="radio" name="slot" id=(id) value=(value) checked[visit.form.text("slot") == value];
                    label for=(id) { b { (slot.slot) } small { "剩 " (slot.free()) " 个" } }
                }
            }
        }
    }
}

fn any_free(slots: &[FreeSlot]) -> bool {
    slots.iter().any(|slot| slot.free() > 0)
}

/// Days on which every place is taken.
fn full_days(slots: &[FreeSlot]) -> Vec<Date> {
    let mut days: Vec<Date> = slots.iter().map(|slot| slot.on_day).collect();
    days.dedup();
    days.retain(|day| slots.iter().filter(|slot| slot.on_day == *day).all(|slot| slot.free() <= 0));
    days
}

async fn slots(visit: &Visit, mistakes: Mistakes) -> Answer {
    let view = case(visit).await?;
    let all = visit.office().hall_slots(&view.county_code, Side::Loan).await?;
    let full = full_days(&all);
    let back = format!("/student/progress/{}", view.number);
    let body = html! {
        div.col {
            form method="post" action={ (back) "/visit" } novalidate {
                (error_summary(&mistakes))
                h1 { "约个时间到窗口" }
                p.mt3.mut { "学生和共同借款人要一起来，都带身份证。"
                    @if let Some(agency) = &view.agency { a href={ "/hall/" (agency.office_id) } { "看哪天轮到哪个乡镇" } } }
                (visit.hidden())
                @if !any_free(&all) {
                    div.mt6 { (empty("这个月没有可约的时间了。", html! {
                        "可以直接到窗口取号" @if let Some(agency) = &view.agency { "：" (agency.address) "，" (agency.hours) "，电话 " (agency.phone) } "。" })) }
                } @else {
                    div.mt6 { (times(visit, &all, &mistakes)) }
                    div.btns { button.btn { "预约这个时间" } }
                }
            }
            @if !full.is_empty() { section.sec { h2 { "约满的日子" } p.hint { "有人取消，会按候补先后自动给你约上，并发短信。" }
                @for day in full.iter().take(5) { form.inline method="post" action={ (back) "/wait" } { (visit.hidden())
                    input type="hidden" name="day" value=(day); button.btn.btn-2 { "候补" (show::month_day(*day)) } } }
            } }
            p.mt5.hint { "一天里取消 " (CANCELLED_MAX) " 次，当天就不能再约。" }
        }
    };
    visit
        .page("约个时间到窗口")
        .at("/student/apply")
        .back(&back, "返回进度")
        .mistaken(&mistakes)
        .help(super::help(&view))
        .show(body)
}

fn sent_slot(visit: &Visit) -> Option<(Date, String)> {
    let (day, slot) = visit.form.text("slot").split_once(' ')?;
    Some((day.parse().ok()?, slot.to_owned()))
}

/// Books the time.
pub async fn book(visit: Visit) -> Answer {
    let Some((for_on, slot)) = sent_slot(&visit) else {
        return slots(&visit, Mistakes::one("slot", "请选一个时间")).await;
    };
    let act = BookVisit { number: visit.param("number").to_owned(), for_on, slot };
    match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(()) => see("/student/visits"),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            slots(&visit, Mistakes::one("slot", format!("{}。{}", told.says, told.remedy))).await
        }
        Err(no) => Err(no.into()),
    }
}

/// Joins the wait list of a full day.
pub async fn wait(visit: Visit) -> Answer {
    let Ok(for_on) = visit.form.text("day").parse::<Date>() else { return Err(Stop::NotFound) };
    let act = JoinWaitList { number: visit.param("number").to_owned(), for_on };
    match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(()) => see("/student/visits?done=wait"),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            slots(&visit, Mistakes::one("slot", format!("{}。{}", told.says, told.remedy))).await
        }
        Err(no) => Err(no.into()),
    }
}

/// My bookings, the code to show, and where I stand in the queue.
pub async fn page(visit: Visit) -> Answer {
    let mine = visit.office().my_visits(&visit.actor).await?;
    let today = visit.today();
    let open = |one: &&MyVisit| {
        one.row.on_day >= today && matches!(one.row.status.as_str(), "booked" | "waiting" | "called" | "missed")
    };
    let (now, past): (Vec<&MyVisit>, Vec<&MyVisit>) = mine.iter().partition(open);
    let base = super::loan::base(&visit);
    let body = html! {
        div.col {
            h1 { "我的预约" }
            @if visit.query.text("done") == "wait" { p.note.mt3 role="status" { "已候补。有人取消就自动给你约上，并发短信。" } }
            @if now.is_empty() { div.mt5 { (empty("现在没有预约。", html! {
                @if base == "/student" { "办贷款的，在" a href="/student" { "首页" } "的申请里约；" } @else { "办贷款的时间，由学生在申请里约；" }
                "问还款和变更的，" a href={ (base) "/visits/service" } { "在这里约" } "。" })) } }
            @for one in &now { (card(&visit, one)) }
            @if !past.is_empty() { section.sec { h2 { "以前" } ul.rows { @for one in past.iter().take(10) {
                li { div.lr { span { (show::day(one.row.on_day)) "　" (word(one.business)) } span.mut { @match one.row.status.as_str() { "done" => { "办完" } "cancelled" => { "已取消" } _ => { "没来" } } } } }
            } } } }
        }
    };
    visit.page("我的预约").at(base).back(base, "返回首页").show(body)
}

fn card(visit: &Visit, one: &MyVisit) -> Markup {
    let code = &one.row.code;
    let base = super::loan::base(visit);
    html! {
        section.bill.mt5 {
            h2 { (word(one.business)) @if let Some(ticket) = &one.row.ticket { "　号码 " (ticket) } }
            (standing(one))
            p.mt2 { (one.office) "，" (one.address) }
            @if one.row.status == "booked" {
                (qr(one.qr.as_ref()))
                p.mt2 { "预约码 " b { (show::groups(code)) } }
                div.btns {
                    a.btn.btn-2 href={ (base) "/visits/" (code) "/calendar" } { "放进手机日历" }
                    a.btn.btn-2 href={ (base) "/visits/" (code) "/slip" } { "打印凭条" }
                    form.inline method="post" action={ (base) "/visits/" (code) "/cancel" } { (visit.hidden()) button.btn.btn-2 { "取消预约" } }
                }
                p.hint { "要改时间，到" @if one.row.application.is_some() { "申请进度" } @else { a href={ (base) "/visits/service" } { "预约页" } } "里重新选一个就行。不能来请早点取消，让给后面的人。" }
            } @else { p.mt2 { a href={ "/queue/" (code) } { "看排队情况" } } }
        }
    }
}

/// Gives a booking back.
pub async fn cancel(visit: Visit) -> Answer {
    let act = CancelBooking { code: visit.param("code").to_owned() };
    visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    see(&format!("{}/visits", super::loan::base(&visit)))
}

/// The booking for the calendar of a phone.
pub async fn calendar(visit: Visit) -> Answer {
    let mine = visit.office().my_visits(&visit.actor).await?;
    let one = mine
        .iter()
        .find(|one| one.row.code == visit.param("code") && one.row.status == "booked")
        .ok_or(Stop::NotFound)?;
    let text = event(one).ok_or(Stop::NotFound)?;
    let headers = [
        (axum::http::header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (axum::http::header::CONTENT_DISPOSITION, "attachment; filename=\"yuyue.ics\""),
    ];
    Ok((headers, text).into_response())
}

/// The booking on a strip of paper, for those who like to hold something.
pub async fn slip(visit: Visit) -> Answer {
    let mine = visit.office().my_visits(&visit.actor).await?;
    let one = mine.iter().find(|one| one.row.code == visit.param("code")).ok_or(Stop::NotFound)?;
    let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let day = show::day_text(one.row.on_day);
    let (kind, headline) = match (&one.row.ticket, &one.row.slot) {
        (Some(ticket), _) => (SlipKind::Ticket, ticket.clone()),
        (None, Some(slot)) => (SlipKind::Appointment, format!("{day} {slot}")),
        (None, None) => return Err(Stop::NotFound),
    };
    let slip = Slip {
        kind,
        number: one.row.code.clone(),
        link: format!("/queue/{}", one.row.code),
        headline,
        pairs: vec![
            pair("办什么", word(one.business)),
            pair("日期", &day),
            pair("地点", &one.office),
            pair("地址", &one.address),
        ],
        lines: vec!["请提前 10 分钟到，要来的人都带身份证。来不了请在网上取消，让给后面的人。".to_owned()],
    };
    crate::visit::pdf(visit.office().slip(&visit.actor, slip).await.map_err(Stop::failure)?)
}

/// RFC 5545: half an hour in China, with a reminder the evening before.
fn event(one: &MyVisit) -> Option<String> {
    let minute = minute_of(one.row.slot.as_deref()?)?;
    let day = one.row.on_day.format("%Y%m%d");
    let time = |minute: i64| format!("{day}T{:02}{:02}00", minute / 60, minute % 60);
    let booked = one.row.booked_at?.format("%Y%m%dT%H%M%SZ");
    let plain =
        |text: &str| text.replace('\\', "\\\\").replace([',', '，'], "\\,").replace(';', "\\;").replace('\n', " ");
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//zhuxue//hall//ZH".to_owned(),
        "BEGIN:VTIMEZONE".to_owned(),
        "TZID:Asia/Shanghai".to_owned(),
        "BEGIN:STANDARD".to_owned(),
        "DTSTART:19910915T000000".to_owned(),
        "TZOFFSETFROM:+0800".to_owned(),
        "TZOFFSETTO:+0800".to_owned(),
        "END:STANDARD".to_owned(),
        "END:VTIMEZONE".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@zhuxue", one.row.code),
        format!("DTSTAMP:{booked}"),
        format!("DTSTART;TZID=Asia/Shanghai:{}", time(minute)),
        format!("DTEND;TZID=Asia/Shanghai:{}", time(minute + 30)),
        format!("SUMMARY:助学贷款：{}", word(one.business)),
        format!("LOCATION:{}", plain(&format!("{} {}", one.office, one.address))),
        format!("DESCRIPTION:预约码 {}\\n带身份证原件", one.row.code),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        "DESCRIPTION:明天到资助中心".to_owned(),
        "TRIGGER:-PT14H".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    Some(lines.map(|line| folded(&line)).concat())
}

/// A line of at most 75 bytes, continued on the next after a blank.
fn folded(line: &str) -> String {
    let (mut out, mut length) = (String::new(), 0);
    for c in line.chars() {
        if length + c.len_utf8() > 74 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out + "\r\n"
}

/// Free times for repayment business in a county.
pub async fn service(visit: Visit) -> Answer {
    service_slots(&visit, Mistakes::none()).await
}

async fn service_slots(visit: &Visit, mistakes: Mistakes) -> Answer {
    let places = visit.office().county_centres().await.map_err(Stop::failure)?;
    let asked = if visit.form.has("county") { visit.form.text("county") } else { visit.query.text("county") };
    let home = visit.office().home(&visit.actor).await?;
    let own = home.current.as_ref().map(|case| case.county_code.clone()).unwrap_or_default();
    let county = if asked.is_empty() { own.as_str() } else { asked };
    let known = places.iter().find(|place| place.county == county);
    let free = match known {
        Some(place) => visit.office().hall_slots(&place.county, Side::Service).await?,
        None => Vec::new(),
    };
    let counties: Vec<(String, String)> =
        places.iter().map(|place| (place.county.clone(), place.name.clone())).collect();
    let form: Form = visit.form.clone().with("county", county);
    let filled = Filled { values: &form, mistakes: &mistakes };
    let base = super::loan::base(visit);
    let (here, mine) = (format!("{base}/visits/service"), format!("{base}/visits"));
    let body = html! {
        div.col {
            (error_summary(&mistakes))
            h1 { "预约办还款和变更" }
            form.mt5 method="get" action=(here) {
                (select(filled, "county", "哪个资助中心", "", "请选择", &counties))
                button.btn.btn-2 { "看空的时间" }
            }
            @if let Some(place) = known {
                form.mt6 method="post" action=(here) novalidate { (visit.hidden())
                    input type="hidden" name="county" value=(place.county);
                    @if !any_free(&free) { (empty("这里没有放出可约的时间。", html! { "可以直接到窗口取号：" (place.address) "，" (place.hours) "。" })) }
                    @else { (times(visit, &free, &mistakes)) div.btns { button.btn { "预约这个时间" } } }
                }
            }
        }
    };
    visit.page("预约办还款和变更").at(base).back(&mine, "返回我的预约").mistaken(&mistakes).show(body)
}

/// Books it.
pub async fn book_service(visit: Visit) -> Answer {
    let Some((for_on, slot)) = sent_slot(&visit) else {
        return service_slots(&visit, Mistakes::one("slot", "请选一个时间")).await;
    };
    let act = BookTime { county: visit.form.text("county").to_owned(), for_on, slot };
    match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(()) => see(&format!("{}/visits", super::loan::base(&visit))),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            service_slots(&visit, Mistakes::one("slot", format!("{}。{}", told.says, told.remedy))).await
        }
        Err(no) => Err(no.into()),
    }
}
