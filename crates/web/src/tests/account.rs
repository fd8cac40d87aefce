//! Ways in and the own account, as a person with a browser and a phone meets them. The sandbox plays the gateway.

use axum::http::StatusCode;
use chrono::TimeDelta;
use loan::calendar::date;
use office::Role;
use office::accounts::totp;
use office::testing::{PASSWORD, Someone, WEICHENG, World, XIUFENG, world};

use super::kit::{Browser, Seen, Town, assert_sound, person_of_staff};

async fn town() -> (World, Browser) {
    let world = world(date(2026, 8, 3)).await;
    let browser = Browser::over(world.office.clone());
    (world, browser)
}

fn led_to(seen: &Seen, address: &str) {
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, address), "{}", seen.text);
}

/// The cookie of a session that was just opened.
fn keeps(browser: &mut Browser, seen: &Seen) {
    let cookies = seen.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let session = cookies.map(|cookie| cookie.split(';').next().unwrap().to_owned());
    browser.cookies = session.filter(|cookie| cookie.starts_with("zhuxue=") && cookie.len() > 20).collect();
    assert_eq!(browser.cookies.len(), 1, "a session was opened");
}

/// The last text that reached a phone; sending runs beside the page, so the sandbox is asked until it is there.
async fn text(world: &World, phone: &str, count: usize) -> String {
    for _ in 0..10_000 {
        let texts = world.sandbox.messages(phone).await.unwrap();
        if texts.len() >= count {
            return texts.last().unwrap().text.clone();
        }
        tokio::task::yield_now().await;
    }
    panic!("no text {count} came to {phone}");
}

fn after(text: &str, word: &str) -> String {
    let rest = &text[text.find(word).unwrap_or_else(|| panic!("{word} in {text}")) + word.len()..];
    rest.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split(from).nth(1).unwrap_or_else(|| panic!("{from} in {text}")).split(to).next().unwrap()
}

