//! Settings: a TOML file, then `ZHUXUE_…` in the environment, then flags; the later wins.

use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::stop::Stop;

/// Everything that can be set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `sqlite:PATH` or `postgres://…`; the environment's `DATABASE_URL` counts too.
    pub database: String,
    /// Where the portals listen.
    pub listen: String,
    /// Where the metrics listen; empty: nowhere.
    pub metrics: String,
    /// The public address of the portals, for QR codes and links.
    pub address: String,
    /// A file with the 32-byte master key in hex; empty: beside the database.
    pub key_file: String,
    /// The master key itself in hex, for those who keep it in the environment.
    pub key: String,
    /// A TOML file that describes the partners; empty: beside the database.
    pub partners: String,
    /// What is logged, in the form of `tracing`: `info`, `office=debug`.
    pub log: String,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            database: "sqlite:zhuxue.db".to_owned(),
            listen: "127.0.0.1:8080".to_owned(),
            metrics: String::new(),
            address: String::new(),
            key_file: String::new(),
            key: String::new(),
            partners: String::new(),
            log: "warn,zhuxue=info".to_owned(),
        }
    }
}

/// Names whose values never appear in full.
const SECRETS: &[&str] = &["key"];

/// Flags that were given, by setting name.
pub type Flags = Vec<(&'static str, Option<String>)>;

fn figment(file: Option<&PathBuf>, flags: &Flags) -> Figment {
    let mut figment = Figment::from(Serialized::defaults(Settings::default()));
    figment = match file {
        Some(path) => figment.merge(Toml::file_exact(path)),
        None => figment.merge(Toml::file("zhuxue.toml")),
    };
    figment = figment.merge(Env::raw().only(&["DATABASE_URL"]).map(|_| "database".into()));
    figment = figment.merge(
        Env::prefixed("ZHUXUE_")
            .only(&["database", "listen", "metrics", "address", "key_file", "key", "partners", "log"]),
    );
    for (name, value) in flags {
        if let Some(value) = value {
            figment = figment.merge(Serialized::global(name, value));
        }
    }
    figment
}

/// The settings in force.
///
/// # Errors
/// [`Stop::Wrong`] names the setting and where it came from.
pub fn read(file: Option<&PathBuf>, flags: &Flags) -> Result<Settings, Stop> {
    figment(file, flags).extract().map_err(|error| Stop::Wrong(format!("settings: {error}")))
}

/// Each setting with its value (secrets masked) and where it came from.
///
/// # Errors
/// As [`read`].
pub fn explain(file: Option<&PathBuf>, flags: &Flags) -> Result<Vec<(String, String, String)>, Stop> {
    let figment = figment(file, flags);
    let settings: Settings = figment.extract().map_err(|error| Stop::Wrong(format!("settings: {error}")))?;
    let serde_json::Value::Object(values) = serde_json::to_value(&settings).expect("settings are plain texts") else {
        unreachable!("a struct becomes an object")
    };
    let rows = values.into_iter().map(|(name, value)| {
        let text = value.as_str().unwrap_or_default();
        let shown = if SECRETS.contains(&name.as_str()) && !text.is_empty() {
            "••••••".to_owned()
        } else {
            mask_password(text)
        };
        let from = match figment.find_metadata(&name) {
            Some(metadata) if metadata.name.contains("Settings") => "default".to_owned(),
            Some(metadata) => match &metadata.source {
                Some(source) => source.to_string(),
                None if metadata.name.contains("global") => "flag".to_owned(),
                None => metadata.name.to_string(),
            },
            None => "default".to_owned(),
        };
        (name, shown, from)
    });
    Ok(rows.collect())
}

/// Hides the password of a database URL.
fn mask_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            let credentials = &url[scheme + 3..at];
            match credentials.split_once(':') {
                Some((user, _)) => format!("{}{user}:••••••{}", &url[..scheme + 3], &url[at..]),
                None => url.to_owned(),
            }
        }
        _ => url.to_owned(),
    }
}
