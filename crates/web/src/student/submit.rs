//! 核对并提交: everything once more with a way to change it, the declarations one by one, then the confirmation.

use loan::money::Fen;
use maud::{Markup, html};
use office::application::answers::Section;
use office::origination::submit::{Submit, SubmitRefusal};
use office::view::case::CaseView;
use office::{No, Refusal};

use super::apply::name;
use crate::form::Mistakes;
use crate::parts::fields::{Choice, Filled, error_summary, ticks};
use crate::parts::lists::{Change, Fact, confirmation, summary};
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// The page of all answers.
pub async fn check(visit: Visit) -> Answer {
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    if !view.stage.is_with_student() {
        return see(&format!("/student/progress/{}", view.number));
    }
    draw(&visit, &view, Mistakes::none())
}

fn draw(visit: &Visit, view: &CaseView, mistakes: Mistakes) -> Answer {
    let back = format!("/student/apply/{}", view.number);
    let filled = Filled { values: &visit.form, mistakes: &mistakes };
    let tick = |field: &str, words: Markup| {
        ticks(filled, field, "", "", &[Choice { value: "yes".to_owned(), label: words, below: None }])
    };
    let body = html! {
        div.split {
            form method="post" novalidate {
                (error_summary(&mistakes))
                h1 { span.cap { (view.academic_year) " 年" (words::stages::kind(view.kind)) } "提交前，再核对一遍" }
                p.mt3 { "发现不对，点右边的“修改”，改完再回到这里。" }
                (visit.hidden())
                section.sec.s6 { h2 { "你" } (summary(&[
                    plain("姓名", html! { (view.student.name) }), plain("身份证号", html! { (view.student.id_masked) }),
                    plain("户籍", html! { (view.student.household) }), plain("手机", html! { (view.student.phone_masked) }),
                ])) }
                @for (section, facts) in sections(view) { section.sec.s6 { h2 { (name(section)) } (summary(&facts)) } }
                section.sec.s6 #truthful-all { h2 { "声明和授权" }
                    p.hint { "请逐项确认" }
                    (tick("truthful", html! { "以上信息真实、完整。填错或隐瞒会导致申请失败。" }))
                    (tick("consent_sensitive", html! { "同意为办理贷款使用我的身份证号、户籍和家庭经济信息。" a href="/about/privacy" { "用在哪里、保存多久" } }))
                    (tick("consent_credit", html! { "同意查询我的信用报告，并在放款后报送还款记录。" }))
                }
                div.btns.mt5 { button.btn { "提交贷款申请" } }
                p.hint.mt3 { "提交后要改，请县中心退回；签合同前也可以撤回。" }
            }
            aside.aside {
                section.box { h2 { "提交以后" } ol.steps { li { "得到申请编号" } li { "约时间，和共同借款人一起到县中心" } li { "窗口核对、打印、签合同" } } }
                @if let Some(co) = &view.answers.co_borrower { section { h2 { (words::stages::relation(&co.relation)) "的责任" } p { "共同借款人和你一起承担还款，要和你一起到窗口签字。" } } }
            }
        }
    };
    visit
        .page("核对并提交")
        .at("/student/apply")
        .back(&back, "返回申请")
        .mistaken(&mistakes)
        .help(super::help(view))
        .show(body)
}

fn plain(name: &'static str, value: Markup) -> Fact {
    Fact { name, value, change: Change::No }
}

fn sections(view: &CaseView) -> Vec<(Section, Vec<Fact>)> {
    let mut sections = Vec::new();
    let change = |section: Section| Change::Link(format!("/student/apply/{}/{}", view.number, section.code()));
    let fact = |section, name, value| Fact { name, value, change: change(section) };
    if let Some(study) = &view.answers.study {
        let s = Section::Study;
        sections.push((s, vec![
            fact(s, "学校", html! { (view.school_name) }),
            fact(s, "专业", html! { (study.major) "，" (words::chinese(study.programme_years as u32)) "年制" }),
            fact(s, "毕业", html! { (study.graduates_in) " 年，按学制推算" }),
            fact(s, "学费和住宿费", html! { "每年 " (show::yuan_brief(Fen(study.tuition_fen))) " 元和 " (show::yuan_brief(Fen(study.accommodation_fen))) " 元" }),
        ]));
    }
    if let Some(family) = &view.answers.family {
        let s = Section::Family;
        sections.push((
            s,
            vec![
                fact(s, "住址", html! { (family.address) }),
                fact(s, "联系人", html! { (family.contact_name) "，" (show::mask_phone(&family.contact_phone)) }),
            ],
        ));
    }
    if let Some(co) = &view.answers.co_borrower {
        let s = Section::CoBorrower;
        sections.push((
            s,
            vec![
                fact(s, "姓名", html! { (co.name) "，" (words::stages::relation(&co.relation)) }),
                fact(s, "身份证号", html! { (show::mask_id(&co.id_number)) }),
                fact(s, "户籍", html! { (office::papers::place_name(&co.household_county)) }),
                fact(s, "手机", html! { (show::mask_phone(&co.phone)) }),
            ],
        ));
    }
    if let Some(request) = &view.answers.request {
        let s = Section::Request;
        sections.push((s, vec![
            fact(s, "金额", html! { (show::money(Fen(request.amount_fen))) }),
            fact(s, "年限", html! { (request.matures_in - view.academic_year) " 年，到 " span.nw { (request.matures_in) "年9月20日" } }),
        ]));
    }
    if let Some(said) = &view.answers.statement {
        sections.push((Section::Statement, vec![fact(Section::Statement, "声明", html! { (said.text) })]));
    }
    sections
}