/// A second step on the page of the first: the same cookie, the tokens of that page.
async fn next(browser: &Browser, page: &Seen, action: &str, form: &[(&str, &str)]) -> Seen {
    let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
    let tokens = [("csrf", csrf.as_str()), ("once", once.as_str())];
    let form: Vec<(&str, &str)> = tokens.into_iter().chain(form.iter().copied()).collect();
    browser.post(action, &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_logs_in_with_a_text_code() {
    let (world, mut browser) = town().await;
    let student = world.student(201).await;
    let page = browser.get("/login/code").await;
    assert_sound("/login/code", &page.text);
    let asked = [("door", "student"), ("login", student.phone.as_str())];
    let known = browser.fill("/login/code", &asked).await;
    assert_eq!(known.status, StatusCode::OK);
    assert_sound("/login/code", &known.text);
    let unknown = browser.another().fill("/login/code", &[("door", "student"), ("login", "13999999999")]).await;
    let same = |seen: &Seen| between(&seen.text, "<h1>", "<form").to_owned();
    assert_eq!(same(&known), same(&unknown), "nobody learns who has an account");

    let code = after(&text(&world, &student.phone, 1).await, "验证码 ");
    let form = |code: &str| [("login", student.phone.clone()), ("door", "student".into()), ("code", code.to_owned())];
    let send = async |browser: &Browser, page: &Seen, code: &str| {
        let form = form(code);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        next(browser, page, "/login/code/enter", &form).await
    };
    let empty = send(&browser, &known, "").await;
    assert!(empty.text.contains("请填写验证码"), "{}", empty.text);
    let wrong = send(&browser, &known, if code == "000000" { "000001" } else { "000000" }).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("验证码不对，或者已经失效"));
    let opened = send(&browser, &known, &code).await;
    led_to(&opened, "/student");
    keeps(&mut browser, &opened);
    assert_eq!(browser.get("/student").await.status, StatusCode::OK);
    proof::proves!["R1.2"; page "/login/code"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_by_slip_and_phone() {
    let (world, mut browser) = town().await;
    let student = world.student(202).await;
    world.submitted(&student, "370702").await;
    let clerk = clerk_browser(&world, &browser, WEICHENG).await;
    let page = clerk.get("/county/accounts").await;
    assert_sound("/county/accounts", &page.text);
    let nothing = clerk.send_form("/county/accounts/slip", &[]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("有 3 处要改"), "{}", nothing.text);
    let card = |name: &'static str| {
        [("name", name), ("id_number", student.id_number.as_str()), ("proof", "本人到场，核对居民身份证原件")]
    };
    let stranger = clerk.send_form("/county/accounts/slip", &card("林大满")).await;
    assert_eq!(stranger.status, StatusCode::CONFLICT);
    assert!(stranger.text.contains("没有找到这个人的账户") && stranger.text.contains("依据："));
    let slip = clerk.send_form("/county/accounts/slip", &card("林小满")).await;
    assert_eq!(slip.status, StatusCode::OK, "{}", slip.text);
    let code = between(&slip.text, "<p class=\"code\">", "</p>").to_owned();

    // The clerk cannot use it, logged in or not.
    let by_clerk = clerk.send_form("/login/slip", &[("id_number", &student.id_number), ("slip", &code)]).await;
    assert!(by_clerk.text.contains("工作人员不能使用别人的登录条"), "{}", by_clerk.text);

    let bad = browser.fill("/login/slip", &[("id_number", &student.id_number), ("slip", "AAAAAAAAAA")]).await;
    assert!(bad.text.contains("登录条上的码不对"), "{}", bad.text);
    let good = browser.fill("/login/slip", &[("id_number", &student.id_number), ("slip", &code)]).await;
    assert_sound("/login/slip", &good.text.replace(&code, ""));
    let sent = after(&text(&world, &student.phone, 1).await, "验证码 ");
    let fixed = [("id_number", student.id_number.as_str()), ("slip", code.as_str()), ("with_code", "yes")];
    let with = |extra: [(&'static str, &'static str); 1]| [&fixed[..], &extra[..]].concat();
    let half = next(&browser, &good, "/login/slip/set", &with([("password", "青山绿水长流不息")])).await;
    assert!(half.text.contains("请填写短信验证码"), "{}", half.text);
    let weak = [&fixed[..], &[("code", sent.as_str()), ("password", "12345678")]].concat();
    let weak = next(&browser, &good, "/login/slip/set", &weak).await;
    assert!(weak.text.contains("这个密码太常见"), "{}", weak.text);
    let done = [&fixed[..], &[("code", sent.as_str()), ("password", "青山绿水长流不息")]].concat();
    led_to(&next(&browser, &good, "/login/slip/set", &done).await, "/login?reset=yes");
    let form = [("door", "student"), ("login", student.phone.as_str()), ("password", "青山绿水长流不息")];
    let opened = browser.another().fill("/login", &form).await;
    led_to(&opened, "/student");
    proof::proves!["R1.4"; page "/county/accounts"];
}

async fn clerk_browser(world: &World, like: &Browser, office: i64) -> Browser {
    staff_browser(world, like, 7_000 + office, office, Role::CountyClerk).await
}

async fn staff_browser(world: &World, like: &Browser, number: i64, office: i64, role: Role) -> Browser {
    let at = world.office.clock.now();
    let done: Result<(), store::Failure> =
        world.office.store.write("staff", |tx| Box::pin(person_of_staff(tx, number, office, role, at))).await;
    done.unwrap();
    let mut browser = like.another();
    browser.become_staff(number).await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hotline_starts_a_reset_and_sees_no_file() {
    let (world, mut browser) = town().await;
    let student = world.student(203).await;
    let agent = staff_browser(&world, &browser, 7_500, office::testing::BANK, Role::HotlineAgent).await;
    let page = agent.get("/hotline").await;
    assert_sound("/hotline", &page.text);
    let told =
        [("name", "林小满"), ("id_number", student.id_number.as_str()), ("proof", "核对姓名、身份证号和就读学校")];
    let sent = agent.send_form("/hotline", &told).await;
    led_to(&sent, "/hotline?done=yes");
    let code = after(&text(&world, &student.phone, 1).await, "一次性登录码 ");
    assert!(!agent.get("/hotline?done=yes").await.text.contains(&code));
    let good = browser.fill("/login/slip", &[("id_number", &student.id_number), ("slip", &code)]).await;
    assert!(!good.text.contains("短信验证码</label>"), "the code came to the phone already");
    let set = [("id_number", student.id_number.as_str()), ("slip", code.as_str()), ("password", "青山绿水长流不息")];
    led_to(&next(&browser, &good, "/login/slip/set", &set).await, "/login?reset=yes");
    for closed in ["/bank", "/bank/approve", "/bank/loans"] {
        assert_eq!(agent.get(closed).await.status, StatusCode::FORBIDDEN, "{closed}");
    }
    proof::proves!["R1.4"; page "/hotline"];
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_phone_is_changed_at_the_counter() {
    let (world, browser) = town().await;
    let student = world.student(204).await;
    world.submitted(&student, "370702").await;
    let (here, there) =
        (clerk_browser(&world, &browser, WEICHENG).await, clerk_browser(&world, &browser, XIUFENG).await);
    let form = [
        ("name", "林小满"),
        ("id_number", student.id_number.as_str()),
        ("proof", "本人到场，核对居民身份证原件"),
        ("phone", "137 0000 0003"),
    ];
    let foreign = there.send_form("/county/accounts/phone", &form).await;
    assert_eq!(foreign.status, StatusCode::CONFLICT, "the files are at another office");
    assert!(foreign.text.contains("value=\"137 0000 0003\""), "what was typed is kept");
    assert_sound("/county/accounts/phone", &foreign.text);
    led_to(&here.send_form("/county/accounts/phone", &form).await, "/county/accounts?done=phone");
    world.office.tell_old_phones(10).await.unwrap();
    assert!(text(&world, &student.phone, 1).await.contains("改为别的号码"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_co_borrower_comes_in_by_the_link_of_a_text() {
    let (world, browser) = town().await;
    let student = world.student(205).await;
    let number = world.submitted(&student, "370702").await;
    let mut own = browser.another();
    let opened =
        own.town.site.enter_as_person(student.person, office::accounts::entrance::Door::Student).await.unwrap();
    own.cookies = vec![format!("zhuxue={}", opened.token)];
    let invited = own.send_form(&format!("/student/progress/{number}/invite"), &[]).await;
    let progress = format!("/student/progress/{number}?invited=yes");
    led_to(&invited, &progress);
    assert!(own.get(&progress).await.text.contains("链接已发到 137****0001"));
    let link = format!("/co/enter/{}", after(&text(&world, "13700000001", 1).await, "/co/enter/"));
    let mut parent = browser.another();
    let page = parent.get(&link).await;
    assert_sound("/co/enter", &page.text.replace(&link, ""));
    assert!(!page.text.contains("林小满") && !page.text.contains("林建国"), "nothing about anybody yet");
    let wrong = parent.fill(&link, &[("tail", "0000")]).await;
    assert!(wrong.text.contains("身份证号后四位不对"), "{}", wrong.text);
    let id = loan::policy::id_number::IdNumber::synthetic(400, date(1970, 1, 1), loan::policy::id_number::Sex::Male);
    let opened = parent.another().fill(&link, &[("tail", &id.as_str()[14..].to_lowercase())]).await;
    led_to(&opened, "/co");
    keeps(&mut parent, &opened);
    let home = parent.get("/co").await;
    assert!(home.status == StatusCode::OK && home.text.contains("林小满"), "{}", home.text);
    let unknown = browser.another().fill("/co/enter/0123", &[("tail", "0000")]).await;
    assert!(unknown.text.contains("这个链接已经失效"));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_and_ends_the_own_logins() {
    let (world, browser) = town().await;
    let student = world.student(206).await;
    let log_in = async |student: &Someone| {
        let mut one = browser.another();
        let form = [("door", "student"), ("login", student.phone.as_str()), ("password", PASSWORD)];
        let opened = one.fill("/login", &form).await;
        keeps(&mut one, &opened);
        one
    };
    let (here, elsewhere) = (log_in(&student).await, log_in(&student).await);
    let page = here.get("/account").await;
    assert_sound("/account", &page.text);
    assert_eq!(page.text.matches("name=\"id\"").count(), 1, "the other login can be ended");
    let seen = here.send_form("/account/sessions", &[]).await;
    led_to(&seen, "/account?ended=1");
    assert!(here.get("/account?ended=1").await.text.contains("已退出 1 处登录"));
    assert_eq!(elsewhere.get("/student").await.status, StatusCode::SEE_OTHER);
    assert_eq!(here.get("/student").await.status, StatusCode::OK);

    let third = log_in(&student).await;
    let id = here.get("/account").await.hidden("id");
    led_to(&here.send_form("/account/sessions", &[("id", &id)]).await, "/account?ended=1");
    assert_eq!(third.get("/student").await.status, StatusCode::SEE_OTHER);

    assert_sound("/password", &here.get("/password").await.text);
    for (old, new, says) in [
        ("", "", "请填写现在的密码"),
        ("wrong", "青山绿水长流不息", "现在的密码不对"),
        (PASSWORD, PASSWORD, "新密码和现在的一样"),
        (PASSWORD, "12345678", "这个密码太常见"),
        (PASSWORD, student.phone.as_str(), "密码不要用姓名、身份证号、手机号"),
    ] {
        let seen = here.send_form("/password", &[("old_password", old), ("new_password", new)]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.text.contains(says), "{says}: {}", seen.text);
    }
    let other = log_in(&student).await;
    let form = [("old_password", PASSWORD), ("new_password", "青山绿水长流不息")];
    led_to(&here.send_form("/password", &form).await, "/account?changed=yes");
    assert_eq!(other.get("/student").await.status, StatusCode::SEE_OTHER, "every other login ends");
    assert_eq!(here.get("/account/factor").await.status, StatusCode::FORBIDDEN, "a device is for staff");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_of_a_real_system_set_up_their_device_before_anything_else() {
    let (world, browser) = town().await;
    let clerk = clerk_browser(&world, &browser, XIUFENG).await;
    let (at, number) = (world.office.clock.now(), 7_000 + XIUFENG);
    let hash = office::accounts::password::hash(&world.office, PASSWORD).await;
    let hash = hash.as_str();
    let done: Result<(), store::Failure> = world
        .office
        .store
        .write("real", |tx| {
            Box::pin(async move {
                store::setting::put(tx, office::day::DEMONSTRATION, "no", at, "test").await?;
                store::staff::change_password(tx, number, hash, true).await
            })
        })
        .await;
    done.unwrap();
    let login = format!("staff{number}");
    let log_in = async |password: &str| {
        let mut one = browser.another();
        let seen = one.fill("/staff", &[("login", &login), ("password", password)]).await;
        (one, seen)
    };
    let (mut first, opened) = log_in(PASSWORD).await;
    keeps(&mut first, &opened);
    led_to(&first.get("/county").await, "/password");
    let page = first.get("/password").await;
    assert!(page.text.contains("别人替你设的"));
    let form = [("old_password", PASSWORD), ("new_password", "mango-kite-7-blue")];
    led_to(&first.send_form("/password", &form).await, "/staff?changed=yes");

    let (mut second, opened) = log_in("mango-kite-7-blue").await;
    keeps(&mut second, &opened);
    led_to(&second.get("/county").await, "/account/factor");
    led_to(&second.send_form("/county/accounts/slip", &[]).await, "/account/factor");
    led_to(&second.send_form("/account/factor", &[("do", "begin")]).await, "/account/factor");
    let page = second.get("/account/factor").await;
    assert!(page.text.contains("<svg") && page.text.contains("先设置动态口令"));
    let secret = between(&page.text, "手工输入密钥：<b class=\"nw\">", "</b>").replace(' ', "");
    let shown = || format!("{:06}", totp::code(&unbase32(&secret), totp::step_of(world.office.clock.now())));
    let wrong = second.send_form("/account/factor", &[("do", "confirm"), ("code", "")]).await;
    assert!(wrong.text.contains("请填写动态口令"));
    let once = second.send_form("/account/factor", &[("do", "confirm"), ("code", &shown())]).await;
    assert!(once.text.contains("恢复码，只显示这一次"), "{}", once.text);
    assert_eq!(once.text.matches("<li>").count(), 10);
    assert_eq!(second.get("/county").await.status, StatusCode::OK);
    assert!(second.get("/account").await.text.contains("还有 10 个恢复码"));

    world.clock.forward(TimeDelta::seconds(30));
    let (mut third, asked) = log_in("mango-kite-7-blue").await;
    assert!(asked.status == StatusCode::OK && asked.header("set-cookie").is_empty(), "no session yet");
    assert_sound("/staff/code", &asked.text);
    let ticket = asked.hidden("ticket");
    let wrong = next(&third, &asked, "/staff/code", &[("ticket", &ticket), ("code", "000000")]).await;
    assert!(wrong.text.contains("验证码不对"), "{}", wrong.text);
    let right = next(&third, &asked, "/staff/code", &[("ticket", &ticket), ("code", &shown())]).await;
    led_to(&right, "/county");
    keeps(&mut third, &right);
    assert_eq!(third.get("/county").await.status, StatusCode::OK);
    assert_eq!(clerk.get("/county").await.status, StatusCode::SEE_OTHER, "older sessions ended with the password");
}

fn unbase32(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in text.chars() {
        held = held << 5 | LETTERS.find(letter).unwrap() as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    bytes
}

#[tokio::test]
async fn one_click_entry_of_a_demonstration_asks_for_nothing() {
    let mut browser = Browser::in_season().await;
    for role in Role::ALL.into_iter().filter(|role| role.office_kind().is_some()) {
        browser.become_staff(Town::staff(role)).await;
        let seen = browser.get("/account").await;
        assert_eq!(seen.status, StatusCode::OK, "{role:?} {}", seen.header("location"));
    }
}
