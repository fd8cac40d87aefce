//! Papers on the web: both sign on their phones, the file is checked by a stranger, a county prints its day.

use axum::http::StatusCode;
use loan::calendar::date;
use office::origination as o;
use office::papers::{PaperKind, Print};
use office::testing::{WEICHENG, world};
use office::{Actor, Role};

use super::counter::put_up;
use super::desks::{led_to, said_no, sent};
use super::kit::{Browser, assert_sound, words};

#[tokio::test(flavor = "multi_thread")]
async fn both_sign_the_contract_and_a_stranger_checks_the_file() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(6401).await;
    let number = world.at_counter(&student, "370702").await;
    let clerk = world.clerk(WEICHENG);
    world.done(&clerk, o::accept::Accept { number: number.clone() }).await;
    world.done(&clerk, o::generate_contract::GenerateContract { number: number.clone() }).await;
    let key: office::number::ApplicationNumber = number.parse().unwrap();
    let row: Result<_, store::Failure> = world
        .office
        .store
        .read("row", |tx| Box::pin(async move { store::application::by_number(tx, key.book, key.key()).await }))
        .await;
    let co = row.unwrap().unwrap().co_person.unwrap();

    let mut browser = Browser::over(world.office.clone());
    browser.become_student(student.person).await;
    let page = format!("/student/progress/{number}/online");
    let chapters = o::confirm_read::CHAPTERS.map(|(code, ..)| ("read", code));
    let opened = browser.get(&page).await;
    assert_sound(&page, &opened.text);
    assert_eq!(opened.text.matches("type=\"checkbox\"").count(), chapters.len(), "a tick for every chapter");
    led_to(&sent(&browser, &page, &format!("{page}/sign"), &chapters).await, &page);
    assert!(words(&browser.get(&page).await.text).contains("还等共同借款人签字"));

    browser.become_co_borrower(co).await;
    let case = format!("/co/case/{number}");
    assert!(browser.get(&case).await.text.contains("读合同，签字"));
    let page = format!("{case}/online");
    assert_sound(&page, &browser.get(&page).await.text);
    let paper = sent(&browser, &page, &format!("{page}/contract"), &[]).await;
    assert!(paper.header("location").starts_with("/co/paper/"), "{}", paper.text);
    led_to(&sent(&browser, &page, &format!("{page}/sign"), &chapters).await, &page);
    assert!(browser.get(&page).await.text.contains("下载签好的合同"));
    let paper = sent(&browser, &page, &format!("{page}/contract"), &[]).await;
    assert!(browser.get(paper.header("location")).await.text.starts_with("%PDF"));

    // A stranger: no cookie, only the file.
    let code = paper.header("location").rsplit('/').next().unwrap().to_owned();
    let pdf = world.office.paper_pdf(&Actor::co_borrower(co), &code).await.unwrap();
    let mut stranger = Browser::over(world.office.clone());
    let opened = stranger.get("/v").await;
    assert_sound("/v", &opened.text.replace("PDF", ""));
    stranger.cookies = vec![opened.cookie()];
    led_to(&stranger.get(&format!("/v?code={code}")).await, &format!("/v/{code}"));
    let check = async |file: &[u8], says: &str| {
        let seen = put_up(&stranger, "/v", &[], &[("file", "contract.pdf", file)]).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
        assert!(seen.text.contains(says), "{says}: {}", words(&seen.text));
        seen
    };
    let seen = check(&pdf, "签名有效，文件没有改动过").await;
    assert!(seen.text.contains("借款学生") && seen.text.contains("共同借款人"));
    let view = world.office.case_view(&clerk, &number).await.unwrap();
    assert!(!seen.text.contains(&view.student.name), "masked facts only");
    let mut changed = pdf.clone();
    changed[pdf.len() / 3] ^= 1;
    check(&changed, "已被改动").await;
    let form = world.done(&clerk, Print { number: number.clone(), kind: PaperKind::ApplicationForm }).await.code;
    let unsigned = world.office.paper_pdf(&clerk, &form).await.unwrap();
    check(&unsigned, "没有电子签名").await;
    check(b"no pdf at all", "没有电子签名").await;
    let empty = put_up(&stranger, "/v", &[], &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    proof::proves!["R10.1", "R10.7"; page "/co/case/{number}/online"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_prints_its_day_as_one_file() {
    let world = world(date(2026, 8, 3)).await;
    let mut numbers = Vec::new();
    for serial in [6411, 6412] {
        let student = world.student(serial).await;
        numbers.push(world.certified(&student, "370702").await.0);
    }
    let mut browser = Browser::over(world.office.clone());
    let clerk = world.hire(WEICHENG, Role::CountyClerk).await;
    browser.become_staff(clerk).await;
    let page = "/county/print";
    let seen = browser.get(page).await;
    assert_sound(
        page,
        &numbers.iter().fold(seen.text.replace("A5", "").replace("A3", ""), |text, one| text.replace(one, "")),
    );
    assert_eq!(seen.text.matches("name=\"number\"").count(), 2);
    assert!(browser.get("/county/print?kind=loan-contract&on=2026-08-02").await.text.contains("没有要打印的"));
    let chosen: Vec<(&str, &str)> = [("kind", "acceptance-certificate"), ("on", "2026-08-03")]
        .into_iter()
        .chain(numbers.iter().map(|number| ("number", number.as_str())))
        .collect();
    let nothing = sent(&browser, page, page, &chosen[..2]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = sent(&browser, page, page, &chosen).await;
    assert!(file.text.starts_with("%PDF"), "{}", words(&file.text));
    said_no(&sent(&browser, page, page, &chosen).await, "还没有写为什么再打");
    let again: Vec<(&str, &str)> = chosen.iter().copied().chain([("reason", "打印机卡纸")]).collect();
    assert!(sent(&browser, page, page, &again).await.text.starts_with("%PDF"));
    for slip in ["card", "poster"] {
        assert!(browser.get(&format!("/county/print/{slip}")).await.text.starts_with("%PDF"), "{slip}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_papers_of_a_loan_are_printed_by_borrower_and_clerk() {
    let world = world(date(2026, 8, 10)).await;
    let student = world.student(6421).await;
    let (contract, _) = world.paid_out(&student).await;
    let mut browser = Browser::over(world.office.clone());
    let clerk = world.hire(WEICHENG, Role::CountyClerk).await;
    for base in ["/student", "/county"] {
        match base {
            "/student" => browser.become_student(student.person).await,
            _ => browser.become_staff(clerk).await,
        }
        let page = format!("{base}/loan/{contract}");
        let print = async |kind: &str| sent(&browser, &page, &format!("{page}/print"), &[("kind", kind)]).await;
        for kind in ["repayment-plan", "graduation-confirmation"] {
            let printed = print(kind).await;
            assert!(printed.header("location").starts_with(&format!("{base}/paper/")), "{}", words(&printed.text));
            assert!(browser.get(printed.header("location")).await.text.starts_with("%PDF"), "{kind}");
            assert_eq!(
                print(kind).await.header("location"),
                printed.header("location"),
                "the same facts, the same paper"
            );
        }
        for kind in ["payment-receipt", "prepayment-receipt", "study-change"] {
            said_no(&print(kind).await, "现在没有内容可以打印");
        }
        assert_eq!(print("loan-contract").await.status, StatusCode::NOT_FOUND);
    }
}
