//! 安全提醒: accounts that ran into a wall that honest work does not reach.

use maud::html;

use crate::parts::lists::empty;
use crate::visit::{Answer, Visit};

/// The alerts, newest first.
pub async fn page(visit: Visit) -> Answer {
    let alerts = visit.office().security_alerts(&visit.actor).await?;
    let zone = chrono::FixedOffset::east_opt(8 * 3600).expect("eight hours are less than a day");
    let body = html! {
        main.main.wrap #main {
            h1 { "安全提醒" }
            p.hint { "一小时内看完整证件号超过 100 次的账号会停住，并记在这里。请联系本人和所在单位核实，必要时收回角色。" }
            @if alerts.is_empty() { div.mt3 { (empty("没有提醒。", html! { a href="/admin/staff" { "看账号和角色" } })) } }
            @else {
                table.data {
                    caption.vh { "安全提醒，新的在前" }
                    thead { tr { th scope="col" { "时间" } th scope="col" { "账号" } th scope="col" { "发生了什么" } } }
                    tbody { @for alert in &alerts { tr {
                        td.nw { (alert.at.with_timezone(&zone).format("%Y-%m-%d %H:%M")) }
                        th scope="row" { (alert.name) }
                        td { "一小时内看完整证件号超过 100 次，已停住" }
                    } } }
                }
            }
        }
    };
    visit.desk("安全提醒").at("/admin/alerts").show(body)
}
