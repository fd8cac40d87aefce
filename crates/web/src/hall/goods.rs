//! 物资: service areas, machines, water and shade, and the medicine box, counted line by line.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::Role;
use office::hall::board::Supply;
use office::hall::goods::{SHELVES, box_lacks};

use super::plan::sent;
use super::tabs;
use crate::form::Mistakes;
use crate::parts::fields::{Filled, Text, select};
use crate::parts::lists::{Tone, bare_tag, empty, note, warning};
use crate::parts::show;
use crate::staff::{button, done, refusal};
use crate::stop::Refused;
use crate::visit::{Answer, Visit};

/// The page.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

/// The page, with the no of a rule on top.
pub async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let supplies = visit.office().hall_goods(&visit.actor).await?;
    let told = if visit.query.text("done").is_empty() { "" } else { "已清点。" };
    let (lacking, enough) = box_lacks(&supplies);
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "大厅物资" } }
            (tabs("/county/hall/goods")) (refusal(refused)) (done(told))
            @if supplies.is_empty() {
                (empty("还没有清单。", html! { "先按常用的 25 样建一份，再逐项清点。" }))
                @if visit.is(Role::HallManager) { (button(visit, "/county/hall/do/stock", "", "建清单", &[])) }
            } @else {
                @if enough && lacking.is_empty() { (note("便民小药箱齐全。", html! { "十种以上应急药品和凉茶都够数。" })) }
                @else { (warning("便民小药箱要补。", html! { @if !enough { "应急药品不到十种。" } @if !lacking.is_empty() { "不够数：" (lacking.join("、")) "。" } })) }
                div.grid.g-main {
                    div { @for shelf in SHELVES { (one_shelf(visit, shelf, &supplies)) } }
                    (add(visit))
                }
            }
        }
    };
    let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    visit.desk("大厅物资").at("/county/hall").status(status).show(body)
}

fn shelf_word(shelf: &str) -> &'static str {
    match shelf {
        "area" => "服务区",
        "machine" => "设备",
        "comfort" => "饮水和防暑",
        "medicine" => "便民小药箱",
        _ => "免费凉茶",
    }
}

fn one_shelf(visit: &Visit, shelf: &str, supplies: &[Supply]) -> Markup {
    html! {
        section.panel aria-labelledby={ "s-" (shelf) } { h2 id={ "s-" (shelf) } { (shelf_word(shelf)) }
            table.data { caption.vh { (shelf_word(shelf)) }
                thead { tr { th scope="col" { "物品" } th.n scope="col" { "应有" } th.n scope="col" { "现有" } th scope="col" { "清点" } th scope="col" { "改数" } } }
                tbody { @for (place, one) in supplies.iter().enumerate().filter(|(_, one)| one.shelf == shelf) { tr {
                    th scope="row" { (one.item) } td.n { (one.least) }
                    td.n { (one.stock) @if one.stock < one.least { " " (bare_tag(Tone::Act, "要补")) } }
                    td { @match one.checked_on { Some(on) => { (show::month_day(on)) } None => { "没清点过" } } }
                    td { form.inline method="post" action="/county/hall/do/count" { (visit.hidden())
                        input type="hidden" name="item" value=(one.item); input type="hidden" name="shelf" value=(one.shelf); input type="hidden" name="least" value=(one.least);
                        label.vh for={ "n" (place) } { (one.item) "现有几个" } input.in.w8 id={ "n" (place) } name="stock" inputmode="numeric" value=(one.stock);
                        button.btn.btn-2 { "清点" span.vh { (one.item) } } } }
                } } }
            }
        }
    }
}

fn add(visit: &Visit) -> Markup {
    let none = Mistakes::none();
    let form = sent(visit, "count");
    let filled = Filled { values: &form, mistakes: &none };
    let shelves: Vec<(String, String)> =
        SHELVES.iter().map(|shelf| ((*shelf).to_owned(), shelf_word(shelf).to_owned())).collect();
    html! {
        section.panel aria-labelledby="ad" { h2 #ad { "加一样" }
            form.stack method="post" action="/county/hall/do/count" { (visit.hidden())
                (Text::new("item", "物品").shape("w11", "text").draw(filled))
                (select(filled, "shelf", "放在哪类", "", "", &shelves))
                (Text::new("least", "应有几个").shape("w8", "numeric").draw(filled))
                (Text::new("stock", "现有几个").shape("w8", "numeric").draw(filled))
                button.btn.btn-2 { "加到清单" }
            }
        }
    }
}
