//! The partners' own keys, made once and kept in the sandbox's folder.

use std::io;
use std::path::Path;

use crate::authority::issue::AuthoritySigner;
use crate::keys::{Chance, OurKey};

/// Every private key of the sandbox.
#[derive(Debug)]
pub struct SandboxKeys {
    /// Of the payment platform.
    pub platform: OurKey,
    /// Of UnionPay.
    pub unionpay: OurKey,
    /// Of the certificate authority.
    pub authority: AuthoritySigner,
}

impl SandboxKeys {
    /// Reads the keys of the folder; makes those that are missing.
    pub fn open(folder: &Path, chance: &Chance) -> io::Result<SandboxKeys> {
        let rsa = |name: &str| -> io::Result<OurKey> {
            let text =
                keep(folder, name, || OurKey::generate(chance).map(|key| key.to_pem()).map_err(io::Error::other))?;
            OurKey::read(&text).map_err(|reason| io::Error::other(format!("{name}: {reason}")))
        };
        let hex = keep(folder, "authority.keys", || Ok(AuthoritySigner::generate(chance).to_hex()))?;
        // Making an RSA key takes a second or so the first time: both at once.
        let (platform, unionpay) = std::thread::scope(|scope| {
            let platform = scope.spawn(|| rsa("platform.pem"));
            let unionpay = rsa("unionpay.pem");
            (platform.join().unwrap_or_else(|_| Err(io::Error::other("no key could be made"))), unionpay)
        });
        Ok(SandboxKeys {
            platform: platform?,
            unionpay: unionpay?,
            authority: AuthoritySigner::read(&hex)
                .ok_or_else(|| io::Error::other("authority.keys does not hold two P-256 keys"))?,
        })
    }
}

/// The text of a file, which is written whole the first time.
fn keep(folder: &Path, name: &str, make: impl FnOnce() -> io::Result<String>) -> io::Result<String> {
    let path = folder.join(name);
    match std::fs::read_to_string(&path) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
            let text = make()?;
            let draft = folder.join(format!("{name}.new"));
            write_private(&draft, &text)?;
            std::fs::rename(draft, path)?;
            Ok(text)
        }
        found => found,
    }
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
