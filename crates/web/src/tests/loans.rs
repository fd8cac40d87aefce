//! The pages of a loan that was paid out: what the borrower asks for, what it would do, and what the county decides.

use axum::http::StatusCode;
use loan::calendar::date;
use loan::money::Fen;
use office::Role;
use office::testing::{Someone, WEICHENG, World, world};

use super::kit::{Browser, Seen, assert_sound, words};

/// A loan of August 2026, its owner logged in.
async fn lent(serial: u32) -> (World, Someone, String, String, Browser) {
    let world = world(date(2026, 8, 10)).await;
    world.bank_staff().await;
    let student = world.student(serial).await;
    let (contract, account) = world.paid_out(&student).await;
    let mut browser = Browser::over(world.office.clone());
    browser.become_student(student.person).await;
    (world, student, contract, account, browser)
}

/// Opens a page that must be sound and say all of this.
async fn read(browser: &Browser, path: &str, says: &[&str]) -> Seen {
    let seen = browser.get(path).await;
    assert_eq!(seen.status, StatusCode::OK, "{path}: {}", words(&seen.text));
    assert_sound(path, &seen.text);
    for sentence in says {
        assert!(words(&seen.text).replace(' ', "").contains(sentence), "{path}: {sentence}: {}", words(&seen.text));
    }
    seen
}

