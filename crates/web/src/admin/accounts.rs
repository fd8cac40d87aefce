//! 账号和角色: the system administrator opens accounts, the security administrator gives roles; nobody does both.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::accounts::factor::TakeFactorAway;
use office::accounts::staff::{OpenStaff, SetRole};
use office::accounts::staff_slip::{CloseStaff, IssueStaffSlip};
use office::view::people::StaffView;
use office::who::Role;

use super::offices::kind;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary, select};
use crate::parts::lists::{Tone, bare_tag};
use crate::parts::show::instant;
use crate::staff::{self, crumb, key_of, perform, settle, words};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// The accounts.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None).await
}

async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let accounts = visit.office().staff_accounts(&visit.actor).await?;
    let offices = visit.office().office_places(&visit.actor).await?;
    let offices: Vec<(String, String)> =
        offices.into_iter().map(|office| (office.office_id.to_string(), office.name)).collect();
    let filled = Filled { values, mistakes };
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/admin", "系统")], "账号"))
            div.title { h1 { "账号 " small.mut.fw4 { (accounts.len()) " 个" } } }
            (staff::refusal(refused))
            (error_summary(mistakes))
            (staff::done(if visit.query.has("done") { "已办好。" } else { "" }))
            div.grid.g-main {
                section.panel aria-label="账号" { (table(visit, &accounts)) }
                section.panel aria-labelledby="op" {
                    h2 #op { "开通账号" }
                    @if visit.is(Role::SystemAdmin) {
                        form method="post" action="/admin/staff" data-keep {
                            (visit.hidden())
                            (Text::new("login", "登录名").draw(filled))
                            (Text::new("name", "姓名").draw(filled))
                            (select(filled, "office", "机构", "", "请选择", &offices))
                            (Text::new("id_number", "身份证号").hint("用来认出同一个人的几个账号，不能又经办又复核。").draw(filled))
                            div.btns { button.btn { "开通账号" } }
                        }
                        p.hint.mt2 { "开通后得到一张一次性登录条，交给本人自己设密码。角色由安全管理员给。" }
                    } @else { p { "由系统管理员开通账号。" } }
                }
            }
        }
    };
    let page = visit.desk("账号").at("/admin/staff").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn table(visit: &Visit, accounts: &[StaffView]) -> Markup {
    let gives = visit.is(Role::SecurityAdmin);
    let opens = visit.is(Role::SystemAdmin);
    html! {
        div.scroll tabindex="0" role="region" aria-label="账号" {
            table.data {
                caption.vh { "账号" }
                thead { tr { th scope="col" { "姓名" } th scope="col" { "登录名" } th scope="col" { "机构" } th scope="col" { "角色" } th scope="col" { "现在" } @if gives { th scope="col" { "改角色" } } @if opens { th scope="col" { "账号" } } } }
                tbody {
                    @for one in accounts {
                        tr {
                            th scope="row" { (one.name) } td { (one.login) }
                            td { (one.office_name) span.mut { "　" (kind(one.kind)) } }
                            td { @if one.roles.is_empty() { "--" } @else { (one.roles.iter().map(|role| words::role(*role)).collect::<Vec<_>>().join("、")) } }
                            td { @if one.disabled_on.is_some() { (bare_tag(Tone::End, "已停用")) } @else { (bare_tag(Tone::Done, "在用")) } }
                            @if gives { td { (roles(visit, one)) (staff::button(visit, &format!("/admin/staff/{}/factor", one.staff), "btn-2 btn-s", "清除动态口令", &[])) } }
                            @if opens { td { @if one.disabled_on.is_none() {
                                (staff::button(visit, &format!("/admin/staff/{}/slip", one.staff), "btn-2 btn-s", "发登录条", &[])) " "
                                (staff::button(visit, &format!("/admin/staff/{}/close", one.staff), "btn-2 btn-s", "停用", &[]))
                            } } }
                        }
                    }
                }
            }
        }
    }
}

