//! The same way for every request: headers, tokens, sizes, errors.

use axum::body::Body;
use axum::http::{StatusCode, header};
use office::who::Role;

use super::kit::{Browser, encode};
use crate::form::{Form, Mistakes, Reading};
use crate::parts::fields::{Filled, Text, error_summary};
use crate::route::{Reach, Route, Rule, get, post, table};
use crate::stop::Stop;
use crate::to;
use crate::visit::{Answer, Visit};

async fn ask(visit: Visit) -> Answer {
    sample(&visit, &visit.query, Mistakes::none())
}

async fn tell(visit: Visit) -> Answer {
    let mut reading = Reading::of(&visit.form);
    let name = reading.text("name", "姓名", 20);
    match reading.finish(name) {
        Ok(_) => visit.see("/done"),
        Err(mistakes) => sample(&visit, &visit.form, mistakes),
    }
}

fn sample(visit: &Visit, values: &Form, mistakes: Mistakes) -> Answer {
    let filled = Filled { values, mistakes: &mistakes };
    visit.page("示例").mistaken(&mistakes).show(maud::html! {
        (error_summary(&mistakes))
        form method="post" action="/sample" {
            (visit.hidden())
            (Text::new("name", "姓名").draw(filled))
            (Text::new("memo", "备注").draw(filled))
        }
    })
}

async fn panics(_: Visit) -> Answer {
    panic!("on purpose")
}

async fn fails(_: Visit) -> Answer {
    Err(Stop::Failure("the disk is full".to_owned()))
}

fn routes() -> Vec<Route> {
    let clerk = Rule::only([(Role::CountyClerk, Reach::SameOffice)]);
    [
        table(),
        vec![
            get("/sample", Rule::EVERYBODY, to!(ask)),
            post("/sample", Rule::EVERYBODY, to!(tell)),
            get("/panics", Rule::EVERYBODY, to!(panics)),
            get("/fails", Rule::EVERYBODY, to!(fails)),
            get("/api/v1/fails", Rule::EVERYBODY, to!(fails)),
            get("/county/sample", clerk, to!(ask)),
            post("/api/v1/sample", Rule::EVERYBODY, to!(fails)),
        ],
    ]
    .concat()
}

async fn browser() -> Browser {
    Browser::with(false, routes()).await
}

/// A browser that has opened the sample form: its cookie and the form's token.
async fn opened() -> (Browser, String) {
    let mut browser = browser().await;
    let page = browser.get("/sample").await;
    browser.cookies.push(page.cookie());
    (browser, page.hidden("csrf"))
}