fn said_no(seen: &Seen, status: StatusCode, sentence: &str) {
    assert_eq!(seen.status, status, "{}", words(&seen.text));
    assert!(seen.text.contains(sentence), "{sentence}: {}", words(&seen.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepayment_is_shown_to_the_fen_before_it_is_filed_and_can_be_taken_back() {
    let (world, student, contract, _, browser) = lent(6201).await;
    world.reach(date(2026, 9, 16)).await;
    let loan = format!("/student/loan/{contract}");
    read(&browser, "/student/repay", &["还款计划"]).await;
    read(&browser, &loan, &["还欠本金", "8,000.00", "提前还款"]).await;
    assert_eq!(browser.get("/student/prepay").await.header("location"), format!("{loan}/prepay"), "one contract");
    // Filed after the 15th of September: the 20th of October (R18.5).
    read(&browser, &format!("{loan}/prepay"), &["还款日是2026年10月20日", "最少500元", "全部还清"]).await;
    let check = async |query: &str, sentence: &str| {
        let seen = browser.get(&format!("{loan}/prepay/check?how=part&amount={query}")).await;
        said_no(&seen, StatusCode::UNPROCESSABLE_ENTITY, sentence);
        assert!(seen.text.contains(&format!("value=\"{query}\"")), "what was typed is kept");
    };
    check("499.99", "提前还款的金额太小").await;
    check("abc", "金额填得不对").await;
    check("", "金额填得不对").await;
    let form = format!("{loan}/prepay/check?how=part&amount=500");
    let page = read(&browser, &form, &["一共要准备", "¥500.00", "2026年10月21日", "不用谁批准"]).await;
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    let sent = [("csrf", csrf.as_str()), ("once", once.as_str()), ("amount", "500")];
    let done = format!("{loan}/prepay/done?on=2026-10-20");
    for _ in 0..2 {
        assert_eq!(browser.post(&format!("{loan}/prepay"), &sent).await.header("location"), done, "twice is once");
    }
    read(&browser, &done, &["已申请2026年10月20日提前还款", "500.00元"]).await;
    read(&browser, &loan, &["已经申请提前还款"]).await;
    let second = browser.get(&format!("{loan}/prepay")).await;
    said_no(&second, StatusCode::CONFLICT, "那一天已经有一次提前还款申请");
    let page = browser.get(&format!("{loan}/prepay/cancel?on=2026-10-20")).await;
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    let sent = [("csrf", csrf.as_str()), ("once", once.as_str()), ("on", "2026-10-20")];
    assert_eq!(browser.post(&format!("{loan}/prepay/cancel"), &sent).await.header("location"), loan);
    assert!(world.loan(&student, &contract).await.requests.is_empty());
    assert_eq!(browser.get(&done).await.status, StatusCode::NOT_FOUND);
    proof::proves!["R18.2", "R18.3", "R18.5"; page "/student/prepay"];
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfunded_prepayment_is_shown_as_lapsed_and_a_paid_off_loan_gives_its_certificate() {
    let (world, student, contract, account, mut browser) = lent(6202).await;
    let loan = format!("/student/loan/{contract}");
    let file = || office::servicing::prepay::FilePrepayment { contract: contract.clone(), amount: "all".to_owned() };
    world.done(&student.actor, file()).await;
    world.reach(date(2026, 8, 22)).await;
    read(&browser, &loan, &["2026年8月20日的提前还款没有办成"]).await;
    said_no(&browser.get(&format!("{loan}/settled")).await, StatusCode::CONFLICT, "这份合同还没有还清");
    let cost = world.done(&student.actor, file()).await;
    world.top_up(&account, Fen(cost.to_bring_fen)).await;
    world.reach(date(2026, 9, 22)).await;
    read(&browser, &loan, &["已经还清", "结清证明"]).await;
    read(&browser, &format!("{loan}/settled"), &["结清日期", "8,000.00元"]).await;
    let seen = browser.fill(&format!("{loan}/settled"), &[]).await;
    let paper = seen.header("location").to_owned();
    assert!(paper.starts_with("/student/paper/"), "{}", words(&seen.text));
    let code = paper.trim_start_matches("/student/paper/").to_owned();
    let pdf = browser.get(&paper).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert!(pdf.text.starts_with("%PDF"));
    let stranger = world.student(6203).await;
    browser.become_student(stranger.person).await;
    assert_eq!(browser.get(&paper).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&loan).await.status, StatusCode::NOT_FOUND);
    let bank = world.hire(office::testing::BANK, Role::BankMaker).await;
    browser.become_staff(bank).await;
    let page = browser.get(&format!("/bank/loan/{contract}")).await;
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    let sent = [("csrf", csrf.as_str()), ("once", once.as_str())];
    let seen = browser.post(&format!("/bank/loan/{contract}/settled"), &sent).await;
    assert_eq!(seen.header("location"), format!("/bank/paper/{code}"), "the same facts are the same paper");
    assert!(browser.get(&format!("/bank/paper/{code}")).await.text.starts_with("%PDF"));
    browser.cookies.clear();
    let public = browser.get(&format!("/v/{code}")).await;
    assert!(public.text.contains("结清证明") && !public.text.contains("林小满"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_compared_before_it_is_made_and_a_refused_one_says_why() {
    let (world, _, contract, _, mut browser) = lent(6204).await;
    let loan = format!("/student/loan/{contract}");
    said_no(&browser.get(&format!("{loan}/convert")).await, StatusCode::CONFLICT, "2020年以后签的合同不用转换定价");
    said_no(&browser.get(&format!("{loan}/defer")).await, StatusCode::CONFLICT, "那一年没有要还的本金");
    read(&browser, "/student/change", &["有钱了，想提前还", "2026年合同"]).await;
    let page = format!("{loan}/study");
    read(&browser, &page, &["就学有变化"]).await;
    let wrong = browser.get(&format!("{page}?cause=&year=29&resumes=x")).await;
    said_no(&wrong, StatusCode::UNPROCESSABLE_ENTITY, "有 3 处要改");
    let further = format!("{page}?cause=further_study&year=2031&resumes=");
    read(&browser, &further, &["变更后", "2029年12月20日", "2031年12月20日", "录取通知书"]).await;
    let late = browser.get(&format!("{page}?cause=further_study&year=2090&resumes=")).await;
    assert!(late.text.contains("毕业年份要早于贷款到期的年份"), "{}", words(&late.text));

    // At the counter: the same form, then the record.
    let clerk = world.hire(WEICHENG, Role::CountyClerk).await;
    browser.become_staff(clerk).await;
    let page = format!("/county/loan/{contract}/study");
    let form = format!("{page}?cause=further_study&year=2031&resumes=");
    let study = [("cause", "further_study"), ("year", "2031"), ("resumes", "")];
    let send = async |more: &[(&str, &str)]| {
        let seen = browser.get(&form).await;
        assert_sound(&form, &seen.text);
        let (csrf, once) = (seen.hidden("csrf"), seen.hidden("once"));
        let all: Vec<(&str, &str)> = [("csrf", csrf.as_str()), ("once", once.as_str())]
            .into_iter()
            .chain(study)
            .chain(more.iter().copied())
            .collect();
        browser.post(&page, &all).await
    };
    let nobody = send(&[("agreed", "yes")]).await;
    said_no(&nobody, StatusCode::UNPROCESSABLE_ENTITY, "请选谁来办的");
    let silent = send(&[("asked_by", "borrower"), ("proof", "录取通知书 2026-01")]).await;
    assert!(silent.text.contains("还没有告诉借款人还款计划会变"), "{}", words(&silent.text));
    let done = send(&[("asked_by", "borrower"), ("proof", "录取通知书 2026-01"), ("agreed", "yes")]).await;
    assert_eq!(done.header("location"), format!("/county/loan/{contract}?done=study"), "{}", words(&done.text));
    read(&browser, &format!("/county/loan/{contract}?done=study"), &["毕业年份改为2031年"]).await;
    world.true_books().await;
    proof::proves!["R14.2", "R14.3", "R14.4"; page "/county/loan/{number}/study"];
}

#[tokio::test(flavor = "multi_thread")]
async fn relief_is_asked_by_the_family_and_decided_by_another_person_of_the_county() {
    let (world, student, contract, _, mut browser) = lent(6205).await;
    let form = format!("/student/loan/{contract}/relief");
    let told = [("blow", "illness"), ("words", "父亲九月住院，家里没有收入。")];
    said_no(&browser.fill(&form, &told).await, StatusCode::CONFLICT, "这一年没有要你还的钱");
    world.reach(date(2029, 11, 20)).await;
    let empty = browser.fill(&form, &[]).await;
    said_no(&empty, StatusCode::UNPROCESSABLE_ENTITY, "有 2 处要改");
    let asked = browser.fill(&form, &told).await;
    assert_eq!(asked.header("location"), format!("/student/loan/{contract}"), "{}", words(&asked.text));
    read(&browser, &format!("/student/loan/{contract}"), &["还款救助正在办"]).await;
    said_no(&browser.fill(&form, &told).await, StatusCode::CONFLICT, "今年的救助已经申请过，正在办");

    let clerk = world.hire(WEICHENG, Role::CountyClerk).await;
    browser.become_staff(clerk).await;
    let page = read(&browser, "/county/relief", &["重病、伤残", "父亲九月住院", "由大厅负责人或复核专人决定"]).await;
    assert!(!page.text.contains("name=\"granted\""), "a clerk reads only");
    let manager = world.hire(WEICHENG, Role::HallManager).await;
    browser.become_staff(manager).await;
    let page = browser.get("/county/relief").await;
    let action = page.text.split("action=\"/county/relief/").nth(1).unwrap().split('"').next().unwrap();
    let action = format!("/county/relief/{action}");
    let decide = async |note: &str| {
        let page = browser.get("/county/relief").await;
        let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
        let sent = [("csrf", csrf.as_str()), ("once", once.as_str()), ("granted", "yes"), ("note", note)];
        browser.post(&action, &sent).await
    };
    assert!(decide(" ").await.text.contains("请写明原因"));
    assert_eq!(decide("看过住院费用单").await.header("location"), "/county/relief?done=yes");
    world.reach(date(2029, 12, 23)).await;
    browser.become_student(student.person).await;
    read(&browser, &format!("/student/loan/{contract}"), &["还款救助已经同意", "看过住院费用单", "救助已付"]).await;
    world.true_books().await;
    proof::proves!["R15.5"; page "/county/relief"];
}
