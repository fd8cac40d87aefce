//! 网上续贷: the face is checked by the identity vendor, the contract is read, then signed through the certificate
//! authority. At every step the counter stays open: a face is never the only way.

use loan::refusal::Citation;
use maud::{Markup, html};
use office::application::Stage;
use office::application::fact::{Kind, Party};
use office::origination::confirm_read::ConfirmRead;
use office::papers::{PaperKind, Print};
use office::view::case::CaseView;

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, error_summary, ticks};
use crate::parts::lists::{Change, Fact, note, summary};
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// Where an application stands on the online way.
enum Step {
    /// The face comes first.
    Face,
    /// The county reads statement and application.
    Waits,
    /// The contract is to be read and signed.
    Sign,
    /// Somebody else reviews the signed contract.
    Reviewed,
}

fn step(view: &CaseView) -> Option<Step> {
    let online = view.progress.online;
    match view.stage {
        _ if view.kind != Kind::Renewal => None,
        Stage::Submitted | Stage::Booked if !online => Some(Step::Face),
        Stage::Accepted if online && view.contract.is_some() => Some(Step::Sign),
        stage if online && stage <= Stage::Accepted => Some(Step::Waits),
        _ if online => Some(Step::Reviewed),
        _ => None,
    }
}

/// True while there is something for the student to do online.
pub(crate) fn is_open(view: &CaseView) -> bool {
    matches!(step(view), Some(Step::Face | Step::Sign))
}

async fn view(visit: &Visit) -> Result<CaseView, Stop> {
    Ok(visit.office().case_view(&visit.actor, visit.param("number")).await?)
}

fn back(view: &CaseView) -> String {
    format!("/student/progress/{}", view.number)
}

/// The page of the step.
pub async fn page(visit: Visit) -> Answer {
    draw(&visit, Mistakes::none()).await
}

async fn draw(visit: &Visit, mistakes: Mistakes) -> Answer {
    let view = view(visit).await?;
    let back = back(&view);
    let body = match step(&view) {
        Some(Step::Face) => face(visit, &view),
        Some(Step::Sign) => sign(visit, &view, &mistakes),
        Some(Step::Waits) => html! { div.col.stack {
            h1 { "人脸已经核验" }
            p.lead { "续贷声明先由学校、再由县级资助中心审核，通过后到这里读合同、签字。现在不用做什么。" }
            a.btn.btn-2 href=(back) { "看进度" }
        } },
        Some(Step::Reviewed) => html! { div.col.stack {
            h1 { "已经签好" }
            p.lead { "合同当天由另一位工作人员复核，结果发短信。" }
            a.btn.btn-2 href=(back) { "看进度" }
        } },
        None => html! { div.col.stack {
            h1 { "这份申请要到窗口办" }
            p.lead { "首次贷款，或者换了共同借款人，要和共同借款人一起到窗口签字。" }
            a.btn href={ (back) "/visit" } { "约个时间" }
            p.src { "依据：" (words::citation(&Citation::of("sdvcst-2022", "12(二)"))) }
        } },
    };
    visit
        .page("网上续贷")
        .at("/student/apply")
        .back(&back, "返回进度")
        .mistaken(&mistakes)
        .help(super::help(&view))
        .show(body)
}

fn face(visit: &Visit, view: &CaseView) -> Markup {
    html! {
        form.col method="post" action={ "/student/progress/" (view.number) "/online/face" } {
            h1 { span.cap { "网上续贷　第 1 步，共 2 步" } "刷脸确认是你本人" }
            p.mt3 { "会打开身份核验机构的页面，按提示对着手机看几秒。我们只保存“是不是本人”的结果，不保存你的照片。" }
            (visit.hidden())
            div.btns { button.btn { "开始人脸核验" } a.btn.btn-2 href={ "/student/progress/" (view.number) "/visit" } { "不刷脸，到窗口办" } }
            p.hint.mt3 { "刷脸不是唯一的办法。学生或共同借款人任一人带身份证到窗口也能办续贷。" }
            p.src.mt3 { "依据：" (words::citation(&Citation::of("sdvcst-2022", "12(三)"))) }
        }
    }
}

