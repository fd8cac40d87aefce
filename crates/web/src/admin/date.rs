//! 业务日期: a demonstration may be moved forward; everything due on the way happens, and this page says what.

use axum::http::StatusCode;
use loan::money::Fen;
use maud::{Markup, html};
use office::calendar::DayReport;
use office::who::Role;

use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::parts::lists::empty;
use crate::parts::show::{day_week, iso, yuan};
use crate::staff::{self, settle};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// Days shown of a long way.
const SHOWN: usize = 200;

/// Today, and the way forward.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None, None)
}

fn show(
    visit: &Visit,
    values: &Form,
    mistakes: &Mistakes,
    refused: Option<&Refused>,
    reports: Option<&[DayReport]>,
) -> Answer {
    let movable = visit.day.demonstration && visit.is(Role::SystemAdmin) && visit.site.town().is_some();
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "系统 " small.mut.fw4 { "业务日期 " (day_week(visit.today())) } } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            @if let Some(reports) = reports { (happened(reports)) }
            section.panel aria-labelledby="mv" {
                h2 #mv { "往后推日期" }
                @if movable {
                    p.hint { "只有演示系统能推。路上到期的都会真的办：回执截止、结息、扣款、逾期、提前还款、结清。日期只能往后。" }
                    form method="post" action="/admin/date" {
                        (visit.hidden())
                        (Text::new("to", "推到哪一天").hint("例如 2026-12-21，看结息后的扣款。").shape("w11", "text").draw(Filled { values, mistakes }))
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
    page.show(body)
}

fn happened(reports: &[DayReport]) -> Markup {
    html! {
        section.panel.mb3 role="status" aria-labelledby="hp" {
            h2 #hp { "路上发生了什么" }
            @if reports.is_empty() { (empty("这段日子没有到期的事。", html! { "再往后推一些，例如推到下一个 12 月 21 日。" })) } @else {
                div.scroll tabindex="0" role="region" aria-labelledby="hp" {
                    table.data.dense {
                        caption.vh { "每一天办了什么" }
                        thead { tr {
                            th scope="col" { "日期" } th.n scope="col" { "回执过期" } th.n scope="col" { "免息" } th.n scope="col" { "全额扣到" } th.n scope="col" { "扣到一部分" }
                            th.n scope="col" { "没扣到" } th.n scope="col" { "扣款（元）" } th.n scope="col" { "记账合同" } th.n scope="col" { "出账（元）" } th.n scope="col" { "结清" }
                        } }
                        tbody {
                            @for one in reports.iter().take(SHOWN) {
                                tr {
                                    th.nw scope="row" { (iso(one.day)) }
                                    td.n { (one.expired) } td.n { (one.waived) } td.n { (one.collected.full) } td.n { (one.collected.partial) }
                                    td.n { (one.collected.failed) } td.n { (yuan(Fen(one.collected.taken_fen))) } td.n { (one.closed) }
                                    td.n { (yuan(Fen(one.billed_fen))) } td.n { (one.settled) }
                                }
                            }
                        }
                    }
                }
                @if reports.len() > SHOWN { p.hint { "只显示前 " (SHOWN) " 天，共 " (reports.len()) " 天有事。" } }
            }
        }
    }
}

/// Moves the date of a demonstration.
pub async fn move_on(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let to = reading.day("to", "日期");
    let to = match reading.finish(to) {
        Ok(to) => to,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None, None),
    };
    let Some(town) = visit.site.town() else { return Err(Stop::NotFound) };
    let moved = visit.office().move_date(&visit.actor, to, town).await;
    let on = visit.office().today().await.map_err(Stop::failure)?;
    let mut visit = visit;
    visit.day = on;
    match settle(moved)? {
        Ok(reports) => show(&visit, &Form::default(), &Mistakes::none(), None, Some(&reports)),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused), None),
    }
}
