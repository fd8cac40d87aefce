//! A student from the first click to the submitted application, and what is said when something is wrong.

use axum::http::StatusCode;
use loan::calendar::date;
use loan::policy::id_number::{IdNumber, Sex};

use super::kit::{Browser, COUNTY, SCHOOL, Seen, assert_sound};

fn id_number(serial: u32, year: i32, sex: Sex) -> String {
    IdNumber::synthetic(serial, date(year, 3, 12), sex).as_str().to_owned()
}

/// Registers somebody; the browser is logged in afterwards.
pub(super) async fn registered(browser: &mut Browser, serial: u32) -> Seen {
    let id = id_number(serial, 1998, Sex::Male);
    let phone = format!("1380000{serial:04}");
    let form =
        [("name", "陈思远"), ("id_number", id.as_str()), ("phone", phone.as_str()), ("password", "青山绿水常相伴随")];
    browser.fill("/register", &form).await
}

/// Opens a draft and answers every section. Gives the number.
pub(super) async fn answered(browser: &mut Browser) -> String {
    let opened = browser.fill("/student/apply", &[("county", COUNTY)]).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    let path = opened.header("location").to_owned();
    let number = path.rsplit('/').next().unwrap().to_owned();
    let study = [
        ("school_name", SCHOOL),
        ("major", "土木工程"),
        ("level", "undergraduate"),
        ("programme_years", "4"),
        ("grade", "1"),
        ("tuition", "５,800"),
        ("accommodation", "1200"),
    ];
    moved_on(browser.fill(&format!("{path}/study"), &study).await, &path);
    let family = [
        ("address", "甲路 1 号"),
        ("contact_name", "陈国梁"),
        ("contact_phone", "137 0000 5530"),
        ("hardship", "minimum_living_allowance"),
        ("orphan", "no"),
        ("one_household_book", "yes"),
    ];
    moved_on(browser.fill(&format!("{path}/family"), &family).await, &path);
    let id = id_number(77, 1978, Sex::Male);
    let co = [
        ("relation", "father"),
        ("name", "陈国强"),
        ("id_number", id.as_str()),
        ("phone", "13700005530"),
        ("where", "here"),
        ("willing_and_capable", "yes"),
    ];
    moved_on(browser.fill(&format!("{path}/co_borrower"), &co).await, &path);
    let request = [("a", "other"), ("sum", "12,000"), ("t", "19"), ("do", "save")];
    moved_on(browser.fill(&format!("{path}/request"), &request).await, &path);
    number
}

fn moved_on(seen: Seen, path: &str) {
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, path), "{}", seen.text);
}

#[tokio::test]
async fn a_student_registers_applies_and_sees_where_it_stands() {
    let mut browser = Browser::in_season().await;
    let seen = registered(&mut browser, 1).await;
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, "/student"), "{}", seen.text);
    let home = browser.get("/student").await;
    assert!(home.text.contains("你还没有申请过"));
    assert_sound("/student", &home.text);
    let number = answered(&mut browser).await;
    let path = format!("/student/apply/{number}");
    for page in ["", "/study", "/family", "/co_borrower", "/request", "/check"] {
        let seen = browser.get(&format!("{path}{page}")).await;
        assert_eq!(seen.status, StatusCode::OK, "{page}");
        assert_eq!(seen.header("cache-control"), "no-store", "{page}");
        assert_sound(page, &seen.text);
    }
    let amount = browser.get(&format!("{path}/request")).await;
    for figure in ["103.60 元", "1,426.90 元", "3,456.30 元", "2045年9月20日"] {
        assert!(amount.text.contains(figure), "{figure}");
    }
    let again = browser.post(&format!("{path}/check"), &[]).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "a sending without its tokens changes nothing");
    let half = browser.fill(&format!("{path}/check"), &[("truthful", "yes")]).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        half.text.contains("有 2 处要改") && half.text.contains(r#"id="truthful" value="yes" checked"#),
        "{}",
        half.text
    );

    let all = [("truthful", "yes"), ("consent_sensitive", "yes"), ("consent_credit", "yes")];
    let done = browser.fill(&format!("{path}/check"), &all).await;
    assert_eq!(
        (done.status, done.header("location")),
        (StatusCode::SEE_OTHER, format!("{path}/done").as_str()),
        "{}",
        done.text
    );
    for page in [
        format!("{path}/done"),
        format!("/student/progress/{number}"),
        format!("/student/progress/{number}/materials"),
        format!("/student/progress/{number}/visit"),
        format!("/student/progress/{number}/withdraw"),
        "/student".to_owned(),
        "/student/me".to_owned(),
        "/student/change".to_owned(),
    ] {
        let seen = browser.get(&page).await;
        assert_eq!(seen.status, StatusCode::OK, "{page} {}", seen.text);
        let plain = seen.text.replace(&number, "");
        assert_sound(&page, &plain);
    }
    let progress = browser.get(&format!("/student/progress/{number}")).await;
    assert!(progress.text.contains("第 2 步，共 7 步") && progress.text.contains("县中心"));
    assert!(!progress.text.contains("陈国强"), "the tracker tells no names");
    proof::proves!["R6.15"; page "/student/progress"];
}

