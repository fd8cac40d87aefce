//! From a request to an answer, the same way for every route: who asks, may he, is the sending ours, what does the
//! page say, and what protects the answer. Handlers see only [`Visit`].

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::RequestPartsExt;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use futures::FutureExt;
use office::view::open::Today;
use office::who::Actor;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::form::{Form, NotAForm};
use crate::route::{Route, Rule, table};
use crate::session::{Names, cookie, form_token, names, removal, same, sent};
use crate::site::Site;
use crate::stop::{self, Stop};
use crate::visit::{Answer, Visit};
use crate::{assets, to};

/// The whole site as a service.
pub fn app(site: Arc<Site>) -> Router {
    app_of(site, table())
}

/// The same service over another table, so that tests can add a page that panics.
pub fn app_of(site: Arc<Site>, routes: Vec<Route>) -> Router {
    let mut router = Router::new();
    for route in routes {
        router = router.route(route.path, method_router(site.clone(), route));
    }
    let nothing = Route { method: &Method::GET, path: "", rule: Rule::EVERYBODY, handler: to!(not_found), body_max: 0 };
    let wrong_method = Route { handler: to!(method_not_allowed), ..nothing };
    let (lost, wrong) = (site.clone(), site.clone());
    let secure = site.tls();
    router
        .fallback(move |request: Request| answer(lost.clone(), nothing, request))
        .method_not_allowed_fallback(move |request: Request| answer(wrong.clone(), wrong_method, request))
        .layer(axum::middleware::map_response(move |response: Response| async move { protected(response, secure) }))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(30)))
}

async fn not_found(_: Visit) -> Answer {
    Err(Stop::NotFound)
}

async fn method_not_allowed(_: Visit) -> Answer {
    Err(Stop::MethodNotAllowed)
}

fn method_router(site: Arc<Site>, route: Route) -> MethodRouter {
    let filter = if route.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
    on(filter, move |request: Request| answer(site.clone(), route, request))
}

async fn answer(site: Arc<Site>, route: Route, request: Request) -> Response {
    if let Some(asset) = (request.method() == Method::GET).then(|| assets::answer(request.uri().path())).flatten() {
        return asset;
    }
    let started = std::time::Instant::now();
    let event = site.event();
    let api = request.uri().path().starts_with("/api/");
    let method = request.method().clone();
    let response = match AssertUnwindSafe(reply(site, route, request, event.clone())).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(event, route = route.path, "a page panicked");
            last_resort(&event, api)
        }
    };
    let status = response.status();
    tracing::info!(event, %method, route = route.path, status = status.as_u16(), "answered");
    metrics::counter!("zhuxue_http_requests_total", "route" => route.path, "status" => status.as_str().to_owned())
        .increment(1);
    metrics::histogram!("zhuxue_http_seconds", "route" => route.path).record(started.elapsed().as_secs_f64());
    response
}

