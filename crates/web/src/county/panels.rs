//! The panels of a case: people, request, checks, materials, papers.

use loan::money::Fen;
use loan::policy::choice::{Choice, Relation, StudyLevel, Verdict};
use maud::{Markup, html};
use office::application::Stage;
use office::application::fact::Kind;
use office::papers::PaperKind;
use office::rules::Finding;
use office::scans::ScanView;
use office::view::case::{CaseView, PersonView};
use office::who::Role;

use crate::parts::lists::{Tone, bare_tag};
use crate::parts::show::{iso, yuan, yuan_brief};
use crate::staff::words;
use crate::visit::Visit;
use crate::words::{citation, stages};

/// Both people side by side.
pub fn people(case: &CaseView) -> Markup {
    let student = &case.student;
    let co = case.co_borrower.as_ref();
    let relation =
        case.answers.co_borrower.as_ref().and_then(|co| Relation::from_code(&co.relation)).map_or("", Relation::words);
    let dash = || "--".to_owned();
    let line = |name: &'static str, one: &dyn Fn(&PersonView) -> String, note: Markup| {
        html! { tr { th.mut scope="row" { (name) } td { (one(student)) } td { (co.map_or_else(dash, one)) } td.n { (note) } } }
    };
    let same_county = co.is_some_and(|co| co.household == student.household);
    let all_here = student.present && co.is_none_or(|co| co.present);
    let free = student.open_loans == 0 && co.is_none_or(|co| co.open_loans == 0);
    let same = |yes: bool, word: &'static str| html! { @if yes { span.same { (word) } } };
    html! {
        section.panel aria-labelledby="pp" {
            h2.vh #pp { "学生和共同借款人" }
            div.scroll tabindex="0" role="region" aria-labelledby="pp" {
                table.data {
                    caption.vh { "学生和共同借款人逐项对照" }
                    thead { tr { td {} th scope="col" { "学生" } th scope="col" { "共同借款人" } th.n scope="col" { "对照" } } }
                    tbody {
                        tr { th.mut scope="row" { "姓名" } td { b { (student.name) } } td { b { (co.map_or("--", |co| co.name.as_str())) } } td.n { (relation) } }
                        (line("身份证", &|person| person.id_masked.clone(), whole(case)))
                        (line("年龄", &age, html! {}))
                        (line("户籍", &|person| person.household.clone(), same(same_county, "同县")))
                        (line("手机", &|person| person.phone_masked.clone(), html! {}))
                        (line("到场", &|person| if person.present { "本人到场".to_owned() } else { "没有登记".to_owned() }, same(all_here, "都在")))
                        (line("名下贷款", &|person| if person.open_loans == 0 { "无".to_owned() } else { format!("{} 笔未结清", person.open_loans) }, same(free, "无")))
                    }
                }
            }
        }
    }
}

/// The way to the whole numbers, with a reason.
fn whole(case: &CaseView) -> Markup {
    let at = |party: &str| format!("/county/case/{}/id/{party}", case.number);
    html! {
        a href=(at("borrower")) { "看全号" span.vh { "：学生" } }
        @if case.co_borrower.is_some() { " " a href=(at("co_borrower")) { "看全号" span.vh { "：共同借款人" } } }
    }
}

fn age(person: &PersonView) -> String {
    let sex = match person.sex.as_str() {
        "male" => "，男",
        "female" => "，女",
        _ => "",
    };
    person.age.map_or_else(|| "--".to_owned(), |age| format!("{age}{sex}"))
}

