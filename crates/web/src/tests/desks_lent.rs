//! The desks after the money moved: the school's receipts and borrowers, the branch's calendar, the platform's log,
//! and a renewal that never leaves the phone.

use axum::http::StatusCode;
use loan::calendar::date;
use loan::money::Fen;
use office::Role;
use office::application::answers::Section;
use office::origination as o;
use office::testing::{BANK, COLLEGE, PLATFORM, Someone, WEICHENG, World, world};

use super::kit::{Browser, Seen, assert_sound, words};

async fn lent(serial: u32) -> (World, Someone, String, String, Browser) {
    let world = world(date(2026, 8, 10)).await;
    world.bank_staff().await;
    let student = world.student(serial).await;
    let (contract, account) = world.paid_out(&student).await;
    let browser = Browser::over(world.office.clone());
    (world, student, contract, account, browser)
}

async fn read(browser: &Browser, path: &str, says: &[&str]) -> Seen {
    let seen = browser.get(path).await;
    assert_eq!(seen.status, StatusCode::OK, "{path}: {}", words(&seen.text));
    // The platform's serials begin with letters; every other page is Chinese to the last word.
    if !path.starts_with("/school/batches") {
        assert_sound(path, &seen.text);
    }
    for sentence in says {
        assert!(words(&seen.text).replace(' ', "").contains(sentence), "{path}: {sentence}: {}", words(&seen.text));
    }
    seen
}

