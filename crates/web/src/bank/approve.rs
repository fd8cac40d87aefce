//! 审批: the maker reviews what came in, another person approves; the unusual ones come first and are approved one
//! by one, the clean ones together.

use axum::http::StatusCode;
use loan::money::Fen;
use maud::{Markup, html};
use office::servicing::decide::{Approve, Refuse};
use office::servicing::review::Review;
use office::view::bank::BankWaiting;
use office::who::Role;

use super::desk::sum;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, area, error_summary};
use crate::parts::lists::{Tone, bare_tag, empty, figures};
use crate::parts::show::{iso, yuan};
use crate::staff::{self, crumb, perform, words};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};
use crate::words::stages;

/// Most cases of one sending.
const TOGETHER: usize = 500;

/// The two lists.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let desk = visit.office().bank_desk(&visit.actor).await?;
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/bank", "工作台")], "审批"))
            div.title { h1 { "审批" } p.mut { "经办审查，另一个人批准。同一个人不能办两步。" } }
            (staff::refusal(refused))
            @if let Ok(done) = visit.query.text("done").parse::<usize>() { (staff::done(&format!("办好 {done} 件。"))) }
            (list(visit, "待批准", "review", "批准", Role::BankChecker, &desk.reviewed))
            div.mt3 { (list(visit, "待审查", "receive", "审查", Role::BankMaker, &desk.received)) }
        }
    };
    let page = visit.desk("审批").at("/bank/approve");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn list(visit: &Visit, title: &str, id: &str, verb: &str, role: Role, waiting: &[BankWaiting]) -> Markup {
    let may = visit.is(role);
    html! {
        section.panel aria-labelledby=(id) {
            div.lr { h2 id=(id) { (title) } span.mut { (waiting.len()) " 件，" (yuan(sum(waiting))) " 元" } }
            @if waiting.is_empty() {
                (empty("这里没有等着的申请。", html! { a href="/bank" { "回到工作台" } }))
            } @else {
                form method="post" action="/bank/approve" {
                    (visit.hidden())
                    input type="hidden" name="do" value=(id);
                    div.scroll tabindex="0" role="region" aria-labelledby=(id) {
                        table.data {
                            caption.vh { (title) }
                            thead { tr {
                                @if may { th scope="col" { label { input type="checkbox" data-all="number"; span.vh { "全选" } } } }
                                th scope="col" { "姓名" } th scope="col" { "学校" } th.n scope="col" { "贷款（元）" }
                                th.n scope="col" { "其中到学校" } th scope="col" { "申请编号" } th scope="col" { "要看的地方" }
                            } }
                            tbody {
                                @for (place, one) in waiting.iter().enumerate() { (row(may, &format!("{id}{place}"), one)) }
                            }
                            tfoot { tr.total { @if may { td {} } th scope="row" colspan="2" { "合计" } td.n { (yuan(sum(waiting))) } td colspan="3" {} } }
                        }
                    }
                    @if may { div.btns { button.btn { (verb) "勾选的" } } }
                    @else { p.hint.mt2 { "这一步由" (words::role(role)) "来办。" } }
                }
            }
        }
    }
}

fn row(may: bool, id: &str, one: &BankWaiting) -> Markup {
    let clean = one.exceptions.is_empty();
    html! {
        tr {
            @if may { td { input type="checkbox" name="number" id=(id) value=(one.application) checked[clean]; } }
            th scope="row" { @if may { label for=(id) { (one.case.student_name) } } @else { (one.case.student_name) } }
            td { (one.school_name) }
            td.n { (yuan(Fen(one.case.amount_fen))) }
            td.n { (yuan(Fen(one.case.to_school_fen))) }
            td { a href={ "/bank/case/" (one.application) } { (one.application) } }
            td { @if clean { (bare_tag(Tone::Done, "没有")) } @else { (bare_tag(Tone::Act, &unusual(&one.exceptions))) } }
        }
    }
}

/// What the review found, in words.
fn unusual(codes: &[String]) -> String {
    let words = codes.iter().map(|code| match code.as_str() {
        "account_missing" => "没有支付账户",
        "amount_differs" => "合同金额和申请不同",
        "maturity_differs" => "合同期限和申请不同",
        "overdue_loan" => "名下有逾期",
        _ => "要细看",
    });
    words.collect::<Vec<_>>().join("，")
}

