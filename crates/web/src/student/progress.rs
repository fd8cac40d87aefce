//! 进度: seven steps, who has it, what to do; what to bring; taking the application back. The appointment is in
//! [`super::visits`].

use maud::{Markup, html};
use office::accounts::invitation::InviteCoBorrower;
use office::application::Stage;
use office::application::fact::Party;
use office::origination::withdraw::Withdraw;
use office::view::case::{CaseView, Step, StepKind, StepState};

use crate::parts::lists::tag;
use crate::parts::show;
use crate::visit::{Answer, Visit, see};
use crate::words::{self, stages};

async fn view(visit: &Visit) -> Result<CaseView, crate::stop::Stop> {
    Ok(visit.office().case_view(&visit.actor, visit.param("number")).await?)
}

/// The tracker.
pub async fn page(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let place = view.tracker.iter().position(|step| matches!(step.state, StepState::Now | StepState::Stopped));
    let amount = view.answers.request.as_ref().map(|request| show::yuan_brief(loan::money::Fen(request.amount_fen)));
    let withdrawable = !view.stage.is_over() && view.stage < Stage::ContractSigned && !view.stage.is_with_student();
    let body = html! {
        div.split {
            div {
                h1 { span.cap { (view.academic_year) " 年贷款申请" @if let Some(amount) = &amount { "，" (amount) " 元" } } (stages::word(view.stage)) }
                div.bill.mt5 {
                    @if let Some(place) = place { p { b { "第 " (place + 1) " 步，共 7 步。" } (stages::holder(view.tracker[place].step)) "在办。" } }
                    p.mt2 { b { (stages::sentence(view.stage)) } }
                    @if view.stage == Stage::Returned { (returned(&view)) }
                    @if view.stage == Stage::CertificateIssued && let Some(deadline) = &view.deadline {
                        p.mt2 { "最后一天是 " (show::day_week(deadline.last_on)) "，" (show::days_left(view.on, deadline.last_on)) "。" }
                    }
                    @if let Some((day, slot)) = &view.progress.booked && matches!(view.stage, Stage::Booked) {
                        p.mt2 { "你约的时间：" b { (show::day_week(*day)) " " (slot) } "　" a href="/student/visits" { "看预约码" } }
                    }
                    @if super::signing::has_signed(&view, Party::Borrower) {
                        p.mt3 { a href={ "/student/progress/" (view.number) "/online" } { "看签好的合同" } }
                    }
                    @if super::online::is_open(&view) {
                        div.btns { a.btn href={ "/student/progress/" (view.number) "/online" } { @if view.stage == Stage::Accepted { "读合同，签字" } @else { "在网上办续贷" } } }
                    }
                    @if matches!(view.stage, Stage::Submitted | Stage::Booked) {
                        div.btns { a.btn href={ "/student/progress/" (view.number) "/visit" } { @if view.stage == Stage::Booked { "改时间" } @else { "约时间" } }
                            a.btn.btn-2 href={ "/student/progress/" (view.number) "/materials" } { "要带的材料" } }
                    }
                    @if view.stage.is_with_student() { div.btns { a.btn href={ "/student/apply/" (view.number) } { "继续填写" } } }
                }
                h2.vh { "七步进度" }
                ol.track.sec { @for step in &view.tracker { (one(&view, step)) } }
            }
            aside.aside {
                @if let Some(deadline) = &view.deadline { section { h2 { "最后一天" } p { "学校录入回执：" (show::day_week(deadline.last_on)) } p.src.mt2 { (words::citation(&deadline.why)) } } }
                @if let Some(co) = &view.co_borrower && !view.stage.is_with_student() && (!view.stage.is_over() || view.stage == Stage::Disbursed) {
                    section { h2 { "给共同借款人发链接" }
                        @if visit.query.has("invited") { p.note role="status" { "链接已发到 " (co.phone_masked) "。" } }
                        p { "他打开短信里的链接，填身份证号后四位就能看责任和进度，不用密码。" }
                        form.mt2 method="post" action={ "/student/progress/" (view.number) "/invite" } { (visit.hidden()) button.btn.btn-2 { "发短信链接" } } }
                }
                @if withdrawable { section { h2 { "不想贷了" } p { "签合同以前可以" a href={ "/student/progress/" (view.number) "/withdraw" } { "撤回申请" } "。" } } }
                section { h2 { "编号" } p { "申请编号 " (view.number) } @if let Some(contract) = &view.contract { p { "合同编号 " (contract.number) } } }
            }
        }
    };
    visit.page("进度").at("/student/apply").back("/student", "返回首页").help(super::help(&view)).show(body)
}

