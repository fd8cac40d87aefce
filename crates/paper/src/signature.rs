//! Signatures inside a PDF. A signature is appended to the file and covers every byte before it, so the paper carries
//! its own proof: who signed, and that nothing was changed since. This module knows the file; the signature itself
//! (a CMS structure) is made and checked by others.
//!
//! Each signature is one revision of the file: [`prepare`] writes it with a hole, the hole is filled by
//! [`Prepared::embed`], and [`signatures`] reads the file back. Reading is writing again: what [`prepare`] would not
//! have appended to the bytes before is refused, so nothing can hide beside a signature.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use chrono::NaiveDateTime;
use sha2::{Digest as _, Sha256};

pub use crate::pdf::NotOurs;
use crate::pdf::{File, find, number};

/// Bytes kept free for a CMS signature with its certificates and time stamp.
const ROOM: usize = 8192;
/// First line of an appended signature.
const MARK: &[u8] = b"\n%zhuxue-signature\n";
const MOMENT: &str = "%Y%m%d%H%M%S";

/// Who signs, as the file tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Name of the signer.
    pub name: String,
    /// In which part: 借款学生, 共同借款人.
    pub part: String,
    /// When, Shanghai wall time; to the second.
    pub at: NaiveDateTime,
}

/// A file with a hole where the signature will stand.
#[derive(Clone, Debug)]
pub struct Prepared {
    bytes: Vec<u8>,
    /// The hole with its delimiters.
    hole: Range<usize>,
}

impl Prepared {
    /// SHA-256 of everything but the hole: what is to be signed.
    pub fn sha256(&self) -> [u8; 32] {
        outside(&self.bytes, &self.hole)
    }

    /// The signed file.
    ///
    /// # Errors
    /// [`NotOurs::TooLarge`].
    pub fn embed(mut self, cms: &[u8]) -> Result<Vec<u8>, NotOurs> {
        if cms.len() > ROOM {
            return Err(NotOurs::TooLarge);
        }
        let text = hex::encode(cms);
        let from = self.hole.start + 1;
        self.bytes[from..from + text.len()].copy_from_slice(text.as_bytes());
        Ok(self.bytes)
    }
}

fn outside(bytes: &[u8], hole: &Range<usize>) -> [u8; 32] {
    Sha256::new().chain_update(&bytes[..hole.start]).chain_update(&bytes[hole.end..]).finalize().into()
}

/// A signature found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who signed, as the file tells it; the certificate inside the CMS structure proves it.
    pub signer: Signer,
    /// The CMS structure, padded with zeros.
    pub cms: Vec<u8>,
    /// SHA-256 of what it covers.
    pub sha256: [u8; 32],
}

/// Appends a signature with a hole.
///
/// # Errors
/// [`NotOurs::Form`] when the file is not laid out as our press does it.
pub fn prepare(pdf: &[u8], signer: &Signer) -> Result<Prepared, NotOurs> {
    let file = File::read(pdf)?;
    let size: usize = number(file.trailer.as_bytes(), "/Size ")?;
    let root = number(file.trailer.as_bytes(), "/Root ")?;
    let catalog = file.dictionary(root)?;
    let page = file.first_page(&catalog)?;
    let (signature, field) = (size, size + 1);
    let count = pdf.windows(MARK.len()).filter(|window| *window == MARK).count();

    let mut bytes = [pdf, MARK].concat();
    let mut places = BTreeMap::new();
    places.insert(signature, bytes.len());
    let head = format!(
        "{signature} 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name<{}>/Reason<{}>\
         /M(D:{}+08'00')/ByteRange[0 ",
        text(&signer.name),
        text(&signer.part),
        signer.at.format(MOMENT),
    );
    bytes.extend(head.as_bytes());
    let range = bytes.len();
    bytes.extend(format!("{:32}]/Contents", "").as_bytes());
    let hole = bytes.len()..bytes.len() + 2 * ROOM + 2;
    bytes.push(b'<');
    bytes.resize(hole.end - 1, b'0');
    bytes.extend(b">>>\nendobj\n");

    places.insert(field, bytes.len());
    let widget = format!(
        "{field} 0 obj\n<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature{})/V {signature} 0 R/F 132/Rect[0 0 0 0]\
         /P {page} 0 R>>\nendobj\n",
        count + 1
    );
    bytes.extend(widget.as_bytes());
    let forms = if catalog.contains("/AcroForm") {
        into_array(&catalog, "/Fields[", field)?
    } else {
        into_dictionary(&catalog, &format!("/AcroForm<</Fields[{field} 0 R]/SigFlags 3>>"))?
    };
    let leaf = file.dictionary(page)?;
    let leaf = if leaf.contains("/Annots") {
        into_array(&leaf, "/Annots[", field)?
    } else {
        into_dictionary(&leaf, &format!("/Annots[{field} 0 R]"))?
    };
    for (object, dictionary) in [(root, forms), (page, leaf)] {
        places.insert(object, bytes.len());
        bytes.extend(format!("{object} 0 obj\n{dictionary}\nendobj\n").as_bytes());
    }

    let table = bytes.len();
    let mut end = String::from("xref\n");
    for (object, place) in &places {
        write!(end, "{object} 1\n{place:010} 00000 n \n").expect("a text takes any words");
    }
    let kept = ["/Info ", "/ID"].iter().filter_map(|name| entry(&file.trailer, name)).collect::<String>();
    write!(
        end,
        "trailer\n<</Size {}/Root {root} 0 R{kept}/Prev {}>>\nstartxref\n{table}\n%%EOF\n",
        field + 1,
        file.table
    )
    .expect("a text takes any words");
    bytes.extend(end.as_bytes());
    let rest = bytes.len() - hole.end;
    let told = format!("{} {} {rest}", hole.start, hole.end);
    if told.len() > 32 {
        return Err(NotOurs::TooLarge);
    }
    bytes[range..range + told.len()].copy_from_slice(told.as_bytes());
    Ok(Prepared { bytes, hole })
}

