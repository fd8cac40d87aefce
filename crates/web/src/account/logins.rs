//! 密码和登录记录: where the reader is logged in now, and the way to end what he does not know.

use maud::html;
use office::accounts::entrance::Door;
use office::accounts::sessions::Ending;

use super::{is_staff, show};
use crate::form::Mistakes;
use crate::parts::lists::{Change, Fact, Tone, bare_tag, summary};
use crate::parts::show::instant;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The account of whoever asks.
pub async fn page(visit: Visit) -> Answer {
    let session = visit.session.as_ref().ok_or(Stop::LogIn)?;
    let logins = visit.office().sessions(&session.token).await.map_err(Stop::failure)?;
    let link = |href: &str| Change::Link(href.to_owned());
    let mut facts = vec![
        Fact { name: "姓名", value: html! { (session.name) }, change: Change::No },
        Fact {
            name: "密码", value: html! { "只有你自己知道" }, change: link(crate::public::password::CHANGE)
        },
    ];
    if is_staff(&visit) {
        let factor = visit.office().factor(&session.token).await?;
        let value =
            html! { @if factor.set { "已开启，还有 " (factor.recovery_left) " 个恢复码" } @else { "还没有开启" } };
        facts.push(Fact { name: "动态口令", value, change: link("/account/factor") });
    }
    let body = html! {
        h1 { "密码和登录记录" }
        @if visit.query.has("changed") { p.note.mt3 role="status" { "密码已经改好，其他地方的登录都已退出。" } }
        @if let Some(ended) = visit.query.get("ended") { p.note.mt3 role="status" { "已退出 " (ended.parse::<u32>().unwrap_or(0)) " 处登录。" } }
        div.mt5 { (summary(&facts)) }
        section.sec {
            h2 { "现在登录的地方" }
            p.hint { "有不认识的，点“退出”，然后改密码。" }
            ul.rows.mt3 {
                @for login in &logins {
                    li {
                        div.lr {
                            span { b { (login.agent) } "　" (door(login.door)) }
                            @if login.this { (bare_tag(Tone::Now, "这里")) } @else {
                                form.inline method="post" action="/account/sessions" {
                                    (visit.hidden())
                                    input type="hidden" name="id" value=(login.id);
                                    button.btn.btn-2.btn-s { "退出" span.vh { (login.agent) } }
                                }
                            }
                        }
                        p.hint { (instant(login.began_at)) " 登录，" (instant(login.seen_at)) " 用过" }
                    }
                }
            }
            @if logins.len() > 1 {
                form.mt3 method="post" action="/account/sessions" { (visit.hidden()) button.btn.btn-2 { "退出其他所有登录" } }
            }
        }
    };
    show(&visit, "密码和登录记录", &Mistakes::none(), body)
}

const fn door(door: Door) -> &'static str {
    match door {
        Door::Student => "学生",
        Door::CoBorrower => "共同借款人",
        Door::Staff => "工作人员",
    }
}

/// Ends one login, or all others.
pub async fn end(visit: Visit) -> Answer {
    let session = visit.session.as_ref().ok_or(Stop::LogIn)?;
    let which = match visit.form.get("id") {
        Some(id) => Ending::One(id.to_owned()),
        None => Ending::Others,
    };
    let ended = visit.office().end_sessions(&session.token, &which).await.map_err(Stop::failure)?;
    visit.see(&format!("/account?ended={ended}"))
}
