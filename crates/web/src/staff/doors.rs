//! 演示入口: in a demonstration everybody is one click away: a member of staff of every role, a student at every place
//! of the story, and the co-borrower beside the student.

use maud::{Markup, html};
use office::view::people::{DoorView, Place, StaffView};

use super::{loans, words};
use crate::parts::lists::bare_tag;
use crate::stop::Stop;
use crate::visit::{Answer, Visit};

/// The doors; a real system has none.
pub async fn page(visit: Visit) -> Answer {
    let doors = visit.office().demonstration_doors().await.map_err(Stop::failure)?.ok_or(Stop::NotFound)?;
    let body = html! {
        h1 { "演示入口" }
        p.lead { "这里的机构、人和钱都是虚构的。想从谁的位置看，就点谁，不用密码；可以同时用几个浏览器看几个人。" }
        section.sec { h2 { "工作人员" } (staff(&visit, &doors.staff)) }
        section.sec {
            h2 { "学生和共同借款人" }
            @if doors.students.is_empty() { p { "还没有学生申请过。先" a href="/register" { "注册一个" } "。" } }
            @else { (students(&visit, &doors.students)) }
        }
    };
    visit.page("演示入口").back("/", "返回首页").show(body)
}

fn door(visit: &Visit, who: &str, number: i64, word: &str) -> Markup {
    html! {
        form.inline method="post" action={ "/demo/" (who) "/" (number) } { (visit.hidden()) button.btn.btn-2 { (word) } }
    }
}

fn staff(visit: &Visit, people: &[StaffView]) -> Markup {
    let mut offices: Vec<(&str, Vec<&StaffView>)> = Vec::new();
    for one in people {
        match offices.iter_mut().find(|(office, _)| *office == one.office_name) {
            Some((_, members)) => members.push(one),
            None => offices.push((&one.office_name, vec![one])),
        }
    }
    html! {
        @for (office, members) in offices {
            h3.mt3 { (office) }
            div.btns {
                @for one in members {
                    @let roles = one.roles.iter().map(|role| words::role(*role)).collect::<Vec<_>>().join("、");
                    (door(visit, "staff", one.staff, &format!("{roles}　{}", one.name)))
                }
            }
        }
    }
}

fn students(visit: &Visit, people: &[DoorView]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="学生和共同借款人" {
            table.data {
                caption.vh { "学生和共同借款人" }
                thead { tr { th scope="col" { "现在" } th scope="col" { "学生" } th scope="col" { "共同借款人" } } }
                tbody {
                    @for one in people {
                        @let (tone, word) = match &one.place {
                            Place::Stage(stage) => words::stage(*stage),
                            Place::Contract(status) => loans::state(status),
                        };
                        tr {
                            th scope="row" { (bare_tag(tone, word)) }
                            td { (door(visit, "student", one.person, &one.name)) }
                            td { @if let (Some(person), Some(name)) = (one.co_person, &one.co_name) { (door(visit, "co", person, name)) } @else { "--" } }
                        }
                    }
                }
            }
        }
    }
}
