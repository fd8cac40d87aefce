//! The hall through the browser: the manager sets it up, the reception gives tickets, a window calls, the screen shows
//! it; a student books, carries the date home and asks a question.

use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::BodyExt;
use office::Role;
use tower::ServiceExt;

use super::kit::{Browser, COUNTY, Seen, Town, assert_sound};
use super::student::{answered, registered};

/// Opens a page and sends one of its forms to where the form leads.
async fn sent(browser: &Browser, page: &str, action: &str, form: &[(&str, &str)]) -> Seen {
    let opened = browser.get(page).await;
    assert_eq!(opened.status, StatusCode::OK, "{page}: {}", opened.text);
    let (csrf, once) = (opened.hidden("csrf"), opened.hidden("once"));
    let tokens = [("csrf", csrf.as_str()), ("once", once.as_str())];
    let form: Vec<(&str, &str)> = tokens.into_iter().chain(form.iter().copied()).collect();
    browser.post(action, &form).await
}

async fn done(browser: &Browser, page: &str, act: &str, form: &[(&str, &str)]) -> String {
    let seen = sent(browser, page, &format!("/county/hall/do/{act}"), form).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{act}: {}", seen.text);
    seen.header("location").to_owned()
}

#[tokio::test]
async fn a_hall_is_set_up_calls_and_shows_masked_names() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::HallManager)).await;
    let plan = "/county/hall/plan";
    let form = [("window_no", "1"), ("serves", "first"), ("serves", "renewal"), ("staffed", "1"), ("flags", "open")];
    done(&browser, plan, "window", &form).await;
    let both = [("window_no", "2"), ("serves", "first"), ("serves", "service"), ("staffed", "1"), ("flags", "open")];
    let no = sent(&browser, plan, "/county/hall/do/window", &both).await;
    assert_eq!(no.status, StatusCode::CONFLICT);
    assert!(no.text.contains("贷款和还款要分开窗口办") && no.text.contains("value=\"2\""), "what was typed is kept");
    let day =
        [("on", "2026-08-06"), ("opens", "07:30"), ("closes", "19:00"), ("towns", "青石镇、白石乡"), ("note", "")];
    done(&browser, plan, "day", &day).await;
    let wrong = sent(&browser, plan, "/county/hall/do/day", &[("on", "八月六日")]).await;
    assert!(wrong.text.contains("日子不是一个真实的日期"), "{}", wrong.text);

    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let walk = [("business", "first"), ("name", "欧阳小雨"), ("id_number", ""), ("town", "青石镇")];
    let given = done(&browser, "/county/hall", "walk-in", &walk).await;
    let code = given.rsplit("code=").next().unwrap().to_owned();
    let board = browser.get(&given).await;
    assert_sound(&given, &board.text);
    assert!(board.text.contains("A001") && board.text.contains("欧阳小雨"));
    let slip = browser.get(&format!("/county/hall/ticket/{code}")).await;
    assert!(slip.text.contains("欧**") && slip.text.contains("<svg") && !slip.text.contains("欧阳"), "{}", slip.text);

    let visitor = std::mem::take(&mut browser.cookies);
    let queue = browser.get(&format!("/queue/{code}")).await;
    assert_sound("/queue", &queue.text);
    assert!(queue.text.contains("下一个就是你") && queue.header("refresh") == "30");
    let before = browser.get("/screen/1").await;
    assert_sound("/screen/1", &before.text);
    assert!(before.text.contains("还没有叫号") && before.text.contains("等 1 家"));
    browser.cookies = visitor;
    done(&browser, "/county/hall", "call", &[("window", "1")]).await;
    browser.cookies.clear();
    let screen = browser.get("/screen/1").await;
    assert!(screen.text.contains("欧**") && !screen.text.contains("欧阳"), "the hall reads no whole name");
    assert_eq!(screen.header("refresh"), "10", "the screen works without a script");
    let event = changes(&browser, "/screen/1/changes?seen=0").await;
    let version = event.trim().strip_prefix("data: ").expect("an event with data").to_owned();
    assert!(screen.text.contains(&format!("data-seen=\"{version}\"")), "the event tells what is to be seen: {event}");
    assert_eq!(browser.get("/screen/3").await.status, StatusCode::NOT_FOUND, "a bank has no hall");

    let open = browser.get("/hall/1").await;
    assert_sound("/hall/1", &open.text);
    assert!(open.text.contains("青石镇、白石乡") && open.text.contains("07:30–19:00"));
    proof::proves!["R8.2", "R8.3"; page "/screen/{office}"];
}