/// Reviews or approves what was ticked, one act each; the first no stops and is shown.
pub async fn decide(visit: Visit) -> Answer {
    let numbers: Vec<String> = visit.form.all("number").take(TOGETHER).map(str::to_owned).collect();
    if numbers.is_empty() {
        return visit.see("/bank/approve");
    }
    let mut done = 0;
    for number in numbers {
        let part = number.clone();
        let outcome = match visit.form.text("do") {
            "receive" => perform(&visit, &part, Review { number }).await?.map(drop),
            "review" => perform(&visit, &part, Approve { number }).await?,
            _ => return Err(Stop::NotFound),
        };
        if let Err(mut refused) = outcome {
            refused.says = format!("{part}：{}", refused.says);
            if done > 0 {
                refused.remedy = format!("前面 {done} 件已经办好。{}", refused.remedy);
            }
            return show(&visit, Some(&refused)).await;
        }
        done += 1;
    }
    visit.see(&format!("/bank/approve?done={done}"))
}

/// One application before the bank.
pub async fn case(visit: Visit) -> Answer {
    one(&visit, &Form::default(), &Mistakes::none(), None).await
}

async fn one(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let case = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let (tone, stage) = words::stage(case.stage);
    let filled = Filled { values, mistakes };
    let waits =
        matches!(case.stage, office::application::Stage::ReceiptEntered | office::application::Stage::BankReviewed);
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/bank", "工作台"), ("/bank/approve", "审批")], &case.student.name))
            div.title { h1 { (case.student.name) "　" span.mut.fw4 { (stages::kind(case.kind)) "　" (case.number) } } p { (bare_tag(tone, stage)) } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            div.grid.g-2 {
                section.panel aria-labelledby="ln" {
                    h2 #ln { "这一笔" }
                    (figures(&[
                        (html! { "学校" }, html! { (case.school_name) }),
                        (html! { "借款" }, html! { (case.answers.request.as_ref().map_or("--".to_owned(), |wanted| yuan(Fen(wanted.amount_fen)))) " 元" }),
                        (html! { "欠费" }, html! { (case.progress.owed_fen.map_or("--".to_owned(), |fen| yuan(Fen(fen)))) " 元" }),
                        (html! { "合同" }, html! { (case.contract.as_ref().map_or("--", |contract| contract.number.as_str())) }),
                        (html! { "到期" }, html! { (case.answers.request.as_ref().map_or("--".to_owned(), |wanted| format!("{} 年", wanted.matures_in))) }),
                        (html! { "共同借款人" }, html! { (case.co_borrower.as_ref().map_or("--", |co| co.name.as_str())) }),
                        (html! { "名下贷款" }, html! { (case.student.open_loans) " 笔未结清" }),
                    ]))
                }
                section.panel aria-labelledby="hp" {
                    h2 #hp { "经过" }
                    div.scroll tabindex="0" role="region" aria-labelledby="hp" {
                        table.data.dense {
                            caption.vh { "经过" }
                            tbody { @for one in &case.history { tr { td.nw { (iso(one.on)) } td.nw { (one.by) } td { (words::fact(&one.fact)) } } } }
                        }
                    }
                }
            }
            @if waits {
                section.panel.mt3 aria-labelledby="no" {
                    h2 #no { "不予批准" }
                    form method="post" action={ "/bank/case/" (case.number) "/refuse" } data-keep {
                        (visit.hidden())
                        (area(filled, "reason", "原因", "学生会看到这句话。", 2))
                        div.btns { button.btn.btn-err { "不予批准" } }
                    }
                }
            }
        }
    };
    let page = visit.desk("审批").at("/bank/approve").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// Refuses one application.
pub async fn refuse(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let mut reading = Reading::of(&visit.form);
    let reason = reading.text("reason", "不予批准的原因", 300);
    match reading.finish(Refuse { number, reason }) {
        Ok(act) => match perform(&visit, "", act).await? {
            Ok(()) => visit.see("/bank/approve?done=1"),
            Err(refused) => one(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
        },
        Err(mistakes) => one(&visit, &visit.form, &mistakes, None).await,
    }
}
