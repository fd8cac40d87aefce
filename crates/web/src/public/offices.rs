//! 找资助中心: every county centre of the platform with address, telephone and hours; one search field.

use loan::policy::reference;
use maud::{Markup, html};
use office::view::open::Place;

use crate::parts::fields::{Filled, Text};
use crate::parts::lists::empty;
use crate::parts::shell::{HOTLINE, telephone};
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The directory.
pub async fn page(visit: Visit) -> Answer {
    let asked = visit.query.text("q").to_owned();
    let all = visit.office().county_centres().await.map_err(Stop::failure)?;
    let found: Vec<&Place> = all
        .iter()
        .filter(|place| asked.is_empty() || place.name.contains(&asked) || where_it_is(place).contains(&asked))
        .collect();
    let body = html! {
        h1 { "找县级资助中心" }
        p.mt3.mut { "首次贷款到入学前户籍所在的县办理。" }
        form.col.mt5 method="get" action="/offices" role="search" {
            (Text::new("q", "县、区或城市的名字").shape("w18", "search").draw(Filled::fresh(&visit.query)))
            div.btns { button.btn.btn-2 { "查找" } }
        }
        section.sec aria-label="结果" {
            @if found.is_empty() {
                (empty("没有找到这个名字的资助中心。", html! { "换个写法再查，例如只写“秀峰”；也可以打 " (telephone(HOTLINE)) " 问。" }))
            } @else {
                p.hint { "共 " (found.len()) " 个，按地区代码排列" }
                (table(&found))
            }
        }
    };
    visit.page("找县级资助中心").show(body)
}

fn table(places: &[&Place]) -> Markup {
    html! {
        table.data.cards.mt3 {
            caption.vh { "县级学生资助管理中心" }
            thead { tr { th scope="col" { "中心" } th scope="col" { "地址" } th scope="col" { "电话" } th scope="col" { "办公时间" } th scope="col" { "资格" } } }
            tbody { @for place in places { tr {
                th scope="row" { (place.name) br; span.hint { (where_it_is(place)) } }
                td { (place.address) }
                td.nw { (telephone(&place.phone)) }
                td { (place.hours) br; a href={ "/hall/" (place.office) } { "哪天去、排队情况" } }
                td { a href={ "/check?county=" (place.county) } { "按这里的规定自查" } br; a href={ "/where?county=" (place.county) } { "谁能办、怎么办" } }
            } } }
        }
    }
}

/// Province, city and county in words.
fn where_it_is(place: &Place) -> String {
    let mut words = Vec::new();
    let mut code = place.county.as_str();
    while let Some(division) = reference::division(code) {
        words.insert(0, division.name);
        code = division.parent;
    }
    words.concat()
}
