//! Tests through the whole service: what a browser would send, what a person would see.

mod framework;
mod pages;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, TimeZone, Utc};
use http_body_util::BodyExt;
use office::clock::{Chance, Clock};
use tower::ServiceExt;

use crate::Site;

/// Stands still.
struct Still(DateTime<Utc>);

impl Clock for Still {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// Never the same twice, and the same in every run.
#[derive(Default)]
struct Counting(AtomicU64);

impl Chance for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = (self.0.fetch_add(1, Ordering::Relaxed) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A site on the morning of 22 November 2026.
pub fn site(tls: bool) -> Arc<Site> {
    let morning = Utc.with_ymd_and_hms(2026, 11, 22, 1, 0, 0).unwrap();
    Arc::new(Site::new(Arc::new(Still(morning)), Arc::new(Counting::default()), tls))
}

/// What came back.
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Seen {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let at = self.text.find(&mark).unwrap_or_else(|| panic!("the page has a field {name}")) + mark.len();
        self.text[at..].split('"').next().unwrap().to_owned()
    }

    /// The pair of a cookie that was set.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

/// A visitor's browser.
pub struct Browser {
    app: Router,
    pub cookies: Vec<String>,
}

impl Browser {
    pub fn new(app: Router) -> Browser {
        Browser { app, cookies: Vec::new() }
    }

    pub async fn get(&self, path: &str) -> Seen {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.header(header::ORIGIN, "http://localhost").body(Body::from(encode(form))).unwrap()).await
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if self.cookies.is_empty() { request } else { request.header(header::COOKIE, self.cookies.join("; ")) }
    }

    pub async fn send(&self, request: Request<Body>) -> Seen {
        let (status, headers, bytes) = self.fetched(request).await;
        Seen { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// How many bytes came over the wire.
    pub async fn weigh(&self, request: Request<Body>) -> (HeaderMap, usize) {
        let (_, headers, bytes) = self.fetched(request).await;
        (headers, bytes.len())
    }

    async fn fetched(&self, request: Request<Body>) -> (StatusCode, HeaderMap, axum::body::Bytes) {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }
}

pub fn encode(form: &[(&str, &str)]) -> String {
    crate::form::Form::of(form.iter().copied()).query()
}
