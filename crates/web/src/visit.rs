//! One request with everything a page needs to answer it: who asks, what was sent, and the ways to answer.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use loan::calendar::Date;
use loan::contract::Indexes;
use loan::policy::Book;
use maud::Markup;
use office::view::open::Today;
use office::who::{Actor, Role, Who};
use office::{Key, Office};
use serde_json::Value;

use crate::form::{Form, Mistakes};
use crate::parts::shell::{self, Entry, Frame, Help, Kind};
use crate::session::Session;
use crate::site::Site;
use crate::stop::Stop;

/// What a handler gives back: an answer, or the reason why there is none.
pub type Answer = Result<Response, Stop>;

/// One request.
pub struct Visit {
    /// The site asked.
    pub site: Arc<Site>,
    /// Who asks.
    pub actor: Actor,
    /// The session, when somebody is logged in.
    pub session: Option<Session>,
    /// The business day, and whether this is a demonstration.
    pub day: Today,
    /// Parts of the path, by name.
    pub params: Vec<(String, String)>,
    /// Path as asked, without the query.
    pub path: String,
    /// Path with its query, to come back to.
    pub address: String,
    /// What stands behind the question mark.
    pub query: Form,
    /// The posted form.
    pub form: Form,
    /// The body as sent, for the JSON interface and for files.
    pub body: Bytes,
    /// `Content-Type` of the body.
    pub content_type: String,
    /// `Idempotency-Key` of the JSON interface.
    pub idempotency_key: Option<String>,
    /// Address of the caller, if known.
    pub caller: Option<IpAddr>,
    /// The browser in a word or two.
    pub agent: String,
    /// Large letters and targets were asked for.
    pub elder: bool,
    /// Number of this request, told to the reader when something breaks.
    pub event: String,
    pub(crate) csrf: String,
    pub(crate) csrf_used: Arc<AtomicBool>,
}

impl Visit {
    /// The business day.
    pub fn today(&self) -> Date {
        self.day.on
    }

    /// The published rates; in a demonstration carried on by invented, marked entries.
    pub fn indexes(&self) -> Indexes {
        self.day.indexes(Book::standard())
    }

    /// The office, for acts and views.
    pub fn office(&self) -> &Office {
        self.site.office()
    }

    /// The key of this sending, for an act.
    ///
    /// # Errors
    /// [`Stop::Stale`] when the page carried none.
    pub fn key(&self) -> Result<Key, Stop> {
        Key::new(&self.once()).ok_or(Stop::Stale)
    }

    /// A part of the path.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The token that proves that a form came from one of our pages. Asking for it makes the page private.
    pub fn csrf(&self) -> &str {
        self.csrf_used.store(true, Ordering::Relaxed);
        &self.csrf
    }

    /// What only this browser knows: a code asked for here is worth nothing elsewhere.
    pub fn request(&self) -> String {
        self.csrf.clone()
    }

    /// The place this request came from, for limits.
    pub fn place(&self) -> Option<String> {
        self.caller.map(|caller| caller.to_string())
    }

    /// The hidden fields of a form that changes something.
    pub fn hidden(&self) -> Markup {
        crate::parts::fields::hidden(self.csrf(), &self.site.token())
    }

    /// The token of this sending; a second sending of the same page has the same.
    pub fn once(&self) -> String {
        match &self.idempotency_key {
            Some(key) => key.clone(),
            None => self.form.text("once").to_owned(),
        }
    }

    /// True when the reader holds the role.
    pub fn is(&self, role: Role) -> bool {
        self.actor.roles().contains(&role)
    }

    /// Starts a page for citizens.
    pub fn page<'a>(&'a self, title: &'a str) -> Page<'a> {
        Page {
            visit: self,
            title,
            current: "",
            back: None,
            mistaken: false,
            status: StatusCode::OK,
            kind: PageKind::Citizen,
            help: None,
        }
    }

    /// Starts a page for staff.
    pub fn desk<'a>(&'a self, title: &'a str) -> Page<'a> {
        Page { kind: PageKind::Desk, ..self.page(title) }
    }

