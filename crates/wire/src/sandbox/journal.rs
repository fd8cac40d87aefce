//! What the sandbox knows survives a kill: one JSON line per act, on disk before the act is answered.
//!
//! A thread of its own writes; acts that arrive while a disk flush runs share the next one.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// The file of all acts.
#[derive(Debug)]
pub struct Journal {
    /// `None` only while the journal closes.
    lines: Option<mpsc::Sender<Entry>>,
    writer: Option<JoinHandle<()>>,
}

struct Entry {
    line: String,
    written: oneshot::Sender<Result<(), String>>,
}

impl Journal {
    /// Opens or creates the file and answers its whole lines. A last line without its end was never answered to
    /// anybody: it is cut off. The file stays locked, so that two sandboxes cannot share it.
    pub fn open(path: &Path) -> io::Result<(Journal, Vec<String>)> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        file.try_lock().map_err(|_| io::Error::other("another sandbox uses this folder"))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole < bytes.len() {
            file.set_len(whole as u64)?;
            file.seek(SeekFrom::End(0))?;
            file.sync_data()?;
            bytes.truncate(whole);
        }
        let text = String::from_utf8(bytes).map_err(|_| io::Error::other("the journal is not UTF-8"))?;
        let lines = text.lines().map(str::to_owned).collect();
        let (sender, receiver) = mpsc::channel();
        let writer =
            std::thread::Builder::new().name("sandbox-journal".into()).spawn(move || write(file, &receiver))?;
        Ok((Journal { lines: Some(sender), writer: Some(writer) }, lines))
    }

    /// Hands a line over in order; the receiver hears when it is on disk.
    pub fn append(&self, line: String) -> oneshot::Receiver<Result<(), String>> {
        let (written, heard) = oneshot::channel();
        if let Some(lines) = &self.lines {
            // A writer that is gone drops `written`, which the receiver notices.
            let _ = lines.send(Entry { line, written });
        }
        heard
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.lines = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

fn write(mut file: File, lines: &mpsc::Receiver<Entry>) {
    let mut broken: Option<String> = None;
    while let Ok(first) = lines.recv() {
        let entries: Vec<Entry> = std::iter::once(first).chain(lines.try_iter()).collect();
        // After one failed write the file may end in half a line: nothing is written behind it.
        if broken.is_none() {
            let bytes: String = entries.iter().flat_map(|entry| [entry.line.as_str(), "\n"]).collect();
            broken = file.write_all(bytes.as_bytes()).and_then(|()| file.sync_data()).err().map(|e| e.to_string());
        }
        for entry in entries {
            let _ = entry.written.send(broken.clone().map_or(Ok(()), Err));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_survive_and_half_a_line_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (journal, lines) = Journal::open(&path).unwrap();
        assert_eq!(lines, Vec::<String>::new());
        journal.append("1".into()).await.unwrap().unwrap();
        journal.append("2".into()).await.unwrap().unwrap();
        assert!(Journal::open(&path).unwrap_err().to_string().contains("another sandbox"));
        drop(journal);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"half").unwrap();
        let (journal, lines) = Journal::open(&path).unwrap();
        assert_eq!(lines, ["1", "2"]);
        journal.append("3".into()).await.unwrap().unwrap();
        drop(journal);
        assert_eq!(Journal::open(&path).unwrap().1, ["1", "2", "3"]);
    }
}
