//! 批量导入: upload a list, read what is wrong row by row, then let the right rows be done or mend the file first. The
//! same pages serve every kind of list; school and county reach those of their own (ux C13).

use axum::http::StatusCode;
use maud::{Markup, html};
use office::roster::run::ConfirmRoster;
use office::roster::{About, Kind, RosterView, RowView};

use super::{crumb, done, perform, refusal, settle};
use crate::form::{Form, Mistakes};
use crate::parts::fields::{Choice, Filled, Text, error_summary, ticks};
use crate::parts::lists::{bare_tag, counters, note, warning};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit, file};
use crate::words::rosters as words;

/// A list of rows and its form around it: more than any file the reader accepts.
pub const BODY_MAX: usize = 11 << 20;
/// Mistakes shown on the page; the rest stands in the result.
const MISTAKES_MAX: i64 = 100;
/// Rows shown of those without a mistake.
const ROWS_MAX: i64 = 50;
/// The type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn kind_of(visit: &Visit) -> Result<Kind, Stop> {
    Kind::of(visit.param("kind")).ok_or(Stop::NotFound)
}

/// `/school` or `/county`.
fn desk_of(visit: &Visit) -> &'static str {
    if visit.path.starts_with("/school") { "/school" } else { "/county" }
}

fn address(visit: &Visit, kind: Kind) -> String {
    format!("{}/import/{}", desk_of(visit), kind.code())
}

/// The form, and the files uploaded before.
pub async fn page(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    show_form(&visit, kind, &Form::default(), &Mistakes::none(), None).await
}

/// The empty workbook.
pub async fn template(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    let bytes = visit.office().roster_template(&visit.actor, kind)?;
    file(&format!("{}模板.xlsx", words::kind(kind)), XLSX, bytes)
}

/// The training whose list is uploaded.
fn training_of(visit: &Visit) -> &str {
    if visit.form.has("training") { visit.form.text("training") } else { visit.query.text("training") }
}

/// Takes a file in and looks at its rows; nothing is done yet.
pub async fn upload(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    if visit.body.is_empty() || visit.form.text("file").is_empty() {
        let mistakes = Mistakes::one("file", "请选择填好的表格");
        return show_form(&visit, kind, &visit.form, &mistakes, None).await;
    }
    let about: About = ["papers_shown", "session", "training"]
        .into_iter()
        .filter(|name| !visit.form.text(name).is_empty())
        .map(|name| (name.to_owned(), visit.form.text(name).to_owned()))
        .collect();
    let (key, bytes) = (visit.key()?, visit.body.to_vec());
    let name = visit.form.text("file");
    let outcome = visit.office().upload_roster(&visit.actor, &key, kind, about, name, bytes).await;
    match settle(outcome)? {
        Ok(uploaded) => {
            visit.office().check_roster(&visit.actor, &uploaded.roster, uploaded.known).await?;
            let known = if uploaded.known { "?said=known" } else { "" };
            visit.see(&format!("{}/{}{known}", address(&visit, kind), uploaded.roster))
        }
        Err(refused) => show_form(&visit, kind, &visit.form, &Mistakes::none(), Some(&refused)).await,
    }
}

async fn show_form(visit: &Visit, kind: Kind, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let before = visit.office().rosters(&visit.actor, kind).await?;
    let here = address(visit, kind);
    let name = words::kind(kind);
    let filled = Filled { values, mistakes };
    let title = format!("批量导入{name}");
    let mistake = mistakes.of("file");
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(desk_of(visit), "工作台")], &title))
            div.title { h1 { (title) } }
            (refusal(refused))
            (error_summary(mistakes))
            div.grid.g-main {
                section.panel aria-label="上传" {
                    form method="post" action=(here) enctype="multipart/form-data" {
                        (visit.hidden())
                        div.field.bad[mistake.is_some()] {
                            label for="file" { "填好的表格" }
                            p.hint id="file-h" { "电子表格或逗号分隔的文本，不超过 10 兆、2 万行。" }
                            @if let Some(message) = mistake { p.err id="file-e" { span.vh { "错误：" } (message) } }
                            input.in id="file" name="file" type="file" accept=".xlsx,.csv" aria-describedby="file-h";
                        }
                        @match kind {
                            Kind::Receipts => (ticks(filled, "papers_shown", "核对", "", &[Choice::new("yes", "名单里的学生都本人提出，出示了借款合同和受理证明")])),
                            Kind::QuizResults => (Text::new("session", "哪一场").hint("地点和时间，例如：教育局 401，8月1日上午。").draw(filled)),
                            Kind::Attendees => input type="hidden" name="training" value=(training_of(visit));,
                            Kind::PreApplications => {}
                        }
                        div.btns { button.btn { "上传并核对" } }
                        p.hint.mt2 { "先逐行核对，列出错在哪里。你看过以后才导入，现在什么都不会改。" }
                    }
                }
                section.panel aria-labelledby="tp" {
                    h2 #tp { "怎么填" }
                    ol.steps {
                        li { a href={ (here) "/template" } { "下载模板" } "，不要改动表头。" }
                        li { "身份证号、卡号和编号都按文本填，不要变成数字。" }
                        li { "填好，存盘，上传。" }
                    }
                    p.hint.mt2 { "同一份文件传两次，不会导入两次。" }
                }
            }
            (uploaded(&before, &here))
        }
    };
    let page = visit.desk(&title).at(desk_of(visit)).mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

