//! A real installation from nothing to the first county clerk at the desk, by the program itself: the tables are
//! checked, written, and written again without effect; an administrator redeems the code; a clerk changes the first
//! password; nobody gets in otherwise.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use office::Role;
use office::installation::sheets::{INSTITUTIONS, PEOPLE, role_word};
use paper::sheet::{Export, Sheet, Value};
use store::testing::BlankPostgres;

use super::life::Said;

/// A folder in which the program is installed.
struct Site {
    folder: tempfile::TempDir,
    postgres: Option<BlankPostgres>,
}

impl Site {
    fn owner_url(&self) -> String {
        match &self.postgres {
            Some(database) => database.owner_url.clone(),
            None => format!("sqlite:{}", self.path("loans.db").display()),
        }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhuxue"));
        command.args(arguments).current_dir(self.folder.path());
        for name in ["DATABASE_URL", "ZHUXUE_DATABASE", "ZHUXUE_KEY", "ZHUXUE_KEY_FILE", "ZHUXUE_PARTNERS"] {
            command.env_remove(name);
        }
        // A PostgreSQL installation finds its settings in this folder; an embedded one is named.
        if self.postgres.is_none() {
            command.env("DATABASE_URL", self.owner_url());
        }
        command
    }

    fn zhuxue(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said { code: output.status.code().expect("no signal"), out: text(output.stdout), err: text(output.stderr) }
    }

    fn setup(&self, more: &[&str]) -> Said {
        let owner = self.owner_url();
        let mut arguments = vec!["setup", "--database", owner.as_str()];
        if let Some(database) = &self.postgres {
            arguments.extend(["--serve-as", database.serving_url.as_str()]);
        }
        arguments.extend(more);
        self.zhuxue(&arguments)
    }

    fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder is there");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn workbook(path: &Path, sheet: &Sheet, rows: &[Vec<&str>]) {
    let export = Export {
        title: sheet.title,
        columns: sheet.columns,
        filters: &[],
        exported_by: "测试",
        exported_at: chrono::NaiveDateTime::default(),
    };
    let rows = rows.iter().map(|row| row.iter().map(|text| Value::from(*text)).collect::<Vec<_>>());
    std::fs::write(path, export.xlsx(rows).expect("a workbook")).expect("the folder takes a file");
}

fn institutions(county: &'static str) -> Vec<Vec<&'static str>> {
    vec![
        vec!["系统运行单位", "运行中心", "", "", "", "", "", "", ""],
        vec!["省级中心", "广西中心", "450000", "", "", "", "", "", ""],
        vec!["经办银行", "桂林分行", "", "", "", "", "", "", ""],
        vec!["支付平台", "支付平台", "", "", "", "", "", "", ""],
        vec!["县级资助中心", "秀峰中心", county, "", "中山中路1号", "0773-1", "工作日", "桂林分行", "支付平台"],
        vec!["高校", "广西师范大学", "", "4145010602", "", "", "", "", ""],
    ]
}

fn people() -> Vec<Vec<&'static str>> {
    let word = |role| role_word(role).expect("a role of staff");
    vec![
        vec!["xitong", "何桂芳", "运行中心", word(Role::SystemAdmin), "", ""],
        vec!["anquan", "陆文山", "运行中心", word(Role::SecurityAdmin), "", ""],
        vec!["shenji", "秦漓江", "运行中心", word(Role::AuditAdmin), "", ""],
        vec!["xf-jingban", "韦晓春", "秀峰中心", word(Role::CountyClerk), word(Role::CountyReviewer), ""],
    ]
}

/// A browser without scripts.
struct Browser {
    client: reqwest::Client,
    url: String,
    cookies: BTreeMap<String, String>,
}

struct Page {
    status: u16,
    location: String,
    text: String,
}

impl Browser {
    fn new(url: &str) -> Browser {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Browser { client, url: url.to_owned(), cookies: BTreeMap::new() }
    }

    async fn ask(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header("cookie", cookies.join("; ")).send().await.expect("the portals answer");
        for set in answer.headers().get_all("set-cookie") {
            let text = set.to_str().expect("plain ASCII");
            let (name, rest) = text.split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (status, location) = (answer.status().as_u16(), location.to_owned());
        Page { status, location, text: answer.text().await.expect("a text") }
    }

    async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.url));
        self.ask(request).await
    }

    /// Opens the page and sends its form.
    async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(path).await;
        let hidden = |name: &str| {
            let mark = format!("name=\"{name}\" value=\"");
            let from = page.text.find(&mark).map(|at| at + mark.len()).unwrap_or_else(|| panic!("{path}: no {name}"));
            page.text[from..].split('"').next().unwrap_or_default().to_owned()
        };
        let (csrf, once) = (hidden("csrf"), hidden("once"));
        let mut form = vec![("csrf", csrf.as_str()), ("once", once.as_str())];
        form.extend(fields);
        let request = self.client.post(format!("{}{path}", self.url)).form(&form);
        self.ask(request).await
    }
}

