//! 申请: which county, then the list of tasks, shown at the start and at every return.

use maud::{Markup, html};
use office::No;
use office::application::answers::Section;
use office::application::fact::Kind;
use office::origination::open_draft::OpenDraft;
use office::view::case::CaseView;

use crate::form::{Form, Mistakes};
use crate::parts::fields::{Filled, error_summary, select};
use crate::parts::lists::{Tone, empty, tag};
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// The application in hand, or the first question of a new one.
pub async fn start(visit: Visit) -> Answer {
    let home = visit.office().home(&visit.actor).await?;
    match &home.current {
        Some(current) if current.stage.is_with_student() => see(&format!("/student/apply/{}", current.number)),
        Some(current) if !current.stage.is_over() => see(&format!("/student/progress/{}", current.number)),
        _ => ask_county(&visit, &visit.query, Mistakes::none()).await,
    }
}

async fn ask_county(visit: &Visit, values: &Form, mistakes: Mistakes) -> Answer {
    let centres = visit.office().county_centres().await.map_err(Stop::failure)?;
    let choices: Vec<(String, String)> =
        centres.iter().map(|place| (place.county.clone(), office::papers::place_name(&place.county))).collect();
    let filled = Filled { values, mistakes: &mistakes };
    let body = html! {
        div.split {
            form method="post" action="/student/apply" novalidate {
                (error_summary(&mistakes))
                h1 { "上大学以前，你的户籍在哪个县？" }
                p.mt3.mut { "生源地贷款在入学前户籍所在的县办理。户口迁到学校的，选原来的县。" }
                (visit.hidden())
                @if choices.is_empty() { div.mt6 { (empty("还没有县开通网上申请。", html! { "请直接到县级资助中心办理。" })) } }
                @else {
                    div.mt6 { (select(filled, "county", "县（市、区）", "", "请选择", &choices)) }
                    div.btns { button.btn { "开始申请" } }
                }
            }
            aside.aside { section.box { h2 { "开始前准备好" } ul.bul {
                li { "录取通知书或学生证，上面有学校、专业、学制" } li { "学费和住宿费每年多少" } li { "共同借款人的身份证号和手机号" }
            } } }
        }
    };
    visit.page("开始申请").at("/student/apply").mistaken(&mistakes).show(body)
}

/// Opens the draft.
pub async fn open(visit: Visit) -> Answer {
    let county = visit.form.text("county").to_owned();
    if county.is_empty() {
        return ask_county(&visit, &visit.form, Mistakes::one("county", "请选择户籍所在的县")).await;
    }
    match visit.office().perform(&visit.actor, &visit.key()?, OpenDraft { county }).await {
        Ok(opened) => see(&format!("/student/apply/{}", opened.number)),
        Err(No::Refused(refusal)) if office::Refusal::field(&refusal).is_some() => {
            let told = words::refused(&refusal);
            ask_county(&visit, &visit.form, Mistakes::one("county", format!("{}。{}", told.says, told.remedy))).await
        }
        Err(no) => Err(no.into()),
    }
}

