//! 消息: every text message and notice, newest first.

use maud::html;

use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show;
use crate::visit::{Answer, Visit};

/// The list.
pub async fn page(visit: Visit) -> Answer {
    let told = visit.office().messages(&visit.actor).await?;
    let body = html! {
        div.col {
            h1 { "消息" }
            @if told.is_empty() { div.mt5 { (empty("还没有消息。", html! { "有新进展会发短信，这里也留一份。" })) } }
            @else { ul.rows.mt5 { @for message in &told { li {
                div.lr { span.hint { (show::day(office::clock::shanghai_on(message.at))) "，" @if message.channel == "sms" { "短信" } @else { "通知" } }
                    @if message.fresh { (bare_tag(Tone::Act, "未读")) } }
                p { (message.text) }
            } } } }
        }
    };
    visit.page("消息").at("/student/messages").show(body)
}
