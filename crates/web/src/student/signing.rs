//! 读合同、电子签名: whoever must sign does so on a phone of his own: the student, and at the counter the co-borrower too.
//! Every chapter is ticked by itself; what is signed is one PDF, which everybody who signed can take home.

use loan::refusal::Citation;
use maud::{Markup, html};
use office::application::Stage;
use office::application::fact::Party;
use office::origination::confirm_read::{CHAPTERS, ConfirmRead};
use office::origination::e_sign::party;
use office::origination::pass_signing::DAYS_TO_SIGN;
use office::papers::{PaperKind, Print};
use office::view::case::CaseView;

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, error_summary, ticks};
use crate::parts::lists::{Change, Fact, note, summary};
use crate::parts::show;
use crate::staff;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};
use crate::words;

/// The addresses of the two readers.
struct Place {
    here: String,
    back: String,
    paper: &'static str,
    at: &'static str,
}

fn place(visit: &Visit, number: &str) -> Place {
    match party(&visit.actor) {
        Some(Party::CoBorrower) => Place {
            here: format!("/co/case/{number}/online"),
            back: format!("/co/case/{number}"),
            paper: "/co/paper",
            at: "/co",
        },
        _ => Place {
            here: format!("/student/progress/{number}/online"),
            back: format!("/student/progress/{number}"),
            paper: "/student/paper",
            at: "/student/apply",
        },
    }
}

/// True while this reader may sign the contract electronically.
pub(crate) fn waits_for(view: &CaseView, by: Party) -> bool {
    let signed = view.progress.contract.as_ref().is_some_and(|living| living.e_signed_by.contains(&by));
    view.stage == Stage::Accepted && view.contract.is_some() && !signed && view.progress.signatories().contains(&by)
}

/// True when this reader's electronic signature stands under the living contract.
pub(crate) fn has_signed(view: &CaseView, by: Party) -> bool {
    view.progress.contract.as_ref().is_some_and(|living| living.e_signed_by.contains(&by))
}

/// The page of the co-borrower.
pub async fn page(visit: Visit) -> Answer {
    draw(&visit, &visit.query, &Mistakes::none()).await
}

async fn draw(visit: &Visit, values: &Form, mistakes: &Mistakes) -> Answer {
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let by = party(&visit.actor).ok_or(Stop::NotFound)?;
    let Place { back, at, .. } = place(visit, &view.number);
    let body = if has_signed(&view, by) {
        signed_page(visit, &view)
    } else if waits_for(&view, by) {
        to_sign(visit, &view, values, mistakes)
    } else {
        html! { div.col.stack {
            h1 { "现在没有要你签的合同" }
            p.lead { "合同由县级资助中心受理后生成。首次贷款要先到窗口核对身份，再签字。" }
            a.btn.btn-2 href=(back) { "看进度" }
        } }
    };
    let page = visit.page("读合同，签字").at(at).back(&back, "返回进度").mistaken(mistakes);
    page.help(super::help(&view)).show(body)
}

