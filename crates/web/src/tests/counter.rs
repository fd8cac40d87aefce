//! The counter with its hands full: a scan put to its material, a slip of the hand taken back, a card reader that
//! types, and a renewal that takes three clicks.

use axum::body::Body;
use axum::http::{StatusCode, header};
use loan::calendar::date;
use office::application::Stage;
use office::application::answers::Section;
use office::application::fact::Party;
use office::origination as o;
use office::testing::{COLLEGE, WEICHENG, World, world};
use office::{Actor, Role};

use super::desks::{between, led_to, said_no, sent, submitted};
use super::kit::{Browser, Seen, Town, assert_sound};

/// The smallest photograph browsers take as one, with a place in its EXIF.
fn photograph() -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let mut segment = |mark: u8, content: &[u8]| {
        file.extend_from_slice(&[0xff, mark]);
        file.extend_from_slice(&(content.len() as u16 + 2).to_be_bytes());
        file.extend_from_slice(content);
    };
    segment(0xe1, b"Exif\0\0GPS 25.27");
    segment(0xc0, &[8, 0, 20, 0, 30, 1, 1, 0x11, 0]);
    segment(0xda, &[1, 1, 0, 0, 63, 0]);
    file.extend_from_slice(&[0x2a, 0x3f, 0xff, 0xd9]);
    file
}

