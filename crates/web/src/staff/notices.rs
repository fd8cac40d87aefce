//! 通知: what the office was told and what it tells, with attachments and receipts.

use axum::http::StatusCode;
use maud::{Markup, html};
use office::Role;
use office::notices::confirm::ConfirmNotice;
use office::notices::publish::{Attached, FILES_MAX, Publish, WithdrawNotice};
use office::notices::{Audience, NoticeView};

use super::{button, crumb, done, perform, refusal};
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, Text, area, error_summary, radios};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show::iso;
use crate::public::news::{content, named};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// Five attachments of eight megabytes.
pub const BODY_MAX: usize = 41 * 1024 * 1024;

fn publishes(visit: &Visit) -> bool {
    [Role::Province, Role::SchoolOfficer, Role::HallManager].into_iter().any(|role| visit.is(role))
}

/// The list.
pub async fn list(visit: Visit) -> Answer {
    let notices = visit.office().notices(&visit.actor).await?;
    let own = visit.actor.office().filter(|_| publishes(&visit));
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "通知" } @if publishes(&visit) { a.btn href="/notices/new" { "发通知、发动态" } } }
            (done(if visit.query.text("done") == "withdrawn" { "已撤下。" } else { "" }))
            @if notices.is_empty() { (empty("没有通知。", html! { "收到和发出的通知都在这里。" })) } @else {
                section.panel aria-label="通知" { table.data {
                    caption.vh { "收到和发出的通知" }
                    thead { tr { th scope="col" { "日期" } th scope="col" { "标题" } th scope="col" { "来自" } th scope="col" { "回执" } } }
                    tbody { @for one in &notices { tr {
                        td.nw { (iso(one.on)) }
                        th scope="row" { a href={ "/notices/" (one.owner) "/" (one.notice) } { (one.title) } }
                        td { (one.office) }
                        td { (receipt(one, own == Some(one.owner))) }
                    } } }
                } }
            }
        }
    };
    visit.desk("通知").at("/notices").show(body)
}

fn receipt(one: &NoticeView, own: bool) -> Markup {
    html! {
        @match one.answer_by {
            None => "不要回执",
            Some(_) if own => { "收到 " (one.receipts.len()) " 份" }
            Some(_) if one.confirmed => { (bare_tag(Tone::Done, "已回执")) }
            Some(last) => { (bare_tag(Tone::Act, &format!("{} 前回执", iso(last)))) }
        }
    }
}

/// One notice.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, None).await
}

async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let (owner, notice) = named(visit)?;
    let one = visit.office().notice(&visit.actor, owner, notice).await?;
    // Those of the same office who do not publish are among those it is for.
    let own = visit.actor.office() == Some(owner) && publishes(visit);
    let at = format!("/notices/{owner}/{notice}");
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/notices", "通知")], &one.title))
            div.title { h1 { (one.title) } p.mut { (one.office) "　" (iso(one.on)) } }
            (refusal(refused))
            (done(match visit.query.text("done") { "confirmed" => "已回执。", "published" => "已发布。", _ => "" }))
            section.panel.stack aria-label="正文" { (content(&one, &at)) }
            @if own {
                section.panel aria-labelledby="rc" {
                    div.lr { h2 #rc { "回执" } span.hint { (one.receipts.len()) " 份" } }
                    ul.bul { @for (office, reader, note) in &one.receipts { li { (office) "　" (reader) @if !note.is_empty() { "：" (note) } } } }
                    @if publishes(visit) { (button(visit, &format!("{at}/withdraw"), "btn-err", "撤下", &[])) }
                }
            } @else if let (Some(last), false) = (one.answer_by, one.confirmed) {
                section.panel aria-labelledby="rc" {
                    h2 #rc { "回执" }
                    p.hint { "最晚 " (iso(last)) }
                    form method="post" action={ (at) "/confirm" } {
                        (visit.hidden())
                        (Text::new("note", "要说明的（可以不填）").draw(Filled::fresh(&Form::default())))
                        div.btns { button.btn { "收到，回执" } }
                    }
                }
            }
        }
    };
    let page = visit.desk(&one.title).at("/notices");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// The receipt.