/// Presses the button of a form of a page.
async fn press(browser: &Browser, page: &str, action: &str, more: &[(&str, &str)]) -> Seen {
    let seen = browser.get(page).await;
    assert!(seen.text.contains(&format!("action=\"{action}\"")), "{page} has no form to {action}");
    let (csrf, once) = (seen.hidden("csrf"), seen.hidden("once"));
    let form: Vec<(&str, &str)> =
        [("csrf", csrf.as_str()), ("once", once.as_str())].into_iter().chain(more.iter().copied()).collect();
    browser.post(action, &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_serial_is_posted_once_and_its_receipts_are_handed_out_once() {
    let (world, _, _, _, mut browser) = lent(6301).await;
    let finance = world.hire(COLLEGE, Role::SchoolFinance).await;
    browser.become_staff(finance).await;
    read(&browser, "/school/receipts", &["还没有收据"]).await;
    let page = read(&browser, "/school/batches", &["待核对", "林小满"]).await;
    let action = page.text.split("action=\"").find(|part| part.starts_with("/school/batches/")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let posted = press(&browser, "/school/batches", &action, &[]).await;
    assert_eq!(posted.header("location"), "/school/batches?posted=1", "{}", words(&posted.text));
    let page = read(&browser, "/school/batches?posted=1", &["已入账，开出1张收据", "已核对"]).await;
    assert!(!page.text.contains("入账并开收据"), "nothing is left to post");
    let page = read(&browser, "/school/receipts", &["待发"]).await;
    assert!(!page.text.contains("登记已发"), "finance does not hand out");

    let counsellor = world.hire(COLLEGE, Role::Counsellor).await;
    browser.become_staff(counsellor).await;
    let page = browser.get("/school/receipts").await;
    let action = page.text.split("action=\"").find(|part| part.starts_with("/school/receipts/")).unwrap();
    let action = action.split('"').next().unwrap().to_owned();
    let handed = press(&browser, "/school/receipts", &action, &[]).await;
    assert_eq!(handed.header("location"), "/school/receipts", "{}", words(&handed.text));
    read(&browser, "/school/receipts", &["已发"]).await;
    proof::proves!["R12.5", "R12.6"; page "/school/receipts"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counsellor_sees_how_loans_stand_and_no_exact_amount() {
    let (world, _, _, _, mut browser) = lent(6302).await;
    let counsellor = world.hire(COLLEGE, Role::Counsellor).await;
    browser.become_staff(counsellor).await;
    assert_eq!(browser.get("/school").await.status, StatusCode::FORBIDDEN, "receipts are the officer's");
    let page = read(&browser, "/school/students", &["林小满", "8,000–16,000", "在校"]).await;
    assert!(!page.text.contains("8,000.00"), "a band, no amount");
    assert!(!page.text.contains("href=\"/school/receipt\""), "the navigation shows what is open to the reader");
    read(&browser, "/school/students?which=overdue", &["没有这样的学生"]).await;
    read(&browser, "/school/students?which=open&college=", &["林小满"]).await;
    let other = world.hire(office::testing::UNIVERSITY, Role::Counsellor).await;
    browser.become_staff(other).await;
    let page = read(&browser, "/school/students", &["没有这样的学生"]).await;
    assert!(!page.text.contains("林小满"), "another school's students are not shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_branch_sees_every_settlement_day_in_sums() {
    let (world, _, _, _, mut browser) = lent(6303).await;
    let maker = world.hire(BANK, Role::BankMaker).await;
    browser.become_staff(maker).await;
    read(&browser, "/bank/calendar", &["2026-12-20", "2027-12-20", "国家贴息", "82.76"]).await;
    world.reach(date(2026, 12, 23)).await;
    read(&browser, "/bank/calendar", &["2026-12-20", "已结清"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_operator_finds_every_message_with_its_verdict() {
    let (world, _, _, account, mut browser) = lent(6304).await;
    let trade = world.sandbox.repay(&account, "李建国", Fen::yuan(30)).await.unwrap();
    let form = "application/x-www-form-urlencoded";
    let rightly = wire::form::write(&world.notice(&trade, None, None));
    for body in [rightly.clone(), rightly, "sign=x&sign_type=RSA2&total_amount=9".to_owned()] {
        browser.notify("/platform/notify", form, body).await;
        world.clock.forward(chrono::TimeDelta::seconds(1));
    }
    let operator = world.hire(PLATFORM, Role::PlatformOperator).await;
    browser.become_staff(operator).await;
    let page = read(&browser, "/platform/messages", &["已收下", "重复，已忽略", "签名不对", &trade.trade_no]).await;
    let found = read(&browser, &format!("/platform/messages?q={}", trade.trade_no), &["已收下"]).await;
    assert!(!found.text.contains("签名不对"), "a message without a trade is not about this one");
    let link = page.text.split("href=\"").find(|part| part.starts_with("/platform/message/")).unwrap();
    let link = link.split('"').next().unwrap().to_owned();
    let raw = browser.get(&link).await;
    assert!(raw.text.contains("total_amount=9") && !raw.text.contains("sign=x"), "the words, without the signature");
    assert_eq!(browser.get("/platform/message/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_is_done_on_the_phone_from_the_face_to_the_signature() {
    let (world, student, _, _, mut browser) = lent(6305).await;
    world.move_to(date(2027, 6, 1)).await;
    let number = world.draft(&student, "370702").await;
    world.fill(&student, &number, "370702", "8000", "2040").await;
    let text = "这一年我学习认真，思想上积极向上，参加志愿服务和社会实践。".repeat(5);
    world.save(&student, &number, Section::Statement, &[("statement", &text)]).await;
    world.submit(&student, &number).await;
    browser.become_student(student.person).await;
    let page = format!("/student/progress/{number}/online");
    read(&browser, "/student", &["在网上办续贷"]).await;
    read(&browser, &page, &["第1步，共2步", "刷脸不是唯一的办法"]).await;
    let begun = press(&browser, &page, &format!("{page}/face"), &[]).await;
    let session = begun.text.split("/sandbox/face/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let waits = press(&browser, &page, &format!("{page}/face"), &[]).await;
    assert!(waits.text.contains(&session), "asked again, the same check");
    let finish = async || {
        let (csrf, once) = (begun.hidden("csrf"), browser.town.site.token());
        browser.post(&format!("{page}/done"), &[("csrf", &csrf), ("once", &once), ("session", "another")]).await
    };
    let early = finish().await;
    assert!(early.text.contains("还没有收到核验结果"), "{}", words(&early.text));
    world.sandbox.decide_face(&session, true).await.unwrap();
    assert_eq!(finish().await.header("location"), page);
    read(&browser, &page, &["人脸已经核验"]).await;

    let (clerk, school) = (world.clerk(WEICHENG), world.school(COLLEGE));
    let n = || number.clone();
    world.done(&school, o::confirm_statement::ConfirmStatement { number: n() }).await;
    world.done(&clerk, o::confirm_statement::ConfirmStatement { number: n() }).await;
    world.done(&clerk, o::accept::Accept { number: n() }).await;
    world.done(&clerk, o::generate_contract::GenerateContract { number: n() }).await;
    read(&browser, "/student", &["读合同，签字"]).await;
    read(&browser, &page, &["第2步，共2步", "8,000元", "2040年9月20日"]).await;
    let unread = press(&browser, &page, &format!("{page}/sign"), &[]).await;
    assert_eq!(unread.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unread.text.contains("还有没勾的章"));
    let some = press(&browser, &page, &format!("{page}/sign"), &[("read", "amount"), ("read", "duties")]).await;
    assert_eq!(some.status, StatusCode::UNPROCESSABLE_ENTITY);
    let paper = press(&browser, &page, &format!("{page}/contract"), &[]).await;
    assert!(paper.header("location").starts_with("/student/paper/"), "{}", words(&paper.text));
    assert!(browser.get(paper.header("location")).await.text.starts_with("%PDF"));
    let chapters = o::confirm_read::CHAPTERS.map(|(code, ..)| ("read", code));
    let signed = press(&browser, &page, &format!("{page}/sign"), &chapters).await;
    assert_eq!(signed.header("location"), page, "{}", words(&signed.text));
    read(&browser, &page, &["已经签好", "下载签好的合同"]).await;
    proof::proves!["R1.5", "R7.3"; page "/student/progress/{number}/online"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_loan_is_led_to_the_counter() {
    let world = world(date(2026, 8, 10)).await;
    let student = world.student(6306).await;
    let number = world.submitted(&student, "370702").await;
    let mut browser = Browser::over(world.office.clone());
    browser.become_student(student.person).await;
    let page = format!("/student/progress/{number}/online");
    read(&browser, &page, &["这份申请要到窗口办"]).await;
    let progress = browser.get(&format!("/student/progress/{number}")).await;
    assert!(!progress.text.contains("在网上办续贷"));
}