fn uploaded(before: &[RosterView], here: &str) -> Markup {
    html! {
        @if !before.is_empty() {
            section.panel.mt3 aria-labelledby="bf" {
                h2 #bf { "传过的文件" }
                div.scroll tabindex="0" role="region" aria-labelledby="bf" {
                    table.data.dense {
                        caption.vh { "传过的文件，新的在前" }
                        thead { tr { th scope="col" { "文件" } th scope="col" { "上传" } th.n scope="col" { "行数" } th.n scope="col" { "已导入" } th.n scope="col" { "没有导入" } th scope="col" { "现在" } } }
                        tbody { @for one in before { tr {
                            th scope="row" { a href={ (here) "/" (one.id) } { (shown_name(&one.file_name)) } }
                            td { (one.uploaded_by) "，" (when(one)) }
                            td.n { (one.total) } td.n { (one.done) } td.n { (one.total - one.done) }
                            td { (standing(one)) }
                        } } }
                    }
                }
            }
        }
    }
}

/// The name of a file without its ending, which says nothing to the reader.
fn shown_name(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

fn when(one: &RosterView) -> String {
    let zone = chrono::FixedOffset::east_opt(8 * 3600).expect("eight hours are an offset");
    one.uploaded_at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

fn standing(one: &RosterView) -> &'static str {
    if one.open > 0 {
        "还没核对完"
    } else if one.confirmed && one.right > 0 {
        "没有导完，可以接着导"
    } else if one.confirmed {
        "导完了"
    } else if one.right > 0 {
        "等你看过再导入"
    } else {
        "没有可以导入的行"
    }
}

/// What the check found, or what was done.
pub async fn view(visit: Visit) -> Answer {
    show(&visit, None).await
}

/// Looks again, or lets the right rows be done.
pub async fn act(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    let id = visit.param("roster").to_owned();
    let here = format!("{}/{id}", address(&visit, kind));
    if visit.office().roster(&visit.actor, &id).await?.kind != kind {
        return Err(Stop::NotFound);
    }
    match visit.form.text("do") {
        "check" => visit.office().check_roster(&visit.actor, &id, false).await.map(drop)?,
        "again" => visit.office().check_roster(&visit.actor, &id, true).await.map(drop)?,
        "run" => visit.office().run_roster(&visit.actor, &id).await.map(drop)?,
        "confirm" => match perform(&visit, "", ConfirmRoster { roster: id.clone() }).await? {
            Ok(()) => visit.office().run_roster(&visit.actor, &id).await.map(drop)?,
            Err(refused) => return show(&visit, Some(&refused)).await,
        },
        _ => return Err(Stop::NotFound),
    }
    visit.see(&here)
}

/// The result as a workbook.
pub async fn result(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    let told = |row: &RowView| (words::verdict(&row.verdict).1.to_owned(), words::sentence(row));
    let bytes = visit.office().roster_result(&visit.actor, visit.param("roster"), told).await?;
    file(&format!("{}结果.xlsx", words::kind(kind)), XLSX, bytes)
}

async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let kind = kind_of(visit)?;
    let id = visit.param("roster");
    let (office, actor) = (visit.office(), &visit.actor);
    let roster = office.roster(actor, id).await?;
    if roster.kind != kind {
        return Err(Stop::NotFound);
    }
    let mut mistakes = office.roster_rows(actor, id, Some("wrong"), 0, MISTAKES_MAX).await?;
    mistakes.extend(office.roster_rows(actor, id, Some("refused"), 0, MISTAKES_MAX).await?);
    mistakes.sort_by_key(|row| row.number);
    mistakes.truncate(usize::try_from(MISTAKES_MAX).unwrap_or(100));
    let mut rest = office.roster_rows(actor, id, Some("right"), 0, ROWS_MAX).await?;
    rest.extend(office.roster_rows(actor, id, Some("done"), 0, ROWS_MAX).await?);
    rest.sort_by_key(|row| row.number);
    rest.truncate(usize::try_from(ROWS_MAX).unwrap_or(50));
    let list = address(visit, kind);
    let here = format!("{list}/{id}");
    let title = format!("导入{}", words::kind(kind));
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(desk_of(visit), "工作台"), (&list, &format!("批量导入{}", words::kind(kind)))], shown_name(&roster.file_name)))
            div.title {
                h1 { (title) " " small.mut.fw4 { (shown_name(&roster.file_name)) "，" (when(&roster)) "上传" } }
                div.btns { a.btn.btn-2 href={ (here) "/result" } { "下载结果表" } }
            }
            (refusal(refused))
            (done(if visit.query.text("said") == "known" { "这份文件以前传过。导入过的行不会再导，其余的行刚刚重新核对过。" } else { "" }))
            (counters(&[
                ("行数", html! { (roster.total) }),
                ("可以导入", html! { (roster.right) }),
                ("有错，不能导入", html! { (roster.left_out()) }),
                ("已导入", html! { (roster.done) }),
            ]))
            (next(visit, &roster, &here, &list))
            @if !mistakes.is_empty() { (wrong_rows(&mistakes, roster.left_out())) }
            @if !rest.is_empty() { (right_rows(&roster, &rest)) }
        }
    };
    let page = visit.desk(&title).at(desk_of(visit));
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}

