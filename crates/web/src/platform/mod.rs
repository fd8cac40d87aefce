//! 支付平台: the orders and payments of a day with their outcome, and the differences. Reads only, no names.
//! [`notify`] is where the platform's own program tells us what happened.

use loan::calendar::Date;
use loan::money::Fen;
use maud::{Markup, html};
use office::view::platform::{Difference, Trade};
use office::who::Role;

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::{day_week, iso, yuan};
use crate::route::{Reach, Route, Rule, get, partner};
use crate::to;
use crate::visit::{Answer, Visit};

mod messages;
pub(crate) mod notify;

const OPERATOR: Rule = Rule::only([(Role::PlatformOperator, Reach::SameOffice)]);

/// Addresses of the platform: its operator's desk and its program's door.
pub const ROUTES: &[Route] = &[
    get("/platform", OPERATOR, to!(day)),
    get("/platform/messages", OPERATOR, to!(messages::page)),
    get("/platform/message/{message}", OPERATOR, to!(messages::message)),
    partner("/platform/notify", to!(notify::platform)),
    partner("/platform/quickpass", to!(notify::quick_pass)),
];

/// One day.
async fn day(visit: Visit) -> Answer {
    let asked = visit.query.text("on").parse::<Date>().ok();
    let view = visit.office().platform_day(&visit.actor, asked).await?;
    let sum = |direction: &str| -> Fen {
        view.trades.iter().filter(|trade| trade.direction == direction).map(|trade| Fen(trade.moved_fen)).sum()
    };
    let pending = view.trades.iter().filter(|trade| trade.state == "pending").count();
    let body = html! {
        main.main.wrap #main {
            div.title {
                h1 { "交易 " small.mut.fw4 { (day_week(view.on)) } }
                form.unit method="get" action="/platform" {
                    label.vh for="on" { "日期" }
                    input.in id="on" name="on" value=(iso(view.on));
                    span { button.btn.btn-2 { "看这一天" } }
                }
            }
            (counters(&[
                ("交易", html! { (view.trades.len()) small { "笔" } }),
                ("放出", html! { (yuan(sum("out"))) small { "元" } }),
                ("收到", html! { (yuan(sum("in"))) small { "元" } }),
                ("等结果", html! { (pending) }),
                ("对账差异", html! { (view.differences.len()) small { "没有处理" } }),
            ]))
            section.panel aria-labelledby="tr" {
                h2 #tr { "逐笔" }
                @if view.trades.is_empty() { (empty("这一天没有交易。", html! { "换一天看看；放款和扣款的日子才有。" })) } @else { (table(&view.trades)) }
            }
            @if !view.differences.is_empty() { (differences(&view.differences)) }
        }
    };
    visit.desk("交易").at("/platform").show(body)
}

fn table(trades: &[Trade]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="tr" {
            table.data {
                caption.vh { "这一天的交易" }
                thead { tr { th scope="col" { "我方单号" } th scope="col" { "种类" } th.n scope="col" { "指令金额（元）" } th.n scope="col" { "实际金额（元）" } th scope="col" { "平台单号" } th scope="col" { "资金日期" } th scope="col" { "结果" } } }
                tbody {
                    @for one in trades {
                        tr {
                            th scope="row" { (one.trade_no) } td { (kind(&one.kind)) }
                            td.n { (yuan(Fen(one.amount_fen))) } td.n { (yuan(Fen(one.moved_fen))) }
                            td { (one.partner_no.as_deref().unwrap_or("--")) } td { (one.value_on.map_or("--".to_owned(), iso)) }
                            td { (state(&one.state)) }
                        }
                    }
                }
            }
        }
    }
}

fn differences(found: &[Difference]) -> Markup {
    html! {
        section.panel.mt3 aria-labelledby="df" {
            h2 #df { "对账差异" }
            div.scroll tabindex="0" role="region" aria-labelledby="df" {
                table.data {
                    caption.vh { "没有处理的对账差异" }
                    thead { tr { th scope="col" { "日期" } th scope="col" { "单号" } th.n scope="col" { "我方（元）" } th.n scope="col" { "平台（元）" } } }
                    tbody {
                        @for one in found {
                            tr { td { (iso(one.on_day)) } th scope="row" { (one.trade_no) } td.n { (one.ours_fen.map_or("--".to_owned(), |fen| yuan(Fen(fen)))) } td.n { (one.theirs_fen.map_or("--".to_owned(), |fen| yuan(Fen(fen)))) } }
                        }
                    }
                }
            }
        }
    }
}

fn kind(kind: &str) -> &'static str {
    match kind {
        "payout" => "放款",
        "debit" => "扣款",
        "top_up" => "充值",
        "repayment" => "还款",
        "quick_pass" => "云闪付还款",
        "bounce" => "还款退回",
        "refund" => "退回",
        _ => "其他",
    }
}

fn state(state: &str) -> Markup {
    match state {
        "success" => bare_tag(Tone::Done, "成功"),
        "failed" => bare_tag(Tone::Bad, "失败"),
        _ => bare_tag(Tone::Now, "等结果"),
    }
}