/// The first event of a stream that never ends.
async fn changes(browser: &Browser, path: &str) -> String {
    let request = browser.request("GET", path).body(Body::empty()).unwrap();
    let app = crate::serve::app(browser.town.site.clone());
    let mut response = app.oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let frame = response.body_mut().frame().await.unwrap().unwrap();
    String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn every_page_of_the_hall_opens_and_says_no_in_words() {
    let mut browser = Browser::in_season().await;
    for role in [Role::HallManager, Role::CountyClerk] {
        browser.become_staff(Town::staff(role)).await;
        for page in ["", "/plan", "/duty", "/homes", "/goods", "/questions", "/report"] {
            let path = format!("/county/hall{page}");
            let seen = browser.get(&path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path}: {}", seen.text);
            assert_sound(&path, &seen.text);
        }
    }
    browser.become_staff(Town::staff(Role::HallManager)).await;
    done(&browser, "/county/hall/goods", "stock", &[]).await;
    let count = [("item", "创可贴"), ("shelf", "medicine"), ("least", "50"), ("stock", "60")];
    done(&browser, "/county/hall/goods", "count", &count).await;
    let goods = browser.get("/county/hall/goods").await;
    assert_sound("/county/hall/goods", &goods.text);
    assert!(goods.text.contains("便民小药箱要补") && goods.text.contains("藿香正气水"));

    let shift = [
        ("duty", "phone"),
        ("on", "2026-08-05"),
        ("begins", "20:00"),
        ("ends", "08:00"),
        ("who", "何桂芳"),
        ("duty_phone", "0773-5550101"),
    ];
    done(&browser, "/county/hall/duty", "shift", &shift).await;
    let no = sent(&browser, "/county/hall/duty", "/county/hall/do/shift", &shift).await;
    assert!(no.status == StatusCode::CONFLICT && no.text.contains("这个人那段时间已经有班"), "{}", no.text);
    let call = [("caller", "李女士"), ("phone", "13900001234"), ("about", "几点开门"), ("answer", "七点半")];
    done(&browser, "/county/hall/duty", "log", &call).await;
    let duty = browser.get("/county/hall/duty").await;
    assert_sound("/county/hall/duty", &duty.text);
    assert!(duty.text.contains("尾号 1234") && !duty.text.contains("13900001234"));

    let home = [
        ("on", "2026-08-05"),
        ("town", "红坪镇"),
        ("village", "塔坪村"),
        ("family", "林小满"),
        ("number", ""),
        ("staff", "何桂芳"),
        ("volunteer", ""),
    ];
    done(&browser, "/county/hall/homes", "home", &home).await;
    let pack = browser.get("/county/hall/homes/1").await;
    assert!(pack.text.contains("上门办理记录") && pack.text.contains("XC000100001") && pack.text.contains("签合同"));
    let wrong = [("home_visit", "1"), ("paper_no", "XC1"), ("steps", "form"), ("note", ""), ("how", "done")];
    let no = sent(&browser, "/county/hall/homes", "/county/hall/do/home-enter", &wrong).await;
    assert!(no.status == StatusCode::CONFLICT && no.text.contains("纸件编号对不上"), "{}", no.text);
    let sheet = browser.get("/county/hall/report/sheet").await;
    assert!(sheet.header("content-type").contains("spreadsheetml"));
    proof::proves!["R8.7", "R8.10", "R8.12"; page "/county/hall"];
}

#[tokio::test]
async fn a_student_books_carries_the_date_home_gives_it_back_and_asks() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::HallManager)).await;
    let times = [
        ("from_on", "2026-08-06"),
        ("to_on", "2026-08-07"),
        ("side", "loan"),
        ("begins", "09:00"),
        ("ends", "10:00"),
        ("places", "4"),
        ("walk_in_percent", "25"),
    ];
    done(&browser, "/county/hall/plan", "times", &times).await;
    browser.cookies.clear();
    registered(&mut browser, 61).await;
    let number = answered(&mut browser).await;
    let all = [("truthful", "yes"), ("consent_sensitive", "yes"), ("consent_credit", "yes")];
    browser.fill(&format!("/student/apply/{number}/check"), &all).await;

    let page = format!("/student/progress/{number}/visit");
    let choose = browser.get(&page).await;
    assert_sound(&page, &choose.text.replace(&number, ""));
    assert!(choose.text.contains("剩 3 个"), "one of four is kept for those who just come");
    let booked = browser.fill(&page, &[("slot", "2026-08-06 09:30")]).await;
    assert_eq!(booked.header("location"), "/student/visits", "{}", booked.text);
    let mine = browser.get("/student/visits").await;
    assert_sound("/student/visits", &mine.text);
    assert!(mine.text.contains("2026年8月6日") && mine.text.contains("09:30") && mine.text.contains("class=\"qr\""));
    let code = mine.text.split("/student/visits/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let event = browser.get(&format!("/student/visits/{code}/calendar")).await;
    assert!(event.header("content-type").starts_with("text/calendar"));
    assert!(event.text.contains("DTSTART;TZID=Asia/Shanghai:20260806T093000\r\n"), "{}", event.text);
    assert!(
        event.text.lines().all(|line| line.trim_end_matches('\r').len() <= 75)
            && event.text.contains("\r\nEND:VCALENDAR\r\n")
    );
    let cancel = sent(&browser, "/student/visits", &format!("/student/visits/{code}/cancel"), &[]).await;
    assert_eq!(cancel.status, StatusCode::SEE_OTHER, "{}", cancel.text);
    assert!(browser.get("/student/visits").await.text.contains("现在没有预约"));

    let service = browser.get("/student/visits/service").await;
    assert_sound("/student/visits/service", &service.text);
    let asked = browser.fill("/student/questions", &[("county", COUNTY), ("words", "要带户口簿吗？")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let thread = browser.get("/student/questions").await;
    assert_sound("/student/questions", &thread.text);
    assert!(thread.text.contains("要带户口簿吗？") && thread.text.contains("等答复"));
    let empty = browser.fill("/student/questions", &[("county", COUNTY), ("words", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let answer = [("question", "1"), ("words", "要，带原件。"), ("how", "close")];
    done(&browser, "/county/hall/questions/1", "answer", &answer).await;
    let found = browser.get("/county/hall/questions?q=%E5%8E%9F%E4%BB%B6").await;
    assert!(found.text.contains("要带户口簿吗？") && found.text.contains("王晓琳"), "{}", found.text);
    proof::proves!["R8.1", "R8.17"; page "/student/visits"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_co_borrower_books_a_time_for_repayment_business_and_asks() {
    use office::hall::Side;
    use office::hall::set_times::SetTimes;
    use office::testing::{WEICHENG, staff, world};
    let on = loan::calendar::date(2026, 8, 5);
    let world = world(loan::calendar::date(2026, 8, 3)).await;
    let times = SetTimes {
        from_on: on,
        to_on: on,
        side: Side::Service,
        begins: "09:00".to_owned(),
        ends: "10:00".to_owned(),
        places: 3,
        walk_in_percent: 0,
        free_days_too: false,
    };
    world.done(&staff(900, WEICHENG, &[Role::HallManager]), times).await;
    let student = world.student(6801).await;
    world.submitted(&student, "370702").await;
    let father: Result<i64, store::Failure> = world
        .office
        .store
        .read("father", |tx| {
            Box::pin(async move {
                let rows = store::application::list_of_person_anywhere(tx, student.person).await?;
                Ok(rows[0].co_person.expect("a submitted application names its co-borrower"))
            })
        })
        .await;
    let door = office::accounts::entrance::Door::CoBorrower;
    let opened = world.office.enter_as_person(father.unwrap(), door).await.unwrap();
    let mut browser = Browser::over(world.office.clone());
    browser.cookies = vec![format!("zhuxue={}", opened.token)];
    assert!(browser.get("/co").await.text.contains("href=\"/co/visits\""));
    let empty = browser.get("/co/visits").await;
    assert_sound("/co/visits", &empty.text);
    assert!(empty.text.contains("现在没有预约") && !empty.text.contains("/student"), "{}", empty.text);
    let page = "/co/visits/service?county=370702";
    let choose = browser.get(page).await;
    assert_sound(page, &choose.text);
    let slot = [("county", "370702"), ("slot", "2026-08-05 09:30")];
    let booked = sent(&browser, page, "/co/visits/service", &slot).await;
    assert_eq!(booked.header("location"), "/co/visits", "{}", booked.text);
    let mine = browser.get("/co/visits").await;
    assert_sound("/co/visits", &mine.text);
    let code = mine.text.split("/co/visits/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert!(mine.text.contains("09:30") && !mine.text.contains("/student"), "{}", mine.text);
    let event = browser.get(&format!("/co/visits/{code}/calendar")).await;
    assert!(event.text.contains("DTSTART;TZID=Asia/Shanghai:20260805T093000"), "{}", event.text);
    let cancel = sent(&browser, "/co/visits", &format!("/co/visits/{code}/cancel"), &[]).await;
    assert_eq!(cancel.header("location"), "/co/visits");
    let asked =
        sent(&browser, "/co/questions", "/co/questions", &[("county", "370702"), ("words", "能代孩子还吗？")]).await;
    assert_eq!(asked.header("location"), "/co/questions", "{}", asked.text);
    let thread = browser.get("/co/questions").await;
    assert_sound("/co/questions", &thread.text);
    assert!(thread.text.contains("能代孩子还吗？") && !thread.text.contains("/student"));
}