/// Submits. What the rules refuse is shown on this page with its article; every answer stays.
pub async fn submit(visit: Visit) -> Answer {
    let act = Submit {
        number: visit.param("number").to_owned(),
        truthful: visit.form.has("truthful"),
        consent_sensitive: visit.form.has("consent_sensitive"),
        consent_credit: visit.form.has("consent_credit"),
    };
    let refusal = match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(done) => return see(&format!("/student/apply/{}/done", done.number)),
        Err(No::Refused(SubmitRefusal::AlreadySubmitted)) => {
            return see(&format!("/student/apply/{}/done", visit.param("number")));
        }
        Err(No::Refused(refusal)) => refusal,
        Err(no) => return Err(no.into()),
    };
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let mut mistakes = Mistakes::none();
    match refusal {
        SubmitRefusal::NotDeclaredTruthful | SubmitRefusal::ConsentMissing => {
            for (field, message) in [
                ("truthful", "请勾选：以上信息真实、完整"),
                ("consent_sensitive", "请勾选：同意使用身份和家庭信息，否则贷款办不下去"),
                ("consent_credit", "请勾选：同意查询和报送信用信息，否则贷款办不下去"),
            ] {
                if !visit.form.has(field) {
                    mistakes.add(field, message);
                }
            }
            draw(&visit, &view, mistakes)
        }
        SubmitRefusal::SectionOpen(section) => see(&format!("/student/apply/{}/{}", view.number, section.code())),
        refusal => refused(&visit, &view, &refusal),
    }
}

/// Not eligible is a page, not a validation error: which rule, which article, what to do.
fn refused(visit: &Visit, view: &CaseView, refusal: &SubmitRefusal) -> Answer {
    let told = words::refused(refusal);
    let back = format!("/student/apply/{}", view.number);
    let section = match refusal.field() {
        Some("amount" | "matures_in") => Some(Section::Request),
        _ => None,
    };
    let body = html! {
        div.col.stack {
            h1 { span.cap { "还没有提交" } (told.says) }
            p.lead { (told.remedy) }
            @if !told.why.is_empty() { p.src { "依据：" (words::citations(&told.why)) } }
            p { "你填的内容都在，没有丢。" }
            div.btns {
                @if let Some(section) = section { a.btn href={ (back) "/" (section.code()) } { "修改" (name(section)) } }
                @else { a.btn href=(back) { "返回申请" } }
                a.btn.btn-2 href="/offices" { "问县级资助中心" }
            }
        }
    };
    visit
        .page(&told.says)
        .at("/student/apply")
        .back(&back, "返回申请")
        .status(axum::http::StatusCode::CONFLICT)
        .help(super::help(view))
        .show(body)
}

/// Submitted; the page can be kept and opened again.
pub async fn done(visit: Visit) -> Answer {
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    if view.stage.is_with_student() {
        return Err(Stop::NotFound);
    }
    let next = [
        html! { a href={ "/student/progress/" (view.number) "/visit" } { "约个时间" } "，和共同借款人一起到" @if let Some(agency) = &view.agency { (agency.name) } @else { "县中心" } "。" },
        html! { "按" a href={ "/student/progress/" (view.number) "/materials" } { "材料清单" } "带齐材料，窗口当场打印申请表和合同。" },
        html! { "签好合同，拿到受理证明，开学交给学校。" @if let Some(deadline) = &view.deadline { "学校录入的最后一天是 " (show::day_week(deadline.last_on)) "。" } },
    ];
    let body = html! { div.col { (confirmation("申请已提交", Some(("申请编号", &view.number)), &next)) div.btns { a.btn href={ "/student/progress/" (view.number) } { "看进度" } } } };
    visit.page("申请已提交").at("/student/apply").help(super::help(&view)).show(body)
}
