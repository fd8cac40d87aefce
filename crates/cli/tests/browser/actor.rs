//! Somebody in front of the browser: opens pages, fills fields by their labels, presses what is written on it, reads
//! what the page says. What does not come about in time is a failure that says what was looked for and where.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, Locator};

use crate::driver::Browser;
use crate::paper;
use crate::town::Town;

/// Sends a form without answers.
pub const SPOIL: &str = include_str!("spoil.js");
/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often one looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What it cost to get somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Different pages that were open, without their queries.
    pub pages: BTreeSet<String>,
    /// Buttons, links, boxes and entries of lists that were pressed.
    pub clicks: usize,
    /// Keys that were pressed outside of fields.
    pub keys: usize,
    /// Fields that were typed into.
    pub typed: usize,
}

/// One reader after another in the same browser.
#[derive(Clone)]
pub struct Actor {
    client: Client,
    portals: String,
    sandbox: String,
    downloads: PathBuf,
    cost: Arc<Mutex<Cost>>,
}

impl Actor {
    /// Sits down.
    pub fn new(browser: &Browser, town: &Town) -> Actor {
        Actor {
            client: browser.client.clone(),
            portals: town.portals.clone(),
            sandbox: town.sandbox.clone(),
            downloads: browser.downloads(),
            cost: Arc::default(),
        }
    }

    /// What it cost since this was asked last.
    pub fn cost(&self) -> Cost {
        std::mem::take(&mut *self.count())
    }

