//! 进度: seven steps, who has it, what to do; what to bring; the appointment; taking the application back.

use loan::calendar::Date;
use maud::{Markup, html};
use office::No;
use office::application::Stage;
use office::origination::book_visit::BookVisit;
use office::origination::withdraw::Withdraw;
use office::view::case::{CaseView, Step, StepKind, StepState};

use crate::form::Mistakes;
use crate::parts::fields::error_summary;
use crate::parts::lists::{empty, tag};
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
                    @if view.stage == Stage::CertificateIssued && let Some(deadline) = &view.deadline {
                        p.mt2 { "最后一天是 " (show::day_week(deadline.last_on)) "，" (show::days_left(view.on, deadline.last_on)) "。" }
                    }
                    @if let Some((day, slot)) = &view.progress.booked && matches!(view.stage, Stage::Booked) {
                        p.mt2 { "你约的时间：" b { (show::day_week(*day)) " " (slot) } }
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
                @if withdrawable { section { h2 { "不想贷了" } p { "签合同以前可以" a href={ "/student/progress/" (view.number) "/withdraw" } { "撤回申请" } "。" } } }
                section { h2 { "编号" } p { "申请编号 " (view.number) } @if let Some(contract) = &view.contract { p { "合同编号 " (contract.number) } } }
            }
        }
    };
    visit.page("进度").at("/student/apply").back("/student", "返回首页").help(super::help(&view)).show(body)
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

/// What this family brings, to tick and print.
pub async fn materials(visit: Visit) -> Answer {
    let view = view(&visit).await?;
    let back = format!("/student/progress/{}", view.number);
    let body = html! {
        div.col {
            h1 { span.cap { "申请编号 " (view.number) } "要带的材料" }
            p.mt3.mut { "只列你们需要的，一共 " (view.materials.len()) " 样。到窗口前逐项打勾。" }
            ul.ticks.mt3 { @for material in &view.materials { li { (crate::public::material(&material.item)) p.src { (words::citation(&material.item.citation)) } } } }
            @if let Some(agency) = &view.agency { p.mt5 { "到哪里：" (agency.name) "，" (agency.address) "，" (agency.hours) } }
            div.btns.no-print { button.btn.btn-2 type="button" data-print="1" hidden { "打印这份清单" } }
        }
    };
    visit.page("要带的材料").at("/student/apply").back(&back, "返回进度").help(super::help(&view)).show(body)
}

/// Free times of the counter.
pub async fn visit(visit: Visit) -> Answer {
    slots(&visit, Mistakes::none()).await
}

async fn slots(visit: &Visit, mistakes: Mistakes) -> Answer {
    let view = view(visit).await?;
    let free = visit.office().free_slots(&visit.actor, &view.number).await?;
    let mut days: Vec<Day> = Vec::new();
    for slot in free {
        let time = (slot.slot, slot.capacity - slot.booked);
        match days.last_mut().filter(|(day, _)| *day == slot.on_day) {
            Some((_, times)) => times.push(time),
            None => days.push((slot.on_day, vec![time])),
        }
    }
    let back = format!("/student/progress/{}", view.number);
    let body = html! {
        form.col method="post" novalidate {
            (error_summary(&mistakes))
            h1 { "约个时间到窗口" }
            p.mt3.mut { "学生和共同借款人要一起来，都带身份证。" }
            (visit.hidden())
            @if days.is_empty() {
                div.mt6 { (empty("这个月还没有放出可约的时间。", html! {
                    "可以直接到窗口取号" @if let Some(agency) = &view.agency { "：" (agency.address) "，" (agency.hours) "，电话 " (agency.phone) } "。" })) }
            } @else {
                div.mt6 { (times(visit, &days, &mistakes)) }
                div.btns { button.btn { "预约这个时间" } }
            }
        }
    };
    visit
        .page("约个时间到窗口")
        .at("/student/apply")
        .back(&back, "返回进度")
        .mistaken(&mistakes)
        .help(super::help(&view))
        .show(body)
}

/// A day with its half-hours, each with how many families still fit.
type Day = (Date, Vec<(String, i64)>);

/// Days shown at once; later ones are folded.
const DAYS_SHOWN: usize = 5;

/// The free half-hours, day by day.
fn times(visit: &Visit, days: &[Day], mistakes: &Mistakes) -> Markup {
    let mistake = mistakes.of("slot");
    let (near, later) = days.split_at(days.len().min(DAYS_SHOWN));
    html! {
        fieldset.field.bad[mistake.is_some()] {
            legend { "选一个时间" }
            @if let Some(message) = mistake { p.err id="slot-e" { span.vh { "错误：" } (message) } }
            @for (place, day) in near.iter().enumerate() { (one_day(visit, place, day)) }
            @if !later.is_empty() {
                details.more.mt5 { summary { "更晚的日子" }
                    @for (place, day) in later.iter().enumerate() { (one_day(visit, DAYS_SHOWN + place, day)) } }
            }
        }
    }
}

fn one_day(visit: &Visit, place: usize, (day, times): &Day) -> Markup {
    html! {
        h2.fs-b.mt5 { (show::day_week(*day)) }
        div.opts.opts-3 {
            @for (turn, (time, left)) in times.iter().enumerate() {
                @let id = if place + turn == 0 { "slot".to_owned() } else { format!("slot-{place}-{turn}") };
                @let value = format!("{day} {time}");
                div.opt {
                    input type="radio" name="slot" id=(id) value=(value) checked[visit.form.text("slot") == value];
                    label for=(id) { b { (time) } "剩 " (left) " 个" }
                }
            }
        }
    }
}

/// Books the time.
pub async fn book(visit: Visit) -> Answer {
    let sent = visit.form.text("slot").to_owned();
    let Some((day, slot)) = sent.split_once(' ').and_then(|(day, slot)| Some((day.parse().ok()?, slot.to_owned())))
    else {
        return slots(&visit, Mistakes::one("slot", "请选一个时间")).await;
    };
    let act = BookVisit { number: visit.param("number").to_owned(), for_on: day, slot };
    match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(()) => see(&format!("/student/progress/{}", visit.param("number"))),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            slots(&visit, Mistakes::one("slot", format!("{}。{}", told.says, told.remedy))).await
        }
        Err(no) => Err(no.into()),
    }
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