pub async fn confirm(visit: Visit) -> Answer {
    let (owner, notice) = named(&visit)?;
    let note = visit.form.text("note").to_owned();
    match perform(&visit, "", ConfirmNotice { owner, notice, note }).await? {
        Ok(()) => visit.see(&format!("/notices/{owner}/{notice}?done=confirmed")),
        Err(refused) => show(&visit, Some(&refused)).await,
    }
}

/// Takes one's own notice back.
pub async fn withdraw(visit: Visit) -> Answer {
    let (owner, notice) = named(&visit)?;
    if visit.actor.office() != Some(owner) {
        return Err(Stop::NotFound);
    }
    match perform(&visit, "", WithdrawNotice { notice }).await? {
        Ok(()) => visit.see("/notices?done=withdrawn"),
        Err(refused) => show(&visit, Some(&refused)).await,
    }
}

/// The form of a new one.
pub async fn fresh(visit: Visit) -> Answer {
    write(&visit, &Form::default(), &Mistakes::none(), None)
}

fn write(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let filled = Filled { values, mistakes };
    let audiences: &[(Audience, &str)] = if visit.is(Role::Province) {
        &[
            (Audience::Counties, "各县级资助中心"),
            (Audience::Schools, "各高校"),
            (Audience::Everybody, "所有人（工作动态）"),
        ]
    } else if visit.is(Role::SchoolOfficer) {
        &[(Audience::Colleges, "本校各院系"), (Audience::Everybody, "所有人（工作动态）")]
    } else {
        &[(Audience::Everybody, "所有人（工作动态）")]
    };
    let choices: Vec<Choice> = audiences.iter().map(|(one, words)| Choice::new(one.code(), words)).collect();
    let kinds = [Choice::new("notice", "通知，带附件"), Choice::new("article", "动态，带图片和图片说明")];
    let body = html! {
        main.main.wrap #main {
            (crumb(&[("/notices", "通知")], "发通知、发动态"))
            div.title { h1 { "发通知、发动态" } }
            (refusal(refused))
            (error_summary(mistakes))
            section.panel aria-label="内容" {
                form method="post" action="/notices/new" enctype="multipart/form-data" data-keep {
                    (visit.hidden())
                    (radios(filled, "kind", "发什么", "", &kinds))
                    (radios(filled, "audience", "发给谁", "", &choices))
                    (Text::new("title", "标题").draw(filled))
                    (area(filled, "body", "正文", "段落之间空一行。", 8))
                    (Text::new("answer_by", "回执的最后一天（不要回执就空着）").hint("例如 2026-06-01").shape("w11", "text").draw(filled))
                    @for place in 1..=FILES_MAX {
                        div.row-fields {
                            div.field { label for={ "file" (place) } { "附件或图片 " (place) } input id={ "file" (place) } type="file" name={ "file" (place) }; }
                            (Text::new(&format!("caption{place}"), "名称或图片说明").draw(filled))
                        }
                    }
                    div.btns { button.btn { "发布" } a.btn.btn-2 href="/notices" { "不发了" } }
                }
            }
        }
    };
    let page = visit.desk("发通知、发动态").at("/notices").mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// Publishes.
pub async fn publish(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let article = reading.choice("kind", "发什么", &["notice", "article"]) == "article";
    let codes = Audience::ALL.map(Audience::code);
    let audience = Audience::of(reading.choice("audience", "发给谁", &codes)).unwrap_or(Audience::Everybody);
    let title = reading.text("title", "标题", 80);
    let body = visit.form.text("body").to_owned();
    let wants_answer = reading.optional("answer_by", "回执的最后一天", 10).is_some();
    let answer_by = wants_answer.then(|| reading.day("answer_by", "回执的最后一天"));
    let files = visit
        .files
        .iter()
        .map(|file| {
            let caption = visit.form.text(&file.field.replace("file", "caption"));
            Attached::of(if caption.is_empty() && !article { &file.name } else { caption }, &file.bytes)
        })
        .collect();
    match reading.finish(Publish { article, audience, title, body, answer_by, files }) {
        Err(mistakes) => write(&visit, &visit.form, &mistakes, None),
        Ok(act) => match perform(&visit, "", act).await? {
            Ok(notice) => {
                let owner = visit.actor.office().ok_or(Stop::Forbidden)?;
                visit.see(&format!("/notices/{owner}/{notice}?done=published"))
            }
            Err(refused) => write(&visit, &visit.form, &Mistakes::none(), Some(&refused)),
        },
    }
}
