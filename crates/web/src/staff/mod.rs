//! Desks of the people who work on loans: county, school, bank, payment platform, province, audit, administration.

use office::who::{OfficeKind, Role};

use crate::parts::shell::Entry;

const COUNTY: &[Entry] =
    &[("/county", "工作台"), ("/county/cases", "受理"), ("/county/review", "复核"), ("/county/loans", "贷后")];
const SCHOOL: &[Entry] = &[("/school", "工作台"), ("/school/receipt", "录入回执"), ("/school/missing", "未录名单")];
const FINANCE: &[Entry] = &[("/school", "工作台"), ("/school/batches", "到账核对")];
const BANK: &[Entry] =
    &[("/bank", "工作台"), ("/bank/approve", "审批"), ("/bank/batches", "放款"), ("/bank/settlement", "结息")];
const PLATFORM: &[Entry] = &[("/platform", "交易"), ("/platform/messages", "通知日志")];
const PROVINCE: &[Entry] = &[("/province", "进度看板"), ("/policy", "政策")];
const AUDIT: &[Entry] = &[("/audit", "事件检索"), ("/audit/chain", "链校验")];
const SYSTEM: &[Entry] = &[("/admin", "系统"), ("/admin/offices", "机构"), ("/admin/staff", "账号")];

/// The navigation of a member of staff.
pub fn navigation(roles: &[Role]) -> &'static [Entry] {
    match roles.first().map(|role| (role, role.office_kind())) {
        Some((Role::SchoolFinance, _)) => FINANCE,
        Some((Role::Auditor, _)) => AUDIT,
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
