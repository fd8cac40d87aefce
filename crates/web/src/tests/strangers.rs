//! Who has nothing to do with a file finds nothing: another school, a co-borrower of another loan, an office that no longer
//! serves, somebody whose role was taken; and an old paper says that it is old.

use axum::http::StatusCode;
use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};
use office::Role;
use office::accounts::staff::SetRole;
use office::application::answers::Section;
use office::origination as o;
use office::papers::{PaperKind, Print};
use office::testing::{COLLEGE, UNIVERSITY, WEICHENG, World, XIUFENG, arrival, world};

use super::desks::{said_no, sent};
use super::kit::{Browser, words};

#[tokio::test(flavor = "multi_thread")]
async fn h034_a_school_neither_reads_nor_enters_what_belongs_to_another() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(6601).await;
    let (number, code) = world.certified(&student, "370702").await;
    let mut browser = Browser::over(world.office.clone());
    let foreign = world.hire(UNIVERSITY, Role::SchoolOfficer).await;
    browser.become_staff(foreign).await;
    for path in ["/school/missing", "/school/missing?school_id=20", "/school/missing?office=20&school_code=4137012819"]
    {
        let seen = browser.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        assert!(!seen.text.contains("林小满") && !seen.text.contains(&number), "{path} shows no foreign student");
    }
    let form = [("code", code.as_str()), ("tuition", "5000"), ("accommodation", "1000"), ("papers_shown", "yes")];
    let seen = sent(&browser, "/school/receipt", "/school/receipt", &form).await;
    said_no(&seen, "没有找到这个回执校验码");
    assert!(!seen.text.contains("林小满"), "the answer tells nothing about whose code it is");
    let remind = browser.send_form(&format!("/school/missing/{number}/remind"), &[]).await;
    assert_eq!(remind.status, StatusCode::NOT_FOUND);
    let own = world.hire(COLLEGE, Role::SchoolOfficer).await;
    browser.become_staff(own).await;
    assert!(browser.get("/school/missing").await.text.contains("林小满"));
}

/// An application of the student with that father as co-borrower; answers its number.
async fn with_father(world: &World, student: &office::testing::Someone, year: i32, father: u32) -> String {
    let number = world.draft(student, "370702").await;
    world.fill(student, &number, "370702", "8000", &(year + 14).to_string()).await;
    let id = IdNumber::synthetic(father, date(1970, 1, 1), Sex::Male);
    let phone = format!("137{father:08}");
    let co = [
        ("name", "林建国"),
        ("id_number", id.as_str()),
        ("relation", "father"),
        ("phone", phone.as_str()),
        ("household_county", "370702"),
        ("willing_and_capable", "yes"),
    ];
    world.save(student, &number, Section::CoBorrower, &co).await;
    world.submit(student, &number).await;
    number
}