#[tokio::test]
async fn every_answer_is_protected() {
    for path in ["/about/privacy", "/sample", "/nowhere", "/fails", "/panics", "/api/v1/fails"] {
        let seen = browser().await.get(path).await;
        assert!(seen.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!seen.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(seen.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(seen.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(seen.header("content-language"), "zh-CN", "{path}");
        assert_eq!(seen.header("strict-transport-security"), "", "{path}");
    }
    let tls = Browser::with(true, routes()).await.get("/sample").await;
    assert!(tls.header("strict-transport-security").starts_with("max-age=31536000"));
    let cookie = tls.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-zhuxue-form=") && cookie.contains("Secure") && cookie.contains("HttpOnly"),
        "{cookie}"
    );
}

#[tokio::test]
async fn a_page_with_a_form_is_private_and_a_plain_page_is_not() {
    assert_eq!(browser().await.get("/sample").await.header("cache-control"), "no-store");
    let plain = browser().await.get("/about/access").await;
    assert_eq!((plain.header("cache-control"), plain.header("set-cookie")), ("no-cache", ""));
}

#[tokio::test]
async fn h027_a_sending_needs_the_token_of_its_own_page() {
    let (browser, csrf) = opened().await;
    let good = browser.post("/sample", &[("csrf", &csrf), ("name", "陈思远")]).await;
    assert_eq!((good.status, good.header("location")), (StatusCode::SEE_OTHER, "/done"));
    let other = opened().await.1 + "0";
    for form in [
        vec![("name", "陈思远")],
        vec![("csrf", ""), ("name", "陈思远")],
        vec![("csrf", other.as_str()), ("name", "陈思远")],
    ] {
        assert_eq!(browser.post("/sample", &form).await.status, StatusCode::FORBIDDEN);
    }
    let body = encode(&[("csrf", &csrf), ("name", "陈思远")]);
    let check = |content_type: &'static str, extra: (&'static str, &'static str), status| {
        let request =
            browser.request("POST", "/sample").header(header::CONTENT_TYPE, content_type).header(extra.0, extra.1);
        let request = request.body(Body::from(body.clone())).unwrap();
        let browser = &browser;
        async move { assert_eq!(browser.send(request).await.status, status, "{content_type} {extra:?}") }
    };
    let form = "application/x-www-form-urlencoded";
    check(form, ("origin", "http://localhost"), StatusCode::SEE_OTHER).await;
    check(form, ("sec-fetch-site", "same-origin"), StatusCode::SEE_OTHER).await;
    check(form, ("origin", "http://localhost:81"), StatusCode::FORBIDDEN).await;
    check(form, ("origin", "http://evil.example"), StatusCode::FORBIDDEN).await;
    check(form, ("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN).await;
    check("text/plain", ("origin", "http://localhost"), StatusCode::FORBIDDEN).await;
}

#[tokio::test]
async fn h028_an_origin_of_null_is_refused() {
    let (browser, csrf) = opened().await;
    let request = browser.request("POST", "/sample").header("content-type", "application/x-www-form-urlencoded");
    let request =
        request.header("origin", "null").body(Body::from(encode(&[("csrf", &csrf), ("name", "陈")]))).unwrap();
    let seen = browser.send(request).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    assert!(seen.text.contains("什么都没有改动"));
}

#[tokio::test]
async fn h007_what_was_typed_comes_back_as_text_with_its_mistake() {
    let (browser, csrf) = opened().await;
    let nasty = "\"><img onerror=alert(1)>{{7*7}}";
    let seen = browser.post("/sample", &[("csrf", &csrf), ("name", ""), ("memo", nasty)]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.text.contains("<title>错误：示例"));
    assert!(seen.text.contains("有 1 处要改"));
    assert!(seen.text.contains(r##"<a href="#name">请填写姓名</a>"##));
    assert!(seen.text.contains("value=\"&quot;&gt;&lt;img onerror=alert(1)&gt;{{7*7}}\""));
    assert!(!seen.text.contains("<img"));
}

#[tokio::test]
async fn h010_a_body_larger_than_a_form_is_refused() {
    let (browser, csrf) = opened().await;
    let long = "字".repeat(800_000);
    let seen = browser.post("/sample", &[("csrf", &csrf), ("name", &long)]).await;
    assert_eq!(seen.status, StatusCode::PAYLOAD_TOO_LARGE);
    let many: Vec<(&str, &str)> = vec![("a", "1"); 10_000];
    let seen = browser.post("/sample", &many).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn h017_a_path_outside_is_not_found() {
    for path in [
        "/print/../../etc/passwd",
        "/%2e%2e/etc/passwd",
        "/..%5cwindows",
        "/assets/zhuxue.css",
        "/assets/../Cargo.toml",
        "/v/%00",
    ] {
        let seen = browser().await.get(path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        let leads_out = if path.starts_with("/v/") { "没有这份文书" } else { "回到首页" };
        assert!(seen.text.contains(leads_out), "{path}");
    }
}

#[tokio::test]
async fn a_panic_and_a_failure_become_a_page_with_a_number_and_no_cause() {
    for path in ["/panics", "/fails"] {
        let seen = browser().await.get(path).await;
        assert_eq!(seen.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(seen.text.contains("事件编号"), "{path}");
        assert!(!seen.text.contains("disk") && !seen.text.contains("purpose"), "{path}");
    }
    let seen = browser().await.get("/api/v1/fails").await;
    assert_eq!(seen.header("content-type"), "application/problem+json; charset=utf-8");
    let body: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
    assert_eq!((&body["code"], &body["status"]), (&"failure".into(), &500.into()));
    assert_eq!(body["event"].as_str().map(str::len), Some(12));
    assert!(!seen.text.contains("disk"));
}

#[tokio::test]
async fn a_visitor_is_led_to_the_door_and_back() {
    let seen = browser().await.get("/county/sample").await;
    assert_eq!((seen.status, seen.header("location")), (StatusCode::SEE_OTHER, "/staff?back=%2Fcounty%2Fsample"));
    assert_eq!(browser().await.post("/county/sample", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn too_many_sendings_from_one_place_wait() {
    let (browser, csrf) = opened().await;
    let mut last = StatusCode::OK;
    for _ in 0..70 {
        last = browser.post("/sample", &[("csrf", &csrf), ("name", "陈")]).await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(browser.get("/sample").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_interface_takes_json_only() {
    let browser = browser().await;
    let request =
        browser.request("POST", "/api/v1/sample").header("content-type", "text/plain").body(Body::from("{}")).unwrap();
    let seen = browser.send(request).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert!(seen.text.contains("\"code\":\"content_type\""));
}

#[tokio::test]
async fn the_switch_to_large_letters_stays_on_this_site() {
    let mut browser = browser().await;
    let seen = browser.get("/elder?on=1&back=%2Fabout%2Faccess").await;
    assert_eq!(seen.header("location"), "/about/access");
    browser.cookies.push(seen.cookie());
    assert!(browser.get("/about/access").await.text.contains("<html lang=\"zh-CN\" class=\"elder\">"));
    for back in ["//evil.example", "https://evil.example", "/%5cevil.example"] {
        assert_eq!(browser.get(&format!("/elder?on=0&back={back}")).await.header("location"), "/", "{back}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_a_year() {
    let browser = Browser::fresh().await;
    for asset in [
        &crate::assets::ASSETS.style,
        &crate::assets::ASSETS.staff,
        &crate::assets::ASSETS.paper,
        &crate::assets::ASSETS.script,
    ] {
        let seen = browser.get(&asset.url).await;
        assert_eq!(seen.status, StatusCode::OK);
        assert!(seen.header("cache-control").contains("immutable"), "{}", asset.url);
    }
}

#[test]
fn a_rule_names_every_role() {
    let rule = Rule::only([(Role::CountyClerk, Reach::SameOffice), (Role::Auditor, Reach::Any)]);
    for role in Role::ALL {
        let expected = match role {
            Role::CountyClerk => Reach::SameOffice,
            Role::Auditor => Reach::Any,
            _ => Reach::Never,
        };
        assert_eq!(rule.of(role), expected, "{role:?}");
        assert_eq!(rule.lets_in(&[role]), expected != Reach::Never, "{role:?}");
    }
    assert!(!rule.lets_in(&[]) && !rule.is_public());
    assert!(Rule::EVERYBODY.is_public() && Rule::EVERYBODY.lets_in(&[Role::Student]));
    assert!(Rule::PARTNER.is_public() && !Rule::PARTNER.lets_in(&Role::ALL), "a program has no session");
}

#[test]
fn h041_no_sending_is_open_to_an_auditor_or_the_payment_platform() {
    for route in table().iter().filter(|route| route.method == axum::http::Method::POST && !route.rule.is_public()) {
        if route.rule == Rule::LOGGED_IN || route.rule == Rule::STAFF {
            continue;
        }
        for role in [Role::Auditor, Role::PlatformOperator] {
            assert_eq!(route.rule.of(role), Reach::Never, "{} {role:?}", route.path);
        }
    }
}
