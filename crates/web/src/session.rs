//! Cookies. A session is a random token in a cookie; only its digest is stored. A visitor who has not logged in
//! gets a token of the same kind for his forms. The form token is derived from the cookie and tells nothing about it.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use office::accounts::entrance::Duty;
use office::who::Actor;
use sha2::{Digest, Sha256};

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The token of the cookie.
    pub token: String,
    /// Who it is.
    pub actor: Actor,
    /// Name to show.
    pub name: String,
    /// Name of the office of a member of staff; empty for citizens.
    pub office: String,
    /// What must be done before anything else.
    pub duty: Option<Duty>,
}

/// Names of the three cookies; over TLS they are bound to this host (`__Host-`).
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Session of somebody logged in.
    pub session: &'static str,
    /// Token of a visitor's forms.
    pub form: &'static str,
    /// Large letters.
    pub elder: &'static str,
}

/// The names to use.
pub const fn names(tls: bool) -> Names {
    if tls {
        Names { session: "__Host-zhuxue", form: "__Host-zhuxue-form", elder: "__Host-zhuxue-elder" }
    } else {
        Names { session: "zhuxue", form: "zhuxue-form", elder: "zhuxue-elder" }
    }
}

/// The value of a cookie that was sent.
pub fn sent(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty())
}

/// A cookie to set: not readable by scripts, not sent by other sites.
pub fn cookie(name: &'static str, value: String, tls: bool) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").http_only(true).secure(tls).same_site(SameSite::Lax).build()
}

/// A cookie that removes the one of that name.
pub fn removal(name: &'static str, tls: bool) -> Cookie<'static> {
    let mut gone = cookie(name, String::new(), tls);
    gone.make_removal();
    gone
}

/// The browser in a word or two, for the list of the own logins; nothing that tells people apart.
pub fn agent(headers: &HeaderMap) -> String {
    let told = headers.get(axum::http::header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |names: &[(&str, &'static str)], other: &'static str| {
        names.iter().find(|(mark, _)| told.contains(mark)).map_or(other, |(_, word)| *word)
    };
    let device = first(&[("Mobile", "手机"), ("Android", "平板"), ("iPad", "平板"), ("Mozilla", "电脑")], "其他设备");
    let browser = first(
        &[
            ("MicroMessenger", "微信"),
            ("Edg", "Edge"),
            ("Firefox", "Firefox"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
        ],
        "浏览器",
    );
    format!("{device} {browser}")
}

/// The form token that belongs to a cookie's token.
pub fn form_token(cookie_token: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(b"zhuxue form token\0");
    digest.update(cookie_token);
    hex::encode(&digest.finalize()[..16])
}

/// Compares two tokens without telling by time where they differ.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differing, (x, y)| differing | (x ^ y)) == 0
}