fn roles(visit: &Visit, one: &StaffView) -> Markup {
    let id = format!("role-{}", one.staff);
    html! {
        form.unit method="post" action={ "/admin/staff/" (one.staff) "/role" } {
            (visit.hidden())
            label.vh for=(id) { (one.name) "的角色" }
            select id=(id) name="role" {
                @for role in Role::ALL.into_iter().filter(|role| role.office_kind() == Some(one.kind)) { option value=(role.code()) { (words::role(role)) } }
            }
            span { button.btn.btn-2.btn-s name="held" value="yes" { "给" } " " button.btn.btn-2.btn-s name="held" value="no" { "收回" } }
        }
    }
}

/// Opens an account.
pub async fn open(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let login = reading.text("login", "登录名", 40);
    let name = reading.text("name", "姓名", 60);
    let office = visit.form.text("office").parse().unwrap_or_else(|_| {
        reading.mistake("office", "请选择机构");
        0
    });
    let id_number = reading.optional("id_number", "身份证号", 30);
    // Nobody knows this password; the owner sets one with the slip.
    let password = visit.site.token();
    let asked = match reading.finish(OpenStaff { login, name, office, id_number, password }) {
        Ok(asked) => asked,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None).await,
    };
    let key = key_of(&visit, "")?;
    match settle(visit.office().open_staff(&visit.actor, &key, asked).await)? {
        Ok(staff) => give_slip(&visit, staff).await,
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

/// A one-time slip for an account.
pub async fn slip(visit: Visit) -> Answer {
    let Ok(staff) = visit.param("staff").parse() else { return Err(Stop::NotFound) };
    give_slip(&visit, staff).await
}

async fn give_slip(visit: &Visit, staff: i64) -> Answer {
    let slip = match perform(visit, "slip", IssueStaffSlip { staff }).await? {
        Ok(slip) => slip,
        Err(refused) => return show(visit, &Form::default(), &Mistakes::none(), Some(&refused)).await,
    };
    let body = html! {
        main.slip #main {
            h1.c { "工作人员一次性登录条" }
            hr;
            p.code { (slip.code) }
            dl { dt { "姓名" } dd { (slip.name) } dt { "登录名" } dd { (slip.login) } dt { "有效到" } dd { (instant(slip.until)) } }
            hr;
            p { "打开“工作人员登录”，点“在这里自己设密码”，输入登录名和上面的码。只能用一次，不要给别人看。" }
            p.no-print { button.btn.btn-2 type="button" data-print hidden { "打印" } " " a href="/admin/staff" { "回到账号" } }
        }
    };
    visit.sheet("一次性登录条", "paper").show(body)
}

/// Closes an account.
pub async fn close(visit: Visit) -> Answer {
    let Ok(staff) = visit.param("staff").parse() else { return Err(Stop::NotFound) };
    settled(&visit, perform(&visit, "", CloseStaff { staff }).await?).await
}

/// Takes a lost device away.
pub async fn take_factor(visit: Visit) -> Answer {
    let Ok(staff) = visit.param("staff").parse() else { return Err(Stop::NotFound) };
    settled(&visit, perform(&visit, "", TakeFactorAway { staff }).await?).await
}

async fn settled(visit: &Visit, outcome: Result<(), Refused>) -> Answer {
    match outcome {
        Ok(()) => visit.see("/admin/staff?done=yes"),
        Err(refused) => show(visit, &Form::default(), &Mistakes::none(), Some(&refused)).await,
    }
}

/// Gives a role or takes it back.
pub async fn set_role(visit: Visit) -> Answer {
    let Ok(staff) = visit.param("staff").parse() else { return Err(Stop::NotFound) };
    let Some(role) = Role::of(visit.form.text("role")) else { return Err(Stop::NotFound) };
    let held = visit.form.text("held") == "yes";
    match perform(&visit, "", SetRole { staff, role, held }).await? {
        Ok(()) => visit.see("/admin/staff?done=yes"),
        Err(refused) => show(&visit, &Form::default(), &Mistakes::none(), Some(&refused)).await,
    }
}