/// Asks the vendor for a check and shows the way there.
pub async fn begin(visit: Visit) -> Answer {
    let session = visit.office().begin_face_check(&visit.actor, visit.param("number")).await?;
    let view = view(&visit).await?;
    let back = back(&view);
    let body = html! {
        form.col method="post" action={ "/student/progress/" (view.number) "/online/done" } {
            h1 { "到核验页面刷脸" }
            ol.steps.mt5 {
                li { a href=(session.page_url) target="_blank" rel="noopener noreferrer" { "打开人脸核验页面" } "，按提示做完。" }
                li { "回到这里，点下面的按钮。" }
            }
            (visit.hidden())
            div.btns { button.btn { "我做完了，继续" } a.btn.btn-2 href=(back) { "以后再办" } }
        }
    };
    visit.page("人脸核验").at("/student/apply").back(&back, "返回进度").show(body)
}

/// Asks the vendor how it ended. The check is found by the application, never by what the browser says.
pub async fn done(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let session = visit.office().begin_face_check(&visit.actor, &number).await?;
    let ended = visit.office().finish_face_check(&visit.actor, &visit.key()?, &number, &session.session).await?;
    if ended.is_some() {
        return see(&format!("/student/progress/{number}/online"));
    }
    let view = view(&visit).await?;
    let back = back(&view);
    let body = html! {
        form.col method="post" action={ "/student/progress/" (view.number) "/online/done" } {
            h1 { "还没有收到核验结果" }
            p.lead { "请在核验页面做完，再点下面的按钮。" }
            p { a href=(session.page_url) target="_blank" rel="noopener noreferrer" { "打开人脸核验页面" } }
            (visit.hidden())
            div.btns { button.btn { "我做完了，继续" } a.btn.btn-2 href=(back) { "以后再办" } }
        }
    };
    visit.page("人脸核验").at("/student/apply").back(&back, "返回进度").show(body)
}

fn sign(visit: &Visit, view: &CaseView, mistakes: &Mistakes) -> Markup {
    let values = Form::default();
    let filled = Filled { values: &values, mistakes };
    let read = [Choice::new("yes", "合同我读过了，还款计划、利息和违约的后果我都明白")];
    let fact = |name, value: String| Fact { name, value: html! { (value) }, change: Change::No };
    let contract = view.contract.as_ref();
    let amount = view.answers.request.as_ref().map_or(0, |request| request.amount_fen);
    let matures = view.answers.request.as_ref().map_or(0, |request| request.matures_in);
    let here = format!("/student/progress/{}/online", view.number);
    html! {
        div.col {
            (error_summary(mistakes))
            h1 { span.cap { "网上续贷　第 2 步，共 2 步" } "读合同，签字" }
            div.mt5 { (summary(&[
                fact("合同编号", contract.map(|contract| contract.number.clone()).unwrap_or_default()),
                fact("贷款金额", format!("{} 元", show::yuan_brief(loan::money::Fen(amount)))),
                fact("还清的最后一天", format!("{matures}年9月20日")),
            ])) }
            form.mt5 method="post" action={ (here) "/contract" } { (visit.hidden()) button.btn.btn-2 { "打开合同全文" } }
            form.mt6 method="post" action={ (here) "/sign" } novalidate {
                (visit.hidden())
                (ticks(filled, "read", "", "", &read))
                (note("没有按时还会怎样。", html! { "逾期记入征信，影响工作、出国、办信用卡和买房买车贷款；逾期的钱每天计罚息。" }))
                div.btns { button.btn { "确认读过，电子签名" } }
            }
            p.src.mt3 { "依据：" (words::citations(&[Citation::of("sdvcst-2022", "32"), Citation::of("sdvcst-2022", "12(三)"), Citation::of("sdvcst-2022", "27")])) }
        }
    }
}

/// The whole contract as a paper.
pub async fn contract(visit: Visit) -> Answer {
    let act = Print { number: visit.param("number").to_owned(), kind: PaperKind::LoanContract };
    let printed = visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    see(&format!("/student/paper/{}", printed.code))
}

/// Confirms that the contract was read, and signs it.
pub async fn signed(visit: Visit) -> Answer {
    if visit.form.text("read") != "yes" {
        return draw(&visit, Mistakes::one("read", "请先读合同，再勾选“合同我读过了”")).await;
    }
    let number = visit.param("number").to_owned();
    let act = ConfirmRead { number: number.clone(), by: Party::Borrower };
    match crate::staff::perform(&visit, "read", act).await? {
        Ok(()) => {}
        // Read before, but the signature did not come through: it is asked for again.
        Err(refused) if refused.code == "already_confirmed" => {}
        Err(refused) => return Err(Stop::Refused(refused)),
    }
    visit.office().e_sign(&visit.actor, &crate::staff::key_of(&visit, "sign")?, &number).await?;
    see(&format!("/student/progress/{number}/online"))
}