#[tokio::test]
async fn h014_a_submission_before_everything_is_answered_leads_back() {
    let mut browser = Browser::in_season().await;
    registered(&mut browser, 2).await;
    let opened = browser.fill("/student/apply", &[("county", COUNTY)]).await;
    let path = opened.header("location").to_owned();
    let all = [("truthful", "yes"), ("consent_sensitive", "yes"), ("consent_credit", "yes")];
    let seen = browser.fill(&format!("{path}/check"), &all).await;
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, format!("{path}/study").as_str()));
    assert!(browser.get(&path).await.text.contains("暂不能开始"));
}

#[tokio::test]
async fn after_the_last_day_the_page_says_which_rule_and_loses_nothing() {
    let mut browser = Browser::fresh().await;
    registered(&mut browser, 3).await;
    let number = answered(&mut browser).await;
    let path = format!("/student/apply/{number}");
    let all = [("truthful", "yes"), ("consent_sensitive", "yes"), ("consent_credit", "yes")];
    let seen = browser.fill(&format!("{path}/check"), &all).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    for words in ["本学年的办理时间已经过了", "依据：", "你填的内容都在，没有丢"] {
        assert!(seen.text.contains(words), "{words}");
    }
    assert!(browser.get(&format!("{path}/check")).await.text.contains("陈国强"));
}

#[tokio::test]
async fn h001_a_wrong_number_comes_back_with_its_field_and_everything_typed() {
    let mut browser = Browser::in_season().await;
    let form =
        [("name", "陈思远"), ("id_number", "110105194912310021"), ("phone", "1380000111"), ("password", "12345678")];
    let seen = browser.fill("/register", &form).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "有 3 处要改",
        "身份证号最后一位不对，请对照证件再看一遍",
        "手机号应是 11 位手机号",
        "这个密码太常见",
        "<title>错误：注册账户",
    ] {
        assert!(seen.text.contains(words), "{words}");
    }
    assert!(seen.text.contains(r#"value="110105194912310021""#) && seen.text.contains(r#"value="1380000111""#));
    assert!(!seen.text.contains("12345678\""), "a password never comes back");
}

#[tokio::test]
async fn two_sendings_of_one_form_are_one_and_other_content_is_refused() {
    let mut browser = Browser::in_season().await;
    registered(&mut browser, 4).await;
    let page = browser.get("/student/apply").await;
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    let form = |county| [("csrf", csrf.as_str()), ("once", once.as_str()), ("county", county)];
    let first = browser.post("/student/apply", &form(COUNTY)).await;
    let second = browser.post("/student/apply", &form(COUNTY)).await;
    assert_eq!(first.header("location"), second.header("location"));
    let other = browser.post("/student/apply", &form("450303")).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(other.text.contains("已经提交过"));
}

#[tokio::test]
async fn h033_somebody_elses_application_is_not_found() {
    let mut browser = Browser::in_season().await;
    registered(&mut browser, 5).await;
    let number = answered(&mut browser).await;
    browser.cookies.clear();
    registered(&mut browser, 6).await;
    for page in [
        format!("/student/apply/{number}"),
        format!("/student/apply/{number}/check"),
        format!("/student/progress/{number}"),
        "/student/apply/A20260001000001".to_owned(),
        "/student/progress/nonsense".to_owned(),
    ] {
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
}

#[tokio::test]
async fn h025_a_session_is_worth_nothing_after_log_out() {
    let mut browser = Browser::in_season().await;
    registered(&mut browser, 7).await;
    let before = browser.cookies.clone();
    let csrf = browser.get("/student").await.hidden("csrf");
    let gone = browser.post("/logout", &[("csrf", &csrf)]).await;
    assert_eq!((gone.status, gone.header("location")), (StatusCode::SEE_OTHER, "/"));
    assert!(gone.header("clear-site-data").contains("cache"));
    browser.cookies = before;
    let seen = browser.get("/student").await;
    assert_eq!(seen.header("location"), "/login?back=%2Fstudent");
}
