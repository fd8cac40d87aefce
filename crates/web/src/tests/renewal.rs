//! A renewal begins: the student comes back with the account of last year, writes the statement and submits.

use axum::http::StatusCode;
use loan::calendar::date;
use office::application::answers::Section;
use office::testing::{COLLEGE_CODE, WEICHENG, world};

use super::kit::{Browser, assert_sound, words};

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_is_written_with_counter_and_example_and_submitted() {
    let world = world(date(2026, 8, 10)).await;
    world.bank_staff().await;
    let student = world.student(6501).await;
    world.paid_out(&student).await;
    world.move_to(date(2027, 6, 1)).await;
    let mut browser = Browser::over(world.office.clone());
    browser.become_student(student.person).await;
    let home = words(&browser.get("/student").await.text);
    assert!(home.contains("记好登录名和密码") && home.contains("换了工作、手机号或联系人"), "{home}");

    let opened = browser.fill("/student/apply", &[("county", "370702")]).await;
    let path = opened.header("location").to_owned();
    let number = path.rsplit('/').next().unwrap().to_owned();
    assert!(words(&browser.get(&path).await.text).contains("续贷"), "found from the loan before");
    world.fill(&student, &number, "370702", "8000", "2041").await;
    let study = [
        ("school_code", COLLEGE_CODE),
        ("major", "土木工程"),
        ("level", "college"),
        ("programme_years", "3"),
        ("grade", "2"),
        ("tuition", "7,000"),
        ("accommodation", "1,200"),
    ];
    world.save(&student, &number, Section::Study, &study).await;

    let page = format!("{path}/statement");
    let empty = browser.get(&page).await;
    assert_sound(&page, &empty.text.replace(&number, ""));
    let said = words(&empty.text).replace(' ', "");
    for words in ["100到500字", "现在0字", "看一个例子", "客观真实，积极向上", "思想和学习"] {
        assert!(said.contains(words), "{words} in {said}");
    }
    let example = said.split("看一个例子").nth(1).unwrap();
    assert!(example.contains("按时还本付息"), "a whole example");
    // Too short and too long come back with everything typed and the count.
    let sentence = "这一年我认真学习，积极参加志愿服务。";
    let letters = sentence.chars().count();
    for times in [1, 99 / letters, 501_usize.div_ceil(letters)] {
        let text = sentence.repeat(times);
        let seen = browser.fill(&page, &[("statement", &text)]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{times} times");
        assert!(seen.text.contains(&text), "what was typed is kept");
        assert!(words(&seen.text).replace(' ', "").contains(&format!("现在{}字", letters * times)));
    }
    let seen = browser.fill(&page, &[("statement", &sentence.repeat(8))]).await;
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, path.as_str()), "{}", seen.text);
    let all = [("truthful", "yes"), ("consent_sensitive", "yes"), ("consent_credit", "yes")];
    let done = browser.fill(&format!("{path}/check"), &all).await;
    assert_eq!(done.header("location"), format!("{path}/done"), "{}", done.text);

    // The county reads it with its length; the school gives it back, and the student sees why where he writes.
    let back = office::origination::return_statement::ReturnStatement {
        number: number.clone(),
        reason: "没有写学习情况".to_owned(),
    };
    world.done(&world.school(office::testing::COLLEGE), back).await;
    let again = words(&browser.get(&page).await.text);
    assert!(again.contains("上次退回的原因") && again.contains("没有写学习情况"), "{again}");
    let clerk = world.hire(WEICHENG, office::Role::CountyClerk).await;
    browser.become_staff(clerk).await;
    let logins = browser.get("/county/logins").await;
    assert_sound("/county/logins", &logins.text);
    let county = words(&browser.get("/county").await.text).replace(' ', "");
    assert!(county.contains("本学年签的合同") && county.contains("首贷") && county.contains("续贷"), "{county}");
    proof::proves!["R7.1", "R7.5"; page "/student/apply/{number}/statement"];
}
