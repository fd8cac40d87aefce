//! 机构: every place that does business here.

use maud::html;
use office::who::OfficeKind;

use crate::parts::show::iso;
use crate::staff::crumb;
use crate::visit::{Answer, Visit};

/// What a kind of office is called.
pub const fn kind(kind: OfficeKind) -> &'static str {
    match kind {
        OfficeKind::County => "县级中心",
        OfficeKind::School => "高校",
        OfficeKind::Bank => "银行",
        OfficeKind::Platform => "支付平台",
        OfficeKind::Province => "省级中心",
        OfficeKind::System => "系统",
    }
}

/// The list.
pub async fn page(visit: Visit) -> Answer {
    let offices = visit.office().office_places(&visit.actor).await?;
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/admin", "系统")], "机构"))
            div.title { h1 { "机构 " small.mut.fw4 { (offices.len()) " 个" } } }
            section.panel aria-label="机构" {
                div.scroll tabindex="0" role="region" aria-label="机构" {
                    table.data {
                        caption.vh { "机构" }
                        thead { tr { th scope="col" { "名称" } th scope="col" { "种类" } th scope="col" { "地址" } th scope="col" { "电话" } th scope="col" { "开放时间" } th scope="col" { "开业" } } }
                        tbody {
                            @for office in &offices {
                                tr {
                                    th scope="row" { (office.name) }
                                    td { (OfficeKind::of(&office.kind).map_or("其他", kind)) }
                                    td { (office.address) } td.nw { (office.phone) } td { (office.hours) } td.nw { (iso(office.opened_on)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    visit.desk("机构").at("/admin/offices").show(body)
}
