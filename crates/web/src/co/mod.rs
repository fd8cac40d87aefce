//! The co-borrower's pages: for whom he stands in, what the duty is, in plain words and few of them.

use loan::refusal::Citation;
use maud::{Markup, html};
use office::Role;
use office::application::fact::Party;
use office::view::case::StepState;

use crate::parts::lists::{empty, tag};
use crate::parts::show;
use crate::route::{Reach, Route, Rule, get, post};
use crate::student::{ask, data, questions, signing, visits};
use crate::to;
use crate::visit::{Answer, Visit};
use crate::words::{self, stages};

/// Only the co-borrower, about the loans he stands in.
const OWN: Rule = Rule::only([(Role::CoBorrower, Reach::Own)]);

/// Addresses of the co-borrower.
pub const ROUTES: &[Route] = &[
    get("/co", OWN, to!(home)),
    get("/co/duty", OWN, to!(duty)),
    get("/co/repay", OWN, to!(crate::student::repay::page)),
    get("/co/repay/why", OWN, to!(crate::student::repay::why)),
    get("/co/case/{number}", OWN, to!(case)),
    get("/co/case/{number}/online", OWN, to!(signing::page)),
    post("/co/case/{number}/online/contract", OWN, to!(signing::contract)),
    post("/co/case/{number}/online/sign", OWN, to!(signing::signed)),
    get("/co/change", OWN, to!(crate::student::account::change)),
    get("/co/prepay", OWN, to!(crate::student::prepay::choose)),
    get("/co/loan/{number}", OWN, to!(crate::student::loan::page)),
    get("/co/loan/{number}/pay", OWN, to!(crate::student::pay::page)),
    post("/co/loan/{number}/pay", OWN, to!(crate::student::pay::order)),
    get("/co/loan/{number}/prepay", OWN, to!(crate::student::prepay::page)),
    get("/co/loan/{number}/prepay/check", OWN, to!(crate::student::prepay::check)),
    post("/co/loan/{number}/prepay", OWN, to!(crate::student::prepay::file)),
    get("/co/loan/{number}/prepay/done", OWN, to!(crate::student::prepay::done)),
    get("/co/loan/{number}/prepay/cancel", OWN, to!(crate::student::prepay::ask_cancel)),
    post("/co/loan/{number}/prepay/cancel", OWN, to!(crate::student::prepay::cancel)),
    get("/co/loan/{number}/defer", OWN, to!(crate::student::care::ask_defer)),
    post("/co/loan/{number}/defer", OWN, to!(crate::student::care::defer)),
    get("/co/loan/{number}/convert", OWN, to!(crate::student::care::ask_convert)),
    post("/co/loan/{number}/convert", OWN, to!(crate::student::care::convert)),
    get("/co/loan/{number}/relief", OWN, to!(crate::student::care::ask_relief)),
    post("/co/loan/{number}/relief", OWN, to!(crate::student::care::relief)),
    get("/co/loan/{number}/study", OWN, to!(crate::student::study::page)),
    get("/co/loan/{number}/settled", OWN, to!(crate::student::settled::page)),
    post("/co/loan/{number}/print", OWN, to!(crate::student::settled::print_one)),
    post("/co/loan/{number}/settled", OWN, to!(crate::student::settled::print)),
    get("/co/paper/{code}", OWN, to!(crate::student::settled::paper)),
    get("/co/visits", OWN, to!(visits::page)),
    get("/co/visits/service", OWN, to!(visits::service)),
    post("/co/visits/service", OWN, to!(visits::book_service)),
    get("/co/visits/{code}/calendar", OWN, to!(visits::calendar)),
    get("/co/visits/{code}/slip", OWN, to!(visits::slip)),
    post("/co/visits/{code}/cancel", OWN, to!(visits::cancel)),
    get("/co/questions", OWN, to!(questions::page)),
    post("/co/questions", OWN, to!(questions::ask)),
    get("/co/data", OWN, to!(data::page)),
    get("/co/data/looks", OWN, to!(data::looks)),
    post("/co/data/prove", OWN, to!(data::proved)),
    post("/co/data/copy", OWN, to!(data::ask_copy)),
    get("/co/data/copy/{token}", OWN, to!(data::copy)),
    post("/co/data/consent", OWN, to!(data::consent)),
    get("/co/data/erase", OWN, to!(data::ask_erase)),
    post("/co/data/erase", OWN, to!(data::erase)),
    get("/co/ask", OWN, to!(ask::page)),
    post("/co/ask", OWN, to!(ask::ask)),
    get("/co/ask/mine", OWN, to!(ask::mine)),
];

