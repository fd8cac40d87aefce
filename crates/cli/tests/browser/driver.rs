//! A browser of its own: chromedriver on a free port, Chromium without a window, a fresh profile and a folder for
//! what is downloaded. Everything ends with the test.

use std::path::PathBuf;
use std::process::Command;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::town::Group;

/// Whether pages may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// As most people browse.
    On,
    /// As the pages must work too.
    Off,
}

/// Chromium and the process that drives it.
pub struct Browser {
    /// Where commands go.
    pub client: Client,
    folder: tempfile::TempDir,
    _driver: Group,
}

impl Browser {
    /// Opens a browser. `./test` installs both programs; a machine without them fails here by name.
    pub async fn open(scripts: Scripts) -> Browser {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("chromedriver.log");
        // Chromium keeps its sockets and crash files in the temporary folder, and leaves some behind.
        let (driver, mut lines) =
            Group::start(Command::new("chromedriver").arg("--port=0").env("TMPDIR", folder.path()), &log);
        let port = lines
            .find_map(|line| line.split("started successfully on port ").nth(1).map(str::to_owned))
            .expect("chromedriver says its port");
        let port = port.trim_end_matches('.');
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--window-size=1366,900".to_owned(),
            format!("--user-data-dir={}", folder.path().join("profile").display()),
        ];
        if is_root() {
            arguments.push("--no-sandbox".to_owned());
        }
        if scripts == Scripts::Off {
            arguments.push("--blink-settings=scriptEnabled=false".to_owned());
        }
        let downloads = folder.path().join("downloads");
        std::fs::create_dir(&downloads).expect("a folder for downloads");
        let preferences = json!({
            "download.default_directory": downloads,
            "download.prompt_for_download": false,
            "plugins.always_open_pdf_externally": true,
        });
        let options = json!({ "args": arguments, "prefs": preferences });
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let wanted: Capabilities = serde_json::from_value(wanted).expect("an object");
        let client =
            Client::with_capabilities_and_connector(&format!("http://127.0.0.1:{port}"), &wanted, HttpConnector::new())
                .await
                .expect("Chromium opens");
        Browser { client, folder, _driver: driver }
    }

    /// Where files are put.
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }
}

/// Walks a path. When it ends in a panic, the last page is kept as a picture and as text, and the panic goes on.
pub async fn walk<F>(name: &str, client: Client, path: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let Err(lost) = tokio::spawn(path).await else {
        client.close().await.expect("the browser closes");
        return;
    };
    let folder = std::env::temp_dir().join(format!("zhuxue-browser-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    if let Ok(picture) = client.screenshot().await {
        std::fs::write(folder.join("page.png"), picture).expect("a picture");
    }
    let url = client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
    if let Ok(body) = client.find(Locator::Css("body")).await {
        let text = body.text().await.unwrap_or_default();
        std::fs::write(folder.join("page.txt"), format!("{url}\n\n{text}")).expect("a text");
        eprintln!("{name} stopped at {url}:\n{text}");
    }
    eprintln!("the last page is kept in {}", folder.display());
    let _ = client.close().await;
    std::panic::resume_unwind(lost.into_panic());
}

/// Chromium's own sandbox does not work for root.
fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output().expect("`id` runs");
    answer.stdout.starts_with(b"0\n")
}
