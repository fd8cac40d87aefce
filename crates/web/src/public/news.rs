//! 工作动态: what offices published for everybody, with pictures and captions.

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use maud::{Markup, html};
use office::notices::NoticeView;

use crate::parts::lists::empty;
use crate::parts::show::day;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The list.
pub async fn list(visit: Visit) -> Answer {
    let news = visit.office().news().await.map_err(Stop::failure)?;
    let body = html! {
        div.col {
            h1 { "工作动态" }
            @if news.is_empty() { div.mt5 { (empty("还没有动态。", html! { a href="/" { "回到首页" } })) } }
            ul.rows.mt5 { @for one in &news { li {
                h2 { a href={ "/news/" (one.owner) "/" (one.notice) } { (one.title) } }
                p.hint { (one.office) "，" (day(one.on)) }
            } } }
        }
    };
    visit.page("工作动态").back("/", "返回首页").show(body)
}

/// The two numbers of a path.
pub(crate) fn named(visit: &Visit) -> Result<(i64, i64), Stop> {
    let number = |name: &str| visit.param(name).parse::<i64>().map_err(|_| Stop::NotFound);
    Ok((number("owner")?, number("notice")?))
}

/// The text with its pictures, or its attachments; `at` is the address files stand under.
pub(crate) fn content(one: &NoticeView, at: &str) -> Markup {
    html! {
        @for paragraph in &one.paragraphs { p { (paragraph) } }
        @if one.article {
            @for file in &one.files { figure { img.wide src={ (at) "/" (file.row_no) } alt=(file.name) loading="lazy"; figcaption.hint { (file.name) } } }
        } @else if !one.files.is_empty() {
            h2 { "附件" }
            ol { @for file in &one.files { li { a href={ (at) "/" (file.row_no) } { (file.name) } } } }
        }
    }
}

/// One article.
pub async fn page(visit: Visit) -> Answer {
    let (owner, notice) = named(&visit)?;
    let one = visit.office().notice(&visit.actor, owner, notice).await?;
    let body = html! {
        div.col.stack {
            h1 { (one.title) }
            p.hint { (one.office) "，" (day(one.on)) }
            (content(&one, &format!("/news/{owner}/{notice}")))
        }
    };
    visit.page(&one.title).back("/news", "返回工作动态").show(body)
}

/// A picture or an attachment: a file to keep, whatever asks for it.
pub async fn file(visit: Visit) -> Answer {
    let (owner, notice) = named(&visit)?;
    let row_no = visit.param("file").parse::<i64>().map_err(|_| Stop::NotFound)?;
    let file = visit.office().notice_file(&visit.actor, owner, notice, row_no).await?;
    let media_type = match file.media_type.as_str() {
        "image/png" => "image/png",
        "image/jpeg" => "image/jpeg",
        "application/pdf" => "application/pdf",
        _ => "application/octet-stream",
    };
    let coded = percent_encoding::utf8_percent_encode(&file.name, percent_encoding::NON_ALPHANUMERIC);
    let name = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{coded}")).map_err(|_| Stop::NotFound)?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, file.content).into_response())
}
