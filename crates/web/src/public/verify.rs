//! `/v/<code>`: is this paper still valid? Masked facts only; an unknown code says what to do. `/v` takes the code by
//! hand, or the file of a signed contract and tells what its signatures prove.

use axum::http::StatusCode;
use maud::html;
use office::signing::{NotProved, SignedBy};

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::parts::lists::{Change, Fact, Tone, summary, tag};
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};

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

/// Largest PDF that is looked at.
pub const BODY_MAX: usize = 8 * 1024 * 1024;

/// Type the code of a paper, or hand in the file of a signed contract.
pub async fn desk(visit: Visit) -> Answer {
    let code: String = visit.query.text("code").chars().filter(char::is_ascii_alphanumeric).collect();
    if code.is_empty() { ask(&visit, &Mistakes::none()) } else { see(&format!("/v/{code}")) }
}

fn ask(visit: &Visit, mistakes: &Mistakes) -> Answer {
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let mistake = mistakes.of("file");
    let body = html! {
        div.col {
            (error_summary(mistakes))
            h1 { "核对文书" }
            h2.mt6 { "纸上的文书" }
            form.mt3 method="get" action="/v" {
                (Text::new("code", "二维码下面的校验码").hint("手机扫二维码也行").shape("w18", "text").draw(filled))
                div.btns { button.btn { "查有没有作废" } }
            }
            h2.mt6 { "电子签名的合同文件" }
            form.mt3 method="post" action="/v" enctype="multipart/form-data" {
                (visit.hidden())
                div.field.bad[mistake.is_some()] {
                    label for="file" { "合同文件（PDF）" }
                    p.hint id="file-h" { "不超过 8 兆。文件只用来核对签名，不保存。" }
                    @if let Some(message) = mistake { p.err id="file-e" { span.vh { "错误：" } (message) } }
                    input.in id="file" name="file" type="file" accept=".pdf" aria-describedby="file-h";
                }
                div.btns { button.btn { "核对签名" } }
            }
        }
    };
    visit.page("核对文书").back("/", "返回首页").mistaken(mistakes).show(body)
}

/// What a file proves: who signed it, when, and that nothing was changed since.
pub async fn file(visit: Visit) -> Answer {
    if visit.body.is_empty() || visit.form.text("file").is_empty() {
        return ask(&visit, &Mistakes::one("file", "请选择要核对的文件"));
    }
    let (head, tone, word, says) = match visit.office().check_pdf(&visit.body) {
        Ok(signers) => return believed(&visit, &signers),
        Err(NotProved::Unsigned) => (
            "这份文件没有电子签名",
            Tone::End,
            "没有签名",
            "可能是打印用的文件，或者不是从平台下载的。纸质合同请扫二维码核对。",
        ),
        Err(NotProved::Changed) => (
            "这份文件不能证明什么",
            Tone::Bad,
            "已被改动",
            "签名以后有人改过文件，或者文件不完整。请用重新下载的原文件核对。",
        ),
        Err(NotProved::NotTrusted) => {
            ("签名不是平台认可的认证机构签的", Tone::Bad, "不可信", "请到县级资助中心核对原件。")
        }
    };
    let body = html! { div.col.stack {
        h1 { span.cap { "核对文件" } (head) }
        p { (tag(tone, word)) }
        p.lead { (says) }
        div.btns { a.btn href="/v" { "再核对一份" } }
    } };
    visit.page(head).back("/v", "返回核对文书").show(body)
}

fn believed(visit: &Visit, signers: &[SignedBy]) -> Answer {
    let fact = |name, value| Fact { name, value, change: Change::No };
    let body = html! {
        div.col.stack {
            h1 { span.cap { "核对文件" } "签名有效，文件没有改动过" }
            p { (tag(Tone::Done, "有效")) }
            @for one in signers {
                (summary(&[
                    fact("签名人", html! { (show::mask_name(&one.name)) "（" (one.part) "）" }),
                    fact("身份证号", html! { (one.id_masked) }),
                    fact("签名时间", html! { (show::day(office::clock::shanghai_on(one.at))) "，时间戳 " (show::instant(one.at)) }),
                ]))
            }
            p { "合同后来有没有作废，请再扫文件上的二维码，或者输入校验码。" }
            div.btns { a.btn.btn-2 href="/v" { "再核对一份" } }
        }
    };
    visit.page("签名有效").back("/v", "返回核对文书").show(body)
}

/// The name of a kind of paper.
pub fn kind(code: &str) -> &'static str {
    match code {
        "application-form" => "贷款申请表",
        "loan-contract" => "借款合同",
        "acceptance-certificate" => "受理证明",
        "repayment-plan" => "还款计划表",
        "settlement-certificate" => "结清证明",
        other => office::Office::form_title(other).unwrap_or("平台文书"),
    }
}
