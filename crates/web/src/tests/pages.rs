//! What a visitor sees: every public page, its weight, its language, its figures.

use axum::body::Body;
use axum::http::{StatusCode, header};

use super::kit::{Browser, assert_sound};
use crate::assets::ASSETS;

const RESULT: &str =
    "/check/result?nation=yes&level=undergraduate_new&household=same&co=mother&other_loan=no&hardship=";

fn pages() -> Vec<String> {
    let fixed = [
        "/",
        "/check",
        "/calc",
        "/policy",
        "/policy?on=2016-08-01&county=450302",
        "/policy/sdvcst-2022",
        "/questions",
        "/about/privacy",
        "/about/access",
        "/about/complaint",
        "/offices",
        "/offices?q=%E7%A7%80%E5%B3%B0",
        "/offices?q=%E6%97%A0",
        "/login",
        "/register",
        "/staff",
        "/calc?level=graduate&length=3&grade=1&sum=25000&term=12",
        "/calc?level=undergraduate&length=4&grade=9&sum=999",
    ];
    let results = ["listed", "certificate", "nothing", "rich", ""].map(|answer| format!("{RESULT}{answer}"));
    fixed.into_iter().map(str::to_owned).chain(results).collect()
}

#[tokio::test]
async fn every_public_page_is_one_document_in_chinese_without_inline_code() {
    let browser = Browser::fresh().await;
    for path in pages() {
        let seen = browser.get(&path).await;
        assert!(matches!(seen.status, StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY), "{path} {}", seen.status);
        assert_sound(&path, &seen.text);
    }
}

#[tokio::test]
async fn a_first_visit_weighs_little() {
    let browser = Browser::fresh().await;
    let mut shared = 0;
    for asset in [&ASSETS.style, &ASSETS.script] {
        shared += transferred(&browser, &asset.url).await;
    }
    for path in pages() {
        let page = transferred(&browser, &path).await;
        assert!(page <= 20_000 && page + shared <= 60_000, "{path}: {page} and {shared} bytes");
    }
}

async fn transferred(browser: &Browser, path: &str) -> usize {
    let request = browser.request("GET", path).header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
    let (headers, bytes) = browser.weigh(request).await;
    assert_eq!(headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes()), Some(&b"gzip"[..]), "{path}");
    bytes
}

#[tokio::test]
async fn the_calculator_tells_the_figures_of_the_money_rules() {
    let browser = Browser::fresh().await;
    let seen = browser.get("/calc?level=undergraduate&length=4&grade=1&sum=12%2C000").await;
    for figure in [
        "19 年（最长）",
        "15 年",
        "10 年",
        "103.60 元",
        "336 元",
        "1,426.90 元",
        "3,456.30 元",
        "1,274.00 元",
        "15,456.30",
    ] {
        assert!(seen.text.contains(figure), "{figure}");
    }
    proof::proves!["R2.11"; page "/calc"];
}

#[tokio::test]
async fn a_wrong_amount_is_told_with_the_limit_and_kept() {
    let browser = Browser::fresh().await;
    let check = |sum: &'static str, message: &'static str| {
        let browser = &browser;
        async move {
            let seen = browser.get(&format!("/calc?level=undergraduate&length=4&grade=1&sum={sum}")).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{sum}");
            assert!(seen.text.contains(message), "{sum}");
            assert!(seen.text.contains(&format!("value=\"{sum}\"")), "{sum} is kept");
        }
    };
    check("999", "金额太小，最少 1,000 元").await;
    check("20100", "金额太大，最多 20,000 元").await;
    check("1050", "金额要是 100 元的整数倍，请改成整百").await;
    check("1e4", "金额应是数字，例如 12000 或 12000.50").await;
}

#[tokio::test]
async fn the_check_tells_every_reason_with_its_article() {
    let browser = Browser::fresh().await;
    let seen = browser.get(&format!("{RESULT}listed")).await;
    assert!(seen.text.contains("你可以申请"));
    assert!(seen.text.contains("管理办法 第五条第三项"));
    let foreign = browser.get(&format!("{RESULT}listed").replace("nation=yes", "nation=no")).await;
    assert!(foreign.text.contains("按现在的回答，还不能申请") && foreign.text.contains("管理办法 第五条第一项"));
    let half = browser.get("/check/result?nation=yes").await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(half.text.contains("有 5 处要改") && half.text.contains(r#"value="yes" checked"#));
}
