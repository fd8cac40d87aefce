//! 办件一屏: both people side by side, every rule with its article, the materials and papers, and the next step.

use axum::http::{HeaderValue, StatusCode, header};
use maud::html;
use office::rights::looks::Looked;

use super::{bar, panels};
use crate::parts::lists::bare_tag;
use crate::staff::{self, words};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};
use crate::words::stages;

/// The case.
pub async fn page(visit: Visit) -> Answer {
    let answer = show(&visit, None).await?;
    // Noted before it is sent, and only when there was something to see.
    visit.office().note_look(&visit.actor, visit.param("number"), Looked::Case).await.map_err(Stop::failure)?;
    Ok(answer)
}

/// The case; on top, what a rule just said no to.
pub async fn show(visit: &Visit, refused: Option<&Refused>) -> Answer {
    let case = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let (tone, stage) = words::stage(case.stage);
    let address = format!("/county/case/{}", case.number);
    let title = format!("{} {}", case.student.name, case.number);
    let list = format!("/county/cases?stage={}", case.stage.code());
    let next = visit.office().county_next(&visit.actor, &case.number).await?;
    let scans = visit.office().scans(&visit.actor, &case.number).await?;
    let body = html! {
        @if let Some(next) = &next { link rel="prefetch" href={ "/county/case/" (next.number) }; }
        main.main.wrap.case #main {
            (staff::crumb(&[("/county", "工作台"), (&list, stage)], &case.student.name))
            div.title {
                h1 { (case.student.name) "　" span.mut.fw4 { (stages::kind(case.kind)) "　" (case.number) } }
                p {
                    (bare_tag(tone, stage)) "　" a href={ (address) "/history" } { "全部记录" }
                    @if let Some(next) = &next { "　" a href={ "/county/case/" (next.number) } data-key="J" { "下一件 " kbd { "J" } } }
                }
            }
            (staff::refusal(refused))
            (staff::done(done(visit.query.text("done"))))
            div.grid.g-case {
                div { (panels::people(&case)) (panels::request(&case)) (panels::statement(&case)) }
                (panels::checks(&case))
                div { (panels::materials(visit, &case, &scans)) (panels::papers(visit, &case)) }
            }
        }
        (bar::acts(visit, &case))
    };
    let page = visit.desk(&title).at("/county/cases");
    let page = if refused.is_some() { page.status(StatusCode::CONFLICT) } else { page };
    let mut answer = page.show(body)?;
    if visit.prefetched {
        // Fetched ahead, the page may be used once, at once; otherwise nothing of a case stays in a browser.
        let soon = HeaderValue::from_static("private, max-age=30");
        answer.headers_mut().insert(header::CACHE_CONTROL, soon);
    }
    Ok(answer)
}

/// What was just done, in words.
fn done(code: &str) -> &'static str {
    match code {
        "arrive" => "已登记到场。核对材料，看完右边各项，再受理。",
        "check" => "材料核对已保存。",
        "reviewed" => "上一份复核通过，这是下一份。",
        "undo" => "已撤销上一步。",
        "renew" => "续贷已受理，合同已生成。",
        "accept" => "已受理，合同已生成。打印合同，请两个人读完再签。",
        "contract" => "合同已生成。打印合同，请两个人读完再签。",
        "sign" => "签字已登记。可以发受理证明了。",
        "certificate" => "受理证明已发。打印交给学生，带到学校录回执。",
        "return" => "已退回给学生，他会看到要补什么。",
        "override" => "已放行，理由和证明记在案。",
        "certify" => "已出具困难认定。",
        "void" => "合同已作废，旧的打印件扫码会显示作废。现在可以重新生成。",
        "untrue" => "已按资料不实结束。",
        "statement" => "续贷声明已审过。",
        "statement-return" => "续贷声明已退回给学生。",
        "review" => "复核已登记。",
        _ => "",
    }
}
