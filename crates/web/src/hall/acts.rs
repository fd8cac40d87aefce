//! What the hall sends: each sending is handed to one act and leads back to its page; a rule's no is shown there with
//! everything that was typed.

use loan::calendar::Date;
use office::act::Act;
use office::hall::at_window::{HandleVisit, Handling, PauseWindow};
use office::hall::check_in::{CheckIn, Ticket};
use office::hall::home::{HomeStep, PlanHomeVisit, RecordHomeVisit};
use office::hall::{self as h, Business, Side};

use super::{board, duty, goods, homes, plan, questions};
use crate::form::{Mistakes, Reading};
use crate::staff::perform;
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// The pages forms stand on.
#[derive(Clone, Copy)]
enum On {
    Board,
    Plan,
    Duty,
    Homes,
    Goods,
    Question(i64),
}

/// One sending.
pub async fn act(visit: Visit) -> Answer {
    let text = |name: &str| visit.form.text(name).to_owned();
    let number = |name: &str| visit.form.text(name).parse::<i64>().unwrap_or(-1);
    let ticked = |name: &str| !visit.form.text(name).is_empty();
    match visit.param("act") {
        "call" => {
            let called = perform(&visit, "", h::call::CallNext { window_no: number("window") }).await?;
            let done = if called.as_ref().is_ok_and(|called| called.ticket.is_none()) { "nobody" } else { "call" };
            back(&visit, On::Board, done, called.map(drop)).await
        }
        "pause" => sent(&visit, On::Board, PauseWindow { window_no: number("window"), pause: ticked("pause") }).await,
        "tide" => sent(&visit, On::Board, h::windows::FollowLoad).await,
        "handle" => {
            let what = text("what");
            let handling = match what.as_str() {
                "recall" => Handling::Recall,
                "missed" => Handling::Missed,
                "back" => Handling::Back,
                "finish" => Handling::Finish,
                other => Business::of(other).map_or(Handling::Step(what.clone()), Handling::Redirect),
            };
            sent(&visit, On::Board, HandleVisit { visit: number("visit"), handling }).await
        }
        "check-in" => {
            given(&visit, perform(&visit, "", CheckIn { code: text("code"), id_tail: text("id_tail") }).await?).await
        }
        "walk-in" => {
            let business = Business::of(&text("business")).unwrap_or(Business::Service);
            let (name, id_number, town) = (text("name"), text("id_number"), text("town"));
            let act = h::walk_in::WalkIn { business, name, id_number, town, first: ticked("first") };
            given(&visit, perform(&visit, "", act).await?).await
        }
        "times" => {
            let mut reading = Reading::of(&visit.form);
            let (from_on, to_on) = (reading.day("from_on", "开始的日子"), reading.day("to_on", "结束的日子"));
            let places = reading.number("places", "每半小时几家", 1..=100);
            let walk_in_percent = reading.number("walk_in_percent", "现场留号", 0..=100);
            let act = h::set_times::SetTimes {
                from_on,
                to_on,
                side: Side::of(&text("side")).unwrap_or(Side::Loan),
                begins: text("begins"),
                ends: text("ends"),
                places,
                walk_in_percent,
                free_days_too: ticked("free_days"),
            };
            read(&visit, On::Plan, reading.finish(act)).await
        }
        "day" => {
            let mut reading = Reading::of(&visit.form);
            let on = reading.day("on", "日子");
            let hours =
                Some((text("opens"), text("closes"))).filter(|(opens, closes)| !opens.is_empty() || !closes.is_empty());
            let towns = text("towns")
                .split(|c: char| c.is_whitespace() || matches!(c, '、' | '，' | ','))
                .map(str::to_owned)
                .collect();
            read(&visit, On::Plan, reading.finish(h::set_day::SetDay { on, hours, towns, note: text("note") })).await
        }
        "window" => {
            let flag = |flag: &str| visit.form.all("flags").any(|sent| sent == flag);
            let act = h::windows::SetWindow {
                window_no: number("window_no"),
                serves: visit.form.all("serves").filter_map(Business::of).collect(),
                tidal: flag("tidal"),
                open: flag("open"),
                staffed: number("staffed"),
            };
            sent(&visit, On::Plan, act).await
        }
        "announce" => {
            let mut reading = Reading::of(&visit.form);
            let (from_on, to_on) = (reading.day("shown_from", "开始的日子"), reading.day("shown_to", "结束的日子"));
            let act = h::announce::Announce {
                title: text("title"),
                words: text("words"),
                media: text("media"),
                from_on,
                to_on,
            };
            read(&visit, On::Plan, reading.finish(act)).await
        }
        "shift" => {
            let mut reading = Reading::of(&visit.form);
            let act = h::duty::PlanShift {
                on: reading.day("on", "日子"),
                begins: text("begins"),
                ends: text("ends"),
                duty: text("duty"),
                who: text("who"),
                phone: text("duty_phone"),
                volunteer: text("volunteer").parse().ok(),
                area: text("area"),
            };
            read(&visit, On::Duty, reading.finish(act)).await
        }
        "serve" => {
            sent(&visit, On::Duty, h::duty::ServeShift { shift: number("shift"), minutes: number("minutes") }).await
        }
        "recruit" => {
            let mut reading = Reading::of(&visit.form);
            let from_on = reading.day("from_on", "开始的日子");
            let to_on: Option<Date> = ticked("to_on").then(|| reading.day("to_on", "结束的日子"));
            let act = h::duty::RecruitVolunteer { name: text("name"), school: text("school"), from_on, to_on };
            read(&visit, On::Duty, reading.finish(act)).await
        }
        "log" => {
            let act = h::duty::LogCall {
                caller: text("caller"),
                phone: text("phone"),
                about: text("about"),
                answer: text("answer"),
            };
            sent(&visit, On::Duty, act).await
        }
        "home" => {
            let mut reading = Reading::of(&visit.form);
            let act = PlanHomeVisit {
                on: reading.day("on", "日子"),
                town: text("town"),
                village: text("village"),
                family: text("family"),
                number: text("number"),
                staff: text("staff"),
                volunteer: text("volunteer").parse().ok(),
            };
            read(&visit, On::Homes, reading.finish(act)).await
        }
        "home-out" => {
            sent(&visit, On::Homes, RecordHomeVisit { home_visit: number("home_visit"), step: HomeStep::SetOut }).await
        }
        "home-enter" => {
            let steps = visit.form.all("steps").map(str::to_owned).collect();
            let (paper_no, note) = (text("paper_no"), text("note"));
            let step = if text("how") == "failed" {
                HomeStep::Fail { note }
            } else {
                HomeStep::Enter { paper_no, steps, note }
            };
            sent(&visit, On::Homes, RecordHomeVisit { home_visit: number("home_visit"), step }).await
        }
        "stock" => sent(&visit, On::Goods, h::goods::StockHall).await,
        "count" => {
            let act = h::goods::CountGoods {
                item: text("item"),
                shelf: text("shelf"),
                least: number("least"),
                stock: number("stock"),
            };
            sent(&visit, On::Goods, act).await
        }
        "answer" => {
            let words = if text("how") == "take" { String::new() } else { text("words") };
            let act =
                h::question::AnswerQuestion { question: number("question"), words, close: text("how") == "close" };
            sent(&visit, On::Question(number("question")), act).await
        }
        _ => Err(Stop::NotFound),
    }
}

