//! `zhuxue serve`: the portals and the API; with `--demo` a whole demonstration.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use office::Office;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use wire::partners::PartnersConfig;
use wire::sandbox::client::{LenderKeys, SandboxClient};

use super::Context;
use crate::settings::Settings;
use crate::stop::Stop;
use crate::{house, world};

/// The portals and the API.
#[derive(Args)]
#[command(after_help = "Examples:\n  zhuxue serve --demo\n  zhuxue serve --demo --from 2016-06-01\n  \
    zhuxue serve --database postgres://zhuxue@localhost/zhuxue --listen 0.0.0.0:8080 --address https://loans.example")]
pub struct Serve {
    /// Creates and fills a demonstration the first time, and starts its own worker and sandbox.
    #[arg(long)]
    demo: bool,
    /// With --demo: the demonstration is a town on that day, with offices and staff but without families yet.
    #[arg(long, value_name = "DATE", requires = "demo")]
    from: Option<loan::calendar::Date>,
    /// Where the portals listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where the metrics listen; nowhere when left out.
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<String>,
    /// The public address of the portals, for links and QR codes.
    #[arg(long, value_name = "URL")]
    address: Option<String>,
}

impl Serve {
    pub fn run(self, context: &Context) -> Result<(), Stop> {
        let own = vec![("listen", self.listen), ("metrics", self.metrics), ("address", self.address)];
        let mut settings = context.settings(own)?;
        super::log_to_stderr(&settings)?;
        super::block_on(async move {
            super::serve_metrics(&settings)?;
            let listener = tokio::net::TcpListener::bind(&settings.listen)
                .await
                .map_err(|error| Stop::failed(format!("cannot listen on {}", settings.listen), error))?;
            settings.listen = listener.local_addr().map_err(|error| Stop::failed("the listener", error))?.to_string();
            if self.demo {
                demonstration(&settings, listener, self.from).await
            } else {
                real(&settings, listener).await
            }
        })
    }
}

async fn real(settings: &Settings, listener: tokio::net::TcpListener) -> Result<(), Stop> {
    let office = house::open(settings).await?;
    if super::is_demonstration(&office).await? {
        return Err(Stop::Wrong(format!("{} is a demonstration: start it with --demo", settings.database)));
    }
    println!("zhuxue on http://{}/", settings.listen);
    let missing = house::partners(settings)?.missing();
    if !missing.is_empty() {
        println!("not connected yet: {} (see {})", missing.join(", "), house::partners_path(settings)?.display());
    }
    portals(office, settings, listener, None).await
}

/// Serves until the program is asked to end.
async fn portals(
    office: Office,
    settings: &Settings,
    listener: tokio::net::TcpListener,
    sandbox: Option<SandboxClient>,
) -> Result<(), Stop> {
    let site = web::Site::new(office, settings.address.starts_with("https://"));
    let site = match sandbox {
        Some(sandbox) => site.with_town(Box::new(sandbox)),
        None => site,
    };
    let app = web::app(Arc::new(site)).into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, app)
        .with_graceful_shutdown(super::interrupted())
        .await
        .map_err(|error| Stop::failed("the portals", error))
}

/// The demonstration's own sandbox, a process that ends with us.
struct OwnSandbox {
    _process: Child,
    client: SandboxClient,
    partners: PartnersConfig,
}