/// The home.
async fn home(visit: Visit) -> Answer {
    let home = visit.office().home(&visit.actor).await?;
    let body = html! {
        div.split {
            div {
                h1 { "你为谁共同借款" }
                @if home.applications.is_empty() {
                    div.mt5 { (empty("还没有学生把你填作共同借款人。", html! { "请学生先在网上提交申请。" })) }
                } @else {
                    ul.rows.mt5 { @for summary in &home.applications { li {
                        div.lr { h2 { a href={ "/co/case/" (summary.number) } { (summary.student_name) } } (tag(stages::tone(summary.stage), stages::word(summary.stage))) }
                        p { (summary.academic_year) " 学年" @if !summary.school_name.is_empty() { "，" (summary.school_name) }
                            @if let Some(fen) = summary.amount_fen { "，" (show::yuan_brief(loan::money::Fen(fen))) " 元" } }
                    } } }
                }
                section.sec { h2 { "你的责任" } (duties()) p.mt3 { a href="/co/duty" { "详细说明" } } }
            }
            aside.aside {
                section { h2 { "到窗口和提问" } ul.bul { li { a href="/co/visits" { "预约办还款和变更" } } li { a href="/co/questions" { "我的提问" } } } }
                section { h2 { "我的资料" } p { "谁看过、下载、更正、投诉：" a href="/co/data" { "我的资料与授权" } } } section { h2 { "看不清字" } p { "点右上角的“长辈版”，字和按钮都会变大。" } } }
        }
    };
    visit.page("我的首页").at("/co").help(home.current.as_ref().and_then(crate::student::help)).show(body)
}

fn duties() -> Markup {
    html! {
        ol.steps {
            li { "和学生一起还这笔钱，直到还清。" }
            li { "首次贷款和学生一起到窗口签一次字。" }
            li { "学生没有按时还，银行会找你。" }
            li { "逾期会记入你们两个人的信用报告。" }
            li { "替这个孩子共同借款，不影响你再替别的孩子共同借款。自己是借款学生、贷款还没还清的人，才不能给别人当共同借款人。" }
        }
    }
}

/// The duty in plain words, with its articles.
async fn duty(visit: Visit) -> Answer {
    let body = html! {
        div.col.stack {
            h1 { "共同借款人要承担什么" }
            (duties())
            h2 { "什么时候不用再承担" }
            p { "贷款全部还清以后。中途要换人，新旧共同借款人和学生一起到窗口办理变更。" }
            p.src { "依据：" (words::citations(&[Citation::of("sdvcst-2022", "6"), Citation::of("sdvcst-2022", "28")])) }
        }
    };
    visit.page("责任说明").at("/co/duty").back("/co", "返回首页").show(body)
}

/// One loan he stands in: where it stands, nothing else of the student.
async fn case(visit: Visit) -> Answer {
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let now = view.tracker.iter().find(|step| matches!(step.state, StepState::Now | StepState::Stopped));
    let body = html! {
        div.col.stack {
            h1 { span.cap { (view.academic_year) " 年贷款" } (view.student.name) "：" (stages::word(view.stage)) }
            @if let Some(step) = now { p.lead { "现在是“" (stages::step(step.step)) "”，" (stages::holder(step.step)) "在办。" } }
            @if let Some(request) = &view.answers.request {
                (crate::parts::lists::figures(&[
                    (html! { "借款" }, html! { (show::yuan_brief(loan::money::Fen(request.amount_fen))) " 元" }),
                    (html! { "到期" }, html! { (request.matures_in) "年9月20日" }),
                ]))
            }
            h2 { "你要做什么" }
            @if signing::waits_for(&view, Party::CoBorrower) {
                p { "合同已经生成。可以在窗口用笔签，也可以在这里读合同、电子签名。" }
                div.btns { a.btn href={ "/co/case/" (view.number) "/online" } { "读合同，签字" } }
            } @else if signing::has_signed(&view, Party::CoBorrower) {
                p { "你已经电子签名。" a href={ "/co/case/" (view.number) "/online" } { "看签好的合同" } }
            } @else if view.progress.both_present() || view.contract.as_ref().is_some_and(|contract| contract.signed_on.is_some()) { p { "字已经签过，现在不用做什么。" } }
            @else { p { "带身份证，和学生一起到" @if let Some(agency) = &view.agency { (agency.name) "（" (agency.address) "）" } @else { "县级资助中心" } "签字。" } }
        }
    };
    visit.page("贷款进度").at("/co").back("/co", "返回首页").help(crate::student::help(&view)).show(body)
}
