//! One application over every desk: the counter, the school, the bank; and each desk before anything happened.

use axum::http::StatusCode;
use office::number::ApplicationNumber;
use office::origination::issue_certificate::{IssueCertificate, NewAccount};
use office::{Actor, Key, Role, Who};

use super::kit::{Browser, Seen, Town, assert_sound};
use super::student::{answered, registered};

/// Opens a page and sends one of its forms to where the form leads.
pub(super) async fn sent(browser: &Browser, page: &str, action: &str, form: &[(&str, &str)]) -> Seen {
    let opened = browser.get(page).await;
    assert_eq!(opened.status, StatusCode::OK, "{page}: {}", opened.text);
    let (csrf, once) = (opened.hidden("csrf"), opened.hidden("once"));
    let tokens = [("csrf", csrf.as_str()), ("once", once.as_str())];
    let form: Vec<(&str, &str)> = tokens.into_iter().chain(form.iter().copied()).collect();
    browser.post(action, &form).await
}

pub(super) fn led_to(seen: &Seen, address: &str) {
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, address), "{}", seen.text);
}

pub(super) fn said_no(seen: &Seen, words: &str) {
    assert_eq!(seen.status, StatusCode::CONFLICT, "{}", seen.text);
    assert!(seen.text.contains(words), "{words} in {}", seen.text);
    assert!(seen.text.contains("依据："), "a no names its article");
}

/// Everything between two marks, for each time they occur.
pub(super) fn between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

/// A submitted application; the browser is nobody afterwards.
pub(super) async fn submitted(browser: &mut Browser, serial: u32) -> String {
    registered(browser, serial).await;
    let number = answered(browser).await;
    let all = [("truthful", "yes"), ("consent_sensitive", "yes"), ("consent_credit", "yes")];
    let done = browser.fill(&format!("/student/apply/{number}/check"), &all).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    browser.cookies.clear();
    number
}

