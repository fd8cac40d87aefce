//! 多久没登录: how many borrowers stayed away how long, and who should be called to bring work and telephone up to date.

use maud::{Markup, html};
use office::view::logins::{Away, BANDS, LoginAges};

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{day_week, iso};
use crate::staff::crumb;
use crate::visit::{Answer, Visit};

/// The report.
pub async fn page(visit: Visit) -> Answer {
    let ages = visit.office().login_ages(&visit.actor).await?;
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/county", "工作台")], "多久没登录"))
            div.title { h1 { "借款人多久没登录 " small.mut.fw4 { (day_week(ages.on)) } } }
            (bands(&ages))
            section.panel aria-labelledby="aw" {
                h2 #aw { "半年以上没登录的" }
                p.hint { "打电话提醒：记好登录名和密码，定期登录；换了工作、手机号或联系人，先登录来改。" }
                @if ages.away.is_empty() {
                    div.mt3 { (empty("没有半年以上没登录的借款人。", html! { a href="/county" { "回到工作台" } })) }
                } @else { (table(&ages.away)) }
            }
        }
    };
    visit.desk("多久没登录").at("/county").show(body)
}

fn bands(ages: &LoginAges) -> Markup {
    let from = [0].into_iter().chain(BANDS.map(|days| days + 1));
    let words: Vec<String> = from
        .zip(BANDS)
        .map(|(from, to)| if from == 0 { format!("{to} 天以内") } else { format!("{from}–{to} 天") })
        .collect();
    let mut lines: Vec<(&str, Markup)> = vec![("有贷款没还清", html! { (ages.borrowers) small { "人" } })];
    lines.extend(words.iter().zip(ages.within).map(|(word, many)| (word.as_str(), html! { (many) })));
    lines.push(("更久", html! { (ages.longer) }));
    lines.push(("从没登录", html! { (ages.never) }));
    counters(&lines)
}

fn table(away: &[Away]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="aw" {
            table.data {
                caption.vh { "半年以上没登录的借款人，最久的在前" }
                thead { tr { th scope="col" { "姓名" } th scope="col" { "手机" } th scope="col" { "合同" } th scope="col" { "上次登录" } th scope="col" { "有多久" } } }
                tbody { @for one in away { tr {
                    th scope="row" { (one.name) }
                    td.nw { (one.phone_masked) }
                    td { a href={ "/county/loan/" (one.contract) } { (one.contract) } }
                    td.nw { @match one.last_on { Some(on) => (iso(on)), None => "--" } }
                    td { @match one.days { Some(days) => { (days) " 天" } None => (bare_tag(Tone::Act, "从没登录")) } }
                } } }
            }
        }
    }
}