/// What is said when even the page that says sorry could not be made.
fn last_resort(event: &str, api: bool) -> Response {
    if api {
        return stop::problem(event, &Stop::Failure(String::new()));
    }
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>系统出了问题</title><h1>系统出了问题，没有办成</h1>\
         <p>你填的内容没有丢，返回上一页还在。过几分钟再试；还不行，请打 {}，告诉工作人员事件编号 {event}。</p><p><a href=\"/\">回到首页</a></p></html>",
        crate::parts::shell::HOTLINE
    );
    (StatusCode::INTERNAL_SERVER_ERROR, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

async fn reply(site: Arc<Site>, route: Route, request: Request, event: String) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let tls = site.tls();
    let names = names(tls);
    let (mut parts, body) = request.into_parts();
    let path_params = parts.extract::<RawPathParams>().await;
    let params = path_params
        .map(|raw| raw.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
        .unwrap_or_default();

    let session_token = sent(&parts.headers, names.session).or_else(|| bearer(&parts.headers));
    let session = match &session_token {
        Some(token) => site.visitor(token).await,
        None => Ok(None),
    };
    let (session, mut broken) = match session {
        Ok(session) => (session, None),
        Err(cause) => (None, Some(Stop::Failure(cause))),
    };
    let day = match site.today().await {
        Ok(day) => day,
        Err(failure) => {
            broken = Some(Stop::Failure(failure.to_string()));
            Today { on: Default::default(), demonstration: false }
        }
    };
    let outdated = session_token.is_some() && session.is_none() && broken.is_none();
    let form_cookie = sent(&parts.headers, names.form);
    let fresh_cookie = (session.is_none() && form_cookie.is_none()).then(|| site.token());
    let cookie_token = session.as_ref().map(|session| session.token.clone()).or(form_cookie).or(fresh_cookie.clone());

    let mut visit = Visit {
        actor: session.as_ref().map_or(Actor::PUBLIC, |session| session.actor.clone()),
        csrf: form_token(cookie_token.as_deref().unwrap_or_default()),
        csrf_used: Arc::new(AtomicBool::new(false)),
        elder: sent(&parts.headers, names.elder).as_deref() == Some("1"),
        agent: crate::session::agent(&parts.headers),
        caller: parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()),
        content_type: text(&parts.headers, &header::CONTENT_TYPE).unwrap_or_default(),
        idempotency_key: text(&parts.headers, &HeaderName::from_static("idempotency-key")),
        params,
        day,
        path: parts.uri.path().to_owned(),
        address: parts.uri.path_and_query().map_or("/".to_owned(), |whole| whole.as_str().to_owned()),
        query: Form::default(),
        form: Form::default(),
        body: Bytes::new(),
        session,
        site,
        event,
    };
    let csrf_used = visit.csrf_used.clone();
    let public = route.rule.is_public() && visit.session.is_none();
    let frame = visit.bare();
    let outcome = match broken {
        Some(stop) => Err(stop),
        None => match received(&mut visit, &route, &parts, body, api, names).await {
            Ok(()) => (route.handler)(visit).await,
            Err(stop) => Err(stop),
        },
    };
    let mut response = outcome.unwrap_or_else(|stop| {
        if let Stop::Failure(cause) = &stop {
            tracing::error!(event = frame.event, route = route.path, cause, "a page failed");
        }
        if route.is_partner() {
            return crate::platform::notify::not_taken(stop.status());
        }
        if api {
            return stop::problem(&frame.event, &stop);
        }
        stop::page(&frame, &stop).unwrap_or_else(|_| last_resort(&frame.event, false))
    });

    if let Some(token) = fresh_cookie.filter(|_| csrf_used.load(Ordering::Relaxed)) {
        set_cookie(&mut response, cookie(names.form, token, tls));
    }
    if outdated && sent(&parts.headers, names.session).is_some() && !response.headers().contains_key(header::SET_COOKIE)
    {
        set_cookie(&mut response, removal(names.session, tls));
    }
    let private = !public || csrf_used.load(Ordering::Relaxed) || response.headers().contains_key(header::SET_COOKIE);
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(if private {
        HeaderValue::from_static("no-store")
    } else {
        HeaderValue::from_static("no-cache")
    });
    response
}

/// Adds a cookie to an answer.
pub fn set_cookie(response: &mut Response, cookie: axum_extra::extract::cookie::Cookie<'_>) {
    let value = HeaderValue::from_str(&cookie.to_string()).expect("our cookies hold hexadecimal digits only");
    response.headers_mut().append(header::SET_COOKIE, value);
}