/// Takes the application over the counter until both have signed. Gives the number of the contract.
async fn signed(browser: &mut Browser, number: &str) -> String {
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let case = format!("/county/case/{number}");
    let at = |step: &str| format!("{case}/{step}");

    said_no(&sent(browser, &case, &at("arrive"), &[("borrower", "yes")]).await, "学生和共同借款人都要到场");
    said_no(&sent(browser, &case, &at("arrive"), &[("proxy", "yes")]).await, "不能由别人代办");
    let both = [("borrower", "yes"), ("co_borrower", "yes")];
    led_to(&sent(browser, &case, &at("arrive"), &both).await, &format!("{case}?done=arrive"));

    let page = browser.get(&case).await;
    assert_sound(&case, &page.text.replace(number, ""));
    said_no(&sent(browser, &case, &at("check"), &[("do", "accept")]).await, "材料还没有齐");
    for rule in between(&page.text, "/override?rule=", "\"") {
        let form = [("rule", rule), ("reason", "家庭情况属实"), ("evidence", "村委会证明")];
        let step = format!("{}?rule={rule}", at("override"));
        led_to(&sent(browser, &step, &at("override"), &form).await, &format!("{case}?done=override"));
    }
    if page.text.contains(&at("certify")) {
        let seen = sent(browser, &at("certify"), &at("certify"), &[("basis", "")]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        let seen = sent(browser, &at("certify"), &at("certify"), &[("basis", "最低生活保障证")]).await;
        led_to(&seen, &format!("{case}?done=certify"));
    }
    let materials: Vec<(&str, &str)> =
        between(&page.text, "name=\"material\" value=\"", "\"").into_iter().map(|code| ("material", code)).collect();
    assert!(!materials.is_empty(), "{}", page.text);
    let form: Vec<(&str, &str)> = materials.into_iter().chain([("do", "accept")]).collect();
    led_to(&sent(browser, &case, &at("check"), &form).await, &format!("{case}?done=accept"));

    let step = browser.get(&at("sign")).await;
    let contract = between(&step.text, "现在有效的合同：<b>", "</b>")[0].to_owned();
    let read = [("read", "borrower"), ("read", "co_borrower"), ("seen", "names"), ("seen", "fingerprints")];
    let old: Vec<(&str, &str)> = read.into_iter().chain([("contract", "2020000010000001")]).collect();
    let seen = sent(browser, &at("sign"), &at("sign"), &old).await;
    said_no(&seen, "这份纸质合同已经作废，或不是这一份");
    assert!(seen.text.contains("value=\"2020000010000001\""), "what was typed is kept");
    let new = [("contract", contract.as_str()), ("seen", "names"), ("seen", "fingerprints")];
    led_to(&sent(browser, &at("sign"), &at("sign"), &new).await, &format!("{case}?done=sign"));
    contract
}

/// Issues the certificate with an account the platform would have opened, and gives its receipt code.
async fn certificate(browser: &Browser, number: &str) -> String {
    let roles = vec![Role::CountyClerk];
    let who = Who::Staff { staff: Town::staff(Role::CountyClerk), person_index: String::new(), office: 1, roles };
    let account =
        NewAccount { platform: "alipay".into(), account: "13800000001".into(), first_password: "Zx-4821".into() };
    let act = IssueCertificate { number: number.to_owned(), account: Some(account) };
    let key = Key::new("certificate-1").unwrap();
    browser.town.site.perform(&Actor { who }, &key, act).await.unwrap();
    let number: ApplicationNumber = number.parse().unwrap();
    let found: Result<Option<String>, store::Failure> = browser
        .town
        .site
        .store
        .read("test", |tx| {
            Box::pin(async move {
                let row = store::application::by_number(tx, number.book, number.key()).await?.unwrap();
                let found = store::certificate::find(tx, (number.book, number.key()), 1, row.person).await?;
                Ok(found.map(|certificate| certificate.code))
            })
        })
        .await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn one_application_goes_over_every_desk() {
    let mut browser = Browser::in_season().await;
    let number = submitted(&mut browser, 41).await;
    browser.become_staff(200).await;
    let foreign = browser.get(&format!("/county/case/{number}")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "the other county does not find it");

    let contract = signed(&mut browser, &number).await;
    let found = browser.get("/county/cases?q=陈思远").await;
    led_to(&found, &format!("/county/case/{number}"));
    let history = browser.get(&format!("/county/case/{number}/history")).await;
    assert!(history.text.contains("签字、捺印") && history.text.contains("王晓琳"));

    let code = certificate(&browser, &number).await;
    browser.become_staff(Town::staff(Role::SchoolOfficer)).await;
    let missing = browser.get("/school/missing").await;
    assert!(missing.text.contains("陈思远") && missing.text.contains("天"));
    let form = |code: &str| {
        [
            ("code", code.to_owned()),
            ("tuition", "５,800".into()),
            ("accommodation", "0".into()),
            ("papers_shown", "yes".into()),
        ]
    };
    let enter = async |code: &str| {
        let form = form(code);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        sent(&browser, "/school/receipt", "/school/receipt", &form).await
    };
    let wrong = enter("ABCDEFGHJKLM").await;
    said_no(&wrong, "没有找到这个回执校验码");
    assert!(wrong.text.contains("value=\"ABCDEFGHJKLM\""), "what was typed is kept");
    led_to(&enter(&code).await, &format!("/school/receipt?entered={number}"));
    let entered = browser.get(&format!("/school/receipt?entered={number}")).await;
    assert!(entered.text.contains("6,200.00") && entered.text.contains("5,800.00"), "{}", entered.text);

    browser.become_staff(Town::staff(Role::BankMaker)).await;
    let waiting = browser.get("/bank/approve").await;
    assert!(waiting.text.contains(&format!("name=\"number\" id=\"receive0\" value=\"{number}\"")), "{}", waiting.text);
    let seen = sent(&browser, "/bank/approve", "/bank/approve", &[("do", "receive"), ("number", &number)]).await;
    led_to(&seen, "/bank/approve?done=1");
    let own = sent(&browser, "/bank/approve", "/bank/approve", &[("do", "review"), ("number", &number)]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "the maker does not approve");
    browser.become_staff(Town::staff(Role::BankChecker)).await;
    let seen = sent(&browser, "/bank/approve", "/bank/approve", &[("do", "review"), ("number", &number)]).await;
    led_to(&seen, "/bank/approve?done=1");
    let view = browser.get(&format!("/bank/case/{number}")).await;
    assert!(view.text.contains(&contract) && view.text.contains("银行批准"));

    browser.become_staff(Town::staff(Role::BankMaker)).await;
    let made = sent(&browser, "/bank/batches", "/bank/batches", &[]).await;
    let batch = made.header("location").to_owned();
    assert!(batch.starts_with("/bank/batch/F3-20260805-"), "{batch} {}", made.text);
    browser.become_staff(Town::staff(Role::BankChecker)).await;
    let page = browser.get(&batch).await;
    let digest = between(&page.text, "name=\"digest\" value=\"", "\"")[0];
    let check = format!("{batch}/check");
    let other = sent(&browser, &batch, &check, &[("digest", digest), ("total", "11,999")]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text.contains("和批次的合计不一样"));
    led_to(&sent(&browser, &batch, &check, &[("digest", digest), ("total", "12,000.00")]).await, &batch);
    assert!(browser.get(&batch).await.text.contains("发给支付平台放款"));

    browser.become_staff(Town::staff(Role::Auditor)).await;
    let timeline = browser.get(&format!("/audit?q={number}")).await;
    for act in ["提交申请", "登记到场", "受理", "登记签字", "录入回执", "银行批准"] {
        assert!(timeline.text.contains(act), "{act}");
    }
    let chain = browser.get("/audit/chain").await;
    assert!(chain.text.contains("全部完好"), "{}", chain.text);
    browser.become_staff(Town::staff(Role::Province)).await;
    let board = browser.get("/province").await;
    assert!(board.text.contains("秀峰区学生资助管理中心") && !board.text.contains("陈思远"));
}

#[tokio::test]
async fn a_returned_application_comes_back_with_words_for_the_student() {
    let mut browser = Browser::in_season().await;
    let number = submitted(&mut browser, 42).await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let step = format!("/county/case/{number}/return");
    let empty = sent(&browser, &step, &step, &[("reason", "material_missing"), ("note", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("value=\"material_missing\" checked"), "the reason is kept");
    let form = [("reason", "material_missing"), ("note", "请带户口簿原件"), ("flaw_household_book", "missing")];
    led_to(&sent(&browser, &step, &step, &form).await, &format!("/county/case/{number}?done=return"));
    let page = browser.get(&format!("/county/case/{number}/history")).await;
    assert!(page.text.contains("缺材料") && page.text.contains("请带户口簿原件"));
}

#[tokio::test]
async fn every_desk_opens_before_anything_happened() {
    let mut browser = Browser::in_season().await;
    let check = [
        (
            Role::CountyClerk,
            &["/county", "/county/cases", "/county/quiz", "/county/review", "/county/loans", "/help/keys"][..],
        ),
        (Role::CountyReviewer, &["/county", "/county/review"]),
        (Role::SchoolOfficer, &["/school", "/school/receipt", "/school/missing", "/school/statements"]),
        (Role::SchoolFinance, &["/school/batches"]),
        (Role::BankMaker, &["/bank", "/bank/approve", "/bank/batches", "/bank/loans"]),
        (Role::PlatformOperator, &["/platform"]),
        (Role::Province, &["/province"]),
        (Role::SystemAdmin, &["/admin", "/admin/offices"]),
    ];
    for (role, paths) in check {
        browser.become_staff(Town::staff(role)).await;
        for path in paths {
            let seen = browser.get(path).await;
            assert_eq!(seen.status, StatusCode::OK, "{path} {}", seen.text);
            assert_sound(path, &seen.text);
        }
    }
    for (role, path) in
        [(Role::SecurityAdmin, "/admin/staff"), (Role::Auditor, "/audit"), (Role::Auditor, "/audit/chain")]
    {
        browser.become_staff(Town::staff(role)).await;
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn an_account_is_opened_by_one_administrator_and_gets_its_role_from_another() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::SystemAdmin)).await;
    let form = [("login", "li.zhuo"), ("name", "李卓"), ("office", "3"), ("id_number", "")];
    let slip = sent(&browser, "/admin/staff", "/admin/staff", &form).await;
    assert_eq!(slip.status, StatusCode::OK, "{}", slip.text);
    let code = between(&slip.text, "<p class=\"code\">", "</p>")[0].to_owned();
    assert_eq!(code.len(), 10, "the administrator gets a slip and no password");
    browser.become_staff(Town::staff(Role::SecurityAdmin)).await;
    let page = browser.get("/admin/staff").await;
    let staff = between(&page.text, "action=\"/admin/staff/", "/role\"")
        .into_iter()
        .filter_map(|number| number.parse::<i64>().ok())
        .max()
        .unwrap();
    let action = format!("/admin/staff/{staff}/role");
    let give = |role: &'static str| [("role", role), ("held", "yes")];
    led_to(&sent(&browser, "/admin/staff", &action, &give("bank_maker")).await, "/admin/staff?done=yes");
    let apart = sent(&browser, "/admin/staff", &action, &give("bank_checker")).await;
    assert_eq!(apart.status, StatusCode::CONFLICT);
    assert!(apart.text.contains("经办和复核要分开"), "{}", apart.text);

    // The owner chooses the password.
    browser.cookies.clear();
    let own = |slip: &str, password: &str| {
        [("login", "li.zhuo"), ("slip", slip), ("password", password)].map(|(name, value)| (name, value.to_owned()))
    };
    for (slip, password, says) in
        [("AAAAAAAAAA", "青山绿水长流不息", "登录条上的码不对"), (code.as_str(), "li.zhuo1", "密码里有姓名")]
    {
        let form = own(slip, password);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let seen = browser.fill("/staff/slip", &form).await;
        assert!(seen.text.contains(says), "{}", seen.text);
    }
    let form = own(&code, "青山绿水长流不息");
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    led_to(&browser.fill("/staff/slip", &form).await, "/staff?reset=yes");
    let seen = browser.fill("/staff", &[("login", "li.zhuo"), ("password", "青山绿水长流不息")]).await;
    led_to(&seen, "/bank");

    // A closed account is closed at once.
    let mut admin = browser.another();
    admin.become_staff(Town::staff(Role::SystemAdmin)).await;
    browser.cookies = vec![seen.cookie()];
    assert_eq!(browser.get("/bank").await.status, StatusCode::OK);
    let closed = sent(&admin, "/admin/staff", &format!("/admin/staff/{staff}/close"), &[]).await;
    led_to(&closed, "/admin/staff?done=yes");
    assert_eq!(browser.get("/bank").await.status, StatusCode::SEE_OTHER, "led to the door");
}

#[tokio::test]
async fn a_quiz_is_entered_where_the_rules_ask_for_one() {
    let mut browser = Browser::in_season().await;
    browser.become_staff(Town::staff(Role::CountyClerk)).await;
    let page = "/county/quiz";
    let empty = sent(&browser, page, page, &[("session", "第一场"), ("questions", "五十")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("有 3 处要改") && empty.text.contains("value=\"五十\""), "{}", empty.text);
    let sitting = |right: &'static str| {
        [("id_number", "990000200803120014"), ("session", "第一场"), ("questions", "50"), ("right", right)]
    };
    said_no(&sent(&browser, page, page, &sitting("40")).await, "身份证号");
    let seen = sent(&browser, page, page, &sitting("501")).await;
    assert!(seen.text.contains("答对几题应是 0 到 500 之间的整数"), "{}", seen.text);
}
