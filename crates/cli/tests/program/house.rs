//! The walls of the house: which crate may know which, and where a database may be named.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn manifests() -> BTreeMap<String, toml::Table> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("crates")).expect("the crates folder is here") {
        let folder = entry.expect("a readable folder").path();
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).expect("each crate has a manifest");
        let name = folder.file_name().and_then(|n| n.to_str()).expect("a plain name").to_owned();
        found.insert(name, text.parse().expect("a manifest is TOML"));
    }
    found
}

fn depends_on(manifest: &toml::Table) -> Vec<&str> {
    manifest
        .get("dependencies")
        .and_then(|d| d.as_table())
        .map(|d| d.keys().map(String::as_str).collect())
        .unwrap_or_default()
}

#[test]
fn crates_know_only_those_below_them() {
    let arrows: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("loan", &[][..]),
        ("store", &["loan"]),
        ("paper", &["loan"]),
        ("wire", &["loan"]),
        ("office", &["store", "paper", "wire", "loan"]),
        ("web", &["office", "loan"]),
        ("sim", &["office", "store", "wire", "loan"]),
        ("cli", &["loan", "store", "paper", "wire", "office", "web", "sim"]),
        ("proof", &[]),
    ]);
    let manifests = manifests();
    assert_eq!(manifests.keys().map(String::as_str).collect::<Vec<_>>(), arrows.keys().copied().collect::<Vec<_>>());
    for (name, manifest) in &manifests {
        let ours: Vec<&str> = depends_on(manifest).into_iter().filter(|d| arrows.contains_key(d)).collect();
        for other in ours {
            assert!(arrows[name.as_str()].contains(&other), "{name} must not know {other}");
        }
    }
}

#[test]
fn only_store_speaks_to_a_database() {
    for (name, manifest) in &manifests() {
        for dependency in depends_on(manifest) {
            let database = ["sea-orm", "sea-orm-migration", "sea-query", "sqlx", "rusqlite", "tokio-postgres"];
            assert!(name == "store" || !database.contains(&dependency), "{name} depends on {dependency}");
        }
    }
}

#[test]
fn only_the_program_sees_the_clock_and_chance() {
    let banned = [
        ("Utc::now", "take the instant as an argument"),
        ("Local::now", "take the instant as an argument"),
        ("SystemTime::now", "take the instant as an argument"),
        ("thread_rng", "take the random source as an argument"),
        ("rand::rng()", "take the random source as an argument"),
        ("env::var", "take the setting as an argument"),
    ];
    let mut found = Vec::new();
    for crate_name in ["loan", "store", "office", "paper", "wire", "web", "sim"] {
        for file in rust_files(&root().join("crates").join(crate_name).join("src")) {
            // Tests may be anything; the test support of `store` asks which PostgreSQL server to use.
            let is_test = |part: std::path::Component| {
                let name = part.as_os_str().to_string_lossy();
                name.starts_with("testing") || name == "tests" || name == "tests.rs"
            };
            if file.components().rev().take(3).any(is_test) {
                continue;
            }
            let text = std::fs::read_to_string(&file).expect("a readable source file");
            let code = text.split("#[cfg(test)]").next().unwrap_or("");
            for (word, instead) in banned {
                if code.contains(word) {
                    found.push(format!("{}: {word}: {instead}", file.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}