/// Checks the rule of the route and takes in what was sent.
async fn received(
    visit: &mut Visit,
    route: &Route,
    parts: &Parts,
    body: Body,
    api: bool,
    names: Names,
) -> Result<(), Stop> {
    let rule = &route.rule;
    match &visit.session {
        None if !rule.is_public() => return Err(Stop::LogIn),
        Some(_) if !rule.lets_in(visit.actor.roles()) => return Err(Stop::Forbidden),
        Some(session) if !rule.is_public() && !crate::account::may_come_first(route.path) => {
            if let Some(duty) = session.duty {
                return Err(Stop::Duty(duty));
            }
        }
        _ => {}
    }
    visit.query = Form::parse(parts.uri.query().unwrap_or_default().as_bytes()).map_err(unreadable)?;
    if parts.method != Method::POST || route.method != Method::POST {
        return Ok(());
    }
    if route.is_partner() {
        return notified(visit, route, body).await;
    }
    if visit.session.is_none() && !visit.site.allows_sending(visit.caller) {
        return Err(Stop::TooMany);
    }
    if !same_origin(&parts.headers) {
        return Err(Stop::Stale);
    }
    visit.body = axum::body::to_bytes(body, route.body_max).await.map_err(|_| Stop::TooLarge)?;
    // A caller that brings its token in a header cannot be a page of another site; a cookie can.
    let by_cookie = sent(&parts.headers, names.session).is_some();
    if api {
        if !visit.content_type.starts_with("application/json") {
            let detail = "Content-Type 应是 application/json".to_owned();
            return Err(Stop::Unreadable { code: "content_type", detail, field: None });
        }
        if by_cookie
            && !text(&parts.headers, &HeaderName::from_static("x-csrf-token"))
                .is_some_and(|token| same(&token, &visit.csrf))
        {
            return Err(Stop::Stale);
        }
        return Ok(());
    }
    if visit.content_type.starts_with("application/x-www-form-urlencoded") {
        visit.form = Form::parse(&visit.body).map_err(unreadable)?;
    } else if visit.content_type.starts_with("multipart/form-data") {
        let (form, file) = crate::upload::parse(&visit.content_type, visit.body.clone()).await?;
        visit.form = form;
        visit.body = file;
    } else {
        return Err(Stop::Stale);
    }
    if same(visit.form.text("csrf"), &visit.csrf) { Ok(()) } else { Err(Stop::Stale) }
}

/// Takes in a partner's message as it is: the signature is checked over these bytes, so nothing reads them before.
async fn notified(visit: &mut Visit, route: &Route, body: Body) -> Result<(), Stop> {
    if !visit.site.allows_notice(visit.caller) {
        return Err(Stop::TooMany);
    }
    if !visit.content_type.starts_with("application/x-www-form-urlencoded") {
        let detail = "a notification is a form".to_owned();
        return Err(Stop::Unreadable { code: "content_type", detail, field: None });
    }
    visit.body = axum::body::to_bytes(body, route.body_max).await.map_err(|_| Stop::TooLarge)?;
    Ok(())
}

fn unreadable(error: NotAForm) -> Stop {
    let (code, detail) = match error {
        NotAForm::Encoding => ("encoding", "文字的编码不是 UTF-8。"),
        NotAForm::TooManyFields => ("too_many_fields", "字段太多。"),
    };
    Stop::Unreadable { code, detail: detail.to_owned(), field: None }
}

/// False for a sending that another site's page started (H027, H028).
fn same_origin(headers: &HeaderMap) -> bool {
    let host = text(headers, &header::HOST).unwrap_or_default();
    if let Some(origin) = text(headers, &header::ORIGIN) {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        return authority == Some(host.as_str());
    }
    match text(headers, &HeaderName::from_static("sec-fetch-site")).as_deref() {
        None => true,
        Some(site) => matches!(site, "same-origin" | "none"),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    text(headers, &header::AUTHORIZATION)?.strip_prefix("Bearer ").map(str::to_owned)
}

/// What every answer carries.
fn protected(mut response: Response, tls: bool) -> Response {
    const FIXED: [(HeaderName, &str); 6] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), payment=()"),
    ];
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("zh-CN"));
    if tls {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    response
}
