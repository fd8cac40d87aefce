//! A small town for the tests: one county with its book, a second one, a school, a bank, the other offices, one
//! member of staff for each role, and a browser to visit them. The partners are named but never asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt;
use loan::calendar::date;
use office::clock::{Chance, Clock};
use office::{Office, Role};
use store::testing::TestDatabase;
use tower::ServiceExt;
use wire::keys::{OurKey, Secret};
use wire::partners::{Partners, PartnersConfig};
use wire::platform::alipay::PlatformConfig;
use wire::sealed::GatewayConfig;
use wire::unionpay::UnionPayConfig;

use crate::Site;
use crate::assets::ASSETS;
use crate::form::Form;
use crate::route::{Route, table};
use crate::serve::app_of;

/// The county of the tests.
pub const COUNTY: &str = "450302";
/// The school of the tests.
pub const SCHOOL: &str = "浙江大学";

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

fn partners(at: DateTime<Utc>) -> Partners {
    const KEY: &str = include_str!("../../../wire/tests/wire/keys/lender.b64");
    // The example key of GB/T 32918.5.
    let url = "http://127.0.0.1:9".to_owned();
    let public = OurKey::read(KEY.trim()).unwrap().public().to_base64().to_owned();
    let gateway = GatewayConfig { base_url: url.clone(), key_id: "test".into(), secret: Secret::new("00".repeat(32)) };
    let config = PartnersConfig {
        addresses: wire::line::AddressRules::demonstration(),
        platform: PlatformConfig {
            gateway: url.clone(),
            app_id: "test".into(),
            seller_id: "2088000000000000".into(),
            our_key: Secret::new(KEY.trim()),
            platform_key: public.clone(),
            notify_url: url.clone(),
        },
        unionpay: UnionPayConfig {
            base_url: url.clone(),
            mer_id: "777".into(),
            cert_id: "1".into(),
            our_key: Secret::new(KEY.trim()),
            platform_key: public,
            back_url: url,
        },
        sms: gateway.clone(),
        identity: gateway.clone(),
        bureau: gateway.clone(),
        authority: gateway,
        authority_root: String::new(),
        graduate: Vec::new(),
    };
    Partners::connect(&config, Arc::new(move || at)).unwrap()
}

/// A site over a database of its own.
pub struct Town {
    pub site: Arc<Site>,
    _database: Option<TestDatabase>,
}

impl Town {
    /// The town at an instant. It is a demonstration, so that ID numbers nobody has are accepted.
    pub async fn at(instant: &str, tls: bool) -> Town {
        let at: DateTime<Utc> = instant.parse().unwrap();
        let database = store::testing::sqlite().await;
        settle(&database, at).await;
        let office = Office {
            store: database.store.clone(),
            partners: partners(at),
            policy: loan::policy::Book::standard(),
            clock: Arc::new(Still(at)),
            chance: Arc::new(Counting::default()),
            press: Default::default(),
            public_url: "http://localhost".into(),
        };
        Town { site: Arc::new(Site::new(office, tls)), _database: Some(database) }
    }

    /// Number of the member of staff who holds that role.
    pub fn staff(role: Role) -> i64 {
        100 + role as i64
    }
}

async fn settle(database: &TestDatabase, at: DateTime<Utc>) {
    let offices = [
        (1, "county", "秀峰区学生资助管理中心", Some(COUNTY), None),
        (2, "school", SCHOOL, None, Some("4133010335")),
        (3, "bank", "示范省分行", None, None),
        (4, "platform", "支付平台", None, None),
        (5, "province", "示范省学生资助管理中心", Some("450000"), None),
        (6, "system", "系统运行", None, None),
        (7, "county", "叠彩区学生资助管理中心", Some("450303"), None),
    ];
    let done: Result<(), store::Failure> = database
        .store
        .write("settle", |tx| {
            Box::pin(async move {
                store::setting::put(tx, office::day::DEMONSTRATION, "yes", at, "test").await?;
                for (office_id, kind, name, division, school) in offices {
                    let place = store::office_place::Office {
                        office_id,
                        kind: kind.to_owned(),
                        name: name.to_owned(),
                        division_code: division.map(str::to_owned),
                        school_code: school.map(str::to_owned),
                        address: "中山中路 1 号".to_owned(),
                        phone: "0773-555 0101".to_owned(),
                        hours: "周一至周五 8:30–17:30".to_owned(),
                        opened_on: date(2007, 8, 13),
                        closed_on: None,
                    };
                    store::office_place::enter(tx, &place).await?;
                }
                for (book, county, office_id) in [(1, COUNTY, 1), (2, "450303", 7)] {
                    let row = store::office_place::Book {
                        book,
                        scheme: "origin".to_owned(),
                        name: format!("{county} 贷款账簿"),
                        division_code: Some(county.to_owned()),
                        opened_on: date(2007, 8, 13),
                    };
                    store::office_place::book_open(tx, &row).await?;
                    for (part, office_id) in [("county", office_id), ("bank", 3), ("platform", 4), ("province", 5)] {
                        let part = part.to_owned();
                        let service = store::office_place::BookService {
                            book,
                            part,
                            from_on: date(2007, 8, 13),
                            office_id,
                            to_on: None,
                        };
                        store::office_place::book_serve(tx, &service).await?;
                    }
                }
                for role in Role::ALL {
                    let Some(kind) = role.office_kind() else { continue };
                    let office_id = offices.iter().find(|(_, of, ..)| *of == kind.code()).unwrap().0;
                    person_of_staff(tx, Town::staff(role), office_id, role, at).await?;
                }
                person_of_staff(tx, 200, 7, Role::CountyClerk, at).await
            })
        })
        .await;
    done.unwrap();
}