/// The list of tasks.
pub async fn tasks(visit: Visit) -> Answer {
    let view = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    if !view.stage.is_with_student() {
        return see(&format!("/student/progress/{}", view.number));
    }
    let wanted = wanted(&view);
    let left = view.open.iter().filter(|section| wanted.contains(section)).count();
    let body = html! {
        div.split {
            div {
                h1 { span.cap { (view.academic_year) " 年" (words::stages::kind(view.kind)) } "贷款申请" }
                @if view.progress.returned.is_some() { div.note.note-warn.mt3 { (super::progress::returned(&view)) } }
                p.mt3 { b { "已完成 " (wanted.len() - left) " 件，还剩 " (left + 1) " 件。" } "可以按任意顺序做，每一步都会自动存好，换手机也能接着填。" }
                section.sec.s6 aria-labelledby="s1" { h2 #s1 { "你和你的学校" } ul.rows.tasks {
                    li { div.lr { a href="/student/me" { "确认身份" } span { "已完成" } } p { (view.student.name) "，" (view.student.household) @if view.progress.kind == Kind::Renewal { "，续贷" } } }
                    (task(&view, Section::Study)) (task(&view, Section::Family))
                } }
                section.sec.s6 aria-labelledby="s2" { h2 #s2 { "借款" } ul.rows.tasks {
                    (task(&view, Section::CoBorrower)) (task(&view, Section::Request))
                    @if wanted.contains(&Section::Statement) { (task(&view, Section::Statement)) }
                } }
                section.sec.s6 aria-labelledby="s3" { h2 #s3 { "交给县中心" } ul.rows.tasks {
                    @if left == 0 { li { div.lr { a href={ "/student/apply/" (view.number) "/check" } { "核对并提交" } (tag(Tone::Act, "可以开始")) } } }
                    @else { li { div.lr.off { span { "核对并提交" } span { "暂不能开始" } } p { "上面还有 " (left) " 件没完成，都完成后可以提交" } } }
                } }
                p.hint.mt5 { "申请编号 " (view.number) }
            }
            aside.aside {
                @if let Some(deadline) = &view.deadline {
                    section.box { h2 { "什么时候前要办完" } p { "学校录入回执的最后一天是 " b { (show::day_week(deadline.last_on)) } "，" (show::days_left(view.on, deadline.last_on)) "。"
                        "在这之前要签好合同、开学报到。" } p.src.mt2 { (words::citation(&deadline.why)) } }
                }
                section { h2 { "接下来" } ol.steps { li { "提交申请，打印申请表签名" } li { "和共同借款人一起到窗口" } li { "开学把受理证明交给学校" } } }
                @if let Some(agency) = &view.agency { section { h2 { "填不下去时" } p { "打 " span.nw { (agency.phone) } "，或在办公时间到窗口，志愿者陪你一起填。" } } }
            }
        }
    };
    visit.page("贷款申请").at("/student/apply").help(super::help(&view)).show(body)
}

/// Sections this application needs.
fn wanted(view: &CaseView) -> Vec<Section> {
    Section::ALL.into_iter().filter(|section| *section != Section::Statement || view.statement_needed).collect()
}

fn task(view: &CaseView, section: Section) -> Markup {
    let open = view.open.contains(&section);
    let waits = section == Section::Request && view.answers.study.is_none();
    let words = if open { hint(section) } else { said(view, section) };
    html! {
        li {
            @if waits {
                div.lr.off { span { (name(section)) } span { "暂不能开始" } } p { "先填“学校和专业”，才知道能借多少" }
            } @else {
                div.lr {
                    a href={ "/student/apply/" (view.number) "/" (section.code()) } { (name(section)) }
                    @if open { (tag(Tone::Wait, "未开始")) } @else { span { "已完成" } }
                }
                @if !words.is_empty() { p { (words) } }
            }
        }
    }
}

/// What a section is called.
pub fn name(section: Section) -> &'static str {
    match section {
        Section::Study => "学校和专业",
        Section::Family => "家庭和联系人",
        Section::CoBorrower => "共同借款人",
        Section::Request => "贷款金额和年限",
        Section::Statement => "续贷声明",
    }
}

fn hint(section: Section) -> String {
    match section {
        Section::Statement => "写一写这一年的思想和学习".to_owned(),
        _ => String::new(),
    }
}

fn said(view: &CaseView, section: Section) -> String {
    let answers = &view.answers;
    match section {
        Section::Study => answers
            .study
            .as_ref()
            .map(|study| format!("{}，{}，{} 年毕业", view.school_name, study.major, study.graduates_in)),
        Section::Family => answers.family.as_ref().map(|family| format!("联系人 {}", family.contact_name)),
        Section::CoBorrower => {
            answers.co_borrower.as_ref().map(|co| format!("{}，{}", co.name, words::stages::relation(&co.relation)))
        }
        Section::Request => answers.request.as_ref().map(|request| {
            format!("{} 元，到 {} 年", show::yuan_brief(loan::money::Fen(request.amount_fen)), request.matures_in)
        }),
        Section::Statement => answers
            .statement
            .as_ref()
            .map(|said| format!("{} 字", said.text.chars().filter(|c| !c.is_whitespace()).count())),
    }
    .unwrap_or_default()
}