/// All signatures of a file, the first one first; none when it is not signed. Whether they hold is for the CMS
/// structure and its digest to say.
///
/// # Errors
/// [`NotOurs::Changed`] when anything but signatures was added, or what was added is not written as [`prepare`] does.
pub fn signatures(pdf: &[u8]) -> Result<Vec<Signature>, NotOurs> {
    let mut found = Vec::new();
    let mut rest = pdf;
    while let Some(base) = rest.windows(MARK.len()).rposition(|window| window == MARK) {
        let signer = signer_of(&rest[base..]).ok_or(NotOurs::Changed)?;
        let again = prepare(&rest[..base], &signer).map_err(|_| NotOurs::Changed)?;
        let hole = again.hole.clone();
        let same = rest.len() == again.bytes.len()
            && rest[..=hole.start] == again.bytes[..=hole.start]
            && rest[hole.end - 1..] == again.bytes[hole.end - 1..];
        if !same {
            return Err(NotOurs::Changed);
        }
        let text = &rest[hole.start + 1..hole.end - 1];
        let cms = hex::decode(text).map_err(|_| NotOurs::Changed)?;
        // Two ways to write one digit would be two files with one signature.
        if hex::encode(&cms).as_bytes() != text {
            return Err(NotOurs::Changed);
        }
        found.push(Signature { signer, cms, sha256: outside(rest, &hole) });
        rest = &rest[..base];
    }
    found.reverse();
    Ok(found)
}

fn signer_of(update: &[u8]) -> Option<Signer> {
    let head = std::str::from_utf8(&update[..find(update, b"/ByteRange")?]).ok()?;
    let between = |from: &str, to: char| head.split_once(from)?.1.split_once(to).map(|(inside, _)| inside);
    let at = between("/M(D:", '+')?;
    Some(Signer {
        name: read_text(between("/Name<", '>')?)?,
        part: read_text(between("/Reason<", '>')?)?,
        at: NaiveDateTime::parse_from_str(at, MOMENT).ok()?,
    })
}

/// A text as UTF-16 in hex, the form every reader knows.
fn text(words: &str) -> String {
    let units = words.encode_utf16().flat_map(u16::to_be_bytes);
    hex::encode([0xfe, 0xff].into_iter().chain(units).collect::<Vec<u8>>())
}

fn read_text(hexed: &str) -> Option<String> {
    let bytes = hex::decode(hexed.strip_prefix("feff")?).ok()?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|two| u16::from_be_bytes([two[0], two[1]])).collect();
    String::from_utf16(&units).ok()
}

fn into_dictionary(dictionary: &str, entry: &str) -> Result<String, NotOurs> {
    let inside = dictionary.strip_suffix(">>").ok_or(NotOurs::Form)?;
    Ok(format!("{}{entry}>>", inside.trim_end()))
}

fn into_array(dictionary: &str, name: &str, object: usize) -> Result<String, NotOurs> {
    let (before, rest) = dictionary.split_once(name).ok_or(NotOurs::Form)?;
    let (items, after) = rest.split_once(']').ok_or(NotOurs::Form)?;
    Ok(format!("{before}{name}{items} {object} 0 R]{after}"))
}

