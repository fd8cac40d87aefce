//! 贷款学生名单: whom a counsellor looks after, how their loans stand, who graduates this year, who is late.

use chrono::Datelike;
use loan::money::Fen;
use maud::{Markup, html};
use office::view::borrowers::{BorrowerView, Borrowers};

use crate::parts::lists::{bare_tag, counters, empty};
use crate::parts::show::{day_week, iso, thousands, yuan};
use crate::staff::loans::state;
use crate::visit::{Answer, Visit};

/// What a list may be narrowed to.
const WHICH: &[(&str, &str)] = &[("", "全部"), ("graduating", "今年毕业"), ("overdue", "有逾期"), ("open", "没有结清")];

/// The list.
pub async fn page(visit: Visit) -> Answer {
    let found = visit.office().school_borrowers(&visit.actor).await?;
    let (which, college) = (visit.query.text("which"), visit.query.text("college"));
    let year = found.on.year();
    let wanted = |row: &&BorrowerView| {
        (college.is_empty() || row.college.contains(college))
            && match which {
                "graduating" => row.graduates_in == year,
                "overdue" => row.overdue_fen > 0,
                "open" => row.status != "settled",
                _ => true,
            }
    };
    let rows: Vec<&BorrowerView> = found.rows.iter().filter(wanted).collect();
    let body = html! {
        main.main.wrap #main {
            div.title { h1 { "贷款学生 " small.mut.fw4 { (day_week(found.on)) } } div.btns { button.btn.btn-2 type="button" data-print hidden { "打印名单" } } }
            (counted(&found, year))
            section.panel aria-label="贷款学生" {
                form.filter method="get" action="/school/students" {
                    div { label for="college" { "院系、班级" } input.in id="college" name="college" value=(college); }
                    div { label for="which" { "哪些" } select id="which" name="which" { @for (code, word) in WHICH { option value=(code) selected[*code == which] { (word) } } } }
                    div { button.btn.btn-2 { "筛选" } }
                }
                @if rows.is_empty() { div.mt3 { (empty("没有这样的学生。", html! { "换一个院系或条件。放款以后的学生会在这里。" })) } }
                @else { (table(&rows)) }
                p.hint.mt2 { "没有逾期时只显示金额范围；有逾期时显示逾期金额，方便提醒。" }
            }
        }
    };
    visit.desk("贷款学生").at("/school/students").show(body)
}

fn counted(found: &Borrowers, year: i32) -> Markup {
    let count = |wanted: &dyn Fn(&BorrowerView) -> bool| found.rows.iter().filter(|row| wanted(row)).count();
    counters(&[
        ("合同", html! { (found.rows.len()) }),
        ("没有结清", html! { a href="/school/students?which=open" { (count(&|row| row.status != "settled")) } }),
        ("今年毕业", html! { a href="/school/students?which=graduating" { (count(&|row| row.graduates_in == year)) } }),
        ("有逾期", html! { a href="/school/students?which=overdue" { (count(&|row| row.overdue_fen > 0)) } }),
    ])
}

fn table(rows: &[&BorrowerView]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="贷款学生" {
            table.data {
                caption.vh { "贷款学生，按院系和姓名" }
                thead { tr { th scope="col" { "姓名" } th scope="col" { "院系、班级" } th scope="col" { "学年" } th scope="col" { "毕业" } th.n scope="col" { "贷款（元）" } th scope="col" { "下一个还款日" } th.n scope="col" { "逾期（元）" } th scope="col" { "现在" } } }
                tbody { @for row in rows {
                    @let (tone, word) = state(&row.status);
                    tr {
                        th scope="row" { (row.student_name) } td { (row.college) } td { (row.academic_year) } td { (row.graduates_in) }
                        td.n { (band(row.band)) } td { (row.next_due_on.map_or("--".to_owned(), iso)) }
                        td.n { @if row.overdue_fen > 0 { b { (yuan(Fen(row.overdue_fen))) } } @else { "--" } }
                        td { (bare_tag(tone, word)) }
                    }
                } }
            }
        }
    }
}

fn band((from, to): (i64, Option<i64>)) -> String {
    let number = |yuan: i64| thousands(yuan.unsigned_abs());
    match to {
        Some(to) if from == 0 => format!("{} 以下", number(to)),
        Some(to) => format!("{}–{}", number(from), number(to)),
        None => format!("{} 以上", number(from)),
    }
}
