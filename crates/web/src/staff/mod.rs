//! Desks of the people who work on loans: county, school, bank, payment platform, province, audit, administration.
//! Here is what they share: the words, and how a desk performs an act.

use maud::{Markup, html};
use office::act::Act;
use office::who::{OfficeKind, Role};
use office::{Key, No};

use crate::parts::shell::Entry;
use crate::route::{Reach, Route, Rule, get, post};
use crate::stop::{Refused, Stop};
use crate::to;
use crate::visit::Visit;

pub mod account_help;
mod doors;
mod keys;
pub mod loans;
mod notices;
pub mod pre;
pub mod rosters;
pub mod trainings;
pub mod words;

/// What every desk has, and the doors of a demonstration.
pub const ROUTES: &[Route] = &[
    get("/demo", Rule::EVERYBODY, to!(doors::page)),
    get("/help/keys", Rule::EVERYBODY, to!(keys::page)),
    get("/hotline", HOTLINE, to!(account_help::hotline)),
    post("/hotline", HOTLINE, to!(account_help::send_hotline_code)),
    get("/notices", NOTICES, to!(notices::list)),
    get("/notices/new", PUBLISHES, to!(notices::fresh)),
    post("/notices/new", PUBLISHES, to!(notices::publish)).with_body(notices::BODY_MAX),
    get("/notices/{owner}/{notice}", NOTICES, to!(notices::page)),
    get("/notices/{owner}/{notice}/{file}", NOTICES, to!(crate::public::news::file)),
    post("/notices/{owner}/{notice}/confirm", CONFIRMS, to!(notices::confirm)),
    post("/notices/{owner}/{notice}/withdraw", PUBLISHES, to!(notices::withdraw)),
];

/// Offices that get and give notices.
const NOTICES: Rule = Rule::only([
    (Role::CountyClerk, Reach::SameOffice),
    (Role::HallManager, Reach::SameOffice),
    (Role::SchoolOfficer, Reach::SameOffice),
    (Role::SchoolFinance, Reach::SameOffice),
    (Role::Counsellor, Reach::SameOffice),
    (Role::Province, Reach::SameOffice),
]);
const CONFIRMS: Rule = Rule::only([
    (Role::CountyClerk, Reach::SameOffice),
    (Role::HallManager, Reach::SameOffice),
    (Role::SchoolOfficer, Reach::SameOffice),
    (Role::SchoolFinance, Reach::SameOffice),
    (Role::Counsellor, Reach::SameOffice),
]);
const PUBLISHES: Rule = Rule::only([
    (Role::Province, Reach::SameOffice),
    (Role::SchoolOfficer, Reach::SameOffice),
    (Role::HallManager, Reach::SameOffice),
]);

/// The telephone desk: it starts a reset and sees no file.
const HOTLINE: Rule = Rule::only([(Role::HotlineAgent, Reach::Any)]);

const COUNTY: &[Entry] = &[
    ("/county", "工作台"),
    ("/county/hall", "大厅"),
    ("/county/pre", "预申请"),
    ("/county/training", "培训"),
    ("/county/cases", "受理"),
    ("/county/review", "复核"),
    ("/county/print", "打印"),
    ("/county/loans", "贷后"),
    ("/county/relief", "救助"),
    ("/county/accounts", "账号协助"),
];
const SCHOOL: &[Entry] = &[
    ("/school", "工作台"),
    ("/school/receipt", "录入回执"),
    ("/school/missing", "未录名单"),
    ("/school/pre", "预申请"),
    ("/school/training", "培训"),
    ("/school/statements", "续贷声明"),
    ("/school/students", "贷款学生"),
    ("/school/receipts", "缴费收据"),
    ("/school/accounts", "改手机号"),
    ("/notices", "通知"),
];
const ASSISTANT: &[Entry] = &[("/school/missing", "未录名单")];
const HOTLINE_NAV: &[Entry] = &[("/hotline", "重设密码")];
const FINANCE: &[Entry] = &[("/school/batches", "到账核对"), ("/school/receipts", "缴费收据"), ("/notices", "通知")];
const BANK: &[Entry] = &[
    ("/bank", "工作台"),
    ("/bank/approve", "审批"),
    ("/bank/batches", "放款"),
    ("/bank/calendar", "结息日历"),
    ("/bank/loans", "贷后"),
];
const PLATFORM: &[Entry] = &[("/platform", "交易"), ("/platform/messages", "通知")];
const PROVINCE: &[Entry] =
    &[("/province", "进度看板"), ("/province/late", "来件督办"), ("/notices", "通知"), ("/policy", "政策")];