/// The portals while the test looks at them.
struct Serving {
    process: Child,
    url: String,
}

impl Serving {
    fn start(site: &Site) -> Serving {
        let mut process = site
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().expect("a pipe"));
        out.read_line(&mut line).expect("the program speaks");
        let url = line.trim().strip_prefix("zhuxue on ").unwrap_or_else(|| panic!("{line}")).trim_end_matches('/');
        let url = url.to_owned();
        line.clear();
        out.read_line(&mut line).expect("the program speaks");
        assert!(line.starts_with("not connected yet: platform"), "{line}");
        Serving { process, url }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Already gone is as good as gone.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn walk(site: &Site) {
    let said = site.zhuxue(&["setup", "--templates", "tables"]);
    assert_eq!((said.code, said.out.lines().count()), (0, 2), "{}", said.err);
    let said = site.zhuxue(&["setup", "--templates", "tables"]);
    assert_eq!(said.code, 2, "templates that may be filled in already are never overwritten");

    let (first, second) = (site.path("tables/institutions.xlsx"), site.path("tables/staff.xlsx"));
    workbook(&first, &INSTITUTIONS, &institutions("450399"));
    workbook(&second, &PEOPLE, &people());
    for arguments in [&["--from", "tables", "--check"][..], &["--from", "tables"][..]] {
        let said = site.setup(arguments);
        assert_eq!(said.code, 2, "{}", said.out);
        assert!(said.out.contains("institutions: 第 9 行“区划代码”：没有 450399 这个行政区划"), "{}", said.out);
        assert!(said.err.lines().count() == 1 && said.err.contains("1 rows are wrong"), "{}", said.err);
    }
    assert_eq!(site.files(), ["tables"], "nothing is half made");

    workbook(&first, &INSTITUTIONS, &institutions("450302"));
    let looked = site.setup(&["--from", "tables", "--check"]);
    assert_eq!((looked.code, looked.err.as_str()), (0, ""));
    assert_eq!(
        looked.out,
        "would add 6 institutions (0 are there), 1 loan books, 4 accounts (0 are there)\nnothing was written\n"
    );
    assert_eq!(site.files(), ["tables"]);

    let said = site.setup(&["--from", "tables"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.out);
    assert!(said.out.contains("added       6 institutions, 1 loan books, 4 accounts"), "{}", said.out);
    let codes: BTreeMap<String, String> = said
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("code "))
        .map(|line| {
            let mut words = line.split_whitespace();
            let code = words.next().expect("a code").to_owned();
            (words.next().expect("a login").to_owned(), code)
        })
        .collect();
    assert_eq!(codes.keys().map(String::as_str).collect::<Vec<_>>(), ["anquan", "shenji", "xitong"]);
    let kept = std::fs::read_to_string(site.path("first-passwords.csv")).expect("the passwords are there");
    assert_eq!(kept.lines().count(), 2, "a head and the clerk; administrators are not in it");
    let password = kept.lines().nth(1).and_then(|line| line.rsplit(',').next()).expect("a password").to_owned();
    let names = site.files();
    for name in names.iter().filter(|name| name.contains("key") || name.ends_with(".toml") || name.ends_with(".csv")) {
        let mode = std::fs::metadata(site.path(name)).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is for its owner only");
    }

    let again = site.setup(&["--from", "tables"]);
    assert_eq!((again.code, again.err.as_str()), (0, ""), "{}", again.out);
    assert!(again.out.contains("nothing new") && !again.out.contains("code "), "{}", again.out);
    let looked = site.setup(&["--from", "tables", "--check"]);
    assert!(
        looked.out.starts_with("would add 0 institutions (6 are there), 0 loan books, 0 accounts (4 are there)"),
        "{}",
        looked.out
    );

    let owner = site.owner_url();
    let demonstration = site.zhuxue(&["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert_ne!(demonstration.code, 0, "a real database never becomes a demonstration");
    if site.postgres.is_some() {
        let as_owner = site.zhuxue(&["serve", "--database", &owner, "--listen", "127.0.0.1:0"]);
        assert_eq!(as_owner.code, 3);
        assert!(as_owner.err.contains("serve as zhuxue_app"), "{}", as_owner.err);
    }

    let serving = Serving::start(site);
    let mut browser = Browser::new(&serving.url);
    assert_eq!(browser.get("/demo").await.status, 404);
    let weak = browser.send("/setup", &[("code", &codes["xitong"]), ("password", "xitong2026")]).await;
    assert_eq!(weak.status, 422);
    assert!(!weak.text.contains("xitong2026"), "a password is never shown again");
    let wrong = browser.send("/setup", &[("code", "ABCD-ABCD"), ("password", "gui-hua-man-cheng-7")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("这个一次性口令用不了"), "{}", wrong.status);
    let ready = browser.send("/setup", &[("code", &codes["xitong"]), ("password", "gui-hua-man-cheng-7")]).await;
    assert_eq!((ready.status, ready.location.as_str()), (303, "/staff?ready=xitong"));
    assert!(browser.get(&ready.location).await.text.contains("密码设好了"));
    let used = browser.send("/setup", &[("code", &codes["xitong"]), ("password", "gui-hua-man-cheng-8")]).await;
    assert_eq!(used.status, 422, "a code works once");
    let inside = browser.send("/staff", &[("login", "xitong"), ("password", "gui-hua-man-cheng-7")]).await;
    assert_eq!((inside.status, inside.location.as_str()), (303, "/admin"));
    assert_eq!(browser.get("/admin").await.location, "/account/factor", "then the second factor");
    sets_up_a_device(&mut browser).await;
    assert_eq!(browser.get("/admin").await.status, 200);

    let mut clerk = Browser::new(&serving.url);
    let unknown = clerk.send("/staff", &[("login", "xf-jingban"), ("password", "admin")]).await;
    assert_eq!(unknown.status, 422);
    let inside = clerk.send("/staff", &[("login", "xf-jingban"), ("password", &password)]).await;
    assert_eq!((inside.status, inside.location.as_str()), (303, "/county"));
    let turned = clerk.get("/county").await;
    assert_eq!((turned.status, turned.location.as_str()), (303, "/password"), "first the password");
    let own = [("old_password", password.as_str()), ("new_password", "li-jiang-de-shui-3")];
    let changed = clerk.send("/password", &own).await;
    assert_eq!((changed.status, changed.location.as_str()), (303, "/staff?changed=yes"));
    assert_eq!(clerk.get("/county").await.status, 303, "and in again with the new one");
    let inside = clerk.send("/staff", &[("login", "xf-jingban"), ("password", "li-jiang-de-shui-3")]).await;
    assert_eq!(inside.location, "/county");
    assert_eq!(clerk.get("/county").await.location, "/account/factor");
    sets_up_a_device(&mut clerk).await;
    assert_eq!(clerk.get("/county").await.status, 200);
    drop(serving);

    let worked = site.zhuxue(&["work", "--once"]);
    assert_eq!(
        (worked.code, worked.err.lines().filter(|line| line.contains("ERROR")).count()),
        (0, 0),
        "{}",
        worked.err
    );
    let verified = site.zhuxue(&["verify"]);
    assert_eq!((verified.code, verified.err.as_str()), (0, ""), "{}", verified.out);
    let fresh = site.zhuxue(&["setup", "--new-code", "anquan"]);
    assert!(fresh.code == 0 && fresh.out.starts_with("code "), "{}", fresh.err);
    assert_eq!(site.zhuxue(&["setup", "--new-code", "xf-jingban"]).code, 1);

    // Without its master key the database stays shut, and no new key is made over it.
    let key = site.files().into_iter().find(|name| name.ends_with("key")).expect("a key");
    std::fs::rename(site.path(&key), site.path("safe")).expect("moved");
    let lost = site.setup(&["--from", "tables"]);
    assert_eq!(lost.code, 1, "{}", lost.out);
    assert!(lost.err.contains("the master key of this database is missing"), "{}", lost.err);
    assert!(!site.path(&key).exists());
    proof::proves!["R1.9"; page "/setup"];
}

/// Sets up the device a member of staff logs in with, as its owner would: the secret is read from the page.
async fn sets_up_a_device(browser: &mut Browser) {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let begun = browser.send("/account/factor", &[("do", "begin")]).await;
    assert_eq!((begun.status, begun.location.as_str()), (303, "/account/factor"), "{}", begun.text);
    let page = browser.get("/account/factor").await;
    let secret = page.text.split("手工输入密钥：<b class=\"nw\">").nth(1).and_then(|rest| rest.split('<').next());
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in secret.expect("the secret").chars().filter(|c| *c != ' ') {
        held = held << 5 | LETTERS.find(letter).expect("base 32") as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
        }
    }
    use office::accounts::totp;
    let code = format!("{:06}", totp::code(&bytes, totp::step_of(chrono::Utc::now())));
    let set = browser.send("/account/factor", &[("do", "confirm"), ("code", &code)]).await;
    assert!(set.text.contains("恢复码，只显示这一次"), "{}", set.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn h122_a_county_installs_the_system_on_the_embedded_database() {
    walk(&Site { folder: tempfile::tempdir().expect("a folder"), postgres: None }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h122_a_province_installs_the_system_on_postgresql() {
    let postgres = Some(store::testing::blank_postgres().await);
    walk(&Site { folder: tempfile::tempdir().expect("a folder"), postgres }).await;
}

#[test]
fn the_words_of_the_table_are_those_of_the_pages() {
    for role in Role::ALL.into_iter().filter(|role| role.office_kind().is_some()) {
        assert_eq!(role_word(role), Some(web::staff::words::role(role)));
    }
}
