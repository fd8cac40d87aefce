//! 现在还款: the ways to pay, and an order for 云闪付. Whoever pays, the money is the contract's.

use loan::money::Fen;
use loan::refusal::Citation;
use maud::html;
use office::No;
use office::servicing::quick_pass::OrderQuickPass;

use super::loan::{home, name, nav, view};
use crate::form::{Form, Mistakes};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::parts::lists::{confirmation, note};
use crate::parts::show;
use crate::visit::{Answer, Visit};
use crate::words;

/// The ways.
pub async fn page(visit: Visit) -> Answer {
    let values = Form::default();
    draw(&visit, values, Mistakes::none()).await
}

async fn draw(visit: &Visit, values: Form, mistakes: Mistakes) -> Answer {
    let view = view(visit).await?;
    let here = home(visit);
    let open = &view.balances;
    let late = open.overdue_principal + open.overdue_interest + open.penalty;
    let next = view.rows.iter().find(|row| row.row.due_on >= view.today && row.row.total.is_positive());
    let asked = late + open.due_principal + open.due_interest + next.map_or(Fen::ZERO, |row| row.row.total);
    let missing = (asked - open.deposit).max(Fen::ZERO);
    let values = if missing.is_positive() { values.or([("amount", show::yuan_brief(missing))]) } else { values };
    let filled = Filled { values: &values, mistakes: &mistakes };
    let body = html! {
        form.col method="post" novalidate {
            (error_summary(&mistakes))
            h1 { span.cap { (name(&view)) } "现在还款" }
            @if late.is_positive() { p.note.note-warn.mt5 { b { "逾期 " (show::yuan(late)) " 元（含罚息）。" } "先存进来，20 日（11 月除外）自动还。" } }
            @if let Some(next) = next { p.mt5 { "下一次是 " (show::day_week(next.row.due_on)) "，应还 " b { (show::yuan(next.row.total)) " 元" } "。账户里已经有 " (show::yuan(open.deposit)) " 元。" } }
            section.sec { h2 { "存进支付宝" } p { "登录还款账户的支付宝，充值就行，什么时候都可以。还款日的第二天自动扣。" } p.hint { "钱会先放在账户里，到扣款日才用掉，请自己看好账户。" } }
            section.sec { h2 { "助学贷款还款" } p { "任何人打开支付宝，搜“助学贷款还款”，填你的姓名和账户就能替你还。钱直接到这里，不在账户里停留。" } }
            section.sec { h2 { "云闪付" }
                p { "先在这里下一张单，再到云闪付 里付。" }
                div.mt3 { (Text::new("amount", "付多少").shape("w8", "decimal").unit("元").draw(filled)) }
                (visit.hidden())
                div.btns { button.btn { "下云闪付单" } }
            }
            p.src.mt3 { "依据：" (words::citations(&[Citation::of("sdvcst-2022", "26(一)"), Citation::of("sdvcst-2022", "26(二)"), Citation::of("hubei-grad-2023", "一.2")])) }
        }
    };
    visit.page("现在还款").at(nav(visit)).back(&here, "返回合同").mistaken(&mistakes).show(body)
}

/// Makes the order.
pub async fn order(visit: Visit) -> Answer {
    let act =
        OrderQuickPass { contract: visit.param("number").to_owned(), amount: visit.form.text("amount").to_owned() };
    let (ordered, ticket) = match visit.office().order_quick_pass(&visit.actor, &visit.key()?, act).await {
        Ok(placed) => placed,
        Err(No::Refused(refusal)) if office::Refusal::field(&refusal).is_some() => {
            let told = words::refused(&refusal);
            let mistakes = Mistakes::one("amount", format!("{}，{}", told.says, told.remedy.trim_end_matches('。')));
            return draw(&visit, visit.form.clone(), mistakes).await;
        }
        Err(no) => return Err(no.into()),
    };
    let here = home(&visit);
    let steps = [
        html! { "打开云闪付，付这张单。单子当天有效。" },
        html! { "付好以后，钱马上记到这份合同，" a href=(here) { "合同页" } "的“账户里已经有”会增加。" },
        html! { "还款日第二天自动用来还。" },
    ];
    let body = html! {
        div.col {
            (confirmation(&format!("云闪付单已下：{} 元", show::yuan(Fen(ordered.amount_fen))), Some(("单号", &ordered.order_no)), &steps))
            p.mt5 { "支付凭证 " (show::groups(&ticket)) }
            @if visit.day.demonstration { div.mt3 { (note("演示里没有 App。", html! { "请到合作方页面的“云闪付订单”里，点“在手机上支付”。" })) } }
        }
    };
    visit.page("云闪付单").at(nav(&visit)).back(&here, "返回合同").show(body)
}
