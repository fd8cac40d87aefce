//! 我的提问: ask the county, read the answer, ask on.

use maud::html;
use office::No;
use office::hall::question::AskQuestion;

use crate::form::{Form, Mistakes};
use crate::hall::questions::{status_tag, written};
use crate::parts::fields::{Filled, area, error_summary, select};
use crate::parts::lists::empty;
use crate::parts::show;
use crate::stop::Stop;
use crate::visit::{Answer, Visit, see};
use crate::words;

/// My questions.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, Mistakes::none()).await
}

async fn show(visit: &Visit, mistakes: Mistakes) -> Answer {
    let mine = visit.office().my_questions(&visit.actor).await?;
    let mut threads = Vec::new();
    for (question, county) in mine.into_iter().take(20) {
        let thread = visit.office().hall_thread(&visit.actor, Some(question.book), question.question).await?;
        threads.push((thread, county));
    }
    let places = visit.office().county_centres().await.map_err(Stop::failure)?;
    let counties: Vec<(String, String)> =
        places.iter().map(|place| (place.county.clone(), place.name.clone())).collect();
    let home = visit.office().home(&visit.actor).await?;
    let own = home.current.as_ref().map(|case| case.county_code.clone()).unwrap_or_default();
    let form: Form = visit.form.clone().or([("county", own)]);
    let filled = Filled { values: &form, mistakes: &mistakes };
    let base = super::loan::base(visit);
    let here = format!("{base}/questions");
    let body = html! {
        div.col {
            (error_summary(&mistakes))
            h1 { "我的提问" }
            form.mt5 method="post" action=(here) novalidate { (visit.hidden())
                (select(filled, "county", "问哪个资助中心", "", "请选择", &counties))
                (area(filled, "words", "想问什么", "不用写身份证号和手机号，最多 500 个字", 4))
                button.btn { "提交提问" }
            }
            section.sec { h2 { "问过的" }
                @if threads.is_empty() { (empty("还没有提问。", html! { "先看看" a href="/questions" { "常见问题" } "，多半已经有答案。" })) }
                @for (thread, county) in &threads {
                    section.mt5 { div.lr { h3 { (thread.question.title) } (status_tag(&thread.question)) }
                        p.hint { (show::day(thread.question.asked_on)) }
                        (written(&thread.entries))
                        details { summary { "接着问" }
                            form method="post" action=(here) { (visit.hidden())
                                input type="hidden" name="county" value=(county); input type="hidden" name="question" value=(thread.question.question);
                                label.vh for={ "w" (thread.question.question) } { "接着问" }
                                textarea.in id={ "w" (thread.question.question) } name="words" rows="3" {}
                                button.btn.btn-2 { "接着问" }
                            }
                        }
                    }
                }
            }
        }
    };
    visit.page("我的提问").at(base).back(base, "返回首页").mistaken(&mistakes).show(body)
}

/// Puts a question, or adds to one.
pub async fn ask(visit: Visit) -> Answer {
    let (county, words) = (visit.form.text("county").to_owned(), visit.form.text("words").to_owned());
    let act = AskQuestion { county, question: visit.form.text("question").parse().ok(), words };
    match visit.office().perform(&visit.actor, &visit.key()?, act).await {
        Ok(_) => see(&format!("{}/questions", super::loan::base(&visit))),
        Err(No::Refused(refusal)) => {
            let told = words::refused(&refusal);
            show(&visit, Mistakes::one(told.field.unwrap_or("words"), format!("{}。{}", told.says, told.remedy))).await
        }
        Err(no) => Err(no.into()),
    }
}