/// Why the county gave the application back, and each material that is missing or differs (R9.16).
pub(super) fn returned(view: &CaseView) -> Markup {
    let named = |code: &str| {
        let known = view.materials.iter().find(|material| material.item.material.code == code);
        known.map_or_else(|| "材料".to_owned(), |material| material.item.material.name.clone())
    };
    html! {
        @if let Some((reason, note)) = &view.progress.returned {
            p.mt2 { "县中心退回：" (stages::return_reason(reason)) @if !note.is_empty() { "。" (note) } }
        }
        @if !view.progress.defects.is_empty() {
            ul.bul.mt2 { @for defect in &view.progress.defects { li { b { (named(&defect.material)) } "：" (stages::flaw(defect.flaw)) } } }
            p.mt2 { "补好这几项，再提交一次。" a href={ "/student/progress/" (view.number) "/materials" } { "看每一项怎么带" } }
        }
    }
}

fn one(view: &CaseView, step: &Step) -> Markup {
    let (tone, word) = stages::step_tone(step.state);
    let class = match step.state {
        StepState::Done => "done",
        StepState::Now | StepState::Stopped => "now",
        StepState::Next => "",
    };
    html! {
        li class=(class) aria-current=[(step.state == StepState::Now).then_some("step")] {
            div.h { h3 { (stages::step(step.step)) }
                @match (step.state, step.done_on) {
                    (StepState::Done, Some(on)) => { span.hint { "已完成，" (show::month_day(on)) } }
                    (StepState::Next, _) => {}
                    _ => (tag(tone, word)),
                } }
            @if step.state == StepState::Now { dl.who { dt { "谁在办" } dd { (stages::holder(step.step)) } dt { "你要做" } dd { (yours(view)) } } }
            @if step.state == StepState::Next { p { (stages::holder(step.step)) "办。" @if step.step == StepKind::Disbursement { "从放款这天起计息，在校期间由国家付。" } } }
        }
    }
}

fn yours(view: &CaseView) -> &'static str {
    match view.stage {
        Stage::Draft | Stage::Returned => "填好并提交",
        Stage::Submitted => "约时间，和共同借款人带材料到窗口",
        Stage::Booked => "按约好的时间到窗口",
        Stage::Accepted | Stage::AtCounter => "在窗口读合同、签字",
        Stage::CertificateIssued => "开学把受理证明交给学校",
        _ => "不用做什么",
    }
}

/// Sends the co-borrower a link to come in by.
pub async fn invite(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let address = format!("/student/progress/{number}?invited=yes");
    match crate::staff::perform(&visit, "", InviteCoBorrower { number }).await? {
        Ok(invited) => {
            visit.office().send_message(invited.person, &invited.message).await.map_err(crate::stop::Stop::failure)?;
            see(&address)
        }
        Err(refused) => Err(crate::stop::Stop::Refused(refused)),
    }
}

/// What this family brings, to tick and print.
pub async fn materials(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let back = format!("/student/progress/{}", view.number);
    let body = html! {
        div.col {
            h1 { span.cap { "申请编号 " (view.number) } "要带的材料" }
            p.mt3.mut { "只列你们需要的，一共 " (view.materials.len()) " 样。到窗口前逐项打勾。" }
            ul.ticks.mt3 { @for material in &view.materials { li {
                @if let Some(flaw) = view.flaw_of(&material.item.material.code) { p.note.note-warn { b { "上次退回：" } (stages::flaw(flaw)) } }
                (crate::public::material(&material.item)) p.src { (words::citation(&material.item.citation)) } } } }
            @if let Some(agency) = &view.agency { p.mt5 { "到哪里：" (agency.name) "，" (agency.address) "，" (agency.hours) } }
            div.btns.no-print { button.btn.btn-2 type="button" data-print="1" hidden { "打印这份清单" } }
        }
    };
    visit.page("要带的材料").at("/student/apply").back(&back, "返回进度").help(super::help(&view)).show(body)
}

/// Asks once before the application is taken back.
pub async fn ask_withdraw(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let back = format!("/student/progress/{}", view.number);
    let body = html! {
        form.col.stack method="post" {
            h1 { "撤回这份申请？" }
            p { "撤回以后，这份申请就结束了。" @if let Some(deadline) = &view.deadline { "在 " (show::day(deadline.last_on)) "前还可以重新申请，但要重新填写、重新排队。" } }
            (visit.hidden())
            div.btns { button.btn.btn-err { "撤回申请" } a.btn.btn-2 href=(back) { "不撤回，返回进度" } }
        }
    };
    visit.page("撤回申请").at("/student/apply").back(&back, "返回进度").show(body)
}

/// Takes it back.
pub async fn withdraw(visit: Visit) -> Answer {
    let act = Withdraw { number: visit.param("number").to_owned() };
    visit.office().perform(&visit.actor, &visit.key()?, act).await?;
    see(&format!("/student/progress/{}", visit.param("number")))
}