/// The loan asked for.
pub fn request(case: &CaseView) -> Markup {
    let study = case.answers.study.as_ref();
    let wanted = case.answers.request.as_ref();
    let fee = |fen: Option<i64>| fen.map_or("--".to_owned(), |fen| yuan(Fen(fen)));
    let most = match &case.amounts {
        Some(Ok(allowed)) => yuan(allowed.max),
        _ => "--".to_owned(),
    };
    let contract = case.contract.as_ref();
    let first_principal = contract.and_then(|contract| contract.rows.iter().find(|row| row.principal.is_positive()));
    let peak = contract.and_then(|contract| contract.rows.iter().map(|row| row.total).max());
    let rate = contract.and_then(|contract| contract.rows.last()).map(|row| row.rate.to_string() + "%");
    html! {
        section.panel aria-labelledby="ln" {
            h2 #ln { "这一次借款" }
            div.scroll tabindex="0" role="region" aria-labelledby="ln" {
                table.data {
                    caption.vh { "借款要素" }
                    tbody {
                        tr {
                            th.mut scope="row" { "学校" }
                            td colspan="3" {
                                (case.school_name)
                                @if let Some(study) = study {
                                    "，" (StudyLevel::from_code(&study.level).map_or("", StudyLevel::words))
                                    @if !study.major.is_empty() { "，" (study.major) }
                                    "，" (study.programme_years) " 年制，" (study.graduates_in) " 年毕业"
                                }
                            }
                        }
                        tr { th.mut scope="row" { "学费" } td.n { (fee(study.map(|study| study.tuition_fen))) } th.mut.pl scope="row" { "住宿费" } td.n { (fee(study.map(|study| study.accommodation_fen))) } }
                        tr { th.mut scope="row" { "借款" } td.n { b { (fee(wanted.map(|wanted| wanted.amount_fen))) } } th.mut.pl scope="row" { "最多" } td.n { (most) } }
                        tr { th.mut scope="row" { "到期" } td.n { (wanted.map_or("--".to_owned(), |wanted| format!("{} 年", wanted.matures_in))) } th.mut.pl scope="row" { "首次还本" } td.n { (first_principal.map_or("--".to_owned(), |row| iso(row.due_on))) } }
                        @if let (Some(rate), Some(peak)) = (rate, peak) {
                            tr { th.mut scope="row" { "现在利率" } td.n { (rate) } th.mut.pl scope="row" { "最多一年" } td.n { (yuan(peak)) } }
                        }
                        tr { th.mut scope="row" { "政策" } td colspan="3" { "按 " (iso(case.policy_on)) " 的规定，" a href="/policy" { "看条款" } } }
                        @if let Some(deadline) = &case.deadline {
                            tr { th.mut scope="row" { "回执截止" } td colspan="3" { (iso(deadline.last_on)) "　" (citation(&deadline.why)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The renewal statement, to be read beside everything else.
pub fn statement(case: &CaseView) -> Markup {
    html! {
        @if let Some(said) = &case.answers.statement {
            section.panel aria-labelledby="st" {
                div.lr { h2 #st { "续贷声明" } span.hint { (said.text.chars().filter(|c| !c.is_whitespace()).count()) " 字" } }
                p.said tabindex="0" { (said.text) }
            }
        }
    }
}

/// Every rule with its verdict and article; what needs a look stands out.
pub fn checks(case: &CaseView) -> Markup {
    let open = case.findings.iter().filter(|finding| needs_a_look(finding)).count();
    let passed = case.findings.len() - open;
    html! {
        section.panel aria-labelledby="ck" {
            div.lr {
                h2 #ck { "自动核查" }
                span {
                    (bare_tag(Tone::Done, &format!("{passed} 项符合"))) "　"
                    @if open > 0 { (bare_tag(Tone::Act, &format!("{open} 项待看"))) }
                }
            }
            ul.checks {
                @for finding in &case.findings { (check(case, finding)) }
                @if case.certification_needed && !case.progress.certified { (certification(case)) }
            }
        }
    }
}

fn needs_a_look(finding: &Finding) -> bool {
    !finding.overridden && matches!(finding.verdict, Verdict::Fail | Verdict::NeedsOverride | Verdict::Unknown)
}

fn verdict(finding: &Finding) -> (Tone, &'static str) {
    match finding.verdict {
        _ if finding.overridden => (Tone::Done, "已放行"),
        Verdict::Pass => (Tone::Done, "符合"),
        Verdict::Fail => (Tone::Bad, "不符合"),
        Verdict::NeedsOverride => (Tone::Act, "待放行"),
        Verdict::Unknown => (Tone::Act, "待看"),
        Verdict::Advised => (Tone::Now, "提醒"),
    }
}

fn check(case: &CaseView, finding: &Finding) -> Markup {
    let (tone, word) = verdict(finding);
    let look = needs_a_look(finding);
    let note = if look || finding.verdict == Verdict::Advised { finding.bring } else { finding.remark };
    let open = case.progress.open_overrides().contains(&finding.code);
    html! {
        li.look[look] {
            (bare_tag(tone, word))
            span { (finding.words) @if !note.is_empty() { "　" span.mut { (note) } } }
            @if open && being_handled(case) {
                a.btn.btn-2.btn-s href={ "/county/case/" (case.number) "/override?rule=" (finding.code) } { "放行" }
            } @else {
                span.src { (citation(&finding.why)) }
            }
        }
    }
}

fn certification(case: &CaseView) -> Markup {
    html! {
        li.look {
            (bare_tag(Tone::Act, "待办"))
            span { b { "困难认定" } "　不在预申请名单，要由县中心认定" }
            @if case.stage == Stage::AtCounter {
                a.btn.btn-2.btn-s href={ "/county/case/" (case.number) "/certify" } { "认定" }
            } @else { span {} }
        }
    }
}

/// True while the county may decide.
pub fn being_handled(case: &CaseView) -> bool {
    (Stage::Submitted..=Stage::AtCounter).contains(&case.stage)
}

/// The materials; at the counter they can be ticked, and are kept with the main button of the bar.
pub fn materials(visit: &Visit, case: &CaseView, scans: &[ScanView]) -> Markup {
    let ticked = case.materials.iter().filter(|material| material.ticked.is_some()).count();
    let at_once = case.kind == Kind::Renewal && super::bar::waits_at_home(case) && !case.progress.online;
    let open = (case.stage == Stage::AtCounter && (visit.is(Role::CountyClerk) || visit.is(Role::Volunteer)))
        || (at_once && visit.is(Role::CountyClerk));
    html! {
        section.panel aria-labelledby="mt" {
            div.lr {
                h2 #mt { "材料" }
                span.hint {
                    (ticked) " / " (case.materials.len()) "　"
                    a href={ "/county/case/" (case.number) "/scans" } data-key="S" { "扫描件 " (scans.len()) " 张 " kbd { "S" } }
                }
            }
            @if case.materials.is_empty() { p.hint { "这一件不用交材料。" } }
            @if open && (at_once || !case.materials.is_empty()) {
                form #check method="post" action={ "/county/case/" (case.number) "/check" } {
                    (visit.hidden())
                    @if case.materials.len() > 1 {
                        p.all { input #all type="checkbox" data-all="material"; label for="all" { "全部看过：复印件和原件一致，签名、姓名和系统一致" } }
                    }
                    (list(case, true))
                    @if !at_once { div.btns { button.btn.btn-2 name="do" value="save" { "保存核对" } } }
                }
            } @else { (list(case, false)) }
        }
    }
}

fn list(case: &CaseView, open: bool) -> Markup {
    html! {
        ul.mat {
            @for (place, material) in case.materials.iter().enumerate() {
                @let item = &material.item.material;
                @let id = format!("m{place}");
                li title=[(!item.remark.is_empty()).then_some(item.remark.as_str())] {
                    @if open {
                        input type="checkbox" id=(id) name="material" value=(item.code) checked[material.ticked.is_some()];
                        label for=(id) { (item.name) (flawed(case, &item.code)) }
                    } @else {
                        span { (if material.ticked.is_some() { "● " } else { "○ " }) (item.name) (flawed(case, &item.code)) }
                    }
                    span.hint {
                        @if item.copies > 0 { (item.copies) " 份" }
                        @if item.hand_in_original { " 收原件" } @else if item.show_original { " 看原件" }
                        @if !material.item.certain { " 视情况" }
                    }
                }
            }
        }
    }
}

/// What was wrong with a material when the application was given back.
fn flawed(case: &CaseView, material: &str) -> Markup {
    html! { @if let Some(flaw) = case.flaw_of(material) { br; b.hint { "上次退回：" (stages::flaw(flaw)) } } }
}

/// What can be printed and what was printed.
pub fn papers(visit: &Visit, case: &CaseView) -> Markup {
    let ready = |kind: PaperKind| match kind {
        PaperKind::ApplicationForm => !case.stage.is_with_student(),
        PaperKind::LoanContract => case.contract.is_some(),
        PaperKind::AcceptanceCertificate => case.progress.certificate.is_some() && visit.is(Role::CountyClerk),
        // Printed from the contract's page, where it is known whether everything is paid.
        PaperKind::MaterialList => !case.stage.is_with_student(),
        _ => false,
    };
    let kinds = [
        PaperKind::ApplicationForm,
        PaperKind::MaterialList,
        PaperKind::LoanContract,
        PaperKind::AcceptanceCertificate,
    ];
    html! {
        section.panel aria-labelledby="pr" {
            h2 #pr { "打印" }
            @if visit.is(Role::CountyClerk) || visit.is(Role::CountyReviewer) {
                form method="post" action={ "/county/case/" (case.number) "/print" } {
                    (visit.hidden())
                    div.btns {
                        @for kind in kinds.into_iter().filter(|kind| ready(*kind)) {
                            button.btn.btn-2 name="kind" value=(kind.code()) { (words::paper(kind.code())) }
                        }
                    }
                }
            }
            @if let Some(contract) = &case.contract {
                p.hint.mt2 { "合同 " (contract.number) "，第 " (contract.version) " 版，" (yuan_brief(Fen(contract.terms.principal_fen))) " 元" }
            }
            @for print in case.prints.iter().take(3) {
                p.hint.mt2 {
                    @if print.valid { a href={ "/county/paper/" (print.code) } { (words::paper(&print.kind)) } } @else { (words::paper(&print.kind)) }
                    " 第 " (print.version) " 版，" (iso(print.printed_on))
                    @if print.void_reason.is_some() { "，" (bare_tag(Tone::End, "已作废")) }
                }
            }
        }
    }
}
