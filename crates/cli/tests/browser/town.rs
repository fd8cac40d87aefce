//! The program under test, in a folder of its own: `zhuxue serve --demo --from DAY` with its own sandbox beside it.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A running demonstration town; it ends with this value.
pub struct Town {
    /// Where the portals are.
    pub portals: String,
    /// Where the partners are played.
    pub sandbox: String,
    folder: tempfile::TempDir,
    _group: Group,
}

impl Town {
    /// Starts a town on that day: offices and staff are there, families are not.
    pub fn begin(on: &str) -> Town {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (mut group, lines) = Group::start(
            Command::new(env!("CARGO_BIN_EXE_zhuxue"))
                .args(["serve", "--demo", "--from", on, "--listen", "127.0.0.1:0", "--database", "sqlite:town.db"])
                .env_remove("DATABASE_URL")
                .env_remove("ZHUXUE_ADDRESS")
                .current_dir(folder.path()),
            &folder.path().join("program.log"),
        );
        let (mut portals, mut sandbox) = (None, None);
        for line in lines {
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("portals"), Some(url)) => portals = Some(url.trim_end_matches('/').to_owned()),
                (Some("sandbox"), Some(url)) => sandbox = Some(url.trim_end_matches('/').to_owned()),
                _ => {}
            }
            if let (Some(portals), Some(sandbox)) = (&portals, &sandbox) {
                let (portals, sandbox) = (portals.clone(), sandbox.clone());
                return Town { portals, sandbox, folder, _group: group };
            }
        }
        let log = std::fs::read_to_string(folder.path().join("program.log")).unwrap_or_default();
        panic!("the town did not open ({:?}):\n{log}", group.leader.wait());
    }

    /// What the program wrote to its standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("program.log")).unwrap_or_default()
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("town.db")
    }
}

/// A process with everything it started, ended together.
pub struct Group {
    /// The process itself.
    pub leader: Child,
}

impl Group {
    /// Starts a program as the leader of its own group; gives its lines, and keeps reading after the last one asked
    /// for, so that the program never waits for a full pipe.
    pub fn start(command: &mut Command, log: &Path) -> (Group, impl Iterator<Item = String> + use<>) {
        let stderr = std::fs::File::create(log).expect("a log file");
        let mut leader = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}", command.get_program()));
        let stdout = leader.stdout.take().expect("its standard output is a pipe");
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Nobody listens any more once the program has said where it is.
                let _ = tell.send(line);
            }
        });
        (Group { leader }, told.into_iter())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A child of the leader would outlive it; only the shell can end a whole group.
        let group = format!("kill -s KILL -- -{}", self.leader.id());
        let _ = Command::new("sh").args(["-c", &group]).status();
        let _ = self.leader.kill();
        let _ = self.leader.wait();
    }
}
