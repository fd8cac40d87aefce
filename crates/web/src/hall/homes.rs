//! 下乡: visits to families far away, the pack of papers to take along, and its entry afterwards.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::Role;
use office::hall::STEPS;
use office::hall::board::{HomeVisit, Homes};
use office::number::ApplicationNumber;

use super::plan::sent;
use super::{step, tabs};
use crate::form::Mistakes;
use crate::parts::fields::{Choice, Filled, Text, area, select, ticks};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show;
use crate::staff::{button, done, refusal};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// The page.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

/// The page, with the no of a rule on top and what was typed.
pub async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let homes = visit.office().hall_homes(&visit.actor).await?;
    let told = if visit.query.text("done").is_empty() { "" } else { "已记下。" };
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "助学贷款服务送乡村" } }
            (tabs("/county/hall/homes")) (refusal(refused)) (done(told))
            div.grid.g-main {
                section.panel aria-labelledby="hv" { h2 #hv { "上门名单" } (list(&homes)) }
                div { (enter(visit, &homes)) @if visit.is(Role::HallManager) { (plan(visit, &homes)) } }
            }
        }
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    visit.desk("助学贷款服务送乡村").at("/county/hall").status(status).show(body)
}

fn tag(status: &str) -> Markup {
    match status {
        "planned" => bare_tag(Tone::Wait, "已安排"),
        "travelling" => bare_tag(Tone::Now, "在路上"),
        "done" => bare_tag(Tone::Done, "已录入"),
        _ => bare_tag(Tone::End, "没办成"),
    }
}

fn list(homes: &Homes) -> Markup {
    html! {
        @if homes.visits.is_empty() { (empty("还没有安排上门。", html! { "偏远、行动不便的家庭，在右边安排。" })) }
        @else { table.data { caption.vh { "上门名单" }
            thead { tr { th scope="col" { "日期" } th scope="col" { "学生" } th scope="col" { "地方" } th scope="col" { "谁去" } th scope="col" { "纸件编号" } th scope="col" { "现在" } } }
            tbody { @for one in &homes.visits { tr {
                th scope="row" { (show::month_day_week(one.on_day)) }
                td { (one.family) @if let Some(key) = one.application { @let number = ApplicationNumber::of(one.book, key); br; a href={ "/county/case/" (number) } { "打开申请" } } }
                td { (one.town) (one.village) } td { (one.staff) }
                td { a href={ "/county/hall/homes/" (one.home_visit) } { (one.paper_no) } }
                td { (tag(&one.status)) @if !one.note.is_empty() { br; span.hint { (one.note) } } }
            } } } } }
    }
}

fn plan(visit: &Visit, homes: &Homes) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "home");
    let filled = Filled { values: &form, mistakes: &none };
    let known: Vec<(String, String)> =
        homes.volunteers.iter().map(|one| (one.volunteer.to_string(), one.name.clone())).collect();
    html! {
        section.panel aria-labelledby="hp" { h2 #hp { "安排上门" }
            form.stack method="post" action="/county/hall/do/home" { (visit.hidden())
                (Text::new("on", "哪天").hint("例如 2026-08-03").shape("w11", "text").draw(filled))
                (Text::new("town", "乡镇").shape("w11", "text").draw(filled))
                (Text::new("village", "村和怎么走").draw(filled))
                (Text::new("family", "学生姓名").shape("w11", "text").draw(filled))
                (Text::new("number", "申请编号").hint("还没申请的空着").shape("w18", "text").draw(filled))
                (Text::new("staff", "谁去").shape("w11", "text").draw(filled))
                (select(filled, "volunteer", "志愿者", "", "不带志愿者", &known))
                button.btn { "安排上门" }
            }
        }
    }
}

fn enter(visit: &Visit, homes: &Homes) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "home-enter");
    let filled = Filled { values: &form, mistakes: &none };
    let open: Vec<&HomeVisit> =
        homes.visits.iter().filter(|one| matches!(one.status.as_str(), "planned" | "travelling")).collect();
    let choices: Vec<(String, String)> = open
        .iter()
        .map(|one| (one.home_visit.to_string(), format!("{} {}{}", one.family, one.town, one.village)))
        .collect();
    let steps: Vec<Choice> = STEPS.iter().map(|code| Choice::new(*code, step(code))).collect();
    html! {
        section.panel aria-labelledby="he" { h2 #he { "回来录入" }
            @if open.is_empty() { p.hint { "没有等着录入的上门。" } }
            @else { form.stack method="post" action="/county/hall/do/home-enter" { (visit.hidden())
                (select(filled, "home_visit", "哪一家", "", "", &choices))
                (Text::new("paper_no", "纸件编号").hint("照着纸件输入").shape("w18", "text").draw(filled))
                (ticks(filled, "steps", "办了哪几步", "", &steps))
                (area(filled, "note", "情况", "没办成的写原因", 2))
                div.btns { button.btn name="how" value="done" { "录入纸件" } button.btn.btn-2 name="how" value="failed" { "没办成" } }
            }
            ul.rows { @for one in open.iter().filter(|one| one.status == "planned" && one.on_day <= homes.on) { li { div.lr {
                span { (one.family) "　" (one.town) }
                (button(visit, "/county/hall/do/home-out", "btn-2", "出发", &[("home_visit", one.home_visit.to_string().as_str())]))
            } } } } }
        }
    }
}

/// The pack to take along: who, where, and the steps to tick by hand.
pub async fn pack(visit: Visit) -> Answer {
    let number: i64 = visit.param("number").parse().map_err(|_| Stop::NotFound)?;
    let homes = visit.office().hall_homes(&visit.actor).await?;
    let one = homes.visits.iter().find(|one| one.home_visit == number).ok_or(Stop::NotFound)?;
    let body = html! {
        p.bar-print.no-print { button.btn type="button" data-print="1" hidden { "打印" } }
        main.sheet #main {
            div.run { span { (homes.place.name) } span { "纸件编号 " (one.paper_no) } }
            h1 { "上门办理记录" }
            table.kv {
                tr { th scope="row" { "日期" } td { (show::day_week(one.on_day)) } }
                tr { th scope="row" { "学生" } td { (one.family) } }
                tr { th scope="row" { "地方" } td { (one.town) (one.village) } }
                tr { th scope="row" { "上门人" } td { (one.staff) } }
                tr { th scope="row" { "申请编号" } td { @if let Some(key) = one.application { (ApplicationNumber::of(one.book, key)) } @else { "（现场填写申请表）" } } }
            }
            h2 { "办理步骤（和窗口一样，办完打勾，写时间）" }
            table { tr { th scope="col" { "步骤" } th scope="col" { "办完" } th scope="col" { "几点" } th scope="col" { "说明" } }
                @for code in STEPS { tr { th scope="row" { (step(code)) } td { "□" } td {} td {} } } }
            h2 { "带去的材料" }
            ul.ticks { li { "空白申请表不能用，带系统打印的申请表两份" } li { "借款合同和还款计划" } li { "印泥、签字笔、身份证阅读器" } li { "政策明白卡" } }
            h2 { "签字" }
            div.sign { div { "学生签字" br; br; "日期" } div { "共同借款人签字" br; br; "日期" } }
            div.end { span { "回来当天录入，编号 " (one.paper_no) } span { "电话 " (homes.place.phone) } }
        }
    };
    visit.sheet("上门办理记录", "paper").show(body)
}