pub async fn person_of_staff(
    tx: &mut store::Tx<'_>,
    staff: i64,
    office_id: i64,
    role: Role,
    at: DateTime<Utc>,
) -> Result<(), store::Failure> {
    let row = store::staff::Staff {
        staff,
        login: format!("staff{staff}"),
        office_id,
        name: "王晓琳".to_owned(),
        person_index: None,
        password_hash: String::new(),
        must_change: false,
        failed_count: 0,
        failed_at: None,
        disabled_on: None,
        created_at: at,
    };
    store::staff::enter(tx, &row).await?;
    let role = store::staff::StaffRole {
        staff,
        role: role.code().to_owned(),
        granted_at: at,
        granted_by: "test".to_owned(),
        revoked_at: None,
    };
    store::staff::role_grant(tx, &role).await.map(drop)
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

    /// The pair of the first cookie that was set.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

/// Somebody's browser.
pub struct Browser {
    app: Router,
    pub town: Town,
    pub cookies: Vec<String>,
}

impl Browser {
    /// A visitor on the morning of 22 November 2026.
    pub async fn fresh() -> Browser {
        Browser::with(false, table()).await
    }

    /// The same over another table.
    pub async fn with(tls: bool, routes: Vec<Route>) -> Browser {
        Browser::in_town(Town::at("2026-11-22T01:00:00Z", tls).await, routes)
    }

    /// A visitor on a day of the application season.
    pub async fn in_season() -> Browser {
        Browser::in_town(Town::at("2026-08-05T01:00:00Z", false).await, table())
    }

    /// A visitor on a day of the season of 2016, when the rules of Xiufeng asked for a quiz on the spot.
    pub async fn in_season_of_xiufeng() -> Browser {
        Browser::in_town(Town::at("2016-08-05T01:00:00Z", false).await, table())
    }

    /// A visitor of somebody else's office, whose database lives as long as its owner.
    pub fn over(office: Office) -> Browser {
        Browser::in_town(Town { site: Arc::new(Site::new(office, false)), _database: None }, table())
    }

    /// The same, with a world outside whose date moves with the office's.
    pub fn over_town(office: Office, town: Box<dyn office::calendar::Town>) -> Browser {
        let site = Site::new(office, false).with_town(town);
        Browser::in_town(Town { site: Arc::new(site), _database: None }, table())
    }

    /// Becomes the student of that person number.
    pub async fn become_student(&mut self, person: i64) {
        let door = office::accounts::entrance::Door::Student;
        let opened = self.town.site.enter_as_person(person, door).await.unwrap();
        self.cookies = vec![format!("zhuxue={}", opened.token)];
    }

    /// Becomes the co-borrower of that person number.
    pub async fn become_co_borrower(&mut self, person: i64) {
        let door = office::accounts::entrance::Door::CoBorrower;
        let opened = self.town.site.enter_as_person(person, door).await.unwrap();
        self.cookies = vec![format!("zhuxue={}", opened.token)];
    }

    /// Sends bytes as a partner's program does: no cookie, no page before.
    pub async fn notify(&self, path: &str, kind: &str, body: impl Into<Body>) -> Seen {
        let request = Request::builder().method("POST").uri(path).header(header::HOST, "localhost");
        self.send(request.header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()).await
    }

    /// Another browser at the same site.
    pub fn another(&self) -> Browser {
        let town = Town { site: self.town.site.clone(), _database: None };
        Browser { app: self.app.clone(), town, cookies: Vec::new() }
    }

    /// Sends a form with the tokens its page would have had.
    pub async fn send_form(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        let cookie = self.cookies.first().and_then(|cookie| cookie.split_once('=')).map_or("", |(_, token)| token);
        let (csrf, once) = (crate::session::form_token(cookie), self.town.site.token());
        let tokens = [("csrf", csrf.as_str()), ("once", once.as_str())];
        let form: Vec<(&str, &str)> = tokens.into_iter().chain(form.iter().copied()).collect();
        self.post(path, &form).await
    }

    fn in_town(town: Town, routes: Vec<Route>) -> Browser {
        Browser { app: app_of(town.site.clone(), routes), town, cookies: Vec::new() }
    }

    /// Becomes the member of staff who holds the role.
    pub async fn become_staff(&mut self, staff: i64) {
        let opened = self.town.site.enter_as_staff(staff).await.unwrap();
        self.cookies = vec![format!("zhuxue={}", opened.token)];
    }

    pub async fn get(&self, path: &str) -> Seen {
        let seen = self.send(self.request("GET", path).body(Body::empty()).unwrap()).await;
        keep_picture(path, &seen);
        seen
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Seen {
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.header(header::ORIGIN, "http://localhost").body(Body::from(encode(form))).unwrap()).await
    }

    /// Opens a page, fills its form in and sends it, as a person does.
    pub async fn fill(&mut self, path: &str, form: &[(&str, &str)]) -> Seen {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        if self.cookies.is_empty() {
            self.cookies.push(page.cookie());
        }
        let (csrf, once) = (page.hidden("csrf"), page.hidden("once"));
        let form: Vec<(&str, &str)> =
            [("csrf", csrf.as_str()), ("once", once.as_str())].into_iter().chain(form.iter().copied()).collect();
        let seen = self.post(path, &form).await;
        for cookie in seen.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            let name = pair.split('=').next().unwrap().to_owned();
            self.cookies.retain(|kept| kept.split('=').next() != Some(name.as_str()));
            if !pair.ends_with('=') {
                self.cookies.push(pair);
            }
        }
        seen
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

    async fn fetched(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
    }
}

/// Leaves a page and its style in the folder of `ZHUXUE_PAGES`, to be looked at as a picture.
fn keep_picture(path: &str, seen: &Seen) {
    let Ok(folder) = std::env::var("ZHUXUE_PAGES") else { return };
    if !seen.header("content-type").starts_with("text/html") {
        return;
    }
    let folder = std::path::Path::new(&folder);
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for (asset, bytes) in [
        (&ASSETS.style, &include_bytes!("../../assets/zhuxue.css")[..]),
        (&ASSETS.staff, &include_bytes!("../../assets/staff.css")[..]),
        (&ASSETS.paper, &include_bytes!("../../assets/paper.css")[..]),
    ] {
        std::fs::write(folder.join(asset.url.trim_start_matches('/')), bytes).unwrap();
    }
    let name: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(80).collect();
    std::fs::write(folder.join(format!("{name}.html")), seen.text.replace("=\"/assets/", "=\"assets/")).unwrap();
}

pub fn encode(form: &[(&str, &str)]) -> String {
    Form::of(form.iter().copied()).query()
}

/// What is left of a page for a reader: no tags, no addresses.
pub fn words(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

/// One document in Chinese, one head, no inline code, no id twice.
pub fn assert_sound(path: &str, html: &str) {
    assert_eq!(html.matches("<h1").count(), 1, "{path} has one head");
    assert!(html.contains("id=\"main\"") && html.contains("跳到正文"), "{path}");
    // The address of the online service is the one foreign word a page may hold (R1.3).
    let addresses = ["https://sls.cdb.com.cn", "http://www.csls.cdb.com.cn", "www.csls.cdb.com.cn"];
    let html = &addresses.iter().fold(html.to_owned(), |html, address| html.replace(address, ""));
    for banned in [" style=", " onclick", " onload", "javascript:", "http://", "https://"] {
        assert!(!html.contains(banned), "{path} holds {banned}");
    }
    assert_eq!(html.matches("<script").count(), html.matches("<script defer src=\"/assets/").count(), "{path}");
    let english: Vec<String> = words(html)
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| word.len() > 1 && !["LPR", "GB", "nbsp", "quot", "amp", "lt", "gt"].contains(word))
        .map(str::to_owned)
        .collect();
    assert!(english.is_empty(), "{path}: {english:?}");
    let ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    for (place, id) in ids.iter().enumerate() {
        assert!(!ids[place + 1..].contains(id), "{path} has two elements {id}");
    }
}