#[tokio::test(flavor = "multi_thread")]
async fn h037_a_co_borrower_sees_the_loans_he_signed_for_and_no_other_of_the_student() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(6602).await;
    let first = with_father(&world, &student, 2026, 6701).await;
    world.done(&student.actor, o::withdraw::Withdraw { number: first.clone() }).await;
    let second = with_father(&world, &student, 2026, 6702).await;
    let found: Result<Vec<i64>, store::Failure> = world
        .office
        .store
        .read("fathers", |tx| {
            Box::pin(async move {
                let mut people = Vec::new();
                for serial in [6701, 6702] {
                    let id = IdNumber::synthetic(serial, date(1970, 1, 1), Sex::Male);
                    let person = store::person::by_id_number(tx, id.as_str()).await?;
                    people.push(person.expect("a co-borrower is a person").person);
                }
                Ok(people)
            })
        })
        .await;
    let fathers = found.unwrap();
    let mut browser = Browser::over(world.office.clone());
    for (father, mine, other) in [(fathers[0], &first, &second), (fathers[1], &second, &first)] {
        let door = office::accounts::entrance::Door::CoBorrower;
        let opened = world.office.enter_as_person(father, door).await.unwrap();
        browser.cookies = vec![format!("zhuxue={}", opened.token)];
        let home = browser.get("/co").await;
        assert!(home.text.contains(mine.as_str()) && !home.text.contains(other.as_str()), "{}", words(&home.text));
        assert_eq!(browser.get(&format!("/co/case/{mine}")).await.status, StatusCode::OK);
        assert_eq!(browser.get(&format!("/co/case/{other}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h042_a_file_asked_for_under_a_role_is_not_given_after_the_role_was_taken() {
    let world = world(date(2026, 8, 3)).await;
    let clerk = world.hire(WEICHENG, Role::CountyClerk).await;
    let mut browser = Browser::over(world.office.clone());
    browser.become_staff(clerk).await;
    let sheet = "/county/hall/report/sheet?from=2026-08-03&to=2026-08-03";
    let template = "/county/import/pre_applications/template";
    for path in [sheet, template] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    let before = browser.cookies.clone();
    let gives = world.in_role(Role::SecurityAdmin);
    world.done(&gives, SetRole { staff: clerk, role: Role::CountyClerk, held: false }).await;
    for path in [sheet, template] {
        let seen = browser.get(path).await;
        assert_ne!(seen.status, StatusCode::OK, "{path} with the session of before");
        assert!(!seen.text.starts_with("PK"), "no file");
    }
    // Without a role there is no new session either, and another role does not reach it.
    assert!(world.office.enter_as_staff(clerk).await.is_err());
    world.done(&gives, SetRole { staff: clerk, role: Role::Volunteer, held: true }).await;
    browser.become_staff(clerk).await;
    assert_ne!(browser.cookies, before);
    for path in [sheet, template] {
        assert_eq!(browser.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h043_from_its_day_on_another_office_serves_the_book_and_the_former_one_only_reads() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(6603).await;
    let number = world.submitted(&student, "370702").await;
    let moves = date(2026, 8, 10);
    let moved: Result<(), store::Failure> = world
        .office
        .store
        .write("move", |tx| {
            Box::pin(async move {
                let part = "county".to_owned();
                let service = store::office_place::BookService {
                    book: WEICHENG,
                    part,
                    from_on: moves,
                    office_id: XIUFENG,
                    to_on: None,
                };
                store::office_place::book_serve(tx, &service).await
            })
        })
        .await;
    moved.unwrap();
    let (former, serving) = (world.clerk(WEICHENG), world.clerk(XIUFENG));
    let arrives = || arrival(&number, true, true);
    world.move_to(date(2026, 8, 9)).await;
    world.refused(&serving, arrives(), "not_found").await;
    assert!(world.office.case_view(&former, &number).await.unwrap().read_only.is_none());
    world.move_to(moves).await;
    world.refused(&former, arrives(), "not_found").await;
    let back = o::return_application::ReturnApplication {
        number: number.clone(),
        reason: "other".to_owned(),
        note: "x".to_owned(),
        defects: Vec::new(),
    };
    world.refused(&former, back, "not_found").await;
    let view = world.office.case_view(&former, &number).await.expect("the former office still reads");
    assert_eq!(view.read_only, Some(moves));
    world.done(&serving, arrives()).await;

    let mut browser = Browser::over(world.office.clone());
    let clerk = world.hire(WEICHENG, Role::CountyClerk).await;
    browser.become_staff(clerk).await;
    let page = browser.get(&format!("/county/case/{number}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", words(&page.text));
    assert!(words(&page.text).contains("只能看") && !page.text.contains("/return\""), "{}", words(&page.text));
    // A new loan of the county goes to the book of the office that serves now; who never served sees nothing.
    let newcomer = world.student(6604).await;
    let fresh = world.submitted(&newcomer, "370702").await;
    assert!(world.office.case_view(&serving, &fresh).await.is_ok());
    assert!(world.office.case_view(&former, &fresh).await.is_err(), "begun after the former office's day");
}

#[tokio::test(flavor = "multi_thread")]
async fn h059_an_old_print_says_that_it_is_void_and_an_invented_code_that_it_is_none() {
    let world = world(date(2026, 8, 3)).await;
    let student = world.student(6605).await;
    let (number, _) = world.certified(&student, "370702").await;
    let clerk = world.clerk(WEICHENG);
    let print = async |kind| world.done(&clerk, Print { number: number.clone(), kind }).await.code;
    let (contract, certificate) = (print(PaperKind::LoanContract).await, print(PaperKind::AcceptanceCertificate).await);
    let browser = Browser::over(world.office.clone());
    for code in [&contract, &certificate] {
        let seen = browser.get(&format!("/v/{code}")).await;
        assert_eq!((seen.status, seen.text.contains("这份文书有效")), (StatusCode::OK, true));
        assert!(!seen.text.contains("林小满") && !seen.text.contains("8,000"), "no name, no amount");
    }
    let void = o::void_contract::VoidContract {
        number: number.clone(),
        reason: "共同借款人姓名写错".to_owned(),
        co_borrower_name: Some("林建刚".to_owned()),
    };
    world.done(&clerk, void).await;
    for code in [&contract, &certificate] {
        let seen = browser.get(&format!("/v/{code}")).await;
        assert!(seen.text.contains("这份文书已作废") && seen.text.contains("作废日期"), "{}", words(&seen.text));
    }
    // A code edited on the picture of a QR belongs to nothing.
    let mut edited: Vec<char> = contract.chars().collect();
    let last = edited.len() - 1;
    edited[last] = if edited[last] == '7' { '8' } else { '7' };
    let edited: String = edited.into_iter().collect();
    for code in [edited.as_str(), "ABCDEFGHJKLMN", "1"] {
        let seen = browser.get(&format!("/v/{code}")).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{code}");
        assert!(seen.text.contains("没有这份文书"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campus_applicant_comes_from_the_graduate_system_in_person_and_once() {
    let world = world(date(2026, 9, 1)).await;
    let student = world.student(6606).await;
    let tail = student.id_number[14..].to_owned();
    let mut browser = Browser::over(world.office.clone());
    let path = format!("/campus/enter/{}", world.assertion(&student, "login-1"));
    let page = browser.get(&path).await;
    assert!(page.status == StatusCode::OK && !page.text.contains("林小满"), "nothing is told before");
    let stranger = browser.fill(&path, &[("tail", "0000")]).await;
    assert!(stranger.text.contains("身份证号后四位不对"), "{}", words(&stranger.text));
    let entered = browser.fill(&path, &[("tail", &tail)]).await;
    assert_eq!(entered.header("location"), "/student", "{}", words(&entered.text));
    assert!(browser.get("/student").await.text.contains("林小满"));
    // The link of yesterday's login, a forged one, and one of somebody else lead nowhere.
    browser.cookies.clear();
    let again = browser.fill(&path, &[("tail", &tail)]).await;
    assert!(again.text.contains("这次登录已经用过"), "{}", words(&again.text));
    let mut forged = world.assertion(&student, "login-2");
    forged.pop();
    forged.push('z');
    let seen = browser.fill(&format!("/campus/enter/{forged}"), &[("tail", &tail)]).await;
    assert!(seen.text.contains("学校系统发来的登录信息用不了"), "{}", words(&seen.text));
    let other = world.student(6607).await;
    let path = format!("/campus/enter/{}", world.assertion(&other, "login-3"));
    let seen = browser.fill(&path, &[("tail", &tail)]).await;
    assert!(seen.text.contains("身份证号后四位不对"), "{}", words(&seen.text));
    // After five tries the right one does not help either.
    for _ in 0..4 {
        browser.fill(&path, &[("tail", "0000")]).await;
    }
    let seen = browser.fill(&path, &[("tail", &other.id_number[14..])]).await;
    assert!(seen.text.contains("学校系统发来的登录信息用不了"), "{}", words(&seen.text));
    proof::proves!["R1.12"; page "/campus/enter/{token}"];
}