/// An entry of the trailer as it stands there, with its name; a name ends with a blank when a reference follows.
fn entry(trailer: &str, name: &str) -> Option<String> {
    let from = trailer.find(name)?;
    let rest = &trailer[from..];
    let end = if name.ends_with(' ') { rest.find('R')? + 1 } else { rest.find(']')? + 1 };
    Some(rest[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use loan::calendar::date;

    /// A page of nothing, laid out as our press does it.
    fn blank() -> Vec<u8> {
        let objects = [
            "1 0 obj\n<</Type/Pages/Count 1/Kids[2 0 R]>>\nendobj\n\n",
            "2 0 obj\n<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Resources<<>>>>\nendobj\n\n",
            "3 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\n\n",
        ];
        let mut pdf = String::from("%PDF-1.7\n%\u{80}\u{80}\n\n");
        let mut table = String::from("xref\n0 4\n0000000000 65535 f\r\n");
        for object in objects {
            write!(table, "{:010} 00000 n\r\n", pdf.len()).unwrap();
            pdf += object;
        }
        let at = pdf.len();
        pdf += &format!("{table}trailer\n<</Size 4/Root 3 0 R/ID[(a)(b)]>>\nstartxref\n{at}\n%%EOF");
        pdf.into_bytes()
    }

    fn signer(name: &str, part: &str) -> Signer {
        Signer { name: name.into(), part: part.into(), at: date(2026, 8, 12).and_hms_opt(10, 24, 5).unwrap() }
    }

    fn sign(pdf: &[u8], signer: &Signer, cms: &[u8]) -> (Vec<u8>, [u8; 32]) {
        let prepared = prepare(pdf, signer).unwrap();
        let digest = prepared.sha256();
        (prepared.embed(cms).unwrap(), digest)
    }

    #[test]
    fn signatures_come_back_in_order_and_each_covers_all_before_it() {
        assert_eq!(signatures(&blank()), Ok(Vec::new()));
        let (student, parent) = (signer("买买提·阿不都热依木", "借款学生"), signer("王𬭚", "共同借款人"));
        let (once, first) = sign(&blank(), &student, b"one");
        let (twice, second) = sign(&once, &parent, b"two");
        let found = signatures(&twice).unwrap();
        assert_eq!(found.iter().map(|one| &one.signer).collect::<Vec<_>>(), [&student, &parent]);
        assert_eq!(found.iter().map(|one| one.sha256).collect::<Vec<_>>(), [first, second]);
        assert!(found[0].cms.starts_with(b"one\0") && found[1].cms.starts_with(b"two\0"));
        assert_eq!(signatures(&once).unwrap(), found[..1], "the first file stays what it was");
        assert_eq!(prepare(&blank(), &student).unwrap().embed(&[1; ROOM + 1]), Err(NotOurs::TooLarge));
    }

    #[test]
    fn a_byte_changed_shows_in_the_digest_or_breaks_the_file() {
        let student = signer("陈思远", "借款学生");
        let (pdf, digest) = sign(&blank(), &student, b"one");
        let hole = prepare(&blank(), &student).unwrap().hole;
        let kept = hole.start + 9..hole.end - 9;
        for place in (0..pdf.len()).filter(|place| !kept.contains(place)) {
            let mut changed = pdf.clone();
            changed[place] ^= 1;
            match signatures(&changed).as_deref() {
                Err(_) | Ok([]) => {}
                Ok([found]) => {
                    let same = found.sha256 == digest && found.cms.starts_with(b"one\0");
                    assert!(!same || found.cms.iter().skip(3).any(|byte| *byte != 0), "byte {place}");
                }
                Ok(more) => panic!("{more:?}"),
            }
        }
        let check = |changed: Vec<u8>| assert_eq!(signatures(&changed), Err(NotOurs::Changed));
        check([pdf.as_slice(), b"\n"].concat());
        check([pdf.as_slice(), b"9 0 obj\n<<>>\nendobj\n"].concat());
        check([&pdf[..pdf.len() - 1], b"\n\n"].concat());
        let mut upper = pdf.clone();
        let digit = upper.iter().rposition(|byte| *byte == b'f').expect("a word of hex");
        upper[digit] = b'F';
        assert!(signatures(&upper).map_or(true, |found| found[0].sha256 != digest));
    }

    #[test]
    fn what_is_no_paper_of_ours_is_not_signed() {
        let student = signer("陈思远", "借款学生");
        for file in
            [&b""[..], b"%PDF-1.7", b"startxref\n9999999\n%%EOF", b"xref\n0 1\ntrailer\n<<>>\nstartxref\n0\n%%EOF"]
        {
            assert_eq!(prepare(file, &student).map(drop), Err(NotOurs::Form));
        }
        let looping = b"xref\ntrailer\n<</Size 1/Prev 0>>\nstartxref\n0\n%%EOF";
        assert_eq!(prepare(looping, &student).map(drop), Err(NotOurs::Form));
    }
}
