//! What people may know and ask: their own data, the county's answers, and everything that is open to everybody.

use axum::http::StatusCode;
use office::Role;

use super::counter::put_up;
use super::desks::{between, led_to, sent, submitted};
use super::kit::{Browser, Town, assert_sound};

#[tokio::test]
async fn a_student_sees_who_looked_downloads_once_and_takes_a_consent_back() {
    let mut browser = Browser::in_season().await;
    let number = submitted(&mut browser, 81).await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    browser.get(&format!("/county/case/{number}")).await;
    let whole = format!("/county/case/{number}/id/borrower");
    let empty = sent(&browser, &whole, &whole, &[("reason", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = sent(&browser, &whole, &whole, &[("reason", "核对户口簿")]).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.header("refresh").starts_with("60; url=/county/case/"));
    assert!(!browser.get(&format!("/county/case/{number}")).await.text.contains("20080312"), "masked everywhere else");

    browser.become_student(person_of(&browser, &number).await).await;
    let looks = browser.get("/student/data/looks").await;
    assert!(looks.text.contains("核对户口簿") && looks.text.contains("王晓琳") && looks.text.contains("打开办件"));
    let page = browser.get("/student/data").await;
    assert_sound("/student/data", &page.text);
    said_no_password(&browser).await;
    led_to(
        &sent(&browser, "/student/data", "/student/data/prove", &[("password", "")]).await,
        "/student/data?done=proved",
    );
    let linked = sent(&browser, "/student/data", "/student/data/copy", &[]).await;
    let link = between(&linked.text, "href=\"/student/data/copy/", "\"")[0].to_owned();
    let copy = browser.get(&format!("/student/data/copy/{link}")).await;
    assert!(copy.header("content-disposition").starts_with("attachment") && copy.text.contains(&number));
    let again = browser.get(&format!("/student/data/copy/{link}")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text.contains("这个链接已经用过"));

    let back = [("purpose", "credit_bureau"), ("do", "withdraw")];
    led_to(&sent(&browser, "/student/data", "/student/data/consent", &back).await, "/student/data?done=withdrawn");
    assert!(browser.get("/student/data").await.text.contains("重新同意"));
    let erase = sent(&browser, "/student/data/erase", "/student/data/erase", &[("understood", "yes")]).await;
    assert_eq!(erase.status, StatusCode::CONFLICT);
    assert!(erase.text.contains("还有一份申请正在办"));
}

/// Without a proof there is no link.
async fn said_no_password(browser: &Browser) {
    let seen = sent(browser, "/student/data", "/student/data/copy", &[]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(seen.text.contains("请再输一次密码"));
}

async fn person_of(browser: &Browser, number: &str) -> i64 {
    let number: office::number::ApplicationNumber = number.parse().unwrap();
    let row: Result<_, store::Failure> = browser
        .town
        .site
        .store
        .read("row", |tx| Box::pin(async move { store::application::by_number(tx, number.book, number.key()).await }))
        .await;
    row.unwrap().unwrap().person
}

#[tokio::test]
async fn a_complaint_is_asked_on_one_page_and_answered_on_another() {
    let mut browser = Browser::in_season().await;
    let number = submitted(&mut browser, 82).await;
    let person = person_of(&browser, &number).await;
    browser.become_student(person).await;
    let page = browser.get("/student/ask").await;
    assert_sound("/student/ask", &page.text.replace(&number, ""));
    let nothing = sent(&browser, "/student/ask", "/student/ask", &[("asked", "complaint")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = "<script>alert(1)</script>{{7*7}} 排队三小时";
    let form = [("asked", "complaint"), ("about", number.as_str()), ("text", typed)];
    let asked = sent(&browser, "/student/ask", "/student/ask", &form).await;
    let request = asked.header("location").rsplit('=').next().unwrap().to_owned();
    assert!(request.starts_with('7'), "{}", asked.text);
    let mine = browser.get("/student/ask/mine").await;
    assert!(
        mine.text.contains("还有 15 天")
            && mine.text.contains("&lt;script&gt;")
            && !mine.text.contains("<script>alert")
    );

    browser.become_staff(Town::staff(Role::HallManager)).await;
    let list = browser.get("/county/requests").await;
    assert!(
        list.text.contains(&request) && list.text.contains("&lt;script&gt;") && !list.text.contains("<script>alert")
    );
    let answer = format!("/county/requests/{request}");
    said_refused(&sent(&browser, "/county/requests", &answer, &[("upheld", "yes"), ("text", "")]).await.text);
    let words = [("upheld", "yes"), ("text", "已加开窗口")];
    led_to(&sent(&browser, "/county/requests", &answer, &words).await, "/county/requests?done=yes");
    browser.become_student(person).await;
    let told = browser.get("/student/ask/mine").await;
    assert!(told.text.contains("采纳。") && told.text.contains("已加开窗口"), "{}", told.text);
}

fn said_refused(text: &str) {
    assert!(text.contains("还没有写内容"), "{text}");
}

#[tokio::test]
async fn what_is_open_is_open_to_everybody() {
    let browser = Browser::in_season().await;
    let check = async |path: &str, words: &[&str]| {
        let seen = browser.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path} {}", seen.text);
        for word in words {
            assert!(seen.text.contains(word), "{path}: {word}");
        }
        seen.text
    };
    check("/where?county=450302", &["谁能办", "哪里办", "找谁办", "怎么办", "秀峰区学生资助管理中心"]).await;
    proof::proves!["R2.22"; page "/where"];
}

#[tokio::test]
async fn families_take_the_list_and_the_templates_home() {
    let browser = Browser::in_season().await;
    let first = browser.get("/materials?county=450302&kind=first").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert!(first.text.contains("身份证") && first.text.contains("模板"));
    let list = browser.get("/materials?county=450302&kind=first&as=file").await;
    assert!(list.header("content-disposition").starts_with("attachment"));
    assert!(list.text.contains("□ ") && list.text.contains("身份证") && !list.text.contains('<'));
    let template = browser.get("/materials/hardship").await;
    assert!(template.header("content-disposition").starts_with("attachment"));
    assert!(template.text.contains("兹证明"));
    assert_eq!(browser.get("/materials/nothing").await.status, StatusCode::NOT_FOUND);
    proof::proves!["R9.10"; page "/materials"];
}

#[tokio::test]
async fn the_menus_of_disclosure_and_of_the_campus_lead_to_their_pages() {
    let browser = Browser::in_season().await;
    let menu = browser.get("/info").await;
    for (href, word) in [
        ("/info/guide", "公开指南"),
        ("/info/catalogue", "公开目录"),
        ("/policy", "规章制度"),
        ("/info/report", "年度报告"),
        ("/info/request", "依申请公开"),
    ] {
        assert!(menu.text.contains(&format!("href=\"{href}\"")) && menu.text.contains(word), "{href}");
        let page = browser.get(href).await;
        assert_eq!(page.status, StatusCode::OK, "{href}");
        if href.starts_with("/info") {
            assert_sound(href, &page.text);
        }
    }
    let forms = browser.get("/forms").await;
    for form in [
        "贷款申请表",
        "借款合同",
        "受理证明",
        "账户信息变更单",
        "身份信息变更单",
        "审核表",
        "借款凭证",
        "还款协议",
        "对账单",
    ] {
        assert!(forms.text.contains(form), "{form}");
    }
    assert!(forms.text.contains("2026.1") && forms.text.contains("甲、乙、丙三方各一份"));
    proof::proves!["R27.2", "R27.4"; page "/info"];
}

#[tokio::test]
async fn a_rule_on_the_campus_portal_has_date_readers_print_close_and_whom_to_ask() {
    let browser = Browser::in_season().await;
    let menu = browser.get("/campus").await;
    for word in ["学籍管理", "奖助工作", "奖励与处分", "学生申诉"] {
        assert!(menu.text.contains(word), "{word}");
    }
    let rules = browser.get("/campus/aid").await;
    assert!(rules.text.contains("/campus/aid/sdvcst-2022") && rules.text.contains("学生管理"));
    let first = browser.get("/campus/aid/sdvcst-2022").await;
    assert!(first.text.contains("发布：") && first.text.contains("阅读 1 次"), "{}", first.text);
    for word in ["打印", "关闭", "联系：", "中山中路 1 号", "0773-555 0101", "奖助工作"] {
        assert!(first.text.contains(word), "{word}");
    }
    assert!(browser.get("/campus/aid/sdvcst-2022").await.text.contains("阅读 2 次"));
    assert_eq!(browser.get("/campus/aid/nothing").await.status, StatusCode::NOT_FOUND);
    proof::proves!["R27.1"; page "/campus/aid"];
}

#[tokio::test]
async fn the_adviser_proposes_and_keeps_what_was_typed() {
    let browser = Browser::in_season().await;
    assert_sound("/adviser", &browser.get("/adviser").await.text);
    let asked =
        "/adviser?level=undergraduate&years=4&grade=1&fees=7200&living=12000&can_pay=9000&other_help=0&can_repay=6000";
    let seen = browser.get(asked).await;
    assert!(seen.text.contains("建议今年贷 10,200 元，期限 15 年"), "{}", seen.text);
    let wrong = browser
        .get("/adviser?level=undergraduate&years=4&grade=5&fees=abc&living=1&can_pay=1&other_help=0&can_repay=1")
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("value=\"abc\"") && wrong.text.contains("年级不能超过学制"));
}

#[tokio::test]
async fn a_notice_goes_out_with_attachments_and_comes_back_with_receipts() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::SchoolOfficer)).await;
    let fields = [
        ("kind", "notice"),
        ("audience", "colleges"),
        ("title", "做好毕业生贷后管理工作"),
        ("body", "各学院：\n\n请按时完成毕业确认。"),
        ("answer_by", "2026-08-20"),
        ("caption2", "还款指南.pdf"),
    ];
    let wrong = put_up(&browser, "/notices/new", &[("kind", "notice"), ("title", "")], &[]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let made = put_up(&browser, "/notices/new", &fields, &[("file2", "a.pdf", b"%PDF-1.7 guide")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let at = made.header("location").split('?').next().unwrap().to_owned();
    let own = browser.get(&at).await;
    assert!(own.text.contains("还款指南.pdf") && own.text.contains("0 份"));
    browser.become_staff(Town::staff(Role::Counsellor)).await;
    assert!(browser.get("/notices").await.text.contains("2026-08-20 前回执"));
    let file = browser.get(&format!("{at}/1")).await;
    assert_eq!((file.header("content-type"), file.header("x-content-type-options")), ("application/pdf", "nosniff"));
    assert!(file.header("content-disposition").starts_with("attachment"));
    led_to(
        &sent(&browser, &at, &format!("{at}/confirm"), &[("note", "已转各班")]).await,
        &format!("{at}?done=confirmed"),
    );
    browser.become_staff(Town::staff(Role::SchoolOfficer)).await;
    assert!(browser.get(&at).await.text.contains("已转各班"));
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    assert_eq!(browser.get(&at).await.status, StatusCode::NOT_FOUND, "the county is not meant");
    assert!(browser.get("/news").await.text.contains("还没有动态"));
}

#[tokio::test]
async fn a_co_borrower_has_the_same_rights_under_an_own_entrance() {
    let mut browser = Browser::in_season().await;
    let number = submitted(&mut browser, 83).await;
    let key: office::number::ApplicationNumber = number.parse().unwrap();
    let row: Result<_, store::Failure> = browser
        .town
        .site
        .store
        .read("row", |tx| Box::pin(async move { store::application::by_number(tx, key.book, key.key()).await }))
        .await;
    let co = row.unwrap().unwrap().co_person.unwrap();
    let door = office::accounts::entrance::Door::CoBorrower;
    let opened = browser.town.site.enter_as_person(co, door).await.unwrap();
    browser.cookies = vec![format!("zhuxue={}", opened.token)];
    for path in
        ["/co", "/co/duty", "/co/data", "/co/data/looks", "/co/data/erase", "/co/ask", "/co/ask/mine", "/co/repay"]
    {
        let seen = browser.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path} {}", seen.text);
        assert!(!seen.text.contains("/student/data"), "{path} stays under its own entrance");
    }
    assert!(browser.get("/co/duty").await.text.contains("不影响你再替别的孩子共同借款"));
    let unproved = sent(&browser, "/co/data", "/co/data/copy", &[]).await;
    assert!(unproved.status == StatusCode::CONFLICT && unproved.text.contains("请再输一次密码"), "{}", unproved.text);
}