    fn count(&self) -> std::sync::MutexGuard<'_, Cost> {
        self.cost.lock().expect("nobody panics while counting")
    }

    /// Notes the page that is open.
    async fn note_page(&self) {
        let at = self.at().await;
        let page = at.split('?').next().unwrap_or_default().to_owned();
        self.count().pages.insert(page);
    }

    /// Runs a script in the page, as somebody who measures it does.
    pub async fn measure(&self, script: &str) -> serde_json::Value {
        self.client.execute(script, Vec::new()).await.expect("the page can be measured")
    }

    /// A window whose page is that wide and high.
    pub async fn window(&self, width: u32, height: u32) {
        let script = "return [window.outerWidth - window.innerWidth, window.outerHeight - window.innerHeight]";
        let frame = self.measure(script).await;
        let side = |at: usize| frame[at].as_u64().and_then(|side| u32::try_from(side).ok()).unwrap_or_default();
        let sized = self.client.set_window_size(width + side(0), height + side(1)).await;
        sized.expect("the window can be sized");
    }

    /// Moves to the field with that label, types, and sends with the key of the line's end.
    pub async fn type_and_send(&self, label: &str, text: &str) {
        self.fill(label, text).await;
        self.count().keys += 1;
        let enter = String::from(char::from(fantoccini::key::Key::Enter));
        self.field(label).await.send_keys(&enter).await.expect("a line can be sent");
    }

    /// Opens a page of the portals.
    pub async fn open(&self, path: &str) {
        let url = format!("{}{path}", self.portals);
        self.client.goto(&url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Opens the page of the partners.
    pub async fn open_sandbox(&self) {
        self.client.goto(&self.sandbox).await.expect("the sandbox has a page");
    }

    /// The path of the page, with its query.
    pub async fn at(&self) -> String {
        let url = self.client.current_url().await.expect("a page is open");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    async fn find(&self, what: &str, xpath: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await {
            Ok(element) => element,
            Err(_) => panic!("no {what} on {}", self.at().await),
        }
    }

    /// True when the page has such an element now.
    async fn has(&self, xpath: &str) -> bool {
        !self.client.find_all(Locator::XPath(xpath)).await.expect("the page can be asked").is_empty()
    }

    /// Presses a button or follows a link by its words: a whole match before a part, a button before a link.
    pub async fn press(&self, words: &str) {
        let ways = pressable(words);
        self.find(&format!("button or link {words:?}"), &ways.join(" | ")).await;
        for way in &ways {
            if let Ok(element) = self.client.find(Locator::XPath(way)).await {
                return self.click(words, &element).await;
            }
        }
        panic!("{words:?} went away on {}", self.at().await);
    }

    /// Brings it to the middle of the window first, as a reader scrolls: the bar of a desk lies over the lower edge.
    async fn click(&self, what: &str, element: &Element) {
        let element_of = serde_json::to_value(element).expect("an element has a reference");
        self.note_page().await;
        self.count().clicks += 1;
        let middle = "arguments[0].scrollIntoView({ block: 'center' })";
        self.client.execute(middle, vec![element_of]).await.expect("the driver itself may scroll without scripts");
        element.click().await.unwrap_or_else(|error| panic!("{what:?} cannot be pressed: {error}"));
    }

    /// True when there is such a button or link.
    pub async fn can_press(&self, words: &str) -> bool {
        self.has(&pressable(words).join(" | ")).await
    }

    /// Presses the button inside the element with that text, such as a row of a table.
    pub async fn press_in_row(&self, row: &str, words: &str) {
        let xpath =
            format!("//tr[contains(normalize-space(.), \"{row}\")]//button[contains(normalize-space(.), \"{words}\")]");
        let button = self.find(&format!("button {words:?} beside {row:?}"), &xpath).await;
        self.click(words, &button).await;
    }

    async fn field(&self, label: &str) -> Element {
        // A label names its field by id, or holds it.
        let xpath = format!(
            "//*[self::input or self::textarea or self::select][@id = //label[starts-with(normalize-space(.), \"{label}\")]/@for] \
             | //label[starts-with(normalize-space(.), \"{label}\")]//*[self::input or self::select] \
             | //input[@aria-label = \"{label}\"]"
        );
        self.find(&format!("field {label:?}"), &xpath).await
    }

    /// Types into the field with that label, instead of what stands there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        self.note_page().await;
        self.count().typed += 1;
        field.clear().await.unwrap_or_else(|error| panic!("{label:?}: {error}"));
        field.send_keys(text).await.unwrap_or_else(|error| panic!("{label:?}: {error}"));
    }

    /// What stands in the field with that label.
    pub async fn typed(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.expect("a field").unwrap_or_default()
    }

    /// Chooses from the list with that label the entry that contains the words.
    pub async fn select(&self, label: &str, words: &str) {
        let list = self.field(label).await;
        self.note_page().await;
        self.count().clicks += 1;
        let entry = format!(".//option[contains(normalize-space(.), \"{words}\")]");
        let entry = list.find(Locator::XPath(&entry)).await;
        entry.unwrap_or_else(|_| panic!("no {words:?} in {label:?}")).click().await.expect("an entry");
    }

    /// Ticks or chooses by the words beside the box; `within` are words of the group's question, or empty.
    pub async fn choose(&self, within: &str, words: &str) {
        let group = if within.is_empty() {
            String::new()
        } else {
            format!("//fieldset[legend[contains(normalize-space(.), \"{within}\")]]")
        };
        let label = format!("{group}//label[contains(normalize-space(.), \"{words}\")]");
        let choice = self.find(&format!("choice {words:?} of {within:?}"), &label).await;
        let id = choice.attr("for").await.expect("a label").unwrap_or_default();
        let tick = self.find(&format!("box of {words:?}"), &format!("//input[@id=\"{id}\"]")).await;
        if !tick.is_selected().await.expect("a box") {
            self.click(words, &choice).await;
        }
    }

    /// Ticks every empty box of that name.
    pub async fn tick_all(&self, name: &str) -> usize {
        let boxes = self.client.find_all(Locator::XPath(&format!("//input[@type='checkbox'][@name='{name}']"))).await;
        let mut ticked = 0;
        for tick in boxes.expect("the page can be asked") {
            if !tick.is_selected().await.expect("a box") {
                self.click(name, &tick).await;
            }
            ticked += 1;
        }
        ticked
    }

    /// All words of the page.
    pub async fn page(&self) -> String {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(error) => panic!("no page: {error}"),
        }
    }

    /// Waits until the page says so.
    pub async fn sees(&self, words: &str) {
        let (begun, mut looks) = (Instant::now(), tokio::time::interval(LOOK_AGAIN));
        while begun.elapsed() < PATIENCE {
            looks.tick().await;
            if self.page().await.contains(words) {
                return self.note_page().await;
            }
        }
        panic!("{} does not say {words:?}", self.at().await);
    }

    /// Waits until the browser is there: what was pressed may still be on its way.
    async fn arrives_at(&self, path: &str) {
        let (begun, mut looks) = (Instant::now(), tokio::time::interval(LOOK_AGAIN));
        while self.at().await != path {
            assert!(begun.elapsed() < PATIENCE, "still on {}, not on {path}", self.at().await);
            looks.tick().await;
        }
    }

    /// Opens the page again and again until it says so: what comes from outside takes its time.
    pub async fn comes_to_see(&self, path: &str, words: &str) {
        let (begun, mut looks) = (Instant::now(), tokio::time::interval(LOOK_AGAIN));
        while begun.elapsed() < PATIENCE {
            looks.tick().await;
            self.open(path).await;
            if self.page().await.contains(words) {
                return;
            }
        }
        panic!("{path} never says {words:?}");
    }

    /// Fails when the page says so.
    pub async fn does_not_see(&self, words: &str) {
        assert!(!self.page().await.contains(words), "{} says {words:?}", self.at().await);
    }

    /// The mistakes listed on top of the page; the title says so too.
    pub async fn mistakes(&self) -> Vec<String> {
        self.find("list of mistakes", "//div[contains(@class, 'errors')]").await;
        let title = self.client.title().await.expect("a title");
        assert!(title.starts_with("错误："), "{title}");
        let mut mistakes = Vec::new();
        let listed = self.client.find_all(Locator::XPath("//div[contains(@class, 'errors')]//li")).await;
        for mistake in listed.expect("the page can be asked") {
            mistakes.push(mistake.text().await.expect("a mistake"));
        }
        mistakes
    }

    /// Sends the form of the page without any answer; how many answers it misses.
    pub async fn sent_empty(&self) -> usize {
        self.client.execute(SPOIL, vec![serde_json::json!(0)]).await.expect("the form can be sent");
        self.mistakes().await.len()
    }

    /// A rule said no: the page says why, names the article, and leads to it.
    pub async fn refused(&self, words: &str) {
        self.sees(words).await;
        assert!(self.has("//*[contains(@class, 'src')]//a[contains(@href, '/policy/')]").await, "{words}: no article");
    }

    /// The text of the first element that the path leads to.
    pub async fn read(&self, xpath: &str) -> String {
        // What was pressed may still be on its way: an element of the page before is asked for again.
        for _ in 0..20 {
            if let Ok(text) = self.find(xpath, xpath).await.text().await {
                return text;
            }
        }
        panic!("{xpath} has no text on {}", self.at().await)
    }

    /// All addresses of links that contain those letters.
    pub async fn links(&self, part: &str) -> Vec<String> {
        let mut links = Vec::new();
        let found = self.client.find_all(Locator::XPath(&format!("//a[contains(@href, \"{part}\")]"))).await;
        for link in found.expect("the page can be asked") {
            links.extend(link.attr("href").await.expect("a link"));
        }
        links
    }

    /// One click into the demonstration, as a member of staff of that office.
    pub async fn become_staff(&self, office: &str, role: &str) {
        self.open("/demo").await;
        let door = format!(
            "//h3[contains(normalize-space(.), \"{office}\")]/following-sibling::div[1]\
             //button[starts-with(normalize-space(.), \"{role}\")]"
        );
        let door = self.find(&format!("door of {role} at {office}"), &door).await;
        self.click(role, &door).await;
        let (begun, mut looks) = (Instant::now(), tokio::time::interval(LOOK_AGAIN));
        while self.at().await == "/demo" {
            assert!(begun.elapsed() < PATIENCE, "the door of {role} at {office} leads nowhere");
            looks.tick().await;
        }
    }

    /// A student comes back with the password.
    pub async fn log_in(&self, id_number: &str, password: &str) {
        self.open("/login").await;
        if self.at().await != "/login" {
            self.open("/demo").await;
            self.press("退出").await;
            self.arrives_at("/").await;
            self.open("/login").await;
        }
        self.fill("身份证号或手机号", id_number).await;
        self.fill("密码", password).await;
        self.press("登录").await;
        self.sees("退出").await;
    }

    /// Presses, and reads the words of the paper that is downloaded.
    pub async fn download(&self, words: &str) -> String {
        self.press(words).await;
        let (begun, mut looks) = (Instant::now(), tokio::time::interval(LOOK_AGAIN));
        while begun.elapsed() < PATIENCE {
            looks.tick().await;
            let files = std::fs::read_dir(&self.downloads).expect("a folder for downloads");
            for file in files.map(|file| file.expect("an entry").path()) {
                // A file still being written has another ending.
                if file.extension().is_none_or(|ending| ending != "crdownload")
                    && let Ok(bytes) = std::fs::read(&file)
                    && bytes.windows(5).rev().take(64).any(|end| end == b"%%EOF")
                {
                    std::fs::remove_file(&file).expect("our own download");
                    return paper::words(&bytes);
                }
            }
        }
        panic!("{words:?} downloads nothing on {}", self.at().await);
    }
}

/// Where something stands that can be pressed, the best match first.
fn pressable(words: &str) -> [String; 4] {
    let whole = format!("normalize-space(.) = \"{words}\"");
    let part = format!("contains(normalize-space(.), \"{words}\")");
    let links = |test: &str| format!("//a[{test}] | //summary[{test}]");
    [format!("//button[{whole}]"), links(&whole), format!("//button[{part}]"), links(&part)]
}
