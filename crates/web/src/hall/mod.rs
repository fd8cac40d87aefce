//! 办理大厅: the calling screen and the schedule for everybody, the queue for who holds a ticket, and the pages from
//! which staff run the hall: queue and windows, times and townships, duty, visits to homes, goods, questions, report.

use maud::{Markup, PreEscaped, html};
use office::Role;
use office::hall::Business;

use crate::route::{Reach, Route, Rule, get, post};
use crate::to;

mod acts;
mod board;
mod duty;
mod goods;
mod homes;
pub(crate) mod open;
mod plan;
pub(crate) mod questions;
mod report;
mod screen;

/// Everybody who works in the hall.
const HALL: Rule = Rule::only([
    (Role::CountyClerk, Reach::SameOffice),
    (Role::CountyReviewer, Reach::SameOffice),
    (Role::HallManager, Reach::SameOffice),
    (Role::Volunteer, Reach::SameOffice),
]);

/// Those who answer families and for the day.
const ANSWERS: Rule = Rule::only([(Role::CountyClerk, Reach::SameOffice), (Role::HallManager, Reach::SameOffice)]);

/// Addresses of the hall.
pub const ROUTES: &[Route] = &[
    get("/hall/{office}", Rule::EVERYBODY, to!(open::page)),
    get("/queue/{code}", Rule::EVERYBODY, to!(open::queue)),
    get("/screen/{office}", Rule::EVERYBODY, to!(screen::page)),
    get("/screen/{office}/changes", Rule::EVERYBODY, to!(screen::changes)),
    get("/county/hall", HALL, to!(board::page)),
    get("/county/hall/ticket/{code}", HALL, to!(board::ticket)),
    get("/county/hall/plan", HALL, to!(plan::page)),
    get("/county/hall/duty", HALL, to!(duty::page)),
    get("/county/hall/homes", HALL, to!(homes::page)),
    get("/county/hall/homes/{number}", HALL, to!(homes::pack)),
    get("/county/hall/goods", HALL, to!(goods::page)),
    get("/county/hall/questions", ANSWERS, to!(questions::page)),
    get("/county/hall/questions/{number}", ANSWERS, to!(questions::thread)),
    get("/county/hall/report", ANSWERS, to!(report::page)),
    get("/county/hall/report/sheet", ANSWERS, to!(report::sheet)),
    post("/county/hall/do/{act}", HALL, to!(acts::act)),
];

/// The word of a business.
pub const fn word(business: Business) -> &'static str {
    match business {
        Business::First => "首次贷款",
        Business::Renewal => "续贷",
        Business::Service => "还款和变更",
    }
}

/// The word of a business by its code.
pub fn word_of(code: &str) -> &'static str {
    Business::of(code).map_or("其他", word)
}

/// The word of a step of a visit.
pub fn step(code: &str) -> &'static str {
    match code {
        "explain" => "讲流程",
        "check" => "核对资料",
        "form" => "填表",
        "upload" => "上传",
        "contract" => "签合同",
        _ => "其他",
    }
}

/// The pages of the hall, above each of them.
fn tabs(current: &str) -> Markup {
    const TABS: [(&str, &str); 7] = [
        ("/county/hall", "叫号"),
        ("/county/hall/plan", "预约和窗口"),
        ("/county/hall/duty", "值班和志愿者"),
        ("/county/hall/homes", "下乡"),
        ("/county/hall/goods", "物资"),
        ("/county/hall/questions", "线上提问"),
        ("/county/hall/report", "日报"),
    ];
    html! {
        nav.filter aria-label="大厅" {
            @for (href, word) in TABS {
                a.btn.btn-2[href != current] href=(href) aria-current=[(href == current).then_some("page")] { (word) }
            }
        }
    }
}

/// The QR code inside a page: it leads to the queue, and a scanner at the reception types the same address.
pub fn qr(svg: Option<&String>) -> Markup {
    let inline = svg.map(|svg| svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1));
    html! { @if let Some(svg) = inline { (PreEscaped(svg)) } }
}

/// `1:30` hours as `1 小时 30 分`.
fn hours(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} 分"),
        (hours, 0) => format!("{hours} 小时"),
        (hours, minutes) => format!("{hours} 小时 {minutes} 分"),
    }
}

/// `08:00` of minutes since midnight.
fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