/// What stands, and the one thing to do next.
fn next(visit: &Visit, roster: &RosterView, here: &str, list: &str) -> Markup {
    let button = |what: &str, class: &str, word: &str| super::button(visit, here, class, word, &[("do", what)]);
    let mend = html! { a.btn.btn-2 href=(list) { "改好文件再传" } };
    html! {
        section.panel aria-label="下一步" {
            @if roster.open > 0 {
                (note("还没核对完。", html! { "还有 " (roster.open) " 行。核对过的已经存下。" }))
                div.btns { (button("check", "", "接着核对")) }
            } @else if roster.confirmed && roster.right > 0 {
                (warning("没有导完。", html! { "已导入 " (roster.done) " 行，还有 " (roster.right) " 行。导入过的行不会重复。" }))
                div.btns { (button("run", "", "接着导入")) }
            } @else if roster.right > 0 {
                p { "没有错的有 " b { (roster.right) } " 行" @if roster.left_out() > 0 { "，有错的 " b { (roster.left_out()) } " 行不会导入" } "。由你决定：" }
                div.btns { (button("confirm", "", &format!("导入没有错的 {} 行", roster.right))) (mend) }
            } @else if roster.done > 0 {
                (note("导完了。", html! { "导入 " (roster.done) " 行" @if roster.left_out() > 0 { "，" (roster.left_out()) " 行没有导入，原因见下面和结果表" } "。" }))
                div.btns { (mend) @if roster.refused > 0 { (button("again", "btn-2", "把没导入的再核对一次")) } }
            } @else {
                (warning("没有可以导入的行。", html! { "请按下面说的改好文件，再上传。什么都没有改动。" }))
                div.btns { (mend) @if roster.refused > 0 { (button("again", "btn-2", "再核对一次")) } }
            }
        }
    }
}

fn wrong_rows(rows: &[RowView], total: i64) -> Markup {
    html! {
        section.panel.mt3 aria-labelledby="wr" {
            h2 #wr { "有错的行" @if total > rows.len() as i64 { " " small.mut { "共 " (total) " 行，这里列出前 " (rows.len()) " 行，其余在结果表里" } } }
            div.scroll tabindex="0" role="region" aria-labelledby="wr" {
                table.data.dense {
                    caption.vh { "有错的行，错在哪一列，怎么办" }
                    thead { tr { th.n scope="col" { "行号" } th scope="col" { "列" } th scope="col" { "问题和办法" } } }
                    tbody { @for row in rows { tr {
                        th.n scope="row" { (row.number) }
                        td { (row.columns().join("、")) }
                        td { (words::sentence(row)) }
                    } } }
                }
            }
        }
    }
}

fn right_rows(roster: &RosterView, rows: &[RowView]) -> Markup {
    let titles: Vec<&str> = roster.kind.columns().into_iter().filter(|title| *title != "手机号").collect();
    html! {
        section.panel.mt3 aria-labelledby="rr" {
            h2 #rr { "没有错的行" @if roster.right + roster.done > rows.len() as i64 { " " small.mut { "共 " (roster.right + roster.done) " 行，这里列出前 " (rows.len()) " 行" } } }
            div.scroll tabindex="0" role="region" aria-labelledby="rr" {
                table.data.dense {
                    caption.vh { "没有错的行" }
                    thead { tr { th.n scope="col" { "行号" } @for title in &titles { th scope="col" { (title) } } th scope="col" { "结果" } th scope="col" { "说明" } } }
                    tbody { @for row in rows { tr {
                        @let (tone, word) = words::verdict(&row.verdict);
                        th.n scope="row" { (row.number) }
                        @for title in &titles { td { (row.cells.get(*title).map_or("", String::as_str)) } }
                        td { (bare_tag(tone, word)) }
                        td { (words::sentence(row)) }
                    } } }
                }
            }
        }
    }
}