/// The contract in figures, its chapters one by one, and the button that signs.
pub(crate) fn to_sign(visit: &Visit, view: &CaseView, values: &Form, mistakes: &Mistakes) -> Markup {
    let filled = Filled { values, mistakes };
    let chapters = CHAPTERS.map(|(code, title, sense)| Choice::explained(code, title, html! { (sense) }));
    let fact = |name, value: String| Fact { name, value: html! { (value) }, change: Change::No };
    let contract = view.contract.as_ref();
    let amount = view.answers.request.as_ref().map_or(0, |request| request.amount_fen);
    let matures = view.answers.request.as_ref().map_or(0, |request| request.matures_in);
    let Place { here, .. } = place(visit, &view.number);
    let cap = if view.progress.online { "网上续贷　第 2 步，共 2 步" } else { "电子合同" };
    let read = view
        .progress
        .contract
        .as_ref()
        .is_some_and(|living| party(&visit.actor).is_some_and(|by| living.read_by.contains(&by)));
    html! {
        div.col {
            (error_summary(mistakes))
            h1 { span.cap { (cap) } "读合同，签字" }
            div.mt5 { (summary(&[
                fact("合同编号", contract.map(|contract| contract.number.clone()).unwrap_or_default()),
                fact("借款学生", view.student.name.clone()),
                fact("贷款金额", format!("{} 元", show::yuan_brief(loan::money::Fen(amount)))),
                fact("还清的最后一天", format!("{matures}年9月20日")),
            ])) }
            form.mt5 method="post" action={ (here) "/contract" } { (visit.hidden()) button.btn.btn-2 { "打开合同全文" } }
            form.mt6 method="post" action={ (here) "/sign" } novalidate {
                (visit.hidden())
                @if read { p { "你已经确认读过全部五章。" } }
                @else { (ticks(filled, "read", "读完一章，勾一章", "五章都勾上才能签字", &chapters)) }
                div.mt5 { (note("没有按时还会怎样。", html! { "逾期记入征信，影响工作、出国、办信用卡和买房买车贷款；逾期的钱每天计罚息。" })) }
                div.btns { button.btn { "都读过了，电子签名" } }
                p.hint.mt3 { "签名由电子认证机构用你的姓名和身份证号签发，带时间戳，和手写签名同样有效。签完就不能改。" }
            }
            p.src.mt3 { "依据：" (words::citations(&[Citation::of("sdvcst-2022", "32"), Citation::of("sdvcst-2022", "12(三)"), Citation::of("sdvcst-2022", "27")])) }
        }
    }
}

/// Signed: who still has to, and the paper to keep.
pub(crate) fn signed_page(visit: &Visit, view: &CaseView) -> Markup {
    let done = view.stage > Stage::Accepted;
    let Place { here, back, .. } = place(visit, &view.number);
    let waiting = view.progress.signatories().into_iter().find(|party| !has_signed(view, *party));
    html! { div.col.stack {
        h1 { "已经签好" }
        @if done { p.lead { "合同当天由另一位工作人员复核，结果发短信。" } }
        @else {
            p.lead {
                "还等" (match waiting { Some(Party::CoBorrower) => "共同借款人", _ => "学生" }) "签字。"
                (DAYS_TO_SIGN) " 天内没有签完，这份合同作废，要重新生成。"
            }
        }
        p { "合同文件里存着签名和时间，改动一处签名就失效。请下载一份保存；拿到文件的人可以在" a href="/v" { "核对文件" } "查真伪。" }
        form method="post" action={ (here) "/contract" } {
            (visit.hidden())
            div.btns { button.btn { "下载签好的合同" } a.btn.btn-2 href=(back) { "看进度" } }
        }
    } }
}

/// The whole contract as a paper; once somebody signed, with the signatures.
pub async fn contract(visit: Visit) -> Answer {
    let act = Print { number: visit.param("number").to_owned(), kind: PaperKind::LoanContract };
    let printed = visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    visit.see(&format!("{}/{}", place(&visit, "").paper, printed.code))
}

/// Confirms that every chapter was read, and signs.
pub async fn signed(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let by = party(&visit.actor).ok_or(Stop::NotFound)?;
    let chapters = visit.form.all("read").map(str::to_owned).collect();
    let act = ConfirmRead { number: number.clone(), by, chapters };
    match staff::perform(&visit, "read", act).await? {
        Ok(()) => {}
        Err(refused) if refused.code == "chapter_not_read" => {
            let view = visit.office().case_view(&visit.actor, &number).await?;
            let living = view.progress.contract.as_ref();
            // Read before, but the signature did not come through: it is asked for again.
            if !living.is_some_and(|living| living.read_by.contains(&by)) {
                let mistakes = Mistakes::one("read", "还有没勾的章，请读完再勾");
                return draw(&visit, &visit.form, &mistakes).await;
            }
        }
        Err(refused) if refused.code == "already_confirmed" => {}
        Err(refused) => return Err(Stop::Refused(refused)),
    }
    visit.office().e_sign(&visit.actor, &staff::key_of(&visit, "sign")?, &number).await?;
    visit.see(&place(&visit, &number).here)
}
