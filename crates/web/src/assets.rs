//! The few files a page asks for besides itself: two or three style sheets and one small script. Their address
//! carries a digest of their content, so that a browser keeps them for a year and still sees a new one at once.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use sha2::{Digest, Sha256};

/// One file with its address.
pub struct Asset {
    /// Address, such as `/assets/zhuxue.1a2b3c4d5e6f.css`.
    pub url: String,
    mime: &'static str,
    bytes: &'static [u8],
}

impl Asset {
    fn new(stem: &str, extension: &str, mime: &'static str, bytes: &'static [u8]) -> Asset {
        let digest = hex::encode(&Sha256::digest(bytes)[..6]);
        Asset { url: format!("/assets/{stem}.{digest}.{extension}"), mime, bytes }
    }
}

/// Everything that can be asked for.
pub struct Assets {
    /// Style of every page.
    pub style: Asset,
    /// Added on staff pages.
    pub staff: Asset,
    /// Added on the hall screen, slips and lists.
    pub paper: Asset,
    /// Comfort script.
    pub script: Asset,
}

/// The files, digested once.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    const CSS: &str = "text/css; charset=utf-8";
    Assets {
        style: Asset::new("zhuxue", "css", CSS, include_bytes!("../assets/zhuxue.css")),
        staff: Asset::new("staff", "css", CSS, include_bytes!("../assets/staff.css")),
        paper: Asset::new("paper", "css", CSS, include_bytes!("../assets/paper.css")),
        script: Asset::new("zhuxue", "js", "text/javascript; charset=utf-8", include_bytes!("../assets/zhuxue.js")),
    }
});

/// The file at that address, to be kept for a year; `None` for an unknown or outdated address.
pub fn answer(path: &str) -> Option<Response<Body>> {
    let all = [&ASSETS.style, &ASSETS.staff, &ASSETS.paper, &ASSETS.script];
    let asset = all.into_iter().find(|asset| asset.url == path)?;
    let mut response = Response::new(Body::from(asset.bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Some(response)
}
