//! 反映问题: a correction, a complaint, an appeal, or a request for information; each with its day of answer.

use maud::html;
use office::rights::ask::{Ask, Asked};

use super::data::base;
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Choice, Filled, area, error_summary, radios, select};
use crate::parts::lists::{Tone, bare_tag, empty};
use crate::parts::show::day;
use crate::staff::{done, perform, refusal};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// What a kind is called.
pub(crate) fn word(asked: Asked) -> &'static str {
    match asked {
        Asked::Correction => "更正资料",
        Asked::Complaint => "投诉",
        Asked::Appeal => "申诉",
        Asked::Disclosure => "申请公开信息",
    }
}

/// The form.
pub async fn page(visit: Visit) -> Answer {
    show(&visit, &visit.query, &Mistakes::none(), None).await
}

async fn show(visit: &Visit, values: &Form, mistakes: &Mistakes, refused: Option<&Refused>) -> Answer {
    let home = visit.office().home(&visit.actor).await?;
    let filled = Filled { values, mistakes };
    let explained = |asked: Asked, words: &str| {
        let days = asked.days();
        Choice::explained(asked.code(), word(asked), html! { "　" (words) " " (days) " 天内答复。" })
    };
    let kinds = [
        explained(Asked::Correction, "姓名、证件、学校、家庭情况有错。"),
        explained(Asked::Complaint, "对服务、态度、时限不满意。"),
        explained(Asked::Appeal, "对贷款申请的处理结果不服，由没有经手的人复查。"),
        explained(Asked::Disclosure, "想看没有公开的信息。"),
    ];
    let mut about: Vec<(String, String)> = home
        .applications
        .iter()
        .map(|one| (one.number.clone(), format!("{} 学年的申请 {}", one.academic_year, one.number)))
        .collect();
    if about.is_empty() {
        let centres = visit.office().county_centres().await.map_err(Stop::failure)?;
        about = centres.into_iter().map(|place| (place.county, place.name)).collect();
    }
    let body = html! {
        div.col {
            h1 { "写给县级资助中心" }
            (refusal(refused))
            (error_summary(mistakes))
            form.mt5 method="post" action={ (base(visit)) "/ask" } data-keep {
                (visit.hidden())
                (radios(filled, "asked", "想办什么", "", &kinds))
                (select(filled, "about", "关于哪一份申请、哪个中心", "", "请选择", &about))
                (area(filled, "text", "写清楚", "发生了什么、哪里不对、想怎么解决。最多 2000 个字。", 6))
                div.btns { button.btn { "提交" } }
            }
            p.hint.mt5 { a href={ (base(visit)) "/ask/mine" } { "看我提过的" } }
        }
    };
    let page = visit.page("写给县级资助中心").mistaken(mistakes);
    let page = if refused.is_some() { page.status(axum::http::StatusCode::CONFLICT) } else { page };
    let data = format!("{}/data", base(visit));
    page.back(&data, "返回我的资料").show(body)
}

/// Takes it.
pub async fn ask(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let codes: Vec<&str> = Asked::ALL.iter().map(|asked| asked.code()).collect();
    let asked = Asked::of(reading.choice("asked", "想办什么", &codes)).unwrap_or(Asked::Complaint);
    let about = reading.text("about", "关于哪一份申请", 40);
    let text = reading.text("text", "内容", 2_000);
    let (number, county) = if about.len() == 6 { (String::new(), about) } else { (about, String::new()) };
    match reading.finish(Ask { asked, number, county, text }) {
        Ok(act) => match perform(&visit, "", act).await? {
            Ok(number) => visit.see(&format!("{}/ask/mine?number={number}", base(&visit))),
            Err(refused) => show(&visit, &visit.form, &Mistakes::none(), Some(&refused)).await,
        },
        Err(mistakes) => show(&visit, &visit.form, &mistakes, None).await,
    }
}

/// What was asked, and what was answered.
pub async fn mine(visit: Visit) -> Answer {
    let requests = visit.office().my_requests(&visit.actor).await?;
    let new = visit.query.text("number");
    let told = if requests.iter().any(|one| one.number == new) {
        format!("已收到，编号 {new}。答复会显示在这里。")
    } else {
        String::new()
    };
    let body = html! {
        div.col {
            h1 { "我提过的" }
            (done(&told))
            @if requests.is_empty() { div.mt5 { (empty("还没有提过。", html! { a href={ (base(&visit)) "/ask" } { "写给县级资助中心" } })) } }
            ul.rows.mt5 { @for one in &requests { li {
                div.lr {
                    h2 { (word(one.asked)) "　" span.hint { (one.number) } }
                    @match &one.answer {
                        Some(_) => { (bare_tag(Tone::Done, "已答复")) }
                        None if one.days_left < 0 => { (bare_tag(Tone::Bad, &format!("超过期限 {} 天", -one.days_left))) }
                        None => { (bare_tag(Tone::Now, &format!("还有 {} 天", one.days_left))) }
                    }
                }
                p { (one.text) }
                p.hint { (day(one.filed_on)) "提出，最晚 " (day(one.due_on)) "答复" }
                @if let Some((on, upheld, text)) = &one.answer {
                    p.note { b { (day(*on)) "答复：" @if *upheld { "采纳。" } @else { "未采纳。" } } (text) }
                }
            } } }
        }
    };
    let data = format!("{}/data", base(&visit));
    visit.page("我提过的").back(&data, "返回我的资料").show(body)
}