const AUDIT: &[Entry] = &[("/audit", "事件检索"), ("/audit/chain", "链校验"), ("/audit/loans", "合同")];
const SYSTEM: &[Entry] = &[("/admin", "系统"), ("/admin/offices", "机构"), ("/admin/staff", "账号")];
const SECURITY: &[Entry] =
    &[("/admin", "系统"), ("/admin/offices", "机构"), ("/admin/staff", "账号"), ("/admin/alerts", "安全提醒")];

/// The navigation of a member of staff.
pub fn navigation(roles: &[Role]) -> &'static [Entry] {
    match roles.first().map(|role| (role, role.office_kind())) {
        Some((Role::SchoolFinance, _)) => FINANCE,
        Some((Role::LoanAssistant, _)) => ASSISTANT,
        Some((Role::HotlineAgent, _)) => HOTLINE_NAV,
        Some((Role::Auditor, _)) => AUDIT,
        Some((Role::SecurityAdmin, _)) => SECURITY,
        Some((_, Some(OfficeKind::County))) => COUNTY,
        Some((_, Some(OfficeKind::School))) => SCHOOL,
        Some((_, Some(OfficeKind::Bank))) => BANK,
        Some((_, Some(OfficeKind::Platform))) => PLATFORM,
        Some((_, Some(OfficeKind::Province))) => PROVINCE,
        Some((_, Some(OfficeKind::System))) => SYSTEM,
        _ => &[],
    }
}

/// The first page of the people who run the system.
pub fn system_home(roles: &[Role]) -> &'static str {
    if roles.contains(&Role::Auditor) { "/audit" } else { "/admin" }
}

/// Performs one act of a sending. `part` tells several acts of the same sending apart, so that each has its own key.
/// The outer error has a page of its own; the inner one is a rule's no, shown on the page that asked.
pub async fn perform<A: Act>(visit: &Visit, part: &str, act: A) -> Result<Result<A::Done, Refused>, Stop> {
    let key = key_of(visit, part)?;
    settle(visit.office().perform(&visit.actor, &key, act).await)
}

/// The key of one act of a sending.
pub fn key_of(visit: &Visit, part: &str) -> Result<Key, Stop> {
    let text = if part.is_empty() { visit.once() } else { format!("{}.{part}", visit.once()) };
    Key::new(&text).ok_or(Stop::Stale)
}

/// Tells a rule's no, which a page shows, from everything that ends the request.
pub fn settle<T, R: office::Refusal>(outcome: Result<T, No<R>>) -> Result<Result<T, Refused>, Stop> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(No::Refused(refusal)) => Ok(Err(crate::words::refused(&refusal))),
        Err(no) => Err(no.into()),
    }
}

/// The no on top of a page: which rule, which article, what to do.
pub fn refusal(refused: Option<&Refused>) -> Markup {
    html! {
        @if let Some(refused) = refused {
            div.errors role="alert" tabindex="-1" aria-labelledby="no" {
                h2 #no { (refused.says) }
                @if !refused.remedy.is_empty() { p { (refused.remedy) } }
                @if !refused.why.is_empty() { p.src { "依据：" (crate::words::citations(&refused.why)) } }
            }
        }
    }
}

/// The calm line after something was done.
pub fn done(words: &str) -> Markup {
    html! { @if !words.is_empty() { p.note role="status" { (words) } } }
}

/// Where a page stands: links down to it, then its own name.
pub fn crumb(path: &[(&str, &str)], here: &str) -> Markup {
    html! { p.crumb { @for (href, word) in path { a href=(href) { (word) } " › " } (here) } }
}

/// A form that is one button.
pub fn button(visit: &Visit, action: &str, class: &str, word: &str, fields: &[(&str, &str)]) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            (visit.hidden())
            @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
            button class={ "btn " (class) } { (word) }
        }
    }
}