async fn demonstration(
    settings: &Settings,
    listener: tokio::net::TcpListener,
    from: Option<loan::calendar::Date>,
) -> Result<(), Stop> {
    let Some(path) = settings.database.strip_prefix("sqlite:").map(PathBuf::from) else {
        return Err(Stop::Wrong("a demonstration lives in an embedded database: --database sqlite:PATH".to_owned()));
    };
    let sandbox = own_sandbox(settings, &path).await?;
    let unfinished = path.with_extension("unfinished");
    if unfinished.exists() {
        // The program was stopped while it filled the demonstration: begin anew rather than show a half.
        super::remove_database(&path)?;
    }
    let new = !path.exists();
    if new {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| Stop::failed(folder.display(), error))?;
        }
        std::fs::write(&unfinished, "").map_err(|error| Stop::failed(unfinished.display(), error))?;
        house::make_key(&house::key_path(settings)?)?;
        store::migrate::run(&settings.database, store::migrate::Options::default(), world::now())
            .await
            .map_err(|failure| super::failed("the schema", failure))?;
    }
    let office = house::open_with(settings, &sandbox.partners).await?;
    if new {
        let plan = match from {
            Some(day) => sim::demonstration::Plan::town(day),
            None => sim::demonstration::Plan::full(),
        };
        println!("filling a demonstration of {} synthetic students …", plan.newcomers());
        let began = std::time::Instant::now();
        let report = sim::demonstration::fill(&office, &sandbox.client, &plan, &|| began.elapsed())
            .await
            .map_err(|stopped| Stop::failed("the demonstration was not filled", stopped))?;
        std::fs::remove_file(&unfinished).map_err(|error| Stop::failed(unfinished.display(), error))?;
        println!(
            "{} students, business day {}, in {:.1} s",
            report.students.len(),
            report.ends_on,
            began.elapsed().as_secs_f64()
        );
    } else if !super::is_demonstration(&office).await? {
        return Err(Stop::Wrong(format!("{} is a real database: --demo is not for it", settings.database)));
    }
    println!();
    println!("  portals   http://{}/", settings.listen);
    println!("  enter as  http://{}/demo   (one click for each role)", settings.listen);
    println!("  sandbox   {}   (the payment platform and the other partners)", sandbox.partners.sms.base_url);
    println!();
    tokio::spawn(super::work::forever(office.clone(), Duration::from_secs(2)));
    portals(office, settings, listener, Some(sandbox.client)).await
}

/// Starts the sandbox beside the database and exchanges keys with it.
async fn own_sandbox(settings: &Settings, database: &Path) -> Result<OwnSandbox, Stop> {
    let program = std::env::current_exe().map_err(|error| Stop::failed("the program's own path", error))?;
    let state = database.with_extension("sandbox");
    let mut process = Command::new(program)
        .args(["sandbox", "--listen", "127.0.0.1:0", "--open-registration", "--state"])
        .arg(&state)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Stop::failed("the sandbox does not start", error))?;
    let stdout = process.stdout.take().expect("its standard output is a pipe");
    let line = BufReader::new(stdout).lines().next_line().await.ok().flatten();
    let Some(url) = line.as_deref().and_then(|line| line.strip_prefix("sandbox on ")) else {
        return Err(Stop::Failed(
            "the sandbox did not come up; is another demonstration running on the same folder?".to_owned(),
        ));
    };
    let url = url.trim_end_matches('/');
    let fault = |fault: wire::fault::PartnerFault| Stop::failed("the sandbox", fault);
    let client = SandboxClient::new(url).map_err(fault)?;
    let keys = lender_keys(&database.with_extension("lender.json"))?;
    let ours = format!("http://{}", settings.listen);
    let partners = client
        .introduce(&keys, &format!("{ours}/platform/notify"), &format!("{ours}/platform/quickpass"))
        .await
        .map_err(fault)?;
    Ok(OwnSandbox { _process: process, client, partners })
}

/// Our keys at the sandbox: the same lender after every start.
fn lender_keys(path: &Path) -> Result<LenderKeys, Stop> {
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| Stop::Wrong(format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let keys = LenderKeys::generate(&world::wire_chance()).map_err(|error| Stop::failed("the keys", error))?;
            let text = serde_json::to_string(&keys).expect("keys are plain texts");
            house::write_private(path, &text)?;
            Ok(keys)
        }
        Err(error) => Err(Stop::failed(path.display(), error)),
    }
}
