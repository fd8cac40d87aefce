//! 扫描件: the copies a family hands in, each at its material. A document camera or scanner stores files; several are
//! put up at once. A card reader needs no page: it types into the search box.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use maud::{Markup, html};
use office::Role;
use office::rights::looks::Looked;
use office::scans::ScanView;
use office::scans::attach::{AttachScan, DetachScan};
use office::view::case::CaseView;

use crate::staff::{self, perform};
use crate::stop::{Refused, Stop};
use crate::visit::{Answer, Visit};

/// Twelve pages of a good scanner at once.
pub const BODY_MAX: usize = 32 * 1024 * 1024;

/// The scans of a case by material.
pub async fn page(visit: Visit) -> Answer {
    let answer = show(&visit, &[]).await?;
    visit.office().note_look(&visit.actor, visit.param("number"), Looked::Scans).await.map_err(Stop::failure)?;
    Ok(answer)
}

async fn show(visit: &Visit, refused: &[(String, Refused)]) -> Answer {
    let case = visit.office().case_view(&visit.actor, visit.param("number")).await?;
    let scans = visit.office().scans(&visit.actor, &case.number).await?;
    let address = format!("/county/case/{}", case.number);
    let may = visit.is(Role::CountyClerk) || visit.is(Role::Volunteer);
    let done = match visit.query.text("done") {
        "" => String::new(),
        "off" => "已拿掉一张。".to_owned(),
        many => format!("放好了 {many} 张。"),
    };
    let body = html! {
        main.main.wrap #main {
            (staff::crumb(&[("/county", "工作台"), (&address, &case.student.name)], "扫描件"))
            div.title {
                h1 { "扫描件　" span.mut.fw4 { (case.student.name) "　" (case.number) } }
                p { a href=(address) data-key="B" { "回到办件 " kbd { "B" } } }
            }
            @for (name, refused) in refused { @let told = Refused { says: format!("{name}：{}", refused.says), ..refused.clone() }; (staff::refusal(Some(&told))) }
            (staff::done(&done))
            @if may { (upload(visit, &case, &address)) }
            @for material in &case.materials {
                @let code = material.item.material.code.as_str();
                @let here: Vec<&ScanView> = scans.iter().filter(|scan| scan.material == code).collect();
                section.panel aria-label=(material.item.material.name) {
                    div.lr { h2 { (material.item.material.name) } span.hint { @if here.is_empty() { "还没有扫描件" } @else { (here.len()) " 张" } } }
                    @if !here.is_empty() { ul.scans { @for (place, scan) in here.iter().enumerate() { li { (one(visit, &case, scan, place + 1, may)) } } } }
                }
            }
        }
    };
    let page = visit.desk("扫描件").at("/county/cases");
    let page = if refused.is_empty() { page } else { page.status(StatusCode::CONFLICT) };
    page.show(body)
}

fn upload(visit: &Visit, case: &CaseView, address: &str) -> Markup {
    let chosen = visit.query.text("material");
    html! {
        section.panel aria-labelledby="up" {
            h2 #up { "放扫描件" }
            form.filter method="post" action={ (address) "/scans" } enctype="multipart/form-data" {
                (visit.hidden())
                div {
                    label for="material" { "哪一项材料" }
                    select id="material" name="material" {
                        @for material in &case.materials {
                            @let code = material.item.material.code.as_str();
                            option value=(code) selected[code == chosen] { (material.item.material.name) }
                        }
                    }
                }
                div {
                    label for="file" { "照片（JPG、PNG，可以一次选几张，每张不超过 8 兆字节）" }
                    input #file type="file" name="file" accept="image/jpeg,image/png" multiple;
                }
                div { button.btn data-key="A" { "放进去 " kbd { "A" } } }
            }
            p.hint { "高拍仪、扫描仪先存成照片，再一起选。照片里的拍摄地点等附带信息会自动去掉，文件加密保存。" }
        }
    }
}

