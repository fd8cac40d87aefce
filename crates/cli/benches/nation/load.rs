//! People at their pages: requests leave at a fixed rate whatever the answers do, and each is measured from the instant
//! at which it should have left, so that a slow answer cannot hide the ones behind it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use office::accounts::entrance::Door;
use reqwest::header::{ACCEPT_ENCODING, COOKIE};
use serde_json::{Value, json};
use sim::demonstration::season::Goal;

use crate::figures::{Wrong, said, spread};
use crate::house::House;
use crate::seed::{Nation, mixed, student};

/// Students who look where their loan is.
const STUDENTS: usize = 1_000;

/// One page asked for.
struct Ask {
    page: &'static str,
    path: String,
    cookie: Arc<str>,
    /// What must stand on it, or be where it leads to.
    expected: String,
}

/// How one asking went.
struct Went {
    page: &'static str,
    took: Duration,
    wrong: Option<String>,
}

/// Serves the pages on this machine and asks for so many a second.
pub async fn drive(house: &House, nation: &Nation, rate: u64, seconds: u64) -> Result<Value, Wrong> {
    let site = Arc::new(web::Site::new(house.office.clone(), false));
    let app = web::app(site).into_make_service_with_connect_info::<SocketAddr>();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let people = People::enter(house, nation).await?;
    let many = usize::try_from(rate * seconds)?;
    let asks: Vec<Ask> = (0..many).map(|at| people.ask(nation, at)).collect();
    // A second of everything first: connections, statements and pages of the disk are there in life too.
    let warm: Vec<Ask> = (0..many.min(400)).map(|at| people.ask(nation, at + many)).collect();
    sent(&base, warm, rate).await?;
    let began = Instant::now();
    let went = sent(&base, asks, rate).await?;
    let whole = began.elapsed();
    serving.abort();

    let mut pages: BTreeMap<&str, (Vec<Duration>, usize)> = BTreeMap::new();
    for one in &went {
        let page = pages.entry(one.page).or_default();
        page.0.push(one.took);
        page.1 += usize::from(one.wrong.is_some());
    }
    let mut first_wrong: Vec<&str> = went.iter().filter_map(|one| one.wrong.as_deref()).collect();
    first_wrong.dedup();
    first_wrong.truncate(5);
    let pages: serde_json::Map<String, Value> = pages
        .into_iter()
        .map(|(page, (took, wrong))| {
            let mut figures = spread(took);
            figures["errors"] = Value::from(wrong);
            (page.to_owned(), figures)
        })
        .collect();
    let all = spread(went.iter().map(|one| one.took).collect());
    Ok(json!({
        "asked_per_second": rate,
        "answered_per_second": (went.len() as f64 / whole.as_secs_f64()).round(),
        "seconds": seconds,
        "open_loop": true,
        "made": nation.described(),
        "all": all,
        "pages": pages,
        "first_errors": first_wrong,
    }))
}

/// Those who ask, logged in.
struct People {
    clerks: Vec<Arc<str>>,
    students: Vec<(usize, Arc<str>)>,
}

impl People {
    async fn enter(house: &House, nation: &Nation) -> Result<People, Wrong> {
        let cookie = |token: &str| Arc::from(format!("zhuxue={token}"));
        let mut people = People { clerks: Vec::new(), students: Vec::new() };
        for county in &nation.counties {
            let opened = house.office.enter_as_staff(county.clerk).await.map_err(said("a clerk"))?;
            people.clerks.push(cookie(&opened.token));
        }
        let keyring = house.office.store.keyring();
        for turn in 0..STUDENTS {
            let n = mixed(turn ^ 0x99) % nation.families;
            let person = store::person::number_of(&keyring.id_index(student(n).1.as_str()));
            let opened = house.office.enter_as_person(person, Door::Student).await.map_err(said("a student"))?;
            people.students.push((n, cookie(&opened.token)));
        }
        Ok(people)
    }

    /// The asking of that turn: search, queue and tracker take turns.
    fn ask(&self, nation: &Nation, turn: usize) -> Ask {
        let dice = mixed(turn ^ 0xabcd);
        if turn % 3 == 2 {
            let (n, cookie) = &self.students[dice % self.students.len()];
            let number = nation.number(*n).to_string();
            let path = format!("/student/progress/{number}");
            return Ask { page: "tracker", path, cookie: cookie.clone(), expected: number };
        }
        let at = dice / 7 % nation.counties.len();
        let cookie = self.clerks[at].clone();
        if turn % 3 == 1 {
            let stages = ["submitted", "booked", "certificate_issued", "contract_signed"];
            // Every stage of a large county fills three pages; those of a small one may not.
            let pages = if nation.families / nation.counties.len() >= 10_000 { 3 } else { 1 };
            let path = match dice % 4 {
                0 => "/county".to_owned(),
                _ => format!("/county/cases?stage={}&page={}", stages[dice / 13 % 4], 1 + dice / 97 % pages),
            };
            return Ask { page: "queue", path, cookie, expected: "/county/case/".to_owned() };
        }
        // Somebody of this county whom the desk can see.
        let count = nation.families / nation.counties.len();
        let n = (0..)
            .map(|step| (mixed(dice + step) % count) * nation.counties.len() + at)
            .find(|n| nation.goal(*n) != Goal::Draft)
            .expect("more than one in ten applied");
        let (name, id_number, phone) = student(n);
        let id_number = id_number.as_str();
        let number = nation.number(n).to_string();
        let (page, typed) = match dice / 3 % 6 {
            0 => ("search: name", name),
            1 => ("search: surname and first character", name.chars().take(2).collect()),
            2 => ("search: last four of the ID number", id_number[14..].to_owned()),
            3 => ("search: last four of the phone", phone[7..].to_owned()),
            4 => ("search: ID card", id_number.to_owned()),
            _ => ("search: number", number),
        };
        Ask { page, path: format!("/county/cases?q={}", encoded(&typed)), cookie, expected: "/county/case/".to_owned() }
    }
}

/// A text inside a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Sends them, one every so often, and waits for all answers.
async fn sent(base: &str, asks: Vec<Ask>, rate: u64) -> Result<Vec<Went>, Wrong> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(256)
        .timeout(Duration::from_secs(30))
        .build()?;
    let begin = tokio::time::Instant::now() + Duration::from_millis(100);
    let mut under_way = tokio::task::JoinSet::new();
    for (turn, ask) in (0u32..).zip(asks) {
        let due = begin + Duration::from_secs(1) * turn / u32::try_from(rate)?;
        tokio::time::sleep_until(due).await;
        let (client, url) = (client.clone(), format!("{base}{}", ask.path));
        under_way.spawn(async move {
            let wrong = asked(&client, &url, &ask).await.err();
            Went { page: ask.page, took: due.elapsed(), wrong }
        });
    }
    let mut went = Vec::new();
    while let Some(one) = under_way.join_next().await {
        went.push(one?);
    }
    Ok(went)
}

async fn asked(client: &reqwest::Client, url: &str, ask: &Ask) -> Result<(), String> {
    let wrong = |error: reqwest::Error| error.to_string();
    let request = client.get(url).header(COOKIE, &*ask.cookie).header(ACCEPT_ENCODING, "identity");
    let answer = request.send().await.map_err(wrong)?;
    let status = answer.status();
    let leads_to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
    let text = answer.text().await.map_err(wrong)?;
    if (status.is_success() && text.contains(&ask.expected)) || leads_to.contains(&ask.expected) {
        return Ok(());
    }
    Err(format!("{} {}: {status} {leads_to}", ask.page, ask.path))
}
