//! The administrator of a demonstration moves its date: a short way is gone at once, a long one tells how far it is.

use axum::http::StatusCode;
use loan::calendar::{Date, date};
use office::Role;
use office::testing::{SYSTEM, World, world};

use super::kit::{Browser, Seen, assert_sound};

/// The administrator's browser on a demonstration with one loan paid out.
async fn administrator() -> (World, Browser) {
    let world = world(date(2026, 8, 10)).await;
    world.bank_staff().await;
    world.paid_out(&world.student(6201).await).await;
    let admin = world.hire(SYSTEM, Role::SystemAdmin).await;
    let mut browser = Browser::over_town(world.office.clone(), Box::new(world.sandbox.clone()));
    browser.become_staff(admin).await;
    (world, browser)
}

async fn ask(browser: &Browser, to: &str) -> Seen {
    let opened = browser.get("/admin/date").await;
    let (csrf, once) = (opened.hidden("csrf"), opened.hidden("once"));
    browser.post("/admin/date", &[("csrf", &csrf), ("once", &once), ("to", to)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_what_happened_on_every_day_of_the_way() {
    let (world, browser) = administrator().await;
    let day = async || world.office.business_on().await.unwrap();
    let seen = ask(&browser, "2026-13-40").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text.contains("value=\"2026-13-40\""), "what was typed stays");
    let seen = ask(&browser, "2026-08-09").await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    assert!(seen.text.contains("日期只能往后推"));
    assert_eq!(day().await, date(2026, 8, 10));

    let seen = ask(&browser, "2026-12-22").await;
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, "/admin/date"), "{}", seen.text);
    // However slow the machine is, the way ends; the page is asked for again until then.
    while world.office.business_on().await.unwrap() < date(2026, 12, 22) {
        tokio::task::yield_now().await;
    }
    browser.town.site.travel().await;
    let seen = browser.get("/admin/date").await;
    assert_eq!((seen.status, seen.header("refresh")), (StatusCode::OK, ""));
    assert_sound("/admin/date", &seen.text);
    assert!(seen.text.contains("路上发生了什么") && seen.text.contains("2026-12-20"), "{}", seen.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_way_tells_how_far_it_is_without_javascript() {
    let (world, browser) = administrator().await;
    let to: Date = date(2036, 9, 30);
    let system = office::Actor::system("test");
    world.office.set_out(&system, to).await.unwrap();
    let seen = browser.get("/admin/date").await;
    assert_eq!(seen.header("refresh"), "2", "the browser looks again by itself");
    assert_sound("/admin/date", &seen.text);
    assert!(seen.text.contains("正在往后推") && seen.text.contains("<progress"), "{}", seen.text);
    assert!(!seen.text.contains("name=\"to\""), "one way at a time");

    browser.town.site.travel().await;
    assert_eq!(world.office.business_on().await.unwrap(), to);
    let seen = browser.get("/admin/date").await;
    assert_eq!(seen.header("refresh"), "");
    assert!(seen.text.contains("路上发生了什么") && seen.text.contains("2033"), "{}", seen.text);
}