fn one(visit: &Visit, case: &CaseView, scan: &ScanView, place: usize, may: bool) -> Markup {
    let file = format!("/county/case/{}/scan/{}", case.number, scan.digest);
    html! {
        a href=(file) { img src={ (file) "/file" } alt={ "第 " (place) " 张" } loading="lazy"; }
        p.hint { (scan.by) "　" (crate::parts::show::iso(office::clock::shanghai_on(scan.at))) }
        @if may {
            (staff::button(visit, &format!("/county/case/{}/scan/{}/off", case.number, scan.digest), "btn-2 btn-s", "拿掉", &[("material", &scan.material)]))
        }
    }
}

/// Takes what was put up: each file by itself, so that one bad photograph does not lose the others.
pub async fn put(visit: Visit) -> Answer {
    let number = visit.param("number").to_owned();
    let material = visit.form.text("material").to_owned();
    let mut refused = Vec::new();
    let mut kept = 0;
    for (place, file) in visit.files.iter().enumerate() {
        match perform(&visit, &format!("s{place}"), AttachScan::of(&number, &material, &file.bytes)).await? {
            Ok(_) => kept += 1,
            Err(no) => refused.push((file.name.clone(), no)),
        }
    }
    if visit.files.is_empty() {
        let says = "还没有选照片".to_owned();
        let remedy = "先点“选择文件”，再点“放进去”。".to_owned();
        refused.push(("扫描件".to_owned(), Refused { code: "no_file", field: None, says, remedy, why: Vec::new() }));
    }
    if refused.is_empty() {
        return visit.see(&format!("/county/case/{number}/scans?done={kept}&material={material}"));
    }
    show(&visit, &refused).await
}

/// Takes one off.
pub async fn off(visit: Visit) -> Answer {
    let (number, digest) = (visit.param("number").to_owned(), visit.param("digest").to_owned());
    let material = visit.form.text("material").to_owned();
    match perform(&visit, "", DetachScan { number: number.clone(), material, digest }).await? {
        Ok(()) => visit.see(&format!("/county/case/{number}/scans?done=off")),
        Err(no) => show(&visit, &[("扫描件".to_owned(), no)]).await,
    }
}

/// One scan as large as the window.
pub async fn large(visit: Visit) -> Answer {
    let (number, digest) = (visit.param("number"), visit.param("digest"));
    let scans = visit.office().scans(&visit.actor, number).await?;
    let Some(here) = scans.iter().position(|scan| scan.digest == digest) else {
        return Err(Stop::NotFound);
    };
    let at = |place: usize| format!("/county/case/{number}/scan/{}", scans[place].digest);
    let back = format!("/county/case/{number}/scans");
    let body = html! {
        main.main.wrap #main {
            (staff::crumb(&[("/county", "工作台"), (&back, "扫描件")], "看大图"))
            div.title {
                h1 { "第 " (here + 1) " 张，共 " (scans.len()) " 张" }
                p {
                    @if here > 0 { a href=(at(here - 1)) data-key="K" { "上一张 " kbd { "K" } } "　" }
                    @if here + 1 < scans.len() { a href=(at(here + 1)) data-key="J" { "下一张 " kbd { "J" } } "　" }
                    a href=(back) data-key="B" { "回到扫描件 " kbd { "B" } }
                }
            }
            img.scan src={ (at(here)) "/file" } alt={ "第 " (here + 1) " 张扫描件" };
        }
    };
    visit.desk("看大图").at("/county/cases").show(body)
}

/// The picture itself: a file to keep, whatever asks for it; no browser opens it as a page (H058).
pub async fn file(visit: Visit) -> Answer {
    let (media_type, bytes) = visit.office().scan(&visit.actor, visit.param("number"), visit.param("digest")).await?;
    let (media_type, name) = match media_type.as_str() {
        "image/png" => ("image/png", "attachment; filename=\"scan.png\""),
        _ => ("image/jpeg", "attachment; filename=\"scan.jpg\""),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((headers, bytes).into_response())
}
