//! 我的首页: what to do next, where the application stands, the loans so far.

use loan::money::Fen;
use maud::{Markup, html};
use office::application::Stage;
use office::training::view::QuizHome;
use office::view::case::{CaseView, StepState};
use office::view::pre_application::OwnPreApplication;
use office::view::student::Home;

use crate::parts::lists::{Tone, empty, tag};
use crate::parts::show;
use crate::visit::{Answer, Visit};
use crate::words::stages;

/// The home.
pub async fn page(visit: Visit) -> Answer {
    let home = visit.office().home(&visit.actor).await?;
    let owed = visit.office().repayment(&visit.actor).await?;
    let entered = visit.office().own_pre_application(&visit.actor).await?;
    let quiz = visit.office().quiz_home(&visit.actor).await?;
    let todo = todo(&home, &quiz);
    let body = html! {
        h1.vh { "我的首页" }
        div.split {
            div.stack-l {
                @if let Some(bill) = owed.next_bill() { (super::repay::hero(&owed, &bill, "/student/repay", true)) }
                section aria-labelledby="todo" {
                    div.lr { h2 #todo { "待办" } span.mut { (todo.len()) " 件" } }
                    @if todo.is_empty() {
                        p.mt3.mut { "现在没有要你做的事。有新进展会在这里和短信里告诉你。" }
                    } @else {
                        ul.rows.mt3 { @for (head, href, due, words) in &todo {
                            li { div.lr { h3 { a href=(href) { (head) } } (tag(Tone::Act, due)) } p { (words) } }
                        } }
                    }
                }
                @if let Some(current) = &home.current { (standing(current)) }
                @else {
                    section { h2 { "贷款申请" }
                        (empty("你还没有申请过。", html! { a href="/student/apply" { "开始申请" } "，大约 12 分钟，随时可以存下再填。" })) }
                }
            }
            div.aside {
                (loans(&home))
                @if let Some(entered) = &entered { (pre(entered)) }
                @if home.applications.len() > 1 {
                    section { h2 { "以前的申请" }
                        ul.rows { @for summary in home.applications.iter().skip(1) {
                            li { div.lr { a href={ "/student/progress/" (summary.number) } { (summary.academic_year) " 年" } span { (stages::word(summary.stage)) } } }
                        } } }
                }
                section { h2 { "到窗口和提问" } ul.bul {
                    li { a href="/student/visits" { "我的预约" } }
                    li { a href="/student/questions" { "我的提问" } }
                } }
                section { h2 { "遇到困难" } p { "还不上时，先看" a href="/student/change" { "能办什么" } "，再想怎么还。" } }
                section { h2 { "记得回来看看" }
                    p { @if let Some(last) = home.last_login_on { "上次登录是 " (show::day(last)) "。" } "记好登录名和密码，隔一阵登录一次。换了工作、手机号或联系人，" b { "马上来改" } "，不然收不到还款提醒。" }
                    ul.bul { li { a href="/student/change" { "改手机号、工作和联系人" } } li { a href="/account" { "密码和登录记录" } } } }
                section { h2 { "贷前学习" } p { a href="/student/quiz" { "六张卡片和测验" } "，弄清合同、还款和诚信。" } }
            }
        }
    };
    visit.page("我的首页").at("/student").help(home.current.as_ref().and_then(super::help)).show(body)
}

/// Head, address, until when, and why.
fn todo(home: &Home, quiz: &QuizHome) -> Vec<(&'static str, String, &'static str, Markup)> {
    let mut todo = Vec::new();
    let first =
        home.contracts.is_empty() && home.current.as_ref().is_none_or(|current| current.stage.is_with_student());
    if let Some(percent) = quiz.percent.filter(|_| first && quiz.passed().is_none()) {
        todo.push((
            "贷前学习与测验",
            "/student/quiz".to_owned(),
            "申请之前",
            html! {
                "首次贷款要先通过考核，答对 " (percent) "% 就行，没通过可以再考。"
            },
        ));
    }
    let Some(current) = &home.current else { return todo };
    let number = &current.number;
    match current.stage {
        Stage::Draft => todo.push(("填完并提交申请", format!("/student/apply/{number}"), "还没提交", html! {
            @if current.open.is_empty() { "都填好了。核对一遍就可以提交。" }
            @else { "还有 " (current.open.len()) " 项没填。填到哪里都已经存好。" }
        })),
        Stage::Returned => todo.push(("补正申请", format!("/student/apply/{number}"), "尽快", html! {
            "县中心退回了申请" @if let Some((_, note)) = &current.progress.returned { "：" (note) } "。改好后再提交一次。"
        })),
        Stage::Submitted | Stage::Accepted if super::online::is_open(current) => {
            let (head, words) = match current.stage {
                Stage::Accepted => ("读合同，签字", "县里已经受理，读完合同就能在网上签字。"),
                _ => ("在网上办续贷", "刷脸确认是你本人，不用到窗口。"),
            };
            todo.push((head, format!("/student/progress/{number}/online"), "尽快", html! { (words) }));
        }
        Stage::Submitted => todo.push(("约个时间去窗口", format!("/student/progress/{number}/visit"), "尽快", html! {
            "和共同借款人一起带材料去签合同。约了时间，少排队。"
        })),
        Stage::CertificateIssued => todo.push(("把受理证明交给学校", format!("/student/progress/{number}"), "开学时", html! {
            "学校录入回执以后，银行才能放款。" @if let Some(deadline) = &current.deadline {
                "最后一天是 " (show::day_week(deadline.last_on)) "，" (show::days_left(home.on, deadline.last_on)) "。"
            }
        })),
        _ => {}
    }
    todo
}

/// Seven dots and one sentence.
fn standing(view: &CaseView) -> Markup {
    let done = view.tracker.iter().filter(|step| step.state == StepState::Done).count();
    let now = view.tracker.iter().find(|step| matches!(step.state, StepState::Now | StepState::Stopped));
    html! {
        section aria-labelledby="prog" {
            h2 #prog { (view.academic_year) " 年贷款申请" }
            div.dots role="img" aria-label={ "共 7 步，已完成 " (done) " 步" } {
                @for step in &view.tracker { i.on[step.state == StepState::Done].cur[step.state == StepState::Now] {} }
            }
            p { @if let Some(now) = now { b { (stages::step(now.step)) "。" } } (stages::sentence(view.stage)) }
            p.mt2 {
                @if view.stage.is_with_student() { a href={ "/student/apply/" (view.number) } { "继续填写" } }
                @else { a href={ "/student/progress/" (view.number) } { "看全部进度" } }
            }
        }
    }
}

/// Where the pre-application stands (R3.9).
fn pre(entered: &OwnPreApplication) -> Markup {
    html! {
        section aria-labelledby="pre" {
            h2 #pre { "预申请" }
            @if entered.certified {
                p { "你已在今年的预申请名单里，来源是" (crate::staff::pre::source(&entered.source)) "，" (show::day(entered.entered_on)) "录入。申请时不用再做困难认定。" }
            } @else {
                p { "预申请没有通过：" (entered.reason) "。补好证明后可以再交给县资助中心看。" }
            }
        }
    }
}

fn loans(home: &Home) -> Markup {
    let total: Fen = home.contracts.iter().map(|contract| Fen(contract.outstanding_fen)).sum();
    html! {
        section aria-labelledby="loans" {
            h2 #loans { "我的贷款" }
            @if home.contracts.is_empty() {
                p.mut { "还没有合同。" }
            } @else {
                table.data.tight {
                    caption.vh { "合同和余额" }
                    thead { tr { th scope="col" { "合同" } th scope="col" { "到期" } th.n scope="col" { "未还本金（元）" } } }
                    tbody { @for contract in &home.contracts { tr {
                        th scope="row" { a href={ "/student/loan/" (contract.number) } { (contract.policy_on.format("%Y")) " 年" } }
                        td.nw { (contract.matures_in) "-09-20" }
                        td.n { (show::yuan(Fen(contract.outstanding_fen))) }
                    } } }
                    tfoot { tr { th scope="row" colspan="2" { "合计" } td.n { (show::yuan(total)) } } }
                }
            }
        }
    }
}