/// Performs an act and goes back to its page.
async fn sent<A: Act>(visit: &Visit, on: On, act: A) -> Answer {
    let outcome = perform(visit, "", act).await?;
    back(visit, on, visit.param("act"), outcome.map(drop)).await
}

/// The same for a form with days and numbers in it, whose mistakes are told like a no.
async fn read<A: Act>(visit: &Visit, on: On, act: Result<A, Mistakes>) -> Answer {
    match act {
        Ok(act) => sent(visit, on, act).await,
        Err(mistakes) => {
            let says = mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>().join("；");
            let refused = Refused { code: "mistakes", field: None, says, remedy: String::new(), why: Vec::new() };
            back(visit, on, "", Err(refused)).await
        }
    }
}

/// Leads to the ticket that was given.
async fn given(visit: &Visit, outcome: Result<Ticket, Refused>) -> Answer {
    match outcome {
        Ok(ticket) => visit.see(&format!("/county/hall?done=ticket&ticket={}&code={}", ticket.ticket, ticket.code)),
        Err(refused) => board::show(visit, Some(&refused)).await,
    }
}

async fn back(visit: &Visit, on: On, done: &str, outcome: Result<(), Refused>) -> Answer {
    if outcome.is_ok() {
        let page = match on {
            On::Board => "/county/hall".to_owned(),
            On::Plan => "/county/hall/plan".to_owned(),
            On::Duty => "/county/hall/duty".to_owned(),
            On::Homes => "/county/hall/homes".to_owned(),
            On::Goods => "/county/hall/goods".to_owned(),
            On::Question(number) => format!("/county/hall/questions/{number}"),
        };
        let window =
            visit.form.text("mine").parse::<i64>().map(|number| format!("&window={number}")).unwrap_or_default();
        return visit.see(&format!("{page}?done={done}{window}"));
    }
    let refused = outcome.err();
    match on {
        On::Board => board::show(visit, refused.as_ref()).await,
        On::Plan => plan::show(visit, refused.as_ref()).await,
        On::Duty => duty::show(visit, refused.as_ref()).await,
        On::Homes => homes::show(visit, refused.as_ref()).await,
        On::Goods => goods::show(visit, refused.as_ref()).await,
        On::Question(number) => questions::show(visit, number, refused.as_ref()).await,
    }
}
