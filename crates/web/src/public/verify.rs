//! `/v/<code>`: is this paper still valid? Masked facts only; an unknown code says what to do.

use axum::http::StatusCode;
use maud::html;

use crate::parts::lists::{Change, Fact, Tone, summary, tag};
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The check page of one paper.
pub async fn page(visit: Visit) -> Answer {
    let found = visit.office().paper(visit.param("code")).await.map_err(Stop::failure)?;
    let Some(paper) = found else {
        let body = html! { div.col.stack {
            h1 { "没有这份文书" }
            p.lead { "这个校验码不在平台里。可能是抄错了一位，也可能这张纸不是从平台打印的。" }
            p { "不是平台打印的申请表和合同无效。请带着这张纸到县级资助中心核对。" }
            div.btns { a.btn href="/offices" { "找资助中心" } }
        } };
        return visit.page("没有这份文书").status(StatusCode::NOT_FOUND).show(body);
    };
    let valid = paper.voided.is_none();
    let head = if valid { "这份文书有效" } else { "这份文书已作废" };
    let mut facts = vec![
        Fact { name: "文书", value: html! { (kind(&paper.kind)) }, change: Change::No },
        Fact { name: "文书编号", value: html! { (paper.number) }, change: Change::No },
        Fact { name: "版本", value: html! { "第 " (paper.version) " 版" }, change: Change::No },
        Fact { name: "打印日期", value: html! { (show::day(paper.printed_on)) }, change: Change::No },
        Fact { name: "摘要", value: html! { (paper.digest) }, change: Change::No },
    ];
    if let Some((at, _)) = &paper.voided {
        facts.push(Fact {
            name: "作废日期",
            value: html! { (show::day(office::clock::shanghai_on(*at))) },
            change: Change::No,
        });
    }
    let body = html! {
        div.col.stack {
            h1 { span.cap { "文书核验" } (head) }
            p { @if valid { (tag(Tone::Done, "有效")) } @else { (tag(Tone::End, "已作废")) } }
            (summary(&facts))
            p.hint { "请对照纸上的编号、版本和页脚的摘要。为了保护隐私，这里不显示姓名和金额。" }
            @if !valid { p { "内容改过以后，旧的打印件自动作废。请使用最新打印的一份。" } }
        }
    };
    visit.page(head).show(body)
}

/// The name of a kind of paper.
pub fn kind(code: &str) -> &'static str {
    match code {
        "application-form" => "贷款申请表",
        "loan-contract" => "借款合同",
        "acceptance-certificate" => "受理证明",
        "repayment-plan" => "还款计划表",
        "settlement-certificate" => "结清证明",
        _ => "平台文书",
    }
}
