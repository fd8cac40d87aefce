//! 常见问题: short answers with the page that does it.

use maud::{Markup, html};

use crate::visit::{Answer, Visit};

/// The questions, in the order a loan is lived.
pub async fn page(visit: Visit) -> Answer {
    let body = html! {
        div.col.stack {
            h1 { "常见问题" }
            @for (question, answer) in answers() {
                details.more { summary { (question) } p { (answer) } }
            }
        }
    };
    visit.page("常见问题").back("/", "返回首页").show(body)
}

fn answers() -> Vec<(&'static str, Markup)> {
    vec![
        ("我能不能贷？", html! { "用 6 个问题" a href="/check" { "查一查" } "，不用登录，每个判断都写明依据。" }),
        (
            "能借多少，借多久？",
            html! { "额度和年限随入学年份和学段不同。" a href="/calc" { "算一算" } "会按今天的规定列出来。" },
        ),
        (
            "在校期间要还钱吗？",
            html! { "不用。在校期间的利息由国家付。毕业当年 9 月 1 日起自付利息，先还利息，后还本金。" },
        ),
        ("什么时候还？", html! { "每年 12 月 20 日，最后一年是 9 月 20 日。登录后首页写着今年的金额和还剩几天。" }),
        ("能提前还吗？", html! { "能，不收费，不用审批。登录后在“还款”里申请，页面会写明还款日和要付的数。" }),
        (
            "还不上怎么办？",
            html! { "先别等到逾期。家里遭灾、重病、低保可以申请还款救助；又读书了可以办就学信息变更，读书期间利息由国家付。" },
        ),
        ("要交中介费吗？", html! { "不要。办理全程不收任何费用，申请表从系统打印，网上下载的空表无效。" }),
        (
            "没有智能手机能办吗？",
            html! { "能。直接到户籍所在县的资助中心窗口，志愿者帮你填。" a href="/offices" { "查地址" } },
        ),
    ]
}
