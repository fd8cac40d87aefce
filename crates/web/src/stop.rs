//! Why there is no page, and the page that says so: plain words, what to do, and a way out. The JSON interface gets
//! the same reasons as `application/problem+json`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use loan::refusal::Citation;
use maud::{Markup, html};
use office::accounts::entrance::Duty;
use serde_json::json;

use crate::visit::{Answer, Visit, see};
use crate::words;

/// Why a request has no answer of its own.
#[derive(Clone, Debug)]
pub enum Stop {
    /// Nobody is logged in and the page is not public.
    LogIn,
    /// Something must be done with the own account first.
    Duty(Duty),
    /// The role may not see this.
    Forbidden,
    /// Nothing is here, or it is somebody else's.
    NotFound,
    /// Another method is wanted at this address.
    MethodNotAllowed,
    /// What was sent cannot be read.
    Unreadable {
        /// Stable code.
        code: &'static str,
        /// What is wrong.
        detail: String,
        /// Field of a JSON body.
        field: Option<String>,
    },
    /// The body is larger than the form can be.
    TooLarge,
    /// Too many sendings from one place.
    TooMany,
    /// The tokens of the page are missing, old or foreign.
    Stale,
    /// The same sending came with other content.
    KeyReused,
    /// A rule said no.
    Refused(Refused),
    /// Disk, network or a bug; the cause goes to the log, never to the reader.
    Failure(String),
}

/// A rule's no, as a page shows it.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Stable code of the interface.
    pub code: &'static str,
    /// The field it speaks of.
    pub field: Option<&'static str>,
    /// What it says, in plain words.
    pub says: String,
    /// What to do about it.
    pub remedy: String,
    /// The articles it rests on.
    pub why: Vec<Citation>,
}

impl<R: office::Refusal> From<office::No<R>> for Stop {
    fn from(no: office::No<R>) -> Stop {
        match no {
            office::No::Refused(refusal) => Stop::Refused(words::refused(&refusal)),
            office::No::NotFound => Stop::NotFound,
            office::No::Forbidden => Stop::Forbidden,
            office::No::KeyReused => Stop::KeyReused,
            office::No::Failure(failure) => Stop::Failure(format!("{failure:?}")),
        }
    }
}

impl Stop {
    /// A failure of the office.
    pub fn failure(failure: impl std::fmt::Display) -> Stop {
        Stop::Failure(failure.to_string())
    }

    /// Status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Stop::LogIn => StatusCode::UNAUTHORIZED,
            Stop::Duty(_) | Stop::Forbidden | Stop::Stale => StatusCode::FORBIDDEN,
            Stop::NotFound => StatusCode::NOT_FOUND,
            Stop::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Stop::Unreadable { .. } => StatusCode::BAD_REQUEST,
            Stop::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Stop::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Stop::KeyReused | Stop::Refused(_) => StatusCode::CONFLICT,
            Stop::Failure(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Stable code of the interface.
    pub fn code(&self) -> &'static str {
        match self {
            Stop::LogIn => "log_in",
            Stop::Duty(Duty::NewPassword) => "password_first",
            Stop::Duty(Duty::SecondFactor) => "second_factor_first",
            Stop::Forbidden => "forbidden",
            Stop::NotFound => "not_found",
            Stop::MethodNotAllowed => "method_not_allowed",
            Stop::Unreadable { code, .. } => code,
            Stop::TooLarge => "too_large",
            Stop::TooMany => "too_many_requests",
            Stop::Stale => "stale_page",
            Stop::KeyReused => "idempotency_key_reused",
            Stop::Refused(refused) => refused.code,
            Stop::Failure(_) => "failure",
        }
    }

    fn head(&self) -> String {
        match self {
            Stop::LogIn => "请先登录",
            Stop::Duty(Duty::NewPassword) => "请先改掉初始密码",
            Stop::Duty(Duty::SecondFactor) => "请先设置动态口令",
            Stop::Forbidden => "这一页不对你的身份开放",
            Stop::NotFound => "没有找到这一页",
            Stop::MethodNotAllowed => "这个地址不能这样打开",
            Stop::Unreadable { .. } => "发来的内容读不出来",
            Stop::TooLarge => "内容太大，没有收下",
            Stop::TooMany => "操作太快了，请等一分钟",
            Stop::Stale => "这一页开得太久了，请重新打开",
            Stop::KeyReused => "这份表已经提交过，内容不一样",
            Stop::Refused(refused) => return refused.says.clone(),
            Stop::Failure(_) => "系统出了问题，没有办成",
        }
        .to_owned()
    }

