//! 网上续贷: the face is checked by the identity vendor, the contract is read and signed in [`super::signing`]. At every step the counter stays open: a face is never the only way.

use loan::refusal::Citation;
use maud::{Markup, html};
use office::application::Stage;
use office::application::fact::{Kind, Party};
use office::view::case::CaseView;

use super::signing;
use crate::form::{Form, Mistakes};
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
    /// Signed; somebody else reviews it.
    Signed,
}

fn step(view: &CaseView) -> Option<Step> {
    let online = view.progress.online;
    match view.stage {
        _ if signing::waits_for(view, Party::Borrower) => Some(Step::Sign),
        _ if signing::has_signed(view, Party::Borrower) => Some(Step::Signed),
        _ if view.kind != Kind::Renewal => None,
        Stage::Submitted | Stage::Booked if !online => Some(Step::Face),
        stage if online && stage <= Stage::Accepted => Some(Step::Waits),
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
    let mistakes = Mistakes::none();
    let view = view(&visit).await?;
    let back = back(&view);
    let body = match step(&view) {
        Some(Step::Face) => face(&visit, &view),
        Some(Step::Sign) => signing::to_sign(&visit, &view, &Form::default(), &mistakes),
        Some(Step::Signed) => signing::signed_page(&visit, &view),
        Some(Step::Waits) => html! { div.col.stack {
            h1 { "人脸已经核验" }
            p.lead { "续贷声明先由学校、再由县级资助中心审核，通过后到这里读合同、签字。现在不用做什么。" }
            a.btn.btn-2 href=(back) { "看进度" }
        } },
        None => html! { div.col.stack {
            h1 { "这份申请要到窗口办" }
            p.lead { "首次贷款，或者换了共同借款人，要和共同借款人一起到窗口签字。" }
            a.btn href={ (back) "/visit" } { "约个时间" }
            p.src { "依据：" (words::citation(&Citation::of("sdvcst-2022", "12(二)"))) }
        } },
    };
    visit.page("网上续贷").at("/student/apply").back(&back, "返回进度").help(super::help(&view)).show(body)
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