    /// Starts a slip, list or screen without navigation.
    pub fn sheet<'a>(&'a self, title: &'a str, class: &'static str) -> Page<'a> {
        Page { kind: PageKind::Sheet(class), ..self.page(title) }
    }

    /// Sends the reader on after something was done, so that going back does not send again.
    pub fn see(&self, address: &str) -> Answer {
        see(address)
    }

    /// The same reader and request without what was sent: enough to say why there is no page.
    pub(crate) fn bare(&self) -> Visit {
        Visit {
            site: self.site.clone(),
            actor: self.actor.clone(),
            session: self.session.clone(),
            params: self.params.clone(),
            day: self.day,
            path: self.path.clone(),
            address: self.address.clone(),
            query: Form::default(),
            form: Form::default(),
            body: Bytes::new(),
            content_type: String::new(),
            idempotency_key: None,
            caller: self.caller,
            agent: self.agent.clone(),
            elder: self.elder,
            event: self.event.clone(),
            csrf: self.csrf.clone(),
            csrf_used: self.csrf_used.clone(),
        }
    }

    /// The entries of the reader's navigation that are open to him; a volunteer sees fewer than a clerk.
    fn navigation(&self) -> Vec<Entry> {
        let routes = crate::route::table();
        let open = |entry: &&Entry| {
            let rule = routes.iter().find(|route| route.path == entry.0).map(|route| route.rule);
            rule.is_none_or(|rule| rule.is_public() || rule.lets_in(self.actor.roles()))
        };
        self.entries().iter().filter(open).copied().collect()
    }

    fn entries(&self) -> &'static [Entry] {
        match &self.actor.who {
            Who::Student(_) => shell::NAV_STUDENT,
            Who::CoBorrower(_) => shell::NAV_CO,
            Who::Staff { roles, .. } => crate::staff::navigation(roles),
            Who::Public | Who::System(_) => shell::NAV_PUBLIC,
        }
    }
}

/// Sends the reader on (303).
pub fn see(address: &str) -> Answer {
    let address = HeaderValue::from_str(address).map_err(|_| Stop::NotFound)?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response())
}

/// An answer of the JSON interface.
pub fn json(value: &Value) -> Answer {
    Ok(([(header::CONTENT_TYPE, "application/json; charset=utf-8")], value.to_string()).into_response())
}

/// A file to keep.
pub fn file(name: &str, mime: &'static str, bytes: Vec<u8>) -> Answer {
    let coded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{coded}"))
        .expect("a percent-encoded name is plain ASCII");
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(mime)), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// A paper to look at in the browser.
pub fn pdf(bytes: Vec<u8>) -> Answer {
    let headers = [(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")];
    Ok((headers, bytes).into_response())
}

enum PageKind {
    Citizen,
    Desk,
    Sheet(&'static str),
}

/// A page being put together.
pub struct Page<'a> {
    visit: &'a Visit,
    title: &'a str,
    current: &'a str,
    back: Option<(&'a str, &'a str)>,
    mistaken: bool,
    status: StatusCode,
    kind: PageKind,
    help: Option<Help>,
}

impl<'a> Page<'a> {
    /// Marks the entry of the navigation this page belongs to.
    pub fn at(self, current: &'a str) -> Page<'a> {
        Page { current, ..self }
    }

    /// A link back, above the page.
    pub fn back(self, address: &'a str, words: &'a str) -> Page<'a> {
        Page { back: Some((address, words)), ..self }
    }

    /// The form of this page has mistakes: the title says so, the status is 422.
    pub fn mistaken(self, mistakes: &Mistakes) -> Page<'a> {
        if mistakes.is_empty() {
            self
        } else {
            Page { mistaken: true, status: StatusCode::UNPROCESSABLE_ENTITY, ..self }
        }
    }

    /// Help from the office that handles this reader's file, where it is known.
    pub fn help(self, help: Option<Help>) -> Page<'a> {
        Page { help, ..self }
    }

    /// Another status than 200.
    pub fn status(self, status: StatusCode) -> Page<'a> {
        Page { status, ..self }
    }

    /// The page. A citizen page is wrapped in `main`; a desk or sheet brings its own.
    pub fn show(self, body: Markup) -> Answer {
        let visit = self.visit;
        let name = visit.session.as_ref().map(|session| session.name.as_str());
        let office = visit.session.as_ref().map_or("", |session| session.office.as_str());
        let (kind, main) = match self.kind {
            PageKind::Citizen => (Kind::Citizen, shell::citizen_main(self.back, body)),
            PageKind::Desk => (Kind::Staff { office: office.to_owned(), shortcuts: true }, body),
            PageKind::Sheet(class) => (Kind::Bare { class }, body),
        };
        let csrf = if name.is_some() { visit.csrf() } else { "" };
        let demonstration = visit.day.demonstration.then(|| {
            format!("演示数据，人和钱都是虚构的。演示里的今天是 {}。", crate::parts::show::day_text(visit.day.on))
        });
        let navigation = visit.navigation();
        let frame = Frame {
            title: self.title,
            mistaken: self.mistaken,
            kind,
            elder: visit.elder,
            name,
            nav: &navigation,
            current: self.current,
            address: &visit.address,
            csrf,
            help: self.help.as_ref().unwrap_or(visit.site.help()),
            demonstration: demonstration.as_deref(),
        };
        let html = shell::document(&frame, main).into_string();
        Ok((self.status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response())
    }
}
