//! A PDF as our press writes it, read back as far as signing and binding need: where its objects stand.

use std::collections::BTreeMap;

/// The file is none that can be signed, checked or bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// Not a PDF as [`crate::Press`] writes it.
    #[error("this is not a PDF of ours")]
    Form,
    /// Something was changed or added after it was signed.
    #[error("the PDF was changed after it was signed")]
    Changed,
    /// The signature is larger than its place.
    #[error("the signature does not fit into its place")]
    TooLarge,
}

/// Where the objects of a file stand.
pub(crate) struct File<'a> {
    bytes: &'a [u8],
    pub(crate) places: BTreeMap<usize, usize>,
    pub(crate) trailer: String,
    pub(crate) table: usize,
}

impl File<'_> {
    pub(crate) fn read(bytes: &[u8]) -> Result<File<'_>, NotOurs> {
        let start = rfind(bytes, b"startxref\n").ok_or(NotOurs::Form)?;
        let table = number(&bytes[start..], "startxref\n")?;
        let mut file = File { bytes, places: BTreeMap::new(), trailer: String::new(), table };
        let mut next = Some(table);
        while let Some(at) = next {
            let trailer = file.read_table(at)?;
            // Tables lead backwards only, or reading would never end.
            next = match number(trailer.as_bytes(), "/Prev ") {
                Ok(before) if before < at => Some(before),
                Ok(_) => return Err(NotOurs::Form),
                Err(_) => None,
            };
            if file.trailer.is_empty() {
                file.trailer = trailer;
            }
        }
        Ok(file)
    }

    /// Reads one table of places; what a later table said stays.
    fn read_table(&mut self, at: usize) -> Result<String, NotOurs> {
        let bytes = self.bytes.get(at..).ok_or(NotOurs::Form)?;
        let end = find(bytes, b"trailer\n").ok_or(NotOurs::Form)?;
        let words = std::str::from_utf8(&bytes[..end]).map_err(|_| NotOurs::Form)?;
        let mut lines = words.strip_prefix("xref\n").ok_or(NotOurs::Form)?.lines();
        let numeral = |text: &str| text.trim().parse::<usize>().map_err(|_| NotOurs::Form);
        while let Some(head) = lines.next() {
            let (first, count) = head.trim_end().split_once(' ').ok_or(NotOurs::Form)?;
            let first = numeral(first)?;
            for object in first..first.saturating_add(numeral(count)?) {
                let line = lines.next().ok_or(NotOurs::Form)?;
                if line.trim_end().ends_with('n') {
                    let place = numeral(line.get(..10).ok_or(NotOurs::Form)?)?;
                    self.places.entry(object).or_insert(place);
                }
            }
        }
        let trailer = &bytes[end + b"trailer\n".len()..];
        let end = find(trailer, b"startxref").ok_or(NotOurs::Form)?;
        Ok(String::from_utf8_lossy(&trailer[..end]).into_owned())
    }

    /// The text of an object that is a dictionary.
    pub(crate) fn dictionary(&self, object: usize) -> Result<String, NotOurs> {
        let body = self.after_head(object)?;
        let body = &body[..find(body, b"\nendobj").ok_or(NotOurs::Form)?];
        let text = std::str::from_utf8(body).map_err(|_| NotOurs::Form)?;
        if text.starts_with("<<") && text.ends_with(">>") { Ok(text.to_owned()) } else { Err(NotOurs::Form) }
    }

    /// Everything from behind the head of an object.
    fn after_head(&self, object: usize) -> Result<&[u8], NotOurs> {
        let bytes = self.places.get(&object).and_then(|place| self.bytes.get(*place..)).ok_or(NotOurs::Form)?;
        bytes.strip_prefix(format!("{object} 0 obj\n").as_bytes()).ok_or(NotOurs::Form)
    }

    /// An object in its two parts: the words, in which numbers of other objects stand, and the stream behind them.
    pub(crate) fn parts(&self, object: usize) -> Result<(&[u8], &[u8]), NotOurs> {
        let body = self.after_head(object)?;
        let end = find(body, b"\nendobj").ok_or(NotOurs::Form)?;
        let Some(stream) = find(&body[..end], b"stream\n") else { return Ok((&body[..end], &[])) };
        // What is in a stream may look like anything: only its length tells where it ends.
        let length = number(&body[..stream], "/Length ")?;
        let close = stream + b"stream\n".len() + length;
        let rest = body.get(close..).ok_or(NotOurs::Form)?;
        let end = close + find(rest, b"\nendobj").ok_or(NotOurs::Form)?;
        Ok((&body[..stream], &body[stream..end]))
    }

    /// The first leaf of the tree of pages.
    pub(crate) fn first_page(&self, catalog: &str) -> Result<usize, NotOurs> {
        let mut object = number(catalog.as_bytes(), "/Pages ")?;
        for _ in 0..8 {
            let node = self.dictionary(object)?;
            if !node.contains("/Kids") {
                return Ok(object);
            }
            object = number(node.replace("/Kids [", "/Kids[").as_bytes(), "/Kids[")?;
        }
        Err(NotOurs::Form)
    }
}

/// The number behind a name.
pub(crate) fn number(bytes: &[u8], name: &str) -> Result<usize, NotOurs> {
    let from = find(bytes, name.as_bytes()).ok_or(NotOurs::Form)? + name.len();
    let digits: String = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).map(|b| *b as char).collect();
    digits.parse().map_err(|_| NotOurs::Form)
}

pub(crate) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn rfind(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}