/// Sends a form with files.
pub(super) async fn put_up(
    browser: &Browser,
    page: &str,
    fields: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> Seen {
    let opened = browser.get(page).await;
    let (csrf, once) = (opened.hidden("csrf"), opened.hidden("once"));
    let mut body = Vec::new();
    for (name, value) in [("csrf", csrf.as_str()), ("once", once.as_str())].iter().chain(fields) {
        body.extend(format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (field, name, file) in files {
        let head = format!("--B\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n");
        body.extend(format!("{head}Content-Type: image/jpeg\r\n\r\n").bytes());
        body.extend_from_slice(file);
        body.extend(b"\r\n");
    }
    body.extend(b"--B--\r\n");
    let request = browser.request("POST", page).header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
    browser.send(request.header(header::ORIGIN, "http://localhost").body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn h058_scans_go_to_their_material_and_never_open_as_a_page() {
    let mut browser = Browser::in_season().await;
    let number = submitted(&mut browser, 61).await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let case = format!("/county/case/{number}");
    let page = format!("{case}/scans");
    let seen = browser.get(&page).await;
    assert_sound(&page, &seen.text.replace(&number, "").replace("JPG", "").replace("PNG", ""));
    let material = between(&seen.text, "<option value=\"", "\"")[0].to_owned();
    let field = [("material", material.as_str())];

    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let html = b"<!doctype html><script>alert(1)</script>";
    let photo = photograph();
    let mixed =
        put_up(&browser, &page, &field, &[("file", "a.jpg", &photo), ("file", "b.svg", svg), ("file", "c.jpg", html)])
            .await;
    assert_eq!(mixed.status, StatusCode::CONFLICT, "{}", mixed.text);
    assert!(mixed.text.contains("b.svg：这个文件不是照片") && mixed.text.contains("c.jpg：这个文件不是照片"));
    let files = between(&mixed.text, "<img src=\"", "\"");
    assert_eq!(files.len(), 1, "the good one of the batch is kept");
    let none = put_up(&browser, &page, &field, &[]).await;
    assert!(none.text.contains("还没有选照片"));

    let file = browser.get(files[0]).await;
    assert_eq!(file.header("content-type"), "image/jpeg");
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(!file.text.contains("GPS"), "the place it was taken at is gone");
    assert!(browser.get(&case).await.text.contains("扫描件 1 张"));
    browser.become_staff(200).await;
    assert_eq!(browser.get(files[0]).await.status, StatusCode::NOT_FOUND, "the other county");
    browser.become_staff(Town::staff(Role::CountyReviewer)).await;
    assert_eq!(browser.get(files[0]).await.status, StatusCode::OK);
    let large = files[0].trim_end_matches("/file");
    assert!(browser.get(large).await.text.contains("第 1 张，共 1 张"));

    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let off = format!("{large}/off");
    led_to(&sent(&browser, &page, &off, &field).await, &format!("{page}?done=off"));
    assert_eq!(browser.get(files[0]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_slip_of_the_hand_is_taken_back_and_a_reader_types_into_the_one_box() {
    let mut browser = Browser::in_season().await;
    let other = submitted(&mut browser, 63).await;
    let number = submitted(&mut browser, 62).await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let case = format!("/county/case/{number}");
    let both = [("borrower", "yes"), ("co_borrower", "yes")];
    led_to(&sent(&browser, &case, &format!("{case}/arrive"), &both).await, &format!("{case}?done=arrive"));
    let page = browser.get(&case).await;
    assert!(page.text.contains("撤销登记到场") && page.text.contains("data-key=\"U\""));
    let step = between(&page.text, "name=\"step\" value=\"", "\"")[0].replace("&quot;", "\"");
    let undo = [("step", step.as_str())];
    led_to(&sent(&browser, &case, &format!("{case}/undo"), &undo).await, &format!("{case}?done=undo"));
    assert!(browser.get(&case).await.text.contains("开始办理"));
    said_no(&sent(&browser, &case, &format!("{case}/undo"), &undo).await, "没有可以撤销的步骤");
    let history = browser.get(&format!("{case}/history")).await;
    assert!(history.text.contains("撤销：登记到场"), "what was taken back stays on record");

    // The next case is fetched beforehand, may be used at once, and only then.
    assert!(page.text.contains(&format!("<link rel=\"prefetch\" href=\"/county/case/{other}\"")));
    assert_eq!(page.header("cache-control"), "no-store");
    let ahead = browser.request("GET", &format!("/county/case/{other}")).header("sec-purpose", "prefetch");
    let ahead = browser.send(ahead.body(Body::empty()).unwrap()).await;
    assert_eq!((ahead.status, ahead.header("cache-control")), (StatusCode::OK, "private, max-age=30"));

    let print = sent(&browser, &case, &format!("{case}/print"), &[("kind", "application-form")]).await;
    let code = print.header("location").rsplit('/').next().unwrap().to_owned();
    for typed in [format!("http://localhost/v/{code}"), code.to_lowercase(), number.clone()] {
        let found = browser.get(&format!("/county/cases?q={}", typed.replace(':', "%3A"))).await;
        led_to(&found, &case);
    }
    assert!(browser.get("/county/cases?q=13800000062").await.header("location").ends_with(&number));
}

/// A student who borrowed last year and asks again, and the county's two people as the database knows them.
async fn renewing(serial: u32, online: bool) -> (World, Browser, String) {
    let world = world(date(2026, 8, 3)).await;
    world.bank_staff().await;
    let student = world.student(serial).await;
    world.paid_out(&student).await;
    for (staff, role) in [(102, Role::CountyClerk), (202, Role::CountyReviewer)] {
        let at = world.office.clock.now();
        let done: Result<(), store::Failure> = world
            .office
            .store
            .write("staff", |tx| {
                Box::pin(async move { super::kit::person_of_staff(tx, staff, WEICHENG, role, at).await })
            })
            .await;
        done.unwrap();
    }
    world.move_to(date(2027, 6, 1)).await;
    let number = world.draft(&student, "370702").await;
    world.fill(&student, &number, "370702", "8000", "2040").await;
    let text = "这一年我学习认真，思想上积极向上，参加志愿服务和社会实践。".repeat(5);
    world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
    world.submit(&student, &number).await;
    if online {
        let matched = o::match_face::MatchFace { number: number.clone(), matched: true, token: "face".into() };
        world.done(&student.actor, matched).await;
    }
    let confirm = o::confirm_statement::ConfirmStatement { number: number.clone() };
    world.done(&world.school(COLLEGE), confirm).await;
    let mut browser = Browser::over(world.office.clone());
    browser.become_staff(102).await;
    (world, browser, number)
}

async fn stage(world: &World, number: &str) -> Stage {
    let clerk: Actor = world.clerk(WEICHENG);
    world.office.case_view(&clerk, number).await.unwrap().stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_at_the_counter_takes_three_clicks() {
    let (world, browser, number) = renewing(71, false).await;
    let case = format!("/county/case/{number}");
    let page = browser.get(&case).await;
    assert!(
        page.text.contains("续贷声明") && page.text.contains("积极向上"),
        "the statement is read on the same screen"
    );
    let materials = between(&page.text, "name=\"material\" value=\"", "\"");
    let all: Vec<(&str, &str)> = materials.iter().map(|code| ("material", *code)).collect();
    let renew = |who: &'static str| -> Vec<(&str, &str)> {
        all.iter().copied().chain([(who, "yes"), ("do", "renew")]).collect()
    };
    let check = format!("{case}/check");
    said_no(&sent(&browser, &case, &check, &[("do", "renew")]).await, "到场");
    // Who came, all materials, and the one button: three clicks for arrival, check, statement, acceptance, contract.
    led_to(&sent(&browser, &case, &check, &renew("co_borrower")).await, &format!("{case}?done=renew"));
    assert_eq!(stage(&world, &number).await, Stage::Accepted);
    let view = world.office.case_view(&world.clerk(WEICHENG), &number).await.unwrap();
    assert!(view.contract.is_some() && view.progress.present == [Party::CoBorrower]);
    proof::proves!["R9.12"; page "/county/case/{number}"];
}

#[tokio::test(flavor = "multi_thread")]
async fn an_online_renewal_is_one_key_for_the_clerk_and_one_for_the_reviewer() {
    let (world, mut browser, number) = renewing(72, true).await;
    let case = format!("/county/case/{number}");
    let page = browser.get(&case).await;
    assert_eq!(between(&page.text, "data-key=\"A\"", "</button>").len(), 1, "one main button: {}", page.text);
    led_to(&sent(&browser, &case, &format!("{case}/renew"), &[]).await, &format!("{case}?done=renew"));
    assert_eq!(stage(&world, &number).await, Stage::Accepted);

    let person = student_of(&world, &number).await;
    let borrower = Actor::student(person);
    let chapters = o::confirm_read::CHAPTERS.map(|(code, ..)| code.to_owned()).to_vec();
    let read = o::confirm_read::ConfirmRead { number: number.clone(), by: Party::Borrower, chapters };
    world.done(&borrower, read).await;
    let key = world.key();
    world.office.e_sign(&borrower, &key, &number).await.unwrap();

    let own = sent(&browser, &case, &format!("{case}/review"), &[("problem", "")]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "whoever accepted does not review");
    browser.become_staff(202).await;
    let page = browser.get(&case).await;
    assert!(page.text.contains("复核通过，看下一份") && page.text.contains("data-key=\"D\""));
    led_to(&sent(&browser, &case, &format!("{case}/review"), &[("problem", "")]).await, "/county/review?done=all");
    assert_eq!(stage(&world, &number).await, Stage::EContractReviewed);
}

/// The student of an application.
async fn student_of(world: &World, number: &str) -> i64 {
    let number: office::number::ApplicationNumber = number.parse().unwrap();
    let row: Result<_, store::Failure> = world
        .office
        .store
        .read("row", |tx| Box::pin(async move { store::application::by_number(tx, number.book, number.key()).await }))
        .await;
    row.unwrap().unwrap().person
}
