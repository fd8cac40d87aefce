//! 预申请: enter one student, see the list of the year, and ask those who were entered and have not applied.

use axum::http::StatusCode;
use loan::policy::choice::{Choice as _, PreApplicationWay};
use maud::{Markup, html};
use office::origination::enter_pre_application::EnterPreApplication;
use office::roster::lists::List;
use office::view::pre_application::{PreApplicationList, PreApplicationRow};

use super::rosters::XLSX;
use super::{crumb, done, perform, refusal};
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, Text, error_summary, radios, select};
use crate::parts::lists::{Tone, bare_tag, counters, empty};
use crate::parts::show::iso;
use crate::stop::Refused;
use crate::visit::{Answer, Visit, file};
use crate::words::stages;

/// `/school` or `/county`.
fn desk_of(visit: &Visit) -> &'static str {
    if visit.path.starts_with("/school") { "/school" } else { "/county" }
}

/// What a source is called.
pub fn source(code: &str) -> &'static str {
    PreApplicationWay::from_code(code).map_or("其他", PreApplicationWay::words)
}

/// The list.
pub async fn page(visit: Visit) -> Answer {
    let list = visit.office().pre_applications(&visit.actor).await?;
    let here = format!("{}/pre", desk_of(&visit));
    let open: Vec<&PreApplicationRow> = list.rows.iter().filter(|row| row.to_follow_up()).collect();
    let only_open = visit.query.text("show") == "open";
    let shown: Vec<&PreApplicationRow> = if only_open { open.clone() } else { list.rows.iter().collect() };
    let refused = list.rows.iter().filter(|row| row.status == "refused").count();
    let applied = list.rows.iter().filter(|row| row.applied.is_some()).count();
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(desk_of(&visit), "工作台")], "预申请"))
            div.title {
                h1 { "预申请 " small.mut.fw4 { (list.year) " 学年" } }
                div.btns {
                    a.btn href={ (here) "/enter" } { "录入一名" }
                    a.btn.btn-2 href={ (desk_of(&visit)) "/import/pre_applications" } { "批量导入" }
                    @if desk_of(&visit) == "/county" { a.btn.btn-2 href="/county/quiz" { "登记考核成绩" } }
                    @if !shown.is_empty() { (super::button(&visit, &here, "btn-2", "导出", &[("show", if only_open { "open" } else { "all" })])) }
                }
            }
            (done(if visit.query.has("done") { "已录入。" } else { "" }))
            (counters(&[
                ("录入", html! { a href=(here) { (list.rows.len()) } small { "人" } }),
                ("已经申请贷款", html! { (applied) small { "人" } }),
                ("还没申请，要跟进", html! { a href={ (here) "?show=open" } { (open.len()) } small { "人" } }),
                ("没有通过", html! { (refused) small { "人" } }),
            ]))
            section.panel aria-label="名单" { (table(&list, &shown, only_open)) }
        }
    };
    visit.desk("预申请").at(&here).show(body)
}

fn table(list: &PreApplicationList, shown: &[&PreApplicationRow], only_open: bool) -> Markup {
    html! {
        @if shown.is_empty() {
            @if only_open && !list.rows.is_empty() {
                (empty("录入的学生都申请了。", html! { "没有要跟进的人。" }))
            } @else {
                (empty("今年还没有录入。", html! { "可以一个一个录，也可以上传名单。" }))
            }
        } @else {
            div.scroll tabindex="0" role="region" aria-label="名单" {
                table.data.dense {
                    caption.vh { "预申请名单，新的在前" }
                    thead { tr { th scope="col" { "姓名" } th scope="col" { "证件尾号" } th scope="col" { "毕业学校" } th scope="col" { "来源" } th scope="col" { "看过的证明" } th scope="col" { "审核" } th scope="col" { "审核人、日期" } th scope="col" { "贷款申请" } } }
                    tbody { @for row in shown { tr {
                        th scope="row" { (row.name) }
                        td { (row.id_tail) }
                        td { (row.origin_school) }
                        td { (source(&row.source)) }
                        td { (row.proof) }
                        td {
                            @if row.status == "refused" { (bare_tag(Tone::End, "没有通过")) } @else { (bare_tag(Tone::Done, "通过")) }
                            @if !row.reason.is_empty() { " " (row.reason) }
                        }
                        td { (row.reviewed_by) "，" (iso(row.reviewed_on)) }
                        td { @match row.applied {
                            Some(stage) => (bare_tag(stages::tone(stage), stages::word(stage))),
                            None if row.to_follow_up() => (bare_tag(Tone::Act, "还没申请")),
                            None => "--",
                        } }
                    } } }
                }
            }
        }
    }
}

