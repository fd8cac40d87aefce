//! 通知日志: every message a partner's program sent, with our verdict; a repeated one is seen to be repeated.

use chrono::{FixedOffset, TimeDelta};
use maud::{Markup, html};
use office::view::platform::MessageView;

use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::staff::crumb;
use crate::visit::{Answer, Visit};

/// The newest messages, or those about a trade.
pub async fn page(visit: Visit) -> Answer {
    let typed = visit.query.text("q");
    let found = visit.office().platform_messages(&visit.actor, typed).await?;
    let refused = found.iter().filter(|one| one.verdict != "accepted").count();
    let body = html! {
        main.main.wrap #main {
            div.title {
                h1 { "通知" }
                form.unit.find method="get" action="/platform/messages" role="search" {
                    label.vh for="find" { "查单号" }
                    input.in id="find" name="q" value=(typed) placeholder="单号" data-key="/";
                    span { button.btn.btn-2 { "查找" } }
                }
            }
            (counters(&[("收到", html! { (found.len()) small { "条" } }), ("没有收下", html! { (refused) })]))
            section.panel aria-labelledby="ms" {
                h2 #ms { "逐条" }
                @if found.is_empty() { (empty("没有这样的通知。", html! { "支付平台或银联来通知时，原文和我们的判断都记在这里。" })) } @else { (table(&found)) }
            }
        }
    };
    visit.desk("通知").at("/platform/messages").show(body)
}

fn table(found: &[MessageView]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="ms" {
            table.data {
                caption.vh { "通知，新的在前" }
                thead { tr { th scope="col" { "时间" } th scope="col" { "单号" } th scope="col" { "判断" } th scope="col" { "原文" } } }
                tbody { @for one in found { tr {
                    td.nw { (at(one)) }
                    th scope="row" { (one.trade_no.as_deref().unwrap_or("--")) }
                    td { (verdict(one)) }
                    td { a href={ "/platform/message/" (one.message) } { "看原文" } }
                } } }
            }
        }
    }
}

fn at(one: &MessageView) -> String {
    let zone =
        FixedOffset::east_opt(TimeDelta::hours(8).num_seconds() as i32).expect("eight hours are less than a day");
    one.at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

fn verdict(one: &MessageView) -> Markup {
    match one.verdict.as_str() {
        "accepted" if one.repeated => bare_tag(Tone::End, "重复，已忽略"),
        "accepted" => bare_tag(Tone::Done, "已收下"),
        other => html! { (bare_tag(Tone::Bad, "没有收下")) " " span.mut { (words(other)) } },
    }
}

/// Why a message was not taken, in words.
fn words(verdict: &str) -> &'static str {
    match verdict {
        "amount_differs" => "金额和我们的指令不一样",
        "content_differs" => "同一单号，内容和上次不一样",
        "state_conflict" => "结果和以前说的相反",
        "order_unknown" => "没有这张单",
        "other_trade" => "不是这张单的交易",
        other if other.contains("signature") => "签名不对",
        other if other.contains("app_id") || other.contains("seller_id") || other.contains("merId") => "不是给我们的",
        other if other.contains("notify_time") => "时间不对，可能是旧消息",
        other if other.contains("currency") => "币种不对",
        _ => "内容读不出来",
    }
}

/// One message as it was.
pub async fn message(visit: Visit) -> Answer {
    let (one, raw) = visit.office().platform_message(&visit.actor, visit.param("message")).await?;
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/platform", "交易"), ("/platform/messages", "通知")], "原文"))
            div.title { h1 { "通知原文　" span.mut.fw4 { (at(&one)) } } p { (verdict(&one)) } }
            section.panel aria-label="原文" {
                ul.rows { @for part in raw.split('&') { li { code { (part) } } } }
            }
        }
    };
    visit.desk("通知原文").at("/platform/messages").show(body)
}