    fn advice(&self) -> &'static str {
        match self {
            Stop::LogIn => "登录以后再打开这一页。",
            Stop::Duty(_) => "办好以后就能继续。",
            Stop::Forbidden => "如果你觉得应该能看，请联系本单位的系统管理员，核对你的角色。",
            Stop::NotFound => "网址可能少了几个字，或者这份材料不属于你登录的账户。请从首页重新进入。",
            Stop::MethodNotAllowed => "请返回上一页，用页面上的按钮操作。",
            Stop::Unreadable { .. } => "请返回上一页重新填写。如果是从别处复制的文字，请改用键盘输入。",
            Stop::TooLarge => "请把文字缩短，或者把文件变小以后再试。",
            Stop::TooMany => "为了保护所有人的账户，短时间内只能提交有限的次数。刚才填的内容，返回上一页还在。",
            Stop::Stale => "可能是你在别处退出了登录，或者页面放了很久。什么都没有改动。返回上一页，刷新后再提交一次。",
            Stop::KeyReused => "你先后两次提交了同一张页面，内容不同。第一次的已经办好；要改，请重新打开这一页。",
            Stop::Refused(_) => "",
            Stop::Failure(_) => {
                "你填的内容没有丢，返回上一页还在。过几分钟再试一次；还不行，请打电话，把下面的事件编号告诉工作人员。"
            }
        }
    }
}

/// The answer for a reader of pages.
pub fn page(visit: &Visit, stop: &Stop) -> Answer {
    if matches!(stop, Stop::LogIn) {
        let back = percent_encoding::utf8_percent_encode(&visit.address, percent_encoding::NON_ALPHANUMERIC);
        return see(&format!("{}?back={back}", if staff_path(&visit.path) { "/staff" } else { "/login" }));
    }
    if let Stop::Duty(duty) = stop {
        return see(crate::account::address_of(*duty));
    }
    let head = stop.head();
    let body = html! {
        div.col.stack {
            h1 { (head) }
            @match stop {
                Stop::Refused(refused) => (refusal_body(refused)),
                _ => {
                    p { (stop.advice()) }
                    @if let Stop::Unreadable { detail, .. } = stop { p.hint { (detail) } }
                }
            }
            @if matches!(stop, Stop::Failure(_)) { p.box { "事件编号 " b { (crate::parts::show::groups(&visit.event)) } } }
            div.btns {
                a.btn href=(home(visit)) { "回到首页" }
                @if matches!(stop, Stop::Forbidden) && visit.session.is_none() { a.btn.btn-2 href="/login" { "登录" } }
                a.btn.btn-2 href="/offices" { "找资助中心" }
            }
        }
    };
    let staff = visit.session.as_ref().is_some_and(|session| !session.office.is_empty());
    let page = if staff { visit.desk(&head) } else { visit.page(&head) };
    page.status(stop.status()).show(if staff {
        html! { main.main.wrap #main { (body) } }
    } else {
        body
    })
}

fn refusal_body(refused: &Refused) -> Markup {
    html! {
        @if !refused.remedy.is_empty() { p.lead { (refused.remedy) } }
        @if !refused.why.is_empty() {
            p.src { "依据：" (words::citations(&refused.why)) }
        }
    }
}

fn home(visit: &Visit) -> &'static str {
    visit.session.as_ref().map_or("/", |session| crate::site::home_of(&session.actor))
}

fn staff_path(path: &str) -> bool {
    ["/county", "/school", "/bank", "/hotline", "/platform", "/province", "/audit", "/admin", "/print"]
        .iter()
        .any(|head| path.starts_with(head))
}

/// The answer for a caller of the JSON interface.
pub fn problem(visit_event: &str, stop: &Stop) -> Response {
    let mut body = json!({
        "type": "about:blank",
        "title": stop.status().canonical_reason().unwrap_or("Error"),
        "status": stop.status().as_u16(),
        "code": stop.code(),
        "detail": stop.head(),
    });
    match stop {
        Stop::Unreadable { detail, field, .. } => {
            body["detail"] = json!(detail);
            if let Some(field) = field {
                body["field"] = json!(field);
            }
        }
        Stop::Refused(refused) => {
            if let Some(field) = refused.field {
                body["field"] = json!(field);
            }
            if !refused.remedy.is_empty() {
                body["remedy"] = json!(refused.remedy);
            }
            body["why"] = refused.why.iter().map(|cited| json!({"doc": cited.doc, "article": cited.article})).collect();
        }
        Stop::Failure(_) => body["event"] = json!(visit_event),
        _ => {}
    }
    let mut response = (stop.status(), body.to_string()).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json; charset=utf-8"));
    response
}