/// The list as a workbook: those on the page, the others stay.
pub async fn take_out(visit: Visit) -> Answer {
    let list = visit.office().pre_applications(&visit.actor).await?;
    let only_open = visit.form.text("show") == "open";
    let shown = list.rows.iter().filter(|row| !only_open || row.to_follow_up());
    let cells = |row: &PreApplicationRow| {
        let verdict = if row.status == "refused" { "没有通过" } else { "通过" };
        let applied = row.applied.map_or("还没申请", stages::word);
        [
            row.name.as_str(),
            &row.id_tail,
            &row.origin_school,
            source(&row.source),
            &row.proof,
            verdict,
            &row.reason,
            &row.reviewed_by,
            &iso(row.reviewed_on),
            applied,
        ]
        .map(str::to_owned)
        .to_vec()
    };
    let rows = shown.map(cells).collect();
    let which = if only_open { "还没申请，要跟进" } else { "全部" };
    let taken = List {
        title: "预申请名单",
        columns: &[
            "姓名",
            "证件尾号",
            "毕业学校",
            "来源",
            "看过的证明",
            "审核",
            "原因",
            "审核人",
            "审核日期",
            "贷款申请",
        ],
        filters: vec![("学年".to_owned(), list.year.to_string()), ("范围".to_owned(), which.to_owned())],
        rows,
    };
    let bytes = visit.office().take_out(&visit.actor, &visit.key()?, taken).await?;
    file("预申请名单.xlsx", XLSX, bytes)
}

/// The form for one student.
pub async fn ask(visit: Visit) -> Answer {
    show(&visit, &Form::default(), &Mistakes::none(), None)
}

/// Enters one student.
pub async fn enter(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let act = EnterPreApplication {
        name: reading.text("name", "姓名", 50),
        id_number: reading.text("id_number", "身份证号", 30),
        phone: reading.optional("phone", "手机号", 20).unwrap_or_default(),
        source: reading.choice("source", "来源", &codes()).to_owned(),
        proof: reading.optional("proof", "看过的证明", 200).unwrap_or_default(),
        county: reading.optional("county", "户籍县代码", 6).unwrap_or_default(),
        origin_school: reading.optional("origin_school", "毕业学校", 60).unwrap_or_default(),
        refused: reading.choice("verdict", "审核结果", &["yes", "no"]) == "no",
        reason: reading.optional("reason", "原因", 200).unwrap_or_default(),
    };
    let act = match reading.finish(act) {
        Ok(act) => act,
        Err(mistakes) => return show(&visit, &visit.form, &mistakes, None),
    };
    match perform(&visit, "", act).await? {
        Ok(()) => visit.see(&format!("{}/pre?done=yes", desk_of(&visit))),
        Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)),
    }
}

fn codes() -> Vec<&'static str> {
    PreApplicationWay::TABLE.iter().map(|(code, _)| *code).collect()
}

fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let filled = Filled { values, mistakes };
    let sources: Vec<(String, String)> =
        PreApplicationWay::TABLE.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
    let here = format!("{}/pre", desk_of(visit));
    let school = desk_of(visit) == "/school";
    let body = html! {
        main.main.wrap #main {
            (crumb(&[(desk_of(visit), "工作台"), (&here, "预申请")], "录入一名"))
            div.title { h1 { "录入预申请" } }
            (refusal(refused))
            (error_summary(mistakes))
            div.grid.g-main {
                section.panel aria-label="学生" {
                    form method="post" action={ (here) "/enter" } data-keep {
                        (visit.hidden())
                        (Text::new("name", "姓名").shape("w18", "text").draw(filled))
                        (Text::new("id_number", "身份证号").shape("w18", "text").draw(filled))
                        (Text::new("phone", "手机号").hint("没有可以不填。").shape("w11", "tel").draw(filled))
                        (Text::new("origin_school", "毕业学校").hint("高中或中职学校的全称，没有可以不填。").draw(filled))
                        @if school { (Text::new("county", "户籍县代码").hint("学生户口所在县的六位行政区划代码。").shape("w8", "numeric").draw(filled)) }
                        (select(filled, "source", "来源", "", "请选择", &sources))
                        (Text::new("proof", "看过的证明").hint("证件名称和编号。有高中助学金档案的不用填。").draw(filled))
                        (radios(filled, "verdict", "审核结果", "", &[Choice::new("yes", "通过，列入名单"), Choice::new("no", "没有通过")]))
                        (Text::new("reason", "原因").hint("没有通过的要写明，学生会看到。").draw(filled))
                        div.btns { button.btn { "录入" } }
                    }
                }
                section.panel aria-labelledby="wy" {
                    h2 #wy { "三种来源" }
                    ul.bul {
                        li { b { "高中助学金档案" } "：档案里有的毕业生，不用再交证明。" }
                        li { b { "县级困难证明" } "：没有档案的，县资助中心看过证明再录。" }
                        li { b { "高校困难证明" } "：已经在读、第一次借的，由学校资助部门看过证明再录。" }
                    }
                    p.hint.mt2 { "有的地方由学校在规定的月份推荐名单。用哪几种，看当地的规定。" }
                }
            }
        }
    };
    let page = visit.desk("录入预申请").at(&here).mistaken(mistakes);
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    page.show(body)
}
