//! Opening the house: from settings to an [`Office`] that is ready for acts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use loan::policy::Book;
use office::Office;
use store::{Keyring, Store};
use wire::partners::{Partners, PartnersConfig};

use crate::settings::Settings;
use crate::stop::Stop;
use crate::{commands, world};

/// The machine's clock as the office takes it.
struct RealClock;

impl office::Clock for RealClock {
    fn now(&self) -> DateTime<Utc> {
        world::now()
    }
}

/// The machine's random source as the office takes it.
struct RealChance;

impl office::Chance for RealChance {
    fn fill(&self, bytes: &mut [u8]) {
        world::fill(bytes);
    }
}

/// The clock and the random source of this machine.
pub fn surroundings() -> (Arc<dyn office::Clock>, Arc<dyn office::Chance>) {
    (Arc::new(RealClock), Arc::new(RealChance))
}

/// Opens an existing installation.
///
/// # Errors
/// [`Stop::Wrong`] for a setting, [`Stop::Failed`] for a database that does not open.
pub async fn open(settings: &Settings) -> Result<Office, Stop> {
    let partners = partners(settings)?;
    open_with(settings, &partners).await
}

/// Opens an existing installation whose partners are known by other means.
pub async fn open_with(settings: &Settings, partners: &PartnersConfig) -> Result<Office, Stop> {
    let store = open_store(settings).await?;
    let partners = Partners::connect(partners, world::wire_clock())
        .map_err(|fault| Stop::Wrong(format!("settings of the partners: {fault}")))?;
    let (clock, chance) = surroundings();
    let public_url =
        if settings.address.is_empty() { format!("http://{}", settings.listen) } else { settings.address.clone() };
    Ok(Office {
        store,
        partners,
        policy: Book::standard(),
        clock,
        chance,
        press: office::papers::LazyPress::default(),
        public_url: public_url.trim_end_matches('/').into(),
    })
}

/// Opens the database alone.
pub async fn open_store(settings: &Settings) -> Result<Store, Stop> {
    Store::open(&settings.database, keyring(settings)?)
        .await
        .map_err(|failure| commands::failed("the database does not open", failure))
}

/// The file beside an embedded database, or the one the settings name.
fn beside(settings: &Settings, named: &str, ending: &str) -> Result<PathBuf, Stop> {
    if !named.is_empty() {
        return Ok(PathBuf::from(named));
    }
    match settings.database.strip_prefix("sqlite:") {
        Some(path) => Ok(PathBuf::from(format!("{path}.{ending}"))),
        None => Err(Stop::Wrong(format!(
            "a PostgreSQL installation needs the setting {} (ZHUXUE_{})",
            if ending == "key" { "key_file" } else { "partners" },
            if ending == "key" { "KEY_FILE" } else { "PARTNERS" },
        ))),
    }
}

/// Where the master key lies.
pub fn key_path(settings: &Settings) -> Result<PathBuf, Stop> {
    beside(settings, &settings.key_file, "key")
}

/// Where the partners are described.
pub fn partners_path(settings: &Settings) -> Result<PathBuf, Stop> {
    beside(settings, &settings.partners, "partners.toml")
}

/// The keys of the installation.
fn keyring(settings: &Settings) -> Result<Keyring, Stop> {
    let text = if settings.key.is_empty() {
        let path = key_path(settings)?;
        std::fs::read_to_string(&path)
            .map_err(|error| Stop::Wrong(format!("{}: the master key cannot be read ({error})", path.display())))?
    } else {
        settings.key.clone()
    };
    let master =
        store::keyring::MasterFile::from_text(&text).map_err(|failure| commands::failed("the master key", failure))?;
    Keyring::new(master, store::keyring::Suite::default(), world::entropy())
        .map_err(|failure| commands::failed("the master key", failure))
}

/// Makes a master key in a file only its owner can read. An existing file is kept: a lost key is lost data.
pub fn make_key(path: &Path) -> Result<bool, Stop> {
    let mut key = [0; 32];
    world::fill(&mut key);
    write_private(path, &hex::encode(key))
}

/// Writes a new file for its owner only; answers whether it was new.
pub fn write_private(path: &Path, text: &str) -> Result<bool, Stop> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| Stop::failed(folder.display(), error))?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).map_err(|error| Stop::failed(path.display(), error))?;
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(Stop::failed(path.display(), error)),
    }
}

/// The partners as the settings describe them.
///
/// # Errors
/// [`Stop::Wrong`] when the file is missing or not of the form.
pub fn partners(settings: &Settings) -> Result<PartnersConfig, Stop> {
    let path = partners_path(settings)?;
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Stop::Wrong(format!("{}: the partners cannot be read ({error})", path.display())))?;
    toml::from_str(&text).map_err(|error| Stop::Wrong(format!("{}: {error}", path.display())))
}
